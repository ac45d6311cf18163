"""The pages on one's own data, the officer's and the public ones, in a real browser: axe clean, 320 px, keyboard."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page
from support import people
from support.processes import free_port

from volunteer_hub.access.tables import Account, Session
from volunteer_hub.kit import secret
from volunteer_hub.kit.actor import Role
from volunteer_hub.privacy import retention, rights
from volunteer_hub.privacy.rules import Right
from volunteer_hub.settings import Settings, load

PUBLIC = ("/privacy", "/child-protection", "/child-protection/for-children", "/accessibility")


@pytest.fixture
def own_address(tmp_path: Path) -> Settings:
    """As everywhere, with a list of the erased of its own."""
    address = f"http://127.0.0.1:{free_port()}"
    return load({"HUB_MODE": "demo", "HUB_PUBLIC_URL": address, "HUB_DATA_DIR": str(tmp_path)})


async def enter(page: Page, server: str, row: Account) -> None:
    token = secret.token()
    await people.save(Session(token_hash=secret.fingerprint(token), account=row.id, proved_at=people.clock.now()))
    host = urlsplit(server).hostname or ""
    await page.context.add_cookies([{"name": "session", "value": token, "domain": host, "path": "/"}])


async def look(page: Page, address: str) -> None:
    for width in (320, 1280):
        await page.set_viewport_size({"width": width, "height": 900})
        await page.goto(address)
        found = await Axe().run(page)
        assert found.violations_count == 0, (address, found.generate_report())
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, (address, width)


@pytest.mark.parametrize("path", PUBLIC)
async def test_public_pages(page: Page, server: str, path: str) -> None:
    await look(page, server + path)


async def test_my_data_and_erasing_it_by_the_keyboard_alone(page: Page, server: str) -> None:
    row = await people.account(Role.VOLUNTEER, name="Marta Zielińska")
    who = await people.volunteer(account=row.id)
    await enter(page, server, row)
    for path in ("/me/data", "/me/data/erasure"):
        await look(page, server + path)
    await page.goto(f"{server}/me/data/erasure")
    for _ in range(40):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.textContent.trim()") == "Usuń na zawsze":
            break
    await page.keyboard.press("Enter")
    await page.wait_for_selector("text=Twoje dane są usunięte")
    assert not await people.Volunteer.exists().where(people.Volunteer.id == who.id)


async def test_the_officers_pages(page: Page, server: str) -> None:
    settings: Settings = load({"HUB_MODE": "demo"})
    officer = await people.account(Role.PROTECTION_OFFICER)
    who = await people.volunteer()
    await retention.dry()
    id = await rights.ask(settings, people.actor(officer), f"volunteer:{who.id}", Right.COPY, channel="phone")
    await enter(page, server, officer)
    for path in ("/desk/retention", "/desk/rights", f"/desk/rights/new/volunteer/{who.id}", f"/desk/rights/{id}"):
        await look(page, server + path)
