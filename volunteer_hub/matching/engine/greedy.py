"""A first plan: the urgent and the scarce first, then chains of moves for what is still open.

A chain is: one volunteer takes the gap and leaves another opening, a second volunteer takes that one, and so on until
somebody free is found. Nobody is left without what was filled before.
"""

from collections import deque
from collections.abc import Callable

from volunteer_hub.matching.engine.problem import Draft, Problem

# How many openings a chain may look at before it gives a gap up; inner limits count steps, never seconds.
LOOKED_AT = 200


def greedy(problem: Problem, start: list[int], late: Callable[[], bool]) -> Draft:
    """Fills what `start` leaves open: to one person each, to the least, to the most; urgent and scarce ones first."""
    draft = Draft.of(problem, start)
    openings = problem.instance.openings
    size = problem.candidates.first
    order = sorted(range(len(openings)), key=lambda o: (not openings[o].urgent, int(size[o + 1] - size[o])))
    for targets in ([min(1, o.least) for o in openings], [o.least for o in openings], [o.most for o in openings]):
        for o in order:
            if draft.filled[o] >= targets[o]:
                continue
            if late():
                return draft
            for candidate in problem.sorted_by_score(o):
                if draft.filled[o] >= targets[o]:
                    break
                if draft.fits(candidate):
                    draft.add(candidate)
    return draft


def repair(draft: Draft, late: Callable[[], bool]) -> None:
    """Fills gaps by chains, the urgent first; each chain wins a seat."""
    openings = draft.problem.instance.openings
    for o in sorted(range(len(openings)), key=lambda o: not openings[o].urgent):
        while draft.filled[o] < openings[o].least:
            if late():
                return
            moves = chain(draft, o)
            if moves is None:
                break
            for taken, left in moves:
                if left is not None:
                    draft.drop(left)
                draft.add(taken)


def chain(draft: Draft, gap: int) -> list[tuple[int, int | None]] | None:
    """The shortest chain that fills one seat of `gap`, as (candidate to add, candidate to drop first); None: none."""
    problem = draft.problem
    came_by: dict[int, tuple[int, int, int]] = {}  # opening → (opening before, candidate added there, dropped here)
    seen_openings, seen_volunteers = {gap}, set[int]()
    waiting = deque([gap])
    while waiting and len(seen_openings) <= LOOKED_AT:
        o = waiting.popleft()
        for candidate in problem.sorted_by_score(o):
            v = draft.pair(candidate)[0]
            if v in seen_volunteers or o in draft.picks.get(v, ()):
                continue
            blockers = draft.blockers(v, o)
            if not blockers:
                return _moves(came_by, gap, o, candidate)
            left = _one_to_leave(draft, v, o, blockers)
            if left is None or left in seen_openings:
                continue
            dropped = draft.picks[v][left]
            seen_openings.add(left)
            seen_volunteers.add(v)
            came_by[left] = (o, candidate, dropped)
            if draft.filled[left] > problem.instance.openings[left].least:
                return [*_moves(came_by, gap, o, candidate, dropped)]
            waiting.append(left)
    return None


def _one_to_leave(draft: Draft, v: int, o: int, blockers: list[int]) -> int | None:
    """The one opening that `v` has to leave for `o`; None: one is not enough, or it is locked."""
    for left in blockers:
        candidate = draft.picks[v][left]
        if candidate in draft.problem.locked:
            continue
        draft.drop(candidate)
        free = not draft.blockers(v, o)
        draft.add(candidate)
        if free:
            return left
    return None


def _moves(
    came_by: dict[int, tuple[int, int, int]], gap: int, o: int, taken: int, dropped: int | None = None
) -> list[tuple[int, int | None]]:
    moves: list[tuple[int, int | None]] = [(taken, dropped)]
    while o != gap:
        o, candidate, left = came_by[o]
        moves.append((candidate, left))
    return moves
