"""When an initiative reminds of its meetings: ticked and typed, and shown on its next meeting before it is saved."""

from dataclasses import dataclass
from datetime import time
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.initiatives.queries import InitiativeRow
from volunteer_hub.messaging import quiet
from volunteer_hub.schedule.reminding import actions, queries
from volunteer_hub.schedule.reminding.forms import RemindersForm, said, typed
from volunteer_hub.schedule.reminding.queries import Reminders
from volunteer_hub.schedule.reminding.rules import EVENING, MORNING, MOST_HOURS, Audience
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import redirect, render


@dataclass(frozen=True)
class RemindersPage:
    """`times`: by audience, when reminders of the next meeting go out. `night`: the quiet hours, if there are any."""

    initiative: InitiativeRow
    form: Checked[Any]
    times: dict[Audience, str]
    night: tuple[time, time] | None
    evening: time = EVENING
    morning: time = MORNING
    most: int = MOST_HOURS


async def show(request: Request) -> Response:
    found = await queries.of_initiative(request.state.actor, request.path_params["id"])
    form: Checked[RemindersForm] = forms.read(RemindersForm, forms.blank(**typed(found.rules)).typed)
    return render(request, "schedule/reminders.html", _page(found, form))


async def save(request: Request) -> Response:
    """With the button that only looks, nothing is saved."""
    found = await queries.of_initiative(request.state.actor, request.path_params["id"])
    data = await request.form()
    form = forms.read(RemindersForm, data)
    if (value := form.value) is None or data.get("look"):
        return render(request, "schedule/reminders.html", _page(found, form), status=200 if value else 422)
    await actions.keep(request.state.actor, found.initiative.id, {of: value.rules(of) for of in Audience})
    return redirect(request, f"/desk/initiatives/{found.initiative.id}/reminders", mark("Zapisane."))


def _page(found: Reminders, form: Checked[RemindersForm]) -> RemindersPage:
    """Where what was typed is not readable, what is saved is shown."""
    rules = {of: form.value.rules(of) for of in Audience} if form.value else found.rules
    times = {of: said(found.starts_wall, found.zone, found.times(rules[of])) for of in Audience}
    hours = quiet.current()
    return RemindersPage(found.initiative, form, times, (hours.begins, hours.ends) if hours else None)
