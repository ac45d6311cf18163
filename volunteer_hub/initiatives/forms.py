"""What the desk types to set an initiative going."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from volunteer_hub.atlas.forms import Options, Title
from volunteer_hub.initiatives.rules import BEGINNINGS, MOST_WIDE, InitiativeKind, InitiativeState, Taking
from volunteer_hub.people.rules import CLEARANCES, LANGUAGES, SKILLS
from volunteer_hub.web.forms import Form, Line, Wrong, Yes
from volunteer_hub.web.i18n import mark

MOST_SEATS = 200


def _known(offered: tuple[str, ...]) -> AfterValidator:
    def check(given: list[str]) -> list[str]:
        if set(given) - set(offered):
            raise Wrong(mark("Wybierz z listy."))
        return given

    return AfterValidator(check)


Skills = Annotated[list[str], _known(SKILLS)]
Languages = Annotated[list[str], _known(LANGUAGES)]
Clearances = Annotated[list[str], _known(CLEARANCES)]


class _RoleFields(Form):
    tasks: str = Field("", max_length=2000)
    least: int = Field(1, ge=0, le=MOST_SEATS)
    most: int = Field(1, ge=1, le=MOST_SEATS)
    skills: Skills = []
    languages: Languages = []
    clearances: Clearances = []
    minor_safe: Yes = False
    min_age: int | None = Field(None, ge=13, le=99)
    max_age: int | None = Field(None, ge=13, le=99)
    gender: Literal["", "f", "m"] = ""
    gender_reason: Line = Field("", max_length=200, validate_default=True)
    continuity: Yes = False

    @field_validator("max_age")
    @classmethod
    def _not_younger(cls, oldest: int | None, info: ValidationInfo) -> int | None:
        if oldest is not None and oldest < (info.data.get("min_age") or 0):
            raise Wrong(mark("Najwyższy wiek nie może być niższy niż najniższy."))
        return oldest

    @field_validator("gender_reason")
    @classmethod
    def _why_only_they(cls, reason: str, info: ValidationInfo) -> str:
        if info.data.get("gender") and not reason:
            raise Wrong(mark("Napisz, dlaczego tej pracy nie może zrobić każdy."))
        return reason if info.data.get("gender") else ""

    @field_validator("most")
    @classmethod
    def _enough(cls, most: int, info: ValidationInfo) -> int:
        if most < info.data.get("least", 0):
            raise Wrong(mark("Największa liczba osób nie może być mniejsza niż najmniejsza."))
        return most


class NewRole(_RoleFields):
    role: str = Field(max_length=80)


class NewInitiative(_RoleFields):
    """An initiative with its first role; without a role's name it starts without one."""

    sentences = {
        "kind": mark("Wybierz rodzaj."),
        "theme": mark("Wybierz temat."),
    }

    name: Title
    kind: InitiativeKind
    theme: UUID
    about: str = Field("", max_length=2000)
    meets: str = Field("", max_length=120)
    starts_on: date
    ends_on: date | None = None
    public: Yes = False
    need: UUID | None = None
    state: InitiativeState = InitiativeState.RUNNING
    takes: Taking = Taking.AFTER_YES
    widens: int = Field(3, ge=0, le=MOST_WIDE)
    role: str = Field("", max_length=80)

    @field_validator("state")
    @classmethod
    def _a_beginning(cls, state: InitiativeState) -> InitiativeState:
        if state not in BEGINNINGS:
            raise Wrong(mark("Wybierz z listy."))
        return state

    @field_validator("ends_on")
    @classmethod
    def _after_the_start(cls, ends: date | None, info: ValidationInfo) -> date | None:
        starts = info.data.get("starts_on")
        if ends and starts and ends < starts:
            raise Wrong(mark("Koniec nie może być przed początkiem."))
        return ends


@dataclass(frozen=True)
class RoleChoices:
    """What the boxes of a role offer, by slug; their words are the templates'."""

    skills: tuple[str, ...] = SKILLS
    languages: tuple[str, ...] = LANGUAGES
    clearances: tuple[str, ...] = CLEARANCES


@dataclass(frozen=True)
class InitiativeChoices(RoleChoices):
    themes: Options = ()
