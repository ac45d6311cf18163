"""A team's meeting: an agenda out of the gaps of its area, what was decided, who took on what; moved and called off."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.atlas import gaps, map_lists, reach, reasons, viewport
from volunteer_hub.atlas import queries as atlas
from volunteer_hub.atlas.forms import Options, listed
from volunteer_hub.atlas.gaps import Gap
from volunteer_hub.atlas.geojson import URGENCY
from volunteer_hub.atlas.map_lists import MapNeed
from volunteer_hub.atlas.queries import NeedRow, Wanted
from volunteer_hub.atlas.reach_sql import Terms
from volunteer_hub.atlas.rules import NeedState
from volunteer_hub.kit import clock
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule.initiatives.overview_pages import NewMeeting
from volunteer_hub.schedule.teams import actions, queries
from volunteer_hub.schedule.teams.forms import Decision, NewTask, Points
from volunteer_hub.schedule.teams.queries import ItemRow, TaskRow, TeamMeetingRow
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked
from volunteer_hub.web.i18n import gettext, mark, ngettext
from volunteer_hub.web.render import redirect, render, settings_of

MOST_GAPS = 12


@dataclass(frozen=True)
class Typed:
    """What was typed and refused, by the form it belongs to; `decided` stands at the point `item`."""

    points: Checked[Any] = field(default_factory=Checked)
    task: Checked[Any] = field(default_factory=Checked)
    decided: Checked[Any] = field(default_factory=Checked)
    item: UUID | None = None


@dataclass(frozen=True)
class TeamMeetingPage:
    """`decisions` has a form for each point; `why`, by need: the reason why it is a gap; `gaps`: needs of the area that
    are not on the agenda yet."""

    meeting: TeamMeetingRow
    items: list[ItemRow]
    decisions: dict[UUID, Checked[Any]]
    why: dict[UUID, str]
    tasks: list[TaskRow]
    points: Options
    people: Options
    gaps: Options
    typed: Typed


@dataclass(frozen=True)
class MoveTeamPage:
    meeting: TeamMeetingRow
    places: Options
    form: Checked[Any]


async def meeting(request: Request) -> Response:
    return render(request, "schedule/team_meeting.html", await _page(request, Typed()))


async def add_points(request: Request) -> Response:
    checked = forms.read(Points, await request.form())
    if checked.value and not checked.value.needs and not checked.value.words:
        checked = checked.refused("words", gettext(Points.sentences["words"]))
    if (value := checked.value) is None:
        return await _again(request, Typed(points=checked))
    id = request.path_params["id"]
    await actions.put_on_agenda(request.state.actor, id, needs=value.needs, words=value.words)
    return _back(request, mark("Punkt jest w porządku spotkania."))


async def take_off(request: Request) -> Response:
    where = request.path_params
    await actions.take_off_agenda(request.state.actor, where["id"], where["item"])
    return _back(request, mark("Punkt jest usunięty."))


async def decide(request: Request) -> Response:
    where = request.path_params
    checked = forms.read(Decision, await request.form())
    status = 422
    if (value := checked.value) is not None:
        try:
            seen = datetime.fromisoformat(value.seen) if value.seen else None
            await actions.decide(request.state.actor, where["id"], where["item"], value.words, seen=seen)
        except ValueError:
            raise Refused("", 400) from None
        except Refused as refused:
            if refused.status != 409:
                raise
            checked, status = checked.refused("words", gettext(refused.sentence, **refused.values)), 409
        else:
            return _back(request, mark("Ustalenie jest zapisane."))
    return await _again(request, Typed(decided=checked, item=where["item"]), status)


async def give_task(request: Request) -> Response:
    page = await _page(request, Typed())
    checked = listed(
        forms.read(NewTask, await request.form()),
        member=page.people,
        item=page.points,
    )
    if (value := checked.value) is None:
        return await _again(request, Typed(task=checked))
    await actions.give_task(
        request.state.actor, page.meeting.id, value.task, item=value.item, member=value.member, due=value.due
    )
    return _back(request, mark("Zadanie jest zapisane."))


async def move_form(request: Request) -> Response:
    row = await _row(request)
    form = forms.blank(
        day=row.starts_wall.date(),
        starts=row.starts_wall.strftime("%H:%M"),
        ends=row.ends_wall.strftime("%H:%M"),
        place=row.place,
    )
    return render(request, "schedule/move_team.html", MoveTeamPage(row, await atlas.place_ids(), form))


async def move(request: Request) -> Response:
    row, places = await _row(request), await atlas.place_ids()
    checked = listed(forms.read(NewMeeting, await request.form()), place=places)
    if (value := checked.value) is not None:
        starts, ends = datetime.combine(value.day, value.starts), datetime.combine(value.day, value.ends)
        try:
            await actions.move(request.state.actor, row.id, value.place, starts, ends)
        except Refused as refused:
            checked = checked.refused("day", gettext(refused.sentence, **refused.values))
        else:
            return _back(request, mark("Spotkanie jest przeniesione. Zmienia się w kalendarzach zespołu."))
    return render(request, "schedule/move_team.html", MoveTeamPage(row, places, checked), status=422)


async def cancel_form(request: Request) -> Response:
    return render(request, "schedule/cancel_team.html", MoveTeamPage(await _row(request), (), forms.blank()))


async def cancel(request: Request) -> Response:
    await actions.cancel(request.state.actor, request.path_params["id"])
    return _back(request, mark("Spotkanie jest odwołane i znika z kalendarzy zespołu."))


def _back(request: Request, said: str) -> Response:
    return redirect(request, f"/desk/team-meetings/{request.path_params['id']}", said)


async def _again(request: Request, typed: Typed, status: int = 422) -> Response:
    return render(request, "schedule/team_meeting.html", await _page(request, typed), status=status)


async def _row(request: Request) -> TeamMeetingRow:
    found = await queries.meeting(request.state.actor, request.path_params["id"])
    if found is None:
        raise Refused("", 404)
    return found


async def _page(request: Request, typed: Typed) -> TeamMeetingPage:
    actor, found = request.state.actor, await _row(request)
    items = await queries.agenda(actor, found.id)
    there, struck = {item.need for item in items}, await struck_in(request, found.area_slug or "")
    why = await reach.reasons(actor, [gap for gap in struck if gap.id in there], _terms(request))
    return TeamMeetingPage(
        meeting=found,
        items=items,
        decisions={
            item.id: typed.decided if item.id == typed.item else forms.blank(words=item.decision) for item in items
        },
        why={id: reasons.reason(one) for id, one in why.items()},
        tasks=await queries.tasks_of_meeting(settings_of(request), actor, found.id),
        points=[(str(item.id), item.title) for item in items],
        people=[(str(one.id), one.name) for one in await queries.members(actor, found.team) if one.left_on is None],
        gaps=await _offered(actor, found.area_slug or "", struck, there),
        typed=typed,
    )


async def struck_in(request: Request, area: str) -> list[Gap]:
    """Gaps of the district (its slug; empty: the whole town), the worst first."""
    return await gaps.find(request.state.actor, viewport.Wanted(area=area), terms=_terms(request))


def _terms(request: Request) -> Terms:
    settings = settings_of(request)
    return Terms(clock.today(settings.timezone), usual_km=settings.reach_km)


async def _offered(actor: Actor, area: str, struck: Sequence[Gap], there: Set[UUID | None]) -> Options:
    """Open needs of the area that are not `there`: gaps first, the worst of them first."""
    lacking = [gap.id for gap in struck if gap.id not in there]
    rows = (await map_lists.of_ids(actor, lacking, 1, most=MOST_GAPS)).rows
    offered = [(str(need.id), _words(need, gap=True)) for need in rows]
    if len(lacking) < MOST_GAPS:
        known = there | set(lacking)
        needs = await atlas.needs(actor, Wanted(area=area, state=NeedState.OPEN), most=len(known) + MOST_GAPS)
        offered += [(str(need.id), _words(need, gap=False)) for need in needs if need.id not in known]
    return offered[:MOST_GAPS]


def _words(need: MapNeed | NeedRow, *, gap: bool) -> str:
    people = ngettext("%(n)s osoba", "%(n)s osób", need.people)
    facts = [gettext("luka")] if gap else []
    return f"{need.title} ({', '.join([*facts, gettext(URGENCY[need.urgency]), people])})"
