"""CHCĘ 347: somebody asks by SMS to belong to a group or course. Who it is must be sure, or a human reads it.

And the answer to the place that was kept for them.
"""

from uuid import UUID

from volunteer_hub.initiatives.rules import JoiningState
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.replies.rules import Offer
from volunteer_hub.schedule.members import joining

ABOUT = "joining:"
WORDS = {
    JoiningState.JOINED: "place_taken",
    JoiningState.WAITING: "place_gone",
    JoiningState.DECLINED: "place_declined",
}

# Whose number it is alone: of no other participant, of no volunteer and of nobody's guardian.
ASKER = """
    SELECT p.id FROM participant p
    WHERE p.phone = $1 AND p.restricted_at IS NULL
      AND NOT EXISTS (SELECT FROM participant o WHERE o.phone = $1 AND o.id <> p.id)
      AND NOT EXISTS (SELECT FROM volunteer v WHERE v.phone = $1 OR v.guardian_phone = $1)"""


async def ask(sender: str, group: UUID) -> bool:
    """Writes down that whoever has this number asks for the group; False where a human has to find out who it is.

    Who belongs already, or waits, is no mistake: the answer tells nobody which of it is so.
    """
    participant = await database.fetchval(ASKER, sender)
    if participant is None:
        return False
    try:
        await joining.ask(SYSTEM, group, participant, "sms")
    except Refused as refused:
        return refused.status == 409
    return True


async def answer(actor: Actor, offer: Offer, *, accept: bool, channel: str) -> str:
    """Answers for a place that was kept; which words say back what came of it. Raises as `joining.answer`."""
    return WORDS[await joining.answer(actor, offer.id, accept=accept, channel=channel)]
