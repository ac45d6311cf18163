"""Quiet hours: what is quiet, when words leave instead, on every day of a change of clocks and on holidays."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_hub.kit import clock
from volunteer_hub.kit.holidays import is_holiday
from volunteer_hub.messaging import quiet
from volunteer_hub.messaging.quiet import Hours, before, is_quiet, leaves, window
from volunteer_hub.settings import BadSettings, load

ZONE = "Europe/Warsaw"
USUAL = Hours(time(20), time(8), ZONE)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2031, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))
CLOCKS = st.times().map(lambda at: at.replace(second=0, microsecond=0))
HOURS = st.tuples(CLOCKS, CLOCKS).filter(lambda two: two[0] != two[1]).map(lambda two: Hours(*two, ZONE))


def at(text: str) -> datetime:
    return clock.instant(datetime.fromisoformat(text), ZONE)


@pytest.mark.parametrize(
    ("moment", "after", "earlier"),
    [
        ("2026-11-25 19:59", "2026-11-25 19:59", "2026-11-25 19:59"),
        ("2026-11-25 20:00", "2026-11-26 08:00", "2026-11-25 19:59"),
        ("2026-11-26 07:59", "2026-11-26 08:00", "2026-11-25 19:59"),
        ("2026-11-26 08:00", "2026-11-26 08:00", "2026-11-26 08:00"),
        ("2026-11-29 12:00", "2026-11-29 12:00", "2026-11-29 12:00"),  # a Sunday
        ("2026-11-11 12:00", "2026-11-12 08:00", "2026-11-10 19:59"),  # Independence Day
        ("2026-12-25 12:00", "2026-12-27 08:00", "2026-12-23 19:59"),  # three holidays in a row
        ("2027-03-28 03:30", "2027-03-30 08:00", "2027-03-27 19:59"),  # the clocks change at Easter
    ],
)
def test_in_plain_figures(moment: str, after: str, earlier: str) -> None:
    assert leaves(at(moment), USUAL) == at(after)
    assert before(at(moment), USUAL) == at(earlier)
    assert is_quiet(at(moment), USUAL) == (moment != after)


@given(MOMENTS, HOURS)
def test_it_is_quiet_when_the_clock_on_the_wall_says_so(moment: datetime, hours: Hours) -> None:
    """But for the hour that a clock shows twice, which belongs to what it was the first time."""
    wall = clock.wall(moment, ZONE)
    if clock.instant(wall, ZONE) != moment or date(2026, 1, 1) > wall.date():
        return
    skipped = {clock.wall(clock.instant(datetime.combine(wall.date(), t), ZONE), ZONE).time() for t in _ends(hours)}
    if skipped != set(_ends(hours)):
        return  # an end of the hours falls into the hour that is left out
    night = (
        (wall.time() >= hours.begins) != (wall.time() < hours.ends)
        if hours.begins > hours.ends
        else (hours.begins <= wall.time() < hours.ends)
    )
    assert is_quiet(moment, hours) == (night or is_holiday(wall.date()))


def _ends(hours: Hours) -> tuple[time, time]:
    return hours.begins, hours.ends


@given(MOMENTS, HOURS)
def test_what_waits_leaves_at_the_next_open_moment(moment: datetime, hours: Hours) -> None:
    after, earlier = leaves(moment, hours), before(moment, hours)
    assert earlier <= moment <= after
    assert not is_quiet(after, hours) and not is_quiet(earlier, hours)
    opens, closes = window(moment, hours)
    assert opens <= after < closes
    assert is_quiet(closes, hours) and is_quiet(opens - timedelta(seconds=1), hours), "midnight alone ends nothing"
    if after != moment:
        # Nothing between is open.
        for part in range(1, 20):
            assert is_quiet(moment + (after - moment) * part / 20, hours)


def test_no_hours_are_quiet_in_a_demo_or_when_they_end_as_they_begin() -> None:
    at_night = at("2026-11-25 23:00")
    for found in (load({"HUB_MODE": "demo"}), load({"HUB_MODE": "demo", "HUB_QUIET_FROM": "08:00"})):
        assert quiet.hours(found) is None
    assert leaves(at_night, None) == before(at_night, None) == at_night and not is_quiet(at_night, None)
    keys = {"HUB_SECRET_KEY": "x" * 32, "HUB_FIELD_KEY": "y" * 32}
    assert quiet.hours(load(keys)) == USUAL
    assert quiet.hours(load(keys | {"HUB_QUIET_FROM": "21:30"})) == Hours(time(21, 30), time(8), ZONE)
    assert quiet.hours(load({"HUB_MODE": "demo", "HUB_QUIET_FROM": "20:00"})) == USUAL


@pytest.mark.parametrize("value", ["25:00", "20", "20:00Z", "72000", "20:60"])
def test_a_wrong_hour_is_refused(value: str) -> None:
    with pytest.raises(BadSettings, match="HUB_QUIET_FROM is not a time of day"):
        load({"HUB_MODE": "demo", "HUB_QUIET_FROM": value})


def test_a_night_of_summer_time_is_an_hour_shorter() -> None:
    opens = leaves(at("2028-03-25 20:00"), USUAL)
    assert opens - at("2028-03-25 20:00") == timedelta(hours=11)
