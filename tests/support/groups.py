"""A group with a member, and whoever leads it."""

import httpx2

from support import people
from support.visitor import Visitor
from volunteer_hub.initiatives.tables import Initiative, Member
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.people.tables import Participant

WHY = "Boi się wieczorów po pogrzebie"


async def group(kind: str = "group", **values: object) -> tuple[Initiative, Participant, Member]:
    of = await people.initiative(kind=kind, name="Grupa Środa", **values)
    who = await people.participant(first_name="Genowefa", last_name="Nowak", alias="Z2")
    return of, who, await people.member(of, who)


async def leader(role: Role, of: Initiative) -> Actor:
    """Somebody of this role who runs it."""
    me = await people.account(role)
    if role is Role.COORDINATOR:
        await database.execute("UPDATE initiative SET coordinator = $2 WHERE id = $1", of.id, me.id)
    else:
        await people.facilitator(of, me)
    return people.actor(me)


async def signed(client: httpx2.AsyncClient, actor: Actor) -> Visitor:
    row = await people.Account.objects().get(people.Account.id == actor.account)
    assert row
    await people.sign_in(client, row)
    return Visitor(client)
