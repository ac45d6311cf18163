"""A volunteer on a phone sees an opening, asks for it and has it; where a coordinator decides, both sides of that."""

import pytest
from playwright.async_api import Browser, Page, expect
from support.eyes import examine, opened

from volunteer_hub.kit import database

# The town's openings as its first week leaves them: with rules that the demo's volunteer keeps, and room.
EASY = """
    UPDATE role_asked SET skills = '{}', languages = '{}', clearances = '{}', min_age = NULL, max_age = NULL,
           minor_safe = true, gender = ''"""
# The soonest one that everybody sees, and at which the demo's volunteer has nothing else to do.
SOONEST = """
    SELECT o.id, i.name FROM opening o JOIN meeting m ON m.id = o.meeting JOIN initiative i ON i.id = m.initiative
    JOIN theme t ON t.id = i.theme
    WHERE i.public AND i.state = 'running' AND i.kind NOT IN ('group', 'circle') AND NOT t.confidential
      AND m.state = 'planned' AND o.taken < o.most AND m.starts_at > now() + interval '1 day'
      AND m.starts_at < now() + interval '20 days' AND NOT EXISTS (
        SELECT FROM booking b WHERE b.volunteer = $1 AND tstzrange(b.starts_at, b.ends_at)
               && tstzrange(m.starts_at, m.ends_at))
      AND NOT EXISTS (SELECT FROM assignment s WHERE s.opening = o.id)
    ORDER BY m.starts_at, o.id LIMIT 1"""


async def an_opening(page: Page, takes: str) -> tuple[str, str]:
    """One that the volunteer who is signed in on `page` may ask for, and nothing of anybody's in its way."""
    who = await database.fetchval(
        "SELECT v.id FROM volunteer v JOIN session s ON s.account = v.account ORDER BY s.created_at DESC LIMIT 1"
    )
    await database.execute(EASY)
    await database.execute("UPDATE initiative SET takes = $1", takes)
    await database.execute("UPDATE volunteer SET step = 'active' WHERE id = $1", who)
    row = await database.fetchrow(SOONEST, who)
    assert row, "the town has no free opening for its volunteer"
    return str(row["id"]), row["name"]


@pytest.mark.parametrize("scripts", [True, False])
async def test_from_the_list_to_a_confirmed_place(browser: Browser, town_server: str, scripts: bool) -> None:
    page = await opened(browser, town_server, "volunteer", 320, java_script_enabled=scripts)
    id, _ = await an_opening(page, "at_once")
    await page.goto("/opportunities")
    if scripts:
        await examine(page, "wish-list-320")
    await page.goto(f"/opportunities/{id}")
    ask = page.get_by_role("button", name="Zgłaszam się")
    await expect(page.get_by_text("Po zgłoszeniu od razu masz miejsce.")).to_be_visible()
    await ask.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#asking").get_by_text("To miejsce jest Twoje")).to_be_visible()
    await expect(page.get_by_text("Miejsce jest Twoje. Szczegóły").first).to_be_visible()
    if scripts:
        assert await page.evaluate("document.activeElement.closest('#asking') !== null"), "the focus stays there"
        await examine(page, "wish-taken-320")
    await page.get_by_role("link", name="Moje zadania").last.click()
    await expect(page.locator("#next ~ ol, section[aria-labelledby=next] ol").first).to_be_visible()
    assert await database.fetchval("SELECT state FROM assignment WHERE opening = $1::uuid", id) == "accepted"
    assert await database.fetchval("SELECT count(*) FROM message WHERE template = 'accepted' AND channel = 'email'")
    await page.context.close()


async def test_a_coordinator_says_yes_and_the_volunteer_sees_it(browser: Browser, town_server: str) -> None:
    mine = await opened(browser, town_server, "volunteer", 390)
    id, name = await an_opening(mine, "after_yes")
    await mine.goto(f"/opportunities/{id}")
    await examine(mine, "wish-page-390")
    await mine.get_by_role("button", name="Zgłaszam się").click()
    await expect(mine.locator("#asking").get_by_text("Czekasz na odpowiedź")).to_be_visible()
    await mine.goto("/me")
    await examine(mine, "wish-me-390")
    desk = await opened(browser, town_server, "coordinator", 320)
    await desk.goto("/desk/wishes")
    await expect(desk.get_by_role("link", name=name).first).to_be_visible()
    await examine(desk, "wishes-desk-320")
    await desk.goto(f"/desk/openings/{id}")
    await desk.set_viewport_size({"width": 1280, "height": 900})
    await examine(desk, "wishes-opening-1280")
    await desk.get_by_role("button", name="Przyjmij", exact=False).first.click()
    await expect(desk.get_by_text("Przyjęte. Wolontariusz dostaje wiadomość.")).to_be_visible()
    await mine.goto(f"/opportunities/{id}")
    await expect(mine.locator("#asking").get_by_text("To miejsce jest Twoje")).to_be_visible()
    for page in (mine, desk):
        await page.context.close()


async def test_a_stranger_reads_it_on_a_phone(browser: Browser, town_server: str) -> None:
    context = await browser.new_context(base_url=town_server, locale="pl-PL", viewport={"width": 320, "height": 720})
    page = await context.new_page()
    await page.goto("/opportunities")
    await page.locator(".ads h3 a").first.click()
    await expect(page.get_by_role("heading", name="Jak się zgłosić")).to_be_visible()
    await examine(page, "wish-stranger-320")
    await page.get_by_role("link", name="Zgłoś się", exact=True).click()
    await expect(page.locator("input[name=next]")).to_have_value(f"/opportunities/{page.url.rpartition('/')[2]}")
    await context.close()
