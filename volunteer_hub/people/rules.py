"""A volunteer's age, kind and step on the way from sign-up to leaving."""

from datetime import date
from enum import StrEnum


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
    Step.LEFT: (),
}

ADULT_AGE = 18


def age(born: date, on: date) -> int:
    """Whole years on the day `on`; born on 29 February: a year older on 1 March in common years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def is_minor(born: date, on: date) -> bool:
    return age(born, on) < ADULT_AGE
