"""The desk's list of initiatives: narrowed by what it offers, paged, each row as its reader may see it."""

from typing import Any

import httpx2
import pytest
from support import people
from support.visitor import Visitor

from volunteer_hub.initiatives import search
from volunteer_hub.initiatives.search import PAGE, Wanted
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Role


async def names(of: Wanted, actor: Any = SYSTEM) -> list[str]:
    return [one.name for one in (await search.find(actor, of)).rows]


async def test_each_filter_narrows_and_all_together(db: str) -> None:
    me, area = await people.account(), await people.area()
    one = await people.initiative(name="A", kind="one_off", state="idea", coordinator=me.id)
    await people.initiative(name="B", kind="group", state="running")
    await people.initiative(name="C", kind="partnership", state="finished", coordinator=me.id)
    await people.initiative(name="D", kind="course", state="finished", outcome="Udało się")
    await people.meeting(one, place=(await people.place(area=area.id)).id)
    assert await names(Wanted()) == ["B", "A", "C", "D"], "what runs first, what is over last"
    assert await names(Wanted(kind="group")) == ["B"]
    assert await names(Wanted(kind="project")) == ["A", "C"]
    assert await names(Wanted(state="finished")) == ["C", "D"]
    assert await names(Wanted(coordinator=me.id)) == ["A", "C"]
    assert await names(Wanted(area=area.id)) == ["A"]
    assert await names(Wanted(outcome=True)) == ["C"]
    assert await names(Wanted("project", "finished", me.id, None, True)) == ["C"]
    assert await names(Wanted(kind="group", state="idea")) == []


async def test_a_meeting_that_was_called_off_is_in_no_district(db: str) -> None:
    area = await people.area()
    of = await people.initiative()
    await people.meeting(of, place=(await people.place(area=area.id)).id)
    assert await names(Wanted(area=area.id))
    await database.execute("UPDATE meeting SET state = 'cancelled'")
    assert not await names(Wanted(area=area.id))


async def test_pages_hold_everything_once(db: str) -> None:
    for n in range(PAGE + 5):
        await people.initiative(name=f"Projekt {n:02d}")
    first, second = [await search.find(SYSTEM, Wanted(page=n)) for n in (1, 2)]
    assert (first.total, first.pages, len(first.rows), len(second.rows)) == (PAGE + 5, 2, PAGE, 5)
    assert len({one.id for one in (*first.rows, *second.rows)}) == PAGE + 5
    assert (await search.find(SYSTEM, Wanted(page=99))).rows == second.rows


async def test_who_leads_one_finds_that_one(db: str) -> None:
    mine = await people.initiative(name="Moja", kind="group")
    await people.initiative(name="Cudza", kind="group")
    me = await people.account(Role.FACILITATOR)
    await people.facilitator(mine, me)
    assert await names(Wanted(), people.actor(me)) == ["Moja"]


async def test_others_are_not_told_that_a_group_lacks_its_outcome(db: str) -> None:
    mine, other = await people.account(), await people.account()
    await people.initiative(kind="group", state="finished", coordinator=mine.id)
    assert await search.without_outcome(people.actor(mine)) == 1, "control: its own coordinator is"
    assert await search.without_outcome(people.actor(other)) == 0
    assert await names(Wanted(outcome=True), people.actor(other)) == []


@pytest.mark.parametrize("query", ["kind=x", "state=x", "coordinator=x", "area=1", "page=-1", "page=x", "outcome=no"])
async def test_what_is_not_offered_narrows_nothing(client: httpx2.AsyncClient, query: str) -> None:
    await people.initiative(name="Ogród")
    await people.signed_in(client)
    page = await Visitor(client).open(f"/desk/initiatives?{query}")
    assert "Ogród" in page
