"""The database itself lets nobody onto a roster whom the law keeps off it, not by hand either."""

from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import asyncpg
import pytest
from schedule.guarded import DAY, EVERY_CHANGE, PUT, cleared_for, opening, policy_ended, revoked
from support import people

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.risks import standing
from volunteer_hub.schedule.rules import Rule
from volunteer_hub.schedule.tables import Assignment


@EVERY_CHANGE
@pytest.mark.parametrize("state", ["invited", "accepted"])
@pytest.mark.parametrize("way", ["insert", "state", "volunteer", "opening"])
async def test_no_hand_writes_it(
    way: str, state: str, change: Callable[[UUID], Awaitable[None]], constraint: str, db: str
) -> None:
    to, free = await opening(), await opening(clearances=[])
    who, other = await cleared_for(to, change), await cleared_for(to, change)
    await change(who.id)
    was = await people.save(Assignment(opening=to.id, volunteer=who.id, state="declined"))
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        if way == "insert":
            await database.execute("DELETE FROM assignment")
            await database.execute(PUT, uuid4(), to.id, who.id, state)
        elif way == "state":
            await database.execute("UPDATE assignment SET state = $2 WHERE id = $1", was.id, state)
        elif way == "volunteer":
            row = await people.save(Assignment(opening=free.id, volunteer=other.id, state=state))
            await database.execute(
                "UPDATE assignment SET volunteer = $2, opening = $3 WHERE id = $1", row.id, who.id, to.id
            )
        else:
            await database.execute("UPDATE clearance SET revoked_on = NULL")
            if change is policy_ended:
                await database.execute("UPDATE policy SET valid_until = $1", DAY)
            row = await people.save(Assignment(opening=free.id, volunteer=other.id, state=state))
            await database.execute("DELETE FROM assignment WHERE id = $1", was.id)
            await database.execute(
                "UPDATE assignment SET opening = $2, volunteer = $3 WHERE id = $1", row.id, to.id, who.id
            )
            await change(who.id)
            await database.execute("UPDATE assignment SET opening = $2 WHERE id = $1", row.id, free.id)
            await database.execute("UPDATE assignment SET opening = $2 WHERE id = $1", row.id, to.id)
    assert refused.value.constraint_name == constraint


@EVERY_CHANGE
async def test_taking_away_is_never_refused_and_leaving_neither(
    change: Callable[[UUID], Awaitable[None]], constraint: str, db: str
) -> None:
    to = await opening()
    who = await cleared_for(to, change)
    id = await actions.invite(SYSTEM, to.id, who.id)
    await actions.answer(SYSTEM, id, accept=True, channel="sms")
    await change(who.id)
    await database.execute("UPDATE assignment SET at_risk = 'clearance', answered_by = 'desk' WHERE id = $1", id)
    await database.execute("UPDATE assignment SET state = 'accepted' WHERE id = $1", id)
    await database.execute("UPDATE assignment SET state = 'withdrawn' WHERE id = $1", id)


async def test_the_verbs_turn_the_guards_refusal_into_words(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when a hand revokes between the rules and the row."""
    to = await opening()
    who, asked = await cleared_for(to), await cleared_for(to)
    coordinator: Actor = people.actor(await people.account())
    id = await actions.invite(coordinator, to.id, asked.id)

    async def by_hand(*_: object) -> None:
        await revoked(who.id)
        await revoked(asked.id)

    monkeypatch.setattr(actions.seats, "rules_allow", by_hand)
    monkeypatch.setattr(standing, "objection", by_hand)
    with pytest.raises(Refused, match="ważnego sprawdzenia") as refused:
        await actions.invite(coordinator, to.id, who.id)
    assert refused.value.status == 409
    with pytest.raises(actions.Waiting) as waiting:
        await actions.answer(SYSTEM, id, accept=True, channel="sms")
    assert waiting.value.rule is Rule.CLEARANCE
    row = await database.fetchrow("SELECT state, at_risk, answered_by FROM assignment WHERE id = $1", id)
    assert tuple(row) == ("invited", "clearance", "sms")
    assert await database.fetchval("SELECT taken FROM opening WHERE id = $1", to.id) == 0
