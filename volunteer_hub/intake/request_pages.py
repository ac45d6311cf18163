"""Requests at the desks: the queues, one request, taking it, answering it, giving it to another desk."""

from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import audit, files
from volunteer_hub.atlas import queries as atlas
from volunteer_hub.atlas.pages import known
from volunteer_hub.intake import outcome_queries, queries, request_actions, rules
from volunteer_hub.intake.outcome_queries import Outcome
from volunteer_hub.intake.queries import After, DeskCount, Found, Move, RequestCard, RequestRow, RequestStub, Wanted
from volunteer_hub.intake.request_forms import Answer, Route, with_note
from volunteer_hub.intake.rules import ENTERING, OUTSIDE, Act, Desk, Help, Reporter, RequestState
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of
from volunteer_hub.web.templates import word

WORDS = "intake/words.html"
COLUMNS: files.Columns[RequestRow] = {
    mark("Numer"): lambda one: one.number,
    mark("Kto"): lambda one: one.name,
    mark("O co chodzi"): lambda one: word("what", one.what, of=WORDS),
    mark("Pilność"): lambda one: word("urgency", one.urgency),
    mark("Osiedle"): lambda one: one.area,
    mark("Kto zgłosił"): lambda one: word("reporter", one.reporter, of=WORDS),
    mark("Termin"): lambda one: one.due,
    mark("Po terminie"): lambda one: gettext("tak") if one.late else "",
    mark("Kto się zajmuje"): lambda one: one.taken_by,
    mark("Stan"): lambda one: word("request_state", one.state),
}
MOVED: files.Columns[RequestStub] = {
    mark("Numer"): lambda one: one.number,
    mark("Gdzie teraz"): lambda one: word("desk", one.desk, of=WORDS),
    mark("Od kiedy"): lambda one: one.desk_since,
    mark("Stan"): lambda one: gettext("zakończone") if one.state is RequestState.CLOSED else gettext("w toku"),
}


@dataclass(frozen=True)
class RequestsPage:
    """`found` is set after a search, and then alone on the page. `more` is the address of the next page."""

    counts: list[DeskCount]
    requests: list[RequestRow]
    filters: Checked[Any]
    wanted: Wanted
    areas: list[tuple[str, str]]
    reporters: tuple[Reporter, ...]
    found: Found | None
    may_enter: bool
    more: str


@dataclass(frozen=True)
class MovedPage:
    counts: list[DeskCount]
    requests: list[RequestStub]
    more: str


@dataclass(frozen=True)
class RequestPage:
    """`why` says what came between this person and their act; what they typed is still in its form."""

    asked: RequestCard
    way: list[Move]
    outcomes: list[Outcome]
    helps: list[Help]
    desks: tuple[Desk, ...]
    may: frozenset[Act]
    answer: Checked[Any]
    route: Checked[Any]
    why: str = ""


@dataclass(frozen=True)
class StubPage:
    """`typed` are the words of somebody who came too late to keep them here."""

    asked: RequestStub
    may_bring_back: bool
    why: str = ""
    typed: str = ""


async def requests(request: Request) -> Response:
    actor, settings = request.state.actor, settings_of(request)
    areas, q = await atlas.areas(), request.query_params.get("q", "").strip()[:120]
    wanted = Wanted(
        desk=Desk(known(request, "desk", _named(queries.desks_of(actor))) or queries.desks_of(actor)[0]),
        state=RequestState(state) if (state := known(request, "state", _named(RequestState))) else None,
        reporter=known(request, "reporter", _named(Reporter)),
        area=known(request, "area", areas),
        late=known(request, "late", [("yes", "")]) == "yes",
    )
    narrowed = {name: value for name, value in _in_address(wanted).items() if value}
    found = await queries.find(actor, q, settings.timezone) if q else None
    if kind := files.asked(request):
        every = found.here if found else files.through(partial(queries.requests, actor, wanted, settings.timezone))
        return await files.answer(request, kind, files.table(mark("Zgłoszenia"), COLUMNS, every), personal=True)
    after = After.read(request.query_params.get("after", ""))
    rows, more = ([], None) if found else await queries.requests(actor, wanted, settings.timezone, after)
    counts, filters = await queries.counts(actor, settings.timezone), forms.blank(**narrowed, q=q)
    page = RequestsPage(
        counts, rows, filters, wanted, areas, tuple(Reporter), found, actor.role in ENTERING,
        f"/desk/requests?{urlencode(narrowed | {'after': more})}" if more else "",
    )  # fmt: skip
    return render(request, "intake/requests.html", page)


async def moved(request: Request) -> Response:
    """What went through the reader's desks and on: that it did, and where it is."""
    actor, after = request.state.actor, After.read(request.query_params.get("after", ""))
    if kind := files.asked(request):
        every = files.through(partial(queries.moved, actor))
        return await files.answer(request, kind, files.table(mark("Przekazane dalej"), MOVED, every), personal=True)
    found, more = await queries.moved(actor, after)
    counts = await queries.counts(actor, settings_of(request).timezone)
    address = f"/desk/requests/moved?{urlencode({'after': more})}" if more else ""
    return render(request, "intake/requests_moved.html", MovedPage(counts, found, address))


async def one_request(request: Request) -> Response:
    return await _show(request)


async def take_request(request: Request) -> Response:
    id = request.path_params["id"]
    try:
        await request_actions.take_request(request.state.actor, id)
    except Refused as refused:
        return await _too_late(request, refused)
    return redirect(request, _address(id), mark("Zajmujesz się tym zgłoszeniem."))


async def answer_request(request: Request) -> Response:
    id, form = request.path_params["id"], forms.read(Answer, await request.form())
    if form.value is None:
        return await _show(request, answer=form, status=422)
    try:
        await request_actions.answer_request(request.state.actor, id, form.value.answer, form.value.version)
    except Refused as refused:
        return await _too_late(request, refused, answer=form, typed=form.value.answer)
    return redirect(request, _address(id), mark("Zgłoszenie zamknięte. Odpowiedź jest zapisana."))


async def route_request(request: Request) -> Response:
    id = request.path_params["id"]
    outside = {OUTSIDE: gettext("Napisz, komu i jak to przekazujesz. Dalej prowadzi to już urząd.")}
    form = with_note(forms.read(Route, await request.form()), outside)
    if form.value is None:
        return await _show(request, route=form, status=422)
    to, note, version = form.value.desk, form.value.note, form.value.version
    try:
        await request_actions.route_request(request.state.actor, id, to, note, version)
    except Refused as refused:
        return await _too_late(request, refused, route=form, typed=note)
    return redirect(request, _address(id), mark("Przekazane."))


async def bring_back_request(request: Request) -> Response:
    id = request.path_params["id"]
    await request_actions.bring_back_request(request.state.actor, id)
    return redirect(request, _address(id), mark("Zgłoszenie wróciło do pierwszego kontaktu."))


async def _too_late(request: Request, refused: Refused, *, typed: str = "", **kept: Checked[Any]) -> Response:
    """The request as it stands now, why the act was refused, and the words that were typed. A 404 stays one."""
    if not refused.sentence:
        raise refused
    return await _show(request, why=gettext(refused.sentence), typed=typed, status=refused.status, **kept)


async def _show(
    request: Request, *, why: str = "", typed: str = "", status: int = 200,
    answer: Checked[Any] | None = None, route: Checked[Any] | None = None,
) -> Response:  # fmt: skip
    actor, id = request.state.actor, request.path_params["id"]
    asked = await queries.seen(actor, id, settings_of(request).timezone)
    if isinstance(asked, RequestStub):
        back = actor.role is Role.COORDINATOR and asked.desk is OUTSIDE
        return render(request, "intake/request_moved.html", StubPage(asked, back, why, typed), status=status)
    await audit.record(actor, "request.open", f"request:{asked.id}")
    page = RequestPage(
        asked,
        await queries.way(actor, asked),
        await outcome_queries.came_of(actor, asked),
        await outcome_queries.helps_of(actor, asked),
        rules.routes_from(asked.desk),
        frozenset(act for act in Act if rules.may(asked.state, act)),
        answer or forms.blank(),
        route or forms.blank(),
        why,
    )
    return render(request, "intake/request.html", page, status=status)


def _in_address(wanted: Wanted) -> dict[str, str]:
    """The filter as it stands in the list's address."""
    late = "yes" if wanted.late else ""
    return {
        "desk": wanted.desk or "", "state": wanted.state or "", "reporter": wanted.reporter, "area": wanted.area,
        "late": late,
    }  # fmt: skip


def _named(values: Any) -> list[tuple[str, str]]:
    return [(str(value), "") for value in values]


def _address(id: UUID) -> str:
    return f"/desk/requests/{id}"
