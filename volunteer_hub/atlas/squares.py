"""Open needs as volunteers see them: together in fixed squares, never at their points. docs/decisions/0028-maps.md."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from volunteer_hub.atlas.naming import theme_name
from volunteer_hub.atlas.rules import KM_PER_DEGREE, NeedState, cell_km, published_point
from volunteer_hub.atlas.viewport import OPEN, Asked, Box, Wanted, needs_wanted
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.geo import Point
from volunteer_hub.web.i18n import language

ON_A_PAGE = 20
# So many titles of one kind in one square at most; their number says the rest.
MOST_TITLES = 5


@dataclass(frozen=True, slots=True)
class Lacking:
    """Needs of one theme and urgency in a square; `titles` of those that are no single person's."""

    theme: str
    urgency: int
    count: int
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Square:
    """A cell of the grid with needs in it, or a whole district (`side_km` None) where cells would be too small."""

    at: Point
    side_km: float | None
    area: str
    area_name: str
    needs: tuple[Lacking, ...]

    @property
    def count(self) -> int:
        return sum(one.count for one in self.needs)

    @property
    def urgency(self) -> int:
        return max(one.urgency for one in self.needs)

    @property
    def name(self) -> str:
        """The square's name in an address: what it stands on, so the same whatever lies in it."""
        return f"{self.area}-{self.at[0]:.5f}-{self.at[1]:.5f}".replace(".", "_")

    @property
    def box(self) -> Box | None:
        """The ground of the cell."""
        if self.side_km is None:
            return None
        up = self.side_km / KM_PER_DEGREE / 2
        aside = up / cos(radians(self.at[0]))
        return Box(self.at[0] - up, self.at[1] - aside, self.at[0] + up, self.at[1] + aside)


DENSITY = """
    SELECT a.id, a.slug, a.name, a.km2, a.latitude, a.longitude,
           (SELECT residents FROM area_year y WHERE y.area = a.id AND residents IS NOT NULL
            ORDER BY year DESC LIMIT 1) AS residents
    FROM area a"""
# In which cell of its district a need lies, for gathering only: where the cell is, rules.published_point says.
GATHERED = f"""
    WITH found AS (
        SELECT n.area, n.latitude, n.longitude, n.theme, n.urgency,
               CASE WHEN n.personal THEN '' ELSE n.title END AS title,
               floor(n.latitude * {KM_PER_DEGREE!r} / s.side) AS line, s.side
        FROM need n JOIN unnest($2::uuid[], $3::float8[]) s(area, side) ON s.area = n.area WHERE {{where}})
    SELECT f.area, min(f.latitude) AS latitude, min(f.longitude) AS longitude, f.urgency, count(*) AS count,
           {theme_name()} AS theme,
           (array_agg(f.title ORDER BY f.title) FILTER (WHERE f.title <> ''))[:{MOST_TITLES}] AS titles
    FROM found f JOIN theme t ON t.id = f.theme
    GROUP BY f.area, f.line, floor(f.longitude * {KM_PER_DEGREE!r} * cos(radians((f.line + 0.5) * f.side
             / {KM_PER_DEGREE!r})) / f.side), t.id, f.urgency
    ORDER BY f.urgency DESC, sort_key(t.name_pl), t.id"""


async def squares(actor: Actor, wanted: Wanted) -> list[Square]:
    """Squares with open needs, by district and from north to south; for whoever is not signed in none.

    Of a single person's need nothing but theme and urgency is read; confidential themes are not read at all.
    """
    if not actor.signed_in:
        return []
    areas = {row["id"]: row for row in await database.fetch(DENSITY)}
    sides = {id: cell_km(row["residents"], row["km2"]) for id, row in areas.items()}
    asked = Asked(language(), list(sides), list(sides.values()))
    asked.conditions.append(f"n.theme = ANY({OPEN})")
    needs_wanted(asked, Wanted(wanted.theme, wanted.area, NeedState.OPEN, wanted.urgency, wanted.week))
    cells: dict[tuple[Any, Point], list[Lacking]] = defaultdict(list)
    for row in await database.fetch(GATHERED.format(where=asked.where), *asked.values):
        at = _published(areas[row["area"]], (row["latitude"], row["longitude"]))
        cells[row["area"], at].append(Lacking(row["theme"], row["urgency"], row["count"], tuple(row["titles"] or ())))
    found = [_square(areas[area], at, sides[area], needs) for (area, at), needs in cells.items()]
    return sorted(found, key=lambda one: (one.area_name, -one.at[0], one.at[1]))


def _published(area: Mapping[str, Any], at: Point) -> Point:
    middle = (area["latitude"], area["longitude"])
    return published_point(at, residents=area["residents"], km2=area["km2"], middle=middle)


def _square(area: Mapping[str, Any], at: Point, side: float | None, needs: Sequence[Lacking]) -> Square:
    return Square(at, side, area["slug"], area["name"], tuple(needs))
