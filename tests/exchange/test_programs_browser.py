"""The pages of other programs in a real browser: axe silent at any width, a webhook made by keyboard alone."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from conftest import served
from playwright.async_api import Browser, BrowserContext, Page
from support import people
from support.bearers import in_days, made
from support.fake_receiver import FakeReceiver

from volunteer_hub.access.tables import Session
from volunteer_hub.exchange.api_access import webhooks
from volunteer_hub.exchange.api_access.rules import Kind, Scope
from volunteer_hub.kit import database, secret
from volunteer_hub.kit.actor import Role
from volunteer_hub.messaging import channels, delivery
from volunteer_hub.messaging.rules import USUAL, Channel
from volunteer_hub.settings import Settings

PROGRAMS = "/desk/settings/programs"


async def look(page: Page, name: str = "") -> None:
    """Nothing for axe to say, nothing wider than the screen."""
    if name and (shots := os.environ.get("SHOTS")):
        await page.screenshot(path=Path(shots) / f"{name}.png", full_page=True)
    found = (await Axe().run(page)).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


async def entered(browser: Browser, server: str, **how: object) -> BrowserContext:
    """A browser that an administrator is signed in with."""
    account, token = await people.account(Role.ADMINISTRATOR), secret.token()
    await people.save(Session(token_hash=secret.fingerprint(token), account=account.id))
    context = await browser.new_context(locale="pl-PL", **how)  # type: ignore[arg-type]
    await context.add_cookies([{"name": "session", "value": token, "url": server}])
    return context


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_fit_every_screen(
    browser: Browser, server: str, settings: Settings, width: int, scheme: str
) -> None:
    await made(Scope.INDICATORS, Scope.GROUPS)
    actor = people.actor(await people.account(Role.ADMINISTRATOR))
    id, _ = await webhooks.make(actor, settings, "Strona miasta", "http://127.0.0.1:9/" + "dlugi-adres/" * 12, Kind)
    for _ in range(3):
        await webhooks.attempt(actor, settings, id)
    parked = "state = 'parked', error = '503', attempt = 9"
    await database.execute(f"UPDATE message SET {parked} WHERE id = (SELECT id FROM message LIMIT 1)")
    context = await entered(browser, server, viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = await context.new_page()
    for path, name in ((PROGRAMS, "programs"), (f"{PROGRAMS}/webhooks/{id}", "webhook"), ("/api/v1/docs", "docs")):
        await page.goto(f"{server}{path}")
        await look(page, f"{name}-{width}-{scheme}")
    await context.close()


async def test_a_webhook_is_made_and_tried_by_keyboard_without_scripts(
    browser: Browser, server: str, settings: Settings
) -> None:
    receiver = FakeReceiver()
    async with served(receiver) as url, channels.for_settings(settings, webhooks.finder(settings)) as ways:
        context = await entered(browser, server, java_script_enabled=False, viewport={"width": 320, "height": 700})
        page = await context.new_page()
        await page.goto(f"{server}{PROGRAMS}")
        await page.locator("#f-webhook_name").focus()
        await page.keyboard.type("Strona miasta")
        await page.keyboard.press("Tab")
        await page.keyboard.type("http://example.org/in")
        await page.keyboard.press("Enter")
        await page.get_by_role("link", name="Adres musi zaczynać się od https://").press("Enter")
        await page.locator("#f-url").fill(f"{url}/in")
        await page.keyboard.press("Enter")
        shown = await page.get_by_label("Sekret", exact=True).input_value()
        await page.get_by_role("button", name="Wyślij próbę").press("Enter")
        await delivery.deliver(Channel.HOOK, ways, USUAL)
        await page.reload()
        assert "doszło" in await page.inner_text("main") and shown not in await page.content()
        assert receiver.types == ["trial"] and receiver.got[0].signed_with(shown)
        await context.close()


async def test_a_token_is_made_without_scripts(browser: Browser, server: str) -> None:
    context = await entered(browser, server, java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{server}{PROGRAMS}")
    await page.locator("#f-name").fill("Urząd")
    await page.get_by_label("wskaźniki roku").check()
    await page.locator("#f-ends_on").fill(in_days(100).isoformat())
    await page.get_by_role("button", name="Zrób klucz").click()
    token = await page.get_by_label("Klucz", exact=True).input_value()
    answer = await context.request.get(
        f"{server}/api/v1/indicators?year=2024", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status == 200
    await context.close()
