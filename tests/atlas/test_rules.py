"""What the public may know of a count, what a gap is, and how a need moves on."""

from hypothesis import given
from hypothesis import strategies as st

from volunteer_hub.atlas.rules import LIVING, NEXT, REACH_KM, NeedState, is_gap, public_count

STATES = list(NeedState)


@given(st.integers(0, 100_000))
def test_a_public_count_is_a_ten_that_is_not_too_much(count: int) -> None:
    said = public_count(count)
    assert said % 10 == 0
    assert said <= count < said + 10


@given(st.integers(0, 9))
def test_fewer_than_ten_are_never_told_apart(count: int) -> None:
    assert public_count(count) == 0


@given(st.sampled_from(STATES), st.integers(0, 3), st.none() | st.floats(0, 20))
def test_a_gap_is_an_open_need_that_nothing_reaches(state: NeedState, initiatives: int, km: float | None) -> None:
    gap = is_gap(state, initiatives=initiatives, nearest_km=km)
    assert gap == (state == "open" and initiatives == 0 and (km is None or km > REACH_KM))


def test_every_state_leads_somewhere_and_none_to_itself() -> None:
    assert set(NEXT) == set(STATES)
    for state, following in NEXT.items():
        assert following and state not in following


def test_a_need_that_left_the_map_may_come_back() -> None:
    for state in set(STATES) - set(LIVING):
        assert NeedState.OPEN in NEXT[state]
