"""A plan as it stands, for one question after the other: who could be free for an opening is known from arrays.

What is known stays from one cancellation to the next; when somebody's picks change, only the openings that they are
candidates of are looked at again. It says too much rather than too little (two days of one opening, a long way between
two): whoever searches for moves looks closely at those few.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from volunteer_hub.matching.engine.board import Board, Calendar, Ints
from volunteer_hub.matching.engine.fit import Bools
from volunteer_hub.matching.engine.problem import Draft, Problem

Whole = NDArray[np.int32] | Ints
# Pairs that are looked at together: some 100 MB on the way.
AT_ONCE = 200_000


class Standing:
    """A draft and arrays beside it; it is changed by `add` and `drop` here, and by nobody else."""

    def __init__(self, problem: Problem, draft: Draft) -> None:
        self.problem, self.draft, self.found = problem, draft, problem.candidates
        self.calendar = Calendar(problem)
        self.board = Board(problem, self.calendar, draft.chosen())
        openings, none = problem.instance.openings, self.calendar.none
        # Above the least: somebody can be spared.
        self.above = np.array([*(n - o.least for n, o in zip(draft.filled, openings, strict=True)), 0], dtype=np.int64)
        # The first week of each opening, and its minutes then.
        self.week = np.array([*(weeks[0] for weeks in self.calendar.weeks), 0], dtype=np.int64)
        self.minutes = np.array([*(o.weeks[0][1] for o in openings), 0], dtype=np.int64)
        # The candidates of each volunteer.
        self.of_volunteer = np.argsort(self.found.volunteer, kind="stable").astype(np.int32)
        count = np.bincount(self.found.volunteer, minlength=len(problem.instance.volunteers))
        self.first = np.concatenate([np.zeros(1, np.int64), np.cumsum(count)])
        self.alone = np.zeros(len(count), dtype=bool)
        self._known, self._free = np.zeros(none + 1, dtype=bool), np.zeros(none + 1, dtype=bool)
        self._known[none] = True
        self._able: dict[int, Ints] = {}

    def add(self, candidate: int) -> None:
        self.draft.add(candidate)
        self.board.add(candidate)
        self._changed(candidate, 1)

    def drop(self, candidate: int) -> None:
        self.draft.drop(candidate)
        self.board.drop(candidate)
        self._changed(candidate, -1)

    def leave_alone(self, volunteers: Iterable[int], *, alone: bool) -> None:
        """Whether these people come into question from now on."""
        for v in volunteers:
            self.alone[v] = alone
            self._forget(v)

    def free(self, openings: Ints) -> Bools:
        """For which of these openings somebody may be free, or be spared where they are."""
        asked = np.unique(openings[~self._known[openings]])
        if len(asked):
            size = self.found.first[asked + 1] - self.found.first[asked]
            for some in np.split(asked, np.flatnonzero(np.diff(np.cumsum(size) // AT_ONCE)) + 1):
                self._look(some)
        return self._free[openings]

    def able(self, o: int) -> Ints:
        """The candidates of an opening who may be free for it, or be spared where they are."""
        return self._able[o] if self.free(np.array([o]))[0] else np.zeros(0, dtype=np.int64)

    def leaving_one(self, openings: Ints) -> list[Ints]:
        """For each of these openings, the candidates who may take it by leaving one opening that somebody is free for,
        and no other gap."""
        of, candidates = self._pairs(openings)
        who, here = self.found.volunteer[candidates], openings[of]
        picks = self.board.picks[who]
        spare, blocks, left = self._ways(here, who, picks)
        lifted = blocks.sum(axis=1)[:, None] == blocks
        enough = left[:, None] + self.calendar.minutes[self.week[here][:, None], picks] >= self.minutes[here][:, None]
        ways = lifted & enough & ~spare & (picks != self.calendar.none)
        ways[ways] = self.free(picks[ways])
        able = ways.any(axis=1)
        return np.split(candidates[able], np.searchsorted(of[able], np.arange(1, len(openings))))

    def _pairs(self, openings: Ints) -> tuple[Ints, Ints]:
        """The candidates of these openings who come into question, each with the place of its opening among them."""
        begins = self.found.first[openings]
        size = self.found.first[openings + 1] - begins
        of = np.repeat(np.arange(len(openings)), size)
        candidates = np.arange(len(of)) - np.repeat(np.cumsum(size) - size - begins, size)
        some = ~self.alone[self.found.volunteer[candidates]]
        return of[some], candidates[some]

    def _ways(self, openings: Ints, who: Whole, picks: Whole) -> tuple[Bools, Bools, Ints]:
        """For pairs: which picks can be spared, which of the others are surely in the way, and the minutes there are
        in the opening's first week when all that can be spared is left."""
        near, calendar = min(self.problem.rests), self.calendar
        spare = self.above[picks] > 0
        here = openings[:, None]
        clash = (calendar.starts[picks] < calendar.ends[here] + near) & (
            calendar.starts[here] < calendar.ends[picks] + near
        )
        clash &= ~(calendar.several[picks] | calendar.several[here])
        blocks = (clash | (picks == here)) & ~spare
        week = self.week[openings]
        spared = np.where(spare, calendar.minutes[week[:, None], picks], 0).sum(axis=1, dtype=np.int64)
        left: Ints = self.board.left[week, who] + spared
        return spare, blocks, left

    def _look(self, openings: Ints) -> None:
        of, candidates = self._pairs(openings)
        who, here = self.found.volunteer[candidates], openings[of]
        _, blocks, left = self._ways(here, who, self.board.picks[who])
        fits = (left >= self.minutes[here]) & ~blocks.any(axis=1)
        able, ends = candidates[fits], np.cumsum(np.bincount(of[fits], minlength=len(openings))).tolist()
        start = 0
        for o, end in zip(openings.tolist(), ends, strict=True):
            self._free[o] = end > start
            self._able[o] = able[start:end]
            start = end
        self._known[openings] = True

    def _changed(self, candidate: int, by: int) -> None:
        v, o = int(self.found.volunteer[candidate]), int(self.found.opening[candidate])
        self._forget(v)
        could = self.above[o] > 0
        self.above[o] += by
        if (self.above[o] > 0) != could:
            who = self.found.volunteer[self.found.of(o)]
            for other in who[(self.board.picks[who] == o).any(axis=1)].tolist():
                self._forget(other)

    def _forget(self, v: int) -> None:
        mine = self.of_volunteer[self.first[v] : self.first[v + 1]]
        self._known[self.found.opening[mine]] = False
