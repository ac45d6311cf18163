"""Who hears of what stops holding: a volunteer kindly, the coordinators once, and who asked for silence nothing."""

from datetime import timedelta

import httpx2
import pytest
from matching.test_opening_page import words
from support import people
from support.risks import DAY, accepted, letters, mark, opening, pupil, restrict, revoke

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.tables import Policy
from volunteer_hub.replies import actions as replies
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.risks import queries as risks
from volunteer_hub.schedule.risks import standing


@pytest.fixture
async def coordinator(db: str) -> Actor:
    return people.actor(await people.account(Role.COORDINATOR, email="hanna@centrum.example"))


async def test_a_yes_after_the_change_is_kept_and_answered_kindly(coordinator: Actor) -> None:
    to, who = await opening(clearances=["minors"]), await people.volunteer()
    await people.clearance(who)
    id = await actions.invite(coordinator, to.id, who.id)
    await revoke(who)
    await replies.receive("SM1", who.phone, "TAK")
    assert await mark(id) == ("invited", "clearance")
    row = await database.fetchrow("SELECT answered_at, answered_by FROM assignment WHERE id = $1", id)
    assert row["answered_at"] and row["answered_by"] == "sms"
    said = await database.fetchval("SELECT body FROM message WHERE key LIKE 'inbound:%:answer'")
    assert "Dziekujemy" in said and "Odezwiemy sie" in said and "sprawdzeni" not in said.lower()
    assert len(await letters()) == 1 and await database.fetchval("SELECT taken FROM opening") == 0
    with pytest.raises(Refused, match=r"jest zapisana i czeka") as refused:
        await actions.answer(coordinator, id, accept=True, channel="desk")
    assert refused.value.values["why"] == "Ta osoba nie ma ważnego sprawdzenia, którego wymaga rola."
    assert len(await letters()) == 1, "told once"
    await database.execute("UPDATE clearance SET revoked_on = NULL")
    await standing.recheck(coordinator, who.id)
    (waiting,) = await risks.risks(coordinator)
    assert waiting.rule == "", "the desk sees whose yes may be confirmed now"
    await actions.answer(coordinator, id, accept=True, channel="desk")
    assert await mark(id) == ("accepted", "") and not await risks.risks(coordinator)


async def test_a_yes_of_a_minor_without_consent_is_not_even_answered(coordinator: Actor) -> None:
    to, who = await opening(minor_safe=True), await pupil()
    id = await actions.invite(coordinator, to.id, who.id)
    await database.execute("UPDATE volunteer SET guardian_consent_at = NULL WHERE id = $1", who.id)
    before = await database.fetchval("SELECT count(*) FROM message WHERE address = $1", who.phone)
    await replies.receive("SM1", who.phone, "TAK")
    assert (await mark(id))[0] == "withdrawn" and len(await letters()) == 1
    assert await database.fetchval("SELECT count(*) FROM message WHERE address = $1", who.phone) == before
    with pytest.raises(Refused, match="zgody opiekuna"):
        await actions.invite(coordinator, to.id, who.id)


async def test_the_page_of_the_volunteer_says_it_kindly(coordinator: Actor, client: httpx2.AsyncClient) -> None:
    to, who = await opening(clearances=["minors"]), await people.volunteer()
    await people.clearance(who)
    account = await people.signed_in(client, Role.VOLUNTEER)
    await database.execute("UPDATE volunteer SET account = $1 WHERE id = $2", account.id, who.id)
    id = await actions.invite(coordinator, to.id, who.id)
    await revoke(who)
    with pytest.raises(actions.Waiting):
        await actions.answer(people.actor(account), id, accept=True, channel="web")
    page = words((await client.get("/me")).text)
    assert "Zapisaliśmy Twoje „tak”" in page and "musimy coś sprawdzić" in page and "sprawdzenia" not in page


async def test_nothing_is_sent_to_who_asked_for_restriction(coordinator: Actor) -> None:
    who = await people.volunteer()
    id = await accepted(coordinator, await opening(), who)
    await database.execute("UPDATE message SET state = 'sent'")
    before = await database.fetchval("SELECT count(*) FROM message WHERE about = $1", f"assignment:{id}")
    await restrict(who)
    await standing.recheck(coordinator, who.id)
    at = await database.fetchval("SELECT starts_at - interval '2 hours' FROM meeting")
    assert await actions.plan_reminders(standing.centre.settings(), at) == 0
    await actions.withdraw(coordinator, id)
    assert await database.fetchval("SELECT count(*) FROM message WHERE about = $1", f"assignment:{id}") == before


async def test_a_policy_that_ends_is_one_letter_however_many_it_insured(coordinator: Actor) -> None:
    to = await opening(most=9)
    ids = [await accepted(coordinator, to, await people.volunteer()) for _ in range(5)]
    async with database.transaction():
        await database.execute("UPDATE policy SET valid_until = $1", DAY - timedelta(days=1))
        await standing.recheck_all(coordinator)
    assert {(await mark(id))[1] for id in ids} == {"agreement"} and len(await letters()) == 1
    await people.save(Policy(insurer="X", number="2", valid_from=DAY, valid_until=DAY, volunteer=None))
    await standing.recheck_all(coordinator)
    assert {(await mark(id))[1] for id in ids} == {""}


async def test_the_coordinator_of_the_initiative_is_told_else_all(coordinator: Actor) -> None:
    other = await people.account(Role.COORDINATOR, email="ewa@centrum.example")
    await people.account(Role.COORDINATOR, email="gone@centrum.example", closed_at=clock.now())
    to, who = await opening(clearances=["minors"]), await people.volunteer()
    await people.clearance(who)
    await accepted(coordinator, to, who)
    for expected in (["ewa@centrum.example"], ["ewa@centrum.example", "hanna@centrum.example"]):
        await database.execute("DELETE FROM message")
        await database.execute("UPDATE clearance SET revoked_on = NULL")
        await standing.recheck(coordinator, who.id)
        runs = other.id if len(expected) == 1 else None
        await database.execute("UPDATE initiative SET coordinator = $1", runs)
        await revoke(who)
        await standing.recheck(coordinator, who.id)
        assert sorted(letter["address"] for letter in await letters()) == expected
