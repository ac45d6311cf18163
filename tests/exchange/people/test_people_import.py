"""The centre's spreadsheet of volunteers: seen line by line, mended, written when somebody says so, or thrown away."""

from datetime import date

import httpx2
from conftest import new_client
from exchange.people.desk import GOOD, HERE, everybody, fates, line, newest, nothing_said, press, send
from starlette.applications import Starlette
from support import people

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role
from volunteer_hub.people.tables import Volunteer


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
            for address in (HERE, f"{HERE}/{id}", f"{HERE}/{id}/columns"):
                assert (await other.get(address)).status_code in (403, 404), (role, address)
