"""The desk's first page: what is short of people and what waits. And the centre's year in numbers."""

from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode
from uuid import UUID

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.intake import queries as requests
from volunteer_hub.intake.queries import DeskCount
from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.reports import queries, queue, rules
from volunteer_hub.reports.places import Places, places
from volunteer_hub.reports.queries import Day, Quarter, Short
from volunteer_hub.reports.queue import Waiting
from volunteer_hub.reports.rules import Bar, Kind
from volunteer_hub.schedule.hours import queries as hours_queries
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Form
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import redirect, render, settings_of, wants_fragment

SHOWN = 8
YEARS_SHOWN = 5


class Period(Form):
    """Which year to count."""

    year: Annotated[int, Field(ge=2000, le=2100)] | None = None


class Narrowed(Form):
    """To what the queue is narrowed."""

    kind: Kind | None = None
    mine: Literal["yes"] | None = None


class Later(Form):
    """A line of the queue that is put off."""

    kind: Kind
    id: UUID


@dataclass(frozen=True)
class QueuePart:
    """The queue, and what it is narrowed to."""

    waiting: Waiting
    kind: Kind | None
    mine: bool


@dataclass(frozen=True)
class TodayPage(QueuePart):
    """`more`: openings that did not fit on the list. `desks`: requests at the desks of whoever reads."""

    today: Day
    openings: list[Short]
    more: int
    desks: list[DeskCount]
    week: list[Day]


@dataclass(frozen=True)
class ReportPage:
    """The year by quarters; `charts` hold the bars of each count that has a picture. `minutes`: of help, approved."""

    year: int
    years: list[int]
    this_year: int
    quarters: list[Quarter]
    minutes: int
    charts: dict[str, list[Bar]]
    sent: dict[str, int]
    places: Places


async def today(request: Request) -> Response:
    actor, zone, asked = request.state.actor, settings_of(request).timezone, narrowed(request)
    mine = bool(asked.mine)
    part = QueuePart(await queue.waiting(actor, zone, asked.kind, mine=mine), asked.kind, mine)
    if wants_fragment(request):
        return render(request, "reports/today.html", part, fragment="queue")
    week = await queries.week(actor, zone)
    openings, total = await queries.short(actor, week[0].day, SHOWN)
    page = TodayPage(
        **vars(part),
        today=week[0],
        openings=openings,
        more=total - len(openings),
        desks=await requests.counts(actor, zone),
        week=week,
    )
    return render(request, "reports/today.html", page, fragment="queue")


def narrowed(request: Request) -> Narrowed:
    """What the address asks for; a word it does not know narrows nothing."""
    asked = {name: request.query_params.getlist(name) for name in Narrowed.model_fields}
    return forms.read(Narrowed, asked).value or Narrowed()


async def later(request: Request) -> Response:
    form = forms.read(Later, await request.form())
    if form.value is None:
        raise Refused("", 404)
    await queue.put_off(request.state.actor, form.value.kind, form.value.id, settings_of(request).timezone)
    way = urlencode(narrowed(request).model_dump(exclude_none=True))
    return redirect(request, f"/desk?{way}" if way else "/desk", mark("Odłożone. Jutro rano będzie tu znowu."))


async def show_again(request: Request) -> Response:
    await queue.bring_back(request.state.actor)
    return redirect(request, "/desk", mark("Odłożone sprawy są znowu na liście."))


async def report(request: Request) -> Response:
    actor, zone = request.state.actor, settings_of(request).timezone
    this_year, year = clock.today(zone).year, year_of(request)
    quarters = await queries.year(actor, year, zone)
    oldest = max(await queries.first_year(zone), this_year - YEARS_SHOWN + 1)
    page = ReportPage(
        year=year,
        years=sorted({year, *range(oldest, this_year + 1)}, reverse=True),
        this_year=this_year,
        quarters=quarters,
        minutes=await hours_queries.total(year),
        charts=charts(quarters),
        sent=await queries.sent_this_month(actor, zone),
        places=await places(actor, year, zone),
    )
    return render(request, "reports/year.html", page)


def year_of(request: Request) -> int:
    """The year that is asked for; this one unless it is a year."""
    asked = forms.read(Period, {"year": request.query_params.getlist("year")}).value
    return asked.year if asked and asked.year else clock.today(settings_of(request).timezone).year


def charts(quarters: list[Quarter]) -> dict[str, list[Bar]]:
    """Bars of each count; seats filled are measured against all."""
    going_on = next((str(quarter.number) for quarter in quarters if quarter.unfinished), "")
    return {
        name: rules.bars(
            [(str(quarter.number), getattr(quarter, name)) for quarter in quarters],
            unfinished=going_on,
            tallest=100 if name == "filled" else 0,
        )
        for name in ("registered", "agreed", "active", "meetings", "filled")
    }
