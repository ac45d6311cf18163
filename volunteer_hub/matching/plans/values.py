"""What the solving process answers: plain values, known to both sides."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Picked:
    """A pair that was chosen, with its score among all who might have taken the opening."""

    opening: UUID
    volunteer: UUID
    score: int
    rank: int
    km: float
    parts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Short:
    """An opening that lacks `missing` people. `why`: as queries.Why, empty when there was no time to say."""

    opening: UUID
    missing: int
    why: Mapping[str, object]
    nearest: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The pairs chosen beside those that were locked. The bounds are of the whole, locked pairs included."""

    picks: tuple[Picked, ...] = ()
    short: tuple[Short, ...] = ()
    seats_bound: int = 0
    urgent_bound: int = 0
    proven: bool = True
    seconds: float = 0.0
