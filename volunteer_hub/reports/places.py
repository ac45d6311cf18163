"""The count the centre has always written: registered, agreement signed, active, by place and quarter of a year.

The place of a volunteer is the district they live in; the place of work is where they helped. Coordinators only.
"""

from dataclasses import dataclass
from datetime import datetime, time

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.reports import rules


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """A quarter in a district, empty for who gave none. `active`: came to a meeting that began in the quarter."""

    quarter: int
    place: str
    registered: int
    agreed: int
    active: int


@dataclass(frozen=True, slots=True)
class WorkRow:
    """How many people helped at a place in a quarter; empty: at somebody's home, whose names stand nowhere here."""

    quarter: int
    place: str
    active: int


@dataclass(frozen=True, slots=True)
class Places:
    districts: list[DistrictRow]
    work: list[WorkRow]


# Each volunteer once: in the quarter they signed up, in the one of their first agreement, and in each they helped in.
DISTRICTS = """
    SELECT s.quarter, coalesce(a.name, '') AS place, count(*) FILTER (WHERE s.what = 'registered')::int AS registered,
           count(*) FILTER (WHERE s.what = 'agreed')::int AS agreed,
           count(*) FILTER (WHERE s.what = 'active')::int AS active
    FROM (
        SELECT id AS volunteer, 'registered' AS what, extract(quarter FROM created_at AT TIME ZONE $3)::int AS quarter
        FROM volunteer WHERE created_at >= $1 AND created_at < $2
        UNION ALL
        SELECT volunteer, 'agreed', extract(quarter FROM first)::int FROM (
            SELECT volunteer, min(signed_on) AS first FROM agreement GROUP BY volunteer) g
        WHERE first >= $4::date AND first < $5::date
        UNION ALL
        SELECT DISTINCT volunteer, 'active', extract(quarter FROM starts_wall)::int FROM commitment
        WHERE starts_wall >= $4::date AND starts_wall < $5::date AND starts_at <= now()) AS s
    JOIN volunteer v ON v.id = s.volunteer LEFT JOIN area a ON a.slug = v.area_slug
    GROUP BY s.quarter, a.name ORDER BY s.quarter, a.name IS NULL, sort_key(a.name)"""

WORK = """
    SELECT extract(quarter FROM c.starts_wall)::int AS quarter, CASE WHEN p.private THEN '' ELSE p.name END AS place,
           count(DISTINCT c.volunteer)::int AS active
    FROM commitment c JOIN opening o ON o.id = c.opening JOIN meeting m ON m.id = o.meeting
    JOIN place p ON p.id = m.place
    WHERE c.starts_wall >= $1::date AND c.starts_wall < $2::date AND c.starts_at <= now()
    GROUP BY 1, 2 ORDER BY 1, active DESC, place"""


async def places(actor: Actor, year: int, timezone: str) -> Places:
    """The year, quarter by quarter; a place where nothing happened is left out."""
    if actor.role is not Role.COORDINATOR:
        return Places([], [])
    first, *_, after = rules.first_days(year)
    begins, ends = (clock.instant(datetime.combine(day, time()), timezone) for day in (first, after))
    districts = await database.fetch(DISTRICTS, begins, ends, timezone, first, after)
    work = await database.fetch(WORK, first, after)
    return Places([DistrictRow(**row) for row in districts], [WorkRow(**row) for row in work])
