"""The centre's office in a browser: accounts, log and break-glass, on the narrowest phone and a desk, also with an
error on the page; by the keyboard alone; and without JavaScript."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from volunteer_hub.kit import database

axe = Axe()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
REASON = "Osoba w kryzysie, prowadząca grupę jest na urlopie."


async def entered(browser: Browser, address: str, role: str, **more: object) -> Page:
    context = await browser.new_context(base_url=address, **more)  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.locator(f"button[value='{role}']").click()
    return page


async def examine(page: Page, keep: Path | None = None) -> None:
    """No axe violation and no sideways scroll, at 320 and at 1280 px."""
    for width in (320, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        found = await axe.run(page, options=RULES)
        assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
        wider = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wider <= 0, f"{page.url} scrolls sideways by {wider} px at {width}"
        if keep:
            name = re.sub(r"\W+", "-", await page.title())
            await page.screenshot(path=keep / f"{name}-{width}.png", full_page=True)


async def account_of(email: str) -> str:
    return f"/desk/settings/accounts/{await database.fetchval('SELECT id FROM account WHERE email = $1', email)}"


async def test_every_page_of_the_office(browser: Browser, town_server: str) -> None:
    page = await entered(browser, town_server, "administrator")
    hanna = await account_of("hanna@centrum.example")
    for path in ("/desk/settings", hanna, "/desk/log", "/desk/log?first=x&account=y", "/desk/break-glass"):
        await page.goto(path)
        await examine(page)
    await page.goto("/desk/settings")
    await page.get_by_role("button", name="Wyślij zaproszenie").click()
    await examine(page)
    await page.goto(hanna)
    await page.get_by_role("button", name="Zamknij konto").click()
    await expect(page.get_by_role("alert")).to_contain_text("Wybierz, kto przejmie pracę.")
    await examine(page)
    await page.context.close()


async def test_two_coordinators_and_the_keyboard_alone(browser: Browser, town_server: str) -> None:
    """Tab, letters, arrows and Enter ask for a break-glass; a colleague allows it; the officer sees that it was."""
    first = await entered(browser, town_server, "coordinator:second")
    second = await entered(browser, town_server, "coordinator")
    await first.goto("/desk/break-glass/new")
    await examine(first)
    await first.get_by_label("Czego dotyczy").focus()
    for _ in range(2):  # about the first group the town's colleague has asked already
        await first.keyboard.press("ArrowDown")
    await first.keyboard.press("Tab")
    await first.keyboard.type("krótko")
    await first.keyboard.press("Tab")
    await first.keyboard.press("Enter")
    await expect(first.locator(".summary")).to_be_focused()
    await examine(first)
    await first.get_by_role("alert").get_by_role("link").focus()
    await first.keyboard.press("Enter")
    await expect(first.get_by_label("Dlaczego to potrzebne")).to_be_focused()
    await first.keyboard.press("Control+A")
    await first.keyboard.type(REASON)
    await first.keyboard.press("Tab")
    await first.keyboard.press("Enter")
    await expect(first.get_by_text("czeka na zgodę")).to_have_count(2)
    await second.goto("/desk/break-glass")
    await examine(second)
    mine = second.locator("section").filter(has_text=REASON)
    await mine.get_by_role("button", name=re.compile("Zgadzam się")).focus()
    await second.keyboard.press("Enter")
    await expect(second.get_by_text("Wgląd działa 8 godzin")).to_be_visible()
    officer = await entered(browser, town_server, "protection-officer")
    await officer.goto("/desk/break-glass")
    await expect(officer.get_by_text(REASON)).to_be_visible()
    await examine(officer)
    await officer.goto("/desk/log?verb=break-glass.approve")
    await expect(officer.get_by_role("table")).to_contain_text("zgoda na wgląd")
    for one in (first, second, officer):
        await one.context.close()


@pytest.mark.parametrize("width", [320])
async def test_an_account_is_opened_moved_and_closed_without_javascript(
    browser: Browser, town_server: str, width: int
) -> None:
    page = await entered(
        browser, town_server, "administrator", java_script_enabled=False, viewport={"width": width, "height": 700}
    )
    await page.goto("/desk/settings")
    await page.get_by_label("Imię i nazwisko").fill("Jan Nowy")
    await page.get_by_label("E-mail").fill("jan.nowy@centrum.example")
    await page.get_by_label("Rola").select_option("facilitator")
    await page.get_by_role("button", name="Wyślij zaproszenie").click()
    await expect(page.get_by_text("Zaproszenie wysłane na jan.nowy@centrum.example")).to_be_visible()
    await page.get_by_role("link", name="Jan Nowy").click()
    await page.get_by_label("Nowa rola").select_option("coordinator")
    await page.get_by_role("button", name="Zmień rolę").click()
    await expect(page.get_by_text("Rola zmieniona")).to_be_visible()
    await page.goto(await account_of("hanna@centrum.example"))
    await page.get_by_label("Kto przejmie pracę po tej osobie").select_option(label="Jan Nowy (koordynacja)")
    await page.get_by_role("button", name="Zamknij konto").click()
    await expect(page.get_by_text("Konto zamknięte.")).to_be_visible()
    heir = await database.fetchval("SELECT id FROM account WHERE email = 'jan.nowy@centrum.example'")
    assert await database.fetchval("SELECT count(*) FROM initiative WHERE coordinator = $1", heir) > 0
    await page.context.close()
