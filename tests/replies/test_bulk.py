"""A message to many at the desk: chosen, written, looked at, sent once to just the people looked at, followed."""

import re
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import httpx2
import pytest
from support import people
from support.quiet_hours import night
from support.visitor import Visitor

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Role
from volunteer_hub.messaging import actions as messaging
from volunteer_hub.messaging import quiet
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.replies.bulk.tables import Bulk
from volunteer_hub.web import formats

TODAY = clock.today("Europe/Warsaw")
CHILD = TODAY.replace(year=TODAY.year - 15, day=1)
TEXT = "Cześć {{ imie }}, w sobotę zbiórka żywności o 9:00. Kto może?"


async def begun(client: httpx2.AsyncClient, who: list[Volunteer]) -> Visitor:
    """The page where the message to `who` is written, come to from the list of people."""
    visitor = Visitor(client)
    await visitor.open(f"/desk/people/chosen?{urlencode({'view': '', 'id': [one.id for one in who]}, doseq=True)}")
    await visitor.send("/bulk")
    assert visitor.page.status_code == 200, visitor.page.text
    return visitor


async def looked_at(client: httpx2.AsyncClient, who: list[Volunteer], **typed: Any) -> Visitor:
    """The preview of the message."""
    visitor = await begun(client, who)
    await visitor.send("/text", **({"way": "sms", "text_pl": TEXT} | typed))
    assert visitor.page.url.path.endswith("/preview"), re.findall(r"error.*", visitor.page.text)
    return visitor


def id_of(visitor: Visitor) -> UUID:
    return UUID(visitor.page.url.path.split("/")[4])


async def sent() -> list[tuple[str, str]]:
    rows = await database.fetch("SELECT address, body FROM message WHERE key LIKE 'bulk:%' ORDER BY address")
    return [(row["address"], row["body"]) for row in rows]


async def anybody(**values: Any) -> Volunteer:
    return await people.volunteer(free=False, **values)


async def test_it_is_written_looked_at_sent_once_and_followed(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client)
    who = [await anybody(first_name="Ewa", phone="+48600111001"), await anybody(first_name="Jan", phone="+48600111002")]
    visitor = await looked_at(client, who)
    page = visitor.page.text
    assert "Wyślij do 2 osób" in page and "1 część SMS dla każdej osoby" in page and "GSM-7" in page
    assert "Czesc Ewa, w sobote zbiorka zywnosci o 9:00. Kto moze?" in page and "STOP konczy wiadomosci." in page
    assert not await sent()
    again = visitor.page
    await visitor.send("/sending")
    assert "Wiadomości przekazane do wysłania: 2." in visitor.page.text
    visitor.page = again
    await visitor.send("/sending")
    assert "już wyszła albo właśnie wychodzi" in visitor.page.text
    bodies = await sent()
    assert [address for address, _ in bodies] == ["+48600111001", "+48600111002"]
    assert "Czesc Jan," in bodies[1][1]
    rows = await database.fetch(
        "SELECT verb, about FROM audit_entry WHERE account = $1 AND verb IN ('bulk.send', 'people.message.sms')", me.id
    )
    expected = {("bulk.send", f"bulk:{id_of(visitor)}")} | {("people.message.sms", f"volunteer:{w.id}") for w in who}
    assert {tuple(row) for row in rows} == expected and len(rows) == 3
    await database.execute("UPDATE message SET state = 'delivered', sent_at = now() WHERE address = '+48600111001'")
    await database.execute("UPDATE message SET state = 'undelivered' WHERE address = '+48600111002'")
    await visitor.open(f"/desk/messages/bulk/{id_of(visitor)}")
    assert "Nie dotarło: zadzwoń" in visitor.page.text and "600 111 002" in visitor.page.text
    await visitor.open("/desk/messages/bulk")
    assert "Do 2 osób" in visitor.page.text


async def everybody_who_may_not() -> dict[str, str]:
    """One of each who gets no SMS, by surname: what the preview says of them."""
    cases: dict[str, tuple[str, dict[str, Any]]] = {
        "Odszedł": ("Już nie pomaga", {"step": "left"}),
        "Zamknięty": ("Dane tylko przechowujemy", {"restricted_at": clock.now()}),
        "Dziecko": ("Brakuje zgody opiekuna", {"birth_date": CHILD}),
        "Niechętny": ("Bez zgody na takie wiadomości", {"sms_ok": False}),
        "Bezdomny": ("Nie ma numeru", {"phone": ""}),
        "Stacjonarny": ("Nie ma numeru", {"phone": "+48542345678"}),
        "Stopowy": ("Numer albo adres napisał STOP", {"phone": "+48600777888"}),
    }
    await messaging.opt_out("+48600777888", "STOP")
    for name, (_, values) in cases.items():
        await anybody(last_name=name, **values)
    return {name: said for name, (said, _) in cases.items()}


async def everybody() -> list[Volunteer]:
    return await Volunteer.objects()


async def test_who_cannot_get_it_is_told_with_the_reason_and_the_number_to_ring(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    await anybody(first_name="Ewa", last_name="Dobra", phone="+48600111000")
    await anybody(first_name="Adam", last_name="Dobry", phone="+48600111000")
    await anybody(
        first_name="Ala", last_name="Zgodna", phone="", email=None, birth_date=CHILD, guardian_phone="+48600111001",
        guardian_consent_at=clock.now(),
    )  # fmt: skip
    out = await everybody_who_may_not()
    visitor = await looked_at(client, await everybody())
    page = visitor.page.text
    assert "Wyślij do 3 osób" in page, re.findall(r"<h2.*|Wyślij.*|<summary.*", page)
    assert "Nie dostanie jej 7 osób" in page
    for name, said in out.items():
        assert re.search(rf"{said}.*?Marta {name}", page, re.DOTALL), name
    assert "54 234 56 78" in page, "the number to ring"
    assert "Wspólny telefon albo adres, jedna wiadomość" in page and "Dostanie opiekun zamiast dziecka" in page
    await visitor.send("/sending")
    bodies = dict(await sent())
    assert set(bodies) == {"+48600111000", "+48600111001"}
    assert "Czesc Ewa, Adam" in bodies["+48600111000"], "a family's phone is called by all its names"


async def test_each_language_has_its_own_words_or_the_polish_ones(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    who = [
        await anybody(phone="+48600111001"),
        await anybody(phone="+48600111002", language="uk", first_name="Оля"),
        await anybody(phone="+48600111003", language="en", first_name="Ann"),
    ]
    visitor = await begun(client, who)
    assert 'name="text_uk"' in visitor.page.text and 'name="text_en"' in visitor.page.text
    await visitor.send("/text", way="sms", text_pl=TEXT, text_uk="Вітаємо, {{ imie }}, у суботу о 9:00.")
    page = visitor.page.text
    assert "Вітаємо, Оля, у суботу о 9:00." in page and "UCS-2" in page
    assert "Nie ma treści w tym języku, więc dostaną ją po polsku." in page
    assert "Czesc Ann, w sobote zbiorka zywnosci o 9:00. Kto moze? STOP konczy" in page, "all of it in one language"
    await visitor.send("/sending")
    bodies = dict(await sent())
    assert "Вітаємо, Оля" in bodies["+48600111002"] and "Czesc Ann" in bodies["+48600111003"]
    only_polish = await begun(client, who[:1])
    assert 'name="text_uk"' not in only_polish.page.text


async def test_by_what_each_can_get_it(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    who = [
        await anybody(phone="+48600111001", email="a@example.org"),
        await anybody(phone="+48600111002", sms_ok=False, email="b@example.org"),
        await anybody(phone="+48600111003", sms_ok=False, email=None),
    ]
    visitor = await begun(client, who)
    await visitor.send("/text", way="best", text_pl=TEXT)
    assert visitor.page.status_code == 422 and 'id="f-subject_pl-error"' in visitor.page.text
    assert "zbiórka żywności" in visitor.page.text, "what was typed stays"
    await visitor.send("/text", way="best", subject_pl="Zbiórka", text_pl=TEXT)
    await visitor.send("/sending")
    rows = await database.fetch("SELECT address, channel, subject FROM message ORDER BY address")
    assert [tuple(row) for row in rows] == [("+48600111001", "sms", ""), ("b@example.org", "email", "Zbiórka")]
    mail = await looked_at(client, who, way="email", subject_pl="Zbiórka")
    assert "Wyślij do 2 osób" in mail.page.text


WRONG = {
    "nothing": ("", "Wypełnij to pole."),
    "a name we do not know": ("Cześć {{ nazwisko }}", "{{ nazwisko }}"),
    "braces of a template": ("{% for x in y %}", "{%"),
    "a shortened link": ("Zapisz się: https://bit.ly/3xYz", "bit.ly"),
    "a confidential theme": ("Spotkanie o uzależnieniach o 17", "uzależnieniach"),
    "a surname": ("Zbiórkę prowadzi pani Kowalska", "Kowalska"),
    "a surname, declined": ("Proszę dzwonić do Kowalskiej", "Kowalskiej"),
    "seven parts": ("Ala ma kota. " * 80, "najwyżej 6"),
    "too long for anything": ("x" * 4001, "4000"),
}


@pytest.mark.parametrize("case", WRONG)
async def test_what_must_not_be_said_is_told_beside_the_field(client: httpx2.AsyncClient, case: str) -> None:
    await people.signed_in(client)
    await people.theme(name_pl="Uzależnienia", confidential=True)
    text, said = WRONG[case]
    visitor = await begun(client, [await anybody(last_name="Kowalska")])
    await visitor.send("/text", way="sms", text_pl=text)
    page = visitor.page.text
    assert visitor.page.status_code == 422 and 'id="f-text_pl-error"' in page
    error = page[page.index('id="f-text_pl-error"') :][:500].replace("&#34;", '"')
    assert said in error, error
    assert not await database.fetchval("SELECT looked_at FROM bulk")


async def test_of_participants_an_illness_is_not_named_and_of_volunteers_it_may_be(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client)
    group = await people.initiative(kind="group", coordinator=me.id, name="Wtorki")
    await people.member(group, await people.participant(phone="+48600555001"))
    visitor = Visitor(client)
    await visitor.open(f"/desk/initiatives/{group.id}")
    await visitor.send("/bulk", whom="participants")
    await visitor.send("/text", way="sms", text_pl="Szkolenie o demencji o 17.")
    assert visitor.page.status_code == 422 and "„demencji” zdradza" in visitor.page.text
    await visitor.send("/text", way="sms", text_pl="Spotkanie o 17, jak zwykle.")
    assert "Wyślij do 1 osoby" in visitor.page.text
    await looked_at(client, [await anybody()], text_pl="Szkolenie o demencji o 17.")


async def test_by_night_the_preview_says_when_it_leaves(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    who = [await anybody(email="a@example.org"), await anybody(sms_ok=False, email="b@example.org")]
    with night() as hours:
        visitor = await looked_at(client, who, way="best", subject_pl="Zbiórka")
        morning = quiet.leaves(clock.now(), hours)
        assert f"Teraz jest pora ciszy: SMS-y wyjdą {formats.moment(morning)}" in visitor.page.text
        await visitor.send("/sending")
    due = dict(await database.fetch("SELECT channel, due_at FROM message"))
    assert due["sms"] == morning and due["email"] < clock.now() < morning


async def test_what_has_not_left_is_called_off_in_one_press(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    visitor = await looked_at(client, [await anybody(phone=f"+4860011100{n}") for n in range(3)])
    await visitor.send("/sending")
    await database.execute("UPDATE message SET state = 'sent', sent_at = now() WHERE address = '+48600111000'")
    await visitor.open(str(visitor.page.url))
    assert "Zatrzymaj 2 wiadomości" in visitor.page.text
    await visitor.send("/cancellation")
    rows = await database.fetch("SELECT state FROM message ORDER BY address")
    assert [row["state"] for row in rows] == ["sent", "cancelled", "cancelled"]
    assert "/cancellation" not in visitor.page.text
    await visitor.open("/desk/messages/bulk")
    assert "Zatrzymana" in visitor.page.text


async def test_a_draft_is_thrown_away(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    visitor = await begun(client, [await anybody()])
    await visitor.send("/deletion")
    assert "Szkic usunięty." in visitor.page.text and not await Bulk.exists()


async def test_too_many_and_nobody_are_refused(client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    await people.signed_in(client)
    visitor = Visitor(client)
    who = [await anybody(), await anybody()]
    await visitor.open(f"/desk/people/chosen?id={who[0].id}")
    monkeypatch.setattr("volunteer_hub.replies.bulk.actions.AT_ONCE", 0)
    await visitor.send("/bulk")
    assert visitor.page.status_code == 409 and "najwyżej do 0 osób" in visitor.page.text
    monkeypatch.undo()
    await visitor.open(f"/desk/people/chosen?id={who[0].id}")
    await visitor.send("/bulk", id="0b5c1f9c-0000-4000-8000-000000000000")
    assert visitor.page.status_code == 409 and "nikogo" in visitor.page.text
    assert not await Bulk.exists()


async def test_the_list_of_people_has_the_button_for_all_that_were_found(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    await anybody(tags=["finał"])
    await anybody()
    visitor = Visitor(client)
    await visitor.open("/desk/people/chosen?all=yes&view=tag%3Dfina%C5%82")
    await visitor.send("/bulk")
    assert "Napisz do 1 osoby" in visitor.page.text


async def test_nobody_else_comes_near(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client, Role.FIRST_CONTACT)
    assert (await client.get("/desk/messages/bulk")).status_code == 403
