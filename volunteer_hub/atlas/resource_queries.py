"""The desk's reads of resources: a list that is searched, what is stale, and one with all that is known of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from volunteer_hub.atlas import hours, keyset
from volunteer_hub.atlas.hours import Hours
from volunteer_hub.atlas.keyset import Ids, Order
from volunteer_hub.atlas.naming import theme_name
from volunteer_hub.atlas.resource_help import HOURS, hours_of
from volunteer_hub.atlas.resources import COLUMNS, Details
from volunteer_hub.atlas.rules import ResourceKind
from volunteer_hub.atlas.viewport import BELOW, Asked, literal
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.geo import Point
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web.i18n import language


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; an empty word narrows nothing. A theme means what lies under it too.

    `shown`: "public" or "desk". `state`: "stale" (not verified for long), "closed", or nothing: what is open.
    """

    q: str = ""
    theme: str = ""
    kind: str = ""
    area: str = ""
    shown: str = ""
    state: str = ""

    def to(self, **other: str) -> str:
        """The address of the list narrowed to this, with something else in it: a filter, or a place to go on from."""
        asked = {name: getattr(self, name) for name in self.__dataclass_fields__} | other
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"/desk/resources?{query}" if query else "/desk/resources"


@dataclass(frozen=True, slots=True)
class ResourceLine:
    """A resource on a list of the desk; whom to ring is told where it was asked for."""

    id: UUID
    name: str
    kind: ResourceKind
    theme: str
    area_name: str
    place: str
    address: str
    about: str
    public: bool
    verified_on: date | None
    closed_on: date | None
    contact_name: str
    phone: str
    email: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Found:
    lines: list[ResourceLine]
    page: Ids


@dataclass(frozen=True, slots=True)
class OpenHours:
    """A line of opening hours."""

    id: UUID
    hours: Hours


@dataclass(frozen=True, slots=True)
class PlaceCard:
    id: UUID
    name: str
    address: str
    town: str
    postcode: str
    area: UUID
    area_name: str
    point: Point
    private: bool
    accessibility: tuple[str, ...]
    accessibility_note: str
    version: int


@dataclass(frozen=True, slots=True)
class ResourceCard:
    """A resource with all that the desk knows of it. `themes` are words, the first one first."""

    id: UUID
    version: int
    details: Details
    themes: tuple[str, ...]
    confidential: bool
    organisation_name: str
    place: PlaceCard
    hours: tuple[OpenHours, ...]
    verified_on: date | None
    verified_by: str
    closed_on: date | None
    source: str
    runs: tuple[tuple[UUID, str], ...]

    @property
    def open_at(self) -> list[Hours]:
        return [one.hours for one in self.hours]


NAME = theme_name()
ROWS = "resource r JOIN place p ON p.id = r.place"
BY_NAME = Order(("sort_key(r.name)",))
BY_AGE = Order(("coalesce(r.verified_on, '-infinity')",))
LINES = f"""
    SELECT r.id, r.name, r.kind, {NAME} AS theme, a.name AS area_name, p.name AS place, p.address,
           r.about, r.public, r.verified_on, r.closed_on, r.contact_name, r.phone, r.email,
           coalesce(o.name, '') AS organisation
    FROM {ROWS} JOIN theme t ON t.id = r.theme JOIN area a ON a.id = p.area
    LEFT JOIN resource o ON o.id = r.organisation
    WHERE r.id = ANY($2)"""
STALE = "r.closed_on IS NULL AND coalesce(r.verified_on, '-infinity') < {n}"


def _asked(of: Wanted, today: date, days: int) -> Asked:
    asked = Asked()
    if of.state == "stale":
        asked.want(STALE, today - timedelta(days=days))
    elif of.state == "closed":
        asked.want("r.closed_on <= {n}", today)
    else:
        asked.want("(r.closed_on IS NULL OR r.closed_on > {n})", today)
    if of.theme:
        asked.want(
            f"(r.theme = ANY({BELOW}) OR EXISTS (SELECT FROM further_theme f"
            f" WHERE f.resource = r.id AND f.theme = ANY({BELOW})))",
            of.theme,
        )
    if of.area:
        asked.want("p.area = (SELECT id FROM area WHERE slug = {n})", of.area)
    if of.kind:
        asked.want("r.kind = {n}", of.kind)
    if of.shown:
        asked.conditions.append("r.public" if of.shown == "public" else "NOT r.public")
    for word in of.q.split():
        asked.want(
            "(r.found_by LIKE fold({n}) OR r.place IN (SELECT id FROM place WHERE found_by LIKE fold({n})))",
            f"%{literal(word)}%",
        )
    return asked


async def find(actor: Actor, of: Wanted, today: date, days: int, *, after: str = "", before: str = "") -> Found:
    """A page of the resources by name; what is stale (not verified for `days`) by how long. Raises Refused 404."""
    coordinators_only(actor)
    order = BY_AGE if of.state == "stale" else BY_NAME
    page = await keyset.page(ROWS, "r", _asked(of, today, days), order, after=after, before=before)
    rows = await database.fetch(LINES, language(), page.ids)
    return Found([ResourceLine(**_kind(row)) for row in keyset.in_order(page.ids, rows)], page)


async def stale_count(actor: Actor, today: date, days: int) -> int:
    """How many wait to be verified. Raises Refused 404."""
    coordinators_only(actor)
    sql = STALE.format(n="$1")
    found: int = await database.fetchval(f"SELECT count(*) FROM resource r WHERE {sql}", today - timedelta(days=days))
    return found


async def organisations(actor: Actor, but: UUID | None = None) -> list[tuple[str, str]]:
    """(id, name) of every open organisation but one, for a choice. Raises Refused 404."""
    coordinators_only(actor)
    rows = await database.fetch(
        "SELECT id, name FROM resource WHERE kind = 'organisation' AND closed_on IS NULL AND id IS DISTINCT FROM $1"
        " ORDER BY sort_key(name), id",
        but,
    )
    return [(str(row["id"]), row["name"]) for row in rows]


CARD = f"""
    SELECT r.*, coalesce(o.name, '') AS organisation_name, coalesce(c.name, '') AS verifier,
           (SELECT array_agg({NAME} ORDER BY (t.id = r.theme) DESC, sort_key(t.name_pl)) FROM theme t
            WHERE t.id = r.theme OR t.id IN (SELECT f.theme FROM further_theme f WHERE f.resource = r.id)) AS themes,
           ARRAY(SELECT f.theme FROM further_theme f WHERE f.resource = r.id ORDER BY f.theme) AS further,
           (SELECT t.confidential FROM theme t WHERE t.id = r.theme) AS confidential
    FROM resource r LEFT JOIN resource o ON o.id = r.organisation LEFT JOIN account c ON c.id = r.verified_by
    WHERE r.id = $2"""
PLACE = """
    SELECT p.id, p.name, p.address, p.town, p.postcode, p.area, a.name AS area_name, p.latitude, p.longitude, p.private,
           p.accessibility, p.accessibility_note, p.version
    FROM place p JOIN area a ON a.id = p.area WHERE p.id = $1"""


async def resource(actor: Actor, id: UUID) -> ResourceCard:
    """Raises Refused 404, also for whoever is no coordinator."""
    coordinators_only(actor)
    row = await database.fetchrow(CARD, language(), id)
    if row is None:
        raise Refused("", 404)
    lines = await database.fetch(HOURS, id)
    runs = await database.fetch(
        "SELECT id, name FROM resource WHERE organisation = $1 AND closed_on IS NULL ORDER BY sort_key(name), id", id
    )
    values = {name: row[name] for name in COLUMNS}
    details = Details(**values | {"kind": ResourceKind(row["kind"]), "further": tuple(row["further"])})
    return ResourceCard(
        id=id,
        version=row["version"],
        details=details,
        themes=tuple(row["themes"]),
        confidential=row["confidential"],
        organisation_name=row["organisation_name"],
        place=await place(actor, row["place"]),
        hours=tuple(hours_in_order(lines)),
        verified_on=row["verified_on"],
        verified_by=row["verifier"],
        closed_on=row["closed_on"],
        source=row["source"],
        runs=tuple((one["id"], one["name"]) for one in runs),
    )


def hours_in_order(rows: list[Any]) -> list[OpenHours]:
    known = [OpenHours(row["id"], hours_of(row)) for row in rows]
    places = {id(one): n for n, one in enumerate(hours.order([one.hours for one in known]))}
    return sorted(known, key=lambda one: places[id(one.hours)])


async def place(actor: Actor, id: UUID) -> PlaceCard:
    """Raises Refused 404, also for whoever is no coordinator."""
    coordinators_only(actor)
    row = await database.fetchrow(PLACE, id)
    if row is None:
        raise Refused("", 404)
    values = dict(row)
    point = (values.pop("latitude"), values.pop("longitude"))
    return PlaceCard(**values | {"accessibility": tuple(row["accessibility"]), "point": point})


async def at_place(actor: Actor, place: UUID) -> list[tuple[UUID, str]]:
    """The open resources that stand there. Raises Refused 404."""
    coordinators_only(actor)
    rows = await database.fetch(
        "SELECT id, name FROM resource WHERE place = $1 AND closed_on IS NULL ORDER BY sort_key(name), id", place
    )
    return [(row["id"], row["name"]) for row in rows]


def _kind(row: Mapping[str, Any]) -> dict[str, Any]:
    return dict(row) | {"kind": ResourceKind(row["kind"])}
