"""The first day of service notes itself, once, by the first meeting that began with the volunteer on its roster."""

import asyncio
from datetime import date, datetime, time, timedelta
from typing import Any

from support import people

from volunteer_hub.kit import clock, database
from volunteer_hub.people.tables import Agreement, Service
from volunteer_hub.schedule.risks import first_days
from volunteer_hub.schedule.tables import Assignment
from volunteer_hub.settings import Settings

TODAY = clock.today(people.ZONE)


async def on_roster(who: Any, days: int, state: str = "accepted", meeting: str = "planned") -> Any:
    of = await people.initiative()
    starts = datetime.combine(TODAY + timedelta(days=days), time(0, 1))
    at = await people.meeting(of, starts=starts, hours=0.1, state=meeting)
    opening = await people.opening(at, await people.role(of))
    return await people.save(Assignment(opening=opening.id, volunteer=who.id, state=state))


async def first_day(who: Any) -> date | None:
    return await database.fetchval("SELECT first_day FROM service WHERE volunteer = $1 AND last_day IS NULL", who.id)


async def test_the_first_meeting_that_began_is_the_first_day(db: str, settings: Settings) -> None:
    who = await people.volunteer()
    for days, state, meeting in (
        (-9, "declined", "planned"), (-8, "accepted", "cancelled"), (-7, "missed", "planned"),
        (-5, "accepted", "planned"), (-3, "done", "planned"), (2, "accepted", "planned"),
    ):  # fmt: skip
        await on_roster(who, days, state, meeting)
    idle = await people.volunteer()
    await on_roster(idle, 2)
    assert await first_days.note(settings) == 1
    assert await first_day(who) == TODAY - timedelta(days=5) and await first_day(idle) is None
    assert await first_days.note(settings) == 0, "noted once"


async def test_what_a_coordinator_typed_stays(db: str, settings: Settings) -> None:
    who = await people.volunteer()
    began = TODAY - timedelta(days=50)
    await people.save(Service(volunteer=who.id, first_day=began))
    await people.save(Agreement(volunteer=who.id, signed_on=began, valid_from=began))
    await on_roster(who, -5)
    assert await first_days.note(settings) == 0 and await first_day(who) == began


async def test_who_came_back_starts_anew(db: str, settings: Settings) -> None:
    who = await people.volunteer()
    ended = {"first_day": TODAY - timedelta(days=30), "last_day": TODAY - timedelta(days=10)}
    await people.save(Service(volunteer=who.id, **ended))
    await on_roster(who, -12)
    assert await first_days.note(settings) == 0, "that one belongs to the service that has ended"
    await on_roster(who, -2)
    await first_days.note(settings)
    assert await first_day(who) == TODAY - timedelta(days=2)


async def test_several_workers_note_it_once(db: str, settings: Settings) -> None:
    who = await people.volunteer()
    await on_roster(who, -1)
    assert sum(await asyncio.gather(*(first_days.note(settings) for _ in range(4)))) == 1
    assert await database.fetchval("SELECT count(*) FROM service") == 1


async def test_beyond_day_30_the_roster_is_judged_at_once(db: str, settings: Settings) -> None:
    who = await people.volunteer()
    far = await on_roster(who, 35)
    await on_roster(who, -1)
    await first_days.note(settings)
    row = await database.fetchrow("SELECT state, at_risk FROM assignment WHERE id = $1", far.id)
    assert tuple(row or ()) == ("accepted", "agreement")
