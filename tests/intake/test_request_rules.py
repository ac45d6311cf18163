"""Where a request may go, and by when: transitions, working days with the holidays of Poland, what is late."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from volunteer_hub.intake import rules
from volunteer_hub.intake.rules import DESKS, NEXT, Act, Desk, RequestState
from volunteer_hub.kit.actor import Role

DAYS = some.dates(date(2024, 1, 1), date(2040, 12, 31))
NEVER_OFF = {(2026, 11, 12), (2026, 12, 23), (2024, 12, 24)}


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        (2026, 1, 1), (2026, 1, 6), (2026, 4, 6), (2026, 5, 1), (2026, 6, 4), (2027, 3, 29), (2027, 5, 27),
        (2025, 8, 15), (2024, 11, 1), (2026, 11, 11), (2025, 12, 24), (2026, 12, 25), (2026, 12, 26),
    ],
)  # fmt: skip
def test_a_public_holiday_is_no_working_day(year: int, month: int, day: int) -> None:
    assert not rules.is_working_day(date(year, month, day))


@pytest.mark.parametrize("day", sorted(NEVER_OFF))
def test_control_the_day_beside_a_holiday_is_one(day: tuple[int, int, int]) -> None:
    assert rules.is_working_day(date(*day))


@given(day=DAYS, days=some.integers(0, 12))
def test_working_days_are_counted_one_by_one(day: date, days: int) -> None:
    end = rules.working_days_on(day, days)
    assert rules.is_working_day(end)
    between = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    counted = sum(map(rules.is_working_day, between))
    assert counted == (days or (0 if rules.is_working_day(day) else 1))


@given(today=DAYS, days=some.integers(0, 12), ago=some.integers(0, 40))
def test_late_is_what_was_due_before_today(today: date, days: int, ago: int) -> None:
    since = today - timedelta(days=ago)
    assert (since < rules.late_before(today, days)) == (rules.working_days_on(since, days) < today)


def test_the_table_leads_somewhere_from_every_open_state_and_nowhere_from_the_end() -> None:
    for state in rules.OPEN:
        assert {Act.ANSWER, Act.ROUTE, Act.HAND_OVER} <= {act for act in Act if rules.may(state, act)}
    assert [act for act in Act if rules.may(RequestState.CLOSED, act)] == [Act.BRING_BACK]
    assert set(NEXT.values()) == set(RequestState)
    assert not rules.may(RequestState.TAKEN, Act.TAKE), "somebody else has it"


def test_every_desk_but_the_one_outside_has_somebody() -> None:
    staffed = {desk for role, desks in DESKS.items() if role is not Role.MACHINE for desk in desks}
    assert staffed == set(Desk) - {rules.OUTSIDE}
    for desk in Desk:
        assert desk not in rules.routes_from(desk) and len(rules.routes_from(desk)) == len(Desk) - 1


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Z-2026-0042", ("2026", 42)), ("z 2026 42", ("2026", 42)), ("2026/0042", ("2026", 42)), ("42", ("", 42)),
        ("Z-2026-10001", ("2026", 10001)), ("600 700 802", None), ("Zofia", None), ("", None), ("Z-2026-", None),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_say_them(said: str, meant: tuple[str, int] | None) -> None:
    assert rules.number_of(said) == meant


def test_harm_is_always_for_today() -> None:
    assert rules.urgency_of("harm", 1) == 4 and rules.urgency_of("food", 1) == 1
