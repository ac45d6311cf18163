"""What anybody may ask about their data, when it is due, and the dates of what the centre states in public."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

# Until the centre's data protection officer has confirmed the makers' proposals, the page on privacy says so.
CONFIRMED_ON: date | None = None


class Right(StrEnum):
    """What anybody may ask about their own data (GDPR, art. 15–18, 21, 7(3))."""

    COPY = "copy"
    CORRECT = "correct"
    RESTRICT = "restrict"
    OBJECT = "object"
    WITHDRAW = "withdraw"
    ERASE = "erase"


class RightState(StrEnum):
    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


def due_on(asked: date) -> date:
    """The last day of the month that art. 12(3) of the GDPR gives: the same day of the next month, or its last one."""
    year, month = (asked.year + 1, 1) if asked.month == 12 else (asked.year, asked.month + 1)
    return date(year, month, min(asked.day, monthrange(year, month)[1]))


@dataclass(frozen=True)
class Statement:
    """The dates of the accessibility statement; it is reviewed every year before 31 March, `reviewed` from then on."""

    published: date
    updated: date
    made: date
    reviewed: date | None = None


STATEMENT = Statement(published=date(2026, 11, 21), updated=date(2026, 11, 21), made=date(2026, 11, 21))


@dataclass(frozen=True)
class Standards:
    """The child-protection standards: since when they are in force, and by when they are reviewed (two years)."""

    since: date
    review: date


STANDARDS = Standards(since=date(2026, 11, 22), review=date(2028, 11, 21))
