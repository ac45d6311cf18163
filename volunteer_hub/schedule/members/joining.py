"""Who wants to belong to a group or course and does not yet: asks, waits for room, has a place kept for them.

A place that comes free is kept for one person at a time, the one who has waited longest, until they answer or their
time is over. Locks: the initiative's row, which counts its members, then the joinings, then the phone.
docs/decisions/0041-members.md.
"""

from datetime import timedelta
from uuid import UUID

import asyncpg

from volunteer_hub.access import audit
from volunteer_hub.initiatives import actions, members
from volunteer_hub.initiatives.rules import WITH_ROOM, InitiativeState, JoiningState
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import outbox, quiet
from volunteer_hub.messaging.quiet import Wakes
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.schedule import centre, codes
from volunteer_hub.schedule.wishes import codes as wish_codes
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import mark

OPEN = (JoiningState.ASKED, JoiningState.WAITING, JoiningState.OFFERED)
# Somebody who let two offers pass may not read SMS: a person rings.
RING_AFTER = 2
# Nobody has to answer at night, and nobody loses a place by it.

OVER = mark("Ta grupa już się nie spotyka. Odezwiemy się.")
BELONGS = mark("Ta osoba już tu należy.")
STALE = mark("To miejsce nie jest już zajęte dla tej osoby. Odśwież stronę.")

# A statement of its own: what is counted after it has to see what the one it waited for has written.
HOLD = "SELECT FROM initiative WHERE id = $1 FOR NO KEY UPDATE"
ROOM = """
    SELECT most_members - present - (SELECT count(*) FROM joining WHERE initiative = i.id AND state = 'offered')
           AS room, most_members IS NULL AS endless, state
    FROM initiative i WHERE id = $1"""

PUT = """
    INSERT INTO joining (id, initiative, participant, state, since, channel)
    VALUES (gen_random_uuid(), $1, $2, $3, clock_timestamp(), $4)
    ON CONFLICT (initiative, participant) DO UPDATE SET state = excluded.state, since = excluded.since, silences = 0,
        offer_until = NULL, code = '', channel = excluded.channel, decided_at = NULL, decided_by = NULL
    WHERE joining.state NOT IN ('asked', 'waiting', 'offered') OR joining.state = 'asked' AND excluded.state = 'waiting'
    RETURNING id"""

# Who waited longest; whom nobody may write to is asked by telephone, and so is who did not answer twice.
NEXT = """
    SELECT j.id, j.participant, p.phone, p.language,
           p.sms_ok AND p.phone IS NOT NULL AND j.silences < $2 AS by_sms
    FROM joining j JOIN participant p ON p.id = j.participant
    WHERE j.initiative = $1 AND j.state = 'waiting' AND p.restricted_at IS NULL
    ORDER BY j.since, j.id LIMIT $3 FOR UPDATE OF j"""

OFFER = "UPDATE joining SET state = 'offered', offer_until = $2, code = $3 WHERE id = $1"
DECIDE = """
    UPDATE joining SET state = $2, offer_until = NULL, decided_at = now(), decided_by = $3, channel = $4
    WHERE id = $1"""

LAPSED = """
    SELECT id, initiative FROM joining WHERE state = 'offered' AND offer_until < now()
    ORDER BY initiative, id LIMIT 200"""
BACK = """
    UPDATE joining SET state = 'waiting', since = now(), silences = silences + 1, offer_until = NULL
    WHERE id = $1 AND state = 'offered' AND offer_until < now() RETURNING id"""

# Groups where somebody waits and there is room: whatever made the room.
TO_FILL = """
    SELECT i.id FROM initiative i
    WHERE i.state IN ('prepared', 'running') AND EXISTS (
            SELECT FROM joining j WHERE j.initiative = i.id AND j.state = 'waiting')
      AND (i.most_members IS NULL OR i.most_members > i.present
             + (SELECT count(*) FROM joining j WHERE j.initiative = i.id AND j.state = 'offered'))
    ORDER BY i.id LIMIT 200"""

# What one writes by SMS to ask for a group: shorter than the codes of openings, so that no group has one of theirs.
CODE_LENGTH = 3
UNCODED = """
    SELECT id FROM initiative
    WHERE public AND state = 'running' AND kind = ANY($1) AND join_code = '' ORDER BY id LIMIT 50"""
CODED = "SELECT id FROM initiative WHERE join_code = $1 AND public AND state = 'running' AND kind = ANY($2)"
USED = "SELECT join_code AS code FROM initiative WHERE join_code <> ''"
TAKE_BACK = "UPDATE initiative SET join_code = '' WHERE join_code <> '' AND (state <> 'running' OR NOT public)"


async def ask(actor: Actor, initiative: UUID, participant: UUID, channel: str) -> JoiningState:
    """They ask to belong; whoever runs it says yes or no. Asked twice is once.

    By the machine for who wrote an SMS, by any coordinator for who asked them. Raises Refused (404, 409, 410).
    """
    return await _put(actor, initiative, participant, JoiningState.ASKED, channel)


async def put_on_list(actor: Actor, initiative: UUID, participant: UUID, channel: str = "desk") -> JoiningState:
    """They may belong as soon as there is room; where there is, a place is kept for them and they are asked now.

    Raises Refused (404, 409 where they belong already).
    """
    return await _put(actor, initiative, participant, JoiningState.WAITING, channel)


async def approve(actor: Actor, initiative: UUID, joining: UUID) -> JoiningState:
    """Whoever runs it says yes to who asked: they join where there is room, else they wait. Raises Refused."""
    async with database.transaction():
        of = await _held(actor, initiative, joining, JoiningState.ASKED)
        return await _join(actor, of, "desk")


async def refuse(actor: Actor, initiative: UUID, joining: UUID) -> None:
    """Not this group, or they no longer want: off the list, and whatever place was kept goes on. Raises Refused."""
    async with database.transaction():
        of = await _held(actor, initiative, joining, *OPEN)
        await outbox.cancel(about=f"joining:{joining}")
        state = JoiningState.REFUSED if of["state"] == JoiningState.ASKED else JoiningState.DECLINED
        await database.execute(DECIDE, joining, state, actor.account, "desk")
        await audit.record(actor, "joining.end", f"participant:{of['participant']}")
        await fill(initiative)


async def answer(actor: Actor, joining: UUID, *, accept: bool, channel: str) -> JoiningState:
    """They say whether they take the place that is kept for them; the state after it.

    Who says yes too late takes a place if one is free, else waits where they stood. By the machine for an SMS, by who
    runs it for who rang. Raises Refused 404, and 410 when the group is over.
    """
    async with database.transaction():
        initiative = await database.fetchval("SELECT initiative FROM joining WHERE id = $1", joining)
        if initiative is None:
            raise Refused("", 404)
        of = await _held(actor, initiative, joining, JoiningState.OFFERED, JoiningState.WAITING, JoiningState.JOINED,
                         JoiningState.DECLINED)  # fmt: skip
        if of["state"] in (JoiningState.JOINED, JoiningState.DECLINED):
            return JoiningState(of["state"])
        await outbox.cancel(about=f"joining:{joining}")
        if accept:
            return await _join(actor, of, channel)
        await database.execute(DECIDE, joining, JoiningState.DECLINED, actor.account, channel)
        await audit.record(actor, "joining.end", f"participant:{of['participant']}")
        await fill(initiative)
        return JoiningState.DECLINED


async def is_full(initiative: UUID) -> bool:
    """Whether nobody more may join now: all places are taken, or kept for others who waited longer."""
    row = await database.fetchrow(ROOM, initiative)
    return row is not None and not row["endless"] and row["room"] <= 0


async def fill(initiative: UUID) -> int:
    """Keeps each free place for whoever has waited longest and asks them; how many.."""
    room = await _room(initiative)
    rows = await database.fetch(NEXT, initiative, RING_AFTER, room) if room else []
    for row in rows:
        await _offer(row)
    return len(rows)


async def plan(settings: Settings) -> None:
    """The worker's: places that nobody answered about go on, free ones are offered, codes for SMS are given."""
    for row in await database.fetch(LAPSED):
        async with database.transaction():
            await _room(row["initiative"])
            if await database.fetchval(BACK, row["id"]):
                await outbox.cancel(about=f"joining:{row['id']}")
    for row in await database.fetch(TO_FILL):
        async with database.transaction():
            await fill(row["id"])
    await _give_codes()


async def _put(actor: Actor, initiative: UUID, participant: UUID, state: JoiningState, channel: str) -> JoiningState:
    async with database.transaction():
        row = await database.fetchrow("SELECT kind, state FROM initiative WHERE id = $1 FOR NO KEY UPDATE", initiative)
        asks = state is JoiningState.ASKED and actor.coordinates
        may = asks or actor == SYSTEM or await members.may_add(actor, initiative, participant)
        if row is None or row["kind"] not in WITH_ROOM or not may:
            raise Refused("", 404)
        if row["state"] in (InitiativeState.FINISHED, InitiativeState.STOPPED):
            raise Refused(OVER, 410)
        if await database.fetchval(
            "SELECT true FROM member WHERE initiative = $1 AND participant = $2 AND left_on IS NULL",
            initiative, participant,
        ):  # fmt: skip
            raise Refused(BELONGS)
        if await database.fetchval(PUT, initiative, participant, state, channel):
            await audit.record(actor, f"joining.{state}", f"participant:{participant}")
            await fill(initiative)
        return JoiningState(await database.fetchval(
            "SELECT state FROM joining WHERE initiative = $1 AND participant = $2", initiative, participant
        ))  # fmt: skip


async def _held(actor: Actor, initiative: UUID, joining: UUID, *states: JoiningState) -> asyncpg.Record:
    await _room(initiative)
    of = await database.fetchrow(
        """SELECT j.id, j.initiative, j.participant, j.state, i.state IN ('finished', 'stopped') AS over
           FROM joining j JOIN initiative i ON i.id = j.initiative
           WHERE j.id = $1 AND j.initiative = $2 FOR UPDATE OF j""",
        joining, initiative,
    )  # fmt: skip
    if of is None or not (actor == SYSTEM or (await members.seen(actor, initiative)).changes):
        raise Refused("", 404)
    if of["state"] not in states:
        raise Refused(STALE)
    return of


async def _room(initiative: UUID) -> int:
    """How many places can be offered, under the lock that counts them. A group that is only an idea offers none."""
    await database.execute(HOLD, initiative)
    row = await database.fetchrow(ROOM, initiative)
    if row is None or row["state"] not in (InitiativeState.PREPARED, InitiativeState.RUNNING):
        return 0
    return 200 if row["endless"] else max(row["room"], 0)


async def _join(actor: Actor, of: asyncpg.Record, channel: str) -> JoiningState:
    """A place, or where they stood on the list when it went to somebody else. Raises Refused 410: it is over."""
    if of["over"]:
        raise Refused(OVER, 410)
    today = clock.today(centre.settings().timezone)
    try:
        async with database.transaction():
            await actions.add_member(actor, of["initiative"], of["participant"], joined_on=today)
            await database.execute(DECIDE, of["id"], JoiningState.JOINED, actor.account, channel)
            await audit.record(actor, "participant.join", f"participant:{of['participant']}")
    except Refused:
        await database.execute("UPDATE joining SET state = 'waiting', offer_until = NULL WHERE id = $1", of["id"])
        return JoiningState.WAITING
    return JoiningState.JOINED


async def _offer(row: asyncpg.Record) -> None:
    if not row["by_sms"]:
        await database.execute(OFFER, row["id"], None, "")
        return
    settings = centre.settings()
    asked = quiet.leaves(clock.now(), quiet.current())
    until = quiet.leaves(asked + timedelta(hours=settings.joining_hours), quiet.current())
    code, others = await codes.choose(row["phone"], row["id"])
    await database.execute(OFFER, row["id"], until, code)
    await outbox.put(
        key=f"joining:{row['id']}:{until.isoformat()}",
        about=f"joining:{row['id']}",
        channel=Channel.SMS,
        address=row["phone"],
        language=row["language"],
        template="place_kept",
        values={
            "centre": settings.centre_name, "phone": settings.centre_phone, "code": code if others else "",
            "until": clock.wall(until, settings.timezone), "where": "",
        },
        expires_at=until,
        wakes=Wakes.NEVER,
        reply_code=code,
    )  # fmt: skip


async def group_of(code: str) -> UUID | None:
    """The public group or course that one asks for with this code in an SMS."""
    return await database.fetchval(CODED, code, sorted(WITH_ROOM)) if code else None


async def _give_codes() -> None:
    await database.execute(TAKE_BACK)
    if not (lacking := await database.fetch(UNCODED, sorted(WITH_ROOM))):
        return
    async with database.transaction():
        # Two workers would draw the same number now and then, and the slower one fail by the index.
        await database.execute("SELECT pg_advisory_xact_lock(hashtextextended('join-codes', 0))")
        used = {row["code"] for row in await database.fetch(USED)}
        for row in lacking:
            if code := wish_codes.free(used, CODE_LENGTH):
                used.add(code)
                await database.execute(
                    "UPDATE initiative SET join_code = $2 WHERE id = $1 AND join_code = ''", row["id"], code
                )
