"""Verbs of the schedule: each is one transaction with its history and its messages.

docs/decisions/0009-seats-and-bookings.md tells what a yes, a no and a change of plans do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import centre, codes, notices, reminders, seats, standing
from volunteer_hub.schedule.help import follow_meetings
from volunteer_hub.schedule.rules import AssignmentState, MeetingState, may_become
from volunteer_hub.schedule.seats import Busy, Full, Held, Waiting
from volunteer_hub.schedule.spans import instants
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import mark

__all__ = [
    "Busy", "Full", "Seats", "Waiting", "answer", "answer_coming", "cancel_meeting", "instants", "invite",
    "move_meeting", "plan_meeting", "plan_reminders", "withdraw",
]  # fmt: skip

STALE = mark("To zaproszenie jest już nieaktualne.")


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
    _must_plan(actor)
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


async def invite(
    actor: Actor, opening: UUID, volunteer: UUID, *, score: int | None = None, rank: int | None = None
) -> UUID:
    """Asks the volunteer by SMS and e-mail; the assignment's id. `score` and `rank` are how they stood when chosen.

    Refused when a named rule is broken, no seat is free, they are asked already, or the meeting has begun or is off.
    """
    _must_plan(actor)
    async with database.transaction():
        of = await database.fetchrow("SELECT meeting, role FROM opening WHERE id = $1", opening)
        meeting, role = of or (None, None)
        await seats.meeting_stands(meeting)
        await seats.role_stands(role)
        phone = await seats.volunteer_held(volunteer)
        known = await database.fetchrow(
            """SELECT s.id, s.state, (SELECT count(*) FROM assignment_change c
                                      WHERE c.assignment = s.id AND c.became = 'invited') AS times
               FROM assignment s WHERE s.opening = $1 AND s.volunteer = $2 FOR UPDATE""",
            opening,
            volunteer,
        )
        if known and not may_become(AssignmentState(known["state"]), AssignmentState.INVITED):
            raise Refused(mark("Ta osoba ma już zaproszenie albo odpowiedziała."))
        await seats.rules_allow(opening, volunteer)
        if not await database.fetchval("SELECT taken < most FROM opening WHERE id = $1", opening):
            raise Refused(mark("Wszystkie miejsca są już zajęte."))
        id = known["id"] if known else uuid4()
        code, _ = await codes.choose(phone, id)
        await seats.ask(actor, id, opening, volunteer, code, score, rank)
        await database.execute(seats.BOOK, id, volunteer, meeting, False)
        await seats.remember(actor, id, known["state"] if known else "", AssignmentState.INVITED, "desk")
        # The first invitation has the plain key; whoever is asked once more after a no gets a message of its own.
        key = "assignment:{id}:invite" + (f":{known['times'] + 1}" if known and known["times"] else "")
        await notices.tell(centre.settings(), [id], "invitation", key=key, method="REQUEST")
    return id


async def answer(actor: Actor, assignment: UUID, *, accept: bool, channel: str) -> AssignmentState:
    """The volunteer says yes or no; the state after it. The same answer once more changes nothing.

    A volunteer answers for themselves only; coordinators and the machine for whoever told them. A no after a yes frees
    the seat. Raises Full or Waiting (the yes is kept), Busy, or Refused 410 when the invitation no longer stands.
    """
    becomes = AssignmentState.ACCEPTED if accept else AssignmentState.DECLINED
    async with database.transaction():
        now = await seats.held(actor, assignment)
        if now.state is becomes or (not accept and now.state is AssignmentState.WITHDRAWN):
            return now.state
        await seats.meeting_stands(now.meeting)
        if not may_become(now.state, becomes):
            raise Refused(STALE, 410)
        refusal = (await standing.objection(now) or await seats.take(now)) if accept else None
        if isinstance(refusal, Waiting):
            refusal = await standing.keep(actor, now, refusal)
        if not isinstance(refusal, Busy):
            await database.execute(
                "UPDATE assignment SET answered_at = now(), answered_by = $2 WHERE id = $1", assignment, channel
            )
        if refusal is None:
            await _become(actor, now, becomes, channel)
    if refusal:  # after the transaction, so that a yes which cannot be confirmed yet is kept
        raise refusal
    return becomes


async def withdraw(actor: Actor, assignment: UUID) -> AssignmentState:
    """A volunteer says they cannot come after all, or the desk takes them off; the state after it. Frees the seat."""
    async with database.transaction():
        now = await seats.held(actor, assignment)
        if now.state in (AssignmentState.WITHDRAWN, AssignmentState.DECLINED):
            return now.state
        await seats.meeting_stands(now.meeting)
        if not may_become(now.state, AssignmentState.WITHDRAWN):
            raise Refused(STALE, 410)
        await _become(actor, now, AssignmentState.WITHDRAWN, "web" if actor.role is Role.VOLUNTEER else "desk")
    return AssignmentState.WITHDRAWN


async def move_meeting(
    actor: Actor, meeting: UUID, starts_wall: datetime, ends_wall: datetime, place: UUID | None = None,
    *, with_series: bool = False, ask: bool = True,
) -> None:  # fmt: skip
    """Another time or place (None: the same). Yeses stay and everybody is told; participants are asked anew.

    `with_series`: it does not part from its series; `ask`: participants hear of it now, not only by the reminder.
    Refused when somebody who accepted is busy then: they must be taken off first, or another time chosen.
    """
    _must_plan(actor)
    async with database.transaction():
        await seats.meeting_stands(meeting, changing=True)
        (was,) = await database.fetch("SELECT timezone, place, initiative FROM meeting WHERE id = $1", meeting)
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
        await _move_bookings(meeting, starts_at, ends_at)
        await standing.recheck_meeting(actor, meeting)
        await database.execute("UPDATE coming SET comes = NULL, answered_at = NULL WHERE meeting = $1", meeting)
        known, unaware = await _open(meeting)
        key = f"assignment:{{id}}:moved:{sequence}"
        await notices.tell(centre.settings(), known, "moved", key=key, method="REQUEST")
        await notices.tell(centre.settings(), unaware, "invitation", key=key, method="REQUEST")
        key = f"coming:{{id}}:moved:{sequence}"
        elsewhere = place not in (None, was["place"])
        if ask:
            await notices.tell_participants(centre.settings(), meeting, "moved", key=key, elsewhere=elsewhere)


async def cancel_meeting(actor: Actor, meeting: UUID) -> None:
    """Calls it off for good: all seats are given back, all who knew of it are told. Once more changes nothing."""
    _must_plan(actor)
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
        known, unaware = await _open(meeting)
        for id, was in (known | unaware).items():
            await seats.remember(actor, id, was, AssignmentState.WITHDRAWN, "desk")
        await database.execute(
            "UPDATE assignment SET state = 'withdrawn', at_risk = '', at_risk_since = NULL WHERE id = ANY($1)",
            [*known, *unaware],
        )
        await database.execute("UPDATE booking SET accepted = false WHERE meeting = $1", meeting)
        await database.execute("UPDATE opening SET taken = 0, version = version + 1 WHERE meeting = $1", meeting)
        key = "assignment:{id}:cancelled"
        await notices.tell(centre.settings(), known, "cancelled", key=key, method="CANCEL")
        await notices.tell_participants(centre.settings(), meeting, "cancelled", key="coming:{id}:cancelled")


async def answer_coming(coming: UUID, comes: bool, channel: str) -> None:
    """A participant says by `channel` whether they come. Refused when the meeting has begun or is off."""
    async with database.transaction():
        await seats.meeting_stands(await database.fetchval("SELECT meeting FROM coming WHERE id = $1", coming))
        await database.execute("UPDATE coming SET comes = $2, answered_at = now() WHERE id = $1", coming, comes)


async def plan_reminders(settings: Settings, now: datetime | None = None) -> int:
    """Puts the reminders that are due at `now` (unless said: by the database's clock) into the outbox; how many."""
    return await reminders.plan(settings, now)


def _must_plan(actor: Actor) -> None:
    if not actor.coordinates:
        raise Refused("", 404)


async def _become(actor: Actor, now: Held, becomes: AssignmentState, channel: str) -> None:
    """The new state, what it does to the seat, and what the volunteer is told of it.

    By SMS only when the desk took them off: who has just said something by SMS is answered by the room that read it.
    """
    if now.state is AssignmentState.ACCEPTED:
        await seats.free(now)
    await seats.become(actor, now, becomes, channel)
    knew = await notices.recall(f"assignment:{now.id}") or now.state is AssignmentState.ACCEPTED
    turn = await database.fetchval("SELECT count(*) FROM assignment_change WHERE assignment = $1", now.id)
    key = f"assignment:{{id}}:{becomes}:{turn}"
    if becomes is AssignmentState.ACCEPTED:
        await notices.tell(centre.settings(), [now.id], "accepted", key=key, method="REQUEST", sms=False)
    elif knew:
        own = becomes is AssignmentState.DECLINED or actor.role is Role.VOLUNTEER
        await notices.tell(centre.settings(), [now.id], "withdrawn", key=key, method="CANCEL", sms=not own, own=own)


async def _move_bookings(meeting: UUID, starts_at: datetime, ends_at: datetime) -> None:
    """Raises Refused with the names of those who accepted and are busy then."""
    await database.execute(
        """SELECT FROM volunteer WHERE id IN (SELECT volunteer FROM booking WHERE meeting = $1)
           ORDER BY id FOR NO KEY UPDATE""",
        meeting,
    )
    busy = await database.fetch(
        """SELECT DISTINCT v.first_name || ' ' || left(v.last_name, 1) || '.' AS name FROM booking b
           JOIN booking other ON other.volunteer = b.volunteer AND other.accepted AND other.meeting <> b.meeting
                AND tstzrange(other.starts_at, other.ends_at) && tstzrange($2, $3)
           JOIN volunteer v ON v.id = b.volunteer WHERE b.meeting = $1 AND b.accepted ORDER BY name""",
        *(meeting, starts_at, ends_at),
    )
    if busy:
        names = ", ".join(row["name"] for row in busy)
        raise Refused(
            mark("Inne przyjęte zadanie ma wtedy: %(names)s. Zmień termin albo zdejmij z listy, kogo trzeba."),
            names=names,
        )
    await database.execute(
        "UPDATE booking SET starts_at = $2, ends_at = $3 WHERE meeting = $1", *(meeting, starts_at, ends_at)
    )


async def _open(meeting: UUID) -> tuple[dict[UUID, str], dict[UUID, str]]:
    """The meeting's open assignments and their states: whose volunteers know of it, and the rest.

    All that has not left about them is called off, and so are the participants' messages.
    """
    rows = await database.fetch(
        """SELECT s.id, s.state FROM assignment s JOIN opening o ON o.id = s.opening
           WHERE o.meeting = $1 AND s.state IN ('proposed', 'invited', 'accepted') ORDER BY s.id FOR UPDATE OF s""",
        meeting,
    )
    known: dict[UUID, str] = {}
    unaware: dict[UUID, str] = {}
    for row in rows:
        knows = await notices.recall(f"assignment:{row['id']}") or row["state"] == AssignmentState.ACCEPTED
        (known if knows else unaware)[row["id"]] = row["state"]
    for coming in await database.fetch("SELECT id FROM coming WHERE meeting = $1", meeting):
        await notices.recall(f"coming:{coming['id']}")
    return known, unaware
