"""Rows that only matching needs: free windows, days away, work accepted or done."""

from datetime import date, time
from typing import Any

from support.people import save

from volunteer_hub.people.tables import Availability, Away, Volunteer
from volunteer_hub.schedule.tables import Assignment, Booking, Meeting, Opening


async def free(who: Volunteer, weekday: int, *hours: tuple[int, int]) -> None:
    for starts, ends in hours:
        await save(Availability(volunteer=who.id, weekday=weekday, starts=time(starts), ends=time(ends)))


async def away(who: Volunteer, first_day: date, last_day: date) -> Away:
    return await save(Away(volunteer=who.id, first_day=first_day, last_day=last_day))


async def commitment(who: Volunteer, to: Opening, at: Meeting, state: str = "accepted", **values: Any) -> Assignment:
    """An assignment that `who` accepted or has done, with its booking."""
    row = await save(Assignment(opening=to.id, volunteer=who.id, state=state, **values))
    times = {"starts_at": at.starts_at, "ends_at": at.ends_at}
    await save(Booking(assignment=row.id, meeting=at.id, volunteer=who.id, accepted=True, **times))
    return row
