"""A spreadsheet of volunteers while it waits: taken in, its columns given a meaning, its lines mended and decided.

Nothing outside of the three tables of the import changes here. Coordinators only.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from volunteer_hub.access import audit
from volunteer_hub.exchange.importing import Choice
from volunteer_hub.exchange.people_import import judging, layout
from volunteer_hub.exchange.people_import.judging import Judged, Line
from volunteer_hub.exchange.people_import.layout import Sheet
from volunteer_hub.exchange.people_import.tables import ImportState
from volunteer_hub.exchange.people_import.vocabulary import Field
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web.i18n import mark

# So many lines are looked at, written or undone by one statement; and so many at once while somebody waits for a page.
AT_ONCE = 500
PAGE = 50
# How long a written file can be undone, and one that nobody writes waits.
UNDO = timedelta(days=1)

BUSY = mark("Ten plik jest już zapisany albo właśnie ktoś go zapisuje.")
INCOMPLETE = mark("Wskaż kolumny z imieniem, nazwiskiem i datą urodzenia.")
TWICE = mark("Dwie kolumny znaczą to samo. Zostaw jedną z nich.")


@dataclass(frozen=True)
class File:
    """`counts`: how many lines of which fate ("" not looked at yet, "open": still to be mended or decided)."""

    id: UUID
    state: ImportState
    name: str
    headings: list[str]
    mapping: Mapping[int, Field]
    version: int
    done: int
    created_at: datetime
    written_at: datetime | None
    counts: Counter[str]

    @property
    def lines(self) -> int:
        return sum(n for fate, n in self.counts.items() if fate != "kept")

    @property
    def looked(self) -> int:
        """How many lines somebody has looked at."""
        return self.lines - self.counts[""]

    @property
    def steps(self) -> int:
        """Of how many steps `done` are done: to write, each line is judged once more first."""
        again = self.counts["new"] + self.counts["changed"] if self.state is ImportState.WRITING else 0
        return self.lines + again

    @property
    def percent(self) -> int:
        """How far what goes on by itself is."""
        return 100 * (self.looked if self.state is ImportState.READ else self.done) // max(self.steps, 1)

    @property
    def open(self) -> int:
        return self.counts["wrong"] + self.counts["duplicate"]

    @property
    def at_work(self) -> bool:
        """Whether it goes on by itself: the page then shows how far it is."""
        waits = self.state is ImportState.READ and bool(self.mapping) and self.looked < self.lines
        return waits or self.state in (ImportState.WRITING, ImportState.UNDOING)

    @property
    def undoable(self) -> bool:
        written = self.written_at if self.state is ImportState.WRITTEN else None
        return written is not None and clock.now() < written + UNDO


FILES = """
    SELECT i.*, (SELECT json_object_agg(fate, n) FROM (
        SELECT fate, count(*) AS n FROM people_import_line WHERE file = i.id GROUP BY fate
        UNION ALL SELECT 'kept', count(*) FROM people_import_line WHERE file = i.id AND kept <> '') c) AS counts
    FROM people_import i"""
LINES = """
    SELECT id, number, cells, mended, decision, same_as, fate, volunteer, kept
    FROM people_import_line WHERE file = $1"""
# What must be mended or decided comes first, then what changes something.
ORDER = """
    ORDER BY array_position('{wrong,duplicate,changed,new,skipped,same}'::varchar[], fate), number"""


async def file(actor: Actor, id: UUID) -> File:
    """Raises Refused 404, also when it was not written within a day or written longer ago than that."""
    coordinators_only(actor)
    row = await database.fetchrow(f"{FILES} WHERE i.id = $1", id)
    if row is None:
        raise Refused("", 404)
    return _file(row)


async def recent(actor: Actor) -> list[File]:
    """Those that wait or can still be undone, the newest first."""
    coordinators_only(actor)
    return [_file(row) for row in await database.fetch(f"{FILES} ORDER BY i.created_at DESC, i.id LIMIT 20")]


async def take_in(actor: Actor, name: str, sheet: Sheet) -> UUID:
    """A file that was read. What its columns mean is remembered from the last one like it, else guessed."""
    coordinators_only(actor)
    async with database.transaction():
        known = await database.fetchval("SELECT mapping FROM import_mapping WHERE headings_hash = $1", sheet.mark)
        mapping = _mapping(known) if known else layout.guessed(sheet.headings)
        id: UUID = await database.fetchval(
            """INSERT INTO people_import (id, state, file_name, headings, mapping, created_at, created_by)
               VALUES (gen_random_uuid(), 'read', $1, $2, $3::jsonb, now(), $4) RETURNING id""",
            name[-120:], sheet.headings,
            _json(mapping) if layout.complete(mapping) else "{}", actor.account,
        )  # fmt: skip
        await database.executemany(
            """INSERT INTO people_import_line (id, file, number, cells, mended, fate, keys, decision)
               VALUES (gen_random_uuid(), $1, $2, $3, '{}', '', '{}', '')""",
            [(id, number, cells) for number, cells in sheet.rows],
        )
        await audit.record(actor, "people.import-read", f"import:{id}")
    return id


async def choose(actor: Actor, id: UUID, mapping: Mapping[int, Field]) -> None:
    """What the columns mean, said by hand; all lines are looked at anew. Raises Refused (404, 409, 422)."""
    if not layout.complete(mapping):
        raise Refused(INCOMPLETE, 422)
    if layout.twice(mapping):
        raise Refused(TWICE, 422)
    async with database.transaction():
        await held(actor, id)
        await database.execute(
            "UPDATE people_import SET mapping = $2::jsonb, version = version + 1 WHERE id = $1", id, _json(mapping)
        )
        await database.execute("UPDATE people_import_line SET fate = '', keys = '{}' WHERE file = $1", id)
        await _remember(id)


async def look(id: UUID, most: int = AT_ONCE) -> int:
    """Looks at lines nobody has looked at yet, `most` of them; how many there were."""
    async with database.transaction():
        row = await database.fetchrow("SELECT state, mapping FROM people_import WHERE id = $1 FOR NO KEY UPDATE", id)
        if row is None or row["state"] != ImportState.READ or not (mapping := _mapping(row["mapping"])):
            return 0
        found = await database.fetch(f"{LINES} AND fate = '' ORDER BY number LIMIT $2", id, most)
        await _look(id, mapping, [_line(one) for one in found])
    return len(found)


async def lines(actor: Actor, of: File, page: int, only: str = "") -> list[Judged]:
    """The lines of one page as things stand now, in the words of whoever asks; `only`: those of one fate."""
    coordinators_only(actor)
    found = await database.fetch(
        f"{LINES} AND ($2 = '' OR fate = $2) {ORDER} LIMIT $3 OFFSET $4", of.id, only, PAGE, (page - 1) * PAGE
    )
    return await judging.judge(of.id, of.mapping, [_line(row) for row in found])


async def line(actor: Actor, of: File, id: UUID) -> Judged:
    """Raises Refused 404."""
    coordinators_only(actor)
    row = await database.fetchrow(f"{LINES} AND id = $2", of.id, id)
    if row is None:
        raise Refused("", 404)
    return (await judging.judge(of.id, of.mapping, [_line(row)]))[0]


async def samples(actor: Actor, of: File) -> list[list[str]]:
    """By column, what stands in its first lines."""
    coordinators_only(actor)
    rows = await database.fetch(f"{LINES} ORDER BY number LIMIT 20", of.id)
    return [[cells[n] for row in rows for cells in [row["cells"]] if n < len(cells) and cells[n]][:3]
            for n in range(len(of.headings))]  # fmt: skip


async def mend(actor: Actor, id: UUID, line: UUID, typed: Mapping[Field, str]) -> None:
    """What somebody typed over a line. Raises Refused (404, 409)."""
    await _change(actor, id, line, "mended = mended || $3::jsonb", _json(typed))


async def decide(actor: Actor, id: UUID, line: UUID, choice: Choice | None, same_as: UUID | None = None) -> None:
    """What becomes of a line; None: as the rules say. Raises Refused (404, 409)."""
    if choice is Choice.MERGE and not await database.fetchval("SELECT id FROM volunteer WHERE id = $1", same_as):
        raise Refused("", 404)
    await _change(actor, id, line, "decision = $3, same_as = $4", choice or "", same_as)


async def drop(actor: Actor, id: UUID) -> None:
    """A file that nobody will write is thrown away. Raises Refused (404, 409)."""
    async with database.transaction():
        await held(actor, id)
        await database.execute("DELETE FROM people_import WHERE id = $1", id)
        await audit.record(actor, "people.import-drop", f"import:{id}")


async def held(actor: Actor, id: UUID) -> asyncpg.Record:
    """The file that waits, held until the transaction ends. Raises Refused (404, 409)."""
    coordinators_only(actor)
    row = await database.fetchrow("SELECT * FROM people_import WHERE id = $1 FOR NO KEY UPDATE", id)
    if row is None:
        raise Refused("", 404)
    if row["state"] != ImportState.READ:
        raise Refused(BUSY)
    return row


async def all_lines(id: UUID) -> list[Line]:
    return [_line(row) for row in await database.fetch(f"{LINES} ORDER BY number", id)]


async def _change(actor: Actor, id: UUID, line: UUID, change: str, *values: Any) -> None:
    """Changes a line, and looks anew at it and at those that share a key with it, before or after."""
    async with database.transaction():
        mapping = _mapping((await held(actor, id))["mapping"])
        keys = await database.fetchval("SELECT keys FROM people_import_line WHERE file = $1 AND id = $2", id, line)
        if keys is None:
            raise Refused("", 404)
        await database.execute(f"UPDATE people_import_line SET {change} WHERE file = $1 AND id = $2", id, line, *values)
        row = await database.fetchrow(f"{LINES} AND id = $2", id, line)
        await _look(id, mapping, [_line(row)] if row else [])
        others = await database.fetch(
            f"{LINES} AND id <> $2 AND keys && (SELECT keys || $3::text[] FROM people_import_line WHERE id = $2)",
            id, line, keys,
        )  # fmt: skip
        await _look(id, mapping, [_line(one) for one in others])
        await database.execute("UPDATE people_import SET version = version + 1 WHERE id = $1", id)


async def _look(id: UUID, mapping: Mapping[int, Field], lines: Sequence[Line]) -> None:
    await database.executemany(
        "UPDATE people_import_line SET fate = $2, keys = $3 WHERE id = $1",
        [
            (one.line.id, one.fate.value, list(one.read.keys))
            for one in await judging.judge(id, mapping, lines)
        ],
    )  # fmt: skip


async def _remember(id: UUID) -> None:
    await database.execute(
        """INSERT INTO import_mapping (id, headings_hash, mapping, changed_at)
           SELECT gen_random_uuid(), $2, mapping, now() FROM people_import WHERE id = $1
           ON CONFLICT (headings_hash) DO UPDATE SET mapping = excluded.mapping, changed_at = now()""",
        id, Sheet(list(await database.fetchval("SELECT headings FROM people_import WHERE id = $1", id)), []).mark,
    )  # fmt: skip


def _file(row: asyncpg.Record) -> File:
    counts = Counter(json.loads(row["counts"] or "{}"))
    return File(
        row["id"], ImportState(row["state"]), row["file_name"], list(row["headings"]), _mapping(row["mapping"]),
        row["version"], row["done"], row["created_at"], row["written_at"], counts,
    )  # fmt: skip


def _line(row: asyncpg.Record) -> Line:
    return Line(
        row["id"], row["number"], row["cells"], json.loads(row["mended"]), row["decision"], row["same_as"],
        row["fate"], row["volunteer"], row["kept"],
    )  # fmt: skip


def _mapping(told: str) -> dict[int, Field]:
    return {int(n): Field(name) for n, name in json.loads(told).items()}


def _json(told: Mapping[Any, Any]) -> str:
    return json.dumps({str(key): str(value) for key, value in told.items()})
