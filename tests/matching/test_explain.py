"""Explanations are true: what they name as the obstacle is what is in the way, for every seat that stays empty."""

import time
from copy import deepcopy
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from matching import checker
from matching.instances import instances
from matching.towns import town

from volunteer_hub.matching.engine import answer, greedy, planning, reading
from volunteer_hub.matching.engine.explain import Unfilled, unfilled
from volunteer_hub.matching.engine.masks import RULES, Masks
from volunteer_hub.matching.engine.problem import Draft

Json = dict[str, Any]
EVERY_DAY = [{"weekday": day, "from": "00:00", "to": "24:00"} for day in range(1, 8)]


def quick(instance: Json) -> tuple[Draft, Masks]:
    """A first plan: what stays unfilled in it is explained like in any other, and there is more of it."""
    read = reading.instance(instance)
    masks = Masks(read)
    return greedy.greedy(planning.posed(read, masks), [], lambda: False), masks


def candidates_of(instance: Json, opening: str) -> set[str]:
    one = next(o for o in instance["openings"] if o["id"] == opening)
    read = reading.instance({**instance, "openings": [one], "keep": []})
    found = planning.posed(read, Masks(read)).candidates
    return {read.volunteers[v].id for v in found.volunteer.tolist()}


def relaxed(instance: Json, opening: str, rules: list[str]) -> Json:
    """The same instance in which these rules are no obstacle to this opening for anybody, and all others are as before.

    Rules about age are lifted by the opening; whoever is kept by the others gets what it asks.
    """
    whole = deepcopy(instance)
    o = next(one for one in whole["openings"] if one["id"] == opening)
    for v in whole["volunteers"]:
        if "distance" in rules:
            v["max_km"] = 30_000
        if "time" in rules:
            v["free"], v["away"] = EVERY_DAY, []
        if "skill" in rules:
            v["skills"] = [*v["skills"], *o["skills"]]
        if "language" in rules:
            v["languages"] = [*v["languages"], *o["languages"]]
        if "consent" in rules:
            v["guardian_consent"] = True
        if "clearance" in rules:
            v["clearances"] = dict.fromkeys(o["clearances"], "2099-12-31")
        if "gender" in rules and o["gender"]:
            v["gender"] = o["gender"]
        if "excluded" in rules:
            v["never_with"] = []
        if "hours" in rules:
            v["max_hours_week"] = 168
    if "age" in rules:
        o["min_age"] = o["max_age"] = None
    if "minor" in rules:
        o["minor_safe"] = True
    if "excluded" in rules:
        o["never"] = []
    return whole


def prove(instance: Json, said: list[Json]) -> int:
    """Lifting a named rule makes just so many candidates as it keeps out; lifting all that are named lets the named in,
    and leaving out any one of them does not. Answers how many seats were asked about."""
    for one in said:
        opening, before = one["opening"], candidates_of(instance, one["opening"])
        for rule in RULES:
            after = candidates_of(relaxed(instance, opening, [rule]), opening)
            assert before <= after
            assert len(after - before) == one["why"]["blocked_by"].get(rule, 0), (opening, rule)
        assert one["nearest"] or len(before) == len(instance["volunteers"])
        for near in one["nearest"]:
            assert near["volunteer"] in candidates_of(relaxed(instance, opening, near["rules"]), opening)
            for rule in near["rules"]:
                others = [other for other in near["rules"] if other != rule]
                assert near["volunteer"] not in candidates_of(relaxed(instance, opening, others), opening)
    return sum(one["missing"] for one in said)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(instances(8, 5))
def test_without_the_named_obstacle_the_named_are_candidates(instance: Json) -> None:
    plan = answer.answer(planning.plan(reading.instance(instance), time.monotonic() + 60), 0.0)
    prove(instance, plan["unfilled"])


@pytest.mark.parametrize("seed", range(3))
def test_without_the_named_obstacle_every_unfilled_seat_of_a_town_has_a_candidate(seed: int) -> None:
    whole = town(60, 40, seed)
    plan = answer.answer(planning.plan(reading.instance(whole), time.monotonic() + 60), 0.0)
    seats = sum(o["least"] for o in whole["openings"])
    assert prove(whole, plan["unfilled"]) == seats - plan["seats"] > 0


def test_control_a_wrong_obstacle_is_found() -> None:
    whole = town(60, 40, 0)
    plan = answer.answer(planning.plan(reading.instance(whole), time.monotonic() + 60), 0.0)
    one = next(one for one in plan["unfilled"] if one["nearest"][0]["rules"] == ["time"])
    one["nearest"][0]["rules"] = ["skill"]
    with pytest.raises(AssertionError):
        prove(whole, [one])


@pytest.mark.parametrize("seed", range(3))
def test_who_is_taken_or_has_used_their_hours_would_come_without_that(seed: int) -> None:
    """`taken` and `hours_used` count who fits once their other openings are somebody else's; `refused` fit now."""
    draft, masks = quick(town(200, 150, seed))
    found, problem = unfilled(draft, masks), draft.problem
    for one in found:
        part = problem.candidates.of(one.opening)
        who = [v for v in problem.candidates.volunteer[part].tolist() if one.opening not in draft.picks.get(v, {})]
        blocked = [v for v in who if not draft.is_free(v, one.opening)]
        alone = Draft(problem)
        assert all(alone.is_free(v, one.opening) for v in blocked)
        assert (one.taken + one.hours_used, one.refused) == (len(blocked), len(who) - len(blocked))
    assert sum(one.taken for one in found) and sum(one.hours_used for one in found)


def slowly(draft: Draft, masks: Masks, opening: int) -> tuple[dict[str, int], int, list[tuple[int, list[str]]]]:
    """Every volunteer by every rule: by the only rule, by several, and the five nearest."""
    o = draft.problem.instance.openings[opening]
    broken = np.array([~masks.unpacked(masks.holds(rule, o)) for rule in RULES])
    count, away = broken.sum(axis=0), masks.kilometres(o)
    order = sorted(np.flatnonzero(count).tolist(), key=lambda v: (count[v], away[v], masks.volunteers[v].id))
    only = {rule: int((row & (count == 1)).sum()) for rule, row in zip(RULES, broken, strict=True)}
    nearest = [(v, [rule for rule, row in zip(RULES, broken, strict=True) if row[v]]) for v in order[:5]]
    return {rule: n for rule, n in only.items() if n}, int((count > 1).sum()), nearest


def told(one: Unfilled) -> tuple[dict[str, int], int, list[tuple[int, list[str]]]]:
    return one.blocked_by, one.several, one.nearest


@pytest.mark.parametrize("seed", range(2))
def test_in_a_large_town_the_same_is_told_as_by_looking_at_everybody(seed: int) -> None:
    draft, masks = quick(town(2000, 600, seed))
    found = unfilled(draft, masks)
    assert len(found) > 50
    for one in found:
        assert told(one) == slowly(draft, masks, one.opening)


@pytest.mark.parametrize("at", [[89.999, 179.999], [-90, 0], [0, -180], [0.00001, 180], [52.64, 19.06], None])
def test_at_the_ends_of_the_earth_too(at: list[float] | None) -> None:
    """Places around a pole, over the date line, at the edge of a cell, on one spot, or none."""
    whole = town(150, 1, 4)
    north, east = at or (52.6, 19.0)
    for n, v in enumerate(whole["volunteers"]):
        step = (n % 12) * 0.002
        v["at"] = [max(-90, min(90, north + step - 0.01)), (east + 180 + step * 5) % 360 - 180] if n % 7 else None
        v["max_km"] = (0.1, 0.5, 1, 3)[n % 4]
    whole["openings"] = [{**whole["openings"][0], "at": at, "least": 150, "most": 150, "clearances": [], "skills": []}]
    draft, masks = quick(whole)
    (one,) = unfilled(draft, masks)
    assert told(one) == slowly(draft, masks, 0)
    assert len(draft.picks) > 0 or at is not None


def test_what_there_was_no_time_to_tell_says_so_and_the_urgent_are_told_first() -> None:
    draft, masks = quick(town(400, 300, 1))
    whole = unfilled(draft, masks)
    openings = draft.problem.instance.openings
    urgent = sum(openings[one.opening].urgent for one in whole)
    asked = iter(range(urgent + 3))
    short = unfilled(draft, masks, lambda: next(asked, None) is None)
    assert [(one.opening, one.missing) for one in short] == [(one.opening, one.missing) for one in whole]
    assert 0 < urgent < len(whole)
    assert sum(one.told for one in short) == urgent + 3
    for one, all_ in zip(short, whole, strict=True):
        assert one == all_ if one.told else (one.candidates, one.nearest) == (0, [])
        assert one.told or not openings[one.opening].urgent


def test_the_printed_parts_add_up_to_the_score_of_each_suggestion() -> None:
    whole = town(400, 200, 2)
    plan = answer.answer(planning.plan(reading.instance(whole), time.monotonic() + 60), 0.0)
    people = {v["id"]: v for v in whole["volunteers"]}
    openings = {o["id"]: o for o in whole["openings"]}
    assert len(plan["assignments"]) > 100
    for one in plan["assignments"]:
        parts = one["reasons"]["parts"]
        assert sum(parts.values()) == one["score"] == checker.score(people[one["volunteer"]], openings[one["opening"]])
        assert min(parts.values()) >= 0


def test_nobody_is_explained_to_an_empty_town() -> None:
    whole = town(0, 3, 1)
    draft, masks = quick(whole)
    assert [told(one) for one in unfilled(draft, masks)] == [({}, 0, [])] * 3
