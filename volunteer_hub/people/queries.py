"""Reads of volunteers. Coordinators see all of them, a volunteer their own row, everybody else none: 404."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import asyncpg

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.consents import Purpose
from volunteer_hub.people.rules import STEPS, Free, Kind, Step

PAGE = 50


@dataclass(frozen=True)
class VolunteerRow:
    """A volunteer on a list of the desk."""

    id: UUID
    first_name: str
    last_name: str
    phone: str
    kind: Kind
    step: Step
    step_since: datetime


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
    kind: str
    checked_on: date
    valid_until: date


@dataclass(frozen=True)
class StepLine:
    step: Step
    at: datetime
    by: str


@dataclass(frozen=True)
class VolunteerCard:
    """All that the desk knows of one volunteer."""

    id: UUID
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
    causes: list[str]
    skills: list[str]
    languages: list[str]
    guardian_name: str
    guardian_phone: str
    guardian_consent_at: datetime | None
    created_at: datetime
    free: list[Free]
    clearances: list[ClearanceLine]
    consents: list[ConsentLine]
    way: list[StepLine]

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def next_steps(self) -> tuple[Step, ...]:
        return STEPS[self.step]


async def volunteers(
    actor: Actor, search: str = "", step: Step | None = None, kind: Kind | None = None, after: UUID | None = None
) -> tuple[list[VolunteerRow], bool]:
    """A page of volunteers by surname, from behind the person `after`; and whether more follow.

    Each word of `search` must begin a part of the name, Polish letters or not; a number may be any part of the phone.
    Raises Refused 404.
    """
    _coordinators_only(actor)
    values: list[object] = [PAGE + 1, *_patterns(search)]
    wanted = [f"found_by LIKE fold(${n})" for n in range(2, len(values) + 1)]
    if search.strip() and not wanted:
        return [], False
    for column, value in (("step", step), ("kind", kind)):
        if value is not None:
            values.append(value.value)
            wanted.append(f"{column} = ${len(values)}")
    # The address of the next page holds an id, not a name.
    if after is not None and (key := await database.fetchval("SELECT name_key FROM volunteer WHERE id = $1", after)):
        values += [key, after]
        wanted.append(f"(name_key, id) > (${len(values) - 1}, ${len(values)})")
    rows = await database.fetch(
        f"""SELECT id, first_name, last_name, phone, kind, step, step_since FROM volunteer
            WHERE {" AND ".join(wanted) or "true"} ORDER BY name_key, id LIMIT $1""",
        *values,
    )
    return [_row(row) for row in rows[:PAGE]], len(rows) > PAGE


def _patterns(search: str) -> list[str]:
    """What the folded name and number must be LIKE; digits with spaces are one number, however they are grouped."""
    search = search.strip()[:80]
    if all(character in "+-() " or character.isdecimal() for character in search):
        digits = "".join(character for character in search if character.isdecimal())
        return [f"%{digits}%"] if digits else []
    words = [word for word in search.split() if any(map(str.isalnum, word))]
    return [f"% {_literal(word)}%" for word in words[:6]]


def _literal(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


async def counts(actor: Actor) -> dict[Step, int]:
    """How many volunteers stand at each step. Raises Refused 404."""
    _coordinators_only(actor)
    rows = await database.fetch("SELECT step, count(*) AS n FROM volunteer GROUP BY step")
    found = {row["step"]: row["n"] for row in rows}
    return {step: found.get(step.value, 0) for step in Step}


async def volunteer(actor: Actor, id: UUID) -> VolunteerCard:
    """One volunteer with all that belongs to them. Raises Refused 404, also for what is not theirs to see."""
    row = await database.fetchrow(
        """SELECT id, first_name, last_name, phone, email, sms_ok, email_ok, language, birth_date, kind, step,
                  step_since, area_slug, max_km, max_hours_week, causes, skills, languages, guardian_name,
                  guardian_phone, guardian_consent_at, created_at
           FROM volunteer WHERE id = $1 AND ($2 OR account = $3)""",
        id,
        _sees_all(actor),
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
        clearances=[
            ClearanceLine(**one)
            for one in await database.fetch(
                "SELECT kind, checked_on, valid_until FROM clearance WHERE volunteer = $1 ORDER BY kind", id
            )
        ],
        consents=await _consents(id),
        way=await _way(id),
    )


async def _consents(id: UUID) -> list[ConsentLine]:
    rows = await database.fetch(
        "SELECT purpose, text_version, scope, channel, at, given FROM consent WHERE person = $1 ORDER BY at, purpose",
        id,
    )
    return [ConsentLine(**dict(row) | {"purpose": Purpose(row["purpose"])}) for row in rows]


async def _way(id: UUID) -> list[StepLine]:
    rows = await database.fetch(
        """SELECT s.step, s.at, coalesce(a.name, '') AS by FROM step_taken s LEFT JOIN account a ON a.id = s.by
           WHERE s.volunteer = $1 ORDER BY s.at, s.id""",
        id,
    )
    return [StepLine(**dict(row) | {"step": Step(row["step"])}) for row in rows]


async def taken(phone: str, email: str | None) -> tuple[bool, bool]:
    """Whether somebody has this phone, and whether somebody has this e-mail. For the sign-up; shown to nobody."""
    row = await database.fetchrow(
        """SELECT EXISTS (SELECT FROM volunteer WHERE phone = $1) OR EXISTS (SELECT FROM account WHERE phone = $1),
                  EXISTS (SELECT FROM volunteer WHERE email = $2) OR EXISTS (SELECT FROM account WHERE email = $2)""",
        phone,
        email,
    )
    assert row is not None  # noqa: S101 - a SELECT without FROM always has a row
    return row[0], row[1]


def _sees_all(actor: Actor) -> bool:
    return actor.role in (Role.COORDINATOR, Role.MACHINE)


def _coordinators_only(actor: Actor) -> None:
    if not _sees_all(actor):
        raise Refused("", 404)


def _row(row: asyncpg.Record) -> VolunteerRow:
    return VolunteerRow(**dict(row) | {"kind": Kind(row["kind"]), "step": Step(row["step"])})
