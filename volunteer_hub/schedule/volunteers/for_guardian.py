"""What a guardian sees: what a child of this age may be asked to do, and what this child is to do and has done.

The link of the guardian is the right to see it, so these reads take what the link led to, and no actor.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from volunteer_hub.initiatives.rules import CONFIDENTIAL
from volunteer_hub.kit import database
from volunteer_hub.schedule.states import AssignmentState

DAYS_AHEAD = 60
MOST_KINDS = 12
PAST = 10


@dataclass(frozen=True, slots=True)
class KindOfTask:
    """A role that is open to the age: where, on which weekdays (1 is Monday), between which hours."""

    title: str
    role: str
    tasks: str
    areas: list[str]
    weekdays: list[int]
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class AgeRule:
    """A limit in force for the age: everywhere, or for one place or role (`where`)."""

    where: str
    barred: bool
    most_hours_day: int | None
    most_hours_week: int | None
    earliest: time | None
    latest: time | None


@dataclass(frozen=True, slots=True)
class Task:
    """One dated task of the child. Of a confidential group neither title nor role shows, of a home no address."""

    title: str
    role: str
    place: str
    area: str
    starts_wall: datetime
    ends_wall: datetime
    state: AssignmentState


# $1 is the age; the kinds and themes that nobody is told of are left out as on the public list.
KINDS = f"""
    SELECT i.name AS title, r.name AS role, r.tasks, array_agg(DISTINCT a.name::text) AS areas,
           array_agg(DISTINCT extract(isodow FROM m.starts_wall)::int) AS weekdays,
           min(m.starts_wall::time) AS starts, max(m.ends_wall::time) AS ends
    FROM meeting m JOIN opening o ON o.meeting = m.id JOIN role_asked r ON r.id = o.role
    JOIN initiative i ON i.id = m.initiative JOIN theme t ON t.id = i.theme
    JOIN place p ON p.id = m.place JOIN area a ON a.id = p.area
    WHERE m.state = 'planned' AND m.starts_at > now() AND m.starts_at < now() + interval '{DAYS_AHEAD} days'
      AND i.public AND i.state = 'running' AND NOT t.confidential AND i.kind <> ALL ($2)
      AND r.minor_safe AND coalesce(r.min_age, 0) <= $1 AND coalesce(r.max_age, 200) >= $1
    GROUP BY i.id, r.id ORDER BY min(m.starts_at), i.name, r.name LIMIT {MOST_KINDS}"""

LIMITS = """
    SELECT coalesce(p.name, r.name, '') AS where, l.barred, l.most_hours_day, l.most_hours_week, l.earliest, l.latest
    FROM age_limit l LEFT JOIN place p ON p.id = l.place LEFT JOIN role_asked r ON r.id = l.role
    WHERE l.from_age <= $1 AND $1 < l.under_age AND l.valid_from <= $2
      AND (l.valid_until IS NULL OR l.valid_until >= $2) AND (p.id IS NULL OR NOT p.private)
    ORDER BY l.place IS NOT NULL OR l.role IS NOT NULL, 1, l.id LIMIT 20"""

TASKS = """
    SELECT CASE WHEN i.kind = ANY($2) OR t.confidential THEN '' ELSE i.name END AS title,
           CASE WHEN i.kind = ANY($2) OR t.confidential THEN '' ELSE r.name END AS role,
           CASE WHEN i.kind = ANY($2) OR t.confidential OR p.private THEN ''
                ELSE concat_ws(', ', nullif(p.name, ''), nullif(p.address, '')) END AS place,
           a.name AS area, m.starts_wall, m.ends_wall, s.state
    FROM assignment s JOIN opening o ON o.id = s.opening JOIN role_asked r ON r.id = o.role
    JOIN meeting m ON m.id = o.meeting AND m.state = 'planned' JOIN place p ON p.id = m.place
    JOIN area a ON a.id = p.area JOIN initiative i ON i.id = m.initiative JOIN theme t ON t.id = i.theme
    WHERE s.volunteer = $1"""
COMING = f"{TASKS} AND s.state IN ('invited', 'accepted') AND m.ends_at > now() ORDER BY m.starts_at, s.id LIMIT 50"
PAST_ONES = f"""{TASKS} AND s.state IN ('accepted', 'done') AND m.ends_at <= now()
    ORDER BY m.starts_at DESC, s.id LIMIT {PAST}"""


async def kinds_of_tasks(age: int) -> list[KindOfTask]:
    """What somebody of this age may be asked to do in the coming weeks, the soonest first."""
    return [KindOfTask(**row) for row in await database.fetch(KINDS, age, list(CONFIDENTIAL))]


async def age_rules(age: int, today: date) -> list[AgeRule]:
    """The limits in force for the age: those for everywhere first."""
    return [AgeRule(**row) for row in await database.fetch(LIMITS, age, today)]


async def tasks_of(volunteer: UUID) -> tuple[list[Task], list[Task]]:
    """What the child is asked to do or has accepted, the soonest first; what they have done, the newest first."""
    found = [await database.fetch(sql, volunteer, list(CONFIDENTIAL)) for sql in (COMING, PAST_ONES)]
    coming, past = ([Task(**dict(row) | {"state": AssignmentState(row["state"])}) for row in rows] for rows in found)
    return coming, past
