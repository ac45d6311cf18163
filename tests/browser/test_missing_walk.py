"""By the keyboard alone: what is missing in the data is opened, given, and gone; a year's figures are typed in."""

from playwright.async_api import Browser, expect
from support.keyboard import coordinators_page, focused, follow_the_summary, tab_to

from volunteer_hub.kit import clock, database

TODAY = clock.today("Europe/Warsaw")


async def test_a_gap_is_opened_given_and_gone(browser: Browser, town_server: str) -> None:
    page = await coordinators_page(browser, town_server)
    await page.goto("/desk/reports/missing")
    lines = page.locator("a[href$='#papers-title']")
    address, count = await lines.first.get_attribute("href"), page.locator("#gap-service .count")
    before = int(await count.inner_text())
    await tab_to(page, f"[href='{address}']")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/desk/people/*")
    for _ in range(4):
        await page.keyboard.press("Tab")
        if await focused(page, "summary"):
            break
    assert await page.evaluate("document.activeElement.textContent") == "Wpisz pierwszy dzień pomocy", "it leads there"
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.type("31.02.2026")
    await page.keyboard.press("Enter")
    await follow_the_summary(page, "#f-service-first_day")
    await expect(page.locator("#f-service-first_day")).to_have_value("31.02.2026")
    await page.keyboard.press("Control+A")
    await page.keyboard.type(f"{TODAY:%d.%m.%Y}")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Dziś jest 1. dzień pomocy")).to_be_visible()
    # The details with the field were closed by the answer: their summary has the focus, so that it is not lost.
    await expect(page.get_by_text("Popraw pierwszy dzień pomocy")).to_be_focused()
    await tab_to(page, "[href='/desk/reports']")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/desk/reports")
    await tab_to(page, "[href^='/desk/reports/missing']")
    await page.keyboard.press("Enter")
    await expect(count).to_have_text(str(before - 1))
    await expect(page.locator(f"[href='{address}']")).to_have_count(0)
    await page.context.close()


async def test_a_years_figures_are_typed_and_a_wrong_one_is_refused_and_kept(
    browser: Browser, town_server: str
) -> None:
    page, year = await coordinators_page(browser, town_server), TODAY.year - 3
    await page.goto("/desk/reports/town")
    await tab_to(page, f"[href='/desk/reports/town/{year}']")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/town/{year}")
    await tab_to(page, "#f-residents")
    await page.keyboard.type("dużo")
    await tab_to(page, "#f-assisted")
    await page.keyboard.type("16 350")
    await page.keyboard.press("Enter")
    await follow_the_summary(page, "#f-residents")
    for name, typed in (("residents", "dużo"), ("assisted", "16 350")):
        await expect(page.locator(f"#f-{name}")).to_have_value(typed)
    assert not await database.fetchval("SELECT count(*) FROM town_year WHERE year = $1", year)
    await page.keyboard.press("Control+A")
    await page.keyboard.type("115 818")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_have_text(f"Dane za {year} rok są zapisane.")
    row = await database.fetchrow("SELECT residents, assisted FROM town_year WHERE year = $1", year)
    assert row and tuple(row) == (115818, 16350)
    await tab_to(page, f"[href='/desk/reports/town/{year}']")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/town/{year}")
    await tab_to(page, "#f-source")
    await page.keyboard.type("moja")
    await database.execute("UPDATE town_year SET source = 'inna', version = version + 1 WHERE year = $1", year)
    await page.keyboard.press("Enter")
    await expect(page.locator(".notice.warn")).to_be_focused()
    await expect(page.locator(".notice.warn")).to_contain_text("inna")
    await expect(page.locator("#f-source")).to_have_value("moja")
    await page.context.close()
