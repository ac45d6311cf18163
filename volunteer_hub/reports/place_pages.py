"""The count by place as a file, for the centre's own report."""

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit.sheet import csv_file
from volunteer_hub.reports.pages import year_of
from volunteer_hub.reports.places import places
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import settings_of

HEAD = (
    mark("Rok"), mark("Kwartał"), mark("Rodzaj miejsca"), mark("Miejsce"), mark("Zgłosili się"),
    mark("Podpisali porozumienie"), mark("Pomagali"),
)  # fmt: skip


async def download(request: Request) -> Response:
    """Numbers only: nobody's name, and no address of a home."""
    year = year_of(request)
    found = await places(request.state.actor, year, settings_of(request).timezone)
    live, work = gettext(mark("osiedle wolontariusza")), gettext(mark("miejsce pomocy"))
    nowhere, home = gettext(mark("nie podano")), gettext(mark("u kogoś w domu"))
    rows: list[tuple[object, ...]] = [tuple(gettext(word) for word in HEAD)]
    rows += [
        (year, row.quarter, live, row.place or nowhere, row.registered, row.agreed, row.active)
        for row in found.districts
    ]
    rows += [(year, row.quarter, work, row.place or home, "", "", row.active) for row in found.work]
    return Response(
        csv_file(rows),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="miejsca-{year}.csv"', "Cache-Control": "no-store"},
    )
