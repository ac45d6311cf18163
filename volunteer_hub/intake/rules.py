"""Where a request for help stands and who reads it there, by when we answer, how often a stranger may write."""

import re
from datetime import date, timedelta
from enum import StrEnum

from volunteer_hub.access.rules import Limit
from volunteer_hub.atlas.rules import CALM, PRESSING, SOON, TODAY
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.holidays import is_holiday


class Desk(StrEnum):
    """Where a request stands. The desk of benefits is outside this system: what goes there is handed over."""

    FIRST_CONTACT = "first-contact"
    BENEFITS = "benefits"
    SOCIAL_WORK = "social-work"
    SERVICES = "services"
    VOLUNTEER_CENTRE = "volunteer-centre"


OUTSIDE = Desk.BENEFITS

# Whose requests a role reads and answers. What stands at another desk is not there for it, or is only a number.
DESKS: dict[Role, tuple[Desk, ...]] = {
    Role.FIRST_CONTACT: (Desk.FIRST_CONTACT,),
    Role.SPECIALIST: (Desk.SOCIAL_WORK,),
    Role.COORDINATOR: (Desk.FIRST_CONTACT, Desk.SERVICES, Desk.VOLUNTEER_CENTRE),
    Role.MACHINE: tuple(Desk),
}
ENTERING = frozenset({Role.FIRST_CONTACT, Role.COORDINATOR})


class RequestState(StrEnum):
    """Of the desk that has it: nobody yet, somebody, or it is over."""

    NEW = "new"
    TAKEN = "taken"
    CLOSED = "closed"


OPEN = (RequestState.NEW, RequestState.TAKEN)


class Act(StrEnum):
    """What somebody at a desk does with a request."""

    TAKE = "take"
    ANSWER = "answer"
    ROUTE = "route"
    HAND_OVER = "hand-over"
    CHANGE = "change"
    HELP = "help"
    BRING_BACK = "bring-back"


# (state, act) → the next state; what is not here cannot be done. A routed request is new at its next desk.
NEXT: dict[tuple[RequestState, Act], RequestState] = {
    (RequestState.NEW, Act.TAKE): RequestState.TAKEN,
    (RequestState.NEW, Act.ANSWER): RequestState.CLOSED,
    (RequestState.NEW, Act.ROUTE): RequestState.NEW,
    (RequestState.NEW, Act.HAND_OVER): RequestState.CLOSED,
    (RequestState.NEW, Act.CHANGE): RequestState.NEW,
    (RequestState.NEW, Act.HELP): RequestState.TAKEN,
    (RequestState.TAKEN, Act.ANSWER): RequestState.CLOSED,
    (RequestState.TAKEN, Act.ROUTE): RequestState.NEW,
    (RequestState.TAKEN, Act.HAND_OVER): RequestState.CLOSED,
    (RequestState.TAKEN, Act.CHANGE): RequestState.TAKEN,
    (RequestState.TAKEN, Act.HELP): RequestState.TAKEN,
    (RequestState.CLOSED, Act.BRING_BACK): RequestState.NEW,
}


def may(state: RequestState, act: Act) -> bool:
    return (state, act) in NEXT


def routes_from(desk: Desk) -> tuple[Desk, ...]:
    """Where a request may go from `desk`, first contact (sending back) first."""
    return tuple(to for to in Desk if to is not desk)


class Help(StrEnum):
    """What a request becomes in one step."""

    NEED = "need"
    GROUP = "group"
    CIRCLE = "circle"


HELPS: dict[Role, tuple[Help, ...]] = {
    Role.COORDINATOR: (Help.NEED, Help.GROUP, Help.CIRCLE),
    Role.SPECIALIST: (Help.CIRCLE,),
}


class What(StrEnum):
    """What is asked for; the words stand in templates/intake/words.html."""

    CARE = "care"
    SHOPPING = "shopping"
    COMPANY = "company"
    OFFICES = "offices"
    LESSONS = "lessons"
    FOOD = "food"
    HARM = "harm"
    OTHER = "other"


class Reporter(StrEnum):
    """Who tells of it."""

    SELF = "self"
    FAMILY = "family"
    NEIGHBOUR = "neighbour"
    SCHOOL = "school"
    POLICE = "police"
    PROBATION_OFFICER = "probation-officer"
    SOCIAL_WORKER = "social-worker"
    OTHER = "other"


class Came(StrEnum):
    """How a request came in."""

    WEB = "web"
    PHONE = "phone"
    SMS = "sms"
    DESK = "desk"


DRAFT_MINUTES = 30
ANSWER_WORKING_DAYS = 2
CALL_WORKING_DAYS = 3
# Working days for taking a request at a desk, by its urgency; never more than the public form promises.
TAKE_WITHIN = {CALM: ANSWER_WORKING_DAYS, SOON: ANSWER_WORKING_DAYS, PRESSING: 1, TODAY: 0}
# And for bringing it to an end once somebody has it.
FINISH_WITHIN = 10


NUMBER = re.compile(r"(?:z\W*)?(?:(20\d\d)\D+)?0*(\d{1,6})", re.I | re.ASCII)


def number_of(text: str) -> tuple[str, int] | None:
    """Year and place of a request's number as people say it: "Z-2026-0042", "2026 42", "42" (year ""); else None."""
    found = NUMBER.fullmatch(text.strip())
    return (found[1] or "", int(found[2])) if found else None


def urgency_of(what: str, said: int) -> int:
    """How urgent a request is: where somebody is harmed it is always today."""
    return TODAY if what == What.HARM else said


# An hour of strangers' forms from one address; a class of pupils at one school may wait six minutes for the next.
SIGN_UPS = Limit("sign-up", 10, 3600)
REQUESTS = Limit("help", 10, 3600)
# Asking how a request stands: whoever guesses the code of one number waits years for it.
STATUS_FROM_ONE_PLACE = Limit("help-status", 20, 3600)
STATUS_OF_ONE_NUMBER = Limit("help-status-number", 10, 3600)
MAILS_TO_ONE_ADDRESS = Limit("public-mail", 3, 86400)


def working_days_on(day: date, days: int) -> date:
    """The day `days` working days after `day`; of none the day itself, or the first working day after it."""
    while days or not is_working_day(day):
        day += timedelta(days=1)
        days -= bool(days) and is_working_day(day)
    return day


def is_working_day(day: date) -> bool:
    return day.isoweekday() < 6 and not is_holiday(day)


def due_on(state: RequestState, urgency: int, since: date) -> date | None:
    """By when the desk acts on a request that has been at it (new) or in somebody's hands (taken) `since`."""
    match state:
        case RequestState.NEW:
            return working_days_on(since, TAKE_WITHIN[urgency])
        case RequestState.TAKEN:
            return working_days_on(since, FINISH_WITHIN)
        case _:
            return None


def late_before(today: date, days: int) -> date:
    """The first day since which something with `days` working days is not late yet: earlier ones are."""
    day = today
    while working_days_on(day - timedelta(days=1), days) >= today:
        day -= timedelta(days=1)
    return day
