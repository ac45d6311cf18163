"""Reads of what came of a request and what may still come of it, each through the eyes of the room it belongs to."""

from dataclasses import dataclass
from uuid import UUID

from volunteer_hub.atlas import queries as atlas
from volunteer_hub.initiatives import queries as initiatives
from volunteer_hub.initiatives.rules import InitiativeKind
from volunteer_hub.intake.queries import RequestCard, desks_of
from volunteer_hub.intake.rules import HELPS, Help, RequestState
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor


@dataclass(frozen=True)
class Outcome:
    """Something that came of a request, named and linked as far as the reader may open it."""

    kind: Help | InitiativeKind
    name: str
    url: str


@dataclass(frozen=True)
class KnownPerson:
    """A participant who has the phone of a request already."""

    id: UUID
    name: str


async def helps_of(actor: Actor, of: RequestCard) -> list[Help]:
    """What this actor may still make of the request."""
    made = {Help.NEED} if of.need else set()
    if of.initiative:
        made |= {Help.GROUP, Help.CIRCLE}
    return [help for help in HELPS.get(actor.role, ()) if help not in made and of.state is not RequestState.CLOSED]


async def came_of(actor: Actor, of: RequestCard) -> list[Outcome]:
    """What came of the request, as far as this reader may open it."""
    found = []
    need = await atlas.need(actor, of.need) if of.need and atlas.at_the_desk(actor) else None
    if need:
        found.append(Outcome(Help.NEED, need.title, f"/desk/needs/{need.id}"))
    initiative = await initiatives.initiative(actor, of.initiative) if of.initiative else None
    if initiative:
        found.append(Outcome(initiative.kind, initiative.name, f"/desk/initiatives/{initiative.id}"))
    return found


async def known_people(actor: Actor, of: RequestCard) -> list[KnownPerson]:
    """Participants with the phone of this request: perhaps it is for one of them."""
    desks_of(actor)
    if actor.role not in HELPS or not of.phone:
        return []
    rows = await database.fetch(
        """SELECT id, alias || CASE WHEN first_name <> '' AND first_name <> alias THEN ' (' || first_name || ')'
                                    ELSE '' END AS name
           FROM participant WHERE phone = $1 ORDER BY sort_key(alias), id""",
        of.phone,
    )
    return [KnownPerson(**row) for row in rows]
