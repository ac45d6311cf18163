"""Somebody is ill on the day: all they had before them that day is given back at once, and who leads hears of it.

That it was illness is kept only as long as retention allows, shown to those who run the meeting and told in no message.
"""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import outbox
from volunteer_hub.messaging.quiet import Wakes
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.schedule import answering, centre, seats
from volunteer_hub.schedule.states import Missed
from volunteer_hub.web.i18n import mark

AGAIN = mark("Właśnie ktoś zmienił te zadania. Spróbuj jeszcze raz.")

TASKS = """
    SELECT s.id, o.meeting FROM assignment s JOIN opening o ON o.id = s.opening JOIN meeting m ON m.id = o.meeting
    WHERE s.volunteer = $1 AND s.state = 'accepted' AND m.state = 'planned' AND m.starts_at > now()
      AND m.starts_wall::date = $2 ORDER BY m.starts_at, s.id"""
# Whom they stand in for has to be held with them, as whoever answers for both does.
HOLD = f"""
    SELECT FROM volunteer WHERE id = $1 OR id IN (
        SELECT f.volunteer FROM ({TASKS}) AS task JOIN assignment s ON s.id = task.id
        JOIN assignment f ON f.id = s.instead_of)
    ORDER BY id FOR NO KEY UPDATE"""
OF_TASK = """
    SELECT s.volunteer, m.starts_wall::date AS day FROM assignment s JOIN opening o ON o.id = s.opening
    JOIN meeting m ON m.id = o.meeting WHERE s.id = $1"""
# Who coordinates or leads what they were to help in; where nobody does who can be written to, every coordinator.
LEADERS = """
    SELECT a.id AS account, a.email, CASE WHEN a.phone_proven_at IS NOT NULL THEN a.phone END AS phone, a.language,
           min(m.starts_wall) AS starts
    FROM assignment s JOIN opening o ON o.id = s.opening JOIN meeting m ON m.id = o.meeting
    JOIN initiative i ON i.id = m.initiative
    JOIN account a ON a.closed_at IS NULL AND (
        a.id = i.coordinator AND a.role = 'coordinator'
        OR EXISTS (SELECT FROM facilitator f WHERE f.initiative = i.id AND f.account = a.id)
        OR a.role = 'coordinator' AND NOT EXISTS (
            SELECT FROM account c WHERE c.id = i.coordinator AND c.role = 'coordinator' AND c.closed_at IS NULL
                                    AND c.email IS NOT NULL))
    WHERE s.id = ANY($1) GROUP BY a.id ORDER BY a.id"""


async def today(actor: Actor) -> int:
    """The volunteer says so themselves; how many tasks of today they are free of. Raises Refused 404 for others."""
    who = await database.fetchval(
        "SELECT id FROM volunteer WHERE account = $1", actor.account if actor.role is Role.VOLUNTEER else None
    )
    if who is None:
        raise Refused("", 404)
    return await _give_back(actor, who, await database.fetchval("SELECT centre_today()"))


async def for_them(actor: Actor, assignment: UUID) -> date:
    """A coordinator was told so on the phone: of all that day of this task; which day it is. Raises Refused 404."""
    row = await database.fetchrow(OF_TASK, assignment) if actor.coordinates else None
    if row is None:
        raise Refused("", 404)
    await _give_back(actor, row["volunteer"], row["day"])
    day: date = row["day"]
    return day


async def _give_back(actor: Actor, volunteer: UUID, day: date) -> int:
    """Under the locks of schedule/seats.py: the meetings of that day first, all of them, then the person."""
    async with database.transaction():
        locked = await database.fetch(
            f"SELECT id FROM meeting WHERE id IN (SELECT meeting FROM ({TASKS}) AS task) ORDER BY id FOR SHARE",
            *(volunteer, day),
        )
        await database.execute(HOLD, volunteer, day)
        await seats.volunteer_held(volunteer)
        tasks = await database.fetch(TASKS, volunteer, day)
        if {task["meeting"] for task in tasks} - {row["id"] for row in locked}:
            raise Refused(AGAIN)
        for task in tasks:
            await answering.withdraw(actor, task["id"])
            await database.execute("UPDATE assignment SET missed_reason = $2 WHERE id = $1", task["id"], Missed.ILL)
        if actor.role is Role.VOLUNTEER:  # whoever was told on the phone knows
            await _tell([task["id"] for task in tasks], day)
    return len(tasks)


async def _tell(assignments: list[UUID], day: date) -> None:
    """By e-mail and to a proven number by SMS: that somebody is missing, where to look, and neither who nor why."""
    settings, change = centre.settings(), uuid4()
    for row in await database.fetch(LEADERS, assignments):
        said: dict[str, Any] = {
            "about": f"account:{row['account']}",
            "language": row["language"],
            "template": "missing_today",
            "values": {
                "centre": settings.centre_name,
                "starts": row["starts"],
                "places": len(assignments),
                "url": f"{settings.public_url}/desk/day?day={day}",
            },
        }
        for channel, address in ((Channel.EMAIL, row["email"]), (Channel.SMS, row["phone"])):
            if address:
                key = f"missing:{change}:{row['account']}:{channel}"
                needed_by = clock.instant(row["starts"], settings.timezone)
                await outbox.put(
                    key=key, channel=channel, address=address, wakes=Wakes.NEEDED, needed_by=needed_by, **said
                )
