"""What the public may know of a count, and how a need moves on."""

from hypothesis import given
from hypothesis import strategies as st

from volunteer_hub.atlas.rules import LIVING, NEXT, NeedState, public_count

STATES = list(NeedState)


@given(st.integers(0, 100_000))
def test_a_public_count_is_a_ten_that_is_not_too_much(count: int) -> None:
    said = public_count(count)
    assert said % 10 == 0
    assert said <= count < said + 10


@given(st.integers(0, 9))
def test_fewer_than_ten_are_never_told_apart(count: int) -> None:
    assert public_count(count) == 0


def test_every_state_leads_somewhere_and_none_to_itself() -> None:
    assert set(NEXT) == set(STATES)
    for state, following in NEXT.items():
        assert following and state not in following


def test_a_need_that_left_the_map_may_come_back() -> None:
    for state in set(STATES) - set(LIVING):
        assert NeedState.OPEN in NEXT[state]
