"""A plan as JSON: what was decided, its parts, its bounds, and why something stays unfilled."""

from collections.abc import Iterator
from math import ceil
from typing import Any

import numpy as np

from volunteer_hub.matching.engine import fit
from volunteer_hub.matching.engine.planning import Plan

TICKS = 10_000
# Ticks that stability may leave unrounded; bounds are rounded up by no more.
FINE = 10_000


def answer(plan: Plan, read_seconds: float) -> dict[str, Any]:
    """The plan in the format of the contract."""
    return {key: list(value) if isinstance(value, Iterator) else value for key, value in parts(plan, read_seconds)}


def parts(plan: Plan, read_seconds: float) -> Iterator[tuple[str, Any]]:
    """The same key by key; what is long comes one by one, so that the answer about a large town is never held whole."""
    draft = plan.draft
    problem, instance = draft.problem, draft.problem.instance
    kept = {(one.volunteer, one.opening) for one in instance.keep}
    chosen = draft.chosen()
    still = sum(draft.pair(candidate) in kept for candidate in chosen)
    yield from {
        "version": 1,
        "status": "optimal" if plan.is_optimal else "feasible",
        "objective": _objective(plan.worth),
        "bound": max(_objective(plan.worth), ceil(plan.bound * FINE) / FINE / TICKS),
        "urgent_bound": plan.urgent_bound,
        "seats_bound": plan.seats_bound,
        "urgent_seats": draft.seats(urgent=True),
        "seats": draft.seats(),
        "score": int(problem.candidates.score[chosen].sum(dtype=np.int64)),
        "assignments": (_assignment(plan, candidate) for candidate in chosen),
        "unfilled": (_unfilled(plan, n) for n in range(len(plan.unfilled))),
        "changes": {"kept": still, "dropped": len(kept) - still, "added": len(chosen) - still},
        "seconds": {name: round(s, 3) for name, s in {"read": read_seconds, **plan.seconds}.items()},
    }.items()


def _objective(ticks: float) -> float:
    return round(ticks, 4) / TICKS


def _assignment(plan: Plan, candidate: int) -> dict[str, Any]:
    problem = plan.draft.problem
    v_at, o_at = plan.draft.pair(candidate)
    v, o = problem.instance.volunteers[v_at], problem.instance.openings[o_at]
    score = int(problem.candidates.score[candidate])
    reasons = {"km": round(fit.distance(v, o), 1), "parts": fit.parts(v, o, score)}
    return {"volunteer": v.id, "opening": o.id, "score": score, "reasons": reasons}


def _unfilled(plan: Plan, at: int) -> dict[str, Any]:
    one, instance = plan.unfilled[at], plan.draft.problem.instance
    if not one.told:
        return {"opening": instance.openings[one.opening].id, "missing": one.missing, "why": None, "nearest": []}
    why = {
        "candidates": one.candidates, "blocked_by": one.blocked_by, "several": one.several,
        "taken": one.taken, "hours_used": one.hours_used, "refused": one.refused,
    }  # fmt: skip
    nearest = [{"volunteer": instance.volunteers[v].id, "rules": rules} for v, rules in one.nearest]
    return {"opening": instance.openings[one.opening].id, "missing": one.missing, "why": why, "nearest": nearest}
