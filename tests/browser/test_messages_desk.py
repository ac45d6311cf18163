"""The desk's messages in a real browser: on every screen, axe clean, by keyboard alone, without scripts."""

import re
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, expect
from replies import sms
from support import people
from support.eyes import examine

from volunteer_hub.access.tables import Session
from volunteer_hub.kit import database, secret
from volunteer_hub.kit.actor import Role

FAULTS = [
    ("Kacper", "undelivered", "30003"), ("Maksymilianna", "undelivered", "30005"), ("Ola", "undelivered", "30006"),
    ("Piotr", "parked", "not there"), ("Ewa", "to_phone", ""), ("Jan", "suppressed", "stop"), ("Ala", "unknown", "500"),
]  # fmt: skip


async def scene() -> UUID:
    """Invitations that failed in every way, some that wait, some that arrived, both channels held; one of them."""
    of = await people.initiative(name="Czytanie bajek na Zazamczu i spacery wzdłuż Wisły")
    opening = await people.opening(await people.meeting(of), await people.role(of), most=30)
    first = None
    for name, state, error in FAULTS:
        who = await people.volunteer(first_name=name, last_name="Brzęczyszczykiewicz")
        await sms.invited(who, opening)
        id = await database.fetchval("SELECT id FROM message WHERE address = $1", who.phone)
        became = "UPDATE message SET state = $2, error = $3, sent_at = NULL, finished_at = now() WHERE id = $1"
        await database.execute(became, id, state, error)
        first = first or id
    for name in ("Zofia", "Marek", "Krystyna"):
        who = await people.volunteer(first_name=name, last_name="Nowak")
        await sms.invited(who, opening)
    waits = "UPDATE message SET state = 'planned', sent_at = NULL WHERE channel = 'sms' AND state = 'delivered'"
    await database.execute(waits)
    pause = "INSERT INTO channel_pause (channel, until, reason) VALUES ($1, now() + interval '15 minutes', $2)"
    await database.execute(pause, "sms", "flood")
    await database.execute(pause, "email", "535")
    assert first
    return first


async def desk(browser: Browser, address: str, **options: Any) -> Page:
    account, token = await people.account(Role.COORDINATOR), secret.token()
    await people.save(Session(token_hash=secret.fingerprint(token), account=account.id))
    context = await browser.new_context(base_url=address, locale="pl-PL", **options)
    await context.add_cookies([{"name": "session", "value": token, "url": address}])
    return await context.new_page()


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (768, "dark"), (1280, "light")])
async def test_they_fit_and_read(browser: Browser, server: str, width: int, scheme: str) -> None:
    talk = await scene()
    page = await desk(browser, server, viewport={"width": width, "height": 800}, color_scheme=scheme)
    for name, path in {
        "today": "/desk/messages/today", "todo": "/desk/messages", "talks": "/desk/messages/talks",
        "costs": "/desk/messages/costs", "held": "/desk/messages/held?channel=sms", "talk": f"/desk/messages/{talk}",
    }.items():  # fmt: skip
        await page.goto(path)
        await examine(page, f"messages-{name}-{width}")
    await page.locator("textarea").fill("Dzień dobry, proszę o telefon w sprawie jutra. " * 4)
    await page.get_by_role("button", name="Sprawdź przed wysłaniem").click()
    await expect(page.get_by_role("heading", level=1, name="Zanim wyślesz")).to_be_visible()
    await examine(page, f"messages-letter-{width}")
    await page.context.close()


async def to(page: Page, role: Any, name: str, key: str = "Enter") -> None:
    """By Tab alone to what is called `name`, and presses it."""
    wanted = page.get_by_role(role, name=re.compile(re.escape(name).replace(":", " ?:"))).first
    for _ in range(150):
        await page.keyboard.press("Tab")
        if await wanted.evaluate("one => one === document.activeElement"):
            await page.keyboard.press(key)
            return
    raise AssertionError(f"no way by keyboard to {name}")


@pytest.mark.parametrize("scripts", [True, False])
async def test_two_are_sent_again_and_one_is_told_by_keyboard_alone(
    browser: Browser, server: str, scripts: bool
) -> None:
    await scene()
    page = await desk(browser, server, java_script_enabled=scripts, viewport={"width": 320, "height": 800})
    await page.goto("/desk/messages")
    await to(page, "checkbox", "Zaznacz: Kacper B.", "Space")
    await to(page, "checkbox", "Zaznacz: Piotr B.", "Space")
    await to(page, "button", "Wyślij jeszcze raz: wszystkie zaznaczone")
    await expect(page.get_by_text("Wyjdą jeszcze raz: 2.")).to_be_visible()
    await to(page, "button", "Przekazane: Ewa B.")
    await expect(page.get_by_text("Zapisane jako przekazane: 1.")).to_be_visible()
    assert await database.fetchval("SELECT count(*) FROM message WHERE again_of IS NOT NULL") == 1
    await page.context.close()


async def test_the_day_follows_what_others_do_and_keeps_what_is_ticked(browser: Browser, server: str) -> None:
    await scene()
    page = await desk(browser, server)
    await page.goto("/desk/messages/today")
    await expect(page.get_by_role("checkbox", name="Zaznacz: Zofia N.")).to_be_visible()
    await database.execute("UPDATE message SET state = 'cancelled', finished_at = now() WHERE state = 'planned'"
                           " AND address = (SELECT phone FROM volunteer WHERE first_name = 'Marek')")  # fmt: skip
    await expect(page.get_by_role("checkbox", name="Zaznacz: Marek N.")).to_have_count(0)
    await page.get_by_role("checkbox", name="Zaznacz: Zofia N.").check()
    await database.execute("UPDATE message SET state = 'cancelled', finished_at = now() WHERE state = 'planned'"
                           " AND address = (SELECT phone FROM volunteer WHERE first_name = 'Krystyna')")  # fmt: skip
    await expect(page.get_by_text("Coś się zmieniło.")).to_be_visible()
    await expect(page.get_by_role("checkbox", name="Zaznacz: Zofia N.")).to_be_checked()
    await page.context.close()
