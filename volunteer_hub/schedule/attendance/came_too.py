"""Volunteers who came though they had not said yes: on the roster of a meeting that has begun, then noted like all."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import seats
from volunteer_hub.schedule.attendance import actions as attendance
from volunteer_hub.schedule.attendance import queries as attendance_queries
from volunteer_hub.schedule.seats import Held
from volunteer_hub.schedule.states import AssignmentState

# Asked for it or asked to come, and neither on the roster nor taken off by the desk.
MAYBE = """
    FROM assignment s JOIN opening o ON o.id = s.opening JOIN volunteer v ON v.id = s.volunteer
    WHERE o.meeting = $1 AND s.state IN ('invited', 'silent', 'declined')"""

# They were there: a seat of their own, also where all had been taken.
SEAT = """
    UPDATE opening SET taken = taken + 1, most = greatest(most, taken + 1), version = version + 1 WHERE id = $1"""
ON_ROSTER = """
    UPDATE assignment SET state = 'accepted', answered_at = now(), answered_by = 'desk', waiting_since = NULL,
        offer_until = NULL, instead_of = NULL, at_risk = '', at_risk_since = NULL
    WHERE id = $1"""


@dataclass(frozen=True, slots=True)
class Maybe:
    """Somebody who may have come: their assignment, and the name that stands on a roster."""

    id: UUID
    name: str


async def who_may_have(meeting: UUID) -> list[Maybe]:
    """For whoever reads the list of attendance, by name."""
    name = "v.first_name || ' ' || left(v.last_name, 1) || '.'"
    rows = await database.fetch(f"SELECT s.id, {name} AS name {MAYBE} ORDER BY sort_key({name}), s.id", meeting)
    return [Maybe(**row) for row in rows]


async def came_too(actor: Actor, meeting: UUID, assignment: UUID) -> None:
    """Puts them on the roster, where they are noted with the others. Once more changes nothing.

    Raises Refused: 404, 410 before an hour ahead of the meeting and when it is too late to note, 409 where the law does
    not let them help there or they were elsewhere at that time.
    """
    async with database.transaction():
        await attendance.held(meeting)
        now = await attendance_queries.sheet(actor, meeting)
        if not now.begun or not now.open:
            raise Refused(attendance.CLOSED if now.begun else attendance.EARLY, 410)
        if any(one.id == assignment for one in now.helpers):
            return
        row = await database.fetchrow(f"SELECT s.id, s.opening, s.volunteer, s.state {MAYBE} AND s.id = $2",
                                      meeting, assignment)  # fmt: skip
        if row is None:
            raise Refused("", 404)
        of = Held(row["id"], row["opening"], meeting, row["volunteer"], AssignmentState(row["state"]))
        await _seat(of)
        await seats.remember(actor, of.id, of.state, AssignmentState.ACCEPTED, "desk")
        await audit.record(actor, "attendance.came-too", f"meeting:{meeting}")


async def _seat(of: Held) -> None:
    try:
        await database.execute(seats.HOLD_OPENING, of.opening)
        await database.execute(SEAT, of.opening)
        await database.execute(seats.BOOK, of.id, of.volunteer, of.meeting, True)
        await database.execute(ON_ROSTER, of.id)
    except asyncpg.ExclusionViolationError:
        raise seats.Busy from None
    except asyncpg.CheckViolationError as error:
        raise Refused(seats.WHY_NOT[seats.guarded(error)]) from None
