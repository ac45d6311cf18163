"""Initiatives and their beginnings."""

from dataclasses import dataclass, replace
from functools import partial
from textwrap import shorten
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import files
from volunteer_hub.atlas import queries as atlas
from volunteer_hub.atlas import reach_actions, reasons
from volunteer_hub.atlas.forms import Options, listed
from volunteer_hub.atlas.pages import known
from volunteer_hub.atlas.queries import NeedRow
from volunteer_hub.initiatives import actions, queries, search
from volunteer_hub.initiatives.forms import InitiativeChoices, NewInitiative, NewRole, RoleChoices
from volunteer_hub.initiatives.queries import InitiativeRow
from volunteer_hub.initiatives.rules import InitiativeKind, InitiativeState, Taking
from volunteer_hub.initiatives.search import Found, Wanted
from volunteer_hub.kit import clock, paging
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of
from volunteer_hub.web.templates import word

NAME = 120
COLUMNS: files.Columns[InitiativeRow] = {
    mark("Nazwa"): lambda one: one.name,
    mark("Rodzaj"): lambda one: word("initiative_kind", one.kind),
    mark("Temat"): lambda one: one.theme if one.inside else gettext("temat poufny"),
    mark("Koordynuje"): lambda one: one.coordinator,
    mark("Uczestnicy"): lambda one: one.members,
    mark("Miejsca"): lambda one: one.most_members,
    mark("Stan"): lambda one: word("initiative_state", one.state),
    mark("Początek"): lambda one: one.starts_on,
    mark("Koniec"): lambda one: one.ends_on,
    mark("Uwagi"): lambda one: gettext("bez wyniku") if one.lacks_outcome else "",
}


@dataclass(frozen=True)
class InitiativesPage:
    """`waiting`: how many finished ones have no outcome yet."""

    found: Found
    of: Wanted
    filters: Checked[Any]
    coordinators: Options
    areas: Options
    waiting: int
    may_start: bool
    kinds: tuple[InitiativeKind, ...] = tuple(InitiativeKind)
    states: tuple[InitiativeState, ...] = tuple(InitiativeState)


@dataclass(frozen=True)
class NewInitiativePage:
    form: Checked[Any]
    choices: InitiativeChoices
    kinds: tuple[InitiativeKind, ...]
    need: NeedRow | None


@dataclass(frozen=True)
class NewRolePage:
    form: Checked[Any]
    choices: RoleChoices
    initiative: InitiativeRow


async def initiatives(request: Request) -> Response:
    actor = request.state.actor
    coordinators, areas = await search.coordinators(actor), await atlas.area_ids()
    of = _wanted(request, coordinators, areas)
    if kind := files.asked(request):
        every = files.through(partial(_page, actor, of))
        return await files.answer(request, kind, files.table(mark("Inicjatywy"), COLUMNS, every), personal=True)
    narrowed = forms.blank(
        kind=of.kind, state=of.state, coordinator=of.coordinator or "", area=of.area or "",
        outcome="yes" if of.outcome else "",
    )  # fmt: skip
    page = InitiativesPage(
        await search.find(actor, of), of, narrowed, coordinators, areas, await search.without_outcome(actor),
        actor.role is Role.COORDINATOR,
    )  # fmt: skip
    return render(request, "initiatives/list.html", page)


async def _page(actor: Actor, of: Wanted, page: int | None) -> tuple[list[InitiativeRow], int | None]:
    found = await search.find(actor, replace(of, page=page or 1))
    return found.rows, found.page + 1 if found.page < found.pages else None


def _wanted(request: Request, coordinators: Options, areas: Options) -> Wanted:
    """The list's filter out of the address; whatever is not offered narrows nothing."""
    page = request.query_params.get("page", "")
    return Wanted(
        kind=known(request, "kind", [(kind, "") for kind in (*InitiativeKind, search.ANY_PROJECT)]),
        state=known(request, "state", [(state, "") for state in InitiativeState]),
        coordinator=forms.id_of(known(request, "coordinator", coordinators)),
        area=forms.id_of(known(request, "area", areas)),
        outcome=request.query_params.get("outcome") == "yes",
        page=paging.asked(page),
    )


async def new_initiative(request: Request) -> Response:
    """?need=… starts it from that need: with its name and theme, and a role in its district at its hours."""
    today = clock.today(settings_of(request).timezone)
    need = await _need(request, request.query_params.get("need", ""))
    from_need = await _from_need(request, need) if need else {}
    usual = {"public": "yes", "state": "running", "takes": Taking.AFTER_YES, "widens": 3}
    form = forms.blank(starts_on=today.isoformat(), least=1, most=2, **usual, **from_need)
    return render(request, "initiatives/new.html", await _new_page(form, need))


async def _from_need(request: Request, need: NeedRow) -> dict[str, object]:
    found: dict[str, object] = {"need": need.id, "theme": need.theme_id, "role": gettext("Pomaga na miejscu")}
    if not need.personal:
        found["kind"] = InitiativeKind.LONG_TERM
    if topic := await reach_actions.topic(request.state.actor, need.id):
        hours, area = reasons.when(topic.week), gettext("Osiedle: %(area)s.", area=topic.area)
        when = gettext("Kiedy: %(hours)s.", hours=hours) if hours else ""
        # All see the name: it says nothing of one person's need or of a confidential theme.
        name = "" if need.personal or topic.confidential else shorten(need.title, NAME, placeholder="…")
        found |= {"name": name, "meets": hours, "tasks": f"{area} {when}".strip()}
    return found


async def create_initiative(request: Request) -> Response:
    data = await request.form()
    checked = forms.read(NewInitiative, data)
    need = await _need(request, checked.first("need"))
    page = await _new_page(checked, need)
    checked = listed(checked, theme=page.choices.themes)
    if (value := checked.value) is not None:
        try:
            started = await actions.start_with_role(request.state.actor, **value.model_dump())
        except Refused as refused:
            checked = checked.refused("name", gettext(refused.sentence, **refused.values))
        else:
            return redirect(request, f"/desk/initiatives/{started}", mark("Zapisane. Teraz dodaj pierwsze spotkanie."))
    return render(request, "initiatives/new.html", await _new_page(checked, need), status=422)


async def new_role(request: Request) -> Response:
    page = NewRolePage(forms.blank(least=1, most=2), RoleChoices(), await _initiative(request))
    return render(request, "initiatives/new_role.html", page)


async def create_role(request: Request) -> Response:
    initiative = await _initiative(request)
    checked = forms.read(NewRole, await request.form())
    if checked.value is None:
        return render(request, "initiatives/new_role.html", NewRolePage(checked, RoleChoices(), initiative), status=422)
    role = checked.value.model_dump()
    await actions.add_role(request.state.actor, initiative.id, name=role.pop("role"), **role)
    return redirect(request, f"/desk/initiatives/{initiative.id}", mark("Zapisane. Rola jest dodana."))


async def _initiative(request: Request) -> InitiativeRow:
    found = await queries.initiative(request.state.actor, request.path_params["id"])
    if found is None:
        raise Refused("", 404)
    return found


async def _need(request: Request, text: str) -> NeedRow | None:
    """The need named by `text`; None when that is no id or of nothing this actor sees."""
    try:
        return await atlas.need(request.state.actor, UUID(text))
    except ValueError:
        return None


async def _new_page(form: Checked[Any], need: NeedRow | None) -> NewInitiativePage:
    choices = InitiativeChoices(themes=await atlas.theme_ids())
    return NewInitiativePage(form, choices, tuple(InitiativeKind), need)
