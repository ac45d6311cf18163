"""Reads of requests: for first contact and coordinators; everybody else none: 404."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from volunteer_hub.intake.rules import RequestState
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused

PAGE = 50

ROW = """r.id, r.number, r.name, coalesce(a.name, '') AS area, r.for_whom, r.state, r.created_at,
         coalesce(k.name, '') AS taken_by, r.taken_by AS taker"""
FROM = "request r LEFT JOIN area a ON a.slug = r.area_slug LEFT JOIN account k ON k.id = r.taken_by"


@dataclass(frozen=True)
class RequestRow:
    """A request on a list: who and where, not yet what about."""

    id: UUID
    number: str
    name: str
    area: str
    for_whom: str
    state: RequestState
    created_at: datetime
    taken_by: str
    taker: UUID | None


@dataclass(frozen=True)
class RequestCard(RequestRow):
    phone: str
    email: str
    text: str
    language: str
    taken_at: datetime | None
    closed_at: datetime | None


async def requests(actor: Actor, state: RequestState, after: UUID | None = None) -> tuple[list[RequestRow], bool]:
    """A page of requests, those that wait the longest first, from behind `after`; and whether more follow."""
    _first_contact_only(actor)
    rows = await database.fetch(
        f"""SELECT {ROW} FROM {FROM} WHERE r.state = $1 AND ($2::uuid IS NULL OR (r.created_at, r.id) >
                (SELECT created_at, id FROM request WHERE id = $2))
            ORDER BY r.created_at, r.id LIMIT $3""",
        state.value, after, PAGE + 1,
    )  # fmt: skip
    found = [RequestRow(**dict(row) | {"state": RequestState(row["state"])}) for row in rows[:PAGE]]
    return found, len(rows) > PAGE


async def request(actor: Actor, id: UUID) -> RequestCard:
    """One request with the words it came in. Raises Refused 404."""
    _first_contact_only(actor)
    row = await database.fetchrow(
        f"SELECT {ROW}, r.phone, r.email, r.text, r.language, r.taken_at, r.closed_at FROM {FROM} WHERE r.id = $1",
        id,
    )
    if row is None:
        raise Refused("", 404)
    return RequestCard(**dict(row) | {"state": RequestState(row["state"])})


async def counts(actor: Actor) -> dict[RequestState, int]:
    """How many requests there are in each state."""
    _first_contact_only(actor)
    rows = await database.fetch("SELECT state, count(*) AS n FROM request GROUP BY state")
    found = {row["state"]: row["n"] for row in rows}
    return {state: found.get(state.value, 0) for state in RequestState}


def _first_contact_only(actor: Actor) -> None:
    if actor.role not in (Role.FIRST_CONTACT, Role.COORDINATOR, Role.MACHINE):
        raise Refused("", 404)
