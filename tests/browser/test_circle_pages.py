"""Support circles and visits on every screen: by keyboard, without scripts, axe clean, nothing scrolls sideways."""

import re
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, expect
from support import people
from support.eyes import examine, opened

from volunteer_hub.access.tables import Session
from volunteer_hub.kit import database, secret
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.schedule import actions

CIRCLE = "SELECT id FROM initiative WHERE name = 'Zespół przy jednej rodzinie'"


async def helper(browser: Browser, address: str, width: int, **options: object) -> Page:
    """The volunteer of the town's circle, signed in, who has also said yes to the first visit."""
    who: UUID = await database.fetchval("SELECT volunteer FROM circle_helper WHERE volunteer IS NOT NULL")
    account = await people.account(Role.VOLUNTEER)
    await database.execute("UPDATE volunteer SET account = $2 WHERE id = $1", who, account.id)
    await database.execute("DELETE FROM booking WHERE volunteer = $1", who)
    opening = await database.fetchval(
        """SELECT o.id FROM opening o JOIN meeting m ON m.id = o.meeting JOIN pair q ON q.initiative = m.initiative
           ORDER BY m.starts_at LIMIT 1"""
    )
    await database.execute("DELETE FROM assignment WHERE volunteer = $1", who)
    await database.execute("UPDATE volunteer SET max_km = 500, max_hours_week = 40 WHERE id = $1", who)
    await people.save(people.Availability(volunteer=who, weekday=2, starts=people.time(15), ends=people.time(18)))
    assignment = await actions.invite(SYSTEM, opening, who)
    await actions.answer(SYSTEM, assignment, accept=True, channel="desk")
    token = secret.token()
    await people.save(Session(token_hash=secret.fingerprint(token), account=account.id))
    size = {"width": width, "height": 720}
    context = await browser.new_context(base_url=address, locale="pl-PL", viewport=size, **options)  # type: ignore[arg-type]
    await context.add_cookies([{"name": "session", "value": token, "url": address}])
    return await context.new_page()


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (768, "dark"), (1280, "light")])
async def test_the_desk_sees_them_on_every_screen(browser: Browser, town_server: str, width: int, scheme: str) -> None:
    circle = await database.fetchval(CIRCLE)
    who = await database.fetchval("SELECT participant FROM member e JOIN pair q ON q.member = e.id")
    load = await database.fetchval("SELECT id FROM helper_load LIMIT 1")
    page = await opened(browser, town_server, width=width, color_scheme=scheme)
    for name, path in {
        "room": f"/desk/initiatives/{circle}/circle?q=an", "caps": "/desk/caps", "own-cap": f"/desk/caps/{load}",
        "whom": "/desk/pairs/new?q=gen", "pair": f"/desk/pairs/new?participant={who}&q=an",
        "of-circle": f"/desk/initiatives/{circle}", "card": f"/desk/participants/{who}",
    }.items():  # fmt: skip
        await page.goto(path)
        await examine(page, f"circle-{name}-{width}")
    await page.context.close()


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
async def test_a_volunteer_sees_theirs_on_every_screen(
    browser: Browser, town_server: str, width: int, scheme: str
) -> None:
    page = await helper(browser, town_server, width, color_scheme=scheme, java_script_enabled=width > 320)
    circle, visits = await database.fetchval(CIRCLE), await database.fetchval("SELECT initiative FROM pair")
    await page.goto("/me")
    await page.get_by_role("link", name="Zespół przy jednej rodzinie").focus()
    for name, path in {"me": "/me", "my": f"/me/circles/{circle}", "visit": f"/me/visits/{visits}"}.items():
        await page.goto(path)
        if width > 320:
            await examine(page, f"circle-{name}-{width}")
    await expect(page.get_by_text("Genowefa")).to_be_visible()
    await page.goto(f"/me/circles/{circle}")
    await page.get_by_role("button", name="Zrobione").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("zrobione", exact=True)).to_be_visible()
    await page.context.close()


async def test_a_team_is_put_together_by_keyboard_without_scripts(browser: Browser, town_server: str) -> None:
    page = await opened(browser, town_server, width=320, java_script_enabled=False)
    await page.goto(f"/desk/initiatives/{await database.fetchval(CIRCLE)}/circle")
    await page.get_by_role("button", name=re.compile("Niech prowadzi.*Piotr Zalewski")).focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("rowheader", name=re.compile("Piotr Zalewski.*prowadzi"))).to_be_visible()
    await page.get_by_text("Dodaj zadanie").first.focus()
    await page.keyboard.press("Enter")
    await page.get_by_label("Co jest do zrobienia").fill("Zapisać na basen")
    await page.locator("#f-t-helper").select_option(label="Piotr Zalewski")
    await page.get_by_role("button", name="Dodaj zadanie").press("Enter")
    await expect(page.get_by_role("row", name="Zapisać na basen")).to_be_visible()
    await page.context.close()
