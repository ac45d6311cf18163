"""What the desk types about interdisciplinary teams."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from volunteer_hub.schedule.initiatives.overview_pages import NewMeeting
from volunteer_hub.web.forms import Email, Form, Line, Phone
from volunteer_hub.web.i18n import mark

Short = Annotated[Line, Field(min_length=1, max_length=120)]


class NewTeam(Form):
    sentences = {"name": mark("Wpisz nazwę zespołu."), "area": mark("Wybierz osiedle.")}

    name: Short
    area: UUID | None = None


class NewMember(Form):
    """At work: who and as what, and where letters go; without an e-mail somebody rings."""

    sentences = {"name": mark("Wpisz imię i nazwisko."), "function": mark("Wpisz, kim ta osoba jest w pracy.")}

    name: Short
    function: Short
    email: Email | None = None
    phone: Phone | None = None


class NewTeamMeeting(NewMeeting):
    area: UUID | None = None


class Points(Form):
    """What goes on the agenda: needs ticked, or a point in words."""

    sentences = {"words": mark("Zaznacz potrzebę albo wpisz punkt własnymi słowami.")}

    needs: list[UUID] = []
    words: Annotated[Line, Field(max_length=200)] = ""


class Decision(Form):
    sentences = {"words": mark("Wpisz, co ustaliliście.")}

    words: str = Field(min_length=1, max_length=2000)
    seen: str = ""


class NewTask(Form):
    sentences = {
        "task": mark("Wpisz, co jest do zrobienia."),
        "member": mark("Wybierz osobę z listy."),
        "item": mark("Wybierz punkt z listy."),
    }

    task: Annotated[Line, Field(min_length=1, max_length=200)]
    item: UUID | None = None
    member: UUID | None = None
    due: date | None = None
