"""What the desk types to set help of one person for one going."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from volunteer_hub.initiatives.forms import Clearances
from volunteer_hub.schedule.pairs.actions import NewPair, When
from volunteer_hub.schedule.series.forms import WHERE_AND_WHEN, FromTo
from volunteer_hub.schedule.series.pattern import Kind, Pattern, Series
from volunteer_hub.web.forms import Line
from volunteer_hub.web.i18n import mark


class PairForm(FromTo):
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
    volunteer: UUID | None = None

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
