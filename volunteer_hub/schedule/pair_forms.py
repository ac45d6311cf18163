"""What the desk types to set help of one person for one going."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from volunteer_hub.initiatives.forms import Clearances
from volunteer_hub.schedule.pairs import NewPair, When
from volunteer_hub.schedule.series import Kind, Pattern, Series
from volunteer_hub.schedule.series_forms import WHERE_AND_WHEN, Day, Hour
from volunteer_hub.web.forms import Form, Line, Wrong, Yes
from volunteer_hub.web.i18n import mark


class PairForm(Form):
    """`weeks`: every week or every other one. `volunteer` may be chosen later."""

    sentences = WHERE_AND_WHEN | {
        "theme": mark("Wybierz temat."),
        "area": mark("Wybierz osiedle."),
        "weeks": mark("Wybierz z listy."),
        "days": mark("Zaznacz co najmniej jeden dzień."),
        "volunteer": mark("Wybierz osobę z listy."),
    }

    name: Annotated[Line, Field(max_length=120)]
    theme: UUID
    address: Annotated[Line, Field(max_length=200)]
    area: UUID
    role: Annotated[Line, Field(max_length=80)]
    tasks: str = Field("", max_length=2000)
    clearances: Clearances = []
    weeks: Literal["1", "2"]
    days: list[Annotated[int, Field(ge=1, le=7)]] = Field(min_length=1)
    starts: Hour
    ends: Hour
    first_day: Day
    last_day: Day | None = None
    skips_holidays: Yes = False
    skips_breaks: Yes = False
    volunteer: UUID | None = None

    @field_validator("ends")
    @classmethod
    def _after_the_start(cls, ends: Hour, info: ValidationInfo) -> Hour:
        if (starts := info.data.get("starts")) and ends <= starts:
            raise Wrong(mark("Koniec musi być po początku."))
        return ends

    @field_validator("last_day")
    @classmethod
    def _after_the_first(cls, last: date | None, info: ValidationInfo) -> date | None:
        if last and (first := info.data.get("first_day")) and last < first:
            raise Wrong(mark("Koniec nie może być przed początkiem."))
        return last

    def pair(self, participant: UUID) -> NewPair:
        return NewPair(
            participant=participant, name=self.name, theme=self.theme, role=self.role, tasks=self.tasks,
            clearances=self.clearances, address=self.address, area=self.area, starts_on=self.first_day,
        )  # fmt: skip

    @property
    def when(self) -> When:
        pattern = Pattern(Kind.WEEKS, tuple(sorted(set(self.days))), int(self.weeks))
        off = (self.skips_holidays, self.skips_breaks)
        return When(self.starts, self.ends, Series(pattern, self.first_day, self.last_day, None, *off))
