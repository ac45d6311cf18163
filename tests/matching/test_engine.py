"""The engine judged by a slow reading of its contract, and on small problems by trying every plan there is."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from matching import checker
from matching.instances import contested, instances
from matching.towns import town

from volunteer_hub.matching.engine import answer, bounds, cuts, greedy, masks, planning, reading, tiles
from volunteer_hub.matching.engine.problem import Draft

Json = dict[str, Any]
Pairs = frozenset[tuple[str, str]]
thorough = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])


def solved(instance: Json, seconds: float = 60) -> Json:
    return answer.answer(planning.plan(reading.instance(instance), time.monotonic() + seconds), 0.0)


def plans(instance: Json) -> Iterator[Pairs]:
    """Every plan: pair by pair taken or left, as long as no constraint is broken."""
    pairs = [
        (v["id"], o["id"]) for v in instance["volunteers"] for o in instance["openings"] if not checker.broken(v, o)
    ]
    without_locks = {**instance, "keep": []}

    def grow(chosen: Pairs, at: int) -> Iterator[Pairs]:
        if at == len(pairs):
            yield chosen
            return
        yield from grow(chosen, at + 1)
        more = chosen | {pairs[at]}
        if not checker.constraints(without_locks, more):
            yield from grow(more, at + 1)

    locked = {(k["volunteer"], k["opening"]) for k in instance["keep"] if k["locked"]}
    return (plan for plan in grow(frozenset(), 0) if locked <= plan)


@thorough
@given(instances(3, 3))
def test_no_plan_is_better_and_no_bound_below_any(instance: Json) -> None:
    judge(instance)


@pytest.mark.parametrize("seed", range(40))
def test_where_openings_are_in_each_others_way_no_plan_is_better(seed: int) -> None:
    judge(contested(seed))


@pytest.mark.parametrize("seed", [1255, 1266, 1303, 1331, *range(2000, 2006)])
def test_the_tree_alone_finds_the_best_too(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a share of two openings counted as too large, no row is added and only splitting is left."""
    monkeypatch.setattr(cuts, "OPENINGS", 1)
    judge(contested(seed))


def judge(instance: Json) -> None:
    """Everything the plan says is true, and among all plans there are none is better, nor above a bound."""
    plan = solved(instance)
    assert checker.faults(instance, plan) == []
    all_plans = list(plans(instance))
    worths = [checker.objective(instance, pairs) for pairs in all_plans]
    assert plan["objective"] == pytest.approx(max(worths), abs=1e-4 if instance["stability"] == 0.123456 else 1e-7)
    assert plan["bound"] >= max(worths) - 1e-9
    assert plan["status"] == "optimal"
    assert plan["seats_bound"] >= max(checker.seats(instance, pairs) for pairs in all_plans)
    assert plan["urgent_bound"] >= max(checker.seats(instance, pairs, urgent=True) for pairs in all_plans)


@thorough
@given(instances(7, 8))
def test_every_sentence_of_a_plan_is_true(instance: Json) -> None:
    assert checker.faults(instance, solved(instance)) == []


LIES: list[tuple[str, Callable[[Json], object]]] = [
    ("objective", lambda plan: plan.update(objective=plan["objective"] + 0.001)),
    ("bound", lambda plan: plan.update(bound=plan["objective"] - 0.001)),
    ("seats", lambda plan: plan.update(seats=plan["seats"] + 1)),
    ("was locked", lambda plan: plan["assignments"].pop(0)),
    ("clash", lambda plan: plan["assignments"].append({**plan["assignments"][1], "opening": "o2"})),
    ("order", lambda plan: plan["assignments"].reverse()),
    ("sum of the parts", lambda plan: plan["assignments"][0]["reasons"]["parts"].update(distance=1)),
    ("why", lambda plan: plan["unfilled"][0]["why"].update(taken=0)),
    ("nearest", lambda plan: plan["unfilled"][0]["nearest"].clear()),
    ("unfilled", lambda plan: plan["unfilled"].clear()),
    ("changes", lambda plan: plan["changes"].update(kept=0)),
]


def of_two() -> Json:
    """Anna is locked on the first opening; the second is hers or Jan's, and the third at the hour of the second."""
    anywhere = {"max_km": 5, "max_hours_week": 6, "free": [{"weekday": 2, "from": "00:00", "to": "24:00"}]}
    hours = [("08:00", "10:00"), ("12:00", "13:00"), ("12:30", "14:00")]
    return {
        "version": 1,
        "volunteers": [
            {"id": "anna", "birth_date": "1990-01-01", **anywhere},
            {"id": "jan", "birth_date": "1990-01-01", **anywhere},
            {"id": "ola", "birth_date": "2015-01-01", **anywhere},
        ],
        "openings": [
            {
                "id": f"o{n}", "organisation": "org", "least": 1 + (n == 2), "most": 2, "urgent": n == 1,
                "times": [{"start": f"2026-12-08T{start}", "end": f"2026-12-08T{end}"}],
            }
            for n, (start, end) in enumerate(hours)
        ],
        "keep": [{"volunteer": "anna", "opening": "o0", "locked": True}],
    }  # fmt: skip


@pytest.mark.parametrize(("word", "lie"), LIES, ids=[word for word, _ in LIES])
def test_control_the_checker_finds_a_planted_lie(word: str, lie: Callable[[Json], object]) -> None:
    plan = solved(of_two())
    assert checker.faults(of_two(), plan) == []
    lie(plan)
    assert any(word in fault for fault in checker.faults(of_two(), plan))


def kept(instance: Json, plan: Json, *, stability: float, locked: bool = False) -> Json:
    """The instance with the plan as what stands already."""
    keep = [{"volunteer": a["volunteer"], "opening": a["opening"], "locked": locked} for a in plan["assignments"]]
    return {**instance, "stability": stability, "keep": keep}


@pytest.mark.parametrize("seed", range(4))
def test_after_a_cancellation_few_are_moved(seed: int) -> None:
    whole = town(60, 40, seed)
    plan = solved(whole)
    gone = plan["assignments"][seed]["volunteer"]
    left = {**whole, "volunteers": [v for v in whole["volunteers"] if v["id"] != gone]}
    stood = {**plan, "assignments": [a for a in plan["assignments"] if a["volunteer"] != gone]}
    changes = {}
    for stability in (0, 5000):
        again = kept(left, stood, stability=stability)
        mended = solved(again)
        assert checker.faults(again, mended) == [] and mended["status"] == "optimal"
        changes[stability] = mended["changes"]["dropped"]
        assert mended["seats"] >= plan["seats"] - sum(a["volunteer"] == gone for a in plan["assignments"])
    assert changes[5000] <= changes[0] and changes[5000] <= 3


def test_what_is_locked_stays_although_it_costs_seats() -> None:
    whole = of_two() | {"keep": [{"volunteer": v, "opening": "o2", "locked": True} for v in ("anna", "jan")]}
    plan = solved(whole)
    assert checker.faults(whole, plan) == []
    assert (plan["urgent_seats"], plan["urgent_bound"]) == (0, 0)


@pytest.mark.parametrize("seed", range(3))
def test_a_town_is_solved_to_the_end_and_bounded_from_parts_too(seed: int) -> None:
    whole = town(200, 100, seed)
    plan = solved(whole)
    assert checker.faults(whole, plan) == [] and plan["status"] == "optimal"
    problem = planning.posed(reading.instance(whole), masks.Masks(reading.instance(whole)))
    draft = greedy.greedy(problem, [], lambda: False)
    worth = draft.worth()
    tiles.improve(draft, lambda: 60.0)
    assert worth <= draft.worth() <= plan["objective"] * 10_000 + 1e-3
    ticks, urgent, seats = bounds.bounds(problem, Draft(problem), draft, lambda: False)
    late = bounds.bounds(problem, Draft(problem), draft, lambda: True)
    assert late[0] >= ticks >= plan["objective"] * 10_000 - 1e-3
    assert late[1] >= urgent >= plan["urgent_seats"] and late[2] >= seats >= plan["seats"]


@pytest.mark.parametrize("at_once", [100, 100_000])
def test_beyond_what_is_solved_at_once_the_parts_are(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = town(200, 100, 1)
    best = solved(whole)
    monkeypatch.setattr(planning, "WHOLE", 100)
    monkeypatch.setattr(planning, "AT_ONCE", at_once)
    plan = solved(whole)
    assert checker.faults(whole, plan) == []
    assert plan["status"] == "optimal" or at_once == 100
    assert plan["seats"] >= 0.99 * best["seats"] and plan["objective"] <= best["objective"] <= plan["bound"]
