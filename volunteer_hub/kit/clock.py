"""The only reader of the time. What is due, leased or expired is judged by the database's clock instead."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def today(timezone: str) -> date:
    """The day it is on the wall of a place in the IANA zone `timezone`."""
    return datetime.now(ZoneInfo(timezone)).date()


def instant(wall: datetime, timezone: str) -> datetime:
    """The UTC instant at which clocks in `timezone` show the naive `wall` time.

    A time that a clock change skips moves forward by the gap (02:30 → 03:30); a repeated one is its first occurrence.
    """
    zone = ZoneInfo(timezone)
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def wall(moment: datetime, timezone: str) -> datetime:
    """What clocks in `timezone` show at the aware `moment`, as a naive datetime."""
    return moment.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)
