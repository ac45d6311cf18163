"""The first day of service notes itself: the day of the first meeting that began with the volunteer on its roster.

The law counts its thirty days from then on, so nobody needs to remember to write it down; a coordinator may correct it.
"""

from datetime import date
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.schedule.risks import standing
from volunteer_hub.settings import Settings

# A worker that was away longer than this leaves the first days to the desk.
LOOKS_BACK_DAYS = 40

# Of meetings that have begun lately; what lies in a service that has ended belongs to that one.
FOUND = f"""
    SELECT s.volunteer, min(m.starts_wall)::date AS first_day
    FROM meeting m JOIN opening o ON o.meeting = m.id
    JOIN assignment s ON s.opening = o.id AND s.state IN ('accepted', 'done')
    WHERE m.state = 'planned' AND m.starts_at <= now() AND m.starts_at > now() - interval '{LOOKS_BACK_DAYS} days'
      AND NOT EXISTS (SELECT FROM service WHERE volunteer = s.volunteer AND last_day IS NULL)
      AND NOT EXISTS (SELECT FROM service WHERE volunteer = s.volunteer AND last_day >= m.starts_wall::date)
    GROUP BY s.volunteer ORDER BY s.volunteer"""
NOTE = """
    INSERT INTO service (id, volunteer, first_day, noted_at)
    SELECT gen_random_uuid(), id, $2, now() FROM volunteer WHERE id = $1
    ON CONFLICT (volunteer) WHERE last_day IS NULL DO NOTHING"""


async def note(settings: Settings) -> int:
    """Notes whose service has begun; of how many. Any number of workers may: who comes second finds the row there."""
    found = [(row["volunteer"], row["first_day"]) for row in await database.fetch(FOUND)]
    return sum([await _note(volunteer, day) for volunteer, day in found])


async def _note(volunteer: UUID, first_day: date) -> bool:
    """Each in a transaction of their own; what is planned beyond day 30 is judged by it from now on."""
    async with database.transaction():
        if not await database.execute(NOTE, volunteer, first_day):
            return False
        await audit.record(SYSTEM, "people.service", f"volunteer:{volunteer}")
        await standing.recheck(SYSTEM, volunteer)
    return True
