"""The maps over HTTP without JavaScript: lists and drawings say the same, filters stay in the address, frames hold."""

import re
from datetime import date
from html import unescape
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from conftest import new_client
from support import people
from support.visitor import Visitor

from volunteer_hub import app as application
from volunteer_hub.atlas import map_lists
from volunteer_hub.atlas.rules import HelpSource
from volunteer_hub.atlas.tables import AreaYear, Help
from volunteer_hub.kit.actor import Role
from volunteer_hub.settings import BadSettings, load


def names(data: dict[str, Any], kind: str) -> set[str]:
    return {f["properties"]["name"] for f in data["features"] if f["properties"]["kind"] == kind}


def rows(html: str) -> list[str]:
    """The name in the first cell of every row of every table, as text."""
    found = re.findall(r'<th scope="row"[^>]*>(.*?)(?:<p|</th>)', html, re.S)
    return [unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in found]


async def desk(client: httpx2.AsyncClient) -> Visitor:
    await people.signed_in(client)
    return Visitor(client)


async def small_town() -> dict[str, Any]:
    children, elders = await people.theme(slug="children"), await people.theme(slug="elders")
    centre, river = await people.area(slug="srodmiescie", name="Śródmieście"), await people.area(name="Zawiśle")
    hall = await people.place(area=centre.id)
    await people.resource(name="Świetlica „Promyk”", theme=children.id, place=hall.id)
    await people.resource(name="Klub seniora", theme=elders.id, place=hall.id)
    reading = await people.need(title="Nie ma kto czytać", theme=children.id, area=centre.id, urgency=3, people=30)
    await people.need(title="Daleko do lekarza", theme=elders.id, area=river.id, urgency=4, personal=True)
    return {"children": children, "centre": centre, "river": river, "reading": reading}


async def test_the_public_list_says_what_the_picture_says(client: httpx2.AsyncClient) -> None:
    await small_town()
    page, data = (await client.get("/map")).text, (await client.get("/map.geojson")).json()
    points = (await client.get("/map/points")).json()
    assert set(rows(page)) == names(data, "district") == {"Śródmieście", "Zawiśle"}
    assert names(points, "resource") == {"Świetlica „Promyk”", "Klub seniora"}
    for feature in points["features"]:
        assert f'id="resource-{feature["properties"]["id"]}"' in page
    for feature in data["features"]:
        assert f'id="{feature["properties"]["url"].removeprefix("#")}"' in page
    assert "mniej niż 10" in page and "Nie ma kto czytać" not in page and "Daleko do lekarza" not in page


async def test_the_desk_list_says_what_the_picture_says(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    await small_town()
    points, areas = (await client.get("/desk/map/points")).json(), (await client.get("/desk/map.geojson")).json()
    assert set(rows(await visitor.open("/desk/map?list=needs"))) == names(points, "need")
    assert set(rows(await visitor.open("/desk/map?list=resources"))) == names(points, "resource")
    assert set(rows(await visitor.open("/desk/map?list=areas"))) == names(areas, "district")
    assert len(names(points, "need")) == len(names(points, "resource")) == len(names(areas, "district")) == 2


async def test_filters_stay_in_the_address_and_on_every_link(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    await small_town()
    page = await visitor.open("/desk/map?theme=children&urgency=2&q=czyta%C4%87&when=work-morning&colour=people&x=1")
    assert rows(page) == ["Nie ma kto czytać"]
    for value in ("children", "2", "work-morning", "people"):
        assert f'value="{value}" selected' in page
    for link in re.findall(r'href="(/desk/map\?[^"]*list=resources[^"]*)"', page):
        address = unescape(link)
        for part in ("theme=children", "urgency=2", "when=work-morning", "colour=people"):
            assert part in address
        assert "x=1" not in address
    assert 'data-query="theme=children' in page


async def test_the_list_has_pages_and_orders(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    area, theme = await people.area(), await people.theme()
    for n in range(map_lists.ON_A_PAGE + 3):
        await people.need(title=f"Potrzeba {n:02}", area=area.id, theme=theme.id, people=n + 1)
    first = await visitor.open("/desk/map?list=needs&order=people")
    assert rows(first)[0] == "Potrzeba 27" and len(rows(first)) == map_lists.ON_A_PAGE
    assert "Strona 1 z 2" in first and "page=2" in first
    second = await visitor.open("/desk/map?list=needs&order=people&page=2")
    assert rows(second) == ["Potrzeba 02", "Potrzeba 01", "Potrzeba 00"]
    assert rows(await visitor.open("/desk/map?list=needs&order=name&page=999999"))[-1] == "Potrzeba 27"
    assert rows(await visitor.open("/desk/map?list=needs&order=nonsense&page=-1"))


async def test_what_is_chosen_stands_above_the_list_and_orders_it_by_distance(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    far = await people.need(title="Daleko", latitude=52.70, longitude=19.10)
    await people.need(title="Blisko daleko", latitude=52.699, longitude=19.10)
    await people.need(title="Gdzie indziej", latitude=52.60, longitude=19.00, urgency=4)
    page = await visitor.open(f"/desk/map?list=needs&show=need-{far.id}")
    assert "Wybrane na mapie" in page and f'href="/desk/needs/{far.id}"' in page and 'class="mark chosen"' in page
    near = await visitor.open(f"/desk/map?list=needs&show=need-{far.id}&order=near")
    assert rows(near) == ["Daleko", "Blisko daleko", "Gdzie indziej"]
    resource = await people.resource(name="Klub seniora")
    assert "Klub seniora" in await visitor.open(f"/desk/map?list=needs&show=resource-{resource.id}")
    for nonsense in ("need-1", f"need-{resource.id}", "x", "", "area-1"):
        assert "Wybrane na mapie" not in await visitor.open(f"/desk/map?list=needs&show={nonsense}")


async def test_districts_are_coloured_as_asked_with_a_legend(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    town = await small_town()
    await people.save(AreaYear(area=town["centre"].id, year=2024, residents=900, assisted=90))
    await people.save(AreaYear(area=town["centre"].id, year=2025, residents=1000, assisted=120))
    page = await visitor.open("/desk/map?colour=rate&list=areas")
    assert "Potrzeby na 1000 mieszkańców" in page and "brak danych" in page
    assert 'class="district level-5"' in page and 'class="district level-0"' in page
    data = (await client.get("/desk/map.geojson?colour=assisted")).json()
    shades = {f["properties"]["name"]: (f["properties"]["level"], f["properties"]["note"]) for f in data["features"]}
    assert shades == {"Śródmieście": (5, "12 %"), "Zawiśle": (0, "brak danych")}


async def test_the_drawing_holds_what_the_list_holds(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    await small_town()
    page = await visitor.open("/desk/map")
    drawing = page[page.index('<svg class="drawing"') : page.index("</svg>", page.index('<svg class="drawing"'))]
    assert "<title" in drawing and "<desc" in drawing and "potrzeby: 2" in drawing
    assert drawing.count('<path class="district') == 2 and drawing.count('class="sign-need"') >= 1
    for name in ("Śródmieście", "Zawiśle"):
        assert f">{name}</text>" in drawing


async def test_the_list_of_needs_says_which_are_gaps(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    theme = await people.theme(slug="reading")
    helped = await people.need(title="Ktoś pomaga", theme=theme.id, people=3)
    hall = await people.place()
    at = {"theme": theme.id, "place": hall.id, "latitude": hall.latitude, "longitude": hall.longitude}
    await people.save(Help(source=HelpSource.RESOURCE, source_id=uuid4(), name="Klub", since=date(2020, 1, 1), **at))
    alone = await people.need(title="Nikt nie pomaga")
    page = await visitor.open("/desk/map?list=needs&order=name")
    listed = re.findall(r">(Ktoś pomaga|Nikt nie pomaga)</a>(.*?)</tr>", page, re.S)
    said = {title: "Luka</span>" in row for title, row in listed}
    points = (await client.get("/desk/map/points")).json()["features"]
    shown = {f["properties"]["id"]: f["properties"].get("gap", False) for f in points}
    assert said == {"Ktoś pomaga": shown[str(helped.id)], "Nikt nie pomaga": shown[str(alone.id)]}
    assert said == {"Ktoś pomaga": False, "Nikt nie pomaga": True}


async def test_no_page_ships_all_of_a_large_town(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    area, theme, place = await people.area(), await people.theme(), await people.place()
    for n in range(60):
        await people.need(area=area.id, theme=theme.id, title=f"Potrzeba {n}")
        await people.resource(name=f"Zasób {n}", theme=theme.id, place=place.id)
    for path in ("/desk/map?list=needs", "/desk/map?list=resources"):
        assert len(rows(await visitor.open(path))) == map_lists.ON_A_PAGE
    assert (await visitor.open("/map")).count('id="resource-') == map_lists.ON_A_PAGE


async def test_public_filters_find_by_words_district_and_theme(client: httpx2.AsyncClient) -> None:
    visitor = Visitor(client)
    await small_town()
    await people.resource(name="Biblioteka")
    for query in ("q=promyk", "theme=children", "q=%C5%9Bwiet&area=srodmiescie"):
        page = await visitor.open(f"/map?{query}")
        assert "Promyk" in page and "Biblioteka" not in page and "Klub seniora" not in page
    assert "Nic tu nie pasuje" in await visitor.open("/map?q=zzz")


async def test_a_theme_under_an_open_one_that_is_confidential_finds_nothing_for_the_public(
    client: httpx2.AsyncClient,
) -> None:
    above = await people.theme(slug="health")
    secret = await people.theme(slug="secret", parent=above.id, confidential=True)
    await people.resource(name="Grupa we wtorki", theme=secret.id)
    assert "Grupa we wtorki" in (await client.get("/map")).text
    assert "Grupa we wtorki" not in (await client.get("/map?theme=health")).text
    assert (await client.get("/map/points?theme=health")).json()["features"] == []


FRAMED = "https://www.miasto.example"


async def test_only_the_embedded_map_may_be_framed_and_only_there(db: str) -> None:
    app = application.create(load({"HUB_MODE": "demo", "HUB_EMBED_ORIGINS": f"{FRAMED}, http://127.0.0.1:81"}))
    async with new_client(app) as client:
        embed = await client.get("/map/embed")
        assert f"frame-ancestors {FRAMED} http://127.0.0.1:81;" in embed.headers["content-security-policy"]
        assert "x-frame-options" not in embed.headers
        for path in ("/map", "/", "/help", "/map/points", "/map/embed/x", "/static/map.js", "/sign-in"):
            other = await client.get(path)
            assert "frame-ancestors 'none'" in other.headers["content-security-policy"], path
            assert other.headers["x-frame-options"] == "DENY", path


async def test_without_the_setting_nobody_may_frame_it(client: httpx2.AsyncClient) -> None:
    embed = await client.get("/map/embed")
    assert "frame-ancestors 'none'" in embed.headers["content-security-policy"]
    assert embed.headers["x-frame-options"] == "DENY"


async def test_the_embedded_map_knows_nobody(client: httpx2.AsyncClient) -> None:
    """No cookie is set, nothing leads to signing in, no form carries a mark; whoever is signed in sees the same."""
    await small_town()
    stranger = await client.get("/map/embed?lang=en")
    assert "set-cookie" not in stranger.headers
    await people.signed_in(client)
    known = await client.get("/map/embed?lang=en")
    assert known.text == stranger.text and "set-cookie" not in known.headers
    for word in ('href="/sign-in', 'name="csrf"', 'method="post"', "/dev/", "Hanna"):
        assert word not in known.text
    assert 'href="/map" target="_blank"' in known.text
    assert "Świetlica „Promyk”" in unescape(known.text)


@pytest.mark.parametrize("origin", ["miasto.example", "https://a.example/path", "*", "https://a.example; x", "data:"])
def test_an_origin_that_is_none_stops_the_start(origin: str) -> None:
    with pytest.raises(BadSettings, match="HUB_EMBED_ORIGINS"):
        load({"HUB_MODE": "demo", "HUB_EMBED_ORIGINS": origin})


async def test_the_volunteers_map_is_theirs_alone(client: httpx2.AsyncClient) -> None:
    await small_town()
    assert (await client.get("/me/map")).status_code == 303
    await people.signed_in(client)
    assert (await client.get("/me/map.geojson")).status_code == 403
    await people.signed_in(client, Role.VOLUNTEER)
    page = (await client.get("/me/map")).text
    assert "Nie ma kto czytać" in page and "Daleko do lekarza" not in page and "Pilne" in page and "Na dziś" in page
    assert "Nie ma kto czytać" not in (await client.get("/me/map?urgency=4")).text


async def test_paper_for_the_wall_says_what_the_public_may_know(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    town = await small_town()
    secret = await people.theme(name_pl="Tajemnica", confidential=True)
    await people.need(title="Kanarek", theme=secret.id, area=town["centre"].id, people=40)
    await people.save(AreaYear(area=town["centre"].id, year=2025, residents=2000, assisted=240))
    await people.save(AreaYear(area=town["river"].id, year=2025, residents=200, assisted=7))
    page = await visitor.open("/desk/map/print?paper=a3&colour=gaps")
    for word in ("Kanarek", "Tajemnica", "Nie ma kto czytać", "Daleko do lekarza", "sign-need", "Luki"):
        assert word not in page, word
    assert "30–39" in page and "mniej niż 10" in page and "3,5 %" not in page
    assert "12 %" not in page, "with the figure of the town the one would tell the other"
    await people.save(AreaYear(area=town["river"].id, year=2026, residents=200, assisted=17))
    assert "12 %" in await visitor.open("/desk/map/print?paper=a3&colour=assisted")
    assert 'class="paper paper-a3"' in page and "Świetlica „Promyk”" in unescape(page)


async def test_paper_for_the_team_says_all_and_that_it_is_not_for_the_wall(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    await small_town()
    page = await visitor.open("/desk/map/print?for=desk")
    for word in ("Nie wieszaj", "Daleko do lekarza", "Nie ma kto czytać", "Luki od najważniejszych", "sign-need"):
        assert word in page, word
    assert 'class="paper paper-a4"' in page
    assert "Daleko do lekarza" not in await visitor.open("/desk/map/print?for=desk&theme=children")


@pytest.mark.parametrize(
    "query",
    [
        "q=%00%ff'%22%25_\\&page=0", "page=99999999999999999999", "page=%D9%A1", "show=need-%F0%9F%98%80", "theme[]=1",
        "bbox=1e400,0,0,0&zoom=1e9", "bbox=19,52,20,53&zoom=-3", "zoom=999", "colour=drop&list=x&order=;",
        "for=&paper=",
        "urgency=-1&state=open%00&when=noc", "q=" + "%C5%BC" * 500,
    ],
)  # fmt: skip
async def test_no_address_breaks_a_map(client: httpx2.AsyncClient, query: str) -> None:
    await small_town()
    for role, paths in (
        (Role.COORDINATOR, ("/desk/map", "/desk/map.geojson", "/desk/map/points", "/desk/map/print")),
        (Role.VOLUNTEER, ("/me/map", "/me/map.geojson", "/map", "/map/embed", "/map.geojson", "/map/points")),
    ):
        await people.signed_in(client, role)
        for path in paths:
            assert (await client.get(f"{path}?{query}")).status_code == 200, path


async def test_everybody_reads_hours_and_contact_of_a_public_resource(client: httpx2.AsyncClient) -> None:
    await people.resource(name="Klub seniora", phone="+48600700800", for_whom="Dla osób po 60. roku życia")
    page = (await client.get("/map")).text
    assert "Dla osób po 60. roku życia" in page and 'href="tel:+48600700800"' in page
