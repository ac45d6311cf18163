"""The town's gaps in SQL are those of the rules; who may read them; and what they were on another day."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from atlas import chance
from atlas.chance import Town
from support import people

from volunteer_hub.atlas import gaps, rules
from volunteer_hub.atlas.help import HelpAt, end, put
from volunteer_hub.atlas.reach_sql import Terms
from volunteer_hub.atlas.rules import Aid, HelpSource, NeedState
from volunteer_hub.atlas.viewport import Wanted
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role

pytestmark = pytest.mark.usefixtures("db")


def today() -> date:
    return clock.today(people.ZONE)


def expected(town: Town, aids: list[Aid], terms: Terms) -> list[tuple[UUID, int, int]]:
    """The gaps by the rules: id, places, rank."""
    found = []
    for id, need in town.needs.items():
        km = terms.km or town.own_km[need.theme] or terms.usual_km
        places = rules.places(replace(town.lacks[id], reach_km=km), aids, terms.day, town.said[id])
        stood = int(id in town.stood_for)
        if rules.is_gap(NeedState(need.state), initiatives=stood, people=need.people, places=places):
            found.append((id, places or 0, rules.rank(need.urgency, need.people, need.voiced_on, terms.day)))
    return sorted(found, key=lambda one: (-one[2], one[0]))


@pytest.mark.parametrize("seed", range(6))
async def test_the_database_finds_the_gaps_that_the_rules_find(seed: int) -> None:
    town = await chance.town(seed)
    for km in (None, 0.7, 2.5, 40.0):
        for volunteers in (False, True):
            terms = Terms(today(), usual_km=1.5, km=km, volunteers=volunteers)
            aids = town.aids + (town.volunteers if volunteers else [])
            found = [(one.id, one.places, one.rank) for one in await gaps.find(SYSTEM, terms=terms)]
            assert found == expected(town, aids, terms)
            assert km != 0.7 or found


async def test_what_is_asked_narrows_gaps() -> None:
    town = await chance.town(1)
    terms = Terms(today(), km=0.3)
    everything = await gaps.find(SYSTEM, terms=terms)
    urgent = await gaps.find(SYSTEM, Wanted(urgency=3), terms=terms)
    assert urgent == [one for one in everything if one.urgency >= 3] != []
    top = next(theme for theme in town.themes if theme.parent)
    below = {theme.slug for theme in town.themes if top.id in town.above[theme.id]}
    of_theme = await gaps.find(SYSTEM, Wanted(theme=top.slug), terms=terms)
    assert of_theme == [one for one in everything if one.theme in below] != everything
    assert await gaps.find(SYSTEM, Wanted(area="nigdzie"), terms=terms) == []


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.COORDINATOR, Role.MACHINE)])
async def test_nobody_but_coordinators_reads_gaps(role: Role) -> None:
    await people.need()
    stranger = Actor(role=role)
    assert len(await gaps.find(SYSTEM, terms=Terms(today()))) == 1
    assert await gaps.find(stranger, terms=Terms(today())) == []
    assert await gaps.at(stranger, today(), terms=Terms(today())) == []
    assert (await gaps.since(stranger, today() - timedelta(365))).new == ()


async def test_a_year_ago_help_and_needs_stood_as_they_did() -> None:
    then, terms = today() - timedelta(365), Terms(today())
    theme, place = await people.theme(), await people.place()
    helped = await people.need(theme=theme.id, voiced_on=then - timedelta(30))
    met = await people.need(voiced_on=then - timedelta(30), state="met")
    given_up = await people.need(voiced_on=then - timedelta(30), state="withdrawn")
    new = await people.need(voiced_on=then + timedelta(1))
    source = await people.resource(theme=theme.id, place=place.id)
    await put(HelpSource.RESOURCE, source.id, [HelpAt("Klub", theme.id, place.id)], then - timedelta(9))
    await end(HelpSource.RESOURCE, source.id, then + timedelta(9))
    await chance.was(met.id, NeedState.OPEN, then - timedelta(30))
    await chance.was(met.id, NeedState.MET, then + timedelta(60))
    await chance.was(given_up.id, NeedState.WITHDRAWN, then)

    assert {one.id for one in await gaps.at(SYSTEM, then, terms=terms)} == {met.id}
    assert {one.id for one in await gaps.at(SYSTEM, then + timedelta(9), terms=terms)} == {met.id, helped.id, new.id}
    assert {one.id for one in await gaps.find(SYSTEM, terms=terms)} == {helped.id, new.id}

    since = await gaps.since(SYSTEM, then)
    assert [(one.id, one.on) for one in since.met] == [(met.id, then + timedelta(60))]
    assert [(one.id, one.on) for one in since.new] == [(new.id, new.voiced_on)]
    assert since.withdrawn == ()
    assert [one.id for one in (await gaps.since(SYSTEM, then - timedelta(1))).withdrawn] == [given_up.id]


async def test_volunteers_of_today_do_not_change_the_past() -> None:
    theme = await people.theme(slug="elders")
    need = await people.need(theme=theme.id, voiced_on=today() - timedelta(400))
    await people.volunteer(causes=["elders"])
    assert await gaps.find(SYSTEM, terms=Terms(today())) == []
    assert [one.id for one in await gaps.find(SYSTEM, terms=Terms(today(), volunteers=False))] == [need.id]
    assert [one.id for one in await gaps.at(SYSTEM, today() - timedelta(365), terms=Terms(today()))] == [need.id]


async def test_each_open_need_is_read_once_and_help_by_index() -> None:
    await chance.town(2)
    text, values = gaps.statement(Wanted(), Terms(today()))
    await database.execute("ANALYZE")
    async with database.transaction():
        await database.execute("SET LOCAL enable_seqscan = off")
        plan = "\n".join(row[0] for row in await database.fetch(f"EXPLAIN {text}", *values))
    assert plan.count(" on need n") == 1
    assert "help_near on help h" in plan
