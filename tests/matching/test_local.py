"""After a cancellation: the seat is saved whenever three people can save it, and nobody is moved in vain."""

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from matching import checker
from matching.towns import town

from volunteer_hub.matching import mend_file
from volunteer_hub.matching.engine import local, planning, reading
from volunteer_hub.matching.engine.instance import Fault
from volunteer_hub.matching.engine.masks import Masks
from volunteer_hub.matching.engine.problem import Draft, Problem
from volunteer_hub.matching.engine.standing import Standing

Json = dict[str, Any]
Picks = frozenset[str]
SKILLS = ("driving", "sewing", "maths", "computers", "cooking", "drawing")
TOWNS = 40
EVERY_DAY = [{"weekday": day, "from": "00:00", "to": "24:00"} for day in range(1, 8)]


def crowded(seed: int) -> Json:
    """Six to eight people, six openings of one day that are in each other's way by time, way and hours; in every second
    town each opening asks for something that few can do."""
    chance, few = random.Random(f"crowded {seed}"), seed % 2 == 1
    openings = []
    for n in range(6):
        start, long = chance.choice((8, 9, 10, 10, 11)), chance.choice((1, 2, 2, 3))
        openings.append(
            {
                "id": f"o{n}", "organisation": "org", "least": 1, "most": chance.choice((1, 2)),
                "at": chance.choice(([52.65, 19.07], [52.65, 19.07], [52.65, 19.17])), "urgent": chance.random() < 0.3,
                "times": [{"start": f"2026-12-08T{start:02}:00", "end": f"2026-12-08T{start + long:02}:00"}],
                "skills": [SKILLS[n]] if few else chance.sample(SKILLS[:2], chance.randrange(2)),
                "known": [f"v{chance.randrange(6)}"],
            }
        )  # fmt: skip
    people = [
        {
            "id": f"v{n}", "birth_date": "1990-01-01", "max_km": 50, "max_hours_week": chance.choice((2, 3, 4)),
            "at": [52.65, 19.07], "free": EVERY_DAY, "recent": chance.randrange(5),
            "skills": chance.sample(SKILLS, 2) if few else chance.sample(SKILLS[:2], chance.randrange(3)),
        }
        for n in range(8 if few else 6)
    ]  # fmt: skip
    return {"version": 1, "volunteers": people, "openings": openings}


def solved(instance: Json) -> tuple[Problem, Draft, list[tuple[str, str]]]:
    read = reading.instance(instance)
    plan = planning.plan(read, time.monotonic() + 60)
    problem = planning.posed(read, Masks(read))
    return problem, Draft.of(problem, plan.draft.chosen()), named(plan.draft)


def named(draft: Draft) -> list[tuple[str, str]]:
    instance = draft.problem.instance
    pairs = [draft.pair(candidate) for candidate in draft.chosen()]
    return [(instance.volunteers[v].id, instance.openings[o].id) for v, o in pairs]


def seats(instance: Json, pairs: list[tuple[str, str]]) -> tuple[int, int]:
    return checker.seats(instance, pairs, urgent=True), checker.seats(instance, pairs)


def every_change(instance: Json, pairs: list[tuple[str, str]], alone: str) -> Iterator[tuple[int, list, tuple]]:
    """Each plan in which up to three people, never `alone`, take one other opening each and leave two at most: how many
    people, its pairs, its seats. By trying all sets of openings that each person could have."""
    mine = {v["id"]: frozenset(o for who, o in pairs if who == v["id"]) for v in instance["volunteers"]}
    could = {}
    for v in instance["volunteers"]:
        fit = [o["id"] for o in instance["openings"] if not checker.broken(v, o)]
        sets = [frozenset(some) for n in range(len(fit) + 1) for some in combinations(fit, n)]
        could[v["id"]] = [
            some
            for some in sets
            if len(some - mine[v["id"]]) == 1 and len(mine[v["id"]] - some) <= 2
            and not checker.constraints(instance, [(v["id"], o) for o in some])
        ]  # fmt: skip
    most = {o["id"]: o["most"] for o in instance["openings"]}
    people = [who for who in mine if who != alone]
    for count in range(4):
        for changed in combinations(people, count):
            for taken in product(*(could[who] for who in changed)):
                now = mine | dict(zip(changed, taken, strict=True))
                plan = [(who, o) for who, some in now.items() for o in some]
                if all(n <= most[o] for o, n in Counter(o for _, o in plan).items()):
                    yield count, plan, seats(instance, plan)


@pytest.mark.parametrize("seed", range(TOWNS))
def test_no_three_people_could_save_more(seed: int) -> None:
    """The seats are the most that can be saved, by the fewest people, and with them the best there is."""
    instance = crowded(seed)
    problem, _, pairs = solved(instance)
    for gone in pairs:
        draft = Draft.of(problem, solved(instance)[1].chosen())
        at = names(problem, gone)
        left = [pair for pair in pairs if pair != gone]
        found = local.after_cancellation(problem, draft, [at])
        people = len({move.volunteer for move in found.moves})
        assert checker.constraints(instance, named(draft)) == []
        ways = list(every_change(instance, left, gone[0]))
        best = max(saved for *_, saved in ways)
        assert seats(instance, named(draft)) == best
        assert people == min(count for count, _, saved in ways if saved == best)
        worth = max(
            checker.objective(instance, plan) for count, plan, saved in ways if (count, saved) == (people, best)
        )
        assert checker.objective(instance, named(draft)) == pytest.approx(worth, abs=1e-7)


def names(problem: Problem, pair: tuple[str, str]) -> tuple[int, int]:
    who = [v.id for v in problem.instance.volunteers].index(pair[0])
    return who, [o.id for o in problem.instance.openings].index(pair[1])


def test_it_takes_three_people_here_and_there() -> None:
    """The towns above are crowded enough: seats are saved by one, two and three people, swapped, and lost."""
    met: Counter[object] = Counter()
    for seed in range(TOWNS):
        instance = crowded(seed)
        problem, draft, pairs = solved(instance)
        start = draft.chosen()
        for gone in pairs:
            draft = Draft.of(problem, start)
            found = local.after_cancellation(problem, draft, [names(problem, gone)])
            met[len({move.volunteer for move in found.moves})] += 1
            met["two left"] += any(move.taken is None for move in found.moves)
            met["swapped"] += bool(found.moves and found.short)
    assert all(met[what] for what in (0, 1, 2, 3, "swapped")), met


@pytest.mark.parametrize("seed", range(3))
def test_in_a_town_the_moves_are_what_changed_and_nobody_else_is_moved(seed: int) -> None:
    instance = town(200, 120, seed)
    problem, draft, pairs = solved(instance)
    start, before = draft.chosen(), seats(instance, pairs)
    chance = random.Random(seed)
    for gone in chance.sample(pairs, 25):
        draft = Draft.of(problem, start)
        v, o = names(problem, gone)
        needed = draft.filled[o] <= problem.instance.openings[o].least
        found = local.after_cancellation(problem, draft, [(v, o)])
        after = {
            (problem.instance.volunteers[a].id, problem.instance.openings[b].id)
            for a, b in moved(found, start, draft, (v, o))
        }
        assert after == set(named(draft)) and checker.constraints(instance, after) == []
        assert v not in {move.volunteer for move in found.moves}
        assert len({move.volunteer for move in found.moves}) <= local.PEOPLE
        won = seats(instance, list(after)) > seats(instance, [pair for pair in pairs if pair != gone])
        assert bool(found.moves) == won
        assert bool(found.short) == (seats(instance, list(after)) < before)
        assert needed or not found.moves


def moved(found: local.Mended, start: list[int], draft: Draft, gone: tuple[int, int]) -> set[tuple[int, int]]:
    """The plan before, with the moves made one after the other."""
    pairs = {draft.pair(candidate) for candidate in start} - {gone}
    for move in found.moves:
        pairs -= {(move.volunteer, move.left)}
        pairs |= {(move.volunteer, move.taken)} if move.taken is not None else set()
    return pairs


def test_who_is_locked_or_left_alone_is_not_moved() -> None:
    instance = crowded(0)
    for seed in range(TOWNS):
        instance = crowded(seed)
        problem, draft, pairs = solved(instance)
        start = draft.chosen()
        for gone in pairs:
            at = names(problem, gone)
            first = local.after_cancellation(problem, Draft.of(problem, start), [at])
            who = {move.volunteer for move in first.moves}
            again = local.after_cancellation(problem, Draft.of(problem, start), [at], frozen=who)
            assert not who & {move.volunteer for move in again.moves}
            fixed = replace(problem, locked=frozenset(start))
            third = local.after_cancellation(fixed, Draft.of(fixed, start), [at])
            assert all(move.left is None for move in third.moves)


@pytest.mark.parametrize("seed", range(4))
def test_a_plan_kept_at_hand_is_mended_as_if_it_were_new(seed: int) -> None:
    """What is known after one cancellation is right for the next: the same moves as anew each time."""
    problem, draft, _ = solved(town(150, 90, seed) if seed % 2 else crowded(seed))
    standing, chance = Standing(problem, Draft.of(problem, draft.chosen())), random.Random(seed)
    moved = 0
    for _ in range(25):
        chosen = draft.chosen()
        if not chosen:
            break
        gone = draft.pair(chance.choice(chosen))
        anew = local.after_cancellation(problem, draft, [gone])
        assert local.mended(standing, [gone]) == anew
        assert standing.draft.chosen() == draft.chosen()
        moved += len(anew.moves)
    assert moved


@pytest.mark.parametrize("seed", range(6))
def test_nobody_who_is_free_is_overlooked(seed: int) -> None:
    """Arrays may say too much of who could be free, or could be by leaving one opening, and never too little."""
    problem, draft, _ = solved(crowded(seed) if seed % 2 else town(80, 50, seed))
    for gone in draft.chosen()[::3]:
        draft.drop(gone)
    standing = Standing(problem, draft)
    some = 0
    for o in range(len(problem.instance.openings)):
        part = problem.candidates.of(o)
        free = {c for c in range(part.start, part.stop) if draft.is_free(int(problem.candidates.volunteer[c]), o)}
        assert free <= set(standing.able(o).tolist())
        assert standing.free(np.array([o]))[0] or not free
        for candidate in set(range(part.start, part.stop)) - free:
            v = int(problem.candidates.volunteer[candidate])
            for q, taken in list(draft.picks.get(v, {}).items()):
                needed = draft.filled[q] <= problem.instance.openings[q].least
                draft.drop(taken)
                by_leaving = draft.is_free(v, o)
                draft.add(taken)
                others = problem.candidates.of(q)
                again = [int(w) for w in problem.candidates.volunteer[others] if draft.is_free(int(w), q)]
                if q != o and needed and by_leaving and again:
                    some += 1
                    assert candidate in standing.leaving_one(np.array([0, o]))[1]
    assert some or seed % 2


def test_several_at_once() -> None:
    instance = town(200, 120, 5)
    problem, draft, pairs = solved(instance)
    who = [v for v, _ in pairs]
    ill = max(set(who), key=lambda v: (who.count(v), v))
    gone = [names(problem, pair) for pair in pairs if pair[0] == ill]
    assert len(gone) > 1
    found = local.after_cancellation(problem, draft, gone)
    assert ill not in {v for v, _ in named(draft)}
    assert checker.constraints(instance, named(draft)) == []
    lost = checker.seats(instance, pairs) - checker.seats(instance, named(draft))
    assert lost == len(found.short) < len(gone)


def question(instance: Json, pairs: list[tuple[str, str]], *gone: tuple[str, str]) -> Json:
    keep = [{"volunteer": v, "opening": o} for v, o in pairs]
    return {**instance, "keep": keep, "cancelled": [{"volunteer": v, "opening": o} for v, o in gone]}


def ask(text: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "volunteer_hub.matching.mend_file"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)


def example() -> Json:
    """Ala has the shop, Ben the garden at the same hours; Ewa can only do the garden, and is free."""
    hours = [{"start": "2026-12-08T16:00", "end": "2026-12-08T18:00"}]
    someone = {"birth_date": "1990-01-01", "max_km": 5, "max_hours_week": 6, "free": EVERY_DAY}
    return {
        "version": 1,
        "volunteers": [
            {"id": "ala", **someone, "skills": ["driving"]},
            {"id": "ben", **someone, "skills": ["driving"]},
            {"id": "ewa", **someone},
        ],
        "openings": [
            {
                "id": "shop", "organisation": "org", "least": 1, "most": 1, "minor_safe": True, "times": hours,
                "skills": ["driving"],
            },
            {"id": "garden", "organisation": "org", "least": 1, "most": 1, "minor_safe": True, "times": hours},
        ],
    }  # fmt: skip


STANDS = [("ala", "shop"), ("ben", "garden")]


def test_the_example_of_the_document() -> None:
    done = ask(json.dumps(question(example(), STANDS, ("ala", "shop"))))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {
        "version": 1,
        "moves": [
            {"volunteer": "ben", "from": "garden", "to": "shop", "score": 500},
            {"volunteer": "ewa", "from": None, "to": "garden", "score": 500},
        ],
        "short": [],
    }


def test_a_pair_that_by_now_breaks_a_rule_stands_and_its_volunteer_is_left_alone() -> None:
    """Ben has lost the right to the garden, but people agreed on it: it is filled, and he is not sent to the shop."""
    whole = example()
    whole["volunteers"][1]["never_with"] = ["org"]
    assert mend_file.mended(question(whole, STANDS, ("ala", "shop"))) == {
        "version": 1, "moves": [], "short": [{"opening": "shop", "missing": 1}],
    }  # fmt: skip
    whole["openings"][1]["least"] = whole["openings"][1]["most"] = 2
    more = question(whole, [*STANDS, ("ewa", "garden")], ("ewa", "garden"))
    assert mend_file.mended(more)["moves"] == []
    assert mend_file.mended(more)["short"] == [{"opening": "garden", "missing": 1}]


def test_who_cancelled_because_they_may_not_any_more_is_replaced_too() -> None:
    whole = example()
    whole["volunteers"][0]["away"] = [{"from": "2026-12-08", "to": "2026-12-08"}]
    assert [move["volunteer"] for move in mend_file.mended(question(whole, STANDS, ("ala", "shop")))["moves"]] == [
        "ben",
        "ewa",
    ]


def test_a_locked_pair_stays_and_a_locked_one_can_be_cancelled() -> None:
    asked = question(example(), STANDS, ("ala", "shop"))
    asked["keep"][0]["locked"] = True
    assert len(mend_file.mended(asked)["moves"]) == 2
    asked["keep"][1]["locked"] = True
    assert mend_file.mended(asked) == {"version": 1, "moves": [], "short": [{"opening": "shop", "missing": 1}]}


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        ("$.cancelled:", {"cancelled": None}),
        ("$.cancelled[0].opening:", {"cancelled": [{"volunteer": "ala"}]}),
        ("$.cancelled[0]:", {"cancelled": [{"volunteer": "ewa", "opening": "garden"}]}),
        ("$.cancelled[1]:", {"cancelled": 2 * [{"volunteer": "ala", "opening": "shop"}]}),
        ("$.cancelled[0].why:", {"cancelled": [{"volunteer": "ala", "opening": "shop", "why": ""}]}),
        ("$.openings:", {"openings": {}}),
        ("$.more:", {"more": 1}),
    ],
)
def test_a_fault_is_one_sentence_with_its_place(place: str, wrong: Json) -> None:
    with pytest.raises(Fault) as fault:
        mend_file.mended(question(example(), STANDS, ("ala", "shop")) | wrong)
    assert str(fault.value).startswith(place)


@pytest.mark.parametrize("text", ["", "[", "[]", '{"version": 2, "cancelled": []}', "\ud800"])
def test_what_cannot_be_read_is_one_sentence_and_2(text: str) -> None:
    done = ask(text.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("volunteer-hub: $") and done.stderr.count("\n") == 1
