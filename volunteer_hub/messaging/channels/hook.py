"""Webhooks: what changed is posted to an address of another program, signed as Standard Webhooks are.

A hook may come twice and its receiver knows it by `webhook-id`, so whatever went wrong it is simply sent again: after
seconds, then minutes, then hours, for about a day. Then it is parked, and administrators see it.
https://www.standardwebhooks.com; docs/decisions/0057-api-tokens-and-webhooks.md
"""

import asyncio
import base64
import hmac
import ipaddress
import time
import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from volunteer_hub.kit import clock
from volunteer_hub.messaging.channels.base import Accepted, Outgoing, Rejected, SafeRetry
from volunteer_hub.messaging.rules import State
from volunteer_hub.settings import Settings

# Seconds until the next try, after each that failed.
GAPS = (10, 30, 120, 600, 1800, 3600, 7200, 14_400)
GIVE_UP = timedelta(hours=26)
# A receiver that does not answer keeps nobody else's hooks waiting: it is left alone for so long.
REST_SECONDS = 60.0
GONE = 410


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where hooks go, and what signs them, the newest secret first."""

    url: str
    secrets: tuple[bytes, ...]


# Whose a hook is, by the address of its message; None: it wants none any more.
Find = Callable[[str], Awaitable[Endpoint | None]]


async def nobody(_: str) -> None:
    """Where no hooks are known."""


class Hook:
    """`find` tells where a hook goes at the moment it leaves. Connections belong to the loop of the first `send`."""

    def __init__(self, settings: Settings, find: Find = nobody) -> None:
        self._loopback = settings.demo
        self._find = find
        self._client: Any = None
        self._rests: dict[str, float] = {}

    async def send(self, message: Outgoing) -> Accepted:
        endpoint = await self._find(message.address)
        if endpoint is None:
            raise Rejected("ended", State.CANCELLED)
        late = message.now - message.created_at > GIVE_UP
        gap = float(GAPS[min(message.deferred, len(GAPS) - 1)])
        rests = self._rests.get(message.address, 0.0) - time.monotonic()
        if rests > 0 and not late:
            raise SafeRetry("rests", max(rests, gap))
        reason, asked = await self._post(endpoint, message)
        if not reason:
            self._rests.pop(message.address, None)
            return Accepted(None, State.DELIVERED)
        if reason == str(GONE):
            raise Rejected(reason)
        self._rests[message.address] = time.monotonic() + REST_SECONDS
        if late:
            raise Rejected(reason, State.PARKED)
        raise SafeRetry(reason, max(asked or 0.0, gap))

    async def find(self, message: Outgoing) -> Sequence[str]:
        """Nobody can be asked what they took: it goes again, under the same id."""
        return ()

    async def aclose(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _post(self, endpoint: Endpoint, message: Outgoing) -> tuple[str, float | None]:
        """Why it was not taken, empty when it was; and after how many seconds they want to be asked again."""
        if wrong := unreachable(endpoint.url, loopback=self._loopback):
            return wrong, None
        body, now = message.body.encode(), int(clock.now().timestamp())
        headers = {
            "content-type": "application/json",
            "webhook-id": str(message.id),
            "webhook-timestamp": str(now),
            "webhook-signature": signatures(endpoint.secrets, str(message.id), now, body),
        }
        if self._client is None:
            module = await asyncio.to_thread(import_module, "volunteer_hub.messaging.channels.hook_client")
            self._client = self._client or module.Client(self._loopback)
        said: tuple[str, float | None] = await self._client.post(endpoint.url, body, headers)
        return said


def signatures(secrets: Sequence[bytes], id: str, timestamp: int, body: bytes) -> str:
    """One for each secret, so that a receiver that knows only the former one still believes us."""
    signed = b".".join((id.encode(), str(timestamp).encode(), body))
    return " ".join(f"v1,{base64.b64encode(hmac.digest(one, signed, 'sha256')).decode()}" for one in secrets)


def unreachable(url: str, *, loopback: bool) -> str:
    """Why nothing is ever posted to `url`, in a word; empty when it may be. Names are looked up only when it leaves.

    Over TLS alone; over plain http only to this very machine, where `loopback` allows it: in a demo.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "address"
    if not host or parts.username or parts.fragment or any(sign in " \\" or not sign.isprintable() for sign in url):
        return "address"
    ours = loopback and host in ("localhost", "127.0.0.1", "::1")
    if parts.scheme != "https" and not (ours and parts.scheme == "http"):
        return "not https"
    if ours:
        return ""
    # Letters and digits of other scripts and shapes are read as a client reads them: a full-width 127.0.0.1 is that.
    name = unicodedata.normalize("NFKC", host).rstrip(".")
    try:
        return "" if may_reach(name, loopback=loopback) else "private address"
    except ValueError:  # a name; one that ends in a number is an address written oddly
        _, dot, last = name.rpartition(".")
        return "" if dot and not last.isdecimal() else "private address"


def may_reach(address: str, *, loopback: bool) -> bool:
    """Whether this IP address is out in the world, and not a machine beside ours. Raises ValueError for a name.

    Addresses that stand for another (IPv4 in IPv6, by NAT64 or 6to4) are judged by that one.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or _nat64(ip)
        if inner is not None:
            ip = inner
    if ip.is_loopback:
        return loopback
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def _nat64(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None
