"""The verb of first contact: somebody signs up. Requests have theirs in request_actions."""

from datetime import date
from uuid import UUID

from volunteer_hub.access import codes, limits, strangers
from volunteer_hub.intake import drafts
from volunteer_hub.intake.forms import AboutMe, Consents, MyTime, same_mailbox
from volunteer_hub.intake.rules import MAILS_TO_ONE_ADDRESS
from volunteer_hub.kit import database, secret
from volunteer_hub.kit.actor import VISITOR
from volunteer_hub.messaging import outbox
from volunteer_hub.messaging.quiet import Wakes
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.people import actions as people
from volunteer_hub.people import guardian_links, queries
from volunteer_hub.people.consents import Purpose
from volunteer_hub.people.rules import ALONE_AGE, age, is_minor, windows
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import language

SIGN_UP = "volunteer"


async def sign_up(
    settings: Settings, visit: str, about: AboutMe, mine: MyTime, consents: Consents, today: date, client: str = ""
) -> None:
    """A new volunteer from this browser's draft, once; whoever was known already stays as they were and is told so.

    Known is who has the same name, day of birth and phone. `client` is the address the form came from. Nothing that
    comes back or shows says which of the two it was. Raises Refused 409 only when the desk took the same e-mail at the
    same moment.
    """
    about = _own_contact(about, consents, today)
    async with database.transaction():
        if not await drafts.claim(visit, SIGN_UP):
            return
        await _one_at_a_time(about)
        known, email_taken = await queries.taken(
            about.first_name, about.last_name, about.birth_date, about.phone or "", about.email
        )
        if known:
            await _rehearse(settings, client, about, mine, consents)
        else:
            await _add(settings, client, about, mine, consents, email=None if email_taken else about.email)
        for channel, address in await _open_channels(settings, about.phone, about.email, client):
            told = known if channel is Channel.SMS else email_taken
            await _greet(settings, visit, channel, address, about, known=told, today=today)
        await drafts.finish(visit, SIGN_UP, {"minor": is_minor(about.birth_date, today), "phone": bool(about.phone)})


async def _add(
    settings: Settings, client: str, about: AboutMe, mine: MyTime, consents: Consents, *, email: str | None
) -> None:
    """The volunteer; and of a minor, the guardian's link on its way, if it may go."""
    given = {Purpose.INFORMATION: True, Purpose.SMS: consents.sms, Purpose.EMAIL: consents.email and bool(email)}
    id = await people.add_volunteer(
        VISITOR,
        first_name=about.first_name,
        last_name=about.last_name,
        phone=about.phone or "",
        email=email,
        language=about.language,
        birth_date=about.birth_date,
        kind=about.kind,
        area_slug=mine.area,
        max_km=float(mine.max_km),
        max_hours_week=int(mine.max_hours_week),
        causes=mine.causes,
        skills=mine.skills,
        languages=mine.languages,
        availability=windows(mine.free),
        guardian_name=consents.guardian_name,
        guardian_phone=consents.guardian_phone or "",
        guardian_email=consents.guardian_email or "",
        school=UUID(about.school) if about.school else None,
        consents=[purpose for purpose, yes in given.items() if yes],
        channel="web",
        shown_in=language(),
    )
    if consents.guardian_name:
        await guardian_links.send_link(settings, id, client)


def _own_contact(about: AboutMe, consents: Consents, today: date) -> AboutMe:
    """Below thirteen a contact that is the guardian's too is the guardian's: the child has none of their own."""
    if age(about.birth_date, today) >= ALONE_AGE:
        return about
    theirs: dict[str, None] = {}
    if about.phone and about.phone == consents.guardian_phone:
        theirs["phone"] = None
    if about.email and consents.guardian_email and same_mailbox(about.email, consents.guardian_email):
        theirs["email"] = None
    return about.model_copy(update=theirs)


async def _rehearse(settings: Settings, client: str, about: AboutMe, mine: MyTime, consents: Consents) -> None:
    """Adds a person nobody is and takes them back: a known number takes as long as a new one."""
    nobody = about.model_copy(update={"phone": f"-{secret.digits(15)}"})
    async with database.transaction() as savepoint:
        await _add(settings, client, nobody, mine, consents, email=None)
        await savepoint.rollback()  # type: ignore[no-untyped-call]  # piccolo's


async def _one_at_a_time(about: AboutMe) -> None:
    """Two browsers with the same number or address wait for each other: the second finds the first one's person."""
    await database.fetch(
        "SELECT pg_advisory_xact_lock(hashtextextended(contact, 1))"
        " FROM unnest($1::text[]) WITH ORDINALITY AS one (contact, place) ORDER BY contact",
        sorted({about.phone or f"{about.first_name} {about.last_name}", about.email or about.phone or ""}),
    )


async def _greet(
    settings: Settings, visit: str, channel: Channel, address: str, about: AboutMe, *, known: bool, today: date
) -> None:
    """One neutral message: a welcome once for a person, "somebody tried" at most once a week for an address.

    The SMS brings a code: typed into this browser, or answered with any word, it proves the number.
    """
    whose = secret.fingerprint(address).hex()[:40]
    person = f"{address} {about.first_name} {about.last_name} {about.birth_date}".casefold()
    year, week, _ = today.isocalendar()
    code = await codes.for_number(settings, visit, address) if channel is Channel.SMS else ""
    await outbox.put(
        key=f"known:{whose}:{year}-{week}" if known else f"welcome:{channel}:{secret.fingerprint(person).hex()[:40]}",
        about=f"sign-up:{whose}",
        channel=channel,
        address=address,
        language=about.language,
        template="already_known" if known else "welcome",
        values={"centre": settings.centre_name, "url": f"{settings.public_url}/sign-in", "code": code},
        # They are at our page now and wait for the code.
        wakes=Wakes.ALWAYS if code else Wakes.NEEDED,
    )


async def _open_channels(
    settings: Settings, phone: str | None, email: str | None, client: str
) -> list[tuple[Channel, str]]:
    """Where a message may go to that a stranger makes us send; over the limits somebody rings instead."""
    found = []
    if phone and await strangers.may_write(settings, phone, client):
        found.append((Channel.SMS, phone))
    if email and await limits.spend(settings, MAILS_TO_ONE_ADDRESS, email):
        found.append((Channel.EMAIL, email))
    return found
