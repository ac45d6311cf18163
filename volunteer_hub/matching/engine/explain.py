"""Why an opening is not filled: who would be a candidate but for one rule, and why those who are were not picked.

Over all volunteers at once: each rule is one bit per volunteer (masks), and who breaks one or several comes out of
carries between them, as in an adder. Only those within a cell's reach, and the few who are nearest, are measured.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from volunteer_hub.matching.engine.fit import Floats, Indices, distances
from volunteer_hub.matching.engine.instance import Opening, Point
from volunteer_hub.matching.engine.masks import CELL, RULES, Bits, Masks
from volunteer_hub.matching.engine.problem import Draft
from volunteer_hub.matching.engine.reach import SLACK, Reach, spots

NEAREST = 5
# By what part chords that stand for distances may be off.
OFF = 1e-9


@dataclass(frozen=True, slots=True)
class Unfilled:
    """An opening below its least. `nearest`: volunteers and the rules they break, fewest first.

    Not `told`: there was no time to say why, and only the opening and what is missing are true.
    """

    opening: int
    missing: int
    candidates: int = 0
    blocked_by: dict[str, int] = field(default_factory=dict)
    several: int = 0
    taken: int = 0
    hours_used: int = 0
    refused: int = 0
    nearest: list[tuple[int, list[str]]] = field(default_factory=list)
    told: bool = True


def unfilled(draft: Draft, masks: Masks, late: Callable[[], bool] = lambda: False) -> list[Unfilled]:
    """Every opening of the plan that is below its least, in the file's order; once `late`, without saying why.

    The urgent are told first; then cell by cell, so that those of one cell share who may reach it.
    """
    openings = draft.problem.instance.openings
    short = [n for n, o in enumerate(openings) if draft.filled[n] < o.least]
    found: dict[int, Unfilled] = {}
    places = None
    for n in sorted(short, key=lambda n: (not openings[n].urgent, _cell(openings[n].at), n)):
        if late():
            break
        places = places or _Places(masks)
        found[n] = _unfilled(draft, masks, places, n)
    return [found.get(n) or Unfilled(n, openings[n].least - draft.filled[n], told=False) for n in short]


def _unfilled(draft: Draft, masks: Masks, places: "_Places", opening: int) -> Unfilled:
    problem, o = draft.problem, draft.problem.instance.openings[opening]
    broken = np.array([places.holds(o), *(masks.holds(rule, o) for rule in RULES[1:])])
    np.bitwise_and(~broken, masks.everybody, out=broken)
    once, twice = broken[0].copy(), np.zeros_like(broken[0])
    for breaks in broken[1:]:
        twice |= once & breaks
        once |= breaks
    once &= ~twice
    who = problem.candidates.volunteer[problem.candidates.of(opening)].tolist()
    why = Counter(_why(draft, v, opening) for v in who if opening not in draft.picks.get(v, ()))
    only = np.bitwise_count(broken & once).sum(axis=1, dtype=np.int64).tolist()
    return Unfilled(
        opening=opening,
        missing=o.least - draft.filled[opening],
        candidates=why.total(),
        blocked_by={rule: n for rule, n in zip(RULES, only, strict=True) if n},
        several=int(np.bitwise_count(twice).sum(dtype=np.int64)),
        taken=why["taken"],
        hours_used=why["hours_used"],
        refused=why["refused"],
        nearest=_nearest(masks, places, o, broken, once),
    )


def _why(draft: Draft, v: int, opening: int) -> str:
    if any(draft.problem.clash(opening, other) for other in draft.picks.get(v, ())):
        return "taken"
    return "hours_used" if draft.passes_hours(v, opening) else "refused"


def _nearest(masks: Masks, places: "_Places", o: Opening, broken: Bits, once: Bits) -> list[tuple[int, list[str]]]:
    """Who breaks fewest rules, then is nearest, then by id; who breaks one is looked at first, and mostly enough."""
    near = np.flatnonzero(masks.unpacked(once))
    levels = np.ones(len(near), dtype=np.int64)
    if len(near) < NEAREST:
        count = np.unpackbits(broken, axis=1, count=masks.count).sum(axis=0, dtype=np.int64)
        near = np.flatnonzero(count)
        levels = count[near]
        if len(near) > NEAREST:
            edge = np.partition(levels, NEAREST - 1)[NEAREST - 1]
            near, levels = near[levels <= edge], levels[levels <= edge]
    if levels.size and (levels == levels[0]).all():
        near = places.first(near, o)
        levels = levels[: len(near)]
    order = np.lexsort((places.rank[near], places.kilometres(near, o), levels))[:NEAREST]
    return [
        (v, [rule for rule, bits in zip(RULES, broken, strict=True) if _has(bits, v)]) for v in near[order].tolist()
    ]


def _has(bits: Bits, v: int) -> bool:
    return bool(bits[v >> 3] >> (7 - (v & 7)) & 1)


def _cell(at: Point | None) -> tuple[float, ...]:
    return () if at is None else (at[0] // CELL, at[1] // CELL)


class _Places:
    """Where volunteers are, and who may reach a cell: kept for the last one."""

    def __init__(self, masks: Masks) -> None:
        self.masks = masks
        self.reach = Reach(masks.latitudes, masks.longitudes, masks.max_km)
        self.spots = spots(masks.latitudes, masks.longitudes)
        # Where each stands among all in order of their ids.
        self.rank = np.empty(masks.count, dtype=np.int64)
        self.rank[sorted(range(masks.count), key=lambda v: masks.volunteers[v].id)] = np.arange(masks.count)
        self._cell: tuple[float, ...] = ()
        self._near: Indices = np.zeros(0, dtype=np.intp)

    def holds(self, o: Opening) -> Bits:
        """Who passes the rule `distance`."""
        if o.at is None:
            return self.masks.everybody
        near = self._reaching(o.at)
        near = near[self.kilometres(near, o) <= self.masks.max_km[near]]
        bits = np.zeros(self.masks.count, dtype=bool)
        bits[near] = True
        return np.packbits(bits)

    def kilometres(self, who: Indices, o: Opening) -> Floats:
        """To these volunteers, as the rule measures them; 0 where either has no place."""
        if o.at is None:
            return np.zeros(len(who))
        return np.nan_to_num(distances(self.masks.latitudes[who], self.masks.longitudes[who], o.at))

    def first(self, who: Indices, o: Opening) -> Indices:
        """The nearest of them, with all who are as near as the last of those: by chords, which grow with the way."""
        if o.at is None or len(who) <= NEAREST:
            return who
        here = spots(*np.radians(np.array([o.at])).T)
        squares = sum((mine[who] - its) ** 2 for mine, its in zip(self.spots, here, strict=True))
        chords = np.nan_to_num(np.sqrt(squares))
        edge = np.partition(chords, NEAREST - 1)[NEAREST - 1]
        return who[chords <= edge * (1 + OFF) + SLACK]

    def _reaching(self, at: Point) -> Indices:
        cell = _cell(at)
        if self._cell != cell:
            (south, west), half = cell, CELL / 2
            corners = [(south * CELL + a, west * CELL + b) for a in (0.0, CELL) for b in (0.0, CELL)]
            self._near = self.reach.around([(corners[0][0] + half, corners[0][1] + half), *corners])
            self._cell = cell
        return self._near
