"""How pressing a free seat is, and quarters."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from volunteer_hub.reports import rules

TODAY = date(2026, 11, 21)


def urgency(missing: int, days: int, *, urgent: bool = False) -> int:
    return rules.urgency(missing=missing, urgent=urgent, starts=TODAY + timedelta(days=days), today=TODAY)


def test_today_before_urgent_before_soon_before_calm() -> None:
    assert [urgency(1, 0), urgency(1, 2), urgency(1, 5, urgent=True), urgency(1, 5), urgency(0, 0)] == [4, 3, 3, 2, 1]


@given(st.integers(0, 20), st.integers(0, 60), st.booleans())
def test_a_seat_never_becomes_calmer_as_its_day_comes_nearer(missing: int, days: int, urgent: bool) -> None:
    nearer = urgency(missing, max(0, days - 1), urgent=urgent)
    assert 1 <= urgency(missing, days, urgent=urgent) <= nearer <= 4


def test_quarters() -> None:
    assert rules.first_days(2026) == [
        date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1), date(2027, 1, 1)
    ]  # fmt: skip


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_percent_is_of_something(part: int, whole: int) -> None:
    assert rules.percent(part, whole) == (round(100 * part / whole) if whole else 0)
