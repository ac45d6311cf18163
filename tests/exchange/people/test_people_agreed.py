"""What somebody agreed to or refused before the spreadsheet came: consents by their day, guardians, to be let be."""

from datetime import UTC, date, datetime

import httpx2
from exchange.people.desk import everybody, fates, line, nothing_said, press, send
from support import people

from volunteer_hub.kit import database


async def test_consents_are_days_and_go_into_the_ledger_with_them(at_desk: httpx2.AsyncClient) -> None:
    told = (
        "Imię;Nazwisko;Data urodzenia;Telefon;E-mail;Zgoda SMS;Zgoda e-mail;RODO\n"
        "Anna;Kowalska;4.05.1990;600111222;anna@example.org;12.03.2025;tak;tak, 1.03.2025\n"
    )
    page = await send(at_desk, told)
    assert "Zgody bez daty nie zapisujemy: tak." in page.text
    await press(at_desk, "writing")
    (anna,) = await everybody()
    rows = await database.fetch("SELECT purpose, given, at, channel, by_whom FROM consent ORDER BY purpose")
    assert [(row["purpose"], row["channel"]) for row in rows] == [("information", "import"), ("sms", "import")]
    assert rows[1]["at"] == datetime(2025, 3, 11, 23, tzinfo=UTC)
    assert anna.sms_ok and not anna.email_ok and await nothing_said()


async def test_a_minor_needs_a_guardian_and_an_agreement_the_guardians_word(at_desk: httpx2.AsyncClient) -> None:
    told = (
        "Imię;Nazwisko;Data urodzenia;Telefon;Opiekun;Telefon opiekuna;Zgoda opiekuna;Etap\n"
        "Ola;Lis;4.05.2011;;;;;\n"
        "Ela;Lis;4.05.2012;;Ewa Lis;600111222;;aktywna\n"
        "Iza;Lis;4.05.2010;;Ewa Lis;600111222;2.09.2025;aktywna\n"
    )
    page = await send(at_desk, told)
    assert await fates() == {2: "wrong", 3: "wrong", 4: "new"}
    assert "Wpisz imię i nazwisko rodzica" in page.text and "Najpierw zgoda opiekuna" in page.text
    for number in (2, 3):
        await press(at_desk, f"lines/{await line(number)}", choice="skip")
    await press(at_desk, "writing")
    (iza,) = await everybody()
    assert (iza.step, iza.kind, iza.account, iza.guardian_phone) == ("active", "pupil", None, "+48600111222")
    assert iza.guardian_consent_at == datetime(2025, 9, 1, 22, tzinfo=UTC)
    steps = await database.fetch("SELECT step FROM step_taken WHERE volunteer = $1 ORDER BY at", iza.id)
    assert [row["step"] for row in steps] == ["applied", "talked_to", "agreed", "active"]
    assert await database.fetchval("SELECT count(*) FROM guardian_link") == 0 and await nothing_said()


async def test_who_asked_to_be_let_be_is_let_be(at_desk: httpx2.AsyncClient) -> None:
    await people.volunteer(
        first_name="Anna", last_name="Kowalska", birth_date=date(1990, 5, 4), phone="+48600111222",
        restricted_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    page = await send(at_desk)
    assert (await fates())[2] == "wrong" and "nic nie robić z jej danymi" in page.text
