"""Walks over the maps in a real browser: by keyboard, on a phone, without scripts, in a frame, with many points."""

import hashlib
import re
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.async_playwright import Axe
from conftest import served
from playwright.async_api import Browser, BrowserContext, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from support import people
from support.processes import free_port

from volunteer_hub import app as application
from volunteer_hub.access.tables import Session
from volunteer_hub.atlas.tables import AreaYear
from volunteer_hub.kit import database, geo
from volunteer_hub.kit.actor import Role
from volunteer_hub.settings import Settings

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
READY = "#map[data-ready=yes]"
HERE = "document.activeElement"


def drawn(south: float, west: float = 19.04) -> dict[str, object]:
    corners = [(south, west), (south, west + 0.04), (south + 0.02, west + 0.04), (south + 0.02, west)]
    shape = geo.shape_of(corners)
    text = str(shape)
    return {"shape": text, "outline": text, "km2": geo.km2(shape), "latitude": south + 0.01, "longitude": west + 0.02}


@pytest.fixture
async def town(db: str) -> dict[str, str]:
    """Two districts; a small gap and the worst one, a need that is helped, and who helps."""
    centre = await people.area(slug="srodmiescie", name="Śródmieście", **drawn(52.64))
    river = await people.area(slug="zawisle", name="Zawiśle", **drawn(52.66))
    await people.save(AreaYear(area=centre.id, year=2025, residents=20_000, assisted=800))
    lonely = await people.theme(slug="lonely", name_pl="Samotność", name_en="Loneliness", name_uk="Самотність")
    near = {"area": centre.id, "theme": lonely.id}
    small = await people.need(title="Cieknie dach", **near, latitude=52.651, longitude=19.05, urgency=1, people=2)
    worst = await people.need(title="Samotne wieczory", **near, latitude=52.645, longitude=19.07, urgency=4, people=90)
    far = {"area": river.id, "theme": lonely.id, "latitude": 52.675, "longitude": 19.07}
    await people.need(title="Brak korepetycji", **far, urgency=2, people=5)
    place = await people.place(area=river.id, latitude=52.67, longitude=19.065)
    await people.resource(name="Świetlica „Promyk”", place=place.id)
    return {"worst": str(worst.id), "small": str(small.id)}


async def sign_in(context: BrowserContext, address: str, role: Role = Role.COORDINATOR) -> None:
    row = await people.account(role)
    await people.save(Session(token_hash=hashlib.sha256(role.encode()).digest(), account=row.id))
    await context.add_cookies([{"name": "session", "value": role.value, "url": address}])


@pytest.fixture
async def desk(page: Page, context: BrowserContext, server: str, town: dict[str, str]) -> Page:
    await sign_in(context, server)
    await page.goto(f"{server}/desk/map")
    await expect(page.locator(READY)).to_be_visible()
    return page


async def tab_to(page: Page, words: str, most: int = 80) -> None:
    for _ in range(most):
        await page.keyboard.press("Tab")
        if words in await page.evaluate(f"{HERE}.textContent"):
            return
    raise AssertionError(f"the keyboard never came to {words!r}")


async def test_the_keyboard_passes_the_map_in_one_step(desk: Page) -> None:
    for address, listed in (("/desk/map", "found-tabs"), ("/map", "districts")):
        await desk.goto(urlsplit(desk.url)._replace(path=address).geturl())
        await expect(desk.locator(READY)).to_be_visible()
        await tab_to(desk, "Pomiń mapę, przejdź do listy")
        assert await desk.evaluate(f"document.querySelector('#picture a, #picture input') === {HERE}")
        await desk.keyboard.press("Enter")
        assert await desk.evaluate(f"{HERE}.id") == listed


async def test_the_worst_gap_becomes_an_initiative_by_keyboard_alone(desk: Page, town: dict[str, str]) -> None:
    first = desk.locator(".found-needs tbody tr").first
    await expect(first).to_contain_text("Samotne wieczory")
    await expect(first).to_contain_text("Nikt nie pomaga w tym temacie")
    await tab_to(desk, "Zacznij inicjatywę: Samotne wieczory")
    await desk.keyboard.press("Enter")
    await expect(desk).to_have_url(re.compile(f"/desk/initiatives/new\\?need={town['worst']}"))
    await expect(desk.locator("main")).to_contain_text("Samotne wieczory")
    await desk.locator("#f-name").focus()
    await desk.keyboard.type("Wieczory razem")
    await desk.locator("form[action*=initiatives] input[type=radio]").first.focus()
    await desk.keyboard.press("Space")
    await desk.keyboard.press("Enter")
    await expect(desk).to_have_url(re.compile("/desk/initiatives/[0-9a-f-]{36}$"))
    assert await database.fetchval("SELECT count(*) FROM need_met WHERE need = $1::uuid", town["worst"]) == 1


async def test_the_worst_gap_becomes_an_initiative_on_a_phone(
    browser: Browser, server: str, town: dict[str, str]
) -> None:
    phone = await browser.new_context(viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True)
    await sign_in(phone, server)
    page = await phone.new_page()
    await page.goto(f"{server}/desk/map")
    await expect(page.locator(READY)).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    await page.locator("#map .pin-need").first.tap()
    await page.get_by_role("link", name=re.compile("^Zacznij inicjatywę.*Samotne wieczory")).tap()
    await expect(page).to_have_url(re.compile(f"new\\?need={town['worst']}"))
    await page.locator("#f-name").fill("Wieczory razem")
    await page.locator("form[action*=initiatives] label.choice").first.tap()
    await page.locator("form[action*=initiatives] button.main").tap()
    await expect(page).to_have_url(re.compile("/desk/initiatives/[0-9a-f-]{36}$"))
    await phone.close()


async def test_without_scripts_the_drawing_and_the_list_do_the_same(
    browser: Browser, server: str, town: dict[str, str]
) -> None:
    plain = await browser.new_context(java_script_enabled=False, locale="pl-PL")
    await sign_in(plain, server)
    page = await plain.new_page()
    await page.goto(f"{server}/desk/map")
    await expect(page.get_by_role("img", name="Mapa zasobów i potrzeb")).to_be_visible()
    await expect(page.locator("#map")).to_be_hidden()
    await page.locator("#f-q").fill("wieczory")
    await page.get_by_role("button", name="Pokaż").click()
    await expect(page).to_have_url(re.compile("q=wieczory"))
    await expect(page.locator(".found-needs tbody tr")).to_have_count(1)
    await page.get_by_role("link", name="Na mapie: Samotne wieczory").click()
    await expect(page.locator(".drawing .chosen .ring")).to_be_visible()
    await page.get_by_role("link", name=re.compile("^Zacznij inicjatywę")).click()
    await expect(page).to_have_url(re.compile(f"need={town['worst']}"))
    await plain.close()


async def test_the_list_chooses_on_the_map_and_the_map_on_the_list(desk: Page, town: dict[str, str]) -> None:
    await desk.get_by_role("link", name="Na mapie: Cieknie dach").press("Enter")
    await expect(desk.locator("#map .chosen-ring")).to_be_visible()
    await expect(desk.locator("#notice")).to_have_text("Na mapie: Cieknie dach")
    await expect(desk.locator(f"#row-need-{town['small']}.picked")).to_be_visible()
    pin = desk.locator("#map").get_by_role("button", name="Potrzeba: Cieknie dach")
    await pin.press("Enter")
    await desk.get_by_role("link", name="Zobacz na liście").press("Enter")
    await expect(desk.locator(f"#row-need-{town['small']}")).to_be_focused()
    await desk.get_by_role("link", name=re.compile("^Zasoby ")).press("Enter")
    await expect(desk.locator(".found-resources")).to_be_visible()
    await expect(desk).to_have_url(re.compile("list=resources"))
    await pin.press("Enter")
    await desk.get_by_role("link", name="Zobacz na liście").press("Enter")
    await expect(desk.locator("#found .chosen")).to_be_focused()
    await expect(desk.locator("#found .chosen")).to_contain_text("Cieknie dach")
    await expect(desk).to_have_url(re.compile(f"show=need-{town['small']}"))


async def test_filters_narrow_list_map_and_legend_and_the_focus_stays(desk: Page) -> None:
    await expect(desk.locator("#map .pin-need")).to_have_count(3)
    await desk.locator("#f-area").focus()
    await desk.locator("#f-area").select_option("zawisle")
    await expect(desk.locator(".found-needs tbody tr")).to_have_count(1)
    await expect(desk).to_have_url(re.compile("area=zawisle"))
    await expect(desk.locator("#map .pin-need")).to_have_count(1)
    await expect(desk.locator("#legend .swatches li")).to_have_count(2)
    assert await desk.evaluate(f"{HERE}.id") == "f-area"
    await desk.go_back()
    await expect(desk.locator(".found-needs tbody tr")).to_have_count(3)


async def test_one_adds_where_one_clicks_and_in_the_middle_by_keyboard(desk: Page) -> None:
    await desk.locator("#map").click(position={"x": 20, "y": 20})
    need = desk.get_by_role("link", name="Dodaj potrzebę w tym miejscu")
    await expect(need).to_have_attribute("href", re.compile(r"^/desk/needs/new\?lat=52\.\d+&lon=19\.\d+$"))
    await desk.locator("#add-here").press("Enter")
    await expect(need).to_be_focused()
    await desk.keyboard.press("Escape")
    await expect(desk.locator("#add-here")).to_be_focused()


@pytest.mark.parametrize("language", ["pl", "en", "uk"])
@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
async def test_no_map_has_an_accessibility_fault(
    page: Page, context: BrowserContext, server: str, town: dict[str, str], language: str, width: int, scheme: str
) -> None:
    await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    await page.set_viewport_size({"width": width, "height": 800})
    for role, path in (
        (Role.COORDINATOR, "/desk/map?list=areas&colour=rate"),
        (Role.COORDINATOR, "/desk/map"),
        (Role.VOLUNTEER, "/me/map"),
        (None, "/map"),
        (None, "/map/embed"),
    ):
        await context.clear_cookies()
        if role:
            await database.execute("DELETE FROM session")
            await sign_in(context, server, role)
        await page.goto(f"{server}{path}{'&' if '?' in path else '?'}lang={language}")
        await expect(page.locator(READY)).to_be_visible()
        result = await Axe().run(page, options={"runOnly": RULES})
        assert result.violations_count == 0, f"{path}: {result.generate_report()}"
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, path


def site(address: str) -> Starlette:
    """Another site that shows the town's map in a frame."""

    async def page(_request: Request) -> HTMLResponse:
        return HTMLResponse(f'<!doctype html><title>Miasto</title><iframe src="{address}" width="900" height="900">')

    return Starlette(routes=[Route("/", page)])


@pytest.fixture
async def town_site(db: str, own_address: Settings) -> AsyncIterator[tuple[str, str]]:
    """The hub, and the address of a site that it lets show its map."""
    allowed = f"http://127.0.0.1:{free_port()}"
    settings = own_address.model_copy(update={"embed_origins": (allowed,)})
    async with served(application.create(settings), urlsplit(own_address.public_url).port or 0) as hub:
        yield hub, allowed


async def test_the_towns_site_shows_the_map_and_another_does_not(
    page: Page, context: BrowserContext, town_site: tuple[str, str], town: dict[str, str]
) -> None:
    hub, allowed = town_site
    async with served(site(f"{hub}/map/embed"), urlsplit(allowed).port or 0):
        await page.goto(allowed)
        frame = page.frame_locator("iframe")
        await expect(frame.locator(READY)).to_be_visible()
        await expect(frame.locator("#map .pin-resource")).to_have_count(1)
        whole = frame.get_by_role("link", name="Otwórz w pełnym oknie")
        await expect(whole).to_have_attribute("target", "_blank")
        assert await context.cookies() == []
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    async with served(site(f"{hub}/map/embed")) as other, served(site(f"{hub}/map"), urlsplit(allowed).port or 0):
        for address in (other, allowed):
            await page.goto(address)
            await expect(page.frame_locator("iframe").locator("#map, main")).to_have_count(0)
    assert len([words for words in refused if "frame-ancestors" in words or "X-Frame-Options" in words]) >= 2


async def test_ten_thousand_needs_are_drawn_and_moved_smoothly(
    page: Page, context: BrowserContext, server: str, town: dict[str, str]
) -> None:
    await database.execute(
        """INSERT INTO need (id, title, theme, area, latitude, longitude, urgency, voiced_on, state, created_at)
           SELECT gen_random_uuid(), 'Potrzeba ' || i, n.theme, n.area, 52.64 + (i * 7919 % 10007) / 250000.0,
                  19.04 + (i * 104729 % 10007) / 250000.0, 1 + i % 4, '2026-11-01', 'open', now()
           FROM need n, generate_series(1, 9997) i WHERE n.title = 'Cieknie dach'"""
    )
    await sign_in(context, server)
    await page.goto(f"{server}/desk/map?list=areas")
    await expect(page.locator(READY)).to_be_visible(timeout=20_000)
    counts = await page.locator("#map .pin-need b").all_inner_texts()
    assert sum(int(count or 1) for count in counts) == 10_000
    longest = await page.evaluate(
        """async () => {
            const box = document.getElementById("map"), gaps = []; let last = performance.now(), going = true;
            const tick = (now) => { gaps.push(now - last); last = now; if (going) requestAnimationFrame(tick); };
            requestAnimationFrame(tick);
            box.focus();
            for (const key of ["ArrowRight", "ArrowDown", "+", "ArrowLeft", "-"]) {
              box.dispatchEvent(new KeyboardEvent("keydown", { key, code: key, keyCode: { ArrowRight: 39, ArrowDown: 40,
                ArrowLeft: 37, "+": 187, "-": 189 }[key], bubbles: true }));
              await new Promise((done) => setTimeout(done, 400));
            }
            going = false;
            return Math.max(...gaps);
        }"""
    )
    # A frozen page would stand still for seconds; two cores that others use too draw no sixty frames.
    assert longest < 1000, f"{longest:.0f} ms without a frame"


async def test_from_afar_the_country_is_drawn_without_any_tile_server(desk: Page) -> None:
    assert await desk.locator("#map .land").count() == 0
    for _ in range(3):
        await desk.get_by_role("button", name="Oddal").press("Enter")
        await desk.wait_for_timeout(400)
    await expect(desk.locator("#map .land.home")).to_have_count(1)
    await expect(desk.locator("#map .town").filter(has_text="Włocławek")).to_have_count(1)
    await expect(desk.locator("#map")).to_contain_text("GeoNames, CC BY 4.0")
    await expect(desk.locator("#map .district")).to_have_count(2)


async def test_from_the_map_to_the_page_of_gaps_by_keyboard_alone(desk: Page, town: dict[str, str]) -> None:
    await tab_to(desk, "Luki według osiedli i tematów")
    await desk.keyboard.press("Enter")
    await expect(desk).to_have_url(re.compile("/desk/gaps"))
    await expect(desk.locator("main tbody tr").first).to_contain_text("Samotne wieczory")
    await tab_to(desk, "Zacznij inicjatywę: Samotne wieczory")
    await desk.keyboard.press("Enter")
    await expect(desk).to_have_url(re.compile(f"/desk/initiatives/new\\?need={town['worst']}"))
