"""What the desk types into the lists of an initiative. A form's fields are the columns of its table."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from volunteer_hub.initiatives.amounts import Amount
from volunteer_hub.initiatives.rules import FundingSource
from volunteer_hub.web.forms import Form, Line, Wrong
from volunteer_hub.web.i18n import mark

Name = Annotated[Line, Field(max_length=120)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]


class ItemForm(Form):
    """`version` is that of the line that was shown; a new one has none."""

    version: int = 0


class GoalForm(ItemForm):
    words: str = Field(max_length=500)
    target: Amount | None = None
    unit: Line = Field("", max_length=40)


class PartnerForm(ItemForm):
    """A resource of the map, or a name."""

    sentences = {"resource": mark("Wybierz z listy.")}

    resource: UUID | None = None
    name: Name = Field("", validate_default=True)
    gives: str = Field("", max_length=500)

    @field_validator("name")
    @classmethod
    def _somebody(cls, name: str, info: ValidationInfo) -> str:
        if not name and not info.data.get("resource"):
            raise Wrong(mark("Wybierz z mapy albo wpisz nazwę."))
        return name


class FundingForm(ItemForm):
    sentences = {"source": mark("Wybierz, skąd są pieniądze."), "year": mark("Wpisz rok, na przykład 2026.")}

    year: int = Field(ge=2000, le=2100)
    source: FundingSource
    payer: Name = ""
    amount: Amount
    spent: Amount = Decimal(0)


class PaperForm(ItemForm):
    words: Line = Field(max_length=200)
    signed_on: date | None = None
    ends_on: date | None = Field(None, validate_default=True)
    kept_at: Name = ""

    @field_validator("ends_on")
    @classmethod
    def _after(cls, day: date | None, info: ValidationInfo) -> date | None:
        signed = info.data.get("signed_on")
        if day and signed and day < signed:
            raise Wrong(mark("Ten dzień jest przed podpisaniem."))
        return day


class MaterialForm(ItemForm):
    name: Name
    made: Count = 0


class ActionForm(ItemForm):
    """A place of the map, or where it was in words."""

    sentences = {"place": mark("Wybierz z listy.")}

    day: date
    words: Line = Field(max_length=200)
    place: UUID | None = None
    place_name: Name = Field("", validate_default=True)
    reached: Count
    given: Count = 0

    @field_validator("place_name")
    @classmethod
    def _somewhere(cls, name: str, info: ValidationInfo) -> str:
        if not name and not info.data.get("place"):
            raise Wrong(mark("Wybierz miejsce albo je opisz."))
        return name


class TakeoverForm(ItemForm):
    sentences = {"member": mark("Wybierz z listy.")}

    words: Line = Field(max_length=200)
    member: UUID | None = None
    taken_on: date | None = Field(None, validate_default=True)

    @field_validator("taken_on")
    @classmethod
    def _since(cls, day: date | None, info: ValidationInfo) -> date | None:
        if info.data.get("member") and day is None:
            raise Wrong(mark("Podaj, od kiedy."))
        return day
