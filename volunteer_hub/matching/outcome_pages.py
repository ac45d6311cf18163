"""The page that tells how good the suggestions were."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import ValidationInfo, field_validator
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit import clock
from volunteer_hub.matching import outcomes
from volunteer_hub.matching.outcomes import SMALL, Bar, Outcomes, Way
from volunteer_hub.schedule.series.forms import Day
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form, Wrong
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import render, settings_of

DAYS = 90
MOST_DAYS = 1_100


class Period(Form):
    """Of which meetings, and asked in which way."""

    first_day: Day
    last_day: Day
    way: Way | None = None

    @field_validator("last_day")
    @classmethod
    def _after_the_first(cls, last: date, info: ValidationInfo) -> date:
        first = info.data.get("first_day")
        if first and last < first:
            raise Wrong(mark("Koniec nie może być przed początkiem."))
        if first and (last - first).days > MOST_DAYS:
            raise Wrong(mark("Wybierz najwyżej trzy lata."))
        return last


@dataclass(frozen=True)
class OutcomesPage:
    """`found` is None while the form has errors."""

    form: Checked[Any]
    found: Outcomes | None
    bars: list[Bar]
    way: Way | None
    small: int = SMALL


async def show(request: Request) -> Response:
    today = clock.today(settings_of(request).timezone)
    names = [name for name in Period.model_fields if name in request.query_params]
    form: Checked[Any] = forms.blank(first_day=today - timedelta(days=DAYS), last_day=today)
    asked = {**form.typed, **{name: request.query_params.getlist(name) for name in names}}
    checked = forms.read(Period, asked)
    if (given := checked.value) is None:
        return render(request, "matching/outcomes.html", OutcomesPage(checked, None, [], None), status=422)
    found = await outcomes.outcomes(request.state.actor, given.first_day, given.last_day, given.way)
    drawn = outcomes.bars(list(found.bands.items()))
    return render(request, "matching/outcomes.html", OutcomesPage(checked, found, drawn, given.way))
