"""What is typed about a circle's team, its tasks and the caps."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from volunteer_hub.initiatives.circle_rules import MOST_HOUSEHOLDS
from volunteer_hub.web.forms import Form, Line
from volunteer_hub.web.i18n import mark

Function = Annotated[Line, Field(max_length=80)]
Cap = Annotated[int, Field(ge=0, le=MOST_HOUSEHOLDS)]


class NewColleague(Form):
    sentences = {"account": mark("Wybierz osobę z listy.")}

    account: UUID
    function: Function
    joined_on: date


class NewVolunteer(Form):
    sentences = {"volunteer": mark("Wybierz osobę z listy."), "role": mark("Wybierz rolę z listy.")}

    volunteer: UUID
    role: UUID | None = None
    function: Function = ""
    joined_on: date


class NewTask(Form):
    sentences = {"helper": mark("Wybierz osobę z listy.")}

    words: str = Field(max_length=500)
    helper: UUID | None = None
    due: date | None = None


class Caps(Form):
    """What the centre allows."""

    staff: Cap
    volunteer: Cap


class OwnCap(Form):
    """Empty: as the centre allows."""

    own: Cap | None = None
