"""Reads of regular tasks: of a series for the desk, of one's own for the volunteer."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, Role, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule.regular import notices as regular_notices
from volunteer_hub.schedule.series import words as series_words
from volunteer_hub.schedule.states import AssignmentState

# Meetings within its days: how many are theirs, and which are not.
TASKS = """
    SELECT t.id, t.series, t.role AS role_id, r.name AS role, i.name AS title, t.volunteer,
           v.first_name || ' ' || left(v.last_name, 1) || '.' AS name, t.state, t.first_day, t.last_day,
           t.override_word, sms_to(v) = '' AND mail_to(v) = '' AS ring, a.name AS area, s.rrule,
           CASE WHEN p.private AND t.state <> 'accepted' THEN '' ELSE concat_ws(', ', nullif(p.name, ''),
                nullif(p.address, '')) END AS place,
           s.first_day AS series_first, s.last_day AS series_last, s.times, s.starts, s.timezone, s.skips_holidays,
           s.skips_breaks, coalesce(x.theirs, 0) AS theirs, coalesce(x.missing, '{}') AS missing
    FROM regular_task t JOIN volunteer v ON v.id = t.volunteer JOIN role_asked r ON r.id = t.role
    JOIN series s ON s.id = t.series JOIN initiative i ON i.id = s.initiative JOIN place p ON p.id = s.place
    JOIN area a ON a.id = p.area
    LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE g.state = 'accepted') AS theirs,
               array_agg(m.starts_wall ORDER BY m.starts_at) FILTER (WHERE g.state IS DISTINCT FROM 'accepted')
                 AS missing
        FROM meeting m JOIN opening o ON o.meeting = m.id AND o.role = t.role
        LEFT JOIN assignment g ON g.opening = o.id AND g.volunteer = t.volunteer
        WHERE m.series = t.series AND m.state = 'planned' AND m.starts_at > now() AND m.series_day >= t.first_day
          AND (t.last_day IS NULL OR m.series_day <= t.last_day)) x ON t.state = 'accepted'
    WHERE (t.last_day IS NULL OR t.last_day >= centre_today())
      AND (s.last_day IS NULL OR s.last_day >= centre_today())"""
# Of these openings of a role that wants the same person each time; the first meeting to come of each series.
ROLES = """
    SELECT r.id, r.name, r.continuity FROM role_asked r JOIN series s ON s.initiative = r.initiative
    WHERE s.id = $1 ORDER BY sort_key(r.name), r.id"""
NEXT = """
    SELECT o.id FROM opening o JOIN meeting m ON m.id = o.meeting
    WHERE m.series = $1 AND o.role = $2 AND m.state = 'planned' AND m.starts_at > now() ORDER BY m.starts_at LIMIT 1"""
FIRST_OF = """
    SELECT m.series FROM opening o JOIN meeting m ON m.id = o.meeting JOIN role_asked r ON r.id = o.role
    JOIN series s ON s.id = m.series
    WHERE o.id = $1 AND r.continuity AND s.rrule <> 'FREQ=DAILY;COUNT=1' AND NOT EXISTS (
        SELECT FROM regular_task t WHERE t.series = s.id AND t.role = r.id AND t.state IN ('invited', 'accepted'))"""


@dataclass(frozen=True, slots=True)
class RegularTask:
    """`said`: its days in words; `missing`: planned meetings within them that are not theirs. `place`: with its
    address; of a home only when they said yes."""

    id: UUID
    series: UUID
    role: str
    title: str
    place: str
    area: str
    volunteer: UUID
    name: str
    state: AssignmentState
    first_day: date
    last_day: date | None
    override_word: str
    ring: bool
    said: str
    theirs: int
    missing: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class RoleOf:
    """A role of a series' initiative. `continuity`: it wants the same person each time."""

    id: UUID
    name: str
    continuity: bool


async def of_series(actor: Actor, series: UUID) -> list[RegularTask]:
    """Who takes it regularly or is asked to, and who said no; not what is over. Raises Refused 404."""
    coordinators_only(actor)
    order = "array_position(ARRAY['accepted', 'invited']::text[], t.state::text) NULLS LAST, t.created_at, t.id"
    return [_task(row) for row in await database.fetch(f"{TASKS} AND t.series = $1 ORDER BY {order}", series)]


async def mine(actor: Actor) -> list[RegularTask]:
    """The volunteer's own, asked and taken."""
    if actor.role is not Role.VOLUNTEER:
        return []
    rows = await database.fetch(
        f"""{TASKS} AND v.account = $1 AND t.state IN ('invited', 'silent', 'accepted')
            ORDER BY t.state DESC, t.first_day""",
        actor.account,
    )
    return [_task(row) for row in rows]


async def one(actor: Actor, id: UUID) -> RegularTask:
    """For a coordinator, or for its volunteer. Raises Refused 404."""
    row = await database.fetchrow(
        f"{TASKS} AND t.id = $1 AND ($2 OR v.account = $3)", id, actor.coordinates, actor.account
    )
    if row is None:
        raise Refused("", 404)
    return _task(row)


async def roles(series: UUID) -> list[RoleOf]:
    return [RoleOf(**row) for row in await database.fetch(ROLES, series)]


async def next_opening(series: UUID, role: UUID) -> UUID | None:
    """The role's place at the next meeting: whom to ask is judged by it."""
    return await database.fetchval(NEXT, series, role)


async def offered_first(opening: UUID) -> UUID | None:
    """The series of an opening whose role wants the same person each time and has nobody yet; None otherwise."""
    return await database.fetchval(FIRST_OF, opening)


def _task(row: asyncpg.Record) -> RegularTask:
    derived = {"said", "state", "missing"}
    values: dict[str, Any] = {name: row[name] for name in RegularTask.__slots__ if name not in derived}
    said = series_words.said(regular_notices.plan_of(row), row["starts"], clock.today(row["timezone"]))
    return RegularTask(**values, said=said, state=AssignmentState(row["state"]), missing=tuple(row["missing"]))
