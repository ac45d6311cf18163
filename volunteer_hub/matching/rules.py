"""What to tell people about a volunteer and an opening: why they fit, and what exactly stands in the way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from volunteer_hub.people.rules import age
from volunteer_hub.schedule import rules, scoring, spans
from volunteer_hub.schedule.rules import OpeningFacts, Rule, Stop, VolunteerFacts

# The most that each part of a score can be, in the order they are shown.
PARTS = {"base": 100, "distance": 300, "cause": 250, "known": 250, "recent": 100}
# What of other tasks keeps somebody out by the clock; the other rules that can are sums of hours.
AT_ONE_TIME = frozenset({Rule.BUSY, Rule.TRAVEL})


@dataclass(frozen=True, slots=True)
class Fit:
    """Why somebody fits. `free` is the window around the opening, in seconds of its first day; None: they are not."""

    score: scoring.Score
    km: float
    free: tuple[int, int] | None
    likes_cause: bool
    times_here: int
    recent: int
    skills: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A broken rule, and the values its sentence needs (templates/matching/words.html)."""

    rule: Rule
    values: Mapping[str, object]


def with_others(v: VolunteerFacts, others: Iterable[OpeningFacts]) -> VolunteerFacts:
    """`v` as if they had accepted `others` too: what else they are given counts as a booking."""
    spans = [(span, other.at) for other in others for span in other.times]
    if not spans:
        return v
    stops = (Stop(span.starts, span.ends, at) for span, at in spans if at is not None)
    return replace(v, booked=(*v.booked, *(span for span, _ in spans)), stops=(*v.stops, *stops))


def at_one_time(v: VolunteerFacts, o: OpeningFacts, other: OpeningFacts) -> bool:
    """Whether `v`, had they only `other` to do, could not take `o` beside it by the clock, the way included."""
    alone = with_others(replace(v, booked=(), stops=()), (other,))
    return bool(AT_ONE_TIME & set(rules.broken(alone, o)))


def fit(v: VolunteerFacts, o: OpeningFacts) -> Fit:
    """What speaks for `v`, whether a candidate or somebody whom only wishes keep out."""
    day, starts, ends = next(spans.days(o.times))
    windows = [] if rules.is_away(v, o) else rules.free_on(v, day)
    return Fit(
        score=scoring.score(v, o),
        km=rules.km(v, o),
        free=next(((from_, to) for from_, to in windows if from_ <= starts and ends <= to), None),
        likes_cause=o.cause in v.causes,
        times_here=o.known.get(v.id, 0),
        recent=v.recent,
        skills=tuple(sorted(o.skills & v.skills)),
        languages=tuple(sorted(o.languages & v.languages)),
    )


def obstacles(v: VolunteerFacts, o: OpeningFacts) -> tuple[Obstacle, ...]:
    """What stands between `v` and `o`, in the order people are told; nothing for a candidate."""
    return tuple(Obstacle(rule, _values(rule, v, o)) for rule in rules.broken(v, o))


def _values(rule: Rule, v: VolunteerFacts, o: OpeningFacts) -> Mapping[str, object]:
    match rule:
        case Rule.CONSENT | Rule.MINOR:
            return {"age": age(v.birth_date, o.first_day)}
        case Rule.AGE:
            return {"age": age(v.birth_date, o.first_day), "least": o.min_age, "most": o.max_age}
        case Rule.LIMIT:
            return _limit(v, o)
        case Rule.AGREEMENT:
            day = next(day for day, _, _ in spans.days(o.times) if not rules.is_covered(v, o, day))
            return {"written": rules.in_writing(v, day)}
        case Rule.TIMES:
            return {"most": v.max_times_week}
        case Rule.CLEARANCE:
            lacking = sorted(k for k in o.clearances if k not in v.clearances or v.clearances[k] < o.last_day)
            return {"lacking": tuple((kind, v.clearances.get(kind)) for kind in lacking)}
        case Rule.GENDER:
            return {"gender": o.gender}
        case Rule.LANGUAGE:
            return {"languages": tuple(sorted(o.languages))}
        case Rule.SKILL:
            return {"lacking": tuple(sorted(o.skills - v.skills))}
        case Rule.DISTANCE:
            return {"km": rules.km(v, o), "most": v.max_km}
        case Rule.TIME:
            return _time(v, o)
        case Rule.BUSY:
            return {"at": next(b.starts for b in v.booked for a in o.times if a.starts < b.ends and b.starts < a.ends)}
        case Rule.TRAVEL:
            return _rush(v, o)
        case Rule.HOURS:
            return _hours(v, o)
    return {}


def _limit(v: VolunteerFacts, o: OpeningFacts) -> Mapping[str, object]:
    """Of the first limit in the way: `barred`, too early, too late, too many hours in a `day` or else in a `week`."""
    limit = next(limit for limit in o.limits if rules.passes(limit, v, o))
    earliest = limit.earliest if rules.is_early(limit, o) else None
    latest = limit.latest if rules.is_late(limit, o) else None
    a_day = rules.is_too_long(limit.most_hours_day, spans.by_day, v, o)
    return {
        "age": age(v.birth_date, o.first_day),
        "barred": limit.barred,
        "earliest": earliest,
        "latest": latest,
        "day": limit.most_hours_day if a_day else None,
        "week": limit.most_hours_week,
    }


def _time(v: VolunteerFacts, o: OpeningFacts) -> Mapping[str, object]:
    """Of the first day that does not suit: `away` until when, else the `free` windows and how one falls short."""
    for day, starts, ends in spans.days(o.times):
        if away := [last for first, last in v.away if first <= day <= last]:
            return {"away": max(away)}
        free = rules.free_on(v, day)
        if any(from_ <= starts and ends <= to for from_, to in free):
            continue
        begins_late = bool(free) and free[0][0] > starts
        ends_early = bool(free) and free[-1][1] < ends
        late = free[0][0] if begins_late and not ends_early else None
        early = free[-1][1] if ends_early and not begins_late else None
        return {"away": None, "day": day, "free": tuple(free), "late": late, "early": early}
    raise ValueError("the volunteer is free then")


def _rush(v: VolunteerFacts, o: OpeningFacts) -> Mapping[str, object]:
    """When the other task begins, whole minutes between them and for the way."""
    found = rules.rush(v, o)
    assert found  # noqa: S101 - the rule is broken
    minute = timedelta(minutes=1)
    return {"at": found.stop.starts, "gap": found.gap // minute, "needed": -(-found.needed // minute)}


def _hours(v: VolunteerFacts, o: OpeningFacts) -> Mapping[str, object]:
    """Of the fullest week: hours booked, hours of the opening."""
    booked, wanted = spans.by_week(v.booked), spans.by_week(o.times)
    week = max(wanted, key=lambda week: booked[week] + wanted[week])
    hour = timedelta(hours=1)
    return {"booked": booked[week] / hour, "wanted": wanted[week] / hour, "most": v.max_hours_week}
