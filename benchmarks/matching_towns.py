"""Towns for the matching engine: those of its tests, and towns in which a perfect plan is planted.

There every seat can be filled, and next to nobody has an hour to spare, so that a choice that looks good where it is
made costs a seat somewhere else.
"""

import math
import random
import runpy
from datetime import timedelta
from pathlib import Path
from typing import Any

Json = dict[str, Any]

_TOWNS = runpy.run_path(str(Path(__file__).parents[1] / "tests/matching/towns.py"))
# As many people, and half as many openings, may be without a place in a large town: all others find who is near.
PLACELESS = 10_000
CENTRE, MONDAY, SKILLS, CAUSES = (_TOWNS[name] for name in ("CENTRE", "MONDAY", "SKILLS", "CAUSES"))

# Of a hundred volunteers so many give just the hours that the planted plan takes; the others give more.
TIGHT = 90
# Kilometres of a cell in which a volunteer's second opening is looked for, and how often there is one.
CELL, SECOND = 4.0, 0.6


def town(volunteers: int, openings: int, seed: int) -> Json:
    """A town of the engine's tests. Beyond a size all have a place: who has none fits everywhere, and in a city of a
    hundred thousand most candidates would be theirs."""
    made: Json = _TOWNS["town"](volunteers, openings, seed)
    chance = random.Random(f"places {seed}")
    radius = _radius(volunteers)
    for one in made["volunteers"][PLACELESS:] + made["openings"][PLACELESS // 2 :]:
        if one["at"] is None:
            one["at"] = _at((chance.gauss(0, radius / 2), chance.gauss(0, radius / 2)))
    return made


def _radius(volunteers: int) -> float:
    return 2.5 * math.sqrt(max(volunteers, 200) / 200)


def planted(volunteers: int, openings: int, seed: int) -> Json:
    """An instance whose plan fills every seat: that of the planted pairs. `least` is how many were planted."""
    chance = random.Random(f"planted {volunteers} {openings} {seed}")
    radius = _radius(volunteers)
    rows = [_opening(chance, n, radius) for n in range(openings)]
    near: dict[tuple[int, int], list[int]] = {}
    for n, row in enumerate(rows):
        near.setdefault(_cell(row["km"]), []).append(n)
    people = []
    for n in range(volunteers):
        # Each opening gets one first, so that none is left without.
        first = n if n < openings else chance.randrange(openings)
        mine = [first]
        if chance.random() < SECOND:
            others = [other for other in near[_cell(rows[first]["km"])] if _apart(rows[first], rows[other])]
            mine += chance.sample(others, min(1, len(others)))
        people.append(_volunteer(chance, n, [rows[one] for one in mine]))
    chance.shuffle(people)
    made = [{key: value for key, value in row.items() if key not in ("km", "hours", "long")} for row in rows]
    return {"version": 1, "timezone": "Europe/Warsaw", "volunteers": people, "openings": made}


def _cell(km: tuple[float, float]) -> tuple[int, int]:
    return math.floor(km[0] / CELL), math.floor(km[1] / CELL)


def _at(km: tuple[float, float]) -> list[float]:
    return [round(CENTRE[0] + km[0] / 111.2, 6), round(CENTRE[1] + km[1] / 67.5, 6)]


def _apart(a: Json, b: Json) -> bool:
    """An hour between them, which is enough near and far."""
    (day_a, from_a, to_a), (day_b, from_b, to_b) = a["hours"], b["hours"]
    return day_a != day_b or to_a + 1 <= from_b or to_b + 1 <= from_a


def _opening(chance: random.Random, n: int, radius: float) -> Json:
    km = chance.gauss(0, radius / 2), chance.gauss(0, radius / 2)
    day, start, long = (
        chance.randrange(7),
        chance.choice((8, 9, 10, 12, 15, 16, 16, 17, 18)),
        chance.choice((1, 2, 2, 3)),
    )
    at = f"{MONDAY + timedelta(days=day)}T"
    return {
        "id": f"o{n}", "organisation": f"org{n % 20}", "at": _at(km), "least": 0, "most": 0,
        "urgent": chance.random() < 0.1, "minor_safe": True, "cause": chance.choice(CAUSES),
        "times": [{"start": f"{at}{start:02}:00", "end": f"{at}{start + long:02}:00"}],
        "skills": [chance.choice(SKILLS)] if chance.random() < 0.3 else [],
        "km": km, "hours": (day, start, start + long), "long": long,
    }  # fmt: skip


def _volunteer(chance: random.Random, n: int, mine: list[Json]) -> Json:
    """Somebody who can take the planted openings, and many others that look as good."""
    for one in mine:
        one["least"] += 1
        one["most"] += 1
    north, east = mine[0]["km"]
    home = north + chance.uniform(-1, 1), east + chance.uniform(-1, 1)
    reach = max(math.dist(home, one["km"]) for one in mine) * 1.01 + 0.05
    free = {}
    for day, start, end in [one["hours"] for one in mine] + [
        (chance.randrange(7), start, start + chance.choice((3, 4, 6))) for start in chance.choices((8, 10, 15, 16), k=2)
    ]:
        before, after = free.get(day, (24, 0))
        free[day] = min(before, max(0, start - chance.randrange(3))), max(after, min(24, end + chance.randrange(3)))
    hours = sum(one["long"] for one in mine)
    return {
        "id": f"v{n}", "at": _at(home), "max_km": max(math.ceil(reach), chance.choice((2, 3, 4, 6))),
        "max_hours_week": hours if chance.randrange(100) < TIGHT else hours + chance.randint(1, 4),
        "birth_date": f"{chance.randint(1950, 2000)}-06-15", "causes": chance.sample(CAUSES, 2),
        "recent": min(8, int(chance.expovariate(0.7))),
        "skills": sorted({s for one in mine for s in one["skills"]} | {s for s in SKILLS if chance.random() < 0.25}),
        "free": [{"weekday": d + 1, "from": f"{a:02}:00", "to": f"{b:02}:00"} for d, (a, b) in sorted(free.items())],
    }  # fmt: skip
