"""The list of people in a browser: found, ticked and written to by the keyboard alone, merged, and looked at by axe.

The same without JavaScript is walked over HTTP in tests/intake/test_bulk.py and test_merging.py.
"""

import pytest
from playwright.async_api import Browser, Page
from support import people
from support.keyboard import coordinators_page, owes, tab_to

from volunteer_hub.kit import database
from volunteer_hub.people.rules import Step


@pytest.fixture
async def page(browser: Browser, town_server: str) -> Page:
    return await coordinators_page(browser, town_server)


async def test_from_the_list_to_a_message_by_the_keyboard_alone(page: Page) -> None:
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


async def test_nobody_found_and_kept_views(page: Page) -> None:
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


async def test_two_who_are_one(page: Page) -> None:
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
