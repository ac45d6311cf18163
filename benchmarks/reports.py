"""The centre's year over 100,000 people and 1,000,000 attendances, beside one scan of the same rows in the same run.

Every indicator whole, with all its parts, as the page of its list asks for it; then the whole year, five years side by
side as the page of the year has them, the longest list behind a figure, and a table of 100,000 lines as XLSX
(reports_sheet.py). A floor is what the
database needs to read the same rows once and count or add them up, with nothing looked up. Each is timed several times
in turn; the fastest counts, for other work on the machine only ever adds.
"""

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import reports_sheet
import reports_town

from volunteer_hub.access.tables import Account
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.embedded import Embedded
from volunteer_hub.reports.indicators import figures, lists
from volunteer_hub.reports.indicators.facts import COUNTED
from volunteer_hub.reports.indicators.values import Indicator, Period
from volunteer_hub.web import logs

YEAR, ZONE = 2025, "Europe/Warsaw"

ATTENDED = "SELECT count(*) FILTER (WHERE came) FROM coming"
WORKED = "SELECT sum(minutes) FROM hours_worked WHERE state = 'approved'"
HELPERS, LINES = "SELECT count(*) FROM volunteer WHERE created_at IS NOT NULL", "SELECT sum(spent) FROM funding_line"
MET = "SELECT count(*) FROM meeting WHERE state = 'planned'"
# The rows that each indicator cannot do without, read once.
FLOORS: dict[Indicator, tuple[str, ...]] = {
    Indicator.REGISTERED: (HELPERS,),
    Indicator.AGREED: (HELPERS, "SELECT min(signed_on) FROM agreement"),
    Indicator.ACTIVE: (
        HELPERS, MET, "SELECT count(*) FROM booking WHERE accepted",
        "SELECT count(*) FROM assignment WHERE state = 'done'",
    ),
    Indicator.HOURS: (HELPERS, WORKED),
    Indicator.PROJECTS: ("SELECT count(*) FROM initiative WHERE state = 'running'", MET),
    Indicator.GROUPS: ("SELECT count(*) FROM initiative WHERE state = 'running'", MET),
    Indicator.MEETINGS: (MET,),
    Indicator.COVERED: (ATTENDED, "SELECT count(joined_on) FROM member", "SELECT count(*) FROM participant", MET),
    Indicator.CONTRACTS: ("SELECT count(signed_on) FROM contract",),
    Indicator.STEPS: ("SELECT count(signed_on) FROM contract", "SELECT count(done_on) FROM contract_step"),
    Indicator.FINISHED: ("SELECT count(finished_on) FROM completion", "SELECT count(joined_on) FROM member"),
    Indicator.COST: (LINES,),
    Indicator.OUTSIDE: (LINES,),
}  # fmt: skip

Timed = Callable[[], Awaitable[Any]]


async def fastest(acts: dict[str, Timed], rounds: int) -> dict[str, float]:
    """Milliseconds of the fastest round of each, all of them in turn; one round more warms up."""
    best: dict[str, float] = {}
    for turn in range(rounds + 1):
        for name, act in acts.items():
            began = time.perf_counter()
            await act()
            took = (time.perf_counter() - began) * 1000
            if turn:
                best[name] = min(best.get(name, took), took)
    return {name: round(took, 1) for name, took in best.items()}


def scan(*statements: str) -> Timed:
    async def act() -> None:
        for statement in statements:
            await database.fetchval(statement)

    return act


async def measure(dsn: str, people: int, rounds: int) -> dict[str, Any]:
    logs.setup(open(os.devnull, "w"))  # noqa: SIM115 - open as long as the process
    database.configure(dsn)
    await database.migrate()
    began = time.perf_counter()
    result: dict[str, Any] = await reports_town.build(dsn, people, YEAR)
    result["seeding_s"] = round(time.perf_counter() - began, 1)
    async with database.pool():
        made = await Account(name="Benchmark", email="b@example.org", role=Role.COORDINATOR).save()
        actor, year = Actor(Role.COORDINATOR, made[0]["id"]), Period(date(YEAR, 1, 1), date(YEAR, 12, 31))
        acts: dict[str, Timed] = {}
        for indicator in COUNTED:
            acts[indicator.value] = lambda one=indicator: figures.one(actor, one, year, ZONE)
            if indicator in FLOORS:
                acts[f"floor {indicator.value}"] = scan(*FLOORS[indicator])
        every = dict.fromkeys(statement for statements in FLOORS.values() for statement in statements)
        acts["the year"] = lambda: figures.figures(actor, year, ZONE)
        acts["floor the year"] = scan(*every)
        acts["five years"] = lambda: figures.yearly(actor, range(YEAR - 4, YEAR + 1), ZONE)
        acts["a list: hours"] = lambda: lists.listed(actor, Indicator.HOURS, year, ZONE)
        acts["a list: covered"] = lambda: lists.listed(actor, Indicator.COVERED, year, ZONE, page=200)
        took = await fastest(acts, rounds)
        told = {one.indicator: one.amount for one in await figures.figures(actor, year, ZONE)}
    for needed in (Indicator.ACTIVE, Indicator.HOURS, Indicator.COVERED, Indicator.COST):
        if not told[needed]:
            raise SystemExit(f"the town has nothing to count for {needed}: nothing was measured")
    result["figures"] = {one.value: str(amount) for one, amount in told.items()}
    result["ms"] = {name: value for name, value in took.items() if not name.startswith("floor ")}
    result["floor_ms"] = {name.removeprefix("floor "): took[name] for name in took if name.startswith("floor ")}
    result["ratio"] = {name: round(took[name] / floor, 1) for name, floor in result["floor_ms"].items()}
    return result


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="2,000 people and few rounds: shows that it runs")
    quick = parser.parse_args().quick
    people, rounds = (2_000, 2) if quick else (100_000, 9)
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        with Embedded(Path(folder) / "postgres", settings={"shared_buffers": "256MB"}) as server:
            result = asyncio.run(measure(server.dsn, people, rounds))
    print(f"{result['people']:,} people, {result['attendances']:,} attendances, {result['initiatives']:,} initiatives")
    print(f"{'what':<18}{'figure':>14}{'ms':>10}{'floor ms':>10}{'ratio':>8}")
    for name, took in result["ms"].items():
        floor, ratio = result["floor_ms"].get(name, ""), result["ratio"].get(name, "")
        print(f"{name:<18}{result['figures'].get(name, ''):>14}{took:>10}{floor:>10}{ratio:>8}")
    result["sheet"] = reports_sheet.measure(quick)
    print(f"table as XLSX: {result['sheet']}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
