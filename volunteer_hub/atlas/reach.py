"""What reaches a need and what just does not. SQL finds what lies near, by index; the rules judge it, one by one.

The desk's own reads: others than coordinators get nothing. docs/decisions/0027-reach-and-gaps.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from volunteer_hub.atlas import reach_sql as sql
from volunteer_hub.atlas import rules
from volunteer_hub.atlas.gaps import Gap
from volunteer_hub.atlas.reach_sql import Terms
from volunteer_hub.atlas.rules import Aid, HelpSource, Lack, NeedState, Obstacle, Reason
from volunteer_hub.atlas.viewport import Asked
from volunteer_hub.kit import database, geo
from volunteer_hub.kit.actor import Actor

# So many of a theme are looked at whatever their distance; of these the nearest names the reason of a gap.
NEAREST = 8
MOST_NEAR = 6

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Helper:
    """Help beside a need. `common`: the parts of the week that both have, 0 where one of them is unknown.

    `obstacles` is empty where it reaches the need. `said` and `words` are a coordinator's own, about a resource. Of a
    group there is no `id` and no name: its theme is known to those who run it.
    """

    source: HelpSource
    id: UUID | None
    name: str
    place: str
    km: float
    week: int
    common: int
    capacity: int | None
    obstacles: tuple[Obstacle, ...] = ()
    said: bool | None = None
    words: str = ""

    @property
    def hidden(self) -> bool:
        return self.id is None


@dataclass(frozen=True, slots=True)
class Around:
    """A need's reach. `free`: how many free volunteers reach it; `places`: for how many people there is help with them,
    None: for all; `reason` where it is a gap."""

    need: UUID
    state: NeedState
    people: int
    week: int
    reach_km: float
    reaching: tuple[Helper, ...]
    near: tuple[Helper, ...]
    free: int
    places: int | None
    reason: Reason | None


NEEDS = f"""
WITH {sql.THEMES},
n AS MATERIALIZED (
  SELECT n.id, n.state, n.people, n.week, n.latitude, n.longitude, t.line, t.slugs, t.km, [standing] AS stood
  FROM [needs] n JOIN t ON t.theme = n.theme WHERE n.id = ANY($1))"""

# Of each need: all help of its theme in the box around it, the nearest whatever the distance (degrees are taken for
# kilometres there, which is near enough), and what a coordinator named; a need without any has one row all the same.
HELP = f"""{NEEDS}
SELECT n.id AS need, n.state, n.people, n.week AS need_week, n.latitude AS need_latitude,
       n.longitude AS need_longitude, n.km, n.stood, h.id AS help, h.source, h.source_id, h.name,
       h.theme = ANY(n.line) AS of_theme, p.name AS place, h.latitude, h.longitude, h.week, h.capacity, h.since,
       h.until, k.reaches, coalesce(k.words, '') AS words
FROM n LEFT JOIN LATERAL (
  SELECT h.* FROM unnest(n.line) above, LATERAL (
    SELECT * FROM help h WHERE h.theme = above AND {sql.in_force("h")}
      AND point(h.longitude, h.latitude) <@ around(n.latitude, n.longitude, n.km) OFFSET 0) h
  UNION
  SELECT h.* FROM unnest(n.line) above, LATERAL (
    SELECT * FROM help h WHERE h.theme = above AND {sql.in_force("h")}
    ORDER BY point(h.longitude, h.latitude) <-> point(n.longitude, n.latitude) LIMIT {NEAREST}) h
  UNION
  SELECT h.* FROM reach_link k JOIN help h ON h.source_id = k.resource WHERE k.need = n.id AND {sql.in_force("h")}
) h ON true LEFT JOIN place p ON p.id = h.place
LEFT JOIN reach_link k ON k.need = n.id AND k.resource = h.source_id AND centre_day(k.at) <= {{day}}"""

# Those who could be asked about one need: by index those with a point of their own near it, and district by district
# those without; whether they are free is asked of these alone.
ASKABLE = f"""{NEEDS}
SELECT f.id, km(n.latitude, n.longitude, f.latitude, f.longitude) AS km, f.week & n.week AS common, f.week,
       f.hours::float8
FROM n CROSS JOIN LATERAL (
  SELECT id FROM volunteer v
  WHERE v.step = 'active' AND point(v.longitude, v.latitude) <@ around(n.latitude, n.longitude, n.km)
  UNION ALL
  SELECT v.id FROM area a JOIN volunteer v ON v.area_slug = a.slug
  WHERE v.step = 'active' AND v.latitude IS NULL AND km(n.latitude, n.longitude, a.latitude, a.longitude) <= n.km
) near JOIN free_volunteer f ON f.id = near.id
WHERE f.causes && n.slugs AND {sql.weeks_meet("f")}
  AND km(n.latitude, n.longitude, f.latitude, f.longitude) <= least(n.km, f.max_km)
ORDER BY km, f.id"""


@dataclass(frozen=True, slots=True)
class Askable:
    """A free volunteer whom a need reaches: how far, in which common parts of the week, and hours in 14 days."""

    id: UUID
    km: float
    common: int
    week: int
    hours: float


async def of_need(actor: Actor, need: UUID, terms: Terms) -> Around | None:
    """What reaches one need and what is near and does not; None when it is not there for this actor."""
    if not actor.coordinates:
        return None
    found = await _beside([need], terms)
    if not found:
        return None
    free = len(await askable(actor, need, terms)) if terms.counts_volunteers else 0
    return _around(*found[0], free, terms)


async def reasons(actor: Actor, gaps: Sequence[Gap], terms: Terms) -> dict[UUID, Reason]:
    """Why each of `gaps`, as they stand on one page, is one."""
    if not actor.coordinates or not gaps:
        return {}
    places = {gap.id: gap.places for gap in gaps}
    found = {}
    for need, rows in await _beside(list(places), terms):
        lack, aids = _facts(need, rows)
        found[need["need"]] = _why(lack, aids, rows, terms, places[need["need"]])
    return found


async def _beside(needs: Sequence[UUID], terms: Terms) -> list[tuple[Row, list[Row]]]:
    """Those of `needs` that are there, each with the rows of help beside it."""
    asked, rows = Asked(list(needs)), defaultdict[UUID, list[Row]](list)
    for row in await database.fetch(statement(HELP, asked, terms), *asked.values):
        rows[row["need"]].append(row)
    return [(beside[0], [row for row in beside if row["help"]]) for beside in rows.values()]


async def askable(actor: Actor, need: UUID, terms: Terms) -> list[Askable]:
    """The free volunteers whom a need reaches today, the nearest first. Coordinators may see persons; others nobody."""
    if not actor.coordinates:
        return []
    asked = Asked([need])
    text = statement(ASKABLE, asked, terms)
    return [Askable(**row) for row in await database.fetch(text, *asked.values)]


def statement(text: str, asked: Asked, terms: Terms) -> str:
    """HELP or ASKABLE as it is asked; `asked` holds the needs and then all its values."""
    text = text.replace("[needs]", sql.NEED_THEN if terms.past else "need")
    return sql.judged(text.replace("[standing]", sql.STOOD if terms.past else sql.STANDING), asked, terms)


def _facts(need: Row, rows: Sequence[Row]) -> tuple[Lack, list[Aid]]:
    # The line of the need's theme was asked of the database: here what is of it has the need's theme, else another.
    here, elsewhere = frozenset({need["need"]}), frozenset({UUID(int=0)})
    at = need["need_latitude"], need["need_longitude"]
    lack = Lack(here, at, need["people"], need["need_week"], need["km"])
    return lack, [
        Aid(
            source=row["source_id"],
            themes=here if row["of_theme"] else elsewhere,
            at=(row["latitude"], row["longitude"]),
            week=row["week"],
            capacity=row["capacity"],
            since=row["since"],
            until=row["until"],
        )
        for row in rows
    ]


def _said(rows: Sequence[Row]) -> dict[UUID, bool]:
    return {row["source_id"]: row["reaches"] for row in rows if row["reaches"] is not None}


def _why(lack: Lack, aids: Sequence[Aid], rows: Sequence[Row], terms: Terms, places: int) -> Reason:
    """A group that cannot be named is not told by its distance or hours either."""
    told = [aid for aid, row in zip(aids, rows, strict=True) if row["name"]]
    return rules.why(lack, told, terms.day, _said(rows), places=places)


def _around(need: Row, rows: Sequence[Row], free: int, terms: Terms) -> Around:
    lack, aids = _facts(need, rows)
    places = rules.places(lack, aids, terms.day, _said(rows))
    total = None if places is None else places + free
    state = NeedState(need["state"])
    gap = rules.is_gap(state, initiatives=int(need["stood"]), people=lack.people, places=total)
    helpers = [_helper(lack, aid, row, terms) for aid, row in zip(aids, rows, strict=True)]
    return Around(
        need=need["need"],
        state=state,
        people=lack.people,
        week=lack.week,
        reach_km=lack.reach_km,
        reaching=_best(one for one in helpers if not one.obstacles),
        near=_near(helpers),
        free=free,
        places=total,
        reason=_why(lack, aids, rows, terms, total or 0) if gap else None,
    )


def _helper(lack: Lack, aid: Aid, row: Row, terms: Terms) -> Helper:
    helper = Helper(
        source=HelpSource(row["source"]),
        id=row["source_id"],
        name=row["name"],
        place=row["place"],
        km=geo.km(lack.at, aid.at),
        week=aid.week,
        common=aid.week & lack.week,
        capacity=aid.capacity,
        obstacles=rules.obstacles(lack, aid, terms.day, row["reaches"]),
        said=row["reaches"],
        words=row["words"],
    )
    return helper if row["name"] else replace(helper, id=None, place="", km=0.0, week=0, common=0)


def _best(helpers: Iterable[Helper]) -> tuple[Helper, ...]:
    """One of each source, the nearest; coordinators' own links on top."""
    of_source: dict[Any, Helper] = {}
    for one in sorted(helpers, key=lambda one: (one.km, one.name)):
        of_source.setdefault(one.id or len(of_source), one)
    return tuple(sorted(of_source.values(), key=lambda one: (one.said is None, one.km, one.name)))


def _near(helpers: Sequence[Helper]) -> tuple[Helper, ...]:
    """What does not reach it though it is near: those a coordinator took off first, then the nearest; no groups."""
    reaching = {one.id for one in helpers if not one.obstacles}
    return _best(one for one in helpers if one.obstacles and one.id not in reaching and not one.hidden)[:MOST_NEAR]
