"""What a message to many would be if it were sent now: who gets it by what, how long and dear it is, when it leaves."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache

from volunteer_hub.kit import clock
from volunteer_hub.messaging import costs, flow, quiet, texts
from volunteer_hub.messaging.rules import Channel, segments
from volunteer_hub.replies.bulk import queries, rules, words
from volunteer_hub.replies.bulk.queries import BulkRow
from volunteer_hub.replies.bulk.rules import Person, Without
from volunteer_hub.settings import Settings

TEMPLATE = "desk_letter"


@dataclass(frozen=True)
class Sample:
    """What those who read `language` get by `channel`, with the longest name; of an SMS its length too.

    `own` is false where they get the Polish words.
    """

    language: str
    channel: Channel
    people: int
    own: bool
    subject: str
    body: str
    encoding: str = ""
    units: int = 0
    parts: int = 0


@dataclass(frozen=True)
class Plan:
    """`parts` are of all SMS together. `leaves_at` is later than now when an SMS would come at a quiet time; with the
    provider's rate the last one leaves `lasts` after the first."""

    people: list[Person]
    samples: list[Sample]
    parts: int
    price: Decimal | None
    leaves_at: datetime | None
    lasts: timedelta
    surnames: list[str]
    languages: list[str]

    @property
    def gets(self) -> list[Person]:
        """Those to whom a message goes."""
        return [one for one in self.people if one.channel]

    @property
    def reached(self) -> int:
        """How many learn of it, on a family's phone too: the number that is confirmed."""
        return sum(one.reached for one in self.people)

    def by(self, channel: str) -> int:
        """How many messages go by `channel`."""
        return sum(one.channel == channel for one in self.people)

    @property
    def by_guardian(self) -> int:
        return sum(one.by_guardian for one in self.gets)

    @property
    def shared(self) -> list[Person]:
        return [one for one in self.people if one.without is Without.SAME]

    @property
    def unreached(self) -> dict[Without, list[Person]]:
        """Those who get nothing, by the reason, in the order of the reasons: the list to ring."""
        by = {why: [one for one in self.people if one.without is why and not one.reached] for why in Without}
        return {why: people for why, people in by.items() if people}


async def plan(settings: Settings, of: BulkRow) -> Plan:
    """Reckons the message with everybody of its set as they are now."""
    found = await queries.people(of, clock.today(settings.timezone))
    people = rules.routed(found.people, of.way)
    lengths = _lengths(settings, of, people)
    parts = sum(lengths)
    at = leaves_at()
    rate = flow.limits(settings, Channel.SMS).per_second
    return Plan(
        people=people,
        samples=_samples(settings, of, people),
        parts=parts,
        price=costs.price(parts, settings) if parts else None,
        leaves_at=at,
        lasts=timedelta(seconds=len(lengths) / rate if rate else 0),
        surnames=found.surnames,
        languages=queries.languages(found.people),
    )


def leaves_at() -> datetime | None:
    """When an SMS leaves that is sent now; None at once."""
    now = clock.now()
    later = quiet.leaves(now, quiet.current())
    return None if later == now else later


def values(settings: Settings, of: BulkRow, language: str, called: str) -> dict[str, object]:
    """What the message's template is filled with for somebody who gets it in `language` and is `called` so."""
    said = of.words[language]
    return {
        "centre": settings.centre_name,
        "phone": settings.centre_phone,
        "url": f"{settings.public_url}/me",
        "subject": words.filled(said.subject, called),
        "text": words.filled(said.text, called),
    }


def _lengths(settings: Settings, of: BulkRow, people: Sequence[Person]) -> list[int]:
    """The parts of each SMS."""

    @cache
    def parts(language: str, called: str) -> int:
        said = texts.render(TEMPLATE, Channel.SMS, language, values(settings, of, language, called))
        return len(segments(said.body).parts)

    named = {code for code, said in of.words.items() if words.filled(said.text, "?") != said.text}
    spoken = [(of.spoken(one.language), one.called) for one in people if one.channel is Channel.SMS]
    return [parts(language, called if language in named else "") for language, called in spoken]


def _samples(settings: Settings, of: BulkRow, people: Sequence[Person]) -> list[Sample]:
    """One for each way and language, the most people first."""
    many = Counter((one.channel, one.language) for one in people if one.channel)
    found = []
    for (channel, language), count in many.most_common():
        called = max((one.called for one in people if (one.channel, one.language) == (channel, language)), key=len)
        found.append(_sample(settings, of, channel, language, called, count))
    return found


def _sample(settings: Settings, of: BulkRow, channel: Channel, language: str, called: str, people: int) -> Sample:
    spoken = of.spoken(language)
    said = texts.render(TEMPLATE, channel, spoken, values(settings, of, spoken, called))
    own = spoken == language
    if channel is Channel.EMAIL:
        return Sample(language, channel, people, own, said.subject, said.body)
    cut = segments(said.body)
    return Sample(language, channel, people, own, "", said.body, cut.encoding, cut.units, len(cut.parts))
