"""A spreadsheet of 10,000 volunteers on its way in and out again: read, looked at, written, undone.

An XLSX file goes the way of the prompt and of the worker, into a town that knows a tenth of its people already. Each
step is timed, with the longest silence of its progress bar. The floor is PostgreSQL taking the same lines, as they
stand in the file, into a table without indexes or rules, in the same run.
"""

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from volunteer_hub.exchange.people_import import files, sheets, writing
from volunteer_hub.exchange.people_import.reading import MOST_LINES
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.kit.embedded import Embedded
from volunteer_hub.kit.sheet import Kind, Sheet, filled
from volunteer_hub.web import logs

HEADINGS = ("Nazwisko i imię", "Data ur.", "Tel. kom.", "E-mail", "Uwagi")
ADULT = date(1970, 1, 1)


class Steps:
    """Seconds of each step, and the longest time in it without a word of how far it is."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.silence: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        self.heard = began = time.perf_counter()
        self.longest = 0.0
        yield
        self.hear()
        self.seconds[name] = round(time.perf_counter() - began, 2)
        self.silence[name] = round(self.longest, 2)

    def hear(self) -> None:
        now = time.perf_counter()
        self.longest, self.heard = max(self.longest, now - self.heard), now

    async def told(self, _done: int) -> None:
        self.hear()


def lines(many: int) -> Iterator[list[str]]:
    """Adults of many names, each with a day of birth, a phone and an address of their own."""
    vowels, ends = "aeiouy", ("ski", "wicz", "ak", "czyk", "owa")
    for n in range(many):
        syllables = "".join("bdgkmnprstw"[n // 11**k % 11] + vowels[n // 6**k % 6] for k in range(3))
        born = ADULT + timedelta(days=n % 10_007)
        yield [
            f"{syllables.capitalize()}{ends[n % 5]} Anna",
            born.strftime("%d.%m.%Y"),
            f"6{n:08d}",
            f"w{n}@example.org",
            "",
        ]


async def workbook(rows: list[list[str]]) -> bytes:
    made = await filled([Sheet("Wolontariusze", HEADINGS, rows)], Kind.XLSX)
    with made.file as file:
        file.seek(0)
        return file.read()


async def bring_in(steps: Steps, data: bytes, kind: str = "") -> Any:
    """Reads, looks at and writes a file; its id."""
    with steps.step(f"{kind}read"):
        sheet = await sheets.read(data)
        id = await files.take_in(SYSTEM, "list.xlsx", sheet)
    with steps.step(f"{kind}checked"):
        while await files.look(id):
            steps.hear()
    with steps.step(f"{kind}written"):
        await writing.begin(SYSTEM, id, (await files.file(SYSTEM, id)).version)
        await writing.carry_out(id, steps.told)
    return id


async def floor(rows: list[list[str]]) -> float:
    await database.execute("CREATE TEMPORARY TABLE bare (name text, born text, phone text, email text, words text)")
    began = time.perf_counter()
    await database.executemany("INSERT INTO bare VALUES ($1, $2, $3, $4, $5)", [tuple(row) for row in rows])
    return round(time.perf_counter() - began, 3)


async def measure(dsn: str, many: int) -> dict[str, Any]:
    logs.setup(open(os.devnull, "w"))  # noqa: SIM115 - open as long as the process
    database.configure(dsn)
    await database.migrate()
    rows, steps = list(lines(many)), Steps()
    async with database.pool():
        await bring_in(Steps(), await workbook(rows[: many // 10]))
        id = await bring_in(steps, await workbook(rows))
        found = (await files.file(SYSTEM, id)).counts
        with steps.step("undone"):
            await writing.begin_undo(SYSTEM, id)
            await writing.carry_out(id, steps.told)
        async with database.transaction():
            bare = await floor(rows)
        left = await database.fetchval("SELECT count(*) FROM volunteer")
    if left != many // 10:
        raise SystemExit(f"{left} people after undoing, not {many // 10}: nothing was measured")
    return {"lines": many, "found": found, "seconds": steps.seconds, "silence": steps.silence, "floor_s": bare}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="1,000 lines")
    many = MOST_LINES // 10 if parser.parse_args().quick else MOST_LINES
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        with Embedded(Path(folder) / "postgres", settings={"shared_buffers": "256MB"}) as server:
            result = asyncio.run(measure(server.dsn, many))
    print(f"{result['lines']:,} lines: {result['found']}; the same lines into a bare table: {result['floor_s']} s")
    print(f"{'step':<10}{'seconds':>10}{'longest silence':>18}")
    for name, took in result["seconds"].items():
        print(f"{name:<10}{took:>10}{result['silence'][name]:>18}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
