"""Verbs of themes: the tree of what needs and resources are about. One transaction each, each in the log."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import asyncpg

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.kit.slugs import slug
from volunteer_hub.web.i18n import mark

CIRCLE = mark("Temat nie może leżeć pod samym sobą ani pod tym, co leży pod nim.")
SAME_NAME = mark("Temat o tej nazwie już jest.")
ABOVE = mark("Ten temat leży pod poufnym, więc sam też jest poufny. Przenieś go albo odtajnij najpierw ten wyżej.")
WORD = mark("Przepisz nazwę tematu dokładnie tak, jak stoi wyżej.")


@dataclass(frozen=True)
class Details:
    """What is written about a theme; `confidential` can be said here, and taken back only by `disclose`."""

    name_pl: str
    name_en: str
    name_uk: str
    parent: UUID | None = None
    colour: str = ""
    icon: str = ""
    taxonomy: str = ""
    taxonomy_code: str = ""
    reach_km: float | None = None
    confidential: bool = False


async def add(actor: Actor, details: Details) -> UUID:
    """A new theme, the last among those beside it. Raises Refused 409 for a name that is there."""
    coordinators_only(actor)
    async with database.transaction():
        await _unique(details.name_pl, None)
        made: UUID = await database.fetchval(
            """INSERT INTO theme (id, slug, name_pl, name_en, name_uk, parent, colour, icon, taxonomy, taxonomy_code,
                                  reach_km, confidential, position)
               VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
                       (SELECT coalesce(max(position), 0) + 1 FROM theme WHERE parent IS NOT DISTINCT FROM $5))
               RETURNING id""",
            await _free_slug(details.name_pl), *_values(details),
        )  # fmt: skip
        await audit.record(actor, "theme.add", f"theme:{made}")
    return made


async def change(actor: Actor, id: UUID, details: Details) -> None:
    """Writes a theme anew. Raises Refused: 404, 409 for a name that is there or a place beneath itself."""
    coordinators_only(actor)
    try:
        async with database.transaction():
            await _unique(details.name_pl, id)
            was = await database.fetchval("SELECT confidential FROM theme WHERE id = $1 FOR UPDATE", id)
            if was is None:
                raise Refused("", 404)
            await database.execute(
                """UPDATE theme SET name_pl = $2, name_en = $3, name_uk = $4, parent = $5, colour = $6, icon = $7,
                          taxonomy = $8, taxonomy_code = $9, reach_km = $10, confidential = confidential OR $11
                   WHERE id = $1""",
                id, *_values(details),
            )  # fmt: skip
            hidden = await database.fetchval("SELECT confidential FROM theme WHERE id = $1", id) and not was
            await audit.record(actor, "theme.hide" if hidden else "theme.change", f"theme:{id}")
    except asyncpg.CheckViolationError as error:
        if error.constraint_name != "theme_no_circle":
            raise
        raise Refused(CIRCLE) from None


async def disclose(actor: Actor, id: UUID, word: str) -> None:
    """Makes a confidential theme open; what lies beneath it stays confidential until somebody discloses that too.

    `word` is its name, written out. Raises Refused: 404, 409 beneath a confidential one, 422 for another word.
    """
    coordinators_only(actor)
    async with database.transaction():
        row = await database.fetchrow(
            """SELECT t.name_pl, t.name_en, t.name_uk, coalesce(above.confidential, false) AS beneath
               FROM theme t LEFT JOIN theme above ON above.id = t.parent WHERE t.id = $1 FOR UPDATE OF t""",
            id,
        )
        if row is None:
            raise Refused("", 404)
        if row["beneath"]:
            raise Refused(ABOVE)
        if " ".join(word.split()) not in (row["name_pl"], row["name_en"], row["name_uk"]):
            raise Refused(WORD, 422)
        await database.execute("UPDATE theme SET confidential = false WHERE id = $1", id)
        await audit.record(actor, "theme.disclose", f"theme:{id}")


async def move(actor: Actor, id: UUID, by: int) -> None:
    """One place up (-1) or down (1) among the themes beside it; at the end nothing happens. Raises Refused 404."""
    coordinators_only(actor)
    async with database.transaction():
        rows = await database.fetch(
            """SELECT id FROM theme WHERE parent IS NOT DISTINCT FROM (SELECT parent FROM theme WHERE id = $1)
               ORDER BY position, sort_key(name_pl), id FOR UPDATE""",
            id,
        )
        order = [row["id"] for row in rows]
        if id not in order:
            raise Refused("", 404)
        at = order.index(id)
        to = min(max(at + by, 0), len(order) - 1)
        order.insert(to, order.pop(at))
        await database.execute(
            "UPDATE theme SET position = n FROM unnest($1::uuid[]) WITH ORDINALITY beside (id, n)"
            " WHERE theme.id = beside.id",
            order,
        )
        await audit.record(actor, "theme.move", f"theme:{id}")


async def retire(actor: Actor, id: UUID, day: date | None) -> None:
    """From `day` on it is offered for nothing new and stays where it is used; None: it is offered again."""
    coordinators_only(actor)
    async with database.transaction():
        if not await database.execute("UPDATE theme SET retired_on = $2 WHERE id = $1", id, day):
            raise Refused("", 404)
        await audit.record(actor, "theme.retire" if day else "theme.return", f"theme:{id}")


def _values(details: Details) -> tuple[object, ...]:
    return (
        details.name_pl, details.name_en, details.name_uk, details.parent, details.colour, details.icon,
        details.taxonomy, details.taxonomy_code, details.reach_km, details.confidential,
    )  # fmt: skip


async def _unique(name: str, id: UUID | None) -> None:
    if await database.fetchval(
        "SELECT EXISTS (SELECT FROM theme WHERE lower(name_pl) = lower($1) AND id IS DISTINCT FROM $2)", name, id
    ):
        raise Refused(SAME_NAME)


async def _free_slug(name: str) -> str:
    """A short name for addresses that no theme has; it stays when the theme is renamed."""
    rows = await database.fetch("SELECT slug FROM theme")
    return slug(name, "temat", {row["slug"] for row in rows})
