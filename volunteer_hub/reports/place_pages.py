"""The count by quarter and place that the centre has always written: on a page, and as a file."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import files
from volunteer_hub.kit import clock
from volunteer_hub.kit.sheet import Cell, Sheet
from volunteer_hub.reports import queries
from volunteer_hub.reports.places import Places, places
from volunteer_hub.reports.queries import Quarter
from volunteer_hub.reports.years import year_of, years_back
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import render, settings_of

HEAD = (
    mark("Rok"), mark("Kwartał"), mark("Rodzaj miejsca"), mark("Miejsce"), mark("Zgłosili się"),
    mark("Podpisali porozumienie"), mark("Pomagali"),
)  # fmt: skip


@dataclass(frozen=True)
class PlacesPage:
    year: int
    years: Sequence[int]
    this_year: int
    quarters: Sequence[Quarter]
    places: Places


async def show(request: Request) -> Response:
    """Numbers only: nobody's name, and no address of a home."""
    actor, zone = request.state.actor, settings_of(request).timezone
    year = year_of(request.query_params.getlist, zone)
    found = await places(actor, year, zone)
    if kind := files.asked(request):
        return await files.answer(request, kind, _sheet(year, found), personal=False)
    quarters = await queries.year(actor, year, zone)
    page = PlacesPage(year, await years_back(year, zone), clock.today(zone).year, quarters, found)
    return render(request, "reports/places.html", page)


def _sheet(year: int, found: Places) -> Sheet:
    live, work = gettext(mark("osiedle wolontariusza")), gettext(mark("miejsce pomocy"))
    nowhere, home = gettext(mark("nie podano")), gettext(mark("u kogoś w domu"))
    rows: list[tuple[Cell, ...]] = [
        (year, row.quarter, live, row.place or nowhere, row.registered, row.agreed, row.active)
        for row in found.districts
    ]
    rows += [(year, row.quarter, work, row.place or home, None, None, row.active) for row in found.work]
    return Sheet(gettext(mark("Według miejsc i kwartałów")), [gettext(word) for word in HEAD], rows)
