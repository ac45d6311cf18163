"""A message that did not arrive: what happened in words, once more, another way, by phone; by one press, once."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from replies import sms
from support import people
from support.visitor import Visitor

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import advice, again, outbox
from volunteer_hub.messaging.rules import Channel, State
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.replies.desk import pressing, todo
from volunteer_hub.replies.desk.pressing import Press


async def coordinator() -> Actor:
    return people.actor(await people.account(Role.COORDINATOR))


async def failed(error: str = "30003", state: str = "undelivered", **of: Any) -> tuple[Volunteer, UUID]:
    """A volunteer whose invitation did not arrive by SMS; the message."""
    volunteer = await people.volunteer(**{"first_name": "Marek", "last_name": "Pawlak", **of})
    await sms.invited(volunteer)
    id = await database.fetchval("SELECT id FROM message WHERE address = $1 AND channel = 'sms'", volunteer.phone)
    became = "UPDATE message SET state = $2, error = $3, finished_at = now() WHERE id = $1"
    await database.execute(became, id, state, error)
    return volunteer, id


async def copies(message: UUID) -> list[dict[str, Any]]:
    return [dict(row) for row in await database.fetch("SELECT * FROM message WHERE again_of = $1", message)]


@pytest.mark.parametrize("code, words", [
    ("30003", "wyłączony"), ("30005", "nie istnieje"), ("30006", "stacjonarny"), ("unknown_number", "nie istnieje"),
    ("99999", "nie powiedział"),
])  # fmt: skip
async def test_the_page_says_what_happened_and_what_to_do(client: httpx2.AsyncClient, code: str, words: str) -> None:
    await failed(code)
    await people.signed_in(client)
    page = (await client.get("/desk/messages")).text
    assert words in page and code in page and "Marek P." in page


async def test_one_press_rings_who_must_be_rung_and_nothing_is_said_twice(client: httpx2.AsyncClient) -> None:
    volunteer, _ = await failed("", "suppressed")
    await people.signed_in(client)
    page = (await client.get("/desk/messages")).text
    assert f'href="tel:{volunteer.phone}"' in page
    assert page.lower().count("ta osoba nie chce wiadomości") == 1 and "Wiadomości wrócą" in page


def test_every_state_that_needs_a_human_has_advice() -> None:
    for state in (State.UNDELIVERED, State.SUPPRESSED, State.PARKED, State.UNKNOWN, State.TO_PHONE, State.EXPIRED):
        for channel in Channel:
            found = advice.of(state, channel, "")
            assert found and found.says and found.do, state
    assert advice.of(State.DELIVERED, Channel.SMS, "") is None
    night, late = (advice.of(State.EXPIRED, Channel.SMS, error) for error in ("quiet", ""))
    assert night and late and "nocnej" in night.says and "nocnej" not in late.says


async def test_it_goes_once_more_as_another_message_that_names_it(client: httpx2.AsyncClient) -> None:
    volunteer, old = await failed()
    await people.signed_in(client)
    visitor = Visitor(client)
    await visitor.open("/desk/messages")
    page = await visitor.send("/presses", {"press": f"again:{old}"})
    assert "Wyjdą jeszcze raz: 1" in page and "Do nikogo nie trzeba dzwonić" in page
    (new,) = await copies(old)
    was = await database.fetchrow("SELECT * FROM message WHERE id = $1", old)
    assert (new["state"], new["key"], new["address"]) == ("planned", f"again:{old}", volunteer.phone)
    assert new["key"] != was["key"] and new["body"] == was["body"] and new["parts"] == was["parts"] > 0
    assert was["state"] == "undelivered" and was["settled_by"] is not None
    assert await database.fetchval("SELECT about FROM audit_entry WHERE verb = 'messages.again'") == f"message:{old}"


async def test_it_goes_to_the_number_that_was_corrected_since(db: str) -> None:
    volunteer, old = await failed("30005")
    actor = await coordinator()
    (before,) = await todo.troubles(actor)
    assert Press.AGAIN not in before.presses  # a number that does not exist will not exist once more
    await database.execute("UPDATE volunteer SET phone = '+48600999888' WHERE id = $1", volunteer.id)
    (after,) = await todo.troubles(actor)
    assert after.corrected == "+48600999888" and after.presses[0] is Press.AGAIN
    assert (await pressing.press(sms.SETTINGS, actor, Press.AGAIN, [old])).done == 1
    assert [row["address"] for row in await copies(old)] == ["+48600999888"]


async def test_the_same_words_go_by_mail(db: str) -> None:
    _, old = await failed("30006", email="marek@example.pl", email_ok=True)
    await database.execute("DELETE FROM message WHERE channel = 'email'")
    actor = await coordinator()
    (one,) = await todo.troubles(actor)
    assert Press.EMAIL in one.presses
    assert (await pressing.press(sms.SETTINGS, actor, Press.EMAIL, [old])).done == 1
    (new,) = await copies(old)
    assert (new["channel"], new["address"], new["state"]) == ("email", "marek@example.pl", "planned")
    assert one.message.body in new["body"] and await todo.troubles(actor) == []


async def test_what_has_arrived_by_mail_is_not_offered_by_mail(db: str) -> None:
    await failed("30006", email="marek@example.pl", email_ok=True)
    (one,) = await todo.troubles(await coordinator())
    assert one.twin_arrives and Press.EMAIL not in one.presses


async def refused(actor: Actor, act: Press, message: UUID) -> str:
    done = await pressing.press(sms.SETTINGS, actor, act, [message])
    assert done.done == 0 and done.refused == 1
    return done.why


async def test_nothing_goes_once_more_when_it_is_too_late_or_overtaken_or_unwanted(db: str) -> None:
    actor = await coordinator()
    _, past = await failed()
    await database.execute("UPDATE message SET expires_at = now() - interval '1 minute' WHERE id = $1", past)
    assert "za późno" in await refused(actor, Press.AGAIN, past)
    volunteer, overtaken = await failed(phone="+48600100300")
    about = await database.fetchval("SELECT about FROM message WHERE id = $1", overtaken)
    async with database.transaction():
        await outbox.put(
            key="newer", about=about, channel=Channel.SMS, address=volunteer.phone, language="pl",
            template="desk_letter", values={"centre": "C", "text": "Nowy termin"},
        )  # fmt: skip
    assert "nowszą" in await refused(actor, Press.AGAIN, overtaken)
    stopped, unwanted = await failed(phone="+48600100400")
    await database.execute("INSERT INTO opt_out (address, since, word) VALUES ($1, now(), 'STOP')", stopped.phone)
    assert "STOP" in await refused(actor, Press.AGAIN, unwanted)
    refusing, no_sms = await failed(phone="+48600100500")
    await database.execute("UPDATE volunteer SET sms_ok = false WHERE id = $1", refusing.id)
    assert "nie można" in await refused(actor, Press.AGAIN, no_sms)
    assert await database.fetchval("SELECT count(*) FROM message WHERE again_of IS NOT NULL") == 0


async def test_when_the_meeting_is_over_nothing_goes(db: str) -> None:
    actor = await coordinator()
    _, old = await failed()
    await database.execute("UPDATE message SET expires_at = NULL WHERE id = $1", old)
    days = "- interval '9 days'"
    await database.execute(f"UPDATE meeting SET starts_at = starts_at {days}, ends_at = ends_at {days}")
    assert "skończyło" in await refused(actor, Press.AGAIN, old)


async def press_at_once(message: UUID) -> int:
    """Two coordinators press in the same moment; how many messages came of it."""
    one, other = await coordinator(), await coordinator()
    await asyncio.gather(
        *(pressing.press(sms.SETTINGS, who, Press.AGAIN, [message]) for who in (one, other)), return_exceptions=True
    )
    return len(await copies(message))


async def test_of_two_coordinators_who_press_at_once_one_sends_it(db: str) -> None:
    for n in range(5):
        _, old = await failed(phone=f"+4860020030{n}")
        assert await press_at_once(old) == 1


async def test_control_without_the_lock_and_the_key_it_goes_twice(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What keeps it at one is the row's lock, and behind it the key and the link, each unique."""
    monkeypatch.setattr(again, "LOCK", again.LOCK.replace("FOR UPDATE", ""))
    monkeypatch.setattr(again, "key", lambda message: f"again:{message}:{uuid4().hex[:8]}")
    await database.execute("ALTER TABLE message DROP CONSTRAINT message_again_of_key")
    barrier = asyncio.Barrier(2)
    real = again.same_way

    async def together(*given: Any) -> UUID:
        await barrier.wait()
        return await real(*given)

    monkeypatch.setattr(again, "same_way", together)
    _, old = await failed()
    assert await press_at_once(old) == 2


async def test_the_key_alone_keeps_it_at_one(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(again, "LOCK", again.LOCK.replace("FOR UPDATE", ""))
    _, old = await failed()
    assert await press_at_once(old) == 1


async def test_several_are_ticked_and_one_refuses(client: httpx2.AsyncClient) -> None:
    _, first = await failed()
    _, second = await failed(phone="+48600100300")
    await database.execute("UPDATE message SET expires_at = now() WHERE id = $1", second)
    await people.signed_in(client)
    visitor = Visitor(client)
    await visitor.open("/desk/messages")
    page = await visitor.send("/presses", {"press": "again"}, message=[str(first), str(second)])
    assert "Zrobione: 1. Nie udało się: 1." in page and "za późno" in page
    await visitor.open("/desk/messages")
    assert "Najpierw zaznacz" in await visitor.send("/presses", {"press": "told"})


async def test_taken_over_by_phone_is_known_by_whom(client: httpx2.AsyncClient) -> None:
    _, old = await failed(state="to_phone", error="")
    account = await people.signed_in(client)
    visitor = Visitor(client)
    await visitor.open("/desk/messages")
    await visitor.send("/presses", {"press": f"told:{old}"})
    row = await database.fetchrow("SELECT state, error, settled_by FROM message WHERE id = $1", old)
    assert dict(row) == {"state": "delivered", "error": "told by phone", "settled_by": account.id}
    audit = await database.fetchrow("SELECT account, about FROM audit_entry WHERE verb = 'messages.told'")
    assert dict(audit) == {"account": account.id, "about": f"message:{old}"}
    page = await visitor.open(f"/desk/messages/{old}")
    assert "Przekazane telefonicznie" in page and account.name in page
    assert "Przekazane telefonicznie" in await visitor.open("/desk/messages/today")


async def test_codes_and_what_stands_at_another_desk_cannot_be_pressed(db: str) -> None:
    actor = await coordinator()
    for about in (f"account:{uuid4()}", f"request:{uuid4()}"):
        async with database.transaction():
            await outbox.put(
                key=about, about=about, channel=Channel.SMS, address="+48600100200", language="pl",
                template="desk_letter", values={"centre": "C", "text": "Kod"},
            )  # fmt: skip
        id = await database.fetchval("SELECT id FROM message WHERE key = $1", about)
        for act in Press:
            with pytest.raises(Refused) as no:
                await pressing.press(sms.SETTINGS, actor, act, [id])
            assert no.value.status == 404
        assert await database.fetchval("SELECT state FROM message WHERE id = $1", id) == "planned"


async def test_nobody_but_coordinators_presses(client: httpx2.AsyncClient) -> None:
    _, old = await failed()
    await people.signed_in(client, Role.FACILITATOR)
    answer = await client.post("/desk/messages/presses", data={"press": f"told:{old}"})
    assert answer.status_code == 403
    for role in (Role.FACILITATOR, Role.ADMINISTRATOR, Role.VOLUNTEER):
        with pytest.raises(Refused):
            await pressing.press(sms.SETTINGS, Actor(role, uuid4()), Press.TOLD, [old])
