"""Verbs of districts: drawn, named, redrawn, taken from the map; figures of a year. One transaction each."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from volunteer_hub.access import audit
from volunteer_hub.atlas import borders
from volunteer_hub.atlas.areas import Year
from volunteer_hub.atlas.drawing import Outline
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.kit.slugs import slug
from volunteer_hub.web.i18n import gettext, mark, ngettext

SAME_NAME = mark("Osiedle o tej nazwie już jest na mapie.")
CHANGED = mark("Ktoś zmienił to osiedle, zanim zapisano Twoje zmiany. Obie wersje są poniżej.")


@dataclass(frozen=True)
class Draft:
    """A district as somebody wrote it; without an outline the one it has stays."""

    name: str
    outline: Outline | None


async def add(actor: Actor, draft: Draft) -> UUID:
    """A new district. Raises Refused: 409 for a name that is there, 422 for an outline over another one."""
    coordinators_only(actor)
    id, shape = uuid4(), draft.outline.shape if draft.outline else "[]"
    plan = await _fitting(id, draft.name, shape)
    async with database.transaction():
        await borders.hold(plan.town)
        await _unique(draft.name, None)
        # A district that nobody drew has no point; its name stands in the middle of the town.
        await database.execute(
            "INSERT INTO area (id, slug, name, shape, outline, km2, latitude, longitude)"
            " SELECT $1, $2, $3, $4::jsonb, $4::jsonb, $5, coalesce(avg(latitude), 52), coalesce(avg(longitude), 19)"
            " FROM area",
            id, await free_slug(draft.name), draft.name, shape, draft.outline.km2 if draft.outline else None,
        )  # fmt: skip
        await borders.draw(plan, {id})
        await audit.record(actor, "area.add", f"area:{id}")
    return id


async def change(actor: Actor, id: UUID, draft: Draft, version: int) -> None:
    """Names or redraws a district. Raises Refused: 404, 409 when `version` is not its newest, 422 as add."""
    coordinators_only(actor)
    plan = await _fitting(id, draft.name, draft.outline.shape) if draft.outline else None
    async with database.transaction():
        await borders.lock()
        now = await database.fetchval("SELECT version FROM area WHERE id = $1 FOR UPDATE", id)
        if now is None:
            raise Refused("", 404)
        if now != version:
            raise Refused(CHANGED)
        await _unique(draft.name, id)
        if plan and draft.outline:
            await borders.hold(plan.town)
            await database.execute(
                "UPDATE area SET shape = $2::jsonb, km2 = $3, schematic = false WHERE id = $1",
                id, draft.outline.shape, draft.outline.km2,
            )  # fmt: skip
            await borders.draw(plan, {id})
        await database.execute("UPDATE area SET name = $2 WHERE id = $1", id, draft.name)
        await audit.record(actor, "area.change", f"area:{id}")


async def remove(actor: Actor, id: UUID) -> None:
    """Takes a district in which nothing stands from the map, with its figures. Raises Refused 404, 409."""
    coordinators_only(actor)
    async with database.transaction():
        name = await database.fetchval("SELECT name FROM area WHERE id = $1 FOR UPDATE", id)
        if name is None:
            raise Refused("", 404)
        await refuse_unless_empty(id, name)
        await database.execute("DELETE FROM area WHERE id = $1", id)
        await audit.record(actor, "area.remove", f"area:{id}")


async def refuse_unless_empty(id: UUID, name: str) -> None:
    """Raises Refused, which says what still stands in the district."""
    held = await database.fetch("SELECT what, n FROM area_holds($1) WHERE n > 0", id)
    if held:
        raise Refused(STANDS, name=name, what=", ".join(counted(row["what"], row["n"]) for row in held))


async def reassign(actor: Actor) -> int:
    """Everything with a point to the district in which it lies; how many have moved. Raises Refused 409."""
    coordinators_only(actor)
    plan = await borders.plan(await borders.town(), with_standing=True)
    async with database.transaction():
        await borders.hold(plan.town)
        await borders.move(actor, plan)
        await audit.record(actor, "area.reassign", "areas")
    return len(plan.moves)


async def _fitting(id: UUID, name: str, shape: str) -> borders.Plan:
    """The town with this outline in it. Raises Refused 422 where it lies over another one."""
    town = await borders.town()
    plan = await borders.plan(town.with_area(id, name, shape))
    place = plan.town.drawn.index(id) if shape != "[]" else -1
    for a, b, km2 in plan.laid.overlaps:
        if place in (a, b):
            other = plan.town.names[plan.town.drawn[b if a == place else a]]
            raise Refused(borders.OVERLAP, 422, one=name, other=other, km2=km2)
    return plan


async def put_year(actor: Actor, area: UUID, figures: Year) -> None:
    """The figures of a year, in the place of those that were there. Raises Refused 404."""
    coordinators_only(actor)
    async with database.transaction():
        if not await database.fetchval("SELECT id FROM area WHERE id = $1 FOR SHARE", area):
            raise Refused("", 404)
        await database.execute(
            """INSERT INTO area_year (id, area, year, residents, assisted, families, source)
               VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6)
               ON CONFLICT (area, year) DO UPDATE SET residents = excluded.residents, assisted = excluded.assisted,
                   families = excluded.families, source = excluded.source""",
            area, figures.year, figures.residents, figures.assisted, figures.families, figures.source,
        )  # fmt: skip
        await audit.record(actor, "area.year", f"area:{area}")


async def remove_year(actor: Actor, area: UUID, year: int) -> None:
    """Raises Refused 404 when there are no figures of that year."""
    coordinators_only(actor)
    async with database.transaction():
        if not await database.execute("DELETE FROM area_year WHERE area = $1 AND year = $2", area, year):
            raise Refused("", 404)
        await audit.record(actor, "area.year", f"area:{area}")


STANDS = mark("Na osiedlu „%(name)s” stoją jeszcze: %(what)s. Przenieś je najpierw gdzie indziej.")


def counted(what: str, n: int) -> str:
    """How much of what stands in a district, in words."""
    return {
        "needs": ngettext("%(n)s potrzeba", "%(n)s potrzeb", n),
        "places": ngettext("%(n)s miejsce", "%(n)s miejsc", n),
        "volunteers": ngettext("%(n)s wolontariusz", "%(n)s wolontariuszy", n),
        "requests": ngettext("%(n)s zgłoszenie", "%(n)s zgłoszeń", n),
        "teams": ngettext("%(n)s zespół", "%(n)s zespołów", n),
        "figures": gettext("liczby z raportów"),
    }[what]


async def free_slug(name: str) -> str:
    """A short name for addresses and links that no district has."""
    rows = await database.fetch("SELECT slug FROM area")
    return slug(name, "osiedle", {row["slug"] for row in rows})


async def _unique(name: str, id: UUID | None) -> None:
    if await database.fetchval(
        "SELECT EXISTS (SELECT FROM area WHERE lower(name) = lower($1) AND id IS DISTINCT FROM $2)", name, id
    ):
        raise Refused(SAME_NAME)
