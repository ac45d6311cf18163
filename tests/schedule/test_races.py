"""The last seat goes to one of sixty who want it at once; nobody is in two places. With the guards off, both fail."""

import asyncio
import contextlib
from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from support import people

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import actions, seats
from volunteer_hub.schedule.seats import Held
from volunteer_hub.schedule.states import AssignmentState

CROWD = 60
NOON = datetime.fromisoformat("2030-05-08 12:00")


@pytest.fixture
async def coordinator(db: str) -> Actor:
    return people.actor(await people.account(Role.COORDINATOR))


async def yes(assignment: UUID) -> str:
    try:
        await actions.answer(SYSTEM, assignment, accept=True, channel="sms")
    except Refused as refused:
        assert refused.status == 409 and refused.sentence, "told kindly, in words"
        return type(refused).__name__
    return "in"


async def all_at_once(assignments: list[UUID]) -> Counter[str]:
    return Counter(await asyncio.gather(*(yes(assignment) for assignment in assignments)))


async def one_seat_wanted_by_many(coordinator: Actor) -> list[UUID]:
    opening = await people.opening(least=1, most=1)
    return [await actions.invite(coordinator, opening.id, (await people.volunteer()).id) for _ in range(CROWD)]


async def one_volunteer_wanted_by_many(coordinator: Actor) -> list[UUID]:
    """Meetings of three hours, a minute apart: any two of them overlap."""
    volunteer, of, place = await people.volunteer(max_hours_week=168), await people.initiative(), await people.place()
    role = await people.role(of)
    found = []
    for minute in range(CROWD):
        at = await people.meeting(of, starts=NOON + timedelta(minutes=minute), hours=3, place=place.id)
        found.append(await actions.invite(coordinator, (await people.opening(at, role)).id, volunteer.id))
    return found


async def seats_and_yeses() -> tuple[int, int]:
    taken = await database.fetchval("SELECT sum(taken) FROM opening")
    return taken, await database.fetchval("SELECT count(*) FROM assignment WHERE state = 'accepted'")


async def test_the_last_seat_goes_to_exactly_one(coordinator: Actor) -> None:
    wanted = await one_seat_wanted_by_many(coordinator)
    assert await all_at_once(wanted) == {"in": 1, "Full": CROWD - 1}
    assert await seats_and_yeses() == (1, 1)
    waiting = await database.fetchval(
        "SELECT count(*) FROM assignment WHERE state = 'invited' AND answered_at IS NOT NULL AND answered_by = 'sms'"
    )
    assert waiting == CROWD - 1, "whoever came too late is seen by the desk"


async def test_control_counting_before_inserting_oversells(coordinator: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = await one_seat_wanted_by_many(coordinator)
    await database.execute("ALTER TABLE opening DROP CONSTRAINT opening_seats")

    async def count_then_insert(of: Held, *, by_hand: bool) -> Refused | None:
        most = await database.fetchval("SELECT most FROM opening WHERE id = $1", of.opening)
        taken = await database.fetchval(
            "SELECT count(*) FROM assignment WHERE opening = $1 AND state = 'accepted'", of.opening
        )
        if taken >= most:
            return seats.Full()
        await asyncio.sleep(0.1)  # the gap between looking and taking, as wide as on a slow network
        await database.execute("UPDATE opening SET taken = taken + 1 WHERE id = $1", of.opening)
        return None

    monkeypatch.setattr(seats, "take", count_then_insert)
    assert (await all_at_once(wanted))["in"] > 1


async def test_one_person_is_never_in_two_places(coordinator: Actor) -> None:
    wanted = await one_volunteer_wanted_by_many(coordinator)
    assert await all_at_once(wanted) == {"in": 1, "Busy": CROWD - 1}
    assert await seats_and_yeses() == (1, 1), "a seat taken for a booking that failed is given back"
    assert await database.fetchval("SELECT count(*) FROM booking WHERE accepted") == 1


async def test_control_without_the_constraint_one_is_in_many_places(coordinator: Actor) -> None:
    wanted = await one_volunteer_wanted_by_many(coordinator)
    await database.execute("ALTER TABLE booking DROP CONSTRAINT booking_no_overlap")
    assert (await all_at_once(wanted))["in"] == CROWD


async def test_yes_and_call_off_at_once_leave_no_seat_taken(coordinator: Actor) -> None:
    opening = await people.opening(most=8)
    asked = [await actions.invite(coordinator, opening.id, (await people.volunteer()).id) for _ in range(8)]

    async def refused_or_done(act: object) -> None:
        with contextlib.suppress(Refused):
            await act  # type: ignore[misc]

    acts = [actions.answer(SYSTEM, id, accept=True, channel="sms") for id in asked]
    acts.insert(4, actions.cancel_meeting(coordinator, opening.meeting))
    await asyncio.gather(*(refused_or_done(act) for act in acts))
    assert await seats_and_yeses() == (0, 0)
    states = {row["state"] for row in await database.fetch("SELECT DISTINCT state FROM assignment")}
    assert states == {AssignmentState.WITHDRAWN}
    assert not await database.fetchval("SELECT count(*) FROM booking WHERE accepted")


async def test_codes_chosen_at_once_differ(coordinator: Actor) -> None:
    volunteer = await people.volunteer(max_hours_week=168)
    openings = [
        await people.opening(await people.meeting(await people.initiative(), starts=NOON + timedelta(hours=n), hours=1))
        for n in range(10)
    ]
    await asyncio.gather(*(actions.invite(coordinator, opening.id, volunteer.id) for opening in openings))
    codes = await database.fetch("SELECT code FROM assignment")
    assert len({row["code"] for row in codes}) == len(openings)
