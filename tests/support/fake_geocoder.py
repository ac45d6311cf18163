"""A geocoder on loopback that answers `/search` as Nominatim does, notes what it was asked, and fails when told to."""

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send


@dataclass
class FakeGeocoder:
    """`known` are its candidates by address; `answers` are raw ones that go first, each once."""

    known: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    answers: deque[Response] = field(default_factory=deque)
    asked: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    at: list[float] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await Starlette(routes=[Route("/search", self.search)])(scope, receive, send)

    async def search(self, request: Request) -> Response:
        self.at.append(time.monotonic())
        self.asked.append(dict(request.query_params))
        self.headers.append(dict(request.headers))
        if self.answers:
            return self.answers.popleft()
        return JSONResponse(self.known.get(request.query_params["q"], []))


def candidate(label: str, latitude: float, longitude: float) -> dict[str, Any]:
    """A result in the format jsonv2; numbers are strings there."""
    return {"display_name": label, "lat": str(latitude), "lon": str(longitude), "category": "place"}
