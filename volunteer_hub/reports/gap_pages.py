"""What is missing in a year's data, each with the way to where it is mended."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit import clock
from volunteer_hub.reports import gaps
from volunteer_hub.reports.gaps import OF_YEAR, Gaps
from volunteer_hub.reports.years import year_of, years_back
from volunteer_hub.web.render import render, settings_of


@dataclass(frozen=True)
class GapsPage:
    """`in_year`: what is missing of that year; `today`: what is missing in papers now, whatever the year."""

    year: int
    years: Sequence[int]
    in_year: Sequence[Gaps]
    today: Sequence[Gaps]


async def missing(request: Request) -> Response:
    zone = settings_of(request).timezone
    year = year_of(request.query_params.getlist, zone)
    found = await gaps.gaps(request.state.actor, year, clock.today(zone))
    page = GapsPage(
        year,
        await years_back(year, zone),
        [one for one in found if one.gap in OF_YEAR],
        [one for one in found if one.gap not in OF_YEAR],
    )
    return render(request, "reports/gaps.html", page)
