"""The diary of an initiative on its own page: the newest day first, a new entry on top."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.atlas.forms import not_later
from volunteer_hub.initiatives import diary
from volunteer_hub.initiatives.diary import Diary
from volunteer_hub.kit import clock, paging
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import redirect, render, settings_of


class NewEntry(Form):
    day: date
    words: str = Field(max_length=4000)


@dataclass(frozen=True)
class DiaryPage:
    diary: Diary
    form: Checked[Any]


async def show(request: Request) -> Response:
    form = forms.blank(day=clock.today(settings_of(request).timezone).isoformat())
    return render(request, "initiatives/diary.html", DiaryPage(await _read(request), form))


async def write(request: Request) -> Response:
    settings, id = settings_of(request), request.path_params["id"]
    form = not_later(forms.read(NewEntry, await request.form()), "day", clock.today(settings.timezone))
    if form.value is None:
        return render(request, "initiatives/diary.html", DiaryPage(await _read(request), form), status=422)
    await diary.write(settings, request.state.actor, id, form.value.day, form.value.words)
    return redirect(request, f"/desk/initiatives/{id}/diary", mark("Zapisane."))


async def remove(request: Request) -> Response:
    id = request.path_params["id"]
    await diary.remove(request.state.actor, id, request.path_params["entry"])
    return redirect(request, f"/desk/initiatives/{id}/diary", mark("Usunięte."))


async def _read(request: Request) -> Diary:
    page = request.query_params.get("page", "1")
    wanted = paging.asked(page)
    return await diary.read(settings_of(request), request.state.actor, request.path_params["id"], wanted)
