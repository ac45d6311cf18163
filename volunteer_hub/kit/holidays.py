"""Public holidays of Poland, by the library `holidays`: it knows their acts, as that of Christmas Eve since 2025."""

from datetime import date
from functools import cache

import holidays

COUNTRY = "PL"
# What the library calls our languages.
CALLED = {"en": "en_US"}


@cache
def of_year(year: int, code: str) -> dict[date, str]:
    """The holidays of a year with their names in the language `code`: pl, en or uk."""
    return dict(holidays.country_holidays(COUNTRY, years=year, language=CALLED.get(code, code)))


def is_holiday(day: date) -> bool:
    return day in of_year(day.year, "pl")
