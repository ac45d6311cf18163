"""A support circle's room: the household, the team, its tasks. Read by who runs it; through a break-glass, not written.

Every reading is a line in the log, as of a diary.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from volunteer_hub.access import audit, break_glass
from volunteer_hub.initiatives import circle_tasks, circle_team, queries
from volunteer_hub.initiatives.circle_rules import COLLEAGUES, Obstacle
from volunteer_hub.initiatives.circle_tasks import Task
from volunteer_hub.initiatives.queries import InitiativeRow, MemberRow
from volunteer_hub.initiatives.rules import InitiativeKind
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.settings import Settings


@dataclass(frozen=True, slots=True)
class Helper:
    """`volunteer`: not a colleague. `obstacle`: what has come since between a volunteer and the team."""

    id: UUID
    name: str
    function: str
    volunteer: bool
    leads: bool
    joined_on: date
    left_on: date | None
    obstacle: Obstacle | None


@dataclass(frozen=True, slots=True)
class Room:
    """`changes`: gives and ticks tasks; `steers`: says who is of the team."""

    circle: InitiativeRow
    household: list[MemberRow]
    team: list[Helper]
    tasks: list[Task]
    changes: bool
    steers: bool

    @property
    def present(self) -> list[Helper]:
        return [one for one in self.team if one.left_on is None]

    @property
    def led(self) -> bool:
        return any(one.leads for one in self.team)


TEAM = f"""
    SELECT h.id, coalesce(a.name, v.first_name || ' ' || v.last_name) AS name,
           coalesce(nullif(h.function, ''), r.name, '') AS function, h.volunteer IS NOT NULL AS volunteer, h.leads,
           h.joined_on, h.left_on, CASE WHEN v.id IS NOT NULL AND h.left_on IS NULL THEN {circle_team.OBSTACLE} END
           AS obstacle
    FROM circle_helper h LEFT JOIN account a ON a.id = h.account LEFT JOIN volunteer v ON v.id = h.volunteer
    LEFT JOIN role_asked r ON r.id = h.role
    WHERE h.initiative = $1 ORDER BY h.left_on IS NOT NULL, NOT h.leads, h.volunteer IS NOT NULL, 2, h.id"""


async def room(settings: Settings, actor: Actor, initiative: UUID) -> Room:
    """Raises Refused 404 for everybody outside, and for what is no circle."""
    row = await queries.initiative(actor, initiative)
    if row is None or row.kind is not InitiativeKind.CIRCLE:
        raise Refused("", 404)
    glass = not row.inside
    if glass and not await break_glass.open_for(actor, f"initiative:{initiative}"):
        raise Refused("", 404)
    async with database.transaction():
        await audit.record(actor, "circle.read", f"initiative:{initiative}")
        team = await database.fetch(TEAM, initiative)
    return Room(
        row,
        await queries.members(actor, initiative, glass=glass),
        [Helper(**dict(one) | {"obstacle": Obstacle(one["obstacle"]) if one["obstacle"] else None}) for one in team],
        await circle_tasks.of(settings, initiative),
        queries.changes(actor, row),
        await circle_team.steers(actor, row),
    )


async def colleagues(initiative: UUID) -> list[tuple[str, str]]:
    """(id, name) of colleagues who are not of the team now, for a choice. The caller has let its reader in."""
    rows = await database.fetch(
        """SELECT a.id, a.name FROM account a WHERE a.role = ANY($2) AND a.closed_at IS NULL AND NOT EXISTS (
               SELECT FROM circle_helper h WHERE h.initiative = $1 AND h.account = a.id AND h.left_on IS NULL)
           ORDER BY sort_key(a.name), a.id""",
        initiative, [role.value for role in COLLEAGUES],
    )  # fmt: skip
    return [(str(row["id"]), row["name"]) for row in rows]
