"""The desk's list of people: searches, queues, kept views. Here, not in `people`, for the names of districts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import files
from volunteer_hub.atlas import queries as atlas
from volunteer_hub.kit import clock
from volunteer_hub.kit.phone import pretty
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import search, views
from volunteer_hub.people.list_forms import KeptView
from volunteer_hub.people.rules import Kind, Step
from volunteer_hub.people.search import Found, Queue, VolunteerRow
from volunteer_hub.people.views import View
from volunteer_hub.people.wanted import CHOICES, Wanted, kept, wanted
from volunteer_hub.web import forms
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of
from volunteer_hub.web.templates import word

LIST = "/desk/people"


@dataclass(frozen=True)
class PeoplePage:
    """`to` writes the address of this list with other filters, of its next page, of this one with everybody ticked.

    `form` is the filters as typed, `view_form` the name of a view to keep; `relaxed` is asked when nobody is found.
    """

    found: Found
    of: Wanted
    to: Callable[..., str]
    queues: Mapping[Step, Queue]
    areas: Mapping[str, str]
    tags: list[str]
    views: list[View]
    relaxed: Mapping[str, int]
    ticked: bool
    tick_all: str
    form: forms.Checked[forms.Form]
    view_form: forms.Checked[KeptView]
    kinds: tuple[Kind, ...] = tuple(Kind)
    choices: Mapping[str, object] = field(default_factory=lambda: CHOICES)


@dataclass(frozen=True)
class ViewsPage:
    """The actor's own views, each with its form; `form` is that of the view `wrong`, which was refused."""

    views: list[tuple[View, forms.Checked[KeptView]]]
    form: forms.Checked[KeptView]
    wrong: str = ""


async def people(request: Request) -> Response:
    of = wanted(request.query_params)
    if kind := files.asked(request):
        everybody = search.every(request.state.actor, of, clock.today(settings_of(request).timezone))
        table = files.table(mark("Wolontariusze"), _columns(dict(await atlas.areas())), everybody)
        return await files.answer(request, kind, table, personal=True)
    return render(request, "people/people.html", await _page(request, of))


def _columns(areas: Mapping[str, str]) -> files.Columns[VolunteerRow]:
    return {
        mark("Nazwisko i imię"): lambda one: one.name,
        mark("Telefon"): lambda one: pretty(one.phone) if one.phone else "",
        mark("Kto"): lambda one: word("volunteer_kind", one.kind),
        mark("Etap"): lambda one: word("step", one.step),
        mark("Od kiedy"): lambda one: one.step_since,
        mark("Osiedle"): lambda one: areas.get(one.area_slug, one.area_slug),
        mark("Etykiety"): lambda one: ", ".join(one.tags),
        mark("Uwagi"): lambda one: gettext("dane tylko przechowujemy") if one.restricted else "",
    }


async def _page(request: Request, of: Wanted, view_form: forms.Checked[KeptView] | None = None) -> PeoplePage:
    actor, today = request.state.actor, clock.today(settings_of(request).timezone)
    asked = request.query_params
    found = await search.find(actor, of, today, after=asked.get("after", ""), before=asked.get("before", ""))
    return PeoplePage(
        found=found,
        of=of,
        to=partial(_address, of),
        queues=await search.queues(actor),
        areas=dict(await atlas.areas()),
        tags=await search.tags(actor),
        views=await views.views(actor),
        relaxed=await search.relaxed(actor, of, today) if of.filters and not found.total else {},
        ticked=asked.get("ticked") == "yes",
        tick_all=_address(of, after=asked.get("after", ""), before=asked.get("before", ""), ticked="yes"),
        form=forms.blank(**of.filters, order=of.order),
        view_form=view_form or forms.blank(),
    )


def _address(of: Wanted, *, after: str = "", before: str = "", ticked: str = "", **changes: str) -> str:
    where = {"after": after, "before": before, "ticked": ticked}
    query = [of.but(**changes).query, urlencode({name: value for name, value in where.items() if value})]
    return f"{LIST}?{'&'.join(filter(None, query))}".rstrip("?")


async def keep_view(request: Request) -> Response:
    data = await request.form()
    form, of = forms.read(KeptView, data), kept(str(data.get("view", "")))
    if form.value:
        try:
            await views.keep(request.state.actor, form.value.name, of, shared=form.value.shared)
            return redirect(request, f"{LIST}?{of.query}".rstrip("?"), mark("Widok zapisany."))
        except Refused as refused:
            form = _said(form, refused)
    return render(request, "people/people.html", await _page(request, of, form), status=422)


async def manage_views(request: Request) -> Response:
    return render(request, "people/views.html", await _views(request, forms.blank()))


async def _views(request: Request, form: forms.Checked[KeptView], wrong: UUID | None = None) -> ViewsPage:
    mine = [view for view in await views.views(request.state.actor) if view.mine]
    typed = [forms.blank(name=one.name, shared="yes" if one.shared else "") for one in mine]
    shown = [(one, form if one.id == wrong else was) for one, was in zip(mine, typed, strict=True)]
    return ViewsPage(shown, form, str(wrong or ""))


async def change_view(request: Request) -> Response:
    form, view = forms.read(KeptView, await request.form()), request.path_params["id"]
    if form.value:
        try:
            await views.change(request.state.actor, view, form.value.name, shared=form.value.shared)
            return redirect(request, f"{LIST}/views", mark("Zapisane."))
        except Refused as refused:
            form = _said(form, refused)
    return render(request, "people/views.html", await _views(request, form, view), status=422)


async def forget_view(request: Request) -> Response:
    await views.forget(request.state.actor, request.path_params["id"])
    return redirect(request, f"{LIST}/views", mark("Widok usunięty."))


def _said(form: forms.Checked[KeptView], refused: Refused) -> forms.Checked[KeptView]:
    """The refusal beside the name; one without words (not there, not theirs) stays a refusal."""
    if not refused.sentence:
        raise refused
    return form.refused("name", gettext(refused.sentence, **refused.values))
