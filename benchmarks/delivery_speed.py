"""How many SMS leave in a second, beside the same loop without a database; and what pages take while 10,000 wait.

The workers and the web are the commands themselves, over our own PostgreSQL; the provider is a process that answers at
once. Everything shares the machine's cores, the provider and the one who measures too.
"""

import asyncio
import contextlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import load
import synthetic
from pages import sign_in
from support import processes
from support.campaign import PUT
from support.fake_twilio import FakeTwilio

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.embedded import Embedded
from volunteer_hub.messaging import channels, delivery
from volunteer_hub.messaging.channels.base import Outgoing
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.settings import load as settings_from

HERE = Path(__file__).parent
OPEN = "SELECT EXISTS (SELECT FROM message WHERE state IN ('planned', 'in_flight', 'unknown'))"
LISTENING = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
# None: as fast as the provider takes them.
RATES = (10, 50, None)
BURST = 10_000
Figures = dict[str, float]


@contextlib.contextmanager
def provider() -> Iterator[str]:
    """The provider's address."""
    port = processes.free_port()
    process = subprocess.Popen([sys.executable, str(HERE / "delivery_provider.py"), str(port)])
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def installation(dsn: str, url: str, rate: float | None) -> dict[str, str]:
    """Settings of a centre in production, without HUB_."""
    twilio = {name.upper(): value for name, value in FakeTwilio(url=url).settings().items()}
    keys = {"MODE": "production", "SECRET_KEY": "k" * 32, "FIELD_KEY": "f" * 32}
    # It is measured at night too.
    keys |= {"QUIET_FROM": "00:00", "QUIET_UNTIL": "00:00"}
    return twilio | keys | {"DATABASE_URL": dsn, "SMS_PER_SECOND": str(rate or 0), "FLOOD": "0"}


async def floor(settings: dict[str, str], many: int) -> float:
    """Messages a second by the same client, as many at once, and nothing written down."""
    async with channels.for_settings(settings_from({f"HUB_{name}": value for name, value in settings.items()})) as ways:
        left = iter(range(many))

        async def one() -> None:
            for n in left:
                await ways.sms.send(_message(n))

        await ways.sms.send(_message(0))  # imports and connects
        began = time.perf_counter()
        await asyncio.gather(*(one() for _ in range(delivery.AT_ONCE)))
        return many / (time.perf_counter() - began)


def _message(n: int) -> Outgoing:
    now = datetime.now(UTC)
    return Outgoing(
        id=uuid4(), attempt=1, deferred=0, checks=0, channel=Channel.SMS, address=f"+48600{n % 200:06d}", language="pl",
        template="note", subject="", body=f"Do zobaczenia jutro, {n}", html="", calendar=None, calendar_method="",
        trace="", created_at=now, now=now, expires_in=None,
    )  # fmt: skip


@contextlib.contextmanager
def working(settings: dict[str, str], workers: int) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        for _ in range(workers):
            stack.enter_context(processes.running("worker", **settings))
        yield


async def ready(workers: int) -> None:
    while await database.fetchval(LISTENING) < workers:
        await asyncio.sleep(0.05)


async def delivered(settings: dict[str, str], workers: int, many: int) -> float:
    """Messages a second from their commit until the last is accepted and written down."""
    await database.execute("DELETE FROM message")
    with working(settings, workers):
        await ready(workers)
        await database.execute(PUT, -39, 0)  # more than one of them takes: each imports and connects
        while await database.fetchval(OPEN):
            await asyncio.sleep(0.05)
        began = time.perf_counter()
        await database.execute(PUT, 1, many)
        while await database.fetchval(OPEN):
            await asyncio.sleep(0.02)
        return many / (time.perf_counter() - began)


async def throughput(dsn: str, url: str, rounds: int, many: int) -> Figures:
    """Medians over the rounds, each kind in turn."""
    settings = installation(dsn, url, None)
    seen: dict[str, list[float]] = {"floor": [], "one_worker": [], "two_workers": []}
    for _ in range(rounds):
        seen["floor"].append(await floor(settings, many))
        seen["one_worker"].append(await delivered(settings, 1, many))
        seen["two_workers"].append(await delivered(settings, 2, many))
    return {name: round(statistics.median(values)) for name, values in seen.items()}


async def burst(dsn: str, url: str, rate: float | None, rounds: int, requests: int) -> Figures:
    """Milliseconds of two pages at rest and while `BURST` messages leave at that rate, in turns; medians of rounds."""
    await database.execute("DELETE FROM message")
    settings, port = installation(dsn, url, rate), processes.free_port()
    cookie = await sign_in(Role.COORDINATOR)
    rest, busy, speed = [], [], []
    with working(settings, 1), processes.running("serve", "--no-worker", "--port", str(port), **settings) as web:
        await asyncio.to_thread(processes.answers, f"http://127.0.0.1:{port}/livez", web)
        await ready(1)
        await _pages(port, cookie, 20)
        for _ in range(rounds):
            rest.append(await _pages(port, cookie, requests))
            await database.execute(PUT, 1, BURST)
            began = time.perf_counter()
            busy.append(await _pages(port, cookie, requests))
            took = time.perf_counter() - began
            waiting = await database.fetchval("SELECT count(*) FROM message WHERE state = 'planned'")
            speed.append((BURST - waiting) / took)
            await database.execute("DELETE FROM message")
    await database.execute("DELETE FROM session")
    await database.execute("DELETE FROM account")
    found, worst = {"sent_per_second": round(statistics.median(speed), 1)}, 0.0
    for name in rest[0]:
        slow, still = (statistics.median(one[name] for one in seen) for seen in (busy, rest))
        found |= {f"{name}_at_rest": round(still, 1), f"{name}_in_burst": round(slow, 1)}
        worst = max(worst, slow / still)
    return found | {"pages_ratio": round(worst, 2)}


async def _pages(port: int, cookie: str, requests: int) -> Figures:
    found = {}
    for name, path in (("opportunities_ms", "/opportunities"), ("desk_ms", "/desk")):
        found[name] = round((await load.measure(port, path, cookie, requests=requests, connections=1)).p50, 2)
    return found


async def _whole(dsn: str, url: str, quick: bool) -> tuple[Figures, dict[str, Figures]]:
    database.configure(dsn)
    await database.migrate()
    await synthetic.build(dsn, 500 if quick else 20_000)
    async with database.pool():
        speed = await throughput(dsn, url, *((1, 300) if quick else (3, 3_000)))
        bursts = {
            f"{rate or 'no limit'}": await burst(dsn, url, rate, *((3, 60) if quick else (5, 100))) for rate in RATES
        }
    return speed, bursts


def measure(quick: bool) -> tuple[Figures, dict[str, Figures]]:
    """Messages a second, and what pages take during a burst, by the rate that is set."""
    with tempfile.TemporaryDirectory() as folder, provider() as url:
        os.chmod(folder, 0o755)
        with Embedded(Path(folder) / "postgres") as postgres:
            return asyncio.run(_whole(postgres.dsn, url, quick))
