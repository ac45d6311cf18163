"""Small problems of matching, made so that every rule and every constraint binds now and then."""

import random
from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]

PLACES = ([52.6483, 19.0677], [52.66, 19.08], [52.65, 19.07], [52.70, 19.20], [52.6483, 19.16], None)
DAYS = ("2026-12-07", "2026-12-08", "2026-12-13", "2026-12-14")
CLOCKS = ("08:00", "09:00", "09:30", "10:00", "11:00", "11:20", "12:00", "13:30", "15:00")


def some(*things: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(things), unique=True, max_size=len(things))


def mostly(usual: Any, *others: Any) -> st.SearchStrategy[Any]:
    """Mostly the first: pairs break no rule often enough for plans to be worth arguing about."""
    return st.sampled_from([usual] * (9 * len(others)) + list(others))


@st.composite
def windows(draw: st.DrawFn) -> list[Json]:
    if draw(mostly(True, False)):
        return [{"weekday": day, "from": "00:00", "to": "24:00"} for day in range(1, 8)]
    found = []
    for _ in range(draw(st.integers(0, 5))):
        start, end = sorted(draw(st.lists(st.sampled_from(CLOCKS), min_size=2, max_size=2, unique=True)))
        found.append({"weekday": draw(st.sampled_from((1, 2, 7))), "from": start, "to": end})
    return found


@st.composite
def volunteers(draw: st.DrawFn, name: str) -> Json:
    return {
        "id": name,
        "at": draw(st.sampled_from(PLACES)),
        "max_km": draw(mostly(20, 0.5, 5, 7.25)),
        "max_hours_week": draw(
            st.sampled_from((3, 4, 4, 5, 6, 6, 40)) if draw(mostly(True, False)) else st.sampled_from((0, 1, 2, 3.5))
        ),
        "birth_date": draw(mostly("1990-05-05", "2008-12-08", "2008-12-09", "2010-02-28", "1950-01-01")),
        "guardian_consent": draw(mostly(True, False)),
        "skills": draw(mostly(["driving"], [], ["first-aid"])),
        "languages": draw(mostly(["pl"], [], ["uk"])),
        "gender": draw(st.sampled_from(("f", "m", None))),
        "causes": draw(some("elders", "food")),
        "recent": draw(st.integers(0, 9)),
        "clearances": draw(st.dictionaries(st.just("minors"), st.sampled_from(("2026-12-08", "2027-01-01")))),
        "free": draw(windows()),
        "away": draw(mostly([], [{"from": "2026-12-08", "to": "2026-12-13"}])),
        "never_with": draw(mostly([], ["org1"], ["nobody"])),
    }


@st.composite
def openings(draw: st.DrawFn, name: str) -> Json:
    times = []
    spread = st.sampled_from(([DAYS[1]], [DAYS[1]], [DAYS[1]], [DAYS[0]], [DAYS[1], DAYS[2]], [DAYS[0], DAYS[3]]))
    for day in draw(spread):
        first = draw(st.integers(0, len(CLOCKS) - 2))
        start, end = CLOCKS[first], CLOCKS[min(first + draw(st.integers(1, 3)), len(CLOCKS) - 1)]
        times.append({"start": f"{day}T{start}", "end": f"{day}T{end}"})
    least = draw(st.integers(0, 2))
    return {
        "id": name,
        "organisation": draw(st.sampled_from(("org1", "org2"))),
        "at": draw(st.sampled_from(PLACES)),
        "least": least,
        "most": draw(st.integers(least, 3)),
        "urgent": draw(mostly(False, True)),
        "times": times,
        "skills": draw(mostly([], ["driving"])),
        "languages": draw(mostly([], ["pl"], ["pl", "uk"])),
        "min_age": draw(mostly(None, 16, 18)),
        "max_age": draw(mostly(None, 60)),
        "minor_safe": draw(mostly(True, False)),
        "clearances": draw(mostly([], ["minors"])),
        "gender": draw(mostly(None, "f")),
        "cause": draw(st.sampled_from(("elders", "food", None))),
        "known": draw(mostly([], ["v0"], ["v1", "stranger"])),
        "never": draw(mostly([], ["v1"], ["stranger"])),
    }


def sizes(most: int) -> st.SearchStrategy[int]:
    return st.sampled_from([*range(most), *[most] * most])


@st.composite
def instances(draw: st.DrawFn, most_volunteers: int = 4, most_openings: int = 4) -> Json:
    some_volunteers = [draw(volunteers(f"v{n}")) for n in range(draw(sizes(most_volunteers)))]
    some_openings = [draw(openings(f"o{n}")) for n in range(draw(sizes(most_openings)))]
    pairs = [(v["id"], o["id"]) for v in some_volunteers for o in some_openings]
    kept = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=3)) if pairs else []
    return {
        "version": 1,
        "timezone": "Europe/Warsaw",
        "travel": draw(
            mostly(
                {"rest_min": 30, "far_km": 6, "far_rest_min": 60},
                {"rest_min": 0, "far_km": 1, "far_rest_min": 30},
                {"rest_min": 29.5, "far_km": 6, "far_rest_min": 20},
            )
        ),
        "stability": draw(mostly(0, 50, 300, 0.123456)),
        "volunteers": some_volunteers,
        "openings": some_openings,
        "keep": [{"volunteer": v, "opening": o, "locked": False} for v, o in kept],
    }


def contested(seed: int) -> Json:
    """People who could do nearly everything, and openings that are in each other's way by time, way or hours."""
    chance = random.Random(seed)
    names = [f"v{n}" for n in range(chance.randint(2, 3))]
    some_openings = []
    for n in range(chance.randint(3, 4)):
        times = []
        for day in sorted(chance.sample(DAYS[:3], chance.choice((1, 1, 2)))):
            first = chance.randrange(len(CLOCKS) - 1)
            last = min(first + chance.randint(1, 3), len(CLOCKS) - 1)
            times.append({"start": f"{day}T{CLOCKS[first]}", "end": f"{day}T{CLOCKS[last]}"})
        least = chance.choice((0, 1, 1, 2))
        some_openings.append(
            {
                "id": f"o{n}", "organisation": "org1", "at": chance.choice(PLACES), "times": times,
                "least": least, "most": least + chance.choice((0, 1)) or 1, "urgent": chance.random() < 0.3,
                "cause": chance.choice(("elders", "food")), "known": chance.sample(names, 1), "minor_safe": True,
            }
        )  # fmt: skip
    return {
        "version": 1,
        "travel": {"rest_min": chance.choice((0, 30)), "far_km": 6, "far_rest_min": 60},
        "stability": chance.choice((0, 0, 250)),
        "volunteers": [
            {
                "id": name, "at": chance.choice(PLACES), "max_km": 50, "max_hours_week": chance.choice((3, 4.5, 6)),
                "birth_date": "1980-02-29", "causes": ["food"], "recent": chance.randint(0, 6),
                "free": [{"weekday": day, "from": "00:00", "to": "24:00"} for day in (1, 2, 7)],
            }
            for name in names
        ],
        "openings": some_openings,
        "keep": [
            {"volunteer": name, "opening": o["id"], "locked": False}
            for name in names for o in some_openings if chance.random() < 0.25
        ],
    }  # fmt: skip
