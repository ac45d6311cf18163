"""Reads of the outbox. Coordinators and the system itself see messages; nobody else sees any."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.messaging import advice, rules
from volunteer_hub.messaging.advice import Advice, Refusal
from volunteer_hub.messaging.rules import Channel, State

COLUMNS = """id, about, channel, address, language, template, subject, body, html, calendar, reply_code, state, error,
    due_at, expires_at, created_at, sent_at, finished_at, encoding, parts, again_of, settled_by"""


# Whose person may not know what we wanted to tell, and whom nobody saw to yet.
STATES = ", ".join(f"'{state}'" for state in sorted(rules.ATTENTION))
WAITS = f"state IN ({STATES}) AND settled_by IS NULL AND channel <> 'hook'"

HELD = """
    SELECT p.channel, p.reason, p.until, (
        SELECT count(*) FROM message g WHERE g.state = 'planned' AND g.channel = p.channel AND g.due_at <= now()
           AND g.about NOT LIKE 'account:%') AS waits
    FROM channel_pause p WHERE p.until > now() ORDER BY p.channel DESC"""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as people look at it."""

    id: UUID
    about: str
    channel: Channel
    address: str
    language: str
    template: str
    subject: str
    body: str
    html: str
    calendar: bytes | None
    reply_code: str
    state: State
    error: str
    due_at: datetime
    expires_at: datetime | None
    created_at: datetime
    sent_at: datetime | None
    finished_at: datetime | None
    encoding: str = ""
    parts: int = 0
    again_of: UUID | None = None
    settled_by: UUID | None = None

    @property
    def advice(self) -> Advice | None:
        """What happened and what to do, where somebody should do something."""
        return None if self.settled_by else advice.of(self.state, self.channel, self.error)


@dataclass(frozen=True, slots=True)
class Held:
    """A channel that nothing leaves by until `until`, unless somebody lets it go; `waits` messages are due there.

    `reason` is rules.FLOOD, or the code by which the provider refuses us.
    """

    channel: Channel
    reason: str
    until: datetime
    waits: int

    @property
    def flood(self) -> bool:
        return self.reason == rules.FLOOD

    @property
    def refusal(self) -> Refusal:
        return advice.refusal(self.reason)


async def to_address(actor: Actor, address: str, *, limit: int = 100) -> list[Sent]:
    """What was or will be said to `address`, newest first."""
    return await _read(actor, "address = $1 ORDER BY created_at DESC, id LIMIT $2", address, limit)


async def failures(actor: Actor, *, limit: int = 100) -> list[Sent]:
    """Messages whose person may not know what we wanted to tell, the most urgent first: the desk rings or decides."""
    order = "coalesce(expires_at, 'infinity'), created_at DESC, id"
    return await _read(actor, f"{WAITS} ORDER BY {order} LIMIT $1", limit)


async def troubles(actor: Actor, *, limit: int = 100) -> list[Sent]:
    """As `failures`, and what is just asked about, and what was too late to leave in the last two days."""
    more = "state = 'expired' AND channel <> 'hook' AND settled_by IS NULL AND finished_at > now() - interval '2 days'"
    order = "coalesce(expires_at, 'infinity'), created_at DESC, id"
    asked = "state = 'unknown' AND channel <> 'hook'"
    return await _read(actor, f"({WAITS} OR {asked} OR {more}) ORDER BY {order} LIMIT $1", limit)


async def held(actor: Actor) -> list[Held]:
    """The channels that stand still just now, and how much waits there."""
    if not actor.coordinates:
        return []
    rows = await database.fetch(HELD)
    return [Held(Channel(row["channel"]), row["reason"], row["until"], row["waits"]) for row in rows]


async def newest_line(actor: Actor, address: str) -> UUID | None:
    """The id of the last thing said by SMS to or by this address: what its conversation at the desk is opened by."""
    if not actor.coordinates:
        return None
    return await database.fetchval(
        """SELECT id FROM (
               (SELECT id, received_at AS at FROM inbound WHERE address = $1 ORDER BY received_at DESC LIMIT 1)
               UNION ALL
               (SELECT id, created_at FROM message WHERE address = $1 AND channel = 'sms' AND about NOT LIKE 'account:%'
                ORDER BY created_at DESC LIMIT 1)) AS line ORDER BY at DESC, id LIMIT 1""",
        address,
    )


@dataclass(frozen=True, slots=True)
class TooLate:
    """A message that could not leave before it was of no use any more, and that nobody has seen to."""

    id: UUID
    template: str
    at: datetime


TOO_LATE = """
    SELECT id, template, finished_at AS at FROM message
    WHERE about = ANY($1) AND state = 'expired' AND settled_by IS NULL AND finished_at > now() - interval '30 days'
    ORDER BY finished_at DESC, id LIMIT 10"""


async def too_late(actor: Actor, abouts: Sequence[str]) -> list[TooLate]:
    """What of these matters was not told in time, in the last thirty days; for coordinators."""
    if not actor.coordinates:
        return []
    return [TooLate(**row) for row in await database.fetch(TOO_LATE, list(abouts))]


async def waits_until(about: str) -> datetime | None:
    """When the SMS about this matter leaves that waits for a later hour; None when none does."""
    return await database.fetchval(
        "SELECT max(due_at) FROM message"
        " WHERE about = $1 AND channel = 'sms' AND state = 'planned' AND due_at > now()",
        about,
    )


async def is_stopped(address: str) -> bool:
    """Whether this address wants no messages."""
    return await database.fetchval("SELECT EXISTS (SELECT FROM opt_out WHERE address = $1)", address)


async def _read(actor: Actor, condition: str, *values: object) -> list[Sent]:
    if not actor.coordinates:
        return []
    rows = await database.fetch(f"SELECT {COLUMNS} FROM message WHERE {condition}", *values)
    return [_sent(row) for row in rows]


def _sent(row: asyncpg.Record) -> Sent:
    return Sent(**{**dict(row), "channel": Channel(row["channel"]), "state": State(row["state"])})


# --- For machines: figures without anybody's data ---------------------------------------------------------------------


async def counts() -> dict[State, int]:
    """How many messages stand in each state."""
    rows = await database.fetch("SELECT state, count(*) AS many FROM message GROUP BY state")
    known = {State(row["state"]): row["many"] for row in rows}
    return {state: known.get(state, 0) for state in State}


async def overdue() -> float:
    """By how many seconds the oldest message whose fate is not known is past its lease; 0 when all is well.

    Above half an hour something is stuck: by then the provider was asked four times and a human should have it.
    """
    return await database.fetchval(
        "SELECT coalesce(greatest(max(extract(epoch FROM now() - lease_until)), 0), 0)::float8 FROM message"
        " WHERE state IN ('in_flight', 'unknown')"
    )


async def worker_age() -> float | None:
    """Seconds since a worker last came round; None when none ever did."""
    return await database.fetchval("SELECT extract(epoch FROM now() - max(at))::float8 FROM worker_beat")


async def pauses() -> dict[Channel, str]:
    """Channels that refuse us just now, with their reason: an administrator must mend a setting."""
    rows = await database.fetch("SELECT channel, reason FROM channel_pause WHERE until > now()")
    return {Channel(row["channel"]): row["reason"] for row in rows}
