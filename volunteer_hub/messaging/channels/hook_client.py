"""Posts hooks over aiohttp, only to addresses out in the world; imported when the first hook leaves (see hook.py)."""

import asyncio
import socket

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.connector import AddrInfoType

from volunteer_hub.messaging.channels import http
from volunteer_hub.messaging.channels.hook import may_reach

LIMITS = aiohttp.ClientTimeout(total=10, sock_connect=5)
CONNECTIONS = 8


class Private(OSError):
    """The name leads to a machine beside ours."""


class Pinned(AbstractResolver):
    """Looks a name up once, judges every address it has, and gives just these to connect to.

    A name that answers otherwise a moment later changes nothing: nobody looks it up again before the connection.
    """

    def __init__(self, loopback: bool) -> None:
        self._loopback = loopback

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM, family=family)
        addresses = [(kind, str(to[0])) for kind, _, _, _, to in found]
        if not addresses or not all(may_reach(address, loopback=self._loopback) for _, address in addresses):
            raise Private
        return [
            ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=socket.AI_NUMERICHOST)
            for kind, address in addresses
        ]

    async def close(self) -> None:
        """Nothing is open."""


class Outward:
    """Opens sockets to addresses out in the world alone, whatever led to them: an address that stands in the URL is
    never looked up, and how the client reads one is the client's affair.
    """

    def __init__(self, loopback: bool) -> None:
        self._loopback = loopback

    def __call__(self, info: AddrInfoType) -> socket.socket:
        family, kind, proto, _, to = info
        try:
            outside = may_reach(str(to[0]), loopback=self._loopback)
        except ValueError:
            outside = False
        if not outside:
            raise Private
        return socket.socket(family, kind, proto)


class Client:
    """Must be made inside the loop it works in."""

    def __init__(self, loopback: bool) -> None:
        connector = aiohttp.TCPConnector(
            resolver=Pinned(loopback), socket_factory=Outward(loopback), use_dns_cache=False, force_close=True,
            limit=CONNECTIONS, family=socket.AF_UNSPEC,
        )  # fmt: skip
        self._session = aiohttp.ClientSession(
            connector=connector, timeout=LIMITS, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False,
            headers={"User-Agent": "volunteer-hub"}, auto_decompress=False,
        )  # fmt: skip

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> tuple[str, float | None]:
        """Why it was not taken, in a word (empty: it was), and after how many seconds to ask again, if they say so.

        Redirects lead nowhere, and of the answer nothing but its head is read.
        """
        try:
            async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
                status, waits = answer.status, answer.headers.get("Retry-After", "")
                answer.close()
        except Private:
            return "private address", None
        except aiohttp.ClientConnectorError as error:
            return ("private address" if isinstance(error.os_error, Private) else type(error).__name__), None
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return type(error).__name__, None
        return ("" if status // 100 == 2 else str(status)), http.seconds(waits)

    async def close(self) -> None:
        await self._session.close()
