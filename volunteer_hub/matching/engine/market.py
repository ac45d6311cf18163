"""Lagrangian relaxation of a problem: openings have prices, and everybody takes what is best for them alone.

A price is paid by an opening to whoever takes it. Openings then choose how many to take, and volunteers what to take,
each for themselves; what all of them gain together is a bound whatever the prices are (Geoffrion 1974, Lagrangean
relaxation for integer programming). Prices are whole numbers, so a bound is an exact sum.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from volunteer_hub.matching.engine.packages import TOGETHER, Intervals, Ints, best, stretches
from volunteer_hub.matching.engine.prices import Floats
from volunteer_hub.matching.engine.problem import Problem

Late = Callable[[], bool]
# What keeps fixed candidates in every package: more than all else that is in one.
FIXED = 2**40
# The share of the way to the aim that a step goes, and how it shrinks after so many steps in vain. A walk ends after
# more of these, and where in so many steps it does not come half of the way down to where it began.
WAY, SHRINKS, IN_VAIN, ENDS, LOOKS = 0.5, 0.7, 3, 9, 10
# What of the last step goes on in the next, and what counts as nearer, as a share of the value.
ONWARD, NEARER = 0.5, 1e-6


@dataclass(frozen=True)
class Market:
    """What is bounded: `seat` is what a seat of each opening up to its `least` is worth; candidates are worth nothing
    or, with `has_worth`, their ticks. `fixed` ones are taken; `least` and `most` are left to be filled beside them."""

    problem: Problem
    intervals: Intervals
    fixed: Ints
    seat: Ints
    least: Ints
    most: Ints
    has_worth: bool = False

    def value(self, price: Ints, late: Late = lambda: False) -> tuple[int, Floats] | None:
        """What nobody passes at these prices, and how much more often each opening is taken than it wants to be.

        No price may be above what its seat is worth. None: it got late.
        """
        packages = self._packages(price, late)
        if packages is None:
            return None
        worth, taken = packages
        gains = (self.seat - price) * self.least + np.maximum(0, -price) * (self.most - self.least)
        return int(gains.sum()) + worth, taken - np.where(price < 0, self.most, self.least)

    def lowered(self, price: Ints, lowest: int, aim: float, steps: int, late: Late) -> tuple[int, Ints]:
        """The least value on a walk of so many steps from these prices, none below `lowest`, and its prices.

        A step goes against what is taken too often or too seldom, as far as the `aim` asks for (Polyak 1969,
        Minimization of unsmooth functionals); the value may rise first. A walk that does not come down ends.
        """
        answer = self.value(price, late)
        if answer is None:
            return 2**62, price
        (found, over), at_found = answer, price
        at, onward = price.astype(np.float64), np.zeros(len(price))
        value, low, since, way, high = found, 2**62, 0, WAY, np.inf
        for step in range(1, steps):
            stuck = ((at <= lowest) & (over > 0)) | ((at >= self.seat) & (over < 0))
            onward = np.where(stuck, 0, over) + ONWARD * onward
            if found <= aim or not onward.any():
                break
            at = np.clip(at - way * (value - aim) / float(onward @ onward) * onward, lowest, self.seat)
            here = np.floor(at).astype(np.int64)
            answer = self.value(here, late)
            if answer is None:
                break
            value, over = answer
            if value < low - NEARER * abs(low):
                low, since = value, 0
            else:
                since += 1
                way *= SHRINKS if since % IN_VAIN == 0 else 1
            if value < found:
                found, at_found = value, here
            if since == ENDS or (step % LOOKS == 0 and low > found + high / 2):
                break
            high = float(low - found) if step % LOOKS == 0 else high
        return found, at_found

    def _packages(self, price: Ints, late: Late) -> tuple[int, Floats] | None:
        """What the best packages are worth, and how often they take each opening, beside what is fixed."""
        found, fixed = self.problem.candidates, self.fixed
        is_fixed = np.zeros(len(found), dtype=bool)
        is_fixed[fixed] = True
        paid_at = np.where(self.most > 0, price, -FIXED)
        every, amounts = [], []
        for openings, candidates in stretches(found.first):
            paid = np.repeat(paid_at[openings], np.diff(found.first[openings.start : openings.stop + 1]))
            if self.has_worth:
                paid += np.ceil(self.problem.worth[candidates]).astype(np.int64)
            paid[is_fixed[candidates]] = FIXED
            gains = np.flatnonzero(paid > 0)
            every.append(candidates.start + gains)
            amounts.append(paid[gains])
        chosen, paid = np.concatenate(every), np.concatenate(amounts)
        taken = -np.bincount(found.opening[fixed], minlength=len(price)).astype(np.float64)
        total = -FIXED * len(fixed)
        for some in _together(found.volunteer[chosen]):
            if late():
                return None
            volunteers, openings = found.volunteer[chosen[some]], found.opening[chosen[some]]
            worth, share = best(self.intervals, volunteers.astype(np.int64), openings.astype(np.int64), paid[some])
            total += worth
            taken += np.bincount(openings, share, len(price))
        return total, taken


def _together(volunteers: NDArray[np.int32]) -> Iterator[NDArray[np.bool_] | slice]:
    """Candidates in parts that are not too large, those of a volunteer in one."""
    if len(volunteers) <= TOGETHER:
        yield slice(None)
        return
    part = (np.cumsum(np.bincount(volunteers)) // TOGETHER).astype(np.int32)
    for n in range(int(part[-1]) + 1):
        yield part[volunteers] == n
