"""Bounds at any size: never below any plan, by trying all there are, and near enough to the best to mean something."""

import time
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from matching import checker
from matching.instances import contested, instances
from matching.towns import town

from volunteer_hub.matching.engine import bounds, masks, packages, planning, prices, reading
from volunteer_hub.matching.engine import market as market_
from volunteer_hub.matching.engine.market import Market
from volunteer_hub.matching.engine.packages import Intervals
from volunteer_hub.matching.engine.problem import Draft, Problem

Json = dict[str, Any]
Pairs = frozenset[tuple[str, str]]
thorough = settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])


def posed(instance: Json) -> Problem:
    read = reading.instance(instance)
    return planning.posed(read, masks.Masks(read))


def bounded(problem: Problem, draft: Draft | None = None, *, late: bool = False) -> tuple[float, int, int]:
    """The bounds beside what is locked; without a plan they are compared to that alone."""
    rest = Draft.of(problem, sorted(problem.locked))
    return bounds.bounds(problem, rest, draft or rest, lambda: late)


def plans(instance: Json) -> Iterator[Pairs]:
    """Every plan: pair by pair taken or left, as long as no constraint is broken."""
    pairs = [
        (v["id"], o["id"]) for v in instance["volunteers"] for o in instance["openings"] if not checker.broken(v, o)
    ]
    found: list[Pairs] = [frozenset()]
    for pair in pairs:
        found += [more for plan in found if not checker.constraints({**instance, "keep": []}, more := plan | {pair})]
    locked = {(k["volunteer"], k["opening"]) for k in instance["keep"] if k["locked"]}
    return (plan for plan in found if locked <= plan)


def judge(instance: Json) -> None:
    """No plan passes a bound, neither the whole one nor the one for who is in a hurry."""
    all_plans, problem = list(plans(instance)), posed(instance)
    for late in (False, True):
        ticks, urgent, seats = bounded(problem, late=late)
        assert ticks / 10_000 >= max(checker.objective(instance, pairs) for pairs in all_plans) - 1e-6
        assert urgent >= max(checker.seats(instance, pairs, urgent=True) for pairs in all_plans)
        assert seats >= max(checker.seats(instance, pairs) for pairs in all_plans)


def with_locks(instance: Json) -> Json:
    """The instance with a plan of it locked: of those with two pairs the first."""
    two = next((sorted(plan) for plan in plans(instance) if len(plan) == 2), [])
    return {**instance, "keep": [{"volunteer": v, "opening": o, "locked": True} for v, o in two]}


@thorough
@given(instances(3, 3))
def test_no_plan_passes_a_bound(instance: Json) -> None:
    judge(instance)
    judge(with_locks(instance))


@pytest.mark.parametrize("seed", range(20))
def test_where_openings_are_in_each_others_way_no_plan_passes_a_bound(seed: int) -> None:
    judge(contested(seed))
    judge(with_locks(contested(seed)))


def test_control_a_rest_counted_too_long_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    true = Intervals.of
    monkeypatch.setattr(Intervals, "of", lambda problem: _with_rest(true(problem), 24 * 60))
    with pytest.raises(AssertionError):
        for seed in range(40):
            judge(contested(seed))


def _with_rest(intervals: Intervals, rest: int) -> Intervals:
    return Intervals(**{**vars(intervals), "rest": rest})


def of_one(times: list[tuple[str, str]], others: list[tuple[str, str]], hours: float) -> Json:
    """One person, one opening of several times, and others of one each."""
    openings = [times, *[[other] for other in others]]
    return {
        "version": 1,
        "volunteers": [
            {"id": "v", "birth_date": "1990-01-01", "max_km": 5, "max_hours_week": hours,
             "free": [{"weekday": day, "from": "00:00", "to": "24:00"} for day in range(1, 8)]}
        ],
        "openings": [
            {"id": f"o{n}", "organisation": "org", "least": 1, "most": 1,
             "times": [{"start": f"2026-12-{start}", "end": f"2026-12-{end}"} for start, end in some]}
            for n, some in enumerate(openings)
        ],
        "keep": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("times", "others", "hours", "seats"),
    [
        # Between times of one opening no rest is needed.
        ([("08T08:00", "08T10:00"), ("08T10:10", "08T12:00")], [("08T13:00", "08T14:00")], 9, 2),
        # What lies between them has no rest on either side.
        ([("08T08:00", "08T10:00"), ("08T10:25", "08T12:00")], [("08T10:05", "08T10:20")], 9, 1),
        # Sunday's hours are of another week than Monday's; a half counts half, so that a bound is cut to whole seats.
        ([("13T10:00", "13T12:00"), ("14T10:00", "14T12:00")], [("13T15:00", "13T17:00")], 2, 1),
        ([("13T10:00", "13T12:00"), ("14T10:00", "14T12:00")], [("13T15:00", "13T17:00")], 4, 2),
        # Lengths that have no step in common but a minute are counted in longer steps, cut to whole ones.
        ([("08T08:00", "08T09:20")], [("08T10:00", "08T11:01"), ("08T12:00", "08T12:59")], 3, 2),
    ],
)
def test_times_of_one_opening_and_hours_of_a_week(
    times: list[tuple[str, str]], others: list[tuple[str, str]], hours: float, seats: int
) -> None:
    instance = of_one(times, others, hours)
    judge(instance)
    assert bounded(posed(instance))[2] == seats


@pytest.mark.parametrize("seed", range(2))
def test_packages_are_the_best_that_each_volunteer_can_take(seed: int) -> None:
    """At any prices the value is that of trying, for each volunteer, every set of openings."""
    instance = contested(seed) | {"travel": {"rest_min": 30, "far_km": 1000, "far_rest_min": 60}, "stability": 0}
    instance["openings"] = [{**o, "times": o["times"][:1]} for o in instance["openings"]]
    problem = posed({**instance, "keep": []})
    chance = np.random.default_rng(seed)
    openings = len(instance["openings"])
    for _ in range(10):
        price = chance.integers(0, 1000, openings)
        nothing = np.zeros(openings, dtype=np.int64)
        market = Market(problem, Intervals.of(problem), nothing[:0], nothing + 1000, nothing, nothing + 9)
        answer = market.value(price)
        assert answer is not None
        assert answer[0] == sum(_dearest(instance, v["id"], price) for v in instance["volunteers"])


def _dearest(instance: Json, volunteer: str, price: np.ndarray) -> int:
    names = [o["id"] for o in instance["openings"]]
    free = {**instance, "keep": [], "openings": [{**o, "most": 9} for o in instance["openings"]]}
    sets = (some for size in range(len(names) + 1) for some in combinations(range(len(names)), size))
    possible = (some for some in sets if not checker.constraints(free, [(volunteer, names[n]) for n in some]))
    return max(sum(int(price[n]) for n in some) for some in possible)


@pytest.mark.parametrize("seed", range(2))
def test_a_town_is_bounded_within_half_a_percent(seed: int) -> None:
    problem = posed(town(600, 300, seed))
    plan = planning.plan(problem.instance, time.monotonic() + 60)
    ticks, urgent, seats = bounded(problem)
    assert plan.draft.worth() <= ticks <= plan.draft.worth() * 1.02
    assert plan.draft.seats() <= seats <= plan.draft.seats() * 1.005
    assert plan.draft.seats(urgent=True) <= urgent <= plan.draft.seats(urgent=True) + 1
    assert all(soon >= whole for soon, whole in zip(bounded(problem, late=True), (ticks, urgent, seats), strict=True))


def test_where_nearly_everybody_is_needed_everywhere_the_walk_brings_the_bound_down() -> None:
    """Three hundred openings for a hundred people: nearly all are scarce, and their prices alone say little."""
    problem = posed(town(100, 300, 1))
    plan = planning.plan(problem.instance, time.monotonic() + 60)
    seats, at_worst = bounded(problem, plan.draft)[2], bounded(problem, late=True)[2]
    assert plan.draft.seats() <= seats <= plan.draft.seats() * 1.02 < at_worst


def test_where_everybody_could_help_everywhere_but_hours_are_short_the_shortest_seats_count() -> None:
    """No opening is scarce by itself: sixty of them for eight people who give four hours a week."""
    everywhere = {
        "at": None, "max_hours_week": 4, "birth_date": "1980-01-01", "gender": "f", "languages": ["pl", "uk"],
        "skills": ["driving", "first-aid", "computers", "sewing", "maths"], "clearances": {"minors": "2027-06-30"},
        "free": [{"weekday": day, "from": "00:00", "to": "24:00"} for day in range(1, 8)], "away": [], "never_with": [],
    }  # fmt: skip
    whole = town(8, 60, 1)
    problem = posed(whole | {"volunteers": [{**v, **everywhere} for v in whole["volunteers"]]})
    minutes = sorted(sum(long for _, long in o.weeks) for o in problem.instance.openings for _ in range(o.least))
    shortest = int((np.cumsum(minutes) <= 8 * 4 * 60 * 2).sum())
    assert bounded(problem)[2] <= shortest + 1 < 0.6 * bounded(problem, late=True)[2]


def test_what_is_looked_at_together_changes_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = posed(town(100, 60, 1))
    openings = np.arange(60)
    nothing = np.zeros(60, dtype=np.int64)
    market = Market(
        problem, Intervals.of(problem), nothing[:0], nothing + 1_000, nothing + 1, nothing + 2, has_worth=True
    )
    at = [openings * 13 % 700, openings * -17 % 900 - 500]
    before = [market.value(price) for price in at]
    for module, name, size in ((packages, "TOGETHER", 40), (market_, "TOGETHER", 40), (packages, "TABLE", 100)):
        monkeypatch.setattr(module, name, size)
    for price, one in zip(at, before, strict=True):
        again = market.value(price)
        assert one is not None and again is not None
        assert again[0] == one[0] and again[1] == pytest.approx(one[1])


def test_a_town_in_many_parts_is_bounded_nearly_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = posed(town(600, 300, 1))
    at_once = bounded(problem)[2]
    monkeypatch.setattr(prices, "PART", 100)
    assert at_once <= bounded(problem)[2] <= at_once * 1.01


def test_the_same_problem_has_the_same_bounds() -> None:
    problem = posed(town(200, 100, 7))
    assert bounded(problem) == bounded(posed(town(200, 100, 7)))
