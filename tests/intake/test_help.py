"""Asking for help: kept at once, a number that counts up, one request however often the button is pressed."""

import asyncio
import re

import httpx2
import pytest
from conftest import new_client
from intake.by_hand import HELP, beside, reasons, town, typed
from starlette.applications import Starlette
from support import people
from support.visitor import Visitor

from volunteer_hub import app as application
from volunteer_hub.access.rules import FASTEST_SECONDS
from volunteer_hub.intake.rules import REQUESTS
from volunteer_hub.kit import clock, database
from volunteer_hub.settings import load

YEAR = clock.today("Europe/Warsaw").year


@pytest.fixture
async def visitor(client: httpx2.AsyncClient) -> Visitor:
    await town()
    return Visitor(client)


async def ask(visitor: Visitor, **more: str) -> str:
    await visitor.open("/help")
    return await visitor.send("/help", **HELP | more)


async def test_somebody_asks_for_help(visitor: Visitor) -> None:
    text = await ask(visitor, area="srodmiescie", address="Wiślana 3, drugie piętro")
    assert visitor.page.url.path == "/help/done" and f"Z-{YEAR}-0001" in text
    row = await database.fetchrow("SELECT * FROM request")
    assert row and (row["name"], row["phone"], row["area_slug"]) == ("Zofia", "+48600700802", "srodmiescie")
    assert (row["for_whom"], row["text"], row["state"], row["language"]) == ("me", HELP["text"], "new", "pl")
    assert (row["what"], row["urgency"], row["reporter"], row["channel"]) == ("shopping", 2, "self", "web")
    assert (row["desk"], row["address"]) == ("first-contact", "Wiślana 3, drugie piętro")


async def test_the_number_goes_out_and_nothing_else(visitor: Visitor) -> None:
    await ask(visitor, email="zofia@poczta.example")
    rows = await database.fetch("SELECT channel, address, template, body FROM message ORDER BY channel")
    assert [tuple(row)[:3] for row in rows] == [
        ("email", "zofia@poczta.example", "request_received"),
        ("sms", "+48600700802", "request_received"),
    ]
    for row in rows:
        assert f"Z-{YEAR}-0001" in row["body"] and not re.search("Zofia|zakup", row["body"], re.I)


async def test_a_neighbour_tells_of_harm_and_no_message_goes_out(visitor: Visitor) -> None:
    text = await ask(visitor, reporter="neighbour", what="harm", urgency="2", email="zofia@poczta.example")
    assert "800 120 002" in text and "116 111" in text and "nie wysyłamy" in text
    row = await database.fetchrow("SELECT * FROM request")
    assert row and (row["urgency"], row["reporter"], row["for_whom"]) == (4, "neighbour", "other")
    assert await database.fetchval("SELECT count(*) FROM message") == 0


async def test_whoever_chooses_no_kind_is_heard_too(visitor: Visitor) -> None:
    await visitor.open("/help")
    await visitor.send("/help", text="Nie wiem, jak to nazwać.", name="Zofia", phone="600 700 802")
    assert visitor.page.url.path == "/help/done"
    assert await database.fetchval("SELECT what FROM request") == "other"


async def test_numbers_count_up_without_gaps_or_doubles(visitor: Visitor, app: Starlette) -> None:
    others = [new_client(app) for _ in range(5)]
    await asyncio.gather(*(ask(Visitor(other)) for other in others))
    rows = await database.fetch("SELECT number FROM request ORDER BY number")
    assert [row["number"] for row in rows] == [f"Z-{YEAR}-{n:04d}" for n in range(1, 6)]
    await database.execute(f"UPDATE request SET number = 'Z-{YEAR}-9999' WHERE number = 'Z-{YEAR}-0005'")
    assert f"Z-{YEAR}-10000" in await ask(visitor)
    assert f"Z-{YEAR}-10001" in await ask(visitor)
    for other in others:
        await other.aclose()


async def test_pressing_twice_is_one_request_with_one_number(visitor: Visitor) -> None:
    await visitor.open("/help")
    form = typed(visitor.page, "/help") | {name: [value] for name, value in HELP.items()}
    answers = await asyncio.gather(*(visitor.client.post("/help", data=form) for _ in range(5)))
    answers.append(await visitor.client.post("/help", data=form))
    assert {(a.status_code, a.headers["location"]) for a in answers} == {(303, "/help/done")}
    assert f"Z-{YEAR}-0001" in await visitor.open("/help/done")
    assert await database.fetchval("SELECT count(*) FROM request") == 1
    assert await database.fetchval("SELECT count(*) FROM message") == 1


async def test_two_different_requests_of_one_person_are_two(visitor: Visitor) -> None:
    await ask(visitor)
    assert f"Z-{YEAR}-0002" in await ask(visitor, text="Teraz o coś innego.")


WRONG = [
    ({"reporter": ""}, "reporter", "Wybierz jedną z odpowiedzi."),
    ({"reporter": "nobody"}, "reporter", "Wybierz jedną z odpowiedzi."),
    ({"what": "money"}, "what", "Wybierz jedną z odpowiedzi."),
    ({"urgency": "5"}, "urgency", "Wybierz jedną z odpowiedzi."),
    ({"address": "x" * 161}, "address", "Najwięcej znaków: 160."),
    ({"text": " "}, "text", "Napisz w kilku słowach"),
    ({"text": "x" * 3001}, "text", "Najwięcej znaków: 3000."),
    ({"name": ""}, "name", "Wpisz, jak się do Ciebie zwracać."),
    ({"phone": ""}, "phone", "Podaj telefon albo e-mail"),
    ({"phone": "12 34"}, "phone", "Numer ma 4 cyfr"),
    ({"email": "zofia"}, "email", "Ten adres e-mail wygląda na niepełny."),
    ({"area": "kraków"}, "area", "Wybierz osiedle."),
]


async def test_what_is_wrong_is_said_and_the_words_stay(visitor: Visitor, subtests: pytest.Subtests) -> None:
    for change, name, words in WRONG:
        with subtests.test(change=str(change)[:40]):
            await ask(visitor, **{"email": "", "address": ""} | change)
            assert visitor.page.status_code == 422
            assert words in beside(visitor.page, name) and reasons(visitor.page) == {name: beside(visitor.page, name)}
            kept = typed(visitor.page, "/help")
            for other in HELP.keys() - {name}:
                assert kept[other][0].strip() == HELP[other]
    assert await database.fetchval("SELECT count(*) FROM request") == 0


async def test_an_e_mail_alone_is_enough(visitor: Visitor) -> None:
    await ask(visitor, phone="", email="zofia@poczta.example")
    assert visitor.page.url.path == "/help/done"
    assert await database.fetchval("SELECT array_agg(channel::text) FROM message") == ["email"]


async def test_the_words_wait_when_too_many_came_from_one_place(visitor: Visitor) -> None:
    for n in range(REQUESTS.most):
        await ask(visitor, text=f"Sprawa {n}")
        assert visitor.page.status_code == 200
    await ask(visitor, text="Jeszcze jedna")
    assert visitor.page.status_code == 429 and visitor.page.headers["retry-after"] == "360"
    await visitor.open("/help?lang=en")
    assert typed(visitor.page, "/help")["text"][0].strip() == "Jeszcze jedna"


async def test_the_last_page_is_only_for_who_asked(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/help/done")
    assert (answer.status_code, answer.headers["location"]) == (303, "/help")


async def test_the_front_door_shows_the_next_three_openings(client: httpx2.AsyncClient) -> None:
    for _ in range(4):
        await people.opening()
    page = (await client.get("/")).text
    assert page.count('class="card ad"') == 3 and "Wszystkie ogłoszenia (4)" in page


async def test_a_script_is_asked_to_press_again_and_a_person_loses_nothing(db: str) -> None:
    settings = load({"HUB_SECRET_KEY": "x" * 40, "HUB_FIELD_KEY": "f" * 40, "HUB_PUBLIC_URL": "http://hub.test"})
    async with new_client(application.create(settings)) as client:
        visitor = Visitor(client)
        await visitor.open("/help")
        at_once = typed(visitor.page, "/help") | {name: [value] for name, value in HELP.items()}
        answer = await client.post("/help", data=at_once | {"area": [""]})
        assert answer.status_code == 422 and typed(answer, "/help")["text"][0].strip() == HELP["text"]
        trapped = typed(answer, "/help") | {"website": ["http://spam.example"]}
        assert (await client.post("/help", data=trapped)).status_code == 422
        assert await database.fetchval("SELECT count(*) FROM request") == 0
        slower = typed(answer, "/help")
        await asyncio.sleep(FASTEST_SECONDS)
        assert (await client.post("/help", data=slower)).status_code == 303
    assert await database.fetchval("SELECT count(*) FROM request") == 1
