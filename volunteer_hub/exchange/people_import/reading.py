"""A process of its own that reads spreadsheets: what is sent may be large, hostile or both. Decision 0055.

`python -m volunteer_hub.exchange.people_import.reading` reads a file (xlsx, xlsb, xls, ods) from standard input and
writes one JSON answer: {"sheets": [[name, [[number, [cell, …]], …]], …]}, or {"unfit": why}. The hub never imports
this module. It has bounds of memory and of time, no database and no secrets.
"""

import io
import json
import resource
import sys
import zipfile
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

MEMORY = 1_000_000_000
SECONDS = 40

MOST_LINES = 10_000
# Titles above the heading, totals and empty lines with borders come on top.
MOST_ROWS = MOST_LINES + 500
MOST_COLUMNS = 100
MOST_SHEETS = 8
LONGEST_CELL = 1_000
# What the parts of a workbook may be once unpacked; ten thousand lines of twenty columns are a tenth of it.
UNPACKED = 200_000_000
MOST_PARTS = 1_000

Row = tuple[int, list[str]]


class Unfit(Exception):
    """Nothing of it is taken; the word says why."""


def sheets(data: bytes) -> list[tuple[str, list[Row]]]:
    """The visible sheets with anything in them, each with its name and its rows with their numbers. Raises Unfit."""
    if data.startswith(b"PK"):
        _unpacks(data)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            seen = [one.name for one in book.sheets_metadata if one.visible is SheetVisibleEnum.Visible]
            found = [(name, _rows(book.get_sheet_by_name(name))) for name in seen[:MOST_SHEETS]]
    except PasswordError:
        raise Unfit("password") from None
    except (CalamineError, OSError, ValueError):
        raise Unfit("unreadable") from None
    return [(name, rows) for name, rows in found if rows]


def _unpacks(data: bytes) -> None:
    """What the directory of the archive says of itself; an archive that lies meets the bounds of this process."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise Unfit("unreadable") from None
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > UNPACKED:
        raise Unfit("too-much")


def _rows(sheet: Any) -> list[Row]:
    if sheet.width > MOST_COLUMNS:
        raise Unfit("too-wide")
    merged = _merged(sheet.merged_cell_ranges or ())
    found: list[Row] = []
    above: list[str] = []
    for number, given in enumerate(sheet.iter_rows(), 1):
        cells = [_text(cell) for cell in given]
        for column in merged.get(number, ()):
            if column < len(cells) and not cells[column] and column < len(above):
                cells[column] = above[column]
        above = cells
        if any(cells):
            found.append((number, cells))
            if len(found) > MOST_ROWS:
                raise Unfit("too-long")
    return found


def _merged(ranges: Any) -> dict[int, list[int]]:
    """By the number of a row, the columns whose cell is one with the cell above."""
    found: dict[int, list[int]] = {}
    for (top, left), (bottom, right) in ranges:
        if right - left < MOST_COLUMNS and bottom - top <= MOST_ROWS:
            for row in range(top + 1, bottom + 1):
                found.setdefault(row + 1, []).append(left)
    return found


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "tak" if cell else "nie"
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)[:LONGEST_CELL]


def main() -> None:
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, 0)):
        resource.setrlimit(what, (most, most))
    try:
        answer: dict[str, Any] = {"sheets": sheets(sys.stdin.buffer.read())}
    except Unfit as unfit:
        answer = {"unfit": str(unfit)}
    except MemoryError:
        answer = {"unfit": "too-much"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
