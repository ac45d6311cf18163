"""The days on which a rule begins or ends to hold, through the very invitation a coordinator sends."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from support import people

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.tables import Agreement, Service
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.tables import Opening

TODAY = clock.today(people.ZONE)
DAY = TODAY + timedelta(days=3)


@pytest.fixture
async def coordinator(db: str) -> Actor:
    return people.actor(await people.account(Role.COORDINATOR))


async def opening(**role: Any) -> Opening:
    of = await people.initiative()
    return await people.opening(await people.meeting(of), await people.role(of, **role))


@pytest.mark.parametrize(
    ("day", "written", "insured", "fits"),
    [
        (29, False, True, True),
        (30, False, True, True),
        (31, False, True, False),
        (31, True, False, True),
        (30, True, False, False),
    ],
)
async def test_the_thirty_first_day_needs_it_in_writing(
    day: int, written: bool, insured: bool, fits: bool, coordinator: Actor
) -> None:
    to, who = await opening(), await people.volunteer()
    first = DAY - timedelta(days=day - 1)
    await people.save(Service(volunteer=who.id, first_day=first))
    if written:
        await people.save(Agreement(volunteer=who.id, signed_on=first, valid_from=first))
    if not insured:
        await database.execute("DELETE FROM policy")
    if fits:
        assert await actions.invite(coordinator, to.id, who.id)
        return
    with pytest.raises(Refused, match="polisy albo pisemnego porozumienia"):
        await actions.invite(coordinator, to.id, who.id)


@pytest.mark.parametrize(("until", "fits"), [(DAY, True), (DAY - timedelta(days=1), False)])
async def test_a_clearance_holds_on_its_last_day(until: date, fits: bool, coordinator: Actor) -> None:
    to, who = await opening(clearances=["minors"]), await people.volunteer()
    await people.clearance(who, valid_until=until)
    if fits:
        assert await actions.invite(coordinator, to.id, who.id)
        return
    with pytest.raises(Refused, match="ważnego sprawdzenia"):
        await actions.invite(coordinator, to.id, who.id)


async def test_as_often_a_week_as_they_like(coordinator: Actor) -> None:
    who = await people.volunteer(max_times_week=1, max_hours_week=40)
    monday = datetime.combine(TODAY + timedelta(days=14 - TODAY.weekday()), time(10))
    of = await people.initiative()
    role = await people.role(of)
    ids = []
    for days in (0, 2, 7):
        to = await people.opening(await people.meeting(of, starts=monday + timedelta(days=days)), role)
        if days == 2:
            with pytest.raises(Refused, match="tyle razy"):
                await actions.invite(coordinator, to.id, who.id)
        else:
            ids.append(await actions.invite(coordinator, to.id, who.id))
            await actions.answer(SYSTEM, ids[-1], accept=True, channel="sms")
    assert len(ids) == 2
