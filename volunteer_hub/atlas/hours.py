"""When a resource is open: hours on the days of a recurrence rule (RFC 5545), checked, reckoned and said in words.

Rules of whole days only: what a neighbour needs to know is on which days to come. Pure; dateutil reckons the days.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil.rrule import rrule, rruleset, rrulestr

from volunteer_hub.atlas.rules import week_of_hours
from volunteer_hub.people.rules import week_of
from volunteer_hub.web.i18n import gettext, mark

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NTHS = (1, 2, 3, 4, 5, -1)
LONGEST_RULE = 200
YEAR = timedelta(days=366)

# For hours that touch no part of the week for an hour: who is open from eight in the evening is so in the evening.
WIDE = {"morning": (time(0), time(12)), "afternoon": (time(12), time(16)), "evening": (time(16), time.max)}

DAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
WHOLE = {"INTERVAL": range(1, 53), "COUNT": range(1, 1001)}
LISTS = {"BYMONTHDAY": range(-31, 32), "BYMONTH": range(1, 13), "BYSETPOS": range(-366, 367)}
# What may be asked in a rule of which frequency. Days of the month are no part of a rule by days or weeks: they mean
# nothing there (RFC 5545, 3.3.10) or fit so rarely that the next day would be looked for through thousands of years.
ALLOWED: dict[str, frozenset[str]] = {
    "DAILY": frozenset({"INTERVAL", "BYDAY", "BYMONTH", "UNTIL", "COUNT", "WKST"}),
    "WEEKLY": frozenset({"INTERVAL", "BYDAY", "BYMONTH", "UNTIL", "COUNT", "WKST"}),
    "MONTHLY": frozenset({"INTERVAL", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS", "UNTIL", "COUNT", "WKST"}),
    "YEARLY": frozenset({"INTERVAL", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS", "UNTIL", "COUNT", "WKST"}),
}
FIRST, LAST = date(1990, 1, 1), date(2200, 12, 31)
# The calendar repeats itself after 400 years: near its end a rule that never fits is found out soon.
LATE = 7600


class BadRule(Exception):
    """`sentence`, for people: why this is no rule of days."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Hours:
    """Open from `opens` to `closes`, wall time, on the days of `rrule` from `first_day` to `last_day` inclusive."""

    rrule: str
    opens: time
    closes: time
    first_day: date
    last_day: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Plain:
    """A rule as the plain form asks for it: ISO weekdays, and each `weeks` weeks or on the `nths` of a month."""

    days: tuple[int, ...]
    weeks: int = 1
    nths: tuple[int, ...] = ()


def normal(text: str, first_day: date) -> str:
    """The rule as it is kept: known parts, upper case, in order. Raises BadRule."""
    rule = re.sub(r"\s", "", text).upper().removeprefix("RRULE:").strip(";")
    pairs = [part.partition("=") for part in rule.split(";")]
    parts = {name: value for name, _, value in pairs}
    if len(rule) > LONGEST_RULE or len(parts) != len(pairs) or not all(equals and value for _, equals, value in pairs):
        raise BadRule(mark("To nie jest reguła. Przykład: FREQ=WEEKLY;BYDAY=MO,WE."))
    allowed = ALLOWED.get(parts.pop("FREQ", "").upper())
    if allowed is None:
        raise BadRule(mark("Reguła zaczyna się od FREQ=DAILY, WEEKLY, MONTHLY albo YEARLY."))
    frequency = dict((name, value) for name, _, value in pairs)["FREQ"]
    for name, value in parts.items():
        if name not in allowed or not _fits(frequency, name, value):
            raise BadRule(mark("Jednej z części tej reguły nie rozumiemy. Sprawdź ją albo wypełnij pola z dniami."))
    if parts.get("INTERVAL") == "1":
        del parts["INTERVAL"]
    if "UNTIL" in parts:
        parts["UNTIL"] = parts["UNTIL"][:8]
    kept = ";".join([f"FREQ={frequency}", *(f"{name}={value}" for name, value in parts.items())])
    if not FIRST <= first_day <= LAST or not _soon(kept, first_day):
        raise BadRule(mark("Według tej reguły w ciągu roku nie wypada ani jeden dzień."))
    return kept


def _fits(frequency: str, name: str, value: str) -> bool:
    if name == "UNTIL":
        return _day(value[:8]) is not None and re.fullmatch(r"\d{8}(T\d{6}Z?)?", value) is not None
    if name == "WKST":
        return value in DAYS
    if name == "BYDAY":
        found = [DAY.fullmatch(one) for one in value.split(",")]
        return all(one and (not one[1] or frequency in ("MONTHLY", "YEARLY")) for one in found)
    if name in WHOLE:
        return value.isascii() and value.isdigit() and int(value) in WHOLE[name]
    numbers = value.split(",")
    return all(re.fullmatch(r"[+-]?\d{1,3}", one) and int(one) and int(one) in LISTS[name] for one in numbers)


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST <= found <= LAST else None


def _soon(rule: str, first_day: date) -> bool:
    late = re.sub(r"UNTIL=(\d{4})", lambda year: f"UNTIL={int(year[1]) % 400 + LATE + 2000}", rule)
    start = first_day.replace(year=first_day.year % 400 + LATE + 2000)
    if (until := re.search(r"UNTIL=(\d{8})", late)) and until[1] < f"{start:%Y%m%d}":
        return False
    found = next(iter(_reckoned(late, start)), None)
    return found is not None and found.date() - start < YEAR


def _reckoned(rule: str, first_day: date) -> rrule | rruleset:
    found: rrule | rruleset = rrulestr(rule, dtstart=datetime.combine(first_day, time()))
    return found


def parts_of(rule: str) -> dict[str, str]:
    """FREQ, BYDAY … of a rule that is kept."""
    return dict(part.split("=", 1) for part in rule.split(";"))


def made(plain: Plain) -> str:
    """The rule that the plain form means."""
    days = [DAYS[day - 1] for day in sorted(set(plain.days))]
    if plain.nths:
        nths = [nth for nth in NTHS if nth in plain.nths]
        return f"FREQ=MONTHLY;BYDAY={','.join(f'{nth}{day}' for nth in nths for day in days)}"
    interval = f"INTERVAL={plain.weeks};" if plain.weeks > 1 else ""
    return f"FREQ=WEEKLY;{interval}BYDAY={','.join(days)}"


def plain_of(rule: str) -> Plain | None:
    """The plain form's answers, when the rule is one that it could have made; else None."""
    parts = parts_of(rule)
    given = [DAY.fullmatch(one) for one in parts.get("BYDAY", "").split(",")]
    pairs = [(int(one[1] or 0), DAYS.index(one[2]) + 1) for one in given if one]
    found = Plain(
        days=tuple(sorted({day for _, day in pairs})),
        weeks=int(parts.get("INTERVAL", "1")),
        nths=tuple(sorted({nth for nth, _ in pairs if nth})),
    )
    same = pairs and set(made(found).replace(";", ",").split(",")) == set(rule.replace(";", ",").split(","))
    return found if same and found.weeks <= 2 else None


def weekdays(hours: Hours) -> set[int]:
    """On which ISO weekdays it may be open; a day of the month falls on any."""
    parts = parts_of(hours.rrule)
    if given := parts.get("BYDAY"):
        return {DAYS.index(one[-2:]) + 1 for one in given.split(",")}
    return {hours.first_day.isoweekday()} if parts["FREQ"] == "WEEKLY" else set(range(1, 8))


def week(of: Iterable[Hours], today: date) -> int:
    """The hours that are not over as a week (people.rules.week_of); 0 when there are none: nobody said when."""
    found = 0
    for hours in of:
        if hours.last_day is None or hours.last_day >= today:
            on = weekdays(hours)
            found |= week_of_hours((day, hours.opens, hours.closes) for day in on) or _wide_week(hours, on)
    return found


def _wide_week(hours: Hours, on: Iterable[int]) -> int:
    parts = [part for part, (starts, ends) in WIDE.items() if hours.opens < ends and hours.closes > starts]
    return week_of(f"{day}-{part}" for day in on for part in parts)


def days(hours: Hours, first: date, last: date) -> list[date]:
    """The days from `first` to `last`, both included, on which it is open."""
    end = min(last, hours.last_day or last)
    if end < max(first, hours.first_day):
        return []
    rule = _reckoned(hours.rrule, hours.first_day)
    found = rule.between(datetime.combine(first, time()), datetime.combine(end, time()), inc=True)
    return [one.date() for one in found]


def coming(of: Iterable[Hours], today: date, *, within: int = 7) -> list[tuple[date, Hours]]:
    """When it is open from today on, within so many days, in order."""
    last = today + timedelta(days=within - 1)
    found: list[tuple[date, Hours]] = [(day, hours) for hours in of for day in days(hours, today, last)]
    return sorted(found, key=lambda one: (one[0], one[1].opens, one[1].closes))


def order(of: Iterable[Any]) -> list[Any]:
    """Hours, or rows like them, as people read a week: from Monday, from the morning."""
    return sorted(of, key=lambda one: (min(weekdays(one)), one.opens, one.closes, one.first_day))


def ends_on(hours: Hours) -> date | None:
    """The last day it may be open on; None when that is not known."""
    parts = parts_of(hours.rrule)
    last = [day for day in (hours.last_day, _day(parts.get("UNTIL", ""))) if day]
    if "COUNT" in parts:
        last += [one.date() for one in list(_reckoned(hours.rrule, hours.first_day))[-1:]]
    return min(last, default=None)


def over(of: Sequence[Hours], today: date) -> bool:
    """Whether hours were said and none of them is to come."""
    return bool(of) and all((end := ends_on(one)) is not None and end < today for one in of)


def read_rule(text: str, first_day: date) -> tuple[str, str]:
    """(the rule, "") or ("", why not, in the person's language)."""
    try:
        return normal(text, first_day), ""
    except BadRule as bad:
        return "", gettext(bad.sentence)
