"""Opening hours in the words of HSDS, and back: the parts of an RFC 5545 rule, wall times with an offset."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from volunteer_hub.atlas import hours as rules
from volunteer_hub.atlas.hours import Hours
from volunteer_hub.exchange import hsds

# The parts of a rule that a schedule of HSDS knows; a rule with any other is told as it is, in `notes`.
PARTS = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "WKST", "UNTIL", "COUNT"}
WEEK = ",".join(rules.DAYS)
WALL = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?", re.IGNORECASE)


def offset_hours(timezone: str, now: datetime) -> float:
    """How far the zone is from UTC on that day, in hours."""
    offset = now.astimezone(ZoneInfo(timezone)).utcoffset()
    return offset.total_seconds() / 3600 if offset else 0.0


def told(resource: UUID, of: Sequence[Hours], offset: float) -> list[hsds.Schedule] | None:
    return [_told(uuid5(resource, f"hours {n}"), hours, offset) for n, hours in enumerate(of)] or None


def _told(id: UUID, hours: Hours, offset: float) -> hsds.Schedule:
    parts = rules.parts_of(hours.rrule)
    if parts["FREQ"] == "DAILY" and "INTERVAL" not in parts and "COUNT" not in parts:
        parts = {"BYDAY": WEEK, **parts, "FREQ": "WEEKLY"}
    known = parts["FREQ"] in set(hsds.Freq) and not parts.keys() - PARTS
    if not known:
        parts = {}
    until = parts.get("UNTIL")
    return hsds.Schedule(
        id=id,
        valid_from=hours.first_day,
        valid_to=hours.last_day,
        dtstart=hours.first_day,
        timezone=offset,
        until=date.fromisoformat(until) if until else None,
        count=int(parts["COUNT"]) if "COUNT" in parts else None,
        wkst=parts.get("WKST"),
        freq=hsds.Freq(parts["FREQ"]) if known else None,
        interval=int(parts.get("INTERVAL", "1")) if known else None,
        byday=parts.get("BYDAY"),
        bymonthday=parts.get("BYMONTHDAY"),
        description=hours.note or None,
        opens_at=_at(hours.opens, offset),
        closes_at=_at(hours.closes, offset),
        notes=None if known else hours.rrule,
    )


def _at(wall: time, offset: float) -> str:
    minutes = round(abs(offset) * 60)
    return f"{wall:%H:%M}{'-' if offset < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"


class NoHours(ValueError):
    """A schedule that says no days or hours; the message is only for us."""


def read(given: Any, timezone: str, today: date) -> Hours:
    """A schedule (an object with the attributes of hsds.Schedule, all texts) as hours of ours.

    Raises NoHours, and atlas.hours.BadRule with a sentence for people. Times with another offset than the town ever has
    are reckoned into its own; one that says none, or one of the town's, is wall time.
    """
    first = _date(given.dtstart) or _date(given.valid_from) or today
    opens, closes = _wall(given.opens_at, timezone, first), _wall(given.closes_at, timezone, first)
    if opens is None or closes is None:
        raise NoHours
    if closes == time():
        closes = time(23, 59)
    if opens >= closes:
        raise NoHours
    return Hours(
        rules.normal(_rule(given), first), opens, closes, first, _date(given.valid_to), (given.description or "")[:160]
    )


def _rule(given: Any) -> str:
    if not given.freq:
        return given.notes or ""
    parts = {"FREQ": given.freq, "INTERVAL": given.interval, "BYDAY": given.byday, "BYMONTHDAY": given.bymonthday,
             "WKST": given.wkst, "UNTIL": (given.until or "").replace("-", "")[:8], "COUNT": given.count}  # fmt: skip
    return ";".join(f"{name}={value}" for name, value in parts.items() if value)


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def _wall(text: str | None, timezone: str, day: date) -> time | None:
    found = WALL.fullmatch((text or "").strip())
    if not found or int(found[1]) > 24 or int(found[2]) > 59 or (int(found[1]) == 24 and int(found[2])):
        return None
    wall = datetime.combine(day, time(int(found[1]) % 24, int(found[2])))
    if found[3]:
        zone = ZoneInfo(timezone)
        minutes = _minutes(found[3])
        own = {zone.utcoffset(datetime(day.year, month, 1)) for month in (1, 7)}  # noqa: DTZ001 - wall time
        if timedelta(minutes=minutes) not in own:
            wall += (zone.utcoffset(wall) or timedelta()) - timedelta(minutes=minutes)
    return wall.time()


def _minutes(offset: str) -> int:
    if offset.upper() == "Z":
        return 0
    digits = offset[1:].replace(":", "").ljust(4, "0")
    return (int(digits[:2]) * 60 + int(digits[2:])) * (-1 if offset[0] == "-" else 1)
