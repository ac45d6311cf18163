"""The tasks of a circle, with dates. Their words are sealed under the task's id: they tell of one household.

Who runs the circle gives and ticks them all, a volunteer of the team sees and ticks their own alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

import asyncpg

from volunteer_hub.access import audit
from volunteer_hub.initiatives.circle_team import OBSTACLE, circle
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.kit.sealed import CannotOpen, seal, unseal
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import mark


@dataclass(frozen=True, slots=True)
class Task:
    """`words` is None where no key of ours opens them; `who` is empty while nobody does it. `late`: past its day."""

    id: UUID
    words: str | None
    who: str
    due: date | None
    done_on: date | None
    late: bool


@dataclass(frozen=True, slots=True)
class MyCircle:
    """A circle as a volunteer of its team sees it: its neutral name and how many tasks wait for them."""

    id: UUID
    name: str
    function: str
    tasks: int


# What is to be done first: late, then by its day; what is done stands last.
TASKS = """
    SELECT t.id, t.sealed, t.due, t.done_on, t.done_on IS NULL AND t.due < centre_today() AS late,
           coalesce(a.name, v.first_name || ' ' || v.last_name, '') AS who
    FROM circle_task t LEFT JOIN circle_helper h ON h.id = t.helper LEFT JOIN account a ON a.id = h.account
    LEFT JOIN volunteer v ON v.id = h.volunteer"""
SHOWN = ("who", "due", "done_on", "late")
IN_ORDER = "ORDER BY t.done_on IS NOT NULL, t.done_on DESC, t.due NULLS LAST, t.created_at, t.id"
# $1 is the account: a volunteer's place in a running team, while nothing keeps them from it.
MINE = f"""
    FROM circle_helper h JOIN volunteer v ON v.id = h.volunteer JOIN initiative i ON i.id = h.initiative
    LEFT JOIN role_asked r ON r.id = h.role
    WHERE v.account = $1 AND h.counts AND ({OBSTACLE}) IS NULL"""


async def of(settings: Settings, initiative: UUID) -> list[Task]:
    """All tasks of a circle, for who has been let in."""
    return _tasks(settings, await database.fetch(f"{TASKS} WHERE t.initiative = $1 {IN_ORDER}", initiative))


async def give(
    settings: Settings, actor: Actor, initiative: UUID, words: str, helper: UUID | None, due: date | None
) -> None:
    """One more task, of somebody who is of the team now or of nobody yet. Raises Refused (404, 409)."""
    async with database.transaction():
        await circle(actor, initiative)
        there = "SELECT true FROM circle_helper WHERE id = $1 AND initiative = $2 AND left_on IS NULL FOR SHARE"
        if helper and not await database.fetchval(there, helper, initiative):
            raise Refused(mark("Tej osoby nie ma już w zespole. Wybierz kogoś innego."))
        id = uuid4()
        await database.execute(
            "INSERT INTO circle_task (id, initiative, helper, sealed, due, created_at, by)"
            " VALUES ($1, $2, $3, $4, $5, now(), $6)",
            id, initiative, helper, seal(settings.field_keys, words, where=_where(id)), due, actor.account,
        )  # fmt: skip
        await audit.record(actor, "circle.task", f"initiative:{initiative}")


async def set_done(actor: Actor, initiative: UUID, task: UUID, *, done: bool) -> None:
    """Ticks a task, or takes the tick back. Raises Refused 404."""
    async with database.transaction():
        await circle(actor, initiative)
        await _tick("id = $1 AND initiative = $2", done, task, initiative)
        await audit.record(actor, "circle.task", f"initiative:{initiative}")


async def remove(actor: Actor, initiative: UUID, task: UUID) -> None:
    """Takes a task out; one that is gone already is gone. Raises Refused 404."""
    async with database.transaction():
        await circle(actor, initiative)
        await database.execute("DELETE FROM circle_task WHERE id = $1 AND initiative = $2", task, initiative)
        await audit.record(actor, "circle.task", f"initiative:{initiative}")


async def my_circles(actor: Actor) -> list[MyCircle]:
    """The circles whose team this volunteer is in, by name."""
    if actor.role is not Role.VOLUNTEER:
        return []
    rows = await database.fetch(
        f"""SELECT i.id, i.name, h.function,
                   (SELECT count(*) FROM circle_task t WHERE t.helper = h.id AND t.done_on IS NULL) AS tasks
            {MINE} ORDER BY sort_key(i.name), i.id""",
        actor.account,
    )
    return [MyCircle(**row) for row in rows]


async def mine(settings: Settings, actor: Actor, initiative: UUID) -> tuple[MyCircle, list[Task]]:
    """One of them and the volunteer's own tasks, once it is written down that they read. Raises Refused 404."""
    found = next((one for one in await my_circles(actor) if one.id == initiative), None)
    if found is None:
        raise Refused("", 404)
    async with database.transaction():
        await audit.record(actor, "circle.read", f"initiative:{initiative}")
        rows = await database.fetch(
            f"{TASKS} WHERE t.initiative = $1 AND h.left_on IS NULL AND v.account = $2 {IN_ORDER}",
            initiative, actor.account,
        )  # fmt: skip
    return found, _tasks(settings, rows)


async def tick_mine(actor: Actor, initiative: UUID, task: UUID, *, done: bool) -> None:
    """A volunteer ticks a task of their own. Raises Refused 404."""
    async with database.transaction():
        of = f"SELECT h.id {MINE} AND h.initiative = $2 FOR SHARE OF h"
        place = await database.fetchval(of, actor.account, initiative)
        if actor.role is not Role.VOLUNTEER or place is None:
            raise Refused("", 404)
        await _tick("id = $1 AND helper = $2", done, task, place)
        await audit.record(actor, "circle.task", f"initiative:{initiative}")


async def forget_saying(settings: Settings, says: Callable[[str], bool]) -> None:
    """Deletes the tasks whose words `says` holds of; for erasing somebody. What no key opens stays."""
    rows = await database.fetch("SELECT id, sealed FROM circle_task")
    told = {row["id"]: _opened(settings, row["id"], row["sealed"]) for row in rows}
    await database.execute(
        "DELETE FROM circle_task WHERE id = ANY($1)", [id for id, text in told.items() if text and says(text)]
    )


async def _tick(which: str, done: bool, *values: object) -> None:
    became = "coalesce(done_on, centre_today())" if done else "NULL"
    if not await database.execute(f"UPDATE circle_task SET done_on = {became} WHERE {which}", *values):
        raise Refused("", 404)


def _tasks(settings: Settings, rows: list[asyncpg.Record]) -> list[Task]:
    return [
        Task(id=one["id"], words=_opened(settings, one["id"], one["sealed"]), **{name: one[name] for name in SHOWN})
        for one in rows
    ]


def _opened(settings: Settings, id: UUID, sealed: bytes) -> str | None:
    try:
        return unseal(settings.field_keys, bytes(sealed), where=_where(id))
    except CannotOpen:
        return None


def _where(id: UUID) -> str:
    return f"circle-task:{id}"
