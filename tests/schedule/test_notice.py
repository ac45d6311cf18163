"""A place given up shortly before: it may be, it is kept as late with its reason, and they are told whom to ring."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import httpx2
import pytest
from support import people

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.replies import actions as replies
from volunteer_hub.schedule import actions, answering, centre
from volunteer_hub.settings import load

PHONE = {"HUB_MODE": "demo", "HUB_CENTRE_PHONE": "+48542311111"}


@pytest.fixture(autouse=True)
def usual_centre() -> Iterator[None]:
    yield
    centre.configure(load({"HUB_MODE": "demo"}))


async def taken(hours: int, **volunteer: object) -> tuple[UUID, str]:
    """An accepted place at a meeting that begins in so many hours; its opening's address at the desk."""
    starts = clock.wall(clock.now() + timedelta(hours=hours), people.ZONE).replace(microsecond=0)
    opening = await people.opening(await people.meeting(await people.initiative(), starts=starts, hours=1))
    who = await people.volunteer(**volunteer)
    for weekday in range(1, 8):  # at any hour of the day that this is tried
        await database.execute(
            "INSERT INTO availability (id, volunteer, weekday, starts, ends)"
            " VALUES (gen_random_uuid(), $1, $2, '00:00', '23:59:59')",
            *(who.id, weekday),
        )
    id = await actions.invite(SYSTEM, opening.id, who.id)
    await actions.answer(SYSTEM, id, accept=True, channel="sms")
    return id, f"/desk/openings/{opening.id}"


async def last(id: UUID) -> tuple[bool, str]:
    row = await database.fetchrow(
        "SELECT late, words FROM assignment_change WHERE assignment = $1 ORDER BY at DESC LIMIT 1", id
    )
    assert row
    return tuple(row)


async def test_later_than_the_notice_is_late_and_says_whom_to_ring(client: httpx2.AsyncClient) -> None:
    centre.configure(load(PHONE))
    account = await people.signed_in(client, Role.VOLUNTEER)
    id, desk = await taken(5, account=account.id)
    mark = re.search(r'name="csrf" value="([^"]+)"', (await client.get("/me")).text)
    assert mark
    given = {"csrf": mark[1], "word": "Dziecko ma gorączkę"}
    assert (await client.post(f"/me/assignments/{id}/withdraw", data=given)).status_code == 303
    assert "telefon" in (await client.get("/me")).text
    assert await last(id) == (True, "Dziecko ma gorączkę")
    await people.signed_in(client)
    page = (await client.get(desk)).text
    assert "W ostatniej chwili" in page and "Powód: Dziecko ma gorączkę" in page


async def test_by_sms_the_answer_says_the_number(client: httpx2.AsyncClient) -> None:
    centre.configure(load(PHONE))
    id, _ = await taken(5)
    phone = await database.fetchval("SELECT phone FROM volunteer")
    await replies.receive("1", phone, "NIE")
    assert await answering.was_late(id)
    said = await database.fetchval("SELECT body FROM message WHERE template = 'declined'")
    assert "54 231 11 11" in said and "zadzwonic" in said


async def test_in_time_or_by_the_desk_is_not_late(client: httpx2.AsyncClient) -> None:
    coordinator = people.actor(await people.account())
    early, _ = await taken(30)
    await actions.answer(SYSTEM, early, accept=False, channel="sms")
    by_desk, _ = await taken(5)
    await actions.withdraw(coordinator, by_desk, "Jednak wystarczy osób")
    assert await last(early) == (False, "") and await last(by_desk) == (False, "Jednak wystarczy osób")
    centre.configure(load({"HUB_MODE": "demo", "HUB_NOTICE_HOURS": "48"}))
    now_late, _ = await taken(30)
    await actions.answer(SYSTEM, now_late, accept=False, channel="sms")
    assert await last(now_late) == (True, "")
