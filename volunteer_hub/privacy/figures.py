"""What erased people still count for in the yearly figures: numbers by quarter and place, nobody in them."""

from collections.abc import Sequence
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.reports.indicators import past

# The questions of reports.queries and reports.places, asked of these people alone, before they go.
KEEP = """
    WITH them AS (
        SELECT v.id, v.created_at, coalesce(a.slug, '') AS area_slug
        FROM volunteer v LEFT JOIN area a ON a.slug = v.area_slug WHERE v.id = ANY($1)),
    counted (what, day, district, place, volunteer) AS (
        SELECT 'registered', (created_at AT TIME ZONE $2)::date, area_slug, NULL::uuid, id FROM them
        UNION ALL
        SELECT 'agreed', min(g.signed_on), t.area_slug, NULL, t.id
        FROM them t JOIN agreement g ON g.volunteer = t.id GROUP BY t.id, t.area_slug
        UNION ALL
        SELECT 'stepped', (min(s.at) AT TIME ZONE $2)::date, '', NULL, t.id
        FROM them t JOIN step_taken s ON s.volunteer = t.id AND s.step = 'active' GROUP BY t.id
        UNION ALL
        SELECT 'helped', c.starts_wall::date, t.area_slug, NULL, t.id
        FROM them t JOIN commitment c ON c.volunteer = t.id AND c.starts_at <= now()
        UNION ALL
        -- Places of one name are one place there, and homes are one without a name.
        SELECT 'worked', min(c.starts_wall)::date, '',
               (array_agg(p.id ORDER BY p.id) FILTER (WHERE NOT p.private))[1], t.id
        FROM them t JOIN commitment c ON c.volunteer = t.id AND c.starts_at <= now()
        JOIN opening o ON o.id = c.opening JOIN meeting m ON m.id = o.meeting JOIN place p ON p.id = m.place
        GROUP BY t.id, date_trunc('quarter', c.starts_wall), CASE WHEN p.private THEN '' ELSE p.name END)
    INSERT INTO past_figure (id, what, quarter, district, place, people)
    SELECT gen_random_uuid(), what, date_trunc('quarter', day)::date, district, place, count(DISTINCT volunteer)
    FROM counted GROUP BY 2, 3, 4, 5
    ON CONFLICT (what, quarter, district, place) DO UPDATE SET people = past_figure.people + excluded.people"""
MINUTES = """
    INSERT INTO past_figure (id, what, quarter, district, place, people)
    SELECT gen_random_uuid(), 'minutes', date_trunc('quarter', day)::date, '', NULL, sum(minutes)::int
    FROM hours_worked WHERE volunteer = ANY($1) AND state = 'approved' GROUP BY 3
    ON CONFLICT (what, quarter, district, place) DO UPDATE SET people = past_figure.people + excluded.people"""


async def keep(kind: str, people: Sequence[UUID], timezone: str) -> None:
    """Adds these volunteers or participants to the numbers, in the transaction that erases them."""
    if kind == "volunteer":
        await database.execute(KEEP, list(people), timezone)
        await database.execute(MINUTES, list(people))
    await past.keep(kind, people, timezone)
