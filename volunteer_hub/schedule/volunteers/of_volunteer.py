"""What one volunteer has to do and has done, for their card at the desk; and all of it taken off them at once."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import actions, notices, seats
from volunteer_hub.schedule.hours import queries as hours_queries
from volunteer_hub.schedule.hours.queries import Given
from volunteer_hub.schedule.states import AssignmentState
from volunteer_hub.web.i18n import mark

PAST = 10


@dataclass(frozen=True, slots=True)
class Task:
    """An assignment on the card. `at_risk` names the rule that has stopped holding, empty when all is well."""

    id: UUID
    opening: UUID
    meeting: UUID
    title: str
    role: str
    starts_wall: datetime
    state: AssignmentState
    at_risk: str


@dataclass(frozen=True, slots=True)
class Tasks:
    """Those to come, the soonest first; the last ones of before, the newest first; to how many they came in all; the
    hours they gave."""

    coming: tuple[Task, ...]
    past: tuple[Task, ...]
    done: int
    hours: Given


TASK = """
    SELECT s.id, s.opening, o.meeting, i.name AS title, r.name AS role, m.starts_wall, s.state, s.at_risk
    FROM assignment s JOIN opening o ON o.id = s.opening JOIN role_asked r ON r.id = o.role
    JOIN meeting m ON m.id = o.meeting AND m.state = 'planned' JOIN initiative i ON i.id = m.initiative
    WHERE s.volunteer = $1"""
COMING = f"{TASK} AND s.state IN ('proposed', 'invited', 'accepted') AND m.starts_at > now()"
PAST_ONES = f"{TASK} AND s.state IN ('accepted', 'done', 'missed') AND m.starts_at <= now()"


# Who only makes a break has their regular tasks again after it.
NO_LONGER_REGULAR = """
    UPDATE regular_task SET state = 'withdrawn' WHERE volunteer = $1 AND state IN ('invited', 'silent', 'accepted')
    RETURNING id"""


async def tasks_of(actor: Actor, volunteer: UUID) -> Tasks:
    """Of one volunteer, whoever runs it; coordinators only, others see none."""
    if not actor.coordinates:
        return Tasks((), (), 0, Given(0, 0, ()))
    coming = await database.fetch(f"{COMING} ORDER BY m.starts_at, s.id LIMIT 50", volunteer)
    past = await database.fetch(f"{PAST_ONES} ORDER BY m.starts_at DESC, s.id LIMIT {PAST}", volunteer)
    done = await database.fetchval(
        "SELECT count(*) FROM commitment WHERE volunteer = $1 AND starts_at <= now()", volunteer
    )
    hours = await hours_queries.of_volunteer(actor, volunteer)
    return Tasks(tuple(Task(*row) for row in coming), tuple(Task(*row) for row in past), done, hours)


async def regular_abouts(volunteer: UUID) -> list[str]:
    """What messages about their regular tasks are about."""
    rows = await database.fetch("SELECT 'regular:' || id AS about FROM regular_task WHERE volunteer = $1", volunteer)
    return [row["about"] for row in rows]


async def take_off(actor: Actor, volunteer: UUID, before: date | None = None) -> int:
    """Takes the volunteer off all that is to come, or off what is before that day; how many there were.

    Inside the transaction of whoever leaves or makes a break, before it changes the volunteer's row. The meetings are
    locked first, all of them: a move of one waits or goes first, and no two wait for each other. Raises Refused 409
    when an invitation came in at that very moment.
    """
    day = before or date.max
    wanted = f"{COMING} AND m.starts_wall < $2::date"
    locked = await database.fetch(
        f"SELECT id FROM meeting WHERE id IN (SELECT meeting FROM ({wanted}) AS task) ORDER BY id FOR SHARE",
        *(volunteer, day),
    )
    await seats.volunteer_held(volunteer)
    tasks = await database.fetch(wanted, volunteer, day)
    if {task["meeting"] for task in tasks} - {row["id"] for row in locked}:
        raise Refused(mark("Właśnie ktoś zaprosił tę osobę. Odśwież stronę i zobacz, jak jest teraz."))
    for task in tasks:
        await actions.withdraw(actor, task["id"])
    if before is None:
        async with database.transaction():
            for row in await database.fetch(NO_LONGER_REGULAR, volunteer):
                await notices.recall(f"regular:{row['id']}")
    return len(tasks)
