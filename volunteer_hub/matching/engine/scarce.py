"""Urgent openings for which there are few people, taken together and exactly before all else is chosen.

Chains of moves get stuck among people who are wanted by several of them at once, for days or hours that only together
do not fit. They are few even in a large town, so the solver's tree decides about them in a moment; whether its plan
holds is looked at here, and what no plan passes is summed anew from prices.
"""

from collections.abc import Callable
from math import floor

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from volunteer_hub.matching.engine.packages import Intervals, Ints
from volunteer_hub.matching.engine.prices import scarcity
from volunteer_hub.matching.engine.problem import Draft, Problem
from volunteer_hub.matching.engine.program import program

# Candidates a seat up to which an urgent opening is scarce; of all scarce ones together at most, the scarcest first;
# and nodes of the solver's tree: inner limits count steps.
SCARCE, TOGETHER, NODES = 4, 8_000, 50
# What a point of score counts beside an urgent seat, and the part of the best that the solver may leave.
FIT, GAP = 1e-6, 1e-5


def taken(problem: Problem, rest: Draft) -> list[int]:
    """Candidates for the scarce urgent openings that can stand together beside `rest`."""
    free = _free(problem, rest, _openings(problem, rest)[0])
    if not len(free):
        return []
    stated, n = program(problem, rest, free), len(free)
    gain = stated.urgent.copy()
    gain[:n] += FIT * stated.gain[:n]
    answer = milp(
        -gain,
        constraints=LinearConstraint(stated.rows, -np.inf, stated.most),
        bounds=Bounds(stated.least, stated.upper),
        integrality=np.arange(len(gain)) < n,
        options={"node_limit": NODES, "mip_rel_gap": GAP},
    )
    if answer.x is None:
        return []
    draft, chosen = Draft.of(problem, rest.chosen()), []
    for candidate in free[answer.x[:n] > 0.5].tolist():
        if draft.fits(candidate):
            draft.add(candidate)
            chosen.append(candidate)
    return chosen


def most(problem: Problem, rest: Draft, left: Callable[[], float]) -> int:
    """Urgent seats that no plan holding `rest` passes: the scarce by their prices, all others as if they were full."""
    scarce, least = _openings(problem, rest)
    free = _free(problem, rest, scarce)
    stated = program(problem, rest, free)
    others = int(least.sum() - least[scarce].sum())
    return rest.seats(urgent=True) + others + floor(stated.highest(stated.urgent, left) + 1e-6)


def _openings(problem: Problem, rest: Draft) -> tuple[Ints, Ints]:
    """The scarce urgent openings, and the urgent seats of each opening that could be filled beside `rest`."""
    openings, size = problem.instance.openings, np.diff(problem.candidates.first)
    wanted = np.array([o.least * o.urgent for o in openings], dtype=np.int64) - np.array(rest.filled, dtype=np.int64)
    least = np.clip(wanted, 0, size)
    if not least.any():
        return np.zeros(0, dtype=np.int64), least
    scarce = scarcity(problem, Intervals.of(problem), least)
    order = np.argsort(scarce, kind="stable")
    order = order[(scarce[order] <= SCARCE) & (least[order] > 0)]
    return np.sort(order[np.cumsum(size[order]) <= TOGETHER]), least


def _free(problem: Problem, rest: Draft, openings: Ints) -> NDArray[np.int64]:
    """Their candidates who are free beside `rest`."""
    around = [np.arange(part.start, part.stop) for part in map(problem.candidates.of, openings.tolist())]
    every = np.concatenate([np.zeros(0, dtype=np.int64), *around])
    return np.array([candidate for candidate in every.tolist() if rest.fits(candidate)], dtype=np.int64)
