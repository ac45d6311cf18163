"""Forms of the desk about one volunteer: steps, checks and papers, all of them dates."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BeforeValidator, ValidationInfo, field_validator

from volunteer_hub.people.rules import CLEARANCES, LeaveReason, Step, read_date, too_long
from volunteer_hub.web.forms import Checked, Form, Line, Wrong
from volunteer_hub.web.i18n import gettext, mark

CHOOSE = mark("Wybierz jedną z odpowiedzi.")


def _date(given: object) -> date:
    found = read_date(given) if isinstance(given, str) else None
    if found is None:
        raise Wrong(mark("Podaj dzień, miesiąc i rok, na przykład 4.05.2026."))
    return found


def _clearance(kind: str) -> str:
    if kind not in CLEARANCES:
        raise Wrong(CHOOSE)
    return kind


def _not_before(until: date | None, info: ValidationInfo, since: str) -> date | None:
    first = info.data.get(since)
    if first and until and until < first:
        raise Wrong(mark("Ta data nie może być wcześniejsza niż poprzednia."))
    if first and until and too_long(first, until):
        raise Wrong(mark("To więcej niż 10 lat. Sprawdź rok."))
    return until


def _short(text: str) -> str:
    if len(text) > 60:
        raise Wrong(mark("Ten tekst jest za długi. Najwięcej znaków: %(max_length)s."), max_length=60)
    return text


Day = Annotated[date, BeforeValidator(_date)]
Kind = Annotated[str, AfterValidator(_clearance)]
Reference = Annotated[Line, AfterValidator(_short)]
F = TypeVar("F", bound=Form)


class NextStep(Form):
    step: Step


class Break(Form):
    """Without a day the break has no end yet."""

    until: Day | None = None


class Leaving(Form):
    sentences = {"reason": CHOOSE}

    reason: LeaveReason


class NewClearance(Form):
    sentences = {"kind": CHOOSE}

    kind: Kind
    checked_on: Day
    valid_until: Day
    reference: Reference = ""

    @field_validator("valid_until")
    @classmethod
    def _after(cls, until: date, info: ValidationInfo) -> date | None:
        return _not_before(until, info, "checked_on")


class OfKind(Form):
    """Which check is meant."""

    kind: Kind


class ShorterClearance(OfKind):
    valid_until: Day


class FirstDay(Form):
    first_day: Day


class NewAgreement(Form):
    signed_on: Day
    valid_from: Day
    valid_until: Day | None = None

    @field_validator("valid_until")
    @classmethod
    def _after(cls, until: date | None, info: ValidationInfo) -> date | None:
        return _not_before(until, info, "valid_from")


class NewPolicy(Form):
    sentences = {"insurer": mark("Wpisz, kto ubezpiecza."), "number": mark("Wpisz numer polisy.")}

    insurer: Reference
    number: Reference
    valid_from: Day
    valid_until: Day

    @field_validator("valid_until")
    @classmethod
    def _after(cls, until: date, info: ValidationInfo) -> date | None:
        return _not_before(until, info, "valid_from")


class LastDay(Form):
    last_day: Day


def not_after(form: Checked[F], today: date, *names: str) -> Checked[F]:
    """The same form, unless one of the days `names` has not come yet."""
    if form.value is None:
        return form
    days: Mapping[str, date | None] = {name: getattr(form.value, name) for name in names}
    for name, day in days.items():
        if day and day > today:
            form = form.refused(name, gettext("Ten dzień jeszcze nie nadszedł."))
    return form


def after(form: Checked[F], today: date, name: str) -> Checked[F]:
    """The same form, unless the day `name` is today or over."""
    day: date | None = getattr(form.value, name) if form.value else None
    if day and day <= today:
        return form.refused(name, gettext("Podaj dzień, który dopiero będzie."))
    return form
