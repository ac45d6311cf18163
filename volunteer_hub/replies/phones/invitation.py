"""Reads the calendar part of an e-mail, for people who want to see what a calendar program would make of it."""

from dataclasses import dataclass
from datetime import datetime

from icalendar import Calendar


@dataclass(frozen=True, slots=True)
class Invitation:
    """The event of a calendar message, of one that recurs its first time; times are wall times of their zone."""

    method: str
    sequence: int
    summary: str
    where: str
    starts: datetime
    ends: datetime

    @property
    def cancels(self) -> bool:
        return self.method == "CANCEL"


def read(content: bytes) -> Invitation | None:
    """What `content` invites to or cancels; None when it is no calendar with a timed event."""
    try:
        calendar = Calendar.from_ical(content)
        event, *_ = calendar.walk("VEVENT")
        starts, ends = event.decoded("dtstart"), event.decoded("dtend")
        sequence = int(event.get("sequence", 0))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None
    if not isinstance(starts, datetime) or not isinstance(ends, datetime):
        return None
    return Invitation(
        method=str(calendar.get("method", "")),
        sequence=sequence,
        summary=str(event.get("summary", "")),
        where=str(event.get("location", "")),
        starts=starts.replace(tzinfo=None),
        ends=ends.replace(tzinfo=None),
    )
