"""Our pages over a synthetic town of 100,000 people, beside bare ones that read the same rows and send the same bytes.

The bare page is starlette and asyncpg and nothing else: it runs the very statements our page ran, with the same values,
fetches every row, and sends the bytes our page sent. What lies between the two is ours: session, guard, objects,
template. Both run as one process each, measured in turns within one run; the figure is the ratio of their medians of
requests per second over four connections.
"""

import argparse
import asyncio
import json
import os
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import asyncpg
import httpx2
import load
import synthetic

from volunteer_hub import app as application
from volunteer_hub.access.tables import Account, Session
from volunteer_hub.kit import database, secret
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.embedded import Embedded
from volunteer_hub.settings import load as settings_from
from volunteer_hub.web import logs

HERE = Path(__file__).parent
PORTS = {"ours": 8941, "bare": 8942}


async def sign_in(role: Role) -> str:
    account = Account(name="Benchmark", email=f"{role}@example.org", role=role)
    await account.save()
    token = secret.token()
    await Session(token_hash=secret.fingerprint(token), account=account.id).save()
    if role is Role.VOLUNTEER:
        busiest = "SELECT volunteer FROM assignment GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
        await database.execute(f"UPDATE volunteer SET account = $1 WHERE id = ({busiest})", account.id)
    return f"session={token}; visit={secret.token()}"


async def record(app: object, path: str, cookie: str) -> tuple[list[tuple[str, tuple]], bytes]:
    """What our page asks the database for, in order, and the bytes it sends."""
    asked: list[tuple[str, tuple]] = []
    real = asyncpg.Connection._execute

    async def spying(self, query, args, *rest, **named):
        asked.append((query, tuple(args)))
        return await real(self, query, args, *rest, **named)

    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://127.0.0.1", headers={"cookie": cookie}
    ) as client:
        asyncpg.Connection._execute = spying
        try:
            answer = await client.get(path, headers={"accept-encoding": "identity"})
        finally:
            asyncpg.Connection._execute = real
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}")
    reads = [(query, args) for query, args in asked if query.lstrip(" (\n").upper().startswith(("SELECT", "WITH"))]
    return reads, answer.content


def start(name: str, arguments: list[str], env: dict[str, str]) -> subprocess.Popen:
    process = subprocess.Popen(
        [sys.executable, *arguments], env=env, cwd=HERE.parent, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    for _ in range(300):
        if process.poll() is not None:
            raise SystemExit(f"{name} did not start: {process.stderr.read().decode()[-800:]}")
        try:
            httpx2.get(f"http://127.0.0.1:{PORTS[name]}/livez", timeout=1)
            return process
        except httpx2.HTTPError:
            time.sleep(0.1)
    raise SystemExit(f"{name} did not answer")


async def prepare(dsn: str, people: int, plan: Path) -> tuple[dict[str, tuple[str, str]], dict[str, int]]:
    logs.setup(open(os.devnull, "w"))  # noqa: SIM115 - open as long as the process
    database.configure(dsn)
    await database.migrate()
    await synthetic.build(dsn, people)
    async with database.pool():
        desk, own = await sign_in(Role.COORDINATOR), await sign_in(Role.VOLUNTEER)
        opening = await database.fetchval("SELECT id FROM opening ORDER BY id LIMIT 1")
        pages = {
            "opening": (f"/desk/openings/{opening}", desk),
            "desk": ("/desk", desk),
            "opportunities": ("/opportunities", ""),
            "me": ("/me", own),
        }
        app = application.create(settings_from({"HUB_MODE": "demo", "HUB_DATABASE_URL": dsn}))
        recorded = {name: await record(app, path, cookie) for name, (path, cookie) in pages.items()}
    plan.write_bytes(pickle.dumps({pages[name][0]: value for name, value in recorded.items()}))
    return pages, {name: len(queries) for name, (queries, _) in recorded.items()}


async def compare(pages: dict[str, tuple[str, str]], rounds: int, requests: int) -> dict[str, dict[str, float]]:
    result = {}
    for name, (path, cookie) in pages.items():
        seen: dict[str, list[load.Figures]] = {"ours": [], "bare": []}
        for turn in range(rounds + 1):
            for side in ("ours", "bare") if turn % 2 else ("bare", "ours"):
                figures = await load.measure(PORTS[side], path, cookie, requests=requests, connections=4)
                if turn:  # the first turn warms both up
                    seen[side].append(figures)
        speed = {side: statistics.median(f.per_second for f in seen[side]) for side in seen}
        result[name] = {
            "per_second": round(speed["ours"], 1),
            "p50_ms": round(statistics.median(f.p50 for f in seen["ours"]), 1),
            "p95_ms": round(statistics.median(f.p95 for f in seen["ours"]), 1),
            "bare_per_second": round(speed["bare"], 1),
            "bare_p50_ms": round(statistics.median(f.p50 for f in seen["bare"]), 1),
            "ratio": round(speed["bare"] / speed["ours"], 2),
            "spread": round(max(f.per_second for f in seen["ours"]) / min(f.per_second for f in seen["ours"]), 2),
        }
    return result


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="2,000 people and few requests: shows that it runs")
    quick = parser.parse_args().quick
    people, rounds, requests = (2_000, 1, 20) if quick else (100_000, 5, 120)
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        plan = Path(folder) / "recorded"
        with Embedded(Path(folder) / "postgres", settings={"shared_buffers": "256MB"}) as server:
            pages, statements = asyncio.run(prepare(server.dsn, people, plan))
            env = {**os.environ, "HUB_MODE": "demo", "HUB_DATABASE_URL": server.dsn, "PYTHONPATH": str(HERE.parent)}
            serve = ["-m", "volunteer_hub", "serve", "--no-worker", "--port", str(PORTS["ours"])]
            processes = [
                start("ours", serve, env),
                start("bare", [str(HERE / "bare.py"), str(PORTS["bare"]), str(plan), server.dsn], env),
            ]
            try:
                figures = asyncio.run(compare(pages, rounds, requests))
            finally:
                for process in processes:
                    process.terminate()
                    process.wait()
    print(
        f"{'page':<14}{'statements':>11}{'req/s':>9}{'p50 ms':>9}{'p95 ms':>9}"
        f"{'bare req/s':>12}{'bare p50':>10}{'ratio':>8}"
    )
    for name, f in figures.items():
        print(
            f"{name:<14}{statements[name]:>11}{f['per_second']:>9}{f['p50_ms']:>9}{f['p95_ms']:>9}"
            f"{f['bare_per_second']:>12}{f['bare_p50_ms']:>10}{f['ratio']:>8}"
        )
    print(json.dumps({"people": people, "rounds": rounds, "requests": requests, "pages": figures}))


if __name__ == "__main__":
    main()
