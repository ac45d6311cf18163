"""A coordinator writes to one person; what leaves, in how many parts, at what price and when, is told before."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import costs, outbox, quiet, texts
from volunteer_hub.messaging.rules import TO_PEOPLE, Channel, Sms, segments
from volunteer_hub.replies.desk.persons import BY_SMS
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import mark

TEMPLATE = "desk_letter"
# So long after it should have left nobody expects it any more; the desk sees that it did not leave.
USEFUL = timedelta(hours=48)
# Who may be written to at an address: those whose it is, by their own word. A stranger who wrote to us may be answered.
RECEIVERS = f"""
    SELECT 'volunteer:' || v.id AS about, v.language, sms_to(v) AS sms, mail_to(v) AS email FROM volunteer v
    WHERE v.step <> 'left' AND $1 IN (v.phone, v.email, v.guardian_phone, v.guardian_email)
    UNION ALL
    SELECT 'participant:' || p.id, p.language, {BY_SMS}, '' FROM participant p WHERE p.phone = $1
    ORDER BY about"""
STRANGER = """
    SELECT 'inbound:' || id AS about, 'pl' AS language, CASE WHEN address LIKE '+%' THEN address ELSE '' END AS sms,
           CASE WHEN address LIKE '%@%' THEN address ELSE '' END AS email
    FROM inbound WHERE address = $1 ORDER BY received_at DESC LIMIT 1"""
STOPPED = "SELECT address FROM opt_out WHERE address = ANY($1)"


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who is written to: what it is about in the outbox, their language, the address by each way (none: not by it)."""

    about: str
    language: str
    ways: dict[Channel, str]


@dataclass(frozen=True, slots=True)
class Letter:
    """What is written. `once` names the form, which sends the same words once."""

    channel: Channel
    subject: str
    text: str
    once: UUID

    @property
    def key(self) -> str:
        said = f"{self.once}\n{self.channel}\n{self.subject}\n{self.text}"
        return f"talk:{sha256(said.encode()).hexdigest()[:32]}"


@dataclass(frozen=True, slots=True)
class Preview:
    """The words as they leave. Of an SMS: how it is cut, and its price where one is known. `leaves`: None at once."""

    address: str
    words: texts.Words
    sms: Sms | None
    price: Decimal | None
    leaves: datetime | None


async def receiver(actor: Actor, address: str) -> Receiver:
    """Whoever is behind `address`, and the ways they may be written to now. Raises Refused 404.

    By this address itself, or where it is one person's alone by any way that person agreed to.
    """
    coordinators_only(actor)
    rows = await database.fetch(RECEIVERS, address)
    alone = len(rows) == 1
    rows = rows or await database.fetch(STRANGER, address)
    ways: dict[Channel, str] = {}
    about, language = "", "pl"
    for row in rows:
        for channel in TO_PEOPLE:
            there = row[channel.value]
            if there and (alone or there == address) and channel not in ways:
                ways[channel] = there
                about, language = about or row["about"], language if about else row["language"]
    stopped = {row["address"] for row in await database.fetch(STOPPED, list(ways.values()))}
    return Receiver(about, language, {channel: to for channel, to in ways.items() if to not in stopped})


def preview(settings: Settings, to: Receiver, letter: Letter) -> Preview:
    """What would leave. Raises Refused when this way is not open."""
    words = texts.render(TEMPLATE, letter.channel, to.language, _values(settings, letter))
    sms = segments(words.body) if letter.channel is Channel.SMS else None
    now = clock.now()
    leaves = quiet.leaves(now, quiet.current()) if sms else now
    price = costs.price(len(sms.parts), settings) if sms else None
    return Preview(_address(to, letter.channel), words, sms, price, leaves if leaves > now else None)


async def send(settings: Settings, actor: Actor, address: str, letter: Letter) -> bool:
    """Puts it into the outbox; False when it is there already. Raises Refused when the way was closed meanwhile."""
    async with database.transaction():
        to = await receiver(actor, address)
        new = await outbox.put(
            key=letter.key,
            about=to.about,
            channel=letter.channel,
            address=_address(to, letter.channel),
            language=to.language,
            template=TEMPLATE,
            values=_values(settings, letter),
            expires_at=quiet.leaves(clock.now(), quiet.current()) + USEFUL,
        )
        if new:
            await audit.record(actor, f"messages.write.{letter.channel}", to.about)
    return new


def _address(to: Receiver, channel: Channel) -> str:
    if channel not in to.ways:
        raise Refused(mark("Tą drogą nie można teraz napisać do tej osoby. Zadzwoń albo sprawdź kartę."))
    return to.ways[channel]


def _values(settings: Settings, letter: Letter) -> dict[str, object]:
    return {
        "centre": settings.centre_name,
        "phone": settings.centre_phone,
        "url": f"{settings.public_url}/me",
        "subject": letter.subject,
        "text": letter.text,
    }
