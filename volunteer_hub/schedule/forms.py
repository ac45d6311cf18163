"""What the schedule's forms take."""

from typing import Annotated, Literal

from pydantic import Field

from volunteer_hub.web.forms import Form, Line


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


class Asking(Form):
    """A volunteer asks for an opening; `back`: the list they saw it on, with its filters."""

    back: str = Field("", max_length=500)


class Decision(Form):
    """A press beside somebody who asked; `part`: where it stood. `word`: what a no says besides."""

    part: Literal["wishes", "opening", "meeting"] = "wishes"
    word: Line = Field("", max_length=120)
