"""How fast a channel goes, all workers together, and when: its provider's rate, a fuse against floods, quiet hours.

The first two are kept in `channel_pace`, one row a channel, by the database's clock. A flood is what no day of this
centre looks like: a clock that jumped, a fault that writes to everybody. The fuse then holds the channel until a
coordinator lets it go, or until less is due; codes to sign in with go all the same, or nobody could come and look.

A message to many is no flood: before it is put, a coordinator saw how many it goes to and pressed the button with that
number. Its keys say so ("bulk:…"), and neither what is due of it nor an hour in which it went counts for the fuse, so
it cannot trip it, nor make room for a fault that comes after it. Held by another flood, it waits like all the rest.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from volunteer_hub.kit import database
from volunteer_hub.messaging import outcomes, quiet, rules
from volunteer_hub.messaging.quiet import Hours
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.settings import Settings

log = structlog.get_logger("messaging")

LONG_AGO = datetime.min.replace(tzinfo=UTC)
BURST_SECONDS = 0.3
# Less than a burst, so that what is allowed meanwhile is not lost when we come late.
GATHER_SECONDS = 0.2
# What comes again after being turned away was no flood the first time; codes are asked for by hand.
FUSED = "state = 'planned' AND channel = $1 AND attempt = 0 AND about NOT LIKE 'account:%' AND key NOT LIKE 'bulk:%'"
DUE = f"""
    SELECT count(*) FROM (
        SELECT FROM message
        WHERE {FUSED} AND due_at <= now() AND (expires_at IS NULL OR expires_at > now())
          AND due_at > coalesce((SELECT let_go_at FROM channel_pace WHERE channel = $1), '-infinity')
        LIMIT $2) AS due"""

# What is due while the night lasts, until its end.
AT_DAWN = f"""
    SELECT count(*) FROM message
    WHERE {FUSED} AND NOT any_hour AND due_at > $2 AND due_at <= $3 AND (expires_at IS NULL OR expires_at > $3)"""

BUSIEST_HOUR = """
    SELECT coalesce(max(many), 0) FROM (
        SELECT count(*) AS many FROM message
        WHERE channel = $1 AND sent_at > now() - interval '28 days' AND key NOT LIKE 'bulk:%'
        GROUP BY date_trunc('hour', sent_at)) AS hours"""

PAUSED = "SELECT EXISTS (SELECT FROM channel_pause WHERE channel = $1 AND until > now())"

# Three tenths of a second may go at once, at least one message. The row stays locked until the claim is committed.
ALLOWANCE = """
    INSERT INTO channel_pace AS pace (channel, free_at) VALUES ($1, now() - $2::interval)
    ON CONFLICT (channel) DO UPDATE SET free_at = greatest(pace.free_at, now() - $2::interval)
    RETURNING extract(epoch FROM now() - free_at)::float8"""

# What was put by day and is due only by night, after being turned away or after a pause, says when it leaves now.
POSTPONE = """
    UPDATE message SET due_at = $2 WHERE id IN (
        SELECT id FROM message WHERE state = 'planned' AND channel = $1 AND NOT any_hour AND due_at <= now()
        FOR UPDATE SKIP LOCKED)"""

SPEND = "UPDATE channel_pace SET free_at = free_at + $2::interval WHERE channel = $1"


@dataclass(frozen=True, slots=True)
class Limits:
    """`per_second` messages are begun, and up to `at_once` due together are never a flood; 0: no such limit.

    In the quiet `hours` only what may leave at any hour does.
    """

    per_second: float = 0
    at_once: int = 0
    hours: Hours | None = None


NONE = Limits()


def limits(settings: Settings, channel: Channel) -> Limits:
    """What `settings` and our quiet hours say of the channel. One that leads to no provider goes as fast as it can."""
    if channel is Channel.HOOK:  # programs sleep neither at night nor after many
        return NONE
    sms = channel is Channel.SMS
    hours = quiet.current() if sms else None
    if not (settings.sends_sms if sms else settings.smtp_url):
        return Limits(hours=hours)
    return Limits(settings.sms_per_second if sms else settings.mail_per_second, settings.flood, hours)


async def allowed(channel: Channel, limit: Limits) -> tuple[int, float]:
    """How many messages may be begun now, and for how many seconds that has been so. Inside the claim's transaction."""
    burst = max(BURST_SECONDS, 1 / limit.per_second)
    idle = await database.fetchval(ALLOWANCE, channel.value, timedelta(seconds=burst))
    return max(int(idle * limit.per_second + 1e-6), 0), idle  # 0.1 s at ten a second is one, whatever a float says


def wait(limit: Limits, idle: float, begun: int) -> float:
    """After how many seconds it is worth asking again, once `begun` messages are: for some together if many may go."""
    together = max(int(GATHER_SECONDS * limit.per_second), 1)
    return max((together + begun) / limit.per_second - idle, 0.0)


async def spend(channel: Channel, many: int, limit: Limits) -> None:
    """So many were begun."""
    await database.execute(SPEND, channel.value, timedelta(seconds=many / limit.per_second))


async def by_day(channel: Channel, limit: Limits) -> tuple[datetime, datetime] | None:
    """From when until when messages that may not ring at night may be begun, now or next; None: at any time.

    In quiet hours those that are due are put off until then.
    """
    if limit.hours is None:
        return None
    now: datetime = await database.fetchval("SELECT now()")
    opens, closes = quiet.window(now, limit.hours)
    if now < opens:
        await database.execute(POSTPONE, channel.value, opens)
    return opens, closes


async def watch(channel: Channel, limit: Limits) -> None:
    """Holds the channel when more is due than five of its busiest hours, and more than is never a flood."""
    if not limit.at_once or await database.fetchval(PAUSED, channel.value):
        return
    if await database.fetchval(DUE, channel.value, limit.at_once + 1) <= limit.at_once:
        return
    most = await _most(channel, limit)
    if await database.fetchval(DUE, channel.value, most + 1) > most:
        await database.execute(outcomes.PAUSE, channel.value, rules.CHANNEL_PAUSE, rules.FLOOD)
        log.error("flood held", channel=channel.value, more_than=most)


@dataclass(frozen=True, slots=True)
class Dawn:
    """`many` messages are due together at `at`, when quiet hours end, and more than `most` are held as a flood."""

    at: datetime
    many: int
    most: int


async def flood_at_dawn(channel: Channel, limit: Limits) -> Dawn | None:
    """Whether the fuse will hold what waits for the end of this night, or of the next one; None: it will not."""
    if not limit.at_once or limit.hours is None:
        return None
    now: datetime = await database.fetchval("SELECT now()")
    opens, closes = quiet.window(now, limit.hours)
    # At night whatever is due already waits too; by day it leaves at once.
    since, at = (LONG_AGO, opens) if now < opens else (closes, quiet.leaves(closes, limit.hours))
    many = await database.fetchval(AT_DAWN, channel.value, since, at)
    most = await _most(channel, limit) if many > limit.at_once else limit.at_once
    return Dawn(at, many, most) if many > most else None


async def _most(channel: Channel, limit: Limits) -> int:
    """More than this due together is a flood."""
    return max(limit.at_once, rules.FLOOD_TIMES * await database.fetchval(BUSIEST_HOUR, channel.value))
