"""When somebody has finished a course: enough sessions attended, wherever they were made up."""

from dataclasses import dataclass
from enum import StrEnum


class Counted(StrEnum):
    """How much is enough: so many sessions, or so many in a hundred of them."""

    SESSIONS = "sessions"
    PERCENT = "percent"


class Standing(StrEnum):
    """Where somebody stands in a course. Entitled: attended enough, and nobody has confirmed it yet."""

    FINISHED = "finished"
    ENTITLED = "entitled"
    ON_THE_WAY = "on_the_way"
    TOO_FEW = "too_few"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Progress:
    """`attended` of `sessions`; `open`: not held or not noted yet; `needed` to finish, None where nobody said."""

    attended: int
    open: int
    sessions: int
    needed: int | None

    @property
    def lacking(self) -> int:
        return max(0, (self.needed or 0) - self.attended)

    @property
    def enough(self) -> bool:
        return self.needed is not None and self.attended >= self.needed

    def standing(self, *, finished: bool) -> Standing:
        if finished:
            return Standing.FINISHED
        if self.needed is None:
            return Standing.UNDECIDED
        if self.enough:
            return Standing.ENTITLED
        return Standing.ON_THE_WAY if self.attended + self.open >= self.needed else Standing.TOO_FEW


def needed(enough: int, counted: Counted, sessions: int) -> int:
    """How many of `sessions` must be attended: a part of one counts as a whole, and none is never enough."""
    if counted is Counted.SESSIONS:
        return enough
    return max(1, -(-enough * sessions // 100))
