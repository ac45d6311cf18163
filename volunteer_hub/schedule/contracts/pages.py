"""Social contracts at the desk: somebody's contracts, one of them whole, its signature, its end, its print."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import files
from volunteer_hub.atlas.forms import Options, differs, listed, not_later
from volunteer_hub.initiatives import contract_acts, contract_lines, contracts, participants
from volunteer_hub.initiatives.contract_forms import ContractForm, Ending, People, Signature
from volunteer_hub.initiatives.contracts import ContractRow, Whole
from volunteer_hub.initiatives.participants import ParticipantCard
from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.corrections import Stale
from volunteer_hub.schedule.contracts import steps as contract_steps
from volunteer_hub.schedule.contracts.steps import Overdue, Stood
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of
from volunteer_hub.web.templates import word

BLANK = forms.blank()
# Without the words of a contract: those stay sealed.
COLUMNS: files.Columns[ContractRow] = {
    mark("Kto"): lambda one: one.alias or gettext("dane usunięte"),
    mark("Stan"): lambda one: word("state", lambda words, *_: words, one, of="schedule/contract_words.html"),
    mark("Podpisany"): lambda one: one.signed_on,
    mark("Od"): lambda one: one.first_day,
    mark("Do"): lambda one: one.last_day,
    mark("Prowadzi"): lambda one: one.runner,
}


@dataclass(frozen=True)
class MinePage:
    contracts: list[ContractRow]
    overdue: list[Overdue]


@dataclass(frozen=True)
class ListPage:
    who: ParticipantCard
    contracts: list[ContractRow]
    form: Checked[Any]
    initiatives: Options


@dataclass(frozen=True)
class ContractPage:
    """`stood`: by step. `named`: who works with it besides who runs it. `sees`: may open the participant's card.

    `form` is whichever of the page's forms was `refused`; the others offer `at_today`. `ticked`: whose tick that was.
    """

    contract: Whole
    stood: Mapping[UUID, Stood]
    named: Options
    sees: bool
    today: date
    at_today: Checked[Any]
    form: Checked[Any] = BLANK
    refused: str = ""
    ticked: UUID | None = None


@dataclass(frozen=True)
class EditPage:
    """`now`: what was saved meanwhile and differs from what was typed, in words."""

    contract: Whole
    form: Checked[Any]
    initiatives: Options
    now: Mapping[str, str]


@dataclass(frozen=True)
class EndPage:
    contract: Whole
    form: Checked[Any]
    stale: bool = False


@dataclass(frozen=True)
class PeoplePage:
    contract: Whole
    form: Checked[Any]
    colleagues: Options


async def mine(request: Request) -> Response:
    actor = request.state.actor
    if kind := files.asked(request):
        table = files.table(mark("Kontrakty socjalne"), COLUMNS, await contracts.mine(actor))
        return await files.answer(request, kind, table, personal=True)
    page = MinePage(await contracts.mine(actor), await contract_steps.overdue(actor, today(request)))
    return render(request, "schedule/contracts.html", page)


async def of_participant(request: Request) -> Response:
    form = forms.blank(first_day=today(request).isoformat())
    return render(request, "schedule/participant_contracts.html", await _list(request, form))


async def begin(request: Request) -> Response:
    page = await _list(request, forms.read(ContractForm, await request.form()))
    form = listed(page.form, initiative=page.initiatives)
    if (new := form.value) is None:
        return render(request, "schedule/participant_contracts.html", replace(page, form=form), status=422)
    made = await contract_acts.begin(request.state.actor, page.who.id, new.details)
    return redirect(request, f"/desk/contracts/{made}", mark("Szkic kontraktu jest założony. Dodaj cel i kroki."))


async def contract(request: Request) -> Response:
    return render(request, "schedule/contract.html", await whole_page(request))


async def paper(request: Request) -> Response:
    """The contract for signing on paper."""
    return render(request, "schedule/contract_paper.html", await whole_page(request))


async def edit(request: Request) -> Response:
    found = await own(request)
    form = forms.blank(**_typed(found.row))
    return render(request, "schedule/contract_edit.html", EditPage(found, form, await _options(found), {}))


async def save(request: Request) -> Response:
    """What was typed over what was seen. Changed meanwhile: both versions, and the next press writes this one."""
    found = await own(request)
    options = await _options(found)
    form = listed(forms.read(ContractForm, await request.form()), initiative=options)
    if (new := form.value) is None:
        return render(request, "schedule/contract_edit.html", EditPage(found, form, options, {}), status=422)
    try:
        await contract_acts.correct(request.state.actor, found.row.id, new.version, new.details)
    except Stale:
        return _both(request, await own(request), form, options)
    return redirect(request, _address(found), mark("Zapisane."))


async def discard(request: Request) -> Response:
    await contract_acts.discard(request.state.actor, request.path_params["id"])
    return redirect(request, "/desk/contracts", mark("Szkic jest usunięty."))


async def sign(request: Request) -> Response:
    page = await whole_page(request)
    form = not_later(forms.read(Signature, await request.form()), "signed_on", page.today)
    if form.value is not None:
        value = form.value
        try:
            await contract_acts.sign(request.state.actor, page.contract.row.id, value.version, value.signed_on)
        except Refused as refused:
            if refused.status == 404:
                raise
            form = form.refused("signed_on", gettext(refused.sentence))
        else:
            return redirect(request, _address(page.contract), mark("Podpis jest zapisany. Kontrakt trwa."))
    page = replace(await whole_page(request), form=form, refused="signature")
    return render(request, "schedule/contract.html", page, status=422)


async def change(request: Request) -> Response:
    id = request.path_params["id"]
    await contract_acts.change(request.state.actor, id)
    return redirect(request, f"/desk/contracts/{id}", mark("Możesz zmienić treść. Potem podpiszcie aneks."))


async def take_up(request: Request) -> Response:
    id = request.path_params["id"]
    await contract_acts.take_up(request.state.actor, id)
    return redirect(request, f"/desk/contracts/{id}", mark("Kontrakt znów trwa."))


async def end_form(request: Request) -> Response:
    found = await own(request)
    form = forms.blank(version=found.row.version, ended_on=today(request).isoformat(), outcome=found.outcome)
    return render(request, "schedule/contract_end.html", EndPage(found, form))


async def end(request: Request) -> Response:
    found = await own(request)
    form = not_later(forms.read(Ending, await request.form()), "ended_on", today(request))
    if (new := form.value) is None:
        return render(request, "schedule/contract_end.html", EndPage(found, form), status=422)
    settings, actor = settings_of(request), request.state.actor
    try:
        await contract_acts.end(settings, actor, found.row.id, new.version, new.how, new.ended_on, new.outcome)
    except Stale:
        found = await own(request)
        form = Checked({**form.typed, "version": [str(found.row.version)]}, form.errors, form.value)
        return render(request, "schedule/contract_end.html", EndPage(found, form, stale=True), status=409)
    except Refused as refused:
        if refused.status == 404:
            raise
        form = form.refused("ended_on", gettext(refused.sentence))
        return render(request, "schedule/contract_end.html", EndPage(found, form), status=422)
    return redirect(request, _address(found), mark("Kontrakt jest zakończony."))


async def people(request: Request) -> Response:
    found = await own(request)
    form = forms.blank(account=[id for id, _ in await contract_lines.named(found.row.id)])
    page = PeoplePage(found, form, await contract_lines.colleagues(request.state.actor))
    return render(request, "schedule/contract_people.html", page)


async def save_people(request: Request) -> Response:
    found = await own(request)
    form = forms.read(People, await request.form())
    colleagues = await contract_lines.colleagues(request.state.actor)
    if (new := form.value) is None or not {str(one) for one in new.account} <= {id for id, _ in colleagues}:
        form = form.refused("account", gettext("Wybierz z listy."))
        return render(request, "schedule/contract_people.html", PeoplePage(found, form, colleagues), status=422)
    await contract_lines.name(request.state.actor, found.row.id, new.account)
    return redirect(request, _address(found), mark("Zapisane."))


async def whole_page(request: Request) -> ContractPage:
    """The contract as who works with it sees it, or a coordinator through a glass. Raises Refused 404."""
    actor, id, day = request.state.actor, request.path_params["id"], today(request)
    found, stood = await contract_steps.read(settings_of(request), actor, id, day)
    whose = found.row.participant
    sees = whose is not None and await participants.sees(actor, whose)
    offered = forms.blank(done_on=day.isoformat(), signed_on=day.isoformat())
    return ContractPage(found, stood, await contract_lines.named(id), sees, day, offered)


async def own(request: Request) -> Whole:
    """The contract of who runs it. Raises Refused 404."""
    found = await contracts.read(settings_of(request), request.state.actor, request.path_params["id"])
    if not found.row.runs:
        raise Refused("", 404)
    return found


def today(request: Request) -> date:
    return clock.today(settings_of(request).timezone)


async def _list(request: Request, form: Checked[Any]) -> ListPage:
    actor, id = request.state.actor, request.path_params["id"]
    rows = await contracts.of_participant(actor, id)
    return ListPage(await participants.participant(actor, id), rows, form, await contracts.may_rest_on(id))


async def _options(found: Whole) -> Options:
    return await contracts.may_rest_on(found.row.participant) if found.row.participant else []


def _typed(row: ContractRow) -> dict[str, Any]:
    return {
        "version": row.version,
        "initiative": row.initiative or "",
        "first_day": row.first_day.isoformat(),
        "last_day": row.last_day.isoformat() if row.last_day else "",
    }


def _both(request: Request, found: Whole, form: Checked[Any], options: Options) -> Response:
    saved = _typed(found.row)
    again = Checked({**form.typed, "version": [str(saved.pop("version"))]}, form.errors, form.value)
    words = dict(options)
    now = {name: words.get(str(value), str(value)) for name, value in saved.items() if differs(form, name, value)}
    return render(request, "schedule/contract_edit.html", EditPage(found, again, options, now), status=409)


def _address(found: Whole) -> str:
    return f"/desk/contracts/{found.row.id}"
