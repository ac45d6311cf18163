"""The matching engine at four sizes, beside a tight greedy by urgency and beside reading the candidates once.

Large towns are solved each in a process of its own (matching_cases.py). Towns in which a perfect plan is planted,
cancellations, and suggestions from PostgreSQL (matching_suggestions.py) follow. Prints every goal, and whether it is
reached.

`--only town/100000/command` looks at one part alone: town/60, town/1000, town/10000, town/100000, planted/1000,
planted/10000, planted/100000, suggestions, and of those from 10,000 on (and planted/1000) one of command, usable, soon,
explain, cancel. `--seconds` is what a plan may take.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import matching_cases
import matching_suggestions
from matching_towns import town

from volunteer_hub.kit.embedded import Embedded
from volunteer_hub.matching.engine import planning, reading
from volunteer_hub.matching.engine.masks import Masks
from volunteer_hub.matching.engine.problem import Problem

Json = dict[str, Any]
Parts = Sequence[str]
# What a plan may take beside greedy's time, by the number of volunteers; and within how many seconds all may be done.
TIMES = {1_000: 0, 10_000: 18, 100_000: 15}
SECONDS = 60
# Seconds by which the command may be late.
LATE = 2
# The first usable plan, beside greedy's time; memory, beside the candidates' array.
FIRST, MEMORY = 1.2, 10


class Goals:
    """What was wanted and what was found, in order."""

    def __init__(self) -> None:
        self.rows: list[Json] = []

    def put(self, goal: int, what: str, found: float, wanted: str) -> None:
        """`wanted`: the limit, such as "≤ 100" or "≥ 99.5"."""
        sign, limit = wanted.split()
        reached = found <= float(limit) if sign == "≤" else found >= float(limit)
        self.rows.append(
            {"goal": goal, "what": what, "found": round(found, 3), "wanted": wanted, "reached": bool(reached)}
        )

    def print(self) -> None:
        for row in sorted(self.rows, key=lambda row: row["goal"]):
            reached = "reached" if row["reached"] else "NOT REACHED"
            print(f"{row['goal']:>2}  {row['what']:<72}{row['found']:>10}  {row['wanted']:>9}  {reached}")


def alone(*case: Any) -> Json:
    """A case in a process of its own, so that one town's memory and warmth are not another's."""
    command = [sys.executable, __file__, "--case", json.dumps(case)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: Json = json.loads(done.stdout.splitlines()[-1])
    print(f"--- {found['kind']} {found['size']}", json.dumps(found, indent=1, ensure_ascii=False), sep="\n", flush=True)
    return found


def small(seeds: int, goals: Goals) -> Json:
    """The centre as it is: 60 people, 40 openings, proven, with reading."""
    times, by_clock, optimal, below = [], [], 0, 0
    for seed in range(seeds):
        said = town(60, 40, seed)
        began, began_cpu = time.perf_counter(), time.process_time()
        instance = reading.instance(said)
        plan = planning.plan(instance, time.monotonic() + SECONDS)
        times.append((time.process_time() - began_cpu) * 1000)
        by_clock.append((time.perf_counter() - began) * 1000)
        optimal += plan.is_optimal
        floor = matching_cases.greedily(planning.posed(instance, Masks(instance)), 1)
        below += plan.worth / 10_000 < floor["objective"]
    (p95, p95_by_clock) = (sorted(some)[int(seeds * 0.95)] for some in (times, by_clock))
    goals.put(1, f"60 × 40: proven, of {seeds}", optimal, f"≥ {seeds}")
    goals.put(1, "60 × 40: milliseconds, p95", p95, "≤ 100")
    goals.put(6, f"60 × 40: below greedy, of {seeds}", below, "≤ 0")
    return {
        "seeds": seeds, "optimal": optimal, "p50_cpu_ms": round(statistics.median(times), 1),
        "p95_cpu_ms": round(p95, 1), "p95_ms": round(p95_by_clock, 1),
    }  # fmt: skip


def thousand(seeds: int, goals: Goals) -> list[Json]:
    """1,000 × 500, proven; and the plan within a twentieth of that time."""
    found = []
    for seed in range(seeds):
        instance = reading.instance(town(1_000, 500, seed))
        problem = planning.posed(instance, Masks(instance))
        floor = matching_cases.greedily(problem, 5)
        proof, plan = matching_cases.solved(instance, SECONDS)
        first = first_plan(problem)
        mended = matching_cases.mended(problem, plan.draft.chosen(), 100)
        found.append({"seed": seed, "greedy": floor, "proof": proof, "first": first, "mended": mended})
    name = "1,000 × 500"
    goals.put(
        2, f"{name}: proven within a minute, of {seeds}", sum(one["proof"]["optimal"] for one in found), f"≥ {seeds}"
    )
    goals.put(2, f"{name}: seconds of the slowest proof", max(one["proof"]["took_s"] for one in found), "≤ 60")
    least = {what: [100 * one["first"][what] / max(1, one["proof"][what]) for one in found] for what in
             ("urgent", "seats", "score")}  # fmt: skip
    part = [one["first"]["took_cpu_s"] / one["proof"]["plan_cpu_s"] for one in found]
    goals.put(2, f"{name}: first plan, part of the proof's time, the most", max(part), "≤ 0.05")
    goals.put(2, f"{name}: first plan, urgent seats %, the least", min(least["urgent"]), "≥ 100")
    goals.put(2, f"{name}: first plan, seats %, mean", statistics.mean(least["seats"]), "≥ 99.5")
    goals.put(2, f"{name}: first plan, score %, mean", statistics.mean(least["score"]), "≥ 96")
    for one in found:
        judge(f"{name}, seed {one['seed']}", one["proof"], one["greedy"], 0.5, goals)
        mending(f"{name}, seed {one['seed']}", one["mended"], goals)
    return found


def first_plan(problem: Problem) -> Json:
    """What greedy choice and chains of moves come to, before anything is proven."""
    told: Json = {}
    with matching_cases.clocked(told, "took"):
        draft = planning.first(problem)
    score = int(problem.candidates.score[draft.chosen()].sum())
    return told | {"urgent": draft.seats(urgent=True), "seats": draft.seats(), "score": score}


def judge(name: str, plan: Json, greedy: Json, gap: float, goals: Goals) -> None:
    """What holds of every plan: it is no worse than greedy, and its bound is near."""
    goals.put(6, f"{name}: objective above greedy's", plan["objective"] - greedy["objective"], "≥ 0")
    goals.put(
        9, f"{name}: gap of the seats' bound, %", 100 * (plan["seats_bound"] / max(1, plan["seats"]) - 1), f"≤ {gap}"
    )


def mending(name: str, found: Json, goals: Goals) -> None:
    goals.put(7, f"{name}: a cancellation, chains of one or two, p95 in ms", found["chain_cpu_ms"]["p95"], "≤ 5")
    goals.put(7, f"{name}: a cancellation, the longest in ms", found["all_cpu_ms"]["most"], "≤ 150")
    goals.put(7, f"{name}: of {found['lost_judged']} lost, an exact step saves by three", found["missed"], "≤ 0")


def explaining(name: str, found: Json, goals: Goals) -> None:
    told, some = found["told"], found["scores"]
    goals.put(10, f"{name}: unfilled openings told why, %", 100 * told / max(1, found["unfilled"]), "≥ 100")
    goals.put(10, f"{name}: and the named rules are what is in the way, %", 100 * found["true"] / max(1, told), "≥ 100")
    goals.put(10, f"{name}: parts that add up to a right score, %", 100 * found["right"] / max(1, some), "≥ 100")


def large(volunteers: int, openings: int, goals: Goals, parts: Parts, seconds: float) -> Json:
    """A town for which nothing is proven: how near, how soon, how much memory."""
    asked = {"seconds": seconds, "times": TIMES[volunteers], "cancelled": 200, "parts": parts}
    found = alone("town", volunteers, openings, 0, asked)
    name, goal = found["size"], 3 if volunteers == 10_000 else 4
    urgent, seats, gap = (99.9, 99.6, 0.5) if volunteers == 10_000 else (99.85, 98.5, 1.5)
    if "command" in found:
        commanded(name, found, goals)
    if "plan" not in found:
        return found
    plan, greedy = found["plan"], found["greedy"]
    plans = {"in a minute": plan} | ({"soon": found["soon"]} if "soon" in found else {})
    for which, one in plans.items():
        for what, limit in (("urgent", urgent), ("seats", seats)):
            best = min(other[f"{what}_bound"] for other in plans.values())
            goals.put(goal, f"{name}: {which} {what}, % of the bound", 100 * one[what] / best, f"≥ {limit}")
        beside = one["bounds_cpu_s"] / one["plan_cpu_s"]
        goals.put(9, f"{name}: {which}, the bounds' time beside the plan's", beside, "≤ 1")
        judge(f"{name}: {which}", one, greedy, gap, goals)
    for clock in ("cpu_s", "s"):
        how = "processor" if clock == "cpu_s" else "clock"
        if "soon" in found:
            ratio = found["soon"][f"plan_{clock}"] / greedy[f"greedy_{clock}"]
            goals.put(goal, f"{name}: the plan, beside greedy's time ({how})", ratio, f"≤ {TIMES[volunteers]}")
        if "usable_s" in found:
            ratio = found[f"usable_{clock}"] / greedy[f"greedy_{clock}"]
            goals.put(4, f"{name}: the first usable plan, beside greedy's time ({how})", ratio, f"≤ {FIRST}")
    if "mended" in found:
        mending(name, found["mended"], goals)
    if "explained" in found:
        explaining(name, found["explained"], goals)
    return found


def commanded(name: str, found: Json, goals: Goals) -> None:
    """The command on a file: its memory, and that it ends in time."""
    whole, short = found["command"], found["command"]["short"]
    for one in (whole, short):
        goals.put(4, f"{name}: --seconds {one['seconds']:g}, late by", one["took_s"] - one["seconds"], f"≤ {LATE}")
    if found["found"] > 1_000_000:
        array = found["found"] * 10 / 2**20
        goals.put(
            4, f"{name}: memory beside the candidates' array", (whole["peak_mb"] - whole["empty_mb"]) / array,
            f"≤ {MEMORY}",
        )  # fmt: skip


def planted(volunteers: int, goals: Goals, parts: Parts, seconds: float) -> Json:
    asked = {"seconds": seconds, "times": 0, "cancelled": 200, "parts": [part for part in parts if part == "cancel"]}
    found = alone("planted", volunteers, volunteers // 2, 0, asked)
    name, part = f"{found['size']} planted", 100 * found["plan"]["seats"] / found["wanted"]
    goals.put(5, f"{name}: seats %", part, f"≥ {99.8 if volunteers > 10_000 else 99.85}")
    judge(name, found["plan"], found["greedy"], 1.5 if volunteers > 10_000 else 0.5, goals)
    if "mended" in found:
        mending(name, found["mended"], goals)
    return found


def suggested(people: int, openings: int, goals: Goals) -> Json:
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        with Embedded(Path(folder) / "postgres", settings={"shared_buffers": "256MB"}) as server:
            found = asyncio.run(matching_suggestions.measure(server.dsn, people, openings))
    goals.put(8, f"suggestions among {people}: p95 in ms", found["sql"]["p95_ms"], "≤ 10")
    goals.put(8, f"suggestions among {people}: beside the in-process answer", found["beside_in_process"], "≤ 5")
    goals.put(
        8, f"suggestions among {people}: the same list, of {found['openings']}", found["same"], f"≥ {found['openings']}"
    )
    return found


def every(goals: Goals, asked: argparse.Namespace) -> dict[str, Callable[[Parts], Any]]:
    """What can be measured, by name, from some parts of it."""
    quick = asked.quick
    found: dict[str, Callable[[Parts], Any]] = {
        "town/60": lambda parts: small(40 if quick else 200, goals),
        "town/1000": lambda parts: thousand(2 if quick else 8, goals),
        "town/10000": lambda parts: large(10_000, 5_000, goals, parts, asked.seconds),
        "planted/1000": lambda parts: planted(1_000, goals, parts, asked.seconds),
    }
    if not quick:
        found["town/100000"] = lambda parts: large(100_000, 50_000, goals, parts, asked.seconds)
        found["planted/10000"] = lambda parts: planted(10_000, goals, parts, asked.seconds)
        found["planted/100000"] = lambda parts: planted(100_000, goals, parts, asked.seconds)
    found["suggestions"] = lambda parts: suggested(*((5_000, 100) if quick else (100_000, 1_000)), goals)
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="fewer seeds, nothing above 10,000: shows that it runs")
    parser.add_argument("--only", default="", help="one town or one part of it: town/10000, planted/100000/cancel")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="what a plan may take")
    parser.add_argument("--case", type=json.loads, help="one town, for a process of its own")
    asked = parser.parse_args()
    if asked.case:
        print(json.dumps(matching_cases.town_case(*asked.case)))
        return
    goals, result = Goals(), {}
    for name, measure in every(goals, asked).items():
        if not asked.only or asked.only == name:
            result[name] = measure(matching_cases.PARTS)
        elif asked.only.startswith(f"{name}/"):
            result[name] = measure([asked.only.removeprefix(f"{name}/")])
    goals.print()
    print(json.dumps(result | {"goals": goals.rows}, ensure_ascii=False))


if __name__ == "__main__":
    main()
