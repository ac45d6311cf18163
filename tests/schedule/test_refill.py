"""A place nobody on the list takes: others who fit are asked, then the coordinator, before it is too late."""

import asyncio
import re
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import people
from support.quiet_hours import late_evening

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching import widening
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.states import Stage
from volunteer_hub.schedule.tables import Opening
from volunteer_hub.schedule.waiting import refill
from volunteer_hub.schedule.waiting.refill import Search, Step, next_step
from volunteer_hub.settings import Settings


@pytest.fixture
async def coordinator(db: str) -> Actor:
    return people.actor(await people.account(Role.COORDINATOR))


async def released(coordinator: Actor, **initiative: Any) -> tuple[Opening, UUID]:
    """An opening of one place that just came free, with nobody in line; who had it."""
    of = await people.initiative(coordinator=coordinator.account, **initiative)
    opening = await people.opening(await people.meeting(of), await people.role(of), most=1)
    holder = await actions.invite(coordinator, opening.id, (await people.volunteer()).id)
    await actions.answer(SYSTEM, holder, accept=True, channel="sms")
    await actions.withdraw(SYSTEM, holder)
    return opening, holder


async def tick(settings: Settings) -> None:
    await refill.plan(settings)
    await widening.plan(settings)


async def stage(opening: Opening) -> str | None:
    return await database.fetchval("SELECT stage FROM refill WHERE opening = $1", opening.id)


async def invited(opening: Opening) -> list[UUID]:
    rows = await database.fetch(
        "SELECT id FROM assignment WHERE opening = $1 AND state = 'invited' ORDER BY rank", opening.id
    )
    return [row["id"] for row in rows]


async def letters() -> list[dict[str, Any]]:
    return [dict(row) for row in await database.fetch("SELECT * FROM message WHERE template = 'short'")]


async def test_the_best_others_are_asked_all_at_once(coordinator: Actor, settings: Settings) -> None:
    opening, _ = await released(coordinator, widens=2)
    for _ in range(3):
        await people.volunteer()
    await tick(settings)
    asked = await invited(opening)
    assert await stage(opening) == "wider" and len(asked) == 2 and not await letters()
    await tick(settings)
    assert await invited(opening) == asked, "nobody else as long as they may answer"
    await actions.answer(SYSTEM, asked[0], accept=True, channel="sms")
    with pytest.raises(actions.Full):
        await actions.answer(SYSTEM, asked[1], accept=True, channel="sms")
    await tick(settings)
    assert await stage(opening) is None and not await letters(), "the search is over"


async def test_others_are_asked_in_the_morning_not_at_night(coordinator: Actor, settings: Settings) -> None:
    opening, _ = await released(coordinator, widens=1)
    await people.volunteer()
    with late_evening() as zone:
        await tick(settings)
    (asked,) = await invited(opening)
    rows = await database.fetch("SELECT channel, due_at FROM message WHERE about = $1", f"assignment:{asked}")
    due = {row["channel"]: row["due_at"] for row in rows}
    assert clock.wall(due["sms"], zone).hour == 8 and due["email"] < due["sms"]


async def test_when_all_said_no_the_coordinator_reads_how_many(coordinator: Actor, settings: Settings) -> None:
    opening, _ = await released(coordinator, widens=2, name="Nocna przystań")
    for _ in range(2):
        await people.volunteer()
    await tick(settings)
    for id in await invited(opening):
        await actions.answer(SYSTEM, id, accept=False, channel="sms")
    await tick(settings)
    assert await stage(opening) == "coordinator"
    (letter,) = await letters()
    assert letter["about"] == f"account:{coordinator.account}" and f"/desk/openings/{opening.id}" in letter["body"]
    assert "Odmówiło: 2" in letter["body"] and "Brakuje 1 osoby" in letter["body"]
    assert "Nocna" not in letter["body"] + letter["subject"] + letter["html"]
    await tick(settings)
    assert len(await letters()) == 1, "once"
    (found,) = await refill.short(coordinator)
    assert (found.opening, found.missing, found.declined) == (opening.id, 1, 2)
    with pytest.raises(Refused):
        await refill.short(people.actor(await people.account(Role.FACILITATOR)))


@pytest.mark.parametrize(
    "initiative", [{"widens": 0}, {"widens": 3, "kind": "circle"}, {"widens": 3}], ids=["none", "circle", "nobody left"]
)
async def test_with_nobody_to_ask_the_coordinator_hears_at_once(
    coordinator: Actor, settings: Settings, initiative: dict[str, Any]
) -> None:
    opening, _ = await released(coordinator, **initiative)
    if initiative != {"widens": 3}:
        await people.volunteer()
    await tick(settings)
    await tick(settings)
    assert await stage(opening) == "coordinator" and len(await letters()) == 1 and not await invited(opening)


async def test_shortly_before_the_coordinator_hears_though_somebody_is_asked(
    coordinator: Actor, settings: Settings
) -> None:
    opening, _ = await released(coordinator, widens=1)
    await database.execute(
        "UPDATE meeting SET starts_at = now() + interval '23 hours', ends_at = now() + interval '25 hours'"
    )
    await people.volunteer()
    await tick(settings)
    assert await stage(opening) == "coordinator" and len(await letters()) == 1


async def test_others_are_not_asked_while_enough_people_come(coordinator: Actor, settings: Settings) -> None:
    opening, _ = await released(coordinator, widens=2)
    await database.execute("UPDATE opening SET least = 0 WHERE id = $1", opening.id)
    await people.volunteer()
    await tick(settings)
    assert await stage(opening) is None and not await invited(opening) and not await letters()


async def test_a_new_release_begins_a_new_search(coordinator: Actor, settings: Settings) -> None:
    opening, _ = await released(coordinator, widens=0)
    await tick(settings)
    again = await actions.invite(coordinator, opening.id, (await people.volunteer()).id)
    await actions.answer(SYSTEM, again, accept=True, channel="sms")
    await tick(settings)
    assert await stage(opening) is None
    await actions.withdraw(SYSTEM, again)
    await tick(settings)
    assert len(await letters()) == 2


async def test_a_search_for_a_meeting_called_off_is_over(coordinator: Actor, settings: Settings) -> None:
    opening, _ = await released(coordinator, widens=2)
    await actions.cancel_meeting(coordinator, opening.meeting)
    await people.volunteer()
    await tick(settings)
    assert await stage(opening) is None and not await letters()


async def test_two_workers_do_each_step_once(coordinator: Actor, settings: Settings) -> None:
    opening, _ = await released(coordinator, widens=2)
    for _ in range(6):
        await people.volunteer()
    await asyncio.gather(*(refill.plan(settings) for _ in range(4)))
    await asyncio.gather(*(widening.plan(settings) for _ in range(4)))
    asked = await invited(opening)
    assert len(asked) == 2
    for id in asked:
        await actions.answer(SYSTEM, id, accept=False, channel="sms")
    await asyncio.gather(*(refill.plan(settings) for _ in range(4)))
    assert len(await letters()) == 1


async def test_control_workers_that_do_not_claim_ask_twice_as_many(
    coordinator: Actor, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening, _ = await released(coordinator, widens=2)
    for _ in range(6):
        await people.volunteer()
    await refill.plan(settings)
    unclaimed = re.sub(r"UPDATE refill r SET .*? FROM", "SELECT r.opening, i.widens FROM refill r,", widening.CLAIM)
    monkeypatch.setattr(widening, "CLAIM", unclaimed.replace("RETURNING r.opening, i.widens", ""))
    await widening.plan(settings)
    await widening.plan(settings)
    assert len(await invited(opening)) > 2


SEARCHES = st.builds(
    Search,
    stage=st.sampled_from(Stage), told=st.booleans(), places=st.integers(0, 3), missing=st.integers(-2, 3),
    open=st.integers(0, 3), asked=st.integers(0, 3), widens=st.integers(0, 3), late=st.booleans(),
    asked_long_enough=st.booleans(),
)  # fmt: skip


@given(SEARCHES)
def test_a_search_never_forgets_a_missing_person(s: Search) -> None:
    step = next_step(s)
    if s.places > 0 and s.missing > 0:
        assert step is not Step.OVER
        told = s.stage in (Stage.COORDINATOR, Stage.WAVES) and s.told
        assert not (s.late and not told) or step is Step.TELL, "in time"
        if step is Step.WAIT:
            asking = s.stage in (Stage.WIDER, Stage.WAVES)
            assert told or s.open or s.asked or asking, "somebody is being asked, or knows"
    else:
        assert step in (Step.OVER, Step.WAIT), "nobody is bothered when nobody is missing"
