"""The first sign-in of somebody of the staff in a real browser, narrow and wide, with and without scripts; staying."""

import os
import re

import pyotp
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, expect
from support import people

from volunteer_hub.access import links, passwords, rules
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.paths import bundled
from volunteer_hub.settings import Settings

EMAIL, PASSWORD = "hanna@centrum.example", "cztery zielone rowery w deszczu"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
PICTURES = os.environ.get("PICTURES", "")


async def examine(page: Page) -> None:
    """What every page owes: no axe violation, no sideways scroll."""
    found = await Axe().run(page, options=RULES)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    wider = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0, f"{page.url} scrolls sideways by {wider} px"
    if PICTURES:
        width = page.viewport_size["width"] if page.viewport_size else 0
        await page.screenshot(path=f"{PICTURES}/{page.url.rpartition('/')[2][:12]}-{width}.png", full_page=True)


async def window(browser: Browser, address: str, width: int, *, scripts: bool) -> BrowserContext:
    size = {"width": width, "height": 800}
    context = await browser.new_context(base_url=address, viewport=size, locale="pl-PL", java_script_enabled=scripts)
    context.set_default_timeout(10_000)
    return context


@pytest.mark.parametrize(("width", "scripts"), [(320, True), (1280, True), (320, False)])
async def test_first_sign_in(
    browser: Browser, server: str, own_address: Settings, width: int, *, scripts: bool
) -> None:
    await people.account(Role.COORDINATOR, email=EMAIL, name="Hanna Lis")
    link = await links.make(own_address, EMAIL)
    context = await window(browser, server, width, scripts=scripts)
    page = await context.new_page()

    async def look() -> None:
        if scripts:
            await examine(page)

    await page.goto(link or "")
    await look()
    await page.get_by_role("button", name="Zaloguj się").click()
    await page.get_by_label("Nowe hasło").fill("za krótkie")
    await page.get_by_role("button", name="Zapisz hasło").click()
    await expect(page.locator(".summary")).to_be_visible()
    await look()
    await page.get_by_label("Nowe hasło").fill(PASSWORD)
    await page.get_by_role("button", name="Zapisz hasło").click()
    await expect(page.get_by_role("heading", name="Połącz telefon")).to_be_visible()
    await look()
    key = (await page.locator("code").first.inner_text()).replace(" ", "")
    await page.get_by_label("Kod z aplikacji").fill(pyotp.TOTP(key).now())
    await page.get_by_role("button", name="Połącz").click()
    await expect(page.get_by_role("heading", name="Zapisz kody zapasowe")).to_be_visible()
    await look()
    assert await page.locator("li code").count() == rules.RECOVERY_CODES
    code = await page.locator("li code").first.inner_text()
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Pobierz plik z kodami").click()
    assert code in (await (await download.value).path()).read_text()
    await page.get_by_role("button", name="Kody są schowane").click()
    await expect(page).to_have_url(re.compile("/desk$"))
    await page.goto("/desk/account")
    await look()
    await expect(page.get_by_text("zostało 10")).to_be_visible()
    await page.get_by_role("button", name="Wyloguj się").click()
    await page.goto("/sign-in/password")
    await look()
    await page.get_by_label("E-mail").fill(EMAIL)
    await page.get_by_label("Hasło").fill(PASSWORD)
    await page.get_by_role("button", name="Dalej").click()
    await look()
    await page.get_by_label("Kod").fill(code)
    await page.get_by_role("button", name="Zaloguj się").click()
    await expect(page).to_have_url(re.compile("/desk$"))
    for path in ("/desk/account/email", "/desk/account/phone", "/desk/account/password", "/desk/account/proof"):
        await page.goto(path)
        await look()
    await context.close()


async def test_a_volunteers_account_fits_a_phone(browser: Browser, server: str) -> None:
    await people.account(Role.VOLUNTEER, phone="+48600500400")
    context = await window(browser, server, 320, scripts=True)
    page = await context.new_page()
    await page.goto("/sign-in")
    await examine(page)
    await page.locator("button[value=volunteer]").click()
    for path in ("/me/account", "/me/account/email", "/me/account/phone", "/me/account/proof", "/number"):
        await page.goto(path)
        await examine(page)
    await context.close()


async def test_an_unused_page_asks_in_time_and_one_press_stays(browser: Browser, server: str) -> None:
    row = await people.account(Role.COORDINATOR, email=EMAIL, password_hash=await passwords.hashed(PASSWORD))
    context = await window(browser, server, 320, scripts=True)
    page = await context.new_page()
    await page.clock.install()
    await page.goto("/sign-in")
    await page.get_by_role("button", name="Koordynacja").click()
    await page.goto("/desk/needs/new")
    await page.locator("input[name=title]").fill("Samotne wieczory")
    idle = int(rules.idle_limit(Role.COORDINATOR).total_seconds())
    after = idle - rules.WARNING_SECONDS - 60
    await page.clock.fast_forward((after - 5) * 1000)
    await expect(page.locator("#stay")).to_be_hidden()
    await page.clock.fast_forward(6_000)
    await expect(page.get_by_role("dialog")).to_be_visible()
    await expect(page.get_by_role("button", name="Zostaję")).to_be_focused()
    await page.clock.resume()
    await examine(page)
    await database.execute("UPDATE session SET seen_at = now() - interval '29 minutes'")
    await page.keyboard.press("Enter")
    await expect(page.locator("#stay")).to_be_hidden()
    await expect(page.locator("input[name=title]")).to_have_value("Samotne wieczory")
    fresh = "SELECT now() - seen_at < interval '1 minute' FROM session WHERE account = $1"
    assert await database.fetchval(fresh, row.id)
    await context.close()


def test_the_page_asks_three_minutes_before_the_end() -> None:
    """A session used within the last minute is not noted as such, so its end may come a minute sooner."""
    idle = int(rules.idle_limit(Role.COORDINATOR).total_seconds())
    after = re.search(r'data-after="(\d+)"', (bundled("templates") / "access/stay.html").read_text())
    assert after and int(after[1]) == idle - rules.WARNING_SECONDS - 60
    assert rules.WARNING_SECONDS >= 120
