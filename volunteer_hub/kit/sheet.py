"""Tables as files for a spreadsheet, written line by line: a long one takes no more memory than a short one.

Nothing of the domain. What holds for both formats: text is never run as a formula, a day is a day and a number a
number for whoever opens the file. docs/decisions/0056-files-for-spreadsheets.md
"""

import asyncio
import contextlib
import csv
import io
import tempfile
import unicodedata
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import BinaryIO

from xlsxwriter import Workbook

from volunteer_hub.kit import clock

Cell = str | int | float | Decimal | date | datetime | None
Row = Sequence[Cell]
Rows = Iterable[Row] | AsyncIterable[Row]

# A cell that begins so would be run as a formula by whoever opens the file.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# So many lines are asked for and written at a time.
AT_ONCE = 500
# What the format takes: lines of one sheet below its headings, characters of a cell and of a sheet's name, digits of a
# number, years of a calendar.
MOST_LINES = 1_048_575
LONGEST_CELL = 32_767
LONGEST_NAME = 31
NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
MOST_EXACT = 10**15
FIRST_YEAR = 1900
# Columns are as wide as what stands in them, within these many characters.
NARROWEST, WIDEST = 8, 60


class Kind(StrEnum):
    """A format, by how the names of its files end."""

    CSV = "csv"
    XLSX = "xlsx"

    @property
    def media_type(self) -> str:
        if self is Kind.CSV:
            return "text/csv; charset=utf-8"
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Sheet:
    """A table: its name, the words over its columns, and its rows, which are read once and need not fit in memory.

    An aware moment is written as clocks in the centre show it; int, float and Decimal as numbers.
    """

    name: str
    headings: Sequence[str]
    rows: Rows


@dataclass(frozen=True)
class Filled:
    """A finished file, open at its beginning. It has no name on the disk and is gone once closed.

    `rows` are those of all sheets, headings not counted; `size` is in bytes.
    """

    file: BinaryIO
    rows: int
    size: int


async def filled(
    sheets: Sequence[Sheet], kind: Kind, *, title: str = "", language: str = "pl", timezone: str = "Europe/Warsaw"
) -> Filled:
    """A file of this kind with all rows of `sheets`. What reading them raises comes through, and nothing stays behind.

    XLSX: a sheet for each, its headings fixed and with filters. CSV, the way a Polish office opens it: UTF-8 with a
    mark in front, semicolons and decimal commas; several tables stand one under another, each below its name.
    """
    out, rows = tempfile.TemporaryFile(), 0  # noqa: SIM115  whoever is given it closes it
    try:
        with tempfile.TemporaryDirectory(prefix="sheet-") as parts:
            named = len(sheets) > 1
            writer = _Csv(out, named, timezone) if kind is Kind.CSV else _Xlsx(out, parts, title, language, timezone)
            with contextlib.closing(writer):
                for sheet in sheets:
                    await asyncio.to_thread(writer.begin, sheet)
                    async for some in _some(sheet.rows):
                        await asyncio.to_thread(writer.write, some)
                        rows += len(some)
                await asyncio.to_thread(writer.end)
        size = out.seek(0, io.SEEK_END)
        out.seek(0)
    except BaseException:
        out.close()
        raise
    return Filled(out, rows, size)


async def _some(rows: Rows) -> AsyncIterator[list[Row]]:
    """The rows, AT_ONCE at a time."""
    some: list[Row] = []
    async for row in rows if isinstance(rows, AsyncIterable) else _each(rows):
        some.append(row)
        if len(some) == AT_ONCE:
            yield some
            some = []
    if some:
        yield some


async def _each(rows: Iterable[Row]) -> AsyncIterator[Row]:
    for row in rows:
        yield row


class _Csv:
    def __init__(self, out: BinaryIO, named: bool, timezone: str) -> None:
        self.text = io.TextIOWrapper(out, "utf-8-sig", newline="", write_through=True)
        self.rows = csv.writer(self.text, delimiter=";", lineterminator="\r\n")
        self.named, self.begun, self.timezone = named, False, timezone

    def begin(self, sheet: Sheet) -> None:
        if self.named:
            self.rows.writerows([[], [safe(sheet.name)]] if self.begun else [[safe(sheet.name)]])
        self.rows.writerow([safe(heading) for heading in sheet.headings])
        self.begun = True

    def write(self, rows: list[Row]) -> None:
        self.rows.writerows([self._cell(cell) for cell in row] for row in rows)

    def _cell(self, cell: Cell) -> str | int:
        match cell:
            case None:
                return ""
            case str():
                return safe(cell)
            case datetime():
                return _wall(cell, self.timezone).isoformat(" ", "minutes")
            case date():
                return cell.isoformat()
            case float() | Decimal():
                return f"{Decimal(str(cell)):f}".replace(".", ",")
        return cell

    def end(self) -> None:
        self.text.flush()

    def close(self) -> None:
        self.text.detach()


class _Xlsx:
    def __init__(self, out: BinaryIO, parts: str, title: str, language: str, timezone: str) -> None:
        self.book = Workbook(out, {"constant_memory": True, "tmpdir": parts})
        self.book.set_properties({"title": title})
        self.book.set_custom_property("Language", language)
        self.head = self.book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self.moment = self.book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
        self.timezone, self.names = timezone, {"history"}  # the one name that is not free
        self.sheet: Sheet | None = None

    def begin(self, sheet: Sheet) -> None:
        self._finish()
        self.sheet, self.line, self.widths = sheet, 0, [NARROWEST] * len(sheet.headings)
        self.page = self.book.add_worksheet(self._name(sheet.name))
        self.page.freeze_panes(1, 0)
        self.page.repeat_rows(0)
        self.page.set_landscape()
        self.page.set_paper(9)  # A4
        self.page.fit_to_pages(1, 0)
        for column, heading in enumerate(sheet.headings):
            self.page.write_string(0, column, heading, self.head)
            self._widen(column, len(heading))

    def write(self, rows: list[Row]) -> None:
        for row in rows:
            if self.line == MOST_LINES and self.sheet:
                self.begin(self.sheet)
            self.line += 1
            for column, cell in enumerate(row):
                self._write(column, _wall(cell, self.timezone) if isinstance(cell, datetime) else cell)

    def _write(self, column: int, cell: Cell) -> None:
        """Text as text whatever it looks like: none of it runs."""
        match cell:
            case None | "":
                return
            case date() if cell.year >= FIRST_YEAR:
                style = self.moment if isinstance(cell, datetime) else self.day
                self.page.write_datetime(self.line, column, cell, style)
            case int() | float() | Decimal() if -MOST_EXACT < cell < MOST_EXACT:
                self.page.write_number(self.line, column, cell)
            case _:
                self.page.write_string(self.line, column, str(cell)[:LONGEST_CELL])
        self._widen(column, 16 if isinstance(cell, datetime) else len(str(cell)))

    def _widen(self, column: int, length: int) -> None:
        if length + 2 > self.widths[column]:
            self.widths[column] = min(WIDEST, length + 2)

    def _finish(self) -> None:
        """The filters and widths of the sheet that is full."""
        if self.sheet:
            self.page.autofilter(0, 0, self.line, len(self.widths) - 1)
            for column, width in enumerate(self.widths):
                self.page.set_column(column, column, width)

    def _name(self, wanted: str) -> str:
        """`wanted` as a sheet may be called, each once."""
        name = base = " ".join(wanted.translate(NOT_IN_NAMES).split())[:LONGEST_NAME].strip() or "1"
        number = 1
        while name.casefold() in self.names:
            number += 1
            name = f"{base[: LONGEST_NAME - len(str(number)) - 1]} {number}"
        self.names.add(name.casefold())
        return name

    def end(self) -> None:
        self._finish()
        self.book.close()

    def close(self) -> None:
        """Also of a book that was not ended."""
        for page in self.book.worksheets():
            page.row_data_fh.close()


def safe(text: str) -> str:
    """`text` for a CSV, with an apostrophe in front where a spreadsheet would run it: also behind signs that are not
    seen, and in the wide letters of Asian scripts."""
    shown = unicodedata.normalize("NFKC", text).lstrip(" ")
    while shown and shown[0] not in FORMULA and not (shown[0].isprintable() and not shown[0].isspace()):
        shown = shown[1:]
    return f"'{text}" if shown.startswith(FORMULA) else text


def _wall(moment: datetime, timezone: str) -> datetime:
    return (clock.wall(moment, timezone) if moment.tzinfo else moment).replace(microsecond=0)
