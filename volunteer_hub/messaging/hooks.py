"""The way in for what programs are told, and the reads of what became of it. The address of a hook is its webhook's id.

Put in the transaction of what it tells of, as every message is. It is told at any hour, and never to a person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from volunteer_hub.kit import database
from volunteer_hub.messaging import outbox
from volunteer_hub.messaging.rules import State

# Several at once: (webhook, key, event, body) each. A key that is there already says nothing anew.
PUT = """
    INSERT INTO message (id, key, about, channel, address, language, template, subject, body, html, reply_code,
                         calendar_method, due_at, trace, state, created_at, attempt, deferred, checks, error, encoding,
                         parts, any_hour)
    SELECT gen_random_uuid(), key, 'webhook:' || webhook, 'hook', webhook::text, '', event, '', body, '', '',
           '', now(), $5, 'planned', now(), 0, 0, 0, '', '', 0, true
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS said (webhook, key, event, body)
    ON CONFLICT (key) DO NOTHING"""

AGAIN = """
    UPDATE message SET state = 'planned', due_at = now(), finished_at = NULL, deferred = attempt, checks = 0, error = ''
    WHERE id = $1 AND about = $2 AND state = 'parked'"""

LATEST = """
    SELECT id, template AS event, state, error, attempt AS tries, body, created_at, due_at, sent_at
    FROM message WHERE about = $1 ORDER BY created_at DESC, id LIMIT $2"""

STANDING = """
    SELECT about, count(*) FILTER (WHERE state = 'parked') AS parked, max(sent_at) AS last,
           count(*) FILTER (WHERE state IN ('planned', 'in_flight', 'unknown') AND deferred > 0) AS failing
    FROM message WHERE about = ANY($1) GROUP BY about"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One hook. `error`: why it was not taken the last time; `due_at`: when it is tried next, while planned."""

    id: UUID
    event: str
    state: State
    error: str
    tries: int
    body: str
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a webhook fares: given up, on their way after a failure, and when the last one arrived."""

    parked: int = 0
    failing: int = 0
    last: datetime | None = None


def about(webhook: UUID) -> str:
    return f"webhook:{webhook}"


async def put(said: Sequence[tuple[UUID, str, str, str]]) -> int:
    """Writes hooks as (webhook, key, event, body); how many are new. Raises RuntimeError outside a transaction."""
    outbox.must_be_in_transaction()
    trace = structlog.contextvars.get_contextvars().get("trace", "")
    return await database.execute(PUT, *map(list, zip(*said, strict=True)), trace) if said else 0


async def again(webhook: UUID, hook: UUID) -> bool:
    """Lets one that was given up leave once more, under its old id; False when it was not."""
    return await database.execute(AGAIN, hook, about(webhook)) > 0


async def latest(webhook: UUID, most: int) -> list[Delivery]:
    rows = await database.fetch(LATEST, about(webhook), most)
    return [Delivery(**{**row, "state": State(row["state"])}) for row in rows]


async def standing(webhooks: Sequence[UUID]) -> Mapping[UUID, Standing]:
    rows = await database.fetch(STANDING, [about(one) for one in webhooks])
    return {UUID(row["about"][8:]): Standing(row["parked"], row["failing"], row["last"]) for row in rows}
