"""The desk's pages about one volunteer in a real browser: axe, 320 px, and a step taken by the keyboard alone."""

import pytest
from playwright.async_api import Browser, expect
from support.eyes import examine

from volunteer_hub.kit import database


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
async def test_every_page_about_a_volunteer_fits_and_reads(
    browser: Browser, town_server: str, width: int, scheme: str
) -> None:
    context = await browser.new_context(
        base_url=town_server, viewport={"width": width, "height": 800}, color_scheme=scheme, locale="pl-PL"
    )
    context.set_default_timeout(15_000)
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.locator("button[value=coordinator]").click()
    active = await database.fetchval(
        """SELECT v.id FROM volunteer v JOIN clearance c ON c.volunteer = v.id
           JOIN agreement a ON a.volunteer = v.id
           WHERE v.step = 'active' AND EXISTS (SELECT FROM assignment WHERE volunteer = v.id AND state = 'accepted')
           ORDER BY v.phone LIMIT 1"""
    )
    minor = await database.fetchval(
        "SELECT id FROM volunteer WHERE guardian_name <> '' AND guardian_consent_at IS NULL ORDER BY phone LIMIT 1"
    )
    card = f"/desk/people/{active}"
    for name, path in {
        "queues": "/desk/people/queues", "new": "/desk/people/new", "card": card, "minor": f"/desk/people/{minor}",
        "edit": f"{card}/edit", "pause": f"{card}/pause", "leave": f"{card}/leave", "agreement": f"{card}/agreement",
        "slip": f"{card}/slip", "policies": "/desk/policies", "reports": "/desk/reports", "desk": "/desk",
    }.items():  # fmt: skip
        await page.goto(path)
        await examine(page, f"{name}-{width}")
    await page.goto(card)
    for summary in await page.locator("main details > summary").all():
        await summary.click()
    await examine(page, f"card-open-{width}")
    await page.goto("/desk/people/new")
    await page.get_by_role("button", name="Zapisz osobę").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await examine(page, f"new-wrong-{width}")
    await context.close()


async def test_a_queue_is_worked_through_by_the_keyboard(browser: Browser, town_server: str) -> None:
    context = await browser.new_context(base_url=town_server, viewport={"width": 1280, "height": 800}, locale="pl-PL")
    context.set_default_timeout(15_000)
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.locator("button[value=coordinator]").click()
    before = await database.fetchval("SELECT count(*) FROM volunteer WHERE step = 'applied'")
    await page.goto("/desk/people/queues")
    for _ in range(60):
        await page.keyboard.press("Tab")
        if "Jesteśmy po rozmowie" in await page.evaluate("document.activeElement.textContent"):
            break
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Zapisane.")).to_be_visible()
    assert await database.fetchval("SELECT count(*) FROM volunteer WHERE step = 'applied'") == before - 1
    await context.close()
