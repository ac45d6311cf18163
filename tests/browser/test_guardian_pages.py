"""A guardian's pages on the smallest phone: in three languages, light and dark, by the keyboard alone, axe clean."""

import re
from uuid import UUID

import pytest
from browser.test_walk import Watched
from intake.guardians import LINK, born
from playwright.async_api import Browser, Page, expect
from support import people

from volunteer_hub.kit import database
from volunteer_hub.people import guardian_links
from volunteer_hub.settings import Settings

SMALLEST = {"width": 320, "height": 640}


async def child_of_twelve(settings: Settings) -> tuple[UUID, str]:
    """A child under thirteen who waits for a guardian, and the path of the guardian's link."""
    who = await people.volunteer(
        first_name="Zosia", birth_date=born(12), phone="", email=None, kind="pupil", sms_ok=False,
        guardian_name="Anna Żak", guardian_email="anna@poczta.example",
    )  # fmt: skip
    await guardian_links.send_link(settings, who.id, "desk:test")
    body = await database.fetchval("SELECT body FROM message WHERE template = 'guardian_link' AND about LIKE $1", "%")
    found = re.search(LINK, body)
    assert found
    return who.id, found[1]


async def press(page: Page, words: str) -> None:
    """Tab until the focus is on the button or box that `words` names, then the key that presses it."""
    for _ in range(80):
        await page.keyboard.press("Tab")
        named = await page.evaluate(
            "() => (document.activeElement.labels?.[0] || document.activeElement).textContent.trim()"
        )
        if named == words:
            await page.keyboard.press("Space")
            return
    raise AssertionError(f"no way to „{words}” by the keyboard")


@pytest.mark.parametrize(("language", "scheme"), [("pl", "light"), ("en", "dark"), ("uk", "light")])
async def test_they_fit_and_read(
    browser: Browser, town_server: str, own_address: Settings, language: str, scheme: str
) -> None:
    await database.execute("DELETE FROM message WHERE template = 'guardian_link'")
    _, path = await child_of_twelve(own_address)
    context = await browser.new_context(base_url=town_server, viewport=SMALLEST, color_scheme=scheme)  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    guardian = Watched(context, await context.new_page())
    await guardian.page.goto(f"/guardian?lang={language}")
    for page in ("/guardian", path, f"{path}/data"):
        await guardian.open(page)
        assert await guardian.page.locator("html").get_attribute("lang") == language
    await guardian.page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
    await guardian.examine()
    await context.close()


async def test_a_request_about_a_childs_data_by_the_keyboard_alone(
    browser: Browser, town_server: str, own_address: Settings
) -> None:
    await database.execute("DELETE FROM message WHERE template = 'guardian_link'")
    who, path = await child_of_twelve(own_address)
    context = await browser.new_context(base_url=town_server, viewport=SMALLEST, locale="pl-PL")
    context.set_default_timeout(15_000)
    guardian = Watched(context, await context.new_page())
    await guardian.open(f"{path}/data")
    await press(guardian.page, "Złóż wniosek")
    await expect(guardian.page.locator(".summary")).to_be_focused()
    await guardian.examine()
    await press(guardian.page, "Poprawienie")
    for _ in range(3):
        await guardian.page.keyboard.press("ArrowDown")
    await press(guardian.page, "Złóż wniosek")
    await expect(guardian.page.get_by_role("cell", name="czeka")).to_be_visible()
    await guardian.examine()
    asked = await database.fetchval('SELECT "right" FROM rights_request WHERE subject = $1', f"volunteer:{who}")
    assert asked == "erase"
    await context.close()
