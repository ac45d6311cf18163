"""The map at 100,000 needs and 20,000 resources: a part of it, the gaps of the whole town, what reaches one need.

Each stands beside its floor: reading the same rows, no more, by their primary keys; where the answer is small, without
sending them. A town of some 30 × 30 km with a
hundred districts, two dozen themes in a tree of three levels, half of the help without hours and half of it without
places; 2,000 volunteers of whom about half have time.
"""

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg

from volunteer_hub.atlas import gaps, reach, viewport
from volunteer_hub.atlas.reach_sql import Terms
from volunteer_hub.atlas.viewport import ALL, Asked, Box
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.kit.embedded import Embedded

# Every weekday's morning, afternoon or evening, a weekend, all of the week: and as often nobody knows.
WEEKS = "(ARRAY[4681, 9362, 18724, 2064384, 2097151, 0, 0, 0, 0])[1 + floor(random() * 9)::int]"

TOWN = f"""
INSERT INTO area (id, slug, name, schematic, latitude, longitude)
SELECT gen_random_uuid(), 'area-' || n, 'Osiedle ' || n, true, 52.55 + random() * 0.22, 18.9 + random() * 0.37
FROM generate_series(0, 99) n;
INSERT INTO theme (id, slug, name_pl, name_en, name_uk)
SELECT gen_random_uuid(), 'theme-' || n, 'Temat ' || n, 'Theme ' || n, 'Тема ' || n FROM generate_series(0, 23) n;
UPDATE theme t SET parent = p.id FROM theme p
WHERE split_part(t.slug, '-', 2)::int BETWEEN 6 AND 17 AND p.slug = 'theme-' || split_part(t.slug, '-', 2)::int % 6;
UPDATE theme t SET parent = p.id FROM theme p
WHERE split_part(t.slug, '-', 2)::int > 17 AND p.slug = 'theme-' || split_part(t.slug, '-', 2)::int - 12;
CREATE TEMP TABLE spot AS
SELECT n, a.id AS area, a.slug, t.id AS theme, t.slug AS theme_slug,
       a.latitude + random_normal(0, 0.01) AS latitude, a.longitude + random_normal(0, 0.016) AS longitude
FROM generate_series(1, greatest($needs, $resources)) n
CROSS JOIN LATERAL (SELECT n AS of, floor(random() * 100)::int AS a, floor(random() * 24)::int AS t) r
JOIN area a ON a.slug = 'area-' || r.a JOIN theme t ON t.slug = 'theme-' || r.t;
ANALYZE spot;
INSERT INTO place (id, name, address, area, latitude, longitude, accessibility)
SELECT gen_random_uuid(), 'Miejsce ' || n, 'ul. Miła ' || n, area, latitude + 0.003, longitude - 0.003, '{{}}'
FROM spot WHERE n <= $resources;
ANALYZE place;
INSERT INTO resource (id, name, kind, theme, place, languages, public, created_at)
SELECT gen_random_uuid(), 'Zasób ' || n, 'service', s.theme, p.id, '{{}}', false, now()
FROM spot s JOIN place p ON p.name = 'Miejsce ' || n;
ANALYZE resource;
INSERT INTO help (id, source, source_id, name, theme, place, latitude, longitude, week, capacity, since, until)
SELECT gen_random_uuid(), 'resource', r.id, r.name, r.theme, p.id, p.latitude, p.longitude, {WEEKS},
       CASE WHEN random() < 0.5 THEN 2 + (random() * 40)::int END, current_date - 400,
       CASE WHEN random() < 0.1 THEN current_date - 100 END
FROM resource r JOIN place p ON p.id = r.place;
INSERT INTO need (id, title, theme, area, latitude, longitude, urgency, people, week, voiced_on, state, created_at)
SELECT gen_random_uuid(), 'Potrzeba ' || n, theme, area, latitude, longitude, 1 + floor(random() * random() * 4)::int,
       CASE WHEN random() < 0.4 THEN 1 ELSE 1 + (random() * random() * 60)::int END, {WEEKS},
       current_date - (random() * 700)::int, 'open', now()
FROM spot WHERE n <= $needs;
-- No two alike: else each would be noted as perhaps the same person as all others.
INSERT INTO volunteer (id, first_name, last_name, phone, birth_date, kind, step, step_since, area_slug, latitude,
                       longitude, max_km, causes, skills, languages, tags, created_at)
SELECT gen_random_uuid(), md5('a' || n), md5('b' || n), '+48' || 500000000 + 977 * n, current_date - 7000 - n, 'adult',
       CASE WHEN random() < 0.6 THEN 'active' ELSE 'paused' END, now(), slug,
       CASE WHEN n % 2 = 0 THEN latitude END, CASE WHEN n % 2 = 0 THEN longitude END, 1 + random() * 7,
       ARRAY[theme_slug, 'theme-' || n % 24], '{{}}', '{{pl}}', '{{}}', now()
FROM spot WHERE n <= greatest($resources / 10, 10);
INSERT INTO availability (id, volunteer, weekday, starts, ends)
SELECT gen_random_uuid(), id, 1 + floor(random() * 7)::int, '16:00', '20:00' FROM volunteer, generate_series(1, 2)
WHERE random() < 0.9"""


async def build(dsn: str, needs: int, resources: int) -> None:
    """Fills an empty, migrated database. About 20 seconds for the whole."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("SET synchronous_commit = off")
        await connection.execute("SELECT setseed(0.42)")
        for statement in TOWN.replace("$needs", str(needs)).replace("$resources", str(resources)).split(";\n"):
            await connection.execute(statement)
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def timed(act: Callable[[int], Awaitable[Any]], rounds: int) -> list[float]:
    """Milliseconds of each round, sorted; one round more warms up."""
    times = []
    for turn in range(rounds + 1):
        began = time.perf_counter()
        await act(turn)
        if turn:
            times.append((time.perf_counter() - began) * 1000)
    return sorted(times)


def beside(ours: list[float], floor: list[float]) -> dict[str, float]:
    """The medians of both, the slowest twentieth of ours, and how many times the floor ours takes."""
    mine, least = statistics.median(ours), statistics.median(floor)
    p95 = ours[min(len(ours) - 1, int(len(ours) * 0.95))]
    figures = {"median_ms": mine, "p95_ms": p95, "floor_ms": least, "ratio": mine / least}
    return {name: round(value, 2) for name, value in figures.items()}


NEEDS_BY_KEY = """SELECT id, title, theme, latitude, longitude, urgency, people, week, voiced_on, state
                  FROM need WHERE id = ANY($1)"""
HELP_BY_KEY = "SELECT id, theme, latitude, longitude, week, capacity, since, until FROM help WHERE id = ANY($1)"


async def keys(table: str, box: Box | None = None) -> list[Any]:
    where = "true" if box is None else "point(longitude, latitude) <@ box(point($1, $2), point($3, $4))"
    values = () if box is None else (box.west, box.south, box.east, box.north)
    return [row["id"] for row in await database.fetch(f"SELECT id FROM {table} WHERE {where}", *values)]


async def by_key(text: str, ids: list[Any]) -> None:
    """Reads many rows of a table through its primary key, and not the whole table beside it."""
    async with database.transaction():
        await database.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        await database.fetch(text, ids)


async def explain(text: str, values: list[object]) -> list[str]:
    rows = await database.fetch(f"EXPLAIN (ANALYZE, BUFFERS OFF, COSTS OFF) {text}", *values)
    return [row[0] for row in rows if "Planning" not in row[0] and "Index Searches" not in row[0]]


async def viewports(rounds: int) -> dict[str, Any]:
    """A part of the map with some two thousand needs, and the whole of it in clusters."""
    boxes = [
        Box(row["latitude"] - 0.02, row["longitude"] - 0.033, row["latitude"] + 0.02, row["longitude"] + 0.033)
        for row in await database.fetch("SELECT latitude, longitude FROM area ORDER BY slug LIMIT $1", rounds + 1)
    ]
    ids = [await keys("need", box) for box in boxes]
    everything = await keys("need")
    return {
        f"a viewport, {round(statistics.mean(map(len, ids)))} needs": beside(
            await timed(lambda turn: viewport.points(SYSTEM, ALL, boxes[turn % len(boxes)], 15), rounds),
            await timed(lambda turn: database.fetch(NEEDS_BY_KEY, ids[turn % len(ids)]), rounds),
        ),
        "the whole map, in clusters": beside(
            await timed(lambda turn: viewport.points(SYSTEM, ALL, viewport.EVERYWHERE, 11), max(rounds // 4, 3)),
            await timed(
                lambda turn: by_key("SELECT sum(people), max(latitude) FROM need WHERE id = ANY($1)", everything),
                max(rounds // 4, 3),
            ),
        ),
    }


async def town_gaps(today: date, rounds: int) -> dict[str, Any]:
    """All open needs judged. The floor reads each need and each row of help once and, as ours, sends none of them."""
    needs, helps = await keys("need"), await keys("help")

    async def floor(turn: int) -> None:
        await by_key("SELECT sum(people), max(latitude), max(week) FROM need WHERE id = ANY($1)", needs)
        await by_key("SELECT sum(capacity), max(latitude), max(week) FROM help WHERE id = ANY($1)", helps)

    found = {}
    for name, terms in {
        "gaps, 1.5 km": Terms(today),
        "gaps, 1.5 km, without volunteers": Terms(today, volunteers=False),
        "gaps, 0.5 km": Terms(today, km=0.5),
        "gaps, 5 km": Terms(today, km=5),
        "gaps a year ago": Terms(date(today.year - 1, today.month, min(today.day, 28)), past=True),
    }.items():
        many = len(await gaps.find(SYSTEM, terms=terms))
        ours = await timed(lambda turn, terms=terms: gaps.find(SYSTEM, terms=terms), rounds)
        found[f"{name}: {many}"] = beside(ours, await timed(floor, max(rounds // 2, 3)))
    return found


async def one_need(today: date, rounds: int) -> dict[str, Any]:
    """One need's page: the help beside it and the volunteers it reaches. The floor reads just those rows."""
    ids = [row["id"] for row in await database.fetch("SELECT id FROM need ORDER BY id LIMIT $1", rounds + 1)]
    terms, rows = Terms(today), []
    for id in ids:
        asked = Asked([id])
        text = reach.statement(reach.HELP, asked, terms)
        helps = [row["help"] for row in await database.fetch(text, *asked.values)]
        rows.append((helps, [one.id for one in await reach.askable(SYSTEM, id, terms)]))

    async def floor(turn: int) -> None:
        helps, people = rows[turn]
        await database.fetch(NEEDS_BY_KEY, [ids[turn]])
        await database.fetch(HELP_BY_KEY, helps)
        await database.fetch("SELECT id, latitude, longitude, week, causes FROM volunteer WHERE id = ANY($1)", people)

    ours = await timed(lambda turn: reach.of_need(SYSTEM, ids[turn], terms), rounds)
    mean = round(statistics.mean(len(helps) for helps, _ in rows))
    return {f"one need's reach, {mean} rows of help": beside(ours, await timed(floor, rounds))}


async def plans(today: date) -> dict[str, list[str]]:
    need = await database.fetchval("SELECT id FROM need ORDER BY id LIMIT 1")
    found = {}
    text, values = gaps.statement(ALL, Terms(today))
    found["gaps of the whole town"] = await explain(text, values)
    for name, part in (("help beside one need", reach.HELP), ("volunteers whom one need reaches", reach.ASKABLE)):
        asked = Asked([need])
        text = reach.statement(part, asked, Terms(today))
        found[name] = await explain(text, asked.values)
    return found


async def measure(dsn: str, needs: int, resources: int, rounds: int) -> dict[str, Any]:
    database.configure(dsn)
    await database.migrate()
    await build(dsn, needs, resources)
    today = clock.today("Europe/Warsaw")
    async with database.pool():
        figures = await viewports(rounds * 4) | await town_gaps(today, rounds) | await one_need(today, rounds * 4)
        return {
            "needs": needs,
            "resources": resources,
            "rounds": rounds,
            "figures": figures,
            "plans": await plans(today),
        }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="2,000 needs and few rounds: shows that it runs")
    quick = parser.parse_args().quick
    needs, resources, rounds = (2_000, 400, 3) if quick else (100_000, 20_000, 10)
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        with Embedded(Path(folder) / "postgres", settings={"shared_buffers": "256MB"}) as server:
            result = asyncio.run(measure(server.dsn, needs, resources, rounds))
    for name, lines in result["plans"].items():
        print(f"--- {name}", *lines, "", sep="\n")
    print(f"{needs:,} needs, {resources:,} resources")
    print(f"{'':<44}{'median ms':>11}{'p95 ms':>10}{'floor ms':>10}{'ratio':>8}")
    for name, one in result["figures"].items():
        print(f"{name:<44}{one['median_ms']:>11}{one['p95_ms']:>10}{one['floor_ms']:>10}{one['ratio']:>8}")
    print(json.dumps({name: value for name, value in result.items() if name != "plans"}))


if __name__ == "__main__":
    main()
