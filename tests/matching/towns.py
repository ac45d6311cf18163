"""Seeded towns of any size: people around a centre, evenings and weekends, openings of two weeks."""

import math
import random
from datetime import date, timedelta
from typing import Any

Json = dict[str, Any]

CENTRE = (52.6483, 19.0677)
MONDAY = date(2026, 12, 7)
SKILLS = ("driving", "first-aid", "computers", "sewing", "maths")
CAUSES = ("elders", "food", "children", "animals", "repairs", "culture")


def town(volunteers: int, openings: int, seed: int) -> Json:
    """The same town for the same seed. The town grows with its people, so that each has neighbours enough."""
    chance = random.Random(f"{volunteers} {openings} {seed}")
    radius = 2.5 * math.sqrt(volunteers / 200) if volunteers > 200 else 2.5
    people = [_volunteer(chance, n, radius) for n in range(volunteers)]
    return {
        "version": 1,
        "timezone": "Europe/Warsaw",
        "volunteers": people,
        "openings": [_opening(chance, n, radius, volunteers) for n in range(openings)],
    }


def _place(chance: random.Random, radius: float) -> list[float]:
    north, east = chance.gauss(0, radius / 2), chance.gauss(0, radius / 2)
    return [round(CENTRE[0] + north / 111.2, 6), round(CENTRE[1] + east / 67.5, 6)]


def _volunteer(chance: random.Random, n: int, radius: float) -> Json:
    free = []
    for weekday in range(1, 8):
        if chance.random() < 0.4:
            start = chance.choice((8, 10, 15, 16, 17)) if weekday < 6 else chance.choice((8, 10, 12))
            end = min(24, start + chance.choice((3, 4, 5, 6)))
            free.append({"weekday": weekday, "from": f"{start:02}:00", "to": f"{end:02}:00"})
    return {
        "id": f"v{n}",
        "at": _place(chance, radius) if chance.random() < 0.97 else None,
        "max_km": chance.choice((2, 3, 3, 4, 6)),
        "max_hours_week": chance.choice((2, 3, 4, 6, 8)),
        "birth_date": str(date(2026 - chance.randint(14, 80), chance.randint(1, 12), chance.randint(1, 28))),
        "guardian_consent": chance.random() < 0.7,
        "skills": [skill for skill in SKILLS if chance.random() < 0.25],
        "languages": ["pl"] + ["uk"] * (chance.random() < 0.15),
        "gender": chance.choice(("f", "m", None)),
        "causes": [cause for cause in CAUSES if chance.random() < 0.3],
        "recent": min(8, int(chance.expovariate(0.7))),
        "clearances": {"minors": "2027-06-30"} if chance.random() < 0.3 else {},
        "free": free,
        "away": [{"from": "2026-12-14", "to": "2026-12-20"}] if chance.random() < 0.05 else [],
        "never_with": [f"org{chance.randrange(20)}"] if chance.random() < 0.02 else [],
    }


def _opening(chance: random.Random, n: int, radius: float, volunteers: int) -> Json:
    first = MONDAY + timedelta(days=chance.randrange(14))
    start, long = chance.choice((8, 9, 10, 12, 15, 16, 16, 17, 18)), chance.choice((1, 1.5, 2, 2, 3))
    days = [first] + [first + timedelta(days=1)] * (chance.random() < 0.05)
    ends = f"{int(start + long):02}:{30 if long % 1 else 0:02}"
    return {
        "id": f"o{n}",
        "organisation": f"org{chance.randrange(20)}",
        "at": _place(chance, radius) if chance.random() < 0.95 else None,
        "least": (least := chance.choice((1, 1, 1, 1, 2, 3))),
        "most": least + chance.choice((0, 0, 1)),
        "urgent": chance.random() < 0.1,
        "times": [{"start": f"{day}T{start:02}:00", "end": f"{day}T{ends}"} for day in days],
        "skills": [chance.choice(SKILLS)] if chance.random() < 0.3 else [],
        "languages": [chance.choice(("pl", "pl", "uk"))] if chance.random() < 0.5 else [],
        "min_age": 16 if chance.random() < 0.3 else None,
        "minor_safe": chance.random() < 0.5,
        "clearances": ["minors"] if chance.random() < 0.15 else [],
        "gender": "f" if chance.random() < 0.03 else None,
        "cause": chance.choice(CAUSES),
        "known": [f"v{chance.randrange(volunteers)}" for _ in range(2)] if volunteers and chance.random() < 0.5 else [],
        "never": [],
    }
