"""What an initiative gives on the map follows from its meetings: at the places where it meets, when it meets."""

from uuid import UUID

from volunteer_hub.atlas import help
from volunteer_hub.atlas.help import HelpAt
from volunteer_hub.atlas.rules import HelpSource
from volunteer_hub.kit import database


async def follow_meetings(initiative: UUID) -> None:
    """Call it in the transaction that adds, moves or calls off a meeting, or ends the initiative.

    The view `initiative_help` says what is given: at public places only, and of a group without its name.
    """
    today = await database.fetchval("SELECT centre_today()")
    # Two meetings of one initiative that are changed side by side wait for each other here.
    await database.execute("SELECT FROM initiative WHERE id = $1 FOR NO KEY UPDATE", initiative)
    rows = await database.fetch(
        "SELECT name, theme, place, week, since, until FROM initiative_help WHERE initiative = $1 AND until > $2"
        " ORDER BY since DESC",
        initiative,
        today,
    )
    await help.put(HelpSource.INITIATIVE, initiative, [HelpAt(**row) for row in rows], today)
