"""The week of a volunteer follows their free windows; who could be asked is said in one place."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import people

from volunteer_hub.atlas.rules import week_of_hours
from volunteer_hub.kit import clock, database
from volunteer_hub.people.tables import Availability, Away, Volunteer
from volunteer_hub.schedule.tables import Assignment, Booking

pytestmark = pytest.mark.usefixtures("db")
HOURS = st.tuples(st.integers(1, 7), st.times(), st.times())


async def week(of: Volunteer) -> int:
    found: int = await database.fetchval("SELECT week FROM volunteer WHERE id = $1", of.id)
    return found


async def test_the_week_follows_whatever_writes_the_windows() -> None:
    who = await people.volunteer(free=False)
    assert await week(who) == 0
    free = [(1, time(8), time(12)), (3, time(17), time(18)), (6, time(9), time(9, 30))]
    for weekday, starts, ends in free:
        await people.save(Availability(volunteer=who.id, weekday=weekday, starts=starts, ends=ends))
    assert await week(who) == week_of_hours(free) != 0
    await database.execute("UPDATE availability SET starts = '15:00' WHERE weekday = 3")
    assert await week(who) == week_of_hours([free[0], (3, time(15), time(18))])
    await database.execute("DELETE FROM availability")
    assert await week(who) == 0


async def test_the_database_and_the_rule_read_hours_alike() -> None:
    asked: list[tuple[int, time, time]] = []
    given(HOURS.map(asked.append))(lambda _: None)()
    asked += [(3, time(15, 30), time(17)), (3, time(17), time(17, 59)), (7, time(0), time(23, 59, 59))]
    rows = await database.fetch(
        "SELECT week_part(d, s, e) AS week FROM unnest($1::int[], $2::time[], $3::time[]) AS h (d, s, e)",
        *(list(column) for column in zip(*asked, strict=True)),
    )
    assert [row["week"] for row in rows] == [week_of_hours([one]) for one in asked]
    assert any(row["week"] for row in rows)


async def free() -> list[dict[str, Any]]:
    return [dict(row) for row in await database.fetch("SELECT * FROM free_volunteer")]


async def test_who_has_time_and_may_be_asked_is_free() -> None:
    who = await people.volunteer(max_hours_week=6, causes=["elders"], max_km=3)
    (row,) = await free()
    assert (row["id"], row["hours"], row["causes"], row["max_km"]) == (who.id, 12, ["elders"], 3)


@pytest.mark.parametrize(
    "values",
    [
        {"step": "paused"},
        {"step": "applied"},
        {"restricted_at": datetime.now().astimezone()},
        {"birth_date": date(2012, 1, 1)},
        {"max_hours_week": 0},
        {"free": False},
    ],
)
async def test_who_may_not_be_asked_is_not_free(values: dict[str, Any]) -> None:
    await people.volunteer(**values)
    assert await free() == []


async def test_a_minor_with_the_guardians_yes_is_free() -> None:
    await people.volunteer(birth_date=date(2012, 1, 1), guardian_consent_at=datetime.now().astimezone())
    assert len(await free()) == 1


async def test_who_is_away_for_all_of_two_weeks_is_not_free() -> None:
    who, today = await people.volunteer(), clock.today(people.ZONE)
    await people.save(Away(volunteer=who.id, first_day=today, last_day=today + timedelta(days=6)))
    assert len(await free()) == 1
    await people.save(Away(volunteer=who.id, first_day=today + timedelta(days=7), last_day=today + timedelta(days=13)))
    assert await free() == []


async def test_promised_hours_of_two_weeks_are_not_free() -> None:
    who = await people.volunteer(max_hours_week=2)
    await promised(who, days=3, hours=3)
    await promised(who, days=20, hours=3)
    (row,) = await free()
    assert row["hours"] == 1
    await promised(who, days=4, hours=1)
    assert await free() == []


async def promised(who: Volunteer, *, days: int, hours: float) -> None:
    at = datetime.combine(clock.today(people.ZONE) + timedelta(days=days), time(10))
    meeting = await people.meeting(await people.initiative(), starts=at, hours=hours)
    opening = await people.opening(meeting)
    taken = await people.save(Assignment(opening=opening.id, volunteer=who.id, state="accepted"))
    times = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at}
    await people.save(Booking(assignment=taken.id, meeting=meeting.id, volunteer=who.id, accepted=True, **times))


async def test_who_has_no_point_stands_in_the_middle_of_their_district() -> None:
    area = await people.area(latitude=52.61, longitude=19.01)
    await people.volunteer(area_slug=area.slug, latitude=None, longitude=None)
    await people.volunteer(area_slug="nigdzie", latitude=None, longitude=None)
    assert sorted((row["latitude"] or 0, row["longitude"] or 0) for row in await free()) == [(0, 0), (52.61, 19.01)]
