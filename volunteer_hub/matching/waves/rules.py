"""What is to be done next about an opening that people are invited to in waves. Pure but for our quiet hours."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from volunteer_hub.messaging import quiet
from volunteer_hub.schedule.waiting import deadlines
from volunteer_hub.web.i18n import mark

# A wave of one is a row of single questions, each with hours of waiting behind it.
FEWEST = 2
MOST_SIZE = 20
MOST_HOURS = 168

BY_PEOPLE = mark("Tutaj ludzi prosi się osobiście, po jednej osobie.")
ENOUGH = mark("Nikogo tu nie brakuje.")
TOO_LATE = mark("Jest za późno, żeby ktoś zdążył odpowiedzieć. Zadzwoń.")
IN_LINE = mark("O wolne miejsca pytamy już osoby z listy oczekujących.")


class Step(StrEnum):
    """`full`: enough people come; `out`: nobody asked now could answer in time."""

    WAIT = "wait"
    ASK = "ask"
    FULL = "full"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the waves of an opening ahead have got.

    `missing` people to the least it needs, `offered` free places that somebody of its waiting list is asked about,
    `unanswered` of the last wave. `next_at` is when the next wave was to leave; `rests`: nobody could be asked,
    for all who fit are asked about these hours elsewhere.
    """

    missing: int
    offered: int
    unanswered: int
    hours: int
    now: datetime
    next_at: datetime
    starts_at: datetime
    rests: bool = False


@dataclass(frozen=True, slots=True)
class Ahead:
    """What decides whether waves may begin: as in Standing; `confidential`: strangers are not asked in there."""

    confidential: bool
    missing: int
    offered: int
    now: datetime
    starts_at: datetime


def why_not(of: Ahead) -> str:
    """The sentence that keeps waves from beginning, as a message id; "" when they may."""
    if of.confidential:
        return BY_PEOPLE
    if of.missing <= 0:
        return ENOUGH
    if of.offered >= of.missing:
        return IN_LINE
    return "" if next_at(of.now, of.starts_at, 1) else TOO_LATE


def default_size(missing: int) -> int:
    """How many to ask at once when nobody says: as many as are missing, and never one alone."""
    return min(MOST_SIZE, max(FEWEST, missing))


def next_at(now: datetime, starts_at: datetime, hours: int) -> datetime | None:
    """When the wave after one of `now` leaves; None: too late, whoever is asked now could not answer in time.

    After `hours`, or half of the time of day that is left before `starts_at` if that is sooner, and never in quiet
    hours: what is asked then is read in the morning.
    """
    night = quiet.current()
    read = quiet.leaves(now, night)
    answered = deadlines.deadline(read, starts_at, night, hours)
    return quiet.leaves(min(answered, read + timedelta(hours=hours)), night) if answered else None


def next_step(s: Standing) -> Step:
    """The next wave leaves when its time has come or all of the last have answered, by day.

    A meeting moved to before that time hurries it. While those who wait in line are asked, nobody else is.
    """
    if s.missing <= 0:
        return Step.FULL
    if next_at(s.now, s.starts_at, s.hours) is None:
        return Step.OUT
    if s.offered >= s.missing or ((s.unanswered or s.rests) and s.now < s.next_at < s.starts_at):
        return Step.WAIT
    return Step.WAIT if quiet.is_quiet(s.now, quiet.current()) else Step.ASK
