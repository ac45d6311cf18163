"""Reads of the atlas. What is public is chosen here: no personal need and no confidential theme leaves the SQL."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from volunteer_hub.atlas.naming import theme_name
from volunteer_hub.atlas.rules import LIVING, NeedState
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.geo import Point, Shape
from volunteer_hub.web.i18n import language

MOST_ROWS = 300


@dataclass(frozen=True)
class District:
    """`outline`: the coordinates of a MultiPolygon, simplified for pictures; empty when nobody drew it."""

    slug: str
    name: str
    outline: Shape
    schematic: bool
    centre: Point


@dataclass(frozen=True)
class NeedRow:
    id: UUID
    title: str
    theme: str
    theme_slug: str
    theme_id: UUID
    area: str
    area_name: str
    urgency: int
    people: int
    personal: bool
    state: NeedState
    voiced_by: str
    voiced_on: date
    point: Point


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; an empty word narrows nothing."""

    theme: str = ""
    area: str = ""
    state: str = ""
    urgency: int = 0


# `t`: the themes with their names in the language $1.
THEMES = f"""
    WITH t AS (SELECT id, slug, confidential, {theme_name(row="")} AS name FROM theme)"""
NEEDS = f"""{THEMES}
    SELECT n.id, n.title, t.name AS theme, t.slug AS theme_slug, t.id AS theme_id, a.slug AS area, a.name AS area_name,
           n.urgency, n.people, n.personal, n.state, n.voiced_by, n.voiced_on, n.latitude, n.longitude
    FROM need n JOIN area a ON a.id = n.area JOIN t ON t.id = n.theme"""


def at_the_desk(actor: Actor) -> bool:
    """Whether `actor` sees needs of single persons."""
    return actor.coordinates


async def districts() -> list[District]:
    """All districts in alphabetical order."""
    rows = await database.fetch(
        "SELECT slug, name, outline, schematic, latitude, longitude FROM area ORDER BY sort_key(name)"
    )
    return [
        District(
            slug=row["slug"],
            name=row["name"],
            outline=json.loads(row["outline"]),
            schematic=row["schematic"],
            centre=(row["latitude"], row["longitude"]),
        )
        for row in rows
    ]


async def areas() -> list[tuple[str, str]]:
    """(slug, name) of every district for a choice, in alphabetical order."""
    rows = await database.fetch("SELECT slug, name FROM area ORDER BY sort_key(name)")
    return [(row["slug"], row["name"]) for row in rows]


async def themes(*, public: bool = False) -> list[tuple[str, str]]:
    """(slug, name in the language of the request) for a choice; the public is offered no confidential one."""
    rows = await database.fetch(
        f"{THEMES} SELECT slug, name FROM t WHERE NOT (confidential AND $2) ORDER BY sort_key(name)",
        language(),
        public,
    )
    return [(row["slug"], row["name"]) for row in rows]


async def theme_ids(keep: UUID | None = None) -> list[tuple[str, str]]:
    """(id, name) of every theme that is offered, for forms of the desk; of retired ones only `keep`, chosen before."""
    rows = await database.fetch(
        f"""{THEMES} SELECT id, name FROM t
            WHERE id = $2 OR id NOT IN (SELECT id FROM theme WHERE retired_on <= centre_today())
            ORDER BY sort_key(name)""",
        language(),
        keep,
    )
    return [(str(row["id"]), row["name"]) for row in rows]


async def area_ids() -> list[tuple[str, str]]:
    """(id, name) of every district, for forms."""
    rows = await database.fetch("SELECT id, name FROM area ORDER BY sort_key(name)")
    return [(str(row["id"]), row["name"]) for row in rows]


async def place_ids() -> list[tuple[str, str]]:
    """(id, name and address) of every place that is nobody's home, for forms."""
    rows = await database.fetch(
        "SELECT id, name, address FROM place WHERE NOT private ORDER BY sort_key(name), sort_key(address)"
    )
    return [(str(row["id"]), ", ".join(filter(None, (row["name"], row["address"])))) for row in rows]


async def needs(actor: Actor, wanted: Wanted = Wanted(), *, most: int = MOST_ROWS) -> list[NeedRow]:
    """Needs, the most urgent first and then the oldest; unless a state is named, those that still stand."""
    rows = await database.fetch(
        f"""{NEEDS}
            WHERE ($2 OR NOT n.personal) AND n.state = ANY($3) AND ($4 = '' OR t.slug = $4) AND ($5 = '' OR a.slug = $5)
              AND n.urgency >= $6
            ORDER BY n.urgency DESC, n.voiced_on, n.id LIMIT $7""",
        language(),
        at_the_desk(actor),
        [wanted.state] if wanted.state else list(LIVING),
        wanted.theme,
        wanted.area,
        wanted.urgency,
        most,
    )
    return [_need(row) for row in rows]


async def need(actor: Actor, id: UUID) -> NeedRow | None:
    """One need, or None when it is not there for this actor."""
    row = await database.fetchrow(
        f"""{NEEDS}
            WHERE n.id = $3 AND ($2 OR NOT n.personal)""",
        language(),
        at_the_desk(actor),
        id,
    )
    return _need(row) if row else None


def _need(row: Mapping[str, Any]) -> NeedRow:
    values = dict(row)
    point = values.pop("latitude"), values.pop("longitude")
    return NeedRow(**values | {"state": NeedState(row["state"]), "point": point})
