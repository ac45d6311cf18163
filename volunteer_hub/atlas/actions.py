"""Verbs of the atlas: what stands on the map and how a need moves on. One transaction each."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from volunteer_hub.atlas.rules import NEXT, NeedState, ResourceKind
from volunteer_hub.kit import clock, database, geo
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.geo import Point
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web.i18n import mark


async def add_area(actor: Actor, *, slug: str, name: str, polygon: Sequence[Point], schematic: bool = True) -> UUID:
    """A district of corners, each said once; its name stands in the middle of them."""
    latitude, longitude = geo.middle(polygon)
    shape = geo.shape_of(polygon)
    made: UUID = await database.fetchval(
        "INSERT INTO area (id, slug, name, shape, outline, km2, schematic, latitude, longitude)"
        " VALUES (gen_random_uuid(), $1, $2, $3::jsonb, $3::jsonb, $4, $5, $6, $7) RETURNING id",
        slug, name, json.dumps(shape), geo.km2(shape), schematic, latitude, longitude,
    )  # fmt: skip
    return made


async def add_theme(
    actor: Actor, *, slug: str, name_pl: str, name_en: str, name_uk: str, confidential: bool = False
) -> UUID:
    made: UUID = await database.fetchval(
        "INSERT INTO theme (id, slug, name_pl, name_en, name_uk, confidential)"
        " VALUES (gen_random_uuid(), $1, $2, $3, $4, $5) RETURNING id",
        slug, name_pl, name_en, name_uk, confidential,
    )  # fmt: skip
    return made


async def add_place(
    actor: Actor, *, name: str, address: str, area: UUID, point: Point | None = None, private: bool = False
) -> UUID:
    """A place; without a point it stands in the middle of its district."""
    latitude, longitude = point or await _middle(area)
    made: UUID = await database.fetchval(
        "INSERT INTO place (id, name, address, area, latitude, longitude, private)"
        " VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6) RETURNING id",
        name, address, area, latitude, longitude, private,
    )  # fmt: skip
    return made


async def add_resource(
    actor: Actor,
    *,
    name: str,
    kind: ResourceKind,
    theme: UUID,
    place: UUID,
    about: str = "",
    public: bool = True,
    verified_on: date | None = None,
) -> UUID:
    made: UUID = await database.fetchval(
        "INSERT INTO resource (id, name, kind, theme, place, about, public, verified_on)"
        " VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7) RETURNING id",
        name, kind.value, theme, place, about, public, verified_on,
    )  # fmt: skip
    return made


async def add_resource_somewhere(
    actor: Actor, *, place: UUID | None, place_name: str, address: str, area: UUID | None, **resource: Any
) -> UUID:
    """A resource at a known place, else at a new one of that address, both or neither. `resource`: as add_resource."""
    async with database.transaction():
        if place is None:
            if area is None:
                raise Refused(mark("Tego osiedla nie ma na mapie."), 404)
            place = await add_place(actor, name=place_name or resource["name"], address=address, area=area)
        made = await add_resource(actor, place=place, **resource)
    return made


async def add_need(
    actor: Actor,
    *,
    title: str,
    theme: UUID,
    area: UUID,
    urgency: int,
    voiced_on: date,
    people: int = 1,
    personal: bool = False,
    voiced_by: str = "",
    point: Point | None = None,
) -> UUID:
    """An open need; without a point it stands in the middle of its district."""
    async with database.transaction():
        latitude, longitude = point or await _middle(area)
        need: UUID = await database.fetchval(
            "INSERT INTO need (id, title, theme, area, latitude, longitude, urgency, people, personal, voiced_by,"
            " voiced_on, state, created_at)"
            " VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id",
            title, theme, area, latitude, longitude, urgency, people, personal, voiced_by, voiced_on,
            NeedState.OPEN.value, clock.now(),
        )  # fmt: skip
        await _note(actor, need, "", NeedState.OPEN)
    return need


async def set_need_state(actor: Actor, need: UUID, state: NeedState) -> None:
    """Moves a need on; to the state it is in already: nothing happens. Raises Refused (404, 409)."""
    async with database.transaction():
        was = await database.fetchval("SELECT state FROM need WHERE id = $1 FOR UPDATE", need)
        if was is None:
            raise Refused("", 404)
        if was == state:
            return
        if state not in NEXT[NeedState(was)]:
            raise Refused(mark("Ta potrzeba jest już w innym stanie. Odśwież stronę i zobacz, jak jest teraz."))
        await database.execute("UPDATE need SET state = $2 WHERE id = $1", need, state.value)
        await _note(actor, need, was, state)


async def _note(actor: Actor, need: UUID, was: str, became: NeedState) -> None:
    await database.execute(
        "INSERT INTO need_change (id, need, was, became, at, by) VALUES (gen_random_uuid(), $1, $2, $3, $4, $5)",
        need, was, became.value, clock.now(), actor.account,
    )  # fmt: skip


async def _middle(area: UUID) -> Point:
    row = await database.fetchrow("SELECT latitude, longitude FROM area WHERE id = $1", area)
    if row is None:
        raise Refused(mark("Tego osiedla nie ma na mapie."), 404)
    return row["latitude"], row["longitude"]
