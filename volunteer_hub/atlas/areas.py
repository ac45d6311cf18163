"""Reads of districts for those who keep them: outlines, figures of years, what stands in each. Coordinators only."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.geo import Shape
from volunteer_hub.kit.refused import Refused

# An outline of more corners stands in no text field and is not pulled about by its corners: it comes from a file.
MOST_TYPED = 5_000


@dataclass(frozen=True, slots=True)
class Year:
    """Figures of one year; None: not known. They are those of a district, or summed over all where they are known."""

    year: int
    residents: int | None
    assisted: int | None
    families: int | None
    source: str = ""

    @property
    def per_thousand(self) -> float | None:
        """People on assistance for a thousand residents, to a tenth."""
        known = self.residents and self.assisted is not None
        return round((self.assisted or 0) * 1000 / (self.residents or 1), 1) if known else None


@dataclass(frozen=True, slots=True)
class AreaLine:
    """A district in the list with its figures of one year."""

    id: UUID
    name: str
    slug: str
    km2: float | None
    schematic: bool
    figures: Year | None


@dataclass(frozen=True, slots=True)
class AreaCard:
    id: UUID
    name: str
    slug: str
    km2: float | None
    schematic: bool
    version: int
    corners: int
    years: list[Year]

    @property
    def is_typed(self) -> bool:
        return self.corners <= MOST_TYPED


YEAR = "y.year, y.residents, y.assisted, y.families, y.source"
CORNERS = """(SELECT coalesce(sum(jsonb_array_length(ring) - 1), 0)::int
              FROM jsonb_array_elements(a.shape) part, jsonb_array_elements(part) ring)"""


async def years(actor: Actor) -> list[int]:
    """The years of which any figure is known, the newest first."""
    coordinators_only(actor)
    return [row["year"] for row in await database.fetch("SELECT DISTINCT year FROM area_year ORDER BY year DESC")]


async def lines(actor: Actor, year: int) -> list[AreaLine]:
    """Every district in alphabetical order with its figures of `year`."""
    coordinators_only(actor)
    rows = await database.fetch(
        f"""SELECT a.id, a.name, a.slug, a.km2, a.schematic, {YEAR}
            FROM area a LEFT JOIN area_year y ON y.area = a.id AND y.year = $1 ORDER BY sort_key(a.name), a.id""",
        year,
    )
    return [
        AreaLine(row["id"], row["name"], row["slug"], row["km2"], row["schematic"], _year(row) if row["year"] else None)
        for row in rows
    ]


def total(lines: Sequence[AreaLine], year: int) -> Year:
    """The figures of all districts; a figure that is missing in one of them is missing in the sum."""

    def summed(name: str) -> int | None:
        values: list[int | None] = [getattr(line.figures, name, None) for line in lines]
        known = [value for value in values if value is not None]
        return sum(known) if known and len(known) == len(values) else None

    return Year(year, summed("residents"), summed("assisted"), summed("families"))


async def card(actor: Actor, id: UUID) -> AreaCard:
    """One district with all its years, the newest first. Raises Refused 404."""
    coordinators_only(actor)
    row = await database.fetchrow(
        f"SELECT id, name, slug, km2, schematic, version, {CORNERS} AS corners FROM area a WHERE id = $1", id
    )
    if row is None:
        raise Refused("", 404)
    found = await database.fetch(f"SELECT {YEAR} FROM area_year y WHERE area = $1 ORDER BY year DESC", id)
    return AreaCard(**row, years=[_year(one) for one in found])


async def outline_text(actor: Actor, id: UUID) -> str:
    """The whole outline as somebody would type it; empty where none is drawn, or it has too many corners for that."""
    coordinators_only(actor)
    row = await database.fetchrow(f"SELECT shape, {CORNERS} AS corners FROM area a WHERE id = $1", id)
    return as_text(json.loads(row["shape"])) if row and row["corners"] <= MOST_TYPED else ""


def as_text(shape: Shape) -> str:
    """Lines of "latitude, longitude", each corner once and parts apart by an empty line; with holes it is GeoJSON."""
    if any(len(rings) > 1 for rings in shape):
        return json.dumps({"type": "MultiPolygon", "coordinates": shape})
    return "\n\n".join("\n".join(f"{_short(lat)}, {_short(lon)}" for lon, lat in rings[0][:-1]) for rings in shape)


def _short(degrees: float) -> str:
    return f"{degrees:.7f}".rstrip("0").rstrip(".")


async def holds(actor: Actor, id: UUID) -> dict[str, int]:
    """How much of what stands in a district: needs, places, volunteers, requests, teams, figures. Nothing: empty."""
    coordinators_only(actor)
    return {row["what"]: row["n"] for row in await database.fetch("SELECT * FROM area_holds($1) WHERE n > 0", id)}


def _year(row: Any) -> Year:
    return Year(row["year"], row["residents"], row["assisted"], row["families"], row["source"])
