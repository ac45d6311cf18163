"""Two at once for one request: one wins, the other is told. With the lock off, both would."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from uuid import UUID

import asyncpg
import pytest
from intake.at_the_desks import request, row_of
from support import people

from volunteer_hub.intake import outcomes, request_actions
from volunteer_hub.intake.request_forms import PlaceInGroup
from volunteer_hub.intake.rules import Desk
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused

CROWD = 8


@pytest.fixture
async def crowd(db: str) -> list[Actor]:
    return [people.actor(await people.account(Role.COORDINATOR)) for _ in range(CROWD)]


async def tried(act: Awaitable[object]) -> str:
    try:
        await act
    except Refused as refused:
        assert refused.status == 409 and refused.sentence
        return "told"
    return "done"


async def all_at_once(*acts: Awaitable[object]) -> Counter[str]:
    return Counter(await asyncio.gather(*map(tried, acts)))


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reads the row without holding it, and takes the time a busy machine takes before it is written."""
    slow = request_actions.HELD.replace("FOR NO KEY UPDATE OF r", "").replace("r.*", "r.*, pg_sleep(0.05)::text AS nap")
    monkeypatch.setattr(request_actions, "HELD", slow)


async def takers(crowd: list[Actor], id: UUID) -> Counter[str]:
    return await all_at_once(*(request_actions.take_request(actor, id) for actor in crowd))


async def test_taken_by_one(crowd: list[Actor]) -> None:
    id = (await request()).id
    assert await takers(crowd, id) == {"done": 1, "told": CROWD - 1}
    assert await database.fetchval("SELECT count(*) FROM request_move WHERE state = 'taken'") == 1
    assert (await row_of(id))["version"] == 2


@pytest.mark.usefixtures("unlocked")
async def test_control_without_the_lock_several_take_it(crowd: list[Actor]) -> None:
    id = (await request()).id
    assert (await takers(crowd, id))["done"] > 1


async def routers(crowd: list[Actor], id: UUID) -> Counter[str]:
    ways = [Desk.SERVICES, Desk.SOCIAL_WORK, Desk.VOLUNTEER_CENTRE, Desk.BENEFITS] * 2
    return await all_at_once(
        *(request_actions.route_request(actor, id, to, "x", 1) for actor, to in zip(crowd, ways, strict=True))
    )


async def test_routed_to_one_desk(crowd: list[Actor]) -> None:
    id = (await request()).id
    assert await routers(crowd, id) == {"done": 1, "told": CROWD - 1}
    assert await database.fetchval("SELECT count(*) FROM request_move WHERE was_desk <> ''") == 1


@pytest.mark.usefixtures("unlocked")
async def test_control_without_the_lock_it_goes_several_ways(crowd: list[Actor]) -> None:
    id = (await request()).id
    assert (await routers(crowd, id))["done"] > 1


async def placers(crowd: list[Actor], id: UUID) -> Counter[str]:
    group = await people.initiative(kind="course", name="Czwartek")
    form = PlaceInGroup(initiative=group.id, first_name="Zofia", joined_on=clock.today(people.ZONE), version=1)
    return await all_at_once(*(outcomes.place_from(actor, id, form) for actor in crowd))


async def test_one_person_becomes_one_member(crowd: list[Actor]) -> None:
    assert await placers(crowd, (await request()).id) == {"done": 1, "told": CROWD - 1}
    assert await database.fetchval("SELECT count(*) FROM participant") == 1
    assert await database.fetchval("SELECT count(*) FROM member") == 1


async def of_as_many_requests(crowd: list[Actor]) -> Counter[str]:
    """Each of the crowd places somebody else in the same group."""
    group = await people.initiative(kind="course", name="Czwartek")
    form = PlaceInGroup(initiative=group.id, first_name="Zofia", joined_on=clock.today(people.ZONE), version=1)
    asked = [(await request(n)).id for n in range(CROWD)]
    return await all_at_once(*(outcomes.place_from(actor, id, form) for actor, id in zip(crowd, asked, strict=True)))


async def test_people_of_several_requests_come_into_one_group_at_once(crowd: list[Actor]) -> None:
    assert await of_as_many_requests(crowd) == {"done": CROWD}
    assert await database.fetchval("SELECT count(*) FROM member") == CROWD


async def test_control_sharing_the_groups_row_they_wait_for_each_other(
    crowd: list[Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcomes, "RUNS", outcomes.RUNS.replace("NO KEY UPDATE", "SHARE"))
    with pytest.raises(asyncpg.DeadlockDetectedError):
        await of_as_many_requests(crowd)


@pytest.mark.usefixtures("unlocked")
async def test_control_without_the_lock_there_are_several_of_them(crowd: list[Actor]) -> None:
    assert (await placers(crowd, (await request()).id))["done"] > 1
    assert await database.fetchval("SELECT count(*) FROM participant") > 1
