"""Whom a volunteer visits: their contact and address, for who has said yes."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.schedule.pairs import visits
from volunteer_hub.schedule.pairs.visits import Visited
from volunteer_hub.web.render import render


@dataclass(frozen=True)
class VisitPage:
    who: Visited


async def show(request: Request) -> Response:
    found = await visits.one(request.state.actor, request.path_params["id"])
    return render(request, "schedule/visit.html", VisitPage(found))
