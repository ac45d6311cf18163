"""Searches that a coordinator keeps under a name, for themselves or for all of the desk."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.wanted import Wanted
from volunteer_hub.web.i18n import mark

MOST_VIEWS = 50
TWICE = mark("Masz już widok o tej nazwie. Nazwij ten inaczej.")


@dataclass(frozen=True)
class View:
    """A kept search; `query` is what `wanted.kept` reads. Only its owner changes it: `mine`."""

    id: UUID
    name: str
    query: str
    shared: bool
    mine: bool
    owner: str


async def views(actor: Actor) -> list[View]:
    """The actor's own views and those that others share, by name. Raises Refused 404."""
    coordinators_only(actor)
    rows = await database.fetch(
        """SELECT w.id, w.name, w.query, w.shared, w.account = $1 AS mine, a.name AS owner
           FROM saved_view w JOIN account a ON a.id = w.account WHERE w.account = $1 OR w.shared
           ORDER BY sort_key(w.name), w.id LIMIT $2""",
        actor.account, 2 * MOST_VIEWS,
    )  # fmt: skip
    return [View(**row) for row in rows]


async def keep(actor: Actor, name: str, of: Wanted, *, shared: bool) -> None:
    """Keeps the search under `name`. Raises Refused: 404; 409 when the actor has one of that name, or too many."""
    coordinators_only(actor)
    async with database.transaction():
        mine = await database.fetchval("SELECT count(*) FROM saved_view WHERE account = $1", actor.account)
        if mine >= MOST_VIEWS:
            raise Refused(mark("Masz już 50 widoków. Usuń taki, który nie jest potrzebny."))
        added = await database.execute(
            "INSERT INTO saved_view (id, account, name, query, shared, created_at)"
            " VALUES (gen_random_uuid(), $1, $2, $3, $4, now()) ON CONFLICT (account, name) DO NOTHING",
            actor.account, name, of.query, shared,
        )  # fmt: skip
        if not added:
            raise Refused(TWICE)


async def change(actor: Actor, view: UUID, name: str, *, shared: bool) -> None:
    """Another name, or for others too. Raises Refused: 404 also for the view of somebody else; 409."""
    coordinators_only(actor)
    try:
        changed = await database.execute(
            "UPDATE saved_view SET name = $3, shared = $4 WHERE id = $1 AND account = $2",
            view, actor.account, name, shared,
        )  # fmt: skip
    except asyncpg.UniqueViolationError:
        raise Refused(TWICE) from None
    if not changed:
        raise Refused("", 404)


async def forget(actor: Actor, view: UUID) -> None:
    """Takes the view away; once more changes nothing. One that somebody else shares stays: Refused 404.

    One that others keep to themselves is answered as one that is not there any more.
    """
    coordinators_only(actor)
    if await database.fetchval("SELECT shared AND account <> $2 FROM saved_view WHERE id = $1", view, actor.account):
        raise Refused("", 404)
    async with database.transaction():
        if await database.execute("DELETE FROM saved_view WHERE id = $1 AND account = $2", view, actor.account):
            await audit.record(actor, "people.view.delete", f"saved-view:{view}")
