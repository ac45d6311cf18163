"""The linear program of a problem, or of a part of it against a fixed rest, and bounds that no tolerance makes too low.

A volunteer's rows are maximal cliques of openings that exclude each other (by time, way or weekly hours), the weekly
hours where three or more could pass them, and what uneven loads cost. With these the program is nearly integral.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from math import fsum, gcd

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from volunteer_hub.matching.engine.cliques import Exclusions
from volunteer_hub.matching.engine.problem import POINT, Draft, Problem, fair

Floats = NDArray[np.float64]
# By how much a row has to be broken; a plan of whole picks breaks one by far more or not at all.
PROOF = 1e-6


@dataclass(frozen=True)
class Program:
    """Maximise gain·z over rows·z ≤ most, least ≤ z ≤ upper. The columns: candidates, seats of openings, loads.

    `gain` is in points (0.001 of the objective), as the solver's tolerances like it; bounds come back in ticks.
    """

    chosen_from: NDArray[np.int64]  # the candidate of each of the first columns
    gain: Floats
    rows: csr_array
    most: Floats
    least: Floats
    upper: Floats
    constant: float  # ticks of what is fixed
    urgent: Floats  # 1 for each column that is a minimum seat of an urgent opening
    seats: Floats  # 1 for each that is a minimum seat

    @cached_property
    def columns(self) -> csr_array:
        return csr_array(self.rows.T)

    def bound(self, prices: Floats, least: Floats, upper: Floats, gain: Floats | None = None) -> float:
        """Points that no plan within these limits passes, by weak duality: true for any prices of the rows ≥ 0."""
        prices = np.maximum(prices, 0)
        left = (self.gain if gain is None else gain) - self.columns @ prices
        return fsum((prices * self.most).tolist()) + fsum(np.maximum(left * least, left * upper).tolist())

    def relax(self, least: Floats, upper: Floats, gain: Floats | None = None, *, seconds: float = 1e9) -> "Relaxed":
        """The best fractional plan within these limits."""
        gain = self.gain if gain is None else gain
        free = np.flatnonzero(least < upper)
        fixed = np.where(least < upper, 0.0, least)
        most = self.most - self.rows @ fixed
        if not len(free) or not len(self.most):
            values = np.where(gain > 0, upper, least)
            return Relaxed(values, np.zeros(len(self.most)), found=True)
        rows = self.rows[:, free]
        answer = linprog(
            -gain[free], A_ub=rows, b_ub=most, bounds=np.column_stack((least[free], upper[free])),
            method="highs", options={"time_limit": max(0.05, min(seconds, 1e6))},
        )  # fmt: skip
        if answer.status != 0:
            return Relaxed(fixed, np.zeros(len(self.most)), found=False)
        values = fixed.copy()
        values[free] = answer.x
        return Relaxed(values, -answer.ineqlin.marginals, found=True)

    def with_rows(self, rows: csr_array, most: Floats) -> "Program":
        """The same with more rows, which must hold for every plan."""
        return replace(self, rows=csr_array(vstack([self.rows, rows])), most=np.append(self.most, most))

    def highest(self, gain: Floats, left: Callable[[], float]) -> float:
        """What no choice passes when each column is worth its part of `gain`."""
        relaxed = self.relax(self.least, self.upper, gain, seconds=left())
        return self.bound(relaxed.prices, self.least, self.upper, gain)

    def core(self, least: Floats, upper: Floats) -> "Program":
        """The program of the columns that these limits leave free; the others are a constant of it."""
        free = np.flatnonzero(least < upper)
        fixed = np.where(least < upper, 0.0, least)
        candidates = len(self.chosen_from)
        rows, most = self.rows[:, free], self.most - self.rows @ fixed
        # A row without columns stays where it is broken: it is the proof that there is no plan.
        asks = (np.diff(rows.indptr) > 0) | (most < -PROOF)
        return Program(
            chosen_from=self.chosen_from[free[free < candidates]],
            gain=self.gain[free],
            rows=csr_array(rows[asks]),
            most=most[asks],
            least=least[free],
            upper=upper[free],
            urgent=self.urgent[free],
            seats=self.seats[free],
            constant=self.constant + POINT * fsum((self.gain * fixed).tolist()),
        )

    def cannot(self, least: Floats, upper: Floats) -> bool:
        """Whether some row is passed whatever the free columns are: proof that there is no plan within these limits."""
        lowest = self._above @ least + self._below @ upper
        return bool((lowest > self.most + PROOF).any())

    @cached_property
    def _above(self) -> csr_array:
        return self.rows.maximum(0)

    @cached_property
    def _below(self) -> csr_array:
        return self.rows.minimum(0)


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A fractional plan, and the prices of the rows. Not `found`: there is none, or the clock ended the search."""

    values: Floats
    prices: Floats
    found: bool


class _Rows:
    """Rows of a program while it is put together."""

    def __init__(self) -> None:
        self.row: list[int] = []
        self.column: list[int] = []
        self.value: list[float] = []
        self.most: list[float] = []

    def add(self, columns: Iterable[int], most: float, value: float = 1) -> None:
        for column in columns:
            self.put(column, value)
        self.most.append(most)

    def put(self, column: int, value: float) -> None:
        self.row.append(len(self.most))
        self.column.append(column)
        self.value.append(value)


def program(problem: Problem, rest: Draft, free: NDArray[np.int64]) -> Program:
    """The program of choosing among the candidates `free`, each of which fits the fixed plan `rest`."""
    found, openings = problem.candidates, problem.instance.openings
    rows, gain, upper, lower = _Rows(), list(problem.worth[free] / POINT), [1.0] * len(free), [0.0] * len(free)
    seats: dict[int, int] = {}
    for o, columns in _grouped(found.opening[free]):
        wanted = min(openings[o].least - rest.filled[o], len(columns))
        if len(columns) > openings[o].most - rest.filled[o]:
            rows.add(columns, openings[o].most - rest.filled[o])
        if wanted > 0:
            seats[o] = len(gain)
            gain.append(problem.seat[o] / POINT)
            upper.append(wanted)
            lower.append(0)
            rows.put(seats[o], 1)
            rows.add(columns, 0, -1)
    exclusions = Exclusions(problem, sorted({int(o) for o in found.opening[free]}))
    for v, columns in _grouped(found.volunteer[free]):
        mine = [int(found.opening[free[column]]) for column in columns]
        column_of = dict(zip(mine, columns, strict=True))
        cliques, single = exclusions.cliques(rest, v, mine)
        for clique in cliques:
            rows.add([column_of[o] for o in clique], 1)
        _hours(problem, rest, v, mine, columns, rows)
        fixed = len(rest.picks.get(v, ()))
        together = 1 if single else len(columns)
        if fair(fixed + together) > fair(fixed):
            load = len(gain)
            gain.append(-1 / POINT)
            lower.append(fair(fixed))
            upper.append(fair(fixed + together))
            for slope, cut in ((1, 1), (3, 5)):
                if slope * (fixed + together) - cut > fair(fixed):
                    rows.put(load, -1)
                    rows.add(columns, cut - slope * fixed, slope)
    shape = (len(rows.most), len(gain))
    return Program(
        chosen_from=free,
        gain=np.array(gain, dtype=np.float64),
        rows=csr_array((rows.value, (rows.row, rows.column)), shape=shape, dtype=np.float64),
        most=np.array(rows.most, dtype=np.float64),
        least=np.array(lower, dtype=np.float64),
        upper=np.array(upper, dtype=np.float64),
        urgent=_marks(len(gain), (column for o, column in seats.items() if openings[o].urgent)),
        seats=_marks(len(gain), seats.values()),
        # The loads of the rest are counted again by the columns of those who may get more.
        constant=rest.worth() + sum(fair(len(rest.picks.get(v, ()))) for v in _loaded(problem, rest, free)),
    )


def _marks(size: int, columns: Iterable[int]) -> Floats:
    marks = np.zeros(size)
    marks[list(columns)] = 1
    return marks


def _loaded(problem: Problem, rest: Draft, free: NDArray[np.int64]) -> set[int]:
    """Volunteers whose fixed picks already cost something and who may get more: their load column begins there."""
    return {int(v) for v in problem.candidates.volunteer[free] if len(rest.picks.get(int(v), ())) > 1}


def _grouped(keys: NDArray[np.int32]) -> Iterable[tuple[int, list[int]]]:
    order = np.argsort(keys, kind="stable").tolist()
    for key, columns in groupby(order, key=lambda column: keys[column]):
        yield int(key), list(columns)


def _hours(problem: Problem, rest: Draft, v: int, mine: list[int], columns: list[int], rows: _Rows) -> None:
    """The weekly hours, in steps of what all these openings' lengths have in common: a part of a step helps nobody."""
    weeks: dict[int, list[tuple[int, int]]] = {}
    for o, column in zip(mine, columns, strict=True):
        for week, minutes in problem.instance.openings[o].weeks:
            weeks.setdefault(week, []).append((column, minutes))
    for week, lengths in weeks.items():
        left = problem.instance.volunteers[v].week_minutes - rest.used.get((v, week), 0)
        if len(lengths) < 3 or sum(minutes for _, minutes in lengths) <= left:
            continue
        step = gcd(*(minutes for _, minutes in lengths))
        for column, minutes in lengths:
            rows.put(column, minutes // step)
        rows.add([], left // step)
