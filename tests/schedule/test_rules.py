"""The named rules against a slow reading of their own: minute by minute, day by day."""

import itertools
from datetime import date, datetime, time, timedelta
from math import asin, cos, exp, floor, radians, sin, sqrt
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from volunteer_hub.people.rules import Term
from volunteer_hub.schedule.rules import Limit, OpeningFacts, Rule, Stop, VolunteerFacts, broken, free_on
from volunteer_hub.schedule.scoring import score
from volunteer_hub.schedule.spans import Span, Window

at = datetime.fromisoformat
MONDAY = at("2026-12-07T00:00")
WORDS = ("a", "b", "c")
V, O = UUID(int=1), UUID(int=2)  # noqa: E741

minutes = st.integers(0, 24 * 4).map(lambda quarter: quarter * 15)
words = st.frozensets(st.sampled_from(WORDS), max_size=2)
points = st.none() | st.tuples(st.floats(52.60, 52.70), st.floats(19.0, 19.15))
dates = st.dates(date(2026, 12, 4), date(2026, 12, 16))


def clock(minute: int) -> time:
    return time(23, 59, 59) if minute == 24 * 60 else time(minute // 60, minute % 60)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    """Somewhere in two weeks, over midnight now and then."""
    starts = MONDAY + timedelta(minutes=draw(st.integers(0, 14 * 96)) * 15)
    return Span(starts, starts + timedelta(minutes=15 * draw(st.integers(1, 40))))


terms = st.tuples(dates, st.none() | dates).map(lambda two: Term(min(two[0], two[1] or two[0]), two[1]))
# A service that is a month old in these two weeks.
services = st.builds(
    lambda day, length: Term(day - timedelta(days=30), length and day - timedelta(days=30) + timedelta(days=length)),
    dates, st.sampled_from([None, 29, 30, 35, 45]),
)  # fmt: skip
windows = st.builds(
    lambda day, a, b: Window(day, clock(min(a, b)), clock(max(a, b))), st.integers(1, 7), minutes, minutes
)
births = st.dates(date(2000, 1, 1), date(2012, 12, 31)) | st.sampled_from([date(2008, 2, 29), date(2008, 12, 7)])
volunteers = st.builds(
    VolunteerFacts,
    id=st.just(V), birth_date=births, max_km=st.floats(0.5, 9), max_hours_week=st.integers(1, 20), at=points,
    active=st.booleans(), guardian_consent=st.booleans(), gender=st.sampled_from(["", "f", "m"]), skills=words,
    languages=words, causes=words, clearances=st.dictionaries(st.sampled_from(WORDS), dates, max_size=2),
    free=st.lists(windows, max_size=12).map(tuple),
    away=st.lists(st.tuples(dates, dates).map(lambda two: (min(two), max(two))), max_size=2).map(tuple),
    booked=st.lists(spans(), max_size=3).map(tuple), kmh=st.sampled_from([0.5, 4.5, 25.0]),
    stops=st.lists(st.builds(lambda span, at: Stop(*span, at), spans(), st.tuples(st.floats(52.60, 52.70),
                                                                                  st.floats(19.0, 19.15))),
                   max_size=3).map(tuple), recent=st.integers(0, 9),
    max_times_week=st.none() | st.integers(1, 3), restricted=st.booleans(),
    services=st.lists(services, max_size=2).map(tuple), agreements=st.lists(terms, max_size=2).map(tuple),
    policies=st.lists(terms, max_size=2).map(tuple),
)  # fmt: skip
ages = st.none() | st.integers(14, 26)
limits = st.builds(
    Limit, from_age=st.integers(0, 17), under_age=st.integers(15, 27), barred=st.sampled_from([False, False, True]),
    most_hours_day=st.none() | st.integers(0, 8), most_hours_week=st.none() | st.integers(0, 12),
    earliest=st.none() | minutes.map(clock), latest=st.none() | minutes.map(clock),
)  # fmt: skip
openings = st.builds(
    OpeningFacts,
    id=st.just(O), times=st.lists(spans(), min_size=1, max_size=2).map(tuple), at=points, skills=words,
    languages=words, clearances=words, min_age=ages, max_age=ages, minor_safe=st.booleans(),
    gender=st.sampled_from(["", "", "f"]), cause=st.sampled_from(WORDS),
    known=st.sampled_from([{}, {V: 3}, {O: 1}]), assigned=st.sampled_from([frozenset(), frozenset({V})]),
    limits=st.lists(limits, max_size=2).map(tuple), policies=st.lists(terms, max_size=1).map(tuple),
)  # fmt: skip


def minutes_of(span: Span) -> set[datetime]:
    count = int((span.ends - span.starts) / timedelta(minutes=15))
    return {span.starts + timedelta(minutes=15 * n) for n in range(count)}


def years(born: date, on: date) -> int:
    """Birthdays there have been, day by day; 29 February has its own only where there is one, else it is 1 March."""
    count = 0
    for year in range(born.year + 1, on.year + 1):
        try:
            birthday = born.replace(year=year)
        except ValueError:
            birthday = date(year, 3, 1)
        count += birthday <= on
    return count


def kilometres(v: VolunteerFacts, o: OpeningFacts) -> float:
    if v.at is None or o.at is None:
        return 0.0
    (lat_a, lon_a), (lat_b, lon_b) = [tuple(map(radians, point)) for point in (v.at, o.at)]
    h = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * 6371.0088 * asin(sqrt(h))


def slowly(v: VolunteerFacts, o: OpeningFacts) -> set[str]:
    quarters = set().union(*map(minutes_of, o.times))
    first, last = min(quarters).date(), max(quarters).date()
    free = set()
    for window, day in itertools.product(v.free, (MONDAY.date() + timedelta(n) for n in range(16))):
        if window.weekday == day.isoweekday():
            starts = datetime.combine(day, window.starts)
            ends = datetime.combine(day, window.ends)
            ends += timedelta(seconds=1) if window.ends.second else timedelta()
            free |= minutes_of(Span(starts, ends))
    old = years(v.birth_date, first)
    every_day = {q.date() for q in quarters}
    week_times = [monday(s) for s in (*v.booked, *o.times)]
    found = {
        "restricted": v.restricted,
        "limit": any(limit.from_age <= old < limit.under_age and over(limit, v, o) for limit in o.limits),
        "agreement": any(not covered(v, o, day) for day in every_day),
        "times": v.max_times_week is not None
        and any(week_times.count(monday(one)) > v.max_times_week for one in o.times),
        "active": not v.active,
        "assigned": V in o.assigned,
        "consent": old < 18 and not v.guardian_consent,
        "minor": old < 18 and not o.minor_safe,
        "age": (o.min_age is not None and old < o.min_age) or (o.max_age is not None and old > o.max_age),
        "clearance": any(kind not in v.clearances or v.clearances[kind] < last for kind in o.clearances),
        "gender": o.gender != "" and v.gender != o.gender,
        "language": len(o.languages) > 0 and not any(one in v.languages for one in o.languages),
        "skill": any(one not in v.skills for one in o.skills),
        "distance": kilometres(v, o) > v.max_km,
        "time": any(q not in free or any(a <= q.date() <= b for a, b in v.away) for q in quarters),
        "busy": any(quarters & minutes_of(span) for span in v.booked),
        "travel": any(too_far(stop, one, v.kmh, o.at) for stop in v.stops for one in o.times),
        "hours": any(
            sum((s.ends - s.starts).total_seconds() for s in (*v.booked, *o.times) if monday(s) == monday(one))
            > v.max_hours_week * 3600
            for one in o.times
        ),
    }
    return {rule for rule, is_broken in found.items() if is_broken}


def too_far(stop: Stop, one: Span, kmh: float, where: tuple[float, float] | None) -> bool:
    """Whether somebody who leaves at the end of the first has not come when the second begins, twelve hours at most."""
    first, second = sorted([(stop.starts, stop.ends), (one.starts, one.ends)])
    if where is None or first[1] > second[0]:
        return False
    way = kilometres(VolunteerFacts(V, date(2000, 1, 1), 1, 1, at=stop.at), OpeningFacts(O, (one,), at=where)) * 1.3
    waits = (second[0] - first[1]).total_seconds()
    return waits < 12 * 3600 and waits + 1e-3 < way / kmh * 3600


def covered(v: VolunteerFacts, o: OpeningFacts, day: date) -> bool:
    """Counts the days of service one by one, then looks for a paper that holds on this one."""
    counts = [1]
    for first, last in v.services:
        served = [first + timedelta(n) for n in range((day - first).days + 1)]
        if served and served[-1] == day and (last is None or day <= last):
            counts.append(len(served))
    papers = v.agreements if max(counts) >= 31 else v.policies + o.policies
    return any(first <= day <= (last or date.max) for first, last in papers)


def over(limit: Limit, v: VolunteerFacts, o: OpeningFacts) -> bool:
    """Quarter by quarter: how many fall on a day or into a week, which come too early or too late."""
    wanted, all_of_them = [*o.times], [*v.booked, *o.times]
    for one in wanted:
        for quarter in minutes_of(one):
            same_day = [q for s in all_of_them for q in minutes_of(s) if q.date() == quarter.date()]
            if limit.most_hours_day is not None and len(same_day) > 4 * limit.most_hours_day:
                return True
            if limit.earliest is not None and quarter.time() < limit.earliest:
                return True
            begins = datetime.combine(one.starts.date(), time())
            if limit.latest is not None:
                latest = 96 if limit.latest.second else limit.latest.hour * 4 + limit.latest.minute // 15
                if (quarter - begins) / timedelta(minutes=15) >= latest:
                    return True
        same_week = sum(len(minutes_of(s)) for s in all_of_them if monday(s) == monday(one))
        if limit.most_hours_week is not None and same_week > 4 * limit.most_hours_week:
            return True
    return limit.barred


def monday(span: Span) -> date:
    return span.starts.date() - timedelta(days=span.starts.weekday())


@settings(max_examples=400)
@given(volunteers, openings)
def test_the_rules_are_what_a_slow_reading_finds(v: VolunteerFacts, o: OpeningFacts) -> None:
    found = broken(v, o)
    assert set(found) == slowly(v, o)
    assert list(found) == [rule for rule in Rule if rule in found], "people are told in the order of Rule"


@settings(max_examples=200)
@given(volunteers, openings)
def test_the_parts_of_a_score_add_up_to_the_formula(v: VolunteerFacts, o: OpeningFacts) -> None:
    if (km := kilometres(v, o)) > v.max_km:
        return
    found = score(v, o)
    exact = 100 + 300 * (1 - km / v.max_km) + 250 * (o.cause in v.causes) + 250 * (V in o.known)
    exact += 100 * exp(-v.recent / 6)
    assert found.total in (floor(exact - 1e-9), floor(exact + 1e-9)) and 100 <= found.total <= 1000
    assert sum(found.parts.values()) == found.total
    assert found.parts["base"] == 100 and found.parts["recent"] == floor(100 * exp(-v.recent / 6))
    assert 0 <= found.parts["distance"] <= 300 and {found.parts["cause"], found.parts["known"]} <= {0, 250}


@settings(max_examples=100)
@given(volunteers, dates)
def test_free_windows_are_apart_and_in_order(v: VolunteerFacts, day: date) -> None:
    edges = [second for window in free_on(v, day) for second in window]
    assert edges == sorted(set(edges)) and all(0 <= second <= 86_400 for second in edges)


def someone(**values: object) -> VolunteerFacts:
    day = Window(2, time(8), time(22))
    usual = {
        "policies": (Term(date(2020, 1, 1), None),),
        "id": uuid4(),
        "birth_date": date(1990, 5, 4),
        "max_km": 5.0,
        "max_hours_week": 6,
        "free": (day,),
    }
    return VolunteerFacts(**(usual | values))  # type: ignore[arg-type]


def tuesday(starts: str = "16:00", ends: str = "18:00", **values: object) -> OpeningFacts:
    times = Span(datetime.fromisoformat(f"2026-12-08T{starts}"), datetime.fromisoformat(f"2026-12-08T{ends}"))
    return OpeningFacts(**({"id": O, "times": (times,)} | values))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("windows", "fits"),
    [
        ([(12, 16), (16, 20)], True),
        ([(8, 17), (17, 18)], True),
        ([(8, 17), (16, 19)], True),
        ([(16, 17), (18, 20)], False),
        ([(17, 20)], False),
        ([], False),
    ],
)
def test_windows_that_touch_are_one(windows: list[tuple[int, int]], fits: bool) -> None:
    v = someone(free=tuple(Window(2, time(a), time(b)) for a, b in windows))
    assert broken(v, tuesday()) == (() if fits else (Rule.TIME,))


def test_the_last_second_of_a_day_is_midnight() -> None:
    until_midnight = OpeningFacts(id=O, times=(Span(at("2026-12-08T22:00"), at("2026-12-09T00:00")),))
    assert broken(someone(free=(Window(2, time(20), time(23, 59, 59)),)), until_midnight) == ()
    assert broken(someone(free=(Window(2, time(20), time(23, 59)),)), until_midnight) == (Rule.TIME,)


def test_over_midnight_both_days_must_suit() -> None:
    night = OpeningFacts(id=O, times=(Span(at("2026-12-08T22:00"), at("2026-12-09T02:00")),))
    evening, morning = Window(2, time(22), time(23, 59, 59)), Window(3, time(0), time(2))
    assert broken(someone(free=(evening, morning)), night) == ()
    assert broken(someone(free=(evening,)), night) == (Rule.TIME,)
    assert broken(someone(free=(evening, morning), away=((date(2026, 12, 9), date(2026, 12, 9)),)), night) == (
        Rule.TIME,
    )
    assert night.last_day == date(2026, 12, 9) and tuesday().last_day == date(2026, 12, 8)


@pytest.mark.parametrize(("day", "old_enough"), [(date(2026, 2, 28), False), (date(2026, 3, 1), True)])
def test_born_on_29_february_is_a_year_older_on_1_march(day: date, old_enough: bool) -> None:
    starts = datetime.combine(day, time(10))
    o = OpeningFacts(id=O, times=(Span(starts, starts + timedelta(hours=1)),))
    v = someone(birth_date=date(2008, 2, 29), free=(Window(day.isoweekday(), time(8), time(22)),))
    assert broken(v, o) == (() if old_enough else (Rule.CONSENT, Rule.MINOR))


@pytest.mark.parametrize("changes_on", [date(2026, 3, 29), date(2026, 10, 25)])
def test_the_hour_of_a_clock_change_is_an_hour_like_others(changes_on: date) -> None:
    """02:30 does not exist in March and comes twice in October; people agreed on what the wall shows."""
    night = Span(datetime.combine(changes_on, time(1)), datetime.combine(changes_on, time(5)))
    v = someone(max_hours_week=4, free=(Window(7, time(1), time(5)),))
    assert broken(v, OpeningFacts(id=O, times=(night,))) == ()
    assert broken(someone(max_hours_week=3, free=v.free), OpeningFacts(id=O, times=(night,))) == (Rule.HOURS,)


def test_hours_count_by_iso_week() -> None:
    sunday = Span(at("2026-12-13T10:00"), at("2026-12-13T14:00"))
    next_monday = Span(at("2026-12-14T10:00"), at("2026-12-14T14:00"))
    assert broken(someone(booked=(next_monday,)), tuesday(ends="20:00")) == ()
    assert broken(someone(booked=(sunday,)), tuesday(ends="20:00")) == (Rule.HOURS,)
    assert broken(someone(booked=(sunday,)), tuesday()) == (), "six hours of six are not too many"


def test_back_to_back_is_not_busy() -> None:
    before = Span(at("2026-12-08T14:00"), at("2026-12-08T16:00"))
    assert broken(someone(booked=(before,)), tuesday()) == ()


def test_at_the_very_edge_of_ones_reach_is_near_enough() -> None:
    v, o = someone(at=(52.6483, 19.0677)), tuesday(at=(52.66, 19.08))
    km = kilometres(v, o)
    assert broken(someone(at=v.at, max_km=km), o) == () and score(someone(at=v.at, max_km=km), o).parts["distance"] == 0
    assert broken(someone(at=v.at, max_km=km - 1e-9), o) == (Rule.DISTANCE,)


def test_the_example_of_the_score() -> None:
    v = someone(at=(52.6483, 19.0677), causes=frozenset({"elders"}), recent=2)
    found = score(v, tuesday(at=(52.66, 19.08), cause="elders"))
    assert found.total == 629
    assert found.parts == {"base": 100, "distance": 208, "cause": 250, "known": 0, "recent": 71}
