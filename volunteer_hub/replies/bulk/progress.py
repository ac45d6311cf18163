"""What became of a message to many: how many have it, who does not, and what people wrote back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from volunteer_hub.intake import desks
from volunteer_hub.intake.rules import DESKS
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role
from volunteer_hub.messaging.rules import State
from volunteer_hub.replies.bulk.queries import BulkRow
from volunteer_hub.replies.bulk.rules import Without

# What somebody writes later is hardly an answer any more.
ANSWER_DAYS = 14

WAITING = (State.PLANNED,)
GOING = (State.IN_FLIGHT, State.UNKNOWN, State.ACCEPTED)
FAILED = (State.UNDELIVERED, State.SUPPRESSED, State.PARKED, State.TO_PHONE, State.EXPIRED)

NAME = """
    CASE WHEN r.volunteer IS NULL THEN p.alias ELSE v.first_name || ' ' || v.last_name END AS name,
    coalesce(v.id, p.id) AS person,
    CASE WHEN r.volunteer IS NULL THEN coalesce(p.phone, '') ELSE phone_of(v) END AS ring,
    r.volunteer IS NOT NULL AS volunteer"""
OF = """
    FROM bulk_recipient r LEFT JOIN volunteer v ON v.id = r.volunteer LEFT JOIN participant p ON p.id = r.participant"""

COUNTS = """
    SELECT m.state, count(*) AS many, bool_or(m.cancelled_at IS NULL) AS open
    FROM bulk_recipient r JOIN message m ON m.id = r.message WHERE r.bulk = $1 GROUP BY m.state"""
FAILURES = f"""
    SELECT {NAME}, m.id AS message, m.state {OF} JOIN message m ON m.id = r.message
    WHERE r.bulk = $1 AND m.state = ANY($2) ORDER BY name, r.id"""
# Not who shares a phone with somebody that got it.
OUT = f"""
    SELECT {NAME}, coalesce(nullif(r.left_out, ''), r.without) AS why, r.left_out <> '' AS since {OF}
    WHERE r.bulk = $1 AND (r.left_out <> '' OR r.without NOT IN ('', 'same')) ORDER BY name, r.id"""
# An SMS answers what was said to that phone last, but for our own "a coordinator will read it". What became a request
# at another desk is read there.
AT_OUR_DESKS = desks.shown("i.about", DESKS[Role.COORDINATOR])
ANSWERS = f"""
    SELECT DISTINCT ON (r.id) r.id, {NAME}, i.id AS inbound, i.body, i.received_at AS at, i.handled_at IS NULL AS waits
    {OF} JOIN message m ON m.id = r.message AND m.channel = 'sms' AND m.sent_at IS NOT NULL
    JOIN inbound i ON i.address = m.address AND i.received_at > m.sent_at
      AND i.received_at < m.sent_at + make_interval(days => $2) AND {AT_OUR_DESKS}
    WHERE r.bulk = $1 AND NOT EXISTS (
        SELECT FROM message n WHERE n.address = m.address AND n.channel = 'sms' AND n.template <> 'unclear'
          AND n.sent_at > m.sent_at AND n.sent_at < i.received_at)
    ORDER BY r.id, i.received_at DESC"""


@dataclass(frozen=True)
class Failure:
    """Somebody who may not know; `ring` is the number to ring, `message` leads to their conversation."""

    name: str
    person: UUID
    volunteer: bool
    ring: str
    message: UUID
    state: State


@dataclass(frozen=True)
class Out:
    """Somebody of the set who was never sent it; `since`: found out after the look, at the last moment."""

    name: str
    person: UUID
    volunteer: bool
    ring: str
    why: Without
    since: bool


@dataclass(frozen=True)
class Answer:
    """The newest words of somebody who wrote back; `waits`: a human has not read them yet."""

    name: str
    inbound: UUID
    body: str
    at: datetime
    waits: bool


@dataclass(frozen=True)
class Progress:
    """`waiting` have not left, `going` have and nobody knows more; `stoppable`: there is something to call off."""

    waiting: int
    going: int
    sent: int
    delivered: int
    failed: int
    cancelled: int
    stoppable: bool
    failures: list[Failure]
    out: list[Out]
    answers: list[Answer]


async def progress(of: BulkRow) -> Progress:
    """What became of `of`, which the actor may read."""
    rows = await database.fetch(COUNTS, of.id)
    many = {State(row["state"]): row["many"] for row in rows}
    stoppable = any(row["open"] for row in rows if row["state"] == State.PLANNED)
    failures = await database.fetch(FAILURES, of.id, [state.value for state in FAILED])
    out = await database.fetch(OUT, of.id)
    answers = await database.fetch(ANSWERS, of.id, ANSWER_DAYS)
    return Progress(
        waiting=_sum(many, WAITING),
        going=_sum(many, GOING),
        sent=_sum(many, (State.SENT,)),
        delivered=_sum(many, (State.DELIVERED,)),
        failed=_sum(many, FAILED),
        cancelled=_sum(many, (State.CANCELLED,)),
        stoppable=stoppable,
        failures=[Failure(**dict(row) | {"state": State(row["state"])}) for row in failures],
        out=[Out(**dict(row) | {"why": Without(row["why"])}) for row in out],
        answers=sorted(
            (Answer(row["name"], row["inbound"], row["body"], row["at"], row["waits"]) for row in answers),
            key=lambda one: (not one.waits, one.at),
        ),
    )


def _sum(many: dict[State, int], states: Iterable[State]) -> int:
    return sum(many.get(state, 0) for state in states)
