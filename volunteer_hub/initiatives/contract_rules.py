"""The life of a social contract and of its steps."""

from datetime import date
from enum import StrEnum


class ContractState(StrEnum):
    """Signed: on paper, by both sides; it runs from its first day to its last."""

    DRAFT = "draft"
    SIGNED = "signed"
    FINISHED = "finished"
    ENDED = "ended"


# How a signed one may end.
ENDS = (ContractState.FINISHED, ContractState.ENDED)


class StepState(StrEnum):
    DONE = "done"
    OVERDUE = "overdue"
    AHEAD = "ahead"


def reached(days: list[date], attend: int) -> date | None:
    """The day on which the last of `attend` meetings was attended; `days` are those attended. None: not yet."""
    return sorted(days)[attend - 1] if 1 <= attend <= len(days) else None


def step_state(done_on: date | None, due: date | None, today: date) -> StepState:
    """A step is overdue from the day after its date on."""
    if done_on is not None:
        return StepState.DONE
    return StepState.OVERDUE if due is not None and due < today else StepState.AHEAD
