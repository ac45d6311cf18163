"""Gaps: open needs that nothing reaches enough, the worst first; and what of them was there on another day.

The desk's own reads: others than coordinators get nothing. docs/decisions/0027-reach-and-gaps.md.
"""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from volunteer_hub.atlas import reach_sql as sql
from volunteer_hub.atlas.naming import theme_name
from volunteer_hub.atlas.reach_sql import Terms
from volunteer_hub.atlas.rules import NeedState
from volunteer_hub.atlas.viewport import ALL, Asked, Wanted, needs_wanted
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.web.i18n import language


@dataclass(frozen=True, slots=True)
class Gap:
    """An open need and for how many of its people there is help in reach; `rank`: urgency × people × days open."""

    id: UUID
    area: str
    theme: str
    urgency: int
    people: int
    voiced_on: date
    places: int
    rank: int


# Each open need is read once. Those for whom help in reach is enough fall out at the first rows that make it so; for
# the rest the places are counted, and only there volunteers are looked for.
GAPS = f"""
WITH {sql.THEMES}, {sql.SEVERAL},
lacking AS MATERIALIZED (
  SELECT n.id, n.area, n.theme, n.latitude, n.longitude, n.urgency, n.people, n.week, n.voiced_on, n.slugs, n.km,
         {sql.PLACES} AS places
  FROM (SELECT n.*, t.line, t.slugs, t.km FROM [needs] n JOIN t ON t.theme = n.theme
        WHERE [where] AND NOT [standing]) n
  WHERE NOT {sql.ENOUGH_HELP}
), [helped]
SELECT n.id, a.slug AS area, t.slug AS theme, n.urgency, n.people, n.voiced_on,
       (n.places + coalesce(v.free, 0))::int AS places,
       n.urgency::bigint * n.people * greatest(1, {{day}} - n.voiced_on + 1) AS rank
FROM lacking n JOIN area a ON a.id = n.area JOIN theme t ON t.id = n.theme LEFT JOIN helped v ON v.id = n.id
WHERE n.places + coalesce(v.free, 0) < n.people
ORDER BY rank DESC, n.id"""


def statement(wanted: Wanted, terms: Terms) -> tuple[str, list[object]]:
    """The one statement of `find`, and its values."""
    asked = Asked()
    needs_wanted(asked, replace(wanted, state=NeedState.OPEN.value))
    parts = {
        "[needs]": sql.NEED_THEN if terms.past else "need",
        "[standing]": sql.STOOD if terms.past else sql.STANDING,
        "[helped]": sql.FREE if terms.counts_volunteers else sql.NOBODY_FREE,
    }
    text = GAPS
    for name, part in parts.items():
        text = text.replace(name, part)
    text = sql.judged(text, asked, terms)
    return text.replace("[where]", asked.where), asked.values


async def find(actor: Actor, wanted: Wanted = ALL, *, terms: Terms) -> list[Gap]:
    """The whole town's gaps, the worst first. Of `wanted` all but the state narrows them."""
    if not actor.coordinates:
        return []
    text, values = statement(wanted, terms)
    return [Gap(**row) for row in await database.fetch(text, *values)]


async def at(actor: Actor, day: date, wanted: Wanted = ALL, *, terms: Terms) -> list[Gap]:
    """The gaps as they were at the end of `day`, by what is known of it: without volunteers."""
    return await find(actor, wanted, terms=replace(terms, day=day, past=True))


@dataclass(frozen=True, slots=True)
class Changed:
    """A need that something happened to since a day; `became` is what it is now, `on` since when."""

    id: UUID
    title: str
    theme: str
    area_name: str
    people: int
    became: NeedState
    on: date


@dataclass(frozen=True, slots=True)
class Since:
    """What is met, what is new and still stands, what was withdrawn after a day; the newest first."""

    met: tuple[Changed, ...] = ()
    new: tuple[Changed, ...] = ()
    withdrawn: tuple[Changed, ...] = ()


CHANGED = f"""
    SELECT n.id, n.title, {theme_name("$2")} AS theme,
           a.name AS area_name, n.people, n.state AS became,
           CASE WHEN n.state IN ('open', 'addressed') THEN n.voiced_on ELSE c.on END AS on
    FROM need n JOIN theme t ON t.id = n.theme JOIN area a ON a.id = n.area
    CROSS JOIN LATERAL (SELECT max(centre_day(at)) AS on FROM need_change WHERE need = n.id AND became = n.state) c
    WHERE [where] AND CASE WHEN n.state IN ('open', 'addressed') THEN n.voiced_on ELSE c.on END > $1
    ORDER BY 7 DESC, n.id"""


async def since(actor: Actor, day: date, wanted: Wanted = ALL) -> Since:
    """What became of needs after `day`, up to now. The state of `wanted` narrows nothing."""
    if not actor.coordinates:
        return Since()
    asked = Asked(day, language())
    needs_wanted(asked, wanted)
    asked.values[2] = [state.value for state in NeedState]  # where needs_wanted put those of `wanted`
    rows = await database.fetch(CHANGED.replace("[where]", asked.where), *asked.values)
    found = [Changed(**dict(row) | {"became": NeedState(row["became"])}) for row in rows]

    def of(*states: NeedState) -> tuple[Changed, ...]:
        return tuple(one for one in found if one.became in states)

    return Since(met=of(NeedState.MET), new=of(NeedState.OPEN, NeedState.ADDRESSED), withdrawn=of(NeedState.WITHDRAWN))
