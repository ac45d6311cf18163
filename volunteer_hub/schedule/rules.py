"""States of meetings and assignments."""

from enum import StrEnum


class MeetingState(StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"


class AssignmentState(StrEnum):
    PROPOSED = "proposed"
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    DONE = "done"
    MISSED = "missed"


S = AssignmentState
TRANSITIONS: dict[AssignmentState, frozenset[AssignmentState]] = {
    S.PROPOSED: frozenset({S.INVITED, S.ACCEPTED, S.WITHDRAWN}),
    S.INVITED: frozenset({S.ACCEPTED, S.DECLINED, S.WITHDRAWN}),
    S.ACCEPTED: frozenset({S.DECLINED, S.WITHDRAWN, S.DONE, S.MISSED}),
    S.DECLINED: frozenset({S.INVITED, S.ACCEPTED}),
    S.WITHDRAWN: frozenset({S.INVITED}),
    S.DONE: frozenset(),
    S.MISSED: frozenset(),
}


def may_become(was: AssignmentState, becomes: AssignmentState) -> bool:
    return becomes in TRANSITIONS[was]
