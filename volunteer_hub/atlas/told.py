"""What everybody may know of a public resource beside its name and place. Who is not public is not told of here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from volunteer_hub.atlas import hours_words
from volunteer_hub.atlas.resource_help import hours_of
from volunteer_hub.kit import database


@dataclass(frozen=True, slots=True)
class Told:
    """`hours` and `checked` are sentences in the reader's language. Whom to ask for stays at the desk."""

    organisation: str
    for_whom: str
    languages: tuple[str, ...]
    capacity: int | None
    hours: tuple[str, ...]
    accessibility: tuple[str, ...]
    accessibility_note: str
    checked: str
    phone: str
    email: str
    website: str


# Consented to, open, and at nobody's home; the organisation that runs it only when it is public itself.
TOLD = """
    SELECT r.id, r.for_whom, r.languages, r.capacity, r.verified_on, r.phone, r.email, r.website,
           p.accessibility, p.accessibility_note,
           coalesce((SELECT o.name FROM resource o WHERE o.id = r.organisation AND o.public), '') AS organisation
    FROM resource r JOIN place p ON p.id = r.place
    WHERE r.id = ANY($1) AND r.public AND NOT p.private AND (r.closed_on IS NULL OR r.closed_on > $2)"""
HOURS = """
    SELECT resource, rrule, opens, closes, first_day, last_day, note FROM opening_hours WHERE resource = ANY($1)"""


async def told(resources: Sequence[UUID], today: date) -> dict[UUID, Told]:
    """Of those of `resources` that are public on that day."""
    rows = await database.fetch(TOLD, list(resources), today)
    lines = await database.fetch(HOURS, [row["id"] for row in rows])
    return {
        row["id"]: Told(
            organisation=row["organisation"],
            for_whom=row["for_whom"],
            languages=tuple(row["languages"]),
            capacity=row["capacity"],
            hours=hours_words.all_said((hours_of(one) for one in lines if one["resource"] == row["id"]), today),
            accessibility=tuple(row["accessibility"]),
            accessibility_note=row["accessibility_note"],
            checked=hours_words.checked_in(row["verified_on"]) if row["verified_on"] else "",
            phone=row["phone"],
            email=row["email"],
            website=row["website"],
        )
        for row in rows
    }
