"""SMS by an HTTP gateway at HUB_SMS_GATEWAY_URL: what we ask of it, and how it proves itself when it calls us.

The whole of what such a gateway must speak is in docs/operating.md, "An SMS gateway over HTTP".
"""

import asyncio
import re
from collections.abc import Sequence
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

from volunteer_hub.kit import secret
from volunteer_hub.kit.phone import BadPhone, normalise
from volunteer_hub.messaging import rules
from volunteer_hub.messaging.actions import STOPPED_BY_PROVIDER
from volunteer_hub.messaging.channels.base import Accepted, Outgoing
from volunteer_hub.settings import Settings

STATUS = "/hooks/gateway/status"
LONGEST_VALIDITY = 259_200
OPTED_OUT = "opted_out"
# Digits of a Polish number without its country's.
NATIONAL = 9
_NUMBER = re.compile(r"\+?[0-9]{9,17}")

# A gateway's words, and those of the networks behind it that many pass on, as the ladder's.
_WORDS = {
    "accepted": "accepted", "queued": "queued", "sending": "sending", "sent": "sent", "delivered": "delivered",
    "undelivered": "undelivered", "failed": "failed", "rejected": "failed", "expired": "undelivered",
    "acceptd": "accepted", "enroute": "sent", "delivrd": "delivered", "undeliv": "undelivered", "rejectd": "failed",
}  # fmt: skip


class Gateway:
    """The channel of the gateway in `settings`. Its connections belong to the event loop of the first `send`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: Any = None

    async def send(self, message: Outgoing) -> Accepted:
        how = rules.segments(message.body)
        key = {"key": self._settings.gateway_keys[0], "ref": str(message.id)}
        asked: dict[str, Any] = {
            "to": message.address,
            "from": self._settings.sms_gateway_from,
            "text": message.body,
            "encoding": how.encoding,
            "max_parts": len(how.parts),
            # Our own name of the message: the gateway takes it once, and is asked for it when an answer was lost.
            "external_id": str(message.id),
            "report_url": f"{self._settings.public_url}{STATUS}?{urlencode(key)}",
        }
        if message.expires_in is not None:
            asked["valid_seconds"] = min(max(int(message.expires_in), 1), LONGEST_VALIDITY)
        client = await self._rest()
        return Accepted(await client.create(asked))

    async def find(self, message: Outgoing) -> Sequence[str]:
        """The messages that the gateway holds under our own reference; no other can be among them."""
        client = await self._rest()
        found: list[str] = await client.listed(str(message.id))
        return found

    async def aclose(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _rest(self) -> Any:
        """The client. Its package takes a fifth of a second to import: when the first SMS leaves, in a thread."""
        if self._client is None:
            module = await asyncio.to_thread(import_module, "volunteer_hub.messaging.channels.gateway_client")
            self._client = self._client or module.Client(self._settings)
        return self._client


def knows(settings: Settings, key: str) -> bool:
    """Whether `key` is what the gateway was given to call us with, now or before the change. Without one: never."""
    return any([secret.same(key, known) for known in settings.gateway_keys])


def fate(status: str, error: str) -> tuple[str, str]:
    """A gateway's word and error code as `actions.record_callback` takes them; unknown words stay as they are."""
    said = status.strip().lower()
    if error == OPTED_OUT:
        error = STOPPED_BY_PROVIDER
    return _WORDS.get(said, said), error or said


def sender(number: str) -> str:
    """Who wrote, as we keep numbers: gateways leave out the plus, or write 00 for it.

    A short number or a name stays as it is: letters must not be read as the digits on a keypad.
    """
    number = number.strip()
    if not _NUMBER.fullmatch(number):
        return number
    whole = len(number) > NATIONAL and number[0] not in "+0"
    try:
        return normalise(f"+{number}" if whole else number)
    except BadPhone:
        return number
