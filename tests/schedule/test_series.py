"""The days of a series: dateutil is the judge; clocks, breaks and holidays are tried for every year to 2037."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.easter import easter
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from volunteer_hub.intake import rules as intake
from volunteer_hub.kit import clock
from volunteer_hub.kit.holidays import is_holiday
from volunteer_hub.schedule import days_off
from volunteer_hub.schedule.series import pattern as series
from volunteer_hub.schedule.series import words as series_words
from volunteer_hub.schedule.series.pattern import Kind, Pattern, Series
from volunteer_hub.web.i18n import speaking

ZONE = "Europe/Warsaw"
NEVER = series.DaysOff(lambda _: False)
SPRING = date(2026, 3, 2)  # a Monday
TODAY = date(2026, 11, 22)


def some(of: int, most: int) -> st.SearchStrategy[tuple[int, ...]]:
    return st.sets(st.integers(1, of), min_size=1, max_size=most).map(lambda found: tuple(sorted(found)))


weekly = st.builds(Pattern, st.just(Kind.WEEKS), some(7, 7), st.integers(1, series.MOST_WEEKS))
monthly = st.builds(
    Pattern, st.just(Kind.MONTH), some(7, 3), nths=st.sets(st.sampled_from(series.NTHS), min_size=1).map(
        lambda found: tuple(nth for nth in series.NTHS if nth in found)
    )
)  # fmt: skip
patterns = st.one_of(weekly, monthly, st.just(Pattern(Kind.LAST_WORKING)), st.just(Pattern(Kind.ONCE)))
first_days = st.dates(date(2020, 1, 1), date(2036, 12, 31))
breaks = st.lists(
    st.tuples(first_days, st.integers(0, 70)).map(lambda of: (of[0], of[0] + timedelta(days=of[1]))), max_size=6
)


def plain(pattern: Pattern, first_day: date, **values: object) -> Series:
    return Series(pattern, first_day, **({"skips_holidays": False, "skips_breaks": False} | values))  # type: ignore[arg-type]


def judged(pattern: Pattern, first_day: date, until: date) -> list[date]:
    """What dateutil makes of the rule."""
    rule = rrulestr(series.made(pattern), dtstart=datetime.combine(first_day, time()))
    return [
        one.date()
        for one in rule.between(datetime.combine(first_day, time()), datetime.combine(until, time()), inc=True)
    ]


@given(patterns)
def test_a_rule_is_read_as_the_pattern_it_was_made_of(pattern: Pattern) -> None:
    assert series.read(series.made(pattern)) == pattern


@pytest.mark.parametrize(
    "rule",
    ["", "FREQ=DAILY", "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO", "FREQ=WEEKLY;BYDAY=WE,MO",
     "FREQ=MONTHLY;BYDAY=MO", "FREQ=MONTHLY;BYDAY=5MO", "FREQ=MONTHLY;BYDAY=1MO,2TU", "FREQ=YEARLY"],
)  # fmt: skip
def test_another_rule_is_none_of_ours(rule: str) -> None:
    with pytest.raises(ValueError, match=r"no rule|not in tuple"):
        series.read(rule)


@given(patterns, first_days, st.integers(0, 800))
def test_the_days_are_those_of_dateutil(pattern: Pattern, first_day: date, length: int) -> None:
    until = first_day + timedelta(days=length)
    assert list(series.days(plain(pattern, first_day), NEVER, until)) == judged(pattern, first_day, until)


@given(weekly | monthly, first_days, breaks, st.booleans(), st.booleans())
def test_what_holidays_and_breaks_take_is_what_dateutil_excludes(
    pattern: Pattern, first_day: date, off: list[tuple[date, date]], holidays: bool, school: bool
) -> None:
    until, away = first_day + timedelta(days=500), days_off.days_off(off)
    asked = plain(pattern, first_day, skips_holidays=holidays, skips_breaks=school)
    found = list(series.days(asked, away, until))
    taken = {day for day in judged(pattern, first_day, until)
             if (holidays and not_worked(day)) or (school and any(a <= day <= b for a, b in off))}  # fmt: skip
    assert found == [day for day in judged(pattern, first_day, until) if day not in taken]
    assert not holidays or not any(not_worked(day) for day in found)
    assert not school or not any(away.in_break(day) for day in found)


def not_worked(day: date) -> bool:
    """Read slowly from the act of 18 January 1951, with Christmas Eve since 2025; Easter and Whitsun are Sundays."""
    fixed = {(1, 1), (1, 6), (5, 1), (5, 3), (8, 15), (11, 1), (11, 11), (12, 25), (12, 26)}
    fixed |= {(12, 24)} if day.year >= 2025 else set()
    moving = {easter(day.year) + timedelta(days=after) for after in (0, 1, 49, 60)}
    return (day.month, day.day) in fixed or day in moving


@given(weekly | monthly, first_days, breaks, st.integers(1, 40), st.sets(st.integers(0, 39), max_size=5))
def test_a_number_of_times_counts_what_takes_place(
    pattern: Pattern, first_day: date, off: list[tuple[date, date]], count: int, out: set[int]
) -> None:
    away, asked = days_off.days_off(off), Series(pattern, first_day, count=count)
    whole = list(series.days(asked, away, date(2150, 1, 1)))
    assert len(whole) == count
    left_out = {whole[n] for n in out if n < count}
    assert list(series.days(asked, away, date(2150, 1, 1), left_out=left_out)) == [
        d for d in whole if d not in left_out
    ]
    ended = replace(asked, last_day=whole[-1], count=None)
    assert list(series.days(ended, away, date(2150, 1, 1))) == whole


def test_a_meeting_that_stays_in_a_break_counts() -> None:
    asked = Series(Pattern(Kind.WEEKS, (1,)), SPRING, count=3)
    off = days_off.days_off([(SPRING, SPRING)])
    assert next(series.days(asked, off, date(2026, 12, 1))) == SPRING + timedelta(weeks=1)
    stays = list(series.days(asked, off, date(2026, 12, 1), kept=[SPRING]))
    assert stays == [SPRING + timedelta(weeks=n) for n in range(3)]


@pytest.mark.parametrize(
    ("month", "last"),
    [((2018, 5), 30), ((2026, 5), 29), ((2029, 5), 30), ((2027, 1), 29), ((2028, 12), 29), ((2024, 3), 29)],
)
def test_the_last_working_day_is_no_holiday(month: tuple[int, int], last: int) -> None:
    """Corpus Christi was the last day of May in 2018 and will be in 2029."""
    asked = plain(Pattern(Kind.LAST_WORKING), date(*month, 1))
    assert next(series.days(asked, days_off.days_off([]), date(2040, 1, 1))) == date(*month, last)


def test_every_last_working_day_to_2037() -> None:
    asked = Series(Pattern(Kind.LAST_WORKING), date(2026, 1, 1))
    found = list(series.days(asked, days_off.days_off([]), date(2037, 12, 31)))
    assert len(found) == 12 * 12
    for day in found:
        rest = [day + timedelta(days=n) for n in range(1, 7)]
        assert intake.is_working_day(day)
        assert not any(later.month == day.month and intake.is_working_day(later) for later in rest)


@given(weekly, first_days)
def test_the_first_day_said_is_a_day_of_the_pattern(pattern: Pattern, first_day: date) -> None:
    found = series.anchored(plain(pattern, first_day)).first_day
    assert first_day <= found < first_day + timedelta(days=7) and found.isoweekday() in pattern.days
    assert next(series.days(plain(pattern, found), NEVER, date(2040, 1, 1))) == found


def test_every_other_tuesday_from_a_thursday_begins_the_next_tuesday() -> None:
    asked = plain(Pattern(Kind.WEEKS, (2,), 2), date(2026, 11, 26))
    assert series.anchored(asked).first_day == date(2026, 12, 1)
    assert next(series.days(asked, NEVER, date(2027, 1, 1))) == date(2026, 12, 8), "the control: by the rule alone"


def changes() -> Iterator[date]:
    """The days on which Warsaw's clocks change."""
    zone = ZoneInfo(ZONE)
    for n in range((date(2037, 12, 31) - date(2026, 1, 1)).days):
        day = date(2026, 1, 1) + timedelta(days=n)
        noon, before = (datetime.combine(d, time(12), zone).utcoffset() for d in (day, day - timedelta(days=1)))
        if noon != before:
            yield day


def test_every_change_of_clocks_in_warsaw_to_2037() -> None:
    found = list(changes())
    assert len(found) == 24 and {date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31)} <= {
        *found
    }
    for day in found:
        for around in (day - timedelta(days=1), day, day + timedelta(days=1)):
            for hour in (time(0, 30), time(1, 59), time(2), time(2, 30), time(3), time(17)):
                _one_evening(around, hour)


def _one_evening(day: date, hour: time) -> None:
    ends = time(hour.hour + 2, hour.minute)
    start, end = series.hours_on(day, hour, ends, ZONE)
    starts_at, ends_at = clock.instant(start, ZONE), clock.instant(end, ZONE)
    assert starts_at < ends_at
    asked = datetime.combine(day, hour)
    gap = clock.wall(starts_at, ZONE) - asked
    if not gap:
        assert start == asked
        earlier = starts_at - timedelta(hours=1)
        assert clock.wall(earlier, ZONE) != asked, "of a time that comes twice the first"
    else:
        assert gap == timedelta(hours=1) and day.month == 3 and hour.hour == 2
        assert start == asked + gap, "a time that is skipped moves forward by the gap"
        assert end - start == timedelta(hours=2)


def test_the_named_changes() -> None:
    assert series.hours_on(date(2026, 3, 29), time(2, 30), time(3, 15), ZONE) == (
        datetime(2026, 3, 29, 3, 30), datetime(2026, 3, 29, 4, 15),
    )  # fmt: skip
    start, _ = series.hours_on(date(2026, 10, 25), time(2, 30), time(4), ZONE)
    assert clock.instant(start, ZONE) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(st.sets(first_days, max_size=30), st.sets(first_days, max_size=30), st.sampled_from(Kind))
def test_no_two_meetings_go_to_one_day(old: set[date], new: set[date], kind: Kind) -> None:
    found = series.paired(old, new, kind)
    went = [to for to in found.values() if to]
    assert found.keys() == old and len(went) == len(set(went)) and set(went) <= new
    assert all(found[day] == day for day in old & new), "who may stay stays"


def test_from_tuesdays_to_wednesdays_each_stays_in_its_week() -> None:
    tuesdays = [SPRING + timedelta(days=1, weeks=n) for n in range(8)]
    wednesdays = [day + timedelta(days=1) for day in tuesdays]
    assert series.paired(tuesdays, wednesdays, Kind.WEEKS) == dict(zip(tuesdays, wednesdays, strict=True))
    fewer = series.paired(tuesdays, wednesdays[::2], Kind.WEEKS)
    assert [to for to in fewer.values() if to] == wednesdays[::2]
    last = series.paired(tuesdays, [date(2026, 3, 31), date(2026, 4, 30)], Kind.LAST_WORKING)
    assert {day: to for day, to in last.items() if to} == {
        date(2026, 3, 31): date(2026, 3, 31),
        date(2026, 4, 7): date(2026, 4, 30),
    }


WORDS = [
    (Pattern(Kind.WEEKS, (2,)), "w każdy wtorek"),
    (Pattern(Kind.WEEKS, (3,)), "w każdą środę"),
    (Pattern(Kind.WEEKS, (2, 4)), "w każdy wtorek i każdy czwartek"),
    (Pattern(Kind.WEEKS, (1, 3, 5)), "w każdy poniedziałek, każdą środę i każdy piątek"),
    (Pattern(Kind.WEEKS, (1, 2, 3, 4, 5, 6, 7)), "codziennie"),
    (Pattern(Kind.WEEKS, (2,), 2), "co drugi wtorek"),
    (Pattern(Kind.WEEKS, (6,), 2), "co drugą sobotę"),
    (Pattern(Kind.WEEKS, (2, 4), 2), "we wtorki i czwartki co drugi tydzień"),
    (Pattern(Kind.MONTH, (1,), nths=(1,)), "pierwszy poniedziałek miesiąca"),
    (Pattern(Kind.MONTH, (3,), nths=(2, -1)), "druga środa i ostatnia środa miesiąca"),
    (Pattern(Kind.LAST_WORKING), "ostatni dzień roboczy miesiąca"),
    (Pattern(Kind.ONCE), "jeden raz, 1 grudnia 2026"),
]


@pytest.mark.parametrize(("pattern", "words"), WORDS)
def test_said_as_people_say_it(pattern: Pattern, words: str) -> None:
    assert series_words.days_said(plain(pattern, date(2026, 12, 1))) == words


def test_the_whole_sentence() -> None:
    tuesday = Series(Pattern(Kind.WEEKS, (2,), 2), date(2026, 11, 17))
    assert series_words.said(tuesday, time(17), TODAY) == "co drugi wtorek o 17:00, bez ferii i świąt"
    later = replace(tuesday, first_day=date(2026, 12, 1), last_day=date(2027, 6, 18), skips_holidays=False)
    said = "co drugi wtorek o 17:00, bez ferii, od 1 grudnia 2026, do 18 czerwca 2027"
    assert series_words.said(later, time(17), TODAY) == said


@pytest.mark.parametrize("language", ["pl", "en", "uk"])
@given(one=patterns, other=patterns)
def test_different_days_have_different_words(language: str, one: Pattern, other: Pattern) -> None:
    with speaking(language):
        same = series_words.days_said(plain(one, TODAY)) == series_words.days_said(plain(other, TODAY))
    assert same == (one == other)


def test_holidays_have_names_in_each_language() -> None:
    names = []
    for language in ("pl", "en", "uk"):
        with speaking(language):
            names.append(days_off.holiday(date(2029, 5, 31)))
    assert names == ["Dzień Bożego Ciała", "Corpus Christi", "Свято Тіла і Крові Христових"]
    assert days_off.holiday(date(2029, 5, 30)) == ""


def test_the_library_knows_the_act() -> None:
    for year in range(2025, 2038):
        days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
        assert [day for day in days if is_holiday(day)] == [day for day in days if not_worked(day)]


@given(weekly, first_days, st.integers(0, 200))
def test_what_goes_on_by_the_same_pattern_keeps_its_weeks(pattern: Pattern, first_day: date, later: int) -> None:
    old = series.anchored(plain(pattern, first_day))
    since = old.first_day + timedelta(days=later)
    new = series.in_step(old, replace(old, first_day=since))
    until = since + timedelta(days=300)
    assert list(series.days(new, NEVER, until)) == [day for day in series.days(old, NEVER, until) if day >= since]
