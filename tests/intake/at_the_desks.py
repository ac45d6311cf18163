"""Requests as they stand at the desks, and the people who work there."""

from typing import Any
from uuid import UUID

import httpx2
from support import people
from support.visitor import Visitor

from volunteer_hub.intake.rules import DESKS, Desk, RequestState
from volunteer_hub.intake.tables import Request, RequestMove
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role

# Each field by a word that stands nowhere else on any page.
SECRETS = {
    "name": "Bronisława Tajna",
    "phone": "+48600700812",
    "email": "tajna@poczta.example",
    "text": "Syn wyniosl telewizor",
    "address": "Zacisze 7 m. 3",
}
WORDS = ("Tajna", "700 812", "600700812", "tajna@poczta", "telewizor", "Zacisze")
ROLES_OF_DESKS = (Role.FIRST_CONTACT, Role.COORDINATOR, Role.SPECIALIST)


async def request(n: int = 1, desk: Desk = Desk.FIRST_CONTACT, **values: Any) -> Request:
    """A request at a desk; one that is further than first contact went through it."""
    words = {"for_whom": "me", "language": "pl", "what": "shopping", "desk": desk}
    row = await people.save(Request(**{"number": f"Z-2026-{n:04d}"} | SECRETS | words | values))
    await people.save(RequestMove(request=row.id, was_desk="", desk=Desk.FIRST_CONTACT, state=RequestState.NEW))
    if desk is not Desk.FIRST_CONTACT:
        await people.save(RequestMove(request=row.id, was_desk=Desk.FIRST_CONTACT, desk=desk, state=row.state))
    return row


async def at(client: httpx2.AsyncClient, role: Role) -> Visitor:
    """Somebody of `role`, signed in."""
    await people.signed_in(client, role)
    return Visitor(client)


async def row_of(id: UUID) -> dict[str, Any]:
    row = await database.fetchrow("SELECT * FROM request WHERE id = $1", id)
    assert row
    return dict(row)


async def verbs(id: UUID) -> list[str]:
    rows = await database.fetch("SELECT verb FROM audit_entry WHERE about = $1 ORDER BY at", f"request:{id}")
    return [row["verb"] for row in rows]


def reads(role: Role, desk: Desk) -> bool:
    return desk in DESKS.get(role, ())
