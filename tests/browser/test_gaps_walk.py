"""From the worst gap to a project: by the keyboard alone in the list, and on a phone; every page at 320 px."""

import re

from browser.test_office import entered, examine
from playwright.async_api import Browser, Page, expect

from volunteer_hub.kit import database

NAME = "Dojazdy do lekarza"
BEGIN = re.compile("^Zacznij inicjatywę")


async def tab_to(page: Page, focused: str) -> None:
    """Tab until what `focused` selects has the focus; nobody presses it more than two hundred times."""
    for _ in range(200):
        await page.keyboard.press("Tab")
        if await page.locator(f"{focused}:focus").count():
            return
    raise AssertionError(f"Tab does not reach {focused} on {page.url}")


async def worst(page: Page) -> str:
    """The id of the need of the first gap on the list."""
    link = page.get_by_role("link", name=BEGIN).first
    return str(await link.get_attribute("href")).partition("need=")[2]


async def test_from_the_worst_gap_to_a_project_by_keyboard_alone(browser: Browser, town_server: str) -> None:
    page = await entered(browser, town_server, "coordinator", viewport={"width": 1280, "height": 900})
    await page.goto("/desk/gaps")
    need = await worst(page)
    await tab_to(page, f"a[href='/desk/initiatives/new?need={need}']")
    await page.keyboard.press("Enter")
    await tab_to(page, "[name=name]")
    await page.keyboard.type(NAME)
    await tab_to(page, "[name=kind]")
    await page.keyboard.press("Space")
    await tab_to(page, "main button.main")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    assert await database.fetchval("SELECT state FROM need WHERE id = $1::uuid", need) == "addressed"
    await page.goto("/desk/gaps")
    await expect(page.locator(f"a[href='/desk/needs/{need}']")).to_have_count(0)
    await page.context.close()


async def test_the_same_on_a_phone(browser: Browser, town_server: str) -> None:
    page = await entered(
        browser, town_server, "coordinator", viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True
    )
    await page.goto("/desk/gaps")
    need = await worst(page)
    await page.get_by_role("link", name=BEGIN).first.tap()
    await page.get_by_label("Nazwa", exact=True).fill(NAME)
    await page.get_by_text("Akcja jednorazowa").tap()
    await page.get_by_role("button", name="Zacznij inicjatywę").tap()
    await expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    assert await database.fetchval("SELECT state FROM need WHERE id = $1::uuid", need) == "addressed"
    await page.context.close()


async def test_every_page_of_gaps(browser: Browser, town_server: str) -> None:
    page = await entered(browser, town_server, "coordinator")
    need = await database.fetchval("SELECT id FROM need WHERE state = 'open' ORDER BY urgency DESC, id LIMIT 1")
    beside = [f"/desk/needs/{need}/{name}" for name in ("reach", "partner", "volunteers")]
    for path in ("/desk/gaps", "/desk/gaps?on=2026-01-01&km=0.5", "/desk/gaps?area=x&km=50", "/desk/capacity", *beside):
        await page.goto(path)
        await examine(page)
    await page.goto(beside[0])
    await page.locator("details summary").last.click()
    await page.get_by_role("button", name="Odpowiada na tę potrzebę").last.click()
    await expect(page.get_by_role("alert")).to_contain_text("Wybierz zasób z listy.")
    await examine(page)
    await page.context.close()
