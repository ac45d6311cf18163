"""A guardian's link on its way: who gets one, by which ways, how long it lives; a lost one asked for. Decision 0019.

It goes only to the contact the guardian was named with, and asking for it tells nobody who is here.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from volunteer_hub.access import limits, strangers
from volunteer_hub.access.rules import Limit
from volunteer_hub.kit import clock, database, secret
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import outbox
from volunteer_hub.messaging.quiet import Wakes
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.people.rules import Step, comes_of_age
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import language

# So long a question waits for its answer, and a given answer for another link; never past the eighteenth birthday.
ANSWER_LIFE = timedelta(days=30)
STANDING_LIFE = timedelta(days=365)

MAILS_TO_ONE_ADDRESS = Limit("public-mail", 3, 86400)

FOR_LINK = """
    SELECT birth_date, language, guardian_phone, guardian_email, step, restricted_at, guardian_consent_at
    FROM volunteer WHERE id = $1 AND guardian_name <> '' FOR NO KEY UPDATE"""
END_LINKS = "UPDATE guardian_link SET ends_at = now() WHERE volunteer = $1 AND ends_at > now()"


async def send_link(settings: Settings, volunteer: UUID, client: str = "") -> tuple[Channel, ...]:
    """Sends the guardian a new link by each way we may write to them; the ways. The older links end.

    None: nothing may be sent (limits, no such contact) and the older links stay; somebody rings. `client` is the
    address that made us do it. Raises Refused 404.
    """
    async with database.transaction():
        row = await database.fetchrow(FOR_LINK, volunteer)
        if row is None:
            raise Refused("", 404)
        today = clock.today(settings.timezone)
        if comes_of_age(row["birth_date"]) <= today or row["step"] == Step.LEFT or row["restricted_at"]:
            return ()
        ways = await _ways(settings, row, client)
        if ways:
            await database.execute(END_LINKS, volunteer)
        for channel in ways:
            await _send(settings, volunteer, row, channel)
    return tuple(ways)


async def _ways(settings: Settings, row: Mapping[str, Any], client: str) -> dict[Channel, str]:
    ways = {}
    if row["guardian_phone"] and await strangers.may_write(settings, row["guardian_phone"], client):
        ways[Channel.SMS] = row["guardian_phone"]
    if row["guardian_email"] and await limits.spend(settings, MAILS_TO_ONE_ADDRESS, row["guardian_email"]):
        ways[Channel.EMAIL] = row["guardian_email"]
    return ways


async def _send(settings: Settings, volunteer: UUID, row: Mapping[str, Any], channel: Channel) -> None:
    token, id = secret.token(), uuid4()
    ends_at = end_of(row["birth_date"], STANDING_LIFE if row["guardian_consent_at"] else ANSWER_LIFE, settings.timezone)
    await database.execute(
        "INSERT INTO guardian_link (id, volunteer, token_hash, channel, created_at, ends_at)"
        " SELECT $1, id, $3, $4, now(), $5 FROM volunteer WHERE id = $2",  # of nobody there is none
        id, volunteer, secret.fingerprint(token), channel.value, ends_at,
    )  # fmt: skip
    await outbox.put(
        key=f"guardian-link:{id}",
        # Whoever reads this message may speak as the guardian, so it is shown to nobody, as a code is not.
        about=f"account:guardian:{volunteer}",
        channel=channel,
        address=row["guardian_phone"] if channel is Channel.SMS else row["guardian_email"],
        language=row["language"],
        template="guardian_link",
        values={"centre": settings.centre_name, "phone": settings.centre_phone,
                "url": f"{settings.public_url}/guardian/{token}"},
        expires_at=ends_at,
        wakes=Wakes.NEEDED,
    )  # fmt: skip


def end_of(born: date, life: timedelta, timezone: str) -> datetime:
    """When a link ends that lives so long: never after the eighteenth birthday."""
    return min(clock.now() + life, clock.instant(datetime.combine(comes_of_age(born), time()), timezone))


# One guardian has few children; each time as much is done as for so many, whether there are any.
WARDS = 3
OF_CONTACT = """
    SELECT id FROM volunteer v WHERE guardian_name <> '' AND step <> 'left' AND restricted_at IS NULL
      AND birth_date > centre_today() - interval '18 years' AND (guardian_phone = $1 OR guardian_email = $1)
    ORDER BY (SELECT max(created_at) FROM guardian_link l WHERE l.volunteer = v.id) NULLS FIRST, id LIMIT $2"""


async def ask(settings: Settings, contact: str, client: str) -> None:
    """A guardian who lost the link types their own phone or e-mail. Whether anybody is found shows nowhere, not in
    time either; of many children those whose link is the oldest come first."""
    found = [row["id"] for row in await database.fetch(OF_CONTACT, contact, WARDS)]
    for volunteer in (*found, *[None] * (WARDS - len(found))):
        sent = await send_link(settings, volunteer, client) if volunteer else ()
        if unsent := set(Channel) - set(sent):
            await _rehearse(settings, client, unsent)


async def _rehearse(settings: Settings, client: str, channels: set[Channel]) -> None:
    """Sends links of nobody by these ways and takes them back: what is not sent takes as long as what is."""
    id, nobody = uuid4(), {
        "birth_date": clock.today(settings.timezone) - timedelta(days=16 * 366), "language": language(),
        "guardian_phone": f"+48600{secret.digits()}" if Channel.SMS in channels else "",
        "guardian_email": f"{secret.digits()}@example.invalid" if Channel.EMAIL in channels else "",
        "guardian_consent_at": None,
    }  # fmt: skip
    async with database.transaction():  # committed, as a real one is: waiting for the disk takes its time too
        await database.fetchrow(FOR_LINK, id)
        async with database.transaction() as savepoint:
            await _ways(settings, nobody, client)
            await database.execute(END_LINKS, id)
            for channel in channels:
                await _send(settings, id, nobody, channel)
            await savepoint.rollback()  # type: ignore[no-untyped-call]  # piccolo's
