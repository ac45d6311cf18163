"""Workers die at every step; the provider's own log decides: each message was accepted exactly once.

The worker processes are real and are ended by SIGKILL; PostgreSQL, the Twilio client and its HTTP are real too.
"""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.fake_twilio import FakeTwilio, Fault

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.messaging import delivery, flow, lost, queries, rules
from volunteer_hub.messaging.rules import USUAL, Channel, State

WATCH = """
    CREATE TABLE moves (was text, becomes text);
    CREATE FUNCTION note_move() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO moves VALUES (OLD.state, NEW.state); RETURN NULL; END $$;
    CREATE TRIGGER moved AFTER UPDATE OF state ON message FOR EACH ROW
        WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION note_move()"""


async def ended(pid: int, seconds: float = 20) -> None:
    """Waits until the process is no more."""
    async with asyncio.timeout(seconds):
        while True:
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                return
            await asyncio.sleep(0.005)


async def soon(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.005)


def accepted_once(twilio: FakeTwilio, many: int) -> None:
    counts = Counter(twilio.bodies())
    assert sorted(counts.values()) == [1] * many, {body: n for body, n in counts.items() if n != 1}


@pytest.mark.parametrize("point", ["claimed", "accepted", "recorded"])
async def test_killed_at_a_named_point(post: Any, twilio: FakeTwilio, db: str, nursery: Any, point: str) -> None:
    await database.execute(WATCH)
    for n in range(10):
        await post.put(f"{point} {n}")
    await ended(nursery.worker(post, db, at=point, nth=3, does="kill"))
    assert await database.fetchval("SELECT count(*) FROM message WHERE state IN ('planned', 'in_flight')") > 0
    await post.settle()
    accepted_once(twilio, 10)
    assert await database.fetchval("SELECT count(*) FROM message WHERE state = 'accepted'") == 10
    moves = await database.fetch("SELECT DISTINCT was, becomes FROM moves")
    assert moves and all(rules.may_follow(State(m["was"]), State(m["becomes"])) for m in moves)


async def test_killed_after_the_bytes_left_and_before_the_answer(
    post: Any, twilio: FakeTwilio, db: str, nursery: Any
) -> None:
    twilio.delay = 0.4
    for n in range(4):
        await post.put(f"{n}")
    pid = nursery.worker(post, db)
    await twilio.arrived.wait()
    os.kill(pid, signal.SIGKILL)
    await ended(pid)
    twilio.delay = 0
    await post.settle()
    accepted_once(twilio, 4)


async def test_killed_while_asking_the_provider(post: Any, twilio: FakeTwilio, db: str, nursery: Any) -> None:
    twilio.faults.append(Fault(accept=True, status=500))
    await post.put()
    await post.tick()
    await post.passes(100)
    await ended(nursery.worker(post, db, at="found", does="kill"))
    assert twilio.asked == 1 and await database.fetchval("SELECT state FROM message") == "unknown"
    await post.settle()
    accepted_once(twilio, 1)


async def test_killed_at_random_again_and_again(post: Any, twilio: FakeTwilio, db: str, nursery: Any) -> None:
    chance = random.Random(20261121)  # the same kills each time
    kills = many = 0
    for _ in range(8):
        for _ in range(16):
            await post.put(f"{many}")
            many += 1
        twilio.delay = chance.uniform(0.02, 0.05)
        twilio.arrived.clear()
        pid = nursery.worker(post, db)
        await twilio.arrived.wait()
        await asyncio.sleep(chance.uniform(0, 0.06))
        try:
            os.kill(pid, signal.SIGKILL)
            kills += 1
        except ProcessLookupError:
            pass
        await ended(pid)
        await post.passes(200)
    twilio.delay = 0
    await post.settle()
    accepted_once(twilio, many)
    assert kills >= 5


async def test_what_kills_every_worker_waits_for_a_human_and_the_others_flow(
    post: Any, twilio: FakeTwilio, db: str, nursery: Any
) -> None:
    poison = await post.put("trucizna")
    for _ in range(rules.MAX_TRIES):
        assert await post.state(poison) == "planned"
        await ended(nursery.worker(post, db, at="claimed", does="kill"))
        await post.passes(200)
        await lost.ask(post.channels, USUAL)
    assert await post.state(poison) == "parked"
    other = await post.put("dalej")
    await post.tick()
    assert await post.state(other) == "accepted" and len(twilio.accepted) == 1
    assert [one.id for one in await queries.failures(Actor(Role.COORDINATOR))] == [poison]


async def test_control_without_asking_the_provider_does_accept_twice(
    post: Any, twilio: FakeTwilio, db: str, nursery: Any
) -> None:
    """The same kill, but what was begun is just begun again, as job queues do. Fails if that should ever be safe."""
    for n in range(10):
        await post.put(f"{n}")
    await ended(nursery.worker(post, db, at="accepted", nth=3, does="kill"))
    await database.execute("UPDATE message SET state = 'planned', attempt = attempt + 1 WHERE state = 'in_flight'")
    await post.settle()
    assert max(Counter(twilio.bodies()).values()) == 2


async def test_a_worker_that_slept_past_its_lease_changes_nothing(
    post: Any, twilio: FakeTwilio, db: str, nursery: Any, tmp_path: Path
) -> None:
    """It wakes to "try again later" while its successor is sending: believing it would put the message back."""
    twilio.faults.extend([Fault(status=429, code=20429, delay=0.2), Fault(accept=True, status=201, delay=1)])
    message = await post.put()
    awake = tmp_path / "awake"
    pid = nursery.worker(post, db, at="recorded", does=str(awake))
    await twilio.arrived.wait()
    os.kill(pid, signal.SIGSTOP)
    successor = asyncio.create_task(post.settle())
    await soon(lambda: len(twilio.accepted) == 1)
    row = await post.row(message)
    assert (row["state"], row["attempt"]) == ("in_flight", 2)
    os.kill(pid, signal.SIGCONT)
    await soon(awake.exists)
    assert await post.row(message) == row
    await successor
    assert await post.state(message) == "accepted"
    accepted_once(twilio, 1)


async def test_a_worker_that_slept_before_sending_does_not_send(
    post: Any, twilio: FakeTwilio, db: str, nursery: Any, tmp_path: Path
) -> None:
    """It wakes after another one has asked, been told "not there", and sent: a send now would be the second."""
    claimed, awake = tmp_path / "claimed", tmp_path / "awake"
    message = await post.put()
    pid = nursery.worker(post, db, at="claimed", does=str(claimed), sleeps=0.8, timeout=0.5, ends=str(awake))
    await soon(claimed.exists)
    await post.settle()
    await soon(awake.exists)
    await ended(pid)
    assert (await post.row(message))["attempt"] == 2
    accepted_once(twilio, 1)


async def test_past_the_deadline_not_even_an_open_connection_is_used(post: Any, twilio: FakeTwilio) -> None:
    await post.put("otwiera połączenie")
    await post.tick()
    message = await post.put("za późno")
    (claimed,), _ = await delivery._claim(Channel.SMS, 1, USUAL, flow.NONE)
    await delivery._send(claimed, post.channels, USUAL, time.monotonic() - 0.001, delivery.Together())
    await asyncio.sleep(0.1)
    assert await post.state(message) == "unknown" and len(twilio.accepted) == 1


async def test_workers_side_by_side_never_take_the_same_message(
    post: Any, twilio: FakeTwilio, db: str, nursery: Any
) -> None:
    for n in range(60):
        await post.put(f"{n}")
    twilio.delay = 0.01
    pids = [nursery.worker(post, db) for _ in range(3)]
    for pid in pids:
        await ended(pid)
    accepted_once(twilio, 60)
    assert await database.fetchval("SELECT bool_and(attempt = 1 AND state = 'accepted') FROM message")


async def test_sigterm_finishes_what_is_begun_and_begins_nothing_new(
    post: Any, twilio: FakeTwilio, db: str, nursery: Any
) -> None:
    twilio.delay = 0.5
    for n in range(30):
        await post.put(f"{n}")
    pid = nursery.worker(post, db, work="run")
    await twilio.arrived.wait()
    began = asyncio.get_running_loop().time()
    os.kill(pid, signal.SIGTERM)
    await ended(pid)
    assert asyncio.get_running_loop().time() - began < 10
    states = {
        row["state"]: row["n"] for row in await database.fetch("SELECT state, count(*) n FROM message GROUP BY 1")
    }
    assert set(states) == {"accepted", "planned"} and states["planned"] >= 10
    accepted_once(twilio, states["accepted"])
