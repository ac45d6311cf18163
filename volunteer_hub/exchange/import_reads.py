"""What the town has of what a file may touch: the few reads that comparing is made from."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, time
from typing import Any
from uuid import UUID

from volunteer_hub.atlas.hours import Hours
from volunteer_hub.atlas.resources import Details
from volunteer_hub.atlas.rules import ResourceKind
from volunteer_hub.exchange.comparing import Existing, Known, KnownPlace, KnownTheme, Neighbour
from volunteer_hub.exchange.entries import Entry
from volunteer_hub.kit import database

# Around the points of the file, in degrees: farther away nothing can be near.
MARGIN = 0.01

DETAILS = tuple(one.name for one in fields(Details) if one.name != "further")
EXISTING = f"""
    SELECT r.id, r.version, r.source_id, {", ".join(f"r.{name}" for name in DETAILS)},
           coalesce((SELECT o.source_id FROM resource o WHERE o.id = r.organisation AND o.source = r.source), '')
               AS run_by,
           ARRAY(SELECT f.theme FROM further_theme f WHERE f.resource = r.id) AS further,
           (SELECT json_agg(json_build_array(h.rrule, h.opens, h.closes, h.first_day, h.last_day, h.note))
            FROM opening_hours h WHERE h.resource = r.id) AS hours
    FROM resource r"""


async def known(entries: Sequence[Entry], source: str, theme: UUID | None) -> Known:
    """All that the entries are compared with, in as many statements for many as for one."""
    ids = [entry.source_id for entry in entries if entry.source_id]
    points = [entry.spot.point for entry in entries if entry.spot]
    box = (
        min((p[0] for p in points), default=0.0) - MARGIN, max((p[0] for p in points), default=0.0) + MARGIN,
        min((p[1] for p in points), default=0.0) - MARGIN, max((p[1] for p in points), default=0.0) + MARGIN,
    )  # fmt: skip
    around = "p.latitude BETWEEN $1 AND $2 AND p.longitude BETWEEN $3 AND $4"
    areas = await database.fetch("SELECT id, outline FROM area ORDER BY sort_key(name)")
    places = await database.fetch(
        f"SELECT id, name, address, latitude, longitude FROM place p WHERE NOT p.private AND {around}", *box
    )
    near = await database.fetch(
        f"""SELECT r.id, r.name, p.latitude, p.longitude FROM resource r JOIN place p ON p.id = r.place
            WHERE {around} AND r.closed_on IS NULL AND NOT (r.source = $5 AND r.source_id <> '')""",
        *box, source,
    )  # fmt: skip
    from_there = await database.fetch(f"{EXISTING} WHERE r.source = $1 AND r.source_id = ANY($2)", source, ids)
    themes = await database.fetch(
        "SELECT id, slug, name_pl, name_en, name_uk, taxonomy, taxonomy_code FROM theme"
        " WHERE retired_on IS NULL OR retired_on > centre_today() ORDER BY position, slug"
    )
    return Known(
        areas=[(row["id"], json.loads(row["outline"])) for row in areas],
        places=[KnownPlace(row["id"], row["name"], row["address"], _point(row)) for row in places],
        themes=[_theme(row) for row in themes],
        theme=theme,
        by_source={row["source_id"]: existing(row) for row in from_there},
        neighbours=[Neighbour(row["id"], row["name"], _point(row)) for row in near],
    )


async def held(resource: UUID) -> Existing | None:
    """The resource as it is, held until the transaction ends."""
    row = await database.fetchrow(f"{EXISTING} WHERE r.id = $1 FOR NO KEY UPDATE OF r", resource)
    return existing(row) if row else None


def existing(row: Mapping[str, Any]) -> Existing:
    values = {name: row[name] for name in (*DETAILS, "further")}
    lists = {name: tuple(values[name] or ()) for name in ("languages", "further")}
    details = Details(**{**values, **lists, "kind": ResourceKind(row["kind"])})
    return Existing(row["id"], row["version"], details, tuple(_hours(row["hours"])), row["run_by"])


def _hours(told: str | None) -> list[Hours]:
    return [
        Hours(rule, time.fromisoformat(opens), time.fromisoformat(closes), date.fromisoformat(first),
              date.fromisoformat(last) if last else None, note)
        for rule, opens, closes, first, last, note in json.loads(told or "[]")
    ]  # fmt: skip


def _theme(row: Mapping[str, Any]) -> KnownTheme:
    names = (row["name_pl"], row["name_en"], row["name_uk"])
    return KnownTheme(row["id"], row["slug"], names, row["taxonomy"], row["taxonomy_code"])


def _point(row: Mapping[str, Any]) -> tuple[float, float]:
    return row["latitude"], row["longitude"]
