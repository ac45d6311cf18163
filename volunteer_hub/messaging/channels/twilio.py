"""SMS by Twilio's own async client, at HUB_TWILIO_BASE_URL."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from importlib import import_module
from typing import Any

from volunteer_hub.messaging.channels.base import Accepted, Ambiguous, Outgoing
from volunteer_hub.settings import Settings

LONGEST_VALIDITY = 36_000
# How far the provider's clock and the database's may be apart when a lost message is looked for.
CLOCK_SKEW = timedelta(minutes=10)
LOOK_AT_MOST, PAGE = 400, 50


class Twilio:
    """The channel of the account in `settings`. Its connections belong to the event loop of the first `send`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: Any = None

    async def send(self, message: Outgoing) -> Accepted:
        settings = self._settings
        asked: dict[str, Any] = {
            "to": message.address,
            "body": message.body,
            # Our own name of the message, covered by Twilio's signature: a callback proves that it came there even
            # when the answer to this request is lost.
            "status_callback": f"{settings.public_url}/hooks/twilio/status?ref={message.id}",
        }
        if settings.twilio_messaging_service_sid:
            asked["messaging_service_sid"] = settings.twilio_messaging_service_sid
        else:
            asked["from_"] = settings.twilio_from
        if message.expires_in is not None:
            asked["validity_period"] = min(max(int(message.expires_in), 1), LONGEST_VALIDITY)
        client = await self._rest()
        with client.asking():
            created = await client.messages.create_async(**asked)
        if not created.sid:
            raise Ambiguous("no sid")
        return Accepted(created.sid)

    async def find(self, message: Outgoing) -> Sequence[str]:
        """Messages to this number with this very text, made since ours was written.

        Not by DateSent: a message that still waits at the provider has none.
        """
        since = message.created_at - CLOCK_SKEW
        found: list[str] = []
        client = await self._rest()
        with client.asking():
            listed = await client.messages.stream_async(to=message.address, limit=LOOK_AT_MOST, page_size=PAGE)
            async for one in listed:
                if one.date_created is not None and one.date_created < since:
                    break
                # A trial account puts a sentence of its own before the text.
                if (one.body or "").strip().endswith(message.body.strip()):
                    found.append(one.sid)
        return found[::-1]

    async def aclose(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.http_client.close()

    async def _rest(self) -> Any:
        """The client. Its package takes up to a second and 24 MB to import: when the first SMS leaves, in a thread."""
        if self._client is None:
            module = await asyncio.to_thread(import_module, "volunteer_hub.messaging.channels.twilio_client")
            self._client = self._client or module.Client(self._settings)
        return self._client
