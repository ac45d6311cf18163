"""Whom a volunteer visits: the person of a pair, by first name, with phone and address, once they said yes.

Before that, and in every message, there is the initiative's neutral name and the district. docs/decisions/0037.
"""

from dataclasses import dataclass
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused


@dataclass(frozen=True, slots=True)
class Visit:
    """A pair that this volunteer has said yes to, by its neutral name."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Visited:
    """The person and their home. `phone` is empty where one reaches them in another way, which `reach_note` says."""

    id: UUID
    name: str
    person: str
    phone: str
    reach_note: str
    address: str
    area: str


# $1 is the account. A yes holds until the visit is a day past, a regular one until its last day; who was asked to be
# left alone, or is visited no more, is not shown.
MINE = """
    FROM volunteer v JOIN pair q ON true JOIN initiative i ON i.id = q.initiative
    JOIN member e ON e.id = q.member AND e.left_on IS NULL JOIN participant p ON p.id = e.participant
    WHERE v.account = $1 AND v.restricted_at IS NULL AND (EXISTS (
        SELECT FROM assignment s JOIN opening o ON o.id = s.opening JOIN meeting m ON m.id = o.meeting
        WHERE s.volunteer = v.id AND m.initiative = i.id AND s.state = 'accepted' AND m.state = 'planned'
          AND m.ends_at > now() - interval '1 day')
      OR EXISTS (SELECT FROM regular_task t JOIN series r ON r.id = t.series
        WHERE t.volunteer = v.id AND r.initiative = i.id AND t.state = 'accepted'
          AND coalesce(t.last_day, 'infinity') >= centre_today()
          AND i.state NOT IN ('finished', 'stopped')))"""


async def mine(actor: Actor) -> list[Visit]:
    """By name; nobody's but a volunteer's."""
    if actor.role is not Role.VOLUNTEER:
        return []
    rows = await database.fetch(f"SELECT i.id, i.name {MINE} ORDER BY sort_key(i.name), i.id", actor.account)
    return [Visit(**row) for row in rows]


async def one(actor: Actor, initiative: UUID) -> Visited:
    """Whom they visit, once it is written down that they looked. Raises Refused 404."""
    if actor.role is not Role.VOLUNTEER:
        raise Refused("", 404)
    async with database.transaction():
        row = await database.fetchrow(
            f"""SELECT i.id, i.name, coalesce(nullif(p.first_name, ''), p.alias) AS person, p.id AS participant,
                       coalesce(p.phone, '') AS phone, p.reach_note, l.address, a.name AS area
                FROM (SELECT q.place, p.id AS who, i.id AS pair {MINE} AND i.id = $2) found
                JOIN initiative i ON i.id = found.pair JOIN participant p ON p.id = found.who
                JOIN place l ON l.id = found.place JOIN area a ON a.id = l.area""",
            actor.account, initiative,
        )  # fmt: skip
        if row is None:
            raise Refused("", 404)
        await audit.record(actor, "participant.open", f"participant:{row['participant']}")
    return Visited(**{name: row[name] for name in Visited.__slots__})
