"""What tests of plans share: openings and people of two weeks, a plan that is made of them, and what stands in it."""

from collections.abc import Awaitable
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from support import people
from volunteer_hub.kit import clock
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching.plans import actions, queries
from volunteer_hub.matching.plans.queries import OpeningLine, PairLine, PlanView
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.schedule.tables import Opening

TODAY = clock.today(people.ZONE)
LAST = TODAY + timedelta(days=14)
# Hours are counted week by week: what a test puts beside each other lies in one week, whatever day it runs on.
MONDAY = TODAY + timedelta(days=7 - TODAY.weekday())
NORTH = people.CENTRE[0]


async def opening(day: int = 3, at: int = 16, initiative: dict[str, Any] | None = None, **values: Any) -> Opening:
    """One person is needed, `day` days after Monday at `at` o'clock, unless said; `role`: what it asks."""
    of = await people.initiative(**(initiative or {}))
    asked = await people.role(of, **values.pop("role", {}))
    starts = datetime.combine(MONDAY + timedelta(days=day), time(at))
    return await people.opening(await people.meeting(of, starts=starts), asked, **({"most": 1} | values))


async def neighbour(n: int = 0, **values: Any) -> Volunteer:
    """Each lives half a kilometre farther."""
    return await people.volunteer(**({"latitude": NORTH + n / 200} | values))


async def made(me: Actor, *, beyond_least: bool = False) -> PlanView:
    return await queries.plan(me, await actions.make(me, TODAY, LAST, beyond_least=beyond_least))


async def again(me: Actor, view: PlanView) -> PlanView:
    return await queries.plan(me, view.card.id)


def line(view: PlanView, of: Opening) -> OpeningLine:
    return next(one for one in view.openings if one.opening == of.id)


def pair(view: PlanView, who: Volunteer) -> PairLine:
    return next(pair for one in view.openings for pair in one.pairs if pair.volunteer == who.id)


async def refused(act: Awaitable[Any]) -> tuple[int, str]:
    with pytest.raises(Refused) as caught:
        await act
    return caught.value.status, caught.value.sentence


# Counts the change without looking at the version: what the guard of races is held against.
UNGUARDED = "UPDATE matching_plan SET version = version + 1 WHERE id = $1 AND $2::int IS NOT NULL"
