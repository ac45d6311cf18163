"""Sets of openings of which one volunteer can take one only, by time, way or weekly hours: one bit per opening.

Volunteers who may do the same and have the same hours left share them, so a thousand alike cost as much as one.
"""

from bisect import bisect_right

from volunteer_hub.matching.engine.problem import Draft, Problem

Cliques = tuple[list[list[int]], bool]


class Exclusions:
    """What excludes what among some openings of a problem."""

    def __init__(self, problem: Problem, openings: list[int]) -> None:
        self.problem, self.openings = problem, openings
        self.place = {o: n for n, o in enumerate(openings)}
        self.by_time = self._by_time()
        # week → lengths in order, and who is at least as long as each: [(minutes, bits)].
        self.lengths: dict[int, list[tuple[int, int]]] = {}
        self._put_lengths()
        self._found: dict[tuple[int, ...], Cliques] = {}

    def cliques(self, rest: Draft, v: int, mine: list[int]) -> Cliques:
        """Maximal sets, as openings, until every pair of `mine` that excludes itself is in one of them; and whether
        the volunteer can take only one of all. `rest` is what is fixed."""
        most = self.problem.instance.volunteers[v].week_minutes
        left = {week: most - rest.used.get((v, week), 0) for week in self.lengths}
        all_ = sum(1 << self.place[o] for o in mine)
        key = (all_, *left.values())
        if key not in self._found:
            self._found[key] = self._covered(all_, left)
        return self._found[key]

    def _covered(self, all_: int, left: dict[int, int]) -> Cliques:
        places = list(_bits(all_))
        excludes = {n: (self.by_time[n] | self._too_long(n, left)) & all_ & ~(1 << n) for n in places}
        uncovered = dict(excludes)
        found: list[list[int]] = []
        for first in places:
            while uncovered[first]:
                second = uncovered[first] & -uncovered[first]
                clique, others = 1 << first | second, excludes[first] & excludes[second.bit_length() - 1]
                # Pairs that no clique holds yet go first, so that few cliques hold all.
                while others:
                    wanted = others & uncovered[first] or others
                    one = wanted & -wanted
                    clique |= one
                    others &= excludes[one.bit_length() - 1]
                for n in _bits(clique):
                    uncovered[n] &= ~clique
                found.append([self.openings[n] for n in _bits(clique)])
        return found, len(places) == 1 or any(len(clique) == len(places) for clique in found)

    def _too_long(self, n: int, left: dict[int, int]) -> int:
        """Those that with this one pass the hours left in some week."""
        found = 0
        for week, minutes in self.problem.instance.openings[self.openings[n]].weeks:
            lengths = self.lengths[week]
            at = bisect_right(lengths, left[week] - minutes, key=lambda one: one[0])
            found |= lengths[at][1] if at < len(lengths) else 0
        return found

    def _put_lengths(self) -> None:
        by_week: dict[int, dict[int, int]] = {}
        for n, o in enumerate(self.openings):
            for week, minutes in self.problem.instance.openings[o].weeks:
                same = by_week.setdefault(week, {})
                same[minutes] = same.get(minutes, 0) | 1 << n
        for week, same in by_week.items():
            longer, steps = 0, []
            for minutes in sorted(same, reverse=True):
                longer |= same[minutes]
                steps.append((minutes, longer))
            self.lengths[week] = steps[::-1]

    def _by_time(self) -> list[int]:
        """For each opening those that clash with it; only what begins before it is over, with the rest, is tried."""
        openings = self.problem.instance.openings
        found = [0] * len(self.openings)
        order = sorted(range(len(self.openings)), key=lambda n: openings[self.openings[n]].times[0][0])
        for at, a in enumerate(order):
            over = openings[self.openings[a]].times[-1][1] + max(self.problem.rests)
            for b in order[at + 1 :]:
                if openings[self.openings[b]].times[0][0] >= over:
                    break
                if self.problem.clash(self.openings[a], self.openings[b]):
                    found[a] |= 1 << b
                    found[b] |= 1 << a
        return found


def _bits(mask: int) -> list[int]:
    """The places of the ones, lowest first."""
    places = []
    while mask:
        low = mask & -mask
        places.append(low.bit_length() - 1)
        mask ^= low
    return places
