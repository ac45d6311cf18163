"""One town of the matching benchmark: solved by greed, by the engine and by its command, then mended.

The engine's plan of a minute gives the bound that judges all of them; what it finds within a multiple of greedy's time
is measured by a second run. The command's peak of memory is the engine's own: nothing else ran in its process.

Times are the processor's (`…_cpu_s`, `…_cpu_ms`) and by the clock: on a machine that others use too only the first can
be compared. Greedy and the engine both use one thread.
"""

import json
import random
import runpy
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import matching_greedy
import matching_towns

from volunteer_hub.kit.geo import km
from volunteer_hub.matching.engine import exact, fit, local, planning, reading, tiles
from volunteer_hub.matching.engine import greedy as engine_greedy
from volunteer_hub.matching.engine.instance import Instance, Opening
from volunteer_hub.matching.engine.masks import Masks
from volunteer_hub.matching.engine.problem import Draft, Problem
from volunteer_hub.matching.engine.program import program
from volunteer_hub.matching.engine.standing import Standing

HERE = Path(__file__).parent
TOWNS = {"town": matching_towns.town, "planted": matching_towns.planted}

T = TypeVar("T")
Json = dict[str, Any]
Clock = Callable[[], float]
# What can be asked of a town beside its plan.
PARTS = ("command", "usable", "soon", "explain", "cancel")
# Phases that are no part of finding a plan.
BESIDE = ("candidates", "bounds", "reasons")
# The judge of the engine's tests, who shares no code with it.
CHECKER = runpy.run_path(str(HERE.parent / "tests/matching/checker.py"))
# Lost seats that are judged by solving anew, and over how many openings; seconds that is never short of.
JUDGED, NEAREST, MINUTE = 10, 60, 60.0
# Thousandths of the objective that keep a pair: much beside a score, little beside a seat.
STABLE = 5_000
# How much longer than the plan may take the engine is given, for plan and bounds: it uses a good half for the plan.
HALVES = 1.3
# Seconds in which the command is to answer as well, with what there is.
SHORT = 5.0
# Runs a command and prints its peak in kB and its seconds of the processor. A process counts what its parent had when
# it began, so that is a small one.
LAUNCH = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
    "used = resource.getrusage(resource.RUSAGE_CHILDREN); print(used.ru_maxrss, used.ru_utime + used.ru_stime)"
)
# What takes the memory of an interpreter with the engine, and no more.
EMPTY: Json = {"version": 1, "volunteers": [], "openings": []}


class Phases:
    """Seconds of each phase that a plan tells of, in order, by a clock."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.seconds: dict[str, float] = {}
        self.phase, self.since = "start", clock()

    def __call__(self, phase: str, done: float) -> None:
        if phase != self.phase:
            self.end()
            self.phase = phase

    def end(self) -> dict[str, float]:
        now = self.clock()
        self.seconds[self.phase] = round(self.seconds.get(self.phase, 0) + now - self.since, 3)
        self.since = now
        return self.seconds


@contextmanager
def clocked(into: Json, name: str) -> Iterator[None]:
    began, began_cpu = time.perf_counter(), time.process_time()
    yield
    into[f"{name}_s"] = round(time.perf_counter() - began, 4)
    into[f"{name}_cpu_s"] = round(time.process_time() - began_cpu, 4)


def solved(instance: Instance, seconds: float, clock: Clock = time.monotonic) -> tuple[Json, planning.Plan]:
    """What a plan within so many seconds says of itself."""
    clocks = Phases(time.perf_counter), Phases(time.process_time)

    def progress(phase: str, done: float) -> None:
        for phases in clocks:
            phases(phase, done)

    began = time.perf_counter()
    plan = planning.plan(instance, clock() + seconds, progress, clock)
    took, (by_phase, by_phase_cpu) = time.perf_counter() - began, [phases.end() for phases in clocks]
    told = {
        "plan_s": finding(by_phase), "bounds_s": by_phase.get("bounds", 0),
        "plan_cpu_s": finding(by_phase_cpu), "bounds_cpu_s": by_phase_cpu.get("bounds", 0),
        "optimal": plan.is_optimal, "objective": round(plan.worth / 10_000, 3), "bound": round(plan.bound / 10_000, 3),
        "urgent": plan.draft.seats(urgent=True), "urgent_bound": plan.urgent_bound, "seats": plan.draft.seats(),
        "seats_bound": plan.seats_bound, "score": int(plan.draft.problem.candidates.score[plan.draft.chosen()].sum()),
        "took_s": round(took, 3), "phases_s": by_phase, "phases_cpu_s": by_phase_cpu, "told_s": plan.seconds,
    }  # fmt: skip
    return told, plan


def finding(by_phase: dict[str, float]) -> float:
    """Seconds spent on finding a plan."""
    return round(sum(s for phase, s in by_phase.items() if phase not in ("start", *BESIDE)), 3)


def again(rounds: int, name: str, what: Callable[[], T]) -> tuple[T, Json]:
    """The same so many times: what it gives, and the medians of its time."""
    times: list[Json] = []
    for _ in range(rounds):
        times.append({})
        with clocked(times[-1], name):
            found = what()
    return found, {key: round(statistics.median(one[key] for one in times), 4) for key in times[0]}


def greedily(problem: Problem, rounds: int) -> Json:
    """The floor: greedy to the least, whose time is the yardstick, and to the most, whose objective is to be beaten."""
    first, times = again(rounds, "greedy", lambda: matching_greedy.greedy(problem))
    whole = matching_greedy.greedy(problem, to_most=True)
    return {
        **times,
        "seats": first.seats, "urgent": first.urgent_seats,
        "objective": Draft.of(problem, whole.chosen).worth() / 10_000,
    }  # fmt: skip


def town_case(kind: str, volunteers: int, openings: int, seed: int, asked: Json) -> Json:
    """One town from making it to mending its plan. `asked`: seconds for the plan, how many times greedy's time is
    allowed for another, how many cancel, and the parts of PARTS."""
    result: Json = {"kind": kind, "size": f"{volunteers} × {openings}", "seed": seed}
    parts = set(asked["parts"])
    said = TOWNS[kind](volunteers, openings, seed)
    text = json.dumps(said).encode()
    if "command" in parts:
        result["command"] = by_command(text, asked["seconds"]) | {"short": by_command(text, SHORT, alone=False)}
    with clocked(result, "read"):
        instance = reading.parse(text)
    del text
    with clocked(result, "candidates"):
        problem = planning.posed(instance, Masks(instance))
    found = problem.candidates
    result["found"] = len(found)
    with clocked(result, "edges"):
        _ = int(found.volunteer.sum() + found.opening.sum() + found.score.sum())
    result["wanted"] = sum(o.least for o in instance.openings)
    if parts == {"command"}:
        return result
    rounds = 5 if volunteers <= 10_000 else 3
    result["greedy"] = greedily(problem, rounds)
    if "usable" in parts:
        result |= again(rounds, "usable", lambda: engine_greedy.greedy(problem, [], lambda: False))[1]
    result["plan"], plan = solved(instance, asked["seconds"])
    if "explain" in parts:
        result["explained"] = explained(said, plan)
    if "soon" in parts:
        allowed = asked["times"] * result["greedy"]["greedy_cpu_s"]
        result["allowed_cpu_s"] = round(allowed, 3)
        # The engine keeps half of its time for the bounds, and ends with what it has begun.
        seconds = result["candidates_cpu_s"] + HALVES * allowed
        result["soon"], _ = solved(instance, seconds, time.process_time)
    if "cancel" in parts:
        result["mended"] = mended(problem, plan.draft.chosen(), asked["cancelled"])
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
    told: Json = {}
    with clocked(told, "standing"):
        standing = Standing(problem, draft)
    # By how many people each was saved, and how long that took, by the processor and by the clock.
    times: list[tuple[int, float, float]] = []
    seats, lost, missed = draft.seats(), 0, 0
    for pair in chance.sample(pairs, min(count, len(pairs))):
        began, began_cpu = time.perf_counter(), time.process_time()
        found = local.mended(standing, [pair])
        took = (time.process_time() - began_cpu) * 1000, (time.perf_counter() - began) * 1000
        times.append((len({move.volunteer for move in found.moves}), *took))
        if found.moves and draft.seats() < seats and not openings[pair[1]].urgent:
            raise SystemExit("somebody was moved in vain")
        fewer = draft.seats() < seats
        undo(standing, found.moves, pair)
        if fewer and lost < JUDGED:
            lost, missed = lost + 1, missed + could_be_saved(draft, pair)
    told |= {"cancelled": len(times), "saved_by": [sum(n == people for n, *_ in times) for people in range(4)]}
    told |= {"lost_judged": lost, "missed": missed}
    for name, some in (("chain", [one for one in times if one[0] in (1, 2)]), ("all", times)):
        for at, clock in ((1, "cpu_ms"), (2, "ms")):
            mine = sorted(one[at] for one in some) or [0.0]
            found_at = {"p50": statistics.median(mine), "p95": mine[int(len(mine) * 0.95)], "most": mine[-1]}
            told[f"{name}_{clock}"] = {which: round(ms, 2) for which, ms in found_at.items()}
    return told


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


def undo(standing: Standing, moves: list[local.Move], gone: tuple[int, int]) -> None:
    find, picks = standing.problem.candidates.find, standing.draft.picks
    for move in moves[::-1]:
        if move.taken is not None:
            standing.drop(picks[move.volunteer][move.taken])
        back = None if move.left is None else find(move.volunteer, move.left)
        if back is not None:
            standing.add(back)
    cancelled = find(*gone)
    if cancelled is not None:
        standing.add(cancelled)


def by_command(text: bytes, seconds: float, *, alone: bool = True) -> Json:
    """`volunteer-hub plan` on the file: the whole time, the processor's, and the most memory of its process; `alone`:
    beside an empty one's."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "instance.json"
        told: Json = {"seconds": seconds}
        if alone:
            file.write_text(json.dumps(EMPTY))
            told["empty_mb"] = ran(file, seconds)["peak_mb"]
        file.write_bytes(text)
        return told | ran(file, seconds)


def ran(file: Path, seconds: float) -> Json:
    command = ["-m", "volunteer_hub.matching.plan_file", "--seconds", str(seconds), "--out", f"{file}.plan", str(file)]
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", LAUNCH, sys.executable, *command],
        cwd=HERE.parent,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    took, (peak, cpu) = time.perf_counter() - began, done.stdout.split()
    return {"took_s": round(took, 1), "cpu_s": round(float(cpu), 1), "peak_mb": round(int(peak) / 1024)}
