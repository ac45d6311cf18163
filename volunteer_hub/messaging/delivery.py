"""Delivers the outbox: claim and commit → send with no transaction open → record.

Twilio's "create a message" cannot be repeated safely, and a worker may die at any instant. So a message that was begun
is never simply begun again: when its worker or its answer is lost it becomes `unknown`, the provider is asked, and only
a certain "not there" puts it back. Every write after the claim is bound to the attempt it belongs to, so a worker that
slept past its lease cannot undo what came after it. All times are the database's.
docs/decisions/0007-outbox-and-delivery.md; tests/messaging/test_crashes.py kills workers at every step of this.
"""

import asyncio
import time
from datetime import datetime, timedelta

from volunteer_hub.kit import database
from volunteer_hub.messaging import flow, outcomes
from volunteer_hub.messaging.channels import Channels
from volunteer_hub.messaging.channels.base import Accepted, Ambiguous, NotAccepted, Outgoing
from volunteer_hub.messaging.flow import Limits
from volunteer_hub.messaging.rules import Channel, State, Timing
from volunteer_hub.messaging.together import Together

AT_ONCE = 8
# Claimed are several at once: half of what may run, or what there is room for so long after the last claim.
GATHER_SECONDS = 0.02
# A short database outage must not turn a known answer into an unknown one.
RECORD_PAUSES = (0.2, 0.5, 1, 2, 4)
WATCH_SECONDS = 1.0


def reached(point: str) -> None:
    """A named place in a message's life: claiming, claimed, accepted, recorded, asking, found.

    Nothing happens here and no setting changes that: only the tests' own worker processes are ended at such a place.
    """


# --- Claim ------------------------------------------------------------------------------------------------------------

# Soonest useless first; what does not expire counts as due for an hour (at UTC, as its index has it).
# A flood does not hold codes to sign in with. By night ($3 and $4 are a time by day) only what may ring then leaves.
LOCK = """
    SELECT id FROM message
    WHERE state = 'planned' AND channel = $1 AND due_at <= now()
      AND (any_hour OR $3::timestamptz IS NULL OR now() >= $3 AND now() < $4::timestamptz)
      AND NOT EXISTS (SELECT FROM channel_pause WHERE channel = $1 AND until > now() AND reason <> 'flood')
      AND (about LIKE 'account:%' OR NOT EXISTS (SELECT FROM channel_pause WHERE channel = $1 AND until > now()))
    ORDER BY coalesce(expires_at AT TIME ZONE 'UTC', due_at AT TIME ZONE 'UTC' + interval '1 hour'), due_at
    LIMIT $2 FOR UPDATE SKIP LOCKED"""

# A statement of its own after the lock: it sees every STOP that was committed before the row was ours.
LEAVE_OUT = """
    UPDATE message AS m
    SET state = CASE WHEN expires_at <= now() THEN 'expired' ELSE 'suppressed' END, finished_at = now(),
        error = CASE WHEN expires_at <= now() THEN '' ELSE 'stop' END
    WHERE id = ANY($1)
      AND (expires_at <= now() OR EXISTS (SELECT FROM opt_out AS o WHERE o.address = m.address))
    RETURNING id, trace, channel, template, attempt, state"""

CLAIM = """
    UPDATE message
    SET state = 'in_flight', attempt = attempt + 1, checks = 0, error = '',
        lease_until = now() + $2::interval, next_check_at = now() + $3::interval
    WHERE id = ANY($1) AND state = 'planned'
    RETURNING *, now() AS now, extract(epoch FROM expires_at - now())::float8 AS expires_in"""


async def _claim(
    channel: Channel, most: int, timing: Timing, limit: Limits, by_day: tuple[datetime, datetime] | None = None
) -> tuple[list[Outgoing], float]:
    """At most `most` messages, now this worker's; and if more wait, in how many seconds the rate allows some."""
    opens, closes = by_day or (None, None)
    idle = wait = 0.0
    async with database.transaction():
        if limit.per_second:
            allowed, idle = await flow.allowed(channel, limit)
            most = min(most, allowed)
        ids = [row["id"] for row in await database.fetch(LOCK, channel.value, most, opens, closes)] if most else []
        left_out = await database.fetch(LEAVE_OUT, ids) if ids else []
        lease, check = timedelta(seconds=timing.lease), timedelta(seconds=timing.timeout + timing.grace)
        claimed = await database.fetch(CLAIM, ids, lease, check) if ids else []
        if claimed and limit.per_second:
            await flow.spend(channel, len(claimed), limit)
        if limit.per_second and len(ids) == most:  # there may be more
            wait = flow.wait(limit, idle, len(claimed))
        if claimed:
            reached("claiming")
    for row in left_out:
        outcomes.say(row, State(row["state"]))
    return [outcomes.outgoing(row) for row in claimed], wait


# --- Send -------------------------------------------------------------------------------------------------------------


async def deliver(
    channel: Channel,
    channels: Channels,
    timing: Timing,
    stopping: asyncio.Event | None = None,
    limit: Limits = flow.NONE,
) -> int:
    """Sends what is due on `channel`, a few at once, until nothing is left; answers how many were begun.

    Once `stopping` is set nothing new is begun, and what was begun is finished. Never faster than `limit`.
    """
    running: set[asyncio.Task[None]] = set()
    begun, watched, by_day = 0, -WATCH_SECONDS, None
    claimed_at, not_before, together = -GATHER_SECONDS, 0.0, Together()
    try:
        while True:
            now = time.monotonic()  # before the claim: the deadline must not come later than the lease
            room = AT_ONCE - len(running) if stopping is None or not stopping.is_set() else 0
            pause = max(not_before, claimed_at + GATHER_SECONDS if room < AT_ONCE // 2 else 0) - now if room else 1.0
            if pause <= 0:
                if now - watched >= WATCH_SECONDS:
                    watched = now
                    await flow.watch(channel, limit)
                    by_day = await flow.by_day(channel, limit)
                claimed, pause = await _claim(channel, room, timing, limit, by_day)
                claimed_at, not_before = now, time.monotonic() + pause
                for message in claimed:
                    sending = _send(message, channels, timing, now + timing.timeout, together)
                    running.add(asyncio.create_task(sending))
                begun += len(claimed)
            if not running:
                if not room or not pause:
                    return begun
                await asyncio.sleep(min(pause, 1))
                continue
            done, running = await asyncio.wait(running, timeout=min(pause or 1, 1), return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
    except asyncio.CancelledError:
        for task in running:
            task.cancel()
        raise
    finally:
        await asyncio.gather(*running, return_exceptions=True)


async def _send(
    message: Outgoing, channels: Channels, timing: Timing, deadline: float, together: Together
) -> None:
    reached("claimed")
    began = time.monotonic()
    outcome: Accepted | NotAccepted
    try:
        async with asyncio.timeout(deadline - began):
            if began >= deadline:  # this process slept: its lease may be over, and another worker at work
                raise TimeoutError
            outcome = await channels.of(message).send(message)
        reached("accepted")
    except NotAccepted as error:
        outcome = error
    except Exception as error:  # nobody can say whether a byte left
        outcome = Ambiguous(type(error).__name__)
    for pause in (*RECORD_PAUSES, None):
        try:
            await outcomes.record(message, outcome, timing, began, together.accepted)
            break
        except database.GONE:
            if pause is None:
                raise
            await asyncio.sleep(pause)
    reached("recorded")
