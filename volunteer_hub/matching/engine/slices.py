"""Betters a plan hour by hour: whoever is busy at one moment is shared out anew, over the whole town and exactly.

Openings that go on at one moment exclude each other for a volunteer, so choosing among them is an assignment problem
beside all that is fixed at other hours: scipy's sparse shortest augmenting paths (Jonker and Volgenant 1987) solve it.
"""

from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from volunteer_hub.matching.engine.board import Board, Calendar, Ints
from volunteer_hub.matching.engine.fit import Floats
from volunteer_hub.matching.engine.problem import Draft, fair

# Sweeps over all moments; inner limits count steps, never seconds.
SWEEPS = 3
# Free candidates of an opening who are looked at, beside those it has: with all of thousands, one assignment would take
# longer than it is worth.
BEST = 100


def improve(draft: Draft, late: Callable[[], bool], progress: Callable[[float], None] = lambda done: None) -> Draft:
    """The plan bettered at one moment after the other, until a whole sweep wins nothing."""
    board = Board(draft.problem, Calendar(draft.problem), draft.chosen())
    moments = _moments(draft)
    for sweep in range(SWEEPS):
        won = 0.0
        for n, openings in enumerate(moments):
            if late():
                break
            won += _Moment(board, openings).solved()
            progress((sweep + n / len(moments)) / SWEEPS)
        if not won:
            break
    return Draft.of(draft.problem, board.chosen())


def _moments(draft: Draft) -> list[list[int]]:
    """For each time at which something begins, in order, all that goes on then or ended less than a rest before."""
    rest = min(draft.problem.rests)
    spans = sorted((s, e + rest, o) for o, one in enumerate(draft.problem.instance.openings) for s, e in one.times)
    found: list[list[int]] = []
    going: list[tuple[int, int]] = []
    for n, (starts, ends, o) in enumerate(spans):
        going = [(until, other) for until, other in going if until > starts]
        going.append((ends, o))
        if n + 1 == len(spans) or spans[n + 1][0] > starts:
            found.append(sorted({other for _, other in going}))
    return found


class _Moment:
    """Openings of one moment, to be shared out anew."""

    def __init__(self, board: Board, openings: list[int]) -> None:
        self.board, self.problem = board, board.problem
        self.openings = openings

    def solved(self) -> float:
        """By how many ticks the plan is better now."""
        board = self.board
        among = np.zeros(board.calendar.none + 1, dtype=bool)
        among[self.openings] = True
        had = sorted(set(board.candidates[among[board.picks]].tolist()) - self.problem.locked)
        for candidate in had:
            board.drop(candidate)
        chosen = self._best(*self._pairs(had))
        won = self._worth(chosen) - self._worth(had)
        for candidate in had if won <= 0 else chosen:
            board.add(candidate)
        return max(0.0, won)

    def _pairs(self, had: list[int]) -> tuple[Ints, Ints, Floats]:
        """Each seat, as a row, with the candidates who are free for it, and what that is worth."""
        board, openings = self.board, self.problem.instance.openings
        rows, candidates, worth = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0)]
        row = 0
        before: dict[int, list[int]] = {}
        for candidate in had:
            before.setdefault(int(board.found.opening[candidate]), []).append(candidate)
        for o in self.openings:
            filled, one = board.filled[o], openings[o]
            best = board.best(o, BEST) if filled < one.most else []
            fitting = np.array(sorted({*best, *before.get(o, ())}), dtype=np.int64)
            for seat in range(filled, min(one.most, filled + len(fitting))):
                rows.append(np.full(len(fitting), row))
                candidates.append(fitting)
                worth.append(self.problem.worth[fitting] + self.problem.seat[o] * (seat < one.least))
                row += 1
        found = np.concatenate(candidates)
        return np.concatenate(rows), found, np.concatenate(worth) - self._uneven(found)

    def _uneven(self, candidates: Ints) -> Ints:
        """Ticks that one more pick costs each volunteer's evenness."""
        board = self.board
        loads = (board.candidates[board.found.volunteer[candidates]] >= 0).sum(axis=1)
        costs = np.array([fair(n + 1) - fair(n) for n in range(board.picks.shape[1] + 1)])
        return costs[loads]

    def _best(self, rows: Ints, candidates: Ints, worth: Floats) -> list[int]:
        if not len(rows):
            return []
        who, columns = np.unique(self.board.found.volunteer[candidates], return_inverse=True)
        seats = np.arange(int(rows[-1]) + 1)
        # A seat may stay empty: each has a column of its own for that. Whatever is worth nothing would be no pair.
        entries = np.concatenate([worth + 1, np.ones(len(seats))])
        at = np.concatenate([rows, seats]), np.concatenate([columns, len(who) + seats])
        shape = (len(seats), len(who) + len(seats))
        taken = min_weight_full_bipartite_matching(csr_array((entries, at), shape=shape), maximize=True)
        pairs = taken[0] * shape[1] + taken[1]
        chosen: list[int] = candidates[np.isin(rows * shape[1] + columns, pairs)].tolist()
        return chosen

    def _worth(self, chosen: list[int]) -> float:
        """Ticks of these beside what is fixed."""
        openings, some = self.problem.instance.openings, np.array(chosen, dtype=np.int64)
        seats = 0
        for o, n in zip(*np.unique(self.board.found.opening[some], return_counts=True), strict=True):
            room = openings[o].least - self.board.filled[o]
            seats += self.problem.seat[o] * max(0, min(int(n), room))
        return float(self.problem.worth[some].sum() - self._uneven(some).sum()) + seats
