"""What went out by month: parts, money, kinds, languages, whose cause. Figures without people; coordinators only.

Of what still stands they are counted, of what is deleted read from `message_month`, which a trigger fills with the very
same answers in the transaction that deletes: so no month changes when messages go.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from volunteer_hub.initiatives.rules import CONFIDENTIAL
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only

MONTHS_SHOWN = 24
OUT = """
    SELECT date_trunc('month', centre_wall(sent_at))::date AS month, channel, template, language, encoding,
           {initiative} AS initiative, 1 AS messages, parts
    FROM message {joined} WHERE sent_at IS NOT NULL AND channel <> 'hook' {live}
    UNION ALL
    SELECT month, channel, template, language, encoding, initiative, messages, parts FROM message_month {kept}"""
SUMS = """sum(messages) FILTER (WHERE channel = 'sms') AS sms, sum(parts) AS parts,
    sum(messages) FILTER (WHERE channel = 'email') AS emails"""
# As the trigger's message_initiative, but of all at once: asked for each of 200,000 messages it takes a quarter minute.
MATTERS = """
    SELECT 'assignment:' || a.id AS about, r.initiative FROM assignment a JOIN opening o ON o.id = a.opening
    JOIN role_asked r ON r.id = o.role
    UNION ALL
    SELECT 'regular:' || t.id, r.initiative FROM regular_task t JOIN role_asked r ON r.id = t.role
    UNION ALL
    SELECT 'coming:' || c.id, m.initiative FROM coming c JOIN meeting m ON m.id = c.meeting
    UNION ALL
    SELECT 'joining:' || j.id, j.initiative FROM joining j"""
PLAIN = {"initiative": "NULL::uuid", "joined": ""}
BY_CAUSE = {"initiative": "matter.initiative", "joined": f"LEFT JOIN ({MATTERS}) AS matter USING (about)"}
EVER = {"live": "", "kept": ""}
# Of one month, whose messages left between two instants: a day more on either side lets the index help.
OF_MONTH = {
    "live": """AND sent_at >= $1::date - interval '1 day' AND sent_at < $1::date + interval '1 month 1 day'
      AND date_trunc('month', centre_wall(sent_at))::date = $1""",
    "kept": "WHERE month = $1",
}
MONTHS = f"""
    SELECT month, {SUMS} FROM ({OUT.format(**EVER, **PLAIN)}) o GROUP BY month ORDER BY month DESC LIMIT $1"""
# Groups and circles are told together: how much one is written to says something of those in it.
CAUSE = """CASE WHEN o.initiative IS NULL THEN '' WHEN i.id IS NULL THEN 'gone'
    WHEN i.kind = ANY($2) THEN 'confidential' ELSE i.name END"""
BY = f"""
    SELECT {{key}} AS key, {SUMS} FROM ({OUT.format(**OF_MONTH, **PLAIN)}) o GROUP BY 1
    ORDER BY parts DESC, emails DESC NULLS LAST, 1"""
KINDS, LETTERS = BY.format(key="template"), BY.format(key="language || ' ' || encoding")
CAUSES = f"""
    SELECT {CAUSE} AS key, {SUMS}
    FROM ({OUT.format(**OF_MONTH, **BY_CAUSE)}) o LEFT JOIN initiative i ON i.id = o.initiative
    GROUP BY 1 ORDER BY parts DESC, emails DESC NULLS LAST, 1"""
TABLE = f"""
    SELECT o.month, o.channel, o.template, o.language, o.encoding, {CAUSE.replace("$2", "$1")} AS cause,
           sum(o.messages)::int AS messages, sum(o.parts)::int AS parts
    FROM ({OUT.format(**EVER, **BY_CAUSE)}) o LEFT JOIN initiative i ON i.id = o.initiative
    GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1 DESC, 2, 3, 4, 5, 6"""


@dataclass(frozen=True, slots=True)
class Sum:
    """How many SMS in how many parts, and how many e-mails."""

    key: str
    sms: int
    parts: int
    emails: int


@dataclass(frozen=True, slots=True)
class Month:
    first: date
    sum: Sum


@dataclass(frozen=True, slots=True)
class Split:
    """One month by kind of message, by "language encoding", and by whose cause it was."""

    kinds: list[Sum]
    letters: list[Sum]
    causes: list[Sum]


@dataclass(frozen=True, slots=True)
class Cell:
    """A line of the table to take away."""

    month: date
    channel: str
    template: str
    language: str
    encoding: str
    cause: str
    messages: int
    parts: int


async def months(actor: Actor) -> list[Month]:
    """The newest months in which anything left. Raises Refused 404."""
    coordinators_only(actor)
    rows = await database.fetch(MONTHS, MONTHS_SHOWN)
    return [Month(row["month"], _sum({**row, "key": ""})) for row in rows]


async def split(actor: Actor, month: date) -> Split:
    """The month that begins on `month`. Raises Refused 404."""
    coordinators_only(actor)
    return Split(
        [_sum(row) for row in await database.fetch(KINDS, month)],
        [_sum(row) for row in await database.fetch(LETTERS, month)],
        [_sum(row) for row in await database.fetch(CAUSES, month, CONFIDENTIAL)],
    )


async def table(actor: Actor) -> list[Cell]:
    """All of it, the newest month first. Raises Refused 404."""
    coordinators_only(actor)
    return [Cell(**row) for row in await database.fetch(TABLE, CONFIDENTIAL)]


def _sum(row: Mapping[str, Any]) -> Sum:
    return Sum(row["key"], int(row["sms"] or 0), int(row["parts"] or 0), int(row["emails"] or 0))
