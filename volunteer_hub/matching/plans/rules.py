"""Figures of a plan, and what may become of a pair. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any
from uuid import UUID

from volunteer_hub.matching.states import NEXT_PAIR, PairState
from volunteer_hub.schedule.states import AssignmentState

# A plan of more is no plan any more: people do not know so far ahead when they have time.
MOST_DAYS = 62

# What people may still change or send.
OPEN = frozenset({PairState.PROPOSED, PairState.LOCKED})
# Whoever said yes to what was sent has it among their bookings.
BOOKED = frozenset({AssignmentState.ACCEPTED, AssignmentState.DONE, AssignmentState.MISSED})
THERE = BOOKED | {AssignmentState.INVITED, AssignmentState.PROPOSED}


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Seats of one day: how many of those that were lacking the plan fills."""

    day: date
    wanted: int
    seats: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What a plan comes to. `wanted`: seats that were lacking when it was solved, `seats`: how many of them it fills,
    `over`: people beyond the least that openings need. The bounds: no plan fills more, as the rules stood then.

    `proven`: the engine has shown that no plan is better. `loads`: how many people have so many pairs. `km_total` and
    `km_median`: one way, as the crow flies. `seconds`: how long it was searched for.
    """

    wanted: int
    seats: int
    over: int
    urgent_wanted: int
    urgent_seats: int
    seats_bound: int
    urgent_bound: int
    proven: bool
    km_total: float
    km_median: float
    loads: Mapping[int, int]
    people: int
    seconds: float
    days: Sequence[DayFigures]


@dataclass(frozen=True, slots=True)
class Solved:
    """What was asked and answered when a plan was last solved; matching_plan.figures.

    `wanted`: lacking seats by opening, also where the plan fills them; `urgent`: which of the openings were urgent.
    """

    wanted: Mapping[UUID, int]
    urgent: frozenset[UUID]
    seats_bound: int
    urgent_bound: int
    proven: bool
    seconds: float

    def to_json(self) -> dict[str, object]:
        return {
            "wanted": {str(opening): n for opening, n in self.wanted.items()},
            "urgent": sorted(map(str, self.urgent)),
            "seats_bound": self.seats_bound,
            "urgent_bound": self.urgent_bound,
            "proven": self.proven,
            "seconds": round(self.seconds, 2),
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Solved":
        wanted = {UUID(opening): n for opening, n in said["wanted"].items()}
        return cls(**{**said, "wanted": wanted, "urgent": frozenset(map(UUID, said["urgent"]))})


@dataclass(frozen=True, slots=True)
class Pick:
    """A pair that fills a seat, as the figures count it."""

    opening: UUID
    volunteer: UUID
    km: float | None


def figures(solved: Solved, days: Mapping[UUID, date], picks: Sequence[Pick]) -> Figures:
    """What `picks` come to; `days` are those of the openings that still exist."""
    filled = Counter(pick.opening for pick in picks)
    wanted = {opening: n for opening, n in solved.wanted.items() if opening in days}
    seats = {opening: min(n, filled[opening]) for opening, n in wanted.items()}
    urgent = solved.urgent & wanted.keys()
    loads = Counter(Counter(pick.volunteer for pick in picks).values())
    ways = [pick.km for pick in picks if pick.km is not None]
    by_day = sorted({days[opening] for opening in wanted})
    return Figures(
        wanted=sum(wanted.values()),
        seats=sum(seats.values()),
        over=len(picks) - sum(seats.values()),
        urgent_wanted=sum(wanted[opening] for opening in urgent),
        urgent_seats=sum(seats[opening] for opening in urgent),
        seats_bound=solved.seats_bound,
        urgent_bound=solved.urgent_bound,
        proven=solved.proven,
        km_total=sum(ways),
        km_median=median(ways) if ways else 0.0,
        loads=dict(sorted(loads.items())),
        people=sum(loads.values()),
        seconds=solved.seconds,
        days=[
            DayFigures(day, *(sum(of[o] for o in wanted if days[o] == day) for of in (wanted, seats))) for day in by_day
        ],
    )


def fills(state: PairState, answer: AssignmentState | None) -> bool:
    """Whether a pair fills a seat of the plan: proposed, kept, or sent and not said no to."""
    return state in OPEN or (state is PairState.SENT and answer in THERE)


def may_become(was: PairState, becomes: PairState) -> bool:
    return becomes in NEXT_PAIR[was]
