"""What other programs may read. Described in docs/api.md."""

from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from volunteer_hub.kit import clock
from volunteer_hub.schedule import queries
from volunteer_hub.schedule.queries import PublicOpening
from volunteer_hub.web.render import settings_of

MOST_OPENINGS = 200


async def openings(request: Request) -> Response:
    """The openings anybody may see on /opportunities, as JSON."""
    zone = settings_of(request).timezone
    found = await queries.public_openings(MOST_OPENINGS)
    return JSONResponse(
        {"openings": [opening_json(opening, zone) for opening in found]}, headers={"Cache-Control": "no-store"}
    )


def opening_json(opening: PublicOpening, zone: str) -> dict[str, object]:
    return {
        "id": str(opening.id),
        "title": opening.title,
        "starts": _iso(opening.starts_wall, zone),
        "ends": _iso(opening.ends_wall, zone),
        "area": opening.area,
        "free_seats": opening.most - opening.taken,
    }


def _iso(wall: datetime, zone: str) -> str:
    """A wall time of the centre as ISO 8601 with its offset: 2026-11-25T16:00:00+01:00."""
    return clock.instant(wall, zone).astimezone(ZoneInfo(zone)).isoformat()
