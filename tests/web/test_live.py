"""What changes is told to open pages: by ids alone, once, to whom it concerns, as long as their session stands."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest
from conftest import served
from starlette.applications import Starlette
from support import people

from volunteer_hub import app as application
from volunteer_hub.access.tables import Account
from volunteer_hub.intake.rules import Desk
from volunteer_hub.intake.tables import Request
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role
from volunteer_hub.messaging.tables import Inbound, Message
from volunteer_hub.schedule.tables import Assignment
from volunteer_hub.settings import Settings
from volunteer_hub.web.live import EVERYTHING, MOST_STREAMS, MOST_WAITING, Event, Hub, Stream, TooMany

CANARY = "Balladyna"
HEADERS = {"accept": "text/event-stream"}


@pytest.fixture
async def quick(db: str, own_address: Settings) -> AsyncIterator[tuple[str, Starlette]]:
    """The application on a real port, whose streams look after their sessions all the time."""
    app = application.create(own_address)
    app.state.live = Hub(heartbeat=0.05, recheck=0.05)
    async with served(app, urlsplit(own_address.public_url).port or 0) as address:
        yield address, app


@contextlib.asynccontextmanager
async def at(address: str, role: Role = Role.COORDINATOR) -> AsyncIterator[tuple[httpx2.AsyncClient, Account]]:
    async with httpx2.AsyncClient(base_url=address, timeout=10) as client:
        yield client, await people.signed_in(client, role)


@contextlib.asynccontextmanager
async def stream(client: httpx2.AsyncClient, age: int = 10**9) -> AsyncIterator[AsyncIterator[str]]:
    """Of a page so old that the first it hears is to look at everything."""
    async with client.stream("GET", f"/desk/live?age={age}", headers=HEADERS) as answer:
        assert answer.status_code == 200, answer.status_code
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["x-accel-buffering"] == "no" and "content-encoding" not in answer.headers
        yield answer.aiter_lines()


async def told(lines: AsyncIterator[str], kind: str) -> dict[str, Any]:
    """The next event of this kind; whatever else is said is passed over."""
    async with asyncio.timeout(10):
        async for line in lines:
            if line.startswith("data: {") and (event := json.loads(line[6:]))["kind"] == kind:
                return event
    raise AssertionError("the stream ended")


@contextlib.asynccontextmanager
async def overheard(dsn: str) -> AsyncIterator[list[str]]:
    """What is said on the channel, whoever listens."""
    connection = await asyncpg.connect(dsn)
    said: list[str] = []
    await connection.add_listener("desk", lambda *given: said.append(str(given[-1])))
    try:
        yield said
    finally:
        await connection.close()


async def settled(dsn: str, said: list[str]) -> list[str]:
    """All that was said until now: a word of our own is said and waited for."""
    word = uuid4().hex
    await database.execute("SELECT pg_notify('desk', $1)", word)
    async with asyncio.timeout(5):
        while word not in said:
            await asyncio.sleep(0.01)
    return said[: said.index(word)]


async def test_a_change_of_somebody_else_is_told(quick: tuple[str, Starlette]) -> None:
    opening = await people.opening()
    async with at(quick[0]) as (client, _), stream(client) as lines:
        await told(lines, "all")
        await database.execute("UPDATE opening SET taken = 1 WHERE id = $1", opening.id)
        assert await told(lines, "opening") == {"kind": "opening", "meetings": [str(opening.meeting)]}
        who = await people.volunteer()
        await people.save(Assignment(opening=opening.id, volunteer=who.id, state="invited"))
        assert await told(lines, "assignment") == {"kind": "assignment", "meetings": [str(opening.meeting)]}


def only_ids(words: str) -> bool:
    event = json.loads(words)
    return (
        set(event) == {"kind", "meetings"}
        and event["kind"] in ("meeting", "opening", "assignment", "coming", "request", "inbound", "message")
        and all(str(UUID(id)) == id for id in event["meetings"] or ())
    )


async def _much_happens() -> None:
    of = await people.initiative(name=CANARY, kind="group")
    meeting = await people.meeting(of, place=(await people.place(name=CANARY, address=CANARY)).id)
    opening = await people.opening(meeting, urgent_reason=CANARY)
    who = await people.volunteer(first_name=CANARY, phone="+48601999111")
    await people.save(Assignment(opening=opening.id, volunteer=who.id, state="accepted", missed_words=CANARY))
    words: dict[str, Any] = {"name": CANARY, "text": CANARY, "for_whom": "me", "language": "pl", "phone": who.phone}
    await people.save(Request(number="Z-2026-0001", what="shopping", desk=next(iter(Desk)), **words))
    await people.save(Inbound(provider_id=CANARY, address=who.phone, body=CANARY))
    said: dict[str, Any] = {"about": f"assignment:{uuid4()}", "channel": "sms", "address": who.phone, "language": "pl"}
    await people.save(Message(key=CANARY, template="reminder", body=CANARY, state="undelivered", **said))
    await database.execute("DELETE FROM assignment")
    await database.execute("UPDATE meeting SET state = 'cancelled'")


async def test_ids_alone_are_told(db: str) -> None:
    async with overheard(db) as said:
        await _much_happens()
        words = await settled(db, said)
    assert {json.loads(one)["kind"] for one in words} == {
        "meeting", "opening", "assignment", "request", "inbound", "message",
    }  # fmt: skip
    assert all(map(only_ids, words)) and CANARY not in "".join(words) and "+48" not in "".join(words)


async def test_control_a_name_in_an_event_is_noticed(db: str) -> None:
    await database.execute(
        """CREATE FUNCTION telltale() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           PERFORM pg_notify('desk', json_build_object('kind', 'meeting', 'who', NEW.first_name)::text);
           RETURN NULL; END $$"""
    )
    await database.execute("CREATE TRIGGER t AFTER INSERT ON volunteer FOR EACH ROW EXECUTE FUNCTION telltale()")
    async with overheard(db) as said:
        await _much_happens()
        words = await settled(db, said)
    assert not all(map(only_ids, words)) and CANARY in "".join(words)


async def test_many_changes_at_once_are_told_once(db: str) -> None:
    of = await people.initiative()
    place = (await people.place()).id
    for _ in range(25):
        one = await people.meeting(of, place=place)
    async with overheard(db) as said:
        await database.execute("UPDATE meeting SET sequence = sequence + 1")
        async with database.transaction():
            for _ in range(3):
                await database.execute("UPDATE meeting SET sequence = sequence + 1 WHERE id = $1", one.id)
        first, second = map(json.loads, await settled(db, said))
    assert first == {"kind": "meeting", "meetings": None}, "too many to name"
    assert len(second["meetings"]) == 1


async def test_what_did_not_happen_is_not_told(db: str) -> None:
    await people.meeting(await people.initiative())
    async with overheard(db) as said:
        await database.execute("UPDATE meeting SET sequence = 9 WHERE sequence = 8")
        with contextlib.suppress(ZeroDivisionError):
            async with database.transaction():
                await database.execute("UPDATE meeting SET sequence = 9")
                raise ZeroDivisionError
        assert await settled(db, said) == []
        await database.execute("UPDATE meeting SET sequence = 9")
        assert len(await settled(db, said)) == 2, "control: the word before and what happened"


async def test_an_ordinary_sending_is_not_told(db: str) -> None:
    said_once: dict[str, Any] = {"about": "x", "channel": "sms", "address": "+48601999111", "language": "pl"}
    row = await people.save(Message(key="k", template="reminder", body="b", **said_once))
    async with overheard(db) as said:
        for state in ("in_flight", "accepted", "sent", "delivered"):
            await database.execute("UPDATE message SET state = $2 WHERE id = $1", row.id, state)
        assert await settled(db, said) == []


async def test_a_facilitator_hears_of_meetings_only(quick: tuple[str, Starlette]) -> None:
    async with contextlib.AsyncExitStack() as stack:
        leader, _ = await stack.enter_async_context(at(quick[0], Role.FACILITATOR))
        desk, _ = await stack.enter_async_context(at(quick[0]))
        theirs, ours = [await stack.enter_async_context(stream(one)) for one in (leader, desk)]
        await told(theirs, "all")
        await told(ours, "all")
        await people.save(Inbound(provider_id="1", address="+48601999111", body="TAK"))
        await people.meeting(await people.initiative())
        assert await told(ours, "inbound") == {"kind": "inbound", "meetings": None}
        async with asyncio.timeout(10):
            async for line in theirs:
                assert "inbound" not in line
                if "meeting" in line:
                    break


async def test_who_does_not_ask_for_a_stream_gets_none(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    assert (await client.get("/desk/live")).status_code == 406


async def test_so_many_streams_of_an_account_and_no_more(quick: tuple[str, Starlette]) -> None:
    async with at(quick[0]) as (client, _), contextlib.AsyncExitStack() as stack:
        for _ in range(MOST_STREAMS):
            await stack.enter_async_context(stream(client))
        refused = await client.get("/desk/live", headers=HEADERS)
        assert refused.status_code == 429 and int(refused.headers["retry-after"]) > 0
        async with at(quick[0]) as (colleague, _), stream(colleague) as lines:
            await told(lines, "all")
        await stack.aclose()
        async with asyncio.timeout(5):
            while True:
                with contextlib.suppress(AssertionError):
                    async with stream(client) as lines:
                        assert await told(lines, "all")
                        return
                await asyncio.sleep(0.05)


async def test_the_stream_ends_with_its_session(quick: tuple[str, Starlette]) -> None:
    async with at(quick[0]) as (client, account), stream(client) as lines:
        beats = 0
        async with asyncio.timeout(10):
            async for line in lines:
                assert not line.startswith("event: end"), "control: as long as the session stands it goes on"
                beats += line.startswith(":")
                if beats == 5:
                    break
            await database.execute("DELETE FROM session WHERE account = $1", account.id)
            rest = [line async for line in lines]
    assert "event: end" in rest


async def test_the_stream_ends_when_the_role_changes(quick: tuple[str, Starlette]) -> None:
    async with at(quick[0]) as (client, account), stream(client) as lines:
        await database.execute("UPDATE account SET role = 'volunteer' WHERE id = $1", account.id)
        async with asyncio.timeout(10):
            assert "event: end" in [line async for line in lines]


async def test_to_listen_is_no_use_of_a_session(quick: tuple[str, Starlette]) -> None:
    """Else nobody's session would end as long as their colleagues work."""
    seen = "SELECT seen_at FROM session WHERE account = $1"
    async with at(quick[0]) as (client, account):
        await database.execute("UPDATE session SET seen_at = now() - interval '20 minutes'")
        before = await database.fetchval(seen, account.id)
        async with stream(client) as lines:
            await told(lines, "all")
        await client.get("/desk/week", headers={"HX-Request": "true", "X-Unasked": "yes"})
        assert await database.fetchval(seen, account.id) == before
        await client.get("/desk/week")
        assert await database.fetchval(seen, account.id) > before, "control: to press is"


async def test_after_a_lost_connection_everything_is_looked_at(quick: tuple[str, Starlette]) -> None:
    cut = """SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
             WHERE query LIKE 'LISTEN%' AND datname = current_database()"""
    async with at(quick[0]) as (client, _), stream(client) as lines:
        await told(lines, "all")
        assert await database.fetchval(cut) == 1
        await told(lines, "all")
        await people.meeting(await people.initiative())
        await told(lines, "meeting")


async def test_a_page_hears_what_happened_on_its_way(db: str) -> None:
    hub, account = Hub(), uuid4()
    first = hub.open(account, {"meeting"}, 0)
    assert await first.next(5) == [EVERYTHING]
    asked = time.monotonic()
    await people.meeting(await people.initiative())
    said = await first.next(5)
    await asyncio.sleep(0.02)
    between = hub.open(account, {"meeting"}, time.monotonic() - asked)
    assert await between.next(0.01) == said
    late = hub.open(account, {"meeting"}, 0.01)
    assert await late.next(0.01) == [], "control: it was asked for after the change"
    early = hub.open(account, {"meeting"}, 1000)
    assert await early.next(0.01) == [EVERYTHING], "longer ago than is remembered"
    for one in (first, late, early, between):
        hub.close(one)


async def test_a_slow_page_is_told_to_look_at_everything() -> None:
    one = Stream({"meeting"})
    for n in range(MOST_WAITING + 1):
        one.put(Event(0, "meeting", str(n)))
        one.put(Event(0, "request", "not for this page"))
    assert await one.next(0) == [EVERYTHING]
    one.put(Event(0, "meeting", "after"))
    assert await one.next(0) == ["after"]


async def test_nobody_listens_for_nobody(db: str) -> None:
    listening = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
    hub = Hub()
    streams = [hub.open(uuid4(), set(), 0) for _ in range(20)]
    assert await streams[0].next(5) == [EVERYTHING]
    assert await database.fetchval(listening) == 1
    for one in streams:
        hub.close(one)
    async with asyncio.timeout(5):
        while await database.fetchval(listening):
            await asyncio.sleep(0.02)


async def test_before_the_end_streams_end_and_none_begins(quick: tuple[str, Starlette]) -> None:
    async with at(quick[0]) as (client, _), stream(client) as lines:
        await told(lines, "all")
        quick[1].state.live.stop()
        async with asyncio.timeout(5):
            assert not [line async for line in lines if line.startswith("event: end")], "it will come back"
        later = await client.get("/desk/live", headers=HEADERS)
        assert later.status_code == 503 and later.headers["retry-after"]


async def test_what_is_not_ours_on_the_channel_hurts_nobody(db: str) -> None:
    hub = Hub()
    one = hub.open(uuid4(), {"meeting"}, 0)
    await one.next(5)
    for words in ("", "no json", "[]", "{}", '"x"', "null", '{"kind": null}'):
        await database.execute("SELECT pg_notify('desk', $1)", words)
    await people.meeting(await people.initiative())
    async with asyncio.timeout(5):
        while not (said := await one.next(1)):
            pass
    assert [json.loads(words)["kind"] for words in said] == ["meeting"]
    hub.close(one)
    with pytest.raises(TooMany):
        account = uuid4()
        for _ in range(MOST_STREAMS + 1):
            one = hub.open(account, set(), 0)
