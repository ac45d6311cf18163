"""An SMS nobody could follow becomes a request at first contact: all that waits, once, with the number said back."""

import httpx2
from intake.by_hand import typed
from replies import sms
from support import people
from support.visitor import Visitor

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Role

STRANGER = "+48699000111"


async def conversation(client: httpx2.AsyncClient, sender: str = STRANGER) -> Visitor:
    await people.signed_in(client)
    visitor = Visitor(client)
    await visitor.open(f"/desk/messages/{(await sms.inbox(sender))[-1]['id']}")
    return visitor


async def test_what_waits_becomes_one_request(client: httpx2.AsyncClient) -> None:
    await sms.says(client, STRANGER, "Mama nie wstaje")
    await sms.says(client, STRANGER, "prosze o pomoc <b>")
    visitor = await conversation(client)
    page = await visitor.send("/request")
    assert "Zgłoszenie zapisane" in page and "Mama nie wstaje" in page and "pomoc &lt;b&gt;" in page
    assert "699 000 111" in page and "SMS-em" in page
    row = await database.fetchrow("SELECT * FROM request")
    assert row and (row["channel"], row["phone"]) == ("sms", STRANGER)
    assert (row["desk"], row["state"]) == ("first-contact", "new")
    assert not [line for line in await sms.inbox(STRANGER) if line["handled_at"] is None]
    told = await database.fetch("SELECT address, body FROM message WHERE template = 'request_received'")
    assert [row["address"] for row in told] == [STRANGER] and "Mama" not in told[0]["body"]
    verbs = {row["verb"] for row in await database.fetch("SELECT verb FROM audit_entry")}
    assert {"replies.handle", "request.enter"} <= verbs


async def test_pressed_twice_it_is_one_and_dealt_with_by_another_it_is_told(client: httpx2.AsyncClient) -> None:
    await sms.says(client, STRANGER, "pomocy")
    visitor = await conversation(client)
    form, address = typed(visitor.page, "/request"), f"{visitor.page.url.path}/request"
    answers = [await client.post(address, data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert await database.fetchval("SELECT count(*) FROM request") == 1
    await sms.says(client, STRANGER, "halo")
    await visitor.open(f"/desk/messages/{(await sms.inbox(STRANGER))[-1]['id']}")
    form = typed(visitor.page, "/request")
    await database.execute("UPDATE inbound SET handled_at = now()")
    answer = await client.post(f"{visitor.page.url.path}/request", data=form)
    assert answer.status_code == 409 and "ktoś już się zajął" in answer.text
    assert await database.fetchval("SELECT count(*) FROM request") == 1


async def test_somebody_we_know_keeps_name_and_language(client: httpx2.AsyncClient) -> None:
    participant = await people.participant(alias="Zosia", language="uk")
    await sms.says(client, participant.phone, "треба допомога з покупками")
    visitor = await conversation(client, participant.phone)
    await visitor.send("/request")
    row = await database.fetchrow("SELECT name, language FROM request")
    assert row and tuple(row) == ("Zosia", "uk")


async def test_a_sender_that_is_no_number_can_ask_too(client: httpx2.AsyncClient) -> None:
    await database.execute(
        "INSERT INTO inbound (id, provider_id, address, body, received_at, reading, about)"
        " VALUES (gen_random_uuid(), 'x', 'BANKALERTINFOSMS24', 'x', $1, '', '')",
        clock.now(),
    )
    visitor = await conversation(client, "BANKALERTINFOSMS24")
    await visitor.send("/request")
    assert visitor.page.status_code == 200 and await database.fetchval("SELECT phone FROM request") == ""
    assert await database.fetchval("SELECT count(*) FROM message") == 0


async def test_only_for_coordinators_and_only_what_is_theirs(client: httpx2.AsyncClient) -> None:
    await sms.says(client, STRANGER, "pomocy")
    visitor = await conversation(client)
    form = typed(visitor.page, "/request")
    other = await people.participant()
    await sms.says(client, other.phone, "cos innego")
    foreign = (await sms.inbox(other.phone))[0]["id"]
    answer = await client.post(f"{visitor.page.url.path}/request", data=form | {"inbound": [str(foreign)]})
    assert answer.status_code == 404
    client.cookies.clear()
    await people.signed_in(client, Role.FIRST_CONTACT)
    assert (await client.post(f"{visitor.page.url.path}/request", data=form)).status_code == 403
    assert await database.fetchval("SELECT count(*) FROM request") == 0


async def test_after_routing_the_messages_do_not_tell_whose_request_it_was(client: httpx2.AsyncClient) -> None:
    await sms.says(client, STRANGER, "Mama nie wstaje")
    visitor = await conversation(client)
    line = visitor.page.url.path
    await visitor.send("/request")
    number = await database.fetchval("SELECT number FROM request")
    sent = await database.fetchval("SELECT id FROM message WHERE template = 'request_received'")
    await database.execute("UPDATE message SET state = 'undelivered', finished_at = now()")
    pages = ("/desk/messages", line, f"/desk/messages/{sent}", "/desk")
    before = [(await client.get(path)).text.replace("\N{NO-BREAK SPACE}", " ") for path in pages]
    assert all("699 000 111" in text for text in before[:3]) and all(number in text for text in before[:3]), "control"
    assert "Mama nie wstaje" in before[1] and f"/desk/messages/{sent}" in before[3]
    await visitor.send("/route", desk="social-work", note="Do Was.")
    assert visitor.page.status_code == 200
    for path in pages:
        answer = await client.get(path)
        assert answer.status_code == (404 if path in pages[1:3] else 200), path
        text = answer.text.partition("<main")[2].partition("</main>")[0].replace("\N{NO-BREAK SPACE}", " ")
        assert not any(word in text for word in ("000 111", "699000111", number, "Mama", str(sent))), path
    await sms.says(client, STRANGER, "halo")  # a new SMS is read again, the old ones are not
    text = (await client.get(f"/desk/messages/{(await sms.inbox(STRANGER))[-1]['id']}")).text
    assert "halo" in text and "Mama" not in text and number not in text
