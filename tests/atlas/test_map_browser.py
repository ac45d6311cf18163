"""The picture in a real browser: by keyboard alone, under the strict CSP, with and without a tile server."""

import base64
import hashlib
import json
import re
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.async_playwright import Axe
from conftest import served
from playwright.async_api import BrowserContext, Locator, Page, Route, expect
from support import people

from volunteer_hub import app as application
from volunteer_hub.access.tables import Session
from volunteer_hub.kit import database, geo
from volunteer_hub.settings import Settings

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
READY = "#map[data-ready=yes]"
HERE = "document.activeElement"


@pytest.fixture
async def complaints(page: Page) -> list[str]:
    """What the browser complains of: errors of scripts, things the CSP stopped."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def square(south: float) -> str:
    north = south + 0.02
    return json.dumps(geo.shape_of([(south, 19.04), (south, 19.08), (north, 19.08), (north, 19.04)]))


@pytest.fixture
async def small_town(db: str) -> str:
    """Two districts: in one three needs at one point and one apart, in the other a resource. The apart one's id."""
    centre = await people.area(
        slug="srodmiescie", name="Śródmieście", outline=square(52.64), latitude=52.65, longitude=19.06,
    )  # fmt: skip
    river = await people.area(
        slug="zawisle", name="Zawiśle", outline=square(52.66), latitude=52.67, longitude=19.06,
    )  # fmt: skip
    for n in range(3):
        await people.need(title=f"Razem {n}", area=centre.id, latitude=52.655, longitude=19.07)
    apart = await people.need(
        title="Nie ma kto <b>czytać</b>", area=centre.id, latitude=52.645, longitude=19.045, urgency=3
    )
    place = await people.place(area=river.id, latitude=52.67, longitude=19.065)
    await people.resource(name="Świetlica „Promyk”", place=place.id)
    return str(apart.id)


@pytest.fixture
async def desk(page: Page, context: BrowserContext, server: str, small_town: str, complaints: list[str]) -> Page:
    """The desk's map, drawn, as a coordinator sees it."""
    hanna = await people.account()
    await people.save(Session(token_hash=hashlib.sha256(b"hanna").digest(), account=hanna.id))
    await context.add_cookies([{"name": "session", "value": "hanna", "url": server}])
    await page.goto(f"{server}/desk/map")
    await expect(page.locator(READY)).to_be_visible()
    return page


def pin(page: Page, name: str) -> Locator:
    return page.locator("#map").get_by_role("button", name=name)


async def tab_to(page: Page, words: str) -> None:
    """Presses Tab, from the map on, until what has the focus says `words`."""
    await page.locator("#map").focus()
    for _ in range(20):
        await page.keyboard.press("Tab")
        if words in await page.evaluate(f"{HERE}.textContent"):
            return
    raise AssertionError(f"the keyboard never came to {words!r}")


async def test_a_need_is_found_and_opened_by_keyboard(desk: Page, small_town: str, complaints: list[str]) -> None:
    await tab_to(desk, "Nie ma kto <b>czytać</b>")
    await desk.keyboard.press("Enter")
    link = desk.get_by_role("link", name="Zobacz szczegóły")
    await expect(link).to_be_focused()
    await expect(desk.locator(".map-popup")).to_contain_text("Pilne")
    assert await desk.locator(".map-popup b").inner_text() == "Nie ma kto <b>czytać</b>"
    await desk.keyboard.press("Escape")
    await expect(desk.locator(".map-popup")).to_have_count(0)
    assert "czytać" in await desk.evaluate(f"{HERE}.textContent")
    await desk.keyboard.press(" ")
    await expect(link).to_be_focused()
    await desk.keyboard.press("Enter")
    await expect(desk).to_have_url(re.compile(f"/desk/needs/{small_town}$"))
    assert complaints == []


async def test_needs_at_one_place_are_one_button_that_comes_apart(desk: Page, complaints: list[str]) -> None:
    await expect(pin(desk, "Potrzeby: 3. Pokaż z bliska")).to_have_count(1)
    for _ in range(8):  # nearer and nearer, then fanned out
        if await pin(desk, "Potrzeba: Razem 0").count():
            break
        await tab_to(desk, "Potrzeby: 3")
        await desk.keyboard.press("Enter")
        await desk.wait_for_timeout(450)  # the map's own animation
        assert await desk.evaluate(f"{HERE}.tagName") != "BODY"
    for n in range(3):
        await expect(pin(desk, f"Potrzeba: Razem {n}")).to_have_count(1)
    assert complaints == []


async def test_layers_are_switched_off_and_on(desk: Page) -> None:
    needs, resources = desk.locator("#map .pin-need"), desk.locator("#map .pin-resource")
    await expect(needs).to_have_count(2)
    await expect(desk.locator("#map .pin-gap").first).to_be_visible()
    await desk.get_by_label("Potrzeby (4)").focus()
    await desk.keyboard.press("Space")
    await expect(needs).to_have_count(0)
    await expect(resources).to_have_count(1)
    await desk.keyboard.press("Space")
    await expect(needs).to_have_count(2)
    await desk.get_by_label("Luki (4)").uncheck()
    await expect(desk.locator("#map.without-gap")).to_have_count(1)


async def test_districts_are_drawn_from_our_own_data(desk: Page, complaints: list[str]) -> None:
    await expect(desk.locator("#map path.district")).to_have_count(2)
    await expect(desk.locator("#map img")).to_have_count(0)
    await tab_to(desk, "Śródmieście")
    await desk.keyboard.press("Enter")
    await desk.keyboard.press("Enter")
    await expect(desk).to_have_url(re.compile("#d-srodmiescie$"))
    await expect(desk.locator("#d-srodmiescie")).to_be_focused()
    assert complaints == []


async def test_the_public_map_shows_no_need(page: Page, server: str, small_town: str, complaints: list[str]) -> None:
    await page.goto(f"{server}/map")
    await expect(page.locator(READY)).to_be_visible()
    await expect(page.locator("#map .pin-need")).to_have_count(0)
    await pin(page, "Zasób: Świetlica „Promyk”").press("Enter")
    await expect(page.locator(".map-popup a")).to_have_text("Zobacz na liście")
    await page.locator(".map-popup a").press("Enter")
    await expect(page.locator("li:target")).to_contain_text("Promyk")
    await expect(pin(page, "Śródmieście")).to_contain_text("mniej niż 10 osób")
    assert complaints == []


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
async def test_the_map_has_no_accessibility_fault_and_fits(desk: Page, width: int, scheme: str) -> None:
    await desk.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    await desk.set_viewport_size({"width": width, "height": 800})
    result = await Axe().run(desk, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    assert result.violations_count == 0, result.generate_report()
    assert await desk.evaluate("document.documentElement.scrollWidth") <= width


async def test_without_javascript_the_list_stands_alone(page: Page, server: str, small_town: str) -> None:
    assert page.context.browser
    plain = await page.context.browser.new_context(java_script_enabled=False)
    reader = await plain.new_page()
    await reader.goto(f"{server}/map")
    await expect(reader.get_by_role("row", name="Śródmieście")).to_be_visible()
    await expect(reader.get_by_role("heading", name="Świetlica „Promyk”")).to_be_visible()
    await expect(reader.locator("#map")).to_be_hidden()
    await plain.close()


async def test_when_the_data_does_not_come_the_page_says_so(page: Page, server: str, small_town: str) -> None:
    await page.route("**/map.geojson*", lambda route: route.abort())
    await page.goto(f"{server}/map")
    await expect(page.locator("#map")).to_contain_text("Wszystko, co na niej jest, stoi na liście.")


@pytest.fixture
async def tiled(db: str, own_address: Settings) -> AsyncIterator[str]:
    """A server whose settings name a tile server: this very machine, where there are no tiles."""
    tiles = {"tile_url": f"{own_address.public_url}/tiles/{{z}}/{{x}}/{{y}}.png", "tile_attribution": "© Kartografowie"}
    settings = own_address.model_copy(update=tiles)
    async with served(application.create(settings), urlsplit(own_address.public_url).port or 0) as address:
        yield address


async def test_tiles_are_shown_with_whom_they_are_owed_to(
    page: Page, tiled: str, small_town: str, complaints: list[str]
) -> None:
    async def answer(route: Route) -> None:
        await route.fulfill(body=PIXEL, content_type="image/png")

    await page.route("**/tiles/**", answer)
    await page.goto(f"{tiled}/map")
    await expect(page.locator("#map .leaflet-tile-loaded").first).to_be_attached()
    await expect(page.locator("#map.with-tiles")).to_contain_text("© Kartografowie")
    assert complaints == []


async def test_tiles_that_do_not_come_are_given_up(page: Page, tiled: str, small_town: str) -> None:
    await page.goto(f"{tiled}/map")
    await expect(page.locator(READY)).to_be_visible()
    await expect(page.locator("#map .leaflet-tile")).to_have_count(0)
    await expect(page.locator("#map.with-tiles")).to_have_count(0)
    await expect(page.locator("#map path.district")).to_have_count(2)


async def test_control_what_the_csp_stops_is_heard(page: Page, server: str, complaints: list[str]) -> None:
    await page.goto(f"{server}/map")
    await page.evaluate("document.body.append(Object.assign(document.createElement('style'), {textContent: 'b{}'}))")
    await expect(page.locator("style")).to_have_count(1)
    assert any("Content Security Policy" in words for words in complaints)


async def test_an_empty_town_draws_a_map_too(page: Page, server: str, complaints: list[str]) -> None:
    assert await database.fetchval("SELECT count(*) FROM area") == 0
    await page.goto(f"{server}/map")
    await expect(page.locator(READY)).to_be_visible()
    assert complaints == []
