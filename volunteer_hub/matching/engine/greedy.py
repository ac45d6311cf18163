"""A first plan: the urgent and the scarce first, each with those who fit it best. A few looks per seat."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from volunteer_hub.matching.engine.problem import Draft, Problem

# Openings between two looks at the clock.
STRIDE = 32


def greedy(problem: Problem, start: Iterable[int], late: Callable[[], bool]) -> Draft:
    """A plan that holds `start` and fills what is left open up to the least."""
    draft = Draft.of(problem, start)
    fill(draft, [o.least for o in problem.instance.openings], late)
    return draft


def fill(draft: Draft, targets: Sequence[int], late: Callable[[], bool]) -> None:
    """Fills each opening up to its target, as far as there is somebody free; the plan in the making is added to."""
    problem, filled, picks = draft.problem, draft.filled, draft.picks
    urgent = np.array([o.urgent for o in problem.instance.openings], dtype=bool)
    open_ = np.flatnonzero(np.array(filled, dtype=np.int64) < np.array(targets, dtype=np.int64))
    size = np.diff(problem.candidates.first)
    volunteer = problem.candidates.volunteer
    order = open_[np.lexsort((open_, size[open_], ~urgent[open_]))]
    for n, o in enumerate(order[size[order] > 0].tolist()):
        if n % STRIDE == 0 and late():
            return
        room = targets[o] - filled[o]
        best = problem.sorted_by_score(o)
        for candidate, v in zip(best, volunteer[best].tolist(), strict=True):
            if v not in picks or draft.is_free(v, o):
                draft.add(candidate)
                room -= 1
                if not room:
                    break
