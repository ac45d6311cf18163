"""An SMS came in: kept once, read, and followed in one transaction. What nobody can be sure of waits for a human."""

from datetime import timedelta
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.kit import clock, database, secret
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import actions as messaging
from volunteer_hub.messaging import outbox, proven
from volunteer_hub.messaging import queries as messages
from volunteer_hub.messaging.quiet import Wakes
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.replies import joins, queries, regular, rules
from volunteer_hub.replies.queries import Speaker
from volunteer_hub.replies.rules import Kind, Offer, Reading, Talk
from volunteer_hub.schedule import actions as schedule
from volunteer_hub.schedule import answering, centre
from volunteer_hub.schedule.members import joining
from volunteer_hub.schedule.rules import Rule
from volunteer_hub.schedule.wishes import actions as wishes
from volunteer_hub.schedule.wishes import codes as wish_codes
from volunteer_hub.web.i18n import gettext, speaking

LONGEST_KEPT = 2000
# More do not fit into one SMS; a human sorts those out.
MOST_LISTED = 3
# Not even an answer goes to a minor without consent, nor to who asked us to restrict the use of their data.
NO_WORD = (Rule.CONSENT, Rule.RESTRICTED)
# An answer to an answer that comes later than this only confuses.
ANSWER_WITHIN = timedelta(hours=1)

KEEP = """
    INSERT INTO inbound (id, provider_id, address, body, received_at, reading, about)
    VALUES (gen_random_uuid(), $1, $2, $3, now(), '', '') ON CONFLICT (provider_id) DO NOTHING RETURNING id"""

# A clear answer also settles the ones before it that were not clear about which offer.
SETTLE = """
    UPDATE inbound SET handled_at = now()
    WHERE address = $1 AND handled_at IS NULL AND reading IN ('yes', 'no')"""


async def receive(provider_id: str, sender: str, body: str) -> bool:
    """Keeps the SMS and does what it says; False when the provider had brought it before, and then nothing happens."""
    async with database.transaction():
        inbound = await database.fetchval(KEEP, provider_id, sender, body[:LONGEST_KEPT])
        if inbound is None:
            return False
        # Two SMS of one person are followed one after the other, in whatever processes they arrive.
        await database.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", sender)
        await proven.note(sender, "answer")
        speaker = await queries.speaker(sender)
        offers, talk = await queries.open_offers(sender), await queries.talk(sender)
        reading = rules.in_talk(rules.read(body, speaker.language, speaker.names), offers, talk)
        meant = rules.choose(offers, reading, talk)
        about, handled = await _follow(inbound, sender, speaker, reading, meant, talk, body)
        await database.execute(
            "UPDATE inbound SET reading = $2, about = $3, handled_at = CASE WHEN $4 THEN now() END WHERE id = $1",
            inbound,
            reading.kind.value,
            about,
            handled,
        )
        return True


async def _follow(
    inbound: UUID, sender: str, speaker: Speaker, reading: Reading, meant: tuple[Offer, ...], talk: Talk, body: str
) -> tuple[str, bool]:
    """What the SMS turned out to be about, and whether nothing is left to do for a human."""
    match reading.kind:
        case Kind.STOP:
            # No word back: the provider says it, and whoever wants silence gets it. A family's number is silent for
            # all of them, so a coordinator reads it, once, and reaches them another way.
            new = await messaging.opt_out(sender, body.strip())
            return "", not (new and speaker.known)
        case Kind.START:
            await messaging.opt_in(sender)
            return "", True
        case Kind.THANKS if speaker.known:
            return "", True
        case Kind.YES | Kind.NO:
            yes = reading.kind is Kind.YES
            if told := rules.said_before(meant, talk, accept=yes):
                # Nobody pays for a second confirmation; it stands in the conversation.
                await database.execute(SETTLE, sender)
                return told.about, True
            if len(meant) == 1:
                refused = await _answer(inbound, sender, meant[0], accept=yes)
                return meant[0].about, refused is None or bool(refused.sentence)
            if not reading.code and await _ask_which(inbound, sender, meant, yes=yes):
                return "", True
        case Kind.WISH:
            volunteer, opening = await queries.asker(sender), await wish_codes.opening_of(reading.code)
            if volunteer and opening:
                return await _wish(inbound, sender, speaker.language, volunteer, opening)
            group = await joining.group_of(reading.code)
            values: dict[str, object] = {"centre": centre.settings().centre_name, "code": reading.code}
            if group and await joins.ask(sender, group):
                await _say(sender, f"inbound:{inbound}:answer", f"inbound:{inbound}", speaker.language, "group_asked",
                           values)  # fmt: skip
                return "", True
            if speaker.known and not opening and not group:
                key = f"no-such-code:{_today(sender)}:{reading.code}"
                await _say(sender, key, f"inbound:{inbound}", speaker.language, "no_such_code", values)
                return "", False
    if speaker.known:
        await _say(sender, f"unclear:{_today(sender)}", f"inbound:{inbound}", speaker.language, "unclear", {})
    return "", False


async def decide(actor: Actor, inbound: UUID, about: str, *, accept: bool) -> None:
    """A coordinator reads an SMS as the answer to the open offer `about`. Raises Refused as the answer itself does."""
    if actor.role is not Role.COORDINATOR:
        raise Refused("", 404)
    async with database.transaction():
        sender = await database.fetchval("SELECT address FROM inbound WHERE id = $1 FOR UPDATE", inbound)
        offer = next((one for one in await queries.open_offers(sender or "") if one.about == about), None)
        if offer is None:
            raise Refused("", 404)
        refused = await _answer(inbound, sender, offer, accept=accept, actor=actor, channel="desk")
        await database.execute("UPDATE inbound SET about = $2, handled_at = now() WHERE id = $1", inbound, about)
        await audit.record(actor, "replies.decide", about)
    if refused:  # after the transaction: what was answered stands
        raise refused


async def handle(actor: Actor, address: str) -> int:
    """A coordinator has dealt with whatever came from `address`; answers how many SMS that was."""
    if actor.role is not Role.COORDINATOR:
        raise Refused("", 404)
    async with database.transaction():
        rows = await database.fetch(
            "UPDATE inbound SET handled_at = now() WHERE address = $1 AND handled_at IS NULL RETURNING id", address
        )
        for row in rows:
            await audit.record(actor, "replies.handle", f"inbound:{row['id']}")
    return len(rows)


async def _answer(
    inbound: UUID, sender: str, offer: Offer, *, accept: bool, actor: Actor = SYSTEM, channel: str = "sms"
) -> Refused | None:
    """Answers the offer and says back what came of it; the refusal when it could not be.

    A refusal without a sentence (404): the offer is gone, and nothing was said.
    """
    refused: Refused | None = None
    name = centre.settings().centre_name
    values: dict[str, object] = {"centre": name, "starts": offer.starts, "code": offer.code, "ring": None}
    template = "confirmed" if accept else "declined"
    try:
        if offer.about.startswith(regular.ABOUT):
            values |= await regular.answer(actor, offer, accept=accept, channel=channel)
            template = "regular_confirmed"
        elif offer.about.startswith(joins.ABOUT):
            template = await joins.answer(actor, offer, accept=accept, channel=channel)
        elif offer.of_participant:
            await schedule.answer_coming(offer.id, accept, channel)
        else:
            await schedule.answer(actor, offer.id, accept=accept, channel=channel)
            late = not accept and await answering.was_late(offer.id)
            values["ring"] = centre.settings().centre_phone if late else None
    except Refused as why:
        if not why.sentence:
            return why
        refused, template = why, "full_seats"
        told = schedule.Waiting(why.rule) if isinstance(why, schedule.Waiting) else why  # not the desk's own words
        with speaking(offer.language):
            values["why"] = gettext(told.sentence, **told.values)
    code = offer.code if accept else ""
    if isinstance(refused, schedule.Waiting) and refused.rule is Rule.CONSENT:
        # Not even an answer goes to a minor whose guardian does not consent: a coordinator has been told.
        await database.execute(SETTLE, sender)
        return refused
    await _say(sender, f"inbound:{inbound}:answer", offer.about, offer.language, template, values, code=code)
    await database.execute(SETTLE, sender)
    return refused


async def _wish(inbound: UUID, sender: str, language: str, volunteer: UUID, opening: UUID) -> tuple[str, bool]:
    """A volunteer asks for an opening by its code; the answer says what came of it. As `_follow`."""
    key, about = f"inbound:{inbound}:answer", f"inbound:{inbound}"
    try:
        outcome = await wishes.wish(SYSTEM, opening, "sms", volunteer=volunteer)
    except Refused as why:
        if getattr(why, "rule", None) in NO_WORD or not why.sentence:
            return "", False
        with speaking(language):
            values: dict[str, object] = {"why": gettext(why.sentence, **why.values)}
        await _say(sender, key, about, language, "full_seats", values)
        return "", True
    about = f"assignment:{outcome.assignment}"
    starts, code = await queries.wished(outcome.assignment)
    values = {"got": outcome.got, "starts": starts, "code": code}
    reply_code = code if outcome.got is wishes.Got.TAKEN else ""
    await _say(sender, key, about, language, "wished", values, code=reply_code)
    return about, True


async def _ask_which(inbound: UUID, sender: str, offers: tuple[Offer, ...], *, yes: bool) -> bool:
    """Asks which offer was meant; False when it was asked today already, or cannot be in one SMS."""
    codes = [offer.code for offer in offers]
    if not 1 < len(offers) <= MOST_LISTED or not all(codes) or len(set(codes)) < len(codes):
        return False
    key = f"which:{_today(sender)}:{'-'.join(codes)}"
    values = {"offers": offers, "yes": yes}
    return await _say(sender, key, f"inbound:{inbound}", offers[0].language, "which_one", values)


async def _say(
    sender: str, key: str, about: str, language: str, template: str, values: dict[str, object], *, code: str = ""
) -> bool:
    """Answers by SMS, once under `key`. Nothing to an address that wants no messages: it is not owed this one.

    Nor to who wrote by e-mail: the letter about the answer itself, with its calendar part, tells them.
    """
    if queries.is_mail(sender) or await messages.is_stopped(sender):
        return False
    return await outbox.put(
        key=key,
        about=about,
        channel=Channel.SMS,
        address=sender,
        language=language,
        template=template,
        values=values,
        expires_at=clock.now() + ANSWER_WITHIN,
        wakes=Wakes.ALWAYS,
        reply_code=code,
    )


def _today(sender: str) -> str:
    """A number and a day in a key; the number as a hash, so that erasing the address leaves none behind."""
    return f"{secret.fingerprint(sender).hex()[:24]}:{clock.now():%Y-%m-%d}"
