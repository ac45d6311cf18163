"""When somebody has time, in a real browser: every screen, axe, by the keyboard alone, by touch."""

from uuid import UUID

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect
from support.eyes import examine

from volunteer_hub.kit import database


async def signed_in(context: BrowserContext, role: str) -> Page:
    context.set_default_timeout(15_000)
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.locator(f"button[value={role}]").click()
    await page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


async def volunteer_id() -> UUID:
    """The volunteer who is signed in."""
    found: UUID = await database.fetchval("SELECT v.id FROM volunteer v JOIN session s ON s.account = v.account")
    return found


async def saved(of: UUID) -> list[tuple[int, str, str]]:
    rows = await database.fetch(
        "SELECT weekday, starts, ends FROM availability WHERE volunteer = $1 ORDER BY weekday, starts", of
    )
    return [(row["weekday"], f"{row['starts']:%H:%M}", f"{row['ends']:%H:%M}") for row in rows]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_fit_and_read(browser: Browser, town_server: str, scheme: str) -> None:
    context = await browser.new_context(base_url=town_server, color_scheme=scheme, locale="pl-PL")  # type: ignore[arg-type]
    page = await signed_in(context, "volunteer")
    who = await volunteer_id()
    for width in (320, 768, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        await page.goto("/me")
        await examine(page, f"me-{width}-{scheme}")
        await page.goto("/me/time")
        await page.get_by_role("button", name="Dodaj godziny").click()
        await page.get_by_label("Od", exact=True).last.fill("18:00")
        await page.get_by_label("Do", exact=True).last.fill("17:00")
        await page.get_by_role("button", name="Zapisz").click()
        await expect(page.get_by_role("alert")).to_be_visible()
        await page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
        await examine(page, f"time-{width}-{scheme}")
    await page.goto("/me/time/away")
    await page.get_by_role("button", name="Nie w tym miesiącu").click()
    await expect(page.get_by_role("button", name="Cofnij")).to_be_visible()
    await page.set_viewport_size({"width": 320, "height": 800})
    await examine(page, f"time-off-320-{scheme}")
    desk = await browser.new_context(base_url=town_server, color_scheme=scheme, locale="pl-PL")  # type: ignore[arg-type]
    page = await signed_in(desk, "coordinator")
    for width in (320, 768, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        await page.goto(f"/desk/people/{who}/time")
        await expect(page.get_by_role("heading", name="Zwykły tydzień")).to_be_visible()
        await examine(page, f"desk-time-{width}-{scheme}")
        await page.get_by_role("link", name="Zmień dni bez propozycji").click()
        await examine(page, f"desk-away-{width}-{scheme}")
    await desk.close()
    await context.close()


async def tab_to(page: Page, words: str, times: int = 120) -> None:
    """Presses Tab until the focus is on what `words` names: its text, its label or the text around it."""
    for _ in range(times):
        await page.keyboard.press("Tab")
        named = await page.evaluate(
            """() => { const at = document.activeElement;
                       return (at.labels?.[0]?.textContent || at.textContent).trim().replace(/\\s+/g, " "); }"""
        )
        if named == words:
            return
    raise AssertionError(f"no way to „{words}” by the keyboard")


async def test_a_week_by_the_keyboard_alone(browser: Browser, town_server: str) -> None:
    context = await browser.new_context(base_url=town_server, viewport={"width": 1280, "height": 800}, locale="pl-PL")
    page = await signed_in(context, "volunteer")
    who = await volunteer_id()
    await database.execute("DELETE FROM availability WHERE volunteer = $1", who)
    await page.goto("/me")
    await tab_to(page, "Kiedy mogę pomagać: zmień godziny lub dni wolne")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/me/time")
    await tab_to(page, "Wtorek, wieczór")
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")  # Wednesday morning
    await tab_to(page, "Dodaj godziny")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Dzień", exact=True)).to_be_focused()
    await page.keyboard.type("cz")  # Thursday
    await tab_to(page, "Od")
    await page.keyboard.type("0500PM")
    await tab_to(page, "Do")
    await page.keyboard.type("0630PM")
    await page.keyboard.press("Enter")  # in a field: it saves, and no row is dropped
    await expect(page.get_by_text("Zapisane.", exact=True)).to_be_visible()
    assert await saved(who) == [(2, "16:00", "20:00"), (3, "08:00", "12:00"), (4, "17:00", "18:30")]
    await tab_to(page, "Zmień dni bez propozycji")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/me/time/away")
    await tab_to(page, "Nie w tym miesiącu")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Cofnij")).to_be_visible()
    assert await page.evaluate("document.activeElement !== document.body"), "the focus is never lost"
    await tab_to(page, "Cofnij: jednak w tym miesiącu")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Nie w tym miesiącu")).to_be_visible()
    assert await database.fetchval("SELECT count(*) FROM away WHERE volunteer = $1", who) == 0
    await context.close()


async def test_a_week_by_touch_on_the_smallest_phone(browser: Browser, town_server: str) -> None:
    context = await browser.new_context(
        base_url=town_server, viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True, locale="pl-PL"
    )
    page = await signed_in(context, "volunteer")
    who = await volunteer_id()
    await database.execute("DELETE FROM availability WHERE volunteer = $1", who)
    await page.goto("/me/time")
    await page.get_by_role("button", name="Dodaj godziny").tap()
    # The row pushes the page down: who presses below it looks where that is first. test_swaps has the hasty thumb.
    await expect(page.get_by_role("group", name="Wiersz 1")).to_be_visible()
    await page.get_by_text("Skopiuj jeden dzień na inne").tap()
    small = await page.evaluate(
        """() => [...document.querySelectorAll(
                 "main a:not(.crumbs a, p a), main button:not([aria-hidden]), main summary, main select, main .slot,"
                 + "main .choice, main input:not([type=hidden], .slot input, .choice input)")]
             .map(one => [one.textContent.trim().slice(0, 30) || one.name, one.getBoundingClientRect()])
             .filter(([, box]) => box.width && (box.height < 43.9 || box.width < 43.9))
             .map(([name, box]) => `${name}: ${box.width} × ${box.height}`)"""
    )
    assert not small
    week = await page.locator(".availability").bounding_box()
    assert week and week["x"] >= 0 and week["x"] + week["width"] <= 320, "the whole week at once"
    await page.locator("label.slot").nth(0).tap()
    await page.get_by_role("group", name="Na które dni").get_by_text("niedziela").tap()
    await page.get_by_role("button", name="Skopiuj").tap()
    await expect(page.get_by_text("To jeszcze niezapisane")).to_be_visible()
    assert await saved(who) == []
    await page.get_by_role("button", name="Zapisz").tap()
    await expect(page.get_by_text("Zapisane.", exact=True)).to_be_visible()
    assert await saved(who) == [(1, "08:00", "12:00"), (7, "08:00", "12:00")]
    await page.locator("label.slot").nth(0).tap()
    async with page.expect_response("**/me/time") as answer:
        await page.get_by_role("button", name="Zapisz").tap()
    assert (await answer.value).status == 200
    assert await saved(who) == [(7, "08:00", "12:00")]
    await context.close()


async def test_changed_on_another_phone_is_seen_at_once(browser: Browser, town_server: str) -> None:
    context = await browser.new_context(base_url=town_server, viewport={"width": 320, "height": 640}, locale="pl-PL")
    page = await signed_in(context, "volunteer")
    who = await volunteer_id()
    await page.goto("/me/time")
    await database.execute("UPDATE volunteer SET travels = 'car' WHERE id = $1", who)
    await page.get_by_label("Najwięcej razy w tygodniu").select_option("2")
    await page.get_by_role("button", name="Zapisz").click()
    await expect(page.locator(".summary")).to_be_focused()
    await expect(page.get_by_role("alert")).to_be_in_viewport()
    await expect(page.get_by_label("Najwięcej razy w tygodniu")).to_have_value("2")
    await examine(page, "time-stale-320")
    await context.close()


async def test_the_plain_week_works_without_javascript(browser: Browser, town_server: str) -> None:
    context = await browser.new_context(
        base_url=town_server, viewport={"width": 320, "height": 640}, java_script_enabled=False, locale="pl-PL"
    )
    page = await signed_in(context, "volunteer")
    who = await volunteer_id()
    await database.execute("DELETE FROM availability WHERE volunteer = $1", who)
    await page.goto("/me/time")
    await page.get_by_role("button", name="Dodaj godziny").click()
    await page.get_by_label("Dzień", exact=True).select_option("2")
    await page.get_by_label("Od", exact=True).fill("22:00")
    await page.get_by_label("Do", exact=True).fill("00:00")
    await page.get_by_role("button", name="Zapisz").click()
    assert await saved(who) == [(2, "22:00", "23:59")]
    await expect(page.get_by_label("Do", exact=True)).to_have_value("00:00")
    await page.get_by_role("link", name="Zmień dni bez propozycji").click()
    await page.get_by_role("button", name="Nie w tym miesiącu").click()
    await page.get_by_role("button", name="Cofnij").click()
    await expect(page.get_by_text("Cofnięte.")).to_be_visible()
    await context.close()
