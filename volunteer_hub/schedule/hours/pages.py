"""Hours a volunteer gives: their own page with a form, and the desk's page of what waits for approval."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import files
from volunteer_hub.atlas.forms import Options
from volunteer_hub.kit import clock
from volunteer_hub.schedule.hours import actions as hours
from volunteer_hub.schedule.hours import durations
from volunteer_hub.schedule.hours import queries as hours_queries
from volunteer_hub.schedule.hours.actions import MOST_A_DAY, NotTaken, Report, Twice
from volunteer_hub.schedule.hours.queries import Month, Reported, Untold
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Checked, Form, Line, Wrong, Yes
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import redirect, render, settings_of


def _minutes(text: object) -> int:
    minutes = durations.read(str(text))
    if minutes is None:
        raise Wrong(mark("Wpisz czas, na przykład 2, 1:30 albo 45 min."))
    if minutes > MOST_A_DAY:
        raise Wrong(mark("To razem ponad 16 godzin jednego dnia. Sprawdź dzień i czas."))
    return minutes


Minutes = Annotated[int, BeforeValidator(_minutes)]
# By keyboard Tab goes on in the list, not through all the rooms of the rail again.
NEXT = "/desk/hours#main"
COLUMNS: files.Columns[Reported] = {
    mark("Kto"): lambda one: one.name,
    mark("Gdzie"): lambda one: one.title,
    mark("Dzień"): lambda one: one.day,
    mark("Minuty"): lambda one: one.minutes,
    mark("Dopisek"): lambda one: one.words,
    mark("Inne minuty tego dnia"): lambda one: one.more,
}


class HoursForm(Form):
    """`again`: these are other hours than those that stand there for that day."""

    sentences = {"initiative": mark("Wybierz inicjatywę, w której pomagasz.")}

    initiative: UUID
    day: date
    time: Minutes
    words: Annotated[Line, Field(max_length=200)] = ""
    again: Yes = False


class Approval(Form):
    time: Minutes


class Refusal(Form):
    sentences = {"reason": mark("Napisz, dlaczego. Przeczyta to osoba, która zgłosiła.")}

    reason: Annotated[Line, Field(min_length=3, max_length=200)]


@dataclass(frozen=True)
class HoursPage:
    """`this_year`: minutes approved since its beginning. `twice`: minutes there were on that day already."""

    months: list[Month]
    untold: list[Untold]
    initiatives: Options
    form: Checked[Any]
    this_year: int
    today: date
    twice: int = 0


@dataclass(frozen=True)
class WaitingPage:
    """`times`: the form of each, filled with what was reported. `typed`: whose line was refused, with its `form`;
    `of`: which of its two."""

    waiting: list[Reported]
    total: int
    times: Mapping[UUID, Checked[Any]]
    typed: UUID | None = None
    of: str = ""
    form: Checked[Any] = field(default_factory=Checked)
    nothing: Checked[Any] = field(default_factory=Checked)


async def my_hours(request: Request) -> Response:
    """?task=… fills the form with a task that is over."""
    page = await _mine(request, forms.blank())
    task = next((one for one in page.untold if str(one.id) == request.query_params.get("task")), None)
    known: dict[str, object] = {"day": page.today}
    if len(page.initiatives) == 1:
        known["initiative"] = page.initiatives[0][0]
    if task:
        known = {"initiative": task.initiative, "day": task.day, "time": durations.typed(task.minutes)}
    return render(request, "schedule/hours.html", replace(page, form=forms.blank(**known)))


async def report(request: Request) -> Response:
    form = forms.read(HoursForm, await request.form())
    if (said := form.value) is None:
        return render(request, "schedule/hours.html", await _mine(request, form), status=422)
    told = Report(said.initiative, said.day, said.time, said.words)
    try:
        await hours.report(request.state.actor, told, again=said.again)
    except NotTaken as refused:
        form = form.refused(refused.field, gettext(refused.sentence))
        return render(request, "schedule/hours.html", await _mine(request, form), status=422)
    except Twice as already:
        return render(request, "schedule/hours.html", await _mine(request, form, already.minutes), status=409)
    return redirect(request, "/me/hours", mark("Dziękujemy. Godziny czekają na zatwierdzenie."))


async def take_back(request: Request) -> Response:
    await hours.take_back(request.state.actor, request.path_params["id"])
    return redirect(request, "/me/hours", mark("Zgłoszenie jest wycofane."))


async def waiting(request: Request) -> Response:
    if kind := files.asked(request):
        lines = hours_queries.every_waiting(request.state.actor)
        return await files.answer(request, kind, files.table(mark("Zgłoszone godziny"), COLUMNS, lines), personal=True)
    return render(request, "schedule/hours_waiting.html", await _waiting(request))


async def approve(request: Request) -> Response:
    form, id = forms.read(Approval, await request.form()), request.path_params["id"]
    if form.value is None:
        return render(request, "schedule/hours_waiting.html", await _waiting(request, id, "time", form), status=422)
    await hours.approve(request.state.actor, id, form.value.time)
    return redirect(request, NEXT, mark("Godziny są zatwierdzone."))


async def refuse(request: Request) -> Response:
    form, id = forms.read(Refusal, await request.form()), request.path_params["id"]
    if form.value is None:
        return render(request, "schedule/hours_waiting.html", await _waiting(request, id, "reason", form), status=422)
    await hours.refuse(request.state.actor, id, form.value.reason)
    return redirect(request, NEXT, mark("Zapisane. Ta osoba przeczyta powód na swojej stronie."))


async def _mine(request: Request, form: Checked[Any], twice: int = 0) -> HoursPage:
    actor, today = request.state.actor, clock.today(settings_of(request).timezone)
    months = await hours_queries.mine(actor)
    return HoursPage(
        months,
        await hours_queries.untold(actor),
        await hours_queries.own_initiatives(actor),
        form,
        sum(month.approved for month in months if month.first.year == today.year),
        today,
        twice,
    )


async def _waiting(
    request: Request, typed: UUID | None = None, of: str = "", form: Checked[Any] | None = None
) -> WaitingPage:
    actor = request.state.actor
    found = await hours_queries.waiting(actor)
    times = {one.id: forms.blank(time=durations.typed(one.minutes)) for one in found}
    return WaitingPage(found, await hours_queries.count_waiting(actor), times, typed, of, form or forms.blank())
