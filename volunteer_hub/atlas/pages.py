"""The desk's needs."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.atlas import actions, queries
from volunteer_hub.atlas.forms import Choices, NewNeed, Options, listed, not_later
from volunteer_hub.atlas.queries import NeedRow, Wanted
from volunteer_hub.atlas.rules import MOST_URGENT, NeedState
from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import redirect, render, settings_of


@dataclass(frozen=True)
class NeedsPage:
    needs: list[NeedRow]
    themes: Options
    areas: Options
    filters: Checked[Any]
    most: int


@dataclass(frozen=True)
class FormPage:
    form: Checked[Any]
    choices: Choices


async def needs(request: Request) -> Response:
    themes, areas = await queries.themes(), await _areas()
    wanted = wanted_of(request, themes, areas)
    found = await queries.needs(request.state.actor, wanted)
    page = NeedsPage(found, themes, areas, filters_of(wanted), queries.MOST_ROWS)
    return render(request, "atlas/needs.html", page)


async def new_need(request: Request) -> Response:
    today = clock.today(settings_of(request).timezone)
    form = forms.blank(voiced_on=today.isoformat(), people=1)
    return render(request, "atlas/new_need.html", FormPage(form, await _choices()))


async def create_need(request: Request) -> Response:
    choices = await _choices()
    checked = forms.read(NewNeed, await request.form())
    checked = listed(checked, theme=choices.themes, area=choices.areas)
    checked = not_later(checked, "voiced_on", clock.today(settings_of(request).timezone))
    if checked.value is None:
        return render(request, "atlas/new_need.html", FormPage(checked, choices), status=422)
    need = await actions.add_need(request.state.actor, **checked.value.model_dump())
    return redirect(request, f"/desk/needs/{need}", mark("Zapisane. Potrzeba stoi na mapie."))


async def change_need(request: Request) -> Response:
    """The new state is the value of the button that was pressed."""
    given = (await request.form()).get("state")
    if given not in set(NeedState):
        raise Refused("", 400)
    need: UUID = request.path_params["id"]
    await actions.set_need_state(request.state.actor, need, NeedState(str(given)))
    return redirect(request, f"/desk/needs/{need}", mark("Zapisane."))


def known(request: Request, name: str, options: Options) -> str:
    """The query's value when it is one of the options, else nothing: what is not offered cannot be asked for."""
    given = request.query_params.get(name, "")
    return given if given in {value for value, _words in options} else ""


def wanted_of(request: Request, themes: Options, areas: Options) -> Wanted:
    """The list's filter out of the address; whatever is not offered narrows nothing."""
    return Wanted(
        theme=known(request, "theme", themes),
        area=known(request, "area", areas),
        state=known(request, "state", [(state, "") for state in NeedState]),
        urgency=int(known(request, "urgency", [(str(level), "") for level in range(1, MOST_URGENT + 1)]) or 0),
    )


def filters_of(wanted: Wanted) -> Checked[Any]:
    return forms.blank(theme=wanted.theme, area=wanted.area, state=wanted.state, urgency=wanted.urgency or "")


async def _areas() -> Options:
    return [(district.slug, district.name) for district in await queries.districts()]


async def _choices() -> Choices:
    return Choices(await queries.theme_ids(), await queries.area_ids())
