"""What is behind the demo town: a group that met, once noted and once not yet, and hours that volunteers gave."""

from datetime import date, timedelta
from uuid import UUID

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.attendance import actions as attendance
from volunteer_hub.schedule.attendance import queries as attendance_queries
from volunteer_hub.schedule.attendance.actions import Said
from volunteer_hub.schedule.hours import actions as hours
from volunteer_hub.schedule.hours.actions import Report

GROUP = "Grupa Czwartek"
# How many days ago, minutes, words; whether it is approved by now.
GIVEN = (
    (2, 150, "zakupy i spacer", False),
    (9, 120, "", True),
    (16, 90, "przygotowanie sali", True),
)
FIRST = """
    SELECT m.initiative, m.place, m.starts_wall, m.ends_wall FROM meeting m JOIN initiative i ON i.id = m.initiative
    WHERE i.name = $1 AND m.state = 'planned' ORDER BY m.starts_at LIMIT 1"""
HELPERS = """
    SELECT DISTINCT ON (v.name_key) v.id, v.account, r.initiative
    FROM volunteer v JOIN assignment s ON s.volunteer = v.id JOIN opening o ON o.id = s.opening
    JOIN role_asked r ON r.id = o.role JOIN initiative i ON i.id = r.initiative
    WHERE s.state = 'accepted' AND v.account IS NOT NULL AND i.kind NOT IN ('group', 'circle')
    ORDER BY v.name_key, r.initiative LIMIT 3"""


async def load(staff: dict[Role, Actor], today: date) -> None:
    """By the town's facilitator, three of its volunteers and its coordinator."""
    await _group(staff[Role.COORDINATOR], staff[Role.FACILITATOR], today)
    for row in await database.fetch(HELPERS):
        await _hours(staff[Role.COORDINATOR], row["account"], row["initiative"], today)


async def _group(coordinator: Actor, leader: Actor, today: date) -> None:
    first = await database.fetchrow(FIRST, GROUP)
    if first is None:
        return
    weeks = (first["starts_wall"].date() - today).days // 7 + 1
    for back in (weeks + 1, weeks):
        by = timedelta(weeks=back)
        meeting = await actions.plan_meeting(
            coordinator, first["initiative"], first["place"], first["starts_wall"] - by, first["ends_wall"] - by
        )
        if back > weeks:
            await _note(leader, meeting)


async def _note(leader: Actor, meeting: UUID) -> None:
    """All but one were there."""
    sheet = await attendance_queries.sheet(leader, meeting)
    listed = [one.id for one in sheet.participants]
    await attendance.note(leader, meeting, Said(sheet.mark, listed, listed[1:], {}))


async def _hours(coordinator: Actor, account: UUID, initiative: UUID, today: date) -> None:
    me = Actor(role=Role.VOLUNTEER, account=account)
    for ago, minutes, words, approved in GIVEN:
        await hours.report(me, Report(initiative, today - timedelta(days=ago), minutes, words))
        if approved:
            id = await database.fetchval(
                "SELECT id FROM hours_worked WHERE reported_by = $1 AND day = $2",
                *(account, today - timedelta(days=ago)),
            )
            await hours.approve(coordinator, id, minutes)
