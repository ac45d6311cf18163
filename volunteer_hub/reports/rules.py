"""How pressing an open seat or a line of the day's queue is, what a year's quarters are."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from volunteer_hub.atlas.rules import CALM, PRESSING, SOON, TODAY
from volunteer_hub.intake.rules import is_working_day

NEAR = timedelta(days=2)
THIS_WEEK = timedelta(days=7)
QUARTERS = (1, 2, 3, 4)


def urgency(*, missing: int, urgent: bool, starts: date, today: date) -> int:
    """1 calm … 4 today, of an opening that lacks `missing` people to be enough."""
    if missing <= 0:
        return CALM
    if starts <= today:
        return TODAY
    return PRESSING if urgent or starts - today <= NEAR else SOON


class Kind(StrEnum):
    """What stands in the day's queue. Of lines that press alike, those of an earlier kind come first: places nobody
    stands in, then people who wait for an answer, then papers, then what the desk only has to write down."""

    NOBODY = "nobody"
    SHORT = "short"
    RISK = "risk"
    FAILED = "failed"
    REPLY = "reply"
    REQUEST = "request"
    WISH = "wish"
    JOINING = "joining"
    INVITED = "invited"
    CALLS = "calls"
    SIGN_UP = "sign_up"
    CERTIFICATE = "certificate"
    UNINSURED = "uninsured"
    CLEARANCE = "clearance"
    AGREEMENT = "agreement"
    POLICY = "policy"
    BACK = "back"
    HOLIDAY = "holiday"
    TASK = "task"
    CIRCLE = "circle"
    ATTENDANCE = "attendance"
    HOURS = "hours"
    OUTCOME = "outcome"
    IDLE = "idle"


IN_LINE = {kind: number for number, kind in enumerate(Kind)}
NEVER = datetime.max.replace(tzinfo=UTC)


def presses(due: datetime | None, now: datetime, tonight: datetime) -> int:
    """1 calm … 4 today, of what must be done by `due`: what has no such moment is calm, what is past it is today's."""
    if due is None:
        return CALM
    if due < tonight:
        return TODAY
    if due - now <= NEAR:
        return PRESSING
    return SOON if due - now <= THIS_WEEK else CALM


def in_line(kind: Kind, due: datetime | None, now: datetime, tonight: datetime) -> tuple[int, int, datetime]:
    """Lines sorted by this stand the most pressing first, then by kind, then the earlier first."""
    return -presses(due, now, tonight), IN_LINE[kind], due or NEVER


# When somebody is at the desk: what waits longer than an hour of this is urgent, and only then mail goes out.
OPENS, CLOSES = time(8), time(16)
# A meeting so near is told of at any hour.
AT_NIGHT_TOO = timedelta(hours=12)


def at_work(since: datetime, until: datetime) -> timedelta:
    """How much of the time between two wall times somebody was at the desk: on working days, in its hours."""
    day, total = since.date(), timedelta()
    while day <= until.date():
        if is_working_day(day):
            opens, closes = max(since, datetime.combine(day, OPENS)), min(until, datetime.combine(day, CLOSES))
            total += max(closes - opens, timedelta())
        day += timedelta(days=1)
    return total


def first_days(year: int) -> list[date]:
    """The first day of each quarter of `year`, and of the next year."""
    return [*(date(year, 3 * quarter - 2, 1) for quarter in QUARTERS), date(year + 1, 1, 1)]


def percent(part: int, whole: int) -> int:
    """`part` of `whole` in hundredths, 0 of nothing."""
    return round(100 * part / whole) if whole else 0
