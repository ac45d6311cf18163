"""News of a meeting at night: told at once where the morning would be too late, else in the morning."""

from datetime import datetime, timedelta

import pytest
from support import people
from support.quiet_hours import night

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.tables import Meeting

SOON, LATER = timedelta(hours=4), timedelta(days=20)


def wall(at: datetime) -> datetime:
    return clock.wall(at, people.ZONE).replace(second=0, microsecond=0)


async def coming(ahead: timedelta) -> Meeting:
    """A meeting so far ahead with a volunteer and a participant who come."""
    of = await people.initiative(name="Spacer")
    meeting = await people.meeting(of, starts=wall(clock.now() + timedelta(days=3)).replace(hour=16))
    opening = await people.opening(meeting)
    id = await actions.invite(SYSTEM, opening.id, (await people.volunteer()).id)
    await actions.answer(SYSTEM, id, accept=True, channel="sms")
    await people.member(of, await people.participant())
    begins = clock.now() + ahead
    await database.execute(
        "UPDATE meeting SET starts_at = $2, ends_at = $3, starts_wall = $4, ends_wall = $5 WHERE id = $1",
        *(meeting.id, begins, begins + timedelta(hours=1), wall(begins), wall(begins + timedelta(hours=1))),
    )
    await database.execute("UPDATE booking SET starts_at = $1, ends_at = $2", begins, begins + timedelta(hours=1))
    await database.execute("UPDATE message SET state = 'delivered'")
    return meeting


async def news(template: str) -> set[tuple[bool, bool]]:
    """Of each SMS of this template whether it leaves at once, and whether it may at any hour."""
    rows = await database.fetch(
        "SELECT due_at, any_hour FROM message WHERE template = $1 AND channel = 'sms' AND state = 'planned'", template
    )
    return {(row["due_at"] <= clock.now(), row["any_hour"]) for row in rows}


@pytest.mark.parametrize(("ahead", "at_once"), [(SOON, True), (LATER, False)])
async def test_called_off(db: str, ahead: timedelta, at_once: bool) -> None:
    meeting = await coming(ahead)
    with night():
        await actions.cancel_meeting(SYSTEM, meeting.id)
    assert await news("cancelled") == {(at_once, at_once)}


@pytest.mark.parametrize(
    ("ahead", "to", "at_once"), [(SOON, LATER, True), (LATER, SOON, True), (LATER, 2 * LATER, False)]
)
async def test_moved_from_soon_or_to_soon(db: str, ahead: timedelta, to: timedelta, at_once: bool) -> None:
    """Whoever would set out for the former time hears of it before, too."""
    meeting = await coming(ahead)
    starts = wall(clock.now() + to)
    with night():
        await actions.move_meeting(SYSTEM, meeting.id, starts, starts + timedelta(hours=1))
    assert await news("moved") == {(at_once, at_once)}
