"""Where people named the same difficulty: the themes, and the group that is made of whoever is chosen."""

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import files
from volunteer_hub.atlas.forms import Title
from volunteer_hub.intake import forming
from volunteer_hub.intake.forming import Difficulty, NewGroup, Person
from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form, Line, Wrong
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of

USUAL = {"least": 4, "most": 12}
COLUMNS: files.Columns[Difficulty] = {
    mark("Temat"): lambda one: one.name,
    mark("Ile osób"): lambda one: one.people,
    mark("Osiedla"): lambda one: ", ".join(one.areas),
}


class GroupOfPeople(Form):
    sentences = {"requests": mark("Wybierz co najmniej dwie osoby."), "name": mark("Wpisz neutralną nazwę grupy.")}

    requests: Annotated[list[UUID], Field(min_length=2, max_length=200)]
    name: Title
    about: Annotated[str, Field(max_length=2000)] = ""
    meets: Annotated[Line, Field(max_length=120)] = ""
    starts_on: date
    least: Annotated[int, Field(ge=1, le=200)] | None = None
    most: Annotated[int, Field(ge=1, le=200)] | None = None

    @field_validator("most")
    @classmethod
    def _enough(cls, most: int | None, info: ValidationInfo) -> int | None:
        if most is not None and most < (info.data.get("least") or 0):
            raise Wrong(mark("Największa liczba osób nie może być mniejsza niż najmniejsza."))
        return most


@dataclass(frozen=True)
class FormingPage:
    difficulties: list[Difficulty]


@dataclass(frozen=True)
class GroupOfPeoplePage:
    theme: UUID
    name: str
    people: list[Person]
    form: Checked[Any] = field(default_factory=Checked)


async def all_difficulties(request: Request) -> Response:
    found = await forming.difficulties(request.state.actor)
    if kind := files.asked(request):
        table = files.table(mark("Kto ma tę samą trudność"), COLUMNS, found)
        return await files.answer(request, kind, table, personal=True)
    return render(request, "intake/forming.html", FormingPage(found))


async def new_group(request: Request) -> Response:
    today = clock.today(settings_of(request).timezone)
    return render(request, "intake/forming_group.html", await _page(request, forms.blank(starts_on=today, **USUAL)))


async def create_group(request: Request) -> Response:
    page = await _page(request, forms.read(GroupOfPeople, await request.form()))
    if (value := page.form.value) is None:
        return render(request, "intake/forming_group.html", page, status=422)
    new = NewGroup(**value.model_dump(exclude={"requests"}))
    try:
        group = await forming.form_group(request.state.actor, page.theme, value.requests, new)
    except Refused as refused:
        if not refused.sentence:
            raise
        again = await _page(request, page.form.refused("name", gettext(refused.sentence, **refused.values)))
        return render(request, "intake/forming_group.html", again, status=refused.status)
    said = mark("Grupa jest zapisana jako pomysł. Gdy zaczniesz przygotowania, zapytamy te osoby, czy przyjdą.")
    return redirect(request, f"/desk/initiatives/{group}/members", said)


async def _page(request: Request, form: Checked[Any]) -> GroupOfPeoplePage:
    theme = request.path_params["id"]
    return GroupOfPeoplePage(theme, *await forming.people_of(request.state.actor, theme), form)
