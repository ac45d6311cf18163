"""What stops holding is marked, shown and told at once; nobody vanishes from a roster, but a minor without consent."""

from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from uuid import uuid4

import httpx2
import pytest
from matching.test_opening_page import words
from support import people
from support.risks import DAY, SIXTEEN, TODAY, accepted, letters, mark, opening, pupil, restrict, revoke

from volunteer_hub.initiatives.tables import AgeLimit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.people.tables import Service, Volunteer
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.risks import queries as risks
from volunteer_hub.schedule.risks import standing
from volunteer_hub.schedule.rules import STANDING, Rule


@pytest.fixture
async def coordinator(db: str) -> Actor:
    return people.actor(await people.account(Role.COORDINATOR, email="hanna@centrum.example"))


async def shorten(who: Volunteer) -> None:
    await database.execute(
        "UPDATE clearance SET valid_until = $2 WHERE volunteer = $1", who.id, DAY - timedelta(days=1)
    )


async def uninsure(who: Volunteer) -> None:
    await database.execute("DELETE FROM policy")


async def grow_younger(who: Volunteer) -> None:
    await database.execute(
        "UPDATE volunteer SET birth_date = $2, guardian_consent_at = now() WHERE id = $1", who.id, SIXTEEN
    )


async def past_thirty_days(who: Volunteer) -> None:
    await people.save(Service(volunteer=who.id, first_day=DAY - timedelta(days=30)))


async def bar(who: Volunteer) -> None:
    await people.save(AgeLimit(under_age=110, barred=True, valid_from=TODAY, source="test"))


CHANGES: list[tuple[Callable[[Volunteer], Awaitable[None]], Rule]] = [
    (revoke, Rule.CLEARANCE),
    (shorten, Rule.CLEARANCE),
    (restrict, Rule.RESTRICTED),
    (uninsure, Rule.AGREEMENT),
    (past_thirty_days, Rule.AGREEMENT),
    (grow_younger, Rule.MINOR),
    (bar, Rule.LIMIT),
]


@pytest.mark.parametrize(("change", "rule"), CHANGES)
async def test_what_stops_holding_is_marked_and_told_once(
    change: Callable[[Volunteer], Awaitable[None]], rule: Rule, coordinator: Actor
) -> None:
    to, who = await opening(clearances=["minors"]), await people.volunteer(first_name="Barbara")
    await people.clearance(who)
    id = await accepted(coordinator, to, who)
    for turn in range(2):
        async with database.transaction():
            if not turn:
                await change(who)
            await standing.recheck(coordinator, who.id)
        assert await mark(id) == ("accepted", rule), "they stay on the roster until somebody decides"
        (letter,) = await letters()
    assert letter["address"] == "hanna@centrum.example" and letter["channel"] == "email"
    assert "Barbara" not in letter["body"] and "bajek" not in letter["body"], "neither who nor why nor of what"
    assert f"/desk/openings/{to.id}" in letter["body"] and f"/desk/openings/{to.id}" in letter["html"]
    assert await database.fetchval("SELECT taken FROM opening WHERE id = $1", to.id) == 1
    assert [risk.rule for risk in await risks.risks(coordinator)] == [rule]


@pytest.mark.parametrize("rule", STANDING)
async def test_each_has_words_for_the_desk(rule: Rule, coordinator: Actor, client: httpx2.AsyncClient) -> None:
    to, who = await opening(), await people.volunteer(first_name="Barbara")
    id = await accepted(coordinator, to, who)
    await database.execute("UPDATE assignment SET at_risk = $2, at_risk_since = now() WHERE id = $1", id, rule)
    await people.signed_in(client)
    for path in ("/desk", "/desk/risks", f"/desk/openings/{to.id}", f"/desk/meetings/{to.meeting}"):
        page = words((await client.get(path)).text)
        assert "Barbara Z." in page and any(why in page for why in WHY[rule]), path
    facilitator = await people.signed_in(client, Role.FACILITATOR)
    await people.facilitator(await people.initiative(), facilitator)
    of = await database.fetchval("SELECT initiative FROM meeting WHERE id = $1", to.meeting)
    await database.execute("UPDATE facilitator SET initiative = $1", of)
    page = words((await client.get(f"/desk/meetings/{to.meeting}")).text)
    assert "Barbara Z." in page and not any(why in page for why in WHY[rule]), "why is the coordinators' to know"


WHY = {
    Rule.RESTRICTED: ["ograniczenie użycia danych"],
    Rule.CONSENT: ["Brak zgody opiekuna"],
    Rule.MINOR: ["Rola tylko dla dorosłych"],
    Rule.AGE: ["Wiek nie pasuje"],
    Rule.LIMIT: ["Ograniczenie wieku"],
    Rule.CLEARANCE: ["Brak ważnego sprawdzenia"],
    Rule.AGREEMENT: ["Brakuje polisy lub pisemnego porozumienia"],
}


async def test_when_all_is_well_again_the_mark_goes(coordinator: Actor) -> None:
    to, who = await opening(clearances=["minors"]), await people.volunteer()
    await people.clearance(who)
    id = await accepted(coordinator, to, who)
    await revoke(who)
    await standing.recheck(coordinator, who.id)
    await database.execute("UPDATE clearance SET revoked_on = NULL")
    await standing.recheck(coordinator, who.id)
    assert await mark(id) == ("accepted", "") and not await risks.risks(coordinator)
    assert await database.fetchval("SELECT at_risk_since FROM assignment WHERE id = $1", id) is None
    await revoke(who)
    await standing.recheck(coordinator, who.id)
    assert len(await letters()) == 2, "a new change is told anew"


async def test_off_the_roster_is_off_the_queue(coordinator: Actor) -> None:
    to, who = await opening(clearances=["minors"]), await people.volunteer()
    await people.clearance(who)
    ids = [await accepted(coordinator, to, who)]
    await revoke(who)
    await standing.recheck(coordinator, who.id)
    await actions.withdraw(coordinator, ids[0])
    assert await mark(ids[0]) == ("withdrawn", "")
    assert await standing.sweep(30) == 0


async def test_what_is_over_called_off_or_answered_no_is_left_alone(coordinator: Actor) -> None:
    who = await people.volunteer()
    await people.clearance(who)
    ids = {}
    for name in ("over", "called off", "no"):
        to = await opening(clearances=["minors"])
        ids[name] = await actions.invite(coordinator, to.id, who.id)
        if name == "over":
            await database.execute("UPDATE meeting SET starts_at = now() - interval '1 hour' WHERE id = $1", to.meeting)
        elif name == "called off":
            await actions.cancel_meeting(coordinator, to.meeting)
        else:
            await actions.answer(SYSTEM, ids[name], accept=False, channel="sms")
    await revoke(who)
    await standing.recheck(coordinator, who.id)
    assert {(await mark(id))[1] for id in ids.values()} == {""} and not await letters()


async def test_a_withdrawn_consent_frees_the_places_and_writes_to_no_minor(coordinator: Actor) -> None:
    first, second = await opening(minor_safe=True), await opening(minor_safe=True, most=1)
    await database.execute(
        """UPDATE meeting SET starts_wall = starts_wall + interval '1 day', ends_wall = ends_wall + interval '1 day',
           starts_at = starts_at + interval '1 day', ends_at = ends_at + interval '1 day' WHERE id = $1""",
        second.meeting,
    )
    who = await pupil()
    taken = await accepted(coordinator, first, who)
    asked = await actions.invite(coordinator, second.id, who.id)
    before = await database.fetchval("SELECT count(*) FROM message")
    async with database.transaction():
        await database.execute("UPDATE volunteer SET guardian_consent_at = NULL WHERE id = $1", who.id)
        await standing.recheck(SYSTEM, who.id)
    assert [await mark(id) for id in (taken, asked)] == [("withdrawn", "")] * 2
    assert await database.fetchval("SELECT sum(taken) FROM opening") == 0
    assert not await database.fetchval("SELECT count(*) FROM booking WHERE accepted")
    states = await database.fetch("SELECT DISTINCT state FROM message WHERE about LIKE 'assignment:%'")
    assert [row["state"] for row in states] == ["cancelled"], "what had not left is called off"
    (letter,) = await letters()
    assert letter["body"].count("znowu wolne") == 2
    assert await database.fetchval("SELECT count(*) FROM message") == before + 1, "and nothing else is written"
    rows = await database.fetch("SELECT was, channel FROM assignment_change WHERE became = 'withdrawn' ORDER BY was")
    assert [tuple(row) for row in rows] == [("accepted", "guardian"), ("invited", "guardian")]


async def test_who_turns_eighteen_before_the_meeting_needs_no_consent(coordinator: Actor) -> None:
    grown = DAY.replace(year=DAY.year - 18)
    who = await people.volunteer(birth_date=grown)
    id = await accepted(coordinator, await opening(), who)
    await standing.recheck(SYSTEM, who.id)
    assert await mark(id) == ("accepted", "")


async def test_a_meeting_moved_past_the_end_of_a_clearance_is_at_risk(coordinator: Actor) -> None:
    to, who = await opening(clearances=["minors"]), await people.volunteer()
    await people.clearance(who, valid_until=DAY)
    id = await accepted(coordinator, to, who)
    for days, expected in ((0, ""), (1, "clearance"), (0, "")):
        day = datetime.combine(DAY + timedelta(days=days), time(17))
        await actions.move_meeting(coordinator, to.meeting, day, day + timedelta(hours=2))
        assert await mark(id) == ("accepted", expected)
    assert len(await letters()) == 1


async def test_a_role_that_asks_for_more_puts_its_people_at_risk(coordinator: Actor) -> None:
    to, who = await opening(), await people.volunteer()
    id = await accepted(coordinator, to, who)
    async with database.transaction():
        await database.execute("UPDATE role_asked SET clearances = '{minors}' WHERE id = $1", to.role)
        await standing.recheck_role(coordinator, to.role)
    assert await mark(id) == ("accepted", "clearance") and len(await letters()) == 1


async def test_what_was_changed_by_hand_is_found_by_the_worker(coordinator: Actor) -> None:
    to, who = await opening(clearances=["minors"]), await people.volunteer()
    await people.clearance(who)
    id = await accepted(coordinator, to, who)
    await people.volunteer()
    assert await standing.sweep(30) == 0
    await revoke(who)
    assert await standing.sweep(2) == 0, "not yet"
    assert await standing.sweep(30) == 1
    assert await mark(id) == ("accepted", "clearance") and len(await letters()) == 1


async def test_rechecking_nobody_is_nothing(coordinator: Actor) -> None:
    await standing.recheck(coordinator)
    await standing.recheck(coordinator, uuid4())
    assert not await letters()
