"""How well openings were filled, month by month, and how long invitations waited for their answer. Coordinators only.

Seats and answers, counted; nobody in them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.reports.indicators.values import Period
from volunteer_hub.web.i18n import mark

FILLED = """
    SELECT date_trunc('month', m.starts_wall)::date AS month, sum(o.taken)::int AS taken, sum(o.most)::int AS most
    FROM meeting m JOIN opening o ON o.meeting = m.id
    WHERE m.state = 'planned' AND m.ends_at <= now() AND m.starts_wall >= $1::date AND m.starts_wall < $2::date + 1
    GROUP BY 1 ORDER BY 1"""

# Invitations, by how long they waited; who answered nothing has none. $3: the centre's zone.
WAITED = """
    SELECT CASE WHEN answered_at IS NULL THEN 'none'
                WHEN answered_at <= invited_at + interval '1 hour' THEN 'hour'
                WHEN answered_at <= invited_at + interval '1 day' THEN 'day'
                WHEN answered_at <= invited_at + interval '3 days' THEN 'days'
                WHEN answered_at <= invited_at + interval '7 days' THEN 'week' ELSE 'later' END AS within,
           count(*)::int AS n
    FROM assignment
    WHERE invited_at >= $1::timestamp AT TIME ZONE $3 AND invited_at < ($2::date + 1)::timestamp AT TIME ZONE $3
    GROUP BY 1"""
WITHIN = {
    "hour": mark("w ciągu godziny"),
    "day": mark("w ciągu doby"),
    "days": mark("w ciągu 3 dni"),
    "week": mark("w ciągu tygodnia"),
    "later": mark("później"),
}


@dataclass(frozen=True, slots=True)
class Month:
    """A month by its first day: how many seats its meetings had and how many of them were taken."""

    first: date
    taken: int
    most: int


@dataclass(frozen=True, slots=True)
class Answers:
    """How many invitations were answered within which time (a key of WITHIN), and how many were not."""

    within: Sequence[tuple[str, int]]
    silent: int


async def filled(actor: Actor, period: Period) -> list[Month]:
    """Months of the period in which something took place."""
    if not actor.coordinates:
        return []
    rows = await database.fetch(FILLED, period.first, period.last)
    return [Month(row["month"], row["taken"], row["most"]) for row in rows]


async def answered(actor: Actor, period: Period, zone: str) -> Answers:
    """Of the invitations that left in the period."""
    if not actor.coordinates:
        return Answers([], 0)
    rows = {row["within"]: row["n"] for row in await database.fetch(WAITED, period.first, period.last, zone)}
    return Answers([(key, rows.get(key, 0)) for key in WITHIN], rows.get("none", 0))
