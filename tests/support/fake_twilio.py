"""An honest fake of Twilio's Messages resource, to be served on loopback: what it accepted is its log, `accepted`.

Faults are scripted: each request that would create a message takes the next `Fault`. It checks the account, the token
and what the documentation says it checks of a message, and signs its callbacks as Twilio does.
"""

import asyncio
import base64
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

SID, TOKEN, FROM = "AC" + "0" * 32, "fake-token", "+48800000000"
MESSAGES = "/2010-04-01/Accounts/{sid}/Messages.json"


@dataclass(frozen=True)
class Fault:
    """What happens to one request: is it accepted, how long does the answer take, and what is it."""

    accept: bool = False
    status: int = 500
    code: int = 0
    retry_after: int | None = None
    delay: float = 0
    drop: bool = False


TAKEN = Fault(accept=True, status=201)
LOST = Fault(accept=True, drop=True)
BAD_NUMBER = Fault(status=400, code=21211)
STOPPED = Fault(status=400, code=21610)
BAD_TOKEN = Fault(status=401, code=20003)


def busy(seconds: int) -> Fault:
    return Fault(status=429, code=20429, retry_after=seconds)


@dataclass
class FakeTwilio:
    """Served at `url`; `settings()` point the hub at it. `accepted` holds each message it took, as its API shows it."""

    url: str = ""
    accepted: list[dict[str, Any]] = field(default_factory=list)
    asked: int = 0
    faults: deque[Fault] = field(default_factory=deque)
    delay: float = 0
    list_faults: deque[Fault | None] = field(default_factory=deque)
    list_lag: timedelta = timedelta()
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._app = Starlette(
            routes=[
                Route(MESSAGES, self._create, methods=["POST"]),
                Route(MESSAGES, self._list, methods=["GET"]),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["transport"] = getattr(getattr(send, "__self__", None), "transport", None)
        await self._app(scope, receive, send)

    def settings(self) -> dict[str, str]:
        """The hub's settings, without HUB_ and in small letters."""
        return {
            "twilio_account_sid": SID,
            "twilio_auth_token": TOKEN,
            "twilio_from": FROM,
            "twilio_base_url": self.url,
        }

    def bodies(self) -> list[str]:
        return [message["body"] for message in self.accepted]

    async def _create(self, request: Request) -> Response:
        form = {name: values[-1] for name, values in parse_qs((await request.body()).decode()).items()}
        fault = self.faults.popleft() if self.faults else TAKEN
        self.arrived.set()
        if refused := self._refused(request) or _wrong(form):
            return refused
        message = self._accept(form) if fault.accept else None
        await asyncio.sleep(fault.delay or self.delay)
        if fault.drop:
            request.scope["transport"].abort()
        if message and fault.status == 201:
            return JSONResponse(message, 201)
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
        to, until = request.query_params.get("To"), datetime.now(UTC) - self.list_lag
        rows = [m for m in reversed(self.accepted) if to in (None, m["to"]) and m["_at"] <= until]
        page, size = int(request.query_params.get("Page", 0)), int(request.query_params.get("PageSize", 50))
        shown = rows[page * size : (page + 1) * size]
        more = len(rows) > (page + 1) * size
        path = f"{request.url.path}?To={(to or '').replace('+', '%2B')}&PageSize={size}&Page={page + 1}"
        return JSONResponse(
            {
                "messages": [{k: v for k, v in m.items() if k != "_at"} for m in shown],
                "page": page,
                "page_size": size,
                "next_page_uri": path if more else None,
            }
        )

    def _refused(self, request: Request) -> Response | None:
        expected = "Basic " + base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
        if request.headers.get("authorization") != expected:
            return _error(401, 20003)
        return None if request.path_params["sid"] == SID else _error(404, 20404)

    def _accept(self, form: dict[str, str]) -> dict[str, Any]:
        at = datetime.now(UTC)
        message = {
            "sid": f"SM{uuid4().hex}",
            "account_sid": SID,
            "to": form["To"],
            "from": form.get("From"),
            "messaging_service_sid": form.get("MessagingServiceSid"),
            "body": form["Body"],
            "status": "queued",
            "date_created": format_datetime(at),
            "date_sent": None,
            "status_callback": form.get("StatusCallback"),
            "validity_period": form.get("ValidityPeriod"),
            "_at": at,
        }
        self.accepted.append(message)
        return {name: value for name, value in message.items() if name != "_at"}


def _wrong(form: dict[str, str]) -> Response | None:
    """The documented checks of a message."""
    if not form.get("To", "").startswith("+"):
        return _error(400, 21211)
    if not form.get("Body"):
        return _error(400, 21602)
    if len(form["Body"]) > 1600:
        return _error(400, 21617)
    if not (form.get("From") or form.get("MessagingServiceSid")):
        return _error(400, 21603)
    if not 1 <= int(form.get("ValidityPeriod", 1)) <= 36_000:
        return _error(400, 20001)
    return None


def _error(status: int, code: int, headers: dict[str, str] | None = None) -> Response:
    body = {"code": code or None, "message": "scripted", "status": status}
    return JSONResponse(body, status, headers) if code else Response("scripted", status, headers)
