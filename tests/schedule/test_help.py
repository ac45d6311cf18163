"""What an initiative gives on the map: where and when it meets, in the transaction that plans, moves or calls off."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from support import people

from volunteer_hub.initiatives.tables import Initiative
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.people.rules import week_of
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.help import follow_meetings

pytestmark = pytest.mark.usefixtures("db")


def today() -> date:
    return clock.today(people.ZONE)


async def planned(of: Initiative, place: UUID, day: date, at: int = 16, hours: int = 2) -> UUID:
    begins = datetime.combine(day, time(at))
    return await actions.plan_meeting(SYSTEM, of.id, place, begins, begins + timedelta(hours=hours))


async def given() -> list[dict[str, Any]]:
    rows = await database.fetch("SELECT name, theme, place, week, since, until FROM help ORDER BY since, until")
    return [dict(row) for row in rows]


def evening(day: date) -> int:
    return week_of([f"{day.isoweekday()}-evening"])


async def test_planning_a_meeting_puts_help_where_and_when_it_is() -> None:
    of, place = await people.initiative(), await people.place()
    first, second = today() + timedelta(days=2), today() + timedelta(days=10)
    await planned(of, place.id, first)
    await planned(of, place.id, second)
    assert await given() == [
        {
            "name": of.name,
            "theme": of.theme,
            "place": place.id,
            "week": evening(first) | evening(second),
            "since": first,
            "until": second + timedelta(days=29),
        }
    ]


async def test_moving_takes_help_elsewhere_and_calling_off_takes_it_away() -> None:
    of, place, other = await people.initiative(), await people.place(), await people.place(latitude=52.66)
    day = today() + timedelta(days=3)
    meeting = await planned(of, place.id, day)
    later = datetime.combine(day + timedelta(days=1), time(9))
    await actions.move_meeting(SYSTEM, meeting, later, later + timedelta(hours=3), other.id)
    (row,) = await given()
    assert (row["place"], row["week"]) == (other.id, week_of([f"{later.isoweekday()}-morning"]))
    await actions.cancel_meeting(SYSTEM, meeting)
    assert await given() == []


async def test_what_was_given_stays_known_when_it_is_called_off() -> None:
    of, place = await people.initiative(), await people.place()
    held = today() - timedelta(days=7)
    await people.meeting(of, starts=datetime.combine(held, time(16)), place=place.id)
    coming = await planned(of, place.id, today() + timedelta(days=7))
    (row,) = await given()
    assert (row["since"], row["until"]) == (held, today() + timedelta(days=36))
    await actions.cancel_meeting(SYSTEM, coming)
    (row,) = await given()
    assert (row["since"], row["until"]) == (held, held + timedelta(days=29))


async def test_a_long_pause_ends_help_and_a_new_row_of_meetings_begins_it_anew() -> None:
    of, place = await people.initiative(), await people.place()
    long_ago, coming = today() - timedelta(days=90), today() + timedelta(days=4)
    await people.meeting(of, starts=datetime.combine(long_ago, time(16)), place=place.id)
    await planned(of, place.id, coming)
    (row,) = await given()
    assert (row["since"], row["week"]) == (coming, evening(coming))


async def test_meetings_planned_far_apart_are_one_row_as_long_as_none_has_passed() -> None:
    of, place = await people.initiative(), await people.place()
    await planned(of, place.id, today() + timedelta(days=1))
    await planned(of, place.id, today() + timedelta(days=100))
    (row,) = await given()
    assert (row["since"], row["until"]) == (today() + timedelta(days=1), today() + timedelta(days=129))


async def test_somebodys_home_is_no_place_of_help() -> None:
    of, home = await people.initiative(), await people.place(private=True)
    await planned(of, home.id, today() + timedelta(days=2))
    assert await given() == []


@pytest.mark.parametrize(("kind", "names"), [("group", [""]), ("circle", []), ("course", ["Czytanie bajek"])])
async def test_a_group_gives_without_its_name_and_a_circle_to_one_household_only(kind: str, names: list[str]) -> None:
    of, place = await people.initiative(kind=kind), await people.place()
    await planned(of, place.id, today() + timedelta(days=2))
    assert [row["name"] for row in await given()] == names


async def test_what_is_finished_gives_no_more() -> None:
    of, place = await people.initiative(), await people.place()
    await planned(of, place.id, today() + timedelta(days=2))
    await Initiative.update({Initiative.state: "finished"}).where(Initiative.id == of.id)
    await follow_meetings(of.id)
    assert await given() == []


async def test_a_plan_that_fails_leaves_no_help() -> None:
    of, place = await people.initiative(), await people.place()
    with pytest.raises(RuntimeError):
        async with database.transaction():
            await planned(of, place.id, today() + timedelta(days=2))
            raise RuntimeError
    assert await given() == []
