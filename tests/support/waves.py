"""What tests of invitations in waves share: openings at a place where it is a given hour now, and how waves stand."""

from typing import Any
from uuid import UUID

from support import people
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.matching import widening
from volunteer_hub.matching.waves import actions as waves
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.tables import Opening
from volunteer_hub.schedule.waiting import refill
from volunteer_hub.settings import Settings


def zone_at(hour: int) -> str:
    """A time zone where it is between `hour` and an hour later now."""
    east = (hour - clock.now().hour + 12) % 24 - 12
    return f"Etc/GMT{-east:+d}"


async def opening(*, hour: int = 10, initiative: dict[str, Any] | None = None, **seats: Any) -> Opening:
    """One that begins in three days, unless said of one seat, at a place where it is past `hour` now."""
    of = await people.initiative(**(initiative or {}))
    made = await people.opening(await people.meeting(of), await people.role(of), **({"least": 1, "most": 1} | seats))
    await database.execute("UPDATE meeting SET timezone = $1 WHERE id = $2", zone_at(hour), made.meeting)
    return made


async def neighbours(count: int) -> list[UUID]:
    """So many who fit, the best first: each lives a little farther away."""
    lat, lon = people.CENTRE
    return [(await people.volunteer(latitude=lat + n / 200, longitude=lon)).id for n in range(count)]


async def asked(opening: Opening) -> list[tuple[int, UUID]]:
    """Everybody asked: in which wave, who."""
    rows = await database.fetch(
        """SELECT a.wave, s.volunteer FROM wave_asked a JOIN assignment s ON s.id = a.assignment
           WHERE s.opening = $1 ORDER BY a.wave, s.rank, s.id""",
        opening.id,
    )
    return [(row["wave"], row["volunteer"]) for row in rows]


async def assignment(opening: Opening, volunteer: UUID) -> UUID:
    return await database.fetchval(
        "SELECT id FROM assignment WHERE opening = $1 AND volunteer = $2", opening.id, volunteer
    )


async def row(opening: Opening) -> dict[str, Any]:
    found = await database.fetchrow("SELECT * FROM invitation_waves WHERE opening = $1", opening.id)
    return dict(found) if found else {}


async def time_passes() -> None:
    """Until the next wave of every opening is due."""
    await database.execute("UPDATE invitation_waves SET next_at = now() - interval '1 second' WHERE state = 'running'")


async def delivered() -> None:
    """Every message that waited has left."""
    await database.execute("UPDATE message SET state = 'sent' WHERE state = 'planned'")


async def told(opening: Opening, volunteer: UUID) -> list[tuple[str, str]]:
    """What was said to somebody about it, the words and the way, oldest first."""
    rows = await database.fetch(
        "SELECT template, channel FROM message WHERE about = $1 ORDER BY created_at, template, channel",
        f"assignment:{await assignment(opening, volunteer)}",
    )
    return [(row["template"], row["channel"]) for row in rows]


async def tick(settings: Settings) -> int:
    """One round of the worker, in its order; how many the waves asked."""
    await refill.plan(settings)
    asked = await waves.plan(settings)
    await widening.plan(settings)
    return asked


async def says(opening: Opening, volunteer: UUID, *, yes: bool) -> None:
    await actions.answer(SYSTEM, await assignment(opening, volunteer), accept=yes, channel="sms")


async def stage(opening: Opening) -> str | None:
    """How far the search for somebody has got."""
    return await database.fetchval("SELECT stage FROM refill WHERE opening = $1", opening.id)
