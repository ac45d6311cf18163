"""Reach, gaps, their order and their reasons, and where volunteers are shown a need: rules without a database."""

from dataclasses import replace
from datetime import date, time, timedelta
from math import inf
from typing import Any
from uuid import UUID

from hypothesis import assume, given
from hypothesis import strategies as st

from volunteer_hub.atlas import rules
from volunteer_hub.atlas.rules import Aid, Because, Lack, NeedState, Obstacle, Reason
from volunteer_hub.kit import geo
from volunteer_hub.kit.geo import Point
from volunteer_hub.people.rules import PARTS, SLOTS, joined, week_of, windows

DAY = date(2026, 11, 2)
THEMES = [UUID(int=n) for n in range(4)]
SOURCES = [UUID(int=100 + n) for n in range(4)]
POINTS = st.tuples(st.floats(52.63, 52.67), st.floats(19.02, 19.08))
WEEKS = st.sampled_from([0, 1, 2, 0b111, 1 << 20, (1 << 21) - 1])
LINES = st.frozensets(st.sampled_from(THEMES), min_size=1)
NEEDS = st.builds(Lack, LINES, POINTS, st.integers(1, 9), WEEKS, st.floats(0.3, 9))
AIDS = st.builds(
    Aid,
    st.sampled_from(SOURCES),
    st.sampled_from(THEMES).map(lambda theme: frozenset({theme})),
    POINTS,
    WEEKS,
    st.none() | st.integers(0, 30),
    st.just(date.min) | st.dates(DAY - timedelta(3), DAY + timedelta(3)),
    st.none() | st.dates(DAY + timedelta(4), DAY + timedelta(9)) | st.just(DAY),
    st.just(inf) | st.floats(0.5, 5),
)
VOLUNTEERS = st.builds(Aid, st.uuids(), LINES, POINTS, WEEKS, st.just(1), most_km=st.floats(0.5, 9))
WORDS = st.dictionaries(st.sampled_from(SOURCES), st.booleans())
TOWNS = st.lists(AIDS | VOLUNTEERS, max_size=8)


def gap(need: Lack, aids: list[Aid], said: dict[UUID, bool]) -> bool:
    found = rules.places(need, aids, DAY, said)
    return rules.is_gap(NeedState.OPEN, initiatives=0, people=need.people, places=found)


@given(st.data(), NEEDS, TOWNS, WORDS, st.floats(0, 0.99))
def test_help_that_comes_nearer_never_opens_a_gap(
    data: Any, need: Lack, aids: list[Aid], said: dict[UUID, bool], way: float
) -> None:
    assume(aids)
    moved = data.draw(st.sampled_from(aids))
    nearer = replace(moved, at=(_between(moved.at[0], need.at[0], way), _between(moved.at[1], need.at[1], way)))
    assume(geo.km(nearer.at, need.at) <= geo.km(moved.at, need.at))
    assert gap(need, [nearer if aid is moved else aid for aid in aids], said) <= gap(need, aids, said)


def _between(one: float, other: float, way: float) -> float:
    return one + (other - one) * way


@given(NEEDS, TOWNS, AIDS | VOLUNTEERS, WORDS)
def test_more_help_never_opens_a_gap(need: Lack, aids: list[Aid], more: Aid, said: dict[UUID, bool]) -> None:
    assert gap(need, [*aids, more], said) <= gap(need, aids, said)


@given(NEEDS, TOWNS, WORDS, st.floats(0, 5))
def test_a_wider_reach_never_opens_a_gap(need: Lack, aids: list[Aid], said: dict[UUID, bool], wider: float) -> None:
    assert gap(replace(need, reach_km=need.reach_km + wider), aids, said) <= gap(need, aids, said)


@given(st.lists(NEEDS, min_size=1, max_size=5), TOWNS, WORDS, st.sampled_from(list(NeedState)), st.integers(0, 4))
def test_closing_a_need_never_adds_a_gap(
    needs: list[Lack], aids: list[Aid], said: dict[UUID, bool], state: NeedState, which: int
) -> None:
    def gaps(states: list[NeedState]) -> set[int]:
        found = [rules.places(need, aids, DAY, said) for need in needs]
        facts = enumerate(zip(needs, states, found, strict=True))
        return {n for n, (need, s, p) in facts if rules.is_gap(s, initiatives=0, people=need.people, places=p)}

    open_all = [NeedState.OPEN] * len(needs)
    closed = [state if n == which % len(needs) else NeedState.OPEN for n in range(len(needs))]
    assert gaps(closed) <= gaps(open_all)


@given(NEEDS, TOWNS, WORDS, st.sampled_from(list(NeedState)), st.integers(0, 2))
def test_a_gap_is_open_and_nobody_stands_for_it(
    need: Lack, aids: list[Aid], said: dict[UUID, bool], state: NeedState, initiatives: int
) -> None:
    found = rules.places(need, aids, DAY, said)
    is_gap = rules.is_gap(state, initiatives=initiatives, people=need.people, places=found)
    enough = found is None or found >= need.people
    assert is_gap == (state == "open" and not initiatives and not enough)


@given(NEEDS, TOWNS, AIDS)
def test_a_coordinators_word_goes_first(need: Lack, aids: list[Aid], aid: Aid) -> None:
    assert rules.obstacles(need, aid, DAY, False) == (Obstacle.SAID,)
    in_force = aid.since <= DAY and (aid.until is None or aid.until > DAY)
    assert rules.reaches(need, aid, DAY, True) == in_force
    without = rules.places(need, [one for one in aids if one.source != aid.source], DAY)
    assert rules.places(need, [one for one in aids if one.source != aid.source] + [aid], DAY, {aid.source: False}) == (
        without
    )


def test_each_obstacle_stands_for_itself() -> None:
    need = Lack(frozenset(THEMES[:2]), (52.65, 19.05), people=3, week=0b001, reach_km=1.5)
    aid = Aid(SOURCES[0], frozenset({THEMES[1]}), (52.66, 19.05), week=0b011, since=DAY)
    assert rules.obstacles(need, aid, DAY) == ()
    other = {
        Obstacle.THEME: replace(aid, themes=frozenset({THEMES[2]})),
        Obstacle.DISTANCE: replace(aid, at=(52.67, 19.05)),
        Obstacle.TIME: replace(aid, week=0b110),
        Obstacle.DAY: replace(aid, until=DAY),
    }
    for obstacle, changed in other.items():
        assert rules.obstacles(need, changed, DAY) == (obstacle,)
    assert rules.obstacles(need, replace(aid, since=DAY + timedelta(1)), DAY) == (Obstacle.DAY,)
    assert rules.obstacles(need, replace(aid, most_km=1), DAY) == (Obstacle.DISTANCE,)


def test_a_source_that_reaches_in_two_ways_counts_once_by_the_larger() -> None:
    need = Lack(frozenset(THEMES[:2]), (52.65, 19.05), people=9)
    of_one = [
        Aid(SOURCES[0], frozenset({theme}), need.at, capacity=n) for theme, n in zip(THEMES, (4, 5), strict=False)
    ]
    assert rules.places(need, of_one, DAY) == 5
    assert rules.places(need, [*of_one, Aid(SOURCES[1], frozenset({THEMES[0]}), need.at, capacity=3)], DAY) == 8
    assert rules.places(need, [*of_one, Aid(SOURCES[1], frozenset({THEMES[0]}), need.at)], DAY) is None


def test_the_reason_names_what_the_nearest_help_lacks() -> None:
    need = Lack(frozenset({THEMES[0]}), (52.65, 19.05), people=40, week=0b100, reach_km=1.5)
    far = Aid(SOURCES[0], frozenset({THEMES[0]}), (52.69, 19.05), week=0b001)
    late = replace(far, source=SOURCES[1], at=(52.655, 19.05))
    other = replace(far, themes=frozenset({THEMES[3]}), at=need.at)
    assert rules.why(need, [other], DAY, places=0) == Reason(Because.NOBODY)
    assert rules.why(need, [far, other], DAY, places=0) == Reason(Because.FAR, geo.km(need.at, far.at), week=1)
    assert rules.why(need, [far, late], DAY, places=0) == Reason(Because.TIME, geo.km(need.at, late.at), week=1)
    assert rules.why(need, [late], DAY, {late.source: False}, places=0) == Reason(Because.SAID)
    assert rules.why(need, [late, far], DAY, places=12) == Reason(Because.FEW, places=12, people=40)


@given(st.integers(1, 4), st.integers(1, 500), st.integers(0, 900))
def test_rank_is_urgency_times_people_times_days(urgency: int, people: int, days: int) -> None:
    assert rules.rank(urgency, people, DAY - timedelta(days), DAY) == urgency * people * (days + 1)


@given(st.sets(st.sampled_from(SLOTS)))
def test_hours_of_whole_parts_make_the_week_of_those_parts(slots: set[str]) -> None:
    assert rules.week_of_hours(windows(slots)) == week_of(slots)


def test_an_hour_of_a_part_counts_and_less_does_not() -> None:
    evening = 1 << SLOTS.index("3-evening")
    assert rules.week_of_hours([(3, time(17), time(18))]) == evening
    assert rules.week_of_hours([(3, time(15, 30), time(17))]) == evening
    assert rules.week_of_hours([(3, time(17), time(17, 59))]) == 0
    assert rules.week_of_hours([(3, time(20), time(23, 59, 59))]) == 0
    assert rules.week_of_hours([(7, time(0), time(23, 59, 59))]) == week_of(f"7-{part}" for part in PARTS)
    assert joined([]) == []


DENSITIES = st.tuples(st.integers(1, 60_000), st.floats(0.05, 60))
MIDDLE = (52.0, 18.0)


@given(POINTS, POINTS, DENSITIES)
def test_a_published_point_knows_the_cell_alone(one: Point, other: Point, of: tuple[int, float]) -> None:
    def shown(at: Point) -> Point:
        return rules.published_point(at, residents=of[0], km2=of[1], middle=MIDDLE)

    assert shown(shown(one)) == shown(one)
    if shown(one) != MIDDLE:
        # Half a diagonal of the cell is the farthest that the truth can be from what is shown.
        side = _side(*of)
        assert geo.km(one, shown(one)) <= side * 0.71
        assert of[0] / of[1] * side**2 >= rules.CELL_RESIDENTS
        assert side == rules.CELL_KM or of[0] / of[1] * (side / 2) ** 2 < rules.CELL_RESIDENTS
        if geo.km(shown(one), shown(other)) < side * 0.9:
            assert shown(one) == shown(other)


def _side(residents: int, km2: float) -> float:
    return min(s for s in (rules.CELL_KM * 2**n for n in range(40)) if residents / km2 * s**2 >= rules.CELL_RESIDENTS)


@given(POINTS, st.sampled_from([(None, 4.0), (900, None), (0, 4.0), (10, 4.0), (60, 0.05)]))
def test_where_nobody_knows_who_lives_there_the_district_is_shown(
    at: Point, of: tuple[int | None, float | None]
) -> None:
    assert rules.published_point(at, residents=of[0], km2=of[1], middle=MIDDLE) == MIDDLE
