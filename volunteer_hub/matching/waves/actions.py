"""Invitations in waves: begun and stopped by a coordinator, carried on by the worker. docs/decisions/0043-waves.md.

Locks: the row of the waves first, then those of an invitation (schedule/seats.py). Of volunteers only those whom nobody
else is just changing, so that a wave of several waits for none of them; who is passed over is asked with the next.
"""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from volunteer_hub.access import audit
from volunteer_hub.initiatives.rules import CONFIDENTIAL
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching import pending, queries
from volunteer_hub.matching.queries import Candidate
from volunteer_hub.matching.states import WaveState
from volunteer_hub.matching.waves import rules
from volunteer_hub.matching.waves.rules import Ahead, Standing, Step
from volunteer_hub.schedule import inviting, seats, silence
from volunteer_hub.schedule.states import Stage
from volunteer_hub.schedule.waiting import refill
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import mark

MOST_PER_TICK = 200

RUNNING = mark("Zaproszenia falami już trwają.")
NOBODY = mark("Nikt więcej teraz nie pasuje.")
AGAIN = mark("Ktoś inny właśnie zaprasza te osoby. Spróbuj za chwilę jeszcze raz.")
ALL_ASKED = mark("Kto pasuje, ma już zaproszenie na te godziny gdzie indziej. Poczekaj na te odpowiedzi.")

# Where all who fit are asked about these hours elsewhere, their answers may free some: so often it is looked again.
REST = timedelta(minutes=15)

# $1 the kinds that are confidential.
OPENING = f"""
    SELECT o.id, o.meeting, o.role, i.kind = ANY($1) OR t.confidential AS confidential, o.least - o.taken AS missing,
           (SELECT count(*) FROM assignment s WHERE s.opening = o.id AND {seats.OFFERED}) AS offered,
           now() AS now, m.starts_at
    FROM opening o JOIN meeting m ON m.id = o.meeting JOIN initiative i ON i.id = m.initiative
    JOIN theme t ON t.id = i.theme WHERE o.id = $2"""
BEGIN = """
    INSERT INTO invitation_waves (id, opening, plan, state, size, hours, wave, next_at, rests, started_by, started_at)
    VALUES (gen_random_uuid(), $1, $2, 'running', $3, $4, 0, $5, false, $6, now())
    ON CONFLICT (opening) DO UPDATE SET plan = $2, state = 'running', size = $3, hours = $4, next_at = $5,
        rests = false, started_by = $6, started_at = now() WHERE invitation_waves.state <> 'running'
    RETURNING id, wave"""
SENT = "UPDATE invitation_waves SET wave = $2, next_at = $3, rests = false WHERE id = $1"
RESTS = "UPDATE invitation_waves SET next_at = now() + $2, rests = true WHERE id = $1"
END = "UPDATE invitation_waves SET state = $2, next_at = NULL WHERE id = $1"
STOP = """
    UPDATE invitation_waves SET state = 'stopped', next_at = NULL WHERE opening = $1 AND state = 'running'"""
ASKED = "INSERT INTO wave_asked (id, waves, assignment, wave) VALUES (gen_random_uuid(), $1, $2, $3)"
# Whoever has an invitation to answer when the waves begin has been asked in the first.
ASKED_BEFORE = """
    INSERT INTO wave_asked (id, waves, assignment, wave)
    SELECT gen_random_uuid(), $1, s.id, $2 FROM assignment s
    WHERE s.opening = $3 AND s.state = 'invited' AND s.answered_at IS NULL AND s.waiting_since IS NULL
      AND s.offer_until IS NULL ON CONFLICT (assignment) DO NOTHING"""
ENOUGH = "SELECT taken >= least FROM opening WHERE id = $1"
HOLD = "SELECT id FROM volunteer WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"
# The lock in a statement of its own: what the next one reads of the answers is then what stands.
CLAIM = "SELECT id FROM invitation_waves WHERE id = $1 AND state = 'running' FOR UPDATE SKIP LOCKED"
HOLD_MEETING = """
    SELECT FROM meeting WHERE id = (SELECT o.meeting FROM invitation_waves w JOIN opening o ON o.id = w.opening
                                    WHERE w.id = $1) FOR SHARE"""
STANDING = f"""
    SELECT w.id, w.opening, w.size, w.wave, o.role, o.least - o.taken AS missing, w.hours, now() AS now,
           w.next_at, w.rests, m.starts_at,
           (SELECT count(*) FROM assignment s WHERE s.opening = o.id AND {seats.OFFERED}) AS offered,
           (SELECT count(*) FROM wave_asked a JOIN assignment s ON s.id = a.assignment
            WHERE a.waves = w.id AND a.wave = w.wave AND s.state = 'invited' AND s.answered_at IS NULL) AS unanswered
    FROM invitation_waves w JOIN opening o ON o.id = w.opening JOIN meeting m ON m.id = o.meeting
    WHERE w.state = 'running' AND ($1::uuid IS NULL OR w.id = $1) AND m.state = 'planned' AND m.starts_at > now()
    ORDER BY w.next_at, w.id"""
# What was called off or has begun needs nobody any more.
OVER = """
    UPDATE invitation_waves w SET state = 'stopped', next_at = NULL FROM opening o JOIN meeting m ON m.id = o.meeting
    WHERE w.state = 'running' AND o.id = w.opening AND (m.state <> 'planned' OR m.starts_at <= now())"""
NOT_NEEDED = f"""
    SELECT s.id FROM wave_asked a JOIN assignment s ON s.id = a.assignment JOIN opening o ON o.id = s.opening
    JOIN meeting m ON m.id = o.meeting WHERE {silence.NOT_NEEDED} ORDER BY s.id LIMIT {MOST_PER_TICK}"""


@dataclass(frozen=True, slots=True)
class _Asked:
    """How many were asked, and of who fits whether others are `busy`, their rows held by somebody else just now, or
    asked about these hours `elsewhere`."""

    people: int
    busy: bool
    elsewhere: bool


async def start(actor: Actor, opening: UUID, size: int, hours: int) -> int:
    """Asks the best `size` now and the next after `hours`, sooner when all have answered; how many were asked now.

    Raises Refused: 404; 410 when the meeting has begun or is off; 409 when the waves run already, when nobody is
    missing or fits, the free places are offered to who waits for one, it is too late, or strangers are asked into this
    initiative by people only.
    """
    coordinators_only(actor)
    async with database.transaction():
        of = await _opening(opening)
        await seats.meeting_stands(of["meeting"])
        if why := rules.why_not(ahead(of)):
            raise Refused(why)
        waves = await _begin(actor, of, size, hours, None)
        if waves is None:
            raise Refused(RUNNING)
        await seats.role_stands(of["role"])
        asked = await _ask(actor, waves["id"], waves["wave"] + 1, opening, size)
        if not asked.people:
            raise Refused(AGAIN if asked.busy else ALL_ASKED if asked.elsewhere else NOBODY)
        await database.execute(SENT, waves["id"], waves["wave"] + 1, _next_at(of, hours))
        await refill.by_waves(opening)
        await audit.record(actor, "waves.start", f"opening:{opening}")
    return asked.people


async def after_first(actor: Actor, opening: UUID, size: int, hours: int, plan: UUID | None) -> bool:
    """Goes on in waves after those who have just been asked: they are the first. In their transaction.

    False, and nothing is done, where waves make no sense: enough people come, no next wave could answer in time,
    strangers are asked into this initiative by people only, or waves run already.
    """
    coordinators_only(actor)
    async with database.transaction():
        of = await _opening(opening)
        if of["confidential"] or of["missing"] <= 0 or _next_at(of, hours) is None:
            return False
        waves = await _begin(actor, of, size, hours, plan)
        if waves is None:
            return False
        await database.execute(ASKED_BEFORE, waves["id"], waves["wave"] + 1, opening)
        await database.execute(SENT, waves["id"], waves["wave"] + 1, _next_at(of, hours))
        await refill.by_waves(opening)
        await audit.record(actor, "waves.start", f"opening:{opening}")
    return True


async def stop(actor: Actor, opening: UUID) -> bool:
    """Nobody else is asked; who was asked may still answer. False when no waves ran. Raises Refused 404."""
    coordinators_only(actor)
    async with database.transaction():
        await _opening(opening)
        if not await database.execute(STOP, opening):
            return False
        await refill.after_waves(opening, Stage.COORDINATOR, known=True)
        await audit.record(actor, "waves.stop", f"opening:{opening}")
    return True


async def plan(_: Settings) -> int:
    """The worker's: the next waves leave, and who was asked where all seats are taken is thanked; how many were asked.

    Any number of workers at once: each wave is one transaction that holds its row.
    """
    await database.execute(OVER)
    asked = 0
    for row in await database.fetch(STANDING, None):
        if rules.next_step(_standing(row)) is not Step.WAIT:
            asked += await _go_on(row["id"])
    for row in await database.fetch(NOT_NEEDED):
        await silence.not_needed(row["id"])
    return asked


async def _go_on(waves: UUID) -> int:
    async with database.transaction():
        if not await database.fetchval(CLAIM, waves):
            return 0
        await database.execute(HOLD_MEETING, waves)
        row = await database.fetchrow(STANDING, waves)
        step = rules.next_step(_standing(row)) if row else Step.WAIT
        if row is None or step is Step.WAIT:
            return 0
        asked = _Asked(0, busy=False, elsewhere=False)
        if step is Step.ASK:
            await seats.role_stands(row["role"])
            asked = await _ask(SYSTEM, waves, row["wave"] + 1, row["opening"], row["size"])
        if asked.people:
            await database.execute(SENT, waves, row["wave"] + 1, _next_at(row, row["hours"]))
        elif asked.elsewhere:
            await database.execute(RESTS, waves, REST)
        elif not asked.busy:
            # Yeses may have come while we looked.
            full = step is Step.FULL or await database.fetchval(ENOUGH, row["opening"])
            await database.execute(END, waves, WaveState.FULL if full else WaveState.OUT)
            await refill.after_waves(row["opening"], Stage.LIST if full else Stage.COORDINATOR)
    return asked.people


def ahead(of: asyncpg.Record) -> Ahead:
    """Of a row of OPENING."""
    return Ahead(**{field.name: of[field.name] for field in fields(Ahead)})


async def _opening(opening: UUID) -> asyncpg.Record:
    row = await database.fetchrow(OPENING, CONFIDENTIAL, opening)
    if row is None:
        raise Refused("", 404)
    return row


async def _begin(actor: Actor, of: asyncpg.Record, size: int, hours: int, plan: UUID | None) -> asyncpg.Record | None:
    """The row of the waves, locked; None when they run already. Waves that ended go on counting where they were."""
    return await database.fetchrow(BEGIN, of["id"], plan, size, hours, of["now"], actor.account)


async def _ask(actor: Actor, waves: UUID, wave: int, opening: UUID, size: int) -> _Asked:
    """Invites the best `size` who fit and were never asked."""
    found = await queries.fitting(SYSTEM, opening)
    free = {row["id"] for row in await database.fetch(HOLD, [one.person.id for one in found])}
    # Looked at again now that their rows are held: a wave of another opening may just have asked them.
    elsewhere = await pending.elsewhere(opening, free)
    asked = 0
    for one in found:
        if asked < size and one.rank and one.person.id in free and one.person.id not in elsewhere:
            asked += await _invite(actor, waves, wave, opening, one)
    return _Asked(asked, busy=len(free) < len(found), elsewhere=bool(elsewhere))


async def _invite(actor: Actor, waves: UUID, wave: int, opening: UUID, one: Candidate) -> bool:
    score, rank = one.fit.score.total, one.rank
    try:
        async with database.transaction():
            id = await inviting.invite(actor, opening, one.person.id, score=score, rank=rank, wakes=False)
            await database.execute(ASKED, waves, id, wave)
    except Refused:  # somebody else has just asked them, or the last seat is gone
        return False
    return True


def _next_at(of: asyncpg.Record, hours: int) -> datetime | None:
    return rules.next_at(of["now"], of["starts_at"], hours)


def _standing(row: asyncpg.Record) -> Standing:
    return Standing(**{field.name: row[field.name] for field in fields(Standing)})
