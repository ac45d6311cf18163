"""Another program that takes our webhooks, on loopback: what it was posted, and what it answers."""

import base64
import hmac
import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send


@dataclass
class Got:
    id: str
    timestamp: str
    signatures: list[str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        return json.loads(self.body)

    def signed_with(self, secret: str) -> bool:
        """As a receiver checks it, by the text of the standard: https://www.standardwebhooks.com."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        content = f"{self.id}.{self.timestamp}.".encode() + self.body
        expected = "v1," + base64.b64encode(hmac.new(key, content, "sha256").digest()).decode()
        return any(hmac.compare_digest(expected, one) for one in self.signatures)


@dataclass
class FakeReceiver:
    """`says` are the answers of the next posts: statuses with headers; then it takes everything."""

    got: list[Got] = field(default_factory=list)
    says: deque[Response] = field(default_factory=deque)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        heads = request.headers
        self.got.append(Got(
            heads["webhook-id"], heads["webhook-timestamp"], heads["webhook-signature"].split(), await request.body()
        ))  # fmt: skip
        answer = self.says.popleft() if self.says else Response(status_code=204)
        await answer(scope, receive, send)

    @property
    def types(self) -> list[str]:
        return [one.told["type"] for one in self.got]
