"""A page at the desk as a test walks it: by the keyboard alone, looked at by axe on a phone and in the dark."""

import os
from pathlib import Path

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

axe = Axe()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


async def owes(page: Page, name: str) -> None:
    """No axe violation and no sideways scroll, from 320 px on, in light and dark."""
    for width, scheme in ((320, "light"), (1280, "dark"), (1280, "light")):
        await page.set_viewport_size({"width": width, "height": 900})
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        if folder := os.environ.get("PICTURES"):
            await page.screenshot(path=Path(folder) / f"{name}-{width}-{scheme}.png", full_page=True)
        found = await axe.run(page, options=RULES)
        assert not found.response["violations"], (name, width, found.generate_report())
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)


async def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until what `selector` names has the focus."""
    for _ in range(200):
        await page.keyboard.press("Tab")
        if await page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


async def focused(page: Page, selector: str) -> bool:
    """Whether what `selector` names has the focus now."""
    found: bool = await page.evaluate("selector => document.activeElement.matches(selector)", selector)
    return found


async def follow_the_summary(page: Page, field: str) -> None:
    """The summary of what is wrong has the focus; the next link leads into the field that is wrong."""
    await expect(page.locator(".summary")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(field)).to_be_focused()


async def coordinators_page(browser: Browser, server: str) -> Page:
    """Signed in as the coordinator of the demo town. Without motion: a button on its way from light to dark is of
    neither contrast."""
    context = await browser.new_context(base_url=server, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.locator("button[value=coordinator]").click()
    return page
