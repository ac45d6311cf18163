"""Reminding by telephone, one list a meeting: the number, and one press for what was said."""

from dataclasses import dataclass
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import queries
from volunteer_hub.schedule.queries import MeetingView
from volunteer_hub.schedule.today import calls
from volunteer_hub.schedule.today.calls import Call
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Form
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import redirect, render


class Said(Form):
    comes: Literal["yes", "no"]


@dataclass(frozen=True)
class CallsPage:
    meeting: MeetingView
    calls: list[Call]


async def show(request: Request) -> Response:
    actor = request.state.actor
    meeting = await queries.meeting(actor, request.path_params["id"])
    if meeting is None:
        raise Refused("", 404)
    return render(request, "schedule/calls.html", CallsPage(meeting, await calls.calls(actor, meeting.id)))


async def say(request: Request) -> Response:
    id, form = request.path_params["id"], forms.read(Said, await request.form())
    if form.value is None:
        raise Refused(mark("Wybierz, co zapisać."), 422)
    await calls.say(request.state.actor, id, request.path_params["member"], comes=form.value.comes == "yes")
    return redirect(request, f"/desk/meetings/{id}/calls", mark("Zapisane."))
