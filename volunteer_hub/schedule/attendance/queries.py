"""Reads of attendance: who was expected at a meeting and who was there, and where nobody has said it yet.

Who leads a group or circle, or coordinates it, sees its participants; another coordinator only its volunteers.
"""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from volunteer_hub.initiatives.queries import INSIDE, MINE, reader
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import centre, queries
from volunteer_hub.schedule.queries import THEIRS, MeetingView
from volunteer_hub.schedule.states import AssignmentState, Missed

# So long before a meeting somebody may begin: the first ones are there.
EARLY = "interval '1 hour'"
# Of {member} e at the meeting m, both joined in.
BELONGED = "e.joined_on <= m.starts_wall::date AND (e.left_on IS NULL OR e.left_on > m.starts_wall::date)"
EXPECTED = f"""(
    EXISTS (SELECT FROM member e WHERE e.initiative = m.initiative AND {BELONGED})
    OR EXISTS (SELECT FROM opening o JOIN assignment s ON s.opening = o.id
               WHERE o.meeting = m.id AND s.state = 'accepted'))"""

TIMES = f"""
    SELECT m.noted_at, m.starts_at - {EARLY} <= now() AS begun,
           m.ends_at + make_interval(days => $2) > now() AS open,
           extract(epoch FROM m.ends_at - m.starts_at)::int / 60 AS minutes FROM meeting m WHERE m.id = $1"""
PARTICIPANTS = f"""
    SELECT e.id, p.alias AS name, c.id AS coming, c.comes, c.came, {INSIDE} AS inside
    FROM meeting m JOIN initiative i ON i.id = m.initiative JOIN member e ON e.initiative = m.initiative
    JOIN participant p ON p.id = e.participant LEFT JOIN coming c ON c.meeting = m.id AND c.member = e.id
    WHERE m.id = $4 AND {MINE} AND ({BELONGED} OR c.came IS NOT NULL) ORDER BY sort_key(p.alias), e.id"""
HELPERS = """
    SELECT s.id, s.volunteer, s.opening, s.state, v.first_name || ' ' || left(v.last_name, 1) || '.' AS name,
           r.name AS role, s.missed_reason AS reason, s.missed_words AS words, h.minutes, v.account = $2 AS own,
           coalesce(h.state = 'reported', false) AS reported
    FROM opening o JOIN assignment s ON s.opening = o.id JOIN volunteer v ON v.id = s.volunteer
    JOIN role_asked r ON r.id = o.role LEFT JOIN hours_worked h ON h.assignment = s.id
    WHERE o.meeting = $1 AND s.state IN ('accepted', 'done', 'missed') ORDER BY sort_key(v.first_name), s.id"""
CHANGES = """
    SELECT c.meeting, p.alias AS name, h.became, h.was, h.at, coalesce(a.name, '') AS by
    FROM coming c JOIN coming_change h ON h.coming = c.id JOIN member e ON e.id = c.member
    JOIN participant p ON p.id = e.participant LEFT JOIN account a ON a.id = h.by
    WHERE $2 AND c.meeting = $1 AND h.was IS NOT NULL
    UNION ALL
    SELECT o.meeting, v.first_name || ' ' || left(v.last_name, 1) || '.', h.became = 'done', h.was = 'done', h.at,
           coalesce(a.name, '')
    FROM opening o JOIN assignment s ON s.opening = o.id JOIN assignment_change h ON h.assignment = s.id
    JOIN volunteer v ON v.id = s.volunteer LEFT JOIN account a ON a.id = h.by
    WHERE o.meeting = $1 AND h.was IN ('done', 'missed') AND h.became IN ('done', 'missed')
    ORDER BY at DESC, name LIMIT 50"""
NOT_NOTED = f"""
    SELECT m.id, m.initiative, i.name AS title, i.kind, m.starts_wall, m.ends_wall
    FROM meeting m JOIN initiative i ON i.id = m.initiative
    WHERE m.state = 'planned' AND m.noted_at IS NULL AND m.ends_at <= now()
      AND m.ends_at > now() - make_interval(days => $3) AND {THEIRS} AND ($4::uuid IS NULL OR m.initiative = $4)
      AND {EXPECTED} ORDER BY m.ends_at, m.id LIMIT 200"""


@dataclass(frozen=True, slots=True)
class Participant:
    """`id` is the membership. `comes`: what they had said, `came`: what was noted; None where nothing was."""

    id: UUID
    name: str
    comes: bool | None
    came: bool | None

    @property
    def there(self) -> bool:
        """What the list says of them until somebody says otherwise."""
        return self.came if self.came is not None else self.comes is not False


@dataclass(frozen=True, slots=True)
class Helper:
    """A volunteer on the roster. `minutes` are those noted or reported; `own`: this is the reader themselves."""

    id: UUID
    volunteer: UUID
    opening: UUID
    state: AssignmentState
    name: str
    role: str
    reason: str
    words: str
    minutes: int | None
    own: bool
    reported: bool

    @property
    def there(self) -> bool:
        return self.state is not AssignmentState.MISSED


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody's attendance was corrected."""

    name: str
    came: bool
    at: datetime
    by: str


@dataclass(frozen=True)
class Sheet:
    """Everybody of one meeting. `hidden`: participants whom this reader must not know; `minutes`: how long it is."""

    meeting: MeetingView
    noted_at: datetime | None
    begun: bool
    open: bool
    minutes: int
    participants: list[Participant]
    hidden: int
    helpers: list[Helper]
    changes: list[Change] = field(default_factory=list)

    @property
    def mark(self) -> str:
        """Tells what is noted now from what was noted before; what people answered by SMS meanwhile is no part."""
        facts = [f"{one.id}{one.came}" for one in self.participants if one.came is not None]
        facts += [
            f"{one.id}{one.state}{one.minutes}{one.reason}{one.words}"
            for one in self.helpers
            if one.state is not AssignmentState.ACCEPTED
        ]
        return sha256("\n".join(sorted(facts)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class NotNoted:
    """A meeting that is over, where nobody has said yet who was there."""

    id: UUID
    initiative: UUID
    title: str
    kind: str
    starts_wall: datetime
    ends_wall: datetime


async def sheet(actor: Actor, meeting: UUID) -> Sheet:
    """Raises Refused 404 when it is not there for this actor."""
    view = await queries.meeting(actor, meeting)
    times = await database.fetchrow(TIMES, meeting, centre.settings().attendance_days)
    if view is None or times is None:
        raise Refused("", 404)
    people = await database.fetch(PARTICIPANTS, *reader(actor), meeting)
    seen = [row for row in people if row["inside"]]
    helpers = await database.fetch(HELPERS, meeting, actor.account)
    return Sheet(
        view, times["noted_at"], times["begun"], times["open"] and not view.cancelled, times["minutes"],
        participants=[Participant(row["id"], row["name"], row["comes"], row["came"]) for row in seen],
        hidden=len(people) - len(seen),
        helpers=[_helper(dict(row)) for row in helpers],
        changes=[
            Change(row["name"], row["became"], row["at"], row["by"])
            for row in await database.fetch(CHANGES, meeting, not people or len(seen) == len(people))
        ],
    )  # fmt: skip


async def not_noted(actor: Actor, initiative: UUID | None = None) -> list[NotNoted]:
    """Meetings that are over without attendance, of all this actor sees or of one initiative; the oldest first.

    Only as long as it can still be noted, and where somebody was expected.
    """
    rows = await database.fetch(NOT_NOTED, actor.role, actor.account, centre.settings().attendance_days, initiative)
    return [NotNoted(**row) for row in rows]


def _helper(row: dict[str, Any]) -> Helper:
    reason = Missed(row["reason"]) if row["reason"] else ""
    return Helper(**row | {"state": AssignmentState(row["state"]), "reason": reason, "own": bool(row["own"])})
