"""A coordinator corrects what is known of a volunteer: over what they have seen, never over what came since."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import asyncpg

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.rules import Kind
from volunteer_hub.web.i18n import mark


@dataclass(frozen=True, slots=True)
class Details:
    """What is typed about a volunteer. Phones are E.164, empty where there is none."""

    first_name: str
    last_name: str
    birth_date: date
    kind: Kind
    phone: str
    email: str | None
    language: str
    area_slug: str
    max_km: float
    max_hours_week: int
    guardian_name: str
    guardian_phone: str
    guardian_email: str


class Stale(Refused):
    """Somebody changed the same person meanwhile: what they wrote must be seen before it is written over."""

    def __init__(self) -> None:
        super().__init__(mark("W międzyczasie ktoś zmienił te dane. Zobacz obie wersje i zapisz właściwą."))


class Taken(Refused):
    """The e-mail signs somebody else in already."""

    def __init__(self) -> None:
        super().__init__(mark("Ten adres e-mail ma już ktoś inny."))


SAVE = """
    UPDATE volunteer
    SET first_name = $2, last_name = $3, birth_date = $4, kind = $5, phone = $6, email = $7, language = $8,
        area_slug = $9::varchar, max_km = $10, max_hours_week = $11, guardian_name = $12, guardian_phone = $13,
        guardian_email = $14,
        latitude = CASE WHEN area_slug = $9::varchar THEN latitude END,
        longitude = CASE WHEN area_slug = $9::varchar THEN longitude END
    WHERE id = $1"""

# A new phone or e-mail has proved nothing yet: no code came back from it.
SIGN_IN = """
    UPDATE account
    SET name = $2, phone = nullif($3::varchar, ''), email = $4::varchar, language = $5,
        phone_proven_at = CASE WHEN phone = $3::varchar THEN phone_proven_at END,
        email_proven_at = CASE WHEN email = $4::varchar THEN email_proven_at END
    WHERE id = (SELECT account FROM volunteer WHERE id = $1)"""
OPEN_ACCOUNT = """
    WITH made AS (
        INSERT INTO account (id, name, phone, email, role, language, created_at)
        SELECT gen_random_uuid(), $2, nullif($3::varchar, ''), $4::varchar, $5, $6, now()
        FROM volunteer WHERE id = $1 AND account IS NULL AND ($3::varchar <> '' OR $4::varchar IS NOT NULL)
        RETURNING id)
    UPDATE volunteer SET account = made.id FROM made WHERE volunteer.id = $1"""


async def correct(actor: Actor, volunteer: UUID, version: int, new: Details) -> None:
    """Writes what was typed over the version that was shown. Who moved to another district stands in its middle again.

    Raises Refused 404, Stale when the row is not that version any more, Taken.
    """
    try:
        async with database.transaction():
            now = await database.fetchval("SELECT version FROM volunteer WHERE id = $1 FOR NO KEY UPDATE", volunteer)
            if now is None:
                raise Refused("", 404)
            if now != version:
                raise Stale
            await database.execute(
                SAVE, volunteer, new.first_name, new.last_name, new.birth_date, new.kind, new.phone, new.email,
                new.language, new.area_slug, new.max_km, new.max_hours_week, new.guardian_name, new.guardian_phone,
                new.guardian_email,
            )  # fmt: skip
            name = f"{new.first_name} {new.last_name}"
            await database.execute(SIGN_IN, volunteer, name, new.phone, new.email, new.language)
            await database.execute(
                OPEN_ACCOUNT, volunteer, name, new.phone, new.email, Role.VOLUNTEER.value, new.language
            )
            await audit.record(actor, "people.correct", f"volunteer:{volunteer}")
    except asyncpg.UniqueViolationError:
        raise Taken from None
