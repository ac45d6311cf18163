"""What stays of a file of volunteers: nothing after a day, nothing of who is erased, nothing of a worker that died."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from exchange.people import desk
from exchange.people.desk import everybody, press, send
from exchange.people.ugly import book

from volunteer_hub.exchange.people_import import files, writing
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.privacy import erasure, retention
from volunteer_hub.settings import Settings

LINES = "SELECT count(*) FROM people_import_line"


async def swept(settings: Settings) -> None:
    rule = next(one for one in retention.RULES if one.key == "imports")
    await retention.carry_out(settings, rule)


@pytest.mark.parametrize("written", [True, False])
async def test_after_a_day_the_lines_are_gone(at_desk: httpx2.AsyncClient, settings: Settings, written: bool) -> None:
    await send(at_desk)
    if written:
        await press(at_desk, "writing")
    ago = datetime.now(UTC) - timedelta(hours=23)
    moved = """
        UPDATE people_import SET created_at = $1::timestamptz,
            written_at = CASE WHEN written_at IS NOT NULL THEN $1::timestamptz END"""
    await database.execute(moved, ago)
    await swept(settings)
    assert await database.fetchval(LINES) == 2
    await database.execute(moved, ago - timedelta(hours=2))
    await swept(settings)
    assert await database.fetchval(LINES) == 0 and await database.fetchval("SELECT count(*) FROM people_import") == 0
    assert len(await everybody()) == (2 if written else 0)


async def test_who_is_erased_stands_in_no_waiting_file(at_desk: httpx2.AsyncClient, settings: Settings) -> None:
    await send(at_desk)
    await press(at_desk, "writing")
    anna, _jan = await everybody()
    await send(at_desk)
    assert await erasure.erase(settings, SYSTEM, f"volunteer:{anna.id}", why="asked")
    left = await database.fetch("SELECT cells, keys FROM people_import_line")
    assert len(left) == 2 and "Kowalska" not in str(left) and "Nowak" in str(left)


async def test_a_worker_that_dies_leaves_nothing_and_another_goes_on(
    at_desk: httpx2.AsyncClient, settings: Settings
) -> None:
    await send(at_desk)
    id = await desk.newest()
    await writing.begin(SYSTEM, id, (await files.file(SYSTEM, id)).version)
    reached, steps = asyncio.Event(), (await files.file(SYSTEM, id)).steps

    async def told(done: int) -> None:
        if done == steps:
            reached.set()
            await asyncio.Event().wait()

    first = asyncio.create_task(writing.carry_out(id, told))
    await asyncio.wait_for(reached.wait(), 10)
    # While one is at it, another leaves it alone.
    assert await writing.carry_out(id) is None
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    accounts = await database.fetchval("SELECT count(*) FROM account WHERE role = 'volunteer'")
    assert await everybody() == [] and accounts == 0
    await writing.go_on(settings)
    assert len(await everybody()) == 2
    assert await database.fetchval("SELECT state FROM people_import WHERE id = $1", id) == "written"


async def test_what_stands_on_another_sheet_is_not_passed_over_in_silence(at_desk: httpx2.AsyncClient) -> None:
    year = [["Imię", "Nazwisko", "Ur.", "Tel"], ["Anna", "Kowalska", "4.05.1990", "600111222"]]
    page = await send(at_desk, book(year, lambda workbook, _first: _another(workbook, year)), "lata.xlsx")
    assert "Czytamy tylko arkusz „Lista”. Osób z tych arkuszy tu nie ma: 2025." in page.text
    assert "Osób z tych arkuszy" not in (await send(at_desk, book(year))).text


def _another(workbook: Any, rows: list[list[str]]) -> None:
    for name, held in (("2025", rows), ("Spis", [["Rok", "Ile osób"], ["2025", "1"]]), ("wzór", rows[:1])):
        sheet = workbook.add_worksheet(name)
        for n, row in enumerate(held):
            sheet.write_row(n, 0, row)


async def test_a_very_long_heading_is_remembered_too(at_desk: httpx2.AsyncClient) -> None:
    told = f"Kto;Kiedy;{'zgoda ' * 60}\nAnna Kowalska;4.05.1990;600111222\n"
    await send(at_desk, told)
    await press(at_desk, "columns", c0="name", c1="birth_date", c2="phone")
    await send(at_desk, told)
    assert await desk.fates() == {2: "new"}
