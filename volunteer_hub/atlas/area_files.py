"""Districts from a file: kept until somebody has seen what they would change, then put on the map, all or none."""

import json
from dataclasses import dataclass
from pathlib import PurePath
from uuid import UUID, uuid4

from volunteer_hub.access import audit
from volunteer_hub.atlas import area_actions, borders
from volunteer_hub.atlas.borders import Plan
from volunteer_hub.atlas.drawing import FileRead
from volunteer_hub.kit import database, secret
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web.i18n import gettext, mark

TWICE = mark("W pliku są dwa osiedla o nazwie „%(name)s”. Wybierz inną właściwość albo popraw plik.")
NOTHING_MORE = mark("Na osiedlu „%(name)s” zostaje: %(what)s. Dopóki to tam stoi, nie można go zdjąć z mapy.")
WRONG = mark("Nic nie zapisano. Najpierw popraw to, co jest wymienione poniżej.")


@dataclass(frozen=True)
class Choice:
    """What is to be done with a file: which property names a district; whether those it lacks leave the map; whether
    what stands in other borders moves into them."""

    naming: str = ""
    removing: bool = False
    moving: bool = True


@dataclass(frozen=True)
class FileCard:
    id: UUID
    name: str
    naming: list[str]


@dataclass(frozen=True)
class Change:
    """A district of the file, or one that the file lacks; `what`: new, changed, same, kept or removed."""

    what: str
    name: str
    corners: int = 0
    km2: float | None = None
    km2_before: float | None = None


@dataclass(frozen=True)
class Preview:
    """What a file would change. `problems` are sentences: while there is one, nothing can be written.

    `seen` names the map it was reckoned on.
    """

    file: FileCard
    changes: list[Change]
    problems: list[str]
    moving: dict[str, int]
    seen: str


@dataclass(frozen=True)
class _Fit:
    """A file on the map: `ids` of its districts in its order (new ones for new districts), those it lacks, the plan."""

    rows: list[dict[str, object]]
    ids: list[UUID]
    lacking: list[UUID]
    plan: Plan


async def take_in(actor: Actor, name: str, read: FileRead) -> UUID:
    """Keeps a file that was read for a day, in the place of an earlier one of the same person."""
    coordinators_only(actor)
    file = uuid4()
    async with database.transaction():
        await database.execute(
            "DELETE FROM area_file WHERE account = $1 OR read_at < now() - interval '1 day'", actor.account
        )
        await database.execute(
            "INSERT INTO area_file (id, account, name, naming, read_at) VALUES ($1, $2, $3, $4, now())",
            file, actor.account, PurePath(name).stem[:80] or "GeoJSON", read.naming,
        )  # fmt: skip
        await database.executemany(
            "INSERT INTO area_draft (id, file, position, properties, shape, corners, km2)"
            " VALUES (gen_random_uuid(), $1, $2, $3::jsonb, $4::jsonb, $5, $6)",
            [
                (file, n, json.dumps(one.properties), one.shape, one.corners, one.km2)
                for n, one in enumerate(read.districts)
            ],
        )
    return file


async def file(actor: Actor, id: UUID) -> FileCard:
    """A file of one's own that waits. Raises Refused 404."""
    coordinators_only(actor)
    row = await database.fetchrow(
        "SELECT id, name, naming FROM area_file WHERE id = $1 AND account = $2 AND read_at > now() - interval '1 day'",
        id, actor.account,
    )  # fmt: skip
    if row is None:
        raise Refused("", 404)
    return FileCard(**row)


async def preview(actor: Actor, id: UUID, choice: Choice) -> Preview:
    """What would happen. Nothing is written. Raises Refused 404."""
    card = await file(actor, id)
    fit = await _fit(card, choice)
    town = await borders.town()
    before = {row["id"]: row["km2"] for row in await database.fetch("SELECT id, km2 FROM area")}
    changes = []
    for row, area in zip(fit.rows, fit.ids, strict=True):
        what = "new" if area not in town.names else "same" if town.shapes[area] == row["shape"] else "changed"
        changes.append(Change(what, str(row["name"]), row["corners"], row["km2"], before.get(area)))  # type: ignore[arg-type]
    gone = "removed" if choice.removing else "kept"
    changes += [Change(gone, town.names[area], km2_before=before.get(area)) for area in fit.lacking]
    problems = _twice(fit) + fit.plan.overlaps() + await _left_behind(fit, choice)
    return Preview(card, changes, problems, dict(fit.plan.moving), _seen(fit.plan))


async def put(actor: Actor, id: UUID, choice: Choice, seen: str) -> int:
    """Puts the districts of a file on the map, all or none, as `preview` showed it; how many districts.

    Raises Refused: 404, 409 when the map is not the one of the preview (`seen`) or something is wrong with the file.
    """
    card = await file(actor, id)
    fit = await _fit(card, choice)
    if _seen(fit.plan) != seen:
        raise Refused(borders.MEANWHILE)
    if _twice(fit) or fit.plan.laid.overlaps:
        raise Refused(WRONG)
    async with database.transaction():
        await borders.hold(fit.plan.town)
        if not await database.execute("DELETE FROM area_file WHERE id = $1", card.id):
            raise Refused("", 404)
        for row, area in zip(fit.rows, fit.ids, strict=True):
            await _write(row, area, card.name)
        await borders.draw(fit.plan, set(fit.ids))
        await borders.move(actor, fit.plan)
        for area in fit.lacking if choice.removing else ():
            name = await database.fetchval("SELECT name FROM area WHERE id = $1", area)
            await area_actions.refuse_unless_empty(area, name)
            await database.execute("DELETE FROM area WHERE id = $1", area)
        await audit.record(actor, "area.import", "areas")
    return len(fit.ids)


async def _fit(card: FileCard, choice: Choice) -> _Fit:
    """The file's districts found among those of the map by their names, and the town as it would be."""
    naming = choice.naming if choice.naming in card.naming else next(iter(card.naming), "")
    found = await database.fetch(
        "SELECT coalesce(properties ->> $2, $3) AS name, shape, corners, km2 FROM area_draft WHERE file = $1"
        " ORDER BY position",
        card.id, naming, card.name,
    )  # fmt: skip
    rows = [dict(row) for row in found]
    now = await borders.town()
    known = {name.casefold(): id for id, name in now.names.items()}
    ids = [known.get(row["name"].casefold()) or uuid4() for row in rows]
    lacking = [id for id in now.names if id not in ids]
    after = now.without(lacking) if choice.removing else now
    for row, id in zip(rows, ids, strict=True):
        after = after.with_area(id, row["name"], row["shape"])
    return _Fit(rows, ids, lacking, await borders.plan(after, with_standing=choice.moving))


async def _write(row: dict[str, object], area: UUID, source: str) -> None:
    changed = await database.execute(
        "UPDATE area SET name = $2, shape = $3::jsonb, km2 = $4, schematic = false, source = $5 WHERE id = $1",
        area, row["name"], row["shape"], row["km2"], source,
    )  # fmt: skip
    if not changed:
        await database.execute(
            "INSERT INTO area (id, slug, name, shape, outline, km2, source, latitude, longitude)"
            " VALUES ($1, $6, $2, $3::jsonb, '[]', $4, $5, 0, 0)",
            area, row["name"], row["shape"], row["km2"], source, await area_actions.free_slug(str(row["name"])),
        )  # fmt: skip


def _twice(fit: _Fit) -> list[str]:
    names = [str(row["name"]).casefold() for row in fit.rows]
    twice = [row["name"] for row, name in zip(fit.rows, names, strict=True) if names.count(name) > 1]
    return sorted({gettext(TWICE, name=name) for name in twice})


async def _left_behind(fit: _Fit, choice: Choice) -> list[str]:
    """A sentence for each district that would leave the map while something still stands in it."""
    said = []
    for area in fit.lacking if choice.removing else ():
        held = {row["what"]: row["n"] for row in await database.fetch("SELECT * FROM area_holds($1)", area)}
        for standing, _ in fit.plan.moves:
            if standing.area == area:
                held[standing.kind] -= 1
        if left := ", ".join(area_actions.counted(what, n) for what, n in held.items() if n):
            name = await database.fetchval("SELECT name FROM area WHERE id = $1", area)
            said.append(gettext(NOTHING_MORE, name=name, what=left))
    return said


def _seen(plan: Plan) -> str:
    """A mark of the map that a plan was made on: it differs as soon as any district has changed."""
    return secret.fingerprint(json.dumps(sorted((str(id), version) for id, version in plan.town.seen.items()))).hex()
