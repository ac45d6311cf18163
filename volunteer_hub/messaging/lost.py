"""Messages whose worker or answer was lost: the provider is asked before anything is sent again. And those too late."""

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta

import asyncpg

from volunteer_hub.kit import database
from volunteer_hub.messaging import delivery, outcomes, rules
from volunteer_hub.messaging.channels import Channels
from volunteer_hub.messaging.channels.base import Accepted, NotAccepted, Outgoing
from volunteer_hub.messaging.rules import State, Timing

LEASE_OVER = """
    UPDATE message SET state = 'unknown', error = 'worker lost'
    WHERE state = 'in_flight' AND lease_until < now() RETURNING id, trace, channel, template, attempt, state"""

# Being asked about is itself leased: the next question is in the row before this one is asked.
TO_ASK = """
    UPDATE message
    SET checks = checks + 1,
        next_check_at = now() + ($2::float8[])[least(checks + 1, array_length($2, 1))] * interval '1 second'
    WHERE id IN (SELECT id FROM message WHERE state = 'unknown' AND next_check_at <= now()
                 ORDER BY next_check_at LIMIT $1 FOR UPDATE SKIP LOCKED)
    RETURNING *, now() AS now, extract(epoch FROM expires_at - now())::float8 AS expires_in"""

EXPIRE = """
    UPDATE message SET state = 'expired', finished_at = now()
    WHERE state = 'planned' AND expires_at <= now() RETURNING id, trace, channel, template, attempt, state"""


async def expire() -> int:
    """What nobody needs to hear any more will not be sent; answers how many."""
    rows = await database.fetch(EXPIRE)
    for row in rows:
        outcomes.say(row, State.EXPIRED)
    return len(rows)


async def ask(channels: Channels, timing: Timing) -> int:
    """Finds out what became of messages whose worker or answer was lost; answers how many were asked about."""
    for row in await database.fetch(LEASE_OVER):
        outcomes.say(row, State.UNKNOWN, error="worker lost")
    asked = 0
    while lost := await database.fetch(TO_ASK, delivery.AT_ONCE, list(timing.checks)):
        asking = (_ask_about(outcomes.outgoing(row), channels, timing) for row in lost)
        for end in await asyncio.gather(*asking, return_exceptions=True):
            if isinstance(end, BaseException):
                raise end
        asked += len(lost)
    return asked


async def _ask_about(message: Outgoing, channels: Channels, timing: Timing) -> None:
    delivery.reached("asking")
    began = time.monotonic()
    state: str | None
    try:
        async with asyncio.timeout(timing.timeout):
            found = await channels.of(message).find(message)
    except Exception as error:
        reason = error.reason if isinstance(error, NotAccepted) else type(error).__name__
        state = await _no_answer(message, reason, timing)
    else:
        delivery.reached("found")
        reason, state = "", await _first_that_is_ours(message, found)
        if state is None:
            tries = message.attempt - message.deferred
            reason, park = "not there", tries >= rules.MAX_TRIES
            state = await outcomes.put_back(message, timedelta(), reason, deferred=0, park=park, was=State.UNKNOWN)
    outcomes.say(message, State(state) if state else None, error=reason, ms=round((time.monotonic() - began) * 1000, 1))


async def _no_answer(message: Outgoing, reason: str, timing: Timing) -> str | None:
    """After the last question the desk decides: the person may have the message already."""
    if message.checks > len(timing.checks):
        return await outcomes.end(message, State.PARKED, reason, was=State.UNKNOWN)
    return State.UNKNOWN.value


async def _first_that_is_ours(message: Outgoing, found: Sequence[str]) -> str | None:
    """Takes the first of the provider's ids that no other message has; None when there is none."""
    for provider_id in found:
        try:
            if state := await outcomes.accepted(message, Accepted(provider_id)):
                return state
        except asyncpg.UniqueViolationError:  # the same words to the same number, but another message's
            continue
    return None
