"""For benchmarks/schedule.py: one week of many meetings as a page over HTTP, beside reading the same rows; how long it
is from a write to the event that tells of it, over a stream of the same server; what that costs a mass write."""

import asyncio
import contextlib
import gzip
import statistics
import time
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import httpx2
import uvicorn

from volunteer_hub import app as application
from volunteer_hub.access.tables import Account, Session
from volunteer_hub.kit import clock, database, secret
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.schedule.boards import queries as board
from volunteer_hub.schedule.boards.filters import Filters
from volunteer_hub.settings import load
from volunteer_hub.web import logs

ZONE = "Europe/Warsaw"
PLACES = 50
HEARD = ("meeting", "opening", "assignment")

FILL = (
    """INSERT INTO place (id, name, address, area, latitude, longitude)
       SELECT gen_random_uuid(), 'Miejsce ' || n, 'ul. Wiślana ' || n, (SELECT id FROM area LIMIT 1), 52.6, 19.0
       FROM generate_series(1, {places}) n""",
    """WITH p AS (SELECT id, row_number() OVER () - 1 AS n FROM (SELECT id FROM place ORDER BY name LIMIT {places}) p),
            i AS (SELECT id, row_number() OVER () - 1 AS n FROM initiative),
            w AS (SELECT n, date '{monday}' + (n % 7)::int + make_interval(hours => 8 + (n / 7 % 12)::int) AS starts
                  FROM generate_series(0, {meetings} - 1) n)
       INSERT INTO meeting (id, initiative, place, starts_wall, ends_wall, timezone, starts_at, ends_at, created_at,
                            changed_at)
       SELECT gen_random_uuid(), i.id, p.id, w.starts, w.starts + interval '90 minutes', 'Europe/Warsaw',
              w.starts AT TIME ZONE 'Europe/Warsaw', (w.starts + interval '90 minutes') AT TIME ZONE 'Europe/Warsaw',
              now(), now()
       FROM w JOIN p ON p.n = w.n * 7919 % {places} JOIN i ON i.n = w.n % (SELECT count(*) FROM i)""",
    """INSERT INTO role_asked (id, initiative, name, least, most, skills, languages, clearances)
       SELECT gen_random_uuid(), id, 'Gotuje', 1, 3, '{{}}', '{{}}', '{{}}' FROM initiative""",
    """INSERT INTO volunteer (id, first_name, last_name, kind, step, area_slug, created_at)
       SELECT gen_random_uuid(), 'Marta', 'Nr ' || n, 'adult', 'active', 'a', now() FROM generate_series(1, 400) n""",
    """INSERT INTO opening (id, meeting, role, least, most, taken)
       SELECT gen_random_uuid(), m.id, r.id, 1, 3, abs(hashtext(m.id::text)) % 4
       FROM meeting m JOIN role_asked r ON r.initiative = m.initiative""",
    """WITH v AS (SELECT id, row_number() OVER () - 1 AS n FROM volunteer)
       INSERT INTO assignment (id, opening, volunteer, state, created_at)
       SELECT gen_random_uuid(), o.id, v.id, (ARRAY['invited', 'declined', 'withdrawn'])[k], now()
       FROM opening o CROSS JOIN generate_series(1, 3) k JOIN v ON v.n = (abs(hashtext(o.id::text)) + k) % 400""",
)
# The rows that the board is made of, and no more.
FLOOR = """
    SELECT m.id, m.starts_wall, m.ends_wall, m.state, i.name AS title, i.kind, p.name AS place, a.name AS area,
           o.least, o.most, o.taken, r.name AS role
    FROM meeting m JOIN initiative i ON i.id = m.initiative JOIN place p ON p.id = m.place JOIN area a ON a.id = p.area
    JOIN opening o ON o.meeting = m.id JOIN role_asked r ON r.id = o.role
    WHERE m.starts_at >= $1::date AND m.starts_at < $1::date + 8"""
SEATS = "SELECT opening, state, at_risk FROM assignment"
MASS = {
    "all meetings": "UPDATE meeting SET sequence = sequence + 1",
    "all openings": "UPDATE opening SET version = version + 1",
    "all assignments": "UPDATE assignment SET score = 1",
}


async def measure(meetings: int, rounds: int, events: int) -> dict[str, Any]:
    """Inside a pool over a migrated database that holds initiatives and one area."""
    monday = clock.today(ZONE) + timedelta(days=7 - clock.today(ZONE).weekday())
    await database.execute("DELETE FROM meeting")
    async with database.transaction():
        await database.execute("SET LOCAL session_replication_role = replica")  # nobody's papers are looked at here
        for statement in FILL:
            await database.execute(statement.format(monday=monday, places=PLACES, meetings=meetings))
    for table in (*HEARD, "place", "role_asked"):
        await database.execute(f"ANALYZE {table}")
    account = Account(name="Benchmark", email="board@example.org", role=Role.COORDINATOR)
    await account.save()
    token = secret.token()
    await Session(token_hash=secret.fingerprint(token), account=account.id).save()
    year, week, _ = monday.isocalendar()
    async with served() as address, httpx2.AsyncClient(base_url=address, timeout=60) as client:
        client.cookies.set("session", token)
        client.cookies.set("visit", secret.token())
        actor = Actor(role=Role.COORDINATOR, account=account.id, name=account.name)
        result = await _pages(client, f"/desk/week?week={year}-W{week:02d}", actor, monday, rounds)
        result |= await _latency(client, events)
    return result | {"mass": await _mass(max(3, rounds // 2))}


@contextlib.asynccontextmanager
async def served() -> AsyncIterator[str]:
    logs.setup = lambda: None  # type: ignore[assignment]  # a line for each request is the reader's, not ours
    app = application.create(load({"HUB_MODE": "demo"}))
    config = uvicorn.Config(app, port=0, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # type: ignore[assignment]
    with app.state.live.listening():
        task = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        finally:
            server.should_exit = True
            await task


async def _pages(client: httpx2.AsyncClient, path: str, actor: Actor, monday: date, rounds: int) -> dict[str, Any]:
    times: dict[str, list[float]] = {"page": [], "part": [], "read": [], "floor": []}
    page = await client.get(path)
    shown = page.text.count('href="/desk/meetings/')

    async def floor() -> None:
        await database.fetch(FLOOR, monday)
        await database.fetch(SEATS)

    acts = {
        "page": lambda: client.get(path),
        "part": lambda: client.get(path, headers={"HX-Request": "true"}),
        "read": lambda: board.week(actor, monday, Filters()),
        "floor": floor,
    }
    for turn in range(rounds + 1):
        for name, act in acts.items():
            began = time.perf_counter()
            await act()
            if turn:
                times[name].append((time.perf_counter() - began) * 1000)
    medians = {name: round(statistics.median(found), 1) for name, found in times.items()}
    return {
        "shown": shown, "kb": len(page.content) // 1000, "kb_sent": len(gzip.compress(page.content)) // 1000,
        "board": medians, "board_ratio": round(medians["page"] / medians["floor"], 1),
        "read_ratio": round(medians["read"] / medians["floor"], 1),
    }  # fmt: skip


async def _latency(client: httpx2.AsyncClient, events: int) -> dict[str, Any]:
    """From before the write is sent to the event in the hands of who listens over HTTP: what a page has to wait."""
    ids = [row["id"] for row in await database.fetch("SELECT id FROM opening LIMIT $1", events)]
    times: list[float] = []
    async with client.stream("GET", "/desk/live?age=0", headers={"accept": "text/event-stream"}) as answer:
        lines = answer.aiter_lines()
        await anext(lines)
        for id in ids:
            began = time.perf_counter()
            await database.execute("UPDATE opening SET version = version + 1 WHERE id = $1", id)
            async for line in lines:
                if line.startswith("data:"):
                    break
            times.append((time.perf_counter() - began) * 1000)
    cuts = statistics.quantiles(times, n=100)
    return {"events": len(times), "event_p50_ms": round(cuts[49], 1), "event_p99_ms": round(cuts[98], 1)}


async def _mass(rounds: int) -> dict[str, list[float]]:
    """Milliseconds of one statement over all rows, without the telling and with it, in turns; rolled back each time."""
    found = {}
    for (name, statement), table in zip(MASS.items(), HEARD, strict=True):
        times: dict[str, list[float]] = {"DISABLE": [], "ENABLE": []}
        for turn in range(rounds + 1):
            for switch, spent in times.items():
                with contextlib.suppress(_Undone):
                    async with database.transaction():
                        await database.execute(f"ALTER TABLE {table} {switch} TRIGGER {table}_update_heard")
                        began = time.perf_counter()
                        await database.execute(statement)
                        if turn:
                            spent.append((time.perf_counter() - began) * 1000)
                        raise _Undone
        found[name] = [round(statistics.median(spent), 1) for spent in times.values()]
    return found


class _Undone(Exception):
    pass
