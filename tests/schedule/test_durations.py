"""Time as people type it becomes minutes, or is asked again; what we write we read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_hub.schedule.hours import durations
from volunteer_hub.web import formats
from volunteer_hub.web.i18n import speaking


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("2", 120), ("2,5", 150), ("2.5", 150), ("0,25", 15), ("2:30", 150), ("02:05", 125), ("2 h", 120),
        ("2h30", 150), ("2 h 30", 150), ("2 h 30 min", 150), ("2h30min.", 150), ("2 godz. 30 min", 150),
        ("2 godziny", 120), ("1 godzina i 15 minut", 75), ("90 min", 90), ("45 minut", 45), ("90m", 90), ("30 хв", 30),
        ("2 години", 120), ("1,5 h", 90), ("  3  ", 180), ("24", 1440), ("1 min", 1),
    ],
)  # fmt: skip
def test_it_is_read_as_it_is_meant(text: str, minutes: int) -> None:
    assert durations.read(text) == minutes


@pytest.mark.parametrize(
    "text", ["", "0", "0:00", "25", "24:01", "2:60", "2 h 75", "dwie", "-1", "1e3", "2:3", "1 2", "1441 min"]
)
def test_what_nobody_can_be_sure_of_is_asked_again(text: str) -> None:
    assert durations.read(text) is None


@given(st.integers(1, durations.MOST))
def test_what_is_written_into_a_form_is_read_back(minutes: int) -> None:
    assert durations.read(durations.typed(minutes)) == minutes


@given(st.integers(1, durations.MOST), st.sampled_from(["pl", "en", "uk"]))
def test_what_a_page_says_can_be_typed(minutes: int, language: str) -> None:
    with speaking(language):
        assert durations.read(formats.lasting(minutes)) == minutes


@given(st.text(max_size=30))
def test_nothing_typed_breaks_it(text: str) -> None:
    found = durations.read(text)
    assert found is None or 1 <= found <= durations.MOST
