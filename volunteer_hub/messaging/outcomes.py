"""What became of an attempt: written into its row, bound to that attempt, and said in one line of the log."""

import random
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from uuid import UUID

import asyncpg
import structlog

from volunteer_hub.kit import database
from volunteer_hub.messaging import actions, rules
from volunteer_hub.messaging.channels.base import Accepted, NotAccepted, Outgoing, Rejected, SafeRetry, Unusable
from volunteer_hub.messaging.rules import Channel, State, Timing

log = structlog.get_logger("messaging")

# Proof of acceptance counts as long as no further attempt was begun, even if the message was given up or put back.
# Several at once, for what they have in common costs more than each; every one is bound to its own attempt.
ACCEPTED = """
    UPDATE message AS m
    SET state = said.state, provider_id = coalesce(m.provider_id, said.provider_id), error = '',
        next_check_at = NULL, lease_until = NULL,
        sent_at = CASE WHEN said.state <> 'to_phone' THEN coalesce(m.sent_at, now()) END,
        finished_at = CASE WHEN said.final THEN now() END
    FROM unnest($1::uuid[], $2::integer[], $3::varchar[], $4::varchar[], $5::boolean[])
        AS said (id, attempt, state, provider_id, final)
    WHERE m.id = ANY($1) AND m.id = said.id AND m.attempt = said.attempt
      AND m.state IN ('in_flight', 'unknown', 'planned', 'parked', 'cancelled', 'expired')
    RETURNING m.id, m.state"""

PUT_BACK = """
    UPDATE message
    SET state = CASE WHEN cancelled_at IS NOT NULL THEN 'cancelled' WHEN $5 THEN 'parked' ELSE 'planned' END,
        finished_at = CASE WHEN cancelled_at IS NOT NULL OR $5 THEN now() END,
        due_at = now() + $3::interval, deferred = deferred + $4, error = $6, next_check_at = NULL, lease_until = NULL
    WHERE id = $1 AND attempt = $2 AND state = $7
    RETURNING state"""

LOST = """
    UPDATE message SET state = 'unknown', next_check_at = now() + $3::interval, error = $4
    WHERE id = $1 AND attempt = $2 AND state = 'in_flight' RETURNING state"""

ENDED = """
    UPDATE message SET state = $3, error = $4, finished_at = now(), next_check_at = NULL, lease_until = NULL
    WHERE id = $1 AND attempt = $2 AND state = $5 RETURNING state"""

PAUSE = """
    INSERT INTO channel_pause (channel, until, reason) VALUES ($1, now() + $2::interval, $3)
    ON CONFLICT (channel) DO UPDATE SET until = excluded.until, reason = excluded.reason"""


def outgoing(row: asyncpg.Record) -> Outgoing:
    """A claimed row as a channel wants it."""
    fields = {name: row[name] for name in Outgoing.__slots__}
    return Outgoing(**{**fields, "channel": Channel(row["channel"])})


async def record(
    message: Outgoing,
    outcome: Accepted | NotAccepted,
    timing: Timing,
    began: float,
    accept: Callable[[Outgoing, Accepted], Awaitable[str | None]],
) -> None:
    """Writes what became of the attempt, and one line of log. One that is not the latest any more changes nothing.

    `accept` is `accepted`, or writes several at once.
    """
    match outcome:
        case Accepted():
            try:
                state = await accept(message, outcome)
            except asyncpg.UniqueViolationError:
                await actions.release(outcome.provider_id, but=message.id)
                state = await accepted(message, outcome)
        case Rejected():
            state = await end(message, outcome.state, outcome.reason, was=State.IN_FLIGHT)
            if outcome.state is State.SUPPRESSED:
                await actions.opt_out(message.address, outcome.reason)
        case SafeRetry():
            state = await _turned_away(message, outcome.reason, outcome.after)
        case Unusable():
            await database.execute(PAUSE, message.channel.value, rules.CHANNEL_PAUSE, outcome.reason)
            log.error("channel refuses us", channel=message.channel.value, error=outcome.reason)
            state = await _turned_away(message, outcome.reason, 0.0)
        case _:
            state = await database.fetchval(LOST, *_attempt(message), timedelta(seconds=timing.grace), outcome.reason)
    error = "" if isinstance(outcome, Accepted) else outcome.reason
    ms = round((time.monotonic() - began) * 1000, 1)
    say(message, State(state) if state else None, error=error, ms=ms)


async def accepted(message: Outgoing, outcome: Accepted) -> str | None:
    """Records acceptance; None when a later attempt is under way. Raises UniqueViolationError for another's id."""
    return (await accepted_together([(message, outcome)])).get(message.id)


async def accepted_together(said: Sequence[tuple[Outgoing, Accepted]]) -> dict[UUID, str]:
    """As `accepted`, for all or none: the states of those that were recorded."""
    rows = [(*_attempt(one), to.state.value, to.provider_id, to.state in rules.FINAL) for one, to in said]
    return {row["id"]: row["state"] for row in await database.fetch(ACCEPTED, *map(list, zip(*rows, strict=True)))}


async def _turned_away(message: Outgoing, reason: str, after: float | None) -> str | None:
    """Back to planned, later; such a turn costs no try, or an hour's outage would park everything."""
    times = message.deferred + 1
    pause = rules.backoff(times, random.random())  # noqa: S311 - spreads load, protects nothing
    wait = pause if after is None else max(pause, timedelta(seconds=after))
    return await put_back(message, wait, reason, deferred=1, park=times > rules.MAX_DEFERRALS, was=State.IN_FLIGHT)


async def put_back(
    message: Outgoing, wait: timedelta, reason: str, *, deferred: int, park: bool, was: State
) -> str | None:
    """Back to planned, or parked, or left alone when it was called off meanwhile."""
    return await database.fetchval(PUT_BACK, *_attempt(message), wait, deferred, park, reason, was.value)


async def end(message: Outgoing, state: State, reason: str, *, was: State) -> str | None:
    """Nothing more is tried; a human may still act on it."""
    return await database.fetchval(ENDED, *_attempt(message), state.value, reason, was.value)


def _attempt(message: Outgoing) -> tuple[UUID, int]:
    return message.id, message.attempt


def say(message: Outgoing | asyncpg.Record, state: State | None, *, error: str = "", ms: float = 0) -> None:
    """The one line of log about an outcome. Without a state: it came too late and changed nothing."""
    get = message.__getitem__ if isinstance(message, asyncpg.Record) else lambda name: getattr(message, name)
    log.info(
        "message",
        ref=str(get("id")),
        trace=get("trace"),
        channel=str(get("channel")),
        template=get("template"),
        attempt=get("attempt"),
        state=state.value if state else "too late",
        error=error,
        ms=ms,
    )
