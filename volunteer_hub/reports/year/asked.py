"""What the address of a report asks for: days and an edition. What it does not know is this year, inside."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated
from urllib.parse import urlencode

from pydantic import Field

from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.reports import rules
from volunteer_hub.reports.indicators.publication import may_be_published
from volunteer_hub.reports.indicators.values import Edition, Period
from volunteer_hub.reports.years import NEWEST, OLDEST, Given
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form
from volunteer_hub.web.i18n import gettext, mark

BACKWARDS = mark("Ostatni dzień jest wcześniej niż pierwszy.")
BOTH = mark("Wpisz oba dni: pierwszy i ostatni.")
NOT_OUTSIDE = mark("Do publikacji są tylko całe lata, które już minęły. Wybierz taki rok albo wydanie wewnętrzne.")
NO_FILE = mark("Takiego raportu nie ma. Wybierz rok i wydanie na stronie raportów.")
YEARS = mark("Wybierz dni z lat 1990–2100.")


class Asked(Form):
    """`first` and `last` go before year and quarter."""

    year: Annotated[int, Field(ge=OLDEST, le=NEWEST)] | None = None
    quarter: Annotated[int, Field(ge=1, le=4)] | None = None
    first: date | None = None
    last: date | None = None
    edition: Edition = Edition.INTERNAL


@dataclass(frozen=True, slots=True)
class Choice:
    """A period and an edition. `quarter`: 0 of a whole year; `own`: days that somebody chose; `form`: as typed, with
    what is wrong with it, when the report is of this year instead."""

    period: Period
    edition: Edition
    year: int
    quarter: int
    own: bool
    form: Checked[Asked]
    instead: bool = False

    @property
    def public(self) -> bool:
        return self.edition is Edition.PUBLIC

    @property
    def asked(self) -> dict[str, str]:
        """What stands in the address of this very report."""
        days = {"first": self.period.first.isoformat(), "last": self.period.last.isoformat()}
        named = {"year": str(self.year)} | ({"quarter": str(self.quarter)} if self.quarter else {})
        return (days if self.own else named) | ({"edition": self.edition.value} if self.public else {})

    def way(self, **more: object) -> str:
        """The query of this report's address with something else in it; a None takes away."""
        wanted: Mapping[str, object] = self.asked | more
        return urlencode({name: str(value) for name, value in wanted.items() if value is not None})


def of_file(choice: Choice) -> None:
    """Raises Refused 422 where a file would be of other days, or of another edition, than were asked for: nobody
    reads a page first that says so."""
    if choice.instead:
        raise Refused(next(iter(choice.form.errors.values()), gettext(NO_FILE)), 422)


def choice_of(given: Given, zone: str) -> Choice:
    """What is asked for; where that makes no sense, this year, with sentences beside what was typed."""
    form = forms.read(Asked, {name: given(name) for name in Asked.model_fields})
    today = clock.today(zone)
    if form.value is None:
        # A strange year or edition typed into the address is nobody's form: only days are said to be wrong.
        wrong = {name: said for name, said in form.errors.items() if name in ("first", "last")}
        return _this_year(today, Checked(form.typed, wrong))
    form = _checked(form, form.value)
    if form.value is None:
        return _this_year(today, form)
    choice = _choice(form.value, today, form)
    if choice.public and not may_be_published(choice.period, zone):
        return _this_year(today, form.refused("edition", gettext(NOT_OUTSIDE)))
    return choice


def _checked(form: Checked[Asked], asked: Asked) -> Checked[Asked]:
    if asked.first is None and asked.last is None:
        return form
    if asked.first is None or asked.last is None:
        return form.refused("last" if asked.last is None else "first", gettext(BOTH))
    if asked.last < asked.first:
        return form.refused("last", gettext(BACKWARDS))
    if asked.first.year < OLDEST or asked.last.year > NEWEST:
        return form.refused("first", gettext(YEARS))
    return form


def _choice(asked: Asked, today: date, form: Checked[Asked]) -> Choice:
    if asked.first and asked.last:
        period = Period(asked.first, asked.last)
        named = _named(period)
        year, quarter = named or (period.last.year, 0)
        return Choice(period, asked.edition, year, quarter, named is None, form)
    # Of this year, which is not over, nothing is published: without a year the last one is meant.
    year = asked.year or today.year - (asked.edition is Edition.PUBLIC)
    quarter = asked.quarter or 0
    return Choice(of(year, quarter), asked.edition, year, quarter, False, form)


def _this_year(today: date, form: Checked[Asked]) -> Choice:
    return Choice(Period.of_year(today.year), Edition.INTERNAL, today.year, 0, False, form, instead=True)


def of(year: int, quarter: int) -> Period:
    """A quarter of a year; 0: the whole of it."""
    starts = rules.first_days(year)
    return Period(starts[quarter - 1], starts[quarter] - timedelta(days=1)) if quarter else Period.of_year(year)


def _named(period: Period) -> tuple[int, int] | None:
    """The year and quarter that a period is, 0 of a whole year; None: other days."""
    year = period.first.year
    return next(((year, quarter) for quarter in range(5) if of(year, quarter) == period), None)
