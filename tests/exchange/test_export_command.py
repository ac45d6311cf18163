"""`volunteer-hub export`: any list of the desk, from the machine's own prompt."""

import asyncio
import csv
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from click.testing import Result
from python_calamine import CalamineWorkbook
from support import people
from typer.testing import CliRunner

from volunteer_hub.cli import cli
from volunteer_hub.kit import database
from volunteer_hub.kit.database import DB
from volunteer_hub.people.rules import Step

Run = Callable[..., Awaitable[Result]]
TAKEN = "SELECT account, role, about, outcome FROM audit_entry WHERE verb = 'list.export'"


@pytest.fixture
async def run(db: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in a thread of its own, without this test's pool and loop."""
    environment = {"HUB_MODE": "demo", "HUB_DATABASE_URL": db}

    async def command(name: str, file: Path) -> Result:
        with monkeypatch.context() as patch:
            patch.setattr(DB, "pool", None)
            return await asyncio.to_thread(CliRunner().invoke, cli, ["export", name, str(file)], env=environment)

    return command


async def test_a_list_is_written_as_its_page_narrows_it_for_this_user_alone(run: Run, tmp_path: Path) -> None:
    for number in range(3):
        await people.volunteer(last_name=f"Nowak{number}", step=Step.ACTIVE if number else Step.APPLIED)
    done = await run("people?step=active", tmp_path / "ludzie.xlsx")
    assert done.exit_code == 0, done.output
    book = CalamineWorkbook.from_path(tmp_path / "ludzie.xlsx")
    names = [row[0].split()[0] for row in book.get_sheet_by_index(0).to_python()[1:]]
    assert names == ["Nowak1", "Nowak2"]
    assert stat.S_IMODE((tmp_path / "ludzie.xlsx").stat().st_mode) == 0o600
    assert (await run("needs", tmp_path / "potrzeby.csv")).exit_code == 0
    with (tmp_path / "potrzeby.csv").open(encoding="utf-8-sig") as file:
        assert next(csv.reader(file, delimiter=";"))[0] == "Potrzeba"
    taken = [tuple(row) for row in await database.fetch(f"{TAKEN} ORDER BY at")]
    assert taken == [
        (None, "coordinator", "list:/desk/people?step=active", "2"),
        (None, "coordinator", "list:/desk/needs", "0"),
    ]


@pytest.mark.parametrize("name", ["nothing", "account", "log", "people/new", "map.geojson", "../me"])
async def test_what_is_no_list_of_a_coordinator_is_said_and_nothing_written(
    run: Run, tmp_path: Path, name: str
) -> None:
    done = await run(name, tmp_path / "x.csv")
    assert done.exit_code == 1 and "there is no such list" in done.output
    assert not (tmp_path / "x.csv").exists() and not await database.fetch(TAKEN)


async def test_what_is_there_is_not_written_over_and_another_ending_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("mine")
    done = await run("people", tmp_path / "x.csv")
    assert done.exit_code == 1 and "cannot be written" in done.output and (tmp_path / "x.csv").read_text() == "mine"
    assert (await run("people", tmp_path / "x.pdf")).exit_code == 2
