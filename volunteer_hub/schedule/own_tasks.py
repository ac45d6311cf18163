"""What a volunteer sees of their own assignments."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.schedule.rules import AssignmentState


@dataclass(frozen=True, slots=True)
class Task:
    """An assignment as its volunteer sees it. `place` of a home shows once they accepted.

    `full`: they said yes when no seat was left. `checked`: they said yes, and the centre must look at something first.
    `waits`: they asked for it and are on its waiting list.
    """

    id: UUID
    title: str
    role: str
    tasks: str
    starts_wall: datetime
    ends_wall: datetime
    place: str
    area: str
    state: AssignmentState
    full: bool
    checked: bool
    waits: bool


async def tasks(actor: Actor) -> list[Task]:
    """What this volunteer is asked to do, has accepted or asked for, from now on, the soonest first."""
    if actor.role is not Role.VOLUNTEER:
        return []
    rows = await database.fetch(
        """SELECT s.id, i.name AS title, r.name AS role, r.tasks, m.starts_wall, m.ends_wall, a.name AS area, s.state,
                  CASE WHEN p.private AND s.state <> 'accepted' THEN '' ELSE concat_ws(', ', nullif(p.name, ''),
                       nullif(p.address, '')) END AS place,
                  s.state = 'invited' AND s.answered_at IS NOT NULL AND s.at_risk = '' AS full,
                  s.state = 'invited' AND s.answered_at IS NOT NULL AND s.at_risk <> '' AS checked,
                  s.waiting_since IS NOT NULL AS waits
           FROM volunteer v JOIN assignment s ON s.volunteer = v.id JOIN opening o ON o.id = s.opening
           JOIN role_asked r ON r.id = o.role JOIN meeting m ON m.id = o.meeting JOIN place p ON p.id = m.place
           JOIN area a ON a.id = p.area JOIN initiative i ON i.id = m.initiative
           WHERE v.account = $1 AND m.state = 'planned' AND m.ends_at > now()
             AND (s.state IN ('invited', 'accepted') OR s.state = 'proposed' AND s.asked_at IS NOT NULL)
           ORDER BY m.starts_at, s.id""",
        actor.account,
    )
    return [Task(**dict(row) | {"state": AssignmentState(row["state"])}) for row in rows]
