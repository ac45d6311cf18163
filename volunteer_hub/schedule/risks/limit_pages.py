"""Limits by age at the desk: what is in force, a new one with its source, the end of one.

Here and not beside initiatives, because every change has the rosters judged anew.
"""

from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.atlas import queries as atlas
from volunteer_hub.atlas.forms import Options, listed
from volunteer_hub.initiatives import limits
from volunteer_hub.initiatives.limits import LimitLine
from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.rules import OLDEST_AGE
from volunteer_hub.people.week import read_time
from volunteer_hub.schedule.risks import standing
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form, Line, Wrong, Yes
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of

# As people type it: 8, 8:00, 20.30; what is no hour goes on as it is, to be refused.
Hour = Annotated[time, BeforeValidator(lambda given: read_time(given) or given)]

SAVED = mark("Zapisane. Obsady są sprawdzone na nowo.")


class NewLimit(Form):
    """Of which ages, where, what, from when, by what source."""

    sentences = {
        "earliest": mark("Podaj godzinę, na przykład 8:00."),
        "latest": mark("Podaj godzinę, na przykład 20:00."),
        "place": mark("Wybierz z listy."),
        "role": mark("Wybierz z listy."),
    }

    from_age: Annotated[int, Field(ge=0, le=OLDEST_AGE)] = 0
    under_age: Annotated[int, Field(ge=1, le=OLDEST_AGE)]
    place: UUID | None = None
    role: UUID | None = None
    barred: Yes = False
    most_hours_day: Annotated[int, Field(ge=1, le=24)] | None = None
    most_hours_week: Annotated[int, Field(ge=1, le=168)] | None = None
    earliest: Hour | None = None
    latest: Hour | None = None
    valid_from: date
    valid_until: date | None = None
    source: Annotated[Line, Field(min_length=3, max_length=300)]

    @field_validator("under_age")
    @classmethod
    def _above(cls, under: int, info: ValidationInfo) -> int:
        if under <= info.data.get("from_age", 0):
            raise Wrong(mark("Górna granica wieku musi być wyższa niż dolna."))
        return under

    @field_validator("latest")
    @classmethod
    def _later(cls, latest: time | None, info: ValidationInfo) -> time | None:
        earliest = info.data.get("earliest")
        if latest and earliest and latest <= earliest:
            raise Wrong(mark("Najpóźniejsza godzina musi być po najwcześniejszej."))
        return latest

    @field_validator("valid_until")
    @classmethod
    def _after(cls, until: date | None, info: ValidationInfo) -> date | None:
        since = info.data.get("valid_from")
        if until and since and until < since:
            raise Wrong(mark("Koniec nie może być przed początkiem."))
        return until


class LastDay(Form):
    last_day: date


@dataclass(frozen=True)
class LimitsPage:
    """Those in force now or later, and those that are over."""

    limits: list[LimitLine]
    over: list[LimitLine]
    today: date


@dataclass(frozen=True)
class NewLimitPage:
    form: Checked[Any]
    places: Options
    roles: Options


@dataclass(frozen=True)
class EndLimitPage:
    limit: LimitLine
    form: Checked[Any]


async def all_limits(request: Request) -> Response:
    today = clock.today(settings_of(request).timezone)
    found, over = await limits.limits(request.state.actor, today)
    return render(request, "schedule/limits.html", LimitsPage(found, over, today))


async def new_limit(request: Request) -> Response:
    today = clock.today(settings_of(request).timezone)
    form = forms.blank(from_age=0, under_age=18, valid_from=today.isoformat())
    return render(request, "schedule/new_limit.html", await _new_page(request, form))


async def create_limit(request: Request) -> Response:
    checked = forms.read(NewLimit, await request.form())
    page = await _new_page(request, checked)
    checked = listed(checked, place=page.places, role=page.roles)
    if (value := checked.value) is not None:
        try:
            await standing.add_limit(request.state.actor, **value.model_dump())
        except Refused as refused:
            checked = checked.refused("barred", gettext(refused.sentence, **refused.values))
        else:
            return redirect(request, "/desk/limits", SAVED)
    return render(request, "schedule/new_limit.html", await _new_page(request, checked), status=422)


async def end_form(request: Request) -> Response:
    found = await limits.limit(request.state.actor, request.path_params["id"])
    today = clock.today(settings_of(request).timezone)
    return render(request, "schedule/end_limit.html", EndLimitPage(found, forms.blank(last_day=today.isoformat())))


async def end_limit(request: Request) -> Response:
    found = await limits.limit(request.state.actor, request.path_params["id"])
    checked = forms.read(LastDay, await request.form())
    if checked.value is None:
        return render(request, "schedule/end_limit.html", EndLimitPage(found, checked), status=422)
    await standing.end_limit(request.state.actor, found.id, checked.value.last_day)
    return redirect(request, "/desk/limits", SAVED)


async def _new_page(request: Request, form: Checked[Any]) -> NewLimitPage:
    return NewLimitPage(form, await atlas.place_ids(), await limits.roles(request.state.actor))
