"""The list of who wants to belong: one person at a time for each free place, whatever happens at once."""

import asyncio
from datetime import datetime
from typing import Any

import httpx2
import pytest
from support import people
from support.groups import group, leader, signed
from support.quiet_hours import night

from volunteer_hub.initiatives import actions, members
from volunteer_hub.initiatives.rules import JoiningState
from volunteer_hub.initiatives.tables import Initiative
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging.quiet import is_quiet
from volunteer_hub.messaging.quiet import leaves as in_the_morning
from volunteer_hub.people.tables import Participant
from volunteer_hub.schedule.members import joining, of_participant
from volunteer_hub.settings import load

DAY = datetime(2026, 11, 1).date()
SETTINGS = load({"HUB_MODE": "demo", "HUB_PUBLIC_URL": "http://hub.test"})


async def somebody(n: int = 1, **more: Any) -> Participant:
    return await people.participant(alias=f"Osoba {n}", **{"phone": f"+4860070{n:04d}", "sms_ok": True} | more)


async def full_group(most: int = 1, **values: Any) -> tuple[Initiative, Participant]:
    of = await people.initiative(kind="group", most_members=most, **values)
    inside = await somebody(99)
    await people.member(of, inside)
    return of, inside


async def state_of(who: Participant) -> tuple[str, bool]:
    """Their state, and whether a place is kept until some moment."""
    row = await database.fetchrow("SELECT state, offer_until FROM joining WHERE participant = $1", who.id)
    assert row
    return row["state"], row["offer_until"] is not None


async def id_of(who: Participant) -> Any:
    return await database.fetchval("SELECT id FROM joining WHERE participant = $1", who.id)


async def leaves(of: Initiative, who: Participant) -> None:
    member = await database.fetchval("SELECT id FROM member WHERE participant = $1", who.id)
    await of_participant.leave(people.actor(await coordinator(of)), of.id, member, DAY.replace(year=2027))


async def coordinator(of: Initiative) -> Any:
    me = await people.account()
    await database.execute("UPDATE initiative SET coordinator = $2 WHERE id = $1", of.id, me.id)
    return me


async def test_a_place_that_comes_free_is_kept_for_who_waited_longest(db: str) -> None:
    of, inside = await full_group()
    first, second = await somebody(1), await somebody(2)
    for who in (first, second):
        assert await joining.put_on_list(SYSTEM, of.id, who.id) is JoiningState.WAITING
    assert await database.fetchval("SELECT count(*) FROM message") == 0
    await leaves(of, inside)
    assert await state_of(first) == ("offered", True) and await state_of(second) == ("waiting", False)
    (message,) = await database.fetch("SELECT address, body, about, expires_at > now() AS later FROM message")
    assert message["address"] == first.phone and "TAK" in message["body"] and message["later"]
    assert of.name not in message["body"], "an SMS never says what it is about"
    assert await joining.answer(SYSTEM, await id_of(first), accept=True, channel="sms") is JoiningState.JOINED
    assert await state_of(second) == ("waiting", False)


async def test_a_no_and_silence_go_to_the_next(db: str) -> None:
    of, inside = await full_group()
    crowd = [await somebody(n) for n in range(1, 4)]
    for who in crowd:
        await joining.put_on_list(SYSTEM, of.id, who.id)
    await leaves(of, inside)
    await joining.answer(SYSTEM, await id_of(crowd[0]), accept=False, channel="sms")
    assert await state_of(crowd[0]) == ("declined", False) and await state_of(crowd[1]) == ("offered", True)
    await database.execute("UPDATE joining SET offer_until = now() - interval '1 minute' WHERE state = 'offered'")
    await asyncio.gather(joining.plan(SETTINGS), joining.plan(SETTINGS))
    assert await state_of(crowd[1]) == ("waiting", False), "they keep waiting, behind the others"
    assert await state_of(crowd[2]) == ("offered", True)


async def test_who_let_two_offers_pass_or_wants_no_sms_is_rung(db: str) -> None:
    of, inside = await full_group()
    quiet, silent = await somebody(1, sms_ok=False), await somebody(2)
    await joining.put_on_list(SYSTEM, of.id, quiet.id)
    await leaves(of, inside)
    assert await state_of(quiet) == ("offered", False) and await database.fetchval("SELECT count(*) FROM message") == 0
    await joining.answer(SYSTEM, await id_of(quiet), accept=False, channel="desk")
    await joining.put_on_list(SYSTEM, of.id, silent.id)
    for _ in range(joining.RING_AFTER):
        assert await state_of(silent) == ("offered", True)
        await database.execute("UPDATE joining SET offer_until = now() - interval '1 minute' WHERE state = 'offered'")
        await joining.plan(SETTINGS)
    assert await state_of(silent) == ("offered", False)


async def test_a_late_yes_joins_where_there_is_room_and_else_waits_where_it_stood(db: str) -> None:
    of, inside = await full_group()
    late, other = await somebody(1), await somebody(2)
    await joining.put_on_list(SYSTEM, of.id, late.id)
    since = await database.fetchval("SELECT since FROM joining")
    await leaves(of, inside)
    await actions.add_member(SYSTEM, of.id, other.id, joined_on=DAY)  # a coordinator passes the list by hand
    assert await joining.answer(SYSTEM, await id_of(late), accept=True, channel="sms") is JoiningState.WAITING
    assert await database.fetchval("SELECT since FROM joining") == since


@pytest.mark.parametrize("round", range(3))
async def test_of_many_yeses_at_once_as_many_join_as_there_is_room(db: str, round: int) -> None:
    of = await people.initiative(kind="group", most_members=3, state="idea")
    crowd = [await somebody(n) for n in range(1, 9)]
    for who in crowd:
        await joining.put_on_list(SYSTEM, of.id, who.id)
    await database.execute("UPDATE initiative SET state = 'running'")
    await asyncio.gather(*[joining.plan(SETTINGS) for _ in range(3)])
    assert await database.fetchval("SELECT count(*) FROM joining WHERE state = 'offered'") == 3
    ids = [await id_of(who) for who in crowd]
    await asyncio.gather(*[joining.answer(SYSTEM, id, accept=True, channel="sms") for id in ids])
    joined, present = (
        await database.fetchval("SELECT count(*) FROM member"),
        await database.fetchval("SELECT present FROM initiative"),
    )
    assert (
        joined == present == 3 and await database.fetchval("SELECT count(*) FROM joining WHERE state = 'joined'") == 3
    )
    assert await database.fetchval("SELECT count(*) FROM joining WHERE state = 'waiting'") == 5


async def test_control_without_the_lock_more_places_are_kept_than_there_are(
    db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = await people.initiative(kind="group", most_members=1, state="idea")
    for n in range(1, 9):
        await joining.put_on_list(SYSTEM, of.id, (await somebody(n)).id)
    await database.execute("UPDATE initiative SET state = 'running'")
    monkeypatch.setattr(joining, "HOLD", joining.HOLD.replace("FOR NO KEY UPDATE", ""))
    monkeypatch.setattr(joining, "NEXT", joining.NEXT.replace("FOR UPDATE OF j", "FOR UPDATE OF j SKIP LOCKED"))

    async def fill() -> None:
        async with database.transaction():
            await joining.fill(of.id)
            await asyncio.sleep(0.2)

    await asyncio.gather(*[fill() for _ in range(4)])
    assert await database.fetchval("SELECT count(*) FROM joining WHERE state = 'offered'") > 1


async def test_an_idea_offers_nothing_and_an_ended_one_takes_nobody(db: str) -> None:
    of = await people.initiative(kind="group", state="idea")
    one = await somebody(1)
    assert await joining.put_on_list(SYSTEM, of.id, one.id) is JoiningState.WAITING
    await database.execute("UPDATE initiative SET state = 'stopped'")
    with pytest.raises(Refused) as refused:
        await joining.put_on_list(SYSTEM, of.id, (await somebody(2)).id)
    assert refused.value.status == 410


async def test_a_yes_to_a_place_in_a_group_that_has_ended_is_told_so(db: str) -> None:
    of, member = await full_group()
    one = await somebody(1)
    await joining.put_on_list(SYSTEM, of.id, one.id)
    await leaves(of, member)
    assert await state_of(one) == ("offered", True)
    await database.execute("UPDATE initiative SET state = 'stopped'")
    with pytest.raises(Refused, match=joining.OVER):
        await joining.answer(SYSTEM, await id_of(one), accept=True, channel="sms")
    inside = "SELECT count(*) FROM member WHERE participant = $1"
    assert await database.fetchval(inside, one.id) == 0, "nobody joins what is over"
    assert await joining.answer(SYSTEM, await id_of(one), accept=False, channel="sms") is JoiningState.DECLINED


async def test_who_wants_no_sms_any_more_gets_none_about_a_place_that_is_kept(db: str) -> None:
    of, member = await full_group()
    one = await somebody(1)
    await joining.put_on_list(SYSTEM, of.id, one.id)
    await leaves(of, member)
    sms = "SELECT state FROM message WHERE about LIKE 'joining:%'"
    assert await database.fetchval(sms) == "planned"
    async with database.transaction():
        await of_participant.call_off(one.id)
    assert await database.fetchval(sms) == "cancelled"


async def test_who_asks_waits_for_a_yes_of_who_runs_it(db: str) -> None:
    of = await people.initiative(kind="group", most_members=1)
    me = people.actor(await coordinator(of))
    one, two = await somebody(1), await somebody(2)
    for who in (one, two):
        assert await joining.ask(SYSTEM, of.id, who.id, "sms") is JoiningState.ASKED
        assert await joining.ask(SYSTEM, of.id, who.id, "sms") is JoiningState.ASKED
    assert await joining.approve(me, of.id, await id_of(one)) is JoiningState.JOINED
    assert await joining.approve(me, of.id, await id_of(two)) is JoiningState.WAITING
    await joining.refuse(me, of.id, await id_of(two))
    assert await state_of(two) == ("declined", False)
    with pytest.raises(Refused):
        await joining.approve(me, of.id, await id_of(two))


async def test_nobody_else_reads_or_changes_the_list(client: httpx2.AsyncClient) -> None:
    of, _, _ = await group(most_members=1)
    waits = await somebody(7)
    await joining.put_on_list(SYSTEM, of.id, waits.id)
    stranger = people.actor(await people.account())
    for act in (
        joining.approve(stranger, of.id, await id_of(waits)), joining.refuse(stranger, of.id, await id_of(waits)),
        joining.put_on_list(stranger, of.id, (await somebody(8)).id),
        joining.answer(stranger, await id_of(waits), accept=True, channel="desk"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            await act
        assert refused.value.status == 404
    visitor = await signed(client, await leader(Role.FACILITATOR, of))
    assert "Osoba 7" in await visitor.open(f"/desk/initiatives/{of.id}/members")
    assert not await members.may_add(stranger, of.id, waits.id)


async def test_the_desk_puts_on_the_list_and_writes_down_what_was_said(client: httpx2.AsyncClient) -> None:
    of, _, member = await group(most_members=1)
    visitor = await signed(client, await leader(Role.COORDINATOR, of))
    waits = await somebody(7, sms_ok=False)
    page = await visitor.open(f"/desk/initiatives/{of.id}/members?q=Osoba 7")
    assert "Nie ma teraz wolnych miejsc" in page
    await visitor.send("/joinings", participant=str(waits.id))
    assert "jest na liście oczekujących" in visitor.page.text and "Czeka na miejsce" in visitor.page.text
    await database.execute("UPDATE initiative SET most_members = 2")
    await joining.plan(SETTINGS)
    page = await visitor.open(f"/desk/initiatives/{of.id}/members")
    assert "trzeba zadzwonić" in page and waits.phone[-3:] in page
    await visitor.send(f"/joinings/{await id_of(waits)}", word="yes")
    assert "Zapisane." in visitor.page.text and "Chcą dołączyć" not in visitor.page.text
    await visitor.open(f"/desk/initiatives/{of.id}/members/{member.id}/leaving")


async def test_a_public_group_that_runs_has_a_code_and_no_other(db: str) -> None:
    public = await people.initiative(kind="group", public=True)
    hidden = await people.initiative(kind="group", public=False)
    circle = await people.initiative(kind="circle", public=False)
    await joining.plan(SETTINGS)
    codes = {row["id"]: row["join_code"] for row in await database.fetch("SELECT id, join_code FROM initiative")}
    assert len(codes[public.id]) == 3 and codes[hidden.id] == codes[circle.id] == ""
    await joining.plan(SETTINGS)
    assert await database.fetchval("SELECT join_code FROM initiative WHERE id = $1", public.id) == codes[public.id]
    await database.execute("UPDATE initiative SET state = 'finished'")
    await joining.plan(SETTINGS)
    assert await database.fetchval("SELECT count(*) FROM initiative WHERE join_code <> ''") == 0


async def test_nobody_is_asked_at_night_nor_has_to_answer_then(db: str) -> None:
    of, _ = await full_group(most=2)
    with night() as hours:
        await joining.put_on_list(SYSTEM, of.id, (who := await somebody(1)).id)
        message = await database.fetchrow("SELECT state, due_at, expires_at FROM message WHERE address = $1", who.phone)
        until = await database.fetchval("SELECT offer_until FROM joining WHERE participant = $1", who.id)
        assert message["state"] == "planned" and message["expires_at"] == until
        assert message["due_at"] == in_the_morning(clock.now(), hours) and not is_quiet(until, hours)
