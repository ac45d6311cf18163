"""Whom to ask when nobody fits: a wish set aside by keyboard; and what suits a volunteer, on every screen."""

import re

import pytest
from playwright.async_api import Browser, Page, expect
from support.eyes import examine, opened

from volunteer_hub.kit import database

# An opening of the demo town to come, with free seats, at which most who could come would not at that hour.
COMING = """
    SELECT o.id FROM opening o JOIN meeting m ON m.id = o.meeting JOIN role_asked r ON r.id = o.role
    WHERE m.state = 'planned' AND m.starts_at > now() + interval '1 day' AND o.taken < o.most ORDER BY m.starts_at, o.id
    LIMIT 1"""


async def nobody_is_free() -> str:
    """The address of an opening at four in the morning."""
    id = await database.fetchval(COMING)
    await database.execute(
        """UPDATE meeting SET starts_wall = date_trunc('day', starts_wall) + interval '4 hours',
                              ends_wall = date_trunc('day', starts_wall) + interval '5 hours'
           WHERE id = (SELECT meeting FROM opening WHERE id = $1)""",
        id,
    )
    return f"/desk/openings/{id}"


async def tab_to(page: Page, name: str) -> None:
    """Presses Tab until the element of that accessible name is focused."""
    for _ in range(120):
        await page.keyboard.press("Tab")
        if name in (
            await page.evaluate("(document.activeElement.closest('label') || document.activeElement).innerText")
        ):
            return
    raise AssertionError(f"no way to {name} by Tab")


async def test_a_wish_is_set_aside_by_keyboard_alone(browser: Browser, town_server: str) -> None:
    address = await nobody_is_free()
    page = await opened(browser, town_server)
    await page.goto(address)
    await expect(page.get_by_text("Nikt teraz nie pasuje")).to_be_visible()
    await tab_to(page, "Bez reguły „wolny czas”")
    await page.keyboard.press("Space")
    await tab_to(page, "Pokaż te osoby")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**without=time**")
    card = page.locator(".candidate").first
    not_free = re.compile("Ma wolny czas dopiero od|W tym dniu tygodnia .* nie ma wolnego czasu")
    await expect(card).to_contain_text(not_free)
    await card.locator("summary", has_text="Zaproś mimo to").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Ta osoba wstaje o trzeciej")
    await page.keyboard.press("Enter")
    await expect(page.locator("#roster")).to_contain_text("Ta osoba wstaje o trzeciej")
    assert "without=time" in page.url
    await page.context.close()


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (768, "light"), (1280, "light")])
async def test_suggestions_on_every_screen(browser: Browser, town_server: str, width: int, scheme: str) -> None:
    address = await nobody_is_free()
    page = await opened(browser, town_server, width=width, color_scheme=scheme)
    for query in ("", "?without=time"):
        await page.goto(address + query)
        await examine(page, f"opening{query[1:5]}-{width}-{scheme}")
    await page.context.close()
    page = await opened(browser, town_server, role="volunteer", width=width, color_scheme=scheme)
    for path in ("/me", "/opportunities"):
        await page.goto(path)
        await examine(page, f"suits{path.replace('/', '-')}-{width}-{scheme}")
    await expect(page.get_by_role("heading", name="Pasuje do Ciebie")).to_be_visible()
    await page.context.close()
