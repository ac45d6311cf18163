"""The matching engine at four sizes, beside a tight greedy by urgency and beside reading the candidates once.

Large towns are solved each in a process of its own (matching_cases.py). Towns in which a perfect plan is planted,
cancellations, and suggestions from PostgreSQL (matching_suggestions.py) follow. Prints every goal, and whether it is
reached.
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
# What a plan may take beside greedy's time, by the number of volunteers; and within how many seconds all may be done.
TIMES = {1_000: 0, 10_000: 18, 100_000: 15}
SECONDS = 60
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
    times, optimal, below = [], 0, 0
    for seed in range(seeds):
        said = town(60, 40, seed)
        began = time.perf_counter()
        instance = reading.instance(said)
        plan = planning.plan(instance, time.monotonic() + SECONDS)
        times.append((time.perf_counter() - began) * 1000)
        optimal += plan.is_optimal
        floor = matching_cases.greedily(planning.posed(instance, Masks(instance)), 1)
        below += plan.worth / 10_000 < floor["objective"]
    p95 = sorted(times)[int(seeds * 0.95)]
    goals.put(1, f"60 × 40: proven, of {seeds}", optimal, f"≥ {seeds}")
    goals.put(1, "60 × 40: milliseconds, p95", p95, "≤ 100")
    goals.put(6, f"60 × 40: below greedy, of {seeds}", below, "≤ 0")
    return {"seeds": seeds, "optimal": optimal, "p50_ms": round(statistics.median(times), 1), "p95_ms": round(p95, 1)}


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
    part = [one["first"]["took_s"] / one["proof"]["plan_s"] for one in found]
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
    began = time.perf_counter()
    draft = planning.first(problem)
    took = time.perf_counter() - began
    score = int(problem.candidates.score[draft.chosen()].sum())
    return {"took_s": round(took, 4), "urgent": draft.seats(urgent=True), "seats": draft.seats(), "score": score}


def judge(name: str, plan: Json, greedy: Json, gap: float, goals: Goals) -> None:
    """What holds of every plan: it is no worse than greedy, and its bound is near."""
    goals.put(6, f"{name}: objective above greedy's", plan["objective"] - greedy["objective"], "≥ 0")
    goals.put(
        9, f"{name}: gap of the seats' bound, %", 100 * (plan["seats_bound"] / max(1, plan["seats"]) - 1), f"≤ {gap}"
    )


def mending(name: str, found: Json, goals: Goals) -> None:
    goals.put(7, f"{name}: a cancellation, p95 in ms", found["p95_ms"], "≤ 5")
    goals.put(7, f"{name}: a cancellation, the longest in ms", found["most_ms"], "≤ 150")
    goals.put(7, f"{name}: of {found['lost_judged']} lost, an exact step saves by three", found["missed"], "≤ 0")


def explaining(name: str, found: Json, goals: Goals) -> None:
    told, some = found["told"], found["scores"]
    goals.put(10, f"{name}: unfilled openings told why, %", 100 * told / max(1, found["unfilled"]), "≥ 100")
    goals.put(10, f"{name}: and the named rules are what is in the way, %", 100 * found["true"] / max(1, told), "≥ 100")
    goals.put(10, f"{name}: parts that add up to a right score, %", 100 * found["right"] / max(1, some), "≥ 100")


def large(volunteers: int, openings: int, goals: Goals, *, quick: bool) -> Json:
    """A town for which nothing is proven: how near, how soon, how much memory."""
    limits = {"seconds": SECONDS, "times": TIMES[volunteers], "cancelled": 200, "file": not quick}
    found = alone("town", volunteers, openings, 0, limits)
    name, plan, soon = found["size"], found["plan"], found["quick"]
    urgent, seats, gap = (99.9, 99.6, 0.5) if volunteers == 10_000 else (99.85, 98.5, 1.5)
    goal = 3 if volunteers == 10_000 else 4
    greedy = found["greedy"]["greedy_s"]
    goals.put(goal, f"{name}: the plan, beside greedy's time", soon["plan_s"] / greedy, f"≤ {TIMES[volunteers]}")
    for what, limit in (("urgent", urgent), ("seats", seats)):
        best = plan[f"{what}_bound"]
        goals.put(goal, f"{name}: then {what}, % of the bound", 100 * soon[what] / best, f"≥ {limit}")
        goals.put(goal, f"{name}: in a minute {what}, % of the bound", 100 * plan[what] / best, f"≥ {limit}")
    for which, took in (("soon", soon), ("in a minute", plan)):
        goals.put(9, f"{name}: {which}, the bounds' time beside the plan's", took["bounds_s"] / took["plan_s"], "≤ 1")
    goals.put(4, f"{name}: the first usable plan, beside greedy's time", found["usable_s"] / greedy, f"≤ {FIRST}")
    if volunteers == 100_000:
        taken, array = found["command"]["peak_mb"] - found["command"]["empty_mb"], found["candidates"] * 10 / 2**20
        goals.put(4, f"{name}: memory beside the candidates' array", taken / array, f"≤ {MEMORY}")
    for which in (plan, soon):
        judge(name, which, found["greedy"], gap, goals)
    mending(name, found["mended"], goals)
    explaining(name, found["explained"], goals)
    return found


def planted(volunteers: int, goals: Goals, *, seconds: float) -> Json:
    limits = {"seconds": seconds, "times": 0, "cancelled": 50, "file": False}
    found = alone("planted", volunteers, volunteers // 2, 0, limits)
    name, part = f"{found['size']} planted", 100 * found["plan"]["seats"] / found["wanted"]
    goals.put(5, f"{name}: seats %", part, f"≥ {99.8 if volunteers > 10_000 else 99.85}")
    judge(name, found["plan"], found["greedy"], 1.5 if volunteers > 10_000 else 0.5, goals)
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


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="fewer seeds, nothing above 10,000: shows that it runs")
    parser.add_argument("--case", type=json.loads, help="one town, for a process of its own")
    asked = parser.parse_args()
    if asked.case:
        print(json.dumps(matching_cases.town_case(*asked.case)))
        return
    quick, goals = asked.quick, Goals()
    result: Json = {"small": small(40 if quick else 200, goals), "thousand": thousand(2 if quick else 8, goals)}
    result["large"] = [large(10_000, 5_000, goals, quick=quick)]
    result["planted"] = [planted(1_000, goals, seconds=SECONDS)]
    if not quick:
        result["large"].append(large(100_000, 50_000, goals, quick=False))
        result["planted"] += [planted(size, goals, seconds=SECONDS) for size in (10_000, 100_000)]
    result["suggestions"] = suggested(*((5_000, 100) if quick else (100_000, 1_000)), goals)
    goals.print()
    print(json.dumps(result | {"goals": goals.rows}, ensure_ascii=False))


if __name__ == "__main__":
    main()
