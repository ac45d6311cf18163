"""Meetings, openings, places in them, regular tasks, plans and hours: mine and somebody else's."""

import json
from datetime import date
from typing import Any
from uuid import UUID

from support import papers, people
from support.worlds.pairs import Ids, Pair

from volunteer_hub.access.tables import Account
from volunteer_hub.initiatives.tables import Initiative, Member
from volunteer_hub.kit import clock
from volunteer_hub.kit.actor import Role
from volunteer_hub.matching.tables import Plan, PlanPair
from volunteer_hub.people.tables import Participant
from volunteer_hub.schedule.hours.tables import HoursWorked
from volunteer_hub.schedule.tables import Assignment, Opening, RegularTask


async def _accepted(volunteer: UUID) -> Ids:
    """A place of theirs that they may give back."""
    mine = Assignment(opening=(await people.opening(taken=1)).id, volunteer=volunteer, state="accepted")
    return {"id": (await people.save(mine)).id}


async def planned(role: Role, me: Account, groups: list[tuple[Initiative, Participant, Member]]) -> dict[str, Pair]:
    meetings = [await people.meeting(of) for of, _, _ in groups]
    seats = []
    for meeting in meetings:
        opening = await people.opening(meeting)
        mine = role is Role.VOLUNTEER and not seats
        who = await people.volunteer(account=me.id if mine else None)
        seats.append((opening, await people.save(Assignment(opening=opening.id, volunteer=who.id, state="invited"))))
    all_theirs = role is Role.COORDINATOR
    regular = [await _regular(of, *both) for (of, _, _), both in zip(groups, seats, strict=True)]
    rung = [{"id": at.id, "member": member.id} for at, (_, _, member) in zip(meetings, groups, strict=True)]
    given = [await _hours(of, asked.volunteer) for (of, _, _), (_, asked) in zip(groups, seats, strict=True)]
    return {
        "/desk/meetings": Pair({"id": meetings[0].id}, None if all_theirs else {"id": meetings[1].id}),
        "/desk/meetings/{id:uuid}/calls": Pair(rung[0], None if all_theirs else rung[1]),
        "/desk/openings": Pair({"id": seats[0][0].id}, None),
        "/desk/plan": Pair(await _draft(seats[1][0].id), None),
        "/desk/roles": Pair(*({"id": opening.role} for opening, _ in seats)),
        "/desk/assignments": Pair({"id": seats[0][1].id}, None),
        "/me/assignments": Pair({"id": seats[0][1].id}, {"id": seats[1][1].id}),
        "/me/assignments/{id:uuid}/absence": Pair(*[await _accepted(asked.volunteer) for _, asked in seats]),
        "/desk/regular": Pair({"id": regular[0].id}, None),
        "/me/regular": Pair({"id": regular[0].id}, {"id": regular[1].id}),
        "/opportunities": Pair({"id": (await people.opening()).id}, {"id": seats[1][0].id}),
        "/desk/hours": Pair(given[0], None if all_theirs else given[1]),
        "/me/hours": Pair(*given),
        "/me/papers": Pair(*[{"id": (await papers.issued(volunteer=asked.volunteer)).id} for _, asked in seats]),
    }


async def _regular(of: Initiative, opening: Opening, asked: Assignment) -> RegularTask:
    """The same person is asked to take a series of the initiative regularly."""
    row = await people.series(of)
    days: dict[str, Any] = {"first_day": row.first_day, "state": "invited"}
    return await people.save(RegularTask(series=row.id, role=opening.role, volunteer=asked.volunteer, **days))


async def _draft(opening: UUID) -> Ids:
    """A plan with somebody proposed for the opening."""
    bounds = {"seats_bound": 1, "urgent_bound": 0, "proven": True, "seconds": 0.1}
    answered = {"wanted": {str(opening): 1}, "urgent": [], **bounds}
    days = {"first_day": date(2026, 11, 1), "last_day": date(2026, 11, 30)}
    plan = await people.save(Plan(**days, figures=json.dumps(answered), made_at=clock.now(), solved_at=clock.now()))
    of = {"plan": plan.id, "opening": opening, "volunteer": (await people.volunteer()).id}
    pair = await people.save(PlanPair(**of, changed_at=clock.now()))
    return {"id": plan.id, "pair": pair.id, "opening": opening}


async def _hours(of: Initiative, volunteer: UUID) -> Ids:
    """An hour that waits for approval."""
    hour = HoursWorked(volunteer=volunteer, initiative=of.id, day=date(2026, 11, 1), minutes=60, state="reported")
    return {"id": (await people.save(hour)).id}
