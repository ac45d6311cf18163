"""Many volunteers who come in at once, as lines of the centre's own list: the same rows as `actions.add_volunteer`.

A statement for hundreds of them. Nobody hears of it: what is said to people is said by people.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

import asyncpg

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.people import consents as ledger
from volunteer_hub.people.actions import ADD
from volunteer_hub.people.consents import Purpose
from volunteer_hub.people.corrections import Details, Taken
from volunteer_hub.people.rules import Step

# The way to a step; of each the history has a line.
WAY = (Step.APPLIED, Step.TALKED_TO, Step.AGREED, Step.ACTIVE)


@dataclass(frozen=True)
class Newcomer:
    """Somebody as a list says. `step`: one of WAY; `consents`: when each was given, and no other was ever asked."""

    details: Details
    causes: Sequence[str] = ()
    skills: Sequence[str] = ()
    languages: Sequence[str] = ()
    step: Step = Step.APPLIED
    consents: Sequence[tuple[Purpose, datetime]] = ()
    id: UUID = field(default_factory=uuid4)
    account: UUID = field(default_factory=uuid4)

    @property
    def signs_in(self) -> bool:
        return bool(self.details.phone or self.details.email)


ACCOUNT = """
    INSERT INTO account (id, name, email, phone, role, language, created_at) VALUES ($1, $2, $3, $4, $5, $6, now())"""
STEP = "UPDATE volunteer SET step = $2 WHERE id = $1"
TAKEN = "INSERT INTO step_taken (id, volunteer, step, at, by) VALUES (gen_random_uuid(), $1, $2, clock_timestamp(), $3)"


async def add_volunteers(actor: Actor, people: Sequence[Newcomer]) -> None:
    """All of them or nobody; to be called in a transaction. Without an agreed day nothing is written of consents.

    SMS and e-mail go only to who agreed to them. Raises Taken when one of the e-mails is somebody's already.
    """
    try:
        await database.executemany(ACCOUNT, [
            (one.account, _name(one), one.details.email, one.details.phone or None, Role.VOLUNTEER.value,
             one.details.language)
            for one in people if one.signs_in
        ])  # fmt: skip
        await database.executemany(ADD.removesuffix(" ON CONFLICT DO NOTHING"), [_row(actor, one) for one in people])
    except asyncpg.UniqueViolationError:
        raise Taken from None
    moved = [one for one in people if one.step is not Step.APPLIED]
    await database.executemany(STEP, [(one.id, one.step.value) for one in moved])
    steps = [(one.id, step.value, actor.account) for one in people for step in WAY[: WAY.index(one.step) + 1]]
    await database.executemany(TAKEN, steps)
    said = [(one.id, purpose, at) for one in people for purpose, at in one.consents]
    await ledger.note_earlier(actor, said, channel="import")
    await audit.record_each(actor, "people.import", [f"volunteer:{one.id}" for one in people])


def _name(one: Newcomer) -> str:
    return f"{one.details.first_name} {one.details.last_name}"


def _row(actor: Actor, one: Newcomer) -> tuple[object, ...]:
    who, agreed = one.details, {purpose for purpose, _ in one.consents}
    return (
        one.id, one.account if one.signs_in else None, who.first_name, who.last_name, who.phone, who.email,
        Purpose.SMS in agreed, Purpose.EMAIL in agreed, who.language, who.birth_date, who.kind.value, who.area_slug,
        None, None, who.max_km, who.max_hours_week, list(one.causes), list(one.skills), list(one.languages),
        who.guardian_name, who.guardian_phone, who.guardian_email, actor.account, None,
    )  # fmt: skip
