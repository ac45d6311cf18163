"""The map as a drawing that needs no script: districts, what stands in them, names that do not lie on it.

Pure: points and outlines in, whole steps of a drawing out; templates/atlas/drawing.html puts it on a page.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import cos, radians

from volunteer_hub.kit import geo
from volunteer_hub.kit.geo import Point, Shape

WIDTH = 720
MOST_HEIGHT = 760
EDGE = 24
# Marks of one kind nearer than this become one with a number.
CELL = 60
MARK = 30
# So far apart stand the middles of two marks, beside or above each other.
APART = 40
# Past so many turns marks stand so thick that there is no room for all.
TURNS = 12
# On which side of one point each stands, as in map.js.
SIDES = {"need": -1, "resource": 1}
LINE = 16
LETTER = 7.5
# Where a name may stand, from the middle of its district: the first place where nothing lies is taken.
Step = tuple[int, int]
PLACES = tuple((x, y) for y in (0, -22, 22, -40, 40, -58, 58) for x in (0, -36, 36))


@dataclass(frozen=True, slots=True)
class Outline:
    """A district to be drawn. `words`: what is said of it; `level`: its shade."""

    slug: str
    name: str
    shape: Shape
    centre: Point
    level: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something at a point: `kind` is its sign. `chosen`: it was asked for. `gap`: nothing answers it."""

    kind: str
    at: Point
    count: int = 1
    name: str = ""
    chosen: bool = False
    gap: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """A district's path, and where its name stands."""

    outline: Outline
    path: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Mark:
    kind: str
    x: int
    y: int
    count: int
    name: str
    chosen: bool
    gap: bool


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    districts: tuple[Drawn, ...]
    marks: tuple[Mark, ...]


class Frame:
    """From degrees to steps of the drawing: north is up, a step is as long to the east as to the south."""

    def __init__(self, points: Sequence[Point]) -> None:
        south, north = min(p[0] for p in points), max(p[0] for p in points)
        west, east = min(p[1] for p in points), max(p[1] for p in points)
        self.north, self.west = north, west
        self.flat = cos(radians((north + south) / 2))
        wide, high = (east - west) * self.flat or 0.01, (north - south) or 0.01
        self.scale = min((WIDTH - 2 * EDGE) / wide, (MOST_HEIGHT - 2 * EDGE) / high)
        self.left = (WIDTH - wide * self.scale) / 2
        self.height = round(high * self.scale) + 2 * EDGE

    def point(self, step: Step) -> Point:
        """Where on the globe a step lies."""
        latitude = self.north - (step[1] - EDGE) / self.scale
        return latitude, self.west + (step[0] - self.left) / self.scale / self.flat

    def step(self, at: Point) -> Step:
        x = self.left + (at[1] - self.west) * self.flat * self.scale
        return round(x), round(EDGE + (self.north - at[0]) * self.scale)


def drawn(outlines: Sequence[Outline], things: Sequence[Thing] = ()) -> Picture | None:
    """The picture, or None when there is nothing to draw."""
    corners = [(lat, lon) for one in outlines for rings in one.shape for ring in rings for lon, lat in ring]
    points = [*corners, *(thing.at for thing in things), *(one.centre for one in outlines)]
    if not points:
        return None
    frame = Frame(points)
    marks = _marks(frame, things)
    taken = [(mark.x, mark.y, MARK, MARK) for mark in marks]
    districts = []
    for one in outlines:
        x, y = _name(frame, one, taken)
        taken.append((x, y, _wide(one.name), LINE))
        districts.append(Drawn(one, _path(frame, one.shape), x, y))
    return Picture(WIDTH, frame.height, tuple(districts), tuple(marks))


def _path(frame: Frame, shape: Shape) -> str:
    """The outline in whole steps, none of them twice in a row."""
    rings = []
    for ring in (ring for polygon in shape for ring in polygon):
        steps: list[Step] = []
        for lon, lat in ring:
            if (step := frame.step((lat, lon))) not in steps[-1:]:
                steps.append(step)
        rings.append("M" + "L".join(f"{x} {y}" for x, y in steps) + "Z")
    return "".join(rings)


def _marks(frame: Frame, things: Iterable[Thing]) -> list[Mark]:
    """What lies together becomes one mark with a number; what was chosen stays alone, on top."""
    cells: dict[tuple[str, int, int], list[Thing]] = defaultdict(list)
    chosen = []
    for thing in things:
        x, y = frame.step(thing.at)
        if thing.chosen:
            chosen.append(Mark(thing.kind, x, y, thing.count, thing.name, chosen=True, gap=thing.gap))
        else:
            cells[thing.kind, x // CELL, y // CELL].append(thing)
    return [*_apart([_together(frame, kind, cell) for (kind, _x, _y), cell in cells.items()], frame.height), *chosen]


def _apart(marks: Sequence[Mark], height: int) -> list[Mark]:
    """The same beside each other: none covers the number of another, unless there are too many for the picture."""
    at = [[float(mark.x), float(mark.y)] for mark in marks]
    for _turn in range(TURNS):
        moved = False
        order = sorted(range(len(at)), key=lambda n: at[n][0])
        for place, a in enumerate(order):
            for b in order[place + 1 :]:
                if at[b][0] - at[a][0] >= APART:
                    break
                moved |= _push(at[a], at[b], SIDES.get(marks[b].kind, 0) - SIDES.get(marks[a].kind, 0))
        if not moved:
            break
    low, right, bottom = MARK // 2, WIDTH - MARK // 2, height - MARK // 2
    return [
        replace(mark, x=round(min(max(x, low), right)), y=round(min(max(y, low), bottom)))
        for mark, (x, y) in zip(marks, at, strict=True)
    ]


def _push(one: list[float], other: list[float], side: int) -> bool:
    """Moves both, if they lie upon each other, half of the way each; `side`: where the other belongs, 0 anywhere."""
    across, down = other[0] - one[0], other[1] - one[1]
    if abs(across) >= APART or abs(down) >= APART:
        return False
    axis = 0 if side or abs(across) >= abs(down) else 1
    way = (across, down)[axis]
    sign = (1 if side > 0 else -1) if side else (1 if way >= 0 else -1)
    step = (APART - sign * way) / 2
    one[axis] -= sign * step
    other[axis] += sign * step
    return step > 0.5


def _together(frame: Frame, kind: str, things: Sequence[Thing]) -> Mark:
    count = sum(thing.count for thing in things)
    steps = [(frame.step(thing.at), thing.count) for thing in things]
    x, y = (round(sum(step[axis] * n for step, n in steps) / count) for axis in (0, 1))
    name = things[0].name if count == 1 else ""
    return Mark(kind, x, y, count, name, chosen=False, gap=any(thing.gap for thing in things))


def _wide(name: str) -> int:
    return round(len(name) * LETTER)


def _name(frame: Frame, one: Outline, taken: Sequence[tuple[int, int, int, int]]) -> Step:
    """Where least lies under the name, in its own district: the nearest place to the middle of those as good."""
    x, y = frame.step(one.centre)
    half = _wide(one.name) / 2

    def covered(place: Step) -> float:
        x, y = place
        return sum(
            max(0.0, min(x + half, tx + tw / 2) - max(x - half, tx - tw / 2))
            * max(0.0, min(y + LINE / 2, ty + th / 2) - max(y - LINE / 2, ty - th / 2))
            for tx, ty, tw, th in taken
        )

    places = [
        (round(min(max(x + dx, half), WIDTH - half)), min(max(y + dy, LINE), frame.height - LINE)) for dx, dy in PLACES
    ]
    own = [place for place in places if geo.inside(frame.point(place), one.shape)]
    return min(own or places[:1], key=covered)
