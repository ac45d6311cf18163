"""Where a request for help stands, by when we answer, whom we text, how often a stranger may write."""

from datetime import date, timedelta
from enum import StrEnum

from volunteer_hub.access.rules import Limit
from volunteer_hub.kit.phone import takes_sms


class RequestState(StrEnum):
    NEW = "new"
    TAKEN = "taken"
    CLOSED = "closed"


NEXT: dict[RequestState, frozenset[RequestState]] = {
    RequestState.NEW: frozenset({RequestState.TAKEN, RequestState.CLOSED}),
    RequestState.TAKEN: frozenset({RequestState.CLOSED}),
    RequestState.CLOSED: frozenset(),
}

DRAFT_MINUTES = 30
ANSWER_WORKING_DAYS = 2
CALL_WORKING_DAYS = 3

# An hour of strangers' forms from one address; a class of pupils at one school may wait six minutes for the next.
SIGN_UPS = Limit("sign-up", 10, 3600)
REQUESTS = Limit("help", 10, 3600)
# SMS that a stranger can make us send, by typing a number into a public form.
SMS_TO_ONE_NUMBER = Limit("public-sms", 3, 86400)
SMS_TO_STRANGERS = Limit("public-sms-all", 300, 86400)
MAILS_TO_ONE_ADDRESS = Limit("public-mail", 3, 86400)


def may_text(phone: str) -> bool:
    """Whether a number typed by a stranger gets an SMS at all: a Polish one that can take it. Others are rung."""
    return phone.startswith("+48") and takes_sms(phone)


def working_days_on(day: date, days: int) -> date:
    """The day `days` working days after `day`, Saturdays and Sundays not counted."""
    while days:
        day += timedelta(days=1)
        days -= day.isoweekday() < 6
    return day
