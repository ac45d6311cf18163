"""The desk's list of people at 100,000 of them: what each kind of search waits for, and the plans of the database.

Names are Polish and spread as names are: a few are everybody's, most are rare. Every search is asked again and again
over one connection: the fifty of its first page and their number, as /desk/people asks for them; then the whole page.
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
from uuid import UUID

import asyncpg
import httpx2

from volunteer_hub import app as application
from volunteer_hub.access.tables import Account, Session
from volunteer_hub.kit import clock, database, secret
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.kit.embedded import Embedded
from volunteer_hub.people import duplicates, search
from volunteer_hub.people.rules import CAUSES, SKILLS
from volunteer_hub.people.wanted import Wanted, wanted
from volunteer_hub.settings import load as settings_from
from volunteer_hub.web import logs

FIRST = (
    "Anna Maria Katarzyna Małgorzata Agnieszka Barbara Ewa Krystyna Magdalena Elżbieta Joanna Zofia Julia Zuzanna"
    " Hanna Lena Oliwia Maja Alicja Natalia Łucja Róża Jadwiga Halina Oksana Olena Iryna Wiktoria Kinga Żaneta Piotr"
    " Krzysztof Andrzej Tomasz Jan Paweł Michał Marcin Stanisław Jakub Adam Marek Łukasz Grzegorz Mateusz Wojciech"
    " Mariusz Dariusz Zbigniew Jerzy Rafał Kacper Antoni Filip Szymon Bohdan Dmytro Ignacy Józef Świętosław"
)
STEMS = (
    "Kowal Nowak Wiśniew Wójci Kamiń Lewandow Zieliń Szymań Woźnia Dąbrow Kozłow Jankow Mazur Kwiatkow Krawczy Piotrow"
    " Grabow Nowakow Pawłow Michal Zają Król Jabłoń Wieczor Wróbl Malinow Stępi Gór Rutkow Sikor Ostrow Bara Dudzi Szew"
    " Baranow Piątko Tomasz Pietrza Marcini Zawadz Jakubow Sadow Borkow Czarnec Sawi Urba Maciejew Szczepań Kucharow"
    " Kubia Kaźmier Sobcza Głowa Źrebi Ćwikliń Łukasi Żół Bąko Gąsior Wąsow"
)
ENDS = "ski ska czyk ak ewicz owicz ek ka uk ko iak ów ski-Lis ska-Bąk ny enko as er yn el"

TOWN = """
INSERT INTO area (id, slug, name, schematic, latitude, longitude)
SELECT gen_random_uuid(), 'area-' || n, 'Osiedle ' || n, true, 52.6, 19.0 FROM generate_series(0, 24) n"""

# A square of a random number makes low places of a list common and high ones rare.
PEOPLE = """
INSERT INTO volunteer (id, first_name, last_name, phone, email, sms_ok, email_ok, language, birth_date, kind, step,
                       step_since, area_slug, max_km, max_hours_week, causes, skills, languages, tags, gender, about,
                       guardian_name, guardian_phone, guardian_email, guardian_consent_at, travels, created_at)
SELECT gen_random_uuid(),
       ($1::text[])[1 + (array_length($1::text[], 1) * r.a * r.a)::int % array_length($1::text[], 1)],
       ($2::text[])[1 + (array_length($2::text[], 1) * r.b * r.b)::int % array_length($2::text[], 1)]
         || ($3::text[])[1 + (array_length($3::text[], 1) * r.c * r.c)::int % array_length($3::text[], 1)],
       '+48' || (500000000 + (r.d * 399999999)::int), CASE WHEN r.e < 0.6 THEN 'osoba' || n || '@example.org' END,
       r.f < 0.9, true, 'pl', born, CASE WHEN r.g < 0.15 THEN 'pupil' WHEN r.g < 0.35 THEN 'student' ELSE 'adult' END,
       CASE WHEN r.h < 0.02 THEN 'applied' WHEN r.h < 0.03 THEN 'talked_to' WHEN r.h < 0.04 THEN 'agreed'
            WHEN r.h < 0.5 THEN 'active' WHEN r.h < 0.6 THEN 'paused' ELSE 'left' END,
       now() - make_interval(mins => (r.i * 1500000)::int), 'area-' || (25 * r.j * r.j)::int % 25, 5, 6,
       ($4::text[])[1 + n % 8:2 + n % 8], ($5::text[])[1 + n % 9:2 + n % 9],
       CASE WHEN r.k < 0.05 THEN '{pl,uk}' ELSE '{pl}' END::text[],
       CASE WHEN r.l < 0.01 THEN '{finał}' WHEN r.l < 0.2 THEN '{szkoła}' ELSE '{}' END::text[], '', '', '', '', '',
       CASE WHEN r.g < 0.15 AND r.m < 0.8 THEN now() END, '', now() - make_interval(mins => (r.i * 2000000)::int)
FROM generate_series(1, $6) n
CROSS JOIN LATERAL (SELECT n AS of, random() a, random() b, random() c, random() d, random() e, random() f, random() g,
                           random() h, random() i, random() j, random() k, random() l, random() m, random() o) r
CROSS JOIN LATERAL (SELECT current_date - CASE WHEN r.g < 0.15 THEN 13 * 366 + (r.o * 1700)::int
                           ELSE 18 * 366 + (r.o * 20000)::int END AS born) b"""

CLEARANCES = """
INSERT INTO clearance (id, volunteer, kind, checked_on, valid_until, reference)
SELECT gen_random_uuid(), id, 'minors', current_date - 300, current_date + (random() * 900)::int - 200, ''
FROM volunteer WHERE random() < 0.3"""

# One in a thousand came twice: by a new number, with a letter wrong, or with the names swapped.
TWICE = """
INSERT INTO volunteer (id, first_name, last_name, phone, birth_date, kind, step, step_since, area_slug, causes, skills,
                       languages, tags, created_at)
SELECT gen_random_uuid(), CASE WHEN n % 3 = 0 THEN last_name ELSE first_name END,
       CASE WHEN n % 3 = 0 THEN first_name ELSE overlay(last_name placing 'x' from 3 for 1) END,
       '+48' || 900000000 + n, birth_date, kind, 'applied', now(), area_slug, '{}', '{}', '{pl}', '{}', now()
FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM volunteer ORDER BY id LIMIT $1) v"""

SEARCHES: dict[str, dict[str, Any]] = {
    "everybody, by name": {},
    "everybody, the longest waiting": {"order": "waits"},
    "everybody, the newest": {"order": "newest"},
    "a common name: anna": {"q": "anna"},
    "a rare name: źrebiowicz": {"q": "źrebiowicz"},
    "the middle of a name: rebi": {"q": "rebi"},
    "two words: ewa kowal": {"q": "ewa kowal"},
    "three parts: ow an ka": {"q": "ow an ka"},
    "one letter: a": {"q": "a"},
    "one rare letter: q": {"q": "q"},
    "two letters: ow": {"q": "ow"},
    "two rare letters: xk": {"q": "xk"},
    "part of a number: 60712": {"q": "60712"},
    "two digits: 77": {"q": "77"},
    "nobody: gzhegzh": {"q": "gzhegzh"},
    "a queue, the longest waiting": {"step": "applied", "order": "waits"},
    "a queue and letters: ka": {"step": "talked_to", "q": "ka"},
    "an area": {"area": "area-20"},
    "a tag": {"tag": "finał"},
    "a skill and a language": {"skill": "driving", "language": "uk"},
    "minors without consent": {"consent": "guardian"},
    "clearance ending": {"clearance": "ending"},
    "at this step over 90 days": {"waits": "90", "order": "waits"},
    "all at once": {"q": "ska", "step": "active", "kind": "adult", "cause": "food", "clearance": "ending"},
}


async def build(dsn: str, people: int) -> None:
    """Fills an empty, migrated database with `people` volunteers. About 15 seconds for 100,000."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("SET synchronous_commit = off")
        await connection.execute("SELECT setseed(0.42)")
        await connection.execute(TOWN)
        lists = (FIRST.split(), STEMS.split(), ENDS.split(), list(CAUSES), list(SKILLS))
        # All pairs at once, not after each of so many people.
        await connection.execute("ALTER TABLE volunteer DISABLE TRIGGER volunteer_comes_alike")
        await connection.execute(PEOPLE, *lists, people)
        await connection.execute(CLEARANCES)
        await connection.execute(TWICE, people // 1000)
        await connection.execute("SELECT keep_all_alike()")
        await connection.execute("ALTER TABLE volunteer ENABLE TRIGGER volunteer_comes_alike")
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def timed(act: Callable[[], Awaitable[Any]], rounds: int) -> list[float]:
    """Milliseconds of each round, sorted; one round more warms up."""
    times = []
    for turn in range(rounds + 1):
        began = time.perf_counter()
        await act()
        if turn:
            times.append((time.perf_counter() - began) * 1000)
    return sorted(times)


def figures(times: list[float]) -> dict[str, float]:
    return {"median_ms": round(statistics.median(times), 1), "p95_ms": round(times[int(len(times) * 0.95)], 1)}


async def plan(of: Wanted, today: date) -> list[str]:
    """How the database answers each statement of a search: EXPLAIN (ANALYZE) of the very same ones."""
    asked: list[tuple[str, tuple]] = []
    real = asyncpg.Connection._execute

    async def spying(self, query, args, *rest, **named):
        asked.append((query, tuple(args)))
        return await real(self, query, args, *rest, **named)

    asyncpg.Connection._execute = spying
    try:
        await search.find(SYSTEM, of, today)
    finally:
        asyncpg.Connection._execute = real
    lines = []
    async with database.transaction():
        await database.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        for query, args in asked:
            if not query.lstrip().startswith("SELECT") or "v.first_name" in query or "name_key FROM" in query:
                continue
            short = "short_parts" in query
            await database.execute(f"SET LOCAL enable_seqscan = {'off' if short else 'on'}")
            await database.execute(f"SET LOCAL enable_indexscan = {'off' if short else 'on'}")
            rows = await database.fetch(f"EXPLAIN (ANALYZE, BUFFERS OFF, COSTS OFF) {query}", *args)
            lines += [row[0] for row in rows if "Planning" not in row[0] and "Index Searches" not in row[0]]
    return lines


async def over_http(app: Any, paths: dict[str, str], cookie: str, rounds: int) -> dict[str, dict[str, float]]:
    """The whole page, session, template and all, without the network."""
    transport = httpx2.ASGITransport(app=app)
    found = {}
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://127.0.0.1", headers={"cookie": cookie}
    ) as client:

        async def get(path: str) -> None:
            answer = await client.get(path)
            if answer.status_code != 200:
                raise SystemExit(f"{path} answered {answer.status_code}")

        for name, path in paths.items():
            found[name] = figures(await timed(lambda path=path: get(path), rounds))
    return found


async def _renamed(who: UUID) -> None:
    """As a correction does, with all that the database then keeps up."""
    await database.execute("UPDATE volunteer SET first_name = first_name || 'x' WHERE id = $1", who)
    await database.execute("UPDATE volunteer SET first_name = rtrim(first_name, 'x') WHERE id = $1", who)


async def measure(dsn: str, people: int, rounds: int) -> dict[str, Any]:
    logs.setup(open(os.devnull, "w"))  # noqa: SIM115 - open as long as the process
    database.configure(dsn)
    await database.migrate()
    await build(dsn, people)
    today = clock.today("Europe/Warsaw")
    result: dict[str, Any] = {"people": people, "rounds": rounds, "searches": {}, "plans": {}}
    async with database.pool():
        for name, asked in SEARCHES.items():
            of = wanted(asked)
            found = await search.find(SYSTEM, of, today)
            times = await timed(lambda of=of: search.find(SYSTEM, of, today), rounds)
            total = f"{found.total}{'+' if found.more_than else ''}"
            result["searches"][name] = {"found": total} | figures(times)
            result["plans"][name] = await plan(of, today)
        for name, act in {
            "queues of all steps": lambda: search.queues(SYSTEM),
            "possible duplicates, all": lambda: duplicates.twins(SYSTEM),
        }.items():
            result["searches"][name] = {"found": ""} | figures(await timed(act, max(rounds // 4, 3)))
        someone = await database.fetchval("SELECT id FROM volunteer ORDER BY created_at DESC LIMIT 1")
        times = await timed(lambda: duplicates.possible_duplicates(SYSTEM, someone), rounds)
        result["searches"]["possible duplicates, of one person"] = {"found": ""} | figures(times)
        times = await timed(lambda: _renamed(someone), rounds)
        result["searches"]["one person gets another name, and back"] = {"found": ""} | figures(times)
        account = await Account(name="Benchmark", email="b@example.org", role=Role.COORDINATOR).save()
        token = secret.token()
        await Session(token_hash=secret.fingerprint(token), account=account[0]["id"]).save()
        app = application.create(settings_from({"HUB_MODE": "demo", "HUB_DATABASE_URL": dsn}))
        paths = {name: f"/desk/people?{wanted(asked).query}" for name, asked in SEARCHES.items()}
        result["pages"] = await over_http(app, paths, f"session={token}", rounds)
    return result


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="2,000 people and few rounds: shows that it runs")
    quick = parser.parse_args().quick
    people, rounds = (2_000, 3) if quick else (100_000, 40)
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        with Embedded(Path(folder) / "postgres", settings={"shared_buffers": "256MB"}) as server:
            result = asyncio.run(measure(server.dsn, people, rounds))
    for name, lines in result["plans"].items():
        print(f"--- {name}", *lines, "", sep="\n")
    print(f"{'search':<36}{'found':>8}{'median ms':>11}{'p95 ms':>9}{'page median':>13}{'page p95':>10}")
    for name, one in result["searches"].items():
        page = result["pages"].get(name, {"median_ms": "", "p95_ms": ""})
        print(
            f"{name:<36}{one['found']:>8}{one['median_ms']:>11}{one['p95_ms']:>9}"
            f"{page['median_ms']:>13}{page['p95_ms']:>10}"
        )
    print(json.dumps({name: value for name, value in result.items() if name != "plans"}))


if __name__ == "__main__":
    main()
