"""A coordinator on a phone starts a fortnightly group's meetings, moves one, and changes the place from a day on."""

from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page, expect
from support.eyes import examine, opened

from volunteer_hub.kit import clock, database

TODAY = clock.today("Europe/Warsaw")
TUESDAY = TODAY + timedelta(days=(1 - TODAY.weekday()) % 7 + 7)


async def fill(page: Page) -> None:
    await page.get_by_label("Jak często").select_option("2")
    await page.get_by_label("wtorek", exact=True).check()
    await page.get_by_label("Od", exact=True).fill("17:00")
    await page.get_by_label("Do", exact=True).fill("18:30")
    await page.get_by_label("Miejsce").select_option(index=1)
    await page.get_by_label("Od którego dnia").fill(TUESDAY.isoformat())


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_fortnightly_group_from_a_phone(browser: Browser, town_server: str, scripts: bool) -> None:
    page = await opened(browser, town_server, width=320, java_script_enabled=scripts)
    await page.goto("/desk/initiatives")
    await page.get_by_role("link", name="Grupa Czwartek").first.click()
    await page.get_by_role("link", name="Zaplanuj powtarzające się").click()
    await fill(page)
    said = page.get_by_text("co drugi wtorek o 17:00, bez ferii i świąt")
    if scripts:
        await page.get_by_label("Od którego dnia").blur()
        await expect(said).to_be_visible()
        await expect(page.get_by_label("wtorek", exact=True)).to_be_checked()
    await page.get_by_role("button", name="Pokaż terminy").last.click()
    await expect(said).to_be_visible()
    assert await page.locator("#dates ol li").count() == 10
    if scripts:
        await examine(page, "series-preview-320")
    await page.get_by_role("button", name="Zapisz w planie").click()
    await expect(page.get_by_text("Spotkania są w planie.")).to_be_visible()
    await _one_moves(page)
    await _the_place_changes(page)
    await page.context.close()


async def _one_moves(page: Page) -> None:
    await page.get_by_role("link", name="co drugi wtorek o 17:00").click()
    await page.locator("tbody th a").first.click()
    await page.get_by_role("link", name="Przenieś").click()
    await expect(page.get_by_role("link", name="To i wszystkie następne")).to_be_visible()
    await page.get_by_label("Dzień").fill((TUESDAY + timedelta(days=1)).isoformat())
    await page.get_by_role("button", name="Przenieś i powiadom").click()
    await expect(page.get_by_text("Spotkanie jest przeniesione.")).to_be_visible()


async def _the_place_changes(page: Page) -> None:
    series = await database.fetchval("SELECT id FROM series ORDER BY created_at DESC LIMIT 1")
    await page.goto(f"/desk/series/{series}")
    await expect(page.get_by_text("zmienione osobno")).to_have_count(1)
    await page.get_by_role("link", name="To i następne").nth(2).click()
    place = page.get_by_label("Miejsce")
    now = await place.input_value()
    other = await place.locator("option").evaluate_all("(all, now) => all.find(one => one.value !== now).value", now)
    await place.select_option(other)
    await page.get_by_role("button", name="Zapisz i powiadom").click()
    await expect(page.get_by_text("Zapisane. Kto wiedział o spotkaniach, dostaje wiadomość.")).to_be_visible()
    rows = await database.fetch(
        "SELECT place, starts_wall::date AS day FROM meeting"
        " WHERE series IN (SELECT id FROM series WHERE initiative = $1) ORDER BY series_day",
        await database.fetchval("SELECT initiative FROM series WHERE id = $1", series),
    )
    assert rows[0]["day"] == TUESDAY + timedelta(days=1) and len(rows) >= 5
    assert [str(row["place"]) for row in rows] == [now] * 2 + [other] * (len(rows) - 2)


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (320, "dark"), (768, "light"), (1280, "dark")])
async def test_every_page_fits_and_reads(browser: Browser, town_server: str, width: int, scheme: str) -> None:
    page = await opened(browser, town_server, width=width, color_scheme=scheme)
    group = await database.fetchval("SELECT id FROM initiative WHERE name = 'Grupa Czwartek'")
    new = f"/desk/initiatives/{group}/series/new"
    await page.goto(new)
    await examine(page, f"series-new-{width}-{scheme}")
    await page.get_by_role("button", name="Zapisz w planie").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await examine(page, f"series-wrong-{width}-{scheme}")
    await page.goto(new)
    await fill(page)
    await page.get_by_role("button", name="Zapisz w planie").click()
    series = await database.fetchval("SELECT id FROM series ORDER BY created_at DESC LIMIT 1")
    ferie = TUESDAY + timedelta(weeks=2)
    await page.goto("/desk/breaks")
    await page.get_by_label("Nazwa").fill("Ferie zimowe")
    await page.get_by_label("Pierwszy dzień").fill(ferie.isoformat())
    await page.get_by_label("Ostatni dzień").fill((ferie + timedelta(days=13)).isoformat())
    await page.get_by_label("Źródło").fill("Kalendarz kuratorium")
    await page.get_by_role("button", name="Dodaj przerwę").click()
    await expect(page.get_by_role("heading", name="Spotkania w dniach wolnych")).to_be_visible()
    await examine(page, f"breaks-{width}-{scheme}")
    await page.goto(f"/desk/initiatives/{group}")
    await examine(page, f"series-initiative-{width}-{scheme}")
    for name in ("", "/change", "/end"):
        await page.goto(f"/desk/series/{series}{name}")
        await examine(page, f"series{name.replace('/', '-')}-{width}-{scheme}")
    await page.get_by_label("Ostatni dzień").fill("")
    await page.get_by_role("button", name="Zakończ i powiadom").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.context.close()
