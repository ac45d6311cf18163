"""What every channel promises: it sends one message, with no transaction open, and says precisely what became of it.

Only then can `delivery` know what may be tried again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from volunteer_hub.messaging import rules
from volunteer_hub.messaging.rules import State


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One claimed message. `now` is the database's time of the claim; `expires_in` are seconds from then."""

    id: UUID
    attempt: int
    deferred: int
    checks: int
    channel: rules.Channel
    address: str
    language: str
    template: str
    subject: str
    body: str
    html: str
    calendar: bytes | None
    calendar_method: str
    trace: str
    created_at: datetime
    now: datetime
    expires_in: float | None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has it, under `provider_id` if it gives such names."""

    provider_id: str | None
    state: State = State.ACCEPTED


class NotAccepted(Exception):
    """`reason` is a code or a word for the log and the desk, never an address or a text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason[:200]


class SafeRetry(NotAccepted):
    """Certainly not accepted, and worth another try, not before `after` seconds if the provider said so."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = after


class Ambiguous(NotAccepted):
    """Accepted or not, nobody knows: the provider must be asked before anything is sent again."""


class Rejected(NotAccepted):
    """Certainly not accepted, and no try will change that; `state` says what the message becomes."""

    def __init__(self, reason: str, state: State = State.UNDELIVERED) -> None:
        super().__init__(reason)
        self.state = state


class Unusable(NotAccepted):
    """The channel refuses us, not this message: a wrong password, a closed account. Nothing was accepted."""


class Channel(Protocol):
    async def send(self, message: Outgoing) -> Accepted:
        """Hands the message over. Raises SafeRetry, Ambiguous, Rejected or Unusable; all else counts as Ambiguous."""

    async def find(self, message: Outgoing) -> Sequence[str]:
        """The provider's ids under which it may hold this message, oldest first; empty: it never came there.

        Anything raised means: no answer, ask later.
        """

    async def aclose(self) -> None:
        """Lets connections go."""
