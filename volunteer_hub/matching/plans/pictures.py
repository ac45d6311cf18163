"""A plan as three drawings: how full each day is, how many tasks each person has, how far they go. Pure.

Each drawing is bars in the units of one viewBox; the page writes the same numbers as a table and as a sentence.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from volunteer_hub.matching.plans.rules import DayFigures, Figures

WIDTH, FLOOR, TALLEST = 320, 124, 100
WIDEST = 44
# Beyond so many bars, numbers above them would run into each other.
MOST_NUMBERED = 16
# Kilometres one way: up to 1, 2, 3, 5, 10, and beyond.
WAYS = (0.0, 1.0, 2.0, 3.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Bar:
    """`key` is what it stands for; `value` of `most` is drawn solid within an outline, in the drawing's units.

    Without a whole to compare with, `most` is the value itself.
    """

    key: object
    value: int
    most: int
    x: float
    width: float
    height: float
    outline: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def y(self) -> float:
        return round(FLOOR - self.height, 1)

    @property
    def top(self) -> float:
        return round(FLOOR - self.outline, 1)


@dataclass(frozen=True, slots=True)
class Pictures:
    """`days` by date, `loads` by number of tasks, `ways` by (from, to) in kilometres, the last to None."""

    days: list[Bar]
    loads: list[Bar]
    ways: list[Bar]
    numbered: bool


def pictures(figures: Figures, first: date, last: date, ways: Iterable[float | None]) -> Pictures:
    """Drawings of a plan of the days from `first` to `last`; `ways` are those of its pairs, where they are known."""
    by_day = {one.day: one for one in figures.days}
    calendar = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    days = [by_day.get(day, DayFigures(day, 0, 0)) for day in calendar]
    counts = Counter(_way(way) for way in ways if way is not None)
    return Pictures(
        days=_bars([(one.day, one.seats, one.wanted) for one in days]),
        loads=_bars([(n, figures.loads.get(n, 0), 0) for n in range(1, max(figures.loads, default=0) + 1)]),
        ways=_bars([(way, counts[way], 0) for way in _ranges()] if counts else []),
        numbered=len(days) <= MOST_NUMBERED,
    )


def _bars(values: Sequence[tuple[object, int, int]]) -> list[Bar]:
    """Of (key, value, whole), side by side; the tallest fills the drawing."""
    if not values:
        return []
    tallest = max(1, *(max(value, most) for _, value, most in values))
    step = WIDTH / len(values)
    width = round(min(WIDEST, step * 0.75), 1)
    return [
        Bar(
            key=key,
            value=value,
            most=max(value, most),
            x=round(step * (n + 0.5) - width / 2, 1),
            width=width,
            height=round(TALLEST * value / tallest, 1),
            outline=round(TALLEST * max(value, most) / tallest, 1),
        )
        for n, (key, value, most) in enumerate(values)
    ]


def _ranges() -> list[tuple[float, float | None]]:
    return [*pairwise(WAYS), (WAYS[-1], None)]


def _way(km: float) -> tuple[float, float | None]:
    """What ends at `km` still counts: one kilometre is "up to 1"."""
    return next((low, high) for low, high in _ranges() if high is None or km <= high)
