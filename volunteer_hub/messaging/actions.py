"""What the world tells us of messages: the provider's callbacks, STOP and START, and what a coordinator decides."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import asyncpg
import structlog

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import rules
from volunteer_hub.messaging.rules import Channel, State

log = structlog.get_logger("messaging")

STOPPED_BY_PROVIDER = "21610"

FIND_FOR_CALLBACK = """
    SELECT id, state, provider_id, address, trace FROM message
    WHERE id = $1 OR ($1::uuid IS NULL AND provider_id = $2) FOR UPDATE"""

CALLBACK = """
    UPDATE message
    SET state = $2, provider_id = coalesce(provider_id, $3), error = $4, lease_until = NULL, next_check_at = NULL,
        sent_at = coalesce(sent_at, now()), finished_at = CASE WHEN $5 THEN now() END
    WHERE id = $1"""

RELEASE = """
    UPDATE message
    SET provider_id = NULL, state = 'unknown', next_check_at = now(), lease_until = now(), finished_at = NULL
    WHERE provider_id = $1 AND id <> $2"""

TOLD = "told by phone"
# What is on its way is only marked; what waits for a human, or has not begun, is called off at once.
CALLABLE_OFF = (State.PLANNED, State.IN_FLIGHT, State.UNKNOWN, State.PARKED, State.TO_PHONE)
CALL_OFF = """
    state = CASE WHEN state IN ('in_flight', 'unknown') THEN state ELSE 'cancelled' END,
    finished_at = CASE WHEN state IN ('in_flight', 'unknown') THEN finished_at ELSE now() END,
    cancelled_at = coalesce(cancelled_at, now())"""
CALL_OFF_HELD = f"""
    UPDATE message SET {CALL_OFF}, settled_by = $3
    WHERE state = 'planned' AND channel = $1 AND due_at <= $2 AND created_at <= $2 AND about NOT LIKE 'account:%'"""

LET_GO = """
    INSERT INTO channel_pace (channel, free_at, let_go_at) VALUES ($1, now(), now())
    ON CONFLICT (channel) DO UPDATE SET let_go_at = excluded.let_go_at"""


async def record_callback(*, ref: UUID | None, provider_id: str, status: str, error_code: str = "") -> bool:
    """The provider says how far a message got; True when that was news.

    `ref` is our own name of the message, which rides in the callback's address: with it this works even before the
    answer to our request is known. Without it the message is found by `provider_id`. The state only moves forwards,
    so callbacks may come twice, late and in any order. Unknown messages and words change nothing.
    """
    async with database.transaction():
        row = await database.fetchrow(FIND_FOR_CALLBACK, ref, provider_id)
        news = row is not None and await _climb(row, provider_id, status, error_code)
    return news


async def _climb(row: asyncpg.Record, provider_id: str, status: str, error_code: str) -> bool:
    was = State(row["state"])
    becomes = rules.after_callback(was, status)
    if row["provider_id"] and provider_id and row["provider_id"] != provider_id:
        log.warning("accepted twice", ref=str(row["id"]), trace=row["trace"])
    if error_code == STOPPED_BY_PROVIDER:
        await opt_out(row["address"], STOPPED_BY_PROVIDER)
    if becomes is was:
        return False
    if provider_id and not row["provider_id"]:
        await release(provider_id, but=row["id"])
    error = error_code[:200] if becomes is State.UNDELIVERED else ""
    final = becomes in rules.FINAL
    await database.execute(CALLBACK, row["id"], becomes.value, provider_id or None, error, final)
    log.info("message", ref=str(row["id"]), trace=row["trace"], state=becomes.value, was=was.value, error=error)
    return True


async def release(provider_id: str | None, *, but: UUID) -> None:
    """Takes the provider's id from any message `but` this one, whose it certainly is.

    The other had found it by number and text alone, after its own answer was lost; it is asked about again.
    """
    await database.execute(RELEASE, provider_id, but)


async def opt_out(address: str, word: str) -> bool:
    """The person behind `address` wants no more messages; `word` is how they said so. True when that is new.

    Whatever waits for the address is suppressed at once; what is just on its way cannot be held.
    """
    async with database.transaction():
        new = await database.fetchval(
            "INSERT INTO opt_out (address, since, word) VALUES ($1, now(), $2)"
            " ON CONFLICT (address) DO NOTHING RETURNING address",
            address,
            word[:20],
        )
        await database.execute(
            "UPDATE message SET state = 'suppressed', error = 'stop', finished_at = now()"
            " WHERE address = $1 AND state = 'planned'",
            address,
        )
    return new is not None


async def opt_in(address: str) -> bool:
    """START came from the handset itself: messages may go there again. True when it had been stopped."""
    return await database.execute("DELETE FROM opt_out WHERE address = $1", address) > 0


async def send_again(actor: Actor, message: UUID) -> None:
    """A coordinator lets a parked message leave once more, knowing that the person may have it already."""
    again = "state = 'planned', due_at = now(), finished_at = NULL, deferred = attempt, checks = 0, error = ''"
    await _decide(actor, message, [State.PARKED], again, None)


async def told(actor: Actor, message: UUID) -> None:
    """A coordinator told the person in another way, so nothing is left to do."""
    told = f"state = 'delivered', finished_at = now(), error = '{TOLD}'"
    await _decide(actor, message, [*rules.ATTENTION, State.EXPIRED], told, actor.account)


async def call_off(actor: Actor, message: UUID) -> None:
    """A coordinator does not want it sent. One that is just on its way cannot be held; should it turn out not to have
    left, it stays unsent. Raises Refused 409 when it has left."""
    await _decide(actor, message, CALLABLE_OFF, CALL_OFF, actor.account)


async def call_off_held(actor: Actor, channel: Channel, until: datetime) -> int:
    """Calls off what fell due on a channel by `until` and still waits there, but for codes; how many messages."""
    if actor.role is not Role.COORDINATOR:
        raise Refused("", 404)
    return await database.execute(CALL_OFF_HELD, channel.value, until, actor.account)


async def let_go(actor: Actor, channel: Channel) -> bool:
    """A coordinator looked at the flood the fuse holds: all that is due now may leave. False when nothing was held."""
    if not actor.coordinates:
        raise Refused("", 404)
    async with database.transaction():
        await database.execute(LET_GO, channel.value)
        held = await database.execute(
            "DELETE FROM channel_pause WHERE channel = $1 AND reason = $2 AND until > now()", channel.value, rules.FLOOD
        )
        await database.execute("NOTIFY outbox")
    log.warning("flood let go", channel=channel.value)
    return held > 0


async def _decide(actor: Actor, message: UUID, states: Iterable[State], change: str, by: UUID | None) -> None:
    """`by` is who saw to it for good; what somebody has seen to is not decided twice."""
    if actor.role is not Role.COORDINATOR:
        raise Refused("", 404)
    changed = await database.execute(
        f"UPDATE message SET {change}, settled_by = $3 WHERE id = $1 AND state = ANY($2) AND channel <> 'hook'"
        " AND settled_by IS NULL",
        message,
        [state.value for state in states],
        by,
    )
    if not changed:
        raise Refused(
            "", 404 if await database.fetchval("SELECT 1 FROM message WHERE id = $1", message) is None else 409
        )
