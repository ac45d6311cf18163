"""States of meetings and assignments, and which may follow which."""

from enum import StrEnum


class MeetingState(StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"


class AssignmentState(StrEnum):
    PROPOSED = "proposed"
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    SILENT = "silent"
    WITHDRAWN = "withdrawn"
    DONE = "done"
    MISSED = "missed"


S = AssignmentState
TRANSITIONS: dict[AssignmentState, frozenset[AssignmentState]] = {
    S.PROPOSED: frozenset({S.INVITED, S.ACCEPTED, S.DECLINED, S.WITHDRAWN}),
    S.INVITED: frozenset({S.ACCEPTED, S.DECLINED, S.SILENT, S.WITHDRAWN}),
    S.SILENT: frozenset({S.PROPOSED, S.INVITED, S.ACCEPTED, S.DECLINED}),
    S.ACCEPTED: frozenset({S.DECLINED, S.WITHDRAWN, S.DONE, S.MISSED}),
    S.DECLINED: frozenset({S.PROPOSED, S.INVITED, S.ACCEPTED}),
    S.WITHDRAWN: frozenset({S.PROPOSED, S.INVITED}),
    S.DONE: frozenset({S.MISSED}),
    S.MISSED: frozenset({S.DONE}),
}


class HoursState(StrEnum):
    REPORTED = "reported"
    APPROVED = "approved"
    REFUSED = "refused"


class Missed(StrEnum):
    """Why somebody who was expected did not come."""

    ILL = "ill"
    TOLD = "told"
    NO_WORD = "no_word"
    CENTRE = "centre"
    OTHER = "other"


class Stage(StrEnum):
    """How far the search for somebody in a place has got."""

    LIST = "list"
    WAVES = "waves"
    WIDER = "wider"
    COORDINATOR = "coordinator"


def may_become(was: AssignmentState, becomes: AssignmentState) -> bool:
    return becomes in TRANSITIONS[was]
