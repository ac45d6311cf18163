"""Public holidays by the library `holidays`, with their names; and how they and the school breaks are told to a series.

The library knows the acts that make them: the third of May, Corpus Christi, Christmas Eve since 2025.
"""

from collections.abc import Iterable
from datetime import date
from functools import cache

import holidays

from volunteer_hub.schedule.series.pattern import DaysOff
from volunteer_hub.web.i18n import language

COUNTRY = "PL"
# What the library calls our languages.
CALLED = {"en": "en_US"}


@cache
def _of_year(year: int, code: str) -> dict[date, str]:
    return dict(holidays.country_holidays(COUNTRY, years=year, language=CALLED.get(code, code)))


def is_holiday(day: date) -> bool:
    return day in _of_year(day.year, "pl")


def holiday(day: date) -> str:
    """The holiday's name in the language in use; empty on any other day."""
    return _of_year(day.year, language()).get(day, "")


def days_off(breaks: Iterable[tuple[date, date]]) -> DaysOff:
    """What takes days from a series: the public holidays and these school breaks."""
    return DaysOff(is_holiday, tuple(breaks))
