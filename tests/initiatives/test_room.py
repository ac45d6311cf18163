"""A group's room: kept by one conditional update, whoever writes its members and however many at once."""

import asyncio
from datetime import date
from typing import Any

import httpx2
import pytest
from support import people
from support.visitor import Visitor

from volunteer_hub.initiatives import actions
from volunteer_hub.initiatives.tables import Initiative
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.kit.refused import Refused

DAY = date(2026, 11, 1)


async def join(of: Initiative, who: Any) -> bool:
    try:
        await actions.add_member(SYSTEM, of.id, who.id, joined_on=DAY)
    except Refused:
        return False
    return True


async def counts() -> tuple[int, int]:
    """The counter, and what it counts."""
    return (
        await database.fetchval("SELECT present FROM initiative"),
        await database.fetchval("SELECT count(*) FROM member WHERE left_on IS NULL"),
    )


async def test_of_many_at_once_only_as_many_join_as_there_is_room(db: str) -> None:
    of = await people.initiative(kind="group", most_members=3)
    crowd = [await people.participant() for _ in range(12)]
    answers = await asyncio.gather(*[join(of, who) for who in crowd])
    assert sum(answers) == 3 and await counts() == (3, 3)


async def test_control_without_the_condition_they_all_do(db: str) -> None:
    await database.execute("DROP TRIGGER member_room ON member")
    of = await people.initiative(kind="group", most_members=3)
    crowd = [await people.participant() for _ in range(12)]
    assert sum(await asyncio.gather(*[join(of, who) for who in crowd])) == 12
    assert await counts() == (0, 12)


async def test_the_counter_follows_every_way_in_and_out(db: str) -> None:
    of = await people.initiative(kind="group", most_members=2)
    one, two, three = [await people.participant() for _ in range(3)]
    assert await join(of, one) and await join(of, two) and not await join(of, three)
    assert await join(of, one), "who is there already takes no second place"
    await database.execute("UPDATE member SET left_on = $2 WHERE participant = $1", one.id, DAY)
    assert await counts() == (1, 1) and await join(of, three) and await counts() == (2, 2)
    assert not await join(of, one), "a place that was given up is gone"
    await database.execute("DELETE FROM participant WHERE id = $1", two.id)
    assert await counts() == (1, 1) and await join(of, one)


async def test_less_room_turns_nobody_out_and_lets_nobody_in(db: str) -> None:
    of = await people.initiative(kind="group")
    for _ in range(4):
        assert await join(of, await people.participant())
    await database.execute("UPDATE initiative SET most_members = 2")
    assert await counts() == (4, 4) and not await join(of, await people.participant())
    await database.execute("UPDATE member SET left_on = $1", DAY)
    assert await counts() == (0, 0) and await join(of, await people.participant())


async def test_the_desk_is_told_that_it_is_full(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client)
    of = await people.initiative(kind="group", coordinator=me.id, most_members=1)
    await people.member(of, await people.participant(alias="Z1"))
    await people.participant(alias="Kropka")
    visitor = Visitor(client)
    assert "Wszystkie miejsca są zajęte." in await visitor.open(f"/desk/initiatives/{of.id}")
    await database.execute("UPDATE initiative SET most_members = 2")
    await visitor.open(f"/desk/initiatives/{of.id}/members?q=Kropka")
    await database.execute("UPDATE initiative SET most_members = 1")  # meanwhile
    who = await database.fetchval("SELECT id FROM participant WHERE alias = 'Kropka'")
    page = await visitor.send("/members/joining", participant=who)
    assert visitor.page.status_code == 409 and "Nie ma tu już wolnych miejsc. Najwięcej osób: 1." in page
    await visitor.open(f"/desk/initiatives/{of.id}/members/new")
    page = await visitor.send("/members/new", alias="Przecinek", phone="600 100 200")
    assert visitor.page.status_code == 409 and "Nie ma tu już wolnych miejsc." in page
    assert await counts() == (1, 1)
    assert not await database.fetchval("SELECT count(*) FROM participant WHERE alias = 'Przecinek'")


async def test_too_few_is_said_where_the_group_is_run(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client)
    of = await people.initiative(kind="group", coordinator=me.id, least_members=4, most_members=9)
    await people.member(of, await people.participant())
    page = await Visitor(client).open(f"/desk/initiatives/{of.id}")
    assert "Za mało osób: jest 1, a potrzeba co najmniej 4." in page and "1 z 9" in page


@pytest.mark.parametrize(("least", "most"), [(5, 4), (0, -1)])
async def test_the_database_itself_keeps_the_bounds_in_order(db: str, least: int, most: int) -> None:
    with pytest.raises(Exception, match="initiative_members"):
        await people.initiative(kind="group", least_members=least, most_members=most)


async def test_a_group_by_referral_is_on_no_public_page(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client)
    of = await people.initiative(name="Grupa Środa", kind="group", coordinator=me.id)
    visitor = Visitor(client)
    assert "Grupa Środa" in await visitor.open("/groups"), "control: it was there"
    await visitor.open(f"/desk/initiatives/{of.id}/edit")
    assert "ze skierowania" in await visitor.send("/edit", public="no")
    assert "Grupa Środa" not in await visitor.open("/groups")
