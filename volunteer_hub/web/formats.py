"""Dates, hours, numbers and distances the way people write them; registered as template filters."""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_date, format_datetime, format_interval, format_timedelta
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.units import format_unit

from volunteer_hub.kit import clock
from volunteer_hub.kit.phone import pretty
from volunteer_hub.web.i18n import language, locale

JOINER = "\N{WORD JOINER}"
NO_BREAK = "\N{NO-BREAK SPACE}"


def day(value: date | datetime) -> str:
    """środa 25 listopada"""
    return _date(value.date() if isinstance(value, datetime) else value, "EEEE d MMMM", language())


def short_day(value: date | datetime) -> str:
    """śr. 25.11"""
    return _date(value.date() if isinstance(value, datetime) else value, "EEE d.MM", language())


def dated(value: date | datetime) -> str:
    """25 listopada 2026: a day that may be of another year, or stand on paper."""
    return _date(value.date() if isinstance(value, datetime) else value, "d MMMM y", language())


def month(value: date) -> str:
    """listopad 2026"""
    return _date(value, "LLLL y", language())


def month_name(value: date) -> str:
    """listopad, where the year is known"""
    return _date(value, "LLLL", language())


def span(first: date, last: date) -> str:
    """23–29 listopada 2026, of two days."""
    return format_interval(first, last, "yMMMMd", locale=locale())


# A page names the same few days again and again, and babel works a tenth of a millisecond on each.
@lru_cache(2000)
def _date(value: date, pattern: str, code: str) -> str:
    return format_date(value, pattern, locale=code)


def weekday(number: int) -> str:
    """The name of ISO weekday `number`, 1 is Monday."""
    return locale().days["stand-alone"]["wide"][number - 1]


def hour(value: time | datetime) -> str:
    """16:00"""
    return f"{value.hour}:{value.minute:02d}"


def hours(start: time | datetime, end: time | datetime) -> str:
    """16:00–18:00, never broken over two lines."""
    return f"{hour(start)}{JOINER}–{JOINER}{hour(end)}"


def when(start: datetime, end: datetime) -> str:
    """środa 25 listopada, 16:00–18:00, of two wall times."""
    return f"{day(start)}, {hours(start, end)}"


def moment(value: datetime, timezone: str = "Europe/Warsaw") -> str:
    """An instant as local day and time: 21 lis 2026, 16:05."""
    return _moment(clock.wall(value, timezone), language())


@lru_cache(2000)
def _moment(wall: datetime, code: str) -> str:
    return format_datetime(wall, "d MMM y, H:mm", locale=code)


def ago(value: datetime) -> str:
    """2 dni temu"""
    return format_timedelta(value - clock.now(), add_direction=True, locale=locale())


def number(value: float) -> str:
    return _decimal(value, language())


@lru_cache(2000)
def _decimal(value: float, code: str) -> str:
    return format_decimal(value, locale=code)


def listed(names: Sequence[str]) -> str:
    """marzec, maj i czerwiec"""
    return format_list(names, locale=locale())


def lasting(minutes: int) -> str:
    """2 h 30 min, 2 h, 45 min: in the signs of every language here, never broken over two lines."""
    hours, rest = divmod(minutes, 60)
    said = (f"{number(hours)} h" if hours else "", f"{rest} min" if rest or not hours else "")
    return NO_BREAK.join(filter(None, said)).replace(" ", NO_BREAK)


def money(value: Decimal) -> str:
    """1 234,50 zł, never broken over two lines."""
    return f"{format_decimal(value, format='#,##0.00', locale=locale())} zł".replace(" ", NO_BREAK)


def km(value: float) -> str:
    """1,8 km; under a hundred metres: 0,1 km. Never broken over two lines."""
    said = format_unit(max(0.1, round(value, 1)), "length-kilometer", "short", format="0.0", locale=locale())
    return said.replace(" ", NO_BREAK)


FILTERS = {
    "day": day,
    "short_day": short_day,
    "dated": dated,
    "month": month,
    "month_name": month_name,
    "span": span,
    "weekday": weekday,
    "hour": hour,
    "hours": hours,
    "when": when,
    "moment": moment,
    "ago": ago,
    "number": number,
    "km": km,
    "money": money,
    "lasting": lasting,
    "phone": pretty,
}
