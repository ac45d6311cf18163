"""What the schedule's forms take."""

from typing import Annotated, Literal

from pydantic import Field

from volunteer_hub.web.forms import Form


class Listed(Form):
    """Which page of a list, from 1 on."""

    page: Annotated[int, Field(ge=1)] = 1


class Answer(Form):
    """A volunteer's yes or no."""

    answer: Literal["yes", "no"]


class OnRoster(Form):
    """A press beside a name on a roster; `part` is the list that is shown again: an opening's own or its meeting's."""

    part: Literal["roster", "openings"] = "roster"
    answer: Literal["", "yes", "no"] = ""
