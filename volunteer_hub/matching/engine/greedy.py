"""A first plan: the urgent and the scarce first, each with those who fit it best."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

import numpy as np

from volunteer_hub.matching.engine.board import Board, Calendar
from volunteer_hub.matching.engine.problem import Draft, Problem

# Openings between two looks at the clock.
STRIDE = 32
# From so many candidates on an opening is looked at as arrays; below, one candidate after the other is quicker.
DENSE = 500


def greedy(problem: Problem, start: Iterable[int], late: Callable[[], bool]) -> Draft:
    """A plan that holds `start` and fills what is left open up to the least."""
    draft = Draft.of(problem, start)
    fill(draft, [o.least for o in problem.instance.openings], late)
    return draft


def fill(draft: Draft, targets: Sequence[int], late: Callable[[], bool]) -> None:
    """Fills each opening up to its target, as far as there is somebody free; the plan in the making is added to."""
    problem = draft.problem
    urgent = np.array([o.urgent for o in problem.instance.openings], dtype=bool)
    size = np.diff(problem.candidates.first)
    short = np.array(draft.filled, dtype=np.int64) < np.array(targets, dtype=np.int64)
    open_ = np.flatnonzero(short & (size > 0))
    order = open_[np.lexsort((open_, size[open_], ~urgent[open_]))].tolist()
    for is_dense, some in groupby(order, lambda o: bool(size[o] >= DENSE)):
        filling = _fill_dense if is_dense else _fill
        if not filling(draft, targets, list(some), late):
            return


def _fill(draft: Draft, targets: Sequence[int], openings: list[int], late: Callable[[], bool]) -> bool:
    """A few looks per seat. False: it got late."""
    problem, picks, used = draft.problem, draft.picks, draft.used
    volunteer = problem.candidates.volunteer
    most = [v.week_minutes for v in problem.instance.volunteers]
    for n, o in enumerate(openings):
        if n % STRIDE == 0 and late():
            return False
        room = targets[o] - draft.filled[o]
        best = problem.sorted_by_score(o)
        week, minutes = problem.instance.openings[o].weeks[0]
        for candidate, v in zip(best.tolist(), volunteer[best].tolist(), strict=True):
            # Most who cannot come have no hours left: they are told without a call.
            if v not in picks or (used.get((v, week), 0) + minutes <= most[v] and draft.is_free(v, o)):
                draft.put(v, o, candidate)
                room -= 1
                if not room:
                    break
    return True


def _fill_dense(draft: Draft, targets: Sequence[int], openings: list[int], late: Callable[[], bool]) -> bool:
    """The same by arrays: most of those who come into question may be busy."""
    problem = draft.problem
    board = Board(problem, Calendar(problem), draft.chosen())
    for n, o in enumerate(openings):
        if n % STRIDE == 0 and late():
            return False
        for candidate in board.best(o, targets[o] - draft.filled[o]):
            board.add(candidate)
            draft.add(candidate)
    return True
