"""An offer's deadline leaves time for the next, gives half an hour at least, and never falls at night."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_hub.schedule.waiting.deadlines import LEAST, deadline, leaves, waking

ZONE = "Europe/Warsaw"
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
        ("2026-11-25 23:00", "2026-11-26 07:00", "2026-11-26 03:00"),  # no morning before it: the night counts
        ("2026-11-25 16:00", "2026-11-25 16:40", "2026-11-25 16:30"),
        ("2026-03-28 19:00", "2026-03-29 10:00", "2026-03-29 08:30"),  # the night of summer time
    ],
)
def test_half_of_the_time_left(now: str, starts: str, until: str) -> None:
    assert deadline(at(now), at(starts), ZONE, 12) == at(until)


@given(MOMENTS, AHEAD, MOST)
def test_a_deadline_gives_time_and_leaves_time(now: datetime, ahead: timedelta, most: int) -> None:
    starts = now + ahead
    until = deadline(now, starts, ZONE, most)
    assert (until is None) == (ahead < LEAST)
    if until is None:
        return
    assert now + HALF_HOUR <= until <= starts
    day = waking(now, starts, ZONE)
    if day >= 2 * HALF_HOUR:
        given_ = waking(now, until, ZONE)
        assert HALF_HOUR <= given_ <= max(HALF_HOUR, timedelta(hours=most))
        # Half of an odd number of microseconds is none.
        assert day - given_ >= given_ - timedelta(microseconds=1), "whoever is next has as long"


@given(MOMENTS, AHEAD, MOST)
def test_nobody_has_to_answer_or_is_woken_at_night(now: datetime, ahead: timedelta, most: int) -> None:
    starts = now + ahead
    until, sent = deadline(now, starts, ZONE, most), leaves(now, starts, ZONE)
    if until is None or waking(now, starts, ZONE) < 2 * HALF_HOUR:
        return
    for moment in (until, sent):
        local = moment.astimezone(ZoneInfo(ZONE))
        assert 8 * 60 <= local.hour * 60 + local.minute + local.second / 60 <= 20 * 60, local
    assert sent + HALF_HOUR <= until, "there is half an hour between the question and its end"


@given(MOMENTS, AHEAD, st.timedeltas(timedelta(0), timedelta(days=2)), MOST)
def test_who_is_asked_later_never_has_to_answer_sooner(
    now: datetime, ahead: timedelta, later: timedelta, most: int
) -> None:
    starts = now + later + ahead
    first, second = deadline(now, starts, ZONE, most), deadline(now + later, starts, ZONE, most)
    if first and second and waking(now + later, starts, ZONE) >= 2 * HALF_HOUR:
        assert first <= second


def test_waking_time_counts_the_days_only() -> None:
    assert waking(at("2026-11-25 19:00"), at("2026-11-27 09:00"), ZONE) == timedelta(hours=14)
    assert waking(at("2026-11-25 21:00"), at("2026-11-26 07:00"), ZONE) == timedelta(0)
