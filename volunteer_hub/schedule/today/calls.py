"""Participants whom no SMS reminds of a meeting: who rings or tells them, by what way, and what they said.

Whose phone is silent by their own wish, who has none, who is reached through somebody: they answer like the others.
"""

from dataclasses import dataclass
from uuid import UUID

from volunteer_hub.initiatives.queries import INSIDE, MINE, reader
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.rules import Reach
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.attendance.queries import BELONGED

# Whoever no SMS can reach: no consent, no number, or STOP from it. Who asked us not to use their data is left in peace.
BY_VOICE = f"""
    {BELONGED} AND p.restricted_at IS NULL
    AND (NOT p.sms_ok OR p.phone IS NULL OR EXISTS (SELECT FROM opt_out x WHERE x.address = p.phone))"""

# $4 the meeting, $5 whether the reader may see a number.
CALLS = f"""
    SELECT e.id AS member, p.alias AS name, CASE WHEN $5 THEN coalesce(p.phone, '') ELSE '' END AS phone, p.reach,
           p.reach_note AS note, c.comes
    FROM meeting m JOIN initiative i ON i.id = m.initiative JOIN member e ON e.initiative = m.initiative
    JOIN participant p ON p.id = e.participant LEFT JOIN coming c ON c.meeting = m.id AND c.member = e.id
    WHERE m.id = $4 AND {MINE} AND {INSIDE} AND {BY_VOICE} ORDER BY c.comes IS NOT NULL, sort_key(p.alias), e.id"""

# Meetings of the next two days about which somebody still has to be told by voice; of a group for who runs it only.
DUE = f"""
    EXISTS (SELECT FROM member e JOIN participant p ON p.id = e.participant
            LEFT JOIN coming c ON c.meeting = m.id AND c.member = e.id
            WHERE e.initiative = m.initiative AND c.comes IS NULL AND {BY_VOICE})"""

MEMBER = f"""
    SELECT e.id FROM meeting m JOIN initiative i ON i.id = m.initiative JOIN member e ON e.initiative = m.initiative
    WHERE m.id = $4 AND e.id = $5 AND {MINE} AND {INSIDE} AND {BELONGED}"""

COMING = """
    INSERT INTO coming (id, meeting, member) VALUES (gen_random_uuid(), $1, $2)
    ON CONFLICT (meeting, member) DO UPDATE SET member = excluded.member RETURNING id"""


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody to remind by voice. `note` says through whom or where, when they are reached so."""

    member: UUID
    name: str
    phone: str
    reach: Reach
    note: str
    comes: bool | None


async def calls(actor: Actor, meeting: UUID) -> list[Call]:
    """Who has not answered first; nobody where they are not for this actor."""
    rings = actor.role in (Role.COORDINATOR, Role.SPECIALIST)
    rows = await database.fetch(CALLS, *reader(actor), meeting, rings)
    return [Call(**dict(row) | {"reach": Reach(row["reach"])}) for row in rows]


async def say(actor: Actor, meeting: UUID, member: UUID, *, comes: bool) -> None:
    """Writes down what they said on the telephone or to whom they were reached through.

    Raises Refused: 404 for who does not see them, 410 when the meeting has begun or is off.
    """
    async with database.transaction():
        known = await database.fetchval(MEMBER, *reader(actor), meeting, member)
        if known is None:
            raise Refused("", 404)
        await actions.answer_coming(await database.fetchval(COMING, meeting, member), comes, "desk")
