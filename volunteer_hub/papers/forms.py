"""What is typed about papers: an agreement to be, the days of a certificate, why one is withdrawn or refused."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from volunteer_hub.kit import paging
from volunteer_hub.papers.kinds import Kind
from volunteer_hub.people.forms import Day
from volunteer_hub.web.forms import Form, Line, Wrong
from volunteer_hub.web.i18n import mark

Language = Literal["pl", "en", "uk"]
Words = Annotated[str, Field(min_length=1, max_length=2000)]

TOO_LONG = mark("To więcej niż 10 lat. Sprawdź rok.")
BEFORE = mark("Ta data nie może być wcześniejsza niż poprzednia.")
MOST_DAYS = 3660


def _after(last: date | None, info: ValidationInfo) -> date | None:
    first = info.data.get("first_day")
    if first and last and last < first:
        raise Wrong(BEFORE)
    if first and last and (last - first).days > MOST_DAYS:
        raise Wrong(TOO_LONG)
    return last


class AgreementForm(Form):
    language: Language
    first_day: Day
    last_day: Day | None = None
    scope: Words
    manner: Words
    time: Words
    risks: Words
    notice: Annotated[Line, Field(min_length=1, max_length=200)]

    _order = field_validator("last_day")(_after)


class Period(Form):
    """Days of a certificate, both included."""

    language: Language = "pl"
    first_day: Day
    last_day: Day

    _order = field_validator("last_day")(_after)


class Why(Form):
    sentences = {"words": mark("Napisz, dlaczego.")}

    words: Annotated[Line, Field(min_length=3, max_length=200)]


class Wanted(Form):
    """What of the register is looked for."""

    year: Annotated[int, Field(ge=2000, le=2200)] | None = None
    kind: Kind | None = None
    words: Annotated[Line, Field(max_length=100)] = ""
    page: Annotated[int, BeforeValidator(lambda typed: paging.asked(str(typed)))] = 1


class TextForm(Form):
    """`version` is the number of the version that was seen. Lengths and all else are judged by texts.check."""

    body: str = ""
    version: Annotated[int, Field(ge=0, le=1_000_000)] = 0
