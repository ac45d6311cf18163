"""Reports on every screen: they fit and read, in light and dark, by keyboard alone, without scripts and in print."""

import html
import os
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect
from support import pdfs
from support.eyes import examine, opened

from volunteer_hub.kit import clock
from volunteer_hub.settings import Settings

YEAR = clock.today("Europe/Warsaw").year


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (768, "dark"), (1280, "light"), (1280, "dark")])
async def test_they_fit_and_read(
    browser: Browser, town_server: str, own_address: Settings, width: int, scheme: str
) -> None:
    page = await opened(browser, town_server, width=width, color_scheme=scheme)
    ways = {
        "year": f"/desk/reports?year={YEAR}", "public": f"/desk/reports?year={YEAR - 1}&edition=public",
        "days": "/desk/reports?first=2026-05-05&last=2026-03-01",
        "counted": f"/desk/reports/indicators/covered?year={YEAR}&by=area&key=",
        "places": "/desk/reports/places", "missing": "/desk/reports/missing", "towns": "/desk/reports/town",
        "town": f"/desk/reports/town/{YEAR - 1}",
    }  # fmt: skip
    for name, path in ways.items():
        await page.goto(path)
        await page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        await examine(page, f"report-{name}-{width}-{scheme}")
    await page.context.close()


async def tab_to(page: Page, words: str, role: str = "link") -> None:
    """By Tab alone, to the first thing of that role that is called so."""
    wanted = page.get_by_role(role, name=words).first  # type: ignore[arg-type]
    for _ in range(120):
        await page.keyboard.press("Tab")
        if await wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"Tab never came to {words}")


async def test_by_keyboard_alone_and_without_scripts(browser: Browser, town_server: str, own_address: Settings) -> None:
    page = await opened(browser, town_server, width=320, java_script_enabled=False)
    await page.goto(f"/desk/reports?year={YEAR}")
    await page.locator("summary", has_text="Inne dni albo inne wydanie").focus()
    await page.keyboard.press("Enter")
    await page.get_by_label("Od dnia").fill(f"{YEAR}-03-01")
    await page.get_by_label("Do dnia").fill(f"{YEAR}-01-01")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("Ostatni dzień jest wcześniej niż pierwszy.")
    await expect(page.get_by_label("Od dnia")).to_have_value(f"{YEAR}-03-01")
    await page.get_by_label("Do dnia").fill(f"{YEAR}-10-01")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text(f"1 marca – 1 października {YEAR}")
    await page.get_by_role("link", name="Podpisali pierwsze porozumienie").first.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Podpisali pierwsze porozumienie")
    await expect(page.get_by_role("heading", name="Z czego to policzono")).to_be_visible()
    await page.context.close()


async def test_tab_comes_to_every_way_and_paper_leaves_out_what_is_pressed(
    browser: Browser, town_server: str, own_address: Settings
) -> None:
    page = await opened(browser, town_server)
    await page.goto(f"/desk/reports?year={YEAR}")
    await tab_to(page, "Pobierz PDF")
    await tab_to(page, f"{YEAR - 1}")
    await tab_to(page, "Czego brakuje w danych")
    if folder := os.environ.get("PICTURES"):
        await page.screenshot(path=Path(folder) / "reports-1280.png", full_page=True)
        await page.locator(".pictures").screenshot(path=Path(folder) / "reports-pictures-1280.png")
    await page.emulate_media(media="print")
    await expect(page.locator(".choose")).to_be_hidden()
    await expect(page.locator(".picture svg.drawn").first).to_be_visible()
    await page.emulate_media(media="screen")
    await tab_to(page, "Czego brakuje w danych")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Czego brakuje w danych")
    await page.context.close()


@pytest.mark.parametrize("scripts", [True, False])
async def test_paper_shows_the_figures_that_the_screen_keeps_closed(
    browser: Browser, town_server: str, own_address: Settings, scripts: bool
) -> None:
    """Divisions and the tables of pictures, each under its name; what is only pressed stays away."""
    page = await opened(browser, town_server, java_script_enabled=scripts)
    for path, least in ((f"/desk/reports?year={YEAR}", 8), (f"/desk/reports/indicators/covered?year={YEAR}", 3)):
        await page.goto(path)
        closed = page.locator("details:not([open]):has(table)")
        said = [_bare(await one.inner_html()) for one in await closed.locator("summary, tr").all()]
        paper = _bare(pdfs.text(await page.pdf(format="A4")))
        assert await closed.count() >= least and len(said) > 15
        assert [words for words in said if words not in paper] == []
        assert "Innednialboinnewydanie" not in paper and await closed.count() >= least, "on the screen they stay closed"
    await page.context.close()


def _bare(words: str) -> str:
    """What is to be read, without spaces, for a table's cells lie beside each other on paper."""
    seen = re.sub(r'<span class="visually-hidden">.*?</span>|<[^>]+>', "", words)
    return re.sub(r"[\s\u00a0\u2060\xad\ufffe]", "", html.unescape(seen))
