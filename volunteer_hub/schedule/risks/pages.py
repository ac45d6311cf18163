"""What the desk must look at before it is too late: rosters at risk, and papers that end soon."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.access import files
from volunteer_hub.kit import clock
from volunteer_hub.schedule.risks import queries as risks
from volunteer_hub.schedule.risks.queries import Ending, Risk
from volunteer_hub.web.i18n import gettext, mark
from volunteer_hub.web.render import render, settings_of
from volunteer_hub.web.templates import word

WHY = "schedule/risk.html"
RISKS: files.Columns[Risk] = {
    mark("Osoba"): lambda one: one.name,
    mark("Zadanie"): lambda one: f"{one.title}: {one.role}",
    mark("Od"): lambda one: one.starts_wall,
    mark("Do"): lambda one: one.ends_wall,
    mark("Powód"): lambda one: (
        word("why", one.rule, of=WHY) if one.rule else gettext("Chce przyjść, jest wolne miejsce")
    ),
}
WHAT = {
    "agreement": mark("porozumienie o wolontariacie"),
    "oral": mark("30 dni pomocy bez pisemnego porozumienia"),
    "policy": mark("polisa"),
}
ENDINGS: files.Columns[Ending] = {
    mark("Osoba"): lambda one: one.name or gettext("wszyscy"),
    mark("Co"): lambda one: word("clearance", one.kind) if one.what == "clearance" else gettext(WHAT[one.what]),
    mark("Ostatni dzień"): lambda one: one.last_day,
}


@dataclass(frozen=True)
class RisksPage:
    """`endings` are those of the next `days` days."""

    risks: list[Risk]
    endings: Sequence[Ending]
    days: int


async def all_risks(request: Request) -> Response:
    actor, settings = request.state.actor, settings_of(request)
    ending = await risks.endings(actor, clock.today(settings.timezone), settings.warn_days)
    found = await risks.risks(actor)
    if kind := files.asked(request):
        tables = [files.table(mark("Zagrożone miejsca"), RISKS, found)]
        tables += [files.table(mark("Wkrótce się kończy"), ENDINGS, ending)]
        return await files.answer(request, kind, *tables, personal=True)
    return render(request, "schedule/risks.html", RisksPage(found, ending, settings.warn_days))
