"""A series as people say it: "co drugi wtorek o 17:00, bez ferii i świąt", "pierwszy poniedziałek miesiąca o 10:00".

Said in full phrases, as a day's gender decides about the words around it, and not the same way in each language.
"""

from collections.abc import Sequence
from datetime import date, time

from volunteer_hub.atlas.hours_words import MANY, NTH
from volunteer_hub.schedule.series.pattern import Kind, Pattern, Series
from volunteer_hub.web import formats
from volunteer_hub.web.i18n import gettext as _
from volunteer_hub.web.i18n import mark, ngettext

EVERY = (mark("w każdy poniedziałek"), mark("w każdy wtorek"), mark("w każdą środę"), mark("w każdy czwartek"),
         mark("w każdy piątek"), mark("w każdą sobotę"), mark("w każdą niedzielę"))  # fmt: skip
# Further ones after the first of EVERY: "w każdy wtorek i każdy czwartek".
EACH = (mark("każdy poniedziałek"), mark("każdy wtorek"), mark("każdą środę"), mark("każdy czwartek"),
        mark("każdy piątek"), mark("każdą sobotę"), mark("każdą niedzielę"))  # fmt: skip
EVERY_OTHER = (mark("co drugi poniedziałek"), mark("co drugi wtorek"), mark("co drugą środę"),
               mark("co drugi czwartek"), mark("co drugi piątek"), mark("co drugą sobotę"),
               mark("co drugą niedzielę"))  # fmt: skip
# Before the names of hours_words.MANY: "we wtorki i czwartki co 3 tygodnie".
ON = (mark("w poniedziałki"), mark("we wtorki"), mark("w środy"), mark("w czwartki"), mark("w piątki"),
      mark("w soboty"), mark("w niedziele"))  # fmt: skip


def said(series: Series, starts: time, today: date) -> str:
    """One sentence: the days, the hour, what takes days away, from when it starts and how long it goes on."""
    text = _("%(days)s o %(hour)s", days=days_said(series), hour=formats.hour(starts))
    if series.pattern.kind is Kind.ONCE:
        return text
    if without := _without(series):
        text = f"{text}, {without}"
    if series.first_day > today:
        text = _("%(text)s, od %(day)s", text=text, day=formats.dated(series.first_day))
    if series.last_day:
        text = _("%(text)s, do %(day)s", text=text, day=formats.dated(series.last_day))
    elif series.count:
        text = ngettext("%(text)s, %(n)s raz", "%(text)s, %(n)s razy", series.count, text=text)
    return text


def days_said(series: Series) -> str:
    """co drugi wtorek"""
    pattern = series.pattern
    match pattern.kind:
        case Kind.WEEKS:
            return _weeks(pattern)
        case Kind.MONTH:
            of_month = [_(NTH[nth][day - 1]) for nth in pattern.nths for day in pattern.days]
            return _("%(days)s miesiąca", days=joined(of_month))
        case Kind.LAST_WORKING:
            return _("ostatni dzień roboczy miesiąca")
        case Kind.ONCE:
            return _("jeden raz, %(day)s", day=formats.dated(series.first_day))


def _weeks(pattern: Pattern) -> str:
    first, *more = sorted(set(pattern.days))
    if pattern.weeks == 1:
        if len(more) == 6:
            return _("codziennie")
        return joined([_(EVERY[first - 1]), *(_(EACH[day - 1]) for day in more)])
    if pattern.weeks == 2 and not more:
        return _(EVERY_OTHER[first - 1])
    on = joined([_(ON[first - 1]), *(_(MANY[day - 1]) for day in more)])
    if pattern.weeks == 2:
        return _("%(days)s co drugi tydzień", days=on)
    return ngettext("%(days)s co %(n)s tydzień", "%(days)s co %(n)s tygodni", pattern.weeks, days=on)


def _without(series: Series) -> str:
    if series.skips_breaks and series.skips_holidays:
        return _("bez ferii i świąt")
    if series.skips_breaks:
        return _("bez ferii")
    return _("bez świąt") if series.skips_holidays else ""


def joined(words: Sequence[str]) -> str:
    """a, b i c"""
    if len(words) < 2:
        return "".join(words)
    return _("%(many)s i %(last)s", many=", ".join(words[:-1]), last=words[-1])
