"""Who wrote the town's figures of a year, and when."""

from dataclasses import dataclass
from datetime import datetime

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only


@dataclass(frozen=True, slots=True)
class Changed:
    """`by`: a name, empty where the account is gone."""

    at: datetime
    by: str


async def changed(actor: Actor) -> dict[int, Changed]:
    """The last change of each year's figures. Raises Refused 404."""
    coordinators_only(actor)
    rows = await database.fetch(
        "SELECT t.year, t.changed_at, coalesce(a.name, '') AS by FROM town_year t"
        " LEFT JOIN account a ON a.id = t.changed_by"
    )
    return {row["year"]: Changed(row["changed_at"], row["by"]) for row in rows}
