"""A meeting gets another time or place, or is called off: what becomes of everybody on it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import quiet
from volunteer_hub.messaging.quiet import Wakes
from volunteer_hub.schedule import centre, notices, seats
from volunteer_hub.schedule.help import follow_meetings
from volunteer_hub.schedule.risks import standing
from volunteer_hub.schedule.seats import must_plan
from volunteer_hub.schedule.spans import instants
from volunteer_hub.schedule.states import AssignmentState, MeetingState
from volunteer_hub.schedule.waiting import deadlines
from volunteer_hub.schedule.waiting import offers as waiting
from volunteer_hub.web.i18n import mark

# A place that is offered is offered anew for the new time; whose turn it was keeps their place in line, as one who said
# yes when they began to wait.
OFFERS_END = f"""
    UPDATE assignment s SET offer_until = NULL, answered_at = s.waiting_since FROM opening o
    WHERE o.id = s.opening AND o.meeting = $1 AND {seats.OFFERED} AND s.waiting_since IS NOT NULL"""
# Who was named as somebody's substitute, and whoever named them, hear in time what becomes of it.
NAMED_UNTIL = """
    UPDATE assignment s SET offer_until = least(s.offer_until, $2), named_until = least(s.named_until, $2)
    FROM opening o WHERE o.id = s.opening AND o.meeting = $1 AND (s.named_until IS NOT NULL
      OR s.state = 'invited' AND s.instead_of IS NOT NULL AND s.offer_until IS NOT NULL)"""
FREE_AND_WAITED_FOR = f"""
    SELECT o.id FROM opening o WHERE o.meeting = $1 AND o.taken < o.most
      AND EXISTS (SELECT FROM assignment s WHERE s.opening = o.id AND {waiting.WAITS}) ORDER BY o.id"""
# A series that changes is told to its regulars once, as a whole (regular.notices).
OF_REGULARS = """
    SELECT s.id FROM assignment s JOIN opening o ON o.id = s.opening JOIN regular_task t ON t.id = s.regular
    WHERE o.meeting = $1 AND s.state = 'accepted' AND s.occurrence IS NOT NULL AND t.state = 'accepted'"""
OFFERED_NOW = f"""
    SELECT s.id FROM assignment s JOIN opening o ON o.id = s.opening WHERE o.meeting = $1 AND {seats.OFFERED}"""


async def move_meeting(
    actor: Actor, meeting: UUID, starts_wall: datetime, ends_wall: datetime, place: UUID | None = None,
    *, with_series: bool = False, ask: bool = True,
) -> None:  # fmt: skip
    """Another time or place (None: the same). Yeses stay and everybody is told; participants are asked anew.

    `with_series`: it does not part from its series, whose regulars the caller tells; `ask`: participants hear of it
    now, not only by the reminder.
    Whoever has accepted something else for then stays on both rosters: the one accepted later is at risk (clashes).
    """
    must_plan(actor)
    async with database.transaction():
        await seats.meeting_stands(meeting, changing=True)
        (was,) = await database.fetch("SELECT timezone, place, initiative, starts_at FROM meeting WHERE id=$1", meeting)
        starts_at, ends_at = instants(starts_wall, ends_wall, was["timezone"])
        if starts_at <= await database.fetchval("SELECT now()"):
            raise Refused(mark("Nowy termin musi być w przyszłości."))
        sequence = await database.fetchval(
            """UPDATE meeting m SET starts_wall = $2, ends_wall = $3, starts_at = $4, ends_at = $5, place = p.id,
                      sequence = sequence + 1, changed_at = now(),
                      moved_alone = m.moved_alone OR (m.series IS NOT NULL AND NOT $7)
               FROM place p WHERE m.id = $1 AND p.id = coalesce($6, m.place)
                 AND (m.starts_wall, m.ends_wall, m.place) IS DISTINCT FROM ($2, $3, p.id) RETURNING m.sequence""",
            *(meeting, starts_wall, ends_wall, starts_at, ends_at, place, with_series),
        )
        if sequence is None:
            return
        await follow_meetings(was["initiative"])
        await _hold_volunteers(meeting)
        # None of them counts while it moves: the look afterwards says which do, whatever else stands at the new time.
        await database.execute(
            "UPDATE booking SET starts_at = $2, ends_at = $3, accepted = false WHERE meeting = $1",
            *(meeting, starts_at, ends_at),
        )
        await standing.recheck_meeting(actor, meeting)
        await database.execute("UPDATE coming SET comes = NULL, answered_at = NULL WHERE meeting = $1", meeting)
        known, unaware = await _open(meeting)
        asked_anew = await _offer_anew(meeting)
        if with_series:
            asked_anew |= {row["id"] for row in await database.fetch(OF_REGULARS, meeting)}
        # The news is late once they have set out for the former time, too.
        said: dict[str, Any] = {"key": f"assignment:{{id}}:moved:{sequence}", "method": "REQUEST"}
        news, needed_by = known.keys() - asked_anew, min(was["starts_at"], starts_at)
        await notices.tell(centre.settings(), news, "moved", needed_by=needed_by, **said)
        unaware_ids = unaware.keys() - asked_anew
        await notices.tell(centre.settings(), unaware_ids, "invitation", wakes=Wakes.NEVER, **said)
        key = f"coming:{{id}}:moved:{sequence}"
        elsewhere = place not in (None, was["place"])
        if ask:
            await notices.tell_participants(
                centre.settings(), meeting, "moved", key=key, elsewhere=elsewhere, needed_by=needed_by
            )


async def cancel_meeting(actor: Actor, meeting: UUID) -> None:
    """Calls it off for good: all seats are given back, all who knew of it are told. Once more changes nothing."""
    must_plan(actor)
    async with database.transaction():
        if await database.fetchval("SELECT state FROM meeting WHERE id = $1", meeting) == MeetingState.CANCELLED:
            return
        await seats.meeting_stands(meeting, changing=True)
        initiative = await database.fetchval(
            "UPDATE meeting SET state = 'cancelled', sequence = sequence + 1, changed_at = now() WHERE id = $1"
            " RETURNING initiative",
            meeting,
        )
        await follow_meetings(initiative)
        volunteers = await _hold_volunteers(meeting)
        known, unaware = await _open(meeting)
        for id, was in (known | unaware).items():
            await seats.remember(actor, id, was, AssignmentState.WITHDRAWN, "desk")
        await database.execute(
            """UPDATE assignment SET state = 'withdrawn', at_risk = '', at_risk_since = NULL, waiting_since = NULL,
                   offer_until = NULL, named_until = NULL WHERE id = ANY($1)""",
            [*known, *unaware],
        )
        await database.execute("UPDATE booking SET accepted = false WHERE meeting = $1", meeting)
        await database.execute("UPDATE opening SET taken = 0, version = version + 1 WHERE meeting = $1", meeting)
        await standing.mend(actor, *volunteers)
        key = "assignment:{id}:cancelled"
        await notices.tell(centre.settings(), known, "cancelled", key=key, method="CANCEL")
        await notices.tell_participants(centre.settings(), meeting, "cancelled", key="coming:{id}:cancelled")


async def _offer_anew(meeting: UUID) -> set[UUID]:
    """Offers of a moved meeting end, and its free places are offered to who is first in line now; to whom."""
    (of,) = await database.fetch("SELECT now(), starts_at FROM meeting WHERE id = $1", meeting)
    until = deadlines.deadline(of["now"], of["starts_at"], quiet.current(), centre.settings().offer_hours)
    await database.execute(OFFERS_END, meeting)
    await database.execute(NAMED_UNTIL, meeting, until or of["now"])
    for row in await database.fetch(FREE_AND_WAITED_FOR, meeting):
        await waiting.seat_freed(row["id"])
    return {row["id"] for row in await database.fetch(OFFERED_NOW, meeting)}


async def _hold_volunteers(meeting: UUID) -> list[UUID]:
    """Locks everybody who is on the meeting's rosters, before their assignments."""
    rows = await database.fetch(
        """SELECT id FROM volunteer WHERE id IN (
               SELECT s.volunteer FROM assignment s JOIN opening o ON o.id = s.opening WHERE o.meeting = $1)
           ORDER BY id FOR NO KEY UPDATE""",
        meeting,
    )
    return [row["id"] for row in rows]


async def _open(meeting: UUID) -> tuple[dict[UUID, str], dict[UUID, str]]:
    """The meeting's open assignments and their states: whose volunteers know of it, and the rest.

    All that has not left about them is called off, and so are the participants' messages.
    """
    rows = await database.fetch(
        """SELECT s.id, s.state, s.asked_at FROM assignment s JOIN opening o ON o.id = s.opening
           WHERE o.meeting = $1 AND s.state IN ('proposed', 'invited', 'accepted') ORDER BY s.id FOR UPDATE OF s""",
        meeting,
    )
    known: dict[UUID, str] = {}
    unaware: dict[UUID, str] = {}
    for row in rows:
        knows = await notices.recall(f"assignment:{row['id']}") or row["state"] == AssignmentState.ACCEPTED
        knows = knows or (row["state"] == AssignmentState.PROPOSED and row["asked_at"])
        (known if knows else unaware)[row["id"]] = row["state"]
    for coming in await database.fetch("SELECT id FROM coming WHERE meeting = $1", meeting):
        await notices.recall(f"coming:{coming['id']}")
    return known, unaware
