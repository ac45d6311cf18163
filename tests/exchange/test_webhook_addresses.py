"""Where no webhook is ever posted: to a machine beside ours, by whatever name; and no answer is read for ever."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from exchange.hub import Hub, listening

from volunteer_hub.exchange.api_access import webhooks
from volunteer_hub.messaging.channels import hook, hook_client
from volunteer_hub.settings import Settings

INSIDE = (
    "http://example.org/x", "https://127.0.0.1/x", "https://[::1]/", "https://10.1.2.3/", "https://192.168.0.1/",
    "https://172.16.0.9/", "https://169.254.169.254/latest/meta-data", "https://[fe80::1]/", "https://[fd00::1]/",
    "https://[::ffff:10.0.0.1]/", "https://[64:ff9b::a00:1]/", "https://[2002:a00:1::]/", "https://0.0.0.0/",
    "https://100.64.0.1/", "https://224.0.0.1/", "https://localhost/x", "https://intranet/x", "ftp://example.org/",
    "https://user:word@example.org/", "https://example.org/#part", "https://", "https://example.org:x/",
    "https://１２７.0.0.1/", "https://127。0。0。1/", "https://①②⑦.0.0.1/", "https://127.1/", "https://169.254.169.254./",
    "https://127.0.0.1\\.example.org/", "https://example.org/\0",
)  # fmt: skip


@pytest.fixture
async def hub(db: str, settings: Settings) -> AsyncIterator[Hub]:
    async with listening(settings) as one:
        yield one


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
