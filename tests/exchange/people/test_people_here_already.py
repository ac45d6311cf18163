"""Who may be here already is asked about: in the file, among everybody, before and after it was seen."""

from datetime import date

import httpx2
from exchange.people.desk import GOOD, ana, everybody, fates, line, press, send
from support import people


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


async def test_somebody_who_came_meanwhile_stops_it_and_is_asked_about(at_desk: httpx2.AsyncClient) -> None:
    await send(at_desk)
    await ana()
    answer = await press(at_desk, "writing")
    assert answer.status_code == 409 and "Może to:" in answer.text
    assert len(await everybody()) == 1 and await fates() == {2: "duplicate", 3: "new"}
