"""Until when somebody has time to answer an offer. Pure.

A place that came free is offered to one person at a time, so every hour one of them takes is lost to the next. Quiet
hours do not count: nobody loses a place because they slept, and no phone rings at two. None: there are no quiet hours.
"""

from datetime import datetime, timedelta

from volunteer_hub.messaging import quiet
from volunteer_hub.messaging.quiet import Hours

LEAST = timedelta(minutes=30)


def deadline(now: datetime, starts_at: datetime, hours: Hours | None, most_hours: int) -> datetime | None:
    """The moment at which an offer made at `now` goes to the next; None: too late for anybody to be asked by us.

    Half of the time left before `starts_at`, which leaves as much for the next: at least half an hour, at most
    `most_hours`. Only time that is not quiet counts. Whom to ask at night is for a coordinator to say.
    """
    left = waking(now, starts_at, hours)
    if left < LEAST:
        return None
    return _later(now, max(LEAST, min(timedelta(hours=most_hours), left / 2)), hours)


def waking(since: datetime, until: datetime, hours: Hours | None) -> timedelta:
    """How much time that is not quiet lies between two instants."""
    if hours is None:
        return max(timedelta(), until - since)
    total = timedelta()
    while since < until:
        opens, closes = quiet.window(since, hours)
        total += max(timedelta(), min(until, closes) - max(since, opens))
        since = closes
    return total


def _later(since: datetime, by: timedelta, hours: Hours | None) -> datetime:
    """`by` of waking time after `since`."""
    while hours is not None:
        opens, closes = quiet.window(since, hours)
        begins = max(since, opens)
        if begins + by <= closes:
            return begins + by
        by -= closes - begins
        since = closes
    return since + by
