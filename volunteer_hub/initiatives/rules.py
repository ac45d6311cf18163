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


class JoiningState(StrEnum):
    """Somebody who does not belong yet: asks to, waits for room, has a place kept for them; or how that ended."""

    ASKED = "asked"
    WAITING = "waiting"
    OFFERED = "offered"
    JOINED = "joined"
    DECLINED = "declined"
    REFUSED = "refused"


class FundingSource(StrEnum):
    """Whose money it is."""

    OWN = "own"
    EU = "eu"
    SPONSOR = "sponsor"
    STATE = "state"


class Taking(StrEnum):
    """How a volunteer who asks for an opening gets it: at once if the rules allow it, or after a coordinator's yes."""

    AT_ONCE = "at_once"
    AFTER_YES = "after_yes"


# How many others may be asked at once when nobody waits for a place that came free.
MOST_WIDE = 20

# From which state an initiative goes to which. What is over may be taken up again, with a reason.
NEXT: dict[InitiativeState, tuple[InitiativeState, ...]] = {
    InitiativeState.IDEA: (InitiativeState.PREPARED, InitiativeState.RUNNING, InitiativeState.STOPPED),
    InitiativeState.PREPARED: (InitiativeState.RUNNING, InitiativeState.STOPPED),
    InitiativeState.RUNNING: (InitiativeState.FINISHED, InitiativeState.STOPPED),
    InitiativeState.FINISHED: (InitiativeState.RUNNING,),
    InitiativeState.STOPPED: (InitiativeState.RUNNING,),
}
BEGINNINGS = (InitiativeState.IDEA, InitiativeState.PREPARED, InitiativeState.RUNNING)
OVER = frozenset({InitiativeState.FINISHED, InitiativeState.STOPPED})


def may_become(was: InitiativeState, becomes: InitiativeState) -> bool:
    return becomes in NEXT[was]


def asks_why(was: InitiativeState, becomes: InitiativeState) -> bool:
    """Whether this step must say its reason: stopping, and going on with what was over."""
    return becomes is InitiativeState.STOPPED or was in OVER


class NextStep(StrEnum):
    """The one thing that an initiative waits for now."""

    PREPARE = "prepare"
    MEETING = "meeting"
    BEGIN = "begin"
    MEET = "meet"
    FINISH = "finish"
    OUTCOME = "outcome"
    NOTHING = "nothing"


def next_step(state: InitiativeState, *, meetings: bool, past_end: bool, lacks_outcome: bool) -> NextStep:
    """`meetings`: some are ahead; `past_end`: its last day has passed."""
    if state in OVER:
        return NextStep.OUTCOME if lacks_outcome else NextStep.NOTHING
    if state is InitiativeState.IDEA:
        return NextStep.PREPARE
    if state is InitiativeState.RUNNING and past_end:
        return NextStep.FINISH
    if not meetings:
        return NextStep.MEETING
    return NextStep.BEGIN if state is InitiativeState.PREPARED else NextStep.MEET


# Belonging to one of these can reveal health or hardship: only the neutral name leaves the desk (GDPR, Art. 9).
CONFIDENTIAL_KINDS = frozenset({InitiativeKind.GROUP, InitiativeKind.CIRCLE})
# The same as a statement takes them.
CONFIDENTIAL = sorted(CONFIDENTIAL_KINDS)

# What /groups lists. A support circle is about one household and is never public.
OPEN_TO_ALL = (InitiativeKind.GROUP, InitiativeKind.COURSE)

PROJECTS = frozenset({
    InitiativeKind.PARTNERSHIP, InitiativeKind.LONG_TERM, InitiativeKind.ONE_OFF, InitiativeKind.EDUCATIONAL,
})  # fmt: skip
# Whose members are bounded.
WITH_ROOM = frozenset({InitiativeKind.GROUP, InitiativeKind.COURSE})

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
