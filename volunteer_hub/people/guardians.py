"""Guardians of minors: their own link without an account, their yes and their no. Decision 0019.

Whoever holds a link speaks as the guardian, so it goes only to the contact the guardian was named with, it is kept as a
hash, and looking at its page changes nothing: scanners of mail look too.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from volunteer_hub.access import audit, limits
from volunteer_hub.access.rules import Limit
from volunteer_hub.kit import clock, database, secret
from volunteer_hub.kit.actor import VISITOR, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import proven
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.people import consents, guardian_links
from volunteer_hub.people.consents import GUARDIAN_AGREES, GUARDIAN_CONCLUDES, Purpose, Scope, Words
from volunteer_hub.people.rules import ALONE_AGE, Free, age, comes_of_age, joined
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import language, mark

ASKED_BY_THE_CHILD = Limit("guardian-again", 2, 86400)


@dataclass(frozen=True)
class Ward:
    """The child of a link, as the guardian may see them. `ended`: the link works no more; `of_age`: for good.

    `consent` is the guardian's newest word; `sent_by` the channel the link came by.
    """

    link: UUID
    volunteer: UUID
    first_name: str
    name: str
    birth_date: date
    age: int
    language: str
    guardian_name: str
    guardian_phone: str
    guardian_email: str
    own_contact: bool
    school: str
    max_hours_week: int
    max_km: float
    free: list[Free]
    consent: consents.Given | None
    sent_by: Channel
    ended: bool
    of_age: bool

    @property
    def concludes(self) -> bool:
        return self.age < ALONE_AGE

    @property
    def words(self) -> Words:
        """What the guardian signs: below thirteen they conclude, from then on they consent."""
        return GUARDIAN_CONCLUDES if self.concludes else GUARDIAN_AGREES

    @property
    def agreed(self) -> bool:
        return self.consent is not None and self.consent.given


@dataclass(frozen=True)
class Waiting:
    """A minor who has signed in and whose guardian has not agreed; `refused`: the guardian said no."""

    first_name: str
    guardian_name: str
    refused: bool


FIND = """
    SELECT l.id AS link, v.id AS volunteer, v.first_name, v.first_name || ' ' || left(v.last_name, 1) || '.' AS name,
           v.birth_date, v.language, v.guardian_name, v.guardian_phone, v.guardian_email,
           v.phone <> '' OR v.email IS NOT NULL AS own_contact, coalesce(s.name, '') AS school, v.max_hours_week,
           v.max_km, l.channel, l.ends_at <= now() OR v.step = 'left' AS ended
    FROM guardian_link l JOIN volunteer v ON v.id = l.volunteer LEFT JOIN school s ON s.id = v.school
    WHERE l.token_hash = $1"""


async def ward(settings: Settings, token: str) -> Ward | None:
    """The child this link is about, also when it has ended; None when there was never such a link. Changes nothing."""
    row = await database.fetchrow(FIND, secret.fingerprint(token))
    if row is None:
        return None
    values, today = dict(row), clock.today(settings.timezone)
    free = await database.fetch(
        "SELECT weekday, starts, ends FROM availability WHERE volunteer = $1 ORDER BY weekday, starts", row["volunteer"]
    )
    return Ward(
        **values | {"sent_by": Channel(values.pop("channel"))},
        age=age(row["birth_date"], today),
        free=joined(Free(*one) for one in free),
        consent=(await consents.current(row["volunteer"])).get(Purpose.GUARDIAN),
        of_age=comes_of_age(row["birth_date"]) <= today,
    )


async def agree(settings: Settings, token: str, scope: frozenset[Scope]) -> Ward:
    """The guardian says yes on their page, with these choices. Raises Refused 410 when the link has ended."""
    async with database.transaction():
        found = await _held(settings, token)
        await _give(found, Purpose.INFORMATION)
        await _give(found, Purpose.GUARDIAN, " ".join(sorted(scope)), found.words)
        await _acted(settings, found, guardian_links.STANDING_LIFE)
        await audit.record(VISITOR, "guardian.agree", f"volunteer:{found.volunteer}")
    return found


async def decline(settings: Settings, token: str) -> Ward:
    """The guardian says no, or takes a yes back. Raises Refused 410 when the link has ended."""
    async with database.transaction():
        found = await _held(settings, token)
        if found.consent is None or found.consent.given:
            await consents.withdraw(
                VISITOR, found.volunteer, Purpose.GUARDIAN, language=language(), channel=f"link-{found.sent_by}",
                by_whom="guardian", words=found.words,
            )  # fmt: skip
        await _acted(settings, found, guardian_links.ANSWER_LIFE)
        await audit.record(VISITOR, "guardian.decline", f"volunteer:{found.volunteer}")
    return found


async def decline_at_desk(actor: Actor, volunteer: UUID) -> None:
    """A coordinator notes that the guardian takes the yes back, said by phone or in person. Raises Refused 404."""
    if actor.role is not Role.COORDINATOR:
        raise Refused("", 404)
    async with database.transaction():
        row = await database.fetchrow(
            "SELECT language, guardian_consent_at FROM volunteer WHERE id = $1 FOR NO KEY UPDATE", volunteer
        )
        if row is None:
            raise Refused("", 404)
        if row["guardian_consent_at"]:
            await consents.withdraw(
                actor, volunteer, Purpose.GUARDIAN, language=row["language"], channel="desk", by_whom="guardian"
            )
            await audit.record(actor, "people.guardian-refusal", f"volunteer:{volunteer}")


async def _held(settings: Settings, token: str) -> Ward:
    """The ward with their row locked: a yes and a no at once come one after the other."""
    await database.execute(
        "SELECT FROM volunteer WHERE id = (SELECT volunteer FROM guardian_link WHERE token_hash = $1)"
        " FOR NO KEY UPDATE",
        secret.fingerprint(token),
    )
    found = await ward(settings, token)
    if found is None or found.ended or found.of_age:
        raise Refused(mark("Ten link już nie działa. Poproś o nowy."), 410)
    return found


async def _give(found: Ward, purpose: Purpose, scope: str = "", words: Words | None = None) -> None:
    await consents.give(
        VISITOR, found.volunteer, purpose, language=language(), channel=f"link-{found.sent_by}", scope=scope,
        by_whom="guardian", words=words,
    )  # fmt: skip


async def _acted(settings: Settings, found: Ward, life: timedelta) -> None:
    """Whoever uses the link has the phone it was sent to, and the link lives on."""
    await database.execute(
        "UPDATE guardian_link SET opened_at = coalesce(opened_at, now()), ends_at = $2 WHERE id = $1",
        found.link, guardian_links.end_of(found.birth_date, life, settings.timezone),
    )  # fmt: skip
    if found.sent_by is Channel.SMS:
        await proven.note(found.guardian_phone, "link")


async def renew(settings: Settings, token: str, client: str) -> None:
    """Whoever has an old link asks for a new one: it goes to the guardian's own contact, not to the screen."""
    async with database.transaction():
        found = await ward(settings, token)
        if found is None or found.of_age:
            return
        if found.sent_by is Channel.SMS:
            await proven.note(found.guardian_phone, "link")
        await guardian_links.send_link(settings, found.volunteer, client)


async def send_from_desk(settings: Settings, actor: Actor, volunteer: UUID) -> tuple[Channel, ...]:
    """A coordinator who spoke with the guardian sends the link once more, so the number is known to be theirs."""
    if actor.role is not Role.COORDINATOR:
        raise Refused("", 404)
    async with database.transaction():
        phone = await database.fetchval("SELECT guardian_phone FROM volunteer WHERE id = $1", volunteer)
        if phone:
            await proven.note(phone, "desk")
        sent = await guardian_links.send_link(settings, volunteer, f"desk:{actor.account}")
        await audit.record(actor, "people.guardian-link", f"volunteer:{volunteer}")
    return sent


MINE = """
    SELECT v.id, v.first_name, v.guardian_name,
           EXISTS (SELECT FROM consent c WHERE c.person = v.id AND c.purpose = 'guardian') AS refused
    FROM volunteer v WHERE v.account = $1 AND v.guardian_consent_at IS NULL AND v.guardian_name <> ''
      AND v.birth_date > centre_today() - interval '18 years'"""


async def waiting(actor: Actor) -> Waiting | None:
    """What a minor who signs in waits for; None for everybody else."""
    row = await database.fetchrow(MINE, actor.account) if actor.role is Role.VOLUNTEER else None
    return Waiting(row["first_name"], row["guardian_name"], row["refused"]) if row else None


async def remind(settings: Settings, actor: Actor, client: str) -> bool:
    """The minor asks us to write to the guardian again; False: not now, somebody rings. Raises Refused (404, 429)."""
    row = await database.fetchrow(MINE, actor.account) if actor.role is Role.VOLUNTEER else None
    if row is None:
        raise Refused("", 404)
    if not await limits.spend(settings, ASKED_BY_THE_CHILD, str(row["id"])):
        raise Refused(mark("Link do opiekuna poszedł już dziś dwa razy. Spróbuj jutro albo zadzwoń do nas."), 429)
    return bool(await guardian_links.send_link(settings, row["id"], client))
