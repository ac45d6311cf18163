"""The front door."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.schedule import queries as schedule
from volunteer_hub.schedule.queries import PublicOpening
from volunteer_hub.web.render import render

SHOWN = 3
COUNTED = 100


@dataclass(frozen=True)
class HomePage:
    """The next few openings, and how many there are in all (counted up to COUNTED)."""

    openings: list[PublicOpening]
    total: int


async def home(request: Request) -> Response:
    openings = await schedule.public_openings(COUNTED)
    return render(request, "intake/home.html", HomePage(openings[:SHOWN], len(openings)))
