"""Problems too large to solve at once: parts of them are solved exactly against the fixed rest, one after another.

Memory stays that of one part: its program is made when its turn comes and thrown away.
"""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from volunteer_hub.matching.engine import exact
from volunteer_hub.matching.engine.problem import Draft, Problem
from volunteer_hub.matching.engine.program import program

# Openings of a part, and steps of its search: small parts are proven in a moment, and many of them fit into the time.
OPENINGS, LEAVES = 120, 50
# Candidates of a part at most, unless one opening alone has more.
DENSE = 20_000
SWEEPS = 6
# Seconds, about, that stating a program and solving it once take for each of its candidates.
STATING = 1e-4


def improve(draft: Draft, left: Callable[[], float], progress: Callable[[float], None] = lambda done: None) -> None:
    """Betters the plan part by part, by time and by place in turn, until a whole sweep wins nothing."""
    openings = draft.problem.instance.openings
    for sweep in range(SWEEPS):
        if left() <= 0:
            return
        order = sorted(range(len(openings)), key=lambda o: _key(draft.problem, o, by_place=sweep % 2 == 1))
        won = False
        first = OPENINGS // 2 if sweep // 2 % 2 else OPENINGS
        done = 0
        for part in _cut(draft.problem, order, first):
            if left() <= STATING * sum(_count(draft.problem, o) for o in part):
                return
            won |= _solved_anew(draft, part, left)
            done += len(part)
            progress((sweep + done / len(order)) / SWEEPS)
        if not won and sweep:
            return


def _cut(problem: Problem, order: list[int], first: int) -> Iterator[list[int]]:
    """Parts of so many openings, the first smaller where a sweep is to cut elsewhere; fewer where they are dense."""
    part: list[int] = []
    size, most = 0, first
    for o in order:
        if part and (len(part) == most or size + _count(problem, o) > DENSE):
            yield part
            part, size, most = [], 0, OPENINGS
        part.append(o)
        size += _count(problem, o)
    if part:
        yield part


def _key(problem: Problem, o: int, *, by_place: bool) -> tuple[float, ...]:
    opening = problem.instance.openings[o]
    latitude, longitude = opening.at or (-90.0, 0.0)
    strip = round(latitude / 0.02)  # about two kilometres, walked from end to end and back
    place = (strip, longitude if strip % 2 else -longitude)
    return (*place, opening.times[0][0], o) if by_place else (opening.times[0][0], *place, o)


def _solved_anew(draft: Draft, part: list[int], left: Callable[[], float]) -> bool:
    """Whether the plan got better by choosing anew for these openings."""
    problem, inside = draft.problem, set(part)
    around = np.concatenate([np.arange(0)] + [np.arange(s.start, s.stop) for s in map(problem.candidates.of, part)])
    who = {int(v) for v in problem.candidates.volunteer[around]}
    mine = [c for v in sorted(who) for o, c in draft.picks.get(v, {}).items()]
    start = [c for c in mine if draft.pair(c)[1] in inside and c not in problem.locked]
    rest = Draft.of(problem, sorted(set(mine) - set(start)))
    free = fitting(rest, around.tolist())
    before = Draft.of(problem, mine).worth()
    answer = exact.solve(problem, rest, program(problem, rest, free), start, left, LEAVES)
    if answer.worth <= before:
        return False
    for candidate in start:
        draft.drop(candidate)
    for candidate in answer.chosen:
        draft.add(candidate)
    return True


def fitting(rest: Draft, candidates: Iterable[int]) -> NDArray[np.int64]:
    """Those that can be chosen beside the fixed rest."""
    return np.array([c for c in candidates if rest.fits(c)], dtype=np.int64)


def _count(problem: Problem, opening: int) -> int:
    return len(range(*problem.candidates.of(opening).indices(len(problem.candidates))))
