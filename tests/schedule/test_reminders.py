"""Exactly one reminder, at the local time it is promised for, whatever the clocks do; and who gets which."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import people

from volunteer_hub.initiatives.tables import Initiative
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.schedule import actions
from volunteer_hub.schedule import reminders as planner
from volunteer_hub.schedule.reminders import AHEAD, is_due, moment
from volunteer_hub.schedule.tables import Meeting, Opening
from volunteer_hub.settings import Settings

ZONES = ("Europe/Warsaw", "Europe/Kyiv", "Atlantic/Azores", "America/New_York", "Australia/Lord_Howe", "UTC")
# Every change of the clocks in Warsaw until 2031, and the days around them.
CHANGES = [
    date.fromisoformat(text)
    for text in (
        *("2026-03-29", "2026-10-25", "2027-03-28", "2027-10-31", "2028-03-26", "2028-10-29"),
        *("2029-03-25", "2029-10-28", "2030-03-31", "2030-10-27", "2031-03-30", "2031-10-26"),
    )
]
near_a_change = st.builds(
    lambda day, off, minute: datetime.combine(day + timedelta(days=off), time(minute // 60, minute % 60)),
    st.sampled_from(CHANGES),
    st.integers(-2, 2),
    st.integers(0, 24 * 60 - 1),
)
any_day = st.datetimes(datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2037-12-31"))
starts = near_a_change | any_day
before = st.timedeltas(timedelta(), timedelta(days=30))


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


@given(starts, st.sampled_from(ZONES), before)
def test_a_reminder_is_due_once_and_at_the_promised_hour(start: datetime, zone: str, earlier: timedelta) -> None:
    begins = clock.instant(start, zone)
    since = begins - earlier
    at = moment(start, zone, since)
    eve = clock.instant(datetime.combine(start.date() - timedelta(days=1), time(17)), zone)
    if since <= eve < begins:
        assert at == eve and clock.wall(eve, zone).time() == time(17)
    if at is None:
        # Only who came by night, to a meeting before the phones wake up, gets none; or who came when it had begun.
        came = clock.wall(max(since, eve), zone)
        silent = came.time() >= time(20) or came.time() < time(8)
        assert begins <= since or (silent and begins - max(since, eve) <= timedelta(hours=13))
    else:
        assert max(since, eve) <= at < begins
        assert time(8) <= clock.wall(at, zone).time() < time(20)
        assert at == max(since, eve) or clock.wall(at, zone).time() == time(8)
        assert begins - at < AHEAD, "the planner looks far enough ahead"


@given(starts, st.sampled_from(ZONES), st.integers(0, 599), st.sampled_from([7, 37, 90]))
def test_ticking_every_so_often_sends_exactly_one(start: datetime, zone: str, offset: int, step: int) -> None:
    """The planner as it lives: it asks at each tick whether to send now, and sends what it has not sent."""
    begins = clock.instant(start, zone)
    first = begins - timedelta(hours=40) + timedelta(seconds=offset)
    ticks = [first + timedelta(minutes=step * n) for n in range(41 * 60 // step)]
    due = [tick for tick in ticks if is_due(start, zone, tick)]
    promised = moment(start, zone, first)
    assert promised is not None and due and due[0] - promised < timedelta(minutes=step)


@pytest.mark.parametrize("day", CHANGES)
def test_no_minute_of_a_day_of_change_is_without_its_one_reminder(day: date) -> None:
    for off in (-1, 0, 1):
        eve = clock.instant(datetime.combine(day + timedelta(days=off - 1), time(17)), "Europe/Warsaw")
        for minute in range(24 * 60):
            start = datetime.combine(day + timedelta(days=off), time(minute // 60, minute % 60))
            assert moment(start, "Europe/Warsaw", eve - timedelta(days=3)) == eve


@pytest.mark.parametrize(
    ("start", "joined", "reminded"),
    [
        ("2026-11-26 17:00", "2026-11-20 12:00", "2026-11-25 17:00"),
        ("2026-11-26 17:00", "2026-11-25 18:30", "2026-11-25 18:30"),
        ("2026-11-26 17:00", "2026-11-25 20:00", "2026-11-26 08:00"),
        ("2026-11-26 17:00", "2026-11-26 03:00", "2026-11-26 08:00"),
        ("2026-11-26 17:00", "2026-11-26 16:59", "2026-11-26 16:59"),
        ("2026-11-26 07:30", "2026-11-25 21:00", None),
        ("2026-11-26 17:00", "2026-11-26 17:00", None),
        ("2027-03-28 02:30", "2027-03-20 12:00", "2027-03-27 17:00"),
        ("2026-10-25 02:30", "2026-10-20 12:00", "2026-10-24 17:00"),
    ],
)
def test_in_plain_figures(start: str, joined: str, reminded: str | None) -> None:
    at = moment(wall(start), "Europe/Warsaw", clock.instant(wall(joined), "Europe/Warsaw"))
    assert (clock.wall(at, "Europe/Warsaw") if at else None) == (wall(reminded) if reminded else None)


def at(text: str) -> datetime:
    return clock.instant(wall(text), people.ZONE)


async def group(start: str = "2030-11-28 17:00") -> tuple[Initiative, Opening, Meeting]:
    of = await people.initiative(kind="group", name="Grupa Czwartek")
    meeting = await people.meeting(of, starts=wall(start))
    return of, await people.opening(meeting), meeting


async def accepted(opening: Opening) -> UUID:
    id = await actions.invite(SYSTEM, opening.id, (await people.volunteer()).id)
    await actions.answer(SYSTEM, id, accept=True, channel="sms")
    return id


async def reminders() -> list[str]:
    rows = await database.fetch("SELECT address FROM message WHERE template LIKE '%reminder' AND channel = 'sms'")
    return sorted(row["address"] for row in rows)


async def test_who_comes_is_reminded_once(db: str, settings: Settings) -> None:
    of, opening, _ = await group()
    yes = await accepted(opening)
    no = await actions.invite(SYSTEM, opening.id, (await people.volunteer()).id)
    await actions.answer(SYSTEM, no, accept=False, channel="sms")
    told = await people.participant()
    for who, values in (
        (told, {}),
        (await people.participant(sms_ok=False), {}),
        (await people.participant(restricted_at=clock.now()), {}),
        (await people.participant(phone=None), {}),
        (await people.participant(), {"left_on": date.fromisoformat("2030-11-01")}),
        (await people.participant(), {"joined_on": date.fromisoformat("2030-12-01")}),
    ):
        await people.member(of, who, **values)
    assert await actions.plan_reminders(settings, at("2030-11-27 16:59")) == 0
    assert await actions.plan_reminders(settings, at("2030-11-27 17:00")) == 2
    assert await actions.plan_reminders(settings, at("2030-11-27 17:01")) == 0
    volunteer = await database.fetchval(
        "SELECT v.phone FROM assignment a JOIN volunteer v ON v.id = a.volunteer WHERE a.id = $1", yes
    )
    assert await reminders() == sorted([volunteer, told.phone])
    mail = await database.fetchrow("SELECT expires_at FROM message WHERE template = 'reminder' AND channel = 'email'")
    assert mail["expires_at"] == at("2030-11-28 17:00"), "late is worse than never"


async def test_a_moved_meeting_is_reminded_at_its_new_time(db: str, settings: Settings) -> None:
    _, opening, meeting = await group()
    id = await accepted(opening)
    await actions.plan_reminders(settings, at("2030-11-27 17:00"))
    await actions.move_meeting(SYSTEM, meeting.id, wall("2030-12-05 17:00"), wall("2030-12-05 18:00"))
    assert await actions.plan_reminders(settings, at("2030-11-27 17:05")) == 0
    assert await actions.plan_reminders(settings, at("2030-12-04 17:00")) == 1
    rows = await database.fetch(
        "SELECT key, state FROM message WHERE about = $1 AND template = 'reminder' AND channel = 'sms' ORDER BY key",
        f"assignment:{id}",
    )
    assert [(row["key"].split(":")[2], row["state"]) for row in rows] == [("0", "cancelled"), ("1", "planned")]


async def test_the_participant_gets_the_words_and_nothing_more(db: str, settings: Settings) -> None:
    of, _, _ = await group("2026-11-26 17:00")
    await people.member(of, await people.participant())
    assert await actions.plan_reminders(settings, at("2026-11-25 17:00")) == 1
    sms = await database.fetchrow("SELECT body, reply_code, about FROM message WHERE template = 'participant_reminder'")
    assert sms["body"] == (
        "Centrum Wolontariatu: przypominamy o spotkaniu w czwartek 26.11 o 17:00. Miejsce jak zwykle."
        " Prosze odpisac TAK lub NIE. STOP konczy wiadomosci."
    )
    coming = UUID(sms["about"].removeprefix("coming:"))
    await database.execute(
        "UPDATE meeting SET starts_at = now() + interval '1 hour', ends_at = now() + interval '2 hours'"
    )
    await actions.answer_coming(coming, False, "sms")
    assert await database.fetchval("SELECT comes FROM coming WHERE id = $1", coming) is False
    await actions.answer_coming(coming, True, "sms")
    assert await database.fetchval("SELECT comes FROM coming WHERE id = $1", coming) is True


async def test_two_of_a_family_on_one_phone_have_two_codes(db: str, settings: Settings) -> None:
    of, _, _ = await group()
    for _ in range(2):
        await people.member(of, await people.participant(phone="+48700000001"))
    await actions.plan_reminders(settings, at("2030-11-27 17:00"))
    rows = await database.fetch("SELECT reply_code, body FROM message ORDER BY reply_code")
    assert [row["reply_code"] for row in rows] == ["2", "3"]
    assert "TAK 3 lub NIE 3" in rows[1]["body"]


async def test_whoever_said_no_is_left_alone(db: str, settings: Settings) -> None:
    of, _, meeting = await group()
    member = await people.member(of, await people.participant())
    await database.execute(
        "INSERT INTO coming (id, meeting, member, comes, code) VALUES (gen_random_uuid(), $1, $2, false, '')",
        *(meeting.id, member.id),
    )
    assert await actions.plan_reminders(settings, at("2030-11-27 17:00")) == 0


async def test_a_yes_taken_back_since_the_list_was_read_is_not_reminded(db: str, settings: Settings) -> None:
    """Between reading who is due and writing the reminder the volunteer says no; as if another process did it."""
    _, opening, _ = await group()
    id = await accepted(opening)

    listed = await database.fetch(planner.VOLUNTEERS, at("2030-11-27 17:00"), at("2030-11-29 17:00"))
    await actions.answer(SYSTEM, id, accept=False, channel="sms")
    assert [await planner._remind(settings, row) for row in listed] == [False]
    assert not await reminders()
