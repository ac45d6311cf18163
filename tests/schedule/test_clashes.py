"""A meeting moved to the time of another: nobody counts in two places, nobody loses a place, somebody decides."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import httpx2
import pytest
from support import people, risks

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.attendance import actions as attendance
from volunteer_hub.schedule.attendance import queries as attendance_queries
from volunteer_hub.schedule.attendance.actions import Noted, Said
from volunteer_hub.schedule.risks import clashes, standing
from volunteer_hub.schedule.tables import Meeting, Opening

NOON = datetime.fromisoformat("2030-05-08 12:00")


@pytest.fixture
async def coordinator(db: str) -> Actor:
    return people.actor(await people.account())


async def meetings(coordinator: Actor, *hours: int) -> list[tuple[Meeting, Opening, UUID]]:
    """Meetings of an hour, all of which one volunteer has accepted, in this order."""
    who, found = await people.volunteer(first_name="Kacper", last_name="Wrona", max_hours_week=90), []
    for hour in hours:
        of = await people.initiative(name=f"O {hour}")
        at = await people.meeting(of, starts=NOON + timedelta(hours=hour), hours=1)
        opening = await people.opening(at)
        found.append((at, opening, await risks.accepted(coordinator, opening, who)))
    return found


async def move(actor: Actor, meeting: Meeting, hour: float) -> None:
    starts = NOON + timedelta(hours=hour)
    await actions.move_meeting(actor, meeting.id, starts, starts + timedelta(hours=1))


async def marks() -> dict[UUID, tuple[str, str, bool]]:
    rows = await database.fetch(
        "SELECT s.id, s.state, s.at_risk, b.accepted FROM assignment s JOIN booking b ON b.assignment = s.id"
    )
    return {row["id"]: (row["state"], row["at_risk"], row["accepted"]) for row in rows}


async def test_the_later_accepted_of_two_is_at_risk_whichever_is_moved(coordinator: Actor) -> None:
    (first, _, a), (second, _, b) = await meetings(coordinator, 0, 3)
    await database.execute("DELETE FROM message")
    await move(coordinator, first, 3)
    assert await marks() == {a: ("accepted", "", True), b: ("accepted", "clash", False)}
    assert await database.fetchval("SELECT array_agg(taken ORDER BY id) FROM opening") == [1, 1]
    (letter,) = await risks.letters()
    assert "Kacper" not in letter["body"] and "/desk/risks" in letter["body"]
    told = await database.fetch("SELECT template FROM message WHERE about = $1 AND channel = 'sms'", f"assignment:{a}")
    assert [row["template"] for row in told] == ["moved"]
    await move(coordinator, first, 1)
    assert await marks() == {a: ("accepted", "", True), b: ("accepted", "", True)}, "moved on: mended"
    await move(coordinator, second, 1)
    assert (await marks())[b] == ("accepted", "clash", False)


@pytest.mark.parametrize("how", ["withdraw", "cancel"])
async def test_what_is_given_up_lets_the_other_count_again(coordinator: Actor, how: str) -> None:
    (first, _, a), (_, _, b) = await meetings(coordinator, 0, 3)
    await move(coordinator, first, 3)
    if how == "withdraw":
        await actions.withdraw(coordinator, a)
    else:
        await actions.cancel_meeting(coordinator, first.id)
    assert await marks() == {a: ("withdrawn", "", False), b: ("accepted", "", True)}


async def test_of_three_at_one_time_the_first_counts_and_the_next_when_it_goes(coordinator: Actor) -> None:
    (_, _, a), (second, _, b), (third, _, c) = await meetings(coordinator, 0, 2, 4)
    await move(coordinator, second, 0)
    await move(coordinator, third, 0.5)
    assert [mark[1] for mark in (await marks()).values()].count("clash") == 2
    await actions.withdraw(coordinator, a)
    assert await marks() == {a: ("withdrawn", "", False), b: ("accepted", "", True), c: ("accepted", "clash", False)}


@pytest.mark.parametrize("missed_first", [True, False])
async def test_where_they_were_counts_though_it_had_been_set_aside(coordinator: Actor, missed_first: bool) -> None:
    (first, _, a), (second, _, b) = await meetings(coordinator, 0, 3)
    await move(coordinator, first, 3)
    await database.execute("UPDATE meeting SET starts_at = now() - interval '2 hours', ends_at = now()")
    await database.execute("UPDATE booking SET starts_at = now() - interval '2 hours', ends_at = now()")
    for meeting, id, there in sorted([(first, a, []), (second, b, [b])], key=lambda one: bool(one[2]) == missed_first):
        seen = (await attendance_queries.sheet(coordinator, meeting.id)).mark
        await attendance.note(coordinator, meeting.id, Said(seen, [id], there, {id: Noted(60)}))
    assert await marks() == {a: ("missed", "", False), b: ("done", "", True)}
    assert await database.fetchval("SELECT array_agg(opening) FROM commitment") == [
        await database.fetchval("SELECT opening FROM assignment WHERE id = $1", b)
    ]


async def test_what_is_set_aside_leaves_no_room_for_a_third(coordinator: Actor) -> None:
    (first, _, _), (_, _, _) = await meetings(coordinator, 0, 3)
    who = await database.fetchval("SELECT id FROM volunteer")
    third = await people.opening(await people.meeting(await people.initiative(), starts=NOON + timedelta(hours=4)))
    asked = await actions.invite(coordinator, third.id, who)
    await actions.move_meeting(coordinator, first.id, NOON + timedelta(hours=2), NOON + timedelta(hours=4, minutes=30))
    with pytest.raises(actions.Busy):
        await actions.answer(SYSTEM, asked, accept=True, channel="sms")


async def test_two_moves_at_once_leave_one_that_counts(coordinator: Actor) -> None:
    (first, _, a), (second, _, b) = await meetings(coordinator, 0, 3)
    await asyncio.gather(move(coordinator, first, 6), move(coordinator, second, 6))
    assert await marks() == {a: ("accepted", "", True), b: ("accepted", "clash", False)}


async def test_control_without_setting_aside_the_database_refuses_the_move(
    coordinator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first, _, _), _ = await meetings(coordinator, 0, 3)
    monkeypatch.setattr(clashes, "_later", lambda rows: [])
    with pytest.raises(asyncpg.ExclusionViolationError):
        await move(coordinator, first, 3)


async def test_a_mark_gives_way_to_what_the_law_says_and_comes_back(coordinator: Actor) -> None:
    (first, _, _), (_, _, b) = await meetings(coordinator, 0, 3)
    await move(coordinator, first, 3)
    who = await database.fetchval("SELECT id FROM volunteer")
    for until, rule in (("2029-01-01", "agreement"), ("2040-01-01", "clash")):
        await database.execute("UPDATE policy SET valid_until = $1::text::date", until)
        await standing.recheck(coordinator, who)
        assert (await marks())[b] == ("accepted", rule, False)


async def test_the_desk_reads_why_and_with_what(client: httpx2.AsyncClient) -> None:
    coordinator = people.actor(await people.signed_in(client))
    (first, _, _), (_, opening, _) = await meetings(coordinator, 0, 3)
    await move(coordinator, first, 3)
    assert "Dwa zadania w jednym czasie" in (await client.get("/desk")).text
    for page in ("/desk/risks", f"/desk/openings/{opening.id}"):
        html = (await client.get(page)).text
        assert "Dwa zadania w jednym czasie" in html and "O 0" in html, page


async def test_the_volunteer_reads_it_on_their_page(client: httpx2.AsyncClient) -> None:
    coordinator = people.actor(await people.account())
    (first, _, _), _ = await meetings(coordinator, 0, 3)
    await move(coordinator, first, 3)
    me = await people.signed_in(client, Role.VOLUNTEER)
    await database.execute("UPDATE volunteer SET account = $1", me.id)
    assert (await client.get("/me")).text.count("masz też inne przyjęte zadanie") == 1
