"""An invitation pressed at night: the SMS waits for the morning, unless a coordinator says that it leaves now."""

from html import unescape
from typing import Any

import httpx2
from support import people
from support.quiet_hours import night
from support.visitor import Visitor

from volunteer_hub.kit import clock, database
from volunteer_hub.messaging import quiet

NOW = "SMS wyślij teraz"


async def asked() -> list[dict[str, Any]]:
    rows = await database.fetch("SELECT channel, due_at, any_hour FROM message ORDER BY channel, address")
    return [dict(row) for row in rows]


async def at_desk(client: httpx2.AsyncClient, count: int) -> tuple[Visitor, str]:
    await people.signed_in(client)
    opening = await people.opening(await people.meeting(await people.initiative()), least=2, most=2)
    for _ in range(count):
        await people.volunteer()
    return Visitor(client), f"/desk/openings/{opening.id}"


async def test_by_night_the_page_says_when_and_offers_both(client: httpx2.AsyncClient) -> None:
    visitor, address = await at_desk(client, 2)
    with night() as hours:
        page = unescape(await visitor.open(address))
        assert "bo jest noc albo święto" in page and page.count(NOW) == 2
        page = unescape(await visitor.send("/assignments"))
        assert "Zaproszenie zapisane: " in page and "SMS wyjdzie" in page and "Zaproszenie wysłane: " not in page
        mail, sms = await asked()
        assert mail["due_at"] <= clock.now()
        assert sms["due_at"] == quiet.leaves(clock.now(), hours) and not sms["any_hour"]
        await visitor.open(address)
        assert "Zaproszenie wysłane: " in unescape(await visitor.send("/assignments", {"now": "yes"}))
        by_word = [row for row in await asked() if row["any_hour"]]
    assert len(by_word) == 1 and by_word[0]["channel"] == "sms" and by_word[0]["due_at"] <= clock.now()
    assert await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'assignment.at-night'") == 1


async def test_for_a_meeting_before_the_morning_the_page_says_that_no_sms_leaves(client: httpx2.AsyncClient) -> None:
    visitor, address = await at_desk(client, 1)
    await database.execute(
        "UPDATE meeting SET starts_at = now() + interval '2 hours', ends_at = now() + interval '3 hours',"
        " starts_wall = (now() + interval '2 hours') AT TIME ZONE timezone,"
        " ends_wall = (now() + interval '3 hours') AT TIME ZONE timezone"
    )
    with night():
        page = unescape(await visitor.open(address))
        assert (
            "rano będzie już za późno: SMS z zaproszeniem nie wyjdzie" in page
            and "SMS z zaproszeniem wyjdzie" not in page
        )


async def test_by_day_there_is_one_button_and_no_word_is_kept(client: httpx2.AsyncClient) -> None:
    visitor, address = await at_desk(client, 1)
    page = unescape(await visitor.open(address))
    assert "bo jest noc" not in page and NOW not in page
    await visitor.send("/assignments", now="yes", volunteer=await database.fetchval("SELECT id FROM volunteer"))
    assert not await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'assignment.at-night'")
    assert [row["due_at"] <= clock.now() and not row["any_hour"] for row in await asked()] == [True, True]
