"""When somebody has time, in a real browser: every screen, axe, by the keyboard alone, by touch."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, expect

from volunteer_hub.kit import database

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
axe = Axe()


async def examine(page: Page, name: str) -> None:
    found = await axe.run(page, options=RULES)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    wider = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0, f"{page.url} scrolls sideways by {wider} px"
    if folder := os.environ.get("PICTURES"):
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


async def signed_in(context: BrowserContext, role: str) -> Page:
    context.set_default_timeout(15_000)
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.locator(f"button[value={role}]").click()
    await page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


async def volunteer_id() -> str:
    """The volunteer whom the demo signs in."""
    found = await database.fetchval(
        """SELECT v.id FROM volunteer v JOIN session s ON s.account = v.account ORDER BY s.created_at DESC LIMIT 1"""
    )
    assert found
    return str(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_fit_and_read(browser: Browser, town_server: str, scheme: str) -> None:
    context = await browser.new_context(base_url=town_server, color_scheme=scheme, locale="pl-PL")  # type: ignore[arg-type]
    page = await signed_in(context, "volunteer")
    who = await volunteer_id()
    for width in (320, 768, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        await page.goto("/me")
        await examine(page, f"me-{width}-{scheme}")
        await page.goto("/me/time")
        await page.get_by_role("button", name="Dodaj godziny").click()
        await page.get_by_label("Od", exact=True).last.fill("18:00")
        await page.get_by_label("Do", exact=True).last.fill("17:00")
        await page.get_by_role("button", name="Zapisz").click()
        await expect(page.get_by_role("alert")).to_be_visible()
        await page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
        await examine(page, f"time-{width}-{scheme}")
    await page.goto("/me/time")
    await page.get_by_role("button", name="Nie w tym miesiącu").click()
    await expect(page.get_by_role("button", name="Cofnij")).to_be_visible()
    await page.set_viewport_size({"width": 320, "height": 800})
    await examine(page, f"time-off-320-{scheme}")
    desk = await browser.new_context(base_url=town_server, color_scheme=scheme, locale="pl-PL")  # type: ignore[arg-type]
    page = await signed_in(desk, "coordinator")
    for width in (320, 768, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        await page.goto(f"/desk/people/{who}/time")
        await expect(page.get_by_role("heading", name="Zwykły tydzień")).to_be_visible()
        await examine(page, f"desk-time-{width}-{scheme}")
    await desk.close()
    await context.close()
