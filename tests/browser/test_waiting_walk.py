"""A volunteer gives a place back on a phone; the next in line is asked by SMS and says yes; the desk sees the line."""

import re
from uuid import UUID

import pytest
from playwright.async_api import Browser, expect
from support import people
from support.eyes import examine, opened

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.tables import Assignment


async def one_place() -> tuple[UUID, UUID, str]:
    """The volunteer just signed in has the only place of a meeting in three days; two wait. The opening, the
    assignment, the phone of the first in line."""
    who = await database.fetchval(
        "SELECT v.id FROM volunteer v JOIN session s ON s.account = v.account ORDER BY s.created_at DESC LIMIT 1"
    )
    await database.execute("UPDATE volunteer SET step = 'active' WHERE id = $1", who)
    await database.execute("UPDATE assignment SET state = 'withdrawn' WHERE volunteer = $1", who)
    await database.execute("UPDATE booking SET accepted = false WHERE volunteer = $1", who)
    await people.insured()
    opening = await people.opening(most=1)
    waiting = [await people.volunteer(first_name=name) for name in ("Hanna", "Iwona")]
    people_asked = (who, *(one.id for one in waiting))
    ids = [(await people.save(Assignment(opening=opening.id, volunteer=id, state="invited"))).id for id in people_asked]
    await database.execute("UPDATE assignment SET code = '22' WHERE id = $1", ids[1])
    await actions.answer(SYSTEM, ids[0], accept=True, channel="web")
    for id in ids[1:]:
        with pytest.raises(actions.Full):
            await actions.answer(SYSTEM, id, accept=True, channel="sms")
    return opening.id, ids[0], waiting[0].phone or ""


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_release_an_offer_and_a_yes(browser: Browser, town_server: str, scripts: bool) -> None:
    mine = await opened(browser, town_server, "volunteer", 320, java_script_enabled=scripts)
    opening, _, phone = await one_place()
    desk = await opened(browser, town_server, "coordinator", 320, java_script_enabled=scripts)
    await desk.goto(f"/desk/openings/{opening}")
    await expect(desk.get_by_role("heading", name="Lista oczekujących")).to_be_visible()
    await mine.goto("/me")
    await mine.get_by_role("link", name=re.compile("Nie mogę przyjść")).first.focus()
    await mine.keyboard.press("Enter")
    await expect(mine.get_by_role("heading", name="Mam zastępstwo")).to_be_visible()
    if scripts:
        await examine(desk, "line-desk-320")
        await examine(mine, "absence-320")
    await mine.get_by_role("button", name="Zwolnij miejsce").click()
    await expect(mine.get_by_text("Pytamy już pierwszą osobę z listy")).to_be_visible()
    await desk.goto(f"/dev/phones?q={phone[3:]}")
    await expect(desk.locator("body")).to_contain_text("zwolnilo sie miejsce", timeout=15_000)
    await desk.get_by_role("button", name=re.compile("^TAK")).first.click()
    await expect(desk.locator("body")).to_contain_text(re.compile("Dziekujemy|odczytano"), timeout=15_000)
    has = await database.fetchval(
        """SELECT v.first_name FROM volunteer v JOIN assignment s ON s.volunteer = v.id
           WHERE s.opening = $1 AND s.state = 'accepted'""",
        opening,
    )
    assert has == "Hanna"
    for page in (mine, desk):
        await page.context.close()


async def test_what_an_offer_looks_like(browser: Browser, town_server: str) -> None:
    """The signed-in volunteer is in line, is asked, names somebody once they have it."""
    mine = await opened(browser, town_server, "volunteer", 320)
    opening, own, _ = await one_place()
    await mine.goto(f"/me/assignments/{own}/absence")
    await mine.get_by_label("Telefon tej osoby").fill("12")
    await mine.get_by_role("button", name="Zapytaj tę osobę").click()
    await expect(mine.locator(".summary")).to_be_focused()
    await examine(mine, "substitute-wrong-320")
    await mine.get_by_label("Telefon tej osoby").fill("699 111 222")
    await mine.get_by_role("button", name="Zapytaj tę osobę").click()
    await expect(mine.get_by_text("Pytamy osobę, która ma przyjść za Ciebie")).to_be_visible()
    await examine(mine, "named-me-320")
    await mine.goto(f"/me/assignments/{own}/absence")
    await examine(mine, "named-320")
    await mine.get_by_role("button", name="Zwolnij miejsce").click()
    await expect(mine.get_by_text("Pytamy już pierwszą osobę z listy")).to_be_visible()
    await database.execute(
        """UPDATE assignment s SET state = 'invited', waiting_since = now(), offer_until = o.offer_until
           FROM assignment o WHERE s.id = $1 AND o.opening = $2 AND o.offer_until IS NOT NULL""",
        own,
        opening,
    )
    await mine.goto("/me")
    await expect(mine.get_by_text("Zwolniło się miejsce")).to_be_visible()
    await examine(mine, "offer-me-320")
    await database.execute("UPDATE assignment SET offer_until = NULL WHERE id = $1", own)
    await mine.reload()
    await expect(mine.get_by_text("3. w kolejce")).to_be_visible()
    await examine(mine, "in-line-me-320")
    desk = await opened(browser, town_server, "coordinator", 1280)
    await desk.goto(f"/desk/openings/{opening}")
    await examine(desk, "line-desk-1280")
    for page in (mine, desk):
        await page.context.close()
