"""Verbs of people in one place: who comes in stands here; the way, papers and checks have files of their own."""

from collections.abc import Iterable, Sequence
from datetime import date, time
from uuid import UUID, uuid4

from volunteer_hub.access import audit
from volunteer_hub.access.actions import create_account
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.geo import Point
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import proven
from volunteer_hub.people import consents as ledger
from volunteer_hub.people.clearances import record_clearance, revoke_clearance, shorten_clearance
from volunteer_hub.people.consents import ByWhom, Purpose
from volunteer_hub.people.papers import add_policy, end_agreement, end_policy, sign_agreement, start_service
from volunteer_hub.people.participants import add_participant
from volunteer_hub.people.rules import Kind, Step
from volunteer_hub.people.steps import leave, note, pause, take_step
from volunteer_hub.web.i18n import mark

__all__ = [
    "add_participant", "add_policy", "add_volunteer", "end_agreement", "end_policy", "leave", "pause",
    "record_clearance", "record_guardian_consent", "revoke_clearance", "shorten_clearance", "sign_agreement",
    "start_service", "take_step",
]  # fmt: skip

ADD = """
    INSERT INTO volunteer (id, account, first_name, last_name, phone, email, sms_ok, email_ok, language, birth_date,
                           kind, step, step_since, area_slug, latitude, longitude, max_km, max_hours_week, causes,
                           skills, languages, gender, about, guardian_name, guardian_phone, guardian_email, entered_by,
                           school, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'applied', now(), $12, $13, $14, $15, $16, $17, $18, $19,
            '', '', $20, $21, $22, $23, $24, now()) ON CONFLICT DO NOTHING"""


async def add_volunteer(
    actor: Actor,
    *,
    first_name: str,
    last_name: str,
    phone: str,
    birth_date: date,
    kind: Kind,
    area_slug: str,
    email: str | None = None,
    language: str = "pl",
    point: Point | None = None,
    max_km: float = 5.0,
    max_hours_week: int = 6,
    causes: Sequence[str] = (),
    skills: Sequence[str] = (),
    languages: Sequence[str] = (),
    availability: Iterable[tuple[int, time, time]] = (),
    guardian_name: str = "",
    guardian_phone: str = "",
    guardian_email: str = "",
    school: UUID | None = None,
    entered_by: UUID | None = None,
    consents: Sequence[Purpose] | None = None,
    channel: str = "desk",
    shown_in: str = "",
) -> UUID:
    """A volunteer at the step applied, with an account to sign in by `phone` (E.164) or `email` (in small letters).

    Without both there is no account: a minor is reached through the guardian. `entered_by` is who of the centre typed
    it. `availability` is (ISO weekday, from, to). `consents` came by `channel` (web, desk, phone) and were read in the
    language `shown_in` (else their own): SMS and e-mail go only to who agreed to them; None: not asked yet, they get
    both. All of it or nothing; raises Refused 409 when the e-mail is somebody's already.
    """
    latitude, longitude = point or (None, None)
    id = uuid4()
    async with database.transaction():
        name = f"{first_name} {last_name}"
        account = (
            await create_account(actor, name=name, role=Role.VOLUNTEER, email=email, phone=phone, language=language)
            if phone or email
            else None
        )
        added = await database.execute(
            ADD, id, account, first_name, last_name, phone, email, consents is None or Purpose.SMS in consents,
            consents is None or Purpose.EMAIL in consents, language, birth_date, kind.value, area_slug,
            latitude, longitude, max_km, max_hours_week, list(causes), list(skills), list(languages),
            guardian_name, guardian_phone, guardian_email, entered_by, school,
        )  # fmt: skip
        if not added:
            raise Refused(mark("Osoba z tym numerem telefonu albo adresem e-mail już jest."))
        if phone and actor.role is not Role.ANYONE:
            await proven.note(phone, "desk")
        await note(actor, id, Step.APPLIED)
        await database.executemany(
            "INSERT INTO availability (id, volunteer, weekday, starts, ends)"
            " VALUES (gen_random_uuid(), $1, $2, $3, $4)",
            [(id, weekday, starts, ends) for weekday, starts, ends in availability],
        )
        for purpose in consents or ():
            by_whom: ByWhom = "self" if channel == "web" else "coordinator"
            await ledger.give(actor, id, purpose, language=shown_in or language, channel=channel, by_whom=by_whom)
    return id


async def record_guardian_consent(actor: Actor, volunteer: UUID) -> None:
    """Notes that the guardian said yes to the centre (by phone or in person). Once noted it stays as it was.

    Raises Refused (404, 409 when no guardian is named).
    """
    async with database.transaction():
        row = await database.fetchrow(
            "SELECT guardian_name, guardian_consent_at, language FROM volunteer WHERE id = $1 FOR NO KEY UPDATE",
            volunteer,
        )
        if row is None:
            raise Refused("", 404)
        if not row["guardian_name"]:
            raise Refused(mark("Najpierw zapisz, kto jest opiekunem."))
        if row["guardian_consent_at"]:
            return
        await ledger.give(
            actor, volunteer, Purpose.GUARDIAN, language=row["language"], channel="desk", by_whom="guardian"
        )
        await audit.record(actor, "people.guardian-consent", f"volunteer:{volunteer}")
