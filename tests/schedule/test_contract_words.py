"""The words of a social contract: sealed at rest, opened by the key of their own row alone, gone with who is erased."""

import pytest
from support import people
from support.contracts import SECRET, words_at_rest
from support.courses import TODAY, contract

from volunteer_hub.initiatives import contract_acts, contracts
from volunteer_hub.initiatives.contract_rules import ContractState
from volunteer_hub.kit import database
from volunteer_hub.privacy import reseal
from volunteer_hub.settings import Settings, load


async def test_words_are_sealed_at_rest_and_open_only_in_their_row(db: str, settings: Settings) -> None:
    me = people.actor(await people.account())
    who = await people.participant()
    id, _, _ = await contract(settings, me, who, words=SECRET)
    await contract_acts.sign(me, id, 0, TODAY)
    await contract_acts.end(settings, me, id, 1, ContractState.ENDED, TODAY, SECRET)
    assert SECRET not in await words_at_rest() and SECRET.encode().hex() not in await words_at_rest()
    whole = await contracts.read(settings, me, id)
    told = [whole.outcome, whole.goals[0].words or "", *[step.words or "" for step in whole.goals[0].steps]]
    assert all(SECRET in one for one in told)
    await database.execute("UPDATE contract_step s SET sealed = o.sealed FROM contract_step o WHERE o.id <> s.id")
    moved = await contracts.read(settings, me, id)
    assert [step.words for step in moved.goals[0].steps] == [None, None]


async def test_control_the_eye_sees_what_is_not_sealed(
    db: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contracts, "seal", lambda keys, text, where: text.encode())
    await contract(settings, people.actor(await people.account()), await people.participant(), words=SECRET)
    assert SECRET in await words_at_rest()


async def test_after_a_change_of_the_key_the_new_one_opens_it(db: str) -> None:
    old, new = "old-" * 10, "new-" * 10
    before = load({"HUB_MODE": "demo", "HUB_FIELD_KEY": old})
    between = load({"HUB_MODE": "demo", "HUB_FIELD_KEY": new, "HUB_FIELD_KEY_OLD": old})
    after = load({"HUB_MODE": "demo", "HUB_FIELD_KEY": new})
    me = people.actor(await people.account())
    id, _, _ = await contract(before, me, await people.participant(), words=SECRET)
    await contract_acts.sign(me, id, 0, TODAY)
    await contract_acts.end(before, me, id, 1, ContractState.FINISHED, TODAY, SECRET)
    assert (await contracts.read(after, me, id)).goals[0].words is None, "the control: not sealed anew yet"
    assert (await reseal.reseal(between)).lost == 0
    whole = await contracts.read(after, me, id)
    assert SECRET in whole.outcome and SECRET in (whole.goals[0].words or "")
    assert all(SECRET in (step.words or "") for step in whole.goals[0].steps)


async def test_erasing_somebody_leaves_that_they_signed_and_no_word(db: str, settings: Settings) -> None:
    me = people.actor(await people.account())
    who, other = await people.participant(), await people.participant()
    id, _, _ = await contract(settings, me, who, words=SECRET)
    await contract_acts.sign(me, id, 0, TODAY)
    await contract(settings, me, who)
    kept, _, _ = await contract(settings, me, other, words="z mężem, Janem Sową")
    await contracts.forget([who.id])
    await database.execute("DELETE FROM participant WHERE id = $1", who.id)
    await contracts.forget_saying(settings, lambda text: "Janem Sową" in text)
    rows = await database.fetch("SELECT id, participant FROM contract")
    assert {(row["id"], row["participant"]) for row in rows} == {(id, None), (kept, other.id)}
    assert await contracts.signed_between(TODAY, TODAY) == 1
    whole = await contracts.read(settings, me, kept)
    assert whole.goals[0].words is None and [step.words for step in whole.goals[0].steps] == [None, None]
    assert (await contracts.read(settings, me, id)).goals == []
