"""What ends at the same moment is written together: fewer statements, and each message still bound to its attempt."""

import asyncio
import time
from dataclasses import replace
from typing import Any

from support.fake_twilio import FakeTwilio, Fault

from volunteer_hub.kit import database
from volunteer_hub.messaging import delivery, flow, outcomes
from volunteer_hub.messaging.channels.base import Accepted, Outgoing
from volunteer_hub.messaging.flow import Limits
from volunteer_hub.messaging.rules import USUAL, Channel
from volunteer_hub.messaging.together import Together

# Rows that one transaction wrote last have it in common.
WRITES = "SELECT count(DISTINCT xmin::text) FROM message WHERE state = 'accepted'"


async def claimed(post: Any, many: int) -> list[Outgoing]:
    for n in range(many):
        await post.put(f"{n}")
    messages, _ = await delivery._claim(Channel.SMS, many, USUAL, flow.NONE)
    return messages


async def test_what_ends_together_is_written_together(post: Any) -> None:
    messages, together = await claimed(post, 8), Together()
    states = await asyncio.gather(*(together.accepted(one, Accepted(f"SM{n}")) for n, one in enumerate(messages)))
    assert states == ["accepted"] * 8
    assert await database.fetchval(WRITES) == 2, "the first is written at once, the others wait for nobody else"
    rows = await database.fetch("SELECT id, provider_id FROM message")
    assert {tuple(row) for row in rows} == {(one.id, f"SM{n}") for n, one in enumerate(messages)}


async def test_control_one_by_one_they_are_eight(post: Any) -> None:
    for n, message in enumerate(await claimed(post, 8)):
        await outcomes.accepted(message, Accepted(f"SM{n}"))
    assert await database.fetchval(WRITES) == 8


async def test_an_earlier_attempt_among_them_changes_nothing(post: Any) -> None:
    first, late, last = await claimed(post, 3)
    await database.execute("UPDATE message SET attempt = 2 WHERE id = $1", late.id)
    before = await post.row(late.id)
    said = [(one, Accepted(f"SM{n}")) for n, one in enumerate((first, late, last))]
    assert await outcomes.accepted_together(said) == {first.id: "accepted", last.id: "accepted"}
    assert await post.row(late.id) == before
    again = [(replace(late, attempt=2), Accepted("SM9"))]
    assert await outcomes.accepted_together(again) == {late.id: "accepted"}, "control: the newest attempt counts"


async def test_an_id_that_another_message_holds_costs_the_others_nothing(post: Any) -> None:
    holder, *messages = await claimed(post, 5)
    await outcomes.accepted(holder, Accepted("SM1"))
    together, began = Together(), time.monotonic()
    ways = (outcomes.record(one, Accepted(f"SM{n}"), USUAL, began, together.accepted) for n, one in enumerate(messages))
    await asyncio.gather(*ways)
    held = {row["id"]: row["provider_id"] for row in await database.fetch("SELECT id, provider_id FROM message")}
    assert held == {one.id: f"SM{n}" for n, one in enumerate(messages)} | {holder.id: None}
    assert await post.state(holder.id) == "unknown", "it is asked about again"


async def test_who_writes_for_all_is_ended_and_the_others_try_again(post: Any) -> None:
    messages, together = await claimed(post, 3), Together()
    async with database.transaction():
        await database.execute("SELECT FROM message WHERE id = $1 FOR UPDATE", messages[1].id)
        tasks = []
        for n, message in enumerate(messages):
            outside = database.DB.current_transaction.set(None)
            tasks.append(asyncio.create_task(_recorded(message, Accepted(f"SM{n}"), together)))
            database.DB.current_transaction.reset(outside)
        await asyncio.sleep(0.3)  # the first is written; the second writes for two and waits for the row
        tasks[1].cancel()
        await asyncio.gather(tasks[1], return_exceptions=True)
    assert await asyncio.gather(tasks[0], tasks[2]) == ["accepted", "accepted"]
    assert [await post.state(one.id) for one in messages] == ["accepted", "in_flight", "accepted"]


async def _recorded(message: Outgoing, outcome: Accepted, together: Together) -> str | None:
    """As a worker does: what the database could not take is tried again."""
    while True:
        try:
            return await together.accepted(message, outcome)
        except OSError:
            await asyncio.sleep(0.01)


async def test_some_that_hang_hold_up_nobody(post: Any, twilio: FakeTwilio) -> None:
    hang = 5
    twilio.faults.extend([Fault(accept=True, status=201, delay=4)] * hang)
    for n in range(hang + 24):
        await post.put(f"{n}")
    going = asyncio.create_task(delivery.deliver(Channel.SMS, post.channels, USUAL))
    began = time.monotonic()
    while await database.fetchval("SELECT count(*) FROM message WHERE state = 'accepted'") < 24:
        assert time.monotonic() - began < 3.5, "three that are free take turns"
        await asyncio.sleep(0.02)
    assert await going == hang + 24


def test_when_it_is_worth_asking_again() -> None:
    ten, fifty, slow = (Limits(per_second=rate) for rate in (10, 50, 0.5))
    assert round(flow.wait(ten, idle=0.3, begun=3), 3) == 0.2, "two together"
    assert round(flow.wait(fifty, idle=0.3, begun=8), 3) == 0.06, "ten together, and some are left of the burst"
    assert flow.wait(slow, idle=2, begun=1) == 2, "one by one"
    assert flow.wait(fifty, idle=0.3, begun=1) == 0, "what is allowed already waits for nothing"
