"""What the desk must look at before it is too late: rosters at risk, and papers that end soon."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.kit import clock
from volunteer_hub.schedule.risks import queries as risks
from volunteer_hub.schedule.risks.queries import Ending, Risk
from volunteer_hub.web.render import render, settings_of


@dataclass(frozen=True)
class RisksPage:
    """`endings` are those of the next `days` days."""

    risks: list[Risk]
    endings: Sequence[Ending]
    days: int


async def all_risks(request: Request) -> Response:
    actor, settings = request.state.actor, settings_of(request)
    ending = await risks.endings(actor, clock.today(settings.timezone), settings.warn_days)
    return render(request, "schedule/risks.html", RisksPage(await risks.risks(actor), ending, settings.warn_days))
