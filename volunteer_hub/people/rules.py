"""A volunteer's age, kind and free time, the step they are at on the way, and the days the law counts for them."""

import re
from collections.abc import Iterable
from datetime import date, time, timedelta
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    PUPIL = "pupil"
    STUDENT = "student"
    ADULT = "adult"


class Step(StrEnum):
    """applied → talked to → agreed → active → paused → left."""

    APPLIED = "applied"
    TALKED_TO = "talked_to"
    AGREED = "agreed"
    ACTIVE = "active"
    PAUSED = "paused"
    LEFT = "left"


STEPS: dict[Step, tuple[Step, ...]] = {
    Step.APPLIED: (Step.TALKED_TO, Step.LEFT),
    Step.TALKED_TO: (Step.AGREED, Step.LEFT),
    Step.AGREED: (Step.ACTIVE, Step.LEFT),
    Step.ACTIVE: (Step.PAUSED, Step.LEFT),
    Step.PAUSED: (Step.ACTIVE, Step.LEFT),
    Step.LEFT: (Step.APPLIED, Step.ACTIVE),
}


class LeaveReason(StrEnum):
    """Why somebody left: a word to count by. Nothing of their health or home is asked or kept."""

    NO_TIME = "no-time"
    MOVED = "moved"
    FINISHED = "finished"
    NO_ANSWER = "no-answer"
    ELSEWHERE = "elsewhere"
    CENTRE = "centre"
    OTHER = "other"


class Reach(StrEnum):
    """How one comes to a participant; by letter and through somebody, a note says where or whom."""

    SMS = "sms"
    CALL = "call"
    LETTER = "letter"
    THROUGH = "through"


# What one may choose from; the words for people stand in templates/parts/words.html.
CAUSES = ("elders", "children", "homework", "neighbours", "food", "nature", "culture", "sport", "disability")
SKILLS = (
    "reading", "maths", "languages", "music", "computers", "first-aid", "driving", "cooking", "repairs", "listening"
)  # fmt: skip
LANGUAGES = ("pl", "uk", "en", "be", "ru", "de")
CLEARANCES = ("minors", "criminal-record", "first-aid", "driving")
# The longest that a check or a paper may hold when it is typed in: beyond that it is a slip of the hand.
LONGEST_YEARS = 10

ADULT_AGE = 18
# Below it only a guardian may conclude an agreement; from it on the guardian consents.
ALONE_AGE = 13
OLDEST_AGE = 110


def age(born: date, on: date) -> int:
    """Whole years on the day `on`; born on 29 February: a year older on 1 March in common years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def is_minor(born: date, on: date) -> bool:
    return age(born, on) < ADULT_AGE


def comes_of_age(born: date) -> date:
    """The first day on which they are no minor; born on 29 February: 1 March."""
    try:
        return born.replace(year=born.year + ADULT_AGE)
    except ValueError:
        return date(born.year + ADULT_AGE, 3, 1)


DAY_FIRST = re.compile(r"(\d{1,2})\D+(\d{1,2})\D+(\d{4})", re.ASCII)
YEAR_FIRST = re.compile(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})", re.ASCII)
EIGHT_DIGITS = re.compile(r"(\d{2})(\d{2})(\d{4})", re.ASCII)


def read_date(text: str) -> date | None:
    """A date the ways people type it: 4.05.1990, 4 5 1990, 04051990, 1990-05-04; None when it is none of them."""
    text = text.strip().rstrip("r. ")
    if found := YEAR_FIRST.fullmatch(text):
        year, month, day = found.groups()
    elif found := DAY_FIRST.fullmatch(text) or EIGHT_DIGITS.fullmatch(text):
        day, month, year = found.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


class Free(NamedTuple):
    """A free window of every week in the centre's wall time; weekday 1 is Monday."""

    weekday: int
    starts: time
    ends: time


PARTS = {"morning": (time(8), time(12)), "afternoon": (time(12), time(16)), "evening": (time(16), time(20))}
SLOTS = tuple(f"{weekday}-{part}" for weekday in range(1, 8) for part in PARTS)


def week_of(slots: Iterable[str]) -> int:
    """Slots like "1-morning" as one number: bit 0 is Monday's morning, bit 20 Sunday's evening."""
    return sum({1 << SLOTS.index(slot) for slot in slots})


def slots_of(week: int) -> list[str]:
    """The slots that `week` holds, from Monday on."""
    return [slot for bit, slot in enumerate(SLOTS) if week >> bit & 1]


def windows(slots: Iterable[str]) -> list[Free]:
    """The windows that slots like "1-morning" make; neighbours become one: 11:00–13:00 fits into two."""
    return joined({Free(int(day), *PARTS[part]) for day, _, part in (slot.partition("-") for slot in slots)})


def joined(free: Iterable[Free]) -> list[Free]:
    """The same time in order, with windows that touch or overlap made one."""
    found: list[Free] = []
    for weekday, starts, ends in sorted(free):
        if found and found[-1].weekday == weekday and found[-1].ends >= starts:
            found[-1] = Free(weekday, found[-1].starts, max(found[-1].ends, ends))
        else:
            found.append(Free(weekday, starts, ends))
    return found


def next_steps(step: Step, *, helped: bool) -> tuple[Step, ...]:
    """Where the way leads from `step`. Who left comes back by a new talk, or straight to helping if they `helped`."""
    return tuple(one for one in STEPS[step] if step is not Step.LEFT or one is not Step.ACTIVE or helped)


def may_step(was: Step, becomes: Step, *, helped: bool = True) -> bool:
    return becomes in next_steps(was, helped=helped)


# Steps that are an agreement, spoken or written, that they help.
AGREEING = (Step.AGREED, Step.ACTIVE)


def may_be_agreed_with(born: date, on: date, *, guardian_consents: bool) -> bool:
    """Whether an agreement made on that day binds, by word of mouth or in writing: a minor's not without the guardian.

    Civil Code, art. 17 and 18.
    """
    return guardian_consents or not is_minor(born, on)


# Act on public benefit and volunteer work, art. 44(4) and 46(3): up to 30 days an agreement may be oral and the centre
# insures the volunteer; for longer service it is in writing. Calendar days from the first day of service.
ORAL_DAYS = 30
# How many days before such a day the desk is told.
WARNED_DAYS = 7


class Term(NamedTuple):
    """Days that a paper covers, both included; open-ended without the last one."""

    first: date
    last: date | None


def service_day(first: date, on: date) -> int:
    """Which day of service `on` is: the first day is day 1. Zero or less before it."""
    return (on - first).days + 1


def written_from(first: date) -> date:
    """The first day on which only a written agreement will do: day 31."""
    return first + timedelta(days=ORAL_DAYS)


def uncovered(terms: Iterable[Term], since: date) -> date | None:
    """The first day from `since` on that none of `terms` covers; None when one of them covers it for good."""
    day = since
    for first, last in sorted(terms, key=lambda term: term.first):
        if first > day:
            break
        if last is None:
            return None
        day = max(day, last + timedelta(days=1))
    return day


def unwritten(first: date, agreements: Iterable[Term], today: date) -> date | None:
    """The first day, today or later, on which somebody who serves since `first` lacks a written agreement."""
    return uncovered(agreements, max(today, written_from(first)))


def too_long(since: date, until: date) -> bool:
    """Whether a check or a paper would hold longer than anybody issues one for."""
    return until > since + timedelta(days=round(365.25 * LONGEST_YEARS))
