"""An honest fake of an SMS gateway as docs/operating.md asks for it, on loopback: what it accepted is `accepted`.

Its faults are those of the fake Twilio, so the same tests run against both. It checks the token and what it is told of
a message, takes each reference once (unless `once` is off) and calls the address that came with the message.
"""

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from support.fake_twilio import BAD_NUMBER, BAD_TOKEN, STOPPED, TAKEN, Fault, busy

TOKEN, FROM, KEY = "fake-gateway-token", "+48732000000", "hook-key-of-the-gateway-" + "0" * 20
# What the fake Twilio says by number, a gateway says by word.
_CODES = {
    BAD_NUMBER.code: "bad_number",
    STOPPED.code: "opted_out",
    BAD_TOKEN.code: "unauthorized",
    busy(1).code: "busy",
}


@dataclass
class FakeGateway:
    """Served at `url`; `settings()` point the hub at it. `accepted` holds each message it took, as it lists it."""

    url: str = ""
    accepted: list[dict[str, Any]] = field(default_factory=list)
    asked: int = 0
    faults: deque[Fault] = field(default_factory=deque)
    delay: float = 0
    list_faults: deque[Fault | None] = field(default_factory=deque)
    list_lag: timedelta = timedelta()
    once: bool = True
    filters: bool = True
    says: Response | None = None
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        routes = [Route("/messages", self._create, methods=["POST"]), Route("/messages", self._list, methods=["GET"])]
        self._app = Starlette(routes=routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["transport"] = getattr(getattr(send, "__self__", None), "transport", None)
        await self._app(scope, receive, send)

    def settings(self) -> dict[str, str]:
        """The hub's settings, without HUB_ and in small letters."""
        return {
            "sms_gateway_url": self.url,
            "sms_gateway_token": TOKEN,
            "sms_gateway_from": FROM,
            "sms_gateway_key": KEY,
        }

    def bodies(self) -> list[str]:
        return [message["text"] for message in self.accepted]

    async def _create(self, request: Request) -> Response:
        asked = json.loads(await request.body())
        fault = self.faults.popleft() if self.faults else TAKEN
        self.arrived.set()
        if self.says is not None:
            return self.says
        if refused := self._refused(request) or _wrong(asked):
            return refused
        had = next((one for one in self.accepted if one["external_id"] == asked["external_id"]), None)
        if had and self.once:
            return JSONResponse({"id": had["id"], "error": {"code": "duplicate"}}, 409)
        message = self._accept(asked) if fault.accept else None
        await asyncio.sleep(fault.delay or self.delay)
        if fault.drop:
            request.scope["transport"].abort()
        if message and fault.status == 201:
            return JSONResponse({"id": message["id"], "external_id": message["external_id"]}, 201)
        headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after is not None else {}
        return _error(fault.status, fault.code, headers)

    async def _list(self, request: Request) -> Response:
        self.asked += 1
        fault = self.list_faults.popleft() if self.list_faults else None
        if fault:
            await asyncio.sleep(fault.delay)
            return _error(fault.status, fault.code)
        if refused := self._refused(request):
            return refused
        wanted, until = request.query_params.get("external_id"), datetime.now(UTC) - self.list_lag
        rows = [m for m in self.accepted if m["_at"] <= until and (m["external_id"] == wanted or not self.filters)]
        return JSONResponse({"messages": [{k: v for k, v in m.items() if k != "_at"} for m in rows]})

    def _refused(self, request: Request) -> Response | None:
        return None if request.headers.get("authorization") == f"Bearer {TOKEN}" else _error(401, BAD_TOKEN.code)

    def _accept(self, asked: dict[str, Any]) -> dict[str, Any]:
        message = asked | {"id": uuid4().hex, "status": "queued", "_at": datetime.now(UTC)}
        self.accepted.append(message)
        return message


def _wrong(asked: dict[str, Any]) -> Response | None:
    """What docs/operating.md says the gateway is told."""
    if not asked.get("to", "").startswith("+"):
        return _error(400, BAD_NUMBER.code)
    known = {"to", "from", "text", "encoding", "max_parts", "external_id", "report_url", "valid_seconds"}
    whole = all(asked.get(name) for name in known - {"valid_seconds"}) and set(asked) <= known
    return None if whole else JSONResponse({"error": {"code": "fields"}}, 422)


def _error(status: int, code: int, headers: dict[str, str] | None = None) -> Response:
    if code:
        return JSONResponse({"error": {"code": _CODES[code], "message": "scripted"}}, status, headers)
    return Response("scripted", status, headers)
