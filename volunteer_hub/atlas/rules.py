"""How pressing a need is and where it stands; what reaches it; what of it the public and volunteers may know.

Reach and gaps are decided here and, set by set, in SQL (atlas/reach.py, atlas/gaps.py); the tests hold the two equal.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from math import cos, floor, inf, radians
from uuid import UUID

from volunteer_hub.kit import geo
from volunteer_hub.kit.geo import Point
from volunteer_hub.people.rules import PARTS, SLOTS

CALM, SOON, PRESSING, TODAY = 1, 2, 3, 4
MOST_URGENT = TODAY

# Help is gone to this far, in a straight line, where neither the theme nor the setting nor the page says otherwise:
# twenty minutes on foot.
REACH_KM = 1.5

# Fewer than this many could be told apart by a neighbour (docs/decisions/0012-map.md).
CROWD = 10


class NeedState(StrEnum):
    """open → addressed (an initiative stands for it) → met; or withdrawn by who voiced it."""

    OPEN = "open"
    ADDRESSED = "addressed"
    MET = "met"
    WITHDRAWN = "withdrawn"


NEXT: dict[NeedState, tuple[NeedState, ...]] = {
    NeedState.OPEN: (NeedState.ADDRESSED, NeedState.MET, NeedState.WITHDRAWN),
    NeedState.ADDRESSED: (NeedState.OPEN, NeedState.MET, NeedState.WITHDRAWN),
    NeedState.MET: (NeedState.OPEN,),
    NeedState.WITHDRAWN: (NeedState.OPEN,),
}

# What still stands on the map.
LIVING = (NeedState.OPEN, NeedState.ADDRESSED)


class ResourceKind(StrEnum):
    ORGANISATION = "organisation"
    VENUE = "venue"
    SERVICE = "service"
    SKILL = "skill"
    GROUP = "group"


class EvidenceKind(StrEnum):
    SURVEY = "survey"
    REQUEST = "request"
    TEAM = "team"
    FIGURES = "figures"
    SEEN = "seen"


class HelpSource(StrEnum):
    RESOURCE = "resource"
    INITIATIVE = "initiative"


# What a place can offer to somebody who walks, sees or hears with difficulty.
ACCESS = ("step-free", "lift", "toilet", "parking", "hearing-loop", "sign-language", "quiet", "guide-dog")


def public_count(count: int) -> int:
    """`count` as the public may know it: rounded down to tens, so fewer than ten is 0.

    Rounded, and not only hidden below ten: from exact sums over all themes and over one a small rest could be reckoned.
    """
    return count // CROWD * CROWD


# Shorter than this in a part of the day is no help at that time.
LEAST_MINUTES = 60


def week_of_hours(hours: Iterable[tuple[int, time, time]]) -> int:
    """Parts of the week (people.rules.week_of) that hours touch for an hour or longer; weekday 1 is Monday.

    The same as week_part() of the database; 23:59:59 at the end is midnight.
    """
    week = 0
    for weekday, starts, ends in hours:
        for part, (opens, closes) in PARTS.items():
            common = datetime.combine(date.min, min(ends, closes)) - datetime.combine(date.min, max(starts, opens))
            if common.total_seconds() >= LEAST_MINUTES * 60:
                week |= 1 << SLOTS.index(f"{weekday}-{part}")
    return week


def weeks_meet(one: int, other: int) -> bool:
    """Whether two weeks have a part in common; 0 is a week nobody knows, so any."""
    return not one or not other or bool(one & other)


@dataclass(frozen=True, slots=True)
class Lack:
    """A need as reach is reckoned for it. `themes`: its own and those above it in the tree; `reach_km`: what holds."""

    themes: frozenset[UUID]
    at: Point
    people: int
    week: int = 0
    reach_km: float = REACH_KM


@dataclass(frozen=True, slots=True)
class Aid:
    """Help of one source for one theme at one place; or a free volunteer, who is one place and goes `most_km` at most.

    In force from `since` up to, not including, `until`. `capacity` None: nobody counted, so enough for all.
    """

    source: UUID
    themes: frozenset[UUID]
    at: Point
    week: int = 0
    capacity: int | None = None
    since: date = date.min
    until: date | None = None
    most_km: float = inf


class Obstacle(StrEnum):
    """Why help does not reach a need. `said`: a coordinator said that it does not."""

    THEME = "theme"
    DISTANCE = "distance"
    TIME = "time"
    DAY = "day"
    SAID = "said"


def obstacles(need: Lack, aid: Aid, day: date, said: bool | None = None) -> tuple[Obstacle, ...]:
    """All that keeps `aid` from the need on `day`. `said`: a coordinator's word, before theme, distance and time."""
    if said is False:
        return (Obstacle.SAID,)
    found = {
        Obstacle.THEME: said is None and not (need.themes & aid.themes),
        Obstacle.DISTANCE: said is None and geo.km(need.at, aid.at) > min(need.reach_km, aid.most_km),
        Obstacle.TIME: said is None and not weeks_meet(need.week, aid.week),
        Obstacle.DAY: day < aid.since or (aid.until is not None and aid.until <= day),
    }
    return tuple(obstacle for obstacle, there in found.items() if there)


def reaches(need: Lack, aid: Aid, day: date, said: bool | None = None) -> bool:
    """Whether help reaches a need on `day`: its theme or one above it, near enough, at a common time, in force."""
    return not obstacles(need, aid, day, said)


def places(need: Lack, aids: Iterable[Aid], day: date, said: Mapping[UUID, bool] | None = None) -> int | None:
    """For how many of its people there is help in reach; None: for all. `said`: coordinators' words by source.

    A source that reaches a need in several ways counts once, by the largest. Places are not shared out among needs:
    each is judged alone, so that more help, nearer help or a need less never opens a gap elsewhere.
    """
    most: dict[UUID, float] = defaultdict(float)
    for aid in aids:
        if reaches(need, aid, day, (said or {}).get(aid.source)):
            most[aid.source] = max(most[aid.source], inf if aid.capacity is None else aid.capacity)
    total = sum(most.values())
    return None if total == inf else int(total)


def is_gap(state: NeedState, *, initiatives: int, people: int, places: int | None) -> bool:
    """An open need that no initiative stands for and that has fewer places in reach than people."""
    return state is NeedState.OPEN and not initiatives and places is not None and places < people


def rank(urgency: int, people: int, voiced_on: date, day: date) -> int:
    """By what gaps are ordered: urgency × people × days open, the first day counted."""
    return urgency * people * max(1, (day - voiced_on).days + 1)


class Because(StrEnum):
    NOBODY = "nobody"
    FEW = "few"
    FAR = "far"
    TIME = "time"
    SAID = "said"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a need is a gap. `km` and `week` are of the nearest help; `places` and `people` where there are too few."""

    because: Because
    km: float = 0.0
    week: int = 0
    places: int = 0
    people: int = 0


def why(need: Lack, aids: Iterable[Aid], day: date, said: Mapping[UUID, bool] | None = None, *, places: int) -> Reason:
    """Why a gap is one: too few `places` in reach, else what the nearest help of the theme lacks. Needs no more of
    `aids` than that nearest one, and none in other themes."""
    if places:
        return Reason(Because.FEW, places=places, people=need.people)
    words = said or {}
    of_theme = [aid for aid in aids if not {Obstacle.THEME, Obstacle.DAY} & {*obstacles(need, aid, day)}]
    open_to = [aid for aid in of_theme if words.get(aid.source) is not False]
    if not open_to:
        return Reason(Because.SAID if of_theme else Because.NOBODY)
    near = min(open_to, key=lambda aid: geo.km(need.at, aid.at))
    km = geo.km(need.at, near.at)
    return Reason(Because.FAR if km > need.reach_km else Because.TIME, km=km, week=near.week)


# The side of the smallest cell in which a need may be shown to volunteers, and how many people must live in it.
CELL_KM = 0.3
CELL_RESIDENTS = 50
KM_PER_DEGREE = geo.EARTH_RADIUS_KM * radians(1)


def cell_km(residents: int | None, km2: float | None) -> float | None:
    """The side of a district's cells: 300·2ⁿ m with the smallest n at which some fifty people live in one at least.

    None where that is unknown, or a cell would be larger than the district.
    """
    if not residents or not km2:
        return None
    side = CELL_KM
    while residents / km2 * side**2 < CELL_RESIDENTS:
        side *= 2
    return side if side**2 <= km2 else None


def published_point(at: Point, *, residents: int | None, km2: float | None, middle: Point) -> Point:
    """Where volunteers are shown a need: the centre of a fixed cell of `cell_km` at the density of its district.

    Where there is no such cell, the district's `middle`. Cells lie where they lie, whatever needs there are: the
    answer knows of the need its cell alone.
    """
    side = cell_km(residents, km2)
    if side is None:
        return middle
    latitude = (floor(at[0] * KM_PER_DEGREE / side) + 0.5) * side / KM_PER_DEGREE
    # All cells of one row have the width of its middle; so they lie without gaps.
    degree = KM_PER_DEGREE * cos(radians(latitude))
    return latitude, (floor(at[1] * degree / side) + 0.5) * side / degree
