"""Reads of volunteers. Coordinators see all of them, a volunteer their own row, everybody else none: 404."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.consents import SAME, Purpose
from volunteer_hub.people.rules import Free, Kind, Step, may_be_agreed_with, next_steps


@dataclass(frozen=True)
class ConsentLine:
    purpose: Purpose
    text_version: str
    scope: str
    channel: str
    at: datetime
    given: bool


@dataclass(frozen=True)
class ClearanceLine:
    """`by` is who noted it."""

    kind: str
    checked_on: date
    valid_until: date
    revoked_on: date | None
    reference: str
    by: str

    def holds(self, day: date) -> bool:
        return self.revoked_on is None and self.valid_until >= day


@dataclass(frozen=True)
class StepLine:
    step: Step
    at: datetime
    by: str
    reason: str
    until: date | None


@dataclass(frozen=True)
class Neighbour:
    """Somebody else with the same phone: of one family, or one person twice."""

    id: UUID
    name: str


@dataclass(frozen=True)
class VolunteerCard:
    """All that the desk knows of one volunteer. Without phone and e-mail they are reached through the guardian.

    `version` rises with every change of what is typed about them; `entered_by` is who of the centre entered them.
    """

    id: UUID
    version: int
    first_name: str
    last_name: str
    phone: str
    email: str | None
    sms_ok: bool
    email_ok: bool
    language: str
    birth_date: date
    kind: Kind
    step: Step
    step_since: datetime
    area_slug: str
    max_km: float
    max_hours_week: int
    max_times_week: int | None
    travels: str
    causes: list[str]
    skills: list[str]
    languages: list[str]
    tags: list[str]
    guardian_name: str
    guardian_phone: str
    guardian_email: str
    guardian_consent_at: datetime | None
    entered_by: str
    restricted_at: datetime | None
    created_at: datetime
    free: list[Free]
    clearances: list[ClearanceLine]
    consents: list[ConsentLine]
    way: list[StepLine]
    same_phone: list[Neighbour]

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def reachable(self, *, minor: bool) -> bool:
        """Whether there is any way to them, or to the guardian of a minor."""
        own = self.phone or self.email
        return bool(own or (minor and (self.guardian_phone or self.guardian_email)))

    @property
    def next_steps(self) -> tuple[Step, ...]:
        return next_steps(self.step, helped=any(one.step is Step.ACTIVE for one in self.way))

    def may_agree(self, today: date) -> bool:
        """Whether an agreement made today, in writing or by word of mouth, would bind."""
        return may_be_agreed_with(self.birth_date, today, guardian_consents=self.guardian_consent_at is not None)

    @property
    def back_on(self) -> date | None:
        """When who is on a break said they would be back."""
        return self.way[-1].until if self.way and self.step is Step.PAUSED else None


async def volunteer(actor: Actor, id: UUID) -> VolunteerCard:
    """One volunteer with all that belongs to them. Raises Refused 404, also for what is not theirs to see."""
    row = await database.fetchrow(
        """SELECT v.id, v.version, v.first_name, v.last_name, v.phone, v.email, v.sms_ok, v.email_ok, v.language,
                  v.birth_date, v.kind, v.step, v.step_since, v.area_slug, v.max_km, v.max_hours_week, v.max_times_week,
                  v.travels, v.causes, v.skills, v.languages, v.tags, v.guardian_name, v.guardian_phone,
                  v.guardian_email, v.guardian_consent_at, coalesce(a.name, '') AS entered_by, v.restricted_at,
                  v.created_at
           FROM volunteer v LEFT JOIN account a ON a.id = v.entered_by WHERE v.id = $1 AND ($2 OR v.account = $3)""",
        id,
        actor.coordinates,
        actor.account if actor.role is Role.VOLUNTEER else None,
    )
    if row is None:
        raise Refused("", 404)
    return VolunteerCard(
        **dict(row) | {"kind": Kind(row["kind"]), "step": Step(row["step"])},
        free=[
            Free(*one)
            for one in await database.fetch(
                "SELECT weekday, starts, ends FROM availability WHERE volunteer = $1 ORDER BY weekday, starts", id
            )
        ],
        clearances=await _clearances(id),
        consents=await consents_of(id),
        way=await _way(id),
        same_phone=await _same_phone(id, row["phone"]) if actor.coordinates else [],
    )


async def _clearances(id: UUID) -> list[ClearanceLine]:
    rows = await database.fetch(
        """SELECT c.kind, c.checked_on, c.valid_until, c.revoked_on, c.reference, coalesce(a.name, '') AS by
           FROM clearance c LEFT JOIN account a ON a.id = c.checked_by WHERE c.volunteer = $1 ORDER BY c.kind""",
        id,
    )
    return [ClearanceLine(**row) for row in rows]


async def _same_phone(id: UUID, phone: str) -> list[Neighbour]:
    rows = await database.fetch(
        """SELECT id, first_name || ' ' || last_name FROM volunteer
           WHERE phone = $2 AND phone <> '' AND id <> $1 ORDER BY name_key, id LIMIT 10""",
        id, phone,
    )  # fmt: skip
    return [Neighbour(*row) for row in rows]


async def consents_of(id: UUID) -> list[ConsentLine]:
    """Every yes and no of a volunteer or participant, the oldest first. Whose it is to see, the caller has asked."""
    rows = await database.fetch(
        f"""{SAME} SELECT purpose, text_version, scope, channel, at, given FROM consent
            WHERE person IN (SELECT id FROM same) ORDER BY at, purpose""",
        id,
    )
    return [ConsentLine(**dict(row) | {"purpose": Purpose(row["purpose"])}) for row in rows]


async def _way(id: UUID) -> list[StepLine]:
    rows = await database.fetch(
        """SELECT s.step, s.at, coalesce(a.name, '') AS by, s.reason, s.until
           FROM step_taken s LEFT JOIN account a ON a.id = s.by WHERE s.volunteer = $1 ORDER BY s.at, s.id""",
        id,
    )
    return [StepLine(**dict(row) | {"step": Step(row["step"])}) for row in rows]


async def taken(
    first_name: str, last_name: str, born: date, phone: str, email: str | None
) -> tuple[bool, bool]:
    """Whether this person is here already, and whether the e-mail is somebody's. For the sign-up; shown to nobody.

    The person: the same name (Polish letters or not), day of birth and phone. Another one on a family's phone is new.
    """
    row = await database.fetchrow(
        """SELECT EXISTS (SELECT FROM volunteer WHERE phone = $1 AND birth_date = $2
                          AND fold(first_name) = fold($3) AND fold(last_name) = fold($4)),
                  EXISTS (SELECT FROM volunteer WHERE email = $5) OR EXISTS (SELECT FROM account WHERE email = $5)""",
        phone, born, first_name, last_name, email,
    )  # fmt: skip
    assert row is not None  # noqa: S101 - a SELECT without FROM always has a row
    return row[0], row[1]
