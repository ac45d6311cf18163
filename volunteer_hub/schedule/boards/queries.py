"""Reads of the boards: the meetings of a week by day and place, of a month by day, and as a list.

Each board is one statement, whatever its number of meetings. Who may see which is decided in it, by the actor; names of
people are nowhere in it, for the week hangs on a wall.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

import asyncpg

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.schedule.boards.filters import Filters, narrow
from volunteer_hub.schedule.queries import THEIRS

# Rows of a week on one page, and of a list.
PLACES = 50
LINES = 50
# Meetings named on a day of the month; the others are a number.
NAMED = 3


@dataclass(frozen=True, slots=True)
class Card:
    """A meeting on a board: its seats are those of all its openings. `missing`: how many the least numbers still lack;
    `risk`: how many who said yes may not come; `ahead`: it has not begun."""

    id: UUID
    title: str
    kind: str
    starts_wall: datetime
    ends_wall: datetime
    place: str
    area: str
    private: bool
    cancelled: bool
    ahead: bool
    taken: int
    most: int
    invited: int
    missing: int
    risk: int
    roles: str


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A row of the week. `number` counts from 1 on its page."""

    number: int
    name: str
    area: str
    private: bool


@dataclass(frozen=True, slots=True)
class Cell:
    row: PlaceRow
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A day of the week; its seats are those of all places, also on other pages."""

    day: date
    number: int
    taken: int
    most: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """`total`: its meetings in all places; `pages`: of `PLACES` places each."""

    columns: tuple[Column, ...]
    rows: tuple[PlaceRow, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class MonthDay:
    """`cards` are the first of its `total` planned meetings; `missing`: how many people they lack together."""

    day: date
    total: int
    short: int
    missing: int
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    cards: tuple[Card, ...]
    total: int
    page: int
    pages: int


# $1 and $2 are the reader, $3 and $4 the first wall time and the one after the last. The instants narrow by the index:
# no zone is further than a day from another. Seats are looked up meeting by meeting, and all else is windows: joined,
# the planner takes the meetings for a few and compares each with each.
SHOWN = f"""
    WITH shown AS (
        SELECT m.id, m.place AS place_id, m.starts_wall, m.ends_wall, m.state = 'cancelled' AS cancelled,
               m.starts_at > now() AS ahead, i.name AS title, i.kind, p.name AS place, p.private, a.name AS area,
               s.taken, s.most, s.invited, s.roles,
               CASE WHEN m.state = 'planned' AND m.starts_at > now() THEN s.missing ELSE 0 END AS missing,
               CASE WHEN m.state = 'planned' AND m.starts_at > now() THEN s.risk ELSE 0 END AS risk
        FROM meeting m JOIN initiative i ON i.id = m.initiative JOIN place p ON p.id = m.place
        JOIN area a ON a.id = p.area
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(o.taken), 0) AS taken, coalesce(sum(o.most), 0) AS most,
                   coalesce(sum(greatest(o.least - o.taken, 0)), 0) AS missing, coalesce(sum(w.invited), 0) AS invited,
                   coalesce(sum(w.risk), 0) AS risk,
                   coalesce(string_agg(r.name, ', ' ORDER BY sort_key(r.name)), '') AS roles
            FROM opening o JOIN role_asked r ON r.id = o.role
            CROSS JOIN LATERAL (
                SELECT count(*) FILTER (WHERE state = 'invited') AS invited,
                       count(*) FILTER (WHERE state = 'accepted' AND at_risk <> '') AS risk
                FROM assignment WHERE opening = o.id) w
            WHERE o.meeting = m.id) s
        WHERE m.starts_at >= $3::timestamp - interval '1 day' AND m.starts_at < $4::timestamp + interval '1 day'
          AND m.starts_wall >= $3 AND m.starts_wall < $4 AND {THEIRS} %s
    ), narrowed AS (SELECT * FROM shown WHERE true %s)"""

WEEK = """, gathered AS (
        SELECT n.*, count(*) OVER () AS total, count(*) OVER (PARTITION BY n.place_id) AS here,
               sum(n.taken) FILTER (WHERE NOT n.cancelled) OVER day AS day_taken,
               sum(n.most) FILTER (WHERE NOT n.cancelled) OVER day AS day_most
        FROM narrowed n WINDOW day AS (PARTITION BY n.starts_wall::date)
    ), placed AS (
        SELECT *, dense_rank() OVER (ORDER BY here DESC, sort_key(place), place_id) AS line FROM gathered
    ), counted AS (SELECT *, max(line) OVER () AS places FROM placed),
    paged AS (SELECT *, least(%s, (places - 1) / {most} + 1) AS page FROM counted)
    SELECT * FROM paged WHERE line > (page - 1) * {most} AND line <= page * {most}
    ORDER BY starts_wall::date, line, starts_wall, id"""

MONTH = """, counted AS (
        SELECT n.*, count(*) OVER day AS total, count(*) FILTER (WHERE n.missing > 0) OVER day AS day_short,
               sum(n.missing) OVER day AS day_missing,
               row_number() OVER (PARTITION BY n.starts_wall::date ORDER BY n.starts_wall, n.id) AS nth
        FROM narrowed n WHERE NOT n.cancelled WINDOW day AS (PARTITION BY n.starts_wall::date)
    )
    SELECT * FROM counted WHERE nth <= {named} ORDER BY starts_wall, id"""

LIST = """, counted AS (
        SELECT n.*, count(*) OVER () AS total, row_number() OVER (ORDER BY n.starts_wall, n.id) AS line FROM narrowed n
    ), paged AS (SELECT *, least(%s, (total - 1) / {most} + 1) AS page FROM counted)
    SELECT * FROM paged WHERE line > (page - 1) * {most} AND line <= page * {most} ORDER BY line"""


async def week(actor: Actor, monday: date, filters: Filters, page: int = 1) -> Week:
    """The seven days from `monday`: of each the meetings by place, the places with most meetings first."""
    rows = await _fetch(actor, monday, monday + timedelta(days=7), filters, WEEK.format(most=PLACES), page)
    first = rows[0] if rows else None
    skipped = (first["page"] - 1) * PLACES if first else 0
    places = {row["place_id"]: _place(row, skipped) for row in rows}
    by_day = {day: list(of) for day, of in groupby(rows, lambda row: row["starts_wall"].date())}
    days = (monday + timedelta(days=n) for n in range(7))
    return Week(
        columns=tuple(_column(number, day, by_day.get(day, []), places) for number, day in enumerate(days, 1)),
        rows=tuple(sorted(places.values(), key=lambda place: place.number)),
        total=first["total"] if first else 0,
        page=first["page"] if first else 1,
        pages=(first["places"] - 1) // PLACES + 1 if first else 1,
    )


async def month(actor: Actor, first: date, days: int, filters: Filters) -> tuple[MonthDay, ...]:
    """`days` days from `first`; what is called off is not counted."""
    rows = await _fetch(actor, first, first + timedelta(days=days), filters, MONTH.format(named=NAMED))
    by_day = {day: list(of) for day, of in groupby(rows, lambda row: row["starts_wall"].date())}
    return tuple(_month_day(day, by_day.get(day, [])) for day in (first + timedelta(days=n) for n in range(days)))


async def listed(actor: Actor, first: date, days: int, filters: Filters, page: int = 1) -> Lines:
    """The meetings of `days` days from `first`, in the order of time."""
    rows = await _fetch(actor, first, first + timedelta(days=days), filters, LIST.format(most=LINES), page)
    total = rows[0]["total"] if rows else 0
    return Lines(
        cards=tuple(map(_card, rows)),
        total=total,
        page=rows[0]["page"] if rows else 1,
        pages=max(1, (total - 1) // LINES + 1),
    )


async def _fetch(
    actor: Actor, first: date, after: date, filters: Filters, board: str, *page: int
) -> list[asyncpg.Record]:
    values: list[Any] = [actor.role, actor.account, datetime.combine(first, time()), datetime.combine(after, time())]
    narrowed = narrow(filters, values)
    # The numbers stand in the text: so that the planner knows how many rows are wanted.
    return await database.fetch(SHOWN % narrowed + board % tuple(map(int, page)), *values)


def _place(row: asyncpg.Record, skipped: int) -> PlaceRow:
    return PlaceRow(row["line"] - skipped, row["place"], row["area"], row["private"])


def _column(number: int, day: date, rows: list[asyncpg.Record], places: Mapping[UUID, PlaceRow]) -> Column:
    cells = tuple(Cell(places[place], tuple(map(_card, of))) for place, of in groupby(rows, lambda r: r["place_id"]))
    taken, most = (rows[0]["day_taken"] or 0, rows[0]["day_most"] or 0) if rows else (0, 0)
    return Column(day, number, int(taken), int(most), cells)


def _month_day(day: date, rows: list[asyncpg.Record]) -> MonthDay:
    if not rows:
        return MonthDay(day, 0, 0, 0, ())
    first = rows[0]
    return MonthDay(day, first["total"], first["day_short"], int(first["day_missing"]), tuple(map(_card, rows)))


def _card(row: asyncpg.Record) -> Card:
    numbers: dict[str, Any] = {name: int(row[name]) for name in ("taken", "most", "invited", "missing", "risk")}
    rest = {name: row[name] for name in Card.__slots__ if name not in numbers}
    return Card(**rest, **numbers)
