"""Somebody with free time: signed in, with a task, and what of their time is stored."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import httpx2

from support import people
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.people.rules import Free
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.people.week import Days
from volunteer_hub.schedule import actions

TODAY = clock.today(people.ZONE)


def day(after: int) -> date:
    return TODAY + timedelta(days=after)


async def who(client: httpx2.AsyncClient, **values: Any) -> Volunteer:
    """A volunteer, signed in."""
    account = await people.signed_in(client, Role.VOLUNTEER)
    return await people.volunteer(account=account.id, **({"free": False} | values))


async def task(of: Volunteer, after: int, hour: int = 16, **values: Any) -> UUID:
    """An accepted assignment so many days from today."""
    initiative = await people.initiative(**values)
    at = await people.meeting(initiative, starts=datetime.combine(day(after), time(hour)))
    opening = await people.opening(at, await people.role(initiative))
    assignment = await actions.invite(SYSTEM, opening.id, of.id)
    await actions.answer(SYSTEM, assignment, accept=True, channel="web")
    return assignment


async def stored(of: Volunteer) -> list[Free]:
    rows = await database.fetch(
        "SELECT weekday, starts, ends FROM availability WHERE volunteer = $1 ORDER BY weekday, starts", of.id
    )
    return [Free(*row) for row in rows]


async def days_away(of: Volunteer) -> list[Days]:
    rows = await database.fetch("SELECT first_day, last_day FROM away WHERE volunteer = $1 ORDER BY first_day", of.id)
    return [Days(*row) for row in rows]
