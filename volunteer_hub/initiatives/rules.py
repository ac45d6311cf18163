"""The kinds of initiative and what each kind may show."""

from enum import StrEnum


class InitiativeKind(StrEnum):
    """The first four are projects."""

    PARTNERSHIP = "partnership"
    LONG_TERM = "long_term"
    ONE_OFF = "one_off"
    EDUCATIONAL = "educational"
    GROUP = "group"
    COURSE = "course"
    CIRCLE = "circle"


class InitiativeState(StrEnum):
    IDEA = "idea"
    PREPARED = "prepared"
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"


# Belonging to one of these can reveal health or hardship: only the neutral name leaves the desk (GDPR, Art. 9).
CONFIDENTIAL_KINDS = frozenset({InitiativeKind.GROUP, InitiativeKind.CIRCLE})
