"""Somebody on a roster, what makes them stop holding, and the letters about it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from support import people
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Actor
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.tables import Opening

TODAY = clock.today(people.ZONE)
DAY = TODAY + timedelta(days=3)
SIXTEEN = DAY.replace(year=DAY.year - 16) - timedelta(days=40)


async def opening(most: int = 2, **role: Any) -> Opening:
    of = await people.initiative(name="Czytanie bajek")
    return await people.opening(await people.meeting(of), await people.role(of, **role), most=most)


async def accepted(coordinator: Actor, to: Opening, who: Volunteer) -> UUID:
    id = await actions.invite(coordinator, to.id, who.id)
    await actions.answer(SYSTEM, id, accept=True, channel="sms")
    return id


async def mark(id: UUID) -> tuple[str, str]:
    row = await database.fetchrow("SELECT state, at_risk FROM assignment WHERE id = $1", id)
    return tuple(row)


async def letters() -> list[dict[str, Any]]:
    return [dict(row) for row in await database.fetch("SELECT * FROM message WHERE template = 'at_risk' ORDER BY key")]


async def pupil(**values: Any) -> Volunteer:
    return await people.volunteer(birth_date=SIXTEEN, guardian_consent_at=clock.now(), **values)


async def revoke(who: Volunteer) -> None:
    await database.execute("UPDATE clearance SET revoked_on = $2 WHERE volunteer = $1", who.id, TODAY)


async def restrict(who: Volunteer) -> None:
    await database.execute("UPDATE volunteer SET restricted_at = now() WHERE id = $1", who.id)
