"""People's capacity: free volunteers and their hours by district and part of the week, as counts, never as persons.

For coordinators alone: of a district with two people a count says too much to anybody else.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor


@dataclass(frozen=True, slots=True)
class Count:
    """So many people, and together so many hours of the next 14 days that they have not promised yet."""

    people: int = 0
    hours: int = 0


@dataclass(frozen=True, slots=True)
class Capacity:
    """A district's free volunteers in all and by part of the week; one person stands in each part that is free.

    `area` and `name` are empty for those whose district nobody knows.
    """

    area: str
    name: str
    total: Count
    parts: Mapping[str, Count] = field(default_factory=dict)


# A part of the week has four hours, and the fortnight two of each: nobody gives more in it than there are.
LAYER = """
WITH RECURSIVE themes AS (
  SELECT id FROM theme WHERE slug = $1 UNION SELECT t.id FROM theme t JOIN themes b ON t.parent = b.id
), helps AS (
  SELECT array_agg(DISTINCT slug) AS slugs FROM theme
  WHERE id IN (SELECT id FROM themes) OR id IN (SELECT l.above FROM theme_line l JOIN theme t ON t.id = l.theme
                                               WHERE t.slug = $1)
)
SELECT coalesce(a.slug, '') AS area, coalesce(a.name, '') AS name, p.part, count(*) AS people,
       sum(least(f.hours, 8 * bit_count((f.week & p.week)::bit(21))))::int AS hours
FROM helps CROSS JOIN free_volunteer f LEFT JOIN area a ON a.slug = f.area_slug
CROSS JOIN (SELECT '' AS part, (1 << 21) - 1 AS week UNION ALL SELECT * FROM unnest($2::text[], $3::int[])) p
WHERE ($1 = '' OR f.causes && helps.slugs) AND f.week & p.week <> 0
GROUP BY a.slug, a.name, p.part ORDER BY sort_key(coalesce(a.name, ''))"""


async def layer(actor: Actor, theme: str = "", slots: Mapping[str, int] | None = None) -> list[Capacity]:
    """Every district that has somebody, in alphabetical order. `slots`: parts of the week as bits, by name.

    A theme counts who helps in it, in one above it or in one below it. For others than coordinators nothing.
    """
    if not actor.coordinates:
        return []
    asked = slots or {}
    parts: dict[tuple[str, str], dict[str, Count]] = defaultdict(dict)
    for row in await database.fetch(LAYER, theme, list(asked), list(asked.values())):
        parts[row["area"], row["name"]][row["part"]] = Count(row["people"], row["hours"])
    return [
        Capacity(area, name, counts[""], {part: counts.get(part, Count()) for part in asked})
        for (area, name), counts in parts.items()
    ]
