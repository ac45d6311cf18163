"""What the forms of matching take."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from volunteer_hub.schedule.series.forms import Day
from volunteer_hub.web.forms import Form, Line, Wrong, Yes
from volunteer_hub.web.i18n import mark

Word = Annotated[Line, Field(max_length=200)]


class Invitation(Form):
    """A press beside a candidate, or with a `word` beside somebody whom only wishes keep out.

    How well they fit is reckoned again here, never read from the form. `now`: the SMS leaves though it is night.
    """

    volunteer: UUID
    word: Word = ""
    now: Yes = False


class Proposal(Form):
    """A series proposed to somebody as theirs, in a role and from a day on, in a block also to a last day."""

    sentences = {"volunteer": mark("Wybierz osobę."), "role": mark("Wybierz rolę.")}

    role: UUID
    volunteer: UUID
    first_day: Day
    last_day: Day | None = None
    word: Word = ""

    @field_validator("last_day")
    @classmethod
    def _after_the_first(cls, last: date | None, info: ValidationInfo) -> date | None:
        if last and (first := info.data.get("first_day")) and last < first:
            raise Wrong(mark("Koniec nie może być przed początkiem."))
        return last
