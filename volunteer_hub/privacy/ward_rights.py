"""A guardian's rights over the data of a child under thirteen, by the guardian's own link and without an account.

Whoever holds the link speaks as the guardian (decision 0019). What can be undone is done at once; what cannot goes into
the queue, so that a person rings the guardian's own number before anything is gone.
"""

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import VISITOR
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import guardians
from volunteer_hub.people.consents import Purpose
from volunteer_hub.people.guardians import Ward
from volunteer_hub.privacy import export, rights
from volunteer_hub.privacy.export import Part
from volunteer_hub.privacy.rules import Right
from volunteer_hub.settings import Settings
from volunteer_hub.web.i18n import mark

# How it came and how it was made sure who asks, in the queue.
LINK = "link"
# Rights that go into the queue from here.
ASKED = (Right.CORRECT, Right.RESTRICT, Right.OBJECT, Right.ERASE)
ENDED = mark("Ten link już nie działa. Poproś o nowy.")
WAITING = (
    "SELECT EXISTS (SELECT FROM rights_request WHERE subject = $1 AND \"right\" = $2 AND words = $3 AND state = 'open')"
)


def subject(ward: Ward) -> str:
    return f"volunteer:{ward.volunteer}"


async def ward(settings: Settings, token: str) -> Ward | None:
    """The child this link acts for: under thirteen today, the link alive; None for all others. Changes nothing."""
    found = await guardians.ward(settings, token)
    return found if found and found.concludes and not found.ended else None


async def held(settings: Settings, token: str) -> list[Part]:
    """All that is held about the child. That it was opened stands in the log. Raises Refused 410."""
    child = await _child(settings, token)
    await audit.record(VISITOR, "guardian.data", subject(child))
    return await export.of(subject(child))


async def copy(settings: Settings, token: str) -> list[Part]:
    """As `held`, to be taken away: a right that is used and done in the same moment. Raises Refused 410."""
    child = await _child(settings, token)
    await rights.write_down(
        settings, VISITOR, subject(child), Right.COPY, channel=LINK, words="", checked=LINK, done=True
    )
    return await export.of(subject(child))


async def ask(settings: Settings, token: str, right: Right, words: str) -> None:
    """One of ASKED goes into the queue; the same pressed twice is one. Raises Refused 410."""
    async with database.transaction():
        child = await _child(settings, token)
        await database.execute("SELECT FROM volunteer WHERE id = $1 FOR NO KEY UPDATE", child.volunteer)
        if not await database.fetchval(WAITING, subject(child), right.value, words):
            await rights.write_down(settings, VISITOR, subject(child), right, channel=LINK, words=words, checked=LINK)


async def withdraw(settings: Settings, token: str, purpose: Purpose) -> None:
    """A consent to be written to is taken back at once. Raises Refused 410, 400 for what is no consent."""
    async with database.transaction():
        child = await _child(settings, token)
        await rights.withdraw(VISITOR, subject(child), purpose, channel=f"link-{child.sent_by}", by_whom="guardian")
        await rights.write_down(
            settings, VISITOR, subject(child), Right.WITHDRAW, channel=LINK, words="", checked=LINK, done=True
        )


async def _child(settings: Settings, token: str) -> Ward:
    found = await ward(settings, token)
    if found is None:
        raise Refused(ENDED, 410)
    return found
