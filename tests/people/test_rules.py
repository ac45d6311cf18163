from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from volunteer_hub.people.rules import (
    ADULT_AGE,
    ORAL_DAYS,
    PARTS,
    SLOTS,
    STEPS,
    Free,
    Step,
    Term,
    age,
    is_minor,
    may_step,
    next_steps,
    read_date,
    service_day,
    too_long,
    unwritten,
    windows,
    written_from,
)

DAYS = some.dates(date(1900, 1, 1), date(2100, 12, 31))


@given(born=DAYS, days=some.integers(0, 40_000))
def test_age_counts_birthdays(born: date, days: int) -> None:
    """Day by day would be slow; the day before, the birthday and the days between say the same."""
    on = born + timedelta(days=days)
    years = age(born, on)
    assert years >= 0
    had = _birthday(born, years)
    assert had <= on < _birthday(born, years + 1)


def _birthday(born: date, years: int) -> date:
    """The day one turns `years`; for 29 February in a common year, 1 March."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


@pytest.mark.parametrize(
    ("on", "years"),
    [(date(2026, 2, 28), 17), (date(2026, 3, 1), 18), (date(2028, 2, 28), 19), (date(2028, 2, 29), 20)],
)
def test_born_on_29_february(on: date, years: int) -> None:
    assert age(date(2008, 2, 29), on) == years
    assert is_minor(date(2008, 2, 29), on) == (years < ADULT_AGE)


@given(born=DAYS)
def test_one_comes_of_age_once(born: date) -> None:
    days = [born + timedelta(days=365 * ADULT_AGE + n) for n in range(0, 12)]
    minor = [is_minor(born, day) for day in days]
    assert minor == sorted(minor, reverse=True) and minor[0] and not minor[-1]


@given(day=DAYS.filter(lambda d: d.year >= 1000))
def test_a_date_is_read_however_it_is_written(day: date) -> None:
    d, m, y = day.day, day.month, day.year
    for text in (
        day.isoformat(), f"{d}.{m}.{y}", f"{d:02d}.{m:02d}.{y} r.", f" {d} {m} {y} ", f"{d:02d}{m:02d}{y}",
        f"{d}/{m}/{y}", f"{d}-{m}-{y}",
    ):  # fmt: skip
        assert read_date(text) == day, text


@given(text=some.text(max_size=30))
def test_any_text_is_a_date_or_none(text: str) -> None:
    found = read_date(text)
    assert found is None or sum(c.isdigit() for c in text) >= 6


@pytest.mark.parametrize(
    "text", ["", "31.02.2000", "5.1990", "4.05.90", "19900504", "04.13.1990", "٤.٥.١٩٩٠", "0.0.0000"]
)
def test_what_is_no_date(text: str) -> None:
    assert read_date(text) is None


@given(slots=some.sets(some.sampled_from(SLOTS)))
def test_windows_cover_the_slots_and_nothing_else(slots: set[str]) -> None:
    found = windows(slots)
    covered = {
        f"{one.weekday}-{part}"
        for one in found
        for part, (starts, ends) in PARTS.items()
        if one.starts <= starts and ends <= one.ends
    }
    assert covered == slots
    assert found == sorted(found)
    for one, other in pairwise(found):
        assert one.weekday != other.weekday or one.ends < other.starts, "neighbours are one window"


def test_two_neighbours_are_one_window() -> None:
    assert windows(["3-afternoon", "3-morning", "3-morning"]) == [Free(3, time(8), time(16))]


def test_the_way_leads_to_its_end_and_back_to_a_new_start() -> None:
    assert set(STEPS) == set(Step)
    reached, border = {Step.APPLIED}, [Step.APPLIED]
    while border:
        border = [after for step in border for after in STEPS[step] if after not in reached]
        reached |= set(border)
    assert reached == set(Step)
    assert next_steps(Step.LEFT, helped=True) == (Step.APPLIED, Step.ACTIVE)
    assert next_steps(Step.LEFT, helped=False) == (Step.APPLIED,), "who never helped is talked to first"
    assert all(may_step(step, Step.LEFT) for step in Step if step is not Step.LEFT)
    assert not may_step(Step.APPLIED, Step.ACTIVE) and not may_step(Step.LEFT, Step.PAUSED)


@given(first=DAYS, days=some.integers(-10, 400))
def test_the_days_of_service_are_calendar_days_from_the_first(first: date, days: int) -> None:
    """Day 30 is the last of an oral agreement, day 31 the first that needs a written one."""
    on = first + timedelta(days=days)
    assert service_day(first, on) == days + 1
    assert (service_day(first, on) > ORAL_DAYS) is (on >= written_from(first))
    assert service_day(first, written_from(first)) == 31 and service_day(first, first) == 1


@pytest.mark.parametrize(
    ("first", "thirtieth", "written"),
    [
        (date(2026, 1, 31), date(2026, 3, 1), date(2026, 3, 2)),
        (date(2028, 2, 1), date(2028, 3, 1), date(2028, 3, 2)),
        (date(2027, 2, 1), date(2027, 3, 2), date(2027, 3, 3)),
        (date(2026, 12, 15), date(2027, 1, 13), date(2027, 1, 14)),
    ],
)
def test_day_30_and_31_across_months_leap_years_and_new_year(first: date, thirtieth: date, written: date) -> None:
    assert service_day(first, thirtieth) == 30 and service_day(first, thirtieth - timedelta(days=1)) == 29
    assert written_from(first) == written


TERMS = some.lists(
    some.builds(
        lambda start, length: Term(
            date(2026, 1, 1) + timedelta(days=start),
            None if length is None else date(2026, 1, 1) + timedelta(days=start + length),
        ),
        some.integers(0, 120),
        some.none() | some.integers(0, 60),
    ),
    max_size=6,
)


@given(terms=TERMS, first=some.integers(0, 120), today=some.integers(0, 160))
def test_the_first_day_without_a_written_agreement_read_day_by_day(terms: list[Term], first: int, today: int) -> None:
    start, on = (date(2026, 1, 1) + timedelta(days=n) for n in (first, today))
    slow = None
    for n in range(400):
        day = on + timedelta(days=n)
        covered = any(one.first <= day and (one.last is None or day <= one.last) for one in terms)
        if (day - start).days + 1 >= 31 and not covered:
            slow = day
            break
    assert unwritten(start, terms, on) == slow


@given(since=DAYS.filter(lambda d: d.year < 2090), days=some.integers(0, 5000))
def test_ten_years_are_the_longest(since: date, days: int) -> None:
    assert too_long(since, since + timedelta(days=days)) is (days > 3652)
