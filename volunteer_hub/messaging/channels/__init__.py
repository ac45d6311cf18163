"""The ways out of the house, and which message takes which."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from volunteer_hub.kit.phone import takes_sms
from volunteer_hub.messaging import rules
from volunteer_hub.messaging.channels.base import Channel, Outgoing
from volunteer_hub.messaging.channels.gateway import Gateway
from volunteer_hub.messaging.channels.hook import Find, Hook, nobody
from volunteer_hub.messaging.channels.phones import Phones, ToPhone
from volunteer_hub.messaging.channels.smtp import Smtp
from volunteer_hub.messaging.channels.twilio import Twilio
from volunteer_hub.settings import Settings


@dataclass(frozen=True)
class Channels:
    """The channels of this installation; `aside` takes what may or can not go out for real.

    `allowed` are the only addresses that get real messages; None: all do.
    """

    sms: Channel
    email: Channel
    hook: Channel
    aside: Channel
    allowed: frozenset[str] | None

    def of(self, message: Outgoing) -> Channel:
        """The channel this message takes. A landline cannot read an SMS, so that one stays with us."""
        if message.channel is rules.Channel.HOOK:
            return self.hook
        if self.allowed is not None and message.address.lower() not in self.allowed:
            return self.aside
        if message.channel is rules.Channel.EMAIL:
            return self.email
        return self.sms if takes_sms(message.address) else self.aside

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        async with AsyncExitStack() as closing:
            for channel in (self.sms, self.email, self.hook, self.aside):
                closing.push_async_callback(channel.aclose)


def for_settings(settings: Settings, find: Find = nobody) -> Channels:
    """Real channels where they are set up; without them the phones page in demo, the list "to phone" in production.

    Outside production only HUB_ALLOWED_RECIPIENTS get real messages. Raises BadSettings when a channel's setting
    cannot be used. `find` tells where hooks go; these leave in a demo too, for no person gets them.
    """
    aside: Channel = Phones() if settings.demo else ToPhone()
    return Channels(
        sms=_sms(settings) or aside,
        email=Smtp(settings) if settings.smtp_url else aside,
        hook=Hook(settings, find),
        aside=aside,
        allowed=frozenset(address.lower() for address in settings.allowed_recipients) if settings.demo else None,
    )


def _sms(settings: Settings) -> Channel | None:
    """The one provider that is set up; settings with two do not load."""
    if settings.sms_gateway_url:
        return Gateway(settings)
    return Twilio(settings) if settings.twilio_account_sid else None
