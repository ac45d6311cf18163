"""Every page a person meets fits every screen from 320 to 1920 px, in three languages, light and dark."""

import pytest
from playwright.async_api import Browser

PUBLIC = (
    "/", "/volunteer", "/opportunities", "/groups", "/help", "/help/status", "/map", "/sign-in", "/guardian",
    "/privacy", "/accessibility",
    "/nothing",
)
DESK = (
    "/desk", "/desk/plan", "/desk/map", "/desk/needs", "/desk/needs/new", "/desk/resources", "/desk/initiatives",
    "/desk/people", "/desk/schools", "/desk/requests", "/desk/requests/new", "/desk/requests/moved",
    "/desk/messages", "/desk/messages/today", "/desk/messages/talks", "/desk/messages/costs", "/desk/reports",
    "/dev/phones",
)
WIDTHS = (320, 768, 1280, 1920)


@pytest.mark.parametrize(("language", "scheme"), [("pl", "light"), ("uk", "dark"), ("en", "light")])
async def test_pages_fit_every_screen(browser: Browser, town_server: str, language: str, scheme: str) -> None:
    context = await browser.new_context(base_url=town_server, color_scheme=scheme)
    context.set_default_timeout(15_000)
    page = await context.new_page()
    await page.goto(f"/sign-in?lang={language}")
    too_wide = []
    for path in (*PUBLIC, *DESK):
        if path == DESK[0]:
            await page.goto("/sign-in")
            await page.locator("button[value=coordinator]").click()
        await page.goto(path)
        assert await page.locator("html").get_attribute("lang") == language
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": 800})
            over = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if over > 0:
                too_wide.append((path, width, over))
    assert not too_wide
    await context.close()
