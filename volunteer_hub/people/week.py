"""Free time as people type it: boxes for the parts of a day, hours beside them, and days away. Pure.

Windows are wall time of one day of the week; 23:59:59 at the end is midnight, and so is 0:00 or 24:00 when typed.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from hashlib import sha256
from typing import NamedTuple

from volunteer_hub.people.rules import PARTS, Free, joined

MIDNIGHT = time(23, 59, 59)
MOST_HOURS = 40
MOST_TIMES = 14
MOST_KM = 100
TRAVELS = ("foot", "bike", "bus", "car")
WEEK = range(1, 8)

TYPED = re.compile(r"(\d{1,2})(?:\D?(\d{2}))?", re.ASCII)


class Days(NamedTuple):
    """Days away, both included."""

    first: date
    last: date

    def meets(self, other: "Days") -> bool:
        """Whether they have a day in common."""
        return self.first <= other.last and other.first <= self.last

    def holds(self, other: "Days") -> bool:
        return self.first <= other.first and other.last <= self.last


@dataclass(frozen=True, slots=True)
class Week:
    """What somebody gives in an ordinary week. `most_times` None: as often as it comes; `travels` is one of TRAVELS."""

    free: tuple[Free, ...]
    most_hours: int
    most_times: int | None
    most_km: float
    travels: str

    @property
    def mark(self) -> str:
        """Tells two weeks apart: a form carries that of the week it was filled from."""
        return sha256(repr((tidy(self.free), *self._rest)).encode()).hexdigest()[:24]

    def same(self, other: "Week") -> bool:
        return self.mark == other.mark

    @property
    def _rest(self) -> tuple[int, int | None, float, str]:
        return self.most_hours, self.most_times, float(self.most_km), self.travels


def tidy(free: Iterable[Free]) -> tuple[Free, ...]:
    """The same time in order; windows that touch or overlap are one, those without a minute are none."""
    return tuple(joined(Free(*one) for one in free if one[1] < one[2]))


def boxes(free: Iterable[Free]) -> tuple[list[str], list[Free]]:
    """The parts of days that are wholly free ("1-morning"), and the windows beside them: together exactly `free`."""
    parts: list[str] = []
    beside: list[Free] = []
    for day, starts, ends in tidy(free):
        at = starts
        for part, (opens, closes) in PARTS.items():
            if starts <= opens and closes <= ends:
                parts.append(f"{day}-{part}")
                if at < opens:
                    beside.append(Free(day, at, opens))
                at = closes
        if at < ends:
            beside.append(Free(day, at, ends))
    return parts, beside


def read_time(text: str, *, ends: bool = False) -> time | None:
    """An hour the ways people type it: 17, 17:30, 17.30, 1730; as an end 0:00 and 24:00 are midnight. None: no hour."""
    found = TYPED.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if ends and (hour, minute) in ((24, 0), (0, 0)):
        return MIDNIGHT
    return time(hour, minute) if hour < 24 and minute < 60 else None


def typed_time(at: time) -> str:
    """As it stands in an input: 17:30; midnight at the end is 00:00."""
    return "00:00" if at >= MIDNIGHT else f"{at:%H:%M}"


def added(away: Iterable[Days], new: Days) -> list[Days]:
    """Days away with one more time; what it overlaps becomes one with it."""
    apart: list[Days] = []
    for one in sorted(away):
        if one.meets(new):
            new = Days(min(new.first, one.first), max(new.last, one.last))
        else:
            apart.append(one)
    return sorted([*apart, new])


def without(away: Iterable[Days], gone: Days) -> list[Days]:
    """Days away but those of `gone`; what began before it or goes on after it stays."""
    day = timedelta(days=1)
    left: list[Days] = []
    for one in away:
        if not one.meets(gone):
            left.append(one)
            continue
        if one.first < gone.first:
            left.append(Days(one.first, gone.first - day))
        if gone.last < one.last:
            left.append(Days(gone.last + day, one.last))
    return sorted(left)


def undone(away: Iterable[Days], added_days: Days, were: Sequence[Days]) -> list[Days]:
    """Days away before `added_days` were added to them, when `were` had days in common with them."""
    left = without(away, added_days)
    for one in were:
        left = added(left, one)
    return left


def rest_of_month(today: date) -> Days:
    """From today to the last day of its month."""
    return Days(today, (today.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1))
