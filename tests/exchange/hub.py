"""One installation with a webhook to a fake receiver, for the tests of webhooks."""

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from conftest import served
from support import people
from support.fake_receiver import FakeReceiver

from volunteer_hub.exchange.api_access import changes, webhooks
from volunteer_hub.exchange.api_access.rules import Kind
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.messaging import channels, delivery, lost
from volunteer_hub.messaging.channels import Channels
from volunteer_hub.messaging.rules import USUAL, Channel
from volunteer_hub.settings import Settings


class Hub:
    """One installation with a webhook to a fake receiver."""

    def __init__(self, settings: Settings, ways: Channels, receiver: FakeReceiver, url: str, actor: Actor) -> None:
        self.settings, self.ways, self.receiver, self.url, self.actor = settings, ways, receiver, url, actor

    async def hears(self, *kinds: Kind) -> tuple[UUID, str]:
        return await webhooks.make(self.actor, self.settings, "Miasto", f"{self.url}/in", kinds or tuple(Kind))

    async def looks(self) -> int:
        """Time passes, and the worker looks."""
        await database.execute("UPDATE public_look SET looked_at = looked_at - interval '1 minute'")
        return await changes.plan(self.settings)

    async def sends(self) -> None:
        await lost.ask(self.ways, USUAL)
        await delivery.deliver(Channel.HOOK, self.ways, USUAL)

    async def passes(self, span: timedelta) -> None:
        names = ("due_at", "lease_until", "next_check_at", "created_at")
        moved = ", ".join(f"{one} = {one} - $1::interval" for one in names)
        await database.execute(f"UPDATE message SET {moved}", span)
        self.ways.hook._rests.clear()  # type: ignore[attr-defined]  # its clock is the process's own

    async def rows(self) -> list[dict[str, Any]]:
        return [dict(row) for row in await database.fetch("SELECT * FROM message WHERE channel = 'hook' ORDER BY key")]


@contextlib.asynccontextmanager
async def listening(settings: Settings) -> AsyncIterator[Hub]:
    """A receiver on loopback, and the installation that posts to it."""
    receiver = FakeReceiver()
    actor = people.actor(await people.account(Role.ADMINISTRATOR))
    async with served(receiver) as url, channels.for_settings(settings, webhooks.finder(settings)) as ways:
        yield Hub(settings, ways, receiver, url, actor)
