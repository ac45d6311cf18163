"""What a resource gives, as reach is reckoned from it: kept from its themes, place and hours.

Called in the transaction that changes any of them and holds the resource's row.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from volunteer_hub.atlas import help, hours
from volunteer_hub.atlas.help import HelpAt
from volunteer_hub.atlas.hours import Hours
from volunteer_hub.atlas.rules import HelpSource
from volunteer_hub.kit import database

HOURS = "SELECT id, rrule, opens, closes, first_day, last_day, note FROM opening_hours WHERE resource = $1"


def hours_of(row: Any) -> Hours:
    """The hours that a row of the database says."""
    return Hours(row["rrule"], row["opens"], row["closes"], row["first_day"], row["last_day"], row["note"])


async def keep_help(resource: UUID) -> None:
    """What the resource gives from today on, as reach is reckoned from it; in the transaction that holds its row."""
    row = await database.fetchrow(
        """SELECT name, place, capacity, opened_on, closed_on, centre_today() AS today,
                  theme || ARRAY(SELECT f.theme FROM further_theme f WHERE f.resource = resource.id) AS themes
           FROM resource WHERE id = $1""",
        resource,
    )
    if row is None:
        return
    of = [hours_of(one) for one in await database.fetch(HOURS, resource)]
    week, until = hours.week(of, row["today"]), _until(of, row["closed_on"])
    gives = [
        HelpAt(row["name"], theme, row["place"], week, row["capacity"], row["opened_on"], until)
        for theme in row["themes"]
    ]
    # Closed some days ago: it helped until then and not until today.
    await help.put(HelpSource.RESOURCE, resource, gives, min(row["today"], row["closed_on"] or row["today"]))


def _until(of: Sequence[Hours], closed_on: date | None) -> date | None:
    """The first day without help: it is closed then, or the last of its hours was the day before."""
    ends = [hours.ends_on(one) for one in of]
    after = max((end for end in ends if end), default=None) if ends and all(ends) else None
    return min((day for day in (closed_on, after and after + timedelta(days=1)) if day), default=None)
