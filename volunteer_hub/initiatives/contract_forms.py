"""What the desk types about a social contract."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from volunteer_hub.initiatives.contract_acts import Details
from volunteer_hub.initiatives.contract_lines import StepDetails
from volunteer_hub.initiatives.contract_rules import ContractState
from volunteer_hub.web.forms import Form, Wrong
from volunteer_hub.web.i18n import mark

Words = Annotated[str, Field(min_length=1, max_length=2000)]


class ContractForm(Form):
    version: int = 0
    initiative: UUID | None = None
    first_day: date
    last_day: date | None = None

    @field_validator("last_day")
    @classmethod
    def _after_the_first(cls, last: date | None, info: ValidationInfo) -> date | None:
        first = info.data.get("first_day")
        if last and first and last < first:
            raise Wrong(mark("Koniec nie może być przed początkiem."))
        return last

    @property
    def details(self) -> Details:
        return Details(self.initiative, self.first_day, self.last_day)


class GoalForm(Form):
    version: int = 0
    words: Words


class StepForm(Form):
    """`attend` meetings of `initiative` do the step too; without one of them the step is noted by hand."""

    sentences = {"goal": mark("Wybierz cel.")}

    version: int = 0
    goal: UUID
    words: Words
    due: date | None = None
    initiative: UUID | None = None
    attend: int | None = Field(None, ge=1, le=400, validate_default=True)

    @field_validator("attend")
    @classmethod
    def _of_something(cls, attend: int | None, info: ValidationInfo) -> int | None:
        chosen = info.data.get("initiative")
        if chosen and attend is None:
            raise Wrong(mark("Wpisz, na ilu spotkaniach trzeba być."))
        if attend is not None and not chosen:
            raise Wrong(mark("Wybierz też, na co ta osoba ma chodzić, albo zostaw to pole puste."))
        return attend

    @property
    def details(self) -> StepDetails:
        return StepDetails(self.goal, self.words, self.due, self.initiative, self.attend)


class Signature(Form):
    version: int
    signed_on: date


class Ending(Form):
    sentences = {"how": mark("Wybierz, jak się zakończył.")}

    version: int
    how: Literal[ContractState.FINISHED, ContractState.ENDED]
    ended_on: date
    outcome: Words


class Tick(Form):
    done_on: date


class People(Form):
    account: list[UUID] = []
