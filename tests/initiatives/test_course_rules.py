"""When a course is finished: enough sessions attended, and nothing else."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_hub.initiatives.contract_rules import StepState, reached, step_state
from volunteer_hub.initiatives.course_rules import Counted, Progress, Standing, needed

COUNTS = st.integers(0, 60)


@given(COUNTS, COUNTS, COUNTS, st.integers(1, 100), st.sampled_from(Counted), st.booleans())
def test_entitled_exactly_when_enough_is_attended(
    came: int, ahead: int, missed: int, enough: int, counted: Counted, finished: bool
) -> None:
    sessions = came + ahead + missed
    must = needed(enough, counted, sessions)
    standing = Progress(came, ahead, sessions, must).standing(finished=finished)
    fulfils = came >= enough if counted is Counted.SESSIONS else came and came * 100 >= enough * sessions
    assert (standing is Standing.ENTITLED) == (bool(fulfils) and not finished)
    assert (standing is Standing.FINISHED) == finished
    if standing is Standing.TOO_FEW:
        assert came + ahead < must, "nobody is given up who could still make it"
    if standing is Standing.ON_THE_WAY:
        assert Progress(came + ahead, 0, sessions, must).enough


@given(COUNTS, COUNTS)
def test_without_a_rule_nobody_is_proposed(came: int, ahead: int) -> None:
    one = Progress(came, ahead, came + ahead, None)
    assert one.standing(finished=False) is Standing.UNDECIDED and not one.enough and one.lacking == 0


@pytest.mark.parametrize(
    ("enough", "counted", "sessions", "must"),
    [(6, "sessions", 8, 6), (80, "percent", 8, 7), (75, "percent", 8, 6), (100, "percent", 8, 8), (1, "percent", 0, 1)],
)
def test_a_part_of_a_session_is_a_whole_one(enough: int, counted: str, sessions: int, must: int) -> None:
    assert needed(enough, Counted(counted), sessions) == must


@given(st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=12), st.integers(1, 12))
def test_a_step_is_reached_on_the_day_of_its_last_meeting(days: list[date], attend: int) -> None:
    day = reached(days, attend)
    assert (day is not None) == (len(days) >= attend)
    if day:
        assert sum(one <= day for one in days) >= attend > sum(one < day for one in days)


def test_a_step_is_late_from_the_day_after_its_own() -> None:
    due = date(2026, 11, 20)
    assert step_state(None, due, due) is StepState.AHEAD
    assert step_state(None, due, due + timedelta(1)) is StepState.OVERDUE
    assert step_state(due + timedelta(9), due, due + timedelta(10)) is StepState.DONE
    assert step_state(None, None, due) is StepState.AHEAD
