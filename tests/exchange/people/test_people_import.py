"""The centre's spreadsheet of volunteers: seen line by line first, mended, written all or not at all, undone."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import httpx2
import pytest
from conftest import new_client
from exchange.people import desk
from exchange.people.desk import GOOD, everybody, fates, line, newest, press, send
from starlette.applications import Starlette
from support import people

from volunteer_hub.exchange.people_import import writing
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.settings import Settings


@pytest.fixture
async def at_desk(client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    await people.signed_in(client, Role.COORDINATOR)
    await desk.town()
    return client


async def ana() -> Volunteer:
    """Somebody who may be Anna of the file."""
    born = date(1990, 5, 4)
    return await people.volunteer(first_name="Ana", last_name="Kowalska", birth_date=born, phone="+48600555666")


async def nothing_said() -> bool:
    return await database.fetchval("SELECT count(*) FROM message") == 0


async def test_a_file_is_seen_first_and_written_when_somebody_says_so(at_desk: httpx2.AsyncClient) -> None:
    page = await send(at_desk)
    assert page.status_code == 200 and "Anna Kowalska" in page.text and "nowa osoba" in page.text
    understood = "04.05.1990, 600 111 222, anna@example.org, Śródmieście"
    assert understood in page.text and "01.02.1985" in page.text
    assert await everybody() == [] and await fates() == {2: "new", 3: "new"}
    page = await press(at_desk, "writing")
    assert page.status_code == 200 and "Plik zapisany" in page.text
    anna, jan = await everybody()
    assert (anna.first_name, anna.last_name, anna.phone, anna.email) == (
        "Anna", "Kowalska", "+48600111222", "anna@example.org",
    )  # fmt: skip
    assert (anna.birth_date, anna.area_slug, anna.step, anna.kind) == (
        date(1990, 5, 4), "srodmiescie", "applied", "adult",
    )  # fmt: skip
    assert (jan.birth_date, jan.email, jan.entered_by) == (date(1985, 2, 1), None, anna.entered_by)
    assert anna.entered_by is not None and anna.account is not None
    # Nobody agreed to anything, and nobody hears of it.
    assert not (anna.sms_ok or anna.email_ok) and await nothing_said()
    assert await database.fetchval("SELECT count(*) FROM consent") == 0
    about = await database.fetchval("SELECT about FROM audit_entry WHERE verb = 'people.import-write'")
    assert about == "import:new=2,changed=0,left=0"
    assert await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'people.import'") == 2


async def test_a_wrong_line_says_why_and_is_mended_in_its_place(at_desk: httpx2.AsyncClient) -> None:
    told = GOOD + "Ola;;1.02.20;12;zła;Zachód\n"
    page = await send(at_desk, told)
    assert await fates() == {2: "new", 3: "new", 4: "wrong"}
    for sentence in (
        "Wpisz nazwisko.",
        "1920 albo 2020",
        "Numer ma 2 cyfry",
        "adres e-mail wygląda",
        "osiedla: Zachód",
    ):
        assert sentence in page.text, sentence
    refused = await press(at_desk, "writing")
    assert refused.status_code == 409 and "Nic nie zapisano" in refused.text and await everybody() == []
    typed = {"last_name": "Lis", "birth_date": "1.02.2000", "phone": "600 111 444", "email": "", "area": "Południe"}
    page = await press(at_desk, f"lines/{await line(4)}", **typed)
    assert "Wiersz 4 zapamiętany" in page.text and (await fates())[4] == "new"
    await press(at_desk, "writing")
    assert [(one.last_name, one.area_slug) for one in await everybody()][1] == ("Lis", "poludnie")


async def test_a_wrong_line_may_be_left_out(at_desk: httpx2.AsyncClient) -> None:
    await send(at_desk, GOOD + "Ola;;x;;;\n")
    await press(at_desk, f"lines/{await line(4)}", choice="skip")
    assert (await fates())[4] == "skipped"
    await press(at_desk, "writing")
    assert len(await everybody()) == 2
    await send(at_desk, GOOD + "Ola;;x;;;\n")
    await press(at_desk, f"lines/{await line(4)}", choice="skip")
    await press(at_desk, f"lines/{await line(4)}", choice="again")
    assert (await fates())[4] == "wrong"


async def test_the_same_file_again_changes_nothing_and_a_newer_one_says_what(at_desk: httpx2.AsyncClient) -> None:
    await send(at_desk)
    await press(at_desk, "writing")
    await send(at_desk)
    assert await fates() == {2: "same", 3: "same"}
    page = await send(at_desk, GOOD.replace("600 111 222", "600 999 222"))
    assert await fates() == {2: "changed", 3: "same"} and "Zmieni się:" in page.text and "telefon" in page.text
    await press(at_desk, "writing")
    anna, _jan = await everybody()
    assert anna.phone == "+48600999222" and anna.email == "anna@example.org"
    account = await database.fetchval("SELECT phone FROM account WHERE id = $1", anna.account)
    assert account == "+48600999222" and await nothing_said()


async def test_what_the_file_is_silent_about_stays(at_desk: httpx2.AsyncClient) -> None:
    who = await people.volunteer(
        first_name="Anna", last_name="Kowalska", birth_date=date(1990, 5, 4), phone="+48600111222", kind="student",
        causes=["sport"], languages=["pl", "uk"], max_hours_week=9, step="active",
    )  # fmt: skip
    await send(
        at_desk, "Imię i nazwisko;Data ur.;Tel.;Zainteresowania;Status\nAnna Kowalska;4.05.1990;600111222;dzieci;nowy\n"
    )
    assert await fates() == {2: "changed"}
    await press(at_desk, "writing")
    now = await Volunteer.objects().get(Volunteer.id == who.id)
    assert now and (now.kind, now.max_hours_week, now.step, now.languages) == ("student", 9, "active", ["pl", "uk"])
    assert now.causes == ["sport", "children"] and now.sms_ok == who.sms_ok


async def test_who_may_be_here_already_is_asked_about(at_desk: httpx2.AsyncClient) -> None:
    who = await people.volunteer(
        first_name="Ana", last_name="Kowalska", birth_date=date(1990, 5, 4), phone="+48600555666"
    )
    page = await send(at_desk)
    assert await fates() == {2: "duplicate", 3: "new"} and "Może to:" in page.text
    assert (await press(at_desk, "writing")).status_code == 409
    await press(at_desk, f"lines/{await line(2)}", choice=f"merge:{who.id}")
    assert (await fates())[2] == "changed"
    await press(at_desk, "writing")
    first, _second = await everybody()
    assert (first.id, first.first_name, first.phone) == (who.id, "Anna", "+48600111222")


async def test_another_person_is_written_and_not_asked_about_again(at_desk: httpx2.AsyncClient) -> None:
    await ana()
    await send(at_desk)
    await press(at_desk, f"lines/{await line(2)}", choice="new")
    await press(at_desk, "writing")
    assert len(await everybody()) == 3
    assert "Ana Kowalska" not in (await at_desk.get("/desk/people/duplicates")).text


async def test_one_person_stands_in_a_file_once(at_desk: httpx2.AsyncClient) -> None:
    page = await send(at_desk, GOOD + "ANNA;KOWALSKA;1990-05-04;600111999;;\nEwa;Lis;1.01.1991;;anna@example.org;\n")
    assert await fates() == {2: "new", 3: "new", 4: "wrong", 5: "wrong"}
    assert "jest już w wierszu 2" in page.text
    # The first one is left out: the others are looked at again.
    await press(at_desk, f"lines/{await line(2)}", choice="skip")
    assert await fates() == {2: "skipped", 3: "new", 4: "new", 5: "new"}


async def test_an_email_of_somebody_else_stops_the_line(at_desk: httpx2.AsyncClient) -> None:
    await people.account(email="anna@example.org")
    page = await send(at_desk)
    assert await fates() == {2: "wrong", 3: "new"} and "ma już ktoś inny" in page.text


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


async def test_columns_are_named_by_hand_and_remembered(at_desk: httpx2.AsyncClient) -> None:
    told = "Kto;Kiedy;Gdzie\nAnna Kowalska;4.05.1990;600111222\n"
    page = await send(at_desk, told)
    assert "Co znaczą kolumny" in page.text and "600111222" in page.text and await fates() == {2: ""}
    refused = await press(at_desk, "columns", c0="name", c2="phone")
    assert refused.status_code == 422 and "Wskaż kolumny" in refused.text
    refused = await press(at_desk, "columns", c0="name", c1="birth_date", c2="birth_date")
    assert refused.status_code == 422 and "znaczą to samo" in refused.text
    await press(at_desk, "columns", c0="name", c1="birth_date", c2="phone")
    assert await fates() == {2: "new"}
    await send(at_desk, told.replace("Anna", "Ewa"))
    assert await fates() == {2: "new"}


async def test_numbers_of_identity_papers_are_never_kept(at_desk: httpx2.AsyncClient) -> None:
    told = "Imię;Nazwisko;Data ur.;Tel;Nr PESEL\nAnna;Kowalska;4.05.1990;600111222;90050412345\n"
    await send(at_desk, told)
    assert "90050412345" not in str(await database.fetch("SELECT cells FROM people_import_line"))
    # Nor where no heading says so: one in a note, in a column without a name, with its nought lost.
    told = "Imię;Nazwisko;Data ur.;Tel;Uwagi;\nAnna;Kowalska;4.05.1990;600111222;PESEL 90050412344.;2240312345\n"
    await send(at_desk, told)
    await send(at_desk, "Anna;Kowalska;4.05.1990;48600111222;90050412344\n")
    kept = str(await database.fetch("SELECT cells FROM people_import_line"))
    assert "90050412344" not in kept and "2240312345" not in kept and "48600111222" in kept


async def test_two_who_write_at_once_write_once(at_desk: httpx2.AsyncClient, app: Starlette) -> None:
    await send(at_desk)
    async with new_client(app) as other:
        await people.signed_in(other, Role.COORDINATOR)
        answers = await asyncio.gather(press(at_desk, "writing"), press(other, "writing", await newest()))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert len(await everybody()) == 2
    assert await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'people.import-write'") == 1


async def test_control_two_who_carry_out_without_the_claim_would_write_twice(at_desk: httpx2.AsyncClient) -> None:
    """What the state and the lock keep from happening: with both taken away the second write finds its own people."""
    await send(at_desk)
    id = await newest()
    for _ in range(2):
        await database.execute("UPDATE people_import SET state = 'writing' WHERE id = $1", id)
        await writing.carry_out(id)
    assert await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'people.import-write'") == 2


async def test_what_was_seen_is_what_is_written(at_desk: httpx2.AsyncClient) -> None:
    await send(at_desk)
    await press(at_desk, f"lines/{await line(2)}", first_name="Joanna")
    answer = await press(at_desk, "writing", version="0")
    assert answer.status_code == 409 and await everybody() == []


async def test_somebody_who_came_meanwhile_stops_it_and_is_asked_about(at_desk: httpx2.AsyncClient) -> None:
    await send(at_desk)
    await ana()
    answer = await press(at_desk, "writing")
    assert answer.status_code == 409 and "Może to:" in answer.text
    assert len(await everybody()) == 1 and await fates() == {2: "duplicate", 3: "new"}


async def test_undone_all_is_as_it_was(at_desk: httpx2.AsyncClient) -> None:
    """Also the account of a child that had no phone of its own before the file named one."""
    old = await people.volunteer(
        first_name="Ola", last_name="Lis", birth_date=date(2011, 5, 4), phone="", email=None, kind="pupil",
        guardian_name="Ewa Lis", guardian_phone="+48600111222", area_slug="poludnie", causes=["sport"],
        account=None, latitude=52.6, longitude=19.0,
    )  # fmt: skip
    before = await database.fetchrow("SELECT to_jsonb(v) - 'version' AS row FROM volunteer v WHERE id = $1", old.id)
    accounts = await database.fetchval("SELECT count(*) FROM account")
    told = (
        "Imię;Nazwisko;Data urodzenia;Telefon;Opiekun;Telefon opiekuna;Osiedle;Zainteresowania\n"
        "Jan;Nowak;1.02.1985;600 111 333;;;;\n"
        "Ola;Lis;4.05.2011;600 111 444;Ewa Lis;600 111 222;Śródmieście;dzieci\n"
    )
    await send(at_desk, told)
    assert await fates() == {2: "new", 3: "changed"}
    await press(at_desk, "writing")
    assert await database.fetchval("SELECT count(*) FROM account") == accounts + 2
    page = await press(at_desk, "undoing")
    assert "Zapis cofnięty w całości" in page.text
    (now,) = await everybody()
    after = await database.fetchrow("SELECT to_jsonb(v) - 'version' AS row FROM volunteer v WHERE id = $1", old.id)
    assert now.id == old.id and after["row"] == before["row"] and now.causes == ["sport"]
    assert await database.fetchval("SELECT count(*) FROM account") == accounts and await nothing_said()
    undone = await database.fetch("SELECT about FROM audit_entry WHERE verb = 'people.import-undo'")
    assert len(undone) == 3 and "import:undone=2,kept=0" in {row["about"] for row in undone}


SINCE = {
    "changed": "UPDATE volunteer SET tags = '{ważna}' WHERE id = $1",
    "papers": """INSERT INTO service (id, volunteer, first_day, noted_at)
                 VALUES (gen_random_uuid(), $1, '2026-11-01', now())""",
    "work": """INSERT INTO away (id, volunteer, first_day, last_day)
               VALUES (gen_random_uuid(), $1, '2026-11-01', '2026-11-02')""",
    "signed-in": """UPDATE account SET phone_proven_at = now() FROM volunteer v
                    WHERE v.id = $1 AND account.id = v.account""",
    "gone": "DELETE FROM volunteer WHERE id = $1",
    "consent": """INSERT INTO consent (id, person, purpose, given, text_version, text_hash, scope, language, channel,
                                       at, by_whom)
                  VALUES (gen_random_uuid(), $1, 'information', true, 'x', '', '', 'pl', 'web', now(), 'self')""",
    "rights": """INSERT INTO rights_request (id, subject, "right", words, state, asked_at, due_on, answer)
                 VALUES (gen_random_uuid(), 'volunteer:' || $1::uuid, 'copy', '', 'open', now(), now(), '')""",
}  # fmt: skip


@pytest.mark.parametrize("what", SINCE)
async def test_to_whom_something_happened_since_is_not_undone(at_desk: httpx2.AsyncClient, what: str) -> None:
    await send(at_desk)
    await press(at_desk, "writing")
    anna, _jan = await everybody()
    await database.execute(SINCE[what], anna.id)
    page = await press(at_desk, "undoing")
    assert "nie u wszystkich" in page.text and "Nie cofnięto:" in page.text
    kept = await database.fetch("SELECT number, kept FROM people_import_line WHERE kept <> ''")
    assert [(row["number"], row["kept"]) for row in kept] == [(2, what)]
    assert [one.last_name for one in await everybody()] == ([] if what == "gone" else ["Kowalska"])


async def test_after_a_day_nothing_is_undone(at_desk: httpx2.AsyncClient) -> None:
    await send(at_desk)
    await press(at_desk, "writing")
    await database.execute("UPDATE people_import SET written_at = $1", datetime.now(UTC) - timedelta(hours=25))
    page = await at_desk.get(f"{desk.HERE}/{await newest()}")
    assert "Cofnij zapis" not in page.text
    assert (await press(at_desk, "undoing")).status_code == 409 and len(await everybody()) == 2


async def test_a_file_that_nobody_wants_is_thrown_away(at_desk: httpx2.AsyncClient) -> None:
    await send(at_desk)
    page = await press(at_desk, "dropping")
    assert "Nic z niego nie zapisano" in page.text
    assert await database.fetchval("SELECT count(*) FROM people_import_line") == 0


async def test_only_coordinators_see_or_send_one(at_desk: httpx2.AsyncClient, app: Starlette) -> None:
    await send(at_desk)
    id = await newest()
    for role in (Role.VOLUNTEER, Role.FIRST_CONTACT, Role.FACILITATOR, Role.SPECIALIST, Role.ADMINISTRATOR):
        async with new_client(app) as other:
            await people.signed_in(other, role)
            for address in (desk.HERE, f"{desk.HERE}/{id}", f"{desk.HERE}/{id}/columns"):
                assert (await other.get(address)).status_code in (403, 404), (role, address)


async def test_a_long_file_goes_on_in_a_worker_and_says_how_far_it_is(
    at_desk: httpx2.AsyncClient, settings: Settings
) -> None:
    rows = "".join(f"Anna{chr(97 + n % 26)};Lis{chr(97 + n // 26)};4.05.1990;600{n:06d};\n" for n in range(620))
    page = await send(at_desk, "Imię;Nazwisko;Data ur.;Telefon;E-mail\n" + rows)
    assert "Gotowe w 80%" in page.text and "<progress" in page.text and "Zapisz wszystkie" not in page.text
    assert "<progress" in (await at_desk.get(f"{desk.HERE}/{await newest()}", headers={"HX-Request": "true"})).text
    await writing.go_on(settings)
    assert set((await fates()).values()) == {"new"}
    page = await press(at_desk, "writing")
    assert "Gotowe w 0%" in page.text and await everybody() == []
    await writing.go_on(settings)
    assert len(await everybody()) == 620
    page = await press(at_desk, "undoing")
    assert "Cofamy zapis." in page.text
    await writing.go_on(settings)
    assert await everybody() == []
