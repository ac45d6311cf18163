"""Phone numbers as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from volunteer_hub.kit.phone import BadPhone, normalise, pretty, takes_sms


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("600 000 101", "+48600000101", "600 000 101"),
        ("+48 600-000-101", "+48600000101", "600 000 101"),
        ("0048600000101", "+48600000101", "600 000 101"),
        ("+380 50 123 4567", "+380501234567", "+380 50 123 4567"),
    ],
)
def test_numbers_as_people_write_them(typed: str, kept: str, shown: str) -> None:
    assert normalise(typed) == kept and pretty(kept) == shown


@pytest.mark.parametrize("typed", ["", "600 000 00", "sześćset", "+49 30 1234567890123", "12", "6" * 40, "\x00"])
def test_what_is_no_number(typed: str) -> None:
    with pytest.raises(BadPhone):
        normalise(typed)


@given(some.text(max_size=30) | some.from_regex(r"\+?[0-9 ()-]{1,25}", fullmatch=True))
def test_whatever_is_taken_is_taken_again_unchanged_and_fits(text: str) -> None:
    try:
        kept = normalise(text)
    except BadPhone:
        return
    assert normalise(kept) == kept and len(kept) <= 16 and kept.startswith("+")


def test_a_landline_gets_no_sms() -> None:
    assert takes_sms("+48600000101") and not takes_sms("+48544140000")
