"""What the forms of a plan take."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from volunteer_hub.matching.forms import Word
from volunteer_hub.matching.plans.rules import MOST_DAYS
from volunteer_hub.matching.waves.rules import FEWEST, MOST_HOURS, MOST_SIZE
from volunteer_hub.schedule.series.forms import Day
from volunteer_hub.web.forms import Form, Wrong, Yes
from volunteer_hub.web.i18n import mark, mark_plural

MOST_PAGES = 10_000


class Period(Form):
    """The days a plan is made for, both included."""

    first_day: Day
    last_day: Day
    beyond_least: Yes = False

    @field_validator("last_day")
    @classmethod
    def _in_order(cls, last: date, info: ValidationInfo) -> date:
        first = info.data.get("first_day")
        if first and last < first:
            raise Wrong(mark("Koniec nie może być przed początkiem."))
        if first and last - first >= timedelta(days=MOST_DAYS):
            raise Wrong(
                mark_plural("Plan obejmuje najwyżej %(n)s dzień.", "Plan obejmuje najwyżej %(n)s dni."), n=MOST_DAYS
            )
        return last


class View(StrEnum):
    """A plan is read by opening or by volunteer."""

    OPENINGS = "openings"
    PEOPLE = "people"


class Seen(Form):
    """What of a plan was on the screen; named in the address of a page, and in the forms on it."""

    by: View = View.OPENINGS
    page: Annotated[int, Field(ge=1, le=MOST_PAGES)] = 1

    def address(self, plan: UUID) -> str:
        """Of the same page."""
        people, later = {"by": str(self.by)}, {"page": self.page}
        asked = (people if self.by is View.PEOPLE else {}) | (later if self.page > 1 else {})
        return f"/desk/plan/{plan}" + (f"?{urlencode(asked)}" if asked else "")


class Change(Form):
    """A press on a plan. `version`: which one was on the page."""

    version: int


class Saying(StrEnum):
    """What may be said of a pair."""

    LOCK = "lock"
    UNLOCK = "unlock"
    REFUSE = "refuse"
    TAKE_BACK = "back"


class PairSaid(Change):
    said: Saying
    word: Word = ""


class Added(Change):
    """Somebody chosen by hand for a seat that is free in the plan."""

    sentences = {"volunteer": mark("Wybierz osobę.")}

    volunteer: UUID
    word: Word = ""


class Swapped(Added):
    """Somebody chosen by hand instead of somebody else, and why."""

    sentences = {**Added.sentences, "word": mark("Napisz w kilku słowach, dlaczego.")}

    word: Annotated[Word, Field(min_length=1)]


class Way(StrEnum):
    """Whether somebody else is asked when somebody of the plan says no or nothing."""

    ONCE = "once"
    WAVES = "waves"


class Sending(Change):
    """Whom of a plan to invite. Size and hours count only in waves. `now`: the SMS leave though it is night."""

    sentences = {"pairs": mark("Zaznacz co najmniej jedną osobę.")}

    pairs: Annotated[list[UUID], Field(min_length=1)]
    way: Way
    wave_size: Annotated[int, Field(ge=1, le=MOST_SIZE)] = FEWEST
    wave_hours: Annotated[int, Field(ge=1, le=MOST_HOURS)] = 24
    now: Yes = False
