"""The pages that papers are printed from: they fit and read on every screen, and a poster is issued by keys alone."""

from uuid import UUID

import pytest
from browser.test_course_pages import press
from playwright.async_api import Browser, expect
from support import pdfs
from support.eyes import examine, opened

from volunteer_hub.kit import database
from volunteer_hub.settings import Settings

LONGEST = "Międzypokoleniowe spotkania przy herbacie dla mieszkanek i mieszkańców osiedla Południe i ich opiekunek"


async def there() -> dict[str, str]:
    """The addresses, of a group whose name is as long as they come."""
    row = await database.fetchrow(
        """SELECT i.id AS of, m.id AS meeting, (SELECT id FROM request WHERE desk = 'first-contact' LIMIT 1) AS asked
           FROM initiative i JOIN meeting m ON m.initiative = i.id
           WHERE i.kind = 'group' AND i.state = 'running' AND m.state = 'planned' AND m.starts_at > now()
           ORDER BY m.starts_at LIMIT 1"""
    )
    assert row
    group: UUID = row["of"]
    await database.execute("UPDATE initiative SET name = $2 WHERE id = $1", group, LONGEST)
    return {
        "attendance": f"/desk/meetings/{row['meeting']}/list",
        "poster": f"/desk/initiatives/{group}/poster",
        "slip": f"/desk/requests/{row['asked']}/paper",
        "insurance": "/desk/papers/insurance",
    }


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (768, "dark"), (1280, "light")])
async def test_they_fit_and_read(
    browser: Browser, town_server: str, own_address: Settings, width: int, scheme: str
) -> None:
    ways = await there()
    page = await opened(browser, town_server, width=width, color_scheme=scheme)
    for name, path in ways.items():
        await page.goto(path)
        await page.get_by_role("button", name="Wydaj dokument").click()
        await expect(page.locator("main table tbody tr")).to_have_count(1)
        await examine(page, f"print-{name}-{width}")
    await page.goto("/desk/papers/insurance")
    await page.get_by_label("Do dnia").fill("wczoraj")
    await page.get_by_role("button", name="Wydaj dokument").click()
    await examine(page, f"print-refused-{width}")
    await page.context.close()


async def test_a_poster_by_keyboard_without_scripts_on_a_phone(
    browser: Browser, town_server: str, own_address: Settings
) -> None:
    address = (await there())["poster"]
    page = await opened(browser, town_server, width=320)
    await page.route("**/*.js", lambda route: route.abort())
    await page.goto(address.removesuffix("/poster"))
    await press(page, "Plakat", "link")
    await expect(page.get_by_role("heading", name="Nowy dokument")).to_be_visible()
    await press(page, "Wydaj dokument")
    link = await page.get_by_role("link", name="Otwórz (PDF)").get_attribute("href")
    paper = await page.context.request.get(f"{town_server}{link}")
    assert LONGEST.split()[0] in pdfs.text(await paper.body())
    await page.context.close()
