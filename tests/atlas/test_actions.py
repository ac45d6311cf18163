"""What is put on the map, and how a need moves on, kept with who and when."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from support import people

from volunteer_hub.atlas import actions, queries
from volunteer_hub.atlas.actions import NeedDetails
from volunteer_hub.atlas.rules import NeedState
from volunteer_hub.kit import database, geo
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused

SQUARE = [(52.6, 19.0), (52.6, 19.2), (52.8, 19.2), (52.8, 19.0)]


async def area() -> UUID:
    return await actions.add_area(SYSTEM, slug="srodmiescie", name="Śródmieście", polygon=SQUARE)


async def theme() -> UUID:
    return await actions.add_theme(SYSTEM, slug="dzieci", name_pl="Dzieci", name_en="Children", name_uk="Діти")


async def add_need(**values: object) -> UUID:
    usual = {"title": "Nie ma kto czytać", "urgency": 2, "voiced_on": date(2026, 11, 1)}
    new = {"theme": await theme(), "area": await area()} | usual | values
    return await actions.add_need(SYSTEM, NeedDetails(**new))


async def changes(need: UUID) -> list[tuple[str, str, UUID | None]]:
    rows = await database.fetch("SELECT was, became, by FROM need_change WHERE need = $1 ORDER BY at, id", need)
    return [tuple(row) for row in rows]


async def test_what_has_no_point_stands_in_the_middle_of_its_district(db: str) -> None:
    need = await queries.need(SYSTEM, await add_need())
    assert need and need.point == pytest.approx((52.7, 19.1))
    assert (need.title, need.theme, need.area_name) == ("Nie ma kto czytać", "Dzieci", "Śródmieście")
    assert need.state is NeedState.OPEN


async def test_a_district_keeps_its_corners(db: str) -> None:
    await area()
    (found,) = await queries.districts()
    assert found.outline == geo.shape_of(SQUARE) and found.schematic


async def test_a_need_moves_on_and_it_is_known_who_moved_it(db: str) -> None:
    hanna = people.actor(await people.account())
    need = await add_need()
    await actions.set_need_state(hanna, need, NeedState.ADDRESSED)
    await actions.set_need_state(hanna, need, NeedState.MET)
    assert await changes(need) == [
        ("", "open", None),
        ("open", "addressed", hanna.account),
        ("addressed", "met", hanna.account),
    ]


async def test_the_same_state_again_is_nothing(db: str) -> None:
    need = await add_need()
    await actions.set_need_state(SYSTEM, need, NeedState.OPEN)
    assert len(await changes(need)) == 1


async def test_a_met_need_is_not_addressed_before_it_is_open_again(db: str) -> None:
    need = await add_need()
    await actions.set_need_state(SYSTEM, need, NeedState.MET)
    with pytest.raises(Refused) as refused:
        await actions.set_need_state(SYSTEM, need, NeedState.ADDRESSED)
    assert refused.value.status == 409
    assert len(await changes(need)) == 2


async def test_a_need_that_is_not_there_is_refused(db: str) -> None:
    with pytest.raises(Refused) as refused:
        await actions.set_need_state(SYSTEM, uuid4(), NeedState.MET)
    assert refused.value.status == 404


async def test_only_the_desk_reads_needs_of_persons(db: str) -> None:
    need = await add_need(personal=True)
    facilitator = Actor(role=Role.FACILITATOR, account=uuid4())
    assert await queries.needs(facilitator) == [] and await queries.need(facilitator, need) is None
    assert len(await queries.needs(SYSTEM)) == 1 and (await queries.need(SYSTEM, need)) is not None
