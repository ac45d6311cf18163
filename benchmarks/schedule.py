"""A year of 500 series: their days reckoned with holidays and breaks, beside the floor of reading the meetings as rows.

The mix is a centre's: most series are weekly or fortnightly, some monthly, each with some days left out by hand. The
floor reads one row for each day that comes out, over one connection: what any answer made of stored meetings costs.
dateutil reckons the same bare rules for comparison. Then the worker makes the meetings of the series, and ticks again.
Then a week of 2,000 meetings is a board, and what changes is told (boards.py).
"""

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import boards
from dateutil.rrule import rrulestr

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.embedded import Embedded
from volunteer_hub.schedule import days_off
from volunteer_hub.schedule.series import fill as series_fill
from volunteer_hub.schedule.series import pattern as series
from volunteer_hub.schedule.series.pattern import Kind, Pattern, Series
from volunteer_hub.settings import load

ZONE = "Europe/Warsaw"
YEAR = timedelta(days=365)
PATTERNS = (
    Pattern(Kind.WEEKS, (2,)), Pattern(Kind.WEEKS, (4,)), Pattern(Kind.WEEKS, (1, 3)), Pattern(Kind.WEEKS, (2,), 2),
    Pattern(Kind.WEEKS, (5,), 2), Pattern(Kind.WEEKS, (1, 2, 3, 4, 5)), Pattern(Kind.MONTH, (1,), nths=(1,)),
    Pattern(Kind.MONTH, (3,), nths=(2, -1)), Pattern(Kind.LAST_WORKING), Pattern(Kind.WEEKS, (6,)),
)  # fmt: skip
BREAKS = ((12, 20, 12), (2, 1, 14), (4, 2, 6), (7, 1, 62))  # month, day, days: Christmas, winter, Easter, summer

TOWN = """
    WITH a AS (INSERT INTO area (id, slug, name, shape, outline, schematic, latitude, longitude)
               VALUES (gen_random_uuid(), 'a', 'Osiedle', '{}', '{}', true, 52.6, 19.0) RETURNING id),
    t AS (INSERT INTO theme (id, slug, name_pl, name_en, name_uk)
          VALUES (gen_random_uuid(), 't', 'Temat', 'Theme', 'Тема') RETURNING id),
    p AS (INSERT INTO place (id, name, address, area, latitude, longitude)
          SELECT gen_random_uuid(), 'Biblioteka', '', a.id, 52.6, 19.0 FROM a RETURNING id)
    SELECT t.id AS theme, p.id AS place FROM t, p"""
INITIATIVE = """
    INSERT INTO initiative (id, name, kind, theme, starts_on, created_at)
    VALUES (gen_random_uuid(), $1, 'long_term', $2, $3, now()) RETURNING id"""
ROLE = """
    INSERT INTO role_asked (id, initiative, name, least, most, skills, languages, clearances)
    VALUES (gen_random_uuid(), $1, 'Pomaga', 1, 2, '{}', '{}', '{}')"""
ADD = """
    INSERT INTO series (id, initiative, place, rrule, first_day, starts, ends, timezone, created_at)
    VALUES (gen_random_uuid(), $1, $2, $3, $4, '17:00', '19:00', $5, now()) RETURNING id"""
FLOOR = """
    INSERT INTO meeting (id, initiative, place, starts_wall, ends_wall, timezone, starts_at, ends_at, created_at,
                         changed_at, series, series_day)
    SELECT gen_random_uuid(), s.initiative, s.place, d.day + s.starts, d.day + s.ends, s.timezone,
           (d.day + s.starts) AT TIME ZONE s.timezone, (d.day + s.ends) AT TIME ZONE s.timezone, now(), now(),
           s.id, d.day
    FROM series s, unnest($2::date[]) d (day) WHERE s.id = $1"""
READ = "SELECT id, series, series_day, starts_at FROM meeting ORDER BY series, series_day"


def mixed(count: int, today: date) -> list[Series]:
    return [Series(PATTERNS[n % len(PATTERNS)], today + timedelta(days=n % 7)) for n in range(count)]


async def timed(act: Callable[[], Awaitable[Any] | Any], rounds: int) -> list[float]:
    """Milliseconds of each round; one round more warms up."""
    times = []
    for turn in range(rounds + 1):
        began = time.perf_counter()
        found = act()
        if asyncio.iscoroutine(found):
            await found
        if turn:
            times.append((time.perf_counter() - began) * 1000)
    return times


def figures(times: list[float]) -> dict[str, float]:
    return {"median_ms": round(statistics.median(times), 1), "spread_ms": round(max(times) - min(times), 1)}


async def measure(dsn: str, count: int, rounds: int, meetings: int, events: int) -> dict[str, Any]:
    database.configure(dsn)
    await database.migrate()
    today = clock.today(ZONE)
    until = today + YEAR
    starts = [date(year, month, day) for year in (today.year, today.year + 1) for month, day, _ in BREAKS]
    lengths = [days for _ in range(2) for *_, days in BREAKS]
    breaks = [(first, first + timedelta(days=days)) for first, days in zip(starts, lengths, strict=True)]
    off, plans = days_off.days_off(breaks), mixed(count, today)

    def ours() -> list[list[date]]:
        return [list(series.days(plan, off, until)) for plan in plans]

    def judge() -> list[list[datetime]]:
        start = [datetime.combine(plan.first_day, datetime.min.time()) for plan in plans]
        rules = [rrulestr(series.made(plan.pattern), dtstart=at) for plan, at in zip(plans, start, strict=True)]
        end = datetime.combine(until, datetime.min.time())
        return [rule.between(at, end, inc=True) for rule, at in zip(rules, start, strict=True)]

    result: dict[str, Any] = {"series": count, "rounds": rounds, "days": sum(map(len, ours()))}
    async with database.pool():
        ids = await _town(plans, today)
        for id, days in zip(ids, ours(), strict=True):
            await database.execute(FLOOR, id, days)
        await database.execute("ANALYZE meeting")
        # In turns, so that a busy moment of the machine meets all of them.
        turns: dict[str, list[float]] = {"ours": [], "floor": [], "dateutil": []}
        for _ in range(rounds):
            turns["ours"] += await timed(ours, 1)
            turns["floor"] += await timed(lambda: database.fetch(READ), 1)
            turns["dateutil"] += await timed(judge, 1)
        result |= {name: figures(times) for name, times in turns.items()}
        result["ratio"] = round(result["ours"]["median_ms"] / result["floor"]["median_ms"], 2)
        await database.execute("DELETE FROM meeting")
        settings = load({"HUB_MODE": "demo"})
        began = time.perf_counter()
        result["made"] = await series_fill.plan(settings)
        result["make_s"] = round(time.perf_counter() - began, 1)
        result["tick"] = figures(await timed(lambda: series_fill.plan(settings), rounds))
        result |= await boards.measure(meetings, rounds, events)
    return result


async def _town(plans: list[Series], today: date) -> list[Any]:
    town = await database.fetchrow(TOWN)
    assert town
    ids = []
    for n, plan in enumerate(plans):
        initiative = await database.fetchval(INITIATIVE, f"Inicjatywa {n}", town["theme"], today)
        await database.execute(ROLE, initiative)
        rrule = series.made(plan.pattern)
        ids.append(await database.fetchval(ADD, initiative, town["place"], rrule, plan.first_day, ZONE))
    return ids


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="40 series, 200 meetings, few rounds: shows that it runs")
    quick = parser.parse_args().quick
    count, rounds, meetings, events = (40, 3, 200, 20) if quick else (500, 15, 2000, 200)
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        with Embedded(Path(folder) / "postgres") as server:
            result = asyncio.run(measure(server.dsn, count, rounds, meetings, events))
    print(f"a year of {result['series']} series, {result['days']} days")
    for name in ("ours", "floor", "dateutil"):
        print(f"{name:<10}{result[name]['median_ms']:>9} ms (spread {result[name]['spread_ms']})")
    print(f"ours beside the floor: {result['ratio']}")
    print(f"made {result['made']} meetings with their openings in {result['make_s']} s; a tick with nothing to make:"
          f" {result['tick']['median_ms']} ms")  # fmt: skip
    print(f"a week of {result['shown']} meetings, {result['kb']} kB, {result['kb_sent']} kB compressed")
    for name, words in {"page": "the page", "part": "its live part", "read": "our read", "floor": "the rows"}.items():
        print(f"{words:<14}{result['board'][name]:>9} ms")
    print(f"the page beside the rows: {result['board_ratio']}; our read beside them: {result['read_ratio']}")
    print(f"{result['events']} events: p50 {result['event_p50_ms']} ms, p99 {result['event_p99_ms']} ms")
    for name, (without, told) in result["mass"].items():
        print(f"one statement over {name}: {without} ms, told {told} ms")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
