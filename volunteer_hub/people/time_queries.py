"""Reads of when somebody has time: their own, or anybody's for a coordinator; everybody else's is a 404."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.rules import Free
from volunteer_hub.people.week import Days, Week, tidy

VERBS = ("people.time", "people.away")

LOCK = "FOR NO KEY UPDATE"
WEEK = """
    SELECT id, first_name || ' ' || last_name AS name, max_hours_week, max_times_week, max_km, travels
    FROM volunteer WHERE id = $1 AND (account = $2 OR $3)"""


@dataclass(frozen=True, slots=True)
class Changed:
    """When the free time was last changed, by themselves or by the coordinator `by`."""

    at: datetime
    own: bool
    by: str


@dataclass(frozen=True, slots=True)
class Person:
    """A volunteer and their ordinary week."""

    id: UUID
    name: str
    week: Week


async def own(actor: Actor) -> UUID:
    """The volunteer who is signed in. Raises Refused 404."""
    id: UUID | None = await database.fetchval("SELECT id FROM volunteer WHERE account = $1", actor.account)
    if id is None:
        raise Refused("", 404)
    return id


async def person(actor: Actor, volunteer: UUID) -> Person:
    """Whose week it is. Raises Refused 404, also for what is not theirs to see."""
    return await _person(WEEK, actor, volunteer)


async def held(actor: Actor, volunteer: UUID) -> Person:
    """As `person`, locked until the transaction ends: whoever changes somebody's time goes one after the other."""
    return await _person(f"{WEEK} {LOCK}", actor, volunteer)


async def _person(sql: str, actor: Actor, volunteer: UUID) -> Person:
    row = await database.fetchrow(sql, volunteer, actor.account, actor.coordinates)
    if row is None:
        raise Refused("", 404)
    free = await database.fetch("SELECT weekday, starts, ends FROM availability WHERE volunteer = $1", row["id"])
    week = Week(
        free=tidy(Free(*one) for one in free),
        most_hours=row["max_hours_week"],
        most_times=row["max_times_week"],
        most_km=row["max_km"],
        travels=row["travels"],
    )
    return Person(row["id"], row["name"], week)


async def away(volunteer: UUID, today: date) -> list[Days]:
    """The days away that are not over yet, the soonest first. Whoever asks has been let in by `person`."""
    rows = await database.fetch(
        "SELECT first_day, last_day FROM away WHERE volunteer = $1 AND last_day >= $2 ORDER BY first_day, last_day",
        *(volunteer, today),
    )
    return [Days(*row) for row in rows]


async def changed(volunteer: UUID) -> Changed | None:
    """The last change of the week or the days away; None: as it was when they came."""
    row = await database.fetchrow(
        """SELECT e.at, e.role = 'volunteer', coalesce(a.name, '')
           FROM audit_entry e LEFT JOIN account a ON a.id = e.account
           WHERE e.about = $1 AND e.verb = ANY($2) AND e.outcome = 'done' ORDER BY e.at DESC, e.id LIMIT 1""",
        *(f"volunteer:{volunteer}", list(VERBS)),
    )
    return Changed(*row) if row else None
