"""The provider's rate is kept by all workers together; a flood is held until a human lets it go."""

import asyncio
import time
from typing import Any

import pytest
from support import processes
from support.campaign import PUT
from support.fake_mail import FakeMail
from support.fake_twilio import FakeTwilio, busy

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import actions, delivery, flow, queries
from volunteer_hub.messaging.flow import Limits
from volunteer_hub.messaging.rules import FLOOD, USUAL, Channel
from volunteer_hub.settings import load

FUSE = Limits(at_once=30)
DAY = 86_400
TOMORROW = "UPDATE message SET due_at = now() + interval '1 hour' WHERE about = 'test:1'"


async def deliver(post: Any, limit: Limits, channel: Channel = Channel.SMS) -> int:
    return await delivery.deliver(channel, post.channels, USUAL, limit=limit)


async def many(post: Any, count: int) -> None:
    for n in range(count):
        await post.put(f"{n}")


async def test_two_workers_together_keep_the_rate(post: Any, twilio: FakeTwilio) -> None:
    await many(post, 45)
    began = time.monotonic()
    begun = await asyncio.gather(*(deliver(post, Limits(per_second=20)) for _ in range(2)))
    took = time.monotonic() - began
    assert sum(begun) == len(twilio.accepted) == 45 and took >= (45 - 20 * flow.BURST_SECONDS) / 20 - 0.05
    await many(post, 45)
    began = time.monotonic()
    await asyncio.gather(*(deliver(post, flow.NONE) for _ in range(2)))
    assert time.monotonic() - began < took, "without the limit they are faster"


async def test_a_rate_below_one_a_second_lets_one_go_at_once(post: Any, twilio: FakeTwilio) -> None:
    await many(post, 2)
    stopping = asyncio.Event()
    slow = Limits(per_second=0.05)
    going = asyncio.create_task(delivery.deliver(Channel.SMS, post.channels, USUAL, stopping, slow))
    await asyncio.wait_for(twilio.arrived.wait(), 5)
    await asyncio.sleep(0.3)
    assert len(twilio.accepted) == 1
    stopping.set()
    assert await asyncio.wait_for(going, 5) == 1


async def test_a_clock_that_jumps_sends_no_flood(post: Any, twilio: FakeTwilio, mail: FakeMail) -> None:
    """Reminders of a whole day fall due in one moment; codes and the other channel go on."""
    await many(post, 40)
    await database.execute(TOMORROW)
    assert await deliver(post, FUSE) == 0 and await queries.pauses() == {}
    await post.passes(DAY)
    await post.put("kod", about="account:1")
    letter = await post.put(to="ewa@example.org")
    assert await deliver(post, FUSE) == 1 and twilio.bodies() == ["Zazolc Lucja: kod"]
    assert await queries.pauses() == {Channel.SMS: FLOOD}
    await deliver(post, FUSE, Channel.EMAIL)
    assert await post.state(letter) == "accepted"


async def test_control_without_the_fuse_all_of_them_leave(post: Any, twilio: FakeTwilio) -> None:
    await many(post, 40)
    await database.execute(TOMORROW)
    await post.passes(DAY)
    assert await deliver(post, flow.NONE) == 40


async def test_only_a_coordinator_lets_it_go_and_then_all_of_it_leaves(post: Any, twilio: FakeTwilio) -> None:
    await many(post, 40)
    assert await deliver(post, FUSE) == 0
    with pytest.raises(Refused):
        await actions.let_go(Actor(Role.VOLUNTEER), Channel.SMS)
    assert await deliver(post, FUSE) == 0
    assert await actions.let_go(Actor(Role.COORDINATOR), Channel.SMS)
    assert await deliver(post, FUSE) == 40 and await queries.pauses() == {}
    assert not await actions.let_go(Actor(Role.COORDINATOR), Channel.SMS)
    await database.execute("UPDATE message SET sent_at = sent_at - interval '30 days'")
    await many(post, 31)
    assert await deliver(post, FUSE) == 0, "the next flood is another one"


async def test_a_clock_that_is_put_right_ends_it_by_itself(post: Any, twilio: FakeTwilio) -> None:
    await many(post, 40)
    assert await deliver(post, FUSE) == 0
    await database.execute(TOMORROW)
    await post.put("dziś", about="test:2")
    await post.passes(16 * 60)
    assert await deliver(post, FUSE) == 1 and twilio.bodies() == ["Zazolc Lucja: dzis"]


async def test_five_times_the_busiest_hour_is_no_flood(post: Any, twilio: FakeTwilio) -> None:
    await many(post, 8)
    assert await deliver(post, FUSE) == 8
    await database.execute("UPDATE message SET sent_at = date_trunc('hour', now()) - interval '20 hours'")
    await many(post, 40)
    assert await deliver(post, FUSE) == 40
    await database.execute("UPDATE message SET sent_at = sent_at - interval '30 days'")
    await many(post, 31)
    assert await deliver(post, FUSE) == 0


async def test_what_a_provider_turned_away_is_no_flood_when_it_is_back(post: Any, twilio: FakeTwilio) -> None:
    twilio.faults.extend([busy(1)] * 40)
    for batch in range(2):
        await many(post, 20)
        assert await deliver(post, FUSE) == 20, batch
    await post.passes(1000)
    assert await deliver(post, FUSE) == 40 and len(twilio.accepted) == 40


def _filled(sql: str, *values: str) -> str:
    for number, value in enumerate(values, 1):
        sql = sql.replace(f"${number}", value)
    return sql


async def test_the_next_of_thousands_is_found_without_sorting_them(db: str) -> None:
    await database.execute(PUT, 1, 3_000)
    await database.execute("ANALYZE message")
    async with database.connection() as connection:
        plan = await connection.fetch("EXPLAIN " + _filled(delivery.LOCK, "'sms'", "8", "now()", "now()"))
    words = "\n".join(row[0] for row in plan)
    assert "message_next" in words and "Sort" not in words, words


async def test_nothing_limits_a_channel_without_a_provider(post: Any) -> None:
    assert flow.limits(load({"HUB_MODE": "demo"}), Channel.SMS) == flow.NONE
    assert flow.limits(post.settings, Channel.SMS) == Limits(0, 300)


async def test_the_command_lets_go_what_is_held(db: str) -> None:
    settings = {"MODE": "demo", "DATABASE_URL": db}
    said = await asyncio.to_thread(processes.call, "let-go", "sms", **settings)
    assert "nothing was held" in said.stdout, said.stderr
    await database.execute("INSERT INTO channel_pause VALUES ('sms', now() + interval '1 hour', 'flood')")
    said = await asyncio.to_thread(processes.call, "let-go", "sms", **settings)
    assert "leaves now" in said.stdout and await queries.pauses() == {}
