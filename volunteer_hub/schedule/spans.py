"""Wall time cut up: spans and free windows; by day and by ISO week. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web.i18n import mark

DAY_SECONDS = 86_400
LAST_SECOND = time(23, 59, 59)
# What somebody did in the four weeks before counts as lately.
RECENT = timedelta(days=28)


class Span(NamedTuple):
    """From one naive wall time to a later one."""

    starts: datetime
    ends: datetime


class Window(NamedTuple):
    """Free time of every week; weekday 1 is Monday, 23:59:59 at the end is midnight."""

    weekday: int
    starts: time
    ends: time


def by_day(spans: Iterable[Span]) -> defaultdict[date, timedelta]:
    """Wall time by the day it falls on."""
    total: defaultdict[date, timedelta] = defaultdict(timedelta)
    for day, from_, to in days(spans):
        total[day] += timedelta(seconds=to - from_)
    return total


def by_week(spans: Iterable[Span]) -> defaultdict[tuple[int, int], timedelta]:
    """Wall time by (ISO year, ISO week); a span belongs to the week it starts in."""
    total: defaultdict[tuple[int, int], timedelta] = defaultdict(timedelta)
    for starts, ends in spans:
        year, week, _ = starts.isocalendar()
        total[year, week] += ends - starts
    return total


def days(spans: Iterable[Span]) -> Iterator[tuple[date, int, int]]:
    """The parts of `spans` day by day, from and to which second of the day."""
    for starts, ends in spans:
        midnight = datetime.combine(starts, time())
        while midnight < ends:
            from_, to = (int((moment - midnight).total_seconds()) for moment in (starts, ends))
            yield midnight.date(), max(0, from_), min(DAY_SECONDS, to)
            midnight += timedelta(days=1)


def recently(spans: Iterable[Span], before: datetime) -> int:
    """How many begin in the RECENT time before that moment."""
    return sum(before - RECENT <= span.starts < before for span in spans)


def seconds(at: time) -> int:
    """Which second of its day; the last one stands for midnight."""
    return DAY_SECONDS if at >= LAST_SECOND else at.hour * 3600 + at.minute * 60 + at.second


def instants(starts_wall: datetime, ends_wall: datetime, zone: str) -> tuple[datetime, datetime]:
    """The instants of naive wall times. Raises Refused when it ends before it starts, as on a night of summer time."""
    starts_at, ends_at = clock.instant(starts_wall, zone), clock.instant(ends_wall, zone)
    if starts_at >= ends_at:
        raise Refused(mark("Koniec musi być później niż początek."))
    return starts_at, ends_at
