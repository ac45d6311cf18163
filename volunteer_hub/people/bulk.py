"""Many people at once: a tag put on or taken off, a message to those who may get one. One transaction each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

import asyncpg

from volunteer_hub.access import audit
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.phone import takes_sms
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import outbox, quiet, texts
from volunteer_hub.messaging.rules import Channel, segments
from volunteer_hub.people.rules import is_minor
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import mark

AT_ONCE = 2000
LONGEST_TAG = 40
TEMPLATE = "desk_letter"


class Without(StrEnum):
    """Why somebody gets no message, in the order in which people are told."""

    LEFT = "left"
    RESTRICTED = "restricted"
    GUARDIAN = "guardian"
    REFUSED = "refused"
    ADDRESS = "address"
    STOPPED = "stopped"
    SAME = "same"


@dataclass(frozen=True)
class Recipient:
    """Somebody chosen: the address that the message goes to, or why there is none."""

    id: UUID
    name: str
    language: str
    address: str
    without: Without | None = None


@dataclass(frozen=True)
class Length:
    """How long an SMS is in one language: its words as they leave, characters, parts that the network bills."""

    language: str
    text: str
    people: int
    units: int
    parts: int
    encoding: str


@dataclass(frozen=True)
class Plan:
    """Who would get a message and who would not. `mark` names just these people and addresses."""

    gets: list[Recipient]
    left_out: list[Recipient]
    mark: str

    @property
    def reasons(self) -> dict[Without, list[Recipient]]:
        """Those left out, by the reason, in the order of the reasons."""
        by = {why: [one for one in self.left_out if one.without is why] for why in Without}
        return {why: people for why, people in by.items() if people}


async def names(actor: Actor, people: Sequence[UUID]) -> list[tuple[UUID, str]]:
    """The people there are among `people`, by name. Raises Refused 404."""
    coordinators_only(actor)
    rows = await database.fetch(
        "SELECT id, first_name || ' ' || last_name AS name FROM volunteer WHERE id = ANY($1) ORDER BY name_key, id",
        list(people),
    )
    return [(row["id"], row["name"]) for row in rows]


async def tag(actor: Actor, people: Sequence[UUID], word: str) -> int:
    """Puts the tag on all of them; how many did not have it yet. Raises Refused 404."""
    return await _tag(
        actor,
        people,
        word,
        "UPDATE volunteer SET tags = array_append(tags, $2) WHERE id = ANY($1) AND NOT tags @> ARRAY[$2]::varchar[]",
        "people.tag",
    )


async def untag(actor: Actor, people: Sequence[UUID], word: str) -> int:
    """Takes the tag off all of them; how many had it. Raises Refused 404."""
    return await _tag(
        actor,
        people,
        word,
        "UPDATE volunteer SET tags = array_remove(tags, $2) WHERE id = ANY($1) AND tags @> ARRAY[$2]::varchar[]",
        "people.untag",
    )


async def _tag(actor: Actor, people: Sequence[UUID], word: str, change: str, verb: str) -> int:
    coordinators_only(actor)
    async with database.transaction():
        # In one order, so that two coordinators with many of the same people wait for each other only once.
        held = await database.fetch(
            "SELECT id FROM volunteer WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE", list(people)
        )
        rows = await database.fetch(f"{change} RETURNING id", [row["id"] for row in held], word)
        await audit.record_each(actor, verb, [f"volunteer:{row['id']}" for row in rows])
    return len(rows)


@dataclass(frozen=True)
class Letter:
    """What is sent. `mark` is that of the plan that was shown; `once` names the form, which sends words only once."""

    channel: Channel
    subject: str
    text: str
    once: UUID
    mark: str

    @property
    def name(self) -> str:
        """The same for the same words of the same form."""
        said = f"{self.once}\n{self.channel}\n{self.subject}\n{self.text}"
        return sha256(said.encode()).hexdigest()[:24]


PEOPLE = """
    SELECT v.id, v.first_name || ' ' || v.last_name AS name, v.language, v.birth_date, v.step, v.restricted_at,
           v.guardian_consent_at, sms_to(v) AS sms, mail_to(v) AS email,
           NOT v.sms_ok AND v.phone <> '' AS no_sms, NOT v.email_ok AND v.email IS NOT NULL AS no_email
    FROM volunteer v WHERE v.id = ANY($1) ORDER BY v.name_key, v.id"""


async def plan(actor: Actor, people: Sequence[UUID], channel: Channel, today: date) -> Plan:
    """Who of `people` would get a message by `channel`. Raises Refused 404.

    Nobody who left, is restricted, said no to this way, wrote STOP, or is a minor without consent. Some minors get it
    through the guardian, as the database says (sms_to, mail_to). One address gets it once.
    """
    coordinators_only(actor)
    rows = await database.fetch(PEOPLE, list(people))
    stopped = {
        row["address"]
        for row in await database.fetch(
            "SELECT address FROM opt_out WHERE address = ANY($1)", list({row[channel] for row in rows})
        )
    }
    found, seen = list[Recipient](), set[str]()
    for row in rows:
        address = row[channel]
        why = _without(row, channel, today)
        why = why or (Without.STOPPED if address in stopped else Without.SAME if address in seen else None)
        if why is None:
            seen.add(address)
        found.append(Recipient(row["id"], row["name"], row["language"], address, why))
    gets = [one for one in found if one.without is None]
    these = sha256("\n".join(f"{one.id} {one.address}" for one in gets).encode()).hexdigest()[:16]
    return Plan(gets, [one for one in found if one.without], these)


def _without(row: asyncpg.Record, channel: Channel, today: date) -> Without | None:
    address = row[channel]
    if row["step"] == "left":
        return Without.LEFT
    if row["restricted_at"]:
        return Without.RESTRICTED
    if is_minor(row["birth_date"], today) and not row["guardian_consent_at"]:
        return Without.GUARDIAN
    if not address and row[f"no_{channel}"]:
        return Without.REFUSED
    if not address or (channel is Channel.SMS and not takes_sms(address)):
        return Without.ADDRESS
    return None


def lengths(settings: Settings, of: Plan, text: str) -> list[Length]:
    """What the SMS becomes in each language of those who get it, the most people first."""
    found = []
    for language, people in Counter(one.language for one in of.gets).most_common():
        body = texts.render(TEMPLATE, Channel.SMS, language, _values(settings, "", text)).body
        cut = segments(body)
        found.append(Length(language, body, people, cut.units, len(cut.parts), cut.encoding))
    return found


class Changed(Refused):
    """Since the list of those who get the message was shown, it has become another one."""

    def __init__(self) -> None:
        super().__init__(mark("Lista osób właśnie się zmieniła. Sprawdź ją jeszcze raz i wyślij."))


async def send(actor: Actor, settings: Settings, people: Sequence[UUID], letter: Letter) -> int:
    """Puts the message into the outbox for all who may get it; how many are new. Raises Refused 404, Changed.

    By night it waits for the morning.
    """
    new, due = 0, leaves_at(settings)
    async with database.transaction():
        # Whoever is just saying no, is restricted or merged is waited for; until the end nobody of them is.
        await database.execute("SELECT FROM volunteer WHERE id = ANY($1) ORDER BY id FOR SHARE", list(people))
        of = await plan(actor, people, letter.channel, clock.today(settings.timezone))
        if of.mark != letter.mark:
            raise Changed
        for one in of.gets:
            put = await outbox.put(
                key=f"desk:{letter.name}:{one.id}:{letter.channel}",
                about=f"volunteer:{one.id}",
                channel=letter.channel,
                address=one.address,
                language=one.language,
                template=TEMPLATE,
                values=_values(settings, letter.subject, letter.text),
                due_at=due,
            )
            if put:
                new += 1
                await audit.record(actor, f"people.message.{letter.channel}", f"volunteer:{one.id}")
    return new


def leaves_at(settings: Settings) -> datetime | None:
    """When a message leaves that is sent now: None at once, in quiet hours when they end."""
    now = clock.now()
    at = quiet.leaves(now, quiet.hours(settings))
    return at if at > now else None


def _values(settings: Settings, subject: str, text: str) -> dict[str, object]:
    return {
        "centre": settings.centre_name,
        "phone": settings.centre_phone,
        "url": f"{settings.public_url}/me",
        "subject": subject,
        "text": text,
    }
