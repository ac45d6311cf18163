"""Belonging to an initiative: who may see and change it, joining, the way out.

In a group or circle that is who runs it: its coordinator, its facilitators, the specialists of the circle. Any
coordinator keeps the members of a course or project. To everybody else a membership is not there.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.initiatives import actions, participants, queries
from volunteer_hub.initiatives.queries import MEMBERS, MINE, InitiativeRow, MemberRow, reader
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import participants as people
from volunteer_hub.people.participants import Contact
from volunteer_hub.people.rules import Reach
from volunteer_hub.web.i18n import language, mark


@dataclass(frozen=True)
class Seen:
    """An initiative whose members the actor sees; `changes`: may add them, let them go."""

    initiative: InitiativeRow
    changes: bool


async def seen(actor: Actor, initiative: UUID, *, glass: bool = False) -> Seen:
    """The initiative for the pages of its members. Raises Refused 404 for whose they are not."""
    row = await queries.initiative(actor, initiative, glass=glass)
    if row is None or not row.inside:
        raise Refused("", 404)
    return Seen(row, queries.changes(actor, row))


async def member(actor: Actor, initiative: UUID, member: UUID, *, glass: bool = False) -> MemberRow:
    """One membership of this initiative, by the name that may stand on a screen. Raises Refused 404."""
    row = await database.fetchrow(
        f"{MEMBERS} WHERE {MINE} AND {queries.INSIDE} AND i.id = $4 AND m.id = $5",
        *reader(actor, glass), initiative, member,
    )  # fmt: skip
    if row is None:
        raise Refused("", 404)
    return MemberRow(**row)


async def may_add(actor: Actor, initiative: UUID, participant: UUID) -> bool:
    """Whether the actor may make this participant a member."""
    row = await queries.initiative(actor, initiative)
    if row is None or not row.inside or not queries.changes(actor, row):
        return False
    return await participants.sees(actor, participant)


async def join(actor: Actor, initiative: UUID, participant: UUID, joined_on: date) -> None:
    """Somebody the actor sees joins, or comes back. Raises Refused 404."""
    await _changing(actor, initiative)
    if not await participants.sees(actor, participant):
        raise Refused("", 404)
    async with database.transaction():
        await _join(actor, initiative, participant, joined_on)


async def join_new(
    actor: Actor,
    initiative: UUID,
    new: Contact,
    joined_on: date,
    *,
    sms_ok: bool,
    channel: str,
    shown_in: str,
    another: bool,
) -> None:
    """Somebody nobody knew yet joins. Raises Refused 404, people.participants.Alike."""
    await _changing(actor, initiative)
    async with database.transaction():
        made = await people.enter(actor, new, sms_ok=sms_ok, channel=channel, shown_in=shown_in, another=another)
        await _join(actor, initiative, made, joined_on)


async def join_by_alias(actor: Actor, initiative: UUID, alias: str, joined_on: date) -> None:
    """Somebody new of whom only an alias is known; they are reached through who leads the group.

    Raises Refused (404, 409 when somebody of that name is there already).
    """
    await _changing(actor, initiative)
    async with database.transaction():
        # A second press waits here for the first.
        await database.execute("SELECT FROM initiative WHERE id = $1 FOR NO KEY UPDATE", initiative)
        there = await queries.members(actor, initiative)
        if alias.casefold() in {one.name.casefold() for one in there}:
            raise Refused(mark("Ktoś o tym imieniu już tu jest. Dopisz coś, co ich odróżni."))
        made = await people.add_participant(
            actor, alias=alias, language=language(), reach=Reach.THROUGH, reach_note=actor.name
        )
        await _join(actor, initiative, made, joined_on)


async def leave(actor: Actor, initiative: UUID, id: UUID, left_on: date) -> None:
    """From `left_on` on they belong to it no more. Raises Refused (404, 409 for a day before they came)."""
    await _changing(actor, initiative)
    who = await member(actor, initiative, id)
    if left_on < who.joined_on:
        raise Refused(mark("Ta data nie może być wcześniejsza niż poprzednia."))
    async with database.transaction():
        await database.execute("UPDATE member SET left_on = $2 WHERE id = $1", id, left_on)
        await audit.record(actor, "participant.leave", f"participant:{who.participant}")


async def _changing(actor: Actor, initiative: UUID) -> None:
    if not (await seen(actor, initiative)).changes:
        raise Refused("", 404)


async def _join(actor: Actor, initiative: UUID, participant: UUID, joined_on: date) -> None:
    await actions.add_member(actor, initiative, participant, joined_on=joined_on)
    await audit.record(actor, "participant.join", f"participant:{participant}")
