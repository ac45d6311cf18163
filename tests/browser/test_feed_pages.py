"""The pages of calendar addresses: on a phone, light and dark, axe clean, made and ended by the keyboard alone."""

import re

import httpx2
import pytest
from playwright.async_api import Browser, Page, expect
from support import people
from support.eyes import examine, opened

from volunteer_hub.kit import database


async def press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name).focus()
    await page.keyboard.press("Enter")


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
async def test_an_address_is_made_renewed_and_ended(
    browser: Browser, town_server: str, width: int, scheme: str
) -> None:
    page = await opened(browser, town_server, width=width, color_scheme=scheme)
    me = await database.fetchval("SELECT account FROM session ORDER BY created_at DESC LIMIT 1")
    group = await people.initiative(name="Grupa Czwartek przy Promyku", kind="group", coordinator=me)
    await people.meeting(group)
    await page.goto("/desk/week")
    await page.get_by_role("link", name="W telefonie").click()
    await expect(page.get_by_role("heading", name="Adres kalendarza")).to_be_visible()
    await examine(page, f"feed {width}")
    await page.goto(f"/desk/initiatives/{group.id}")
    await page.get_by_role("link", name="Adres kalendarza").click()
    await press(page, "Zrób adres")
    address = page.get_by_label("Adres kalendarza", exact=True)
    await expect(address).to_have_value(re.compile(r"/calendar/[\w-]+\.ics$"))
    await examine(page, f"feed-new {width}")
    old = await address.input_value()
    await press(page, "Zrób nowy adres")
    await expect(address).not_to_have_value(old)
    new = await address.input_value()
    async with httpx2.AsyncClient() as program:
        assert (await program.get(old)).status_code == 404 and "SUMMARY:Spotkanie" in (await program.get(new)).text
        await press(page, "Zakończ ten adres")
        await expect(page.get_by_text("Ten adres już nie działa.")).to_be_visible()
        await examine(page, f"feed-ended {width}")
        assert (await program.get(new)).status_code == 404
    await page.context.close()
