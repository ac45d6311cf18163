"""The worker's loop: woken by what is put, alive through the loss of its database, each channel by itself."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asyncpg
import pytest
from support.fake_mail import HANG, FakeMail
from support.fake_twilio import FakeTwilio

from volunteer_hub import worker
from volunteer_hub.kit import database
from volunteer_hub.messaging import queries
from volunteer_hub.settings import Settings
from volunteer_hub.worker import Worker


async def soon(true: Callable[[], Awaitable[bool] | bool], seconds: float = 5) -> float:
    """Waits until `true()`; answers how long that took."""
    began = asyncio.get_running_loop().time()
    async with asyncio.timeout(seconds):
        while True:
            said = true()
            if said if isinstance(said, bool) else await said:
                return asyncio.get_running_loop().time() - began
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def at_work(post: Any, poll: float = 60) -> AsyncIterator[Worker]:
    one = Worker(post.settings, post.channels, poll=poll)
    working = asyncio.create_task(one.work())
    try:
        yield one
    finally:
        one.stop()
        await working


async def listening(at_least: int = 1) -> bool:
    return await database.fetchval(
        "SELECT count(*) >= $1 FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()",
        at_least,
    )


async def test_a_message_leaves_as_soon_as_its_change_stands(post: Any, twilio: FakeTwilio) -> None:
    async with at_work(post):
        await soon(listening)
        await post.put()
        assert await soon(lambda: len(twilio.accepted) == 1) < 2  # polling alone would take a minute


async def test_polling_delivers_when_listening_fails(
    post: Any, twilio: FakeTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_work(post, poll=0.2):
        await soon(listening)
        monkeypatch.setattr(database.DB, "config", database.DB.config | {"dsn": "postgresql://nobody@127.0.0.1:1/none"})
        await end_connections("query LIKE 'LISTEN%'")
        await post.put()
        await soon(lambda: len(twilio.accepted) == 1)


async def end_connections(which: str) -> None:
    await database.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = current_database() AND pid <> pg_backend_pid() AND {which}"
    )


async def put_through(post: Any, said: str) -> None:
    """Puts an SMS, although the first connections at hand may be among those that were just ended."""
    for _ in range(20):
        with contextlib.suppress(*database.GONE):
            await post.put(said, key=f"test:{said}")
            return
    raise AssertionError("no connection comes back")


async def test_it_survives_the_loss_of_every_connection(post: Any, twilio: FakeTwilio) -> None:
    async with at_work(post, poll=0.2):
        await soon(listening)
        for n in range(3):
            await end_connections("true")
            await put_through(post, f"{n}")
        await soon(lambda: len(twilio.accepted) == 3)
        await soon(listening)
    assert sorted(twilio.bodies()) == [f"Zazolc Lucja: {n}" for n in range(3)]


async def test_an_answer_known_while_the_database_is_away_is_written_when_it_is_back(
    post: Any, twilio: FakeTwilio, db: str, cluster: str
) -> None:
    twilio.delay = 0.3
    message = await post.put()
    sending = asyncio.create_task(post.tick())
    await twilio.arrived.wait()
    name = await database.fetchval("SELECT current_database()")
    outside = await asyncpg.connect(cluster)
    await outside.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    await outside.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    await asyncio.sleep(0.6)
    await outside.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    await outside.close()
    await sending
    assert await post.state(message) == "accepted" and len(twilio.accepted) == 1


async def test_a_hanging_mail_server_does_not_hold_up_sms(post: Any, twilio: FakeTwilio, mail: FakeMail) -> None:
    mail.answers.extend([HANG] * 8)
    for n in range(8):
        await post.put(to=f"osoba{n}@example.org")
    one = Worker(post.settings, post.channels, poll=60)
    working = asyncio.create_task(one.work())
    try:
        await soon(lambda: len(mail.letters) == 8)
        await soon(listening)
        await post.put()
        assert await soon(lambda: len(twilio.accepted) == 1) < 2
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def test_a_planner_that_fails_stops_nothing_and_is_called_again(
    post: Any, twilio: FakeTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Settings] = []

    async def failing(settings: Settings) -> None:
        calls.append(settings)
        raise ZeroDivisionError

    monkeypatch.setattr(worker, "PLANNERS", (failing,))
    async with at_work(post, poll=0.05):
        await post.put()
        await soon(lambda: len(twilio.accepted) == 1 and len(calls) >= 2)
    assert calls[0] is post.settings


async def test_what_a_planner_puts_leaves_in_the_same_tick(
    post: Any, twilio: FakeTwilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def planner(settings: Settings) -> None:
        await post.put("plan", key="planned:once")

    monkeypatch.setattr(worker, "PLANNERS", (planner,))
    for _ in range(2):
        await worker.tick(post.settings, post.channels)
    assert twilio.bodies() == ["Zazolc Lucja: plan"]


async def test_its_heart_beats_and_old_beats_are_forgotten(post: Any) -> None:
    await database.execute("INSERT INTO worker_beat (worker, at) VALUES ('old', now() - interval '25 hours')")
    assert 90_000 <= (await queries.worker_age() or 0) < 90_100
    await worker.tick(post.settings, post.channels)
    age = await queries.worker_age()
    assert age is not None and age < 5
    assert await database.fetchval("SELECT count(*) FROM worker_beat") == 1


async def test_beside_the_web_it_works_and_ends_with_the_block(post: Any, twilio: FakeTwilio) -> None:
    async with worker.beside(post.settings):
        await post.put()
        await soon(lambda: len(twilio.accepted) == 1)
    before = {task.get_name() for task in asyncio.all_tasks()}
    await post.put()
    await asyncio.sleep(0.1)
    assert len(twilio.accepted) == 1 and not any("Worker" in name for name in before)
