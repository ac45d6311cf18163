"""Participants whom no SMS reminds: rung or told, and what they said is an answer like any other."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from support import people
from support.groups import group, leader, signed

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule.today import calls

SOON = clock.wall(clock.now(), people.ZONE).replace(hour=16, minute=0, second=0, microsecond=0) + timedelta(days=2)


async def a_meeting(kind: str = "group") -> tuple[Any, Any, Any]:
    """A group, its meeting, and a member without SMS beside one with it."""
    of, quiet, member = await group(kind)
    await database.execute(
        "UPDATE participant SET sms_ok = false, phone = '+48600700824', reach = 'call' WHERE id = $1", quiet.id
    )
    with_sms = await people.participant(alias="Ma SMS", phone="+48600700825", sms_ok=True)
    await people.member(of, with_sms)
    return of, await people.meeting(of, starts=SOON), member


async def comes(member: Any) -> bool | None:
    return await database.fetchval("SELECT comes FROM coming WHERE member = $1", member.id)


async def test_who_gets_no_sms_is_rung_and_answers_like_the_others(client: httpx2.AsyncClient) -> None:
    of, meeting, member = await a_meeting()
    visitor = await signed(client, await leader(Role.COORDINATOR, of))
    assert f"/desk/meetings/{meeting.id}/calls" in await visitor.open(f"/desk/meetings/{meeting.id}")
    page = await visitor.open(f"/desk/meetings/{meeting.id}/calls")
    assert "Z2" in page and 'href="tel:+48600700824"' in page and "Ma SMS" not in page
    await visitor.send(f"/calls/{member.id}", comes="no")
    assert await comes(member) is False and "Nie przyjdzie" in visitor.page.text
    assert await database.fetchval("SELECT left_on FROM member WHERE id = $1", member.id) is None, "an absence only"
    await visitor.send(f"/calls/{member.id}", comes="yes")
    assert await comes(member) is True


@pytest.mark.parametrize(("change", "there"), [
    ("UPDATE participant SET sms_ok = true WHERE alias = 'Z2'", False),
    ("UPDATE participant SET sms_ok = true, phone = NULL WHERE alias = 'Z2'", True),
    ("UPDATE participant SET restricted_at = now() WHERE alias = 'Z2'", False),
    ("UPDATE member SET left_on = '2026-01-01' FROM participant p WHERE p.id = participant AND p.alias = 'Z2'", False),
    ("INSERT INTO opt_out (address, since, word) VALUES ('+48600700825', now(), 'STOP')", True),
])  # fmt: skip
async def test_who_is_on_the_list(db: str, change: str, there: bool) -> None:
    of, meeting, _ = await a_meeting()
    await database.execute(change)
    found = {one.name for one in await calls.calls(await leader(Role.COORDINATOR, of), meeting.id)}
    assert ("Z2" in found) is there
    assert ("Ma SMS" in found) is ("opt_out" in change)


async def test_who_leads_sees_the_names_and_no_number(client: httpx2.AsyncClient) -> None:
    of, meeting, member = await a_meeting()
    visitor = await signed(client, await leader(Role.FACILITATOR, of))
    page = await visitor.open(f"/desk/meetings/{meeting.id}/calls")
    assert "Z2" in page and "600700824" not in page and "600 700 824" not in page
    await visitor.send(f"/calls/{member.id}", comes="yes")
    assert await comes(member) is True


async def test_to_others_nobody_of_a_group_is_there(db: str) -> None:
    _, meeting, member = await a_meeting()
    stranger = people.actor(await people.account())
    assert await calls.calls(stranger, meeting.id) == []
    with pytest.raises(Refused) as refused:
        await calls.say(stranger, meeting.id, member.id, comes=True)
    assert refused.value.status == 404 and await comes(member) is None


async def test_nothing_is_written_once_it_has_begun(db: str) -> None:
    of, meeting, member = await a_meeting()
    me = await leader(Role.COORDINATOR, of)
    await database.execute("UPDATE meeting SET starts_at = now() - interval '1 hour' WHERE id = $1", meeting.id)
    with pytest.raises(Refused) as refused:
        await calls.say(me, meeting.id, member.id, comes=True)
    assert refused.value.status == 410 and await comes(member) is None
