"""Solves a problem: candidates, a first plan, the best one, its bounds, and why something stays unfilled."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import floor

from volunteer_hub.matching.engine import bounds, chains, exact, explain, greedy, scarce, slices, tiles
from volunteer_hub.matching.engine import candidates as finding
from volunteer_hub.matching.engine.instance import Fault, Instance
from volunteer_hub.matching.engine.masks import RULES, Masks
from volunteer_hub.matching.engine.problem import POINT, Draft, Problem, check_locked
from volunteer_hub.matching.engine.program import program

# Up to so many candidates the whole is solved at once; beyond, part by part first; beyond AT_ONCE, in parts only.
WHOLE, AT_ONCE = 40_000, 120_000
# Any plan is better than none: seconds that finding candidates gets, and choosing from them, even where reading the
# file took all there were; and seconds that reasons get beyond the end.
FINDING, CHOOSING, REASONS = 0.7, 0.5, 0.5
# The part of the time after which a plan is made of the candidates found until then.
PART_FINDING = 0.6
# Seconds that the prices of a problem whose proof was cut may take beyond the end.
PRICING = 0.3
# What a candidate's score comes to at most.
BEST_SCORE = 1000

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Plan:
    """What was decided. `worth` and `bound` are ticks of 0.0001; the other bounds are whole seats."""

    draft: Draft
    worth: float
    bound: float
    urgent_bound: int
    seats_bound: int
    unfilled: list[explain.Unfilled]
    seconds: dict[str, float]

    @property
    def is_optimal(self) -> bool:
        """Whether no plan is better by a point (0.001) or more."""
        return self.bound - self.worth < 10


def plan(
    instance: Instance,
    ends: float,
    progress: Progress = lambda phase, done: None,
    clock: Callable[[], float] = time.monotonic,
) -> Plan:
    """The best plan that is found before `ends` (of `clock`, in seconds); raises Fault for locked pairs that cannot be.

    The same instance gives the same plan whenever the clock does not end the search.
    """
    began = clock()
    masks = Masks(instance)
    now = clock()
    found = now + max(FINDING, PART_FINDING * (ends - now))
    problem = posed(instance, masks, progress, lambda: clock() >= found)
    solving = clock()
    until = Clock(ends, max(ends, solving + CHOOSING), clock)
    chosen, bound, urgent_bound, seats_bound = search(problem, until, progress)
    draft = Draft.of(problem, chosen)
    solved = clock()
    progress("reasons", 0)
    # Where not all candidates were found, what could be said of them would not be true.
    telling = ends + REASONS if problem.candidates.whole else solved
    return Plan(
        draft=draft,
        worth=draft.worth(),
        bound=max(bound, draft.worth()),
        urgent_bound=urgent_bound,
        seats_bound=seats_bound,
        unfilled=explain.unfilled(draft, masks, lambda: clock() >= telling),
        seconds={"candidates": solving - began, "solve": solved - solving},
    )


@dataclass(frozen=True, slots=True)
class Clock:
    """When the search ends (of `now`), and when even the first plan does."""

    ends: float
    at_last: float
    now: Callable[[], float] = time.monotonic

    def left(self) -> float:
        """Seconds until the end."""
        return self.ends - self.now()

    def late(self) -> bool:
        return self.left() <= 0

    def too_late(self) -> bool:
        return self.now() >= self.at_last


def search(
    problem: Problem, clock: Clock, progress: Progress = lambda phase, done: None
) -> tuple[list[int], float, int, int]:
    """What is chosen, and the bounds: ticks, urgent seats, seats."""
    rest = Draft.of(problem, sorted(problem.locked))
    left, late = clock.left, clock.late
    progress("first plan", 0)
    draft = first(problem, clock.too_late, late)
    if not problem.candidates.whole:
        return draft.chosen(), *unproven(problem)
    bound, urgent, seats = unproven(problem)
    stating = tiles.STATING * len(problem.candidates)
    if len(problem.candidates) > WHOLE or left() < stating:
        all_ = left()
        if not late():
            draft = slices.improve(draft, lambda: left() < 0.5 * all_, lambda done: progress("hour by hour", done))
        tiles.improve(draft, lambda: left() - 0.5 * all_, lambda done: progress("part by part", done))
        progress("bounds", 0)
        few = len(problem.candidates) <= WHOLE
        bound, urgent, seats = bounds.bounds(problem, rest, draft, _soon() if few else lambda: left() < 0.25 * all_)
        if len(problem.candidates) > AT_ONCE or left() < stating:
            return draft.chosen(), bound, urgent, seats
    progress("proof", 0)
    whole = program(problem, rest, tiles.fitting(rest, range(len(problem.candidates))))
    start = sorted(set(draft.chosen()) - problem.locked)
    answer = exact.solve(problem, rest, whole, start, left)
    progress("proof", 0.8)
    if late() and len(problem.candidates) <= WHOLE:
        bound, urgent, seats = bounds.bounds(problem, rest, draft, _soon())
    urgent = min(urgent, rest.seats(urgent=True) + floor(whole.highest(whole.urgent, left) + 1e-6))
    seats = min(seats, rest.seats() + floor(whole.highest(whole.seats, left) + 1e-6))
    return sorted(problem.locked | set(answer.chosen)), min(bound, answer.bound), urgent, seats


def _soon() -> Callable[[], bool]:
    """For prices where the proof was cut: so few candidates have theirs in a moment, and no cut proof is as good."""
    ends = time.monotonic() + PRICING
    return lambda: time.monotonic() >= ends


def first(
    problem: Problem, too_late: Callable[[], bool] = lambda: False, late: Callable[[], bool] = lambda: False
) -> Draft:
    """A good plan in a moment: greedy choice, chains of moves, then what fits beyond the least.

    From nothing and from what stood before: the better of the two. Only when it is `too_late` the choice ends early.
    Of a large town the urgent openings for which few people come into question are decided before all else.
    """
    locked = sorted(problem.locked)
    starts = [locked]
    if problem.kept - problem.locked:
        starts.append(as_before(problem))
    drafts = []
    for start in starts[::-1]:
        draft = greedy.greedy(problem, start, too_late)
        if len(problem.candidates) > WHOLE and start is locked and not late():
            first_of_all = scarce.taken(problem, Draft.of(problem, locked))
            draft = max(draft, greedy.greedy(problem, [*locked, *first_of_all], late), key=Draft.worth)
        if not late():
            # Where what stood before is dear, a seat may cost more than it is worth.
            draft = max(draft, chains.fill(draft, late), key=Draft.worth)
        if not late():
            greedy.fill(draft, [o.most for o in problem.instance.openings], late)
        drafts.append(draft)
        if too_late():
            break
    return max(drafts, key=Draft.worth)


def unproven(problem: Problem) -> tuple[float, int, int]:
    """Bounds that hold whoever the candidates are: every seat filled, and each by somebody who fits in every way."""
    openings = problem.instance.openings
    ticks = sum(seat * o.least + POINT * BEST_SCORE * o.most for o, seat in zip(openings, problem.seat, strict=True))
    kept = len(problem.kept - problem.locked) * problem.instance.stability * POINT
    return ticks + kept, sum(o.least for o in openings if o.urgent), sum(o.least for o in openings)


def as_before(problem: Problem) -> list[int]:
    """As much of the kept plan as still holds, the locked first."""
    draft = Draft.of(problem, sorted(problem.locked))
    for candidate in sorted(problem.kept - problem.locked):
        if draft.fits(candidate):
            draft.add(candidate)
    return draft.chosen()


def posed(
    instance: Instance,
    masks: Masks,
    progress: Progress = lambda phase, done: None,
    late: Callable[[], bool] = lambda: False,
) -> Problem:
    """The instance with its candidates; raises Fault for locked pairs that break a rule or cannot stand together."""
    size = max(1, len(instance.openings))
    found = finding.find(instance, masks, lambda done: progress("candidates", done / size), late)
    kept = [found.find(one.volunteer, one.opening) for one in instance.keep]
    for n, (one, candidate) in enumerate(zip(instance.keep, kept, strict=True)):
        if one.locked and candidate is None:
            v, o = instance.volunteers[one.volunteer], instance.openings[one.opening]
            broken = next(rule for rule in RULES if not masks.unpacked(masks.holds(rule, o))[one.volunteer])
            raise Fault(f"$.keep[{n}]", f"the locked pair of {v.id!r} and {o.id!r} breaks the rule {broken!r}.")
    problem = Problem(
        instance,
        found,
        locked=frozenset(c for one, c in zip(instance.keep, kept, strict=True) if one.locked and c is not None),
        kept=frozenset(c for c in kept if c is not None),
    )
    check_locked(problem)
    return problem
