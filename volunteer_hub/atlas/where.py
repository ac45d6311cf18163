"""Which district a point lies in."""

import json
from uuid import UUID

from volunteer_hub.kit import database, geo
from volunteer_hub.kit.geo import Point


async def area_at(point: Point) -> UUID | None:
    """The district at `point` by the outlines that the map shows, so that people see why; None outside all of them."""
    rows = await database.fetch("SELECT id, outline FROM area ORDER BY sort_key(name)")
    return next((row["id"] for row in rows if geo.inside(point, json.loads(row["outline"]))), None)
