"""What a series means in dates, before it is saved: its next days, and those that holidays and breaks take away."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice

from volunteer_hub.schedule import days_off
from volunteer_hub.schedule.series import pattern as series
from volunteer_hub.schedule.series import words as series_words
from volunteer_hub.schedule.series.actions import Meets
from volunteer_hub.schedule.series.queries import BreakRow, Planned

SHOWN = 10
FAR = timedelta(days=366 * 4)


@dataclass(frozen=True, slots=True)
class Lost:
    """A day of the pattern without a meeting, and what takes it away."""

    day: date
    what: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The series in words and its first ten meetings; `more`: others follow. `moved` and `called_off` are about the
    meetings that are planned already."""

    said: str
    dates: tuple[tuple[datetime, datetime], ...]
    lost: tuple[Lost, ...]
    more: bool
    moved: int = 0
    called_off: tuple[Planned, ...] = ()


def preview(
    meets: Meets,
    breaks: Sequence[BreakRow],
    timezone: str,
    today: date,
    left_out: Collection[date] = (),
    kept: Collection[date] = (),
) -> Preview:
    """Of the series as it would be kept; without dates when no day fits. `left_out`, `kept`: see series.days."""
    plan = series.anchored(meets.plan)
    off = days_off.days_off((one.first_day, one.last_day) for one in breaks)
    found = list(islice(series.days(plan, off, plan.first_day + FAR, left_out=left_out, kept=kept), SHOWN + 1))
    shown = found[:SHOWN]
    every = replace(plan, skips_holidays=False, skips_breaks=False, count=None)
    until = shown[-1] if shown else plan.first_day + timedelta(days=366)
    lost = [Lost(day, _what(plan, day, breaks)) for day in series.days(every, off, until) if day not in found]
    return Preview(
        series_words.said(plan, meets.starts, today),
        tuple(series.hours_on(day, meets.starts, meets.ends, timezone) for day in shown),
        tuple(one for one in lost if one.what)[:SHOWN],
        len(found) > SHOWN,
    )


def _what(plan: series.Series, day: date, breaks: Sequence[BreakRow]) -> str:
    names = [one.name for one in breaks if plan.skips_breaks and one.first_day <= day <= one.last_day]
    return next(iter(names), "") or (days_off.holiday(day) if plan.skips_holidays else "")
