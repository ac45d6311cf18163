"""How pressing an open seat is, what a year's quarters are, and how tall bars stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from volunteer_hub.atlas.rules import CALM, PRESSING, SOON, TODAY

NEAR = timedelta(days=2)
QUARTERS = (1, 2, 3, 4)

# The drawing of a bar chart, in its own units.
WIDTH, HEIGHT = 320, 188
FLOOR, TALLEST, BAR = 166, 142, 48


def urgency(*, missing: int, urgent: bool, starts: date, today: date) -> int:
    """1 calm … 4 today, of an opening that lacks `missing` people to be enough."""
    if missing <= 0:
        return CALM
    if starts <= today:
        return TODAY
    return PRESSING if urgent or starts - today <= NEAR else SOON


def first_days(year: int) -> list[date]:
    """The first day of each quarter of `year`, and of the next year."""
    return [*(date(year, 3 * quarter - 2, 1) for quarter in QUARTERS), date(year + 1, 1, 1)]


def percent(part: int, whole: int) -> int:
    """`part` of `whole` in hundredths, 0 of nothing."""
    return round(100 * part / whole) if whole else 0


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: its name below, its value above; x, y and height in the drawing's units."""

    name: str
    value: int
    x: float
    y: float
    height: float
    unfinished: bool

    @property
    def middle(self) -> float:
        return self.x + BAR / 2


def bars(values: Sequence[tuple[str, int]], unfinished: str = "", tallest: int = 0) -> list[Bar]:
    """`values` as bars side by side; the tallest fills the drawing unless `tallest` says what would."""
    most = max(tallest, 1, *(value for _, value in values)) if values else 1
    step = WIDTH / max(len(values), 1)
    drawn = []
    for at, (name, value) in enumerate(values):
        height = round(TALLEST * value / most, 1)
        drawn.append(
            Bar(name, value, round(step * (at + 0.5) - BAR / 2, 1), FLOOR - height, height, name == unfinished)
        )
    return drawn
