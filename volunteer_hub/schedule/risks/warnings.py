"""Warns coordinators of papers that end soon, once of each; and finds what changed past the verbs."""

from datetime import date
from uuid import UUID

from volunteer_hub.access import limits
from volunteer_hub.access.rules import Limit
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.messaging import outbox
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.schedule.risks import queries as risks
from volunteer_hub.schedule.risks import standing
from volunteer_hub.schedule.risks.queries import Ending
from volunteer_hub.settings import Settings

# Of all workers one, once an hour: nothing here is due to the minute.
HOURLY = Limit("warnings", 1, 3600)

# Who runs what this person has before them; where nobody does, and for what concerns everybody: every coordinator.
TOLD = """
    WITH coordinator AS (
        SELECT id, email, language FROM account
        WHERE role = 'coordinator' AND closed_at IS NULL AND email IS NOT NULL),
    running AS (
        SELECT DISTINCT i.coordinator FROM assignment s JOIN opening o ON o.id = s.opening
        JOIN meeting m ON m.id = o.meeting JOIN initiative i ON i.id = m.initiative
        WHERE s.volunteer = $1 AND s.state IN ('invited', 'accepted') AND m.state = 'planned' AND m.starts_at > now()
          AND i.coordinator IN (SELECT id FROM coordinator))
    SELECT id, email, language FROM coordinator
    WHERE id IN (SELECT coordinator FROM running) OR NOT EXISTS (SELECT FROM running) ORDER BY id"""


async def plan(settings: Settings) -> None:
    """The worker's: once an hour, whoever comes first."""
    if await limits.spend(settings, HOURLY, "hub"):
        await standing.sweep(settings.warn_days)
        await warn(settings, clock.today(settings.timezone))


async def warn(settings: Settings, today: date) -> int:
    """Tells of what ends within the days set, each thing and last day once to each coordinator; how many e-mails."""
    found = await risks.endings(SYSTEM, today, settings.warn_days)
    return sum([await _tell(settings, one) for one in found])


async def _tell(settings: Settings, ending: Ending) -> int:
    put = 0
    async with database.transaction():
        for coordinator in await database.fetch(TOLD, ending.volunteer):
            put += await outbox.put(
                key=f"ending:{ending.what}:{ending.id}:{ending.last_day}:{coordinator['id']}",
                about=f"account:{coordinator['id']}",
                channel=Channel.EMAIL,
                address=coordinator["email"],
                language=coordinator["language"],
                template="ending",
                values={
                    "centre": settings.centre_name,
                    "what": ending.what,
                    "last_day": ending.last_day,
                    "url": f"{settings.public_url}{_page(ending.volunteer)}",
                },
            )
    return put


def _page(volunteer: UUID | None) -> str:
    """Where it can be mended."""
    return f"/desk/people/{volunteer}" if volunteer else "/desk/policies"
