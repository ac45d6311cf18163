"""Somebody who may help at an opening, and all by which a hand takes that away from them afterwards."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from support import people

from volunteer_hub.kit import clock, database
from volunteer_hub.people.tables import Agreement, Service, Volunteer
from volunteer_hub.schedule.tables import Opening

TODAY = clock.today(people.ZONE)
DAY = TODAY + timedelta(days=3)
TRIGGERS = ("assignment_guarded_insert", "assignment_guarded_update")
PUT = "INSERT INTO assignment (id, opening, volunteer, state, created_at) VALUES ($1, $2, $3, $4, now())"


async def unguarded() -> None:
    for trigger in TRIGGERS:
        await database.execute(f"DROP TRIGGER {trigger} ON assignment")


async def cleared_for(to: Opening, change: Callable[[UUID], Awaitable[None]] | None = None) -> Volunteer:
    """Somebody who may help there; when an agreement is to be taken away, after more than thirty days of service."""
    who = await people.volunteer(first_name="Barbara")
    await people.clearance(who)
    if change in (agreement_ended, agreement_gone):
        await people.save(Service(volunteer=who.id, first_day=DAY - timedelta(days=60)))
        await people.save(Agreement(volunteer=who.id, signed_on=DAY, valid_from=DAY - timedelta(days=60)))
        await database.execute("DELETE FROM policy")
    return who


async def opening(**role: Any) -> Opening:
    asked = {"clearances": ["minors"], "minor_safe": True} | role
    of = await people.initiative()
    return await people.opening(await people.meeting(of), await people.role(of, **asked))


@contextlib.asynccontextmanager
async def hand(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """Somebody at a database prompt."""
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


async def revoked(who: UUID) -> None:
    await database.execute("UPDATE clearance SET revoked_on = $2 WHERE volunteer = $1", who, TODAY)


async def shortened(who: UUID) -> None:
    await database.execute("UPDATE clearance SET valid_until = $2 WHERE volunteer = $1", who, DAY - timedelta(days=1))


async def gone(who: UUID) -> None:
    await database.execute("DELETE FROM clearance WHERE volunteer = $1", who)


async def restricted(who: UUID) -> None:
    await database.execute("UPDATE volunteer SET restricted_at = now() WHERE id = $1", who)


async def a_minor_without_consent(who: UUID) -> None:
    born = DAY.replace(year=DAY.year - 18) + timedelta(days=1)
    await database.execute("UPDATE volunteer SET birth_date = $2, guardian_consent_at = NULL WHERE id = $1", who, born)


async def agreement_ended(who: UUID) -> None:
    await database.execute("UPDATE agreement SET valid_until = $2 WHERE volunteer = $1", who, DAY - timedelta(days=1))


async def agreement_gone(who: UUID) -> None:
    await database.execute("DELETE FROM agreement WHERE volunteer = $1", who)


async def policy_ended(_: UUID) -> None:
    await database.execute("UPDATE policy SET valid_until = $1", DAY - timedelta(days=1))


async def served_long(who: UUID) -> None:
    """It turns out that they have helped for thirty days, so that the meeting is on day 31."""
    await database.execute(
        """INSERT INTO service (id, volunteer, first_day, noted_at) VALUES (gen_random_uuid(), $1, $2, now())
           ON CONFLICT (volunteer) WHERE last_day IS NULL DO UPDATE SET first_day = excluded.first_day""",
        *(who, DAY - timedelta(days=30)),
    )


CHANGES: list[tuple[Callable[[UUID], Awaitable[None]], str]] = [
    (revoked, "assignment_clearance"),
    (shortened, "assignment_clearance"),
    (gone, "assignment_clearance"),
    (restricted, "assignment_restricted"),
    (a_minor_without_consent, "assignment_consent"),
    (agreement_ended, "assignment_agreement"),
    (agreement_gone, "assignment_agreement"),
    (policy_ended, "assignment_agreement"),
    (served_long, "assignment_agreement"),
]
EVERY_CHANGE = pytest.mark.parametrize(("change", "constraint"), CHANGES)


async def waits(task: "asyncio.Task[Any]") -> bool:
    await asyncio.wait({task}, timeout=0.4)
    return not task.done()
