"""Public holidays with their names, and how they and the school breaks are told to a series."""

from collections.abc import Iterable
from datetime import date

from volunteer_hub.kit.holidays import is_holiday, of_year
from volunteer_hub.schedule.series.pattern import DaysOff
from volunteer_hub.web.i18n import language


def holiday(day: date) -> str:
    """The holiday's name in the language in use; empty on any other day."""
    return of_year(day.year, language()).get(day, "")


def days_off(breaks: Iterable[tuple[date, date]]) -> DaysOff:
    """What takes days from a series: the public holidays and these school breaks."""
    return DaysOff(is_holiday, tuple(breaks))
