"""What a participant's leaving, a no to SMS or a restriction does to what was already written: it is called off."""

from datetime import date
from uuid import UUID

from volunteer_hub.initiatives import members, participants
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import outbox
from volunteer_hub.people import participants as people
from volunteer_hub.people.participants import Contact
from volunteer_hub.schedule.members import joining

# $1 a membership or a participant, $2 the first day that is not theirs any more (null: every day).
ABOUT = """
    SELECT 'coming:' || c.id AS about FROM coming c JOIN member e ON e.id = c.member JOIN meeting m ON m.id = c.meeting
    WHERE (e.id = $1 OR e.participant = $1) AND ($2::date IS NULL OR m.starts_wall::date >= $2)
    UNION ALL SELECT 'joining:' || id FROM joining WHERE participant = $1"""


async def leave(actor: Actor, initiative: UUID, member: UUID, left_on: date) -> None:
    """From `left_on` on they belong to it no more, and no message says they do; who waits is asked.

    Raises Refused (404, 409).
    """
    async with database.transaction():
        await members.leave(actor, initiative, member, left_on)
        await call_off(member, left_on)
        await joining.fill(initiative)


async def correct(actor: Actor, participant: UUID, version: int, new: Contact) -> None:
    """Raises Refused 404 for who is not theirs, people.corrections.Stale."""
    if not await participants.sees(actor, participant):
        raise Refused("", 404)
    await people.correct(actor, participant, version, new)


async def say_sms(actor: Actor, participant: UUID, given: bool, *, channel: str, shown_in: str) -> None:
    """Their yes or no to SMS, said by `channel`; after a no nothing that waits goes out. Raises Refused 404."""
    if not await participants.sees(actor, participant):
        raise Refused("", 404)
    async with database.transaction():
        await people.say_sms(actor, participant, given, channel=channel, shown_in=shown_in)
        if not given:
            await call_off(participant)


async def call_off(whose: UUID, since: date | None = None) -> None:
    """Nothing that waits goes out to this participant, or membership, about the days from `since` on; to a participant
    also nothing about a place that is kept for them."""
    for row in await database.fetch(ABOUT, whose, since):
        await outbox.cancel(about=row["about"])
