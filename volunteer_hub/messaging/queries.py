"""Reads of the outbox. Coordinators and the system itself see messages; nobody else sees any."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.messaging import rules
from volunteer_hub.messaging.rules import Channel, State

COLUMNS = """id, about, channel, address, language, template, subject, body, html, calendar, reply_code, state, error,
    due_at, expires_at, created_at, sent_at, finished_at"""


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


async def to_address(actor: Actor, address: str, *, limit: int = 100) -> list[Sent]:
    """What was or will be said to `address`, newest first."""
    return await _read(actor, "address = $1 ORDER BY created_at DESC, id LIMIT $2", address, limit)


async def failures(actor: Actor, *, limit: int = 100) -> list[Sent]:
    """Messages whose person may not know what we wanted to tell, the most urgent first: the desk rings or decides."""
    states = [state.value for state in rules.ATTENTION]
    order = "coalesce(expires_at, 'infinity'), created_at DESC, id"
    return await _read(actor, f"state = ANY($1) ORDER BY {order} LIMIT $2", states, limit)


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
