"""The day's queue with every kind in it: from 320 px on, light and dark, axe clean, by keyboard and without scripts."""

import pytest
from playwright.async_api import Browser, expect
from support.desk_lines import all_kinds
from support.eyes import examine, opened

from volunteer_hub.replies import actions as replies


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (768, "dark"), (1280, "light")])
async def test_it_fits_and_reads(browser: Browser, town_server: str, width: int, scheme: str) -> None:
    await all_kinds()
    page = await opened(browser, town_server, width=width, color_scheme=scheme)
    for path in ("/desk", "/desk?kind=invited&mine=yes"):
        await page.goto(path)
        await examine(page, f"{path} {width}")
    await page.goto("/desk")
    top = await page.evaluate("document.getElementById('queue').getBoundingClientRect().top")
    assert top < 720, "what to do now stands on the first screen"
    await page.context.close()


async def test_by_the_keyboard_and_without_scripts(browser: Browser, town_server: str) -> None:
    await all_kinds()
    page = await opened(browser, town_server, width=320, java_script_enabled=False)
    await page.goto("/desk?kind=idle")
    line = page.locator(".todo-lines > li").first
    await line.get_by_role("link").last.focus()
    await page.keyboard.press("Tab")
    await expect(line.get_by_role("button", name="Odłóż do jutra")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Odłożone. Jutro rano będzie tu znowu.")).to_be_visible()
    await page.get_by_role("button", name="Pokaż odłożone").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Odłożone sprawy są znowu na liście.")).to_be_visible()
    await page.context.close()


async def test_an_sms_that_needs_a_human_comes_by_itself(browser: Browser, town_server: str) -> None:
    page = await opened(browser, town_server, width=1280)
    async with page.expect_response("**/desk/live?*"):
        await page.goto("/desk")
    await replies.receive("SM-live", "+48699000111", "czy to dzisiaj")
    await expect(page.locator("#queue").get_by_text("czy to dzisiaj")).to_be_visible(timeout=3000)
    await page.context.close()
