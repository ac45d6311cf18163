"""Verbs of places, where help is given: one transaction each. What stands at a place moves with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.atlas.resource_help import keep_help
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.geo import Point
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.corrections import Stale
from volunteer_hub.web.i18n import mark


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceDetails:
    """What is typed about a place; without a point it stands in the middle of its district. `private`: a home."""

    name: str
    address: str
    area: UUID
    town: str = ""
    postcode: str = ""
    point: Point | None = None
    private: bool = False
    accessibility: Sequence[str] = ()
    accessibility_note: str = ""


ADD = """
    INSERT INTO place (id, name, address, town, postcode, area, latitude, longitude, private, accessibility,
                       accessibility_note)
    VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id"""
SAVE = """
    UPDATE place SET name = $2, address = $3, town = $4, postcode = $5, area = $6, latitude = $7, longitude = $8,
           private = $9, accessibility = $10, accessibility_note = $11
    WHERE id = $1"""
# What initiatives give at a place follows its point; what was and is over stays where it was.
MOVE_HELP = """
    UPDATE help h SET latitude = p.latitude, longitude = p.longitude FROM place p
    WHERE p.id = $1 AND h.place = p.id AND h.source <> 'resource' AND (h.until IS NULL OR h.until > centre_today())
      AND (h.latitude, h.longitude) <> (p.latitude, p.longitude)"""


async def middle(area: UUID) -> Point:
    """The middle of a district. Raises Refused 404."""
    row = await database.fetchrow("SELECT latitude, longitude FROM area WHERE id = $1", area)
    if row is None:
        raise Refused(mark("Tego osiedla nie ma na mapie."), 404)
    return row["latitude"], row["longitude"]


async def add(actor: Actor, new: PlaceDetails) -> UUID:
    """A new place. Raises Refused 404 when its district is not there."""
    made: UUID = await database.fetchval(ADD, *await _row(new))
    return made


async def correct(actor: Actor, place: UUID, version: int, new: PlaceDetails) -> None:
    """Writes what was typed over the version that was shown. Raises Refused 404, Stale."""
    coordinators_only(actor)
    async with database.transaction():
        now = await database.fetchval("SELECT version FROM place WHERE id = $1 FOR NO KEY UPDATE", place)
        if now is None:
            raise Refused("", 404)
        if now != version:
            raise Stale
        await database.execute(SAVE, place, *await _row(new))
        there = await database.fetch("SELECT id FROM resource WHERE place = $1 ORDER BY id FOR NO KEY UPDATE", place)
        for row in there:
            await keep_help(row["id"])
        await database.execute(MOVE_HELP, place)
        await audit.record(actor, "atlas.correct-place", f"place:{place}")


async def _row(new: PlaceDetails) -> tuple[object, ...]:
    latitude, longitude = new.point or await middle(new.area)
    return (
        new.name, new.address, new.town, new.postcode, new.area, latitude, longitude, new.private,
        list(new.accessibility), new.accessibility_note,
    )  # fmt: skip
