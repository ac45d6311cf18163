"""What is done with problems too large to be solved at once, judged on small ones; and files read person by person."""

import json
import math
import time
from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matching import checker
from matching.instances import contested, instances
from matching.towns import town

from benchmarks.matching_towns import planted
from volunteer_hub.matching.engine import answer, candidates, chains, greedy, planning, reading, scarce, slices, tiles
from volunteer_hub.matching.engine.board import Board, Calendar
from volunteer_hub.matching.engine.instance import Fault
from volunteer_hub.matching.engine.masks import Masks
from volunteer_hub.matching.engine.problem import Draft, Problem

Json = dict[str, Any]
thorough = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])


def posed(said: Json) -> Problem:
    instance = reading.instance(said)
    return planning.posed(instance, Masks(instance))


def judged(said: Json, draft: Draft) -> float:
    """The objective of a plan that breaks nothing, by the checker; the draft says the same of itself."""
    instance = draft.problem.instance
    pairs = [(instance.volunteers[v].id, instance.openings[o].id) for v, o in map(draft.pair, draft.chosen())]
    assert checker.constraints(said, pairs) == []
    objective = checker.objective(said, pairs)
    assert draft.worth() == pytest.approx(objective * 10_000, abs=1e-3)
    again = Draft.of(draft.problem, draft.chosen())
    assert (again.filled, again.chosen()) == (draft.filled, draft.chosen())
    return objective


@thorough
@given(instances(6, 8))
def test_each_step_of_a_large_plan_breaks_nothing_and_loses_nothing(said: Json) -> None:
    steps_of(said)


@pytest.mark.parametrize("seed", range(60))
def test_each_step_where_openings_are_in_each_others_way(seed: int) -> None:
    steps_of(contested(seed) | ({"stability": 1_000_000} if seed % 3 == 2 else {}))


def steps_of(said: Json) -> None:
    problem = posed(said)
    chosen = greedy.greedy(problem, planning.as_before(problem), lambda: False)
    filled = chains.fill(Draft.of(problem, chosen.chosen()), lambda: False)
    first = planning.first(problem)
    better = slices.improve(first, lambda: False)
    least, best, sliced, _ = (judged(said, draft) for draft in (chosen, first, better, filled))
    assert filled.seats() >= chosen.seats() or filled.seats(urgent=True) > chosen.seats(urgent=True)
    assert filled.seats(urgent=True) >= chosen.seats(urgent=True)
    assert best >= least - 1e-9 and sliced >= best - 1e-9


@thorough
@given(instances(4, 7), st.data())
def test_a_board_says_of_each_pair_what_a_draft_says(said: Json, data: st.DataObject) -> None:
    problem = posed(said)
    draft, calendar = Draft(problem), Calendar(problem)
    openings = range(len(problem.instance.openings))
    for o in openings:
        clashes = calendar.clash(o, np.arange(len(openings) + 1, dtype=np.int32)).tolist()
        assert clashes == [*(problem.clash(o, q) for q in openings), False]
    for candidate in data.draw(st.permutations(range(len(problem.candidates)))):
        if draft.fits(candidate):
            draft.add(candidate)
    board = Board(problem, calendar, draft.chosen())
    taken = draft.chosen()
    for move, candidate in [*(("drop", one) for one in taken), *(("add", one) for one in taken[::2])]:
        assert board.chosen() == draft.chosen() and board.filled == draft.filled
        for o in openings:
            part = problem.candidates.of(o)
            free = [c for c in range(part.start, part.stop) if draft.is_free(*draft.pair(c))]
            assert board.fitting(o).tolist() == free == [c for c in range(part.start, part.stop) if board.fits(c)]
        for side in (draft, board):
            getattr(side, move)(candidate)


@pytest.mark.parametrize("seed", range(3))
def test_a_planted_perfect_plan_is_found(seed: int) -> None:
    said = planted(300, 150, seed)
    problem, all_seats = posed(said), sum(o["least"] for o in said["openings"])
    chosen = greedy.greedy(problem, [], lambda: False)
    assert chosen.seats() < 0.98 * all_seats, "greedy choice alone is not enough, or the town is no test"
    first = planning.first(problem)
    judged(said, first)
    assert first.seats() >= 0.9985 * all_seats


def test_hour_by_hour_a_plan_fits_better() -> None:
    said = town(300, 150, 1)
    problem = posed(said)
    first = planning.first(problem)
    better = slices.improve(first, lambda: False)
    assert judged(said, first) < judged(said, better)
    assert (better.seats(), better.seats(urgent=True)) >= (first.seats(), first.seats(urgent=True))


def test_an_urgent_gap_is_filled_at_the_cost_of_another() -> None:
    """Anna helps on Tuesday where anybody may; the urgent opening at that hour needs a driver, which she is."""
    free = [{"weekday": 2, "from": "00:00", "to": "24:00"}]
    times = [{"start": "2026-12-08T10:00", "end": "2026-12-08T12:00"}]
    usual = {"organisation": "org", "least": 1, "most": 1, "times": times}
    said = {
        "version": 1,
        "volunteers": [
            {"id": "anna", "birth_date": "1990-01-01", "max_km": 5, "max_hours_week": 2, "free": free, "skills": ["d"]}
        ],
        "openings": [{"id": "any", **usual}, {"id": "urgent", "urgent": True, "skills": ["d"], **usual}],
    }
    problem = posed(said)
    filled = chains.fill(Draft.of(problem, [0]), lambda: False)
    assert (filled.seats(urgent=True), filled.seats()) == (1, 1)


@pytest.mark.parametrize("seed", range(25))
def test_scarce_urgent_openings_are_decided_together(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all that is urgent counts as scarce, the seats are those of the proven plan; the bound is no lower."""
    said = contested(seed) if seed % 2 else town(60, 40, seed)
    for n, opening in enumerate(said["openings"]):
        opening["urgent"] = n % 3 != 0
    best = planning.plan(reading.instance(said), time.monotonic() + 60).draft
    problem = best.problem
    rest = Draft.of(problem, sorted(problem.locked))
    assert scarce.most(problem, rest, lambda: 60.0) >= best.seats(urgent=True)
    monkeypatch.setattr(scarce, "SCARCE", math.inf)
    together = Draft.of(problem, [*rest.chosen(), *scarce.taken(problem, rest)])
    judged(said, together)
    assert together.seats(urgent=True) == best.seats(urgent=True) <= scarce.most(problem, rest, lambda: 60.0)


def test_chains_alone_miss_urgent_seats_that_are_decided_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """A first plan of large towns has more urgent seats for it, and is nowhere below greedy choice."""
    monkeypatch.setattr(planning, "WHOLE", 0)
    won = 0
    for seed in range(30):
        said = contested(seed)
        for opening in said["openings"]:
            opening["urgent"] = True
        problem = posed(said)
        chosen = greedy.greedy(problem, sorted(problem.locked), lambda: False)
        by_chains = chains.fill(chosen, lambda: False).seats(urgent=True)
        first = planning.first(problem)
        assert judged(said, first) >= judged(said, chosen) - 1e-9
        assert first.seats(urgent=True) >= by_chains
        won += first.seats(urgent=True) > by_chains
    assert won


def after(looks: int) -> Callable[[], bool]:
    """A clock that says it is late from so many looks on."""
    seen = count()
    return lambda: next(seen) >= looks


@pytest.mark.parametrize("looks", [0, 1, 3, 10])
def test_whatever_takes_long_looks_at_the_clock(looks: int) -> None:
    said = town(300, 150, 2)
    problem = posed(said)
    started = greedy.greedy(problem, [], after(looks))
    all_ = greedy.greedy(problem, [], lambda: False)
    assert started.seats() < all_.seats() or looks > 4
    mended = chains.fill(Draft.of(problem, all_.chosen()), after(looks))
    better = slices.improve(Draft.of(problem, all_.chosen()), after(looks))
    full = slices.improve(Draft.of(problem, all_.chosen()), lambda: False)
    for draft in (started, mended, better):
        judged(said, draft)
    assert all_.worth() <= mended.worth() and all_.worth() <= better.worth() < full.worth()
    ends = after(looks)
    parts = Draft.of(problem, all_.chosen())
    tiles.improve(parts, lambda: -1.0 if ends() else 1.0)
    assert judged(said, parts) >= all_.worth() / 10_000 - 1e-6


@pytest.mark.parametrize("looks", [0, 2, 8])
def test_candidates_that_there_was_no_time_for_are_none_but_those_kept(looks: int) -> None:
    said = town(200, 100, 3)
    problem = posed(said)
    kept = [{"volunteer": said["volunteers"][v]["id"], "opening": said["openings"][o]["id"], "locked": n % 2 == 0}
            for n, (v, o) in enumerate(map(Draft(problem).pair, planning.first(problem).chosen()[:6]))]  # fmt: skip
    instance = reading.instance(said | {"keep": kept})
    found = candidates.find(instance, Masks(instance), late=after(looks))
    assert not found.whole and len(found) < len(problem.candidates)
    for one in instance.keep:
        assert found.find(one.volunteer, one.opening) is not None
    pairs = set(zip(problem.candidates.volunteer.tolist(), problem.candidates.opening.tolist(), strict=True))
    assert set(zip(found.volunteer.tolist(), found.opening.tolist(), strict=True)) <= pairs


def test_with_no_time_at_all_a_plan_holds_what_is_locked_and_its_bounds_are_true(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(planning, "FINDING", 0)
    monkeypatch.setattr(planning, "CHOOSING", 0)
    said = town(60, 40, 4)
    best = answer.answer(planning.plan(reading.instance(said), time.monotonic() + 60), 0.0)
    locked = [{"volunteer": a["volunteer"], "opening": a["opening"], "locked": True} for a in best["assignments"][:3]]
    said = said | {"keep": locked}
    plan = answer.answer(planning.plan(reading.instance(said), 0.0), 0.0)
    pairs = [(a["volunteer"], a["opening"]) for a in plan["assignments"]]
    assert len(pairs) >= 3 and checker.constraints(said, pairs) == []
    assert plan["status"] == "feasible" and plan["bound"] >= best["bound"]
    assert (plan["urgent_bound"], plan["seats_bound"]) >= (best["urgent_bound"], best["seats_bound"])
    assert [one["why"] for one in plan["unfilled"]] == [None] * len(plan["unfilled"])


class Cut(planning.Clock):
    """A clock by which all the time is over after so many looks at it."""

    def __init__(self, looks: int) -> None:
        super().__init__(0, math.inf)
        object.__setattr__(self, "late_now", after(looks))

    __slots__ = ("late_now",)

    def left(self) -> float:
        return -1.0 if self.late_now() else 30.0


@pytest.mark.parametrize("looks", range(0, 60, 3))
def test_wherever_a_proof_is_cut_its_bounds_are_numbers_and_true(looks: int) -> None:
    problem = posed(town(60, 40, 6))
    best, highest, urgent, seats = planning.search(problem, Cut(10**9))
    chosen, bound, most_urgent, most = planning.search(problem, Cut(looks))
    assert Draft.of(problem, chosen).worth() <= Draft.of(problem, best).worth() <= highest
    assert highest - 1e-6 <= bound < math.inf and urgent <= most_urgent and seats <= most
    # However early it is cut, the prices of so few candidates are reckoned.
    assert most <= seats + 2 or looks < 3


@pytest.mark.parametrize("indent", [None, 2])
def test_a_file_read_person_by_person_is_what_json_means(indent: int | None) -> None:
    said = town(40, 30, 5)
    text = json.dumps(dict(reversed(said.items())), indent=indent, ensure_ascii=False)
    assert reading.parse(text) == reading.instance(said) == reading.parse("\r\n\t " + text + " \n")
    twice = '{"volunteers": [], "volunteers": [{"id": "v"}]}'
    with pytest.raises(Fault, match=r"\$.volunteers\[0\].birth_date: this is required"):
        reading.parse(twice)


@pytest.mark.parametrize(
    "text",
    [
        "{", '{"', '{"version"', '{"version"}', '{"version" 1}', '{"version": }', '{"version": 1', '{"version": 1,',
        '{"version": 1,}', '{"version": 1 2}', '{"version": 1}}', '{"version": 1} 2', "{,}", "{1: 2}",
        '{"volunteers": [', '{"volunteers": [,]}', '{"volunteers": []', '{"volunteers": [] []}', '{"volunteers": [}',
        "", " ", "\ufeff{}",
    ],
)  # fmt: skip
def test_what_json_cannot_read_is_told_with_its_line(text: str) -> None:
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)
    with pytest.raises(Fault, match=r"\$: not JSON at line 1, column \d+: "):
        reading.parse(text)


