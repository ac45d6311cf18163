"""A post to this very application without a socket: the demo's fake phones call the webhook as the provider would."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import urlencode, urlsplit

App = Callable[[MutableMapping[str, Any], Callable[[], Any], Callable[[Any], Awaitable[None]]], Awaitable[None]]


async def post(app: App, url: str, fields: Mapping[str, str], headers: Mapping[str, str]) -> int:
    """Posts `fields` as a form to `url` and answers the status. All middleware is passed, as from outside."""
    # In a task of its own, so that the language and the trace id of the calling request stay as they are.
    return await asyncio.create_task(_post(app, url, urlencode(fields).encode(), headers))


async def _post(app: App, url: str, body: bytes, headers: Mapping[str, str]) -> int:
    address = urlsplit(url)
    sent = {
        "host": address.netloc,
        "content-type": "application/x-www-form-urlencoded",
        "content-length": str(len(body)),
        **{name.lower(): value for name, value in headers.items()},
    }
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": address.scheme,
        "path": address.path,
        "raw_path": address.path.encode(),
        "query_string": address.query.encode(),
        "root_path": "",
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in sent.items()],
        "client": ("127.0.0.1", 0),
        "server": (address.hostname, address.port or 80),
    }
    coming = iter([{"type": "http.request", "body": body, "more_body": False}])
    status = 0

    async def receive() -> dict[str, Any]:
        return next(coming, {"type": "http.disconnect"})

    async def send(message: MutableMapping[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]

    await app(scope, receive, send)
    return status
