"""A minor, a guardian and a coordinator in a real browser at 320 px: sign-up, the link on the guardian's phone, a yes,
a match, a yes taken back, the place free again; axe looks at every page. tests/intake/test_guardians.py walks the same
way without JavaScript."""

import re

from browser.test_walk import Watched
from intake.guardians import born
from playwright.async_api import Browser, expect

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.people import actions as people
from volunteer_hub.people.rules import Step

SMALLEST = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 900}
PHONE, GUARDIAN = "601 222 334", "601 222 335"


async def window(browser: Browser, address: str, size: dict[str, int] = SMALLEST) -> Watched:
    context = await browser.new_context(base_url=address, viewport=size, locale="pl-PL")
    context.set_default_timeout(10_000)
    return Watched(context, await context.new_page())


async def sign_up(phone: Watched) -> None:
    page = phone.page
    await phone.open("/volunteer")
    await page.get_by_label("Imię").fill("Jagoda")
    await page.get_by_label("Nazwisko").fill("Wiśniewska")
    await page.get_by_label("Data urodzenia").fill(born(16).strftime("%d %m %Y"))
    await page.locator("input[name=kind][value=pupil]").check(force=True)
    await page.get_by_label("Telefon komórkowy").fill(PHONE)
    await page.get_by_role("button", name=re.compile("Dalej")).click()
    await expect(page).to_have_url(re.compile("/volunteer/time"))
    for slot in [f"{day}-{part}" for day in range(1, 8) for part in ("morning", "afternoon", "evening")]:
        await page.locator(f"input[name=free][value='{slot}']").check(force=True)
    await page.locator("input[name=max_hours_week][value='12']").check(force=True)
    await page.get_by_label(re.compile("osiedlu")).select_option(label="Kazimierza Wielkiego")
    await page.locator("input[name=max_km][value='10']").check(force=True)
    await page.locator("input[name=causes][value=elders]").check(force=True)
    await page.get_by_role("button", name=re.compile("Dalej")).click()
    await expect(page).to_have_url(re.compile("/volunteer/consents"))
    await page.get_by_label("Imię i nazwisko rodzica").fill("Anna Wiśniewska")
    await page.get_by_label("Telefon rodzica").fill(PHONE)
    await page.locator("input[name=information]").check(force=True)
    await page.locator("input[name=sms]").check(force=True)
    await page.get_by_role("button", name=re.compile("Wyślij")).click()
    await expect(page.locator(".summary")).to_contain_text("To numer osoby niepełnoletniej")
    await phone.examine()
    await page.get_by_label("Telefon rodzica").fill(GUARDIAN)
    await page.get_by_role("button", name=re.compile("Wyślij")).click()
    await expect(page.get_by_role("heading", name="Dziękujemy za zgłoszenie")).to_be_visible()
    await phone.examine()


async def open_the_link(guardian: Watched) -> None:
    """From the guardian's phone on the phones page; the SMS names nobody."""
    page = guardian.page
    await guardian.open("/dev/phones?q=601222335")
    link = page.locator(".msg a[href*='/guardian/']")
    for _ in range(20):
        if await link.count():
            break
        await page.wait_for_timeout(500)
        await page.reload()
    assert "Jagoda" not in await page.locator(".thread").first.inner_text()
    await guardian.examine()
    await guardian.open(str(await link.first.get_attribute("href")))


async def agree(guardian: Watched) -> None:
    page = guardian.page
    for shown in ("Co dziecko może robić", "Zasady dla tego wieku", "Dane: informacja", "Decyzja"):
        await expect(page.locator("main")).to_contain_text(shown)
    await page.get_by_role("button", name="Zgadzam się", exact=True).click()
    await expect(page.locator(".summary")).to_be_focused()
    await guardian.examine()
    await page.locator("input[name=to][value=to-child]").check(force=True)
    await page.locator("input[name=agree]").check(force=True)
    await page.get_by_role("button", name="Zgadzam się", exact=True).click()
    await expect(page.locator("main")).to_contain_text("Zgoda jest zapisana")
    await guardian.examine()


OPENING = """
    SELECT o.id FROM opening o JOIN meeting m ON m.id = o.meeting JOIN role_asked r ON r.id = o.role
    JOIN initiative i ON i.id = m.initiative
    WHERE i.name = 'Zakupy dla starszych sąsiadów' AND r.minor_safe AND m.starts_at > now() + interval '1 day'
      AND o.taken < o.most AND m.starts_wall::time >= '08:00' ORDER BY m.starts_at LIMIT 1"""


async def match(desk: Watched, child: Watched) -> str:
    """The coordinator invites from the opening's page, the minor answers on the phone; the opening's path."""
    await desk.open("/sign-in")
    await desk.page.get_by_role("button", name="Koordynacja").click()
    path = f"/desk/openings/{await database.fetchval(OPENING)}"
    await desk.open(path)
    await desk.page.get_by_role("button", name=re.compile("Zaproś.*Jagoda")).click()
    await expect(desk.page.locator("#roster")).to_contain_text("Jagoda")
    page = child.page
    await child.open("/dev/phones?q=601222334")
    await expect(page.locator("body")).to_contain_text("Zakupy", timeout=15_000)
    await page.get_by_role("button", name=re.compile("^TAK")).first.click()
    await expect(page.locator("body")).to_contain_text(re.compile("Dziekujemy|odczytano"), timeout=15_000)
    await desk.open(path)
    await expect(desk.page.locator("#roster")).to_contain_text(re.compile("Jagoda[\\s\\S]*Przyjęte"))
    return path


async def take_back(guardian: Watched) -> None:
    page = guardian.page
    await page.reload()
    await expect(page.locator("main")).to_contain_text("Zakupy dla starszych sąsiadów")
    await guardian.examine()
    await page.get_by_role("button", name="Cofam zgodę").click()
    await expect(page.locator("main")).to_contain_text("Zgody nie ma")
    await guardian.examine()


async def test_the_guardians_walk(browser: Browser, town_server: str) -> None:
    child, guardian = await window(browser, town_server), await window(browser, town_server)
    desk = await window(browser, town_server, DESK)
    await sign_up(child)
    await open_the_link(guardian)
    who = await database.fetchval("SELECT id FROM volunteer WHERE phone = '+48601222334'")
    await people.take_step(SYSTEM, who, Step.TALKED_TO)
    await agree(guardian)
    for step in (Step.AGREED, Step.ACTIVE):
        await people.take_step(SYSTEM, who, step)
    opening = await match(desk, child)
    await take_back(guardian)
    await desk.open(opening)
    assert await database.fetchval("SELECT state FROM assignment WHERE volunteer = $1", who) == "withdrawn"
    await expect(desk.page.get_by_role("button", name=re.compile("Zaproś.*Jagoda"))).to_have_count(0)
    for one in (child, guardian, desk):
        assert not one.complaints
        await one.context.close()
