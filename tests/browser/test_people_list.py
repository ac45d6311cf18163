"""The list of people in a browser: found, ticked and written to by the keyboard alone, merged, and looked at by axe.

The same without JavaScript is walked over HTTP in tests/intake/test_bulk.py and test_merging.py.
"""

import os
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page
from support import people

from volunteer_hub.kit import database
from volunteer_hub.people.rules import Step

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


@pytest.fixture
async def coordinators_page(browser: Browser, town_server: str) -> Page:
    # Without motion: a button on its way from light to dark is of neither contrast.
    context = await browser.new_context(base_url=town_server, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.locator("button[value=coordinator]").click()
    return page


async def test_from_the_list_to_a_message_by_the_keyboard_alone(coordinators_page: Page) -> None:
    page = coordinators_page
    await page.goto("/desk/people")
    await owes(page, "people")
    await tab_to(page, "input[name=q]")
    await page.keyboard.type("ow")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**q=ow**")
    await owes(page, "people-found")
    await tab_to(page, "tbody input[name=id]")
    await page.keyboard.press("Space")
    await tab_to(page, "form[action='/desk/people/chosen'] button")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/chosen**")
    await owes(page, "chosen")
    await tab_to(page, "form[action='/desk/messages/bulk'] button")
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="Napisz do 1 osoby").wait_for()


async def test_nobody_found_and_kept_views(coordinators_page: Page) -> None:
    page = coordinators_page
    await page.goto("/desk/people?q=ow&step=active&tag=brak")
    await owes(page, "people-nobody")
    await page.goto("/desk/people?step=active&skill=reading&order=waits")
    await page.get_by_text("Zapisz ten widok").click()
    await page.get_by_label("Nazwa widoku").fill("Czytający")
    await page.get_by_role("button", name="Zapisz widok").click()
    await page.get_by_role("link", name="Czytający").wait_for()
    await owes(page, "people-views")
    await page.goto("/desk/people/views")
    await owes(page, "views")


async def test_two_who_are_one(coordinators_page: Page) -> None:
    page = coordinators_page
    twin = await database.fetchrow("SELECT * FROM volunteer ORDER BY created_at LIMIT 1")
    assert twin
    await people.volunteer(
        first_name=twin["first_name"], last_name=twin["last_name"], birth_date=twin["birth_date"], phone=twin["phone"],
        step=Step.APPLIED,
    )  # fmt: skip
    await page.goto("/desk/people/duplicates")
    await owes(page, "duplicates")
    await page.get_by_role("link", name="Porównaj i połącz").first.click()
    await owes(page, "merge")
    await tab_to(page, "form[action*='/merge/'] button")
    await page.keyboard.press("Enter")
    await page.get_by_text("Wpisy są połączone").wait_for()
