"""`volunteer-hub import volunteers`: the same import from the machine's own prompt, with a bar."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from click.testing import Result
from exchange.people import desk
from exchange.people.desk import GOOD, everybody
from support import people
from typer.testing import CliRunner

from volunteer_hub.cli import cli
from volunteer_hub.kit import database
from volunteer_hub.kit.database import DB
from volunteer_hub.people.tables import Volunteer

Run = Callable[..., Awaitable[Result]]


@pytest.fixture
async def run(db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command on a file that holds `told`, in a thread of its own, without this test's pool and loop."""
    await desk.town()
    environment = {"HUB_MODE": "demo", "HUB_DATABASE_URL": db}

    def once(told: str, options: tuple[str, ...]) -> Result:
        file = tmp_path / "lista.csv"
        file.write_text(told, encoding="utf-8")
        return CliRunner().invoke(cli, ["import", "volunteers", str(file), *options], env=environment)

    async def command(told: str, *options: str) -> Result:
        with monkeypatch.context() as patch:
            patch.setattr(DB, "pool", None)
            return await asyncio.to_thread(once, told, options)

    return command


async def left_behind() -> int:
    return await database.fetchval("SELECT count(*) FROM people_import")


async def test_a_dry_run_shows_and_writes_nothing(run: Run) -> None:
    result = await run(GOOD, "--dry-run")
    assert result.exit_code == 0, result.output
    assert "2  new        Anna Kowalska" in result.output and "nothing is written: --dry-run" in result.output
    assert await everybody() == [] and await left_behind() == 0


async def test_it_writes_all_and_a_second_time_nothing(run: Run) -> None:
    first = await run(GOOD)
    assert first.output.endswith("2 new, 0 changed, 0 left as they were\n"), first.output
    assert (await run(GOOD)).output.endswith("0 new, 0 changed, 2 left as they were\n")
    assert len(await everybody()) == 2 and await database.fetchval("SELECT count(*) FROM message") == 0
    # The desk sees both and can undo them.
    assert await left_behind() == 2


async def test_a_wrong_line_stops_it(run: Run) -> None:
    result = await run(GOOD + "Ola;;1.02.20;;;\n")
    assert result.exit_code == 1 and "nothing is written: wrong lines" in result.output
    assert "last_name: " in result.output and await everybody() == [] and await left_behind() == 0


async def test_who_may_be_here_is_asked_about_or_decided_by_an_option(run: Run) -> None:
    who: Volunteer = await people.volunteer(first_name="Ana", last_name="Kowalska", phone="+48600111222")
    result = await run(GOOD)
    assert result.exit_code == 1 and "--duplicates" in result.output
    assert (await run(GOOD, "--duplicates", "merge")).output.endswith("1 new, 1 changed, 0 left as they were\n")
    assert {(one.id, one.first_name) for one in await everybody()} >= {(who.id, "Anna")}


async def test_columns_that_say_nothing_are_named(run: Run) -> None:
    told = "Kto;Kiedy;Gdzie\nAnna Kowalska;4.05.1990;600111222\n"
    result = await run(told)
    assert result.exit_code == 1 and "say which columns" in result.output and await left_behind() == 0
    result = await run(told, "--column", "Kto=shoe")
    assert result.exit_code == 1 and "Kto=shoe" in result.output and await left_behind() == 0
    options = ("--column", "Kto=name", "--column", "Kiedy=birth_date", "--column", "Gdzie=phone")
    assert (await run(told, *options)).output.endswith("1 new, 0 changed, 0 left as they were\n")


async def test_what_is_no_list_is_one_sentence(run: Run) -> None:
    result = await run("x")
    assert result.exit_code == 1 and "Traceback" not in result.output and "volunteer-hub: " in result.output
