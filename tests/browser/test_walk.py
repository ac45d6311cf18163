"""The five-minute walk of README in a real browser, on a phone's and on a desk's screen: sign-up, map, opening,
invitation, one word, roster, reminder. Axe looks at every page on the way, the invitation is made with the keyboard
alone, and no page may trip over the content policy."""

import re
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from volunteer_hub.kit import clock, database
from volunteer_hub.schedule import actions as schedule
from volunteer_hub.settings import load

SCREENS = {"phone": {"width": 360, "height": 740}, "desk": {"width": 1280, "height": 900}}
PHONE = "601 222 333"
axe = Axe()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


class Watched:
    """A browser window whose complaints are kept: script errors and breaches of the content policy."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.context, self.page = context, page
        self.complaints: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: ConsoleMessage) -> None:
        """A refused form is no failure of ours, though the browser's console calls it one."""
        if message.type == "error" and "status of 422" not in message.text:
            self.complaints.append(message.text)

    async def examine(self) -> None:
        """What every page owes: no axe violation, no sideways scroll, no complaint."""
        # Pins of the map stand where their places are, so they may overlap; the list beside does all they do, which is
        # the exception that WCAG 2.5.8 (target size) calls "equivalent".
        map_page = "/map" in self.page.url
        if map_page:
            await self.page.locator(".leaflet-marker-icon").first.wait_for()
        found = await axe.run(
            self.page, options=RULES | ({"rules": {"target-size": {"enabled": False}}} if map_page else {})
        )
        assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"
        wider = await self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wider <= 0, f"{self.page.url} scrolls sideways by {wider} px"
        assert not self.complaints, (self.page.url, self.complaints)

    async def open(self, path: str) -> None:
        await self.page.goto(path)
        await self.examine()


async def window(browser: Browser, address: str, screen: str, **more: Any) -> Watched:
    context = await browser.new_context(base_url=address, viewport=SCREENS[screen], locale="pl-PL", **more)
    context.set_default_timeout(10_000)
    return Watched(context, await context.new_page())


async def sign_up(phone: Watched) -> None:
    page = phone.page
    await phone.open("/")
    await page.get_by_role("link", name=re.compile("Chcę pomagać")).first.click()
    await phone.examine()
    await page.get_by_label("Imię").fill("Jagoda")
    await page.get_by_label("Nazwisko").fill("Wiśniewska")
    await page.get_by_label("Data urodzenia").fill("4 05 1990")
    await page.get_by_label("Telefon komórkowy").fill("601 222 33")
    await page.get_by_role("button", name=re.compile("Dalej")).click()
    await expect(page.locator(".summary")).to_be_focused()
    await expect(page.get_by_label("Imię")).to_have_value("Jagoda")
    await expect(page).to_have_title(re.compile("^Błąd: "))
    await phone.examine()
    await page.get_by_label("Telefon komórkowy").fill(PHONE)
    await page.get_by_label("E-mail").fill("jagoda@example.org")
    await page.locator("input[name=kind][value=adult]").check(force=True)
    await page.locator("input[name=language][value=pl]").check(force=True)
    await page.get_by_role("button", name=re.compile("Dalej")).click()
    await expect(page).to_have_url(re.compile("/volunteer/time"))
    await phone.examine()
    for slot in [f"{day}-{part}" for day in range(1, 8) for part in ("morning", "afternoon", "evening")]:
        await page.locator(f"input[name=free][value='{slot}']").check(force=True)
    await page.locator("input[name=max_hours_week][value='12']").check(force=True)
    await page.get_by_label(re.compile("osiedlu")).select_option(label="Kazimierza Wielkiego")
    await page.locator("input[name=max_km][value='10']").check(force=True)
    await page.locator("input[name=languages][value=pl]").check(force=True)
    await page.locator("input[name=causes][value=elders]").check(force=True)
    await page.get_by_role("button", name=re.compile("Dalej")).click()
    await expect(page).to_have_url(re.compile("/volunteer/consents"))
    await phone.examine()
    await page.locator("input[name=information]").check(force=True)
    await page.locator("input[name=sms]").check(force=True)
    await page.get_by_role("button", name=re.compile("Wyślij")).click()
    await expect(page.get_by_role("heading", name="Dziękujemy za zgłoszenie")).to_be_visible()
    await phone.examine()


async def sign_in_as_coordinator(desk: Watched) -> None:
    await desk.open("/sign-in")
    await desk.page.get_by_role("button", name="Koordynacja").click()
    await expect(desk.page).to_have_url(re.compile("/desk$"))
    await desk.examine()


async def lead_to_active(desk: Watched) -> None:
    await desk.open("/desk/people?q=Jagoda")
    await desk.page.get_by_role("link", name=re.compile("Wiśniewska")).first.click()
    card = desk.page.url
    for way in ("form[action$='/step'] button", "a[href$='/agreement']", "form[action$='/step'] button"):
        await desk.open(card)
        await desk.examine()
        await desk.page.locator(way).first.click()
        await desk.page.wait_for_load_state()
        if way.startswith("a"):
            await desk.examine()
            await desk.page.get_by_role("button", name="Zapisz porozumienie").click()


async def from_need_to_opening(desk: Watched) -> None:
    page = desk.page
    await desk.open("/desk/map?list=needs")
    await page.get_by_role("link", name=re.compile("bez windy nie robią zakupów")).first.click()
    await expect(page).to_have_url(re.compile("/desk/needs/"))
    await desk.examine()
    await page.get_by_role("link", name=re.compile("Zakupy dla starszych")).first.click()
    await desk.examine()
    if "/desk/openings/" not in page.url:
        await page.locator("a[href^='/desk/openings/']").first.click()
    await expect(page).to_have_url(re.compile("/desk/openings/"))
    await desk.examine()


async def invite_by_keyboard(desk: Watched) -> None:
    """Tab to the button, Enter; afterwards the focus is somewhere a person can go on from."""
    page = desk.page
    wanted = page.get_by_role("button", name=re.compile("Zaproś.*Jagoda"))
    await expect(wanted).to_be_visible()
    await page.locator("h1").evaluate("element => { element.tabIndex = -1; element.focus(); }")
    for _ in range(80):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.textContent.includes('Jagoda')") and await page.evaluate(
            "document.activeElement.tagName === 'BUTTON'"
        ):
            break
    else:
        raise AssertionError("the invite button cannot be reached with Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("#roster")).to_contain_text("Jagoda")
    assert await page.evaluate("document.activeElement !== document.body"), "the focus is lost after the swap"
    await desk.examine()


async def answer_by_sms(phone: Watched) -> None:
    page = phone.page
    await phone.open("/dev/phones?q=601222333")
    await expect(page.locator("body")).to_contain_text("TAK", timeout=15_000)
    await page.reload()
    await expect(page.locator("body")).to_contain_text("Zakupy")
    await phone.examine()
    await page.get_by_role("button", name=re.compile("^TAK")).first.click()
    await expect(page.locator("body")).to_contain_text(re.compile("Dziekujemy|odczytano"), timeout=15_000)
    await phone.examine()


async def remind_the_participants(phone: Watched) -> None:
    """The evening before, 17:00: the planner is asked about that moment instead of waiting for it."""
    row = await database.fetchrow(
        """SELECT m.starts_wall FROM meeting m JOIN initiative i ON i.id = m.initiative
           WHERE i.name = 'Grupa Czwartek' AND m.starts_at > now() ORDER BY m.starts_at LIMIT 1"""
    )
    assert row
    eve = datetime.combine(row["starts_wall"].date() - timedelta(days=1), time(17, 1))
    settings = load({"HUB_MODE": "demo"})
    assert await schedule.plan_reminders(settings, clock.instant(eve, settings.timezone)) > 0
    await phone.open("/dev/phones?q=Zofia")
    await expect(phone.page.locator("body")).to_contain_text(re.compile("przypominamy"), timeout=15_000)
    await phone.page.reload()
    text = await phone.page.locator("main").inner_text()
    for theme_word in ("alkohol", "uzależnien", "leczeni", "żałob", "zalob"):
        assert theme_word not in text.lower()


@pytest.mark.parametrize("screen", ["phone", "desk"])
async def test_the_walk(browser: Browser, town_server: str, screen: str) -> None:
    phone = await window(browser, town_server, screen)
    desk = await window(browser, town_server, screen)
    await sign_up(phone)
    await sign_in_as_coordinator(desk)
    await lead_to_active(desk)
    await from_need_to_opening(desk)
    opening = desk.page.url
    await invite_by_keyboard(desk)
    await answer_by_sms(phone)
    await desk.open(opening)
    await expect(desk.page.locator("#roster")).to_contain_text(re.compile("Jagoda[\\s\\S]*Przyjęte"))
    await remind_the_participants(phone)
    await see_own_page(phone)
    assert not phone.complaints and not desk.complaints
    await phone.context.close()
    await desk.context.close()


async def see_own_page(phone: Watched) -> None:
    """Signs in with the code that came by SMS, reads what is next, makes a calendar address."""
    page = phone.page
    await phone.open("/sign-in")
    await page.get_by_label(re.compile("numer telefonu")).fill(PHONE)
    await page.get_by_role("button", name="Wyślij link albo kod").click()
    await phone.examine()
    code = await database.fetchval(
        "SELECT substring(body FROM '\\m\\d{6}\\M') FROM message"
        " WHERE address = '+48601222333' AND template = 'sign_in_code'"
    )
    await page.locator("input[name=code]").fill(code)
    await page.locator("main form button").first.click()
    await expect(page).to_have_url(re.compile("/me$"))
    await expect(page.locator("main")).to_contain_text("Zakupy")
    await phone.examine()


async def test_control_axe_and_the_watch_find_planted_defects(browser: Browser, town_server: str) -> None:
    watched = await window(browser, town_server, "desk")
    await watched.page.goto("/")
    await watched.page.evaluate("""() => {
        const picture = document.createElement('img');
        picture.src = '/static/plate.svg';
        document.querySelector('main').append(picture);
    }""")
    with pytest.raises(AssertionError, match="image-alt"):
        await watched.examine()
    await watched.page.evaluate("""() => {
        const script = document.createElement('script');
        script.textContent = '1';
        document.body.append(script);
    }""")
    assert any("Content Security Policy" in text or "Content-Security-Policy" in text for text in watched.complaints)
    await watched.context.close()
