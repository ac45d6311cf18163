"""Fills gaps by chains of moves, over all openings: searches that never look twice where nothing was found.

One volunteer takes the gap and leaves another opening, a second takes that one, and so on until somebody is free or an
opening can spare somebody: augmenting paths, found breadth first from each gap (Hopcroft and Karp 1973); what was
looked at in vain is not looked at again in this phase (Pothen and Fan 1990). Exact where each volunteer takes one
opening. Here somebody may leave several, if all but one of them are easy to fill again.
"""

from collections.abc import Callable, Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from volunteer_hub.matching.engine.board import Board, Calendar
from volunteer_hub.matching.engine.fit import Bools
from volunteer_hub.matching.engine.problem import Draft

# Phases, and openings that the search from one gap looks at: inner limits count steps, never seconds.
PHASES, LOOKED_AT = 8, 3_000
# Openings that are easy to fill which somebody leaves for their hours alone.
EASY = 2

Step = tuple[int, tuple[int, ...]]  # the candidate who comes, the same volunteer's candidates who leave for it


def fill(draft: Draft, late: Callable[[], bool]) -> Draft:
    """The plan with more seats up to the least, the urgent first, until a phase wins none."""
    board = Board(draft.problem, Calendar(draft.problem), draft.chosen())
    for _ in range(PHASES):
        if not _Phase(board).run(late):
            break
    return Draft.of(draft.problem, board.chosen())


class _Phase:
    def __init__(self, board: Board) -> None:
        self.board, self.calendar = board, board.calendar
        openings = board.problem.instance.openings
        self.least = [o.least for o in openings]
        self.urgent = [o.urgent for o in openings]
        self.seen = np.zeros(len(openings) + 1, dtype=bool)
        self.seen[-1] = True
        self.locked = np.zeros(len(board.found) + 1, dtype=bool)
        self.locked[sorted(board.problem.locked)] = True
        self.locked[-1] = True  # of no pick
        # Whether somebody can be spared, or is easily found again: a guess that is tried when it matters.
        self.easy = np.zeros(len(openings) + 1, dtype=bool)
        self.asked = np.zeros(len(openings) + 1, dtype=bool)
        self.asked[-1] = True

    def run(self, late: Callable[[], bool]) -> bool:
        """Whether any seat was won."""
        won = False
        filled, least = self.board.filled, self.least
        for urgent in (True, False):
            # An urgent gap may be filled at the cost of another opening, which is then a gap of the second round.
            for gap in [o for o in range(len(least)) if self.urgent[o] == urgent and filled[o] < least[o]]:
                while filled[gap] < least[gap] and not self.seen[gap]:
                    if late():
                        return False
                    steps = self._search(gap, cheaply=urgent)
                    if not steps:
                        break
                    won |= self._made(steps)
        return won

    def _search(self, gap: int, *, cheaply: bool) -> list[Step]:
        """The shortest chain, as the steps in the order in which they can be made; none: nothing is to be found.
        `cheaply`: it may end by leaving an opening that is not urgent."""
        came_by: dict[int, tuple[int, Step]] = {}
        tree = [gap]
        self.seen[gap] = True
        for o in tree:
            for best in self.board.best(o, 1):
                return self._found(tree, came_by, o, (best, ()))
            if len(tree) > LOOKED_AT:
                break
            for q, step in self._leaving(o):
                if q is not None and self.seen[q]:
                    continue
                if q is None or self.board.filled[q] > self.least[q] or (cheaply and not self.urgent[q]):
                    return self._found(tree, came_by, o, step)
                self.seen[q] = True
                came_by[q] = (o, step)
                tree.append(q)
        return []

    def _leaving(self, o: int) -> Iterator[tuple[int | None, Step]]:
        """Who could take `o` by leaving one opening that is then a gap, or none, and others that are easy to fill."""
        board, calendar = self.board, self.calendar
        part = board.found.of(o)
        who = board.found.volunteer[part]
        picks, candidates = board.picks[who], board.candidates[who]
        clash = calendar.clash(o, picks)
        hard = ~self._easy(picks)
        never = clash & (self.locked[candidates] | hard & self.seen[picks])
        ways = ~never.any(axis=1) & ((clash & hard).sum(axis=1) < 2)
        for at in np.flatnonzero(ways).tolist():
            v, rows = int(who[at]), zip(picks[at].tolist(), candidates[at].tolist(), clash[at].tolist(), strict=True)
            mine = [(q, candidate, clashes) for q, candidate, clashes in rows if not self.locked[candidate]]
            lacking = [int(calendar.minutes[week, o] - board.left[week, v]) for week in calendar.weeks[o]]
            for gap, leaves in self._sets(o, mine, lacking):
                yield gap, (part.start + at, tuple(leaves))

    def _easy(self, picks: NDArray[np.int32]) -> Bools:
        for q in np.unique(picks[~self.asked[picks]]).tolist():
            self.easy[q] = self.board.filled[q] > self.least[q] or bool(self.board.best(q, 1))
            self.asked[q] = True
        return self.easy[picks]

    def _sets(
        self, o: int, mine: list[tuple[int, int, bool]], lacking: list[int]
    ) -> Iterator[tuple[int | None, list[int]]]:
        """What can be left together: all that clashes, and for the hours what is easy to fill, or one that is not."""
        long = [self.calendar.minutes[week] for week in self.calendar.weeks[o]]
        must = [(q, candidate) for q, candidate, clashes in mine if clashes]
        others = [(q, candidate) for q, candidate, clashes in mine if not clashes]
        hard = [q for q, _ in must if not self.easy[q]]

        def enough(some: list[tuple[int, int]]) -> bool:
            return all(sum(int(row[q]) for q, _ in some) >= short for row, short in zip(long, lacking, strict=True))

        easy = [one for one in others if self.easy[one[0]]]
        for size in range(min(len(easy), EASY) + 1):
            for more in combinations(easy, size):
                if enough([*must, *more]):
                    yield hard[0] if hard else None, [candidate for _, candidate in (*must, *more)]
                    return
            for one in others if not hard else ():
                if not self.easy[one[0]] and not self.seen[one[0]]:
                    for more in combinations(easy, size):
                        if enough([*must, one, *more]):
                            yield one[0], [candidate for _, candidate in (*must, one, *more)]
                            break

    def _found(self, tree: list[int], came_by: dict[int, tuple[int, Step]], o: int, last: Step) -> list[Step]:
        self.seen[tree] = False
        steps = [last]
        while o != tree[0]:
            o, step = came_by[o]
            steps.append(step)
        return steps

    def _made(self, steps: list[Step]) -> bool:
        """Makes the moves and fills again what is easy to fill; takes all back where that cannot be done."""
        gap = int(self.board.found.opening[steps[-1][0]])
        undo: list[tuple[Callable[[int], None], int]] = []
        for comes, leaves in steps:
            for one in leaves:
                self.board.drop(one)
                undo.append((self.board.add, one))
            if not self.board.fits(comes):
                break
            self.board.add(comes)
            undo.append((self.board.drop, comes))
        else:
            if self._filled_again(gap, steps, undo):
                return True
        for back, one in reversed(undo):
            back(one)
        self.seen[gap] = True
        return False

    def _filled_again(self, gap: int, steps: list[Step], undo: list[tuple[Callable[[int], None], int]]) -> bool:
        board = self.board
        for one in [one for _, leaves in steps for one in leaves]:
            q = int(board.found.opening[one])
            if not self.easy[q] or board.filled[q] >= self.least[q]:
                continue
            best = board.best(q, 1)
            if not best and (self.urgent[q] or not self.urgent[gap]):
                self.easy[q] = False
                return False
            for candidate in best:
                board.add(candidate)
                undo.append((board.drop, candidate))
        return True
