"""An offer's deadline leaves time for the next, gives half an hour at least, and never falls at night."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_hub.messaging.quiet import BEGINS, ENDS, Hours, is_quiet, leaves
from volunteer_hub.schedule.waiting.deadlines import LEAST, deadline, waking

ZONE = "Europe/Warsaw"
NIGHT = Hours(BEGINS, ENDS, ZONE)
HALF_HOUR = timedelta(minutes=30)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))
AHEAD = st.timedeltas(timedelta(minutes=1), timedelta(days=40))
MOST = st.integers(1, 24)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "starts", "until"),
    [
        ("2026-11-25 10:00", "2026-11-25 18:00", "2026-11-25 14:00"),  # half of the eight hours
        ("2026-11-25 10:00", "2026-12-10 18:00", "2026-11-26 10:00"),  # twelve hours, without the night
        ("2026-11-25 19:00", "2026-11-26 10:00", "2026-11-26 08:30"),  # three hours of day are left
        ("2026-11-25 23:00", "2026-11-26 12:00", "2026-11-26 10:00"),  # asked at night: counted from the morning
        ("2026-11-25 23:00", "2026-11-26 07:00", None),  # no morning before it: whom to wake is for people to say
        ("2026-11-25 19:00", "2026-11-25 21:00", "2026-11-25 19:30"),
        ("2026-11-25 16:00", "2026-11-25 16:40", "2026-11-25 16:30"),
        ("2026-11-10 19:00", "2026-11-12 10:00", "2026-11-12 08:30"),  # Independence Day does not count
        ("2026-03-28 19:00", "2026-03-29 10:00", "2026-03-29 08:30"),  # the night of summer time
    ],
)
def test_half_of_the_time_left(now: str, starts: str, until: str | None) -> None:
    assert deadline(at(now), at(starts), NIGHT, 12) == (at(until) if until else None)


def test_without_quiet_hours_all_time_counts() -> None:
    assert deadline(at("2026-11-25 23:00"), at("2026-11-26 07:00"), None, 12) == at("2026-11-26 03:00")
    assert deadline(at("2026-11-25 23:00"), at("2026-11-25 23:29"), None, 12) is None


@given(MOMENTS, AHEAD, MOST)
def test_a_deadline_gives_time_and_leaves_time(now: datetime, ahead: timedelta, most: int) -> None:
    starts = now + ahead
    until = deadline(now, starts, NIGHT, most)
    day = waking(now, starts, NIGHT)
    assert (until is None) == (day < LEAST)
    if until is None:
        return
    assert now + HALF_HOUR <= until <= starts
    if day >= 2 * HALF_HOUR:
        given_ = waking(now, until, NIGHT)
        assert HALF_HOUR <= given_ <= max(HALF_HOUR, timedelta(hours=most))
        # Half of an odd number of microseconds is none.
        assert day - given_ >= given_ - timedelta(microseconds=1), "whoever is next has as long"


@given(MOMENTS, AHEAD, MOST)
def test_nobody_has_to_answer_or_is_woken_at_night(now: datetime, ahead: timedelta, most: int) -> None:
    starts = now + ahead
    until, sent = deadline(now, starts, NIGHT, most), leaves(now, NIGHT)
    if until is None:
        return
    assert not is_quiet(sent, NIGHT) and not is_quiet(until - timedelta(microseconds=1), NIGHT)
    assert sent + HALF_HOUR <= until, "there is half an hour between the question and its end"


@given(MOMENTS, AHEAD, st.timedeltas(timedelta(0), timedelta(days=2)), MOST)
def test_who_is_asked_later_never_has_to_answer_sooner(
    now: datetime, ahead: timedelta, later: timedelta, most: int
) -> None:
    starts = now + later + ahead
    first, second = deadline(now, starts, NIGHT, most), deadline(now + later, starts, NIGHT, most)
    if first and second and waking(now + later, starts, NIGHT) >= 2 * HALF_HOUR:
        assert first <= second


def test_waking_time_counts_the_days_only() -> None:
    assert waking(at("2026-11-25 19:00"), at("2026-11-27 09:00"), NIGHT) == timedelta(hours=14)
    assert waking(at("2026-11-25 21:00"), at("2026-11-26 07:00"), NIGHT) == timedelta(0)
