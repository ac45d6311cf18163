"""The eighteenth birthday begins at the centre's midnight, for the database as for the rules, not at that of UTC."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from support import people

from volunteer_hub.kit import clock, database
from volunteer_hub.people.rules import is_minor

# Somewhere it is always the hour before midnight, and somewhere the hour after: fixed offsets, Etc/GMT-2 is UTC+2.
ZONES = [f"Etc/GMT{-hours:+d}" for hours in range(-12, 15) if hours]

THROUGH_GUARDIAN = "SELECT through_guardian(v) FROM volunteer v WHERE id = $1"
MAY_BE_WRITTEN_TO = "SELECT may_be_written_to(v) FROM volunteer v WHERE id = $1"
IN_UTC = """
    CREATE OR REPLACE FUNCTION centre_today() RETURNS date LANGUAGE sql STABLE AS 'SELECT current_date'"""


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2031-07-15 21:59", "2031-07-15"),
        ("2031-07-15 22:00", "2031-07-16"),
        ("2031-07-15 23:59", "2031-07-16"),
        ("2031-07-16 00:00", "2031-07-16"),
        ("2031-01-15 22:59", "2031-01-15"),
        ("2031-01-15 23:00", "2031-01-16"),
        ("2031-03-29 22:59", "2031-03-29"),  # the night in which the clocks go forward
        ("2031-03-30 22:00", "2031-03-31"),
        ("2031-10-26 22:59", "2031-10-26"),  # and back
        ("2031-10-26 23:00", "2031-10-27"),
    ],
)
async def test_the_hours_around_midnight(db: str, at: str, day: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    found = await database.fetchval("SELECT centre_day($1)", moment)
    assert f"{found}" == day
    assert found == clock.wall(moment, people.ZONE).date()


def eighteen_years_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 18)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 18, day=28)


async def wrong_hours(db: str, question: str, minor_is: bool) -> Counter[str]:
    """In how many of all zones of the world the database is wrong about who is eighteen, by the hour it is there.

    Asked of somebody whose birthday is today there, and of somebody whose birthday is tomorrow.
    """
    grown, young = [
        await people.volunteer(phone="", email=None, guardian_name="Anna Żak", guardian_phone="+48601000001")
        for _ in range(2)
    ]
    wrong: Counter[str] = Counter()
    for zone in ZONES:
        database.configure(db, timezone=zone)
        connection = await database.DB.get_new_connection()
        try:
            async with connection.transaction():
                now = clock.wall(await connection.fetchval("SELECT now()"), zone)
                for who, birthday in ((grown, now.date()), (young, now.date() + timedelta(days=1))):
                    born = eighteen_years_before(birthday)
                    await connection.execute("UPDATE volunteer SET birth_date = $2 WHERE id = $1", who.id, born)
                    expected = is_minor(born, now.date()) is minor_is
                    wrong[f"{now.hour}"] += await connection.fetchval(question, who.id) is not expected
        finally:
            await connection.close()
    return +wrong


@pytest.mark.parametrize(("question", "minor_is"), [(THROUGH_GUARDIAN, True), (MAY_BE_WRITTEN_TO, False)])
async def test_of_age_from_the_centres_midnight_on(db: str, question: str, minor_is: bool) -> None:
    assert await wrong_hours(db, question, minor_is) == {}


@pytest.mark.parametrize(("question", "minor_is"), [(THROUGH_GUARDIAN, True), (MAY_BE_WRITTEN_TO, False)])
async def test_control_by_the_day_of_utc_some_are_wrong(db: str, question: str, minor_is: bool) -> None:
    await database.execute(IN_UTC)
    assert await wrong_hours(db, question, minor_is)


async def test_a_hand_at_a_prompt_is_taken_to_be_in_poland(db: str) -> None:
    connection = await asyncpg.connect(db)
    try:
        row = await connection.fetchrow("SELECT centre_today() AS day, now() AS at")
        assert row and row["day"] == clock.wall(row["at"], people.ZONE).date()
    finally:
        await connection.close()


def test_no_statement_of_ours_asks_for_the_day_of_the_session() -> None:
    """The session's day is that of UTC: for some hours of each night it is not the centre's."""
    files = list((Path(__file__).resolve().parents[2] / "volunteer_hub").rglob("*.py"))
    assert len(files) > 100
    assert [file.name for file in files if re.search(r"\bcurrent_date\b|now\(\)::date", file.read_text(), re.I)] == []
