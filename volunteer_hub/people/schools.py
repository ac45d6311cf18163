"""Partner schools. A school's coordinator has a link of their own and no account, and sees nothing but its pupils'
names, whether they are vouched for, and the sum of their hours."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from volunteer_hub.access import audit
from volunteer_hub.kit import database, secret
from volunteer_hub.kit.actor import VISITOR, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import outbox
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import mark

LINK_LIFE = timedelta(days=365)


@dataclass(frozen=True)
class School:
    """A school at the desk; `link_until`: until when its link works."""

    id: UUID
    name: str
    contact_name: str
    contact_email: str
    link_until: datetime | None
    pupils: int


@dataclass(frozen=True)
class Pupil:
    """What a school sees. `minutes`: approved, of all years; None where there are none or the guardian says no."""

    id: UUID
    name: str
    vouched: bool
    minutes: int | None


LIST = """
    SELECT s.id, s.name, s.contact_name, s.contact_email,
           CASE WHEN s.token_hash IS NOT NULL AND s.token_ends_at > now() THEN s.token_ends_at END AS link_until,
           (SELECT count(*) FROM volunteer v WHERE v.school = s.id AND v.step <> 'left') AS pupils
    FROM school s WHERE s.closed_at IS NULL ORDER BY sort_key(s.name), s.id"""

# A minor is named to the school only after the guardian's yes.
PUPILS = """
    SELECT v.id, v.first_name || ' ' || v.last_name AS name, v.vouched_at IS NOT NULL AS vouched,
           CASE WHEN v.birth_date <= centre_today() - interval '18 years'
                  OR 'school-hours' = ANY (string_to_array(v.guardian_scope, ' ')) THEN
             (SELECT sum(h.minutes)::int FROM hours_worked h WHERE h.volunteer = v.id AND h.state = 'approved') END
           AS minutes
    FROM volunteer v WHERE v.school = $1 AND v.kind = 'pupil' AND v.step <> 'left' AND v.restricted_at IS NULL
      AND (v.guardian_consent_at IS NOT NULL OR v.birth_date <= centre_today() - interval '18 years')
    ORDER BY v.name_key, v.id"""


async def options() -> list[tuple[str, str]]:
    """The partner schools a pupil may name, as (id, name)."""
    rows = await database.fetch("SELECT id, name FROM school WHERE closed_at IS NULL ORDER BY sort_key(name), id")
    return [(str(row["id"]), row["name"]) for row in rows]


async def schools(actor: Actor) -> list[School]:
    """The partner schools, for coordinators. Raises Refused 404."""
    _coordinators_only(actor)
    return [School(**row) for row in await database.fetch(LIST)]


async def add(settings: Settings, actor: Actor, name: str, contact_name: str, contact_email: str) -> UUID:
    """A new partner school; its coordinator gets the link by e-mail. Raises Refused (404, 409: there already)."""
    _coordinators_only(actor)
    id = uuid4()
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock(hashtextextended(fold($1), 3))", name)
        if await database.fetchval("SELECT 1 FROM school WHERE fold(name) = fold($1) AND closed_at IS NULL", name):
            raise Refused(mark("Ta szkoła już jest na liście."))
        await database.execute(
            "INSERT INTO school (id, name, contact_name, contact_email, contact_phone, created_at)"
            " VALUES ($1, $2, $3, $4, '', now())",
            id, name, contact_name, contact_email,
        )  # fmt: skip
        await audit.record(actor, "school.add", f"school:{id}")
        await send_link(settings, actor, id)
    return id


async def send_link(settings: Settings, actor: Actor, school: UUID) -> None:
    """A new link by e-mail; the one before ends at once. Raises Refused 404."""
    _coordinators_only(actor)
    token = secret.token()
    async with database.transaction():
        row = await database.fetchrow(
            "UPDATE school SET token_hash = $2, token_ends_at = now() + $3 WHERE id = $1 AND closed_at IS NULL"
            " RETURNING name, contact_email",
            school, secret.fingerprint(token), LINK_LIFE,
        )  # fmt: skip
        if row is None:
            raise Refused("", 404)
        await outbox.put(
            key=f"school-link:{secret.fingerprint(token).hex()[:40]}",
            about=f"account:school:{school}",
            channel=Channel.EMAIL,
            address=row["contact_email"],
            language="pl",
            template="school_link",
            values={"centre": settings.centre_name, "phone": settings.centre_phone, "school": row["name"],
                    "url": f"{settings.public_url}/school/{token}"},
        )  # fmt: skip
        await audit.record(actor, "school.link", f"school:{school}")


async def close(actor: Actor, school: UUID) -> None:
    """No partner any more: the link ends, nobody names it at sign-up. Closed already: nothing happens. Refused 404."""
    _coordinators_only(actor)
    async with database.transaction():
        closed = await database.execute(
            "UPDATE school SET closed_at = coalesce(closed_at, now()), token_hash = NULL WHERE id = $1", school
        )
        if not closed:
            raise Refused("", 404)
        await audit.record(actor, "school.close", f"school:{school}")


async def of_link(token: str) -> tuple[UUID, str] | None:
    """The school this link is of, and its name; None when it works no more. Looking changes nothing."""
    row = await database.fetchrow(
        "SELECT id, name FROM school WHERE token_hash = $1 AND token_ends_at > now() AND closed_at IS NULL",
        secret.fingerprint(token),
    )
    return (row["id"], row["name"]) if row else None


async def pupils(school: UUID) -> list[Pupil]:
    """Those who named this school, by surname."""
    return [Pupil(**row) for row in await database.fetch(PUPILS, school)]


async def vouch(token: str, pupil: UUID) -> None:
    """The school's coordinator vouches for one of its pupils. Raises Refused (410: no such link, 404: not theirs)."""
    async with database.transaction():
        school = await of_link(token)
        if school is None:
            raise Refused(mark("Ten link już nie działa. Proszę do nas napisać albo zadzwonić."), 410)
        if pupil not in {one.id for one in await pupils(school[0])}:
            raise Refused("", 404)
        await database.execute(
            "UPDATE volunteer SET vouched_at = coalesce(vouched_at, now()) WHERE id = $1 AND school = $2",
            pupil, school[0],
        )  # fmt: skip
        await audit.record(VISITOR, "school.vouch", f"volunteer:{pupil}")


def _coordinators_only(actor: Actor) -> None:
    if actor.role is not Role.COORDINATOR:
        raise Refused("", 404)
