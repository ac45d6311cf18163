"""What each volunteer's best package of openings comes to when every candidate has a worth: all volunteers at once.

A package is what one volunteer takes in one week. Best ones are found by weighted interval scheduling (Kleinberg and
Tardos, Algorithm Design, 6.1) with the week's hours as a knapsack, row by row over all volunteers. What it does not
look at (rests beyond the shortest, days of one opening that have to be taken together, even loads) only lets
a package be worth more, so the sum is never below what a plan can have. Worths are whole numbers: the sum is exact.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import gcd

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from volunteer_hub.matching.engine.instance import DAY
from volunteer_hub.matching.engine.problem import Problem

Ints = NDArray[np.int64]
WEEK = 7 * DAY
# Steps of the weekly hours at most: where there would be more, steps are longer, and what is left of a length is free.
STEPS = 48
# Numbers of a table, and candidates looked at together: some 200 MB at most.
TABLE, TOGETHER = 4_000_000, 500_000
# Less than any package.
NEVER = -(2**60)


@dataclass(frozen=True)
class Intervals:
    """The intervals of all openings (one at least) in one row, opening by opening; minutes count from a Monday.

    Those of one opening and week with less than the rest between them are one: nothing else fits between them.
    """

    start: Ints
    end: Ints
    minutes: Ints  # of help
    opening: Ints
    first: Ints  # where those of each opening begin; one more at the end
    week_minutes: Ints  # of each volunteer
    rest: int

    @classmethod
    def of(cls, problem: Problem) -> "Intervals":
        openings, rest = problem.instance.openings, min(problem.rests)
        start, end = np.array([time for o in openings for time in o.times], dtype=np.int64).reshape(-1, 2).T
        opening = np.repeat(np.arange(len(openings)), np.array([len(o.times) for o in openings], dtype=np.int64))
        # Day 1 of the calendar is a Monday.
        monday = (int(start.min()) // DAY - 1) // 7 * WEEK + DAY
        start, end = start - monday, end - monday
        apart = np.ones(len(start), dtype=bool)
        apart[1:] = (np.diff(opening) > 0) | (np.diff(start // WEEK) > 0) | (start[1:] - end[:-1] >= rest)
        begins = np.flatnonzero(apart)
        return cls(
            start=start[begins],
            end=end[np.append(begins[1:], len(end)) - 1],
            minutes=np.add.reduceat(end - start, begins),
            opening=opening[begins],
            first=np.searchsorted(opening[begins], np.arange(len(openings) + 1)),
            week_minutes=np.array([v.week_minutes for v in problem.instance.volunteers], dtype=np.int64),
            rest=rest,
        )

    @cached_property
    def until(self) -> Ints:
        """The minutes of the opening before each interval begins."""
        before = np.cumsum(self.minutes) - self.minutes
        return before - before[self.first[self.opening]]

    @cached_property
    def of_opening(self) -> Ints:
        """The minutes of each opening."""
        return np.bincount(self.opening, self.minutes, len(self.first) - 1).astype(np.int64)

    @cached_property
    def alike(self) -> Ints:
        """A number for each, the same for those at the same time and as long, and no lower for those that end later."""
        order = np.lexsort((self.minutes, self.start, self.end))
        times = np.stack((self.minutes, self.start, self.end))[:, order]
        numbers = np.zeros(len(order), dtype=np.int64)
        numbers[order[1:]] = np.cumsum(np.diff(times).any(axis=0))
        return numbers

    @cached_property
    def week(self) -> Ints:
        return self.start // WEEK

    @cached_property
    def weeks(self) -> int:
        return int(self.week.max(initial=0)) + 1

    @cached_property
    def span(self) -> int:
        """More than any minute that is asked for."""
        return int(self.end.max(initial=0)) + self.rest + 1

    def split(self, openings: Ints) -> tuple[Ints, Ints]:
        """The intervals of these openings, each with the place of its opening among them."""
        count = np.diff(self.first)[openings]
        of = np.repeat(np.arange(len(openings)), count)
        within = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
        return of, self.first[openings[of]] + within


def stretches(first: Ints) -> Iterator[tuple[slice, slice]]:
    """Openings in a row with their candidates, not too many together unless one alone has more."""
    cuts = np.flatnonzero(np.diff(first[1:] // TOGETHER)) + 1
    for start, stop in pairwise([0, *cuts.tolist(), len(first) - 1]):
        yield slice(start, stop), slice(int(first[start]), int(first[stop]))


def best(intervals: Intervals, volunteers: Ints, openings: Ints, worth: Ints) -> tuple[int, NDArray[np.float64]]:
    """What the best packages of these candidates are worth together, and which share of each candidate they hold."""
    of, interval = intervals.split(openings)
    # A worth is divided by minutes; the parts of one add up to it.
    whole, until = intervals.of_opening[openings[of]], intervals.until[interval]
    part = worth[of] * (until + intervals.minutes[interval]) // whole - worth[of] * until // whole
    group = volunteers[of] * intervals.weeks + intervals.week[interval]
    when = group * (int(intervals.alike.max(initial=0)) + 1) + intervals.alike[interval]
    order = np.lexsort((-part, when))
    # Of a volunteer's parts at the very same time only the best is in a package.
    order = order[np.diff(when[order], prepend=-1) > 0]
    of, interval, part, group = of[order], interval[order], part[order], group[order]
    total, taken = _best(intervals, interval, part, group)
    share = np.bincount(of[taken], intervals.minutes[interval[taken]], len(openings))
    return total, share / np.maximum(1, intervals.of_opening[openings])


def _best(intervals: Intervals, interval: Ints, worth: Ints, group: Ints) -> tuple[int, NDArray[np.bool_]]:
    """The same over parts, sorted by group and end: the total, and which parts are taken."""
    taken = np.zeros(len(group), dtype=bool)
    begins = np.flatnonzero(np.diff(group, prepend=-1))
    size = np.diff(begins, append=len(group))
    number = np.repeat(np.arange(len(begins)), size)
    over = number * intervals.span + intervals.end[interval]
    starts = number * intervals.span + intervals.start[interval] - intervals.rest
    # How many parts of the group are over when this one begins.
    before = np.maximum(0, np.searchsorted(over, starts, side="right") - begins[number])
    most = intervals.week_minutes[group[begins] // intervals.weeks]
    minutes = intervals.minutes[interval]
    short = np.add.reduceat(minutes, begins) > most
    unit = _unit(minutes, int(most.max(initial=0)))
    steps = np.where(short[number], minutes // unit, 0)
    most = np.where(short, most // unit, 0)
    total = 0
    order = np.lexsort((-size, most))
    for groups in _blocks(order, size, most):
        total += _block(begins[groups], size[groups], int(most[groups[0]]), steps, before, worth, taken)
    return total, taken


def _unit(minutes: Ints, most: int) -> int:
    """Minutes of a step."""
    common = gcd(*np.unique(minutes).tolist())
    return common if most <= common * STEPS else -(-most // STEPS)


def _blocks(order: Ints, size: Ints, most: Ints) -> list[Ints]:
    """Groups of the same most steps, the large ones first, as many as a table holds."""
    found: list[Ints] = []
    for same in np.split(order, np.flatnonzero(np.diff(most[order])) + 1):
        if len(same):
            cells = np.cumsum((size[same] + 1) * (2 * int(most[same[0]]) + 1))
            found += np.split(same, np.flatnonzero(np.diff(cells // TABLE)) + 1)
    return found


def _block(
    begins: Ints, size: Ints, most: int, steps: Ints, before: Ints, worth: Ints, taken: NDArray[np.bool_]
) -> int:
    """The table of some groups, the largest first: a row for each part, of the best among it and the parts before it,
    by the steps that are left. Marks what is taken; returns the total."""
    # How many groups have a part at each place, and where the rows of each place begin; first a row of nothing taken.
    here = np.searchsorted(-size, -np.arange(int(size[0])), side="left")
    row = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.concatenate([[len(size)], here]))])
    parts = [begins[:n] + place for place, n in enumerate(here.tolist())]
    pad = max(int(steps[one].max(initial=0)) for one in parts)
    wide = pad + most + 1
    table = np.full((int(row[-1]), wide), NEVER, dtype=np.int64)
    table[: len(size), pad:] = 0
    # Every run of so many numbers of the table, wherever it begins.
    flat = table.reshape(-1)
    runs = as_strided(flat, (len(flat) - most, most + 1), (8, 8))
    for place, these in enumerate(parts):
        n = len(these)
        since = row[before[these]] + np.arange(n)
        with_it = runs[since * wide + pad - steps[these]] + worth[these, None]
        without = table[row[place] : row[place] + n, pad:]
        np.maximum(with_it, without, out=table[row[place + 1] : row[place + 1] + n, pad:])
    at, left = size.copy(), np.full(len(size), pad + most)
    total = int(table[row[at] + np.arange(len(size)), left].sum())
    for place in range(len(parts) - 1, -1, -1):
        who = np.flatnonzero(at[: len(parts[place])] == place + 1)
        gains = table[row[place + 1] + who, left[who]] > table[row[place] + who, left[who]]
        these = parts[place][who[gains]]
        taken[these] = True
        left[who[gains]] -= steps[these]
        at[who[gains]] = before[these]
        at[who[~gains]] = place
    return total
