"""An outline pulled into shape on the map, with the mouse and by keyboard alone; and what fits on a phone."""

import re

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import BrowserContext, Page, expect
from support import people

from volunteer_hub.access.tables import Session
from volunteer_hub.kit import database, secret

READY = "#map[data-ready=yes]"


@pytest.fixture
async def desk(page: Page, context: BrowserContext, server: str) -> Page:
    token = secret.token()
    await people.save(Session(token_hash=secret.fingerprint(token), account=(await people.account()).id))
    await context.add_cookies([{"name": "session", "value": token, "url": server}])
    return page


async def text(page: Page) -> list[str]:
    return (await page.locator("#f-outline").input_value()).split("\n")


async def test_a_corner_is_moved_added_and_removed_by_keyboard_alone(desk: Page, server: str) -> None:
    row = await people.area(name="Zawiśle")
    await people.area(name="Rybnica", shape="[]", outline="[]")
    await desk.goto(f"{server}/desk/areas/{row.id}")
    await desk.locator(READY).wait_for()
    before = await text(desk)
    assert len(before) == 4
    await desk.locator("#map").focus()
    for _ in range(9):
        await desk.keyboard.press("Tab")
        if await desk.evaluate("document.activeElement.getAttribute('aria-label') === 'Punkt 1'"):
            break
    await desk.keyboard.press("ArrowUp")
    moved = await text(desk)
    assert moved[1:] == before[1:] and float(moved[0].split(",")[0]) > float(before[0].split(",")[0])
    await expect(desk.get_by_role("button", name="Punkt 1", exact=True)).to_be_focused()
    await desk.get_by_role("button", name="Dodaj punkt za punktem 2").focus()
    await desk.keyboard.press("Enter")
    assert len(await text(desk)) == 5
    await desk.keyboard.press("Delete")
    assert await text(desk) == moved
    await desk.get_by_role("button", name="Cofnij").click()
    assert len(await text(desk)) == 5
    await desk.get_by_role("button", name="Zapisz osiedle").click()
    await expect(desk.get_by_text("Zapisane. Sprawdź")).to_be_visible()
    shape = await database.fetchval("SELECT shape -> 0 -> 0 FROM area WHERE id = $1", row.id)
    assert shape.count("[") == 7, "five corners and the first once more"


async def test_a_corner_is_dragged(desk: Page, server: str) -> None:
    row = await people.area()
    await desk.goto(f"{server}/desk/areas/{row.id}")
    await desk.locator(READY).wait_for()
    before = await text(desk)
    box = await desk.get_by_role("button", name="Punkt 3", exact=True).bounding_box()
    assert box
    await desk.mouse.move(box["x"] + 12, box["y"] + 12)
    await desk.mouse.down()
    await desk.mouse.move(box["x"] - 30, box["y"] + 40, steps=4)
    await desk.mouse.up()
    after = await text(desk)
    assert after[2] != before[2] and after[:2] + after[3:] == before[:2] + before[3:]


async def test_a_new_outline_is_clicked_on_the_map_and_typed_text_is_drawn(desk: Page, server: str) -> None:
    await people.area(name="Zawiśle")
    await desk.goto(f"{server}/desk/areas/new")
    await desk.locator(READY).wait_for()
    for x, y in ((40, 60), (200, 60), (120, 180)):
        await desk.locator("#map").click(position={"x": x, "y": y})
    drawn = await text(desk)
    assert len(drawn) == 3 and all(re.fullmatch(r"\d+\.\d+, \d+\.\d+", line) for line in drawn)
    await desk.locator("#f-outline").fill("52.6, 19.3\n52.6, 19.4\n52.7, 19.4\n52.7, 19.3")
    await desk.locator("#f-name").fill("Nowe")
    assert await desk.locator(".outline-own").count() == 1
    await desk.get_by_role("button", name="Zapisz osiedle").click()
    await expect(desk.get_by_text("Osiedle stoi na mapie.")).to_be_visible()


async def test_a_file_that_is_too_big_is_told_before_it_is_sent(desk: Page, server: str) -> None:
    await desk.goto(f"{server}/desk/areas/import")
    file = {"name": "a.geojson", "mimeType": "application/geo+json", "buffer": b" " * 20_000_001}
    await desk.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    await desk.get_by_role("button", name="Sprawdź plik").click()
    assert desk.url.endswith("/desk/areas/import")
    assert await desk.locator("input[type=file]").evaluate("one => one.validationMessage") == (
        "Ten plik jest za duży. Najwięcej: 20 MB."
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
async def test_nothing_sticks_out_and_everybody_can_use_it(desk: Page, server: str, width: int, scheme: str) -> None:
    row = await people.area(name="Zawiśle")
    theme = await people.theme(name_pl="Zdrowie", colour="#2f8f86", icon="hand", confidential=True)
    await people.theme(name_pl="Ruch", parent=theme.id)
    await desk.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    await desk.set_viewport_size({"width": width, "height": 800})
    for path in (
        "areas", f"areas/{row.id}", "areas/new", "areas/import", f"areas/{row.id}/removal", "areas/standing",
        "themes", f"themes/{theme.id}", f"themes/{theme.id}/disclosure",
    ):  # fmt: skip
        await desk.goto(f"{server}/desk/{path}")
        if path in (f"areas/{row.id}", "areas/new"):
            await desk.locator(READY).wait_for()
        root = desk.locator("html")
        assert await root.evaluate("e => e.scrollWidth <= e.clientWidth"), path
        found = await Axe().run(desk)
        assert found.violations_count == 0, (path, found.generate_report())
