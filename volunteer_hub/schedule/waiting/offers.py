"""The waiting list of an opening, and the offers of places that came free. docs/decisions/0033-waiting-lists.md.

Whoever waits has `waiting_since`, and keeps it while a place is offered to them (`offer_until`) and until they answer.
Each free place is in one offer at most: theirs alone until its deadline. A place that comes free is offered in the
transaction that freed it, which holds its opening by then and so is past the order of locks in schedule/seats.py:
therefore an offer waits for no row of anybody. Who is just being changed is tried again by the worker within seconds
(refill), and nobody behind them is asked before that.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import asyncpg

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import quiet
from volunteer_hub.messaging.quiet import Wakes
from volunteer_hub.schedule import centre, codes, facts, notices, seats
from volunteer_hub.schedule.rules import STANDING, Rule, broken
from volunteer_hub.schedule.seats import Held
from volunteer_hub.schedule.states import AssignmentState
from volunteer_hub.schedule.waiting import deadlines
from volunteer_hub.web.i18n import mark

# What is asked of who waits. Their wishes (free time, distance, hours) they have set aside by wanting this place.
ASKED = frozenset({Rule.ACTIVE, Rule.BUSY, *STANDING})

NO_PLACE = mark("Nie ma wolnego miejsca, o które nikogo teraz nie pytamy.")
TOO_LATE = mark("Jest za późno, żeby ktoś zdążył odpowiedzieć. Zadzwoń.")
NOT_IN_LINE = mark("Tej osoby nie ma już na liście oczekujących.")
MAY_NOT = mark("Ta osoba nie może teraz przyjąć tego miejsca: ma wtedy inne zadanie albo brakuje jej czegoś.")

WAITS = "(s.waiting_since IS NOT NULL AND s.state IN ('proposed', 'invited'))"
JOIN = """
    UPDATE assignment SET waiting_since = coalesce(waiting_since, clock_timestamp()), offer_until = NULL,
        instead_of = NULL, state = CASE state WHEN 'proposed' THEN state ELSE 'invited' END WHERE id = $1"""
ANYONE = f"""
    SELECT EXISTS (SELECT FROM assignment s WHERE s.opening = $1 AND ({WAITS} OR {seats.OFFERED}))"""
FREE = f"""
    SELECT o.id, o.meeting, o.role, m.starts_wall, m.timezone, m.starts_at, now() AS now,
           o.most - o.taken - (SELECT count(*) FROM assignment s WHERE s.opening = o.id AND {seats.OFFERED}) AS places
    FROM opening o JOIN meeting m ON m.id = o.meeting
    WHERE o.id = $1 AND m.state = 'planned' AND m.starts_at > now()"""
IN_LINE = f"""
    SELECT s.id, s.volunteer, s.state FROM assignment s WHERE s.opening = $1 AND {WAITS} AND s.offer_until IS NULL
    ORDER BY s.waiting_since, s.id"""
# The place in line of the assignment s, from 1 on; 0: not in line.
PLACE = f"""
    CASE WHEN {WAITS} THEN (
        SELECT count(*) FROM assignment p WHERE p.opening = s.opening AND {WAITS.replace("s.", "p.")}
          AND (p.waiting_since, p.id) <= (s.waiting_since, s.id)) ELSE 0 END"""
# Whose place they take or would take.
INSTEAD_OF = """
    (SELECT f.first_name || ' ' || left(f.last_name, 1) || '.' FROM assignment was
     JOIN volunteer f ON f.id = was.volunteer
     WHERE was.id = s.instead_of AND s.state IN ('invited', 'accepted', 'done'))"""
GOES_ON = f"""
    SELECT EXISTS (SELECT FROM assignment s JOIN assignment was ON was.opening = s.opening
                   WHERE was.id = $1 AND {seats.OFFERED})"""
HELD_NOW = """
    SELECT phone_of(v) FROM volunteer v
    WHERE v.id = $1 AND EXISTS (SELECT FROM meeting WHERE id = $2 FOR SHARE SKIP LOCKED)
      AND EXISTS (SELECT FROM role_asked WHERE id = $3 FOR SHARE SKIP LOCKED) FOR NO KEY UPDATE OF v SKIP LOCKED"""
PHONE_NOW = "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))"
OFFER = """
    UPDATE assignment SET state = 'invited', offer_until = $2, code = $3, invited_at = now(), answered_at = NULL,
        answered_by = '', instead_of = NULL
    WHERE id = $1 AND waiting_since IS NOT NULL AND offer_until IS NULL AND state IN ('proposed', 'invited')"""
BEGIN = """
    INSERT INTO refill (id, opening, stage, since)
    SELECT gen_random_uuid(), o.id, 'list', now() FROM opening o JOIN meeting m ON m.id = o.meeting
    WHERE o.id = $1 AND m.state = 'planned' AND m.starts_at > now()
    ON CONFLICT (opening) DO UPDATE SET told_at = NULL,
        since = CASE refill.stage WHEN 'waves' THEN refill.since ELSE now() END,
        stage = CASE refill.stage WHEN 'waves' THEN 'waves' ELSE 'list' END"""
# Whose place a substitute was to take is no longer theirs: now the free place is offered to the substitute.
RELEASED = """
    WITH f AS (UPDATE assignment SET named_until = NULL
               WHERE opening = $1 AND state <> 'accepted' AND named_until IS NOT NULL RETURNING id)
    UPDATE assignment s SET instead_of = NULL FROM f
    WHERE s.opening = $1 AND s.state = 'invited' AND s.instead_of = f.id"""


async def join(actor: Actor, of: Held, channel: str) -> int:
    """Puts the assignment at the end of its opening's list; who is on it keeps their place. The place, from 1 on.

    Under the locks of its volunteer. When a place came free at this very moment, it is offered right away.
    """
    await database.execute(seats.HOLD_OPENING, of.opening)
    await database.execute(JOIN, of.id)
    if of.state not in (AssignmentState.PROPOSED, AssignmentState.INVITED):
        await seats.remember(actor, of.id, of.state, AssignmentState.INVITED, channel)
    place = [row["id"] for row in await database.fetch(IN_LINE, of.opening)].index(of.id) + 1
    await offer(of.opening)
    return place


async def anyone(opening: UUID) -> bool:
    """Whether a place of the opening, if there is one, is somebody's who waits: nobody passes them by asking.

    Whoever in line may take it is asked first; who cannot keeps nobody else from it. The opening stays locked.
    """
    if not await database.fetchval(ANYONE, opening):
        return False
    if not await offer(opening):
        return True
    of = await database.fetchrow(FREE, opening)
    return of is None or of["places"] <= 0


async def goes_on(assignment: UUID) -> bool:
    """Whether a place of its opening is offered to somebody now."""
    return await database.fetchval(GOES_ON, assignment)


async def offer_to(actor: Actor, assignment: UUID) -> None:
    """A coordinator offers a free place to this one in line now, before whoever waited longer.

    Raises Refused when no place is free that nobody is asked about, when they may not take it, or it is too late.
    """
    coordinators_only(actor)
    async with database.transaction():
        now = await seats.held(actor, assignment)
        await seats.meeting_stands(now.meeting)
        await database.execute(seats.HOLD_OPENING, now.opening)
        of = await database.fetchrow(FREE, now.opening)
        if of is None or of["places"] <= 0:
            raise Refused(NO_PLACE)
        until = _until(of)
        line = {row["id"]: row for row in await database.fetch(IN_LINE, now.opening)}
        if until is None or assignment not in line:
            raise Refused(TOO_LATE if until is None else NOT_IN_LINE)
        if not await _fitting(now.opening, [line[assignment]]):
            raise Refused(MAY_NOT)
        phone = await seats.volunteer_held(now.volunteer)
        if not await _offer(of, line[assignment], phone, until, actor, "desk"):
            raise Refused(MAY_NOT)


async def seat_freed(opening: UUID) -> None:
    """A place of the opening came free or was added: the search for somebody begins, with the list.

    In the transaction that freed it, after the place was given back.
    """
    await database.execute(RELEASED, opening)
    await database.execute(BEGIN, opening)
    await offer(opening)


async def offer(opening: UUID) -> bool:
    """Offers each free place that is in no offer to the first in line who may take it.

    Who may not now, for what the law asks or because they are busy then, is passed over and stays in line. False: the
    next in line is just being changed, and is to be looked at again.
    """
    async with database.transaction():
        await database.execute(seats.HOLD_OPENING, opening)
        of = await database.fetchrow(FREE, opening)
        until = _until(of) if of else None
        if of is None or until is None or of["places"] <= 0:
            return True
        made = 0
        for waiter in await _fitting(opening, await database.fetch(IN_LINE, opening)):
            if made == of["places"]:
                break
            phone = await database.fetchval(HELD_NOW, waiter["volunteer"], of["meeting"], of["role"])
            if phone is None or not await database.fetchval(PHONE_NOW, phone):
                return False
            made += await _offer(of, waiter, phone, until)
    return True


def _until(of: asyncpg.Record) -> datetime | None:
    return deadlines.deadline(of["now"], of["starts_at"], quiet.current(), centre.settings().offer_hours)


async def _fitting(opening: UUID, rows: Iterable[asyncpg.Record]) -> list[asyncpg.Record]:
    asked, people = await facts.facts(opening, [row["volunteer"] for row in rows])
    return [row for row in rows if not ASKED.intersection(broken(people[row["volunteer"]], asked))]


async def _offer(
    of: asyncpg.Record, waiter: asyncpg.Record, phone: str, until: datetime,
    actor: Actor = SYSTEM, channel: str = "list",
) -> bool:  # fmt: skip
    """One offer, or none when the database's guard knows better or they have just left the list."""
    code, _ = await codes.choose(phone, waiter["id"])
    try:
        async with database.transaction():
            if not await database.execute(OFFER, waiter["id"], until, code):
                return False
    except asyncpg.CheckViolationError as error:
        seats.guarded(error)
        return False
    await database.execute(seats.BOOK, waiter["id"], waiter["volunteer"], of["meeting"], False)
    await seats.remember(actor, waiter["id"], waiter["state"], AssignmentState.INVITED, channel)
    turn = await database.fetchval("SELECT count(*) FROM assignment_change WHERE assignment = $1", waiter["id"])
    await notices.tell(
        centre.settings(), [waiter["id"]], "place_free", key=f"assignment:{{id}}:offer:{turn}", method="REQUEST",
        until=until, wakes=Wakes.NEVER,
    )  # fmt: skip
    return True
