"""A message to many in a browser, by the keyboard alone, at 320 px and in the dark, looked at by axe."""

import pytest
from playwright.async_api import Browser, Page, expect
from support.keyboard import coordinators_page, owes, tab_to


@pytest.fixture
async def page(browser: Browser, town_server: str) -> Page:
    return await coordinators_page(browser, town_server)


async def test_from_the_list_of_people_to_what_became_of_it(page: Page) -> None:
    await page.goto("/desk/people/chosen?all=yes&view=step%3Dactive")
    await owes(page, "bulk-chosen")
    await tab_to(page, "form[action='/desk/messages/bulk'] button")
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="Napisz do").wait_for()
    await owes(page, "bulk-write")
    await tab_to(page, "textarea[name=text_pl]")
    await page.keyboard.type("Dzień dobry {{ imie }}, zapisy: bit.ly/abc")
    await tab_to(page, "form[action$='/text'] button")
    await page.keyboard.press("Enter")
    await page.locator("#f-text_pl-error").wait_for()
    await owes(page, "bulk-wrong")
    await page.locator("textarea[name=text_pl]").fill("Dzień dobry {{ imie }}, w sobotę zbiórka żywności o 9:00.")
    await page.locator("input[name=subject_pl]").fill("Zbiórka żywności")
    await tab_to(page, "form[action$='/text'] button")
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="Zanim wyślesz").wait_for()
    await owes(page, "bulk-preview")
    await tab_to(page, "form[action$='/sending'] button")
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="Co się z nią dzieje").wait_for()
    await owes(page, "bulk-sent")
    counts = page.locator("#bulk_progress dl div")
    await expect(counts.filter(has_text="Czeka na wysłanie").locator("dd")).to_have_text("0", timeout=60_000)
    await expect(counts.filter(has_text="Dotarło").first.locator("dd")).not_to_have_text("0")
    await page.goto("/desk/messages/bulk")
    await owes(page, "bulk-list")
    await page.get_by_role("link", name="Zbiórka żywności").click()
    await page.get_by_role("heading", name="Co się z nią dzieje").wait_for()


async def test_from_an_initiative_to_its_volunteers_without_scripts(browser: Browser, town_server: str) -> None:
    context = await browser.new_context(base_url=town_server, java_script_enabled=False)
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.locator("button[value=coordinator]").click()
    await page.goto("/desk/initiatives")
    links = await page.locator("main a[href^='/desk/initiatives/']").evaluate_all("all => all.map(a => a.href)")
    for link in links:
        await page.goto(link)
        button = page.get_by_role("button", name="Napisz do wolontariuszy")
        if await button.count():
            async with page.expect_navigation():
                await button.click()
            if await page.get_by_role("heading", name="Napisz do").count():
                break
    await page.locator("textarea[name=text_pl]").fill("Jutro weźcie kalosze.")
    await page.get_by_role("radio", name="Tylko SMS").check()
    await page.get_by_role("button", name="Zobacz, zanim wyślesz").click()
    await page.get_by_role("heading", name="Zanim wyślesz").wait_for()
