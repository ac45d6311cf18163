"""Reads of interdisciplinary teams, for coordinators alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from volunteer_hub.atlas.rules import NeedState
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.schedule.states import MeetingState
from volunteer_hub.settings import Settings


@dataclass(frozen=True)
class TeamRow:
    id: UUID
    name: str
    area: UUID | None
    area_slug: str | None
    area_name: str | None
    closed: bool
    people: int
    next_at: datetime | None
    tasks: int


@dataclass(frozen=True)
class MemberRow:
    id: UUID
    name: str
    function: str
    email: str
    phone: str
    left_on: date | None


@dataclass(frozen=True)
class TeamMeetingRow:
    """`may_change`: it is still ahead, so it may be moved or called off."""

    id: UUID
    team: UUID
    team_name: str
    area: UUID | None
    area_slug: str | None
    area_name: str | None
    place: UUID
    place_name: str
    address: str
    starts_wall: datetime
    ends_wall: datetime
    state: MeetingState
    may_change: bool
    points: int
    decided: int


@dataclass(frozen=True)
class ItemRow:
    """A point of an agenda; `title` is the need's, else the words typed. Without a need it has no figures."""

    id: UUID
    need: UUID | None
    title: str
    state: NeedState | None
    urgency: int | None
    people: int | None
    decision: str
    decided_at: datetime | None


@dataclass(frozen=True)
class TaskRow:
    id: UUID
    meeting: UUID
    item: UUID | None
    words: str
    member: UUID | None
    who: str
    due: date | None
    done_on: date | None
    late: bool


TEAMS = """
    SELECT t.id, t.name, t.area, a.slug AS area_slug, a.name AS area_name, t.closed_at IS NOT NULL AS closed,
           (SELECT count(*) FROM team_member e WHERE e.team = t.id AND e.left_on IS NULL) AS people,
           (SELECT min(m.starts_wall) FROM team_meeting m
            WHERE m.team = t.id AND m.state = 'planned' AND m.ends_at > now()) AS next_at,
           (SELECT count(*) FROM team_task k JOIN team_meeting m ON m.id = k.meeting
            WHERE m.team = t.id AND k.done_on IS NULL) AS tasks
    FROM team t LEFT JOIN area a ON a.id = t.area"""
MEETINGS = """
    SELECT m.id, m.team, t.name AS team_name, m.area, a.slug AS area_slug, a.name AS area_name, m.place,
           p.name AS place_name, p.address, m.starts_wall, m.ends_wall, m.state,
           m.state = 'planned' AND m.starts_at > now() AS may_change, count(i.id) AS points,
           count(i.id) FILTER (WHERE i.decision <> '') AS decided
    FROM team_meeting m JOIN team t ON t.id = m.team JOIN place p ON p.id = m.place LEFT JOIN area a ON a.id = m.area
    LEFT JOIN agenda_item i ON i.meeting = m.id"""
ITEMS = """
    SELECT i.id, i.need, coalesce(n.title, i.words) AS title, n.state, n.urgency, n.people, i.decision,
           i.decided_at
    FROM agenda_item i LEFT JOIN need n ON n.id = i.need WHERE i.meeting = $1 ORDER BY i.position, i.id"""
TASKS = """
    SELECT k.id, k.meeting, k.item, k.words, k.member, coalesce(e.name, '') AS who, k.due, k.done_on,
           k.done_on IS NULL AND k.due < $2 AS late
    FROM team_task k JOIN team_meeting m ON m.id = k.meeting LEFT JOIN team_member e ON e.id = k.member"""
FIRST_OPEN = "ORDER BY k.done_on IS NOT NULL, k.due NULLS LAST, k.words, k.id"


async def teams(actor: Actor) -> list[TeamRow]:
    """Teams that meet, those with the next meeting first, then the closed ones."""
    rows = await database.fetch(f"{TEAMS} WHERE $1 ORDER BY t.closed_at, next_at NULLS LAST, t.name", actor.coordinates)
    return [TeamRow(**row) for row in rows]


async def team(actor: Actor, id: UUID) -> TeamRow | None:
    row = await database.fetchrow(f"{TEAMS} WHERE $1 AND t.id = $2", actor.coordinates, id)
    return TeamRow(**row) if row else None


async def members(actor: Actor, team: UUID) -> list[MemberRow]:
    """People of the team, those who left after those who stay."""
    rows = await database.fetch(
        "SELECT id, name, function, email, phone, left_on FROM team_member WHERE $1 AND team = $2"
        " ORDER BY left_on NULLS FIRST, sort_key(name), id",
        actor.coordinates,
        team,
    )
    return [MemberRow(**row) for row in rows]


async def meetings(actor: Actor, team: UUID) -> list[TeamMeetingRow]:
    """The team's meetings, the latest first."""
    rows = await database.fetch(
        f"{MEETINGS} WHERE $1 AND m.team = $2 GROUP BY m.id, t.id, p.id, a.id ORDER BY m.starts_at DESC, m.id",
        actor.coordinates,
        team,
    )
    return [TeamMeetingRow(**{**row, "state": MeetingState(row["state"])}) for row in rows]


async def meeting(actor: Actor, id: UUID) -> TeamMeetingRow | None:
    row = await database.fetchrow(
        f"{MEETINGS} WHERE $1 AND m.id = $2 GROUP BY m.id, t.id, p.id, a.id", actor.coordinates, id
    )
    return TeamMeetingRow(**{**row, "state": MeetingState(row["state"])}) if row else None


async def agenda(actor: Actor, meeting: UUID) -> list[ItemRow]:
    rows = await database.fetch(ITEMS, meeting) if actor.coordinates else []
    return [ItemRow(**{**row, "state": NeedState(row["state"]) if row["state"] else None}) for row in rows]


async def slug(area: UUID) -> str:
    """The district's name in addresses; empty for none."""
    return str(await database.fetchval("SELECT slug FROM area WHERE id = $1", area) or "")


async def community(actor: Actor, needs: Sequence[UUID]) -> list[UUID]:
    """Those of `needs` that are nobody's own, in their order."""
    rows = await database.fetch(
        "SELECT n.id FROM unnest($1::uuid[]) WITH ORDINALITY AS u(id, nr) JOIN need n ON n.id = u.id"
        " WHERE $2 AND NOT n.personal ORDER BY u.nr",
        needs,
        actor.coordinates,
    )
    return [row["id"] for row in rows]


async def tasks_of_meeting(settings: Settings, actor: Actor, meeting: UUID) -> list[TaskRow]:
    rows = await database.fetch(
        f"{TASKS} WHERE k.meeting = $1 AND $3 {FIRST_OPEN}", meeting, clock.today(settings.timezone), actor.coordinates
    )
    return [TaskRow(**row) for row in rows]


async def tasks_of_team(settings: Settings, actor: Actor, team: UUID) -> list[TaskRow]:
    """What the team took on at all its meetings, what is open first."""
    rows = await database.fetch(
        f"{TASKS} WHERE m.team = $1 AND $3 {FIRST_OPEN}", team, clock.today(settings.timezone), actor.coordinates
    )
    return [TaskRow(**row) for row in rows]
