"""What the solving process is asked and what it answers: plain values, known to both sides. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from volunteer_hub.matching.rules import with_others
from volunteer_hub.schedule.rules import OpeningFacts, VolunteerFacts

# A volunteer and an opening.
Pair = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Asked:
    """An opening with the seats that are asked for, those of `locked` among them; `urgent` as the desk knows it.

    `stand`: who is on it in any state, and is not asked again by a plan. `refused`: whom somebody said no to in this
    plan; `locked`: whom somebody keeps in it.
    """

    facts: OpeningFacts
    organisation: UUID
    least: int
    most: int
    urgent: bool
    stand: frozenset[UUID]
    refused: frozenset[UUID] = frozenset()
    locked: tuple[UUID, ...] = ()

    @property
    def id(self) -> UUID:
        return self.facts.id

    @property
    def starts(self) -> datetime:
        return self.facts.times[0].starts


@dataclass(frozen=True, slots=True)
class Said:
    """What people said of a plan's pairs before it is solved again; `keep`: those proposed, of which few change."""

    keep: frozenset[Pair] = frozenset()
    locked: frozenset[Pair] = frozenset()
    refused: frozenset[Pair] = frozenset()


@dataclass(frozen=True, slots=True)
class Question:
    """One problem of the desk. `asked`: by volunteer, what they are asked about already and may still say yes to."""

    openings: tuple[Asked, ...]
    volunteers: Mapping[UUID, VolunteerFacts]
    keep: frozenset[Pair] = frozenset()
    asked: Mapping[UUID, Sequence[OpeningFacts]] = field(default_factory=dict)

    def with_locked(self) -> dict[UUID, VolunteerFacts]:
        """Everybody as if they had accepted what they were asked and what is kept for them."""
        kept = defaultdict[UUID, list[OpeningFacts]](list, {id: list(those) for id, those in self.asked.items()})
        for one in self.openings:
            for volunteer in one.locked:
                kept[volunteer].append(one.facts)
        return {id: with_others(v, kept.get(id, ())) for id, v in self.volunteers.items()}


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
