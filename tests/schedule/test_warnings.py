"""Coordinators hear in time that a paper ends: each thing once, whichever worker comes first; no word names anybody."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from matching.test_opening_page import words
from support import people

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.tables import Agreement, Policy, Service, Volunteer
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.risks import queries as risks
from volunteer_hub.schedule.risks import warnings
from volunteer_hub.settings import Settings, load

TODAY = clock.today(people.ZONE)


def days(count: int) -> Any:
    return TODAY + timedelta(days=count)


@pytest.fixture
async def coordinator(db: str) -> Actor:
    return people.actor(await people.account(Role.COORDINATOR, email="hanna@centrum.example"))


async def clearance(who: Volunteer, ends: int, **values: Any) -> None:
    await people.clearance(who, **{"valid_until": days(ends)} | values)


async def agreement(who: Volunteer, ends: int | None, since: int = -90) -> None:
    until = None if ends is None else days(ends)
    await people.save(Agreement(volunteer=who.id, signed_on=days(since), valid_from=days(since), valid_until=until))


async def policy(ends: int, since: int = -90, who: Volunteer | None = None) -> None:
    of = who.id if who else None
    await people.save(Policy(insurer="X", number="1", valid_from=days(since), valid_until=days(ends), volunteer=of))


async def found(ahead: int = 30) -> list[tuple[str, int]]:
    return [(one.what, (one.last_day - TODAY).days) for one in await risks.endings(SYSTEM, TODAY, ahead)]


@pytest.mark.parametrize(("ends", "told"), [(-1, False), (0, True), (30, True), (31, False)])
async def test_from_today_to_the_day_set(ends: int, told: bool, coordinator: Actor) -> None:
    who = await people.volunteer()
    await clearance(who, ends)
    await agreement(who, ends)
    await database.execute("UPDATE policy SET valid_until = $1", days(ends))
    assert {what for what, _ in await found()} == ({"clearance", "agreement", "policy"} if told else set())


async def test_what_goes_on_does_not_end(coordinator: Actor) -> None:
    who = await people.volunteer()
    await agreement(who, 10)
    await agreement(who, None, since=11)
    await policy(10, who=who)
    await clearance(who, 5, revoked_on=TODAY)
    assert not await found(), "another agreement follows, everybody's policy covers them too, a revoked one has ended"
    await database.execute("UPDATE agreement SET valid_from = valid_from + 1 WHERE valid_until IS NULL")
    assert await found() == [("agreement", 10)], "a day between is a day without"


@pytest.mark.parametrize(("served", "told"), [(23, False), (24, True), (30, True), (31, True), (32, False)])
async def test_the_thirty_first_day_is_told_a_week_ahead(served: int, told: bool, coordinator: Actor) -> None:
    who = await people.volunteer()
    await people.save(Service(volunteer=who.id, first_day=days(1 - served)))
    assert await found() == ([("oral", 30 - served)] if told else [])
    await agreement(who, None, since=31 - served)
    assert not await found()


@pytest.mark.parametrize("values", [{"step": "left"}, {"step": "applied"}, {"restricted_at": clock.now()}])
async def test_nobody_is_warned_about_who_does_not_help(values: dict[str, Any], coordinator: Actor) -> None:
    who = await people.volunteer(**values)
    await clearance(who, 5)
    await agreement(who, 5)
    await policy(5, who=who)
    await database.execute("UPDATE policy SET valid_until = '2027-12-31' WHERE volunteer IS NULL")
    assert not [one for one in await found() if one[0] != "policy" or one[1] == 5]


async def letters() -> list[tuple[str, str]]:
    rows = await database.fetch("SELECT address, body FROM message WHERE template = 'ending' ORDER BY address, key")
    return [tuple(row) for row in rows]


async def test_each_thing_is_told_once_to_each_coordinator(coordinator: Actor, settings: Settings) -> None:
    await people.account(Role.COORDINATOR, email="ewa@centrum.example")
    who = await people.volunteer(first_name="Barbara")
    await clearance(who, 20)
    assert [await warnings.warn(settings, day) for day in (TODAY, TODAY, days(1))] == [2, 0, 0]
    told = await letters()
    assert [address for address, _ in told] == ["ewa@centrum.example", "hanna@centrum.example"]
    assert "Barbara" not in told[0][1] and f"/desk/people/{who.id}" in told[0][1]
    await database.execute("UPDATE clearance SET valid_until = $1", days(25))
    assert await warnings.warn(settings, TODAY) == 2, "a new last day is a new thing"
    at_once = await asyncio.gather(*(warnings.warn(settings, TODAY) for _ in range(4)))
    assert sum(at_once) == 0


async def test_whoever_runs_what_the_person_has_before_them_is_told_alone(
    coordinator: Actor, settings: Settings
) -> None:
    other = await people.account(Role.COORDINATOR, email="ewa@centrum.example")
    who, to = await people.volunteer(), await people.opening()
    await clearance(who, 20)
    await database.execute("UPDATE initiative SET coordinator = $1", other.id)
    await actions.invite(coordinator, to.id, who.id)
    await warnings.warn(settings, TODAY)
    assert [address for address, _ in await letters()] == ["ewa@centrum.example"]


async def test_the_worker_looks_once_an_hour_and_finds_what_a_hand_did(coordinator: Actor) -> None:
    settings = load({"HUB_MODE": "demo", "HUB_WARN_DAYS": "10"})
    of = await people.initiative()
    to = await people.opening(await people.meeting(of), await people.role(of, clearances=["minors"]))
    who = await people.volunteer()
    await clearance(who, 11)
    id = await actions.invite(coordinator, to.id, who.id)
    await warnings.plan(settings)
    assert not await letters()
    await database.execute("UPDATE clearance SET valid_until = $1", days(1))
    await warnings.plan(settings)
    assert not await letters(), "the hour is not over"
    await database.execute("UPDATE allowance SET at = at - interval '1 hour'")
    await warnings.plan(settings)
    assert len(await letters()) == 1
    assert await database.fetchval("SELECT at_risk FROM assignment WHERE id = $1", id) == "clearance"


async def test_the_desk_has_a_list(coordinator: Actor, client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    assert "nic się nie kończy" in words((await client.get("/desk/risks")).text)
    who = await people.volunteer(first_name="Barbara")
    await clearance(who, 5)
    await database.execute("UPDATE policy SET valid_until = $1", days(6))
    page = words((await client.get("/desk/risks")).text)
    assert "Barbara Z." in page and "sprawdzenie do pracy z dziećmi" in page and "polisa" in page
    assert "Wszystkie miejsca są pewne" in page
    facilitator = people.actor(await people.account(Role.FACILITATOR))
    for act in (risks.risks(facilitator), risks.endings(facilitator, TODAY, 5)):
        with pytest.raises(Refused) as refused:
            await act
        assert refused.value.status == 404
