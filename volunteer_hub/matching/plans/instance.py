"""A problem of the desk as values of the engine. Pure.

The engine knows one number of weekly hours, and no number of times a week; here people have accepted things that leave
their weeks different room. Whoever's weeks differ stands in the instance once for each week, with what that week
leaves. What else the engine does not know is left out or told too wide, never too narrow: so its bounds are true of the
desk's problem too, and `answers` asks the house's own rules about the rest. Between two picks of one person a plan
leaves the engine's rests, half an hour or an hour, even where the way is shorter. Ids are places in the question: no id
of a person is needed to solve it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from volunteer_hub.matching.engine.instance import DAY, Instance, Interval, Kept, Opening, Volunteer
from volunteer_hub.matching.plans.values import Asked, Question
from volunteer_hub.schedule.rules import VolunteerFacts, free_on
from volunteer_hub.schedule.spans import Span, by_week, days

# (ISO year, ISO week)
Week = tuple[int, int]
# For who goes nowhere but where they are: the engine wants more than nothing, and a millimetre is nothing.
NOWHERE_KM = 1e-6
# Any week: its days stand for the seven weekdays.
SOME_WEEK = [date.fromisocalendar(2024, 1, weekday) for weekday in range(1, 8)]
EVER = date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Posed:
    """The instance, and whose each of its volunteers is. Its openings are in the order of the question."""

    instance: Instance
    whose: tuple[UUID, ...]


def posed(
    question: Question,
    people: Mapping[UUID, VolunteerFacts],
    never: Mapping[UUID, Set[UUID]],
    *,
    stability: int = 0,
) -> Posed:
    """`question` with its volunteers as in `people`. `never`: by opening, who is not to have it.

    With a `stability`, pairs that stood in the plan before are worth so much more.
    """
    lengths = defaultdict[Week, list[int]](list)
    for one in question.openings:
        for week, length in by_week(one.facts.times).items():
            lengths[week].append(length // timedelta(minutes=1))
    volunteers, places = list[Volunteer](), dict[UUID, list[int]]()
    for id, v in people.items():
        places[id] = []
        for made in _weeks(v, _volunteer(v), lengths):
            places[id].append(len(volunteers))
            volunteers.append(replace(made, id=str(len(volunteers))))
    openings = tuple(
        _opening(n, one, _ids(one.facts.known, places), _ids(never[one.id], places))
        for n, one in enumerate(question.openings)
    )
    at = {one.id: n for n, one in enumerate(question.openings)}
    keep = [
        Kept(place, at[opening], locked=False)
        for id, opening in sorted(question.keep)
        if stability and opening in at
        for place in places.get(id, ())
    ]
    whose = tuple(id for id, of in places.items() for _ in of)
    return Posed(Instance(tuple(volunteers), openings, stability=stability, keep=tuple(keep)), whose)


def _ids(people: Iterable[UUID], places: Mapping[UUID, list[int]]) -> frozenset[str]:
    return frozenset(str(place) for id in people for place in places.get(id, ()))


def _opening(n: int, asked: Asked, known: frozenset[str], never: frozenset[str]) -> Opening:
    o = asked.facts
    return Opening(
        id=str(n),
        organisation=str(asked.organisation),
        times=tuple(_times(o.times)),
        least=max(0, asked.least - len(asked.locked)),
        most=max(0, asked.most - len(asked.locked)),
        at=o.at,
        urgent=asked.urgent,
        skills=o.skills,
        languages=o.languages,
        clearances=o.clearances,
        min_age=o.min_age,
        max_age=o.max_age,
        minor_safe=o.minor_safe,
        gender=o.gender or None,
        cause=o.cause,
        known=known,
        never=never,
    )


def _times(spans: Iterable[Span]) -> Iterable[Interval]:
    """In minutes, day by day. What lies beyond a Sunday's midnight is left to the house's rules: to them it is all of
    the week it begins in."""
    for span in spans:
        week = span.starts.isocalendar()[:2]
        for day, from_, to in days([span]):
            starts, ends = from_ // 60, min(DAY - 1, -(-to // 60))
            if day.isocalendar()[:2] == week and starts < ends:
                yield day.toordinal() * DAY + starts, day.toordinal() * DAY + ends


def _volunteer(v: VolunteerFacts) -> Volunteer:
    return Volunteer(
        id="",
        birth_date=v.birth_date,
        max_km=max(v.max_km, NOWHERE_KM),
        week_minutes=v.max_hours_week * 60,
        at=v.at,
        guardian_consent=v.guardian_consent,
        gender=v.gender or None,
        recent=v.recent,
        skills=v.skills,
        languages=v.languages,
        causes=v.causes,
        clearances=tuple(sorted((kind, until.toordinal()) for kind, until in v.clearances.items())),
        free=tuple((day.isoweekday(), -(-from_ // 60), to // 60) for day in SOME_WEEK for from_, to in free_on(v, day)),
        away=tuple((first.toordinal(), last.toordinal()) for first, last in v.away),
    )


def _weeks(v: VolunteerFacts, whole: Volunteer, lengths: Mapping[Week, list[int]]) -> list[Volunteer]:
    """`whole`, or once for each week where what is booked or the times a week leave the weeks different room."""
    room = {week: _room(v, week, sorted(lengths[week])) for week in lengths}
    if not room or set(room.values()) == {whole.week_minutes}:
        return [whole]
    found = []
    for (year, week), minutes in sorted(room.items()):
        monday = date.fromisocalendar(year, week, 1).toordinal()
        elsewhere = ((1, monday - 1), (monday + 7, EVER))
        found.append(replace(whole, week_minutes=minutes, away=(*whole.away, *elsewhere)))
    return found


def _room(v: VolunteerFacts, week: Week, lengths: list[int]) -> int:
    """Minutes left in a week: of the hours, and no more than the longest openings as often as they may still help."""
    booked = by_week(v.booked)[week] // timedelta(minutes=1)
    left = max(0, v.max_hours_week * 60 - booked)
    if v.max_times_week is None:
        return left
    times = max(0, v.max_times_week - sum(span.starts.isocalendar()[:2] == week for span in v.booked))
    return min(left, sum(lengths[len(lengths) - times :])) if times < len(lengths) else left
