"""Requests at their desks: taken, answered, routed, sent back, mended; pressed twice, too late, stale."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from conftest import new_client
from intake.at_the_desks import at, request, row_of, verbs
from intake.by_hand import beside, reasons, town, typed
from starlette.applications import Starlette
from support import people
from support.visitor import Visitor

from volunteer_hub.intake.queries import PAGE
from volunteer_hub.intake.rules import Desk
from volunteer_hub.intake.tables import RequestMove
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Role

YEAR = clock.today("Europe/Warsaw").year
BY_PHONE: dict[str, Any] = {
    "came": "phone", "reporter": "neighbour", "what": "company", "urgency": "3", "text": "Sąsiadka siedzi sama.",
    "area": "srodmiescie", "address": "Wiślana 3", "name": "Adam", "phone": "600 700 803", "language": "pl",
}  # fmt: skip


async def test_first_contact_takes_and_answers(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client, Role.FIRST_CONTACT)
    asked, visitor = await request(text="Zakupy.\n<b>raz</b>"), Visitor(client)
    await visitor.open("/desk/requests")
    assert asked.number in visitor.page.text and "Zakupy.\n" not in visitor.page.text
    await visitor.open(f"/desk/requests/{asked.id}")
    assert "600 700 812" in visitor.page.text and "&lt;b&gt;raz" in visitor.page.text
    await visitor.send("/taking")
    assert "Zajmujesz się tym zgłoszeniem." in visitor.page.text
    await visitor.send("/closing", answer="Podaliśmy numer sklepu, który dowozi.")
    row = await row_of(asked.id)
    assert (row["state"], row["taken_by"], row["answer"]) == ("closed", me.id, "Podaliśmy numer sklepu, który dowozi.")
    assert "Podaliśmy numer sklepu" in visitor.page.text
    assert asked.number in await visitor.open("/desk/requests?state=closed")
    assert await verbs(asked.id) == [
        "request.open", "request.take", "request.open", "request.answer", "request.open"
    ]  # fmt: skip
    moves = await database.fetch("SELECT was_desk, desk, state, by FROM request_move ORDER BY at")
    assert [tuple(row)[:3] for row in moves] == [
        ("", "first-contact", "new"),
        ("first-contact", "first-contact", "taken"),
        ("first-contact", "first-contact", "closed"),
    ]
    assert {row["by"] for row in moves[1:]} == {me.id}


async def test_a_request_is_taken_by_one(client: httpx2.AsyncClient) -> None:
    other = await people.account(Role.FIRST_CONTACT)
    visitor, asked = await at(client, Role.FIRST_CONTACT), await request()
    await visitor.open(f"/desk/requests/{asked.id}")
    await database.execute("UPDATE request SET state = 'taken', taken_by = $1, taken_at = now()", other.id)
    await visitor.send("/taking")
    assert visitor.page.status_code == 409 and "ktoś inny" in visitor.page.text
    assert (await row_of(asked.id))["taken_by"] == other.id


async def test_pressing_again_changes_nothing(client: httpx2.AsyncClient) -> None:
    visitor, asked = await at(client, Role.COORDINATOR), await request()
    await visitor.open(f"/desk/requests/{asked.id}")
    taking, closing = typed(visitor.page, "/taking"), typed(visitor.page, "/closing") | {"answer": ["Dobrze."]}
    for _ in range(2):
        assert (await client.post(f"/desk/requests/{asked.id}/taking", data=taking)).status_code == 303
    closing["version"] = ["2"]
    for _ in range(2):
        assert (await client.post(f"/desk/requests/{asked.id}/closing", data=closing)).status_code == 303
    assert (await row_of(asked.id))["version"] == 3
    other = await request(2)
    await visitor.open(f"/desk/requests/{other.id}")
    route = typed(visitor.page, "/route") | {"desk": ["social-work"], "note": ["Proszę o wizytę."]}
    for _ in range(2):
        assert (await client.post(f"/desk/requests/{other.id}/route", data=route)).status_code == 303
    assert await database.fetchval("SELECT count(*) FROM request_move WHERE request = $1", other.id) == 2


async def test_an_absent_request_is_a_404(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client, Role.FIRST_CONTACT)
    assert (await client.get(f"/desk/requests/{uuid4()}")).status_code == 404
    assert (await client.get("/desk/requests/12")).status_code == 404


async def test_typed_in_by_phone(client: httpx2.AsyncClient) -> None:
    await town()
    visitor = await at(client, Role.FIRST_CONTACT)
    await visitor.open("/desk/requests/new")
    page = await visitor.send("/desk/requests/new", **BY_PHONE, text_number="yes")
    assert f"Z-{YEAR}-0001" in page and "Podaj tej osobie numer" in page
    row = await database.fetchrow("SELECT * FROM request")
    assert row and (row["channel"], row["reporter"], row["what"]) == ("phone", "neighbour", "company")
    assert row["urgency"] == 3 and (row["address"], row["for_whom"], row["desk"], row["phone"]) == (
        "Wiślana 3", "other", "first-contact", "+48600700803"
    )  # fmt: skip
    told = await database.fetch("SELECT address, body FROM message")
    assert [(row["address"], "0001" in row["body"], "siedzi" in row["body"]) for row in told] == [
        ("+48600700803", True, False)
    ]
    assert await verbs(row["id"]) == ["request.enter", "request.open"]


async def test_nobody_has_to_leave_a_name_or_number(client: httpx2.AsyncClient) -> None:
    visitor = await at(client, Role.FIRST_CONTACT)
    await visitor.open("/desk/requests/new")
    page = await visitor.send("/desk/requests/new", came="desk", text="Nie ma co jeść.", what="food", reporter="self")
    assert "Bez imienia" in page and await database.fetchval("SELECT count(*) FROM message") == 0


async def test_a_wrong_form_keeps_the_words_and_twice_is_once(client: httpx2.AsyncClient) -> None:
    await town()
    visitor = await at(client, Role.FIRST_CONTACT)
    for name, wrong in (
        ("came", "web"), ("reporter", "cat"), ("what", "x"), ("urgency", "9"), ("text", ""), ("phone", "12"),
        ("area", "kraków"), ("language", "xx"), ("address", "x" * 161),
    ):  # fmt: skip
        await visitor.open("/desk/requests/new")
        await visitor.send("/desk/requests/new", **BY_PHONE | {name: wrong})
        assert visitor.page.status_code == 422 and beside(visitor.page, name) and set(reasons(visitor.page)) == {name}
        kept = typed(visitor.page, "/desk/requests/new")
        for other in {"text", "address", "name", "phone", "reporter", "area"} - {name}:
            assert kept[other][0].strip() == BY_PHONE[other], (name, other)
    assert await database.fetchval("SELECT count(*) FROM request") == 0
    form = typed(visitor.page, "/desk/requests/new") | {name: [value] for name, value in BY_PHONE.items()}
    answers = [await client.post("/desk/requests/new", data=form) for _ in range(2)]
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert await database.fetchval("SELECT count(*) FROM request") == 1


async def test_where_somebody_is_harmed_nothing_is_sent_and_numbers_stand_there(client: httpx2.AsyncClient) -> None:
    visitor = await at(client, Role.FIRST_CONTACT)
    await visitor.open("/desk/requests/new")
    words = BY_PHONE | {"what": "harm", "urgency": "1", "text_number": "yes", "area": ""}
    page = await visitor.send("/desk/requests/new", **words)
    assert "800 120 002" in page and "112" in page and "Na dziś" in page
    assert await database.fetchval("SELECT urgency FROM request") == 4
    assert await database.fetchval("SELECT count(*) FROM message") == 0


async def test_routed_taken_there_and_sent_back(client: httpx2.AsyncClient, app: Starlette) -> None:
    visitor, asked = await at(client, Role.FIRST_CONTACT), await request()
    await visitor.open(f"/desk/requests/{asked.id}")
    page = await visitor.send("/route", desk="social-work", note="Proszę o wizytę w domu.")
    assert "Przekazane" in page and "Praca socjalna" in page and "wizytę" not in page
    row = await row_of(asked.id)
    assert (row["desk"], row["state"], row["taken_by"]) == ("social-work", "new", None)
    async with new_client(app) as other:
        specialist = await at(other, Role.SPECIALIST)
        assert asked.number in await specialist.open("/desk/requests")
        assert "Proszę o wizytę w domu." in await specialist.open(f"/desk/requests/{asked.id}")
        await specialist.send("/taking")
        page = await specialist.send("/route", desk="first-contact", note="To nie dla nas.")
        assert "telewizor" not in page and "Pierwszy kontakt" in page
    page = await visitor.open(f"/desk/requests/{asked.id}")
    assert "To nie dla nas." in page and "telewizor" in page
    assert (await verbs(asked.id)).count("request.route") == 2


async def test_handed_over_to_benefits_with_a_note_and_brought_back(client: httpx2.AsyncClient) -> None:
    visitor, asked = await at(client, Role.FIRST_CONTACT), await request()
    await visitor.open(f"/desk/requests/{asked.id}")
    page = await visitor.send("/route", desk="benefits")
    assert visitor.page.status_code == 422 and "Napisz, komu" in page
    page = await visitor.send("/route", desk="benefits", note="Zasiłek celowy, pokój 12.")
    assert "Świadczenia" in page and "zakończone" in page and "pokój 12" not in page
    row = await row_of(asked.id)
    assert (row["desk"], row["state"]) == ("benefits", "closed") and row["closed_at"]
    assert (await client.post(f"/desk/requests/{asked.id}/return")).status_code == 403, "not for first contact"
    client.cookies.clear()
    visitor = await at(client, Role.COORDINATOR)
    page = await visitor.open(f"/desk/requests/{asked.id}")
    assert "telewizor" not in page
    page = await visitor.send("/return")
    assert "telewizor" in page and (await row_of(asked.id))["state"] == "new"


async def test_a_stale_answer_is_refused_and_the_words_stay(client: httpx2.AsyncClient, app: Starlette) -> None:
    visitor, asked = await at(client, Role.FIRST_CONTACT), await request()
    await visitor.open(f"/desk/requests/{asked.id}")
    async with new_client(app) as other:
        second = await at(other, Role.FIRST_CONTACT)
        await second.open(f"/desk/requests/{asked.id}/edit")
        await second.send("/edit", address="Nowy adres 9")
        assert (await row_of(asked.id))["address"] == "Nowy adres 9"
        page = await visitor.send("/closing", answer="Długo pisana odpowiedź")
        assert visitor.page.status_code == 409 and "Długo pisana odpowiedź" in page and "Nowy adres 9" in page
        assert (await row_of(asked.id))["state"] == "new"
        await visitor.send("/closing")
        assert (await row_of(asked.id))["answer"] == "Długo pisana odpowiedź", "pressed again it stands"


async def test_too_late_for_what_has_moved_on(client: httpx2.AsyncClient) -> None:
    visitor, asked = await at(client, Role.FIRST_CONTACT), await request()
    await visitor.open(f"/desk/requests/{asked.id}")
    await database.execute("UPDATE request SET desk = 'services', version = 2")
    await people.save(RequestMove(request=asked.id, was_desk="first-contact", desk="services", state="new"))
    late = {"/closing": {"answer": "Moje długie słowa"}, "/route": {"desk": "social-work", "note": "Moje"}}
    for act, words in late.items():
        form = typed(visitor.page, act) | {name: [value] for name, value in words.items()}
        answer = await client.post(f"/desk/requests/{asked.id}{act}", data=form)
        assert answer.status_code == 409 and "Moje" in answer.text and "telewizor" not in answer.text
    answer = await client.post(f"/desk/requests/{asked.id}/taking", data=typed(visitor.page, "/taking"))
    assert answer.status_code == 409 and "innym biurku" in answer.text


async def test_two_mend_the_same_request(client: httpx2.AsyncClient, app: Starlette) -> None:
    visitor, asked = await at(client, Role.FIRST_CONTACT), await request()
    await visitor.open(f"/desk/requests/{asked.id}/edit")
    async with new_client(app) as other:
        second = await at(other, Role.FIRST_CONTACT)
        await second.open(f"/desk/requests/{asked.id}/edit")
        await second.send("/edit", name="Imię drugiej osoby")
    page = await visitor.send("/edit", name="Imię pierwszej osoby")
    assert visitor.page.status_code == 409, "both versions are on the page"
    assert "Imię drugiej osoby" in page and typed(visitor.page, "/edit")["name"] == ["Imię pierwszej osoby"]
    assert (await row_of(asked.id))["name"] == "Imię drugiej osoby"
    await visitor.send("/edit")
    assert (await row_of(asked.id))["name"] == "Imię pierwszej osoby"


async def test_the_queue_is_late_first_then_urgent_then_oldest(client: httpx2.AsyncClient) -> None:
    visitor, now = await at(client, Role.FIRST_CONTACT), clock.now()
    await request(1, desk_since=now)
    await request(2, desk_since=now, urgency=4)
    await request(3, desk_since=now - timedelta(days=30))
    await request(4, desk_since=now - timedelta(days=40), urgency=1)
    await request(5, desk_since=now - timedelta(minutes=5))
    page = await visitor.open("/desk/requests")
    order = sorted(range(1, 6), key=lambda n: page.index(f"Z-2026-000{n}"))
    assert order == [3, 4, 2, 5, 1]
    assert page.count("Po terminie") == 2 and "2 po terminie" in page
    page = await visitor.open("/desk/requests?late=yes")
    assert "Z-2026-0003" in page and "Z-2026-0001" not in page
    page = await visitor.open("/desk/requests?reporter=police")
    assert "Nikt tu teraz nie czeka" in page


async def test_the_desks_first_page_counts_for_each_desk(client: httpx2.AsyncClient) -> None:
    now = clock.now()
    await request(1, desk=Desk.SERVICES)
    await request(2, desk=Desk.SERVICES, desk_since=now - timedelta(days=30))
    await request(3, desk=Desk.SOCIAL_WORK, desk_since=now - timedelta(days=30))
    visitor = await at(client, Role.COORDINATOR)
    page = await visitor.open("/desk")
    assert re.search(r"Usługi\s*</a>: 2 otwart", page) and "1 po terminie" in page
    assert "Z-2026-0001" in page and "Z-2026-0003" not in page and "Praca socjalna" not in page
    client.cookies.clear()
    visitor = await at(client, Role.SPECIALIST)
    page = await visitor.open("/desk/requests")
    assert "1 po terminie" in page and "Z-2026-0003" in page and "Usługi" not in page


async def test_filters_narrow(client: httpx2.AsyncClient) -> None:
    await town()
    visitor = await at(client, Role.FIRST_CONTACT)
    await request(1, area_slug="srodmiescie")
    await request(2, reporter="police")
    await request(3, state="taken", taken_at=clock.now())
    for query, numbers in (
        ("area=srodmiescie", {1}), ("reporter=police", {2}), ("state=taken", {3}), ("state=new", {1, 2}),
        ("", {1, 2, 3}), ("state=no&area=%00&late=2&desk=benefits&after=x_y_z", {1, 2, 3}), ("state=closed", set()),
    ):  # fmt: skip
        page = await visitor.open(f"/desk/requests?{query}")
        assert {n for n in range(1, 4) if f"Z-2026-000{n}" in page} == numbers, query


async def test_found_by_number_phone_and_name(client: httpx2.AsyncClient) -> None:
    visitor = await at(client, Role.FIRST_CONTACT)
    await request(42, state="closed")
    await request(43, phone="+48600700999", name="Żaneta")
    for q, number in (("42", 42), ("z-2026-0042", 42), ("600 700 812", 42), ("bronislawa", 42), ("zaneta", 43)):
        page = (await client.get("/desk/requests", params={"q": q})).text
        assert f"Z-2026-00{number}" in page and f"Z-2026-00{85 - number}" not in page, q
    for q in ("nikt", "%", "_", "Z-2025-0042", "٤٢"):
        assert "Nie ma takiego zgłoszenia" in (await client.get("/desk/requests", params={"q": q})).text, q
    await visitor.open("/desk/requests?q=")
    assert "Wynik szukania" not in visitor.page.text


@pytest.mark.parametrize("where", ["/desk/requests", "/desk/requests?state=closed", "/desk/requests/moved"])
async def test_a_long_list_goes_on_page_by_page(client: httpx2.AsyncClient, where: str) -> None:
    visitor = await at(client, Role.FIRST_CONTACT)
    state, desk = ("closed" if "closed" in where else "new"), ("services" if "moved" in where else "first-contact")
    await database.execute(
        """INSERT INTO request (id, number, name, phone, email, area_slug, for_whom, text, language, state, created_at,
                                desk, desk_since, closed_at)
           SELECT gen_random_uuid(), 'Z-2026-' || lpad(n::text, 4, '0'), 'Osoba', '', '', '', 'me', 'x', 'pl', $2,
                  now(), $3, now() - make_interval(mins => 500 - (n / 3)), now() - make_interval(mins => n / 3)
           FROM generate_series(1, $1) n""",
        PAGE * 2 + 10, state, desk,
    )  # fmt: skip
    await database.execute(
        "INSERT INTO request_move (id, request, was_desk, desk, state, at, note)"
        " SELECT gen_random_uuid(), id, 'first-contact', desk, state, now(), '' FROM request"
    )
    seen: list[str] = []
    address = where
    while address:
        text = await visitor.open(address)
        seen += [part.split("<")[0] for part in text.split('">Z-')[1:]]
        address = (
            text.split('class="button" href="')[-1].split('"')[0].replace("&amp;", "&") if "Następne" in text else ""
        )
    assert len(seen) == len(set(seen)) == PAGE * 2 + 10


async def test_a_slip_says_the_number_and_nothing_of_the_case(client: httpx2.AsyncClient) -> None:
    visitor, asked = await at(client, Role.FIRST_CONTACT), await request(42, desk=Desk.SERVICES)
    page = await visitor.open(f"/desk/requests/{asked.id}/slip")
    assert "Z-2026-0042" in page and "slip.css" in page and "Zakupy" not in page and "Tajna" not in page
    assert await verbs(asked.id) == ["request.slip"]
