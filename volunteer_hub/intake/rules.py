"""Where a request for help stands."""

from enum import StrEnum


class RequestState(StrEnum):
    NEW = "new"
    TAKEN = "taken"
    CLOSED = "closed"


DRAFT_MINUTES = 30
