"""An SMS that answers a regular task: one word for all of its meetings."""

from volunteer_hub.kit.actor import Actor
from volunteer_hub.replies.rules import Offer
from volunteer_hub.schedule.regular import actions as regular
from volunteer_hub.schedule.regular import notices as regular_notices

ABOUT = "regular:"


async def answer(actor: Actor, offer: Offer, *, accept: bool, channel: str) -> dict[str, object]:
    """Answers, and says what the words back may tell. Raises as `schedule.regular.actions.answer`."""
    outcome = await regular.answer(actor, offer.id, accept=accept, channel=channel)
    return await regular_notices.spoken(offer.id, offer.language, outcome.left_out) | {"yes": accept}
