"""Who sees which participants: coordinators all of them, a specialist those of the own circles, nobody else a list.

What somebody belongs to is shown as far as its reader may know it; of a group or circle never what it is about.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from volunteer_hub.initiatives.queries import INSIDE, reader
from volunteer_hub.initiatives.rules import InitiativeKind
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import queries as people
from volunteer_hub.people.participants import Contact
from volunteer_hub.people.queries import ConsentLine, Neighbour
from volunteer_hub.people.rules import Reach
from volunteer_hub.people.search import literal
from volunteer_hub.people.wanted import parts

PAGE = 50

# $1 is the actor's account, $2 whether they are a coordinator.
SEES = """
    ($2 OR EXISTS (SELECT FROM member e JOIN facilitator f ON f.initiative = e.initiative
                   JOIN initiative i ON i.id = e.initiative AND i.kind = 'circle'
                   WHERE e.participant = p.id AND f.account = $1))"""

ROWS = """
    SELECT p.id, p.first_name, p.last_name, p.alias, coalesce(p.phone, '') AS phone, p.language,
           p.restricted_at IS NOT NULL AS restricted
    FROM participant p"""

CARD = """
    SELECT p.id, p.version, p.first_name, p.last_name, p.alias, p.phone, p.language, p.sms_ok, p.reach, p.reach_note,
           p.restricted_at, p.created_at, coalesce(a.name, '') AS added_by
    FROM participant p LEFT JOIN account a ON a.id = p.added_by"""

GROUPS = f"""
    SELECT m.id, i.id AS initiative, i.name, i.kind, m.joined_on, m.left_on
    FROM member m JOIN initiative i ON i.id = m.initiative
    WHERE m.participant = $4 AND {INSIDE} ORDER BY m.left_on IS NOT NULL, sort_key(i.name), i.id"""


@dataclass(frozen=True)
class ParticipantRow:
    id: UUID
    first_name: str
    last_name: str
    alias: str
    phone: str
    language: str
    restricted: bool

    @property
    def full_name(self) -> str:
        """As in the files; empty for whom an alias is all we know."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True)
class Found:
    """A page of participants; `after` is the place to go on from, empty where nobody follows."""

    people: list[ParticipantRow]
    after: str


@dataclass(frozen=True)
class Belongs:
    """Something a participant belongs or belonged to, by its public name."""

    id: UUID
    initiative: UUID
    name: str
    kind: InitiativeKind
    joined_on: date
    left_on: date | None


@dataclass(frozen=True)
class ParticipantCard:
    """What the desk knows of a participant. Why they come stands elsewhere (initiatives/confided.py)."""

    id: UUID
    version: int
    first_name: str
    last_name: str
    alias: str
    phone: str | None
    language: str
    sms_ok: bool
    reach: Reach
    reach_note: str
    restricted_at: datetime | None
    created_at: datetime
    added_by: str
    groups: list[Belongs]
    consents: list[ConsentLine]
    same_phone: list[Neighbour]

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def contact(self) -> Contact:
        return Contact(
            self.first_name, self.last_name, self.alias, self.phone, self.language, self.reach, self.reach_note
        )


async def find(actor: Actor, q: str, *, after: str = "", most: int = PAGE) -> Found:
    """Those whose name, alias or number has the words `q`, in the order of names. Raises Refused 404."""
    values: list[Any] = [*_reader(actor), *(f"%{literal(part)}%" for part in parts(q))]
    words = [f"p.found_by LIKE fold(${n})" for n in range(3, len(values) + 1)]
    if q and not words:
        return Found([], "")
    if (last := _id(after)) is not None:
        values.append(last)
        words.append(f"(p.name_key, p.id) > (SELECT name_key, id FROM participant WHERE id = ${len(values)})")
    rows = await database.fetch(
        f"{ROWS} WHERE {' AND '.join([SEES, *words])} ORDER BY p.name_key, p.id LIMIT {most + 1}", *values
    )
    people = [ParticipantRow(**row) for row in rows[:most]]
    return Found(people, str(people[-1].id) if len(rows) > most else "")


async def participant(actor: Actor, id: UUID, *, glass: bool = False) -> ParticipantCard:
    """One participant. With an open break-glass also the groups of others. Raises Refused 404 for who is not theirs."""
    row = await database.fetchrow(f"{CARD} WHERE p.id = $3 AND {SEES}", *_reader(actor), id)
    if row is None:
        raise Refused("", 404)
    groups = await database.fetch(GROUPS, *reader(actor, glass), id)
    return ParticipantCard(
        **dict(row) | {"reach": Reach(row["reach"])},
        groups=[Belongs(**dict(one) | {"kind": InitiativeKind(one["kind"])}) for one in groups],
        consents=await people.consents_of(id),
        same_phone=await _same_phone(actor, id, row["phone"]),
    )


async def sees(actor: Actor, id: UUID) -> bool:
    """Whether this participant is there for the actor."""
    if actor.role not in (Role.COORDINATOR, Role.SPECIALIST):
        return False
    found = await database.fetchval(f"SELECT true FROM participant p WHERE p.id = $3 AND {SEES}", *_reader(actor), id)
    return bool(found)


async def _same_phone(actor: Actor, id: UUID, phone: str | None) -> list[Neighbour]:
    rows = await database.fetch(
        f"SELECT p.id, p.alias FROM participant p WHERE p.phone = $3 AND p.id <> $4 AND {SEES} ORDER BY p.id LIMIT 10",
        *_reader(actor), phone, id,
    )  # fmt: skip
    return [Neighbour(*row) for row in rows]


def _reader(actor: Actor) -> tuple[UUID | None, bool]:
    if actor.role not in (Role.COORDINATOR, Role.SPECIALIST):
        raise Refused("", 404)
    return actor.account, actor.role is Role.COORDINATOR


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
