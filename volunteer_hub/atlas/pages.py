"""The desk's list of needs, and what is typed about one. Its own page touches meetings: schedule/initiatives."""

from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import audit, files
from volunteer_hub.atlas import actions, need_queries, queries
from volunteer_hub.atlas.forms import Choices, Options, differs, listed, not_later, point_of
from volunteer_hub.atlas.need_forms import CorrectedNeed, WholeNeed, moved, typed
from volunteer_hub.atlas.need_queries import ORDERS, Found, NeedCard, NeedLine, Wanted
from volunteer_hub.atlas.rules import MOST_URGENT, NeedState
from volunteer_hub.atlas.where import area_at
from volunteer_hub.kit import clock
from volunteer_hub.kit.actor import Actor
from volunteer_hub.people.corrections import Stale
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, one_line
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of
from volunteer_hub.web.templates import word

STATES: Options = [(state.value, "") for state in NeedState]
LEVELS: Options = [(str(level), "") for level in range(1, MOST_URGENT + 1)]
COLUMNS: files.Columns[NeedLine] = {
    mark("Potrzeba"): lambda need: need.title,
    mark("Czyja"): lambda need: gettext("jedna osoba albo rodzina") if need.personal else gettext("Społeczności"),
    mark("Pilność"): lambda need: word("urgency", need.urgency),
    mark("Temat"): lambda need: need.theme,
    mark("Osiedle"): lambda need: need.area_name,
    mark("Osoby"): lambda need: need.people,
    mark("Stan"): lambda need: word("need_state", need.state),
    mark("Zgłoszona"): lambda need: need.voiced_on,
}


@dataclass(frozen=True)
class NeedsPage:
    found: Found
    of: Wanted
    form: Checked[Any]
    themes: Options
    areas: Options


@dataclass(frozen=True)
class FormPage:
    """`now`: what stands saved meanwhile in fields that differ. `card` is None for a new need."""

    form: Checked[Any]
    choices: Choices
    card: NeedCard | None = None
    now: dict[str, Any] = field(default_factory=dict)


async def needs(request: Request) -> Response:
    themes, areas = await queries.themes(), await queries.areas()
    of = Wanted(
        q=one_line(request.query_params.get("q", ""))[:80],
        theme=known(request, "theme", themes),
        area=known(request, "area", areas),
        urgency=known(request, "urgency", LEVELS),
        state=known(request, "state", STATES),
        whose=known(request, "whose", [("personal", ""), ("community", "")]),
        since=_day(request.query_params.get("since", "")),
        order=known(request, "order", [(order, "") for order in ORDERS]),
    )
    if kind := files.asked(request):
        every = files.through(partial(_page, request.state.actor, of))
        return await files.answer(request, kind, files.table(mark("Potrzeby"), COLUMNS, every), personal=True)
    way = {name: request.query_params.get(name, "") for name in ("after", "before")}
    found = await need_queries.find(request.state.actor, of, **way)
    form = forms.blank(**{name: getattr(of, name) for name in Wanted.__dataclass_fields__})
    return render(request, "atlas/needs.html", NeedsPage(found, of, form, themes, areas))


async def _page(actor: Actor, of: Wanted, after: str | None) -> tuple[list[NeedLine], str | None]:
    found = await need_queries.find(actor, of, after=after or "")
    return found.lines, found.page.after or None


async def new_need(request: Request) -> Response:
    """A place that was looked up comes in the address: `lat`, `lon` and `address`."""
    asked = request.query_params
    there: dict[str, Any] = {}
    if at := point_of(f"{asked.get('lat', '')}, {asked.get('lon', '')}"):
        area = await area_at(at)
        there = {"at": f"{at[0]:.5f}, {at[1]:.5f}", "area": area or "", "address": asked.get("address", "")[:160]}
    form = forms.blank(voiced_on=_today(request).isoformat(), people=1, **there)
    return render(request, "atlas/new_need.html", FormPage(form, await _choices()))


async def create_need(request: Request) -> Response:
    choices = await _choices()
    checked = _checked(request, forms.read(WholeNeed, await request.form()), choices)
    if (value := checked.value) is None:
        return render(request, "atlas/new_need.html", FormPage(checked, choices), status=422)
    need = await actions.add_need(request.state.actor, value.details, evidence=value.evidence)
    return redirect(request, f"/desk/needs/{need}", mark("Zapisane. Potrzeba stoi na mapie."))


async def edit_need(request: Request) -> Response:
    actor = request.state.actor
    card = await need_queries.need(actor, request.path_params["id"])
    if card.personal:  # it shows somebody's home as their page does
        await audit.record(actor, "need.open", f"need:{card.id}")
    choices = await _choices(card.theme)
    return render(request, "atlas/edit_need.html", FormPage(forms.blank(**typed(card)), choices, card))


async def save_need(request: Request) -> Response:
    """What was typed over what was seen. Changed meanwhile: both versions, and the next press writes this one."""
    actor, id = request.state.actor, request.path_params["id"]
    card = await need_queries.need(actor, id)
    choices = await _choices(card.theme)
    form = _checked(request, forms.read(CorrectedNeed, await request.form()), choices)
    if (value := form.value) is None:
        return render(request, "atlas/edit_need.html", FormPage(form, choices, card), status=422)
    try:
        await actions.correct_need(actor, id, value.version, moved(card, value))
    except Stale:
        card = await need_queries.need(actor, id)
        now = typed(card)
        differ = {name: told for name, told in now.items() if name != "version" and differs(form, name, told)}
        form = Checked({**form.typed, "version": [str(card.version)]}, form.errors, value)
        return render(request, "atlas/edit_need.html", FormPage(form, choices, card, differ), status=409)
    return redirect(request, f"/desk/needs/{id}", mark("Zapisane."))


def known(request: Request, name: str, options: Options) -> str:
    """The query's value when it is one of the options, else nothing: what is not offered cannot be asked for."""
    given = request.query_params.get(name, "")
    return given if given in {value for value, _words in options} else ""


def _checked(request: Request, form: Checked[Any], choices: Choices) -> Checked[Any]:
    return not_later(listed(form, theme=choices.themes, area=choices.areas), "voiced_on", _today(request))


def _day(text: str) -> str:
    """A day of the address in one form; anything else is no day."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _today(request: Request) -> date:
    return clock.today(settings_of(request).timezone)


async def _choices(theme: UUID | None = None) -> Choices:
    """`theme` stays on offer, retired or not: it is the one that stands there."""
    return Choices(await queries.theme_ids(keep=theme), await queries.area_ids())
