"""What leaves today and what has left; what is held: looked at, let go, called off; live, and confidential."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from replies import sms
from support import people
from support.visitor import Visitor

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import outbox, quiet
from volunteer_hub.messaging.rules import FLOOD, Channel
from volunteer_hub.replies.desk import pressing, today
from volunteer_hub.replies.desk.today import Stage
from volunteer_hub.settings import load

ZONE = people.ZONE


async def put(name: str, *, about: str = "", to: str = "+48600100200", state: str = "planned", **more: Any) -> UUID:
    """A message in the outbox, in this state."""
    async with database.transaction():
        said: dict[str, Any] = {
            "about": about or f"volunteer:{uuid4()}", "channel": Channel.SMS, "address": to, "language": "pl",
            "template": "desk_letter", "values": {"centre": "C", "text": f"Treść {name}", "subject": "S", "phone": None,
                                                 "url": "http://x"},
        }  # fmt: skip
        await outbox.put(key=name, **(said | more))
    gone = "finished_at = CASE WHEN $2::varchar IN ('planned', 'in_flight', 'accepted') THEN NULL ELSE now() END"
    sent = "sent_at = CASE WHEN $2::varchar IN ('accepted', 'delivered') THEN now() END"
    await database.execute(f"UPDATE message SET state = $2, {gone}, {sent} WHERE key = $1", name, state)
    return await database.fetchval("SELECT id FROM message WHERE key = $1", name)


async def coordinator() -> Actor:
    return people.actor(await people.account(Role.COORDINATOR))


async def test_the_day_by_hour_with_its_states_in_words(client: httpx2.AsyncClient) -> None:
    marek = await people.volunteer(first_name="Marek", last_name="Pawlak", phone="+48600100200")
    await sms.invited(marek)
    await put("waits", about=f"volunteer:{marek.id}")
    await put("failed", state="undelivered")
    await people.signed_in(client)
    page = (await client.get("/desk/messages/today")).text
    assert "Marek P." in page and "Pawlak" not in page
    assert "Zaproszenie" in page and "Doręczona" in page and "Czeka na wysłanie" in page and "Niedoręczona" in page
    assert 'data-live="message inbound"' in page
    part = await client.get("/desk/messages/today", headers={"hx-request": "true"})
    assert part.text.lstrip().startswith('<section id="today"')


async def test_nothing_is_ticked_where_nothing_waits(client: httpx2.AsyncClient) -> None:
    await put("gone", state="delivered")
    await people.signed_in(client)
    page = (await client.get("/desk/messages/today")).text
    assert 'type="checkbox"' not in page and page.count('<td role="cell"') == 4
    await put("waits")
    page = (await client.get("/desk/messages/today")).text
    assert 'type="checkbox"' in page and page.count('<td role="cell"') == 10, "a column more in both lines and above"


async def test_it_is_narrowed_by_state_and_channel(db: str) -> None:
    actor = await coordinator()
    for n in range(3):
        await put(f"waits{n}")
    await put("mail", channel=Channel.EMAIL, to="a@example.pl", state="delivered")
    await put("off", state="cancelled")
    whole = await today.today(actor, ZONE)
    assert whole.counts == {Stage.WAITS: 3, Stage.GOING: 0, Stage.ARRIVED: 1, Stage.TROUBLE: 0, Stage.OFF: 1}
    mails = await today.today(actor, ZONE, Stage.ARRIVED, Channel.EMAIL)
    (hour,) = mails.hours
    assert [line.address for group in hour.groups for line in group.lines] == ["a@example.pl"]
    assert mails.counts == whole.counts and mails.channels == {Channel.SMS: 0, Channel.EMAIL: 1}
    assert (await today.today(actor, ZONE, Stage.ARRIVED, Channel.SMS)).hours == []


async def test_another_day_is_not_today(db: str) -> None:
    actor = await coordinator()
    await put("yesterday", state="delivered")
    await database.execute("UPDATE message SET sent_at = now() - interval '25 hours', finished_at = sent_at")
    await put("in a week", due_at=clock.now() + timedelta(days=7))
    assert (await today.today(actor, ZONE)).total == 0


async def test_what_waits_for_the_morning_says_so(db: str) -> None:
    wall, hour = clock.wall(clock.now(), ZONE), timedelta(hours=1)
    quiet.configure(
        load({"HUB_MODE": "demo", "HUB_QUIET_FROM": f"{wall - hour:%H:%M}", "HUB_QUIET_UNTIL": f"{wall + hour:%H:%M}"})
    )
    due = quiet.leaves(clock.now(), quiet.current())
    await put("night")
    await put("mail", channel=Channel.EMAIL, to="a@example.pl", due_at=due)
    found = await today.today(await coordinator(), ZONE)
    said = {line.channel: line.morning for hour in found.hours for group in hour.groups for line in group.lines}
    assert said == {Channel.SMS: True, Channel.EMAIL: False}


async def test_codes_and_what_stands_at_another_desk_are_not_there(client: httpx2.AsyncClient) -> None:
    await put("code", about=f"account:{uuid4()}", to="+48600777888")
    await put("elsewhere", about=f"request:{uuid4()}", to="+48600777999")
    await put("ours", to="+48600777000")
    await people.signed_in(client)
    for path in ("/desk/messages/today", "/desk/messages/held?channel=sms", "/desk/messages"):
        page = (await client.get(path)).text
        assert "777 888" not in page and "777 999" not in page and "Tresc code" not in page
    found = await today.today(await coordinator(), ZONE)
    assert found.total == 1
    assert (await today.today(Actor(Role.FACILITATOR, uuid4()), ZONE)).total == 0


async def held(channel: str = "sms", reason: str = FLOOD) -> None:
    pause = "INSERT INTO channel_pause (channel, until, reason) VALUES ($1, now() + interval '15 minutes', $2)"
    await database.execute(pause, channel, reason)


async def test_a_held_flood_is_shown_and_let_go(client: httpx2.AsyncClient) -> None:
    for n in range(3):
        await put(f"flood{n}")
    await held()
    await people.signed_in(client)
    visitor = Visitor(client)
    for page in ("/desk/messages", "/desk/messages/today"):
        assert "naraz czeka dużo więcej" in await visitor.open(page) and "SMS: 3" in visitor.page.text
    page = await visitor.send("/desk/messages/held")
    assert "Puszczone" in page and "naraz czeka" not in page
    assert await database.fetchval("SELECT count(*) FROM channel_pause") == 0
    assert await database.fetchval("SELECT about FROM audit_entry WHERE verb = 'messages.let-go'") == "channel:sms"


async def test_what_nobody_waits_for_leads_back_to_the_day(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    visitor = Visitor(client)
    page = await visitor.open("/desk/messages/held?channel=sms")
    assert "Nic tu już nie czekało na zgodę." in page and visitor.page.url.path == "/desk/messages/today"


async def test_a_held_flood_is_called_off_as_it_was_shown(client: httpx2.AsyncClient) -> None:
    for n in range(3):
        await put(f"flood{n}")
    code = await put("code", about=f"account:{uuid4()}")
    await held()
    await people.signed_in(client)
    visitor = Visitor(client)
    page = await visitor.open("/desk/messages/held?channel=sms")
    assert "Tresc flood0" in page and "Odwołaj wszystkie: 3" in page
    late = await put("put since it was shown")
    assert "Odwołane wiadomości: 3" in await visitor.send("/held/cancelling")
    states = {row["id"]: row["state"] for row in await database.fetch("SELECT id, state FROM message")}
    assert states.pop(late) == "planned" and states.pop(code) == "planned" and set(states.values()) == {"cancelled"}


@pytest.mark.parametrize("reason, words", [("20003", "hasła"), ("no_credit", "środków"), ("421", "odmawia")])
async def test_a_provider_that_refuses_us_says_what_must_be_done(
    client: httpx2.AsyncClient, reason: str, words: str
) -> None:
    await put("waits")
    await held(reason=reason)
    await people.signed_in(client)
    page = (await client.get("/desk/messages/today")).text
    assert words in page and "dministrator" in page and "Puść" not in page


async def test_what_has_not_left_is_called_off(client: httpx2.AsyncClient) -> None:
    one, other, gone = await put("one"), await put("other"), await put("gone", state="delivered")
    await people.signed_in(client)
    visitor = Visitor(client)
    await visitor.open("/desk/messages/today")
    page = await visitor.send("/presses", {"press": f"call-off:{one}"})
    assert "Odwołane: 1" in page
    page = await visitor.send("/presses", {"press": "call-off"}, message=[str(other), str(gone)])
    assert "Zrobione: 1. Nie udało się: 1." in page
    states = {row["key"]: row["state"] for row in await database.fetch("SELECT key, state FROM message")}
    assert states == {"one": "cancelled", "other": "cancelled", "gone": "delivered"}


async def test_what_was_called_off_is_not_planned_again(db: str) -> None:
    """Reminders are computed anew each round, under the same key."""
    said: dict[str, Any] = {
        "key": "assignment:1:reminder:sms", "about": f"volunteer:{uuid4()}", "channel": Channel.SMS, "language": "pl",
        "address": "+48600100200", "template": "desk_letter", "values": {"centre": "C", "text": "Jutro"},
    }  # fmt: skip
    async with database.transaction():
        assert await outbox.put(**said)
    id = await database.fetchval("SELECT id FROM message")
    await pressing.press(sms.SETTINGS, await coordinator(), pressing.Press.CALL_OFF, [id])
    async with database.transaction():
        assert not await outbox.put(**said)
    assert await database.fetchval("SELECT state FROM message") == "cancelled"


async def test_one_on_its_way_is_only_marked(db: str) -> None:
    id = await put("leaving", state="in_flight")
    assert (await pressing.press(sms.SETTINGS, await coordinator(), pressing.Press.CALL_OFF, [id])).done == 1
    row = await database.fetchrow("SELECT state, cancelled_at FROM message WHERE id = $1", id)
    assert row["state"] == "in_flight" and row["cancelled_at"] is not None


async def test_nonsense_in_the_address_is_no_error(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    for query in ("?stage=x", "?channel=fax", "?page=0", "?page=99999999", "?page=3", "?stage=waits&channel=sms"):
        assert (await client.get(f"/desk/messages/today{query}")).status_code == 200
    assert (await client.get("/desk/messages/held?channel=fax")).status_code == 404


async def test_only_coordinators_decide(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client, Role.FACILITATOR)
    for path in ("/desk/messages/today", "/desk/messages/held?channel=sms", "/desk/messages/talks"):
        assert (await client.get(path)).status_code == 403
    with pytest.raises(Refused):
        await pressing.call_off_held(SYSTEM, Channel.SMS, clock.now())
