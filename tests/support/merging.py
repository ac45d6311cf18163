"""Two rows of one person, openings they were asked to, and what an action comes to."""

from collections.abc import Awaitable
from typing import Any

from support import people
from volunteer_hub.intake.merging import FIELDS
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.tables import (
    Volunteer,
)

ALL_GONE = dict.fromkeys(FIELDS, "gone")


async def pair(**values: Any) -> tuple[Volunteer, Volunteer]:
    """Somebody, and the same person again with `values` of its own."""
    kept = await people.volunteer(first_name="Anna", last_name="Kowalska", max_hours_week=168)
    return kept, await people.volunteer(
        **{"first_name": "Ania", "last_name": "Kowalska", "max_hours_week": 168} | values
    )


async def outcome(act: Awaitable[Any]) -> object:
    try:
        return await act
    except Refused as refused:
        return refused.status
