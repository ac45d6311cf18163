"""Participants, members and the note in a browser: axe, 320 px, light and dark, and a note written by the keyboard."""

import pytest
from playwright.async_api import Browser, Page, expect
from support.eyes import examine, opened

from volunteer_hub.kit import database


async def addresses() -> dict[str, str]:
    row = await database.fetchrow(
        """SELECT m.initiative, m.id AS member, m.participant FROM member m JOIN initiative i ON i.id = m.initiative
           JOIN participant p ON p.id = m.participant WHERE i.name = 'Grupa Czwartek' AND p.alias = 'Zofia N.'"""
    )
    assert row
    group, card = f"/desk/initiatives/{row['initiative']}", f"/desk/participants/{row['participant']}"
    return {
        "participants": "/desk/participants", "found": "/desk/participants?q=irena", "new": "/desk/participants/new",
        "card": card, "edit": f"{card}/edit", "initiative": group, "members": f"{group}/members",
        "known": f"{group}/members?q=teresa", "new-member": f"{group}/members/new",
        "leaving": f"{group}/members/{row['member']}/leaving", "note": f"{group}/members/{row['member']}/note",
    }  # fmt: skip


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
async def test_every_page_fits_and_reads(browser: Browser, town_server: str, width: int, scheme: str) -> None:
    page = await opened(browser, town_server, width=width, color_scheme=scheme)
    where = await addresses()
    for name, path in where.items():
        await page.goto(path)
        await examine(page, f"{name}-{width}")
    await page.goto(where["new"])
    await page.get_by_role("button", name="Zapisz osobę").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await examine(page, f"new-wrong-{width}")
    await page.context.close()
    page = await opened(browser, town_server, "facilitator", width=width, color_scheme=scheme)
    for name in ("members", "new-member", "note"):
        await page.goto(where[name])
        await examine(page, f"facilitator-{name}-{width}")
    await page.context.close()


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_facilitator_writes_a_note_by_the_keyboard_alone(
    browser: Browser, town_server: str, scripts: bool
) -> None:
    page = await opened(browser, town_server, "facilitator", java_script_enabled=scripts)
    where = await addresses()
    await page.goto(where["members"])
    await _tab_to(page, 'a[href$="/note"]')
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/note")
    await _tab_to(page, "textarea[name=text]")
    await page.keyboard.type("Woli rano. ")
    await _tab_to(page, "main button")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Zapisane.")).to_be_visible()
    await expect(page.get_by_text("Woli rano.")).to_have_count(0)
    await page.context.close()


async def _tab_to(page: Page, selector: str) -> None:
    """Presses Tab until the first thing `selector` names has the focus."""
    wanted = page.locator(selector).first
    for _ in range(80):
        await page.keyboard.press("Tab")
        if await wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")
