"""A server that is asked to stop while pages listen: it stops as fast as without them, and they may come back."""

import asyncio
import contextlib
import signal
import time

import httpx2
from conftest import served
from starlette.applications import Starlette
from support import people, processes

from volunteer_hub.cli import GRACE_SECONDS
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role

HEADERS = {"accept": "text/event-stream"}


async def _listen(address: str, ready: asyncio.Event) -> list[str]:
    async with httpx2.AsyncClient(base_url=address, timeout=30) as client:
        await people.signed_in(client, Role.COORDINATOR)
        lines: list[str] = []
        with contextlib.suppress(httpx2.RemoteProtocolError):
            async with client.stream("GET", "/desk/live", headers=HEADERS) as answer:
                async for line in answer.aiter_lines():
                    lines.append(line)
                    ready.set()
        return lines


async def _stop(dsn: str, *arguments: str) -> tuple[float, int | None, list[str]]:
    """How long a web process needs to stop with an open stream, with which code, and what the stream heard."""
    database.configure(dsn)
    port = processes.free_port()
    address = f"http://127.0.0.1:{port}"
    settings = {"MODE": "demo", "DATABASE_URL": dsn, "PUBLIC_URL": address}
    with processes.running("serve", "--port", str(port), *arguments, **settings) as process:
        await asyncio.to_thread(processes.answers, f"{address}/livez", process)
        ready = asyncio.Event()
        listening = asyncio.create_task(_listen(address, ready))
        async with asyncio.timeout(10):
            await ready.wait()
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(process.wait, 20)
        return time.monotonic() - began, process.returncode, await listening


async def test_an_open_stream_holds_no_stop_up(db: str) -> None:
    seconds, code, lines = await _stop(db)
    assert seconds < GRACE_SECONDS, "not only when the server's patience is over"
    assert code in (0, -signal.SIGTERM) and "event: end" not in lines


async def test_nor_with_several_processes(db: str) -> None:
    seconds, _, _ = await _stop(db, "--workers", "2")
    assert seconds < GRACE_SECONDS


async def test_control_without_the_end_of_streams_the_server_waits(db: str, app: Starlette) -> None:
    """This server is asked to stop by no signal, so that nothing ends the stream before its patience does: 2 s."""
    ready = asyncio.Event()
    async with served(app) as address:
        listening = asyncio.create_task(_listen(address, ready))
        async with asyncio.timeout(10):
            await ready.wait()
        began = time.monotonic()
    assert time.monotonic() - began >= 1.9
    await listening
