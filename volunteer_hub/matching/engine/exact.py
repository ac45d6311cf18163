"""The best plan of a problem, or of a part of it against a fixed rest, and the proof that it is the best.

The relaxed program gives a bound and, made whole, a plan; what its prices rule out is left out; rows that it breaks
and no plan does make it narrower, again and again. Where that ends before the bound meets the plan, a tree decides.
Each bound is summed anew by weak duality: HiGHS' own tree was seen to prove what is not so, with worths this far apart.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from volunteer_hub.matching.engine.cuts import broken_rows
from volunteer_hub.matching.engine.problem import POINT, Draft, Problem
from volunteer_hub.matching.engine.program import Floats, Program, Relaxed

# Inner limits count steps; where they end, the plan is as good as it is and the bound says how far it may be.
ROUNDS, LEAVES = 60, 5_000
# Rounds of new rows in each part of the tree after the first.
ROUNDS_LATER = 3
# Points: a plan of less than a point below the bound counts as the best; small problems go on to the last tick.
CLOSE, TICK = 0.9, 1 / POINT
SMALL = 3_000
# Ticks that rounding in our own sums may come to.
SLACK = 0.01


@dataclass(frozen=True, slots=True)
class Answer:
    """What was chosen among the free candidates, and the ticks that no choice passes (those of the rest included)."""

    chosen: list[int]
    worth: float
    bound: float


def solve(
    problem: Problem, rest: Draft, whole: Program, start: list[int], left: Callable[[], float], leaves: int = LEAVES
) -> Answer:
    """The best choice of a program beside its fixed `rest`; never worse than `start`. `left`: seconds there are."""
    search = _Search(problem, rest, len(whole.chosen_from), start, left)
    part = _Part(whole, whole.least, whole.upper, [], np.inf)
    proven = search.tree(part, leaves)
    bound = max(proven, search.worth)
    if problem.stepped:
        # With whole ticks, a bound less than one above the plan is the plan's own worth.
        bound = float(np.floor(bound + SLACK / 2))
    return Answer(sorted(search.chosen), search.worth, bound)


@dataclass(frozen=True, slots=True)
class _Part:
    """A program within limits, the candidates already taken into its constant, and the ticks that it does not pass."""

    program: Program
    least: Floats
    upper: Floats
    fixed: list[int]
    bound: float

    def smaller(self) -> "_Part":
        """The same without the columns that are decided."""
        n = len(self.program.chosen_from)
        taken = self.program.chosen_from[(self.least[:n] == 1) & (self.upper[:n] == 1)].tolist()
        core = self.program.core(self.least, self.upper)
        return _Part(core, core.least, core.upper, [*self.fixed, *taken], self.bound)


class _Search:
    """The best plan so far, and what can still be better."""

    def __init__(self, problem: Problem, rest: Draft, size: int, start: list[int], left: Callable[[], float]) -> None:
        self.problem, self.rest, self.left = problem, rest, left
        self.chosen = start
        self.worth = self.draft(start).worth()
        points = (TICK if size <= SMALL else CLOSE) if problem.stepped else 0.01
        self.margin = POINT * points - SLACK

    def draft(self, chosen: list[int]) -> Draft:
        return Draft.of(self.problem, [*self.rest.chosen(), *chosen])

    def fathomed(self, bound: float) -> bool:
        """Whether a bound leaves nothing to be won."""
        return bound < self.worth + self.margin

    def offer(self, part: _Part, values: Floats) -> None:
        """Makes a plan of a fractional one: the whole first, then what fits, what is worth most first."""
        candidates = part.program.chosen_from
        n = len(candidates)
        draft, chosen = self.draft(part.fixed), list(part.fixed)
        for candidate in candidates[np.lexsort((-part.program.gain[:n], -np.round(values[:n], 6)))].tolist():
            if draft.fits(candidate):
                draft.add(candidate)
                chosen.append(candidate)
        worth = draft.worth()
        if worth > self.worth:
            self.worth, self.chosen = worth, chosen

    def tree(self, root: _Part, leaves: int) -> float:
        """Ticks that no plan of the root passes: the best-bounded part first, split where it is least decided."""
        waiting: list[tuple[float, int, _Part]] = [(-root.bound, 0, root)]
        for count in range(leaves):
            if not waiting or self.fathomed(-waiting[0][0]) or self.left() <= 0:
                break
            part = heapq.heappop(waiting)[2]
            for side, half in enumerate(self._halves(part, ROUNDS_LATER if count else ROUNDS)):
                if not self.fathomed(half.bound):
                    heapq.heappush(waiting, (-half.bound, 2 * count + 1 + side, half))
        return max(-waiting[0][0] if waiting else -np.inf, self.worth + self.margin)

    def _halves(self, part: _Part, rounds: int) -> list[_Part]:
        """What is left of a part when it was narrowed: nothing, or two halves of it."""
        values = np.zeros(len(part.program.gain))
        for step in range(rounds):
            program = part.program
            if program.cannot(part.least, part.upper):
                return []
            relaxed = program.relax(part.least, part.upper, seconds=self.left())
            if not relaxed.found:
                break
            values = relaxed.values
            reached = program.constant + POINT * program.bound(relaxed.prices, part.least, part.upper)
            part = _Part(program, part.least, part.upper, part.fixed, min(part.bound, reached))
            self.offer(part, values)
            if self.fathomed(part.bound):
                return []
            fixed = self.draft(part.fixed)
            rows, most = broken_rows(fixed, program.chosen_from, values, len(values), lambda: self.left() <= 0)
            least, upper = self._ruled_out(part, relaxed)
            part = _Part(program.with_rows(rows, most), least, upper, part.fixed, part.bound)
            if not len(most) or self.left() <= 0 or step == rounds - 1:
                break
            part = part.smaller()
        return self._split(part, values)

    def _split(self, part: _Part, values: Floats) -> list[_Part]:
        n = len(part.program.chosen_from)
        undecided = np.flatnonzero(part.least[:n] < part.upper[:n])
        if not len(undecided):
            # One plan is left, if any: a limit that was passed would show in a row.
            if not part.program.cannot(part.least, part.upper):
                self.offer(part, part.least)
            return []
        shares = values[:n][undecided] if len(values) == len(part.program.gain) else np.zeros(len(undecided))
        at = int(undecided[np.argmin(np.round(np.abs(shares - 0.5), 6) - 1e-9 * part.program.gain[undecided])])
        halves = []
        for value in (0.0, 1.0):
            least, upper = part.least.copy(), part.upper.copy()
            least[at] = upper[at] = value
            halves.append(_Part(part.program, least, upper, part.fixed, part.bound).smaller())
        return halves

    def _ruled_out(self, part: _Part, relaxed: Relaxed) -> tuple[Floats, Floats]:
        """The limits without what, by the prices, no plan better than ours can choose, or can leave out."""
        program, prices = part.program, np.maximum(relaxed.prices, 0)
        reduced = program.gain - program.columns @ prices
        spare = (self.worth + self.margin - program.constant) / POINT
        bound = program.bound(prices, part.least, part.upper)
        least, upper = part.least.copy(), part.upper.copy()
        n = len(program.chosen_from)
        free = least[:n] < upper[:n]
        upper[:n][free & (reduced[:n] < 0) & (bound + reduced[:n] < spare)] = 0
        least[:n][free & (reduced[:n] > 0) & (bound - reduced[:n] < spare)] = 1
        return least, upper
