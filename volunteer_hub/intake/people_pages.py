"""One volunteer at the desk: the card, the steps of the way, who waits at which, a break, leaving."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import audit
from volunteer_hub.intake import people_actions as actions
from volunteer_hub.intake.card_pages import done, load, today_of
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import queries, waiting
from volunteer_hub.people.forms import Break, Leaving, NextStep, after
from volunteer_hub.people.queries import VolunteerCard
from volunteer_hub.people.rules import LeaveReason, Step
from volunteer_hub.people.waiting import StepQueue
from volunteer_hub.schedule.volunteers import of_volunteer
from volunteer_hub.schedule.volunteers.of_volunteer import Task
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import redirect, render

QUEUES = "/desk/people/queues"
# From here on a step asks for more than a press: days and reasons have a page of their own.
ASKED = frozenset({Step.PAUSED, Step.LEFT})

SAVED = mark("Zapisane.")
FREED = mark("Zapisane. Zadania zdjęte z tej osoby: %(n)s.")


@dataclass(frozen=True)
class QueuesPage:
    queues: list[StepQueue]
    today: date


@dataclass(frozen=True)
class PausePage:
    """`coming`: what they are to do, and may be taken off."""

    who: VolunteerCard
    coming: tuple[Task, ...]
    form: Checked[Any]


@dataclass(frozen=True)
class LeavePage(PausePage):
    reasons: tuple[str, ...] = tuple(LeaveReason)


async def volunteer(request: Request) -> Response:
    page = await load(request)
    await audit.record(request.state.actor, "people.open", f"volunteer:{page.who.id}")
    return render(request, "people/volunteer.html", page)


async def queues(request: Request) -> Response:
    page = QueuesPage(await waiting.queues(request.state.actor), today_of(request))
    return render(request, "people/queues.html", page)


async def take_step(request: Request) -> Response:
    """One press, here or in a queue; what needs a day or a reason leads to the page that asks for it."""
    given = await request.form()
    form = forms.read(NextStep, given)
    if form.value is None:
        raise Refused("", 400)
    if form.value.step in ASKED:
        raise Refused(mark("Ten krok wymaga jeszcze kilku słów. Otwórz kartę tej osoby."))
    await actions.take_step(request.state.actor, request.path_params["id"], form.value.step)
    if given.get("from") == "queues":
        return redirect(request, QUEUES, SAVED)
    return await done(request, SAVED)


async def record_guardian_consent(request: Request) -> Response:
    await actions.record_guardian_consent(request.state.actor, request.path_params["id"])
    return await done(request, mark("Zgoda opiekuna zapisana."))


async def pause_form(request: Request) -> Response:
    return render(request, "people/pause.html", PausePage(*await _who(request), forms.blank()))


async def pause(request: Request) -> Response:
    form = after(forms.read(Break, await request.form()), today_of(request), "until")
    if form.value is None:
        return render(request, "people/pause.html", PausePage(*await _who(request), form), status=422)
    freed = await actions.pause(request.state.actor, request.path_params["id"], form.value.until)
    return _gone(request, freed)


async def leave_form(request: Request) -> Response:
    return render(request, "people/leave.html", LeavePage(*await _who(request), forms.blank()))


async def leave(request: Request) -> Response:
    form = forms.read(Leaving, await request.form())
    if form.value is None:
        return render(request, "people/leave.html", LeavePage(*await _who(request), form), status=422)
    today = today_of(request)
    freed = await actions.leave(request.state.actor, request.path_params["id"], form.value.reason, today)
    return _gone(request, freed)


async def _who(request: Request) -> tuple[VolunteerCard, tuple[Task, ...]]:
    actor, id = request.state.actor, request.path_params["id"]
    return await queries.volunteer(actor, id), (await of_volunteer.tasks_of(actor, id)).coming


def _gone(request: Request, freed: int) -> Response:
    to = f"/desk/people/{request.path_params['id']}"
    return redirect(request, to, FREED if freed else SAVED, n=freed)
