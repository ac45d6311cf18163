"""Webhooks: what public things come, change and go is told signed, at least once, to who asked and nobody else."""

import asyncio
import contextlib
import os
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from conftest import served
from exchange import openly
from starlette.responses import RedirectResponse, Response
from support import people
from support.fake_receiver import FakeReceiver
from support.workers import Nursery

from volunteer_hub.exchange.api_access import changes, webhooks
from volunteer_hub.exchange.api_access.rules import Kind
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import channels, delivery, lost
from volunteer_hub.messaging.channels import Channels, hook, hook_client
from volunteer_hub.messaging.rules import USUAL, Channel
from volunteer_hub.settings import Settings

CANARY = "ZŁOTYKANAREK"


class Hub:
    """One installation with a webhook to a fake receiver."""

    def __init__(self, settings: Settings, ways: Channels, receiver: FakeReceiver, url: str, actor: Actor) -> None:
        self.settings, self.ways, self.receiver, self.url, self.actor = settings, ways, receiver, url, actor

    async def hears(self, *kinds: Kind) -> tuple[UUID, str]:
        return await webhooks.make(self.actor, self.settings, "Miasto", f"{self.url}/in", kinds or tuple(Kind))

    async def looks(self) -> int:
        """Time passes, and the worker looks."""
        await database.execute("UPDATE public_look SET looked_at = looked_at - interval '1 minute'")
        return await changes.plan(self.settings)

    async def sends(self) -> None:
        await lost.ask(self.ways, USUAL)
        await delivery.deliver(Channel.HOOK, self.ways, USUAL)

    async def passes(self, span: timedelta) -> None:
        names = ("due_at", "lease_until", "next_check_at", "created_at")
        moved = ", ".join(f"{one} = {one} - $1::interval" for one in names)
        await database.execute(f"UPDATE message SET {moved}", span)
        self.ways.hook._rests.clear()  # type: ignore[attr-defined]  # its clock is the process's own

    async def rows(self) -> list[dict[str, Any]]:
        return [dict(row) for row in await database.fetch("SELECT * FROM message WHERE channel = 'hook' ORDER BY key")]


@pytest.fixture
async def hub(db: str, settings: Settings) -> AsyncIterator[Hub]:
    receiver = FakeReceiver()
    actor = people.actor(await people.account(Role.ADMINISTRATOR))
    async with served(receiver) as url, channels.for_settings(settings, webhooks.finder(settings)) as ways:
        yield Hub(settings, ways, receiver, url, actor)


async def test_what_comes_changes_and_goes_is_told_signed_and_thin(hub: Hub) -> None:
    before = await openly.resource(name="Był wcześniej")
    _, secret = await hub.hears()
    assert await hub.looks() == 0  # what was there before is known
    new = await openly.resource(name="Klub seniora")
    group = await people.initiative(kind="group", name="Czwartkowa", public=True)
    assert await hub.looks() == 2
    await database.execute("UPDATE resource SET name = 'Klub' WHERE id = $1", new.id)
    await database.execute("UPDATE resource SET public = false WHERE id = $1", before.id)
    assert await hub.looks() == 2 and await hub.looks() == 0
    await hub.sends()
    told = {(one.told["type"], one.told["data"]["id"]) for one in hub.receiver.got}
    assert told == {
        ("service.created", str(new.id)), ("group.created", str(group.id)),
        ("service.changed", str(new.id)), ("service.removed", str(before.id)),
    }  # fmt: skip
    for one in hub.receiver.got:
        assert one.signed_with(secret) and not one.signed_with("whsec_" + "A" * 43 + "=")
        assert set(one.told) == {"type", "timestamp", "data"} and set(one.told["data"]) == {"id", "url"}
        assert one.told["data"]["url"].startswith("http://hub.test/api/v1/")
    assert {row["state"] for row in await hub.rows()} == {"delivered"}
    assert len({one.id for one in hub.receiver.got}) == 4


async def test_an_opportunity_changes_when_its_answer_does_and_goes_when_it_is_full(hub: Hub) -> None:
    await hub.hears(Kind.OPPORTUNITY)
    opening = await people.opening(most=2)
    await hub.looks()
    for taken in (1, 2):
        await database.execute("UPDATE opening SET taken = $2 WHERE id = $1", opening.id, taken)
        await hub.looks()
    await hub.sends()
    assert sorted(hub.receiver.types) == ["opportunity.changed", "opportunity.created", "opportunity.removed"]


async def planted() -> list[UUID]:
    """What must not be told of, each for one reason."""
    hidden = await people.theme(slug="przemoc", name_pl=CANARY, confidential=True)
    home = await people.place(private=True, name=CANARY)
    reasons: list[dict[str, Any]] = [{"public": False}, {"consent_on": None, "public": False}, {"place": home.id},
                                     {"theme": hidden.id}]  # fmt: skip
    rows: list[Any] = [await openly.resource(name=CANARY, **reason) for reason in reasons]
    groups = ({"kind": "circle"}, {"kind": "group", "public": False}, {"kind": "group", "state": "finished"})
    rows += [await people.initiative(name=CANARY, **values) for values in groups]
    for values in ({"kind": "circle"}, {"public": False}, {"theme": hidden.id}):
        of = await people.initiative(name=CANARY, **values)
        rows.append(await people.opening(await people.meeting(of), await people.role(of)))
    return [row.id for row in rows]


async def test_nothing_confidential_is_told_of(hub: Hub) -> None:
    await hub.hears()
    ids = await planted()
    assert await hub.looks() == 0
    await database.execute("UPDATE resource SET about = 'inaczej'")
    await database.execute("UPDATE opening SET taken = 1")
    assert await hub.looks() == 0
    kept = await database.fetchval("SELECT count(*) FROM public_mark WHERE subject = ANY($1)", ids)
    assert kept == 0 and await hub.rows() == []


async def test_control_what_becomes_public_is_told_of(hub: Hub) -> None:
    await hub.hears()
    ids = await planted()
    await hub.looks()
    await database.execute("UPDATE resource SET public = true, consent_on = '2026-01-02', consent_by = 'Prezes'")
    await database.execute("UPDATE place SET private = false")
    await database.execute("UPDATE theme SET confidential = false")
    await database.execute("UPDATE initiative SET public = true, state = 'running', kind = 'long_term'")
    await hub.looks()
    await hub.sends()
    told = {one.told["data"]["id"] for one in hub.receiver.got}
    assert told >= {str(id) for id in ids[:4]} and told >= {str(id) for id in ids[-3:]}
    assert CANARY not in b"".join(one.body for one in hub.receiver.got).decode()


async def test_a_webhook_hears_of_its_kinds_alone_and_stopped_of_nothing(hub: Hub) -> None:
    id, _ = await hub.hears(Kind.GROUP)
    await openly.resource()
    await people.initiative(kind="group", public=True)
    assert await hub.looks() == 1
    await webhooks.stop(hub.actor, id)
    await hub.sends()
    assert hub.receiver.got == [] and [row["state"] for row in await hub.rows()] == ["cancelled"]
    await people.initiative(kind="group", public=True)
    assert await hub.looks() == 0
    await webhooks.start(hub.actor, hub.settings, id)
    assert await hub.looks() == 0  # what came meanwhile is known
    await people.initiative(kind="group", public=True)
    assert await hub.looks() == 1
    await hub.sends()
    assert hub.receiver.types == ["group.created"]


async def test_a_failure_is_tried_again_under_the_same_id_until_it_is_taken(hub: Hub) -> None:
    id, secret = await hub.hears()
    hub.receiver.says.extend([Response(status_code=500), RedirectResponse("/elsewhere"), Response(status_code=404)])
    await webhooks.attempt(hub.actor, hub.settings, id)
    for n in range(4):
        await hub.sends()
        assert len(hub.receiver.got) == n + 1
        await hub.sends()  # not before its time
        assert len(hub.receiver.got) == n + 1
        await hub.passes(timedelta(hours=1))
    assert len({one.id for one in hub.receiver.got}) == 1 and all(one.signed_with(secret) for one in hub.receiver.got)
    (row,) = await hub.rows()
    assert (row["state"], row["attempt"], row["error"]) == ("delivered", 4, "")


async def test_after_a_day_it_is_given_up_and_an_administrator_lets_it_go_again(hub: Hub) -> None:
    id, _ = await hub.hears()
    await webhooks.attempt(hub.actor, hub.settings, id)
    hub.receiver.says.extend([Response(status_code=503)] * 20)
    for _ in range(20):
        await hub.sends()
        await hub.passes(timedelta(hours=5))
    (row,) = await hub.rows()
    assert row["state"] == "parked" and 5 <= len(hub.receiver.got) <= 7
    line = await webhooks.one(hub.actor, id)
    assert line.standing.parked == 1
    hub.receiver.says.clear()
    await webhooks.again(hub.actor, id, row["id"])
    await hub.sends()
    assert (await hub.rows())[0]["state"] == "delivered" and hub.receiver.got[-1].id == str(row["id"])
    with pytest.raises(Refused):
        await webhooks.again(hub.actor, id, row["id"])


async def test_410_ends_it_and_calls_off_the_rest(hub: Hub) -> None:
    id, _ = await hub.hears()
    hub.receiver.says.append(Response(status_code=410))
    await webhooks.attempt(hub.actor, hub.settings, id)
    await hub.sends()
    await openly.resource()
    await hub.looks()
    line = await webhooks.one(hub.actor, id)
    assert line.ended_at and line.ended_why == "by-them"
    await hub.sends()
    assert len(hub.receiver.got) == 1
    with pytest.raises(Refused):
        await webhooks.attempt(hub.actor, hub.settings, id)


async def test_a_new_secret_signs_beside_the_former_for_a_day(hub: Hub) -> None:
    id, former = await hub.hears()
    secret = await webhooks.turn(hub.actor, hub.settings, id)
    await webhooks.attempt(hub.actor, hub.settings, id)
    await hub.sends()
    assert hub.receiver.got[0].signed_with(secret) and hub.receiver.got[0].signed_with(former)
    await database.execute("UPDATE webhook SET former_until = now()")
    await webhooks.attempt(hub.actor, hub.settings, id)
    await hub.sends()
    assert hub.receiver.got[1].signed_with(secret) and not hub.receiver.got[1].signed_with(former)
    kept = await database.fetchrow("SELECT secret_sealed, former_sealed FROM webhook")
    assert not any(text.encode() in bytes(each) for text in (secret, former) for each in kept)


async def test_a_receiver_that_does_not_answer_keeps_nobody_waiting(hub: Hub) -> None:
    slow, _ = await webhooks.make(hub.actor, hub.settings, "Nikt", "http://127.0.0.1:9/in", list(Kind))
    quick, _ = await hub.hears()
    for _ in range(30):
        await webhooks.attempt(hub.actor, hub.settings, slow)
    await webhooks.attempt(hub.actor, hub.settings, quick)
    await hub.sends()
    assert hub.receiver.types == ["trial"]
    errors = [row["error"] for row in await hub.rows() if row["error"]]
    assert len(errors) == 30 and errors.count("rests") > 15


# --- Where nothing is ever posted -------------------------------------------------------------------------------------

INSIDE = (
    "http://example.org/x", "https://127.0.0.1/x", "https://[::1]/", "https://10.1.2.3/", "https://192.168.0.1/",
    "https://172.16.0.9/", "https://169.254.169.254/latest/meta-data", "https://[fe80::1]/", "https://[fd00::1]/",
    "https://[::ffff:10.0.0.1]/", "https://[64:ff9b::a00:1]/", "https://[2002:a00:1::]/", "https://0.0.0.0/",
    "https://100.64.0.1/", "https://224.0.0.1/", "https://localhost/x", "https://intranet/x", "ftp://example.org/",
    "https://user:word@example.org/", "https://example.org/#part", "https://", "https://example.org:x/",
    "https://１２７.0.0.1/", "https://127。0。0。1/", "https://①②⑦.0.0.1/", "https://127.1/", "https://169.254.169.254./",
    "https://127.0.0.1\\.example.org/", "https://example.org/\0",
)  # fmt: skip


@pytest.mark.parametrize("url", INSIDE)
def test_no_webhook_stands_inside(url: str) -> None:
    assert hook.unreachable(url, loopback=False)


def test_control_one_may_stand_outside_and_in_a_demo_on_this_machine() -> None:
    for url in ("https://example.org/x", "https://example.org:8443/a?b=c", "https://93.184.215.14/"):
        assert hook.unreachable(url, loopback=False) == ""
    assert hook.unreachable("http://127.0.0.1:8000/x", loopback=True) == ""
    assert hook.unreachable("http://127.0.0.1:8000/x", loopback=False)


async def test_a_name_that_leads_inside_is_not_connected_to(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is judged by what it leads to at the moment of connecting, and nothing is posted."""
    for leads in (["10.0.0.1"], ["93.184.215.14", "127.0.0.1"], ["::ffff:169.254.169.254"]):
        pinned = hook_client.Pinned(loopback=False)

        async def answer(*_: Any, leads: list[str] = leads, **__: Any) -> list[Any]:
            return [(2, 1, 6, "", (address, 443)) for address in leads]

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", answer, raising=False)
        with pytest.raises(hook_client.Private):
            await pinned.resolve("rebind.example", 443)
        monkeypatch.undo()


async def test_in_production_a_local_name_is_refused_at_the_moment_of_posting() -> None:
    client = hook_client.Client(loopback=False)
    try:
        assert await client.post("https://localhost:1/x", b"{}", {}) == ("private address", None)
    finally:
        await client.close()


HEADS = {"webhook-id": "x", "webhook-timestamp": "1", "webhook-signature": "v1,x"}
# As a name, as an address, and as what a client reads as one: only the name is looked up before the connection.
HERE = ("localhost", "127.0.0.1", "１２７.0.0.1")


@pytest.mark.parametrize("host", HERE)
async def test_in_production_no_socket_is_opened_to_this_machine(hub: Hub, host: str) -> None:
    client = hook_client.Client(loopback=False)
    try:
        url = hub.url.replace("127.0.0.1", host)
        assert await client.post(f"{url}/x", b"{}", HEADS) == ("private address", None)
    finally:
        await client.close()
    assert not hub.receiver.got


@pytest.mark.parametrize("host", HERE)
async def test_control_with_the_guard_open_the_same_is_connected_to(hub: Hub, host: str) -> None:
    client = hook_client.Client(loopback=True)
    try:
        url = hub.url.replace("127.0.0.1", host)
        assert (await client.post(f"{url}/x", b"{}", HEADS))[0] == ""
    finally:
        await client.close()


async def test_an_endless_answer_is_not_read(hub: Hub) -> None:
    over = asyncio.Event()

    async def endless(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while not over.is_set():
            await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True})
            await asyncio.sleep(0.01)

    hub.receiver.says.append(endless)  # type: ignore[arg-type]
    id, _ = await hub.hears()
    await webhooks.attempt(hub.actor, hub.settings, id)
    async with asyncio.timeout(5):
        await hub.sends()
    over.set()
    assert (await hub.rows())[0]["state"] == "delivered"


# --- Workers that die -------------------------------------------------------------------------------------------------


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
