"""Why an opening is not filled: who would be a candidate but for one rule, and why those who are were not picked."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from volunteer_hub.matching.engine.masks import RULES, Masks
from volunteer_hub.matching.engine.problem import Draft

NEAREST = 5


@dataclass(frozen=True, slots=True)
class Unfilled:
    """An opening below its least. `nearest`: volunteers and the rules they break, fewest first."""

    opening: int
    missing: int
    candidates: int
    blocked_by: dict[str, int]
    several: int
    taken: int
    hours_used: int
    refused: int
    nearest: list[tuple[int, list[str]]]


def unfilled(draft: Draft, masks: Masks) -> list[Unfilled]:
    """Every opening of the plan that is below its least, in the file's order."""
    openings = draft.problem.instance.openings
    return [_unfilled(draft, masks, n) for n, o in enumerate(openings) if draft.filled[n] < o.least]


def _unfilled(draft: Draft, masks: Masks, opening: int) -> Unfilled:
    problem, o = draft.problem, draft.problem.instance.openings[opening]
    broken = np.array([~masks.unpacked(masks.holds(rule, o)) for rule in RULES]).reshape(len(RULES), -1)
    count = broken.sum(axis=0)
    one = [int(n) for n in broken[:, count == 1].sum(axis=1)]
    who = problem.candidates.volunteer[problem.candidates.of(opening)].tolist()
    why = Counter(_why(draft, v, opening) for v in who if opening not in draft.picks.get(v, ()))
    return Unfilled(
        opening=opening,
        missing=o.least - draft.filled[opening],
        candidates=why.total(),
        blocked_by={rule: n for rule, n in zip(RULES, one, strict=True) if n},
        several=int((count > 1).sum()),
        taken=why["taken"],
        hours_used=why["hours_used"],
        refused=why["refused"],
        nearest=[
            (v, [rule for rule, breaks in zip(RULES, broken[:, v], strict=True) if breaks])
            for v in _nearest(draft, masks, opening, count)
        ],
    )


def _why(draft: Draft, v: int, opening: int) -> str:
    if any(draft.problem.clash(opening, other) for other in draft.picks.get(v, ())):
        return "taken"
    return "hours_used" if draft.passes_hours(v, opening) else "refused"


def _nearest(draft: Draft, masks: Masks, opening: int, count: np.ndarray) -> list[int]:
    """Who breaks fewest rules, then is nearest, then by id; only those who can be among the first are put in order."""
    kilometres = masks.kilometres(draft.problem.instance.openings[opening])
    near = np.flatnonzero(count > 0)
    if len(near) > NEAREST:
        # Whoever breaks more rules than the fifth best is out; of those left, whoever breaks as many and is further.
        order = np.lexsort((kilometres[near], count[near]))
        edge = near[order[NEAREST - 1]]
        further = (count[near] > count[edge]) | ((count[near] == count[edge]) & (kilometres[near] > kilometres[edge]))
        near = near[~further]
    volunteers = draft.problem.instance.volunteers
    return sorted(near.tolist(), key=lambda v: (count[v], kilometres[v], volunteers[v].id))[:NEAREST]
