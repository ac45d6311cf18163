"""Every way a delivery may fail, the same through each provider of SMS: the provider's own log decides."""

import asyncio
import os
import signal
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from support.fake_gateway import FakeGateway
from support.fake_twilio import BAD_NUMBER, BAD_TOKEN, LOST, STOPPED, FakeTwilio, Fault, busy

from volunteer_hub.kit import clock, database
from volunteer_hub.messaging import queries
from volunteer_hub.messaging.channels import gateway_client  # noqa: F401 - its import must not be timed
from volunteer_hub.messaging.rules import Channel, State, Timing

Provider = FakeTwilio | FakeGateway


@pytest.fixture(params=[FakeTwilio, FakeGateway])
def provider(stage: Any, request: pytest.FixtureRequest) -> Provider:
    stage.fake = request.param(url=stage.url)
    return stage.fake


@pytest.fixture
def post(make_post: Any, provider: Provider) -> Any:
    return make_post(**provider.settings())


async def ended(pid: int) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                os.kill(pid, 0)
            except ProcessLookupError:
                return
            await asyncio.sleep(0.005)


def accepted_once(provider: Provider, many: int) -> None:
    counts = Counter(provider.bodies())
    assert sorted(counts.values()) == [1] * many, {body: n for body, n in counts.items() if n != 1}


@pytest.mark.parametrize("fault", [LOST, Fault(accept=True, status=500), Fault(accept=True, status=502)])
async def test_a_lost_answer_is_asked_for_and_not_sent_again(post: Any, provider: Provider, fault: Fault) -> None:
    provider.faults.append(fault)
    message = await post.put()
    await post.tick()
    assert (await post.state(message), provider.asked) == ("unknown", 0)
    await post.settle()
    assert (await post.state(message), provider.asked, len(provider.accepted)) == ("accepted", 1, 1)
    assert (await post.row(message))["attempt"] == 1


async def test_an_error_without_acceptance_is_sent_again_after_asking(post: Any, provider: Provider) -> None:
    provider.faults.extend([Fault(status=500), Fault(drop=True)])
    message = await post.put()
    await post.settle()
    row = await post.row(message)
    assert (row["state"], row["attempt"], provider.asked, len(provider.accepted)) == ("accepted", 3, 2, 1)


async def test_an_answer_that_takes_too_long_is_a_lost_one(post: Any, provider: Provider) -> None:
    provider.faults.append(Fault(accept=True, status=201, delay=1))
    message = await post.put()
    await post.tick(Timing(timeout=0.3, lease=1, grace=1))
    assert await post.state(message) == "unknown"
    await post.settle()
    assert (await post.state(message), len(provider.accepted)) == ("accepted", 1)


async def test_forty_lost_answers_at_once_are_all_found(post: Any, provider: Provider) -> None:
    provider.faults.extend([LOST, Fault(accept=True, status=500), Fault(status=500), Fault(drop=True)] * 10)
    for n in range(40):
        await post.put("to samo" if n % 2 else f"słowo {n}")
    await post.settle()
    assert len(provider.accepted) == 40 and (await queries.counts())[State.ACCEPTED] == 40
    assert await database.fetchval("SELECT count(DISTINCT provider_id) FROM message") == 40


async def test_busy_means_later_and_not_before_it_said(post: Any, provider: Provider) -> None:
    provider.faults.append(busy(120))
    message = await post.put()
    await post.tick()
    await post.passes(110)
    await post.tick()
    assert (await post.state(message), provider.accepted) == ("planned", [])
    await post.passes(11)
    await post.tick()
    assert (await post.state(message), len(provider.accepted), provider.asked) == ("accepted", 1, 0)


async def test_a_wrong_number_is_not_tried_again(post: Any, provider: Provider) -> None:
    provider.faults.append(BAD_NUMBER)
    message = await post.put()
    await post.settle()
    row = await post.row(message)
    assert (row["state"], row["attempt"], provider.accepted) == ("undelivered", 1, [])
    assert row["error"] == ("21211" if isinstance(provider, FakeTwilio) else "bad_number")


async def test_stop_known_to_the_provider_becomes_ours(post: Any, provider: Provider) -> None:
    provider.faults.append(STOPPED)
    message = await post.put()
    await post.tick()
    assert await post.state(message) == "suppressed" and await queries.is_stopped("+48600100200")


async def test_a_refused_account_pauses_the_channel_and_costs_no_try(post: Any, provider: Provider) -> None:
    provider.faults.append(BAD_TOKEN)
    message = await post.put()
    await post.tick()
    assert await post.state(message) == "planned" and list(await queries.pauses()) == [Channel.SMS]
    await post.passes(901)
    await post.tick()
    assert (await post.state(message), len(provider.accepted)) == ("accepted", 1)


async def test_an_outage_parks_nothing_and_what_is_too_late_expires(
    post: Any, make_post: Any, provider: Provider
) -> None:
    nowhere = {name: "http://127.0.0.1:1" for name in provider.settings() if name.endswith("_url")}
    away = make_post(**(provider.settings() | nowhere))
    message = await away.put()
    late = await away.put(expires_at=clock.now() + timedelta(hours=1))
    for _ in range(6):
        await away.tick()
        await away.passes(900)
    assert (await post.row(message))["deferred"] == 6
    await post.tick()
    assert [await post.state(m) for m in (message, late)] == ["accepted", "expired"]


async def test_when_nobody_answers_the_desk_decides(post: Any, provider: Provider) -> None:
    provider.faults.append(LOST)
    provider.list_faults.extend([Fault(status=500)] * 4)
    message = await post.put()
    await post.settle()
    assert (await post.state(message), provider.asked, len(provider.accepted)) == ("parked", 4, 1)


@pytest.mark.parametrize("point", ["claimed", "accepted", "recorded"])
async def test_killed_at_a_named_point(post: Any, provider: Provider, db: str, nursery: Any, point: str) -> None:
    for n in range(12):
        await post.put(f"{n}")
    await ended(nursery.worker(post, db, at=point, nth=3, does="kill"))
    assert await database.fetchval("SELECT count(*) FROM message WHERE state IN ('planned', 'in_flight')") > 0
    await post.settle()
    accepted_once(provider, 12)
    assert await database.fetchval("SELECT bool_and(state = 'accepted') FROM message")


async def test_killed_before_the_answer_and_asked(post: Any, provider: Provider, db: str, nursery: Any) -> None:
    provider.delay = 0.5
    for n in range(4):
        await post.put(f"{n}")
    pid = nursery.worker(post, db)
    await provider.arrived.wait()
    os.kill(pid, signal.SIGKILL)
    await ended(pid)
    provider.delay = 0
    await post.settle()
    assert provider.asked == 4
    accepted_once(provider, 4)


async def test_control_without_asking_a_message_is_accepted_twice(
    post: Any, provider: Provider, db: str, nursery: Any
) -> None:
    """The same kill, begun again blindly. A gateway that takes a reference once would hide it, so here it does not."""
    if isinstance(provider, FakeGateway):
        provider.once = False
    for n in range(6):
        await post.put(f"{n}")
    await ended(nursery.worker(post, db, at="accepted", nth=3, does="kill"))
    await database.execute("UPDATE message SET state = 'planned', attempt = attempt + 1 WHERE state = 'in_flight'")
    await post.settle()
    assert max(Counter(provider.bodies()).values()) == 2
