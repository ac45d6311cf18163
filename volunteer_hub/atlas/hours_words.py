"""Opening hours as people say them: "poniedziałki i środy 9:00–15:00", "pierwszy wtorek miesiąca 17:00–19:00"."""

from collections.abc import Iterable, Sequence
from datetime import date, time

from volunteer_hub.atlas.hours import DAY, DAYS, Hours, ends_on, order, parts_of
from volunteer_hub.people.rules import slots_of, windows
from volunteer_hub.web import formats
from volunteer_hub.web.i18n import gettext as _
from volunteer_hub.web.i18n import locale, mark, ngettext

# Said in full, as an ordinal takes the gender of its day, and not the same one in each language.
MANY = (mark("poniedziałki"), mark("wtorki"), mark("środy"), mark("czwartki"), mark("piątki"), mark("soboty"),
        mark("niedziele"))  # fmt: skip
NTH = {
    1: (mark("pierwszy poniedziałek"), mark("pierwszy wtorek"), mark("pierwsza środa"), mark("pierwszy czwartek"),
        mark("pierwszy piątek"), mark("pierwsza sobota"), mark("pierwsza niedziela")),
    2: (mark("drugi poniedziałek"), mark("drugi wtorek"), mark("druga środa"), mark("drugi czwartek"),
        mark("drugi piątek"), mark("druga sobota"), mark("druga niedziela")),
    3: (mark("trzeci poniedziałek"), mark("trzeci wtorek"), mark("trzecia środa"), mark("trzeci czwartek"),
        mark("trzeci piątek"), mark("trzecia sobota"), mark("trzecia niedziela")),
    4: (mark("czwarty poniedziałek"), mark("czwarty wtorek"), mark("czwarta środa"), mark("czwarty czwartek"),
        mark("czwarty piątek"), mark("czwarta sobota"), mark("czwarta niedziela")),
    5: (mark("piąty poniedziałek"), mark("piąty wtorek"), mark("piąta środa"), mark("piąty czwartek"),
        mark("piąty piątek"), mark("piąta sobota"), mark("piąta niedziela")),
    -1: (mark("ostatni poniedziałek"), mark("ostatni wtorek"), mark("ostatnia środa"), mark("ostatni czwartek"),
         mark("ostatni piątek"), mark("ostatnia sobota"), mark("ostatnia niedziela")),
}  # fmt: skip
CHECKED = (
    mark("sprawdzone w styczniu %(year)s"), mark("sprawdzone w lutym %(year)s"), mark("sprawdzone w marcu %(year)s"),
    mark("sprawdzone w kwietniu %(year)s"), mark("sprawdzone w maju %(year)s"), mark("sprawdzone w czerwcu %(year)s"),
    mark("sprawdzone w lipcu %(year)s"), mark("sprawdzone w sierpniu %(year)s"),
    mark("sprawdzone we wrześniu %(year)s"), mark("sprawdzone w październiku %(year)s"),
    mark("sprawdzone w listopadzie %(year)s"), mark("sprawdzone w grudniu %(year)s"),
)  # fmt: skip


def checked_in(day: date) -> str:
    """sprawdzone w marcu 2026"""
    return _(CHECKED[day.month - 1], year=day.year)


def all_said(of: Iterable[Hours], today: date) -> tuple[str, ...]:
    """A sentence for each that is not over, from Monday on."""
    return tuple(said(one, today) for one in order(of) if (ends_on(one) or today) >= today)


def said(hours: Hours, today: date) -> str:
    """One sentence: the days, the hours, and from when to when where that is not always."""
    text = f"{days_said(hours)} {formats.hours(hours.opens, hours.closes)}"
    if hours.first_day > today:
        text = _("%(hours)s od %(day)s", hours=text, day=formats.dated(hours.first_day))
    if end := ends_on(hours):
        text = _("%(hours)s do %(day)s", hours=text, day=formats.dated(end))
    return f"{text} ({hours.note})" if hours.note else text


def days_said(hours: Hours) -> str:
    """The days of the rule; one that has no plain words stands as it is."""
    parts = parts_of(hours.rrule)
    text = _frequency(parts, int(parts.get("INTERVAL", "1")), hours)
    if not text or "BYSETPOS" in parts:
        return _("według reguły %(rule)s", rule=hours.rrule)
    if months := parts.get("BYMONTH"):
        names = locale().months["stand-alone"]["wide"]
        text = _("%(days)s (%(months)s)", days=text, months=", ".join(names[int(one)] for one in months.split(",")))
    return text


def week_said(week: int) -> tuple[str, ...]:
    """The free hours of a week (people.rules.week_of) as sentences; none for a week that nobody said."""
    days_at: dict[tuple[time, time], list[int]] = {}
    for one in windows(slots_of(week)):
        days_at.setdefault((one.starts, one.ends), []).append(one.weekday)
    return tuple(f"{_run(days)} {formats.hours(*at)}" for at, days in days_at.items())


def _frequency(parts: dict[str, str], interval: int, hours: Hours) -> str:
    given = [(int(one[1] or 0), DAYS.index(one[2]) + 1) for one in map(DAY.fullmatch, _listed(parts, "BYDAY")) if one]
    match parts["FREQ"]:
        case "DAILY" if interval == 1:
            return _run([day for _nth, day in given] or range(1, 8))
        case "DAILY" if not given:
            return ngettext("co %(n)s dzień", "co %(n)s dni", interval)
        case "WEEKLY":
            text = _run([day for _nth, day in given] or [hours.first_day.isoweekday()])
            if interval == 1:
                return text
            if interval == 2:
                return _("%(days)s co drugi tydzień", days=text)
            return ngettext("%(days)s co %(n)s tydzień", "%(days)s co %(n)s tygodni", interval, days=text)
        case "MONTHLY" if not (given and "BYMONTHDAY" in parts):
            text = _of_month(given, parts, hours)
            if interval == 1 or not text:
                return text
            return ngettext("%(days)s, co %(n)s miesiąc", "%(days)s, co %(n)s miesięcy", interval, days=text)
    return ""


def _of_month(given: Sequence[tuple[int, int]], parts: dict[str, str], hours: Hours) -> str:
    if given:
        if not all(nth in NTH for nth, _day in given):
            return "" if any(nth for nth, _day in given) else _run([day for _nth, day in given])
        return _("%(days)s miesiąca", days=_joined([_(NTH[nth][day - 1]) for nth, day in given]))
    numbers = [int(one) for one in _listed(parts, "BYMONTHDAY")] or [hours.first_day.day]
    if numbers == [-1]:
        return _("ostatni dzień miesiąca")
    if min(numbers) < 1:
        return ""
    return _("%(numbers)s dzień miesiąca", numbers=_joined([f"{number}." for number in sorted(numbers)]))


def _listed(parts: dict[str, str], name: str) -> list[str]:
    return parts[name].split(",") if name in parts else []


def _run(days: Iterable[int]) -> str:
    """Three days or more on end as from–to, others by their names."""
    left = sorted(set(days))
    if len(left) == 7:
        return _("codziennie")
    told: list[str] = []
    while left:
        run = [day for n, day in enumerate(left) if day == left[0] + n]
        if len(run) > 2:
            told.append(f"{formats.weekday(run[0])}–{formats.weekday(run[-1])}")
        else:
            run = run[:1]
            told.append(_(MANY[run[0] - 1]))
        left = left[len(run) :]
    return _joined(told)


def _joined(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return _("%(many)s i %(last)s", many=", ".join(words[:-1]), last=words[-1])
