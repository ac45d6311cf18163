"""States of a plan of a period, of a pair in it, and of an invitation in waves; which may follow which."""

from collections.abc import Mapping
from enum import StrEnum


class PlanState(StrEnum):
    """A draft is changed and solved again; a sent one is changed no more, but by what people answer."""

    DRAFT = "draft"
    SENT = "sent"
    DROPPED = "dropped"


class PairState(StrEnum):
    """What a person has said of one pair of a draft.

    Proposed by the engine; kept by somebody's hand, who may have chosen it themselves; refused, so that the engine does
    not choose it again; sent: the invitation has left.
    """

    PROPOSED = "proposed"
    LOCKED = "locked"
    REFUSED = "refused"
    SENT = "sent"


NEXT_PAIR: Mapping[PairState, frozenset[PairState]] = {
    PairState.PROPOSED: frozenset({PairState.LOCKED, PairState.REFUSED, PairState.SENT}),
    PairState.LOCKED: frozenset({PairState.PROPOSED, PairState.REFUSED, PairState.SENT}),
    PairState.REFUSED: frozenset({PairState.PROPOSED, PairState.LOCKED}),
    PairState.SENT: frozenset(),
}


class WaveState(StrEnum):
    """Running until the opening is full, nobody is left to ask, or somebody stops it."""

    RUNNING = "running"
    FULL = "full"
    OUT = "out"
    STOPPED = "stopped"
