"""A cap on households per helper: one conditional update, whoever writes the team and however many at once."""

import asyncio
import contextlib
import random
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st
from support import people

from volunteer_hub.initiatives import actions, circle_loads, circle_tasks, circle_team, life
from volunteer_hub.initiatives.circle_rules import Helps
from volunteer_hub.initiatives.rules import InitiativeState
from volunteer_hub.initiatives.tables import Initiative
from volunteer_hub.intake import merging
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.privacy import handover
from volunteer_hub.settings import Settings

DAY = date(2026, 11, 1)
# What must hold after whatever happens, in whatever order.
WRONG = """
    SELECT l.id FROM helper_load l WHERE l.households <> (
        SELECT count(*) FROM circle_helper h JOIN initiative i ON i.id = h.initiative
        WHERE (h.account = l.account OR h.volunteer = l.volunteer) AND h.left_on IS NULL
          AND i.state NOT IN ('finished', 'stopped'))
      OR l.allowed <> greatest(l.most, l.households)"""
CONDITION = "AND households < most"


async def circle(**values: Any) -> Initiative:
    return await people.initiative(kind="circle", name="Zespół", **values)


async def join(of: Initiative, account: UUID) -> bool:
    try:
        await circle_team.add_colleague(SYSTEM, of.id, account, "asystentka rodziny", DAY)
    except Refused:
        return False
    return True


async def specialist(most: int | None = None) -> UUID:
    id: UUID = (await people.account(Role.SPECIALIST)).id
    if most is not None:
        await database.execute("SELECT helper_load_row($1, NULL)", id)
        load = await database.fetchval("SELECT id FROM helper_load WHERE account = $1", id)
        await circle_loads.set_own(SYSTEM, load, most)
    return id


async def households(account: UUID) -> int:
    return await database.fetchval("SELECT households FROM helper_load WHERE account = $1", account)


async def without_the_condition() -> None:
    source = await database.fetchval("SELECT pg_get_functiondef('helper_takes'::regproc)")
    assert CONDITION in source
    await database.execute(source.replace(CONDITION, ""))


async def test_of_many_at_once_only_one_takes_the_last_household(db: str) -> None:
    who = await specialist(most=3)
    circles = [await circle() for _ in range(14)]
    assert [await join(of, who) for of in circles[:2]] == [True, True]
    assert sum(await asyncio.gather(*[join(of, who) for of in circles[2:]])) == 1
    assert await households(who) == 3 and not await database.fetch(WRONG)


async def test_the_check_is_the_last_guard(db: str) -> None:
    """Control of the condition: without it the check alone refuses, and in the same words."""
    await without_the_condition()
    who = await specialist(most=2)
    assert sum(await asyncio.gather(*[join(await circle(), who) for _ in range(8)])) == 2


async def test_control_without_both_they_all_do(db: str) -> None:
    await without_the_condition()
    await database.execute("ALTER TABLE helper_load DROP CONSTRAINT helper_load_allowed")
    who = await specialist(most=2)
    assert sum(await asyncio.gather(*[join(await circle(), who) for _ in range(8)])) == 8
    assert await households(who) == 8


async def test_a_cap_below_the_load_is_taken_stops_new_ones_and_shows_who_is_over(db: str) -> None:
    who = await specialist()
    circles = [await circle() for _ in range(4)]
    assert all([await join(of, who) for of in circles[:3]])
    await circle_loads.set_caps(SYSTEM, {Helps.STAFF: 1, Helps.VOLUNTEER: 2})
    (load,) = await circle_loads.loads(SYSTEM)
    assert (load.households, load.most, load.over) == (3, 1, 2)
    assert not await join(circles[3], who)
    for of in circles[:2]:
        helper = await database.fetchval("SELECT id FROM circle_helper WHERE initiative = $1", of.id)
        await circle_team.leave(SYSTEM, of.id, helper)
    assert not await join(circles[3], who), "one is left, and one is allowed"
    await life.change_state(SYSTEM, circles[2].id, InitiativeState.STOPPED, "Koniec")
    assert await join(circles[3], who) and not await database.fetch(WRONG)


async def test_a_circle_taken_up_again_takes_its_helpers_or_names_who_carries_too_many(db: str) -> None:
    who, other = await specialist(most=1), await specialist()
    name = await database.fetchval("SELECT name FROM account WHERE id = $1", who)
    first, second = await circle(), await circle()
    assert await join(first, who) and await join(first, other)
    await life.change_state(SYSTEM, first.id, InitiativeState.FINISHED)
    assert await households(other) == 0 and await join(second, who)
    with pytest.raises(Refused) as refused:
        await life.change_state(SYSTEM, first.id, InitiativeState.RUNNING, "Wracają")
    assert refused.value.values["names"] == name
    assert await database.fetchval("SELECT state FROM initiative WHERE id = $1", first.id) == "finished"
    await life.change_state(SYSTEM, second.id, InitiativeState.STOPPED, "Koniec")
    await life.change_state(SYSTEM, first.id, InitiativeState.RUNNING, "Wracają")
    assert await households(who) == await households(other) == 1 and not await database.fetch(WRONG)


async def test_who_is_erased_or_closed_gives_back_and_merging_brings_both_loads_along(db: str) -> None:
    me = await people.account()
    one, other, third = [await people.volunteer() for _ in range(3)]
    both, mine, theirs = [await circle(coordinator=me.id) for _ in range(3)]
    actor = people.actor(me)
    for of, who in ((both, one), (both, other), (mine, one), (theirs, other), (theirs, third)):
        await circle_team.add_volunteer(actor, of.id, who.id, None, "lekcje", DAY)
    await merging.merge(actor, one.id, other.id, {})
    load = await database.fetchrow("SELECT * FROM helper_load WHERE volunteer = $1", one.id)
    assert load and (load["households"], load["most"], load["allowed"]) == (3, 2, 3)
    await database.execute("DELETE FROM volunteer WHERE id = $1", third.id)
    assert not await database.fetch(WRONG)
    assert await database.fetchval("SELECT count(*) FROM helper_load") == 1


async def test_new_helpers_and_a_lower_cap_at_once_leave_nobody_above_it_unseen(db: str) -> None:
    accounts, circles = [await specialist() for _ in range(6)], [await circle() for _ in range(6)]
    joining = [join(of, who) for of, who in zip(circles, accounts, strict=True)]
    lowering = circle_loads.set_caps(SYSTEM, {Helps.STAFF: 0, Helps.VOLUNTEER: 0})
    done = await asyncio.gather(*joining[:3], lowering, *joining[3:])
    assert not await database.fetch(WRONG)
    assert sum(one is True for one in done) == sum([one.households for one in await circle_loads.loads(SYSTEM)])
    assert not await database.fetchval("SELECT count(*) FROM helper_load WHERE most <> 0")


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["join", "leave", "end", "again", "cap", "own", "gone"]), st.integers(0, 2), st.integers(0, 3)
    ),
    min_size=5, max_size=30,
)  # fmt: skip


@profile(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_whatever_happens_the_load_is_what_it_counts(db: str, steps: list[tuple[str, int, int]]) -> None:
    who, of = [await specialist() for _ in range(3)], [await circle() for _ in range(4)]
    for step, one, other in steps:
        try:
            await taken(step, who[one], of[other].id, other)
        except Refused as refused:
            assert refused.status in (404, 409)
        assert not await database.fetch(WRONG), (step, one, other)
        over = "SELECT count(*) FROM helper_load WHERE households > allowed OR allowed > greatest(most, households)"
        assert await database.fetchval(over) == 0


async def taken(step: str, who: UUID, of: UUID, number: int) -> None:
    """One step of somebody's; what cannot be is refused."""
    place = await database.fetchval(
        "SELECT id FROM circle_helper WHERE account = $1 AND initiative = $2 AND left_on IS NULL", who, of
    )
    load = await database.fetchval("SELECT id FROM helper_load WHERE account = $1", who)
    if step == "join":
        await circle_team.add_colleague(SYSTEM, of, who, "", DAY)
    elif step == "leave" and place:
        await circle_team.leave(SYSTEM, of, place)
    elif step in ("end", "again"):
        becomes = InitiativeState.STOPPED if step == "end" else InitiativeState.RUNNING
        await life.change_state(SYSTEM, of, becomes, "Tak trzeba")
    elif step == "cap":
        await circle_loads.set_caps(SYSTEM, {Helps.STAFF: number, Helps.VOLUNTEER: number})
    elif step == "own" and load:
        await circle_loads.set_own(SYSTEM, load, number or None)
    elif step == "gone" and place:
        await database.execute("DELETE FROM circle_helper WHERE id = $1", place)


async def test_work_handed_over_brings_the_team_the_lead_and_the_tasks_or_nothing(db: str, settings: Settings) -> None:
    admin = people.actor(await people.account(Role.ADMINISTRATOR))
    who, heir, full = await specialist(), await specialist(), await specialist(most=0)
    of = await circle()
    assert await join(of, who)
    place = await database.fetchval("SELECT id FROM circle_helper")
    await circle_tasks.give(settings, SYSTEM, of.id, "Umówić wizytę", place, None)
    with pytest.raises(Refused):
        await handover.hand_over(admin, who, full)
    assert await households(who) == 1 and await households(full) == 0
    await handover.hand_over(admin, who, heir)
    row = await database.fetchrow("SELECT id, leads FROM circle_helper WHERE account = $1 AND left_on IS NULL", heir)
    assert row and row["leads"] and await database.fetchval("SELECT helper FROM circle_task") == row["id"]
    seeing = await database.fetch("SELECT account FROM facilitator WHERE initiative = $1", of.id)
    assert [one["account"] for one in seeing] == [heir] and not await database.fetch(WRONG)


async def test_a_specialist_with_no_room_starts_no_circle_from_a_request(db: str) -> None:
    full = await specialist(most=0)
    of = await circle()
    with pytest.raises(Refused):
        await actions.add_facilitator(SYSTEM, of.id, full)
    assert not await database.fetchval("SELECT count(*) FROM facilitator")


async def test_many_hands_at_once_neither_miscount_nor_wait_for_each_other_for_ever(db: str) -> None:
    chance = random.Random(37)
    who, of = [await specialist() for _ in range(3)], [await circle() for _ in range(4)]
    steps = ["join", "leave", "end", "again", "cap", "own", "gone"]

    async def hand() -> None:
        for _ in range(12):
            with contextlib.suppress(Refused):
                number = chance.randrange(4)
                if chance.randrange(6) == 0:
                    async with database.transaction():
                        await circle_team.pass_on(who[number % 3], who[(number + 1) % 3])
                await taken(chance.choice(steps), who[number % 3], of[chance.randrange(4)].id, number)

    await asyncio.gather(*[hand() for _ in range(8)])
    assert not await database.fetch(WRONG)
    assert await database.fetchval("SELECT count(*) FROM circle_helper") > 0, "control: something was done"
