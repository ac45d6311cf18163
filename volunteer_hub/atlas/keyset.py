"""Lists that are paged by a place to go on from, so that the last page costs what the first one does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from volunteer_hub.atlas.viewport import Asked
from volunteer_hub.kit import database
from volunteer_hub.web import forms

PAGE = 50
# What is found is counted up to here; a list that is longer is "more than".
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Order:
    """By what a list stands: SQL over its rows, all upwards or all `down`. With the id behind it no two share a place.

    An index on the same keeps a page of a long list cheap.
    """

    keys: tuple[str, ...]
    down: bool = False


@dataclass(frozen=True, slots=True)
class Ids:
    """A page of a list. `total` is how many there are, or MOST_COUNTED and `more_than`.

    `before` and `after` are ids to go on from, empty where nobody follows; an address may hold them.
    """

    ids: list[UUID]
    total: int
    more_than: bool
    before: str = ""
    after: str = ""


async def page(rows: str, of: str, asked: Asked, order: Order, *, after: str = "", before: str = "") -> Ids:
    """The page of `rows` (SQL of tables; `of` names the one whose ids are wanted) behind `after`, or before `before`.

    A place that is gone, or is no id, is the beginning.
    """
    keys = [*order.keys, f"{of}.id"]
    at = await _place(rows, of, keys, after or before)
    backwards = bool(at and before and not after)
    async with database.transaction():
        # The plan must be made for these very values: a rare word and a common theme want different ones.
        await database.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        found = await _ids(rows, of, asked, keys, at, down=order.down != backwards)
        more = len(found) > PAGE
        total = await _count(rows, asked) if more or at else len(found)
    if backwards and not more:
        return await page(rows, of, asked, order)
    ids = found[:PAGE][::-1] if backwards else found[:PAGE]
    earlier, later = (more, True) if backwards else (bool(at), more)
    ends = (str(ids[0]), str(ids[-1])) if ids else ("", "")
    return Ids(
        ids, min(total, MOST_COUNTED), total > MOST_COUNTED, ends[0] if earlier else "", ends[1] if later else ""
    )


def in_order(ids: Sequence[UUID], rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows in the order of `ids`; what has gone meanwhile is left out."""
    known = {row["id"]: row for row in rows}
    return [known[id] for id in ids if id in known]


async def _place(rows: str, of: str, keys: Sequence[str], cursor: str) -> list[Any] | None:
    if (id := forms.id_of(cursor)) is None:
        return None
    row = await database.fetchrow(f"SELECT {', '.join(keys)} FROM {rows} WHERE {of}.id = $1", id)
    return list(row) if row else None


async def _count(rows: str, asked: Asked) -> int:
    found: int = await database.fetchval(
        f"SELECT count(*) FROM (SELECT FROM {rows} WHERE {asked.where} LIMIT {MOST_COUNTED + 1}) n", *asked.values
    )
    return found


async def _ids(
    rows: str, of: str, asked: Asked, keys: Sequence[str], at: Sequence[Any] | None, *, down: bool
) -> list[UUID]:
    where, values = asked.where, [*asked.values]
    if at:
        marks = ", ".join(f"${len(values) + n}" for n in range(1, len(at) + 1))
        where += f" AND ({', '.join(keys)}) {'<' if down else '>'} ({marks})"
        values += at
    by = ", ".join(f"{key} {'DESC' if down else ''}" for key in keys)
    found = await database.fetch(
        f"SELECT {of}.id FROM {rows} WHERE {where} ORDER BY {by} LIMIT {PAGE + 1}", *values
    )
    return [row["id"] for row in found]
