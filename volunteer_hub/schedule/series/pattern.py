"""Series people live by: the days of a pattern, the recurrence rule (RFC 5545) under it, and the hours of each day.

Pure: which days are school breaks and public holidays is told by the caller. docs/decisions/0030-series.md.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from volunteer_hub.kit import clock

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST_WEEKS = 12
# Which weekday of a month: the fifth is no answer, since most months have none; the last one is.
NTHS = (1, 2, 3, 4, -1)
FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)

ONCE = "FREQ=DAILY;COUNT=1"
LAST_WORKING = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"
WEEKLY = re.compile(r"FREQ=WEEKLY;(?:INTERVAL=(\d+);)?BYDAY=([A-Z,]+)")
MONTHLY = re.compile(r"FREQ=MONTHLY;BYDAY=([-0-9A-Z,]+)")


class Kind(StrEnum):
    """How the days of a series are told."""

    WEEKS = "weeks"
    MONTH = "month"
    LAST_WORKING = "last_working"
    ONCE = "once"


@dataclass(frozen=True, slots=True)
class Pattern:
    """ISO weekdays each `weeks` weeks, the `nths` such weekdays of each month, its last working day, or one day.

    A last working day is the last day from Monday to Friday that is no public holiday.
    """

    kind: Kind
    days: tuple[int, ...] = ()
    weeks: int = 1
    nths: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """A pattern from `first_day` until `last_day` (included) or for `count` days, with or without days off.

    `count` counts days on which there is a meeting or would be one, had it not been left out by hand: what a holiday
    or a break takes away comes later. In a pattern of weeks the week of `first_day` is the first one that counts.
    """

    pattern: Pattern
    first_day: date
    last_day: date | None = None
    count: int | None = None
    skips_holidays: bool = True
    skips_breaks: bool = True


@dataclass(frozen=True, slots=True)
class DaysOff:
    """The centre's school breaks, both days of each included, and whether a day is a public holiday."""

    is_holiday: Callable[[date], bool]
    breaks: tuple[tuple[date, date], ...] = field(default=())

    def in_break(self, day: date) -> bool:
        for first, last in self.breaks:  # noqa: SIM110 - asked hundreds of times for a year, and so twice as quick
            if first <= day <= last:
                return True
        return False

    def takes(self, series: Series, day: date) -> bool:
        return (series.skips_holidays and self.is_holiday(day)) or (series.skips_breaks and self.in_break(day))


def made(pattern: Pattern) -> str:
    """The recurrence rule of a pattern. Of a last working day it is the last day from Monday to Friday: that the day
    is earlier where that one is a holiday, no rule can say."""
    days = [DAYS[day - 1] for day in sorted(set(pattern.days))]
    match pattern.kind:
        case Kind.WEEKS:
            interval = f"INTERVAL={pattern.weeks};" if pattern.weeks > 1 else ""
            return f"FREQ=WEEKLY;{interval}BYDAY={','.join(days)}"
        case Kind.MONTH:
            nths = [nth for nth in NTHS if nth in pattern.nths]
            return f"FREQ=MONTHLY;BYDAY={','.join(f'{nth}{day}' for nth in nths for day in days)}"
        case Kind.LAST_WORKING:
            return LAST_WORKING
        case Kind.ONCE:
            return ONCE


def read(rrule: str) -> Pattern:
    """The pattern whose rule this is. Raises ValueError for a rule that `made` does not make."""
    if rrule == LAST_WORKING:
        found = Pattern(Kind.LAST_WORKING)
    elif rrule == ONCE:
        found = Pattern(Kind.ONCE)
    elif weekly := WEEKLY.fullmatch(rrule):
        found = Pattern(Kind.WEEKS, _weekdays(weekly[2].split(",")), int(weekly[1] or 1))
    elif monthly := MONTHLY.fullmatch(rrule):
        given = monthly[1].split(",")
        nths = tuple(nth for nth in NTHS if any(one[:-2] == str(nth) for one in given))
        found = Pattern(Kind.MONTH, _weekdays(one[-2:] for one in given), nths=nths)
    else:
        raise ValueError("no rule of a series")
    if made(found) != rrule:
        raise ValueError("no rule of a series")
    return found


def _weekdays(names: Iterable[str]) -> tuple[int, ...]:
    return tuple(sorted({DAYS.index(name) + 1 for name in names}))


def anchored(series: Series) -> Series:
    """The same from its first own day on: who says "every other Tuesday, from Thursday" means the next Tuesday."""
    if series.pattern.kind is not Kind.WEEKS:
        return series
    every = replace(series, pattern=replace(series.pattern, weeks=1))
    first = next(_of_rule(every, _never, min(series.first_day + timedelta(weeks=1), LAST)), series.first_day)
    return replace(series, first_day=first)


def in_step(old: Series, new: Series) -> Series:
    """`new`, which follows `old`, from its first own day on; with the same pattern in the same weeks as before."""
    if new.pattern != old.pattern or new.pattern.kind is not Kind.WEEKS:
        return anchored(new)
    ahead = _of_rule(old, _never, min(new.first_day + timedelta(weeks=MOST_WEEKS), LAST))
    return replace(new, first_day=next((day for day in ahead if day >= new.first_day), new.first_day))


def days(
    series: Series,
    off: DaysOff,
    until: date,
    *,
    left_out: Collection[date] = (),
    kept: Collection[date] = (),
) -> Iterator[date]:
    """The days of the series up to `until` (included), in order.

    `left_out` are days left out by hand; on the `kept` ones there is a meeting already, whatever day off it is.
    """
    found = 0
    for day in _of_rule(series, off.is_holiday, min(until, series.last_day or until)):
        if found == series.count:
            return
        if day in kept or not off.takes(series, day):
            found += 1
            if day not in left_out:
                yield day


def _never(day: date) -> bool:
    return False


def _of_rule(series: Series, is_holiday: Callable[[date], bool], until: date) -> Iterator[date]:
    """The days of the pattern alone, from the first day to `until`."""
    pattern, first, until = series.pattern, series.first_day, min(until, LAST)
    if pattern.kind is Kind.ONCE:
        yield from [first] if first <= until else []
    elif pattern.kind is Kind.WEEKS:
        monday, ahead = first - timedelta(days=first.isoweekday() - 1), sorted(set(pattern.days))
        while monday <= until:
            yield from (day for n in ahead if first <= (day := monday + timedelta(days=n - 1)) <= until)
            monday += timedelta(weeks=pattern.weeks)
    else:
        month = first.replace(day=1)
        while month <= until:
            found = _of_month(pattern, month, is_holiday)
            yield from (day for day in found if first <= day <= until)
            month = (month + timedelta(days=31)).replace(day=1)


def _of_month(pattern: Pattern, month: date, is_holiday: Callable[[date], bool]) -> list[date]:
    last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    if pattern.kind is Kind.LAST_WORKING:
        while last.isoweekday() > 5 or is_holiday(last):
            last -= timedelta(days=1)
        return [last]
    found = set()
    for weekday in pattern.days:
        of_them = range(1 + (weekday - month.isoweekday()) % 7, last.day + 1, 7)
        found |= {month.replace(day=of_them[nth - 1 if nth > 0 else nth]) for nth in pattern.nths}
    return sorted(found)


def hours_on(day: date, starts: time, ends: time, timezone: str) -> tuple[datetime, datetime]:
    """The wall times of that day's meeting as clocks show them.

    A start that the change of clocks skips moves forward by the gap, and the end with it; of a time that comes twice
    the first is meant.
    """
    asked, end = datetime.combine(day, starts), datetime.combine(day, ends)
    start = _shown(asked, timezone)
    return start, _shown(end + (start - asked), timezone)


def _shown(wall: datetime, timezone: str) -> datetime:
    return clock.wall(clock.instant(wall, timezone), timezone)


def paired(old: Iterable[date], new: Iterable[date], kind: Kind) -> dict[date, date | None]:
    """Where each meeting of the old days goes when the days become those of a pattern of this `kind`: to the same day,
    else to one of the same week, by the month of the same month, in order. None: there is no such day any more."""
    moved: dict[date, date | None] = dict.fromkeys(sorted(old))
    free = sorted(set(new))
    for same in (_itself, _week) if kind is Kind.WEEKS else (_itself, _week, _month):
        by = defaultdict(list)
        for day in free:
            by[same(day)].append(day)
        for day in [day for day, to in moved.items() if to is None]:
            if by[same(day)]:
                moved[day] = by[same(day)].pop(0)
        free = sorted(day for left in by.values() for day in left)
    return moved


def _itself(day: date) -> Hashable:
    return day


def _week(day: date) -> Hashable:
    return day.isocalendar()[:2]


def _month(day: date) -> Hashable:
    return day.year, day.month
