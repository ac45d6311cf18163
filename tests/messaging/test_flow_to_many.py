"""A message to many, which a coordinator confirmed with its number, does not trip the fuse; nor does it open it."""

from typing import Any

from support.fake_twilio import FakeTwilio

from volunteer_hub.kit import database
from volunteer_hub.messaging import delivery, queries
from volunteer_hub.messaging.flow import Limits
from volunteer_hub.messaging.rules import FLOOD, USUAL, Channel

FUSE = Limits(at_once=30)


async def deliver(post: Any, limit: Limits = FUSE) -> int:
    return await delivery.deliver(Channel.SMS, post.channels, USUAL, limit=limit)


async def to_many(post: Any, count: int, bulk: str = "bulk:1") -> None:
    for n in range(count):
        await post.put(f"{n}", key=f"{bulk}:{n}")


async def test_what_a_coordinator_confirmed_leaves_however_many_they_are(post: Any, twilio: FakeTwilio) -> None:
    await to_many(post, 60)
    assert await deliver(post) == len(twilio.accepted) == 60 and await queries.pauses() == {}


async def test_control_as_many_that_nobody_confirmed_are_held(post: Any, twilio: FakeTwilio) -> None:
    await to_many(post, 60, bulk="reminder:1")
    assert await deliver(post) == 0 and await queries.pauses() == {Channel.SMS: FLOOD}


async def test_a_fault_beside_it_trips_the_fuse_and_it_waits_with_the_rest(post: Any, twilio: FakeTwilio) -> None:
    await to_many(post, 60)
    await to_many(post, 31, bulk="reminder:1")
    assert await deliver(post) == 0 and await queries.pauses() == {Channel.SMS: FLOOD}


async def test_an_hour_in_which_it_went_makes_no_room_for_a_flood(post: Any, twilio: FakeTwilio) -> None:
    await to_many(post, 60)
    assert await deliver(post) == 60
    await database.execute("UPDATE message SET sent_at = date_trunc('hour', now()) - interval '20 hours'")
    await to_many(post, 31, bulk="reminder:1")
    assert await deliver(post) == 0 and await queries.pauses() == {Channel.SMS: FLOOD}


async def test_the_providers_rate_holds_for_it_too(post: Any, twilio: FakeTwilio) -> None:
    await to_many(post, 12)
    slow = Limits(per_second=20, at_once=30)
    began = await database.fetchval("SELECT clock_timestamp()")
    assert await deliver(post, slow) == 12
    took = await database.fetchval("SELECT extract(epoch FROM clock_timestamp() - $1)::float8", began)
    assert took >= (12 - 4) / 20 - 0.05, "but for a fifth of a second's worth at once"
