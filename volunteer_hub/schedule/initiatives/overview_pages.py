"""The page of one initiative: from the needs it stands for, over its meetings, to their openings."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from pydantic import ValidationInfo, field_validator
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import break_glass
from volunteer_hub.atlas import queries as atlas
from volunteer_hub.atlas.forms import Options, listed
from volunteer_hub.initiatives import life, work
from volunteer_hub.initiatives import queries as initiatives
from volunteer_hub.initiatives.life import Change
from volunteer_hub.initiatives.queries import InitiativeRow, MemberRow, NeedStoodFor, RoleRow
from volunteer_hub.initiatives.rules import NextStep, next_step
from volunteer_hub.initiatives.work import Work
from volunteer_hub.kit import clock
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.actions import Seats
from volunteer_hub.schedule.attendance import queries as attendance_queries
from volunteer_hub.schedule.attendance.queries import NotNoted
from volunteer_hub.schedule.initiatives import overview
from volunteer_hub.schedule.initiatives.overview import MeetingCard
from volunteer_hub.schedule.series import queries as series_queries
from volunteer_hub.schedule.series.queries import InTheWay
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form, Wrong
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of


class NewMeeting(Form):
    """A day and hours on the wall of the centre's town. It ends on the day it starts."""

    sentences = {
        "starts": mark("Podaj godzinę, na przykład 16:00."),
        "ends": mark("Podaj godzinę, na przykład 18:00."),
        "place": mark("Wybierz miejsce."),
    }

    day: date
    starts: time
    ends: time
    place: UUID

    @field_validator("ends")
    @classmethod
    def _after_the_start(cls, ends: time, info: ValidationInfo) -> time:
        starts = info.data.get("starts")
        if starts and ends <= starts:
            raise Wrong(mark("Koniec musi być po początku."))
        return ends


@dataclass(frozen=True)
class InitiativePage:
    """`form` adds a meeting; `may_change`: this actor may use it. `series`: the id of each, in words, and its place.

    `edits`: this actor may correct the initiative and take it further; `leads`: write what its leaders write.
    """

    initiative: InitiativeRow
    roles: list[RoleRow]
    series: list[tuple[UUID, str, str]]
    in_the_way: list[InTheWay]
    not_noted: list[NotNoted]
    meetings: list[MeetingCard]
    members: list[MemberRow]
    needs: list[NeedStoodFor]
    may_change: bool
    edits: bool
    next: NextStep
    history: list[Change]
    leads: bool
    work: Work
    form: Checked[Any]
    places: Options


async def initiative(request: Request) -> Response:
    return render(request, "schedule/initiative.html", await _initiative_page(request, forms.blank()))


async def create_meeting(request: Request) -> Response:
    """Plans a meeting where every role of the initiative is open, with its own seats."""
    checked = forms.read(NewMeeting, await request.form())
    page = await _initiative_page(request, checked)
    if page.initiative.over:
        raise Refused(mark("Ta inicjatywa jest już zamknięta. Wznów ją, żeby dodać spotkanie."))
    checked = listed(checked, place=page.places)
    if (value := checked.value) is not None:
        try:
            await actions.plan_meeting(
                request.state.actor,
                page.initiative.id,
                value.place,
                datetime.combine(value.day, value.starts),
                datetime.combine(value.day, value.ends),
                openings=[Seats(role.id, role.least, role.most) for role in page.roles if not role.retired],
            )
        except Refused as refused:
            checked = checked.refused("day", gettext(refused.sentence, **refused.values))
        else:
            return redirect(request, f"/desk/initiatives/{page.initiative.id}", mark("Spotkanie jest dodane."))
    return render(request, "schedule/initiative.html", await _initiative_page(request, checked), status=422)


async def _initiative_page(request: Request, form: Checked[Any]) -> InitiativePage:
    actor = request.state.actor
    found, glass = await _found(actor, request.path_params["id"])
    may_change = actor.role is Role.COORDINATOR
    meetings = await overview.coming_meetings(actor, [found.id])
    return InitiativePage(
        initiative=found,
        roles=await initiatives.roles(actor, found.id),
        series=await series_queries.said(actor, found.id),
        in_the_way=await series_queries.in_the_way(actor, found.id) if may_change else [],
        not_noted=await attendance_queries.not_noted(actor, found.id),
        meetings=meetings,
        members=await initiatives.members(actor, found.id, glass=glass),
        needs=await initiatives.needs_of(actor, found.id, glass=glass),
        may_change=may_change and not found.over,
        edits=may_change and initiatives.changes(actor, found),
        next=_next(request, found, meetings),
        history=await life.history(found),
        leads=initiatives.changes(actor, found),
        work=await work.of(found),
        form=form,
        places=await atlas.place_ids() if may_change else (),
    )


async def _found(actor: Actor, id: UUID) -> tuple[InitiativeRow, bool]:
    """The initiative, and whether its inside is read through a glass only."""
    found = await initiatives.initiative(actor, id)
    if found is None:
        raise Refused("", 404)
    glass = not found.inside and await break_glass.open_for(actor, f"initiative:{id}")
    return (await initiatives.initiative(actor, id, glass=True) or found, True) if glass else (found, False)


def _next(request: Request, found: InitiativeRow, meetings: list[MeetingCard]) -> NextStep:
    return next_step(
        found.state,
        meetings=any(one.state == "planned" for one in meetings),
        past_end=found.ends_on is not None and found.ends_on < clock.today(settings_of(request).timezone),
        lacks_outcome=found.lacks_outcome,
    )
