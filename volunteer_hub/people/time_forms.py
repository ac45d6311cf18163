"""Forms of free time: the ordinary week with its boxes and hours, and days away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from volunteer_hub.people.forms import CHOOSE, Day
from volunteer_hub.people.rules import SLOTS, Free, read_date, windows
from volunteer_hub.people.week import (
    MOST_HOURS,
    MOST_KM,
    MOST_TIMES,
    TRAVELS,
    WEEK,
    Days,
    Week,
    boxes,
    read_time,
    rest_of_month,
    typed_time,
)
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form, Wrong
from volunteer_hub.web.i18n import gettext, mark

ROW = ("day", "from", "to")
MOST_ROWS = 28
# Nobody plans longer; beyond it the year is a slip of the hand.
LONGEST_AWAY = timedelta(days=2 * 366)


def _slot(text: str) -> str:
    if text not in SLOTS:
        raise Wrong(CHOOSE)
    return text


def _travels(text: str) -> str:
    if text and text not in TRAVELS:
        raise Wrong(CHOOSE)
    return text


def _comma(given: object) -> object:
    return given.replace(",", ".") if isinstance(given, str) else given


Slot = Annotated[str, AfterValidator(_slot)]
Kilometres = Annotated[float, BeforeValidator(_comma), Field(ge=0.5, le=MOST_KM, allow_inf_nan=False)]


class WeekForm(Form):
    """`seen` is the mark of the week that was shown; the rows of hours are read by `read_week`."""

    free: list[Slot]
    max_hours_week: Annotated[int, Field(ge=1, le=MOST_HOURS)]
    max_times_week: Annotated[int, Field(ge=1, le=MOST_TIMES)] | None = None
    max_km: Kilometres
    travels: Annotated[str, AfterValidator(_travels)] = ""
    seen: str = ""


class AwayForm(Form):
    """Without a last day: the first alone."""

    first_day: Day
    last_day: Day | None = None

    @field_validator("last_day")
    @classmethod
    def _after(cls, last: date | None, info: ValidationInfo) -> date | None:
        first = info.data.get("first_day")
        if first and last and last < first:
            raise Wrong(mark("Ostatni dzień nie może być przed pierwszym."))
        if first and last and last - first > LONGEST_AWAY:
            raise Wrong(mark("To więcej niż dwa lata. Sprawdź rok."))
        return last

    @property
    def days(self) -> Days:
        return Days(self.first_day, self.last_day or self.first_day)


@dataclass(frozen=True)
class Typed:
    """The form of a week as it stands on the page, with its rows of hours; `week` when all is well."""

    form: Checked[WeekForm]
    rows: tuple[Checked[Form], ...]
    week: Week | None = None

    @property
    def seen(self) -> str:
        return self.form.first("seen")


def of_week(week: Week) -> Typed:
    """The form as it is filled from what is known, with one row to type into."""
    parts, beside = boxes(week.free)
    form: Checked[WeekForm] = forms.blank(
        free=parts,
        max_hours_week=week.most_hours,
        max_times_week=week.most_times or "",
        max_km=typed_km(week.most_km),
        travels=week.travels,
        seen=week.mark,
    )
    return Typed(form, tuple(_row(one) for one in beside))


def read_week(given: forms.Fields, drop: int | None = None) -> Typed:
    """What was typed, but for the row `drop`. A row without hours is no row; a wrong one stays with its sentence."""
    form = forms.read(WeekForm, given)
    rows: list[Checked[Form]] = []
    free: list[Free] = []
    for number, texts in enumerate(zip_longest(*(form.typed.get(name, ()) for name in ROW), fillvalue="")):
        row, window = _read_row(*texts)
        if number == drop or (window is None and not row.errors):
            continue
        for name, sentence in row.errors.items():
            form = form.refused(f"row{len(rows)}-{name}", sentence)
        free += [window] if window else []
        rows.append(row)
    if len(rows) > MOST_ROWS:
        form = form.refused("", gettext("To za dużo wierszy z godzinami. Najwięcej: %(n)s.", n=MOST_ROWS))
    new = form.value
    if new is None:
        return Typed(form, tuple(rows))
    free += windows(new.free)
    week = Week(tuple(free), new.max_hours_week, new.max_times_week, new.max_km, new.travels)
    return Typed(form, tuple(rows), week)


def with_row(typed: Typed) -> Typed:
    """The form with one more row to type into."""
    quiet = unread(typed)
    return Typed(quiet.form, (*quiet.rows, forms.blank()))


def unread(typed: Typed) -> Typed:
    """The form as it is typed so far: nobody has asked yet whether all of it is right."""
    return Typed(Checked(typed.form.typed), tuple(Checked(row.typed) for row in typed.rows))


def copied(typed: Typed) -> Typed:
    """The form with one day's boxes and hours on other days too, in the place of what was there."""
    source, targets = typed.form.first("copy_from"), set(typed.form.typed.get("copy_to", ()))
    known = {str(day) for day in WEEK}
    if source not in known or not targets or targets - known:
        return Typed(typed.form.refused("copy_to", gettext("Zaznacz, na które dni skopiować.")), typed.rows)
    targets -= {source}
    parts = [slot.partition("-") for slot in typed.form.typed.get("free", ())]
    stay = [f"{day}-{part}" for day, _, part in parts if day not in targets]
    new = [f"{day}-{part}" for day in sorted(targets) for of, _, part in parts if of == source]
    rows = [row for row in typed.rows if row.first("day") not in targets]
    rows += [
        Checked({**row.typed, "day": [day]})
        for day in sorted(targets)
        for row in typed.rows
        if row.first("day") == source
    ]
    left = {name: texts for name, texts in typed.form.typed.items() if not name.startswith("copy_")}
    return Typed(Checked({**left, "free": stay + new}), tuple(Checked(row.typed) for row in rows))


def seen_now(typed: Typed, week: Week) -> Typed:
    """The same form over the week as it is now: the next press writes over what has been shown beside it."""
    return Typed(Checked({**typed.form.typed, "seen": [week.mark]}), typed.rows)


def to_come(form: Checked[AwayForm], today: date) -> Checked[AwayForm]:
    """The same form, unless those days are over or so far away that the year must be wrong."""
    if form.value is None:
        return form
    days = form.value.days
    if days.last < today:
        name = "last_day" if form.value.last_day else "first_day"
        return form.refused(name, gettext("Ten czas już minął. Podaj dni, które dopiero będą."))
    if days.last - today > LONGEST_AWAY:
        return form.refused("first_day", gettext("To więcej niż dwa lata od dziś. Sprawdź rok."))
    return form


def read_span(text: str) -> Days | None:
    """Days from a hidden input ("2026-11-22..2026-11-30"); None when it holds none."""
    first, dots, last = text.partition("..")
    found = read_date(first), read_date(last)
    return Days(found[0], found[1]) if dots and found[0] and found[1] and found[0] <= found[1] else None


def read_spans(texts: Sequence[str], today: date) -> list[Days]:
    """What stood in the place of the rest of this month, from hidden inputs; what could not have is left out."""
    month = rest_of_month(today)
    days = [one for one in map(read_span, texts[:31]) if one]
    return [one for one in days if one.meets(month) and one.last - one.first <= 2 * LONGEST_AWAY]


def typed_days(days: Days) -> str:
    """As it stands in a hidden input."""
    return f"{days.first}..{days.last}"


def typed_km(km: float) -> str:
    """As it stands in an input: 7,5."""
    return f"{km:g}".replace(".", ",")


def _row(one: Free) -> Checked[Form]:
    return forms.blank(day=one.weekday, **{"from": typed_time(one.starts), "to": typed_time(one.ends)})


def _read_row(day: str, from_: str, to: str) -> tuple[Checked[Form], Free | None]:
    row: Checked[Form] = Checked(dict(zip(ROW, ([day], [from_], [to]), strict=True)))
    if not from_.strip() and not to.strip():
        return row, None
    starts, ends = read_time(from_), read_time(to, ends=True)
    if day not in {str(one) for one in WEEK}:
        row = row.refused("day", gettext("Wybierz dzień."))
    if starts is None:
        row = row.refused("from", gettext("Podaj godzinę, na przykład 17:00."))
    if ends is None:
        row = row.refused("to", gettext("Podaj godzinę, na przykład 18:30."))
    if starts and ends and ends <= starts:
        row = row.refused("to", gettext("Koniec musi być po początku. Przez północ: wpisz dwa wiersze."))
    if row.errors or not starts or not ends:
        return row, None
    return row, Free(int(day), starts, ends)
