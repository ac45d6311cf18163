"""A plan in the making as arrays, for problems too large for a look at each pair: who fits an opening, all at once."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from volunteer_hub.matching.engine.fit import Bools, Floats, between
from volunteer_hub.matching.engine.problem import Problem

Ints = NDArray[np.int64]
# Later than any day of the calendar, in minutes.
NEVER = 2**40
# Kilometres from the limit between near and far within which the plain formula decides.
CLOSE = 1e-6
# Candidates of an opening that are looked at first when some of them are wanted.
TOP = 256


class Calendar:
    """When and where all openings are. One more stands at the end, for none: it is in nobody's way."""

    def __init__(self, problem: Problem) -> None:
        openings = problem.instance.openings
        self.problem, self.none = problem, len(openings)
        self.starts: Ints = np.array([*(o.times[0][0] for o in openings), NEVER], dtype=np.int64)
        self.ends: Ints = np.array([*(o.times[-1][1] for o in openings), -NEVER], dtype=np.int64)
        self.several: Bools = np.array([*(len(o.times) > 1 for o in openings), False])
        places = [*(o.at if o.at is not None else (np.nan, np.nan) for o in openings), (np.nan, np.nan)]
        self.latitudes, self.longitudes = np.radians(np.array(places, dtype=np.float64).reshape(-1, 2)).T
        weeks = sorted({week for o in openings for week, _ in o.weeks})
        place = {week: n for n, week in enumerate(weeks)}
        # Row by row the minutes of each opening in a week.
        self.minutes: NDArray[np.int32] = np.zeros((len(weeks), len(openings) + 1), dtype=np.int32)
        self.weeks = [[place[week] for week, _ in o.weeks] for o in openings]
        for n, o in enumerate(openings):
            for week, minutes in o.weeks:
                self.minutes[place[week], n] = minutes

    def clash(self, o: int, others: NDArray[np.int32]) -> Bools:
        """Which of the others one volunteer cannot take beside `o`, itself included."""
        near, far = self.problem.rests
        rest, starts, ends = max(near, far), self.starts[o], self.ends[o]
        clash: Bools = (self.starts[others] < ends + rest) & (starts < self.ends[others] + rest)
        doubtful = np.flatnonzero(clash)
        if not len(doubtful):
            return clash
        flat, those = clash.reshape(-1), others.reshape(-1)[doubtful]
        rests = np.where(self._far(o, those), far, near)
        flat[doubtful] = (self.starts[those] < ends + rests) & (starts < self.ends[those] + rests)
        for at in doubtful[self.several[those] | self.several[o]].tolist():
            flat[at] = self.problem.clash(o, int(others.reshape(-1)[at]))
        return clash

    def _far(self, o: int, others: NDArray[np.int32]) -> Bools:
        away: Floats = between(
            self.latitudes[others], self.longitudes[others], self.latitudes[o], self.longitudes[o]
        )
        limit = self.problem.instance.travel.far_km
        far: Bools = away > limit
        for at in np.flatnonzero(np.abs(away - limit) < CLOSE).tolist():
            far[at] = self.problem.is_far(o, int(others[at]))
        return far


class Board:
    """Who takes what: the picks of a volunteer are a row. Like a Draft, it never breaks a constraint."""

    def __init__(self, problem: Problem, calendar: Calendar, chosen: Iterable[int] = ()) -> None:
        self.problem, self.calendar, self.found = problem, calendar, problem.candidates
        volunteers, openings = problem.instance.volunteers, problem.instance.openings
        some = np.array(list(chosen), dtype=np.int64)
        some = some[np.argsort(self.found.volunteer[some], kind="stable")]
        who, what = self.found.volunteer[some], self.found.opening[some]
        at = np.arange(len(some)) - np.searchsorted(who, who)
        width = max(4, int(at.max(initial=0)) + 1)
        self.picks: NDArray[np.int32] = np.full((len(volunteers), width), calendar.none, dtype=np.int32)
        self.candidates: NDArray[np.int32] = np.full((len(volunteers), width), -1, dtype=np.int32)
        self.picks[who, at], self.candidates[who, at] = what, some
        # Minutes that each volunteer has left in each week.
        self.left = np.tile(np.array([v.week_minutes for v in volunteers], dtype=np.int32), (len(calendar.minutes), 1))
        for week, minutes in enumerate(calendar.minutes):
            self.left[week] -= np.bincount(who, minutes[what], len(volunteers)).astype(np.int32)
        self.filled: list[int] = np.bincount(what, minlength=len(openings)).tolist()

    def chosen(self) -> list[int]:
        chosen: list[int] = np.sort(self.candidates[self.candidates >= 0]).tolist()
        return chosen

    def add(self, candidate: int) -> None:
        v, o = self.found.volunteer[candidate], int(self.found.opening[candidate])
        row = self.picks[v]
        at = int((row == self.calendar.none).argmax())
        if row[at] != self.calendar.none:
            at = self._wider()
        self.picks[v, at] = o
        self.candidates[v, at] = candidate
        self.filled[o] += 1
        for week in self.calendar.weeks[o]:
            self.left[week, v] -= self.calendar.minutes[week, o]

    def drop(self, candidate: int) -> None:
        v, o = self.found.volunteer[candidate], int(self.found.opening[candidate])
        at = int((self.candidates[v] == candidate).argmax())
        self.picks[v, at] = self.calendar.none
        self.candidates[v, at] = -1
        self.filled[o] -= 1
        for week in self.calendar.weeks[o]:
            self.left[week, v] += self.calendar.minutes[week, o]

    def fitting(self, o: int) -> Ints:
        """The candidates of an opening who are free for it, in order."""
        part = self.found.of(o)
        return part.start + self._free(o, self.found.volunteer[part])

    def best(self, o: int, wanted: int) -> list[int]:
        """The best of those who are free for an opening, best first; of many, those at the top are looked at first."""
        part = self.found.of(o)
        worth = self.problem.worth[part]
        for at_top in sorted({min(TOP, len(worth)), len(worth)}):
            top = np.sort(np.argpartition(-worth, at_top - 1)[:at_top])
            free = top[self._free(o, self.found.volunteer[part][top])]
            if len(free) >= wanted:
                break
        best: list[int] = (part.start + free[np.argsort(-worth[free], kind="stable")][:wanted]).tolist()
        return best

    def _free(self, o: int, who: NDArray[np.int32]) -> Ints:
        """The places of those who are free."""
        hours, *others = [self.left[week, who] >= self.calendar.minutes[week, o] for week in self.calendar.weeks[o]]
        for more in others:
            hours &= more
        at = np.flatnonzero(hours)
        return at[~self.calendar.clash(o, self.picks[who[at]]).any(axis=1)]

    def fits(self, candidate: int) -> bool:
        """Whether the volunteer is free for the opening; whether it is full is not asked."""
        v, o = self.found.volunteer[candidate], int(self.found.opening[candidate])
        hours = all(self.left[week, v] >= self.calendar.minutes[week, o] for week in self.calendar.weeks[o])
        return hours and not self.calendar.clash(o, self.picks[v]).any()

    def _wider(self) -> int:
        """Makes room for twice as many picks of a volunteer."""
        width = self.picks.shape[1]
        self.picks = np.pad(self.picks, ((0, 0), (0, width)), constant_values=self.calendar.none)
        self.candidates = np.pad(self.candidates, ((0, 0), (0, width)), constant_values=-1)
        return width
