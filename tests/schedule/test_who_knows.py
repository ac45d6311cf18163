"""Who was told that a meeting was called off or moved, and whom to ring."""

from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest
from support import people
from support.groups import group, leader, signed
from support.visitor import Visitor

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.schedule import actions, who_knows

SOON = clock.wall(clock.now(), people.ZONE).replace(hour=16, minute=0, second=0, microsecond=0) + timedelta(days=3)


async def meeting_with(*volunteers: Any) -> Any:
    of = await people.initiative()
    meeting = await people.meeting(of, starts=SOON)
    opening = await people.opening(meeting, await people.role(of), most=5)
    for who in volunteers:
        id = await actions.invite(SYSTEM, opening.id, who.id)
        await actions.answer(SYSTEM, id, accept=True, channel="web")
    await database.execute("UPDATE message SET state = 'delivered', sent_at = now()")
    return meeting


@pytest.mark.parametrize("change", ["cancel", "move"])
async def test_everybody_on_it_with_what_became_of_their_message(db: str, change: str) -> None:
    heard, waits, silent = (
        await people.volunteer(first_name="Ada"), await people.volunteer(first_name="Bea"),
        await people.volunteer(first_name="Cyd", sms_ok=False, email_ok=False),
    )  # fmt: skip
    stayed_away = await people.volunteer(first_name="Dan")
    meeting = await meeting_with(heard, waits, silent, stayed_away)
    left = await database.fetchval("SELECT id FROM assignment WHERE volunteer = $1", stayed_away.id)
    await actions.withdraw(SYSTEM, left)
    me = people.actor(await people.account())
    assert await who_knows.told(me, meeting.id) == [], "nothing was changed yet"
    if change == "cancel":
        await actions.cancel_meeting(me, meeting.id)
    else:
        await actions.move_meeting(me, meeting.id, SOON + timedelta(days=1), SOON + timedelta(days=1, hours=1))
    await database.execute("UPDATE message SET state = 'delivered', sent_at = now() WHERE address = $1", heard.phone)
    told = {one.name.split()[0]: one for one in await who_knows.told(me, meeting.id)}
    assert set(told) == {"Ada", "Bea", "Cyd"}
    assert (told["Ada"].state, told["Ada"].ring) == ("delivered", False)
    assert (told["Bea"].state, told["Bea"].ring) == ("planned", False)
    assert (told["Cyd"].state, told["Cyd"].ring, told["Cyd"].phone) == ("", True, silent.phone)


async def test_whom_no_message_reached_is_to_be_rung(client: httpx2.AsyncClient) -> None:
    who = await people.volunteer(first_name="Ada", email=None)
    meeting = await meeting_with(who)
    await people.signed_in(client)
    await actions.cancel_meeting(SYSTEM, meeting.id)
    await database.execute("UPDATE message SET state = 'undelivered' WHERE template = 'cancelled'")
    page = await Visitor(client).open(f"/desk/meetings/{meeting.id}")
    assert "Kto już wie" in page and "Trzeba zadzwonić do 1 osoby" in page and f'href="tel:{who.phone}"' in page


@pytest.mark.parametrize("runs", [True, False])
async def test_a_groups_members_are_named_to_who_runs_it_only(client: httpx2.AsyncClient, runs: bool) -> None:
    of, _, _ = await group()
    await database.execute("UPDATE member SET joined_on = $1", datetime(2026, 1, 1).date())
    meeting = await people.meeting(of, starts=SOON)
    await actions.cancel_meeting(SYSTEM, meeting.id)
    runner = await leader(Role.COORDINATOR, of)
    visitor = await signed(client, runner if runs else people.actor(await people.account()))
    page = await visitor.open(f"/desk/meetings/{meeting.id}")
    part = page.partition('id="told"')[2].partition("</section>")[0]
    assert part and ("Z2" in part) is runs and "Genowefa" not in page
