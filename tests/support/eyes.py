"""A browser at our pages: opened and signed in with the demo's buttons, each page examined and, if asked, pictured."""

import os
from pathlib import Path

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
axe = Axe()


async def examine(page: Page, name: str) -> None:
    """What every page owes: no axe violation, no sideways scroll. Needs scripts: without them axe waits for ever.

    With PICTURES set to a folder the page is kept there as `name`.png.
    """
    found = await axe.run(page, options=RULES)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    wider = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0, f"{page.url} scrolls sideways by {wider} px"
    if folder := os.environ.get("PICTURES"):
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


async def opened(
    browser: Browser, address: str, role: str = "coordinator", width: int = 1280, height: int = 900, **options: object
) -> Page:
    """A page of a new Polish browser, signed in as `role`. `options` are those of a browser context."""
    size = {"width": width, "height": height}
    context = await browser.new_context(
        base_url=address, locale="pl-PL", viewport=size, **options  # type: ignore[arg-type]
    )  # fmt: skip
    context.set_default_timeout(15_000)
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.locator(f"button[value={role}]").click()
    await page.wait_for_url(lambda url: "/sign-in" not in url)
    return page
