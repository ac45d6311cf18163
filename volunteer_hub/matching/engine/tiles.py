"""Problems too large to solve at once: parts of them are solved exactly against the fixed rest, one after another.

Memory stays that of one part: its program is made when its turn comes and thrown away.
"""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from volunteer_hub.matching.engine import exact
from volunteer_hub.matching.engine.problem import POINT, Draft, Problem
from volunteer_hub.matching.engine.program import program

# Openings of a part, and steps of its search: small parts are proven in a moment, and many of them fit into the time.
OPENINGS, LEAVES = 120, 50
# Candidates of a part at most, unless one opening alone has more.
DENSE = 20_000
# Candidates of a part whose relaxed program gives a share of the bound.
CANDIDATES = 40_000
SWEEPS = 6


def improve(draft: Draft, left: Callable[[], float], progress: Callable[[float], None] = lambda done: None) -> None:
    """Betters the plan part by part, by time and by place in turn, until a whole sweep wins nothing."""
    openings = draft.problem.instance.openings
    for sweep in range(SWEEPS):
        order = sorted(range(len(openings)), key=lambda o: _key(draft.problem, o, by_place=sweep % 2 == 1))
        won = False
        first = OPENINGS // 2 if sweep // 2 % 2 else OPENINGS
        done = 0
        for part in _cut(draft.problem, order, first):
            if left() <= 0:
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


def bounds(rest: Draft, left: Callable[[], float]) -> tuple[float, int, int]:
    """Ticks, urgent seats and seats that no plan holding `rest` passes: the sum over parts, each as if it were alone.

    Letting a volunteer serve in two parts at one time only raises it, and so does counting their loads apart.
    """
    total, urgent, seats = rest.worth(), float(rest.seats(urgent=True)), float(rest.seats())
    problem = rest.problem
    for part in _parts(problem):
        candidates = np.concatenate([np.arange(s.start, s.stop) for s in map(problem.candidates.of, part)])
        openings = [problem.instance.openings[o] for o in part]
        wanted = [
            min(max(0, o.least - rest.filled[n]), _count(problem, n)) for o, n in zip(openings, part, strict=True)
        ]
        if left() <= 0:
            # No time for its program: every seat filled by its best candidates.
            total += sum(problem.seat[n] * w for n, w in zip(part, wanted, strict=True)) + _best_scores(problem, part)
            urgent += sum(w for o, w in zip(openings, wanted, strict=True) if o.urgent)
            seats += sum(wanted)
            continue
        one = program(problem, rest, fitting(rest, candidates.tolist()))
        total += one.constant - rest.worth() + POINT * one.highest(one.gain, left)
        urgent += np.floor(one.highest(one.urgent, left) + 1e-6)
        seats += np.floor(one.highest(one.seats, left) + 1e-6)
    return total, int(urgent), int(seats)


def _count(problem: Problem, opening: int) -> int:
    return len(range(*problem.candidates.of(opening).indices(len(problem.candidates))))


def _best_scores(problem: Problem, part: list[int]) -> float:
    best = (np.sort(problem.worth[problem.candidates.of(o)])[::-1] for o in part)
    return float(sum(ticks[: problem.instance.openings[o].most].sum() for o, ticks in zip(part, best, strict=True)))


def _parts(problem: Problem) -> Iterator[list[int]]:
    """Openings that are near in time together, as many as a program of a bearable size holds."""
    part: list[int] = []
    size = 0
    for o in sorted(range(len(problem.instance.openings)), key=lambda o: problem.instance.openings[o].times[0]):
        if part and size + _count(problem, o) > CANDIDATES:
            yield part
            part, size = [], 0
        part.append(o)
        size += _count(problem, o)
    if part:
        yield part
