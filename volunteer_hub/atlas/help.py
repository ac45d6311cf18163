"""Help at places, as reach is reckoned from it. Whoever keeps a source says here what it gives; what was stays known.

A row is in force from `since` up to, not including, `until`. Call these in the transaction that changes the source,
which holds the source's row: two calls for one source must not run side by side.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from volunteer_hub.atlas.rules import HelpSource
from volunteer_hub.kit import database


@dataclass(frozen=True, slots=True)
class HelpAt:
    """Help of one theme at one place; its point is the place's.

    `week`: people.rules.week_of, 0 where nobody said when. `capacity`: for how many people at once; None: nobody
    counted, taken as enough for all. `since`: from an earlier or a later day than today; `until`: the first day on
    which it is gone, when that is known.
    """

    name: str
    theme: UUID
    place: UUID
    week: int = 0
    capacity: int | None = None
    since: date | None = None
    until: date | None = None


# Rows of the source that are in force on $3 or later, beside what shall be ($4…): a row stays when nothing in it
# that reach is reckoned from has changed.
_SHALL = """
    WITH shall AS (
      SELECT s.*, p.latitude, p.longitude
      FROM unnest($4::text[], $5::uuid[], $6::uuid[], $7::int[], $8::int[], $9::date[], $10::date[])
           s(name, theme, place, week, capacity, since, until) JOIN place p ON p.id = s.place)"""
_SAME = """h.theme = s.theme AND h.place = s.place AND h.week = s.week AND h.capacity IS NOT DISTINCT FROM s.capacity
           AND h.latitude = s.latitude AND h.longitude = s.longitude"""
_OF = "h.source = $1::varchar AND h.source_id = $2"
_NOT_OVER = "(h.until IS NULL OR h.until > $3::date)"


async def put(source: HelpSource, source_id: UUID, rows: Iterable[HelpAt], day: date) -> None:
    """From `day` on the source gives `rows` and nothing else; one row for a theme at a place.

    What it gave before and gives no more ends on that day and stays as history; what had not begun by then goes.
    """
    # Of two rows for one theme at one place the last holds; what would be over by then is not there at all.
    standing = (row for row in rows if row.until is None or row.until > max(day, row.since or day))
    shall = list({(row.theme, row.place): row for row in standing}.values())
    columns = [[getattr(row, name) for row in shall] for name in HelpAt.__slots__]
    values = (source.value, source_id, day, *columns)
    gone = f"{_OF} AND {_NOT_OVER} AND NOT EXISTS (SELECT FROM shall s WHERE {_SAME})"
    async with database.transaction():
        await database.execute(f"{_SHALL} DELETE FROM help h WHERE h.since >= $3::date AND {gone}", *values)
        await database.execute(f"{_SHALL} UPDATE help h SET until = $3::date WHERE {gone}", *values)
        # Those that stay: their name, their end, and their beginning, which in the past moves back only: what was in
        # force is not unsaid.
        await database.execute(
            f"""{_SHALL} UPDATE help h SET name = s.name, until = s.until,
                       since = greatest({_before("h")}, least(coalesce(s.since, $3::date),
                                                              CASE WHEN h.since < $3::date THEN h.since END))
                FROM shall s WHERE {_OF} AND {_NOT_OVER} AND {_SAME}""",
            *values,
        )
        await database.execute(
            f"""{_SHALL} INSERT INTO help (id, source, source_id, name, theme, place, latitude, longitude, week,
                                           capacity, since, until)
                SELECT gen_random_uuid(), $1::varchar, $2, s.name, s.theme, s.place, s.latitude, s.longitude, s.week,
                       s.capacity, greatest(coalesce(s.since, $3::date), {_before("s")}), s.until
                FROM shall s
                WHERE NOT EXISTS (SELECT FROM help h WHERE {_OF} AND {_NOT_OVER} AND {_SAME})""",
            *values,
        )


async def end(source: HelpSource, source_id: UUID, day: date) -> None:
    """The source gives nothing any more, from `day` on."""
    await put(source, source_id, (), day)


def _before(row: str) -> str:
    """Until when history of the same theme and place stands before `row`; null where there is none."""
    return f"""(SELECT max(b.until) FROM help b
                WHERE b.source = $1::varchar AND b.source_id = $2 AND b.theme = {row}.theme AND b.place = {row}.place
                  AND b.until <= $3::date)"""
