"""What a volunteer sees of their own assignments."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.schedule.silence import FULL
from volunteer_hub.schedule.states import AssignmentState
from volunteer_hub.schedule.waiting import offers as waiting


@dataclass(frozen=True, slots=True)
class Task:
    """An assignment as its volunteer sees it. `place` of a home shows once they accepted; so does `at`, its point.

    `checked`: they said yes, and the centre must look at something first. `clash`: they have accepted another task for
    that time. `place_in_line`: on its waiting list, 0: not on it. `until`: a place is offered to them until then;
    `instead`: it is somebody's who cannot come. `named_until`: somebody they named may answer until then. `full`: we
    told them that no answer is needed any more.
    """

    id: UUID
    title: str
    role: str
    tasks: str
    starts_wall: datetime
    ends_wall: datetime
    place: str
    at: str
    area: str
    state: AssignmentState
    checked: bool
    clash: bool
    place_in_line: int
    until: datetime | None
    instead: bool
    named_until: datetime | None
    full: bool

    @property
    def in_line(self) -> bool:
        """They wait until a place comes free; nothing is theirs to answer now."""
        return self.place_in_line > 0 and self.until is None


async def tasks(actor: Actor) -> list[Task]:
    """What this volunteer is asked to do, has accepted or asked for, from now on, the soonest first."""
    if actor.role is not Role.VOLUNTEER:
        return []
    rows = await database.fetch(
        f"""SELECT s.id, i.name AS title, r.name AS role, r.tasks, m.starts_wall, m.ends_wall, a.name AS area, s.state,
                  CASE WHEN p.private AND s.state <> 'accepted' THEN '' ELSE concat_ws(', ', nullif(p.name, ''),
                       nullif(p.address, '')) END AS place,
                  CASE WHEN s.state = 'accepted' THEN p.latitude || ',' || p.longitude ELSE '' END AS at,
                  s.state = 'invited' AND s.answered_at IS NOT NULL AND s.at_risk <> '' AS checked,
                  s.state = 'accepted' AND s.at_risk = 'clash' AS clash,
                  {waiting.PLACE} AS place_in_line, s.instead_of IS NOT NULL AS instead,
                  CASE WHEN s.state = 'invited' THEN s.offer_until AT TIME ZONE m.timezone END AS until,
                  CASE WHEN s.named_until > now() THEN s.named_until AT TIME ZONE m.timezone END AS named_until,
                  s.state = 'silent' AND (SELECT channel FROM assignment_change c WHERE c.assignment = s.id
                                          ORDER BY at DESC, id LIMIT 1) = '{FULL}' AS full
           FROM volunteer v JOIN assignment s ON s.volunteer = v.id JOIN opening o ON o.id = s.opening
           JOIN role_asked r ON r.id = o.role JOIN meeting m ON m.id = o.meeting JOIN place p ON p.id = m.place
           JOIN area a ON a.id = p.area JOIN initiative i ON i.id = m.initiative
           WHERE v.account = $1 AND m.state = 'planned' AND m.ends_at > now()
             AND (s.state IN ('invited', 'accepted') OR s.state = 'silent' AND m.starts_at > now()
                  OR s.state = 'proposed' AND s.asked_at IS NOT NULL)
           ORDER BY m.starts_at, s.id""",
        actor.account,
    )
    return [Task(**dict(row) | {"state": AssignmentState(row["state"])}) for row in rows]
