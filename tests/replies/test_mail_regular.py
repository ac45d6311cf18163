"""A regular task answered from a calendar: one of its days alone, or all of it, by the event that the program knows."""

from datetime import UTC
from typing import Any
from uuid import UUID

import pytest
from replies.letters import GUEST, address_of, answer, inbox, invited_event, letter
from replies.test_mailbox import brings
from schedule.test_regular import meetings_of, proposed, running
from support import people

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.schedule.regular import actions as regular

pytestmark = pytest.mark.usefixtures("answers_by_calendar")


@pytest.fixture
async def task(db: str) -> tuple[UUID, list[Any], Actor]:
    """One that somebody said yes to, and its meetings; the letter with it is there."""
    coordinator = people.actor(await people.account(Role.COORDINATOR))
    _, role, row = await running()
    who = await people.volunteer(max_hours_week=90, email=GUEST)
    id = await proposed(coordinator, row, role, who)
    await regular.answer(SYSTEM, id, accept=True, channel="sms")
    return id, await meetings_of(row.id), coordinator


async def theirs(task: UUID) -> int:
    return await database.fetchval("SELECT count(*) FROM assignment WHERE regular = $1 AND state = 'accepted'", task)


async def test_declining_one_day_gives_up_that_day_alone(task: tuple[UUID, list[Any], Actor]) -> None:
    id, meetings, _ = task
    event = await invited_event(f"regular:{id}")
    day = clock.instant(meetings[2]["starts_wall"], people.ZONE)
    count = await theirs(id)
    await brings(letter(answer(event, "DECLINED", recurrence_id=day), to=address_of(event)))
    assert await theirs(id) == count - 1
    given = "SELECT s.state FROM assignment s JOIN opening o ON o.id = s.opening WHERE o.meeting = $1"
    assert await database.fetchval(given, meetings[2]["id"]) == "declined"
    assert (await inbox())[0]["handled_at"] and day.tzinfo is UTC


async def test_a_day_that_is_none_of_its_days_is_read_by_a_human(task: tuple[UUID, list[Any], Actor]) -> None:
    id, meetings, _ = task
    event = await invited_event(f"regular:{id}")
    count = await theirs(id)
    wrong = clock.instant(meetings[2]["starts_wall"].replace(hour=3), people.ZONE)
    for day in (wrong, meetings[2]["starts_wall"], meetings[2]["starts_wall"].date()):
        await brings(letter(answer(event, "DECLINED", recurrence_id=day), to=address_of(event)))
    assert await theirs(id) == count
    assert [row["handled_at"] for row in await inbox()] == [None] * 3


async def test_declining_all_of_it_gives_up_the_task(task: tuple[UUID, list[Any], Actor]) -> None:
    id, _, _ = task
    event = await invited_event(f"regular:{id}")
    await brings(letter(answer(event, "DECLINED"), to=address_of(event)))
    assert await theirs(id) == 0
    assert await database.fetchval("SELECT state FROM regular_task WHERE id = $1", id) == "withdrawn"
    last = await invited_event(f"regular:{id}")
    assert last["status"] == "CANCELLED" and last["organizer"] == event["organizer"]


async def test_an_answer_to_what_it_was_before_is_read_by_a_human(task: tuple[UUID, list[Any], Actor]) -> None:
    id, meetings, coordinator = task
    event = await invited_event(f"regular:{id}")
    await regular.end(coordinator, id, meetings[5]["starts_wall"].date())
    count = await theirs(id)
    await brings(letter(answer(event, "DECLINED"), to=address_of(event)))
    assert await theirs(id) == count > 0 and (await inbox())[0]["handled_at"] is None
