"""A minor, a guardian and a coordinator in a real browser at 320 px: sign-up, the link on the guardian's phone, a yes,
a match, a yes taken back, the place free again, in three languages; axe looks at every page.
tests/intake/test_guardians.py walks the same way without JavaScript."""

import re
from functools import partial

import pytest
from browser.test_request_walk import all_staff_speak, begins, said
from browser.test_walk import Watched
from intake.guardians import born
from playwright.async_api import Browser, expect

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.people import actions as people
from volunteer_hub.people.rules import Step
from volunteer_hub.web import i18n

SMALLEST = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 900}
PHONE, GUARDIAN = "601 222 334", "601 222 335"


async def window(browser: Browser, address: str, language: str, size: dict[str, int] = SMALLEST) -> Watched:
    context = await browser.new_context(base_url=address, viewport=size, locale=language)
    context.set_default_timeout(10_000)
    return Watched(context, await context.new_page())


async def sign_up(phone: Watched, language: str) -> None:
    page, _ = phone.page, partial(said, language)
    await phone.open("/volunteer")
    assert await page.locator("html").get_attribute("lang") == language
    await page.get_by_label(_("Imię")).fill("Jagoda")
    await page.get_by_label(_("Nazwisko")).fill("Wiśniewska")
    await page.get_by_label(_("Data urodzenia")).fill(born(16).strftime("%d %m %Y"))
    await page.locator("input[name=kind][value=pupil]").check(force=True)
    await page.locator(f"input[name=language][value={language}]").check(force=True)
    await page.get_by_label(_("Telefon komórkowy")).fill(PHONE)
    await page.get_by_role("button", name=begins(_("Dalej"))).click()
    await expect(page).to_have_url(re.compile("/volunteer/time"))
    for slot in [f"{day}-{part}" for day in range(1, 8) for part in ("morning", "afternoon", "evening")]:
        await page.locator(f"input[name=free][value='{slot}']").check(force=True)
    await page.locator("input[name=max_hours_week][value='12']").check(force=True)
    await page.locator("select[name=area]").select_option(label="Kazimierza Wielkiego")
    await page.locator("input[name=max_km][value='10']").check(force=True)
    await page.locator("input[name=causes][value=elders]").check(force=True)
    await page.get_by_role("button", name=begins(_("Dalej"))).click()
    await expect(page).to_have_url(re.compile("/volunteer/consents"))
    await page.get_by_label(_("Imię i nazwisko rodzica lub opiekuna")).fill("Anna Wiśniewska")
    await page.get_by_label(_("Telefon rodzica lub opiekuna")).fill(PHONE)
    await page.locator("input[name=information]").check(force=True)
    await page.locator("input[name=sms]").check(force=True)
    send = page.get_by_role("button", name=_("Wyślij zgłoszenie"))
    await send.click()
    refused = _("To numer osoby niepełnoletniej. Podaj numer rodzica lub opiekuna.")
    await expect(page.locator(".summary")).to_contain_text(refused)
    await phone.examine()
    await page.get_by_label(_("Telefon rodzica lub opiekuna")).fill(GUARDIAN)
    await send.click()
    await expect(page.get_by_role("heading", name=_("Dziękujemy za zgłoszenie"))).to_be_visible()
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


async def agree(guardian: Watched, language: str) -> None:
    page, _ = guardian.page, partial(said, language)
    assert await page.locator("html").get_attribute("lang") == language
    for shown in (
        "Co dziecko może robić", "Zasady dla tego wieku", "Dane: informacja dla rodzica lub opiekuna", "Decyzja",
    ):  # fmt: skip
        await expect(page.locator("main")).to_contain_text(_(shown))
    await page.get_by_role("button", name=_("Zgadzam się"), exact=True).click()
    await expect(page.locator(".summary")).to_be_focused()
    await guardian.examine()
    await page.locator("input[name=to][value=to-child]").check(force=True)
    await page.locator("input[name=agree]").check(force=True)
    await page.get_by_role("button", name=_("Zgadzam się"), exact=True).click()
    await expect(page.get_by_role("button", name=_("Cofam zgodę"))).to_be_visible()
    await guardian.examine()


OPENING = """
    SELECT o.id FROM opening o JOIN meeting m ON m.id = o.meeting JOIN role_asked r ON r.id = o.role
    JOIN initiative i ON i.id = m.initiative
    WHERE i.name = 'Zakupy dla starszych sąsiadów' AND r.minor_safe AND m.starts_at > now() + interval '1 day'
      AND o.taken < o.most AND m.starts_wall::time >= '08:00' ORDER BY m.starts_at LIMIT 1"""


async def match(desk: Watched, child: Watched, language: str) -> str:
    """The coordinator invites from the opening's page, the minor answers on the phone; the opening's path."""
    _ = partial(said, language)
    await desk.open("/sign-in")
    await desk.page.locator("button[value=coordinator]").click()
    path = f"/desk/openings/{await database.fetchval(OPENING)}"
    await desk.open(path)
    await desk.page.get_by_role("button", name=re.compile(f"{_('Zaproś')}.*Jagoda")).click()
    await expect(desk.page.locator("#roster")).to_contain_text("Jagoda")
    page = child.page
    await child.open("/dev/phones?q=601222334")
    await expect(page.locator("body")).to_contain_text("Zakupy", timeout=15_000)
    await page.get_by_role("button", name=re.compile("^(TAK|YES|ТАК)")).first.click()
    await expect(page.locator("body")).to_contain_text(_("odczytano: TAK"), timeout=15_000)
    await desk.open(path)
    await expect(desk.page.locator("#roster")).to_contain_text(re.compile(f"Jagoda[\\s\\S]*{_('Przyjęte')}"))
    return path


async def take_back(guardian: Watched, language: str) -> None:
    page, _ = guardian.page, partial(said, language)
    await page.reload()
    await expect(page.locator("main")).to_contain_text("Zakupy dla starszych sąsiadów")
    await guardian.examine()
    await page.get_by_role("button", name=_("Cofam zgodę")).click()
    await expect(page.get_by_role("button", name=_("Cofam zgodę"))).to_have_count(0)
    await expect(page.get_by_role("button", name=_("Zgadzam się"), exact=True)).to_be_visible()
    await guardian.examine()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_the_guardians_walk(browser: Browser, town_server: str, language: str) -> None:
    await all_staff_speak(language)
    child, guardian = [await window(browser, town_server, language) for _ in range(2)]
    desk = await window(browser, town_server, language, DESK)
    await sign_up(child, language)
    await open_the_link(guardian)
    who = await database.fetchval("SELECT id FROM volunteer WHERE phone = '+48601222334'")
    await people.take_step(SYSTEM, who, Step.TALKED_TO)
    await agree(guardian, language)
    for step in (Step.AGREED, Step.ACTIVE):
        await people.take_step(SYSTEM, who, step)
    opening = await match(desk, child, language)
    await take_back(guardian, language)
    await desk.open(opening)
    assert await database.fetchval("SELECT state FROM assignment WHERE volunteer = $1", who) == "withdrawn"
    invites = re.compile(f"{said(language, 'Zaproś')}.*Jagoda")
    await expect(desk.page.get_by_role("button", name=invites)).to_have_count(0)
    for one in (child, guardian, desk):
        assert not one.complaints
        await one.context.close()
