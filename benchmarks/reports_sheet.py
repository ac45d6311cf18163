"""A list as a file at 1,000, 10,000 and 100,000 lines: how long it takes, how large it is, and the memory at its peak.

Each is written in a process of its own, whose peak (VmHWM: ru_maxrss would be at least its parent's) is then its alone;
`before_mb` is what the same process takes for a file of one line. Lines come one after another, as from the database's
cursor, and look like those of the list of volunteers. Beside XLSX as the house writes it stand CSV, and XLSX with all
lines kept till the end.
"""

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from volunteer_hub.kit import sheet
from volunteer_hub.kit.sheet import Cell, Kind, Sheet

SIZES = (1_000, 10_000, 100_000)
HEADINGS = ("Nazwisko i imię", "Telefon", "Kto", "Etap", "Od kiedy", "Osiedle", "Etykiety", "Uwagi")
WAYS = ("xlsx", "csv", "xlsx, all lines kept")


def measure(quick: bool) -> dict[str, Any]:
    """By way and number of lines: seconds, megabytes of the file, and of memory above those for one line."""
    found: dict[str, Any] = {}
    for way in WAYS:
        least = _apart(way, 1)["peak_mb"]
        found[way] = {"before_mb": least}
        for lines in SIZES[:2] if quick else SIZES:
            one = _apart(way, lines)
            found[way][str(lines)] = {**one, "more_mb": round(one["peak_mb"] - least, 1)}
    return found


def _apart(way: str, lines: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--way", way, "--lines", str(lines)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


async def _write(way: str, lines: int) -> dict[str, Any]:
    kind = Kind.CSV if way == "csv" else Kind.XLSX
    began = time.perf_counter()
    with _kept() if way == WAYS[2] else contextlib.nullcontext():
        filled = await sheet.filled([Sheet("Wolontariusze", HEADINGS, _lines(lines))], kind)
    seconds = time.perf_counter() - began
    filled.file.close()
    return {"seconds": round(seconds, 2), "file_mb": round(filled.size / 1e6, 2), "peak_mb": _peak()}


def _peak() -> float:
    """The most memory this process has held, in megabytes."""
    status = Path("/proc/self/status").read_text()
    return round(int(status.partition("VmHWM:")[2].split()[0]) / 1024, 1)


async def _lines(lines: int) -> AsyncIterator[list[Cell]]:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for n in range(lines):
        since = start + timedelta(minutes=n)
        yield [f"Nowak-Gżegżółka{n} Katarzyna", f"600 {n:06d}", "Osoba dorosła", "Pomaga", since,
               f"Osiedle {n % 25}", "prawo jazdy, kuchnia", ""]  # fmt: skip


@contextlib.contextmanager
def _kept() -> Any:
    """XlsxWriter as it writes unasked: every cell stays in memory till the book is closed."""
    whole = sheet.Workbook
    with (
        mock.patch.object(sheet, "Workbook", lambda out, options: whole(out, {**options, "constant_memory": False})),
        mock.patch.object(sheet._Xlsx, "close", lambda self: None),
    ):
        yield


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--quick", action="store_true", help="without 100,000 lines")
    asked.add_argument("--way", choices=WAYS)
    asked.add_argument("--lines", type=int, default=1)
    given = asked.parse_args()
    told = asyncio.run(_write(given.way, given.lines)) if given.way else measure(given.quick)
    print(json.dumps(told, ensure_ascii=False, indent=None if given.way else 2))


if __name__ == "__main__":
    main()
