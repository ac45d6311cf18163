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
# Who was erased since is a number in past_figure.
DISTRICTS = """
    SELECT n.quarter, coalesce(a.name, '') AS place,
           coalesce(sum(people) FILTER (WHERE n.what = 'registered'), 0)::int AS registered,
           coalesce(sum(people) FILTER (WHERE n.what = 'agreed'), 0)::int AS agreed,
           coalesce(sum(people) FILTER (WHERE n.what = 'active'), 0)::int AS active
    FROM (SELECT s.quarter, s.what, v.area_slug AS district, 1 AS people FROM (
        SELECT id AS volunteer, 'registered' AS what, extract(quarter FROM created_at AT TIME ZONE $3)::int AS quarter
        FROM volunteer WHERE created_at >= $1 AND created_at < $2
        UNION ALL
        SELECT volunteer, 'agreed', extract(quarter FROM first)::int FROM (
            SELECT volunteer, min(signed_on) AS first FROM agreement GROUP BY volunteer) g
        WHERE first >= $4::date AND first < $5::date
        UNION ALL
        SELECT DISTINCT volunteer, 'active', extract(quarter FROM starts_wall)::int FROM commitment
        WHERE starts_wall >= $4::date AND starts_wall < $5::date AND starts_at <= now()) AS s
        JOIN volunteer v ON v.id = s.volunteer
        UNION ALL
        SELECT extract(quarter FROM quarter)::int, CASE what WHEN 'helped' THEN 'active' ELSE what END, district, people
        FROM past_figure
        WHERE what IN ('registered', 'agreed', 'helped') AND quarter >= $4::date AND quarter < $5::date) AS n
    LEFT JOIN area a ON a.slug = n.district
    GROUP BY n.quarter, a.name ORDER BY n.quarter, a.name IS NULL, sort_key(a.name)"""

WORK = """
    SELECT quarter, place, sum(active)::int AS active FROM (
    SELECT extract(quarter FROM c.starts_wall)::int AS quarter, CASE WHEN p.private THEN '' ELSE p.name END AS place,
           count(DISTINCT c.volunteer)::int AS active
    FROM commitment c JOIN opening o ON o.id = c.opening JOIN meeting m ON m.id = o.meeting
    JOIN place p ON p.id = m.place
    WHERE c.starts_wall >= $1::date AND c.starts_wall < $2::date AND c.starts_at <= now()
    GROUP BY 1, 2
    UNION ALL
    SELECT extract(quarter FROM f.quarter)::int, CASE WHEN p.private THEN '' ELSE coalesce(p.name, '') END, f.people
    FROM past_figure f LEFT JOIN place p ON p.id = f.place
    WHERE f.what = 'worked' AND f.quarter >= $1::date AND f.quarter < $2::date) AS n
    GROUP BY 1, 2 ORDER BY 1, 3 DESC, place"""


async def places(actor: Actor, year: int, timezone: str) -> Places:
    """The year, quarter by quarter; a place where nothing happened is left out."""
    if actor.role is not Role.COORDINATOR:
        return Places([], [])
    first, *_, after = rules.first_days(year)
    begins, ends = (clock.instant(datetime.combine(day, time()), timezone) for day in (first, after))
    districts = await database.fetch(DISTRICTS, begins, ends, timezone, first, after)
    work = await database.fetch(WORK, first, after)
    return Places([DistrictRow(**row) for row in districts], [WorkRow(**row) for row in work])
