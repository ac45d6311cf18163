"""On a phone: eight people noted in a few presses, a volunteer's day and hours; the desk's day; without scripts too."""

import os
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, expect
from support import people
from support.attended import HOUR, shift
from support.eyes import examine

from volunteer_hub.access.tables import Account, Session
from volunteer_hub.kit import clock, database, secret
from volunteer_hub.schedule.hours import actions as hours
from volunteer_hub.schedule.hours.actions import Report

PHONE = {"width": 360, "height": 640}
TEN_SECONDS = 10


async def signed(browser: Browser, address: str, account: UUID, **options: object) -> Page:
    """A browser in which this person of the town is signed in."""
    context = await browser.new_context(base_url=address, locale="pl-PL", **({"viewport": PHONE} | options))  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    token = secret.token()
    await people.save(Session(token_hash=secret.fingerprint(token), account=account))
    await context.add_cookies([{"name": "session", "value": token, "url": address}])
    return await context.new_page()


async def thursday() -> tuple[UUID, UUID]:
    """The group Thursday with eight people on its list, half an hour after it began; its meeting and facilitator."""
    meeting = await database.fetchrow(
        """SELECT m.id, m.initiative FROM meeting m JOIN initiative i ON i.id = m.initiative
           JOIN opening o ON o.meeting = m.id JOIN assignment s ON s.opening = o.id AND s.state = 'accepted'
           WHERE i.name = 'Grupa Czwartek' AND m.starts_at > now() ORDER BY m.starts_at LIMIT 1"""
    )
    if meeting is None:
        meeting = await database.fetchrow(
            """SELECT m.id, m.initiative FROM meeting m JOIN initiative i ON i.id = m.initiative
               WHERE i.name = 'Grupa Czwartek' AND m.starts_at > now() ORDER BY m.starts_at LIMIT 1"""
        )
    assert meeting
    for alias in ("Ewa T.", "Adam W."):
        who = await people.participant(alias=alias)
        await database.execute(
            "INSERT INTO member (id, initiative, participant, joined_on) VALUES (gen_random_uuid(), $1, $2, $3)",
            *(meeting["initiative"], who.id, clock.today(people.ZONE) - timedelta(days=9)),
        )
    await shift(meeting["id"], -HOUR / 2)
    leader = await database.fetchval("SELECT account FROM facilitator WHERE initiative = $1", meeting["initiative"])
    return meeting["id"], leader


@pytest.mark.parametrize("scripts", [True, False])
async def test_attendance_of_eight_in_a_few_presses(browser: Browser, town_server: str, scripts: bool) -> None:
    meeting, leader = await thursday()
    page = await signed(browser, town_server, leader, java_script_enabled=scripts)
    await page.goto("/desk/day")
    if scripts:  # axe needs them
        await examine(page, "leaders-day")
    begun = time.monotonic()
    await page.get_by_role("link", name="Sprawdź obecność").first.click()
    for name in ("Bogdan S.", "Ewa T."):
        await page.get_by_role("checkbox", name=name).uncheck()
    await page.get_by_role("button", name="Zapisz obecność").click()
    await expect(page.get_by_text("Obecność jest zapisana")).to_be_visible()
    assert time.monotonic() - begun < TEN_SECONDS, "four presses, and most of the time is the machine's"
    noted = await database.fetch("SELECT came FROM coming WHERE meeting = $1 AND came IS NOT NULL", meeting)
    assert sorted(row["came"] for row in noted) == [False] * 2 + [True] * 6
    for width in (320, 360, 1280) if scripts else ():
        await page.set_viewport_size({"width": width, "height": 640})
        await examine(page, f"attendance-{width}")
    await page.context.close()


async def test_it_goes_by_keyboard_alone(browser: Browser, town_server: str) -> None:
    meeting, leader = await thursday()
    page = await signed(browser, town_server, leader)
    await page.goto(f"/desk/meetings/{meeting}/attendance")
    await page.get_by_role("checkbox").first.focus()
    await page.keyboard.press("Space")
    for _ in range(40):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.textContent.includes('Zapisz obecność')"):
            break
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Obecność jest zapisana")).to_be_visible()
    away = await database.fetchval("SELECT count(*) FROM coming WHERE meeting = $1 AND NOT came", meeting)
    assert away == 1
    await page.context.close()


async def helper() -> Account:
    """A volunteer of the town whose soonest task begins in an hour, and the account they sign in with."""
    row = await database.fetchrow(
        """SELECT v.account, m.id AS meeting FROM volunteer v JOIN assignment s ON s.volunteer = v.id
           JOIN opening o ON o.id = s.opening JOIN meeting m ON m.id = o.meeting
           WHERE s.state = 'accepted' AND v.account IS NOT NULL AND m.starts_at > now()
           ORDER BY m.starts_at, s.id LIMIT 1"""
    )
    assert row
    await shift(row["meeting"], HOUR / 2)
    today = clock.today(people.ZONE)
    await database.execute(
        "UPDATE meeting SET starts_wall = $2::date + interval '20 hours', ends_wall = $2::date + interval '22 hours'"
        " WHERE id = $1",
        *(row["meeting"], today),
    )
    found = await Account.objects().get(Account.id == row["account"])
    assert found
    return found


@pytest.mark.parametrize(("width", "scripts"), [(320, True), (360, False), (1280, True)])
async def test_a_volunteers_day_and_hours(browser: Browser, town_server: str, width: int, scripts: bool) -> None:
    account = await helper()
    page = await signed(
        browser, town_server, account.id, viewport={"width": width, "height": 640}, java_script_enabled=scripts
    )
    await page.goto("/me")
    await page.get_by_role("link", name="Dziś 1 zadanie").click()
    if scripts:
        await examine(page, f"my-day-{width}")
    await page.get_by_role("link", name="Godziny").click()
    await page.get_by_label("Gdzie").select_option(index=1)
    await page.get_by_label("Ile czasu").fill("2 h 30")
    await page.get_by_role("button", name="Zgłoś godziny").click()
    await expect(page.get_by_text("Godziny czekają na zatwierdzenie")).to_be_visible()
    if scripts:
        await examine(page, f"my-hours-{width}")
    await page.get_by_role("link", name="Dziś", exact=True).click()
    await page.get_by_role("button", name="Nie dam rady, choruję").click()
    await expect(page.get_by_text("Zdrowiej spokojnie")).to_be_visible()
    if scripts:
        await examine(page, f"my-day-ill-{width}")
    await page.context.close()


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (768, "dark"), (1280, "light")])
async def test_the_desks_day_fits_and_reads(browser: Browser, town_server: str, width: int, scheme: str) -> None:
    await helper()
    coordinator = await database.fetchval("SELECT id FROM account WHERE email = 'hanna@centrum.example'")
    row = await database.fetchrow(
        "SELECT account, initiative FROM volunteer v JOIN hours_worked h ON h.volunteer = v.id"
    )
    assert row
    me = people.actor(await Account.objects().get(Account.id == row["account"]))
    await hours.report(me, Report(row["initiative"], clock.today(people.ZONE), 45, "rozmowa przez telefon"), again=True)
    page = await signed(
        browser, town_server, coordinator, viewport={"width": width, "height": 800}, color_scheme=scheme
    )
    await page.goto("/desk/day")
    await examine(page, f"desk-day-{width}")
    await page.goto("/desk/hours")
    await examine(page, f"desk-hours-{width}")
    await page.get_by_role("button", name="Zatwierdź").first.click()
    await expect(page.get_by_text("Godziny są zatwierdzone")).to_be_visible()
    if folder := os.environ.get("PICTURES"):
        await page.goto("/desk/day")
        await page.emulate_media(media="print")
        await page.screenshot(path=Path(folder) / f"desk-day-print-{width}.png", full_page=True)
    await page.context.close()
