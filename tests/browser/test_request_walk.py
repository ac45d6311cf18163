"""From a phoned-in request to a member of a group, in a real browser on the narrowest phone and on a desk's screen.

First contact types it in and routes it; the coordinator takes it, gives the person a place in a group, and closes it.
Axe looks at every page on the way. And the same without JavaScript, over HTTP. All of it in three languages: the staff
see the one of their account, the person who asks the one they chose.
"""

import re
from functools import partial

import pytest
from browser.test_walk import SCREENS, Watched, window
from conftest import new_client
from playwright.async_api import Browser, expect
from starlette.applications import Starlette
from support import people
from support.visitor import Visitor

from volunteer_hub.intake.status import code_of
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Role
from volunteer_hub.settings import Settings, load
from volunteer_hub.web import i18n

NARROW = {"width": 320, "height": 640}
WORDS = "Siedze sama calymi dniami"


def said(language: str, words: str, **values: str) -> str:
    """The Polish words as a page in that language has them."""
    with i18n.speaking(language):
        return i18n.gettext(words, **values)


def begins(words: str) -> re.Pattern[str]:
    """A label with its hint behind it."""
    return re.compile("^" + re.escape(words))


async def signed_in(browser: Browser, address: str, screen: str, role: Role) -> Watched:
    window_of = await window(browser, address, screen)
    await window_of.open("/sign-in")
    await window_of.page.locator(f"button[value='{role}']").click()
    await window_of.page.wait_for_load_state()
    await window_of.examine()
    return window_of


async def phoned_in(desk: Watched, language: str) -> str:
    """First contact types while somebody speaks, forgets the words once, and routes; answers the request's number."""
    page, _ = desk.page, partial(said, language)
    await desk.open("/desk/requests")
    assert await page.locator("html").get_attribute("lang") == language
    await page.get_by_role("link", name=_("Wpisz zgłoszenie")).click()
    await desk.examine()
    await page.locator("input[name=came][value=phone]").check(force=True)
    await page.locator("input[name=what][value=company]").check(force=True)
    await page.get_by_label(_("Imię lub nazwisko")).fill("Jadwiga")
    await page.get_by_label(begins(_("Telefon"))).fill("600 700 821")
    await page.get_by_role("button", name=_("Zapisz zgłoszenie")).click()
    await expect(page.locator(".summary")).to_be_focused()
    await expect(page.get_by_label(_("Imię lub nazwisko"))).to_have_value("Jadwiga")
    await desk.examine()
    await page.locator("textarea[name=text]").fill(WORDS)
    await page.locator("select[name=area]").select_option(label="Śródmieście")
    await page.get_by_role("button", name=_("Zapisz zgłoszenie")).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(
        re.compile(_("Zgłoszenie %(number)s", number=r"Z-\d{4}-\d{4}"))
    )
    await desk.examine()
    number = re.findall(r"Z-\d{4}-\d{4}", await page.get_by_role("heading", level=1).inner_text())[0]
    await page.get_by_role("link", name=_("Kartka z numerem")).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(number)
    await desk.examine()
    await page.get_by_role("link", name=_("Do zgłoszenia")).click()
    await page.get_by_label(_("Usługi"), exact=True).check(force=True)
    await page.get_by_label(begins(_("Notatka"))).fill("Chętnie do grupy.")
    await page.get_by_role("button", name=_("Przekaż"), exact=True).click()
    await expect(page.locator("main")).to_contain_text(_("Przekazane dalej. Treść czyta już tylko tamto biurko."))
    assert WORDS not in await page.content() and "821" not in await page.locator("main").inner_text()
    await desk.examine()
    await desk.open("/desk/requests/moved")
    return number


async def became_a_member(desk: Watched, number: str, language: str) -> None:
    """The coordinator takes it, gives the person a place in a group and closes it."""
    page, _ = desk.page, partial(said, language)
    await desk.open("/desk/requests?desk=services")
    assert await page.locator("html").get_attribute("lang") == language
    await page.get_by_role("link", name=number).click()
    await expect(page.locator("main")).to_contain_text(WORDS)
    await expect(page.locator("main")).to_contain_text("Chętnie do grupy.")
    await desk.examine()
    await page.get_by_role("button", name=_("Zajmę się tym")).click()
    await expect(page.locator("#notice")).to_contain_text(_("Zajmujesz się tym zgłoszeniem."))
    await page.get_by_role("link", name=_("Miejsce w grupie")).click()
    await desk.examine()
    await page.get_by_label(re.compile("Grupa Czwartek")).check(force=True)
    await page.get_by_label(_("Ta osoba zgadza się na SMS-y")).check(force=True)
    await expect(page.locator("input[name=first_name]")).to_have_value("Jadwiga")
    await page.get_by_role("button", name=_("Zapisz do grupy")).click()
    await expect(page.locator("main")).to_contain_text(_("Co z tego powstało"))
    await desk.examine()
    await page.get_by_label(begins(_("Co odpowiedzieliśmy"))).fill("Od czwartku w grupie.")
    await page.get_by_role("button", name=_("Zamknij zgłoszenie")).click()
    await expect(page.locator("main")).to_contain_text("Od czwartku w grupie.")
    await desk.examine()
    await page.get_by_role("link", name="Grupa Czwartek").click()
    await expect(page.locator("main")).to_contain_text("Jadwiga")
    await desk.examine()


async def asked_how_it_stands(phone: Watched, number: str, code: str, language: str) -> None:
    page, _ = phone.page, partial(said, language)
    await phone.open(f"/help/status?lang={language}")
    await page.get_by_label(_("Numer zgłoszenia")).fill(number)
    await page.get_by_label(_("Kod"), exact=True).fill(code)
    await page.get_by_role("button", name=_("Sprawdź")).click()
    await expect(page.locator("main")).to_contain_text(_("Zakończone"))
    assert WORDS not in await page.content() and "Czwartek" not in await page.content()
    await phone.examine()


async def all_staff_speak(language: str) -> None:
    await database.execute("UPDATE account SET language = $1 WHERE role <> 'volunteer'", language)


@pytest.mark.parametrize(("language", "screen"), [("pl", "narrow"), ("pl", "desk"), ("en", "narrow"), ("uk", "narrow")])
async def test_the_request_walk(
    browser: Browser, town_server: str, own_address: Settings, language: str, screen: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(SCREENS, "narrow", NARROW)
    await all_staff_speak(language)
    first = await signed_in(browser, town_server, screen, Role.FIRST_CONTACT)
    number = await phoned_in(first, language)
    coordinator = await signed_in(browser, town_server, screen, Role.COORDINATOR)
    await became_a_member(coordinator, number, language)
    code = code_of(own_address, number)
    await asked_how_it_stands(await window(browser, town_server, screen), number, code, language)
    member = await database.fetchrow(
        """SELECT p.phone, p.sms_ok, m.left_on FROM member m JOIN participant p ON p.id = m.participant
           JOIN request r ON r.participant = p.id AND r.initiative = m.initiative WHERE r.number = $1""",
        number,
    )
    assert member and tuple(member) == ("+48600700821", True, None)
    assert not first.complaints and not coordinator.complaints


@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_the_same_walk_without_javascript(app: Starlette, town: str, language: str) -> None:
    async with new_client(app) as client:
        first = Visitor(client)
        await people.signed_in(client, Role.FIRST_CONTACT, language=language)
        assert f'<html lang="{language}"' in await first.open("/desk/requests/new")
        page = await first.send(
            "/desk/requests/new", came="phone", reporter="self", what="company", text=WORDS, name="Jadwiga",
            phone="600 700 821", area="srodmiescie", language="pl",
        )  # fmt: skip
        number = re.findall(r"Z-\d{4}-\d{4}", page)[0]
        page = await first.send("/route", desk="services", note="Chętnie do grupy.")
        assert WORDS not in page and said(language, "Usługi") in page
    async with new_client(app) as client:
        visitor = Visitor(client)
        await people.signed_in(client, Role.COORDINATOR, language=language)
        page = await visitor.open("/desk/requests?desk=services")
        (address,) = re.findall(rf'href="(/desk/requests/[^"]+)">{number}<', page)
        await visitor.open(address)
        await visitor.send("/taking")
        await visitor.open(f"{address}/group")
        group = await database.fetchval("SELECT id FROM initiative WHERE name = 'Grupa Czwartek'")
        page = await visitor.send("/group", initiative=group, sms_ok="yes")
        assert f'href="/desk/initiatives/{group}"' in page
        assert "Jadwiga" in await visitor.open("/desk/participants?q=Jadwiga")
        await visitor.open(address)
        assert "Od czwartku w grupie." in await visitor.send("/closing", answer="Od czwartku w grupie.")
    async with new_client(app) as client:
        visitor = Visitor(client)
        await visitor.open(f"/help/status?lang={language}")
        settings = load({"HUB_MODE": "demo", "HUB_PUBLIC_URL": "http://hub.test"})
        page = await visitor.send("/help/status", number=number, code=code_of(settings, number))
        assert said(language, "Zakończone") in page
    assert number.startswith(f"Z-{clock.today('Europe/Warsaw').year}-")
