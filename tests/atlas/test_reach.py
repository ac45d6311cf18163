"""What reaches one need is found by index and is what the rules say; groups stay unnamed; capacity is counts alone."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from atlas import chance
from support import people

from volunteer_hub.atlas import capacity, gaps, reach, reasons, rules
from volunteer_hub.atlas.capacity import Count
from volunteer_hub.atlas.help import HelpAt, put
from volunteer_hub.atlas.map_view import WHEN
from volunteer_hub.atlas.reach_sql import Terms
from volunteer_hub.atlas.rules import Because, HelpSource, NeedState, Obstacle
from volunteer_hub.kit import clock, database, geo
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.people.rules import week_of

pytestmark = pytest.mark.usefixtures("db")


def today() -> date:
    return clock.today(people.ZONE)


@pytest.mark.parametrize("seed", range(10, 13))
async def test_reach_is_what_the_rules_say(seed: int) -> None:
    town = await chance.town(seed)
    for km in (None, 1.0, 3.0):
        terms = Terms(today(), km=km)
        found_gaps = {one.id: one for one in await gaps.find(SYSTEM, terms=terms)}
        why = await reach.reasons(SYSTEM, list(found_gaps.values()), terms)
        for id, need in town.needs.items():
            said = town.said[id]
            lack = replace(town.lacks[id], reach_km=km or town.own_km[need.theme] or terms.usual_km)
            around = await reach.of_need(SYSTEM, id, terms)
            assert around
            reaching = {aid.source for aid in town.aids if rules.reaches(lack, aid, today(), said.get(aid.source))}
            assert {one.id for one in around.reaching} == reaching
            assert not reaching & {one.id for one in around.near}
            free = [aid.source for aid in town.volunteers if rules.reaches(lack, aid, today())]
            assert {one.id for one in await reach.askable(SYSTEM, id, terms)} == set(free)
            assert around.free == len(free)
            assert around.places == rules.places(lack, town.aids + town.volunteers, today(), said)
            assert (around.reason is not None) == (id in found_gaps)
            if around.reason:
                expected = rules.why(lack, town.aids, today(), said, places=around.places or 0)
                assert around.reason == why[id] == expected


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.COORDINATOR, Role.MACHINE)])
async def test_nobody_but_coordinators_reads_reach_or_capacity(role: Role) -> None:
    theme = await people.theme(slug="elders")
    need = await people.need(theme=theme.id)
    area = await people.area(slug="centrum")
    for _ in range(12):
        await people.volunteer(area_slug=area.slug, causes=["elders"])
    terms = Terms(today())
    assert await reach.of_need(SYSTEM, need.id, terms)
    assert len(await reach.askable(SYSTEM, need.id, terms)) == 12
    assert [one.total.people for one in await capacity.layer(SYSTEM)] == [12]
    stranger = Actor(role=role)
    assert await reach.of_need(stranger, need.id, terms) is None
    assert await reach.reasons(stranger, await gaps.find(SYSTEM, terms=terms), terms) == {}
    assert await reach.askable(stranger, need.id, terms) == []
    assert await capacity.layer(stranger) == []


async def test_what_is_near_and_does_not_reach_says_why() -> None:
    theme, at = await people.theme(), (52.65, 19.05)
    need = await people.need(theme=theme.id, latitude=at[0], longitude=at[1], week=week_of(["1-evening"]), people=40)
    mornings = week_of(f"{day}-morning" for day in range(1, 6))
    near = await people.place(latitude=at[0] + 0.005, longitude=at[1], name="Szkoła")
    far = await people.place(latitude=at[0] + 0.034, longitude=at[1], name="Klub")
    for place, name, values in (
        (near, "Rano", {"week": mornings}),
        (far, "Daleko", {}),
        (near, "Za mało", {"capacity": 12}),
    ):
        await put(HelpSource.RESOURCE, uuid4(), [HelpAt(name, theme.id, place.id, **values)], today() - timedelta(9))
    around = await reach.of_need(SYSTEM, need.id, Terms(today()))
    assert around
    assert [(one.name, one.place, one.capacity) for one in around.reaching] == [("Za mało", "Szkoła", 12)]
    assert [(one.name, one.obstacles) for one in around.near] == [
        ("Rano", (Obstacle.TIME,)),
        ("Daleko", (Obstacle.DISTANCE,)),
    ]
    assert [reasons.obstacle(one, around.reach_km) for one in around.near] == ["tylko rano", "2,3\xa0km za daleko"]
    assert around.reason and reasons.reason(around.reason) == "W zasięgu 12 miejsc dla 40 osób"


async def test_a_group_that_reaches_a_need_is_not_told() -> None:
    theme = await people.theme()
    need = await people.need(theme=theme.id)
    place, group = await people.place(), uuid4()
    await put(HelpSource.INITIATIVE, group, [HelpAt("", theme.id, place.id)], today())
    around = await reach.of_need(SYSTEM, need.id, Terms(today()))
    assert around
    (helper,) = around.reaching
    assert (helper.id, helper.name, helper.place, helper.km, helper.week) == (None, "", "", 0.0, 0)
    assert str(group) not in repr(around) and place.name not in repr(around)
    narrow = await reach.of_need(SYSTEM, need.id, Terms(today(), km=0.0001))
    await database.execute("UPDATE help SET latitude = latitude + 0.01")
    far = await reach.of_need(SYSTEM, need.id, Terms(today(), km=0.0001))
    assert narrow and narrow.reason is None
    assert far and far.near == () and far.reason and far.reason.because is Because.NOBODY


@pytest.mark.parametrize(
    ("slots", "said"),
    [
        (["1-morning", "2-morning"], "tylko rano"),
        (["6-morning", "7-evening"], "tylko w weekendy, tylko rano i wieczorem"),
        (["1-morning", "1-afternoon", "1-evening"], ""),
        ([], ""),
    ],
)
def test_a_week_is_told_by_what_it_leaves_out(slots: list[str], said: str) -> None:
    assert reasons.only(week_of(slots)) == said


def test_few_parts_are_told_one_by_one() -> None:
    assert reasons.when(week_of(["1-morning", "3-evening"])) == "pon. rano, śr. wieczorem"
    assert reasons.when(week_of(f"{day}-morning" for day in range(1, 8))) == "tylko rano"
    assert reasons.when((1 << 21) - 1) == "w różnych porach"


async def test_capacity_counts_people_and_hours_by_district_and_part_of_the_week() -> None:
    area = await people.area(slug="centrum", name="Centrum")
    top = await people.theme(slug="elders")
    await people.theme(slug="loneliness", parent=top.id)
    await people.volunteer(area_slug=area.slug, causes=["elders"], max_hours_week=6)
    await people.volunteer(area_slug=area.slug, causes=["loneliness"], max_hours_week=40)
    await people.volunteer(area_slug=area.slug, causes=["food"], max_hours_week=1)
    await people.volunteer(area_slug="nigdzie", causes=["elders"], step="paused")
    (centre,) = await capacity.layer(SYSTEM, "elders", WHEN)
    assert (centre.area, centre.name, centre.total) == ("centrum", "Centrum", Count(2, 12 + 80))
    assert centre.parts["work-morning"] == Count(2, 12 + 40)
    assert centre.parts["weekend-evening"] == Count(2, 12 + 16)
    (everybody,) = await capacity.layer(SYSTEM)
    assert everybody.total == Count(3, 12 + 80 + 2)
    assert [one.total.people for one in await capacity.layer(SYSTEM, "loneliness")] == [2]
    assert await capacity.layer(SYSTEM, "nieznany") == []


async def test_one_needs_reach_is_read_by_index() -> None:
    town = await chance.town(20)
    need = next(iter(town.needs))
    await database.execute("ANALYZE")
    for text, index in ((reach.HELP, "help_near on help h"), (reach.ASKABLE, "volunteer_point on volunteer v")):
        asked = reach.Asked([need])
        statement = reach.statement(text, asked, Terms(today()))
        async with database.transaction():
            await database.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
            rows = await database.fetch(f"EXPLAIN {statement}", *asked.values)
        assert index in "\n".join(row[0] for row in rows)


async def test_a_need_that_is_met_or_stood_for_is_no_gap() -> None:
    met = await people.need(state=NeedState.MET)
    around = await reach.of_need(SYSTEM, met.id, Terms(today()))
    assert around and around.reason is None and around.places == 0
    assert await reach.of_need(SYSTEM, uuid4(), Terms(today())) is None
    assert geo.km((52.65, 19.05), (52.65, 19.05)) == 0
