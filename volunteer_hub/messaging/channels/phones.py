"""Where nothing leaves the machine: the demo's fake phones and mailboxes, and production's list "to phone"."""

from collections.abc import Sequence

from volunteer_hub.messaging.channels.base import Accepted, Outgoing
from volunteer_hub.messaging.rules import State


class Phones:
    """The demo's phones and mailboxes: the row itself is what they show, so a message is there at once."""

    async def send(self, message: Outgoing) -> Accepted:
        return Accepted(None, State.DELIVERED)

    async def find(self, message: Outgoing) -> Sequence[str]:
        return ()

    async def aclose(self) -> None:
        """Nothing is open."""


class ToPhone(Phones):
    """No channel is set up, or it cannot reach this address: the coordinators ring the person."""

    async def send(self, message: Outgoing) -> Accepted:
        return Accepted(None, State.TO_PHONE)
