"""A list is taken away in a browser: by keys alone, without scripts, on a phone; its links fit and read everywhere."""

import re

import pytest
from browser.test_course_pages import press
from playwright.async_api import Browser
from python_calamine import CalamineWorkbook
from support.eyes import examine, opened

from volunteer_hub.settings import Settings

LISTS = ["/desk/people", "/desk/needs?urgency=3", "/desk/initiatives", "/desk/meetings", "/desk/messages/talks"]


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (768, "dark"), (1280, "light")])
async def test_the_links_fit_and_read(
    browser: Browser, town_server: str, own_address: Settings, width: int, scheme: str
) -> None:
    page = await opened(browser, town_server, width=width, color_scheme=scheme)
    for path in LISTS:
        await page.goto(path)
        group = page.get_by_role("group", name="Pobierz listę")
        assert await group.get_by_role("link").all_inner_texts() == ["Pobierz do Excela (XLSX)", "Pobierz CSV"]
        await group.scroll_into_view_if_needed()
        await examine(page, f"files-{re.sub('[^a-z]+', '-', path)}-{width}")
    await page.context.close()


async def test_a_narrowed_list_by_keyboard_without_scripts_on_a_phone(
    browser: Browser, town_server: str, own_address: Settings
) -> None:
    page = await opened(browser, town_server, width=320)
    await page.route("**/*.js", lambda route: route.abort())
    await page.goto("/desk/people?step=active")
    names = await page.locator("main tbody th a").all_inner_texts()
    async with page.expect_download() as coming:
        await press(page, "Pobierz do Excela (XLSX)", "link")
    file = await coming.value
    assert re.fullmatch(r"wolontariusze-\d{4}-\d\d-\d\d\.xlsx", file.suggested_filename)
    rows = CalamineWorkbook.from_path(await file.path()).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1 : len(names) + 1]] == names
    assert await page.locator("h1").inner_text() == "Ludzie", "the page stays"
    await page.context.close()
