"""What a calendar sends and no machine may follow stands at the desk with its reason, and a coordinator settles it."""

from datetime import timedelta

import httpx2
import pytest
from replies import letters
from replies.letters import GUEST, SETTINGS, address_of, answer, inbox, letter, state
from replies.test_mailbox import brings, invite
from support import people
from support.visitor import Visitor

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.schedule import actions
from volunteer_hub.settings import Settings


@pytest.fixture
def settings() -> Settings:
    """Of the application, which says them to all rooms."""
    return SETTINGS


async def test_a_counter_proposal_is_shown_with_its_time_and_settled_by_a_word(client: httpx2.AsyncClient) -> None:
    id, event = await invite()
    day = event["dtstart"].dt
    later = {"dtstart": day + timedelta(hours=1), "dtend": day + timedelta(hours=2)}
    counter = answer(event, "TENTATIVE", method="COUNTER", comment="Wcześniej pracuję", **later)
    await brings(letter(counter, to=address_of(event), method="COUNTER"))
    await people.signed_in(client)
    visitor = Visitor(client)
    page = await visitor.open("/desk/messages")
    assert "inny czas" in page and GUEST in page and "Nieznany" not in page
    (row,) = await inbox()
    page = await visitor.open(f"/desk/messages/{row['id']}")
    assert "Wcześniej pracuję" in page and "Uznaj za TAK" in page and 'href="tel:' not in page
    decided = {"inbound": str(row["id"]), "about": f"assignment:{id}", "answer": "yes"}
    await visitor.send(f"/desk/messages/{row['id']}/decision", decided)
    assert await state(id) == "accepted"
    assert (await inbox())[0]["handled_at"]
    told = await database.fetch("SELECT template FROM message WHERE address = $1 AND state = 'planned'", GUEST)
    assert [one["template"] for one in told] == ["accepted"], "by the letter with the calendar part, not by SMS"


async def test_the_days_queue_names_who_wrote(client: httpx2.AsyncClient) -> None:
    _, event = await invite()
    await brings(letter(answer(event, "TENTATIVE"), to=address_of(event)))
    await people.signed_in(client)
    name = await database.fetchval("SELECT first_name FROM volunteer WHERE email = $1", GUEST)
    assert name in await Visitor(client).open("/desk")


async def test_a_stranger_is_shown_as_one_and_has_nothing_to_answer(client: httpx2.AsyncClient) -> None:
    await invite()
    await brings(letter(None, sender="obcy@poczta.example", text="Dzień dobry, <b>kim</b> jesteście?"))
    (row,) = await inbox()
    await people.signed_in(client)
    visitor = Visitor(client)
    page = await visitor.open(f"/desk/messages/{row['id']}")
    assert "Nieznany nadawca" in page and "&lt;b&gt;kim" in page and "Uznaj za TAK" not in page
    await visitor.send(f"/desk/messages/{row['id']}/handled", {})
    assert (await inbox())[0]["handled_at"]


async def test_a_request_is_made_of_a_letter_without_a_number(client: httpx2.AsyncClient) -> None:
    await brings(letter(None, sender="obcy@poczta.example", text="Szukam grupy dla mamy."))
    (row,) = await inbox()
    await people.signed_in(client)
    visitor = Visitor(client)
    await visitor.open(f"/desk/messages/{row['id']}")
    await visitor.send(f"/desk/messages/{row['id']}/request", {"inbound": str(row["id"])})
    made = await database.fetchrow("SELECT phone, text FROM request")
    assert "Szukam grupy dla mamy." in made["text"] and not made["phone"]


async def test_only_the_mailboxes_show_letters_and_only_the_phones_sms(client: httpx2.AsyncClient) -> None:
    await brings(letter(None, sender="obcy@poczta.example", text="Szukam grupy"))
    visitor = Visitor(client)
    assert "obcy@poczta.example" not in await visitor.open("/dev/phones")
    assert "Szukam grupy" in await visitor.open("/dev/phones?box=email")


async def test_a_no_by_calendar_to_what_was_a_yes_tells_its_calendar_to_forget_it(client: httpx2.AsyncClient) -> None:
    id, event = await invite()
    await actions.answer(SYSTEM, id, accept=True, channel="web")
    await brings(letter(answer(event, "DECLINED"), to=address_of(event)))
    assert await letters.state(id) == "declined"
    last = await letters.invited_event(f"assignment:{id}")
    assert last["status"] == "CANCELLED" and last["organizer"] == event["organizer"]
