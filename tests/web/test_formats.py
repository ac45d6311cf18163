"""Dates, hours and distances as people write them, in each language."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as some

from volunteer_hub.kit import clock
from volunteer_hub.web import formats
from volunteer_hub.web.i18n import best, speaking

WHEN = datetime(2026, 11, 25, 16, 0)  # wall time


def test_polish_english_ukrainian() -> None:
    with speaking("pl"):
        said = formats.when(WHEN, WHEN.replace(hour=18)).replace("\N{WORD JOINER}", "")
        assert said == "środa 25 listopada, 16:00–18:00"
        assert formats.km(1.84) == "1,8\N{NO-BREAK SPACE}km"
    with speaking("uk"):
        assert formats.day(WHEN) == "середа 25 листопада" and formats.dated(WHEN) == "25 листопада 2026"
    with speaking("en"):
        assert formats.weekday(1) == "Monday" and formats.km(0.02) == "0.1\N{NO-BREAK SPACE}km"


def test_a_skipped_hour_moves_forward_and_a_repeated_one_is_the_first() -> None:
    skipped = datetime(2027, 3, 28, 2, 30)
    assert clock.wall(clock.instant(skipped, "Europe/Warsaw"), "Europe/Warsaw") == datetime(2027, 3, 28, 3, 30)
    repeated = datetime(2026, 10, 25, 2, 30)
    assert clock.instant(repeated, "Europe/Warsaw").hour == 0


@given(some.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2037, 12, 31)))
def test_wall_and_instant_are_inverse_but_for_the_skipped_hour(wall: datetime) -> None:
    there = clock.wall(clock.instant(wall, "Europe/Warsaw"), "Europe/Warsaw")
    assert there == wall or (there - wall).total_seconds() == 3600


@given(some.text(max_size=80))
def test_any_accept_language_is_read(header: str) -> None:
    assert best(header) in (None, "pl", "en", "uk")
