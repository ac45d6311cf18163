"""A file of volunteers written, all of it or nothing, and undone within a day as far as nothing happened since.

Either is begun by whoever says so first (the state of the file, changed once) and carried out in one transaction, here
or in a worker: whoever holds the file's lock. One that was killed left nothing behind, and is found again.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextvars import Context
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import structlog

from volunteer_hub.access import audit
from volunteer_hub.exchange.comparing import Fate
from volunteer_hub.exchange.importing import NOT_WHOLE, Written
from volunteer_hub.exchange.people_import import files, judging, undoing
from volunteer_hub.exchange.people_import.files import AT_ONCE, BUSY, File
from volunteer_hub.exchange.people_import.judging import DETAILS, LISTS, Judged
from volunteer_hub.exchange.people_import.tables import ImportState
from volunteer_hub.intake import merged_seats
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import corrections, duplicates, many
from volunteer_hub.schedule.risks import standing
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import mark

log = structlog.get_logger("import")

LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('people-import:' || $1::uuid, 0))"
TOO_LATE = mark("Tego pliku nie można już cofnąć: minął dzień albo ktoś już to zrobił.")

# Told how many lines are done, from time to time.
Told = Callable[[int], Awaitable[None]]
T = TypeVar("T")


async def begin(actor: Actor, id: UUID, version: int) -> None:
    """Says to write the file as it was shown. Of two at once, one does. Raises Refused (404, 409)."""
    seen = await files.file(actor, id)
    if seen.open or seen.looked < seen.lines:
        raise Refused(NOT_WHOLE)
    begun = await database.fetchval(
        """UPDATE people_import SET state = 'writing', acting = $3, done = 0
           WHERE id = $1 AND state = 'read' AND version = $2 RETURNING id""",
        id, version, actor.account,
    )  # fmt: skip
    if begun is None:
        raise Refused(BUSY)


async def begin_undo(actor: Actor, id: UUID) -> None:
    """Says to undo the file. Of two at once, one does. Raises Refused (404, 409)."""
    await files.file(actor, id)
    begun = await database.fetchval(
        """UPDATE people_import SET state = 'undoing', acting = $3, done = 0
           WHERE id = $1 AND state = 'written' AND written_at > now() - $2::interval RETURNING id""",
        id, files.UNDO, actor.account,
    )  # fmt: skip
    if begun is None:
        raise Refused(TOO_LATE)


async def carry_out(id: UUID, told: Told | None = None) -> Written | None:
    """Does what was begun; None when somebody else is at it, or there is nothing to do.

    What cannot be written goes back to waiting, looked at anew. Raises Refused when so.
    """
    try:
        async with database.transaction():
            if not await database.fetchval(LOCK, id):
                return None
            row = await database.fetchrow("SELECT state, acting FROM people_import WHERE id = $1", id)
            actor = Actor(Role.COORDINATOR if row and row["acting"] else Role.MACHINE, row["acting"] if row else None)
            if row and row["state"] == ImportState.WRITING:
                return await _write(actor, await files.file(actor, id), told)
            if row and row["state"] == ImportState.UNDOING:
                await undoing.undo(actor, id, told)
    except (Refused, asyncpg.PostgresError) as error:
        log.warning("import not carried out", error=type(error).__name__)
        await _back(id)
        raise
    return None


async def go_on(settings: Settings) -> None:
    """A worker's round: looks at lines that wait for it, writes and undoes what was begun."""
    for row in await database.fetch(
        """SELECT id FROM people_import i WHERE state = 'read' AND mapping <> '{}'
             AND EXISTS (SELECT FROM people_import_line l WHERE l.file = i.id AND l.fate = '') ORDER BY created_at"""
    ):
        while await files.look(row["id"]):
            pass
    for row in await database.fetch("SELECT id FROM people_import WHERE state IN ('writing', 'undoing')"):
        try:
            await carry_out(row["id"], _teller(row["id"]))
        except Refused:
            continue


def _teller(id: UUID) -> Told:
    async def tell(done: int) -> None:
        # Outside of the transaction that writes, else nobody would see it before the end.
        told = database.execute("UPDATE people_import SET done = $2 WHERE id = $1", id, done)
        await asyncio.create_task(told, context=Context())

    return tell


async def _write(actor: Actor, file: File, told: Told | None) -> Written:
    judged: list[Judged] = []
    for part in _parts(await files.all_lines(file.id)):
        judged += await judging.judge(file.id, file.mapping, part)
        if told:
            await told(len(judged))
    if any(one.open for one in judged):
        raise Refused(NOT_WHOLE)
    done = len(judged)
    for new in _parts([one for one in judged if one.fate is Fate.NEW]):
        await _add(actor, new)
        done += len(new)
        if told:
            await told(done)
    for one in judged:
        if one.fate is Fate.CHANGED:
            await _correct(actor, file.id, one)
            done += 1
            if told:
                await told(done)
    await database.execute(
        """UPDATE people_import_line l SET stamp = md5(v::text) FROM volunteer v
           WHERE l.file = $1 AND v.id = l.volunteer""", file.id,
    )  # fmt: skip
    await database.execute("UPDATE people_import SET state = 'written', written_at = now() WHERE id = $1", file.id)
    counts = [sum(one.fate is fate for one in judged) for fate in (Fate.NEW, Fate.CHANGED)]
    written = Written(counts[0], counts[1], len(judged) - sum(counts))
    about = f"import:new={written.new},changed={written.changed},left={written.left}"
    await audit.record(actor, "people.import-write", about)
    return written


async def _add(actor: Actor, new: Sequence[Judged]) -> None:
    people = [judging.newcomer(one) for one in new]
    await many.add_volunteers(actor, people)
    await database.executemany(
        "UPDATE people_import_line SET volunteer = $2, fate = 'new' WHERE id = $1",
        [(one.line.id, who.id) for one, who in zip(new, people, strict=True)],
    )
    for one, who in zip(new, people, strict=True):
        for alike in one.alike:
            await duplicates.tell_apart(actor, who.id, alike.who.id)


async def _correct(actor: Actor, file: UUID, one: Judged) -> None:
    who, becomes, lists = one.existing, one.becomes, one.lists
    if who is None or becomes is None or lists is None:
        raise Refused(NOT_WHOLE)
    before: dict[str, Any] = {name: _plain(getattr(who.details, name)) for name in DETAILS}
    before |= {name: list(who.lists[name]) for name in LISTS}
    before |= {"latitude": who.point[0], "longitude": who.point[1], "account": who.account and str(who.account)}
    await corrections.correct(actor, who.id, who.version, becomes)
    await database.execute(
        "UPDATE volunteer SET causes = $2, skills = $3, languages = $4 WHERE id = $1",
        who.id,
        *map(list, lists.values()),
    )
    # As after every correction: a number that is another's too may have the same code open already.
    await merged_seats.tell_again(who.id, f"import:{file}")
    await standing.recheck(actor, who.id)
    await database.execute(
        "UPDATE people_import_line SET volunteer = $2, before = $3::jsonb, fate = 'changed' WHERE id = $1",
        one.line.id, who.id, json.dumps(before),
    )  # fmt: skip


async def _back(id: UUID) -> None:
    """What could not be written waits again; what could not be undone is as it was written."""
    async with database.transaction():
        state = await database.fetchval(
            """UPDATE people_import SET state = CASE state WHEN 'writing' THEN 'read' ELSE 'written' END, done = 0,
                   version = version + 1 WHERE id = $1 AND state IN ('writing', 'undoing') RETURNING state""",
            id,
        )
        if state == ImportState.READ:
            await database.execute("UPDATE people_import_line SET fate = '' WHERE file = $1", id)
    while await files.look(id):
        pass


def _parts(of: Sequence[T]) -> Iterator[Sequence[T]]:
    return (of[n : n + AT_ONCE] for n in range(0, len(of), AT_ONCE))


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
