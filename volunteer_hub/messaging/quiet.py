"""When no SMS rings: at night and, all day, on public holidays. Pure but for the hours told to this process at first.

Sundays are not holidays: groups meet on them. Who is written to all the same, and what becomes of words that the
morning would make useless: docs/decisions/0049-quiet-hours.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import chain, count

from volunteer_hub.kit import clock
from volunteer_hub.kit.holidays import is_holiday
from volunteer_hub.settings import Settings

BEGINS, ENDS = time(20), time(8)
# News that comes later than so before a meeting finds people on their way to it.
NOTICE = timedelta(hours=2)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """Quiet from `begins` to `ends` on the wall of `zone`, over midnight when it begins later than it ends."""

    begins: time
    ends: time
    zone: str


class Wakes(StrEnum):
    """Whether words may ring in quiet hours.

    `never`: they wait for the morning even if that is too late for them. `needed`: they wait, but what would come less
    than NOTICE before its end leaves at once. `always`: a sign-in code, the answer to a person's own message, and what
    a coordinator said must leave now.
    """

    NEVER = "never"
    NEEDED = "needed"
    ALWAYS = "always"


def hours(settings: Settings) -> Hours | None:
    """The quiet hours of this centre; None when it has none: they end as they begin, or a demo says nothing of them."""
    begins, ends = settings.quiet_from, settings.quiet_until
    if settings.demo and begins is None and ends is None:
        return None
    found = Hours(BEGINS if begins is None else begins, ENDS if ends is None else ends, settings.timezone)
    return None if found.begins == found.ends else found


_hours: Hours | None = None


def configure(settings: Settings) -> None:
    """Tells this process its quiet hours, once, at its start. Until then there are none."""
    global _hours
    _hours = hours(settings)


def current() -> Hours | None:
    """What `configure` said."""
    return _hours


def is_quiet(at: datetime, hours: Hours | None) -> bool:
    """Whether no SMS may ring at the instant `at`."""
    return leaves(at, hours) != at


def leaves(at: datetime, hours: Hours | None) -> datetime:
    """`at`, or the next moment that is not quiet."""
    if hours is None:
        return at
    opens, _ = window(at, hours)
    return max(at, opens)


def before(at: datetime, hours: Hours | None) -> datetime:
    """`at`, or the last whole minute before it that is not quiet."""
    if hours is None or not is_quiet(at, hours):
        return at
    day = clock.wall(at, hours.zone).date()
    while True:
        for _, closes in reversed([*_open(day, hours)]):
            if closes <= at:
                return closes - MINUTE
        day -= DAY


def morning(now: datetime) -> datetime | None:
    """When an SMS put at `now` leaves, by the hours of this process; None: at once."""
    at = leaves(now, _hours)
    return at if at > now else None


def decide(at: datetime, needed_by: datetime | None, wakes: Wakes, hours: Hours | None) -> tuple[datetime, bool]:
    """When words that would leave at `at` leave, and whether they may at any hour, should they be held up until night.

    `needed_by` is when what they tell of happens: NOTICE before it they are late.
    """
    if hours is None or wakes is Wakes.ALWAYS:
        return at, wakes is Wakes.ALWAYS
    leave = leaves(at, hours)
    if wakes is Wakes.NEEDED and needed_by:
        morning = leave if leave > at else leaves(window(at, hours)[1], hours)
        if morning > needed_by - NOTICE:
            return at, True
    return leave, False


def window(at: datetime, hours: Hours) -> tuple[datetime, datetime]:
    """The time by day that `at` lies in, or else the next such: from when and until when SMS may ring."""
    # It may have begun yesterday; or earlier, where a change of clocks leaves out the quiet hour of a night.
    begun = clock.wall(at, hours.zone).date() - 2 * DAY
    return next(span for span in _by_day(begun, hours) if at < span[1])


def _by_day(day: date, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
    """The times by day from `day` on; one that midnight does not end goes on."""
    spans = chain.from_iterable(_open(day + n * DAY, hours) for n in count())
    opens, closes = next(spans)
    for begins, ends in spans:
        if begins > closes:
            yield opens, closes
            opens = begins
        closes = ends


def _open(day: date, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
    """What of `day` is not quiet, in order."""
    if is_holiday(day):
        return
    ends, begins = datetime.combine(day, hours.ends), datetime.combine(day, hours.begins)
    midnights = (datetime.combine(day, time()), datetime.combine(day + DAY, time()))
    walls = [(ends, begins)] if hours.ends < hours.begins else [(midnights[0], begins), (ends, midnights[1])]
    for opens, closes in walls:
        span = clock.instant(opens, hours.zone), clock.instant(closes, hours.zone)
        if span[0] < span[1]:
            yield span
