"""Who of many gets a message and by what, and who does not and why. Nothing here reads a clock or a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from volunteer_hub.messaging.rules import Channel

LANGUAGES = ("pl", "en", "uk")


class State(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    CANCELLED = "cancelled"


class Way(StrEnum):
    """`BEST`: an SMS to whom it may go to, else an e-mail."""

    SMS = "sms"
    EMAIL = "email"
    BEST = "best"


class Whom(StrEnum):
    VOLUNTEERS = "volunteers"
    PARTICIPANTS = "participants"


class Without(StrEnum):
    """Why somebody gets no message of their own, in the order in which people are told. `SAME`: a phone or mailbox
    that somebody else of the set has too, who gets it for both."""

    LEFT = "left"
    NOT_HERE = "not_here"
    RESTRICTED = "restricted"
    GUARDIAN = "guardian"
    REFUSED = "refused"
    STOPPED = "stopped"
    ADDRESS = "address"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Addressed:
    """Somebody of the set as the database has them now.

    `sms` and `email` are where a message about them may go, "" when nowhere; `refused` are the ways they said no to
    although there is an address; `stopped` addresses wrote STOP. `out`: what shuts out every way. `ring` is the number
    to ring instead, `by_guardian` says that it and the message are a guardian's.
    """

    id: UUID
    name: str
    first_name: str
    language: str
    sms: str
    email: str
    refused: frozenset[Channel]
    stopped: frozenset[str]
    out: Without | None
    ring: str
    note: str
    by_guardian: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the set, and by what they get the message, at which address, or why they do not.

    `called` is how the text calls them: by their first name, and on a family's phone by all of its names.
    """

    id: UUID
    name: str
    called: str
    language: str
    channel: Channel | None
    address: str
    without: Without | None
    ring: str
    note: str
    by_guardian: bool

    @property
    def reached(self) -> bool:
        """They learn of it, be it on the family's phone."""
        return self.channel is not None or self.without is Without.SAME


def route(who: Addressed, way: Way) -> tuple[Channel | None, str, Without | None]:
    """By what and where the message goes to `who`, or why it does not."""
    if who.out:
        return None, "", who.out
    ways = {Way.SMS: (Channel.SMS,), Way.EMAIL: (Channel.EMAIL,), Way.BEST: (Channel.SMS, Channel.EMAIL)}[way]
    reasons = []
    for channel in ways:
        address = who.sms if channel is Channel.SMS else who.email
        if address and address not in who.stopped:
            return channel, address, None
        reasons.append(Without.STOPPED if address else Without.REFUSED if channel in who.refused else Without.ADDRESS)
    return None, "", min(reasons, key=list(Without).index)


def routed(people: Iterable[Addressed], way: Way) -> list[Person]:
    """Everybody with their way. Of those who share an address the first gets the message, for all of them."""
    found: list[Person] = []
    first: dict[str, int] = {}
    for who in people:
        channel, address, without = route(who, way)
        if channel and address in first:
            at = first[address]
            if who.first_name not in found[at].called.split(", "):
                found[at] = replace(found[at], called=f"{found[at].called}, {who.first_name}")
            channel, without = None, Without.SAME
        elif channel:
            first[address] = len(found)
        language = who.language if who.language in LANGUAGES else "pl"
        found.append(
            Person(who.id, who.name, who.first_name, language, channel, address, without, who.ring, who.note,
                   who.by_guardian)
        )  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class Since:
    """What is different from what was looked at: `left_out` of those who were to get it, with the reason; `more`:
    somebody would get it now who would not have, or another way."""

    left_out: dict[UUID, Without]
    more: bool


def since(people: Sequence[Person], looked_at: dict[UUID, tuple[str, str]]) -> Since:
    """Compares `people` with (channel, without) as they were confirmed, by person."""
    left_out, more = {}, False
    for who in people:
        channel, without = looked_at[who.id]
        reached = bool(channel) or without == Without.SAME
        if who.reached and (not reached or (channel and who.channel and who.channel != channel)):
            more = True
        if reached and not who.reached and who.without:
            left_out[who.id] = who.without
    return Since(left_out, more)
