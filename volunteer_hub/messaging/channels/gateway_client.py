"""The gateway's two requests over one aiohttp session; imported only when the first SMS leaves (see gateway.py)."""

import json
import re
from typing import Any

import aiohttp

from volunteer_hub.messaging.channels import http
from volunteer_hub.messaging.channels.base import Ambiguous, NotAccepted, Rejected, SafeRetry, Unusable
from volunteer_hub.messaging.channels.gateway import OPTED_OUT
from volunteer_hub.messaging.rules import State
from volunteer_hub.settings import Settings

# What is refused is ours, not this message.
_OURS = frozenset({"unauthorized", "no_credit", "account", "sender"})
# A code goes to the log and to the desk: nothing that could hold an address or a text.
_CODE = re.compile(r"[a-z0-9_.-]{1,40}")
_LONGEST_ID = 64


class Client:
    """Speaks to the gateway in `settings`. Must be made inside the loop it works in."""

    def __init__(self, settings: Settings) -> None:
        token = settings.sms_gateway_token.get_secret_value() if settings.sms_gateway_token else ""
        self._url = f"{settings.sms_gateway_url}/messages"
        self._session = http.session(Authorization=f"Bearer {token}", Accept="application/json")

    async def create(self, asked: dict[str, Any]) -> str:
        """Hands the message over; answers its id there. Raises what became of it otherwise, as Channel.send does."""
        status, said = await self._ask("POST", json=asked)
        name = _id(said)
        if name and (status < 300 or status == 409):  # 409: it had this very message before, under the same reference
            return name
        if status == 409 or (status < 300 and "error" not in said):
            raise Ambiguous(f"{status} without id")
        raise meaning(status, said)

    async def listed(self, reference: str) -> list[str]:
        """The ids of the messages that carry our `reference`, oldest first. Raises NotAccepted: no answer."""
        status, said = await self._ask("GET", params={"external_id": reference})
        rows = said.get("messages")
        if status != 200 or not isinstance(rows, list):
            raise Ambiguous(f"list {status}")
        if not all(isinstance(row, dict) and row.get("external_id") == reference and _id(row) for row in rows):
            # It lists what was not asked for, so ours may be further down: "not there" would send twice.
            raise Ambiguous("list of others")
        return [_id(row) for row in rows]

    async def close(self) -> None:
        await self._session.close()

    async def _ask(self, method: str, **what: Any) -> tuple[int, dict[str, Any]]:
        """Status and object of an answer that is one. A 5xx may come after the message was taken."""
        try:
            async with self._session.request(method, self._url, allow_redirects=False, **what) as answer:
                status, waits = answer.status, answer.headers.get("Retry-After", "")
                if status == 429:
                    raise SafeRetry("429", http.seconds(waits))
                if status // 100 not in (2, 4) or status == 408:
                    raise Ambiguous(str(status))
                said = _object(await answer.text())
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:  # no connection: no byte left
            raise SafeRetry(type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise Ambiguous(type(error).__name__) from None
        return status, said


def meaning(status: int, said: dict[str, Any]) -> NotAccepted:
    """What a definite refusal says about the message. Many gateways give it with status 200.

    Any other status, or a refusal without a code, is from something in between or from a wrong address.
    """
    error = said.get("error")
    told = str(error.get("code", "")).lower() if isinstance(error, dict) else ""
    code = told if _CODE.fullmatch(told) else "refused" if told else ""
    if code == "busy":
        return SafeRetry(code)
    if status not in (200, 201, 202, 400, 422) or code in _OURS or not code:
        return Unusable(code or str(status))
    return Rejected(code, State.SUPPRESSED if code == OPTED_OUT else State.UNDELIVERED)


def _object(text: str) -> dict[str, Any]:
    """The JSON object in `text`; what is none says nothing."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _id(said: dict[str, Any]) -> str:
    """The gateway's id of a message, empty when it gives none that can be kept."""
    name = said.get("id")
    told = str(name) if isinstance(name, (str, int)) and not isinstance(name, bool) else ""
    return told if told.isascii() and told.isprintable() and len(told) <= _LONGEST_ID else ""
