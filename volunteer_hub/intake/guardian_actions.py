"""What a guardian decides, with all that follows from it at once: places freed, coordinators told."""

from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import VISITOR, Actor
from volunteer_hub.messaging import outbox
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.people import guardians
from volunteer_hub.people.consents import Scope
from volunteer_hub.schedule.risks import standing
from volunteer_hub.settings import Settings

COORDINATORS = """
    SELECT id, email, language FROM account
    WHERE role = 'coordinator' AND closed_at IS NULL AND email IS NOT NULL ORDER BY id"""

# One letter for each no: the newest word of the ledger names it.
NEWEST = "SELECT id FROM consent WHERE person = $1 AND purpose = 'guardian' ORDER BY at DESC, given, id LIMIT 1"


async def agree(settings: Settings, token: str, scope: frozenset[Scope]) -> None:
    """The guardian says yes: from now on the child may be asked. Raises Refused 410 when the link has ended."""
    async with database.transaction():
        ward = await guardians.agree(settings, token, scope)
        await standing.recheck(VISITOR, ward.volunteer)


async def decline(settings: Settings, token: str) -> None:
    """The guardian says no or takes the yes back: the child is off all that is to come, and the coordinators know.

    Raises Refused 410 when the link has ended.
    """
    async with database.transaction():
        ward = await guardians.decline(settings, token)
        await standing.recheck(VISITOR, ward.volunteer)
        await _tell(settings, ward.volunteer)


async def decline_at_desk(settings: Settings, actor: Actor, volunteer: UUID) -> None:
    """As `decline`, said to a coordinator. Raises Refused 404."""
    async with database.transaction():
        await guardians.decline_at_desk(actor, volunteer)
        await standing.recheck(actor, volunteer)
        await _tell(settings, volunteer)


async def _tell(settings: Settings, volunteer: UUID) -> None:
    word = await database.fetchval(NEWEST, volunteer)
    for row in await database.fetch(COORDINATORS):
        await outbox.put(
            key=f"guardian-no:{word}:{row['id']}",
            about=f"account:{row['id']}",
            channel=Channel.EMAIL,
            address=row["email"],
            language=row["language"],
            template="guardian_no",
            values={"centre": settings.centre_name, "url": f"{settings.public_url}/desk/people/{volunteer}"},
        )
