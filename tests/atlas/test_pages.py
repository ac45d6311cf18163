"""The atlas over HTTP without JavaScript: the lists say what the pictures say, forms keep what was typed."""

import re
from html import unescape
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from support import people
from support.visitor import Visitor

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role


def rows(html: str) -> set[str]:
    """The first cell of every row of every table, as text."""
    found = re.findall(r'<th scope="row"[^>]*>(.*?)</th>', html, re.S)
    return {unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in found}


async def desk(client: httpx2.AsyncClient) -> Visitor:
    await people.signed_in(client)
    return Visitor(client)


async def small_town() -> dict[str, Any]:
    children, elders = await people.theme(slug="children"), await people.theme(slug="elders")
    centre, river = await people.area(name="Śródmieście"), await people.area(name="Zawiśle")
    hall = await people.place(area=centre.id)
    await people.resource(name="Świetlica „Promyk”", theme=children.id, place=hall.id)
    await people.resource(name="Klub seniora", theme=elders.id, place=hall.id)
    reading = await people.need(title="Nie ma kto czytać", theme=children.id, area=centre.id, urgency=3)
    await people.need(title="Daleko do lekarza", theme=elders.id, area=river.id, urgency=4, personal=True)
    return {"children": children, "centre": centre, "reading": reading}


@pytest.mark.parametrize("path", ["/map", "/desk/map", "/desk/needs", "/desk/resources"])
async def test_lists_narrow_to_a_theme_that_is_offered(client: httpx2.AsyncClient, path: str) -> None:
    visitor = await desk(client)
    await small_town()
    narrowed, whole = await visitor.open(f"{path}?theme=children"), await visitor.open(f"{path}?theme=nonsense")
    assert 'value="nonsense"' not in whole
    assert '<option value="children" selected>' in narrowed
    if path in ("/desk/needs", "/desk/map"):
        assert "Nie ma kto czytać" in narrowed and "Daleko do lekarza" not in narrowed and "Daleko do lekarza" in whole
    else:
        assert "Promyk" in narrowed and "Klub seniora" not in narrowed and "Klub seniora" in whole


async def test_needs_stand_by_urgency_and_narrow_by_state_and_district(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    found = await small_town()
    page = await visitor.open("/desk/needs")
    assert page.index("Daleko do lekarza") < page.index("Nie ma kto czytać")
    assert "Nie ma kto czytać" not in await visitor.open("/desk/needs?urgency=4")
    assert "Daleko do lekarza" not in await visitor.open(f"/desk/needs?area={found['centre'].slug}")
    assert rows(await visitor.open("/desk/needs?state=met")) == set()
    assert rows(await visitor.open("/desk/needs?state=' OR 1=1")) == rows(page)


async def test_a_new_need_is_written_down_and_stands_on_the_map(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    found = await small_town()
    await visitor.open("/desk/needs/new")
    page = await visitor.send(
        "/desk/needs/new", title=" Ciekną krany ", theme=found["children"].id, area=found["centre"].id, urgency=1,
        people=22, voiced_by="Rada osiedla", voiced_on="2026-11-02",
    )  # fmt: skip
    assert visitor.page.status_code == 200 and "Ciekną krany" in page and "Rada osiedla" in page
    assert "Zapisane" in page
    assert "Ciekną krany" in await visitor.open("/desk/map")
    assert await database.fetchval("SELECT NOT personal AND people = 22 FROM need WHERE title = 'Ciekną krany'")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": ""}, "Wypełnij to pole."),
        ({"title": "x" * 200}, "Ten tekst jest za długi"),
        ({"theme": ""}, "Wybierz temat."),
        ({"theme": str(uuid4())}, "Tego nie ma już na liście"),
        ({"area": "abc"}, "Wybierz osiedle."),
        ({"urgency": "5"}, "Wybierz, jak bardzo to pilne."),
        ({"people": "dużo"}, "Wpisz liczbę osób"),
        ({"people": "0"}, "Wpisz liczbę osób"),
        ({"voiced_on": "2999-01-01"}, "Ta data jest w przyszłości."),
        ({"voiced_on": "31.02.2026"}, "Podaj pełną datę"),
    ],
)
async def test_a_wrong_need_is_said_and_nothing_typed_is_lost(
    client: httpx2.AsyncClient, wrong: dict[str, str], sentence: str
) -> None:
    visitor = await desk(client)
    found = await small_town()
    right = {
        "title": "Ciekną krany", "theme": found["children"].id, "area": found["centre"].id, "urgency": "1",
        "people": "22", "voiced_by": "Rada „Zazamcze” & <b>", "voiced_on": "2026-11-02",
    }  # fmt: skip
    before = await database.fetchval("SELECT count(*) FROM need")
    await visitor.open("/desk/needs/new")
    page = await visitor.send("/desk/needs/new", **right | wrong)
    assert visitor.page.status_code == 422
    assert page.count(sentence) == 2 and "<title>Błąd:" in page
    assert "Rada „Zazamcze” &amp; &lt;b&gt;" in page
    assert await database.fetchval("SELECT count(*) FROM need") == before


async def test_a_need_changes_its_state_by_a_button(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    need = (await small_town())["reading"]
    await visitor.open(f"/desk/needs/{need.id}")
    page = await visitor.send("/state", {"state": "met"})
    assert "Zaspokojona" in page and visitor.page.status_code == 200
    assert await database.fetchval("SELECT state FROM need WHERE id = $1", need.id) == "met"
    await visitor.send("/state", {"state": "addressed"})
    assert visitor.page.status_code == 409
    await visitor.open(f"/desk/needs/{need.id}")
    await visitor.send("/state", {"state": "nonsense"})
    assert visitor.page.status_code == 422


async def test_a_hidden_resource_stays_at_the_desk(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    await people.resource(name="Prywatny numer", public=False)
    assert "Prywatny numer" in await visitor.open("/desk/resources")
    assert "Prywatny numer" not in await visitor.open("/map")


async def test_an_empty_town_says_what_to_do(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    assert "Mapa jest jeszcze pusta" in await visitor.open("/map")
    assert "nie ma jeszcze osiedli" in await visitor.open("/desk/map?list=areas")
    assert "Nie ma tu żadnej potrzeby" in await visitor.open("/desk/needs")
    assert "Nie ma tu żadnego zasobu" in await visitor.open("/desk/resources")


async def test_a_personal_need_is_the_coordinators_alone(client: httpx2.AsyncClient) -> None:
    need = await people.need(personal=True)
    await people.signed_in(client, Role.FACILITATOR)
    assert (await client.get(f"/desk/needs/{need.id}")).status_code == 403
    await people.signed_in(client)
    assert (await client.get(f"/desk/needs/{need.id}")).status_code == 200
    assert (await client.get(f"/desk/needs/{uuid4()}")).status_code == 404


async def test_names_of_themes_follow_the_language(client: httpx2.AsyncClient) -> None:
    await people.theme(slug="children", name_pl="Dzieci", name_en="Children", name_uk="Діти")
    for language, name in (("pl", "Dzieci"), ("en", "Children"), ("uk", "Діти")):
        assert f'<option value="children">{name}</option>' in (await client.get(f"/map?lang={language}")).text


async def test_scripts_of_the_map_are_loaded_by_map_pages_only(client: httpx2.AsyncClient) -> None:
    assert "leaflet" in (await client.get("/map")).text
    assert "leaflet" not in (await client.get("/groups")).text
