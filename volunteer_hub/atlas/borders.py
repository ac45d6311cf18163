"""All districts side by side: whether they overlap, how they are drawn, and what stands within which of them.

What takes time is asked of atlas.drawing with no transaction open. `Town` is what the answer rests on; `hold` makes
sure, inside the transaction that writes, that the map is still that one.
"""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import asyncpg

from volunteer_hub.access import audit
from volunteer_hub.atlas import drawing
from volunteer_hub.atlas.drawing import Laid
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web.i18n import gettext, mark

MAP_LOCK = 727_026

MEANWHILE = mark("Ktoś właśnie zmienił mapę osiedli. Zobacz ją i wyślij jeszcze raz.")
OVERLAP = mark("„%(one)s” i „%(other)s” nachodzą na siebie (wspólne %(km2)s km²). Popraw wspólną granicę.")


@dataclass(frozen=True)
class Standing:
    """Something with a point: a need, a place or a volunteer, and the district it belongs to."""

    kind: str
    id: UUID
    area: UUID


@dataclass(frozen=True)
class Town:
    """Districts by id with their names and shapes (JSON), as they stand or as they would; `seen` are their versions."""

    seen: Mapping[UUID, int]
    names: Mapping[UUID, str]
    shapes: Mapping[UUID, str]

    def with_area(self, id: UUID, name: str, shape: str) -> "Town":
        return replace(self, names={**self.names, id: name}, shapes={**self.shapes, id: shape})

    def without(self, ids: Iterable[UUID]) -> "Town":
        gone = set(ids)
        kept = {id: name for id, name in self.names.items() if id not in gone}
        return replace(self, names=kept, shapes={id: self.shapes[id] for id in kept})

    @property
    def drawn(self) -> list[UUID]:
        """Those that have a shape, in the order in which they are laid."""
        return [id for id, shape in self.shapes.items() if shape != "[]"]


@dataclass(frozen=True)
class Plan:
    """A town laid out. `moves`: what stands within another district's borders than its own, and that district."""

    town: Town
    laid: Laid
    moves: list[tuple[Standing, UUID]]

    @property
    def moving(self) -> Counter[str]:
        """How many of each kind would move."""
        return Counter(standing.kind for standing, _ in self.moves)

    def overlaps(self) -> list[str]:
        """A sentence for each two that overlap by more than a sliver."""
        drawn, names = self.town.drawn, self.town.names
        return [
            gettext(OVERLAP, one=names[drawn[a]], other=names[drawn[b]], km2=km2) for a, b, km2 in self.laid.overlaps
        ]


# Whoever has a point of their own; in a district without one, there is nothing to tell.
STANDING = """
    SELECT 'needs' AS kind, n.id, n.area, n.latitude, n.longitude FROM need n
    UNION ALL SELECT 'places', p.id, p.area, p.latitude, p.longitude FROM place p
    UNION ALL SELECT 'volunteers', v.id, a.id, v.latitude, v.longitude
              FROM volunteer v LEFT JOIN area a ON a.slug = v.area_slug WHERE v.latitude IS NOT NULL"""
MOVE = {
    "needs": "UPDATE need SET area = $2 WHERE id = ANY($1)",
    "places": "UPDATE place SET area = $2 WHERE id = ANY($1)",
    "volunteers": "UPDATE volunteer SET area_slug = (SELECT slug FROM area WHERE id = $2) WHERE id = ANY($1)",
}


async def town() -> Town:
    """The map as it stands."""
    rows = await database.fetch("SELECT id, version, name, shape FROM area ORDER BY id")
    return Town(
        seen={row["id"]: row["version"] for row in rows},
        names={row["id"]: row["name"] for row in rows},
        shapes={row["id"]: row["shape"] for row in rows},
    )


async def plan(town: Town, *, with_standing: bool = False) -> Plan:
    """`town` laid out; `with_standing` also who stands where in it."""
    drawn = town.drawn
    rows = await database.fetch(STANDING) if with_standing else []
    # Hundreds of thousands of rows: in a thread, so that other requests go on meanwhile.
    points = await asyncio.to_thread(_points, rows, drawn)
    laid = await drawing.lay([town.shapes[id] for id in drawn], points)
    return Plan(town, laid, await asyncio.to_thread(_moves, rows, laid.within, drawn))


async def lock() -> None:
    """Inside a transaction, before any district of it is locked: no other redraws the map until its end."""
    await database.execute("SELECT pg_advisory_xact_lock($1)", MAP_LOCK)


async def hold(town: Town) -> None:
    """`lock`, and the map is still as `town` saw it. Raises Refused 409 when it is not."""
    await lock()
    rows = await database.fetch("SELECT id, version FROM area")
    if {row["id"]: row["version"] for row in rows} != dict(town.seen):
        raise Refused(MEANWHILE)


async def draw(plan: Plan, touched: Collection[UUID]) -> None:
    """Writes the outlines for pictures of a plan whose shapes are written, and where the names of `touched` stand."""
    rows = zip(plan.town.drawn, plan.laid.outlines, plan.laid.centres, strict=True)
    await database.executemany(
        "UPDATE area SET outline = $2::jsonb, latitude = CASE WHEN $5 THEN $3 ELSE latitude END,"
        " longitude = CASE WHEN $5 THEN $4 ELSE longitude END WHERE id = $1 AND (outline <> $2::jsonb OR $5)",
        [(id, outline, *centre, id in touched) for id, outline, centre in rows],
    )


async def move(actor: Actor, plan: Plan) -> None:
    """Everything to the district within whose borders it stands; for each volunteer a line in the log."""
    together: dict[tuple[str, UUID], list[UUID]] = {}
    for standing, area in plan.moves:
        together.setdefault((standing.kind, area), []).append(standing.id)
    for (kind, area), ids in together.items():
        await database.execute(MOVE[kind], ids, area)
        if kind == "volunteers":
            await audit.record_each(actor, "people.area", [f"volunteer:{id}" for id in ids])


def _points(rows: Sequence[asyncpg.Record], drawn: Sequence[UUID]) -> list[tuple[float, float, int]]:
    place = {id: n for n, id in enumerate(drawn)}
    return [(latitude, longitude, place.get(area, -1)) for _, _, area, latitude, longitude in rows]


def _moves(rows: Sequence[asyncpg.Record], within: Sequence[int], drawn: Sequence[UUID]) -> list[tuple[Standing, UUID]]:
    return [
        (Standing(kind, id, area), drawn[n])
        for (kind, id, area, _, _), n in zip(rows, within, strict=True)
        if n >= 0 and drawn[n] != area
    ]
