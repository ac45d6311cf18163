"""One town of the matching benchmark: solved by greed, by the engine and by its command, then mended.

The engine's plan of a minute gives the bound that judges all of them; what it finds within a multiple of greedy's time
is measured by a second run. The command's peak of memory is the engine's own: nothing else ran in its process.
"""

import json
import random
import runpy
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import matching_greedy
import matching_towns

from volunteer_hub.kit.geo import km
from volunteer_hub.matching.engine import exact, fit, local, planning, reading, tiles
from volunteer_hub.matching.engine import greedy as engine_greedy
from volunteer_hub.matching.engine.instance import Instance, Opening
from volunteer_hub.matching.engine.masks import Masks
from volunteer_hub.matching.engine.problem import Draft, Problem
from volunteer_hub.matching.engine.program import program

HERE = Path(__file__).parent
TOWNS = {"town": matching_towns.town, "planted": matching_towns.planted}

Json = dict[str, Any]
# Phases that are no part of finding a plan.
BESIDE = ("candidates", "bounds", "reasons")
# The judge of the engine's tests, who shares no code with it.
CHECKER = runpy.run_path(str(HERE.parent / "tests/matching/checker.py"))
# Lost seats that are judged by solving anew, and over how many openings; seconds that is never short of.
JUDGED, NEAREST, MINUTE = 10, 60, 60.0
# Thousandths of the objective that keep a pair: much beside a score, little beside a seat.
STABLE = 5_000
# Runs a command and prints its peak in kB. A process counts what its parent had when it began, so that is a small one.
LAUNCH = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)
# What takes the memory of an interpreter with the engine, and no more.
EMPTY: Json = {"version": 1, "volunteers": [], "openings": []}


class Phases:
    """Seconds of each phase that a plan tells of, in order."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.phase, self.since = "start", time.perf_counter()

    def __call__(self, phase: str, done: float) -> None:
        if phase != self.phase:
            self.end()
            self.phase = phase

    def end(self) -> dict[str, float]:
        now = time.perf_counter()
        self.seconds[self.phase] = round(self.seconds.get(self.phase, 0) + now - self.since, 3)
        self.since = now
        return self.seconds


@contextmanager
def clocked(into: Json, name: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    into[name] = round(time.perf_counter() - began, 4)


def solved(instance: Instance, seconds: float) -> tuple[Json, planning.Plan]:
    """What a plan within so many seconds says of itself."""
    phases, began = Phases(), time.perf_counter()
    plan = planning.plan(instance, time.monotonic() + seconds, phases)
    took, by_phase = time.perf_counter() - began, phases.end()
    told = {
        "plan_s": round(sum(s for phase, s in by_phase.items() if phase not in ("start", *BESIDE)), 3),
        "bounds_s": by_phase.get("bounds", 0),
        "optimal": plan.is_optimal, "objective": round(plan.worth / 10_000, 3), "bound": round(plan.bound / 10_000, 3),
        "urgent": plan.draft.seats(urgent=True), "urgent_bound": plan.urgent_bound, "seats": plan.draft.seats(),
        "seats_bound": plan.seats_bound, "score": int(plan.draft.problem.candidates.score[plan.draft.chosen()].sum()),
        "took_s": round(took, 3), "phases_s": by_phase, "told_s": plan.seconds,
    }  # fmt: skip
    return told, plan


def greedily(problem: Problem, rounds: int) -> Json:
    """The floor: greedy to the least, whose time is the yardstick, and to the most, whose objective is to be beaten."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        first = matching_greedy.greedy(problem)
        times.append(time.perf_counter() - began)
    whole = matching_greedy.greedy(problem, to_most=True)
    return {
        "greedy_s": round(statistics.median(times), 4), "seats": first.seats, "urgent": first.urgent_seats,
        "objective": Draft.of(problem, whole.chosen).worth() / 10_000,
    }  # fmt: skip


def town_case(kind: str, volunteers: int, openings: int, seed: int, limits: Json) -> Json:
    """One town from making it to mending its plan; `limits`: seconds, and how many times greedy's time is allowed."""
    result: Json = {"kind": kind, "size": f"{volunteers} × {openings}", "seed": seed}
    said = TOWNS[kind](volunteers, openings, seed)
    text = json.dumps(said).encode()
    with clocked(result, "read_s"):
        instance = reading.parse(text)
    if limits["file"]:
        result["command"] = by_command(text, limits["seconds"])
    del text
    with clocked(result, "candidates_s"):
        problem = planning.posed(instance, Masks(instance))
    found = problem.candidates
    result["candidates"] = len(found)
    with clocked(result, "edges_s"):
        _ = int(found.volunteer.sum() + found.opening.sum() + found.score.sum())
    result["wanted"] = sum(o.least for o in instance.openings)
    result["greedy"] = greedily(problem, 5 if volunteers <= 10_000 else 3)
    with clocked(result, "usable_s"):
        _ = engine_greedy.greedy(problem, [], lambda: False)
    result["plan"], plan = solved(instance, limits["seconds"])
    result["explained"] = explained(said, plan)
    if limits["times"]:
        allowed = limits["times"] * result["greedy"]["greedy_s"]
        result["allowed_s"] = round(allowed, 3)
        # The engine keeps half of its time for the bounds.
        result["quick"], _ = solved(instance, result["candidates_s"] + 1.8 * allowed)
    result["mended"] = mended(problem, plan.draft.chosen(), limits["cancelled"])
    return result


def explained(said: Json, plan: planning.Plan) -> Json:
    """Of the unfilled openings, how many were told why, and of how many of these each of the nearest breaks just the
    rules that are named, and of some assignments the scores that are right, by the plain reading of the model."""
    instance = plan.draft.problem.instance
    told = [one for one in plan.unfilled if one.told]
    true = sum(
        all(
            CHECKER["broken"](said["volunteers"][v], said["openings"][one.opening]) == rules for v, rules in one.nearest
        )
        for one in told
    )
    chosen = plan.draft.chosen()
    some = random.Random(3).sample(chosen, min(1_000, len(chosen)))
    right = 0
    for candidate in some:
        v, o = plan.draft.pair(candidate)
        score = int(plan.draft.problem.candidates.score[candidate])
        parts = fit.parts(instance.volunteers[v], instance.openings[o], score)
        right += sum(parts.values()) == score == CHECKER["score"](said["volunteers"][v], said["openings"][o])
    return {"unfilled": len(plan.unfilled), "told": len(told), "true": true, "scores": len(some), "right": right}


def mended(problem: Problem, chosen: list[int], count: int) -> Json:
    """One cancellation after the other of somebody whose seat is needed, each against the same plan."""
    draft, chance = Draft.of(problem, chosen), random.Random(7)
    openings = problem.instance.openings
    pairs = [pair for pair in map(draft.pair, chosen) if draft.filled[pair[1]] <= openings[pair[1]].least]
    seats, times, people = draft.seats(), [], [0, 0, 0, 0]
    lost, missed = 0, 0
    for pair in chance.sample(pairs, min(count, len(pairs))):
        began = time.perf_counter()
        found = local.after_cancellation(problem, draft, [pair])
        times.append((time.perf_counter() - began) * 1000)
        people[len({move.volunteer for move in found.moves})] += 1
        if found.moves and draft.seats() < seats and not openings[pair[1]].urgent:
            raise SystemExit("somebody was moved in vain")
        fewer = draft.seats() < seats
        undo(draft, found.moves, pair)
        if fewer and lost < JUDGED:
            lost, missed = lost + 1, missed + could_be_saved(draft, pair)
    times.sort()
    found_at = {"p50_ms": statistics.median(times), "p95_ms": times[int(len(times) * 0.95)], "most_ms": times[-1]}
    told = {"cancelled": len(times), "saved_by": people, "lost_judged": lost, "missed": missed}
    return told | {name: round(ms, 2) for name, ms in found_at.items()}


def could_be_saved(draft: Draft, gone: tuple[int, int]) -> bool:
    """Whether the openings nearest in time and place, solved anew with as few changes as can be, win the seat back by
    no more people than may be moved."""
    chosen, (v, o) = draft.chosen(), gone
    before = draft.problem
    stable = replace(before.instance, stability=STABLE)
    problem = replace(before, instance=stable, kept=frozenset(chosen), locked=frozenset())
    openings, found = problem.instance.openings, problem.candidates
    here = openings[o]

    def away(other: Opening) -> float:
        way = km(here.at, other.at) if here.at is not None and other.at is not None else 0.0
        return way + abs(here.times[0][0] - other.times[0][0]) / 60

    near = sorted(range(len(openings)), key=lambda q: away(openings[q]))[:NEAREST]
    around = [c for q in near for c in range(int(found.first[q]), int(found.first[q + 1])) if found.volunteer[c] != v]
    inside = set(around)
    mine = [c for c in chosen if c in inside]
    rest = Draft.of(problem, [c for c in chosen if c not in inside and draft.pair(c) != gone])
    answer = exact.solve(problem, rest, program(problem, rest, tiles.fitting(rest, around)), mine, lambda: MINUTE, 50)
    moved = {int(found.volunteer[c]) for c in set(mine) ^ set(answer.chosen)}
    won = Draft.of(problem, [*rest.chosen(), *answer.chosen]).seats() >= draft.seats()
    return won and len(moved) <= local.PEOPLE


def undo(draft: Draft, moves: list[local.Move], gone: tuple[int, int]) -> None:
    find = draft.problem.candidates.find
    for move in moves[::-1]:
        if move.taken is not None:
            draft.drop(draft.picks[move.volunteer][move.taken])
        back = None if move.left is None else find(move.volunteer, move.left)
        if back is not None:
            draft.add(back)
    cancelled = find(*gone)
    if cancelled is not None:
        draft.add(cancelled)


def by_command(text: bytes, seconds: float) -> Json:
    """`volunteer-hub plan` on the file: the whole time, and the most memory of its process beyond an empty one's."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "instance.json"
        file.write_text(json.dumps(EMPTY))
        _, empty = ran(file, seconds)
        file.write_bytes(text)
        took, peak = ran(file, seconds)
    return {"took_s": round(took, 1), "peak_mb": round(peak), "empty_mb": round(empty)}


def ran(file: Path, seconds: float) -> tuple[float, float]:
    command = ["-m", "volunteer_hub.matching.plan_file", "--seconds", str(seconds), "--out", f"{file}.plan", str(file)]
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", LAUNCH, sys.executable, *command],
        cwd=HERE.parent,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return time.perf_counter() - began, int(done.stdout) / 1024
