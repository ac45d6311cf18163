"""Reads of series and of school breaks. Who may see an initiative sees when it meets; who coordinates changes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from volunteer_hub.initiatives.queries import MINE, reader
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import days_off
from volunteer_hub.schedule.series import pattern as series
from volunteer_hub.schedule.series import words as series_words
from volunteer_hub.schedule.series.pattern import DaysOff, Series

COLUMNS = """
    s.id, s.initiative, s.place, s.rrule, s.first_day, s.last_day, s.times, s.starts, s.ends, s.timezone,
    s.skips_holidays, s.skips_breaks"""
OF = """
    FROM series s JOIN initiative i ON i.id = s.initiative
    JOIN place p ON p.id = s.place JOIN area a ON a.id = p.area"""


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A series as it is kept. `place_said` is its place with the address, `skips` how many days are left out."""

    id: UUID
    initiative: UUID
    title: str
    place: UUID
    place_said: str
    rrule: str
    first_day: date
    last_day: date | None
    times: int | None
    starts: time
    ends: time
    timezone: str
    skips_holidays: bool
    skips_breaks: bool
    version: int

    @property
    def plan(self) -> Series:
        return Series(
            series.read(self.rrule), self.first_day, self.last_day, self.times, self.skips_holidays, self.skips_breaks
        )

    @property
    def repeats(self) -> bool:
        return self.rrule != series.ONCE

    def said(self, today: date) -> str:
        return series_words.said(self.plan, self.starts, today)


@dataclass(frozen=True, slots=True)
class Planned:
    """A meeting of a series that is to come. `asked`: volunteers who hold an invitation or a place."""

    id: UUID
    day: date
    starts_wall: datetime
    ends_wall: datetime
    place_id: UUID
    place: str
    moved_alone: bool
    cancelled: bool
    asked: int


@dataclass(frozen=True, slots=True)
class InTheWay:
    """A planned meeting that now falls in a break or on a holiday, which its series skips; `what` names it."""

    id: UUID
    initiative: UUID
    title: str
    starts_wall: datetime
    ends_wall: datetime
    what: str
    asked: int


@dataclass(frozen=True, slots=True)
class SkipRow:
    day: date
    reason: str


@dataclass(frozen=True, slots=True)
class BreakRow:
    id: UUID
    name: str
    first_day: date
    last_day: date
    source: str


ROW = f"""
    SELECT {COLUMNS}, i.name AS title, s.version,
           p.name || ', ' || CASE WHEN p.address = '' THEN a.name ELSE p.address END AS place_said {OF}"""
ASKED = """
    (SELECT count(*) FROM assignment t JOIN opening o ON o.id = t.opening
     WHERE o.meeting = m.id AND t.state IN ('invited', 'accepted'))"""


async def all_of(actor: Actor, initiative: UUID) -> list[SeriesRow]:
    """The series of an initiative that are not over, in the order of their first days."""
    rows = await database.fetch(
        f"""{ROW} WHERE {MINE} AND i.id = $3 AND (s.last_day IS NULL OR s.last_day >= centre_today())
            ORDER BY s.first_day, s.starts, s.id""",
        *reader(actor)[:2],
        initiative,
    )
    return [SeriesRow(**row) for row in rows]


async def one(actor: Actor, id: UUID) -> SeriesRow:
    """Raises Refused 404 when it is not there for this actor."""
    row = await database.fetchrow(f"{ROW} WHERE {MINE} AND s.id = $3", *reader(actor)[:2], id)
    if row is None:
        raise Refused("", 404)
    return SeriesRow(**row)


async def planned(of: UUID, since: date | None = None) -> list[Planned]:
    """The meetings of a series that have not begun and whose day in it is `since` or later, in order; with those that
    were called off."""
    rows = await database.fetch(
        f"""SELECT m.id, m.series_day AS day, m.starts_wall, m.ends_wall, p.id AS place_id, p.name AS place,
                   m.moved_alone, m.state = 'cancelled' AS cancelled, {ASKED} AS asked
            FROM meeting m JOIN place p ON p.id = m.place
            WHERE m.series = $1 AND m.starts_at > now() AND ($2::date IS NULL OR m.series_day >= $2)
            ORDER BY m.series_day""",
        of,
        since,
    )
    return [Planned(**row) for row in rows]


async def skips(of: UUID) -> list[SkipRow]:
    rows = await database.fetch("SELECT day, reason FROM series_skip WHERE series = $1 ORDER BY day", of)
    return [SkipRow(**row) for row in rows]


async def breaks() -> list[BreakRow]:
    """All that the centre wrote down, the latest first."""
    rows = await database.fetch(
        "SELECT id, name, first_day, last_day, source FROM school_break ORDER BY first_day DESC, last_day DESC, id"
    )
    return [BreakRow(**row) for row in rows]


async def off(found: Sequence[BreakRow] | None = None) -> DaysOff:
    """The days off of this centre: public holidays and its breaks."""
    known = await breaks() if found is None else found
    return days_off.days_off((one.first_day, one.last_day) for one in known)


async def in_the_way(actor: Actor, initiative: UUID | None = None) -> list[InTheWay]:
    """Planned meetings that now fall on days off, of one initiative or of all that this actor sees, the soonest first.

    Who moved a meeting alone chose its day: it is not among them.
    """
    rows = await database.fetch(
        f"""SELECT m.id, m.initiative, i.name AS title, m.starts_wall, m.ends_wall, s.skips_holidays,
                   CASE WHEN s.skips_breaks THEN (SELECT b.name FROM school_break b
                     WHERE m.starts_wall::date BETWEEN b.first_day AND b.last_day ORDER BY b.first_day LIMIT 1)
                   END AS break, {ASKED} AS asked
            FROM meeting m JOIN series s ON s.id = m.series JOIN initiative i ON i.id = m.initiative
            WHERE {MINE} AND ($3::uuid IS NULL OR i.id = $3) AND m.state = 'planned' AND m.starts_at > now()
              AND NOT m.moved_alone AND (s.skips_breaks OR s.skips_holidays)
            ORDER BY m.starts_at, m.id""",
        *reader(actor)[:2],
        initiative,
    )
    found = []
    for row in rows:
        values = dict(row)
        holiday = days_off.holiday(row["starts_wall"].date()) if values.pop("skips_holidays") else ""
        if what := (values.pop("break") or holiday):
            found.append(InTheWay(**values, what=what))
    return found


async def of_meeting(actor: Actor, meeting: UUID) -> tuple[SeriesRow, date] | None:
    """The series of a meeting and its day in it; None when it has none that goes on, or for who may not change it."""
    if not actor.coordinates:
        return None
    row = await database.fetchrow("SELECT series, series_day FROM meeting WHERE id = $1", meeting)
    if row is None or row["series"] is None:
        return None
    found = await one(actor, row["series"])
    return (found, row["series_day"]) if found.repeats else None


async def said(actor: Actor, initiative: UUID) -> list[tuple[UUID, str, str]]:
    """Each series of an initiative that is not over: its id, itself in words, its place."""
    today = await database.fetchval("SELECT centre_today()")
    return [(row.id, row.said(today), row.place_said) for row in await all_of(actor, initiative)]
