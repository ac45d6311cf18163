"""What of the map leaves the desk: everybody's districts and public resources. What is private stays in the SQL."""

from dataclasses import dataclass
from uuid import UUID

from volunteer_hub.atlas.map_lists import ON_A_PAGE, Page
from volunteer_hub.atlas.naming import theme_name
from volunteer_hub.atlas.queries import District, districts
from volunteer_hub.atlas.rules import ResourceKind, public_count
from volunteer_hub.atlas.viewport import (
    ALL,
    EVERYWHERE,
    Asked,
    Box,
    Spots,
    Wanted,
    needs_wanted,
    resource_spots,
    resources_wanted,
)
from volunteer_hub.kit import database, paging
from volunteer_hub.kit.geo import Point
from volunteer_hub.web.i18n import language

# Of resources: consented to, and at nobody's home.
PUBLIC = "r.public AND NOT p.private"


@dataclass(frozen=True, slots=True)
class PublicDistrict:
    """A district with counts and no need of its own: how many needs and people at least, in tens; 0: fewer than ten."""

    district: District
    needs: int
    people: int
    resources: int


@dataclass(frozen=True, slots=True)
class PublicResource:
    """A resource everybody may see; `theme` is empty when it is confidential."""

    id: UUID
    name: str
    kind: ResourceKind
    theme: str
    about: str
    address: str
    area: str
    area_name: str
    at: Point


async def public_districts(wanted: Wanted = ALL) -> list[PublicDistrict]:
    """Every district in alphabetical order, its needs of one theme or of all that are not confidential."""
    asked = Asked()
    needs_wanted(asked, Wanted(theme=wanted.theme), open_to_all=True)
    rows = await database.fetch(
        f"""SELECT a.slug, count(*) AS needs, sum(n.people) AS people
            FROM need n JOIN area a ON a.id = n.area WHERE {asked.where} GROUP BY a.slug""",
        *asked.values,
    )
    of = {row["slug"]: row for row in rows}
    stand = await _resources_of_districts(wanted)
    return [
        PublicDistrict(
            district=one,
            needs=public_count(of[one.slug]["needs"]) if one.slug in of else 0,
            people=public_count(of[one.slug]["people"]) if one.slug in of else 0,
            resources=stand.get(one.slug, 0),
        )
        for one in await districts()
    ]


async def _resources_of_districts(wanted: Wanted) -> dict[str, int]:
    asked = _public(Asked(), wanted)
    rows = await database.fetch(
        f"""SELECT a.slug, count(*) AS resources
            FROM resource r JOIN place p ON p.id = r.place JOIN area a ON a.id = p.area
            WHERE {asked.where} GROUP BY a.slug""",
        *asked.values,
    )
    return {row["slug"]: row["resources"] for row in rows}


async def public_resources(wanted: Wanted = ALL, number: int = 1, *, most: int = ON_A_PAGE) -> Page[PublicResource]:
    """A page of `most` of the public resources in alphabetical order; past the last one the last."""
    asked = _public(Asked(language()), wanted)
    of = "FROM resource r JOIN place p ON p.id = r.place JOIN area a ON a.id = p.area JOIN theme t ON t.id = r.theme"
    total = await database.fetchval(f"SELECT count(*) {of} WHERE {asked.where} AND $1::text IS NOT NULL", *asked.values)
    number = paging.within(number, total, most)
    rows = await database.fetch(
        f"""SELECT r.id, r.name, r.kind, r.about, p.address, a.slug AS area, a.name AS area_name,
                   p.latitude, p.longitude,
                   CASE WHEN t.confidential THEN '' ELSE {theme_name()} END AS theme
            {of} WHERE {asked.where}
            ORDER BY sort_key(r.name), r.id LIMIT {most} OFFSET {(number - 1) * most}""",
        *asked.values,
    )
    return Page([_resource(dict(row)) for row in rows], total, number)


async def public_points(wanted: Wanted = ALL, box: Box = EVERYWHERE, zoom: int = 12) -> Spots:
    """The public resources in `box`; of a confidential theme without it."""
    hidden = "(SELECT CASE WHEN confidential THEN '' ELSE slug END FROM theme WHERE id = r.theme)"
    return await resource_spots(_public(Asked(), wanted), box, zoom, theme=hidden)


def _public(asked: Asked, wanted: Wanted) -> Asked:
    asked.conditions.append(PUBLIC)
    resources_wanted(asked, wanted, open_to_all=True)
    return asked


def _resource(row: dict[str, object]) -> PublicResource:
    at = (row.pop("latitude"), row.pop("longitude"))
    return PublicResource(**row | {"kind": ResourceKind(str(row["kind"])), "at": at})  # type: ignore[arg-type]
