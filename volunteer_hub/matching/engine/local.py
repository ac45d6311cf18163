"""After a cancellation: who can take the seat, with as few people moved as can be, and nobody moved in vain.

First a free volunteer is looked for, then chains (one person takes the gap and leaves another opening, a second takes
that one), then every way in which three people take one other opening each: a search by depth, which asks the arrays of
standing.py where it is worth looking. Who cancelled is left alone. Nobody is moved but for a seat up to the least, or
so that the seat left short is no longer an urgent one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from volunteer_hub.matching.engine.board import Ints
from volunteer_hub.matching.engine.problem import Draft, Pair, Problem, fair
from volunteer_hub.matching.engine.standing import Standing

# People who change what they do, at most: more would be a new plan, not a mended one.
PEOPLE = 3
# Openings a person leaves for one other, at most.
LEFT = 2
# Openings for which every way is looked at, those that leave one opening for which somebody is free, and only who is
# free, at most: inner limits count steps, never seconds.
LOOKED_AT = {"all": 40, "one": 150, "free": 250}


@dataclass(frozen=True, slots=True)
class Move:
    """One volunteer from one opening to another, by position. No `left`: they have nothing to leave for it. No `taken`:
    they leave this one too, for the hours of what they take."""

    volunteer: int
    left: int | None
    taken: int | None


@dataclass(frozen=True, slots=True)
class Mended:
    """`moves` in the order in which they fill seats; `short`: openings that lost a seat which they need."""

    moves: list[Move]
    short: list[int]


@dataclass(frozen=True, slots=True)
class _Step:
    """A volunteer takes an opening, as a candidate, and leaves others; `worth` in ticks, seats not counted."""

    volunteer: int
    taken: int
    left: tuple[int, ...]
    openings: tuple[int, ...]  # those that are left
    worth: float


@dataclass(frozen=True, slots=True)
class _Way:
    """Steps that fill a gap; `short`: openings that lose a seat instead."""

    steps: tuple[_Step, ...] = ()
    worth: float = 0
    short: tuple[int, ...] = ()


def after_cancellation(problem: Problem, draft: Draft, gone: Iterable[Pair], frozen: Iterable[int] = ()) -> Mended:
    """Fills the seats of these pairs, taken out of the plan where they still are; `draft` is then the mended plan.

    `frozen`: volunteers who are left alone, beside those who cancelled. The same plan is mended in the same way.
    """
    return mended(Standing(problem, draft), gone, frozen)


def mended(standing: Standing, gone: Iterable[Pair], frozen: Iterable[int] = ()) -> Mended:
    """The same for a plan that is kept at hand, for one cancellation after the other."""
    gone, draft = list(gone), standing.draft
    openings = standing.problem.instance.openings
    alone = {v for v, _ in gone} | set(frozen)
    lost = Counter(o for _, o in gone)
    for v, o in gone:
        if o in draft.picks.get(v, ()):
            standing.drop(draft.picks[v][o])
    standing.leave_alone(alone, alone=True)
    wanted = {o: min(draft.filled[o] + n, openings[o].least) for o, n in lost.items()}
    moves: list[Move] = []
    for o in sorted(wanted, key=lambda o: (not openings[o].urgent, o)):
        while draft.filled[o] < wanted[o]:
            way = _Search(standing, alone).best(o)
            if way is None:
                break
            for other in way.short:
                wanted.setdefault(other, draft.filled[other])
            for step in way.steps:
                moves += _made(standing, step)
    standing.leave_alone(alone, alone=False)
    return Mended(moves, sorted(o for o, n in wanted.items() if draft.filled[o] < n))


def _made(standing: Standing, step: _Step) -> Iterator[Move]:
    for candidate in step.left:
        standing.drop(candidate)
    standing.add(step.taken)
    first, *others = step.openings or (None,)
    yield Move(step.volunteer, first, standing.draft.pair(step.taken)[1])
    for other in others:
        yield Move(step.volunteer, other, None)


class _Search:
    """The best way to fill one seat, against a plan that stays as it is meanwhile."""

    def __init__(self, standing: Standing, alone: set[int]) -> None:
        self.standing, self.alone = standing, alone
        self.problem, self.draft = standing.problem, standing.draft
        self.openings, self.volunteers = self.problem.instance.openings, self.problem.instance.volunteers
        self._known: dict[str, dict[int, list[_Step]]] = {kind: {} for kind in LOOKED_AT}
        self._leaving: dict[int, Ints] = {}

    def best(self, gap: int) -> _Way | None:
        """Fewest people, then what is worth most; an urgent gap, where all else fails, at the cost of other seats."""
        for cost in range(PEOPLE + 1 if self.problem.instance.openings[gap].urgent else 1):
            for people in range(1, PEOPLE + 1):
                way = self._filled((gap,), people, (), (), cost)
                if way is not None:
                    return way
        return None

    def _filled(
        self, gaps: tuple[int, ...], people: int, moved: tuple[int, ...], spared: tuple[int, ...], cost: int
    ) -> _Way | None:
        """The best way to fill all gaps but `cost` that are not urgent by so many people, beside those who `moved`;
        `spared`: what was left without a gap."""
        if not gaps:
            return _Way()
        gap, others = gaps[0], gaps[1:]
        best = None
        if not people:
            return None if any(self.openings[o].urgent for o in gaps) else _Way(short=gaps)
        kind = "all" if cost or people > len(gaps) + 1 else "one" if people > len(gaps) else "free"
        steps = self._steps(gap, kind)
        if kind == "all" and not cost:
            self._ask(step.openings[0] for step in steps if len(step.openings) == 1)
        for step in steps:
            if step.volunteer in moved:
                continue
            more, spare = self._gaps(step.openings, spared)
            if len(more) + len(others) > people - 1 + cost:
                continue
            then = self._filled((*others, *more), people - 1, (*moved, step.volunteer), spare, cost)
            if then is not None and (best is None or step.worth + then.worth > best.worth):
                best = _Way((step, *then.steps), step.worth + then.worth, then.short)
                if not others and not step.left:
                    break  # the steps are in order of their worth, and this one needs no other
        return best

    def _gaps(self, left: tuple[int, ...], spared: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Which of these come below their least when they are left, and who else can be spared no more."""
        more = []
        for o in left:
            if self.draft.filled[o] - spared.count(o) > self.openings[o].least:
                spared = (*spared, o)
            else:
                more.append(o)
        return tuple(more), spared

    def _steps(self, o: int, kind: str) -> list[_Step]:
        """Who may take the opening, what is worth most first: in all ways, by leaving one gap that somebody can fill,
        or the first of those who are free and leave no gap."""
        known = self._known[kind]
        if o not in known and len(known) < LOOKED_AT[kind]:
            if kind == "free":
                steps = self._first_free(o)
            else:
                if kind == "one":
                    self._ask([o])
                some = self._leaving[o] if kind == "one" else None
                steps = [step for asked in self._asked(o, some) for step in self._ways(o, *asked)]
            known[o] = sorted(steps, key=lambda step: -step.worth)
        return known.get(o, [])

    def _ask(self, openings: Iterable[int]) -> None:
        """Asks about all of these together that were not asked about: who can take each by leaving one other."""
        new = [o for o in dict.fromkeys(openings) if o not in self._leaving]
        if new:
            asked = self.standing.leaving_one(np.array(new))
            self._leaving |= dict(zip(new, asked, strict=True))

    def _asked(self, o: int, some: Ints | None = None) -> list[tuple[int, int, float]]:
        """The candidates of an opening (or `some`), their volunteers and what each is worth, most first."""
        part = self.problem.candidates.of(o)
        some = np.arange(part.start, part.stop) if some is None else some
        worth = self.problem.worth[some]
        order = np.argsort(-worth, kind="stable")
        some, worth = some[order], worth[order]
        who = self.problem.candidates.volunteer[some]
        return list(zip(some.tolist(), who.tolist(), worth.tolist(), strict=True))

    def _first_free(self, o: int) -> list[_Step]:
        """The inmost loop of the search: it calls nothing for whoever has no hours left and cannot be spared."""
        found: list[_Step] = []
        used, picks, filled, openings = self.draft.used, self.draft.picks, self.draft.filled, self.openings
        for candidate, v, worth in self._asked(o, self.standing.able(o)):
            # Enough who leave nothing that some of them did not move yet, and none to come is worth more.
            if len(found) >= PEOPLE and sum(not step.left and step.worth >= worth for step in found) >= PEOPLE:
                break
            mine = picks.get(v)
            if v in self.alone or (mine and o in mine):
                continue
            if not mine:
                found.append(self._step(candidate, v, (), worth))
                continue
            most = self.volunteers[v].week_minutes
            for week, minutes in openings[o].weeks:
                if used.get((v, week), 0) + minutes > most:
                    break
            else:
                if not any(self.problem.clash(o, q) for q in mine):
                    found.append(self._step(candidate, v, (), worth))
                    continue
            for q in mine:
                if filled[q] > openings[q].least:
                    ways = self._ways(o, candidate, v, worth)
                    found += [step for step in ways if not self._gaps(step.openings, ())[0]]
                    break
        return found

    def _ways(self, o: int, candidate: int, v: int, worth: float) -> Iterator[_Step]:
        """How the volunteer can take the opening: leaving nothing, or just what is in the way."""
        mine = self.draft.picks.get(v, {})
        if v in self.alone or o in mine:
            return
        clashing = tuple(q for q in mine if self.problem.clash(o, q))
        if len(clashing) > LEFT or any(mine[q] in self.problem.locked for q in clashing):
            return
        if self._keeps_hours(v, o, clashing):
            yield self._step(candidate, v, clashing, worth)
            return
        others = [q for q in mine if q not in clashing and mine[q] not in self.problem.locked]
        enough: list[set[int]] = []
        for size in range(1, LEFT - len(clashing) + 1):
            for more in combinations(others, size):
                if not any(one <= set(more) for one in enough) and self._keeps_hours(v, o, clashing + more):
                    enough.append(set(more))
                    yield self._step(candidate, v, clashing + more, worth)

    def _keeps_hours(self, v: int, o: int, left: tuple[int, ...]) -> bool:
        used, most = self.draft.used, self.volunteers[v].week_minutes
        for week, minutes in self.openings[o].weeks:
            freed = 0
            for q in left:
                for at, long in self.openings[q].weeks:
                    if at == week:
                        freed += long
            if used.get((v, week), 0) - freed + minutes > most:
                return False
        return True

    def _step(self, candidate: int, v: int, openings: tuple[int, ...], worth: float) -> _Step:
        mine = self.draft.picks.get(v, {})
        left = tuple(mine[q] for q in openings)
        if left:
            worth -= float(self.problem.worth[list(left)].sum())
        return _Step(v, candidate, left, openings, worth - fair(len(mine) + 1 - len(left)) + fair(len(mine)))
