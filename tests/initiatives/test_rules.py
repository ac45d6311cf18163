"""The guard against a group's name that tells what the group is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_hub.initiatives.rules import tells_theme

ALCOHOL = ("Uzależnienie od alkoholu", "Alcohol addiction", "Алкогольна залежність")


@pytest.mark.parametrize(
    "text",
    [
        "Grupa dla uzależnionych",
        "UZALEZNIENIA",
        "Bez alkoholu",
        "Addicts anonymous",
        "Група „Алкоголь”",
        "czwartek: alkohole",
    ],
)
def test_words_of_the_theme_are_noticed(text: str) -> None:
    assert tells_theme(text, ALCOHOL)


@pytest.mark.parametrize("text", ["Czwartek", "Grupa Czwartek, spotkania od 17:00", "Od nowa", ""])
def test_neutral_words_pass(text: str) -> None:
    assert not tells_theme(text, ALCOHOL)


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll"]), min_size=5, max_size=12), st.text(max_size=20))
def test_words_around_do_not_hide_the_theme(word: str, around: str) -> None:
    long_enough = tells_theme(word, [word])
    assert tells_theme(f"{around} {word} {around}", [word]) or not long_enough


def test_control_most_words_are_long_enough() -> None:
    assert all(tells_theme(word, [word]) for word in ("Żałoba", "Praca", "Kultura", "Сусідство"))
