"""The kinds of initiative and what each kind may show."""

import unicodedata
from collections.abc import Iterable
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
# The same as a statement takes them.
CONFIDENTIAL = sorted(CONFIDENTIAL_KINDS)

# What /groups lists. A support circle is about one household and is never public.
OPEN_TO_ALL = (InitiativeKind.GROUP, InitiativeKind.COURSE)

STEM = 5


def tells_theme(text: str, theme_names: Iterable[str]) -> bool:
    """Whether `text` shares a word's beginning with a theme's name: "Grupa dla uzależnionych" tells "Uzależnienia".

    A guard against slips, not a proof of silence: what a group is about can be said in other words.
    """
    told = {word[:STEM] for name in theme_names for word in _words(name)}
    return any(word[:STEM] in told for word in _words(text))


def _words(text: str) -> list[str]:
    """The words long enough to mean something, without case and accents."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    words = "".join(c if c.isalnum() else " " for c in plain.replace("ł", "l")).split()
    return [word for word in words if len(word) >= STEM]
