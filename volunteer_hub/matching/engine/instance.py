"""A problem of matching as values: who may help, what is open, what stands already. Times are whole wall minutes.

A minute is counted from the first day of the calendar (`date.toordinal`), so days, weeks and rests are differences.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

DAY = 24 * 60

Point = tuple[float, float]
Interval = tuple[int, int]
# Where a value stands in a file: "$", or (the place around it, its key or its number there). Put into words for a
# fault only, for a file of a hundred thousand people has millions of places.
Place = str | tuple["Place", "str | int"]


@dataclass(frozen=True, slots=True)
class Travel:
    """Minutes between two openings of one volunteer; `far` when their places are more than `far_km` apart."""

    rest_min: float = 30
    far_km: float = 6
    far_rest_min: float = 60


@dataclass(frozen=True, slots=True)
class Volunteer:
    """`free`: (weekday 1…7, from, to) in minutes of the day, in order, none touching another; `away`: first and last
    day as ordinals; `week_minutes`: the most they help in an ISO week."""

    id: str
    birth_date: date
    max_km: float
    week_minutes: int
    at: Point | None = None
    guardian_consent: bool = False
    gender: str | None = None
    recent: int = 0
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    causes: frozenset[str] = frozenset()
    never_with: frozenset[str] = frozenset()
    clearances: tuple[tuple[str, int], ...] = ()
    free: tuple[tuple[int, int, int], ...] = ()
    away: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """`times` in order, none over another; `known` and `never` name volunteers by id.

    `weeks`: minutes by ISO week, the week counted from the first Monday of the calendar.
    """

    id: str
    organisation: str
    times: tuple[Interval, ...]
    least: int
    most: int
    at: Point | None = None
    urgent: bool = False
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    clearances: frozenset[str] = frozenset()
    min_age: int | None = None
    max_age: int | None = None
    minor_safe: bool = False
    gender: str | None = None
    cause: str | None = None
    known: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    weeks: tuple[tuple[int, int], ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        # Frozen, and asked for millions of times: a slot takes a tenth of what a cached property does.
        object.__setattr__(self, "weeks", _weeks(self.times))

    @property
    def first_day(self) -> int:
        return self.times[0][0] // DAY

    @property
    def last_day(self) -> int:
        return max(ends for _, ends in self.times) // DAY


@lru_cache(10_000)
def _weeks(times: tuple[Interval, ...]) -> tuple[tuple[int, int], ...]:
    minutes: dict[int, int] = {}
    for starts, ends in times:
        week = (starts // DAY - 1) // 7
        minutes[week] = minutes.get(week, 0) + ends - starts
    return tuple(sorted(minutes.items()))


@dataclass(frozen=True, slots=True)
class Kept:
    """A pair of the plan before, by position in the instance."""

    volunteer: int
    opening: int
    locked: bool


@dataclass(frozen=True, slots=True)
class Instance:
    """One problem; `stability`: thousandths of the objective that each kept, unlocked pair is worth."""

    volunteers: tuple[Volunteer, ...]
    openings: tuple[Opening, ...]
    travel: Travel = Travel()
    stability: float = 0
    keep: tuple[Kept, ...] = ()
    timezone: str = "Europe/Warsaw"


class Fault(Exception):
    """What is wrong with a file, as one sentence beginning with its place (`$.openings[3].least: …`)."""

    def __init__(self, place: Place, sentence: str) -> None:
        super().__init__(f"{_in_words(place)}: {sentence}")


def _in_words(place: Place) -> str:
    if isinstance(place, str):
        return place
    around, here = place
    return _in_words(around) + (f"[{here}]" if isinstance(here, int) else f".{here}")
