"""By the keyboard alone: a volunteer says how long it took, on a phone; the desk approves another time and refuses."""

from playwright.async_api import Browser, Page, expect
from support.eyes import opened
from support.keyboard import coordinators_page, focused, follow_the_summary, tab_to

from volunteer_hub.kit import database

NEWEST = "SELECT id, minutes, minutes_said, state, reason FROM hours_worked ORDER BY reported_at DESC, id LIMIT 1"


async def reported(page: Page, time: str, words: str = "") -> None:
    """Types hours into the volunteer's form, wherever the focus is now, and sends them."""
    await tab_to(page, "#f-initiative")
    await page.keyboard.press("ArrowDown")
    await tab_to(page, "#f-time")
    await page.keyboard.type(time)
    await tab_to(page, "#f-words")
    await page.keyboard.type(words)
    await page.keyboard.press("Enter")


async def test_a_volunteer_enters_hours_and_a_wrong_time_stays_typed(browser: Browser, town_server: str) -> None:
    page = await opened(browser, town_server, "volunteer", width=320, height=640)
    before = await database.fetchval("SELECT count(*) FROM hours_worked")
    await page.goto("/me/hours")
    await reported(page, "dużo", "spacer")
    await follow_the_summary(page, "#f-time")
    await expect(page.locator("#f-time")).to_have_value("dużo")
    await expect(page.locator("#f-words")).to_have_value("spacer")
    assert await database.fetchval("SELECT count(*) FROM hours_worked") == before
    await page.keyboard.press("Control+A")
    await page.keyboard.type("2 h 30")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("Godziny czekają na zatwierdzenie")
    row = await database.fetchrow(NEWEST)
    assert row and (row["minutes"], row["state"]) == (150, "reported")
    await page.goto("/me/hours")
    await reported(page, "45 min")
    # There are hours of that day already: the question has the focus.
    await expect(page.get_by_role("alert")).to_be_focused()
    await expect(page.locator("#f-time")).to_have_value("45 min")
    await tab_to(page, "#f-time")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("Godziny czekają na zatwierdzenie")
    await tab_to(page, "[href='/me/hours/year']")
    await page.keyboard.press("Enter")
    await expect(page.locator(".tabbar [aria-current]")).to_have_text("Godziny")
    await page.context.close()


async def test_the_desk_approves_and_refuses(browser: Browser, town_server: str) -> None:
    page = await coordinators_page(browser, town_server)
    first, second = (
        row["id"]
        for row in await database.fetch(
            "SELECT id FROM hours_worked WHERE state = 'reported' ORDER BY reported_at, id LIMIT 2"
        )
    )
    await page.goto("/desk/hours")
    await tab_to(page, f"[id='f-{first}-time']")
    await page.keyboard.press("Control+A")
    await page.keyboard.type("dużo")
    await page.keyboard.press("Enter")
    await follow_the_summary(page, f"[id='f-{first}-time']")
    await expect(page.locator(f"[id='f-{first}-time']")).to_have_value("dużo")
    await page.keyboard.press("Control+A")
    await page.keyboard.type("2:00")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_have_text("Godziny są zatwierdzone.")
    await expect(page.get_by_role("status")).to_be_in_viewport()
    row = await database.fetchrow("SELECT minutes, state FROM hours_worked WHERE id = $1", first)
    assert row and (row["minutes"], row["state"]) == (120, "approved")
    await page.keyboard.press("Tab")
    assert await focused(page, "main *"), "Tab goes on in the list, not through the rail"
    await tab_to(page, f"[id='h-{second}'] summary")
    await page.keyboard.press("Enter")
    await tab_to(page, f"[id='f-{second}-no-reason']")
    await page.keyboard.press("Enter")
    await follow_the_summary(page, f"[id='f-{second}-no-reason']")
    await page.keyboard.type("To był dzień wolny")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("Ta osoba przeczyta powód")
    row = await database.fetchrow("SELECT reason, state FROM hours_worked WHERE id = $1", second)
    assert row and (row["reason"], row["state"]) == ("To był dzień wolny", "refused")
    await page.context.close()
