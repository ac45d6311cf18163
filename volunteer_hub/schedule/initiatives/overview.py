"""Reads for the pages of a need and of an initiative: what stands for it, its coming meetings and their openings."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from volunteer_hub.initiatives import queries as initiatives
from volunteer_hub.initiatives.queries import Standing
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor

MOST_MEETINGS = 60

MEETINGS = """
    SELECT m.id, m.initiative, m.starts_wall, m.ends_wall, p.name AS place, a.name AS area, m.state
    FROM meeting m JOIN initiative i ON i.id = m.initiative JOIN place p ON p.id = m.place
    JOIN area a ON a.id = p.area"""


@dataclass(frozen=True, slots=True)
class Filled:
    """An opening at a meeting and how far it is filled."""

    id: UUID
    role: str
    taken: int
    invited: int
    most: int
    urgent: bool


@dataclass(frozen=True, slots=True)
class MeetingCard:
    id: UUID
    initiative: UUID
    starts_wall: datetime
    ends_wall: datetime
    place: str
    area: str
    state: str
    openings: tuple[Filled, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """An initiative that stands for a need, with its coming meetings."""

    initiative: Standing
    meetings: tuple[MeetingCard, ...]


async def coming_meetings(actor: Actor, of: Sequence[UUID]) -> list[MeetingCard]:
    """Meetings that are not over, of those of the initiatives `of` that `actor` may see; the soonest first."""
    rows = await database.fetch(
        f"""{MEETINGS} WHERE {initiatives.MINE} AND i.id = ANY($3) AND m.ends_at > now()
            ORDER BY m.starts_at, m.id LIMIT $4""",
        actor.account,
        actor.coordinates,
        list(of),
        MOST_MEETINGS,
    )
    seats = await _seats([row["id"] for row in rows])
    return [MeetingCard(**row, openings=tuple(seats[row["id"]])) for row in rows]


async def answers_to(actor: Actor, need: UUID) -> list[Answer]:
    """The initiatives that stand for a need, each with its coming meetings; a hidden one stands there without them."""
    standing = (await initiatives.standing_for(actor, [need]))[need]
    meetings = await coming_meetings(actor, [one.id for one in standing if one.id])
    return [Answer(one, tuple(m for m in meetings if m.initiative == one.id)) for one in standing]


async def _seats(meetings: Sequence[UUID]) -> dict[UUID, list[Filled]]:
    rows = await database.fetch(
        """SELECT o.meeting, o.id, r.name AS role, o.taken, o.most, o.urgent,
                  (SELECT count(*) FROM assignment s WHERE s.opening = o.id AND s.state = 'invited') AS invited
           FROM opening o JOIN role_asked r ON r.id = o.role WHERE o.meeting = ANY($1)
           ORDER BY sort_key(r.name), o.id""",
        list(meetings),
    )
    found: dict[UUID, list[Filled]] = defaultdict(list)
    for row in rows:
        values = dict(row)
        found[values.pop("meeting")].append(Filled(**values))
    return found
