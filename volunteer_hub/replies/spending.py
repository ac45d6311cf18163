"""What went out by month: parts, money, kinds, languages, whose cause. Figures without people; coordinators only.

Of what still stands they are counted, of what is deleted read from `message_month`, which a trigger fills with the very
same expressions in the transaction that deletes: so no month changes when messages go.
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
           message_initiative(about) AS initiative, 1 AS messages, parts
    FROM message WHERE sent_at IS NOT NULL {live}
    UNION ALL
    SELECT month, channel, template, language, encoding, initiative, messages, parts FROM message_month {kept}"""
SUMS = """sum(messages) FILTER (WHERE channel = 'sms') AS sms, sum(parts) AS parts,
    sum(messages) FILTER (WHERE channel = 'email') AS emails"""
MONTHS = f"SELECT month, {SUMS} FROM ({OUT.format(live='', kept='')}) o GROUP BY month ORDER BY month DESC LIMIT $1"

# Of one month, whose messages left between two instants: a day more on either side lets the index help.
OF_MONTH = OUT.format(
    live="""AND sent_at >= $1::date - interval '1 day' AND sent_at < $1::date + interval '1 month 1 day'
      AND date_trunc('month', centre_wall(sent_at))::date = $1""",
    kept="WHERE month = $1",
)
# Groups and circles are told together: how much one is written to says something of those in it.
CAUSE = """CASE WHEN o.initiative IS NULL THEN '' WHEN i.id IS NULL THEN 'gone'
    WHEN i.kind = ANY($2) THEN 'confidential' ELSE i.name END"""
KINDS = f"SELECT template AS key, {SUMS} FROM ({OF_MONTH}) o GROUP BY 1 ORDER BY parts DESC, emails DESC NULLS LAST, 1"
LETTERS = f"""
    SELECT language || ' ' || encoding AS key, {SUMS} FROM ({OF_MONTH}) o GROUP BY 1
    ORDER BY parts DESC, emails DESC NULLS LAST, 1"""
CAUSES = f"""
    SELECT {CAUSE} AS key, {SUMS} FROM ({OF_MONTH}) o LEFT JOIN initiative i ON i.id = o.initiative
    GROUP BY 1 ORDER BY parts DESC, emails DESC NULLS LAST, 1"""
TABLE = f"""
    SELECT o.month, o.channel, o.template, o.language, o.encoding, {CAUSE.replace("$2", "$1")} AS cause,
           sum(o.messages)::int AS messages, sum(o.parts)::int AS parts
    FROM ({OUT.format(live="", kept="")}) o LEFT JOIN initiative i ON i.id = o.initiative
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
