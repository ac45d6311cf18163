"""Prices of seats from small linear programs over the scarce openings alone, a part of the town at a time.

Where an opening has far more candidates than it needs, its price is nothing: so only what is scarce is asked about,
with what stands at a price next to it. Prices are a proposal: what they prove is counted in bounds.py, exactly.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array

from volunteer_hub.matching.engine.packages import Intervals, Ints, stretches
from volunteer_hub.matching.engine.problem import Problem

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
# Candidates of a program (unless one opening alone has more), and steps of the solver: each takes a moment. Where
# nearly all is scarce that is too few, and the walk finds the prices.
PART, ITERATIONS = 12_000, 3_000
# Degrees of a strip, about two kilometres, walked from end to end and back.
STRIP = 0.02


def scarcity(problem: Problem, intervals: Intervals, least: Ints) -> Floats:
    """How many candidates there are for each seat; who is wanted for more hours than they give counts in part."""
    found = problem.candidates
    count = np.diff(found.first)
    wanted = least / np.maximum(1, count) * intervals.of_opening
    load, there = np.zeros(len(intervals.week_minutes)), np.zeros(len(count))
    for openings, candidates in stretches(found.first):
        load += np.bincount(found.volunteer[candidates], np.repeat(wanted[openings], count[openings]), len(load))
    spare = np.minimum(1.0, intervals.week_minutes * intervals.weeks / np.maximum(load, 1e-9))
    for _, candidates in stretches(found.first):
        there += np.bincount(found.opening[candidates], spare[found.volunteer[candidates]], len(count))
    return np.where(least > 0, there / np.maximum(1, least), np.inf)


def by_length(problem: Problem, intervals: Intervals, least: Ints) -> Floats:
    """Prices by an opening's minutes, as if all hours of all volunteers were one store: the shortest seats first."""
    asked = np.bincount(problem.candidates.volunteer, minlength=len(intervals.week_minutes)) > 0
    store = float(intervals.week_minutes[asked].sum()) * intervals.weeks
    order = np.argsort(intervals.of_opening, kind="stable")
    used = np.cumsum((intervals.of_opening * least)[order])
    last = int(np.searchsorted(used, store))
    if last == len(order):
        return np.zeros(len(least))
    return np.minimum(1.0, intervals.of_opening / intervals.of_opening[order[last]])


def neighbourhoods(problem: Problem, openings: Ints, cut: float) -> Iterator[Ints]:
    """These openings in parts that lie together, the first of them only this share of a part."""
    count = np.diff(problem.candidates.first)
    at = np.array([problem.instance.openings[o].at or (-90.0, 0.0) for o in openings.tolist()]).reshape(-1, 2)
    strip = np.round(at[:, 0] / STRIP)
    order = openings[np.lexsort((np.where(strip % 2, -at[:, 1], at[:, 1]), strip))]
    so_far = np.cumsum(count[order]) + int(PART * (1 - cut))
    yield from np.split(order, np.flatnonzero(np.diff(so_far // PART)) + 1)


def settled(problem: Problem, intervals: Intervals, fixed: Ints, least: Ints, price: Floats, part: Ints) -> Floats:
    """The prices with those of these openings, from 0 to 1 a seat, made to suit all others best; `fixed` candidates
    are taken, and `least` is what is still to be filled beside them."""
    found = problem.candidates
    inside = np.zeros(len(least), dtype=bool)
    inside[part] = True
    locked = np.zeros(len(found), dtype=bool)
    locked[fixed] = True
    own = np.concatenate([np.zeros(0, np.int64)] + [np.arange(found.first[o], found.first[o + 1]) for o in part])
    own = own[~locked[own]]
    if not len(own):
        return price
    theirs = np.zeros(len(intervals.week_minutes), dtype=bool)
    theirs[found.volunteer[own]] = True
    beside = np.flatnonzero(np.repeat(~inside & (price > 0), np.diff(found.first)) | locked)
    beside = beside[theirs[found.volunteer[beside]]]
    chosen = np.concatenate([own, beside])
    openings = found.opening[chosen].astype(np.int64)
    rows, most = _packages(intervals, found.volunteer[chosen].astype(np.int64), openings)
    seats, place = np.unique(openings[: len(own)], return_inverse=True)
    row = np.concatenate([rows[0], len(most) + place])
    column = np.concatenate([rows[1], np.arange(len(own))])
    value = np.concatenate([rows[2], np.ones(len(own))])
    shape = (len(most) + len(seats), len(chosen))
    gain = np.where(np.arange(len(chosen)) < len(own), 1.0, price[openings])
    answer = linprog(
        -gain,
        A_ub=csr_array((value, (row, column)), shape=shape),
        b_ub=np.concatenate([most, least[seats]]),
        bounds=np.column_stack((locked[chosen].astype(float), np.ones(len(chosen)))),
        method="highs",
        options={"maxiter": ITERATIONS},
    )
    if answer.status != 0:
        return price
    new = price.copy()
    new[seats] = np.clip(1 + answer.ineqlin.marginals[len(most) :], 0, 1)
    return new


def _packages(intervals: Intervals, volunteers: Ints, openings: Ints) -> tuple[tuple[Ints, Ints, Floats], Floats]:
    """Rows (row, column, value) and their most: what is on at one moment, and the minutes of a week, by volunteer."""
    of, interval = intervals.split(openings)
    group = volunteers[of] * intervals.weeks + intervals.week[interval]
    starts = group * intervals.span + intervals.start[interval]
    over = group * intervals.span + intervals.end[interval] + intervals.rest
    # The moments just before something is over are those at which most is on: at the last beginning before.
    moments, ends = np.unique(starts), np.sort(over)
    later = np.append(moments[1:], np.iinfo(np.int64).max)
    moments = moments[np.searchsorted(ends, later, side="right") > np.searchsorted(ends, moments, side="right")]
    first = np.searchsorted(moments, starts)
    count = np.searchsorted(moments, over) - first
    row = np.repeat(first - np.cumsum(count) + count, count) + np.arange(int(count.sum()))
    column = np.repeat(of, count)
    groups, number = np.unique(group, return_inverse=True)
    minutes = intervals.minutes[interval]
    give = intervals.week_minutes[groups // intervals.weeks]
    short = np.bincount(number, minutes, len(groups)) > give
    hours = len(moments) - 1 + np.cumsum(short)
    tight = short[number]
    # Hours, not minutes, so that all numbers are of one size.
    return (
        np.concatenate([row, hours[number[tight]]]),
        np.concatenate([column, of[tight]]),
        np.concatenate([np.ones(len(row)), minutes[tight] / 60]),
    ), np.concatenate([np.ones(len(moments)), give[short] / 60])
