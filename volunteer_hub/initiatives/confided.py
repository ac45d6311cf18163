"""Why somebody comes: read and written by who runs the group or circle, and by nobody else.

That is its coordinator, its facilitators, the specialists of the circle. To other coordinators and to administrators it
is not there; a break-glass lets a coordinator read, not write. Every reading and writing leaves a line with ids.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from volunteer_hub.access import audit, break_glass
from volunteer_hub.initiatives import members, queries
from volunteer_hub.initiatives.queries import InitiativeRow, MemberRow
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.kit.sealed import CannotOpen
from volunteer_hub.people import confided
from volunteer_hub.people.confided import Words
from volunteer_hub.people.corrections import Stale
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import mark

LEADING = (Role.COORDINATOR, Role.FACILITATOR, Role.SPECIALIST)


@dataclass(frozen=True)
class Note:
    """What was confided about a membership; `text` is empty where nothing was. `may_write`: not through a glass."""

    initiative: InitiativeRow
    member: MemberRow
    text: str
    changed_at: datetime | None
    may_write: bool


async def read(settings: Settings, actor: Actor, initiative: UUID, member: UUID) -> Note:
    """The note, once it is written down that it was read. Raises Refused 404; 409 when no key opens it."""
    row, glass = await _reading(actor, initiative)
    who = await members.member(actor, initiative, member, glass=glass)
    async with database.transaction():
        await audit.record(actor, "confided.read", f"participant:{who.participant}")
        words = await _words(settings, who.participant, initiative)
    return Note(row, who, words.text if words else "", words.changed_at if words else None, row.runs)


async def write(
    settings: Settings, actor: Actor, initiative: UUID, member: UUID, text: str, seen: datetime | None
) -> None:
    """Writes over what was `seen` (when that was written; None: nothing was there); an empty text leaves nothing.

    Raises Refused 404, Stale.
    """
    row, _ = await _reading(actor, initiative)
    if not row.runs:
        raise Refused("", 404)
    who = await members.member(actor, initiative, member)
    async with database.transaction():
        # Two who write at once wait for each other here: there may be no note yet to lock.
        await database.execute("SELECT FROM member WHERE id = $1 FOR NO KEY UPDATE", member)
        words = await _words(settings, who.participant, initiative)
        if (words.changed_at if words else None) != seen:
            raise Stale
        await confided.write(settings.field_keys, who.participant, initiative, text)
        await audit.record(actor, "confided.write", f"participant:{who.participant}")


async def _reading(actor: Actor, initiative: UUID) -> tuple[InitiativeRow, bool]:
    """The initiative of who may read, and whether only through a glass."""
    if actor.role not in LEADING:
        raise Refused("", 404)
    row = await queries.initiative(actor, initiative)
    if row is None:
        raise Refused("", 404)
    if row.runs:
        return row, False
    if not await break_glass.open_for(actor, f"initiative:{initiative}"):
        raise Refused("", 404)
    return row, True


async def _words(settings: Settings, participant: UUID, initiative: UUID) -> Words | None:
    try:
        return await confided.read(settings.field_keys, participant, initiative)
    except CannotOpen:
        raise Refused(mark("Tych słów nie da się teraz otworzyć. Powiedz o tym administratorowi.")) from None
