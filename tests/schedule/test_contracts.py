"""A social contract: signed on paper, changed by an annex, its steps ticked by attending or by hand, late or not."""

from datetime import timedelta
from typing import Any

import pytest
from support import people
from support.courses import FIRST, TODAY, attends, contract, course, signed, student

from volunteer_hub.initiatives import contract_acts, contract_lines, contracts
from volunteer_hub.initiatives.contract_acts import Details
from volunteer_hub.initiatives.contract_lines import StepDetails
from volunteer_hub.initiatives.contract_rules import ContractState, StepState
from volunteer_hub.kit import database
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule.contracts import steps as contract_steps
from volunteer_hub.settings import Settings


async def test_a_change_after_the_signature_waits_for_an_annex(db: str, settings: Settings) -> None:
    me = people.actor(await people.account())
    who = await people.participant()
    id = await signed(settings, me, who)
    whole = await contracts.read(settings, me, id)
    goal = whole.goals[0]
    with pytest.raises(Refused) as refused:
        await contract_lines.save_goal(settings, me, id, goal.id, goal.version, "Po cichu")
    assert refused.value.status == 409
    await contract_acts.change(me, id)
    await contract_lines.save_goal(settings, me, id, goal.id, goal.version, "Głośno")
    with pytest.raises(Refused):
        await contract_lines.tick(me, id, goal.steps[0].id, TODAY)
    with pytest.raises(Refused):
        await contract_acts.discard(me, id)
    version = (await contracts.read(settings, me, id)).row.version
    with pytest.raises(Refused):
        await contract_acts.sign(me, id, version, TODAY - timedelta(days=40))
    await contract_acts.sign(me, id, version, TODAY)
    row = (await contracts.read(settings, me, id)).row
    assert row.signed_on == TODAY - timedelta(days=30) and row.annex_on == TODAY
    assert row.state is ContractState.SIGNED
    assert await contracts.signed_between(TODAY, TODAY) == 0, "an annex is no other contract"


async def test_steps_are_reached_by_attending_and_lost_when_attendance_is_corrected(
    db: str, settings: Settings
) -> None:
    me = people.actor(await people.account())
    of, meetings = await course()
    who, member = await student(of)
    id, _, steps = await contract(settings, me, who, of, attend=3)
    await contract_acts.sign(me, id, 0, TODAY - timedelta(days=30))
    await attends(member, meetings, "tnt")

    async def by_attending() -> Any:
        return (await contract_steps.read(settings, me, id, TODAY))[1][steps[1]]

    how = await by_attending()
    assert (how.attended, how.state, how.done_on) == (2, StepState.AHEAD, None)
    await database.execute("UPDATE coming SET made_up = 'w bibliotece' WHERE came = false")
    how = await by_attending()
    assert (how.state, how.done_on, how.by_hand) == (StepState.DONE, meetings[2].starts_wall.date(), False)
    await database.execute("UPDATE coming SET made_up = ''")
    assert (await by_attending()).state is StepState.AHEAD
    await attends(member, meetings[3:], "t")
    assert (await by_attending()).done_on == meetings[3].starts_wall.date()
    await database.execute("UPDATE contract SET first_day = $1", TODAY - timedelta(days=10))
    assert (await by_attending()).attended == 2, "what was before the contract does not count"
    stranger, other = await student(of)
    await attends(other, meetings, "tttt")
    assert (await by_attending()).attended == 2 and stranger


async def test_a_contract_rests_on_no_group(db: str, settings: Settings) -> None:
    me = people.actor(await people.account())
    who = await people.participant()
    group, project, other = [await people.initiative(kind=kind) for kind in ("group", "long_term", "course")]
    for of in (group, project):
        await people.member(of, who)
    assert [id for id, _ in await contracts.may_rest_on(who.id)] == [str(project.id)]
    for wrong in (group.id, other.id):
        with pytest.raises(Refused) as refused:
            await contract_acts.begin(me, who.id, Details(wrong, FIRST, None))
        assert refused.value.status == 422
    id, goal, _ = await contract(settings, me, who)
    with pytest.raises(Refused) as refused:
        await contract_lines.add_step(settings, me, id, StepDetails(goal, "x", None, group.id, 2))
    assert refused.value.status == 422


async def test_the_desk_hears_of_late_steps_of_its_own_contracts(db: str, settings: Settings) -> None:
    me, other = [people.actor(await people.account()) for _ in range(2)]
    of, meetings = await course()
    who, member = await student(of)
    id, goal, steps = await contract(settings, me, who, of, attend=1)
    late = StepDetails(goal, "Chodzić", TODAY - timedelta(days=1), of.id, 1)
    by_attending = await contract_lines.add_step(settings, me, id, late)
    assert await contract_steps.overdue(me, TODAY) == [], "a draft is not late"
    await contract_acts.sign(me, id, 0, TODAY)
    assert {one.step for one in await contract_steps.overdue(me, TODAY)} == {steps[0], by_attending}
    assert await contract_steps.overdue(other, TODAY) == []
    await attends(member, meetings, "t")
    [one] = await contract_steps.overdue(me, TODAY)
    assert one.step == steps[0] and one.due == TODAY - timedelta(days=2)
    await contract_lines.tick(me, id, steps[0], TODAY)
    assert await contract_steps.overdue(me, TODAY) == []
