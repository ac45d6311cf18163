"""What somebody has agreed to do on the days they are away: it stays, and they are told so."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.people.week import Days
from volunteer_hub.schedule.states import AssignmentState

# Who helps until midnight is not there on the next day.
TASKS = """
    SELECT s.id, s.opening, i.name AS title, m.starts_wall, m.ends_wall, s.state, w.first_day
    FROM away w JOIN assignment s ON s.volunteer = w.volunteer AND s.state IN ('invited', 'accepted')
    JOIN opening o ON o.id = s.opening JOIN initiative i ON true
    JOIN meeting m ON m.id = o.meeting AND m.initiative = i.id AND m.state = 'planned' AND m.ends_at > now()
      AND m.starts_wall::date <= w.last_day AND (m.ends_wall - interval '1 second')::date >= w.first_day
    WHERE w.volunteer = $1 AND w.last_day >= $2 ORDER BY m.starts_at, s.id"""


@dataclass(frozen=True, slots=True)
class Agreed:
    """Something asked or accepted that falls on a day away."""

    id: UUID
    opening: UUID
    title: str
    starts_wall: datetime
    ends_wall: datetime
    state: AssignmentState


@dataclass(frozen=True, slots=True)
class TimeOff:
    """Days away and what is agreed on them, the soonest first."""

    days: Days
    agreed: tuple[Agreed, ...]


async def agreed_on(volunteer: UUID, away: list[Days], today: date) -> list[TimeOff]:
    """The days away with what falls on them. Whoever asks has been let in to see that volunteer."""
    rows = await database.fetch(TASKS, volunteer, today)
    found = {days.first: list[Agreed]() for days in away}
    for row in rows:
        task = dict(row) | {"state": AssignmentState(row["state"])}
        found.setdefault(task.pop("first_day"), []).append(Agreed(**task))
    return [TimeOff(days, tuple(found[days.first])) for days in away]
