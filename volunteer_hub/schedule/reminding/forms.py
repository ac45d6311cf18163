"""What a coordinator ticks and types about reminders, and what it says in words."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator

from volunteer_hub.kit import clock
from volunteer_hub.schedule.reminding.rules import MOST_HOURS, Audience, Kind, Planned, Rule
from volunteer_hub.web import formats
from volunteer_hub.web.forms import Form, Wrong
from volunteer_hub.web.i18n import gettext as _
from volunteer_hub.web.i18n import mark

MOST = 4
WEEK = 7
ON = (mark("w poniedziałek"), mark("we wtorek"), mark("w środę"), mark("w czwartek"), mark("w piątek"),
      mark("w sobotę"), mark("w niedzielę"))  # fmt: skip


def _hours(text: str) -> str:
    """ "24, 2" and "24 2" are whole hours before a meeting."""
    words = text.replace(",", " ").split()
    if not all(word.isascii() and word.isdigit() and 1 <= int(word) <= MOST_HOURS for word in words):
        raise Wrong(mark("Wpisz liczby godzin od 1 do %(most)s, na przykład: 24, 2."), most=MOST_HOURS)
    if len(set(words)) > MOST:
        raise Wrong(mark("Najwięcej %(most)s liczby."), most=MOST)
    return text


Hours = Annotated[str, AfterValidator(_hours)]
Ticked = list[Literal[Kind.EVENING, Kind.MORNING]]


class RemindersForm(Form):
    """For each audience what is ticked, and whole hours before the meeting; nothing at all: no reminders."""

    volunteers: Ticked = []
    volunteers_hours: Hours = ""
    participants: Ticked = []
    participants_hours: Hours = ""

    def rules(self, audience: Audience) -> tuple[Rule, ...]:
        ticked: list[Kind] = getattr(self, audience)
        hours = {int(word) for word in getattr(self, f"{audience}_hours").replace(",", " ").split()}
        found = {*(Rule(Kind(kind)) for kind in ticked), *(Rule(Kind.HOURS, n) for n in hours)}
        return tuple(sorted(found)) or (Rule(Kind.NONE),)


def typed(rules: dict[Audience, tuple[Rule, ...]]) -> dict[str, object]:
    """The form as it was saved."""
    values: dict[str, object] = {}
    for audience, of in rules.items():
        values[audience] = [rule.kind for rule in of if rule.kind in (Kind.EVENING, Kind.MORNING)]
        values[f"{audience}_hours"] = ", ".join(str(rule.hours) for rule in reversed(of) if rule.kind is Kind.HOURS)
    return values


def said(starts_wall: datetime, zone: str, reminders: Iterable[Planned]) -> str:
    """Dla spotkania we wtorek 17:00: w poniedziałek o 17:00 i we wtorek o 15:00."""
    meeting = _("%(day)s %(hour)s", day=_(ON[starts_wall.weekday()]), hour=formats.hour(starts_wall))
    times = [_time(clock.wall(one.at, zone), starts_wall) for one in reminders]
    if not times:
        return _("Dla spotkania %(meeting)s: bez przypomnienia.", meeting=meeting)
    *first, last = times
    when = _("%(first)s i %(last)s", first=", ".join(first), last=last) if first else last
    return _("Dla spotkania %(meeting)s: %(when)s.", meeting=meeting, when=when)


def _time(wall: datetime, starts: datetime) -> str:
    day = _(ON[wall.weekday()])
    if (starts.date() - wall.date()).days >= WEEK:
        day = f"{day} {wall.day}.{wall:%m}"
    return _("%(day)s o %(hour)s", day=day, hour=formats.hour(wall))
