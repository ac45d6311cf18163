"""Free time as it is typed, against a slow reading of its own: minute by minute, day by day."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from volunteer_hub.people import time_forms
from volunteer_hub.people.rules import PARTS, SLOTS, Free, joined
from volunteer_hub.people.time_forms import copied, of_week, read_week
from volunteer_hub.people.week import (
    MIDNIGHT,
    TRAVELS,
    Days,
    Week,
    added,
    boxes,
    read_time,
    rest_of_month,
    tidy,
    typed_time,
    undone,
    without,
)
from volunteer_hub.schedule.rules import OpeningFacts, VolunteerFacts, is_free
from volunteer_hub.schedule.spans import Span, Window

MONDAY = date(2026, 12, 7)
DAY = 24 * 60


def clock(minute: int) -> time:
    return MIDNIGHT if minute == DAY else time(minute // 60, minute % 60)


def minute(at: time) -> int:
    return DAY if at == MIDNIGHT else at.hour * 60 + at.minute


def minutes(free: Iterable[Free]) -> set[tuple[int, int]]:
    return {(day, m) for day, starts, ends in free for m in range(minute(starts), minute(ends))}


pairs = some.tuples(some.integers(0, DAY), some.integers(0, DAY)).filter(lambda two: two[0] != two[1])
frees = some.builds(
    lambda day, two: Free(day, clock(min(two)), clock(max(two))), some.integers(1, 7), pairs
)  # fmt: skip
lists = some.lists(frees, max_size=8)
weeks = some.builds(
    Week, free=lists.map(tuple), most_hours=some.integers(1, 40), most_times=some.none() | some.integers(1, 14),
    most_km=some.sampled_from([0.5, 3.0, 7.5, 100.0]), travels=some.sampled_from(["", *TRAVELS]),
)  # fmt: skip
slots = some.lists(some.sampled_from(SLOTS), max_size=8)
spans_of_days = some.builds(
    lambda first, length: Days(MONDAY + timedelta(days=first), MONDAY + timedelta(days=first + length)),
    some.integers(-40, 60), some.integers(0, 30),
)  # fmt: skip
aways = some.lists(spans_of_days, max_size=5).map(
    lambda many: [one for n, one in enumerate(many) if all(clear(one, other) for other in many[:n])]
)


def clear(one: Days, other: Days) -> bool:
    return one.last < other.first or other.last < one.first


def days(away: Iterable[Days]) -> set[date]:
    return {one.first + timedelta(days=n) for one in away for n in range((one.last - one.first).days + 1)}


@given(free=lists)
def test_windows_that_touch_or_overlap_become_one(free: list[Free]) -> None:
    found = joined(free)
    assert minutes(found) == minutes(free)
    for one, other in pairwise(found):
        assert one.weekday < other.weekday or one.ends < other.starts


@given(free=lists)
def test_boxes_and_hours_together_are_the_week(free: list[Free]) -> None:
    parts, beside = boxes(free)
    ticked = [Free(int(slot[0]), *PARTS[slot[2:]]) for slot in parts]
    assert minutes(ticked) | minutes(beside) == minutes(free)
    whole = [slot for slot in SLOTS if minutes([Free(int(slot[0]), *PARTS[slot[2:]])]) <= minutes(free)]
    assert parts == whole
    assert not minutes(ticked) & minutes(beside)


@given(week=weeks)
def test_what_the_form_shows_is_what_it_saves(week: Week) -> None:
    """Opened and saved without a change, nothing changes."""
    shown = of_week(week)
    typed = dict(shown.form.typed)
    for name in time_forms.ROW:
        typed[name] = [row.first(name) for row in shown.rows]
    read = read_week(typed)
    assert not read.form.errors and read.week
    assert read.week.same(week) and read.seen == week.mark and tidy(read.week.free) == tidy(week.free)


@given(week=weeks, other=weeks)
def test_two_weeks_have_one_mark_only_when_they_are_the_same(week: Week, other: Week) -> None:
    rest = [(w.most_hours, w.most_times, w.most_km, w.travels) for w in (week, other)]
    assert week.same(other) == (minutes(week.free) == minutes(other.free) and rest[0] == rest[1])


@given(ticked=slots, typed=lists, day=some.integers(0, 6), two=pairs)
def test_the_rules_see_exactly_what_was_typed(
    ticked: list[str], typed: list[Free], day: int, two: tuple[int, int]
) -> None:
    read = read_week(
        {
            "free": ticked,
            "day": [str(one.weekday) for one in typed],
            "from": [typed_time(one.starts) for one in typed],
            "to": [typed_time(one.ends) for one in typed],
            "max_hours_week": ["4"],
            "max_km": ["2,5"],
        }
    )
    assert read.week and read.week.most_km == 2.5
    v = VolunteerFacts(UUID(int=1), date(1990, 1, 1), 5.0, 40, free=tuple(Window(*one) for one in read.week.free))
    midnight = datetime.combine(MONDAY + timedelta(days=day), time())
    asked = Span(midnight + timedelta(minutes=min(two)), midnight + timedelta(minutes=max(two)))
    meant = minutes(typed) | minutes(Free(int(slot[0]), *PARTS[slot[2:]]) for slot in ticked)
    whole = {(day + 1, m) for m in range(min(two), max(two))}
    assert is_free(v, OpeningFacts(UUID(int=2), (asked,))) == (whole <= meant)


@given(away=aways, new=spans_of_days)
def test_days_that_overlap_become_one(away: list[Days], new: Days) -> None:
    now = added(away, new)
    assert days(now) == days(away) | days([new])
    assert all(clear(one, other) for one in now for other in now if one is not other)
    assert {one for one in away if clear(one, new)} <= set(now), "what it does not touch stays as it was"
    assert added(now, new) == now, "twice is once"


@given(away=aways, gone=spans_of_days)
def test_days_are_taken_out_of_others(away: list[Days], gone: Days) -> None:
    assert days(without(away, gone)) == days(away) - days([gone])


@given(away=aways, today=some.dates(date(2026, 11, 20), date(2027, 1, 20)))
def test_not_this_month_is_taken_back_as_if_it_had_never_been(away: list[Days], today: date) -> None:
    month = rest_of_month(today)
    assert month.first == today and (month.last + timedelta(days=1)).day == 1 and month.last.month == today.month
    now = added(away, month)
    assert undone(now, month, [one for one in away if one.meets(month)]) == sorted(away)


@pytest.mark.parametrize(
    ("text", "starts", "ends"),
    [
        ("17", time(17), time(17)), ("17:30", time(17, 30), time(17, 30)), ("7.05", time(7, 5), time(7, 5)),
        ("1730", time(17, 30), time(17, 30)), ("00:00", time(0), MIDNIGHT), ("24:00", None, MIDNIGHT),
        ("24:01", None, None), ("17:60", None, None), ("25", None, None), ("", None, None), ("rano", None, None),
        ("-1", None, None), ("١٧", None, None),
    ],
)  # fmt: skip
def test_hours_as_people_type_them(text: str, starts: time | None, ends: time | None) -> None:
    assert read_time(text) == starts and read_time(text, ends=True) == ends


def test_a_row_without_hours_is_no_row_and_a_wrong_one_stays() -> None:
    read = read_week(
        {
            "day": ["1", "2", "3", "9"], "from": ["", "18:00", "x", "8"], "to": ["", "17:00", "18:00", "9"],
            "max_hours_week": ["4"], "max_km": ["5"],
        }
    )  # fmt: skip
    assert list(read.form.errors) == ["row0-to", "row1-from", "row2-day"] and read.week is None
    assert [row.first("from") for row in read.rows] == ["18:00", "x", "8"]


def test_a_day_is_copied_over_others() -> None:
    typed = read_week(
        {
            "free": ["1-morning", "2-evening", "5-evening"], "day": ["1", "2"], "from": ["17:00", "6:00"],
            "to": ["18:30", "7:00"], "max_hours_week": ["4"], "max_km": ["5"], "copy_from": ["1"],
            "copy_to": ["1", "2", "3"],
        }
    )  # fmt: skip
    now = copied(typed)
    assert sorted(now.form.typed["free"]) == ["1-morning", "2-morning", "3-morning", "5-evening"]
    assert [row.first("day") for row in now.rows] == ["1", "2", "3"]
    assert {row.first("from") for row in now.rows} == {"17:00"}
    nothing = copied(read_week({"free": ["1-morning"], "copy_from": ["1"]}))
    assert nothing.form.error("copy_to") and nothing.form.typed["free"] == ["1-morning"]
