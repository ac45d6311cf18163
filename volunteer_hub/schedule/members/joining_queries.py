"""Reads of who wants to belong: the list of a group or course, for those who see its members and nobody else."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from volunteer_hub.initiatives.queries import INSIDE, reader
from volunteer_hub.initiatives.rules import JoiningState
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor

WAITING = f"""
    SELECT j.id, j.participant, p.alias AS name, j.state, j.since, j.offer_until, j.silences, j.channel,
           CASE WHEN j.state = 'offered' AND j.offer_until IS NULL THEN coalesce(p.phone, '') ELSE '' END AS ring
    FROM joining j JOIN initiative i ON i.id = j.initiative JOIN participant p ON p.id = j.participant
    WHERE i.id = $4 AND j.state IN ('asked', 'waiting', 'offered') AND {INSIDE}
    ORDER BY array_position(ARRAY['asked', 'offered', 'waiting']::text[], j.state::text), j.since, j.id"""

ROOM = f"""
    SELECT i.most_members, i.present, i.join_code, i.most_members IS NOT NULL AND i.present >= i.most_members AS full
    FROM initiative i WHERE i.id = $4 AND {INSIDE}"""


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody on the list. `offer_until`: a place is kept for them; `ring`: the number to call about it, where no
    SMS goes; it is empty when there is none either."""

    id: UUID
    participant: UUID
    name: str
    state: JoiningState
    since: datetime
    offer_until: datetime | None
    silences: int
    channel: str
    ring: str


@dataclass(frozen=True, slots=True)
class Room:
    """How many may belong (None: as many as come), how many do, and what one writes by SMS to ask for it."""

    most_members: int | None
    present: int
    join_code: str
    full: bool


async def waiting(actor: Actor, initiative: UUID, *, glass: bool = False) -> list[Waiter]:
    """Who asks, then whose answer we wait for, then the list in its order."""
    rows = await database.fetch(WAITING, *reader(actor, glass), initiative)
    return [Waiter(**dict(row) | {"state": JoiningState(row["state"])}) for row in rows]


async def room(actor: Actor, initiative: UUID, *, glass: bool = False) -> Room | None:
    """Of whose members the actor sees."""
    row = await database.fetchrow(ROOM, *reader(actor, glass), initiative)
    return Room(**row) if row else None
