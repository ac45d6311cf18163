"""What the desk types about a series, and the same typed again from what is kept."""

from datetime import date, time
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from volunteer_hub.people.week import read_time, typed_time
from volunteer_hub.schedule.series.actions import Meets
from volunteer_hub.schedule.series.pattern import FIRST, LAST, MOST_WEEKS, NTHS, Kind, Pattern, Series
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form, Line, Wrong, Yes
from volunteer_hub.web.i18n import gettext, mark, ngettext

MOST_TIMES = 200
# As people type it: 17, 17:00, 17.30; what is no hour goes on as it is, to be refused.
Hour = Annotated[time, BeforeValidator(lambda given: read_time(given) or given)]
OFFERED_WEEKS = (1, 2, 3, 4, 5, 6, 8, 12)
NTH_WORDS = {1: mark("pierwszy"), 2: mark("drugi"), 3: mark("trzeci"), 4: mark("czwarty"), -1: mark("ostatni")}


def _in_range(day: date) -> date:
    if not FIRST <= day <= LAST:
        raise Wrong(mark("Sprawdź rok."))
    return day


Day = Annotated[date, AfterValidator(_in_range)]
WHERE_AND_WHEN = {
    "starts": mark("Podaj godzinę, na przykład 17:00."),
    "ends": mark("Podaj godzinę, na przykład 19:00."),
    "place": mark("Wybierz miejsce."),
}


class FromTo(Form):
    """From one hour to another, from one day on until another or without end, with or without days off."""

    starts: Hour
    ends: Hour
    first_day: Day
    last_day: Day | None = None
    skips_breaks: Yes = False
    skips_holidays: Yes = False

    @field_validator("ends")
    @classmethod
    def _after_the_start(cls, ends: time, info: ValidationInfo) -> time:
        if (starts := info.data.get("starts")) and ends <= starts:
            raise Wrong(mark("Koniec musi być po początku."))
        return ends

    @field_validator("last_day")
    @classmethod
    def _after_the_first(cls, last: date | None, info: ValidationInfo) -> date | None:
        if last and (first := info.data.get("first_day")) and last < first:
            raise Wrong(mark("Koniec nie może być przed początkiem."))
        return last


class SeriesForm(FromTo):
    """`often` is a number of weeks, or how else the days are told."""

    sentences = WHERE_AND_WHEN | {"often": mark("Wybierz z listy."), "times": mark("Wpisz liczbę od 1 do 200.")}

    often: str
    days: list[Annotated[int, Field(ge=1, le=7)]] = []
    nths: list[int] = []
    place: UUID
    times: Annotated[int, Field(ge=1, le=MOST_TIMES)] | None = None
    seen: int = 0

    @field_validator("often")
    @classmethod
    def _offered(cls, often: str, info: ValidationInfo) -> str:
        weeks = often.isascii() and often.isdecimal() and 1 <= int(often) <= MOST_WEEKS
        if not weeks and often not in (Kind.MONTH, Kind.LAST_WORKING, Kind.ONCE):
            raise Wrong(mark("Wybierz z listy."))
        return often

    @field_validator("days")
    @classmethod
    def _of_week(cls, days: list[int], info: ValidationInfo) -> list[int]:
        if not days and info.data.get("often", Kind.ONCE) not in (Kind.LAST_WORKING, Kind.ONCE):
            raise Wrong(mark("Zaznacz co najmniej jeden dzień."))
        return days

    @field_validator("nths")
    @classmethod
    def _of_month(cls, nths: list[int], info: ValidationInfo) -> list[int]:
        if info.data.get("often") == Kind.MONTH and not (nths and set(nths) <= set(NTHS)):
            raise Wrong(mark("Zaznacz, który to dzień w miesiącu."))
        return nths

    @field_validator("times")
    @classmethod
    def _one_end(cls, times: int | None, info: ValidationInfo) -> int | None:
        if times and info.data.get("last_day"):
            raise Wrong(mark("Wybierz jedno: dzień końca albo liczbę spotkań."))
        return times

    @property
    def pattern(self) -> Pattern:
        days = tuple(sorted(set(self.days)))
        if self.often == Kind.MONTH:
            return Pattern(Kind.MONTH, days, nths=tuple(nth for nth in NTHS if nth in self.nths))
        if self.often in (Kind.LAST_WORKING, Kind.ONCE):
            return Pattern(Kind(self.often))
        return Pattern(Kind.WEEKS, days, int(self.often))

    @property
    def meets(self) -> Meets:
        # One day is chosen as it is: who names Christmas Eve means it.
        once = self.often == Kind.ONCE
        off = (self.skips_holidays and not once, self.skips_breaks and not once)
        plan = Series(self.pattern, self.first_day, self.last_day, self.times, *off)
        return Meets(self.place, self.starts, self.ends, plan)


class LeftOut(Form):
    day: Day
    reason: Annotated[Line, Field(max_length=200)] = ""


class LastDay(Form):
    last_day: Day
    seen: int = 0


class NewBreak(Form):
    name: Annotated[Line, Field(min_length=2, max_length=80)]
    first_day: Day
    last_day: Day
    source: Annotated[Line, Field(min_length=3, max_length=300)]

    @field_validator("last_day")
    @classmethod
    def _after_the_first(cls, last: date, info: ValidationInfo) -> date:
        if (first := info.data.get("first_day")) and last < first:
            raise Wrong(mark("Koniec nie może być przed początkiem."))
        return last


class Chosen(Form):
    """Ticked meetings."""

    meetings: list[UUID] = []


def read(data: Any, today: date) -> Checked[SeriesForm]:
    """The form, which begins today or later."""
    checked = forms.read(SeriesForm, data)
    if (value := checked.value) is not None and value.first_day < today:
        checked = checked.refused("first_day", gettext("Wybierz dzień od dziś."))
    return checked


def typed(meets: Meets, seen: int = 0) -> Checked[Any]:
    """The form as it would have been typed."""
    plan = meets.plan
    kind = plan.pattern.kind
    values: dict[str, Any] = {
        "days": list(plan.pattern.days),
        "often": plan.pattern.weeks if kind is Kind.WEEKS else kind,
        "nths": list(plan.pattern.nths),
        "starts": typed_time(meets.starts),
        "ends": typed_time(meets.ends),
        "place": meets.place,
        "first_day": plan.first_day,
        "seen": seen,
    }
    values |= {"last_day": plan.last_day} if plan.last_day else {}
    values |= {"times": plan.count} if plan.count and not plan.last_day else {}
    values |= {name: "yes" for name in ("skips_breaks", "skips_holidays") if getattr(plan, name)}
    filled = forms.blank(**values)
    return Checked(filled.typed, {}, forms.read(SeriesForm, filled.typed).value)


def often(now: str = "") -> list[tuple[str, str]]:
    """What the form offers, in words; `now` is on it, though nobody would offer it."""
    weeks = {*OFFERED_WEEKS, *([int(now)] if now.isdecimal() and 1 <= int(now) <= MOST_WEEKS else [])}
    return [
        *((str(n), _weeks(n)) for n in sorted(weeks)),
        (Kind.MONTH, gettext("w wybrane dni miesiąca, na przykład w pierwszy poniedziałek")),
        (Kind.LAST_WORKING, gettext("w ostatni dzień roboczy miesiąca")),
        (Kind.ONCE, gettext("jeden raz")),
    ]


def _weeks(n: int) -> str:
    if n <= 2:
        return gettext("co tydzień") if n == 1 else gettext("co drugi tydzień")
    return ngettext("co %(n)s tydzień", "co %(n)s tygodni", n)


def nths() -> list[tuple[int, str]]:
    return [(nth, gettext(NTH_WORDS[nth])) for nth in NTHS]
