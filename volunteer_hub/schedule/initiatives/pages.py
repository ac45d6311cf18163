"""An initiative corrected, and taken a step further in its life. Here, for its meetings and the map follow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.atlas import queries as atlas
from volunteer_hub.atlas.forms import Options, differs, listed
from volunteer_hub.initiatives import editing, queries
from volunteer_hub.initiatives.edit_forms import EditInitiative, NewState, typed
from volunteer_hub.initiatives.editing import Edited
from volunteer_hub.initiatives.queries import InitiativeRow
from volunteer_hub.initiatives.rules import NEXT, OVER, InitiativeState, Taking, asks_why
from volunteer_hub.kit.actor import coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.corrections import Stale
from volunteer_hub.schedule.initiatives import actions as initiative_actions
from volunteer_hub.schedule.initiatives import overview
from volunteer_hub.schedule.initiatives.overview import MeetingCard
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render


@dataclass(frozen=True)
class EditPage:
    """`now`: by field, what was saved meanwhile and differs from what was typed, in words."""

    initiative: InitiativeRow
    form: Checked[Any]
    themes: Options
    coordinators: Options
    now: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StatePage:
    """`steps`: where it may go from here; `why`: those that ask for a reason; `ends`: those that end it."""

    initiative: InitiativeRow
    form: Checked[Any]
    steps: tuple[InitiativeState, ...]
    why: tuple[InitiativeState, ...]
    ends: tuple[InitiativeState, ...]
    ahead: list[MeetingCard]


async def edit(request: Request) -> Response:
    found = await editing.edited(request.state.actor, request.path_params["id"])
    form = forms.blank(**typed(found.details, found.version))
    return render(request, "initiatives/edit.html", await _edit_page(request, found, form))


async def save(request: Request) -> Response:
    """What was typed over what was seen. Changed meanwhile: both versions, and the next press writes this one."""
    actor, id = request.state.actor, request.path_params["id"]
    page = await _edit_page(request, await editing.edited(actor, id), forms.read(EditInitiative, await request.form()))
    form = listed(page.form, theme=page.themes, coordinator=page.coordinators)
    if (value := form.value) is None:
        found = await editing.edited(actor, id)
        return render(request, "initiatives/edit.html", await _edit_page(request, found, form), status=422)
    try:
        await initiative_actions.correct(actor, id, value.version, value.details)
    except Stale:
        return await _both(request, form)
    except Refused as refused:
        if refused.status == 404:
            raise
        form = form.refused("name", gettext(refused.sentence, **refused.values))
        found = await editing.edited(actor, id)
        return render(request, "initiatives/edit.html", await _edit_page(request, found, form), status=422)
    return redirect(request, f"/desk/initiatives/{id}", mark("Zapisane."))


async def state_form(request: Request) -> Response:
    """?to=… chooses the step beforehand."""
    found = await _changing(request)
    form = forms.blank(became=request.query_params.get("to", ""), call_off="yes")
    return render(request, "initiatives/state.html", await _state_page(request, found, form))


async def change_state(request: Request) -> Response:
    found, form = await _changing(request), forms.read(NewState, await request.form())
    value = form.value
    if value and asks_why(found.state, value.became) and not value.reason:
        form = form.refused("reason", gettext("Napisz, dlaczego."))
    if value is None or form.errors:
        return render(request, "initiatives/state.html", await _state_page(request, found, form), status=422)
    off = await initiative_actions.change_state(
        request.state.actor, found.id, value.became, value.reason, call_off=value.call_off and value.became in OVER
    )
    say = mark("Zapisane. Odwołane spotkania: %(n)s. Wiadomości już idą.") if off else mark("Zapisane.")
    return redirect(request, f"/desk/initiatives/{found.id}", say, n=off)


async def _edit_page(
    request: Request, found: Edited, form: Checked[Any], now: Mapping[str, str] | None = None
) -> EditPage:
    coordinators = await editing.coordinators(request.state.actor)
    return EditPage(found.initiative, form, await atlas.theme_ids(keep=found.details.theme), coordinators, now or {})


async def _both(request: Request, form: Checked[Any]) -> Response:
    found = await editing.edited(request.state.actor, request.path_params["id"])
    saved = typed(found.details, found.version)
    again = Checked({**form.typed, "version": [saved["version"]]}, form.errors, form.value)
    page = await _edit_page(request, found, again)
    words = dict([*page.themes, *page.coordinators, ("yes", gettext("tak")), ("no", gettext("nie"))])
    words |= {Taking.AT_ONCE: gettext("od razu"), Taking.AFTER_YES: gettext("po zgodzie")}
    now = {n: words.get(value, value) for n, value in saved.items() if n != "version" and _differs(form, n, value)}
    return render(request, "initiatives/edit.html", await _edit_page(request, found, again, now), status=409)


def _differs(form: Checked[Any], name: str, saved: str) -> bool:
    if name == "public":
        return form.chosen(name, "yes") != (saved == "yes")
    return name in form.typed and differs(form, name, saved)


async def _state_page(request: Request, found: InitiativeRow, form: Checked[Any]) -> StatePage:
    steps = NEXT[found.state]
    meetings = await overview.coming_meetings(request.state.actor, [found.id])
    return StatePage(
        initiative=found,
        form=form,
        steps=steps,
        why=tuple(one for one in steps if asks_why(found.state, one)),
        ends=tuple(one for one in steps if one in OVER),
        ahead=[one for one in meetings if one.state == "planned"],
    )


async def _changing(request: Request) -> InitiativeRow:
    coordinators_only(request.state.actor)
    return await queries.changing(request.state.actor, request.path_params["id"])
