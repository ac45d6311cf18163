"""What the provider says later: in any order, any number of times, even before our own answer is written."""

import asyncio
import random
from typing import Any
from uuid import uuid4

from support.fake_twilio import FakeTwilio, Fault

from volunteer_hub.kit import database
from volunteer_hub.messaging import actions, queries

STATUSES = ["queued", "sent", "delivered"]


async def test_callbacks_in_any_order_and_twice_end_the_same(post: Any, twilio: FakeTwilio) -> None:
    chance = random.Random(7)
    messages = [await post.put(f"{n}") for n in range(12)]
    await post.tick()
    for message in messages:
        shuffled = STATUSES * 2 + ["undelivered"]
        chance.shuffle(shuffled)
        for status in shuffled:
            sid = (await post.row(message))["provider_id"]
            await actions.record_callback(ref=message, provider_id=sid, status=status)
    assert {await post.state(m) for m in messages} == {"delivered"}
    assert await database.fetchval("SELECT bool_and(finished_at IS NOT NULL) FROM message")


async def test_callbacks_all_at_once_end_the_same(post: Any, twilio: FakeTwilio) -> None:
    message = await post.put()
    await post.tick()
    sid = twilio.accepted[0]["sid"]
    news = await asyncio.gather(
        *(actions.record_callback(ref=message, provider_id=sid, status=status) for status in STATUSES * 3)
    )
    assert await post.state(message) == "delivered" and 1 <= sum(news) <= 2


async def test_a_callback_overtakes_our_own_record(post: Any, twilio: FakeTwilio) -> None:
    twilio.faults.append(Fault(accept=True, status=201, delay=0.3))
    message = await post.put()
    sending = asyncio.create_task(post.tick())
    await twilio.arrived.wait()
    await asyncio.sleep(0.05)
    sid = twilio.accepted[0]["sid"]
    assert await actions.record_callback(ref=message, provider_id=sid, status="sent")
    await sending
    row = await post.row(message)
    assert (row["state"], row["provider_id"]) == ("sent", sid)


async def test_a_callback_proves_acceptance_when_the_answer_was_lost(post: Any, twilio: FakeTwilio) -> None:
    twilio.faults.append(Fault(accept=True, status=500))
    message = await post.put()
    await post.tick()
    assert await post.state(message) == "unknown"
    assert await actions.record_callback(ref=message, provider_id=twilio.accepted[0]["sid"], status="sent")
    await post.settle()
    assert (await post.state(message), twilio.asked, len(twilio.accepted)) == ("sent", 0, 1)


async def test_a_callback_without_our_reference_is_found_by_the_providers(post: Any, twilio: FakeTwilio) -> None:
    message = await post.put()
    await post.tick()
    sid = twilio.accepted[0]["sid"]
    assert await actions.record_callback(ref=None, provider_id=sid, status="undelivered", error_code="30005")
    assert not await actions.record_callback(ref=None, provider_id=sid, status="undelivered", error_code="30005")
    row = await post.row(message)
    assert (row["state"], row["error"]) == ("undelivered", "30005")


async def test_what_we_do_not_know_changes_nothing(post: Any) -> None:
    message = await post.put()
    assert not await actions.record_callback(ref=uuid4(), provider_id="SM1", status="delivered")
    assert not await actions.record_callback(ref=None, provider_id="SM1", status="delivered")
    assert not await actions.record_callback(ref=message, provider_id="SM1", status="no such word")
    assert await post.state(message) == "planned"
    assert await database.fetchval("SELECT provider_id FROM message") is None


async def test_a_block_told_by_callback_stops_the_address(post: Any, twilio: FakeTwilio) -> None:
    message = await post.put()
    await post.tick()
    sid = twilio.accepted[0]["sid"]
    await actions.record_callback(ref=message, provider_id=sid, status="failed", error_code="21610")
    assert await post.state(message) == "undelivered" and await queries.is_stopped("+48600100200")
