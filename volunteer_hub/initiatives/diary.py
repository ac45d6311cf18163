"""The diary of an initiative: what happened, day by day. Of a group or circle its words are sealed.

Who runs it writes and reads; of what is not confidential any coordinator. With a break-glass one reads and does not
write. Every reading of a group's or circle's diary is a line in the log.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from volunteer_hub.access import audit, break_glass
from volunteer_hub.initiatives import queries
from volunteer_hub.initiatives.queries import InitiativeRow
from volunteer_hub.kit import database, paging
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.kit.sealed import CannotOpen, seal, unseal
from volunteer_hub.settings import Settings

PAGE = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """`words` is None where no key of ours opens them; `by` is empty where the account has gone."""

    id: UUID
    day: date
    words: str | None
    by: str


@dataclass(frozen=True, slots=True)
class Diary:
    """A page of it, the newest day first. `may_write`: not through a glass."""

    initiative: InitiativeRow
    entries: list[Entry]
    page: int
    pages: int
    may_write: bool


ENTRIES = """
    SELECT d.id, d.day, d.words, d.sealed, coalesce(a.name, '') AS by FROM diary_entry d
    LEFT JOIN account a ON a.id = d.by WHERE d.initiative = $1
    ORDER BY d.day DESC, d.at DESC, d.id LIMIT $2 OFFSET $3"""


async def read(settings: Settings, actor: Actor, initiative: UUID, page: int = 1) -> Diary:
    """A page of the diary, once it is written down that it was read. Raises Refused 404."""
    row = await queries.initiative(actor, initiative)
    if row is None or not (row.inside or await break_glass.open_for(actor, f"initiative:{initiative}")):
        raise Refused("", 404)
    total = await database.fetchval("SELECT count(*) FROM diary_entry WHERE initiative = $1", initiative)
    page, pages = paging.within(page, total, PAGE), paging.pages(total, PAGE)
    async with database.transaction():
        if row.confidential:
            await audit.record(actor, "diary.read", f"initiative:{initiative}")
        rows = await database.fetch(ENTRIES, initiative, PAGE, (page - 1) * PAGE)
    entries = [
        Entry(one["id"], one["day"], _opened(settings, one["id"], one["words"], one["sealed"]), one["by"])
        for one in rows
    ]
    return Diary(row, entries, page, pages, queries.changes(actor, row))


async def write(settings: Settings, actor: Actor, initiative: UUID, day: date, words: str) -> None:
    """One more entry. Raises Refused 404."""
    async with database.transaction():
        row = await queries.changing(actor, initiative)
        id = uuid4()
        sealed = seal(settings.field_keys, words, where=_where(id)) if row.confidential else None
        await database.execute(
            "INSERT INTO diary_entry (id, initiative, day, words, sealed, at, by)"
            " VALUES ($1, $2, $3, $4, $5, now(), $6)",
            id, initiative, day, "" if sealed else words, sealed, actor.account,
        )  # fmt: skip
        await audit.record(actor, "diary.write", f"initiative:{initiative}")


async def remove(actor: Actor, initiative: UUID, entry: UUID) -> None:
    """Takes an entry out; one that is gone already is gone. Raises Refused 404."""
    async with database.transaction():
        await queries.changing(actor, initiative)
        if await database.execute("DELETE FROM diary_entry WHERE id = $1 AND initiative = $2", entry, initiative):
            await audit.record(actor, "diary.remove", f"initiative:{initiative}")


async def forget_saying(settings: Settings, says: Callable[[str], bool]) -> None:
    """Deletes the sealed entries whose words `says` holds of; for erasing somebody. What no key opens stays."""
    rows = await database.fetch("SELECT id, sealed FROM diary_entry WHERE sealed IS NOT NULL")
    told = {row["id"]: _opened(settings, row["id"], "", row["sealed"]) for row in rows}
    await database.execute(
        "DELETE FROM diary_entry WHERE id = ANY($1)", [id for id, text in told.items() if text and says(text)]
    )


def _opened(settings: Settings, id: UUID, words: str, sealed: bytes | None) -> str | None:
    if sealed is None:
        return words
    try:
        return unseal(settings.field_keys, bytes(sealed), where=_where(id))
    except CannotOpen:
        return None


def _where(id: UUID) -> str:
    return f"diary:{id}"
