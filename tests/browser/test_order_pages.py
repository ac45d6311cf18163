"""The rule of the order, what became of invitations, and the smallest change: on every screen, light and dark."""

import pytest
from matching.test_mending import Chain, states
from matching.test_outcomes import SOON, asked, coordinator, opening
from playwright.async_api import Browser, expect
from support.eyes import examine, opened

from volunteer_hub.kit import database


async def alone() -> Chain:
    """A chain in a town where nobody else could come."""
    chain = await Chain.made()
    await database.execute(
        "UPDATE volunteer SET step = 'paused' WHERE id <> ALL($1) AND step = 'active'", [who.id for who in chain.people]
    )
    return chain


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (768, "light"), (1280, "light"), (1280, "dark")])
async def test_order_outcomes_and_change(browser: Browser, town_server: str, width: int, scheme: str) -> None:
    by, to = await coordinator(), await opening(most=100)
    for rank, yes, no in ((1, 21, 3), (2, 5, 2), (4, 9, 8), (11, 4, 17), (None, 3, 1)):
        for n in range(yes + no):
            await asked(by, to, rank, answer=n < yes)
    chain = await alone()
    page = await opened(browser, town_server, width=width, color_scheme=scheme)
    await page.goto("/desk/order")
    await examine(page, f"order-{width}-{scheme}")
    await page.get_by_label("Ile kilometrów stąd").fill("2,5")
    await page.get_by_label("Ile kilometrów stąd").press("Enter")
    await expect(page.locator("#reckoned")).to_contain_text("na 1000")
    await page.goto("/desk/order?km=x&max_km=5&recent=1")
    await examine(page, f"order-wrong-{width}-{scheme}")
    await page.goto(f"/desk/plan/outcomes?first_day={SOON}&last_day={SOON}")
    await examine(page, f"outcomes-{width}-{scheme}")
    await page.goto(chain.url)
    await examine(page, f"mend-{width}-{scheme}")
    await page.context.close()


async def test_the_change_is_made_by_keyboard_alone(browser: Browser, town_server: str) -> None:
    chain = await alone()
    page = await opened(browser, town_server, width=1280)
    await page.goto(chain.url)
    await page.get_by_role("button", name="Zrób tę zmianę").focus()
    await page.keyboard.press("Enter")
    summary = page.locator(".summary")
    await expect(summary).to_be_focused()
    await examine(page, "mend-refused")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    for _ in chain.people:
        await page.keyboard.press("Space")
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Zmiana zapisana")).to_be_visible()
    assert (await states())["Ola", "Koncert"] == "accepted"
    await page.context.close()
