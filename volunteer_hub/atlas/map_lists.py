"""The lists beside the desk's map: what the picture shows, a page at a time, in the order that was asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from volunteer_hub.atlas.naming import theme_name
from volunteer_hub.atlas.rules import NeedState, ResourceKind
from volunteer_hub.atlas.viewport import FLATTENED, Asked, Wanted, needs_wanted, resources_wanted
from volunteer_hub.kit import database, paging
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.geo import Point
from volunteer_hub.web.i18n import language

ON_A_PAGE = 25

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class MapNeed:
    id: UUID
    title: str
    theme: str
    area: str
    area_name: str
    urgency: int
    people: int
    state: NeedState
    voiced_on: date
    at: Point


@dataclass(frozen=True, slots=True)
class MapResource:
    id: UUID
    name: str
    kind: ResourceKind
    theme: str
    area: str
    area_name: str
    place: str
    address: str
    capacity: int | None
    at: Point


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of `total`; `number` of `pages`, from 1."""

    rows: Sequence[Row] = ()
    total: int = 0
    number: int = 1

    @property
    def pages(self) -> int:
        return paging.pages(self.total, ON_A_PAGE)


NAME = f"{theme_name()} AS theme"
NEED = f"""
    SELECT n.id, n.title, {NAME}, a.slug AS area, a.name AS area_name, n.urgency, n.people, n.state, n.voiced_on,
           n.latitude, n.longitude"""
RESOURCE = f"""
    SELECT r.id, r.name, r.kind, {NAME}, a.slug AS area, a.name AS area_name, p.name AS place, p.address, r.capacity,
           p.latitude, p.longitude"""
OF_NEEDS = " FROM need n JOIN theme t ON t.id = n.theme JOIN area a ON a.id = n.area"
OF_RESOURCES = """
    FROM resource r JOIN place p ON p.id = r.place JOIN theme t ON t.id = r.theme JOIN area a ON a.id = p.area"""

# By what a list may be ordered, as it stands in the address; the first is how it stands unasked.
NEED_ORDERS = {
    "urgent": "n.urgency DESC, n.voiced_on, n.id",
    "people": "n.people DESC, n.id",
    "oldest": "n.voiced_on, n.id",
    "name": "sort_key(n.title), n.id",
}
RESOURCE_ORDERS = {"name": "sort_key(r.name), r.id", "newest": "r.created_at DESC, r.id"}
# The nearest first, to what was chosen on the map. Squares of distances stand in the order of the distances.
NEAR = "({of}.latitude - {lat})^2 + (({of}.longitude - {lon}) * {flat})^2"


async def needs(actor: Actor, wanted: Wanted, order: str, number: int, near: Point | None = None) -> Page[MapNeed]:
    """A page of the needs; past the last one the last."""
    if not actor.coordinates:
        return Page()
    asked = Asked(language())
    needs_wanted(asked, wanted)
    by = _order(NEED_ORDERS, order, "n", near)
    return _of(MapNeed, await _page(NEED, OF_NEEDS, asked, by, number))


async def of_ids(actor: Actor, ids: Sequence[UUID], number: int, *, most: int = ON_A_PAGE) -> Page[MapNeed]:
    """A page of `most` of the needs `ids`, in their own order; past the last one the last."""
    number = paging.within(number, len(ids), most)
    here = ids[(number - 1) * most : number * most]
    rows = await database.fetch(f"{NEED} {OF_NEEDS} WHERE n.id = ANY($2) AND $3", language(), here, actor.coordinates)
    of = {row["id"]: _row(MapNeed, row) for row in rows}
    return Page([of[id] for id in here if id in of], len(ids), number)


async def resources(
    actor: Actor, wanted: Wanted, order: str, number: int, near: Point | None = None
) -> Page[MapResource]:
    """A page of the resources, public or not; past the last one the last."""
    if not actor.coordinates:
        return Page()
    asked = Asked(language())
    resources_wanted(asked, wanted)
    by = _order(RESOURCE_ORDERS, order, "p", near)
    return _of(MapResource, await _page(RESOURCE, OF_RESOURCES, asked, by, number))


async def need(actor: Actor, id: UUID) -> MapNeed | None:
    """The need, or None when it is not there for this actor."""
    return await _one(MapNeed, actor, f"{NEED} {OF_NEEDS} WHERE n.id = $2", id)


async def resource(actor: Actor, id: UUID) -> MapResource | None:
    """The resource, or None when it is not there for this actor."""
    return await _one(MapResource, actor, f"{RESOURCE} {OF_RESOURCES} WHERE r.id = $2", id)


async def _one(kind: type[Row], actor: Actor, sql: str, id: UUID) -> Row | None:
    row = await database.fetchrow(sql, language(), id) if actor.coordinates else None
    return _row(kind, row) if row else None


def _order(orders: Mapping[str, str], order: str, of: str, near: Point | None) -> str:
    usual = orders.get(order) or next(iter(orders.values()))
    if order != "near" or near is None:
        return usual
    lat, lon = (repr(float(degrees)) for degrees in near)
    return f"{NEAR.format(of=of, lat=lat, lon=lon, flat=FLATTENED)}, {usual}"


async def _page(facts: str, of: str, asked: Asked, order: str, number: int) -> tuple[int, int, Sequence[Any]]:
    # Values not yet used must be named, else PostgreSQL does not know what they are.
    total = await database.fetchval(f"SELECT count(*) {of} WHERE {asked.where} AND $1::text IS NOT NULL", *asked.values)
    number = paging.within(number, total, ON_A_PAGE)
    rows = await database.fetch(
        f"{facts} {of} WHERE {asked.where} ORDER BY {order} LIMIT {ON_A_PAGE} OFFSET {(number - 1) * ON_A_PAGE}",
        *asked.values,
    )
    return total, number, rows


def _of(kind: type[Row], found: tuple[int, int, Sequence[Any]]) -> Page[Row]:
    total, number, rows = found
    return Page([_row(kind, row) for row in rows], total, number)


def _row(kind: type[Row], row: Mapping[str, Any]) -> Row:
    values = dict(row)
    values["at"] = (values.pop("latitude"), values.pop("longitude"))
    for name, known in (("state", NeedState), ("kind", ResourceKind)):
        if name in values:
            values[name] = known(values[name])
    return kind(**values)
