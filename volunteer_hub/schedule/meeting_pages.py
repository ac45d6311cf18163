"""A meeting at the desk: when, where, who comes; moving it and calling it off; what volunteers said on the phone."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.atlas import queries as atlas
from volunteer_hub.atlas.forms import Options, listed
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import actions, openings, queries, who_knows
from volunteer_hub.schedule.boards.pages import day_of
from volunteer_hub.schedule.forms import OnRoster
from volunteer_hub.schedule.initiatives.overview_pages import NewMeeting
from volunteer_hub.schedule.queries import Attendee, MeetingView, OpeningRow, RosterRow
from volunteer_hub.schedule.series import queries as series_queries
from volunteer_hub.schedule.states import AssignmentState
from volunteer_hub.schedule.waiting import offers as waiting
from volunteer_hub.schedule.who_knows import Told
from volunteer_hub.schedule.wishes import queries as wish_queries
from volunteer_hub.schedule.wishes.queries import OpenWish
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, wants_fragment

WRITTEN = mark("Zapisane.")
MOVED = mark("Spotkanie jest przeniesione. Wszyscy dostają wiadomość.")
CALLED_OFF = mark("Spotkanie jest odwołane. Wszyscy dostają wiadomość.")


@dataclass(frozen=True)
class MeetingPage:
    """`more_roles`: those of the initiative that it does not ask for; `told`: who heard that it was changed."""

    meeting: MeetingView
    openings: list[OpeningRow]
    rosters: dict[UUID, list[RosterRow]]
    attendees: list[Attendee]
    more_roles: Options
    wishes: list[OpenWish]
    told: list[Told]
    say: str = ""
    form: Checked = field(default_factory=Checked)


@dataclass(frozen=True)
class RosterPart:
    """What the fragment of an opening's roster needs when it is shown again alone."""

    roster: list[RosterRow]
    say: str = ""


@dataclass(frozen=True)
class MovePage:
    """`onwards`: where this and all after it are changed, when it belongs to a series."""

    meeting: MeetingView
    places: Options
    onwards: str
    form: Checked = field(default_factory=Checked)


@dataclass(frozen=True)
class CancelPage:
    """`asked`: how many volunteers hold an invitation or a seat; `attendees`: how many participants there are."""

    meeting: MeetingView
    asked: int
    attendees: int


async def meeting(request: Request) -> Response:
    page = await _meeting_page(request, request.path_params["id"])
    return render(request, "schedule/meeting.html", page, fragment="openings")


async def move_form(request: Request) -> Response:
    """?day=… is the day to move it to, as it was dragged onto a board; nothing is moved yet."""
    view = await _changing(request)
    form = forms.blank(
        day=day_of(request.query_params.get("day", ""), view.starts_wall.date()),
        starts=view.starts_wall.strftime("%H:%M"),
        ends=view.ends_wall.strftime("%H:%M"),
        place=view.place_id,
    )
    page = MovePage(view, await _places(view), await _onwards(request), form)
    return render(request, "schedule/move.html", page)


async def move(request: Request) -> Response:
    view = await _changing(request)
    places = await _places(view)
    checked = listed(forms.read(NewMeeting, await request.form()), place=places)
    if (value := checked.value) is not None:
        starts, ends = datetime.combine(value.day, value.starts), datetime.combine(value.day, value.ends)
        try:
            await actions.move_meeting(request.state.actor, view.id, starts, ends, value.place)
        except Refused as refused:
            checked = checked.refused("day", gettext(refused.sentence, **refused.values))
        else:
            return redirect(request, f"/desk/meetings/{view.id}", MOVED)
    page = MovePage(view, places, await _onwards(request), checked)
    return render(request, "schedule/move.html", page, status=422)


async def cancel_form(request: Request) -> Response:
    page = await _meeting_page(request, (await _changing(request)).id)
    holding = (AssignmentState.INVITED, AssignmentState.ACCEPTED)
    asked = sum(row.state in holding for rows in page.rosters.values() for row in rows)
    return render(request, "schedule/cancel.html", CancelPage(page.meeting, asked, len(page.attendees)))


async def cancel(request: Request) -> Response:
    id = request.path_params["id"]
    await actions.cancel_meeting(request.state.actor, id)
    return redirect(request, f"/desk/meetings/{id}", CALLED_OFF)


async def answer_for(request: Request) -> Response:
    """A coordinator writes down what the volunteer said on the phone."""
    given = forms.read(OnRoster, await request.form()).value
    if given is None or not given.answer:
        raise Refused(mark("Wybierz „Przyjmuje” albo „Odmawia”."), 422)
    actor, id = request.state.actor, request.path_params["id"]
    await actions.answer(actor, id, accept=given.answer == "yes", channel="desk")
    return await _roster_again(request, given.part)


async def offer_now(request: Request) -> Response:
    """A free place to this one in line, before whoever waited longer."""
    given = forms.read(OnRoster, await request.form()).value
    await waiting.offer_to(request.state.actor, request.path_params["id"])
    return await _roster_again(request, given.part if given else "roster")


async def take_off(request: Request) -> Response:
    given = forms.read(OnRoster, await request.form()).value
    await actions.withdraw(request.state.actor, request.path_params["id"])
    return await _roster_again(request, given.part if given else "roster")


async def _meeting_page(request: Request, id: UUID, say: str = "") -> MeetingPage:
    actor = request.state.actor
    found = await queries.meeting(actor, id)
    if found is None:
        raise Refused("", 404)
    seats = await queries.openings(actor, found.id)
    rosters = await queries.rosters(actor, [opening.id for opening in seats])
    more_roles = await openings.missing_roles(actor, found.id)
    wishes = await wish_queries.open_wishes(actor, meeting=found.id)
    told = await who_knows.told(actor, found.id)
    return MeetingPage(found, seats, rosters, await queries.attendees(actor, found.id), more_roles, wishes, told, say)


async def _changing(request: Request) -> MeetingView:
    """The meeting, which this actor may still move or call off."""
    found = await queries.meeting(request.state.actor, request.path_params["id"])
    if found is None:
        raise Refused("", 404)
    if not found.may_change:
        raise Refused(mark("Tego spotkania nie można już zmienić: zaczęło się, skończyło albo jest odwołane."), 410)
    return found


async def _onwards(request: Request) -> str:
    found = await series_queries.of_meeting(request.state.actor, request.path_params["id"])
    return f"/desk/series/{found[0].id}/change?since={found[1]}" if found else ""


async def _places(view: MeetingView) -> Options:
    """Where a meeting may be: where it is now, though it be somebody's home, and every place that is not."""
    now = (str(view.place_id), ", ".join(filter(None, (view.place, view.address))))
    return [now, *(place for place in await atlas.place_ids() if place[0] != now[0])]


async def _roster_again(request: Request, part: str) -> Response:
    actor = request.state.actor
    opening, held_at = await queries.whereabouts(actor, request.path_params["id"])
    if not wants_fragment(request):
        return redirect(
            request, f"/desk/openings/{opening}" if part == "roster" else f"/desk/meetings/{held_at}", WRITTEN
        )
    if part == "roster":
        rows = RosterPart(await queries.roster(actor, opening), gettext(WRITTEN))
        return render(request, "schedule/meeting.html", rows, fragment="roster")
    page = await _meeting_page(request, held_at, gettext(WRITTEN))
    return render(request, "schedule/meeting.html", page, fragment="openings")
