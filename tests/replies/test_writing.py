"""One person's conversation in one time line, and writing to them: how it leaves is said before it does."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from conftest import new_client
from replies import sms
from support import people
from support.visitor import Visitor

from volunteer_hub import app as application
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import quiet
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.replies.desk import talk, writing
from volunteer_hub.replies.desk.writing import Letter
from volunteer_hub.settings import load

PRICED = {"HUB_MODE": "demo", "HUB_PUBLIC_URL": "http://hub.test", "HUB_SMS_PRICE": "9.5"}


async def coordinator() -> Actor:
    return people.actor(await people.account(Role.COORDINATOR))


async def line(volunteer: Volunteer, channel: str = "sms") -> UUID:
    address = volunteer.phone if channel == "sms" else volunteer.email
    return await database.fetchval(
        "SELECT id FROM message WHERE address = $1 AND channel = $2 LIMIT 1", address, channel
    )


async def marek(**values: Any) -> Volunteer:
    volunteer = await people.volunteer(**{"first_name": "Marek", "last_name": "Pawlak"} | values)
    await sms.invited(volunteer)
    return volunteer


# --- one time line ----------------------------------------------------------------------------------------------------


async def test_sms_and_mail_of_one_person_are_one_conversation(client: httpx2.AsyncClient) -> None:
    volunteer = await marek()
    await sms.says(client, volunteer.phone, "Moze byc od 17")
    actor = await coordinator()
    by_sms = await talk.conversation(actor, await line(volunteer))
    by_mail = await talk.conversation(actor, await line(volunteer, "email"))
    assert by_sms is not None and by_mail is not None
    assert {(one.channel, one.theirs) for one in by_sms.lines} == {
        (Channel.SMS, False), (Channel.SMS, True), (Channel.EMAIL, False)
    }  # fmt: skip
    assert [one.id for one in by_sms.lines] == [one.id for one in by_mail.lines]
    assert by_sms.waiting is not None and by_mail.waiting is None


async def test_a_familys_phone_is_told_by_itself_with_all_its_names(client: httpx2.AsyncClient) -> None:
    volunteer = await marek(phone="+48600100200")
    await people.volunteer(first_name="Zofia", last_name="Pawlak", phone="+48600100200")
    found = await talk.conversation(await coordinator(), await line(volunteer))
    assert found is not None and found.others == [] and {one.channel for one in found.lines} == {Channel.SMS}
    await people.signed_in(client)
    page = (await client.get(f"/desk/messages/{found.id}")).text
    assert "kilka osób: Marek P., Zofia P." in page


async def test_a_shared_mailbox_is_not_told_with_ones_own_phone(db: str) -> None:
    volunteer = await marek(email="dom@example.pl")
    await people.volunteer(guardian_name="Anna Pawlak", guardian_email="dom@example.pl")
    found = await talk.conversation(await coordinator(), await line(volunteer))
    assert found is not None and found.others == []


async def test_a_guardians_phone_is_not_told_with_the_childs_mailbox(db: str) -> None:
    volunteer = await people.volunteer(guardian_phone="+48600555444", guardian_name="Anna Pawlak")
    await sms.invited(volunteer)
    await database.execute("UPDATE message SET address = '+48600555444' WHERE channel = 'sms'")
    id = await database.fetchval("SELECT id FROM message WHERE channel = 'sms'")
    found = await talk.conversation(await coordinator(), id)
    assert found is not None and found.others == []


async def test_an_answer_from_the_calendar_stands_in_the_same_line_of_time(db: str) -> None:
    volunteer = await marek()
    await database.execute(
        "INSERT INTO inbound (id, provider_id, address, body, received_at, reading, about) VALUES"
        " (gen_random_uuid(), 'mail:1', $1, 'Odpowiedź z kalendarza: może.', now(), 'unclear', '')",
        volunteer.email,
    )
    found = await talk.conversation(await coordinator(), await line(volunteer))
    assert found is not None and [one.body for one in found.lines if one.theirs] == ["Odpowiedź z kalendarza: może."]
    assert found.waiting is None  # it is dealt with in the conversation of its own address


# --- writing ----------------------------------------------------------------------------------------------------------


async def test_how_it_leaves_is_said_before_it_does(db: str) -> None:
    volunteer = await marek()
    async with new_client(application.create(load(PRICED))) as client:
        await people.signed_in(client)
        visitor = Visitor(client)
        await visitor.open(f"/desk/messages/{await line(volunteer)}")
        before = await database.fetchval("SELECT count(*) FROM message")
        page = await visitor.send("/letter", channel="sms", text="Dzień dobry, " + "proszę o telefon. " * 12)
        assert "2 części SMS" in page and "0,19" in page and "Prosze" not in page and "prosze o telefon" in page
        assert await database.fetchval("SELECT count(*) FROM message") == before
        page = await visitor.send("/letter/sending")
        assert "Zapisane" in page and "prosze o telefon" in page
        row = await database.fetchrow("SELECT * FROM message WHERE template = 'desk_letter'")
        assert (row["address"], row["state"], row["parts"]) == (volunteer.phone, "planned", 2)
        verbs = await database.fetch("SELECT verb, about FROM audit_entry WHERE verb LIKE 'messages.write%'")
        assert [dict(one) for one in verbs] == [{"verb": "messages.write.sms", "about": f"volunteer:{volunteer.id}"}]


async def test_at_night_it_says_that_it_leaves_in_the_morning(client: httpx2.AsyncClient) -> None:
    volunteer = await marek()
    await people.signed_in(client)
    visitor = Visitor(client)
    await visitor.open(f"/desk/messages/{await line(volunteer)}")
    wall, hour = clock.wall(clock.now(), people.ZONE), timedelta(hours=1)
    night = {"HUB_QUIET_FROM": f"{wall - hour:%H:%M}", "HUB_QUIET_UNTIL": f"{wall + hour:%H:%M}"}
    quiet.configure(load(PRICED | night))
    page = await visitor.send("/letter", channel="sms", text="Prosze o telefon")
    assert "cisza nocna" in page and "Wyjdzie od razu" not in page
    await visitor.send("/letter/sending")
    due, late = await database.fetchrow("SELECT due_at, expires_at FROM message WHERE template = 'desk_letter'")
    assert due == quiet.leaves(clock.now(), quiet.current()) > clock.now()
    assert late - due == timedelta(hours=48), "counted from the morning: a holiday does not eat it up"
    await visitor.open(f"/desk/messages/{await line(volunteer)}")
    page = await visitor.send("/letter", channel="email", subject="Temat", text="Prosze o telefon")
    assert "Wyjdzie od razu" in page


async def test_what_was_typed_stays_when_it_is_wrong_and_when_it_is_looked_at(client: httpx2.AsyncClient) -> None:
    volunteer = await marek()
    await people.signed_in(client)
    visitor = Visitor(client)
    await visitor.open(f"/desk/messages/{await line(volunteer)}")
    page = await visitor.send("/letter", channel="email", text="Proszę zadzwonić")
    assert visitor.page.status_code == 422 and "E-mail musi mieć temat" in page and "Proszę zadzwonić" in page
    page = await visitor.send("/letter", channel="sms", text="x" * 601)
    assert visitor.page.status_code == 422 and "x" * 601 in page
    page = await visitor.send("/letter", channel="email", subject="Temat", text="Proszę zadzwonić")
    assert "Proszę zadzwonić</textarea>" in page


async def test_a_letter_hides_no_link_and_tells_of_no_illness(client: httpx2.AsyncClient) -> None:
    """An illness is not named to who is helped; a volunteer may be told of a course on it."""
    volunteer = await marek()
    alicja = await people.participant(phone="+48600333111")
    await sms.says(client, alicja.phone, "o co chodzi?")
    await people.signed_in(client)
    visitor = Visitor(client)
    of = {"volunteer": await line(volunteer), "participant": (await sms.inbox(alicja.phone))[0]["id"]}
    for who, text, status in (
        ("volunteer", "Zapisy: https://bit.ly/abc", 422), ("volunteer", "Kurs o depresji jest w środę", 200),
        ("participant", "Grupa o depresji jest w środę", 422), ("participant", "Grupa jest w środę", 200),
    ):  # fmt: skip
        await visitor.open(f"/desk/messages/{of[who]}")
        page = await visitor.send("/letter", channel="sms", text=text)
        assert visitor.page.status_code == status, (who, text)
        assert f"{text}</textarea>" in page, "what was typed stays"
        assert ("Popraw 1 pole" in page) is (status == 422)


async def test_a_press_twice_sends_it_once(db: str) -> None:
    volunteer, actor = await marek(), await coordinator()
    letter = Letter(Channel.SMS, "", "Prosze o telefon", uuid4())
    sent = await asyncio.gather(*(writing.send(sms.SETTINGS, actor, volunteer.phone, letter) for _ in range(3)))
    assert sorted(sent) == [False, False, True]
    other = Letter(Channel.SMS, "", "Prosze o telefon", uuid4())
    assert await writing.send(sms.SETTINGS, actor, volunteer.phone, other)  # control: another form's words are new


async def test_only_by_ways_the_person_agreed_to(db: str) -> None:
    actor, volunteer = await coordinator(), await marek()
    assert set((await writing.receiver(actor, volunteer.phone)).ways) == {Channel.SMS, Channel.EMAIL}
    await database.execute("UPDATE volunteer SET sms_ok = false WHERE id = $1", volunteer.id)
    assert set((await writing.receiver(actor, volunteer.phone)).ways) == {Channel.EMAIL}
    await database.execute("INSERT INTO opt_out (address, since, word) VALUES ($1, now(), 'STOP')", volunteer.email)
    assert (await writing.receiver(actor, volunteer.phone)).ways == {}
    with pytest.raises(Refused):
        await writing.send(sms.SETTINGS, actor, volunteer.phone, Letter(Channel.SMS, "", "x", uuid4()))
    assert (await writing.receiver(actor, "+48600999111")).ways == {}  # nobody of ours, who never wrote


async def test_a_stranger_who_wrote_may_be_answered(client: httpx2.AsyncClient) -> None:
    await sms.says(client, "+48699000111", "kto to?")
    actor = await coordinator()
    assert (await writing.receiver(actor, "+48699000111")).ways == {Channel.SMS: "+48699000111"}
    assert await writing.send(sms.SETTINGS, actor, "+48699000111", Letter(Channel.SMS, "", "Dzien dobry", uuid4()))


async def test_a_familys_phone_is_written_to_but_no_others_mailbox(db: str) -> None:
    actor, volunteer = await coordinator(), await marek(phone="+48600100200")
    await people.volunteer(first_name="Zofia", last_name="Pawlak", phone="+48600100200")
    assert (await writing.receiver(actor, volunteer.phone)).ways == {Channel.SMS: "+48600100200"}


async def test_only_coordinators_write(client: httpx2.AsyncClient) -> None:
    volunteer = await marek()
    with pytest.raises(Refused):
        await writing.receiver(Actor(Role.FACILITATOR, uuid4()), volunteer.phone)
    await people.signed_in(client, Role.FACILITATOR)
    answer = await client.post(f"/desk/messages/{await line(volunteer)}/letter", data={"channel": "sms", "text": "x"})
    assert answer.status_code == 403
