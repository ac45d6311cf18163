"""Judges a plan by a plain, slow reading of the contract; shares no code with the engine.

It takes an instance and a plan as they stand in the files and says every way in which the plan is not true.
"""

import math
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Any

Json = dict[str, Any]
ORDER = (
    "distance", "time", "skill", "language", "age", "minor", "consent", "clearance", "gender", "excluded", "hours",
)  # fmt: skip


def km(v: Json, o: Json) -> float:
    if not v.get("at") or not o.get("at"):
        return 0.0
    return great_circle(v["at"], o["at"])


def great_circle(a: list[float], b: list[float]) -> float:
    north_a, north_b = math.radians(a[0]), math.radians(b[0])
    east = math.radians(b[1] - a[1])
    h = math.sin((north_b - north_a) / 2) ** 2 + math.cos(north_a) * math.cos(north_b) * math.sin(east / 2) ** 2
    return 2 * 6371.0088 * math.asin(min(1.0, math.sqrt(h)))


def intervals(o: Json) -> list[tuple[datetime, datetime]]:
    return sorted((datetime.fromisoformat(t["start"]), datetime.fromisoformat(t["end"])) for t in o["times"])


def years(born: date, day: date) -> int:
    """Full years; who was born on 29 February is a year older on 1 March where there is no 29th."""
    age = 0
    while True:
        year = born.year + age + 1
        try:
            birthday = date(year, born.month, born.day)
        except ValueError:
            birthday = date(year, 3, 1)
        if birthday > day:
            return age
        age += 1


def is_free(v: Json, start: datetime, end: datetime) -> bool:
    """Every minute of the interval lies in some window of its weekday, and its day is not away."""
    minutes = set()
    for window in v.get("free", []):
        if window["weekday"] == start.isoweekday():
            minutes |= set(range(minute(window["from"]), minute(window["to"])))
    wanted = range(start.hour * 60 + start.minute, end.hour * 60 + end.minute)
    away = any(date.fromisoformat(a["from"]) <= start.date() <= date.fromisoformat(a["to"]) for a in v.get("away", []))
    return not away and all(one in minutes for one in wanted)


def minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def hours_by_week(o: Json) -> dict[tuple[int, int], timedelta]:
    weeks: dict[tuple[int, int], timedelta] = {}
    for start, end in intervals(o):
        year, week, _ = start.isocalendar()
        weeks[year, week] = weeks.get((year, week), timedelta()) + (end - start)
    return weeks


def broken(v: Json, o: Json) -> list[str]:
    """The rules the pair breaks, in the order of the contract's table."""
    first_day = intervals(o)[0][0].date()
    last_day = max(end for _, end in intervals(o)).date()
    age = years(date.fromisoformat(v["birth_date"]), first_day)
    least, most = o.get("min_age"), o.get("max_age")
    clearances = v.get("clearances", {})
    languages = set(o.get("languages", []))
    holds = {
        "distance": not o.get("at") or km(v, o) <= v["max_km"],
        "time": all(is_free(v, start, end) for start, end in intervals(o)),
        "skill": set(o.get("skills", [])) <= set(v.get("skills", [])),
        "language": not languages or bool(languages & set(v.get("languages", []))),
        "age": (least is None or age >= least) and (most is None or age <= most),
        "minor": age >= 18 or o.get("minor_safe", False),
        "consent": age >= 18 or v.get("guardian_consent", False),
        "clearance": all(
            kind in clearances and date.fromisoformat(clearances[kind]) >= last_day for kind in o.get("clearances", [])
        ),
        "gender": o.get("gender") is None or o["gender"] == v.get("gender"),
        "excluded": o["organisation"] not in v.get("never_with", []) and v["id"] not in o.get("never", []),
        "hours": all(hours <= timedelta(hours=v["max_hours_week"]) for hours in hours_by_week(o).values()),
    }
    return [rule for rule in ORDER if not holds[rule]]


def score(v: Json, o: Json) -> int:
    cause = o.get("cause") is not None and o["cause"] in v.get("causes", [])
    known = v["id"] in o.get("known", [])
    near = 300 * (1 - km(v, o) / v["max_km"])
    return int(100 + near + 250 * cause + 250 * known + 100 * math.exp(-v.get("recent", 0) / 6))


def clash(instance: Json, a: Json, b: Json) -> bool:
    travel = {"rest_min": 30, "far_km": 6, "far_rest_min": 60} | instance.get("travel", {})
    far = bool(a.get("at") and b.get("at")) and great_circle(a["at"], b["at"]) > travel["far_km"]
    rest = timedelta(minutes=travel["far_rest_min"] if far else travel["rest_min"])
    return not all(
        b_start - a_end >= rest or a_start - b_end >= rest
        for a_start, a_end in intervals(a)
        for b_start, b_end in intervals(b)
    )


def constraints(instance: Json, pairs: Iterable[tuple[str, str]]) -> list[str]:
    """What a set of pairs breaks of the constraints on plans and of the rules."""
    volunteers = {v["id"]: v for v in instance["volunteers"]}
    openings = {o["id"]: o for o in instance["openings"]}
    pairs = list(pairs)
    wrong = [f"{pair} stands twice" for pair, n in Counter(pairs).items() if n > 1]
    wrong += [
        f"{(v, o)} breaks {broken(volunteers[v], openings[o])}" for v, o in pairs if broken(volunteers[v], openings[o])
    ]
    filled = Counter(o for _, o in pairs)
    wrong += [f"{o} has {n}" for o, n in filled.items() if n > openings[o]["most"]]
    for v, volunteer in volunteers.items():
        mine = [openings[o] for who, o in pairs if who == v]
        weeks: dict[tuple[int, int], timedelta] = {}
        for o in mine:
            for week, hours in hours_by_week(o).items():
                weeks[week] = weeks.get(week, timedelta()) + hours
        most = timedelta(hours=volunteer["max_hours_week"])
        wrong += [f"{v} has {hours} in {week}" for week, hours in weeks.items() if hours > most]
        wrong += [f"{v}: {a['id']}, {b['id']} clash" for a, b in combinations(mine, 2) if clash(instance, a, b)]
    locked = {(k["volunteer"], k["opening"]) for k in instance.get("keep", []) if k.get("locked")}
    return wrong + [f"{pair} was locked" for pair in locked - set(pairs)]


def seats(instance: Json, pairs: Iterable[tuple[str, str]], *, urgent: bool = False) -> int:
    filled = Counter(o for _, o in pairs)
    wanted = [o for o in instance["openings"] if o.get("urgent") or not urgent]
    return sum(min(filled[o["id"]], o["least"]) for o in wanted)


def objective(instance: Json, pairs: Iterable[tuple[str, str]]) -> float:
    pairs = list(pairs)
    volunteers = {v["id"]: v for v in instance["volunteers"]}
    openings = {o["id"]: o for o in instance["openings"]}
    scores = sum(score(volunteers[v], openings[o]) for v, o in pairs)
    fair = sum({1: 0, 2: 1}.get(k, 1 + 3 * (k - 2)) for k in Counter(v for v, _ in pairs).values())
    loose = {(k["volunteer"], k["opening"]) for k in instance.get("keep", []) if not k.get("locked")}
    kept = len(loose & set(pairs)) * instance.get("stability", 0) / 1000
    return (
        10000 * seats(instance, pairs, urgent=True)
        + 100 * seats(instance, pairs)
        + scores / 1000
        - 0.0001 * fair
        + kept
    )


def faults(instance: Json, plan: Json) -> list[str]:
    """Every sentence of the plan that is not true; an empty list is a true plan."""
    volunteers = {v["id"]: v for v in instance["volunteers"]}
    openings = {o["id"]: o for o in instance["openings"]}
    pairs = [(a["volunteer"], a["opening"]) for a in plan["assignments"]]
    wrong = constraints(instance, pairs)

    def same(what: str, said: Any, true: Any) -> None:
        if said != true and not (isinstance(true, float) and abs(said - true) < 1e-6):
            wrong.append(f"{what} is {true}, the plan says {said}")

    rows = {one: n for n, one in enumerate(volunteers)}, {one: n for n, one in enumerate(openings)}
    same("the order", pairs, sorted(pairs, key=lambda pair: (rows[1][pair[1]], rows[0][pair[0]])))
    same("objective", plan["objective"], float(objective(instance, pairs)))
    same("seats", plan["seats"], seats(instance, pairs))
    same("urgent seats", plan["urgent_seats"], seats(instance, pairs, urgent=True))
    same("score", plan["score"], sum(score(volunteers[v], openings[o]) for v, o in pairs))
    for a in plan["assignments"]:
        v, o = volunteers[a["volunteer"]], openings[a["opening"]]
        parts = a["reasons"]["parts"]
        same("a score", a["score"], score(v, o))
        same("the sum of the parts", sum(parts.values()), a["score"])
        same("km", a["reasons"]["km"], round(km(v, o), 1))
        same("base", parts["base"], 100)
        same("cause", parts["cause"], 250 * (o.get("cause") is not None and o["cause"] in v.get("causes", [])))
        same("known", parts["known"], 250 * (v["id"] in o.get("known", [])))
        same("recent", parts["recent"], math.floor(100 * math.exp(-v.get("recent", 0) / 6)))
    if plan["bound"] < plan["objective"] or plan["seats_bound"] < plan["seats"]:
        wrong.append("a bound is below the plan")
    if plan["urgent_bound"] < plan["urgent_seats"]:
        wrong.append("the urgent bound is below the plan")
    same("status", plan["status"], "optimal" if plan["bound"] - plan["objective"] < 0.001 else "feasible")
    before = {(k["volunteer"], k["opening"]) for k in instance.get("keep", [])}
    kept = len(before & set(pairs))
    same("changes", plan["changes"], {"kept": kept, "dropped": len(before) - kept, "added": len(pairs) - kept})
    filled = Counter(o for _, o in pairs)
    short = [o for o in instance["openings"] if filled[o["id"]] < o["least"]]
    same("unfilled", [one["opening"] for one in plan["unfilled"]], [o["id"] for o in short])
    for one in plan["unfilled"]:
        o = openings[one["opening"]]
        same("missing", one["missing"], o["least"] - filled[o["id"]])
        same(f"why of {o['id']}", one["why"], why(instance, pairs, o))
        same(f"nearest of {o['id']}", one["nearest"], nearest(instance, o))
    return wrong


def why(instance: Json, pairs: list[tuple[str, str]], o: Json) -> Json:
    openings = {one["id"]: one for one in instance["openings"]}
    by_rule: Counter[str] = Counter()
    found = dict.fromkeys(("candidates", "several", "taken", "hours_used", "refused"), 0)
    for v in instance["volunteers"]:
        rules = broken(v, o)
        if len(rules) == 1:
            by_rule[rules[0]] += 1
        elif rules:
            found["several"] += 1
        elif (v["id"], o["id"]) not in pairs:
            found["candidates"] += 1
            mine = [openings[other] for who, other in pairs if who == v["id"]]
            weeks = hours_by_week(o)
            for other in mine:
                for week, hours in hours_by_week(other).items():
                    if week in weeks:
                        weeks[week] += hours
            if any(clash(instance, o, other) for other in mine):
                found["taken"] += 1
            elif any(hours > timedelta(hours=v["max_hours_week"]) for hours in weeks.values()):
                found["hours_used"] += 1
            else:
                found["refused"] += 1
    return {**found, "blocked_by": dict(by_rule)}


def nearest(instance: Json, o: Json) -> list[Json]:
    out = [(len(broken(v, o)), km(v, o), v["id"], broken(v, o)) for v in instance["volunteers"] if broken(v, o)]
    return [{"volunteer": v, "rules": rules} for _, _, v, rules in sorted(out)[:5]]
