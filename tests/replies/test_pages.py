"""The phones page answers through the webhook; the desk's messages show what needs a human, and let them settle it."""

import re

import httpx2
import pytest
from conftest import new_client
from replies import sms
from support import people
from support.visitor import Visitor

from volunteer_hub import app as application
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role
from volunteer_hub.messaging import actions as messaging
from volunteer_hub.settings import load

PRODUCTION = {"HUB_SECRET_KEY": "x" * 40, "HUB_FIELD_KEY": "f" * 40, "HUB_PUBLIC_URL": "http://hub.test"}


# --- /dev/phones ------------------------------------------------------------------------------------------------------


async def test_production_has_no_phones(db: str) -> None:
    id = "00000000-0000-4000-8000-000000000000"
    async with new_client(application.create(load(PRODUCTION))) as client:
        await people.signed_in(client)
        for path in ("/dev/phones", f"/dev/phones/{id}.ics", "/dev/phones?box=email"):
            assert (await client.get(path)).status_code == 404
        assert (
            await client.post("/dev/phones/answers", data={"address": "+48600100200", "text": "TAK"})
        ).status_code == 404
    assert await database.fetchval("SELECT count(*) FROM inbound") == 0


async def test_a_phone_shows_what_reached_it_and_answers_through_the_webhook(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer(first_name="Marta", last_name="Żółkiewska")
    id = await sms.invited(volunteer)
    visitor = Visitor(client)
    page = await visitor.open("/dev/phones")
    assert "Marta Żółkiewska" in page and "TAK 2" in page and 'value="NIE 2"' in page
    page = await visitor.send("/dev/phones/answers", address=volunteer.phone, text="tak, przyjdę")
    assert await sms.state(id) == "accepted"
    assert "tak, przyjdę" in page and "odczytano: TAK" in page
    (row,) = await sms.inbox(volunteer.phone)
    assert row["provider_id"].startswith("SM")
    await sms.delivered()
    assert "do zobaczenia" in await visitor.open("/dev/phones")
    await visitor.send("/dev/phones/answers", {"quick": "STOP"}, address=volunteer.phone)
    assert await database.fetchval("SELECT word FROM opt_out WHERE address = $1", volunteer.phone) == "STOP"


async def test_the_answer_goes_the_whole_way_signature_and_all(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With another secret on the phone's side than on the webhook's nothing comes in: the door is the real one."""
    from volunteer_hub.messaging.channels import twilio_signature

    volunteer = await people.volunteer()
    visitor = Visitor(client)
    await visitor.open("/dev/phones")
    monkeypatch.setattr(twilio_signature, "sign", lambda *_: "not the signature")
    page = await visitor.send("/dev/phones/answers", address=volunteer.phone, text="TAK")
    assert visitor.page.status_code == 502 and "nie dotarła" in page
    assert await sms.inbox(volunteer.phone) == []


async def test_an_empty_answer_is_refused(client: httpx2.AsyncClient) -> None:
    visitor = Visitor(client)
    await people.volunteer()
    await visitor.open("/dev/phones")
    await visitor.send("/dev/phones/answers", address="+48600100200")
    assert visitor.page.status_code == 422


async def test_the_newest_comes_first_and_everybody_can_be_found(client: httpx2.AsyncClient) -> None:
    quiet = [await people.volunteer(last_name=f"Cicha-{n:02}") for n in range(15)]
    told = await people.volunteer(first_name="Łucja", last_name="Śliwa")
    await sms.invited(told)
    page = (await client.get("/dev/phones")).text
    assert page.index("Łucja Śliwa") < page.index("Cicha-00") and "Następne" in page and "Cicha-14" not in page
    assert "Cicha-14" in (await client.get("/dev/phones?page=1")).text
    assert "Cicha-07" in (await client.get("/dev/phones", params={"q": "cicha-07"})).text
    found = (await client.get("/dev/phones", params={"q": "lucja sliwa"})).text
    assert "Łucja Śliwa" in found and "Cicha" not in found
    pretty = f"{quiet[3].phone[3:6]} {quiet[3].phone[6:9]} {quiet[3].phone[9:]}"
    assert "Cicha-03" in (await client.get("/dev/phones", params={"q": pretty})).text
    for search in ("%", "\\", "_", "nikt taki", "<b>"):
        assert "Nikogo takiego nie ma" in (await client.get("/dev/phones", params={"q": search})).text
    assert (await client.get("/dev/phones?page=x&box=fax")).status_code == 200


async def test_htmx_gets_the_list_alone(client: httpx2.AsyncClient) -> None:
    await people.volunteer()
    answer = await client.get("/dev/phones", headers={"hx-request": "true"})
    assert re.match(r'\s*<div id="phones"', answer.text) and "HX-Request" in answer.headers["vary"]
    assert "every 3s" in answer.text and "<html" not in answer.text


async def test_a_mailbox_shows_the_invitation_in_words(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer(email="ewa@example.org")
    await sms.invited(volunteer)
    page = (await client.get("/dev/phones?box=email")).text
    assert "ewa@example.org" in page and "Czytanie bajek" in page
    assert "Zaproszenie do kalendarza" in page and "REQUEST" in page and "16:00" in page and "Promyk" in page
    (address,) = re.findall(r'href="(/dev/phones/[^"]+\.ics)"', page)
    file = await client.get(address)
    assert file.headers["content-type"].startswith("text/calendar") and file.text.startswith("BEGIN:VCALENDAR")
    sms_row = await database.fetchval("SELECT id FROM message WHERE channel = 'sms'")
    assert (await client.get(f"/dev/phones/{sms_row}.ics")).status_code == 404


async def test_what_people_write_stays_text(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer(first_name="<script>", last_name="O'Neil & Co")
    await sms.says(client, volunteer.phone, "<img src=x onerror=alert(1)>")
    await people.signed_in(client)
    id = (await sms.inbox(volunteer.phone))[0]["id"]
    for path in ("/dev/phones", "/desk/messages", f"/desk/messages/{id}"):
        text = (await client.get(path)).text
        assert "&lt;img src=x" in text and "<img src=x" not in text and "<script> O" not in text


# --- /desk/messages ---------------------------------------------------------------------------------------------------


async def test_what_needs_a_human_stands_first(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer(first_name="Marek", last_name="Pawlak")
    await sms.invited(volunteer)
    await sms.says(client, volunteer.phone, "Moze byc, ale dopiero od 17")
    await sms.says(client, "+48699000111", "kto to?")
    await people.signed_in(client)
    page = (await client.get("/desk/messages")).text
    assert "Marek P." in page and "Pawlak" not in page
    assert "Moze byc, ale dopiero od 17" in page and "Nieznany nadawca" in page
    assert page.index("Moze byc") < page.index("kto to?")
    page = (await client.get("/desk/messages/talks")).text
    assert page.index("Nieznany nadawca") < page.index("Marek P.")


async def test_our_thank_you_does_not_hide_what_was_said(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer()
    await sms.invited(volunteer)
    await sms.says(client, volunteer.phone, "Moze byc, ale dopiero od 17")
    await sms.delivered()
    assert await sms.templates(volunteer.phone) == ["unclear"]
    await people.signed_in(client)
    page = (await client.get("/desk/messages/talks")).text
    assert "Moze byc" in page and "przeczyta koordynator" not in page


async def test_a_yes_to_no_open_offer_is_not_said_to_be_read_as_a_yes(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer()
    await sms.invited(volunteer)
    await sms.says(client, volunteer.phone, "TAK 77")
    phone = (await client.get("/dev/phones")).text
    (row,) = await sms.inbox(volunteer.phone)
    await people.signed_in(client)
    page = (await client.get(f"/desk/messages/{row['id']}")).text
    for each in (phone, page):
        assert "przeczyta człowiek" in each and "odczytano: TAK" not in each


async def test_after_stop_the_desk_says_where_nothing_goes_any_more(client: httpx2.AsyncClient) -> None:
    """The person's mailbox did not ask for silence: it may still be written to, and its e-mail needs a subject."""
    volunteer = await people.volunteer()
    await sms.invited(volunteer)
    await sms.says(client, volunteer.phone, "STOP")
    (row,) = await sms.inbox(volunteer.phone)
    await people.signed_in(client)
    assert "Na ten numer już nie piszemy" in (await client.get("/desk/messages")).text
    page = (await client.get(f"/desk/messages/{row['id']}")).text
    assert "Przyszło stąd STOP" in page and "nie chce wiadomości" not in page
    subject = page[page.index("Temat e-maila") :]
    assert "możesz pominąć" not in subject[: subject.index("<input")]


async def test_a_coordinator_reads_it_as_yes(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer(first_name="Marek", last_name="Pawlak")
    id = await sms.invited(volunteer)
    await sms.says(client, volunteer.phone, "chyba tak")
    await people.signed_in(client)
    visitor = Visitor(client)
    page = await visitor.open(f"/desk/messages/{(await sms.inbox(volunteer.phone))[0]['id']}")
    assert "chyba tak" in page and "Uznaj za TAK" in page and "Czytanie bajek, Czyta dzieciom" in page
    assert "Pawlak" not in page
    page = await visitor.send("/decision", {"answer": "yes"})
    assert "Zapisane" in page and "chyba tak" not in page
    assert await sms.state(id) == "accepted"
    assert await database.fetchval("SELECT answered_by FROM assignment WHERE id = $1", id) == "desk"


async def test_a_full_opening_is_said_on_the_page(client: httpx2.AsyncClient) -> None:
    opening = await people.opening(most=1)
    first, late = await people.volunteer(), await people.volunteer()
    await sms.invited(first, opening)
    await sms.invited(late, opening)
    await sms.says(client, first.phone, "TAK")
    await sms.says(client, late.phone, "chyba tak")
    await people.signed_in(client)
    visitor = Visitor(client)
    await visitor.open(f"/desk/messages/{(await sms.inbox(late.phone))[0]['id']}")
    page = await visitor.send("/decision", {"answer": "yes"})
    assert visitor.page.status_code == 409 and "Ostatnie miejsce" in page


async def test_handled_is_handled(client: httpx2.AsyncClient) -> None:
    await sms.says(client, "+48699000111", "kto to?")
    await sms.says(client, "+48699000111", "halo")
    await people.signed_in(client)
    visitor = Visitor(client)
    await visitor.open(f"/desk/messages/{(await sms.inbox('+48699000111'))[0]['id']}")
    page = await visitor.send("/handled")
    assert "Załatwione" in page and "Wszystkie odpowiedzi przeczytane" in page
    assert await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'replies.handle'") == 2


async def test_what_did_not_arrive_is_told_by_phone_or_sent_again(client: httpx2.AsyncClient) -> None:
    volunteer = await people.volunteer(first_name="Marek", last_name="Pawlak")
    await sms.invited(volunteer)
    await database.execute("UPDATE message SET state = 'parked' WHERE channel = 'sms'")
    await people.signed_in(client)
    visitor = Visitor(client)
    page = await visitor.open("/desk/messages")
    assert "Wstrzymana" in page and "Marek P." in page
    sms_id = await database.fetchval("SELECT id FROM message WHERE channel = 'sms'")
    await visitor.send("/presses", {"press": f"again:{sms_id}"})
    assert await database.fetchval("SELECT state FROM message WHERE channel = 'sms'") == "planned"
    await messaging.opt_out(volunteer.phone, "STOP")
    await visitor.open("/desk/messages")
    page = await visitor.send("/presses", {"press": f"told:{sms_id}"})
    assert "przekazane" in page and "Do nikogo nie trzeba dzwonić" in page


async def test_sign_in_codes_are_shown_to_nobody(client: httpx2.AsyncClient) -> None:
    account = await people.account(Role.ADMINISTRATOR, phone="+48600777888")
    await database.execute(
        """INSERT INTO message (id, key, about, channel, address, language, template, body, state, due_at, created_at,
               subject, html, calendar_method, reply_code, attempt, deferred, checks, error, trace)
           VALUES (gen_random_uuid(), 'code', $1, 'sms', '+48600777888', 'pl', 'sign_in_code', 'Kod: 123456',
               'undelivered', now(), now(), '', '', '', '', 1, 0, 0, '', '')""",
        f"account:{account.id}",
    )
    message = await database.fetchval("SELECT id FROM message")
    await people.signed_in(client)
    assert "123456" not in (await client.get("/desk/messages")).text
    assert (await client.get(f"/desk/messages/{message}")).status_code == 404
    await sms.says(client, "+48600777888", "kto to?")
    inbound = (await sms.inbox("+48600777888"))[0]["id"]
    assert "123456" not in (await client.get(f"/desk/messages/{inbound}")).text


async def test_only_coordinators_read_messages(client: httpx2.AsyncClient) -> None:
    await sms.says(client, "+48699000111", "kto to?")
    id = (await sms.inbox("+48699000111"))[0]["id"]
    assert (await client.get("/desk/messages")).status_code == 303
    await people.signed_in(client, Role.FACILITATOR)
    assert (await client.get("/desk/messages")).status_code == 403
    assert (await client.get(f"/desk/messages/{id}")).status_code == 403
