"""What every way of solving shares: the candidates, what clashes, what a plan is worth, and a plan in the making.

Worth is counted in ticks of 0.0001, the smallest step of the objective, so that sums are exact.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil

import numpy as np
from numpy.typing import NDArray

from volunteer_hub.kit.geo import km
from volunteer_hub.matching.engine.candidates import Candidates
from volunteer_hub.matching.engine.instance import Fault, Instance, Interval

URGENT, SEAT, POINT = 100_000_000, 1_000_000, 10
Pair = tuple[int, int]
# How many pairs of openings are remembered as clashing or not: some 40 MB at most.
REMEMBERED = 200_000


def fair(picks: int) -> int:
    """Ticks that uneven loads cost: nothing for one pick, one for two, three for each beyond."""
    return 0 if picks <= 1 else 3 * picks - 5


@dataclass(frozen=True)
class Problem:
    """An instance with its candidates; `locked` and `kept` are positions among the candidates."""

    instance: Instance
    candidates: Candidates
    locked: frozenset[int] = frozenset()
    kept: frozenset[int] = frozenset()

    _clashes: dict[Pair, bool] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def rests(self) -> tuple[int, int]:
        """Whole minutes between openings near and far from each other: gaps are whole, so are the least of them."""
        return ceil(self.instance.travel.rest_min), ceil(self.instance.travel.far_rest_min)

    @cached_property
    def worth(self) -> NDArray[np.float64]:
        """Ticks of each candidate by itself: its score, and its stability where it was kept and is not locked."""
        ticks = self.candidates.score.astype(np.float64) * POINT
        kept = np.array(sorted(self.kept - self.locked), dtype=np.int64)
        ticks[kept] += self.instance.stability * POINT
        return ticks

    @cached_property
    def seat(self) -> list[int]:
        """Ticks of a seat of each opening up to its least."""
        return [SEAT + URGENT * o.urgent for o in self.instance.openings]

    @cached_property
    def stepped(self) -> bool:
        """Whether every plan is worth whole ticks."""
        return float(self.instance.stability * POINT).is_integer()

    @cached_property
    def spans(self) -> list[Interval]:
        """From when to when each opening is, with half of the longer rest before and after it, in half minutes."""
        rest = max(self.rests)
        return [(2 * o.times[0][0] - rest, 2 * o.times[-1][1] + rest) for o in self.instance.openings]

    def clash(self, a: int, b: int) -> bool:
        """Whether one volunteer cannot take both openings."""
        (starts, ends), (begins, is_over) = self.spans[a], self.spans[b]
        if starts >= is_over or begins >= ends:
            return False
        if a > b:
            a, b = b, a
        if len(self._clashes) > REMEMBERED:
            self._clashes.clear()
        known = self._clashes.get((a, b))
        if known is None:
            known = self._clashes[a, b] = self._clash(a, b)
        return known

    def _clash(self, a: int, b: int) -> bool:
        first, second = self.instance.openings[a], self.instance.openings[b]
        rest = self.rests[self.is_far(a, b)]
        return any(s < f + rest and e < t + rest for s, t in first.times for e, f in second.times)

    def is_far(self, a: int, b: int) -> bool:
        here, there = self.instance.openings[a].at, self.instance.openings[b].at
        return here is not None and there is not None and km(here, there) > self.instance.travel.far_km

    def sorted_by_score(self, opening: int) -> NDArray[np.int64]:
        """The candidates of an opening, what they are worth first, then the volunteer's place in the file."""
        part = self.candidates.of(opening)
        order: NDArray[np.int64] = part.start + np.argsort(-self.worth[part], kind="stable")
        return order


@dataclass
class Draft:
    """A plan in the making: it never breaks a constraint."""

    problem: Problem
    picks: dict[int, dict[int, int]] = field(default_factory=dict)  # volunteer → opening → candidate
    filled: list[int] = field(default_factory=list)
    used: dict[tuple[int, int], int] = field(default_factory=dict)  # (volunteer, week) → minutes

    def __post_init__(self) -> None:
        if not self.filled:
            self.filled = [0] * len(self.problem.instance.openings)

    @classmethod
    def of(cls, problem: Problem, chosen: Iterable[int]) -> "Draft":
        draft = cls(problem)
        for candidate in chosen:
            draft.add(candidate)
        return draft

    def chosen(self) -> list[int]:
        return sorted(c for picks in self.picks.values() for c in picks.values())

    def pair(self, candidate: int) -> Pair:
        found = self.problem.candidates
        return int(found.volunteer[candidate]), int(found.opening[candidate])

    def add(self, candidate: int) -> None:
        self.put(*self.pair(candidate), candidate)

    def put(self, v: int, o: int, candidate: int) -> None:
        """Adds a candidate whose pair is at hand."""
        self.picks.setdefault(v, {})[o] = candidate
        self.filled[o] += 1
        for week, minutes in self.problem.instance.openings[o].weeks:
            self.used[v, week] = self.used.get((v, week), 0) + minutes

    def drop(self, candidate: int) -> None:
        v, o = self.pair(candidate)
        del self.picks[v][o]
        self.filled[o] -= 1
        for week, minutes in self.problem.instance.openings[o].weeks:
            self.used[v, week] -= minutes

    def is_full(self, opening: int) -> bool:
        return self.filled[opening] >= self.problem.instance.openings[opening].most

    def fits(self, candidate: int) -> bool:
        """Whether the pair can be added as things stand."""
        v, o = self.pair(candidate)
        return not self.is_full(o) and self.is_free(v, o)

    def is_free(self, v: int, o: int) -> bool:
        """Whether the volunteer can take the opening beside what they have; one they have already is in its own way."""
        if self.passes_hours(v, o):
            return False
        clash = self.problem.clash
        return not any([clash(o, q) for q in self.picks.get(v, ())])

    def passes_hours(self, v: int, o: int) -> bool:
        """Whether with this opening some week would hold more than the volunteer's hours."""
        most, used = self.problem.instance.volunteers[v].week_minutes, self.used
        (week, minutes), *others = self.problem.instance.openings[o].weeks
        # Nearly every opening lies in one week, and this is asked millions of times.
        if not others:
            return used.get((v, week), 0) + minutes > most
        return any(used.get((v, week), 0) + minutes > most for week, minutes in ((week, minutes), *others))

    def worth(self) -> float:
        """Ticks of the whole plan: the objective × 10,000."""
        openings, seat, filled = self.problem.instance.openings, self.problem.seat, self.filled
        # Of the whole town's openings, a part's plan has few.
        taken = {o for mine in self.picks.values() for o in mine}
        seats = sum(seat[o] * min(filled[o], openings[o].least) for o in taken)
        uneven = sum(fair(len(mine)) for mine in self.picks.values())
        return float(self.problem.worth[self.chosen()].sum()) + seats - uneven

    def seats(self, *, urgent: bool = False) -> int:
        openings = zip(self.problem.instance.openings, self.filled, strict=True)
        return sum(min(n, o.least) for o, n in openings if o.urgent or not urgent)


def check_locked(problem: Problem) -> None:
    """Raises Fault where locked pairs cannot stand together."""
    draft = Draft(problem)
    for n, kept in enumerate(problem.instance.keep):
        if not kept.locked:
            continue
        v, o = problem.instance.volunteers[kept.volunteer], problem.instance.openings[kept.opening]
        pair, at = f"the locked pair of {v.id!r} and {o.id!r}", f"$.keep[{n}]"
        candidate = problem.candidates.find(kept.volunteer, kept.opening)
        assert candidate is not None, "locked pairs that break a rule are told before"  # noqa: S101
        if draft.is_full(kept.opening):
            raise Fault(at, f"{pair} is one more than the opening's most, {o.most}.")
        for other in draft.picks.get(kept.volunteer, ()):
            if problem.clash(kept.opening, other):
                raise Fault(at, f"{pair} is too near in time to the locked {problem.instance.openings[other].id!r}.")
        if draft.passes_hours(kept.volunteer, kept.opening):
            raise Fault(at, f"{pair} passes the hours a week that the volunteer gives, with other locked pairs.")
        draft.add(candidate)
