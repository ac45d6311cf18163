"""States of meetings and assignments; who may take an opening, by named rules, and how well they fit it.

The rules read wall times as people agreed on them, also where a clock change skips or repeats an hour.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from math import exp
from typing import NamedTuple
from uuid import UUID

from volunteer_hub.kit import geo
from volunteer_hub.people.rules import age, is_minor

DAY_SECONDS = 86_400
LAST_SECOND = time(23, 59, 59)


class MeetingState(StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"


class AssignmentState(StrEnum):
    PROPOSED = "proposed"
    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    DONE = "done"
    MISSED = "missed"


S = AssignmentState
TRANSITIONS: dict[AssignmentState, frozenset[AssignmentState]] = {
    S.PROPOSED: frozenset({S.INVITED, S.ACCEPTED, S.WITHDRAWN}),
    S.INVITED: frozenset({S.ACCEPTED, S.DECLINED, S.WITHDRAWN}),
    S.ACCEPTED: frozenset({S.DECLINED, S.WITHDRAWN, S.DONE, S.MISSED}),
    S.DECLINED: frozenset({S.INVITED, S.ACCEPTED}),
    S.WITHDRAWN: frozenset({S.INVITED}),
    S.DONE: frozenset(),
    S.MISSED: frozenset(),
}


def may_become(was: AssignmentState, becomes: AssignmentState) -> bool:
    return becomes in TRANSITIONS[was]


class Rule(StrEnum):
    """Why a volunteer may not take an opening, in the order people are told."""

    ACTIVE = "active"
    ASSIGNED = "assigned"
    CONSENT = "consent"
    MINOR = "minor"
    AGE = "age"
    CLEARANCE = "clearance"
    GENDER = "gender"
    LANGUAGE = "language"
    SKILL = "skill"
    DISTANCE = "distance"
    TIME = "time"
    BUSY = "busy"
    HOURS = "hours"


class Span(NamedTuple):
    """From one naive wall time to a later one."""

    starts: datetime
    ends: datetime


class Window(NamedTuple):
    """Free time of every week; weekday 1 is Monday, 23:59:59 at the end is midnight."""

    weekday: int
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class VolunteerFacts:
    """What the rules ask about a volunteer. `booked`: accepted elsewhere; `recent`: how often in the 28 days before."""

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
    recent: int = 0


@dataclass(frozen=True, slots=True)
class OpeningFacts:
    """What the rules ask about an opening. `known`: who helped there before and how often; `assigned`: who has it."""

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
        Rule.CONSENT: minor and not v.guardian_consent,
        Rule.MINOR: minor and not o.minor_safe,
        Rule.AGE: (o.min_age is not None and years < o.min_age) or (o.max_age is not None and years > o.max_age),
        Rule.CLEARANCE: any(v.clearances.get(kind, date.min) < o.last_day for kind in o.clearances),
        Rule.GENDER: bool(o.gender) and o.gender != v.gender,
        Rule.LANGUAGE: bool(o.languages) and not o.languages & v.languages,
        Rule.SKILL: not o.skills <= v.skills,
        Rule.DISTANCE: km(v, o) > v.max_km,
        Rule.TIME: not is_free(v, o),
        Rule.BUSY: any(a.starts < b.ends and b.starts < a.ends for a in o.times for b in v.booked),
        Rule.HOURS: too_many_hours(v, o),
    }
    return tuple(rule for rule in Rule if said[rule])


def km(v: VolunteerFacts, o: OpeningFacts) -> float:
    """Great-circle kilometres between the two; 0 where either has no place."""
    return geo.km(v.at, o.at) if v.at and o.at else 0.0


def is_free(v: VolunteerFacts, o: OpeningFacts) -> bool:
    """Whether all of `o` lies inside the free windows of `v` and on no away day."""
    return all(
        any(from_ <= starts and ends <= to for from_, to in free_on(v, day))
        and not any(first <= day <= last for first, last in v.away)
        for day, starts, ends in days(o.times)
    )


def free_on(v: VolunteerFacts, day: date) -> list[tuple[int, int]]:
    """The free windows of `v` on the weekday of `day`, in seconds of the day and in order; those that touch are one."""
    merged: list[tuple[int, int]] = []
    for window in sorted(v.free):
        from_, to = _seconds(window.starts), _seconds(window.ends)
        if window.weekday != day.isoweekday() or from_ >= to:
            continue
        if merged and from_ <= merged[-1][1]:
            from_, before = merged.pop()
            to = max(before, to)
        merged.append((from_, to))
    return merged


def too_many_hours(v: VolunteerFacts, o: OpeningFacts) -> bool:
    """Whether `o` on top of what is booked would pass the weekly hours of `v` in one of the ISO weeks of `o`."""
    booked, wanted = by_week(v.booked), by_week(o.times)
    return any(booked[week] + wanted[week] > timedelta(hours=v.max_hours_week) for week in wanted)


def by_week(spans: Iterable[Span]) -> defaultdict[tuple[int, int], timedelta]:
    """Wall time by (ISO year, ISO week); a span belongs to the week it starts in."""
    total: defaultdict[tuple[int, int], timedelta] = defaultdict(timedelta)
    for starts, ends in spans:
        year, week, _ = starts.isocalendar()
        total[year, week] += ends - starts
    return total


def days(spans: Iterable[Span]) -> Iterator[tuple[date, int, int]]:
    """The parts of `spans` day by day, from and to which second of the day."""
    for starts, ends in spans:
        midnight = datetime.combine(starts, time())
        while midnight < ends:
            from_, to = (int((moment - midnight).total_seconds()) for moment in (starts, ends))
            yield midnight.date(), max(0, from_), min(DAY_SECONDS, to)
            midnight += timedelta(days=1)


def _seconds(at: time) -> int:
    return DAY_SECONDS if at >= LAST_SECOND else at.hour * 3600 + at.minute * 60 + at.second


@dataclass(frozen=True, slots=True)
class Score:
    """How well a candidate fits, 100…1000, and the whole parts that add up to it."""

    total: int
    parts: Mapping[str, int]


def score(v: VolunteerFacts, o: OpeningFacts) -> Score:
    """The fit of a candidate: near, of a liked cause, known there, not asked much of late.

    matching/search.py computes the same sum in SQL, term by term in this order: change both.
    """
    near = max(0.0, 1 - km(v, o) / v.max_km) if v.max_km else 0.0
    cause = 250 * (o.cause in v.causes)
    known = 250 * (v.id in o.known)
    rested = 100 * exp(-v.recent / 6)
    total = int(100 + 300 * near + cause + known + rested)
    parts = {"base": 100, "cause": cause, "known": known, "recent": int(rested)}
    return Score(total, {**parts, "distance": total - sum(parts.values())})
