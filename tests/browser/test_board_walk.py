"""Two coordinators at one board: what one does, and what a volunteer answers by SMS, the other sees without a reload,
and what the other is typing stays."""

import asyncio
import os
import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from browser.test_board_pages import NEXT, TODAY
from playwright.async_api import Browser, Page, Route, expect
from support.eyes import opened

from volunteer_hub.kit import database

# Long, for a machine that does ten things at once; how fast it is, benchmarks/schedule.py says.
SOON = 20_000
INVITED = """
    SELECT s.id, o.id AS opening, o.meeting FROM assignment s JOIN opening o ON o.id = s.opening
    JOIN meeting m ON m.id = o.meeting
    WHERE s.state = 'invited' AND s.answered_at IS NULL AND m.state = 'planned' AND m.starts_wall::date > $1
      AND m.starts_wall::date <= $2 AND o.taken < o.most
    ORDER BY s.id LIMIT 1"""
OF_OPENING = """
    SELECT o.meeting, m.starts_wall::date AS day, (SELECT sum(taken) FROM opening WHERE meeting = m.id) AS taken
    FROM opening o JOIN meeting m ON m.id = o.meeting WHERE o.id = $1"""
LAST_INVITED = """
    SELECT v.phone, s.code FROM assignment s JOIN volunteer v ON v.id = s.volunteer WHERE s.state = 'invited'
    ORDER BY s.invited_at DESC LIMIT 1"""


async def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


async def watched(page: Page) -> None:
    """A mark that a reload would wipe away; and the stream is open."""
    await page.evaluate("window.stayed = true")
    await page.wait_for_timeout(500)


async def call_off(path: str | None) -> None:
    id = UUID((path or "").rpartition("/")[2])
    assert await database.execute("UPDATE meeting SET state = 'cancelled' WHERE id = $1", id) == 1


async def test_two_coordinators_on_one_board(browser: Browser, town_server: str) -> None:
    hanna, other = await opened(browser, town_server), await opened(browser, town_server)
    await hanna.goto(NEXT)
    await watched(hanna)
    card = hanna.locator("#board a[data-move]").first
    path = await card.get_attribute("href")
    assert path
    before = await card.evaluate("one => one.closest('section').getAttribute('aria-labelledby')")

    await other.goto(f"{path}/move")
    sunday = TODAY + timedelta(days=13 - TODAY.weekday())
    await other.get_by_label("Dzień").fill(sunday.isoformat())
    await other.get_by_role("button", name="Przenieś i powiadom").click()
    await expect(other.get_by_text("Spotkanie jest przeniesione.")).to_be_visible()
    moved = hanna.locator(f'section[aria-labelledby="day-7"] a[href="{path}"]')
    await expect(moved).to_be_visible(timeout=SOON)
    assert before != "day-7" and await hanna.evaluate("window.stayed")

    await other.goto(f"{path}/cancel")
    await other.locator("main form button").first.click()
    await expect(moved).to_contain_text("odwołane", timeout=SOON)
    await picture(hanna, "board-two-coordinators")
    for page in (hanna, other):
        await page.context.close()


async def test_an_answer_by_sms_shows_and_the_focus_stays(browser: Browser, town_server: str) -> None:
    hanna, other = await opened(browser, town_server), await opened(browser, town_server)
    await other.goto("/desk/plan")
    await other.get_by_role("link", name=re.compile("Zobacz i zaproś")).first.click()
    await other.wait_for_url("**/desk/openings/*")
    row = await database.fetchrow(OF_OPENING, UUID(other.url.rpartition("/")[2]))
    assert row
    year, week, _ = row["day"].isocalendar()
    await hanna.goto(f"/desk/week?week={year}-W{week:02d}")
    await watched(hanna)
    card = hanna.locator(f'#board a[href="/desk/meetings/{row["meeting"]}"]')
    await card.focus()
    waiting = await card.locator(".invited").count()
    await other.get_by_role("button", name=re.compile("Zaproś")).first.click()
    await expect(card.locator(".invited")).to_have_count(waiting + 1, timeout=SOON)

    phone, code = (await database.fetch(LAST_INVITED))[0]
    async with asyncio.timeout(SOON / 1000):
        while not await database.fetchval("SELECT count(*) FROM message WHERE address = $1 AND body ~ $2", phone, code):
            await asyncio.sleep(0.1)
    await other.goto(f"/dev/phones?q={phone.removeprefix('+48')}")
    await other.get_by_role("textbox", name=re.compile("Odpowiedź")).fill(f"TAK {code}")
    await other.get_by_role("button", name=re.compile("Wyślij")).click()
    await expect(other.get_by_text(f"TAK {code}", exact=True).first).to_be_visible()
    await expect(card.locator(".taken")).to_have_count(row["taken"] + 1, timeout=SOON)
    await expect(card).to_be_focused()
    assert await hanna.evaluate("window.stayed")
    for page in (hanna, other):
        await page.context.close()


async def test_what_is_being_typed_survives_a_change(browser: Browser, town_server: str) -> None:
    """On a page whose live part has a field: the part waits, a quiet line says so, a press shows it."""
    hanna = await opened(browser, town_server)
    await hanna.goto(NEXT)
    path = await hanna.locator("#board a[data-move]").first.get_attribute("href")
    await watched(hanna)
    await hanna.evaluate(
        """() => { const field = document.createElement("textarea"); field.id = "typed";
                   field.setAttribute("aria-label", "Notatka"); document.querySelector("#board").prepend(field); }"""
    )
    field = hanna.locator("#typed")
    await field.fill("Zadzwonić do p. Anny w sprawie")
    await field.press("End")
    await call_off(path)
    said = hanna.get_by_role("status").filter(has_text="Coś się zmieniło.")
    await expect(said).to_be_visible(timeout=SOON)
    await hanna.keyboard.type(" klucza")
    await expect(field).to_have_value("Zadzwonić do p. Anny w sprawie klucza")
    await expect(field).to_be_focused()
    await picture(hanna, "board-held-back")
    await hanna.get_by_role("button", name="Pokaż", exact=True).click()
    await expect(field).to_have_count(0, timeout=SOON)
    await expect(said).to_have_count(0)
    assert await hanna.evaluate("window.stayed")
    await hanna.context.close()


async def test_control_with_nothing_typed_the_part_is_shown_anew(browser: Browser, town_server: str) -> None:
    hanna = await opened(browser, town_server)
    await hanna.goto(NEXT)
    path = await hanna.locator("#board a[data-move]").first.get_attribute("href")
    await watched(hanna)
    await hanna.evaluate("document.querySelector('#board').prepend(document.createElement('textarea'))")
    await call_off(path)
    await expect(hanna.locator("#board textarea")).to_have_count(0, timeout=SOON)
    await hanna.context.close()


async def test_an_older_answer_never_covers_a_newer_one(browser: Browser, town_server: str) -> None:
    """The part is asked for, the answer is long on its way, and meanwhile something more changes."""
    hanna = await opened(browser, town_server)
    await hanna.goto(NEXT)
    paths = [await card.get_attribute("href") for card in await hanna.locator("#board a[data-move]").all()]
    await watched(hanna)
    slow: list[str] = []

    async def on_its_way(route: Route) -> None:
        if route.request.headers.get("x-unasked"):
            slow.append(route.request.url)
            given = await route.fetch()
            await asyncio.sleep(2 if len(slow) == 1 else 0)
            await route.fulfill(response=given)
        else:
            await route.continue_()

    await hanna.route("**/desk/week*", on_its_way)
    await call_off(paths[0])
    async with asyncio.timeout(SOON / 1000):
        while not slow:
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)
    await call_off(paths[1])
    for path in paths[:2]:
        await expect(hanna.locator(f'#board a[href="{path}"]')).to_contain_text("odwołane", timeout=SOON)
    await asyncio.sleep(2)
    await expect(hanna.locator(f'#board a[href="{paths[1]}"]')).to_contain_text("odwołane")
    await hanna.unroute_all(behavior="wait")
    await hanna.context.close()


async def test_a_roster_follows_on_its_own_page(browser: Browser, town_server: str) -> None:
    hanna, other = await opened(browser, town_server), await opened(browser, town_server)
    row = await database.fetchrow(INVITED, TODAY, TODAY + timedelta(days=20))
    assert row
    await hanna.goto(f"/desk/meetings/{row['meeting']}")
    await watched(hanna)
    form = f'form[action="/desk/assignments/{row["id"]}/answer"]'
    await expect(hanna.locator(form).first).to_be_visible()
    await other.goto(f"/desk/openings/{row['opening']}")
    await other.locator(form).get_by_role("button", name=re.compile("Odmawia")).click()
    await expect(hanna.locator(form).get_by_role("button", name=re.compile("Odmawia"))).to_have_count(0, timeout=SOON)
    assert await hanna.evaluate("window.stayed")
    for page in (hanna, other):
        await page.context.close()


async def test_a_tab_out_of_view_comes_back_up_to_date(browser: Browser, town_server: str) -> None:
    """Hidden, it holds no connection; seen again, it has missed nothing."""
    hanna = await opened(browser, town_server)
    await hanna.goto(NEXT)
    path = await hanna.locator("#board a[data-move]").first.get_attribute("href")
    assert path
    await watched(hanna)
    hide = "Object.defineProperty(document, 'hidden', { value: %s, configurable: true });" \
           "document.dispatchEvent(new Event('visibilitychange'))"  # fmt: skip
    await hanna.evaluate(hide % "true")
    await call_off(path)
    await hanna.wait_for_timeout(1500)
    card = hanna.locator(f'#board a[href="{path}"]')
    assert "odwołane" not in await card.inner_text(), "control: nobody told it"
    await hanna.evaluate(hide % "false")
    await expect(card).to_contain_text("odwołane", timeout=SOON)
    await hanna.context.close()
