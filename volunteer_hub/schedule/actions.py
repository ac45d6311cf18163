"""Verbs of the schedule: each is one transaction with its history and its messages.

docs/decisions/0009-seats-and-bookings.md tells what a yes, a no and a change of plans do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import centre, seats
from volunteer_hub.schedule.answering import answer, withdraw
from volunteer_hub.schedule.help import follow_meetings
from volunteer_hub.schedule.inviting import invite
from volunteer_hub.schedule.moving import cancel_meeting, move_meeting
from volunteer_hub.schedule.reminding import plan as reminding
from volunteer_hub.schedule.seats import Busy, Full, Waiting, must_plan
from volunteer_hub.schedule.spans import instants
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import mark

__all__ = [
    "Busy", "Full", "Seats", "Waiting", "answer", "answer_coming", "cancel_meeting", "instants", "invite",
    "move_meeting", "plan_meeting", "plan_reminders", "withdraw",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seats:
    """What a meeting asks of one role: at least `least` people, at most `most`."""

    role: UUID
    least: int
    most: int
    urgent: bool = False
    reason: str = ""


async def plan_meeting(
    actor: Actor, initiative: UUID, place: UUID, starts_wall: datetime, ends_wall: datetime,
    openings: Sequence[Seats] = (), *, of_series: tuple[UUID, date, str] | None = None,
) -> UUID:  # fmt: skip
    """A new meeting with its openings, at naive wall times of the centre. A role of another initiative is a 404.

    `of_series`: the series it belongs to, its day there, and the zone of its times.
    """
    must_plan(actor)
    series, day, zone = of_series or (None, None, centre.settings().timezone)
    starts_at, ends_at = instants(starts_wall, ends_wall, zone)
    id = uuid4()
    async with database.transaction():
        made = await database.execute(
            """INSERT INTO meeting (id, initiative, place, starts_wall, ends_wall, timezone, starts_at, ends_at, state,
                                    sequence, created_at, changed_at, series, series_day, moved_alone)
               SELECT $1, i.id, p.id, $4, $5, $6, $7, $8, 'planned', 0, now(), now(), $9, $10, false
               FROM initiative i, place p WHERE i.id = $2 AND p.id = $3""",
            *(id, initiative, place, starts_wall, ends_wall, zone, starts_at, ends_at, series, day),
        )
        for asked in openings:
            made &= await database.execute(
                """INSERT INTO opening (id, meeting, role, least, most, taken, urgent, urgent_reason, version)
                   SELECT gen_random_uuid(), $1, r.id, $4, $5, 0, $6, $7, 0
                   FROM role_asked r WHERE r.id = $2 AND r.initiative = $3""",
                *(id, asked.role, initiative, asked.least, asked.most, asked.urgent, asked.reason),
            )
        if not made:
            raise Refused("", 404)
        await follow_meetings(initiative)
    return id


async def answer_coming(coming: UUID, comes: bool, channel: str) -> None:
    """A participant says by `channel` whether they come.

    Refused when the meeting has begun or is off, or somebody has noted already who is there.
    """
    async with database.transaction():
        await seats.meeting_stands(await database.fetchval("SELECT meeting FROM coming WHERE id = $1", coming))
        if not await database.execute(
            "UPDATE coming SET comes = $2, answered_at = now() WHERE id = $1 AND noted_at IS NULL", coming, comes
        ):
            raise Refused(mark("Obecność na tym spotkaniu jest już zapisana."), 410)


async def plan_reminders(settings: Settings, now: datetime | None = None) -> int:
    """Puts the reminders that are due at `now` (unless said: by the database's clock) into the outbox; how many."""
    return await reminding.plan(settings, now)
