"""The best twenty of 100,000 volunteers for one opening: one statement, beside the same answer from arrays in memory.

Three places of as many people: a town of 10 × 10 km, where thousands fit an opening, a region of 75 × 75 km, and the
synthetic town of the pages, where at most hours nobody is free. In the first two a third has no point, only an area,
and each has free windows of the week, work behind and before them, checks and papers. Beside it: the floor, which is
reading everybody in reach by the same index; what setting a wish aside would add; the nearest; what fits one volunteer
among all openings to come.
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
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import numpy as np
import synthetic

from volunteer_hub.kit import database
from volunteer_hub.kit.embedded import Embedded
from volunteer_hub.matching import people_sql as sql
from volunteer_hub.matching import search, soft
from volunteer_hub.matching.people_sql import half_hours_of
from volunteer_hub.people.rules import CAUSES, SKILLS
from volunteer_hub.schedule import facts
from volunteer_hub.schedule.rules import OpeningFacts
from volunteer_hub.schedule.wishes import fitting

AREAS = 25

TOWN = """
INSERT INTO area (id, slug, name, schematic, latitude, longitude)
SELECT gen_random_uuid(), 'area-' || n, 'Osiedle ' || n, true, 52.6 + (n / 5 + 0.5) * $1 / 5 / 111.2,
       19.0 + (n % 5 + 0.5) * $1 / 5 / 67.5
FROM generate_series(0, 24) n"""
THEMES = """
INSERT INTO theme (id, slug, name_pl, name_en, name_uk, confidential)
SELECT gen_random_uuid(), slug, slug, slug, slug, false FROM unnest($1::text[]) slug"""
INITIATIVES = """
INSERT INTO initiative (id, name, kind, state, theme, about, public, starts_on, created_at)
SELECT gen_random_uuid(), 'Inicjatywa ' || n, 'long_term', 'running',
       (SELECT id FROM theme ORDER BY slug OFFSET n % $1 LIMIT 1), 'Opis', true, current_date - 60, now()
FROM generate_series(1, 2000) n"""
PLACED = """
INSERT INTO place (id, name, address, area, latitude, longitude, private)
SELECT gen_random_uuid(), 'Miejsce ' || n, 'ul. Prosta 1', (SELECT id FROM area ORDER BY slug OFFSET n % 25 LIMIT 1),
       52.6 + random() * $1::float8 / 111.2, 19.0 + random() * $1 / 67.5, false
FROM generate_series(1, 1000) n"""
POLICY = """
INSERT INTO policy (id, insurer, number, valid_from, valid_until, noted_at)
VALUES (gen_random_uuid(), 'Ubezpieczyciel', '1', current_date - 365, current_date + 365, now())"""
# A half asks for nothing much, the other half for a skill, a check, a language or an age.
ROLES = """
INSERT INTO role_asked (id, initiative, name, tasks, least, most, skills, languages, clearances, minor_safe, gender,
                        min_age)
SELECT gen_random_uuid(), i.id, 'Pomaga', '', 2, 4,
       CASE WHEN n % 4 = 0 THEN ($1::text[])[1 + n % 9:1 + n % 9] ELSE '{}' END,
       CASE WHEN n % 5 = 0 THEN '{uk}' WHEN n % 5 = 1 THEN '{pl}' ELSE '{}' END::text[],
       CASE WHEN n % 5 = 2 THEN '{minors}' ELSE '{}' END::text[], n % 3 > 0, '', CASE WHEN n % 7 = 0 THEN 26 END
FROM (SELECT id, row_number() OVER (ORDER BY id)::int AS n FROM initiative) i"""
MEETINGS = """
INSERT INTO meeting (id, initiative, place, starts_wall, ends_wall, timezone, starts_at, ends_at, state, sequence,
                     created_at)
SELECT gen_random_uuid(), i.id, p.id, wall, wall + long, 'Europe/Warsaw', wall AT TIME ZONE 'Europe/Warsaw',
       (wall + long) AT TIME ZONE 'Europe/Warsaw', 'planned', 0, now()
FROM (SELECT n, current_date - 35 + (n % 56) + make_interval(hours => 8 + (random() * 12)::int) AS wall,
             make_interval(mins => 60 + 30 * (random() * 4)::int) AS long FROM generate_series(1, $1 * 48 / 100) n) w
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM initiative) i ON i.n = 1 + w.n % 2000
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM place) p ON p.n = 1 + (w.n % 2000 * 7) % 1000"""
OPENINGS = """
INSERT INTO opening (id, meeting, role, least, most, taken, urgent, urgent_reason, version)
SELECT gen_random_uuid(), m.id, r.id, 2, 9, 0, random() < 0.1, '', 0
FROM meeting m JOIN role_asked r ON r.initiative = m.initiative"""
PEOPLE = """
INSERT INTO volunteer (id, first_name, last_name, phone, language, birth_date, kind, step, step_since, area_slug,
                       latitude, longitude, max_km, max_hours_week, max_times_week, causes, skills, languages, gender,
                       about, guardian_name, guardian_phone, travels, created_at)
SELECT gen_random_uuid(), 'Imię' || n % 400, 'Nazwisko' || n % 7000, '+48' || 500000000 + n, 'pl',
       current_date - (18 * 366 + n % 18000), 'adult', 'active', now(), 'area-' || n % 25,
       CASE WHEN n % 3 > 0 THEN 52.6 + random() * $1 / 111.2 END,
       CASE WHEN n % 3 > 0 THEN 19.0 + random() * $1 / 67.5 END, (ARRAY[1, 2, 3, 5, 5, 8, 10])[1 + n % 7], 3 + n % 8,
       CASE WHEN n % 4 = 0 THEN 1 + n % 3 END, ($2::text[])[1 + n % 8:2 + n % 8], ($3::text[])[1 + n % 9:2 + n % 9],
       CASE WHEN random() < 0.05 THEN '{pl,uk}' ELSE '{pl}' END::text[], '', '', '', '',
       (ARRAY['', 'foot', 'bike', 'bus', 'car'])[1 + n % 5], now()
FROM generate_series(1, $4) n"""
FREE = """
INSERT INTO availability (id, volunteer, weekday, starts, ends)
SELECT gen_random_uuid(), v.id, d, make_time(from_, 0, 0), make_time(least(from_ + 3 + (random() * 3)::int, 23), 0, 0)
FROM volunteer v CROSS JOIN generate_series(1, 7) d
CROSS JOIN LATERAL (SELECT v.id AS of, 7 + (random() * 12)::int AS from_) f WHERE random() < 0.9"""
PAPERS = (
    """INSERT INTO clearance (id, volunteer, kind, checked_on, valid_until, reference)
       SELECT gen_random_uuid(), id, 'minors', current_date - 300, current_date + (random() * 900)::int - 200, ''
       FROM volunteer WHERE random() < 0.3""",
    """INSERT INTO away (id, volunteer, first_day, last_day)
       SELECT gen_random_uuid(), id, current_date + (random() * 14)::int, current_date + 14 + (random() * 14)::int
       FROM volunteer WHERE random() < 0.1""",
    """INSERT INTO service (id, volunteer, first_day, noted_at)
       SELECT gen_random_uuid(), id, current_date - (random() * 400)::int, now() FROM volunteer WHERE random() < 0.6""",
    """INSERT INTO agreement (id, volunteer, signed_on, valid_from, noted_at)
       SELECT gen_random_uuid(), volunteer, first_day, first_day, now() FROM service WHERE random() < 0.8""",
)
WORK = (
    """CREATE TABLE said AS
       SELECT gen_random_uuid() AS id, o.id AS opening, m.id AS meeting, v.id AS volunteer, m.starts_at, m.ends_at
       FROM (SELECT id, meeting, row_number() OVER (ORDER BY id) AS n FROM opening) o
       JOIN meeting m ON m.id = o.meeting CROSS JOIN generate_series(1, 3) k
       JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM volunteer) v
         ON v.n = 1 + abs(hashtext(m.initiative::text || k || (o.n % 5))) % $1""",
    "ALTER TABLE assignment DISABLE TRIGGER USER",
    """INSERT INTO assignment (id, opening, volunteer, state, code, invited_at, answered_by, created_at)
       SELECT id, opening, volunteer, CASE WHEN ends_at < now() THEN 'done' ELSE 'accepted' END, '', now(), '', now()
       FROM said ON CONFLICT DO NOTHING""",
    "ALTER TABLE assignment ENABLE TRIGGER USER",
    """INSERT INTO booking (id, assignment, meeting, volunteer, starts_at, ends_at, accepted)
       SELECT gen_random_uuid(), id, meeting, volunteer, starts_at, ends_at, true FROM said
       WHERE id IN (SELECT id FROM assignment) ON CONFLICT DO NOTHING""",
    "DROP TABLE said",
)


async def build(dsn: str, people: int, wide: float) -> None:
    """Fills an empty, migrated database with `people` who live in a square of `wide` kilometres."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("SET synchronous_commit = off")
        await connection.execute("SELECT setseed(0.42)")
        await connection.execute(TOWN, wide)
        causes = list(CAUSES)
        await connection.execute(THEMES, causes)
        await connection.execute(INITIATIVES, len(causes))
        await connection.execute(PLACED, wide)
        await connection.execute(POLICY)
        await connection.execute(ROLES, list(SKILLS))
        await connection.execute(MEETINGS, people)
        await connection.execute(OPENINGS)
        # All pairs at once, not after each of so many people.
        await connection.execute("ALTER TABLE volunteer DISABLE TRIGGER volunteer_comes_alike")
        await connection.execute(PEOPLE, wide, causes, list(SKILLS), people)
        await connection.execute("ALTER TABLE volunteer ENABLE TRIGGER volunteer_comes_alike")
        for statement in (FREE, *PAPERS):
            await connection.execute(statement)
        for statement in WORK:
            await connection.execute(statement, *([people] if "$1" in statement else []))
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


PLACES: dict[str, Callable[[str, int], Awaitable[None]]] = {
    "town": partial(build, wide=10.0),
    "region": partial(build, wide=75.0),
    "synthetic": synthetic.build,
}


def figures(times: list[float]) -> dict[str, float]:
    times = sorted(times)
    p95 = times[int(len(times) * 0.95)]
    return {"median_ms": round(statistics.median(times), 1), "p95_ms": round(p95, 1), "most_ms": round(times[-1], 1)}


SOME = """
SELECT o.id FROM opening o JOIN meeting m ON m.id = o.meeting
WHERE m.starts_at > now() + interval '1 day' AND m.starts_at < now() + interval '14 days' ORDER BY md5(o.id::text)
LIMIT $1"""


async def openings(number: int) -> list[UUID]:
    return [row["id"] for row in await database.fetch(SOME, number)]


MEMORY = """
SELECT coalesce(v.latitude, a.latitude, 0) AS lat, coalesce(v.longitude, a.longitude, 0) AS lon, v.max_km,
       v.birth_date - date '1900-01-01' AS born, v.causes, v.skills, v.languages, v.half_hours::text AS hours,
       coalesce((SELECT valid_until FROM clearance WHERE volunteer = v.id AND kind = 'minors' AND revoked_on IS NULL)
                - date '1900-01-01', 0) AS minors
FROM volunteer v LEFT JOIN area a ON a.slug = v.area_slug WHERE step = 'active' ORDER BY v.id"""


class Memory:
    """The same people as arrays: what a process that has read everybody answers from. Without bookings and papers."""

    def __init__(self, rows: list[asyncpg.Record]) -> None:
        self.lat, self.lon = (np.radians([row[name] for row in rows]) for name in ("lat", "lon"))
        self.max_km = np.array([row["max_km"] for row in rows])
        self.born, self.minors = (np.array([row[name] for row in rows]) for name in ("born", "minors"))
        self.words = {
            name: {word: np.array([word in row[name] for row in rows]) for word in {w for r in rows for w in r[name]}}
            for name in ("causes", "skills", "languages")
        }
        self.hours = np.array([[bit == "1" for bit in row["hours"]] for row in rows]).T.copy()

    def best(self, o: OpeningFacts) -> int:
        """How many it found, at most twenty."""
        assert o.at
        lat, lon = np.radians(o.at)
        a = np.sin((self.lat - lat) / 2) ** 2 + np.cos(lat) * np.cos(self.lat) * np.sin((self.lon - lon) / 2) ** 2
        km = 2 * 6371.0088 * np.arcsin(np.sqrt(a))
        fits = (km <= self.max_km) & self.hours[
            [n for n, bit in enumerate(half_hours_of(o).as_string().replace(" ", "")) if bit == "1"]
        ].all(0)
        for skill in o.skills:
            fits &= self.words["skills"].get(skill, False)
        if o.languages:
            fits &= np.any([self.words["languages"].get(one, np.zeros(len(km), bool)) for one in o.languages], axis=0)
        if o.clearances:
            fits &= self.minors >= (o.last_day - date(1900, 1, 1)).days
        day = (o.first_day - date(1900, 1, 1)).days
        fits &= self.born <= day - 365.25 * max(o.min_age or 0, 0 if o.minor_safe else 18)
        found = np.flatnonzero(fits)
        score = 300 * (1 - km[found] / self.max_km[found]) + 250 * self.words["causes"][o.cause][found]
        return len(found[np.argsort(-score)[: search.BEST]])


def worked(pid: int) -> float:
    """Milliseconds of processor that the database's process has used so far (Linux)."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6


async def timed(act: Callable[[OpeningFacts], Any], asked: list[OpeningFacts]) -> dict[str, dict[str, float]]:
    """What each opening's answer takes: the wait, and what the database worked for it."""
    pid = await database.fetchval("SELECT pg_backend_pid()")
    waits, works = [], []
    for turn, one in enumerate(asked[:10] + asked):
        before, began = worked(pid), time.perf_counter()
        answer = act(one)
        if asyncio.iscoroutine(answer):
            await answer
        if turn >= len(asked[:10]):
            waits.append((time.perf_counter() - began) * 1000)
            works.append(worked(pid) - before)
    return {"waited": figures(waits), "worked": figures(works)}


async def measure(dsn: str, people: int, fill: Callable[[str, int], Awaitable[None]], rounds: int) -> dict[str, Any]:
    database.configure(dsn)
    await database.migrate()
    await fill(dsn, people)
    reached = f"""WITH places AS MATERIALIZED ({sql.PLACES}) SELECT count(*), sum(km), bit_or(half_hours)
                  FROM ({sql.REACHED.format(share=1, gate="")} OFFSET 0) v"""
    reached = reached.replace(":lat", "$1::float8").replace(":lon", "$2::float8")
    async with database.pool(1), database.reading():
        asked = [await facts.opening_facts(id) for id in await openings(rounds)]
        memory = Memory(await database.fetch(MEMORY))

        async def floor(one: OpeningFacts) -> None:
            assert one.at
            await database.fetchrow(reached, *one.at)

        volunteers = await database.fetch("SELECT id FROM volunteer ORDER BY md5(id::text) LIMIT 50")
        me = iter([row["id"] for row in volunteers] * 10)

        async def mine(_: OpeningFacts) -> None:
            await database.fetch(fitting.PROMISING.format(narrowed="", me="$1"), next(me))

        acts: dict[str, Callable[[OpeningFacts], Any]] = {
            "best twenty": search.best,
            "the floor: all in reach read": floor,
            "from memory": memory.best,
            "what each wish would add": soft.would_fit,
            "the nearest": search.nearest,
            "what fits a volunteer": mine,
        }
        return {name: await timed(act, asked if act is not mine else asked[:50]) for name, act in acts.items()}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="2,000 people and few rounds: shows that it runs")
    quick = parser.parse_args().quick
    people, rounds = (2_000, 5) if quick else (100_000, 200)
    found = {}
    for name, fill in PLACES.items():
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            with Embedded(Path(folder) / "postgres", settings={"shared_buffers": "256MB"}) as server:
                found[name] = asyncio.run(measure(server.dsn, people, fill, rounds))
    print(f"{'':<39}{'worked p50':>11}{'p95':>8}{'waited p50':>12}{'p95':>8}")
    for place, rows in found.items():
        for name, one in rows.items():
            work, wait = one["worked"], one["waited"]
            print(
                f"{place + ': ' + name:<39}{work['median_ms']:>11}{work['p95_ms']:>8}"
                f"{wait['median_ms']:>12}{wait['p95_ms']:>8}"
            )
        own, best = rows["from memory"]["waited"], rows["best twenty"]["worked"]
        beside = {at: round(best[at] / own[at], 1) for at in ("median_ms", "p95_ms")}
        rows["beside memory"] = beside
        print(f"{place + ': the same beside memory':<39}{beside['median_ms']:>11}{beside['p95_ms']:>8}   (wanted: 5)")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
