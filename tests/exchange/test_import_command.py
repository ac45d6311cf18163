"""`volunteer-hub import resources`: the same import, from the machine's own prompt."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from exchange.test_import import service, town
from typer.testing import CliRunner

from volunteer_hub.atlas.tables import Resource
from volunteer_hub.cli import cli
from volunteer_hub.exchange import reading
from volunteer_hub.kit.database import DB

Run = Callable[..., Awaitable[Result]]


@pytest.fixture
async def run(db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command on a file that holds `told`, in a thread of its own, without this test's pool and loop."""
    await town()
    environment = {"HUB_MODE": "demo", "HUB_DATABASE_URL": db}

    def once(told: Any, options: tuple[str, ...]) -> Result:
        file = tmp_path / "zasoby.json"
        file.write_bytes(told if isinstance(told, bytes) else json.dumps(told).encode())
        words = ["import", "resources", str(file), "--source", "Baza miasta", *options]
        return CliRunner().invoke(cli, words, env=environment)

    async def command(told: Any, *options: str) -> Result:
        with monkeypatch.context() as patch:
            patch.setattr(DB, "pool", None)
            return await asyncio.to_thread(once, told, options)

    return command


async def test_a_dry_run_shows_and_writes_nothing(run: Run) -> None:
    result = await run([service()], "--dry-run")
    assert result.exit_code == 0 and "new" in result.output and "Szachy dla wszystkich" in result.output
    assert await Resource.count() == 0


async def test_it_writes_all_and_a_second_time_nothing(run: Run) -> None:
    assert (await run([service()])).output.endswith("1 new, 0 changed, 0 left as they were\n")
    assert (await run([service()])).output.endswith("0 new, 0 changed, 1 left as they were\n")
    (made,) = await Resource.objects()
    assert made.public is False and made.source == "Baza miasta"


async def test_a_wrong_line_stops_it(run: Run) -> None:
    result = await run([service(), service(id="x", name="", service_at_locations=[])])
    assert result.exit_code == 1 and "nothing is written: wrong lines" in result.output
    assert await Resource.count() == 0


async def test_duplicates_are_asked_about_or_decided_by_an_option(run: Run) -> None:
    await run([service()])
    await Resource.update({Resource.source: "", Resource.source_id: ""}, force=True)
    result = await run([service()])
    assert result.exit_code == 1 and "--duplicates" in result.output
    assert (await run([service()], "--duplicates", "merge")).exit_code == 0
    assert await Resource.count() == 1


async def test_what_is_no_file_of_ours_is_one_sentence(run: Run) -> None:
    result = await run(b"x" * (reading.MOST_BYTES + 1))
    assert result.exit_code == 1 and "Traceback" not in result.output and result.output.startswith("volunteer-hub: ")
    assert (await run([service()], "--theme", "nic")).exit_code == 1
