"""Tables as files, read back by a reader that is not the writer's: text never runs, days are days."""

import asyncio
import csv
import io
import os
import tempfile
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from volunteer_hub.kit import sheet
from volunteer_hub.kit.sheet import Cell, Filled, Kind, Row, Sheet

DANGEROUS = ["=1+1", "+48", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1+1", "＋1", "－1", "＠x"]
HIDDEN = ["\u200b=1", "\ufeff=1", "\u00a0=1", "\x00=1", "\u202e=1"]
HARMLESS = ["zwykły", "a;b", 'c"d', "Zażółć gęślą jaźń", "Привіт, Оленко", "2-3 osoby", "a=b", "żółw\nw dwóch liniach"]


async def as_csv(*sheets: Sheet) -> list[list[str]]:
    return list(csv.reader(io.StringIO((await _bytes(Kind.CSV, *sheets)).decode("utf-8-sig")), delimiter=";"))


async def as_xlsx(*sheets: Sheet) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(await _bytes(Kind.XLSX, *sheets)))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


async def _bytes(kind: Kind, *sheets: Sheet) -> bytes:
    with (await sheet.filled(sheets, kind, title="Tytuł")).file as file:
        return file.read()


def one(*rows: Row) -> Sheet:
    return Sheet("Lista", [f"k{n}" for n in range(max(map(len, rows), default=1))], rows)


@pytest.mark.parametrize("text", DANGEROUS + HIDDEN, ids=ascii)
async def test_no_text_is_run_as_a_formula(text: str) -> None:
    """In a CSV it begins with an apostrophe; in XLSX it is text, and there is no formula in the file at all."""
    ((_, cell),) = [row for row in await as_csv(one(("x", text))) if row[0] == "x"]
    assert cell.startswith("'")
    packed = zipfile.ZipFile(io.BytesIO(await _bytes(Kind.XLSX, one((text,)))))
    words = packed.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in words and 't="inlineStr"' in words
    assert not [name for name in packed.namelist() if "calcChain" in name or "externalLink" in name]


async def test_control_written_as_it_comes_the_same_text_is_a_formula() -> None:
    out = io.BytesIO()
    with Workbook(out) as book:
        book.add_worksheet().write(0, 0, "=1+1")
    assert "<f>" in zipfile.ZipFile(out).read("xl/worksheets/sheet1.xml").decode()


async def test_headings_and_names_are_no_formulas_either() -> None:
    both = [Sheet("=cmd", ["=1"], [("a",)]), Sheet("@b", ["+1"], [("b",)])]
    assert [row[0] for row in await as_csv(*both) if row] == ["'=cmd", "'=1", "a", "'@b", "'+1", "b"]


@pytest.mark.parametrize("text", HARMLESS)
async def test_other_text_comes_back_as_it_was(text: str) -> None:
    assert (await as_csv(one((text,))))[1] == [text]
    assert (await as_xlsx(one((text,))))["Lista"][1] == [text]


async def test_days_are_days_and_numbers_are_numbers() -> None:
    night = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    row: Row = (date(2026, 11, 22), night, datetime(2026, 1, 2, 9, 0), 7, -5, Decimal("1234.50"), 2.5, None, "")
    (back,) = (await as_xlsx(one(row)))["Lista"][1:]
    assert back[:3] == [date(2026, 11, 22), datetime(2026, 7, 2, 0, 30), datetime(2026, 1, 2, 9, 0)]
    assert back[3:7] == [7, -5, 1234.5, 2.5] and set(back[7:]) <= {""}
    told = ["2026-11-22", "2026-07-02 00:30", "2026-01-02 09:00", "7", "-5", "1234,50", "2,5", "", ""]
    assert (await as_csv(one(row)))[1] == told


async def test_what_a_spreadsheet_cannot_hold_as_a_number_or_day_stays_text() -> None:
    assert (await as_xlsx(one((10**16, date(1850, 1, 1)))))["Lista"][1] == ["10000000000000000", "1850-01-01"]


async def test_sheets_are_named_each_once_whatever_their_names() -> None:
    names = ["A/B: [c]", "a b c", "History", "", "x" * 40, "x" * 40, "'quoted'"]
    found = await as_xlsx(*[Sheet(name, ["k"], [(name,)]) for name in names])
    assert len(found) == len(names) and all(0 < len(name) <= 31 for name in found)
    assert [rows[1] for rows in found.values() if len(rows) > 1 and rows[1] != [""]] == [[one] for one in names if one]


async def test_the_headings_stay_on_top_with_filters_and_the_file_says_what_it_is() -> None:
    packed = zipfile.ZipFile(io.BytesIO(await _bytes(Kind.XLSX, one(("długie słowa " * 3, "b"), ("c", "d")))))
    words = packed.read("xl/worksheets/sheet1.xml").decode()
    assert 'state="frozen"' in words and 'autoFilter ref="A1:B3"' in words and "<cols>" in words
    assert "Tytuł" in packed.read("docProps/core.xml").decode() and "pl" in packed.read("docProps/custom.xml").decode()


async def test_a_sheet_that_is_full_goes_on_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MOST_LINES", 600)
    found = await as_xlsx(Sheet("L", ["n"], [(n,) for n in range(1300)]))
    assert [len(rows) for rows in found.values()] == [601, 601, 101]
    assert [row[0] for rows in found.values() for row in rows[1:]] == list(range(1300))


@pytest.mark.parametrize("kind", Kind)
async def test_what_goes_wrong_while_reading_comes_through_and_leaves_nothing(
    kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    async def rows() -> AsyncIterator[list[Cell]]:
        for n in range(1200):
            yield [n]
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await sheet.filled([Sheet("L", ["n"], rows())], kind)
    assert not os.listdir(tmp_path)
    done = await sheet.filled([Sheet("L", ["n"], [(1,)])], kind)
    assert not os.listdir(tmp_path), "a finished file has no name on the disk"
    done.file.close()


@pytest.mark.parametrize("kind", Kind)
async def test_others_are_served_while_a_long_table_is_written(kind: Kind) -> None:
    """Writing happens beside the loop: another task gets its turn again and again."""
    turns, done = 0, asyncio.Event()

    async def others() -> None:
        nonlocal turns
        while not done.is_set():
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(others())
    filled: Filled = await sheet.filled([one(*[("słowo", n) for n in range(20_000)])], kind)
    done.set()
    await beside
    filled.file.close()
    assert filled.rows == 20_000 and turns > 20_000 / sheet.AT_ONCE
