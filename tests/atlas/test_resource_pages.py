"""The pages of resources without JavaScript: list, queue, card, forms that lose nothing that was typed."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import httpx2
import pytest
from support import people
from support.visitor import Visitor

from volunteer_hub.atlas import resource_queries
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM


async def desk(client: httpx2.AsyncClient) -> Visitor:
    await people.signed_in(client)
    return Visitor(client)


async def typed(**values: Any) -> dict[str, Any]:
    theme = await people.theme(name_pl="Seniorzy")
    area = await people.area(name="Południe")
    return {
        "name": "Klub „Złota jesień”", "kind": "group", "theme": theme.id, "about": "Karty & rozmowy <3",
        "for_whom": "dla osób 60+", "languages": ["pl", "uk"], "capacity": "25", "phone": "600 100 200",
        "contact_name": "Jan Kowal", "email": "klub@poczta.example", "website": "www.klub.example",
        "address": "ul. Żytnia 58", "area": area.id, "accessibility": ["step-free", "lift"],
        "accessibility_note": "Dzwonek od podwórza", "at": "52.6483, 19.0677",
    } | values  # fmt: skip


async def test_a_new_resource_is_written_down_with_all_that_was_typed(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    await visitor.open("/desk/resources/new")
    given = await typed(public="yes", consent_by="Zarząd", consent_on="2026-03-01", verified="yes")
    page = await visitor.send("/desk/resources/new", **given)
    assert visitor.page.status_code == 200, page
    for words in ("Klub „Złota jesień”", "dla osób 60+", "polski, ukraiński", "600 100 200",
                  "wejście bez stopni, winda", "Dzwonek od podwórza",
                  "https://www.klub.example", "Na mapie dla wszystkich", "Zarząd, 1 marca 2026",
                  "Nie wiemy, kiedy jest otwarte", "Sprawdzony"):  # fmt: skip
        assert words in unescape(page), words
    row = await database.fetchrow("SELECT phone, verified_on, public FROM resource")
    assert row and tuple(row) == ("+48600100200", clock.today(people.ZONE), True)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Wypełnij to pole."),
        ({"kind": "shop"}, "Wybierz rodzaj."),
        ({"theme": "x"}, "Wybierz temat."),
        ({"capacity": "dużo"}, "Wpisz liczbę osób"),
        ({"capacity": "-1"}, "Wpisz liczbę osób"),
        ({"phone": "12"}, "Numer ma 2 cyfr"),
        ({"email": "klub@"}, "Ten adres e-mail wygląda na niepełny"),
        ({"website": "javascript:alert(1)"}, "To nie jest adres strony"),
        ({"website": "klub"}, "To nie jest adres strony"),
        ({"languages": ["klingon"]}, "Tego nie ma na liście: klingon."),
        ({"accessibility": ["ramp"]}, "Tego nie ma na liście: ramp."),
        ({"at": "tu"}, "Wpisz szerokość i długość"),
        ({"at": "152.6, 19.0"}, "Wpisz szerokość i długość"),
        ({"postcode": "878"}, "Wpisz kod, na przykład 87-800."),
        ({"address": ""}, "Wybierz miejsce z listy albo wpisz adres i osiedle nowego."),
        ({"area": ""}, "Wybierz miejsce z listy albo wpisz adres i osiedle nowego."),
        ({"public": "yes"}, "Bez zgody nie pokażemy tego wszystkim."),
        ({"public": "yes", "consent_by": "Zarząd"}, "Wpisz, kiedy dano zgodę."),
        ({"public": "yes", "consent_by": "Zarząd", "consent_on": "2999-01-01"}, "Ta data jest w przyszłości."),
        ({"organisation": "3c0f1f0e-0000-4000-8000-000000000000"}, "Tego nie ma już na liście"),
        ({"further": ["3c0f1f0e-0000-4000-8000-000000000000"]}, "Tego nie ma już na liście"),
    ],
)
async def test_a_wrong_resource_is_said_and_nothing_typed_is_lost(
    client: httpx2.AsyncClient, wrong: dict[str, Any], sentence: str
) -> None:
    visitor = await desk(client)
    await visitor.open("/desk/resources/new")
    page = await visitor.send("/desk/resources/new", **await typed(**wrong))
    assert visitor.page.status_code == 422
    assert unescape(page).count(sentence) == 2 and "<title>Błąd:" in page
    assert "Karty &amp; rozmowy &lt;3" in page and "Dzwonek od podwórza" in page
    assert await database.fetchval("SELECT count(*) FROM resource") == 0
    assert await database.fetchval("SELECT count(*) FROM place") == 0


async def test_an_address_that_was_found_comes_into_the_form(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    area = await people.area(name="Południe")
    page = await visitor.open("/desk/resources/new?lat=52.650000&lon=19.050000&address=ul.%20Mi%C5%82a%201")
    assert 'value="52.65000, 19.05000"' in page and "ul. Miła 1" in page
    assert f'value="{area.id}" selected' in page
    assert "ul. Miła 1" not in await visitor.open("/desk/resources/new?lat=x&lon=&address=ul.%20Mi%C5%82a%201")


async def test_an_edit_meanwhile_shows_both_versions_and_the_next_press_writes(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    row = await people.resource(name="Klub seniora", about="Karty")
    await visitor.open(f"/desk/resources/{row.id}/edit")
    await database.execute("UPDATE resource SET name = 'Klub seniorek', capacity = 9")
    page = await visitor.send("/edit", name="Klub seniorów")
    assert visitor.page.status_code == 409
    assert "Teraz zapisane: Klub seniorek" in page and "Teraz zapisane: 9" in page and 'value="Klub seniorów"' in page
    assert page.count("Teraz zapisane") == 2
    page = await visitor.send("/edit", name="Klub seniorów", capacity="9")
    assert visitor.page.status_code == 200 and "<h1>Klub seniorów</h1>" in page
    assert (await resource_queries.resource(SYSTEM, row.id)).details.about == "Karty"


async def test_hours_are_said_on_the_card_and_edited_as_days_or_as_a_rule(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    row = await people.resource()
    await visitor.open(f"/desk/resources/{row.id}/hours/new")
    page = await visitor.send(
        "/hours/new", days=["1", "3"], opens="9:00", closes="15:00", often="week", first_day="2026-01-01", by="plain"
    )
    page = page.replace("\N{WORD JOINER}", "")
    assert "poniedziałki i środy 9:00–15:00" in page and "Najbliższe siedem dni" in page
    assert len(re.findall(r"<time[^>]*>(?:poniedziałek|środa)", page)) == 2
    line = await database.fetchval("SELECT id FROM opening_hours")
    page = await visitor.open(f"/desk/resources/{row.id}/hours/{line}")
    assert 'value="FREQ=WEEKLY;BYDAY=MO,WE"' in page
    page = await visitor.send(f"/hours/{line}", by="rule", rrule="FREQ=MONTHLY;BYDAY=1TU")
    assert "pierwszy wtorek miesiąca" in page
    assert await database.fetchval("SELECT week FROM help WHERE until IS NULL") == 0b11_000
    await visitor.open(f"/desk/resources/{row.id}/hours/{line}")
    await visitor.send(f"/hours/{line}/remove")
    assert await database.fetchval("SELECT count(*) FROM opening_hours") == 0


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"days": []}, "Zaznacz co najmniej jeden dzień."),
        ({"days": ["9"]}, "Zaznacz dni z listy."),
        ({"closes": "8:00"}, "Koniec musi być po początku."),
        ({"opens": "rano"}, "Podaj godzinę, na przykład 9:00."),
        ({"often": "month"}, "Zaznacz, które to dni w miesiącu."),
        ({"last_day": "2025-01-01"}, "Ostatni dzień musi być po pierwszym."),
        ({"first_day": ""}, "Podaj pełną datę"),
        ({"by": "rule", "rrule": "co wtorek"}, "To nie jest reguła."),
        ({"by": "rule", "rrule": "FREQ=SECONDLY"}, "Reguła zaczyna się od"),
        ({"by": "rule", "rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31"}, "nie wypada ani jeden dzień"),
    ],
)
async def test_wrong_hours_are_said_and_stay_typed(
    client: httpx2.AsyncClient, wrong: dict[str, Any], sentence: str
) -> None:
    visitor = await desk(client)
    row = await people.resource()
    right = {"days": ["1"], "opens": "9:00", "closes": "15:00", "often": "week", "first_day": "2026-01-01",
             "by": "plain", "note": "po telefonie"}  # fmt: skip
    await visitor.open(f"/desk/resources/{row.id}/hours/new")
    page = await visitor.send("/hours/new", **right | wrong)
    assert visitor.page.status_code == 422
    assert sentence in page and "po telefonie" in page
    assert await database.fetchval("SELECT count(*) FROM opening_hours") == 0


async def test_hours_changed_meanwhile_are_shown_beside_the_typed_ones(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    row = await people.resource()
    await visitor.open(f"/desk/resources/{row.id}/hours/new")
    await visitor.send("/hours/new", days=["1"], opens="9:00", closes="15:00", often="week", first_day="2026-01-01")
    line = await database.fetchval("SELECT id FROM opening_hours")
    await visitor.open(f"/desk/resources/{row.id}/hours/{line}")
    await database.execute("UPDATE opening_hours SET closes = '16:00'")
    page = await visitor.send(f"/hours/{line}", closes="17:00")
    assert visitor.page.status_code == 409 and "Teraz zapisane: poniedziałki 9:00" in page
    await visitor.send(f"/hours/{line}", closes="17:00")
    assert str(await database.fetchval("SELECT closes FROM opening_hours")) == "17:00:00"


async def test_the_queue_says_whom_to_ring_and_one_press_takes_out(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    long_ago = clock.today(people.ZONE) - timedelta(days=181)
    row = await people.resource(name="Klub", contact_name="Jan Kowal", phone="+48600100200", verified_on=long_ago)
    assert "od ponad 180 dni" in await visitor.open("/desk/resources")
    page = await visitor.open("/desk/resources/stale")
    assert "Jan Kowal" in page and 'href="tel:+48600100200"' in page
    page = await visitor.send(f"/{row.id}/verify")
    assert "Wszystko sprawdzone" in page
    assert "od ponad 180 dni" not in await visitor.open("/desk/resources")


async def test_a_resource_is_closed_and_opened_again(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    row = await people.resource(name="Klub seniora")
    await visitor.open(f"/desk/resources/{row.id}")
    page = await visitor.send("/close", closed_on="31.02.2026")
    assert visitor.page.status_code == 422 and "Podaj pełną datę" in page
    page = await visitor.send("/close", closed_on="2026-10-01")
    assert "Zamknięty od 1 października 2026" in page
    assert "Klub seniora" not in await visitor.open("/desk/resources")
    assert "Klub seniora" in await visitor.open("/desk/resources?state=closed")
    await visitor.open(f"/desk/resources/{row.id}")
    assert "Zamknij zasób" in await visitor.send("/reopen")


async def test_a_place_is_mended_for_all_that_stand_there(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    place = await people.place(name="Dom")
    for name in ("Chór", "Kino"):
        await people.resource(name=name, place=place.id)
    page = await visitor.open(f"/desk/places/{place.id}/edit")
    assert "Chór" in page and "Kino" in page
    await database.execute("UPDATE place SET name = 'Dom kultury'")
    page = await visitor.send("/edit", accessibility=["lift"])
    assert visitor.page.status_code == 409 and "Teraz zapisane: Dom kultury" in page
    await visitor.send("/edit", name="Dom kultury", accessibility=["lift"])
    row = await database.fetchrow("SELECT name, accessibility, version FROM place")
    assert row and (row["name"], row["accessibility"]) == ("Dom kultury", ["lift"]) and row["version"] == 2


async def test_a_resource_of_nobody_is_absent(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    row = await people.resource()
    other = await people.resource()
    line = await database.fetchval(
        "INSERT INTO opening_hours (id, resource, rrule, opens, closes, first_day, note)"
        " VALUES (gen_random_uuid(), $1, 'FREQ=DAILY', '9:00', '10:00', $2, '') RETURNING id",
        other.id, date(2026, 1, 1),
    )  # fmt: skip
    for path in (f"/desk/resources/{line}", f"/desk/resources/{row.id}/hours/{line}", f"/desk/places/{line}/edit"):
        assert (await client.get(path)).status_code == 404
