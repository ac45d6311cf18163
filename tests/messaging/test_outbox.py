"""Messages stand and fall with the change they tell of; put once; called off and replaced until they leave."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
import structlog

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, VISITOR, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import actions, outbox, queries, texts
from volunteer_hub.messaging.rules import Channel, State

COORDINATOR = Actor(role=Role.COORDINATOR, account=uuid4())


def said(key: str = "k", words: str = "jutro", **more: object) -> outbox.Said:
    return {  # type: ignore[typeddict-item, return-value]
        "key": key, "about": "test:1", "channel": Channel.SMS, "address": "+48600100200", "language": "pl",
        "template": "note", "values": {"name": "Ewa", "said": words}, **more,
    }  # fmt: skip


async def count() -> int:
    return await database.fetchval("SELECT count(*) FROM message")


async def test_a_change_that_is_undone_says_nothing(db: str) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.transaction():
            assert await outbox.put(**said())
            raise ZeroDivisionError
    assert await count() == 0


async def test_a_message_without_a_change_is_refused(db: str) -> None:
    for attempt in (outbox.put(**said()), outbox.replace(**said()), outbox.cancel(key="k")):
        with pytest.raises(RuntimeError, match="transaction"):
            await attempt


async def test_missing_words_undo_the_whole_change(db: str) -> None:
    with pytest.raises(texts.MissingText):
        async with database.transaction():
            await outbox.put(**said())
            await outbox.put(**said("other", template="nothing"))
    assert await count() == 0


async def test_a_key_is_said_once_even_by_many_at_once(db: str) -> None:
    async def put() -> bool:
        async with database.transaction():
            return await outbox.put(**said())

    assert sorted(await asyncio.gather(*(put() for _ in range(8)))) == [False] * 7 + [True]
    assert await count() == 1


async def test_the_row_is_ready_to_leave_and_carries_the_trace(db: str) -> None:
    with structlog.contextvars.bound_contextvars(trace="abc"):
        async with database.transaction():
            await outbox.put(**said(reply_code="4"))
    row = await database.fetchrow("SELECT * FROM message")
    assert (row["body"], row["trace"], row["state"], row["reply_code"]) == ("Zazolc Ewa: jutro", "abc", "planned", "4")
    assert row["due_at"] == row["created_at"] and row["attempt"] == 0


async def test_an_address_that_said_stop_gets_a_suppressed_row(db: str) -> None:
    await actions.opt_out("+48600100200", "STOP")
    async with database.transaction():
        assert await outbox.put(**said())
    assert await database.fetchval("SELECT state FROM message") == "suppressed"
    assert [m.state for m in await queries.failures(COORDINATOR)] == [State.SUPPRESSED]


async def test_stop_suppresses_what_waits_and_start_lets_new_ones_go(db: str) -> None:
    async with database.transaction():
        await outbox.put(**said())
        await outbox.put(**said("other", address="+48600100201"))
    assert await actions.opt_out("+48600100200", "STOP") and not await actions.opt_out("+48600100200", "STOP")
    rows = await database.fetch("SELECT key, state FROM message ORDER BY key")
    assert [tuple(row) for row in rows] == [("k", "suppressed"), ("other", "planned")]
    assert await queries.is_stopped("+48600100200")
    assert await actions.opt_in("+48600100200") and not await actions.opt_in("+48600100200")
    async with database.transaction():
        await outbox.put(**said("again"))
    assert await database.fetchval("SELECT state FROM message WHERE key = 'again'") == "planned"


async def test_cancelling_stops_what_waits_about_a_matter_only(db: str) -> None:
    async with database.transaction():
        await outbox.put(**said("a"))
        await outbox.put(**said("b"))
        await outbox.put(**said("c", about="test:2"))
        await database.execute("UPDATE message SET state = 'delivered' WHERE key = 'b'")
        assert await outbox.cancel(about="test:1") == 1
        assert await outbox.cancel(about="test:1") == 0
    rows = await database.fetch("SELECT key, state FROM message ORDER BY key")
    assert [tuple(row) for row in rows] == [("a", "cancelled"), ("b", "delivered"), ("c", "planned")]
    async with database.transaction():
        assert await outbox.cancel(key="c") == 1
        with pytest.raises(TypeError):
            await outbox.cancel()


async def test_what_never_left_is_said_anew(db: str) -> None:
    for state in ("planned", "cancelled", "expired"):
        async with database.transaction():
            await outbox.put(**said(state))
            change = "UPDATE message SET state = $1, cancelled_at = now(), finished_at = now() WHERE key = $1"
            await database.execute(change, state)
            assert await outbox.replace(**said(state, words="pojutrze", expires_at=clock.now()))
        row = await database.fetchrow("SELECT * FROM message WHERE key = $1", state)
        assert (row["body"], row["state"]) == ("Zazolc Ewa: pojutrze", "planned")
        assert row["cancelled_at"] is None and row["finished_at"] is None and row["expires_at"] is not None


async def test_what_has_left_or_may_have_is_not_replaced(db: str) -> None:
    for state in set(State) - {State.PLANNED, State.CANCELLED, State.EXPIRED}:
        async with database.transaction():
            await outbox.put(**said(state))
            await database.execute("UPDATE message SET state = $1 WHERE key = $1", state.value)
            assert not await outbox.replace(**said(state, words="pojutrze"))
        row = await database.fetchrow("SELECT body, state FROM message WHERE key = $1", state.value)
        assert tuple(row) == ("Zazolc Ewa: jutro", state)


async def test_replacing_what_was_never_said_puts_it(db: str) -> None:
    async with database.transaction():
        assert await outbox.replace(**said())
    assert await count() == 1


async def test_many_put_in_one_go_are_the_rows_that_each_alone_would_be(db: str) -> None:
    now = clock.now()
    await actions.opt_out("+48600100201", "STOP")
    each = [
        {},
        {"address": "+48600100201"},
        {"words": "pojutrze", "due_at": now + timedelta(hours=3), "expires_at": now + timedelta(days=2)},
        {"channel": Channel.EMAIL, "address": "ewa@example.org"},
    ]
    async with database.transaction():
        for n, more in enumerate(each):
            assert await outbox.put(**said(f"one {n}", **more))
        await outbox.put_each(said(f"many {n}", **more) for n, more in enumerate(each))
        await outbox.put_each([said("many 0", "inne słowa")])
    rows = [dict(row) for row in await database.fetch("SELECT * FROM message ORDER BY split_part(key, ' ', 2), key")]
    assert len(rows) == 2 * len(each) and {row["state"] for row in rows} == {"planned", "suppressed"}
    for many, one in zip(rows[::2], rows[1::2], strict=True):
        assert many.pop("key") != one.pop("key") and many.pop("id") != one.pop("id")
        assert many == one


async def test_of_many_put_in_one_go_none_stands_when_one_cannot(db: str) -> None:
    with pytest.raises(texts.MissingText):
        async with database.transaction():
            await outbox.put_each([said(), said("other", template="nothing")])
    assert await count() == 0
    with pytest.raises(RuntimeError, match="transaction"):
        await outbox.put_each([said()])


async def test_only_coordinators_and_the_machine_read_messages(db: str) -> None:
    async with database.transaction():
        await outbox.put(**said())
    for actor in (COORDINATOR, SYSTEM):
        assert [m.body for m in await queries.to_address(actor, "+48600100200")] == ["Zazolc Ewa: jutro"]
    for actor in (VISITOR, *(Actor(role=r, account=uuid4()) for r in Role if not Actor(role=r).coordinates)):
        assert await queries.to_address(actor, "+48600100200") == []
        assert await queries.failures(actor) == []


async def test_a_coordinator_closes_what_failed_or_sends_a_parked_one_again(db: str) -> None:
    async with database.transaction():
        await outbox.put(**said("a"))
        await outbox.put(**said("b"))
    await database.execute("UPDATE message SET state = 'parked', attempt = 5")
    first, second = [m.id for m in await queries.failures(COORDINATOR)]
    await actions.told(COORDINATOR, first)
    await actions.send_again(COORDINATOR, second)
    states = {m.id: m.state for m in await queries.to_address(COORDINATOR, "+48600100200")}
    assert states == {first: State.DELIVERED, second: State.PLANNED}
    for act in (actions.told, actions.send_again):
        for actor, message, status in ((COORDINATOR, first, 409), (COORDINATOR, uuid4(), 404), (VISITOR, second, 404)):
            with pytest.raises(Refused) as refused:
                await act(actor, message)
            assert refused.value.status == status


async def test_figures_for_machines(db: str) -> None:
    async with database.transaction():
        await outbox.put(**said("a"))
        await outbox.put(**said("b"))
    await database.execute(
        "UPDATE message SET state = 'unknown', lease_until = now() - interval '90 s' WHERE key = 'b'"
    )
    counts = await queries.counts()
    assert set(counts) == set(State) and (counts[State.PLANNED], counts[State.UNKNOWN]) == (1, 1)
    assert 89 < await queries.overdue() < 120
    assert await queries.worker_age() is None and await queries.pauses() == {}
