"""What the desk types to correct an initiative, and to take it a step further."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from volunteer_hub.atlas.forms import Title
from volunteer_hub.initiatives.editing import COLUMNS, Details
from volunteer_hub.initiatives.rules import MOST_WIDE, InitiativeState, Taking
from volunteer_hub.web.forms import Form, Line, Wrong, Yes
from volunteer_hub.web.i18n import mark

MOST_MEMBERS = 500


class EditInitiative(Form):
    sentences = {"theme": mark("Wybierz temat."), "coordinator": mark("Wybierz z listy.")}

    version: int
    name: Title
    about: str = Field("", max_length=2000)
    meets: str = Field("", max_length=120)
    theme: UUID
    public: Yes = False
    coordinator: UUID | None = None
    starts_on: date
    ends_on: date | None = None
    least_members: int | None = Field(None, ge=1, le=MOST_MEMBERS)
    most_members: int | None = Field(None, ge=1, le=MOST_MEMBERS)
    agreement: str = Field("", max_length=4000)
    own_from: date | None = None
    takes: Taking = Taking.AFTER_YES
    widens: int = Field(3, ge=0, le=MOST_WIDE)

    @field_validator("ends_on")
    @classmethod
    def _after_the_start(cls, ends: date | None, info: ValidationInfo) -> date | None:
        starts = info.data.get("starts_on")
        if ends and starts and ends < starts:
            raise Wrong(mark("Koniec nie może być przed początkiem."))
        return ends

    @field_validator("most_members")
    @classmethod
    def _enough(cls, most: int | None, info: ValidationInfo) -> int | None:
        if most is not None and most < (info.data.get("least_members") or 0):
            raise Wrong(mark("Największa liczba osób nie może być mniejsza niż najmniejsza."))
        return most

    @property
    def details(self) -> Details:
        return Details(**{name: getattr(self, name) for name in COLUMNS})


class NewState(Form):
    """`call_off`: the meetings ahead are called off with it."""

    sentences = {"became": mark("Wybierz jedną z odpowiedzi.")}

    became: InitiativeState
    reason: Line = Field("", max_length=500)
    call_off: Yes = False


def typed(details: Details, version: int) -> dict[str, str]:
    """The form's inputs as it is first shown."""
    told: dict[str, Any] = {name: getattr(details, name) for name in COLUMNS} | {"version": version}
    words = {name: "" if value is None else str(value) for name, value in told.items()}
    return words | {"public": "yes" if details.public else "no"}
