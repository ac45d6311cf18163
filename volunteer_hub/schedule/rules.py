"""Who may take an opening, by named rules.

The rules read wall times as people agreed on them, also where a clock change skips or repeats an hour.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from volunteer_hub.kit import geo
from volunteer_hub.people.rules import ORAL_DAYS, Term, age, is_minor, service_day
from volunteer_hub.schedule.spans import Span, Window, by_day, by_week, days, recently, seconds


class Rule(StrEnum):
    """Why a volunteer may not take an opening, in the order people are told."""

    ACTIVE = "active"
    ASSIGNED = "assigned"
    RESTRICTED = "restricted"
    CONSENT = "consent"
    MINOR = "minor"
    AGE = "age"
    LIMIT = "limit"
    CLEARANCE = "clearance"
    AGREEMENT = "agreement"
    GENDER = "gender"
    LANGUAGE = "language"
    SKILL = "skill"
    DISTANCE = "distance"
    TIME = "time"
    BUSY = "busy"
    TRAVEL = "travel"
    HOURS = "hours"
    TIMES = "times"


# What must hold until the meeting, not only when somebody is asked: law and safety, not wishes.
STANDING = (
    Rule.RESTRICTED, Rule.CONSENT, Rule.MINOR, Rule.AGE, Rule.LIMIT, Rule.CLEARANCE, Rule.AGREEMENT,
)  # fmt: skip

# What somebody or a role would rather have: a coordinator may ask in spite of it, with a word that is kept. All else is
# law, safety, or cannot be.
WISHES = frozenset({Rule.LANGUAGE, Rule.SKILL, Rule.DISTANCE, Rule.TIME, Rule.TRAVEL, Rule.HOURS, Rule.TIMES})

# What an assignment is at risk by when its meeting was moved to the time of another that its volunteer accepted before.
CLASH = "clash"


class Limit(NamedTuple):
    """What people of `from_age` up to, not including, `under_age` may do; see initiatives.tables.AgeLimit."""

    from_age: int
    under_age: int
    barred: bool = False
    most_hours_day: int | None = None
    most_hours_week: int | None = None
    earliest: time | None = None
    latest: time | None = None


# How fast people get somewhere in a town, from door to door, by what they say they go by (people.week.TRAVELS): a calm
# walk, a bicycle with its lock, a bus with the wait for it and the walk to its stop, a car with its parking place.
KMH = {"foot": 4.5, "bike": 12.0, "bus": 12.0, "car": 25.0}
# A way through streets is about this much longer than the straight line (a usual detour index of towns: 1.2 to 1.4).
DETOUR = 1.3
# Tasks further apart than this leave time for any way that somebody helps at.
APART = timedelta(hours=12)


class Stop(NamedTuple):
    """Somewhere to be, from one naive wall time to a later one."""

    starts: datetime
    ends: datetime
    at: geo.Point


@dataclass(frozen=True, slots=True)
class VolunteerFacts:
    """What the rules ask about a volunteer. `booked`: accepted elsewhere, `stops`: the same with where it is; `recent`:
    how often in the 28 days before. `kmh`: how fast they get from one to another.

    `clearances` are those not revoked, each with its last day. `policies` are those in the volunteer's own name.
    """

    id: UUID
    birth_date: date
    max_km: float
    max_hours_week: int
    at: geo.Point | None = None
    active: bool = True
    guardian_consent: bool = False
    gender: str = ""
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    causes: frozenset[str] = frozenset()
    clearances: Mapping[str, date] = field(default_factory=dict)
    free: tuple[Window, ...] = ()
    away: tuple[tuple[date, date], ...] = ()
    booked: tuple[Span, ...] = ()
    stops: tuple[Stop, ...] = ()
    kmh: float = 15.0
    recent: int = 0
    max_times_week: int | None = None
    restricted: bool = False
    services: tuple[Term, ...] = ()
    agreements: tuple[Term, ...] = ()
    policies: tuple[Term, ...] = ()


def as_of(v: VolunteerFacts, starts: datetime) -> VolunteerFacts:
    """`v` as an opening that begins at `starts` asks: how much they have done in the weeks before it."""
    recent = recently(v.booked, starts)
    return v if recent == v.recent else replace(v, recent=recent)


class Rush(NamedTuple):
    """A task elsewhere, how much time lies between, and how much the way takes."""

    stop: Stop
    gap: timedelta
    needed: timedelta


@dataclass(frozen=True, slots=True)
class OpeningFacts:
    """What the rules ask about an opening. `known`: who helped there before and how often; `assigned`: who has it.

    `limits` are those of its place, its role or anywhere, in force on its first day; `policies` insure everybody.
    """

    id: UUID
    times: tuple[Span, ...]
    at: geo.Point | None = None
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    clearances: frozenset[str] = frozenset()
    min_age: int | None = None
    max_age: int | None = None
    minor_safe: bool = False
    gender: str = ""
    cause: str = ""
    known: Mapping[UUID, int] = field(default_factory=dict)
    assigned: frozenset[UUID] = frozenset()
    limits: tuple[Limit, ...] = ()
    policies: tuple[Term, ...] = ()

    @property
    def first_day(self) -> date:
        return min(span.starts for span in self.times).date()

    @property
    def last_day(self) -> date:
        return max(day for day, _, _ in days(self.times))


def broken(v: VolunteerFacts, o: OpeningFacts) -> tuple[Rule, ...]:
    """The rules that keep `v` from `o`, in the order of Rule; none: a candidate."""
    years = age(v.birth_date, o.first_day)
    minor = is_minor(v.birth_date, o.first_day)
    said = {
        Rule.ACTIVE: not v.active,
        Rule.ASSIGNED: v.id in o.assigned,
        Rule.RESTRICTED: v.restricted,
        Rule.CONSENT: minor and not v.guardian_consent,
        Rule.MINOR: minor and not o.minor_safe,
        Rule.AGE: (o.min_age is not None and years < o.min_age) or (o.max_age is not None and years > o.max_age),
        Rule.LIMIT: any(passes(limit, v, o) for limit in o.limits),
        Rule.CLEARANCE: any(v.clearances.get(kind, date.min) < o.last_day for kind in o.clearances),
        Rule.AGREEMENT: not all(is_covered(v, o, day) for day, _, _ in days(o.times)),
        Rule.GENDER: bool(o.gender) and o.gender != v.gender,
        Rule.LANGUAGE: bool(o.languages) and not o.languages & v.languages,
        Rule.SKILL: not o.skills <= v.skills,
        Rule.DISTANCE: km(v, o) > v.max_km,
        Rule.TIME: not is_free(v, o),
        Rule.BUSY: any(a.starts < b.ends and b.starts < a.ends for a in o.times for b in v.booked),
        Rule.TRAVEL: rush(v, o) is not None,
        Rule.HOURS: too_many_hours(v, o),
        Rule.TIMES: too_many_times(v, o),
    }
    return tuple(rule for rule in Rule if said[rule])


def passes(limit: Limit, v: VolunteerFacts, o: OpeningFacts) -> bool:
    """Whether `o`, on top of all else `v` has booked anywhere, goes beyond what `limit` lets people of this age do."""
    if not limit.from_age <= age(v.birth_date, o.first_day) < limit.under_age:
        return False
    a_day, a_week = limit.most_hours_day, limit.most_hours_week
    too_long = is_too_long(a_day, by_day, v, o) or is_too_long(a_week, by_week, v, o)
    return limit.barred or is_early(limit, o) or is_late(limit, o) or too_long


def is_early(limit: Limit, o: OpeningFacts) -> bool:
    """Whether something of `o` lies before the limit's hour of any day, be it after a midnight in the middle of it."""
    return limit.earliest is not None and any(from_ < seconds(limit.earliest) for _, from_, _ in days(o.times))


def is_late(limit: Limit, o: OpeningFacts) -> bool:
    """Whether something of `o` ends later than the limit's hour of the day it began on."""
    if limit.latest is None:
        return False
    latest = timedelta(seconds=seconds(limit.latest))
    return any(ends > datetime.combine(starts, time()) + latest for starts, ends in o.times)


def is_too_long(
    most: int | None, by: Callable[[Iterable[Span]], Mapping[Any, timedelta]], v: VolunteerFacts, o: OpeningFacts
) -> bool:
    """Whether `o` with all that is booked comes to more than `most` hours in one of its days or weeks (`by`)."""
    if most is None:
        return False
    together = by((*v.booked, *o.times))
    return any(together[when] > timedelta(hours=most) for when in by(o.times))


def is_covered(v: VolunteerFacts, o: OpeningFacts, day: date) -> bool:
    """Whether `v` may help on `day`: by a written agreement from the 31st day of service on, before it insured."""
    return any(holds(term, day) for term in (v.agreements if in_writing(v, day) else (*v.policies, *o.policies)))


def in_writing(v: VolunteerFacts, day: date) -> bool:
    """Whether only a written agreement will do: who has not begun would begin that day; the oldest service counts."""
    return max((service_day(term.first, day) for term in v.services if holds(term, day)), default=1) > ORAL_DAYS


def holds(term: Term, day: date) -> bool:
    return term.first <= day and (term.last is None or day <= term.last)


def km(v: VolunteerFacts, o: OpeningFacts) -> float:
    """Great-circle kilometres between the two; 0 where either has no place."""
    return geo.km(v.at, o.at) if v.at and o.at else 0.0


def is_free(v: VolunteerFacts, o: OpeningFacts) -> bool:
    """Whether all of `o` lies inside the free windows of `v` and on no away day."""
    free = ((starts, ends, free_on(v, day)) for day, starts, ends in days(o.times))
    inside = all(any(from_ <= starts and ends <= to for from_, to in windows) for starts, ends, windows in free)
    return inside and not is_away(v, o)


def is_away(v: VolunteerFacts, o: OpeningFacts) -> bool:
    """Whether something of `o` falls on a day when `v` said they are away."""
    return any(first <= day <= last for day, _, _ in days(o.times) for first, last in v.away)


def free_on(v: VolunteerFacts, day: date) -> list[tuple[int, int]]:
    """The free windows of `v` on the weekday of `day`, in seconds of the day and in order; those that touch are one."""
    merged: list[tuple[int, int]] = []
    for window in sorted(v.free):
        from_, to = seconds(window.starts), seconds(window.ends)
        if window.weekday != day.isoweekday() or from_ >= to:
            continue
        if merged and from_ <= merged[-1][1]:
            from_, before = merged.pop()
            to = max(before, to)
        merged.append((from_, to))
    return merged


def rush(v: VolunteerFacts, o: OpeningFacts) -> Rush | None:
    """The task before or after `o` from or to which there is not enough time; None: there is, or it is at one time."""
    if o.at is None:
        return None
    for starts, ends in o.times:
        for stop in v.stops:
            gap = starts - stop.ends if stop.ends <= starts else stop.starts - ends
            needed = timedelta(hours=geo.km(stop.at, o.at) * DETOUR / v.kmh)
            if timedelta() <= gap < min(needed, APART):
                return Rush(stop, gap, needed)
    return None


def too_many_hours(v: VolunteerFacts, o: OpeningFacts) -> bool:
    """Whether `o` on top of what is booked would pass the weekly hours of `v` in one of the ISO weeks of `o`."""
    booked, wanted = by_week(v.booked), by_week(o.times)
    return any(booked[week] + wanted[week] > timedelta(hours=v.max_hours_week) for week in wanted)


def too_many_times(v: VolunteerFacts, o: OpeningFacts) -> bool:
    """Whether `o` would be one time too many for `v` in one of its ISO weeks."""
    times = Counter(span.starts.isocalendar()[:2] for span in (*v.booked, *o.times))
    most = v.max_times_week
    return most is not None and any(times[span.starts.isocalendar()[:2]] > most for span in o.times)
