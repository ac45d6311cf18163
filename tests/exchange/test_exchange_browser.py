"""The pages of the exchange in a real browser: read without scripts, a file imported by keyboard alone, axe silent."""

import json
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from exchange import openly
from exchange.test_import import other, service, town
from playwright.async_api import Browser, Page
from support import people

from volunteer_hub.access.tables import Session
from volunteer_hub.atlas.tables import Resource
from volunteer_hub.kit import secret


async def look(page: Page) -> None:
    """Nothing for axe to say, nothing wider than the screen."""
    found = (await Axe().run(page)).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_description_reads_well_at_any_width(browser: Browser, server: str, width: int, scheme: str) -> None:
    await openly.rich()
    page = await browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme, locale="pl-PL")  # type: ignore[arg-type]
    await page.goto(f"{server}/api/v1/docs")
    await look(page)
    await page.close()


async def test_it_can_be_read_and_tried_without_scripts(browser: Browser, server: str) -> None:
    await openly.rich()
    page = await browser.new_page(java_script_enabled=False, locale="uk-UA")
    await page.goto(f"{server}/api/v1/docs")
    assert "GET /api/v1/services/{id}" in await page.inner_text("main")
    await page.get_by_role("link").filter(has_text="OpenAPI").click()
    assert '"openapi":"3.1.0"' in await page.content()
    await page.close()


@pytest.mark.parametrize("width", [320, 1280])
async def test_a_file_is_imported_by_keyboard_alone(browser: Browser, server: str, tmp_path: Path, width: int) -> None:
    await town()
    await other()
    me, token = await people.account(), secret.token()
    await people.save(Session(token_hash=secret.fingerprint(token), account=me.id))
    page = await browser.new_page(viewport={"width": width, "height": 800}, locale="pl-PL")
    await page.context.add_cookies([{"name": "session", "value": token, "url": server}])
    await page.goto(f"{server}/desk/resources/import")
    await look(page)
    (tmp_path / "zasoby.json").write_text(json.dumps([service()]), encoding="utf-8")
    await page.set_input_files("input[type=file]", tmp_path / "zasoby.json")
    await page.focus("input[name=source]")
    await page.keyboard.type("Baza miasta")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/import/plan")
    await look(page)
    await page.focus("select")
    await page.keyboard.type("zapisz")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/desk/resources")
    assert "Zapisane. Nowe: 1" in await page.inner_text("#notice")
    assert await Resource.count() == 2
    await page.close()
