"""What stands in a part of the map: points, or past a bound clusters of a fixed grid. Found by index.

The desk's own reads: exact, with needs of single persons and confidential themes. Others than coordinators get nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, cos, floor, radians
from typing import Any
from uuid import UUID

from volunteer_hub.atlas.rules import LIVING
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.geo import Point

# Up to here a browser makes clusters of its own and stays smooth; beyond, the database makes them.
MOST_POINTS = 10_000
MAX_ZOOM = 18
CELL_PX = 64
TILE_PX = 256
# A cell of the grid is about a square on the screen. One latitude for all: a grid must not move with what it holds.
FLATTENED = cos(radians(52))


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the map in degrees, its borders belonging to it."""

    south: float
    west: float
    north: float
    east: float


EVERYWHERE = Box(-90, -180, 90, 180)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the map is narrowed to; an empty word narrows nothing. A theme means what lies under it too.

    `week`: parts of the week (people.rules.week_of), of which one must suit. Without a state what still stands.
    `box`: where needs lie; of resources it says nothing.
    """

    theme: str = ""
    area: str = ""
    state: str = ""
    urgency: int = 0
    week: int = 0
    words: str = ""
    box: Box = EVERYWHERE


ALL = Wanted()


@dataclass(frozen=True, slots=True)
class Spot:
    """One thing at its point, or `count` of them in one cell of the grid, at their middle.

    Of a cluster only the number, the highest urgency and the people are known.
    """

    at: Point
    count: int = 1
    id: UUID | None = None
    name: str = ""
    theme: str = ""
    urgency: int = 0
    people: int = 0


@dataclass(frozen=True, slots=True)
class Spots:
    """`clustered`: there were more than MOST_POINTS, so that cells of the grid at this zoom are shown instead."""

    spots: list[Spot] = field(default_factory=list)
    clustered: bool = False


def box_of(text: str) -> Box:
    """The box that "west,south,east,north" names, as a browser says it; of anything else: everywhere."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        return EVERYWHERE
    inside = -90 <= south <= north <= 90 and -180 <= west <= east <= 180  # false for what is no number, too
    return Box(south, west, north, east) if inside else EVERYWHERE


def cell(zoom: int) -> Point:
    """Height and width in degrees of a cell of the grid at a zoom."""
    width = 360 / 2**zoom * CELL_PX / TILE_PX
    return width * FLATTENED, width


def literal(word: str) -> str:
    """`word` for LIKE, where it means nothing but itself."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


# A theme by its slug and what lies under it. An array, worked out once, so that rows are still found by an index.
BELOW = """ARRAY(WITH RECURSIVE below AS (SELECT id FROM theme WHERE slug = {n}
                 UNION SELECT t.id FROM theme t JOIN below b ON t.parent = b.id) SELECT id FROM below)"""
# The same without the confidential ones, which nobody outside the desk may ask for.
BELOW_OPEN = f"ARRAY(SELECT id FROM theme WHERE NOT confidential AND id = ANY({BELOW}))"
OPEN = "ARRAY(SELECT id FROM theme WHERE NOT confidential)"


class Asked:
    """Conditions with the values they stand on, numbered as they come."""

    def __init__(self, *values: object) -> None:
        self.values: list[object] = [*values]
        self.conditions: list[str] = []

    def want(self, sql: str, value: object) -> None:
        """`{n}` in `sql` is where the value goes."""
        self.values.append(value)
        self.conditions.append(sql.format(n=f"${len(self.values)}"))

    def lie(self, of: str, box: Box) -> None:
        """Rows of the table `of` whose point lies in the box: by the index on it."""
        if box == EVERYWHERE:
            return
        self.values.extend((box.west, box.south, box.east, box.north))
        west, south, east, north = (f"${len(self.values) - 3 + n}::float8" for n in range(4))
        point = f"point({of}.longitude, {of}.latitude)"
        self.conditions.append(f"{point} <@ box(point({west}, {south}), point({east}, {north}))")

    def inside(self, of: str, box: Box) -> "Asked":
        """The same of rows in the box; these stay as they are."""
        more = Asked(*self.values)
        more.conditions = [*self.conditions]
        more.lie(of, box)
        return more

    @property
    def where(self) -> str:
        return " AND ".join(self.conditions) or "true"


def needs_wanted(asked: Asked, wanted: Wanted, *, open_to_all: bool = False) -> None:
    """The conditions on `need n`; `open_to_all`: of nobody's own and of no confidential theme."""
    if open_to_all:
        asked.conditions.append(f"NOT n.personal AND n.theme = ANY({OPEN})")
    asked.want("n.state = ANY({n}::text[])", [wanted.state] if wanted.state else list(LIVING))
    if wanted.theme:
        asked.want(f"n.theme = ANY({BELOW})", wanted.theme)
    if wanted.area:
        asked.want("n.area = (SELECT id FROM area WHERE slug = {n})", wanted.area)
    if wanted.urgency:
        asked.want("n.urgency >= {n}", wanted.urgency)
    if wanted.week:
        asked.want("(n.week = 0 OR n.week & {n} <> 0)", wanted.week)
    for word in wanted.words.split():
        asked.want("n.found_by LIKE '%' || fold({n}) || '%'", literal(word))
    asked.lie("n", wanted.box)


def resources_wanted(asked: Asked, wanted: Wanted, *, open_to_all: bool = False) -> None:
    """The conditions on `resource r` at `place p`, those that are there still. State and urgency are of needs alone.

    `open_to_all`: a theme finds none that has only a confidential one under it.
    """
    asked.conditions.append("(r.closed_on IS NULL OR r.closed_on > centre_today())")
    if wanted.theme:
        below = BELOW_OPEN if open_to_all else BELOW
        asked.want(
            f"(r.theme = ANY({below}) OR EXISTS (SELECT FROM further_theme f"
            f" WHERE f.resource = r.id AND f.theme = ANY({below})))",
            wanted.theme,
        )
    if wanted.area:
        asked.want("p.area = (SELECT id FROM area WHERE slug = {n})", wanted.area)
    if wanted.week:
        # Of whose hours nothing is known, they may be any.
        asked.want(
            "(SELECT bool_or(h.week = 0 OR h.week & {n} <> 0) FROM help h WHERE h.source = 'resource'"
            " AND h.source_id = r.id AND (h.until IS NULL OR h.until > centre_today())) IS NOT FALSE",
            wanted.week,
        )
    for word in wanted.words.split():
        asked.want("r.found_by LIKE '%' || fold({n}) || '%'", literal(word))


async def points(actor: Actor, wanted: Wanted = ALL, box: Box = EVERYWHERE, zoom: int = 12) -> Spots:
    """The needs in `box`, the most urgent last, so that they lie on top."""
    if not actor.coordinates:
        return Spots()
    asked = Asked()
    needs_wanted(asked, wanted)
    return await _spots(
        "need n",
        "n",
        asked,
        box,
        zoom,
        facts="n.id, n.title AS name, (SELECT slug FROM theme WHERE id = n.theme) AS theme, n.urgency, n.people",
        summed="max(n.urgency) AS urgency, sum(n.people) AS people",
        order="n.urgency, n.id",
    )


async def resources(actor: Actor, wanted: Wanted = ALL, box: Box = EVERYWHERE, zoom: int = 12) -> Spots:
    """The resources in `box`, public or not."""
    if not actor.coordinates:
        return Spots()
    asked = Asked()
    resources_wanted(asked, wanted)
    return await resource_spots(asked, box, zoom)


async def resource_spots(
    asked: Asked, box: Box, zoom: int, *, theme: str = "(SELECT slug FROM theme WHERE id = r.theme)"
) -> Spots:
    """The resources `r` at places `p` that `asked` wants; whoever calls has chosen what the reader may see."""
    return await _spots(
        "resource r JOIN place p ON p.id = r.place",
        "p",
        asked,
        box,
        zoom,
        facts=f"r.id, r.name, {theme} AS theme, 0 AS urgency, 0 AS people",
        summed="0 AS urgency, 0 AS people",
        order="r.id",
    )


async def _spots(
    rows: str, of: str, asked: Asked, box: Box, zoom: int, *, facts: str, summed: str, order: str
) -> Spots:
    """`of` names the table that has the point."""
    point = f"{of}.latitude, {of}.longitude"
    inside = asked.inside(of, box)
    source = f"FROM {rows} WHERE {inside.where}"
    many = await database.fetchval(f"SELECT count(*) FROM (SELECT {source} LIMIT {MOST_POINTS + 1}) m", *inside.values)
    if many <= MOST_POINTS:
        found = await database.fetch(f"SELECT {point}, {facts} {source} ORDER BY {order}", *inside.values)
        return Spots([_spot(row) for row in found])
    height, width = cell(zoom)
    whole = asked.inside(of, _whole_cells(box, height, width))
    found = await database.fetch(
        f"""SELECT avg({of}.latitude) AS latitude, avg({of}.longitude) AS longitude, count(*) AS count, {summed}
            FROM {rows} WHERE {whole.where}
            GROUP BY floor({of}.latitude / {height!r}), floor({of}.longitude / {width!r}) ORDER BY count(*)""",
        *whole.values,
    )
    return Spots([_spot(row) for row in found], clustered=True)


def _whole_cells(box: Box, height: float, width: float) -> Box:
    """The box with the rest of the cells at its borders, so that none is counted in part."""
    if box == EVERYWHERE:
        return box
    return Box(
        floor(box.south / height) * height,
        floor(box.west / width) * width,
        ceil(box.north / height) * height,
        ceil(box.east / width) * width,
    )


def _spot(row: Mapping[str, Any]) -> Spot:
    values = dict(row)
    return Spot(at=(values.pop("latitude"), values.pop("longitude")), **values)
