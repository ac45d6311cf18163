"""Forms of the desk about one volunteer."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ValidationInfo, field_validator

from volunteer_hub.people.rules import CLEARANCES, Step, read_date
from volunteer_hub.web.forms import Form, Wrong
from volunteer_hub.web.i18n import mark


def _date(given: object) -> date:
    found = read_date(given) if isinstance(given, str) else None
    if found is None:
        raise Wrong(mark("Podaj dzień, miesiąc i rok, na przykład 4.05.2026."))
    return found


def _clearance(kind: str) -> str:
    if kind not in CLEARANCES:
        raise Wrong(mark("Wybierz jedną z odpowiedzi."))
    return kind


Day = Annotated[date, BeforeValidator(_date)]


class NextStep(Form):
    step: Step


class NewClearance(Form):
    sentences = {"kind": mark("Wybierz jedną z odpowiedzi.")}

    kind: Annotated[str, AfterValidator(_clearance)]
    checked_on: Day
    valid_until: Day

    @field_validator("valid_until")
    @classmethod
    def _after(cls, until: date, info: ValidationInfo) -> date:
        checked = info.data.get("checked_on")
        if checked and until <= checked:
            raise Wrong(mark("Ta data musi być późniejsza niż dzień sprawdzenia."))
        return until
