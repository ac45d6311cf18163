"""What a coordinator does about messages by one press: once more, another way, called off, told by phone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import asyncpg

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import actions, again, outbox
from volunteer_hub.messaging.rules import Channel, State
from volunteer_hub.replies.desk import conversations, persons
from volunteer_hub.settings import Settings
from volunteer_hub.web import i18n
from volunteer_hub.web.i18n import gettext, mark

MOST = 200
LETTER = "desk_letter"
GONE = mark("Coś się zmieniło: ta wiadomość już na to nie czeka. Odśwież stronę.")


class Press(StrEnum):
    """`again`: the same words to the address the person has now; `email`: the same words by e-mail."""

    AGAIN = "again"
    EMAIL = "email"
    CALL_OFF = "call-off"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class Pressed:
    """How many messages it was done to, and the sentence of the first that it could not be done to."""

    done: int
    refused: int
    why: str = ""


async def press(settings: Settings, actor: Actor, act: Press, messages: Iterable[UUID]) -> Pressed:
    """Does `act` to each message by itself: one that refuses leaves the others done.

    Raises Refused 404 when one of them is not there for this actor, before anything is done.
    """
    wanted = list(dict.fromkeys(messages))[:MOST]
    if not wanted or await conversations.seen(actor, wanted) != set(wanted):
        raise Refused("", 404)
    done, why = 0, list[str]()
    for message in wanted:
        try:
            await _one(settings, actor, act, message)
            done += 1
        except Refused as refused:
            why.append(gettext(refused.sentence or GONE, **refused.values))
    return Pressed(done, len(why), why[0] if why else "")


async def _one(settings: Settings, actor: Actor, act: Press, message: UUID) -> None:
    async with database.transaction():
        match act:
            case Press.TOLD:
                await actions.told(actor, message)
            case Press.CALL_OFF:
                await actions.call_off(actor, message)
            case Press.EMAIL:
                await _by_mail(settings, actor, message)
            case Press.AGAIN:
                await _again(actor, message)
        await audit.record(actor, f"messages.{act}", f"message:{message}")


async def _again(actor: Actor, message: UUID) -> None:
    """A parked one leaves itself; one that did not arrive is said anew, where the person is to be reached now."""
    state = await database.fetchval("SELECT state FROM message WHERE id = $1", message)
    if state == State.PARKED:
        await actions.send_again(actor, message)
        return
    row = await _held(actor, message)
    known = (await persons.ways([message])).get(message)
    address = known.of(Channel(row["channel"])) if known else row["address"]
    if not address:
        raise Refused(mark("Tej osobie nie można teraz wysłać wiadomości tą drogą. Zadzwoń albo sprawdź kartę."))
    await again.same_way(actor, row, address)


async def _by_mail(settings: Settings, actor: Actor, message: UUID) -> None:
    """The words of an SMS go as a letter."""
    row = await _held(actor, message)
    known = (await persons.ways([message])).get(message)
    if known is None or not known.email or row["channel"] != Channel.SMS:
        raise Refused(mark("Nie mamy adresu e-mail tej osoby albo nie zgodziła się na e-maile."))
    with i18n.speaking(known.language):
        subject = gettext(mark("Wiadomość od: %(centre)s"), centre=settings.centre_name)
    values = {
        "centre": settings.centre_name, "phone": settings.centre_phone, "url": f"{settings.public_url}/me",
        "subject": subject, "text": row["body"],
    }  # fmt: skip
    put = await outbox.put(
        key=again.key(message), about=row["about"], channel=Channel.EMAIL, address=known.email,
        language=known.language, template=LETTER, values=values, expires_at=row["expires_at"],
    )  # fmt: skip
    if not put:
        raise Refused(GONE)
    await database.execute("UPDATE message SET again_of = $1 WHERE key = $2", message, again.key(message))
    await again.settle(actor, message)


async def _held(actor: Actor, message: UUID) -> asyncpg.Record:
    row = await again.held(actor, message)
    if await persons.past([message]):
        raise Refused(mark("To spotkanie już się skończyło. Nie ma o czym przypominać."))
    return row


async def let_go(actor: Actor, channel: Channel) -> bool:
    """What the fuse against floods holds may leave; False when nothing was held. Raises Refused 404."""
    async with database.transaction():
        held = await actions.let_go(actor, channel)
        await audit.record(actor, "messages.let-go", f"channel:{channel}")
    return held


async def call_off_held(actor: Actor, channel: Channel, until: datetime) -> int:
    """Calls off what fell due by `until` and waits on the channel; how many messages. Raises Refused 404."""
    async with database.transaction():
        many = await actions.call_off_held(actor, channel, until)
        await audit.record(actor, "messages.call-off-held", f"channel:{channel}")
    return many
