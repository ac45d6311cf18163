"""Until when somebody has time to answer an offer. Pure.

A place that came free is offered to one person at a time, so every hour one of them takes is lost to the next. Nights
do not count: nobody loses a place because they slept, and no phone rings at two.
"""

from datetime import datetime, time, timedelta

from volunteer_hub.kit import clock

MORNING = time(8)
NIGHT = time(20)
LEAST = timedelta(minutes=30)


def leaves(now: datetime, starts_at: datetime, zone: str) -> datetime:
    """When an SMS about an offer leaves: now, or at night at eight in the morning, unless the day is then too short."""
    return now if _day(now, zone)[0] <= now or _urgent(now, starts_at, zone) else _day(now, zone)[0]


def deadline(now: datetime, starts_at: datetime, zone: str, most_hours: int) -> datetime | None:
    """The moment at which an offer made at `now` goes to the next; None: too late for anybody to be asked.

    Half of the time left before `starts_at`, which leaves as much for the next: at least half an hour, at most
    `most_hours`. Time is counted from eight to eight on the wall of `zone`, so that the deadline never falls at night;
    only where fewer than two half hours of such time are left, the night counts too.
    """
    if starts_at - now < LEAST:
        return None
    most = timedelta(hours=most_hours)
    if _urgent(now, starts_at, zone):
        return now + max(LEAST, min(most, (starts_at - now) / 2))
    return _later(now, max(LEAST, min(most, waking(now, starts_at, zone) / 2)), zone)


def waking(since: datetime, until: datetime, zone: str) -> timedelta:
    """How much time from eight to eight lies between two instants."""
    total = timedelta()
    while since < until:
        morning, night = _day(since, zone)
        total += max(timedelta(), min(until, night) - max(since, morning))
        since = night
    return total


def _urgent(now: datetime, starts_at: datetime, zone: str) -> bool:
    return waking(now, starts_at, zone) < 2 * LEAST


def _later(since: datetime, by: timedelta, zone: str) -> datetime:
    """`by` of waking time after `since`."""
    while True:
        morning, night = _day(since, zone)
        begins = max(since, morning)
        if begins + by <= night:
            return begins + by
        by -= night - begins
        since = night


def _day(at: datetime, zone: str) -> tuple[datetime, datetime]:
    """The eight to eight that `at` lies in, or else the next one."""
    local = clock.wall(at, zone)
    day = local.date() + timedelta(days=local.time() >= NIGHT)
    morning, night = (clock.instant(datetime.combine(day, hour), zone) for hour in (MORNING, NIGHT))
    return morning, night
