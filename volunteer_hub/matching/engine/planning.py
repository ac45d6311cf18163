"""Solves a problem: candidates, a first plan, the best one, its bounds, and why something stays unfilled."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import floor

from volunteer_hub.matching.engine import candidates as finding
from volunteer_hub.matching.engine import exact, explain, tiles
from volunteer_hub.matching.engine.greedy import greedy, repair
from volunteer_hub.matching.engine.instance import Fault, Instance
from volunteer_hub.matching.engine.masks import RULES, Masks
from volunteer_hub.matching.engine.problem import Draft, Problem, check_locked
from volunteer_hub.matching.engine.program import program

# Up to so many candidates the whole is solved at once; beyond, part by part first; beyond AT_ONCE, in parts only.
WHOLE, AT_ONCE = 40_000, 120_000
# More seats than any file has.
SEATS = 10**18
# Seconds that a first plan may take beyond the time: it is quick, and any plan is better than none.
GRACE = 1

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


def plan(instance: Instance, ends: float, progress: Progress = lambda phase, done: None) -> Plan:
    """The best plan that is found before `ends` (of time.monotonic); raises Fault for locked pairs that cannot be.

    The same instance gives the same plan whenever the clock does not end the search.
    """
    began = time.monotonic()
    masks = Masks(instance)
    problem = posed(instance, masks, progress)
    solving = time.monotonic()
    chosen, bound, urgent_bound, seats_bound = _solved(problem, lambda: ends - time.monotonic(), progress)
    draft = Draft.of(problem, chosen)
    solved = time.monotonic()
    return Plan(
        draft=draft,
        worth=draft.worth(),
        bound=max(bound, draft.worth()),
        urgent_bound=urgent_bound,
        seats_bound=seats_bound,
        unfilled=explain.unfilled(draft, masks),
        seconds={"candidates": solving - began, "solve": solved - solving},
    )


def _solved(problem: Problem, left: Callable[[], float], progress: Progress) -> tuple[list[int], float, int, int]:
    """What is chosen, and the bounds: ticks, urgent seats, seats."""
    rest = Draft.of(problem, sorted(problem.locked))

    def late() -> bool:
        return left() <= 0

    # From what stood before and from nothing: the better of the two is the first plan.
    starts = [sorted(problem.locked)]
    if problem.kept - problem.locked:
        starts.append(_as_before(problem))
    drafts = [greedy(problem, start, lambda: left() <= -GRACE) for start in starts]
    for draft in drafts[::-1]:
        repair(draft, late)
        drafts.append(greedy(problem, draft.chosen(), late))
    draft = max(drafts, key=Draft.worth)
    progress("solve", 0.1)
    bound, urgent, seats = float("inf"), SEATS, SEATS
    if len(problem.candidates) > WHOLE or late():
        all_ = left()
        tiles.improve(draft, lambda: left() - 0.6 * all_, lambda done: progress("solve", 0.1 + 0.4 * done))
        bound, urgent, seats = tiles.bounds(rest, lambda: left() - 0.4 * all_)
        progress("solve", 0.6)
        if len(problem.candidates) > AT_ONCE or late():
            return draft.chosen(), bound, urgent, seats
    whole = program(problem, rest, tiles.fitting(rest, range(len(problem.candidates))))
    start = sorted(set(draft.chosen()) - problem.locked)
    answer = exact.solve(problem, rest, whole, start, left)
    progress("solve", 0.9)
    urgent = min(urgent, rest.seats(urgent=True) + floor(whole.highest(whole.urgent, left) + 1e-6))
    seats = min(seats, rest.seats() + floor(whole.highest(whole.seats, left) + 1e-6))
    return sorted(problem.locked | set(answer.chosen)), min(bound, answer.bound), urgent, seats


def _as_before(problem: Problem) -> list[int]:
    """As much of the kept plan as still holds, the locked first."""
    draft = Draft.of(problem, sorted(problem.locked))
    for candidate in sorted(problem.kept - problem.locked):
        if draft.fits(candidate):
            draft.add(candidate)
    return draft.chosen()


def posed(instance: Instance, masks: Masks, progress: Progress = lambda phase, done: None) -> Problem:
    """The instance with its candidates; raises Fault for locked pairs that break a rule or cannot stand together."""
    size = max(1, len(instance.openings))
    found = finding.find(instance, masks, lambda done: progress("candidates", done / size))
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
