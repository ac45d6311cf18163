"""Workers that die with a webhook in their hands, or look at the same moment: at least once, and each change once."""

import asyncio
import contextlib
import os
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from exchange import openly
from exchange.hub import Hub, listening
from support.workers import Nursery

from volunteer_hub.exchange.api_access import changes, webhooks
from volunteer_hub.exchange.api_access.rules import Kind
from volunteer_hub.kit import database
from volunteer_hub.messaging import delivery
from volunteer_hub.messaging.rules import USUAL, Channel
from volunteer_hub.settings import Settings


@pytest.fixture
async def hub(db: str, settings: Settings) -> AsyncIterator[Hub]:
    async with listening(settings) as one:
        yield one


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as one:
        yield one


@dataclass
class Installation:
    environ: dict[str, str]


async def killed_halfway(hub: Hub, db: str, nursery: Nursery, point: str) -> set[str]:
    """Twenty hooks, and a worker that is killed at its third one; answers the ids of all of them."""
    id, _ = await hub.hears()
    for _ in range(20):
        await webhooks.attempt(hub.actor, hub.settings, id)
    at = Installation({"HUB_MODE": "demo", "HUB_PUBLIC_URL": "http://hub.test"})
    await ended(nursery.worker(at, db, at=point, nth=3, does="kill"))
    assert any(row["state"] != "delivered" for row in await hub.rows())
    return {str(row["id"]) for row in await hub.rows()}


async def ended(pid: int) -> None:
    async with asyncio.timeout(20):
        with contextlib.suppress(ProcessLookupError):
            while True:
                os.kill(pid, 0)
                await asyncio.sleep(0.01)


@pytest.mark.parametrize("point", ["claimed", "accepted", "recorded"])
async def test_a_worker_killed_between_sending_and_recording_loses_nothing(
    hub: Hub, db: str, nursery: Nursery, point: str
) -> None:
    ids = await killed_halfway(hub, db, nursery, point)
    for _ in range(4):
        await hub.passes(timedelta(minutes=10))
        await hub.sends()
    came = Counter(one.id for one in hub.receiver.got)
    assert set(came) == ids and {row["state"] for row in await hub.rows()} == {"delivered"}
    if point == "accepted":  # it had been taken, and nobody knew: the same id comes again
        assert max(came.values()) > 1


async def test_control_without_asking_after_the_lost_they_stay_lost(hub: Hub, db: str, nursery: Nursery) -> None:
    ids = await killed_halfway(hub, db, nursery, "claimed")
    for _ in range(4):
        await hub.passes(timedelta(minutes=10))
        await delivery.deliver(Channel.HOOK, hub.ways, USUAL)
    assert {one.id for one in hub.receiver.got} < ids


async def test_two_workers_looking_at_once_tell_a_change_once(hub: Hub) -> None:
    await hub.hears(Kind.SERVICE)
    await openly.resource()
    await database.execute("UPDATE public_look SET looked_at = looked_at - interval '1 minute'")
    await asyncio.gather(*(changes.plan(hub.settings) for _ in range(5)))
    assert len(await hub.rows()) == 1


async def test_control_without_the_lock_they_tell_it_more_than_once(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "MINE", changes.MINE.replace("FOR UPDATE SKIP LOCKED", ""))
    await hub.hears(Kind.SERVICE)
    for n in range(1, 30):
        await openly.resource()
        await database.execute("UPDATE public_look SET looked_at = looked_at - interval '1 minute'")
        await asyncio.gather(*(changes.plan(hub.settings) for _ in range(5)))
        if len(await hub.rows()) > n:
            return
    raise AssertionError("the lock makes no difference")


async def test_a_look_that_dies_before_its_end_is_made_again(hub: Hub) -> None:
    await hub.hears(Kind.SERVICE)
    await openly.resource()
    with pytest.raises(ZeroDivisionError):
        async with database.transaction():
            assert await hub.looks() == 1
            raise ZeroDivisionError
    assert await hub.rows() == [] and await hub.looks() == 1
