"""The guard of the roster between two hands at once: who comes second sees what the first has done; no deadlocks."""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from schedule.guarded import DAY, EVERY_CHANGE, PUT, TODAY, cleared_for, hand, opening, served_long, unguarded, waits

from volunteer_hub.intake import people_actions
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import clearances
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.risks import standing


@EVERY_CHANGE
@pytest.mark.parametrize("guarded", [True, False])
async def test_taken_away_first_and_accepted_at_once(
    guarded: bool, change: Callable[[UUID], Awaitable[None]], constraint: str, db: str
) -> None:
    """The yes waits for the change, looks again, and is refused. Control: without the guard it is through at once."""
    to = await opening()
    who = await cleared_for(to, change)
    id = await actions.invite(SYSTEM, to.id, who.id)
    if not guarded:
        await unguarded()
    async with hand(db) as accepting:
        sql = "UPDATE assignment SET state = 'accepted' WHERE id = $1"
        async with database.transaction():
            await change(who.id)
            yes = asyncio.create_task(accepting.execute(sql, id))
            assert await waits(yes) == guarded
        if not guarded:
            await yes
        else:
            with pytest.raises(asyncpg.CheckViolationError) as refused:
                await yes
            assert refused.value.constraint_name == constraint
    state = await database.fetchval("SELECT state FROM assignment WHERE id = $1", id)
    assert state == ("invited" if guarded else "accepted")


@EVERY_CHANGE
@pytest.mark.parametrize("guarded", [True, False])
async def test_accepted_first_and_taken_away_at_once(
    guarded: bool, change: Callable[[UUID], Awaitable[None]], constraint: str, db: str
) -> None:
    """The change waits for the yes and finds it. Control: without the guard nobody is ever told of it."""
    to = await opening()
    who = await cleared_for(to, change)
    if not guarded:
        await unguarded()

    async def take_away() -> None:
        async with database.transaction():
            await change(who.id)
            await standing.recheck(SYSTEM, who.id)

    async with hand(db) as accepting:
        yes = accepting.transaction()
        await yes.start()
        await accepting.execute(PUT, uuid4(), to.id, who.id, "invited")
        taking = asyncio.create_task(take_away())
        assert await waits(taking) == guarded
        await yes.commit()
        await taking
    row = await database.fetchrow("SELECT state, at_risk FROM assignment")
    found = {"assignment_consent": ("withdrawn", "")}.get(constraint, ("invited", constraint.split("_")[1]))
    assert tuple(row) == (found if guarded else ("invited", ""))


async def test_control_without_its_wait_a_longer_service_passes_the_guard(db: str) -> None:
    """The row that makes it day 31 is not there yet when the guard looks for rows to lock."""
    await database.execute("DROP TRIGGER service_waits ON service")
    to = await opening()
    who = await cleared_for(to)
    async with hand(db) as accepting:
        yes = accepting.transaction()
        await yes.start()
        await accepting.execute(PUT, uuid4(), to.id, who.id, "invited")
        async with database.transaction():
            await served_long(who.id)
        await yes.commit()
    assert await database.fetchval("SELECT at_risk FROM assignment") == ""


@pytest.mark.parametrize("ordered", [True, False])
async def test_the_end_of_a_policy_of_all_waits_for_no_one_who_waits_for_it(
    ordered: bool, db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An invitation holds its volunteer and then asks for the policy; whoever ends that takes them in the same order.

    Control: the policy first is a deadlock.
    """
    before, to = await opening(), await opening()
    who = await cleared_for(to)
    policy = await database.fetchval("SELECT id FROM policy")
    await actions.invite(SYSTEM, before.id, who.id)
    if not ordered:

        async def nothing() -> None:
            """The locks that come first, off."""

        monkeypatch.setattr(standing, "hold_all", nothing)
    async with hand(db) as inviting:
        invitation = inviting.transaction()
        await invitation.start()
        await inviting.execute("SELECT FROM volunteer WHERE id = $1 FOR NO KEY UPDATE", who.id)
        ending = asyncio.create_task(people_actions.end_policy(SYSTEM, policy, TODAY))
        assert await waits(ending)
        met = await asyncio.gather(inviting.execute(PUT, uuid4(), to.id, who.id, "invited"), return_exceptions=True)
        if isinstance(met[0], Exception):
            await invitation.rollback()
        else:
            await invitation.commit()
        met += await asyncio.gather(ending, return_exceptions=True)
    deadlocks = [one for one in met if isinstance(one, asyncpg.DeadlockDetectedError)]
    assert bool(deadlocks) is not ordered
    if ordered:
        marks = await database.fetch("SELECT at_risk FROM assignment")
        assert [row["at_risk"] for row in marks] == ["agreement", "agreement"]


async def test_the_verbs_at_once_end_well_whatever_the_order(db: str) -> None:
    """Revoking, restoring, answering and moving against each other: no deadlock, and no yes that nobody was told of."""
    chance = random.Random(18)
    to = await opening()
    meeting = to.meeting
    crowd = [await cleared_for(to) for _ in range(6)]
    await database.execute("UPDATE opening SET most = 9")
    asked = [await actions.invite(SYSTEM, to.id, who.id) for who in crowd]
    start = datetime.combine(DAY, datetime.min.time()) + timedelta(hours=16)

    async def patiently(act: Awaitable[Any]) -> None:
        with contextlib.suppress(Refused):
            await act

    async def revoke(who: UUID) -> None:
        async with database.transaction():
            await clearances.revoke_clearance(SYSTEM, who, "minors", TODAY)
            await standing.recheck(SYSTEM, who)

    async def restore(who: UUID) -> None:
        async with database.transaction():
            day = {"checked_on": TODAY, "valid_until": DAY + timedelta(days=chance.choice([0, 9]))}
            await clearances.record_clearance(SYSTEM, who, kind="minors", **day)
            await standing.recheck(SYSTEM, who)

    met: Counter[tuple[str, str]] = Counter()
    for _ in range(8):
        acts: list[Awaitable[Any]] = []
        for who, id in zip(crowd, asked, strict=True):
            acts += [chance.choice([revoke, restore])(who.id), revoke(who.id)]
            acts.append(actions.answer(SYSTEM, id, accept=chance.random() < 0.8, channel="sms"))
        then = start + timedelta(days=chance.choice([0, 1]))
        acts.append(actions.move_meeting(SYSTEM, meeting, then, then + timedelta(hours=2)))
        chance.shuffle(acts)
        await asyncio.gather(*(patiently(act) for act in acts))
        rows = await database.fetch(
            """SELECT s.state, s.at_risk, assignment_obstacle(s.volunteer, s.opening) AS obstacle FROM assignment s
               WHERE s.state IN ('invited', 'accepted')"""
        )
        assert all(row["at_risk"] == (row["obstacle"] or "") for row in rows)
        met.update((row["state"], row["at_risk"]) for row in rows)
        taken = await database.fetchval("SELECT taken FROM opening")
        assert taken == await database.fetchval("SELECT count(*) FROM assignment WHERE state = 'accepted'")
    assert {("accepted", ""), ("accepted", "clearance"), ("invited", "clearance")} <= met.keys(), met
