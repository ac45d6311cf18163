"""Suggestions for one opening among 100,000 people: the one statement of matching.search, beside the floor of reading
the rows it names by primary key, and beside the same answer from arrays that are in memory already."""

import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from math import floor
from typing import Any

import numpy as np
import synthetic

from volunteer_hub.kit import database
from volunteer_hub.matching import search
from volunteer_hub.matching.engine.fit import distances, scores
from volunteer_hub.matching.engine.instance import DAY, Instance, Opening, Volunteer
from volunteer_hub.matching.engine.masks import Masks
from volunteer_hub.matching.engine.reach import Reach
from volunteer_hub.schedule.facts import opening_facts

PEOPLE = """
    SELECT v.id::text, latitude, longitude, max_km, max_hours_week, birth_date, causes, languages, gender,
           ARRAY(SELECT (weekday, starts, ends) FROM availability w WHERE w.volunteer = v.id ORDER BY 1) AS free
    FROM volunteer v WHERE step = 'active' ORDER BY id"""
OPENINGS = """
    SELECT o.id, m.starts_wall, m.ends_wall, p.latitude, p.longitude, t.slug AS cause, r.languages,
           ARRAY(SELECT volunteer::text FROM assignment WHERE opening = o.id) AS never
    FROM opening o JOIN meeting m ON m.id = o.meeting JOIN place p ON p.id = m.place JOIN role_asked r ON r.id = o.role
    JOIN initiative i ON i.id = m.initiative JOIN theme t ON t.id = i.theme ORDER BY o.id LIMIT $1"""
FLOOR = "SELECT id, first_name, max_km, max_hours_week, skills, causes FROM volunteer WHERE id = ANY($1)"
# Nobody in this town has accepted anything yet.
RESTED = 100.0


class InProcess:
    """The best of everybody by the engine's masks and scores, for a process that holds them."""

    def __init__(self, instance: Instance) -> None:
        self.masks = Masks(instance)
        self.reach = Reach(self.masks.latitudes, self.masks.longitudes, self.masks.max_km)

    def best(self, o: Opening) -> list[tuple[str, int]]:
        masks = self.masks
        assert o.at
        who = self.reach.around([o.at])
        who = who[masks.test(who, masks.passing(o))]
        away = np.nan_to_num(distances(masks.latitudes[who], masks.longitudes[who], o.at))
        who, away = who[away <= masks.max_km[who]], away[away <= masks.max_km[who]]
        liked = masks.test(who, masks.has("causes", o.cause or ""))
        none = np.zeros(len(who), dtype=bool)
        total = scores(1 - away / masks.max_km[who], liked, none, np.full(len(who), RESTED))
        # Volunteers stand in order of their ids.
        first = np.argsort(-total, kind="stable")[: search.BEST]
        return [
            (masks.volunteers[v].id, int(total[n])) for n, v in zip(first.tolist(), who[first].tolist(), strict=True)
        ]


async def timed(act: Callable[[], Awaitable[Any] | Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = act()
    found = await found if hasattr(found, "__await__") else found
    return (time.perf_counter() - began) * 1000, found


async def measure(dsn: str, people: int, openings: int) -> dict[str, Any]:
    """Each opening in turn by all three ways, once to warm up and once measured."""
    database.configure(dsn)
    await database.migrate()
    await synthetic.build(dsn, people)
    times: dict[str, list[float]] = {"sql": [], "floor": [], "in_process": []}
    same = 0
    async with database.pool():
        volunteers = [_volunteer(row) for row in await database.fetch(PEOPLE)]
        rows = await database.fetch(OPENINGS, openings)
        here = InProcess(Instance(tuple(volunteers), tuple(_opening(row) for row in rows)))
        for warm in (True, False):
            for row in rows:
                facts, o = await opening_facts(row["id"]), _opening(row)
                sql, found = await timed(lambda facts=facts: search.best(facts))
                ids = [who for who, _ in found]
                floor_, _ = await timed(lambda ids=ids: database.fetch(FLOOR, ids))
                own, expected = await timed(lambda o=o: here.best(o))
                if not warm:
                    same += [(str(who), score) for who, score in found] == expected
                    for name, took in (("sql", sql), ("floor", floor_), ("in_process", own)):
                        times[name].append(took)
    result: dict[str, Any] = {"people": people, "openings": len(rows), "same": same}
    for name, all_ in times.items():
        result[name] = {"p50_ms": _ms(statistics.median(all_)), "p95_ms": _ms(sorted(all_)[int(len(all_) * 0.95)])}
    result["beside_in_process"] = _ms(result["sql"]["p50_ms"] / result["in_process"]["p50_ms"])
    result["beside_floor"] = _ms(result["sql"]["p50_ms"] / result["floor"]["p50_ms"])
    return result


def _ms(figure: float) -> float:
    return round(figure, 2)


def _minute(at: datetime) -> int:
    return at.date().toordinal() * DAY + at.hour * 60 + at.minute


def _volunteer(row: Any) -> Volunteer:
    free = tuple((w, a.hour * 60 + a.minute, b.hour * 60 + b.minute) for w, a, b in row["free"])
    return Volunteer(
        id=row["id"],
        birth_date=row["birth_date"] or date(1900, 1, 1),
        max_km=row["max_km"],
        week_minutes=floor(row["max_hours_week"] * 60),
        at=(row["latitude"], row["longitude"]),
        causes=frozenset(row["causes"]),
        languages=frozenset(row["languages"]),
        gender=row["gender"] or None,
        free=free,
    )


def _opening(row: Any) -> Opening:
    return Opening(
        id=str(row["id"]),
        organisation="",
        times=((_minute(row["starts_wall"]), _minute(row["ends_wall"])),),
        least=2,
        most=4,
        at=(row["latitude"], row["longitude"]),
        languages=frozenset(row["languages"]),
        minor_safe=True,
        cause=row["cause"],
        never=frozenset(row["never"]),
    )
