"""The desk's first page: what is short of people and what waits. And the centre's year in numbers."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.intake import queries as requests
from volunteer_hub.intake.queries import DeskCount
from volunteer_hub.kit import clock
from volunteer_hub.reports import queries, rules
from volunteer_hub.reports.places import Places, places
from volunteer_hub.reports.queries import Day, Quarter, Queue, Short
from volunteer_hub.reports.rules import Bar
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Form
from volunteer_hub.web.render import render, settings_of

SHOWN = 8
YEARS_SHOWN = 5


class Period(Form):
    """Which year to count."""

    year: Annotated[int, Field(ge=2000, le=2100)] | None = None


@dataclass(frozen=True)
class TodayPage:
    """`more`: openings that did not fit on the list. `desks`: requests at the desks of whoever reads."""

    today: Day
    openings: list[Short]
    more: int
    queues: dict[str, Queue]
    desks: list[DeskCount]
    week: list[Day]


@dataclass(frozen=True)
class ReportPage:
    """The year by quarters; `charts` hold the bars of each count that has a picture."""

    year: int
    years: list[int]
    this_year: int
    quarters: list[Quarter]
    charts: dict[str, list[Bar]]
    sent: dict[str, int]
    places: Places


async def today(request: Request) -> Response:
    actor, zone = request.state.actor, settings_of(request).timezone
    week = await queries.week(actor, zone)
    openings, total = await queries.short(actor, week[0].day, SHOWN)
    page = TodayPage(
        today=week[0],
        openings=openings,
        more=total - len(openings),
        queues=await queries.queues(actor, week[0].day),
        desks=await requests.counts(actor, zone),
        week=week,
    )
    return render(request, "reports/today.html", page)


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
