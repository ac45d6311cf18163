"""A host's page and the desk's page of its link: on every screen, light and dark, axe clean, by keyboard alone."""

import pytest
from playwright.async_api import Browser, expect
from schedule.test_host import at_theirs, coming, library
from support.eyes import examine, opened

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.schedule.hosts import links as host
from volunteer_hub.settings import Settings


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (768, "dark"), (1280, "light")])
async def test_a_host_says_who_was_there(
    browser: Browser, town_server: str, own_address: Settings, width: int, scheme: str
) -> None:
    of = await library(name="Miejska Biblioteka Publiczna, filia nr 7 na Zazamczu")
    for hours, name in ((-3, "Odbyło się"), (40, "Będzie"), (90, "Potem")):
        initiative, meeting = await at_theirs(of, hours, name=name)
        await coming(meeting, initiative, first_name="Aleksandra")
        await coming(meeting, initiative, first_name="Olga")
    path = await host.make(own_address, SYSTEM, of.id)
    page = await opened(browser, town_server, width=width, color_scheme=scheme)
    await page.goto(f"/desk/resources/{of.id}/host")
    await examine(page, f"host-link {width}")
    await page.get_by_role("button", name="Zrób nowy link").click()
    await examine(page, f"host-link-new {width}")
    path = (await page.get_by_role("link", name="/host/").get_attribute("href")) or path
    await page.goto(path)
    await examine(page, f"host {width}")
    button = page.get_by_role("button", name="Tak, ta osoba była").first
    await button.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Obecność zapisana")).to_be_visible()
    noted = "SELECT h.state FROM hours_worked h JOIN assignment_change c USING (assignment) WHERE c.channel = 'host'"
    assert [row["state"] for row in await database.fetch(noted)] == ["reported"]
    await page.context.close()
