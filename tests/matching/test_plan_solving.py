"""The solving process: one at a time, ended with whoever asked, and a plan is written whole or not at all."""

import asyncio
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from support import people

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching.plans import actions, solving
from volunteer_hub.schedule import centre
from volunteer_hub.settings import Settings

TODAY = clock.today(people.ZONE)


@pytest.fixture
async def asked(db: str) -> None:
    await people.opening()
    await people.volunteer()


def make() -> asyncio.Task[object]:
    return asyncio.create_task(actions.make(SYSTEM, TODAY, TODAY + timedelta(days=7), beyond_least=False))


def children() -> list[int]:
    """The solving processes that this one has started."""
    found = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    pids = {int(pid) for task in found for pid in task.read_text().split()}
    return [pid for pid in pids if solving.MODULE.encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")]


async def child() -> int:
    async with asyncio.timeout(20):
        while not (found := children()):
            await asyncio.sleep(0.01)
    return found[0]


def is_gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


async def plans() -> int:
    return await database.fetchval("SELECT count(*) FROM matching_plan")


async def test_a_process_that_dies_leaves_no_plan_and_a_sentence(asked: None) -> None:
    making = make()
    os.kill(await child(), signal.SIGKILL)
    with pytest.raises(Refused) as caught:
        await making
    assert (caught.value.status, caught.value.sentence) == (409, solving.TOO_LONG)
    assert await plans() == 0
    assert await make() and await plans() == 1, "the next press is served"


async def test_it_is_ended_with_whoever_asked(asked: None) -> None:
    making = make()
    pid = await child()
    os.kill(pid, signal.SIGSTOP)
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    assert is_gone(pid) and await plans() == 0


async def test_it_is_ended_when_its_time_is_over(
    asked: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solving, "BESIDES", 0.2)
    monkeypatch.setattr(centre, "_settings", settings.model_copy(update={"plan_seconds": 1}))
    making = make()
    pid = await child()
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(Refused) as caught:
        await making
    assert caught.value.sentence == solving.TOO_LONG
    assert is_gone(pid) and await plans() == 0


async def test_one_at_a_time(asked: None) -> None:
    first = make()
    await child()
    with pytest.raises(Refused) as caught:
        await make()
    assert (caught.value.status, caught.value.sentence) == (409, solving.BUSY)
    assert await first and await plans() == 1


@pytest.mark.parametrize("module", ["volunteer_hub.app", "volunteer_hub.worker"])
def test_web_and_worker_never_load_the_solver(module: str) -> None:
    names = f"{module}, volunteer_hub.matching.plans.actions"
    look = f"import sys, {names}; print([n for n in ('numpy', 'scipy') if n in sys.modules])"
    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_control_the_solving_process_does_and_knows_no_database() -> None:
    look = f"import sys, {solving.MODULE}; print(*('scipy' in sys.modules, 'asyncpg' in sys.modules))"
    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["True", "False"]
