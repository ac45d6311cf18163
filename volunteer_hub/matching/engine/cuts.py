"""Rows that a fractional plan breaks and no whole one does: each volunteer's own share of the plan, made exact.

What one volunteer can take is a family of sets of openings, closed under leaving some out. Among the openings that the
fractional plan gives them, a small program finds weights such that no possible set weighs more than one and the
fractional one weighs most. A row over a part of the openings holds for all of them, so it is true everywhere.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array

from volunteer_hub.matching.engine.problem import Draft
from volunteer_hub.matching.engine.program import Floats

# Beyond so many openings or sets a volunteer is left as they are: the tree decides about them.
OPENINGS, SETS = 16, 4_000
# A share of less than this is none; a row has to be broken by more than this to be worth its place.
SHARE, BROKEN = 1e-6, 1e-4
# Weights become fractions of this, so that the most a set weighs is counted exactly.
PARTS = 5_040


def broken_rows(
    base: Draft, candidates: NDArray[np.int64], values: Floats, columns: int, late: Callable[[], bool] = lambda: False
) -> tuple[csr_array, Floats]:
    """Rows over the candidates, the first of so many columns, and the most each may come to; `base` is fixed. When it
    is `late`, those found so far: each is true without the others."""
    row: list[int] = []
    column: list[int] = []
    value: list[float] = []
    most: list[float] = []
    for v, mine in _divided(base, candidates, values):
        if late():
            break
        sets = _possible(base, v, [int(base.problem.candidates.opening[candidates[n]]) for n in mine])
        if sets is None:
            continue
        answer = linprog(-values[mine], A_ub=sets, b_ub=np.ones(len(sets)), bounds=(0, 1), method="highs")
        if answer.x is None:
            continue
        weights = np.round(answer.x * PARTS)
        heaviest = float((sets @ weights).max())
        if weights @ values[mine] <= heaviest * (1 + BROKEN):
            continue
        row += [len(most)] * len(mine)
        column += mine
        value += (weights / heaviest).tolist()
        # Rounding of the division, many times over: a row a hair too wide is still true.
        most.append(1 + 1e-12)
    shape = (len(most), columns)
    return csr_array((value, (row, column)), shape=shape, dtype=np.float64), np.array(most, dtype=np.float64)


def _divided(base: Draft, candidates: NDArray[np.int64], values: Floats) -> Iterator[tuple[int, list[int]]]:
    """Volunteers whose share is not whole, with the columns of it."""
    shares: dict[int, list[int]] = {}
    for n in np.flatnonzero(values[: len(candidates)] > SHARE).tolist():
        shares.setdefault(int(base.problem.candidates.volunteer[candidates[n]]), []).append(n)
    for v, mine in shares.items():
        if 2 <= len(mine) <= OPENINGS and (values[mine] < 1 - SHARE).any():
            yield v, mine


def _possible(base: Draft, v: int, openings: list[int]) -> Floats | None:
    """A row for each set of these openings that the volunteer can take on top of what is fixed; None: too many."""
    problem = base.problem
    most = problem.instance.volunteers[v].week_minutes
    sets: list[list[int]] = [[]]
    minutes: list[dict[int, int]] = [{}]
    for n, o in enumerate(openings):
        for taken, used in list(zip(sets, minutes, strict=True)):
            with_it = dict(used)
            for week, length in problem.instance.openings[o].weeks:
                with_it[week] = with_it.get(week, base.used.get((v, week), 0)) + length
            if max(with_it.values()) <= most and not any(problem.clash(o, openings[other]) for other in taken):
                sets.append([*taken, n])
                minutes.append(with_it)
        if len(sets) > SETS:
            return None
    rows = np.zeros((len(sets), len(openings)))
    for at, taken in enumerate(sets):
        rows[at, taken] = 1
    return rows
