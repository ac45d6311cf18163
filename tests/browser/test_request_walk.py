"""From a phoned-in request to a member of a group, in a real browser on the narrowest phone and on a desk's screen.

First contact types it in and routes it; the coordinator takes it, gives the person a place in a group, and closes it.
Axe looks at every page on the way. And the same without JavaScript, over HTTP.
"""

import re

import httpx2
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

NARROW = {"width": 320, "height": 640}
WORDS = "Siedze sama calymi dniami"


async def signed_in(browser: Browser, address: str, screen: str, role: str) -> Watched:
    window_of = await window(browser, address, screen)
    await window_of.open("/sign-in")
    await window_of.page.get_by_role("button", name=role).click()
    await window_of.page.wait_for_load_state()
    await window_of.examine()
    return window_of


async def phoned_in(desk: Watched) -> str:
    """First contact types while somebody speaks, forgets the words once, and routes; answers the request's number."""
    page = desk.page
    await desk.open("/desk/requests")
    await page.get_by_role("link", name="Wpisz zgłoszenie").click()
    await desk.examine()
    await page.get_by_label("przez telefon").check(force=True)
    await page.get_by_label("Samotność, rozmowa").check(force=True)
    await page.get_by_label("Imię lub nazwisko").fill("Jadwiga")
    await page.get_by_label(re.compile("^Telefon")).fill("600 700 821")
    await page.get_by_role("button", name="Zapisz zgłoszenie").click()
    await expect(page.locator(".summary")).to_be_focused()
    await expect(page.get_by_label("Imię lub nazwisko")).to_have_value("Jadwiga")
    await desk.examine()
    await page.get_by_label(re.compile("^Co jest potrzebne")).fill(WORDS)
    await page.get_by_label("Na którym osiedlu?").select_option(label="Śródmieście")
    await page.get_by_role("button", name="Zapisz zgłoszenie").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Zgłoszenie Z-")
    await desk.examine()
    number = (await page.get_by_role("heading", level=1).inner_text()).rpartition(" ")[2]
    await page.get_by_role("link", name="Kartka z numerem").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(number)
    await desk.examine()
    await page.get_by_role("link", name="Do zgłoszenia").click()
    await page.get_by_label("Usługi").check(force=True)
    await page.get_by_label(re.compile("^Notatka")).fill("Chętnie do grupy.")
    await page.get_by_role("button", name="Przekaż").click()
    await expect(page.locator("main")).to_contain_text("Treść czyta już tylko tamto biurko")
    assert WORDS not in await page.content() and "821" not in await page.locator("main").inner_text()
    await desk.examine()
    await desk.open("/desk/requests/moved")
    return number


async def became_a_member(desk: Watched, number: str) -> None:
    """The coordinator takes it, gives the person a place in a group and closes it."""
    page = desk.page
    await desk.open("/desk/requests?desk=services")
    await page.get_by_role("link", name=number).click()
    await expect(page.locator("main")).to_contain_text(WORDS)
    await expect(page.locator("main")).to_contain_text("Chętnie do grupy.")
    await desk.examine()
    await page.get_by_role("button", name="Zajmę się tym").click()
    await expect(page.locator("#notice")).to_contain_text("Zajmujesz się tym")
    await page.get_by_role("link", name="Miejsce w grupie").click()
    await desk.examine()
    await page.get_by_label(re.compile("Grupa Czwartek")).check(force=True)
    await page.get_by_label("Ta osoba zgadza się na SMS-y").check(force=True)
    await expect(page.get_by_label(re.compile("^Imię"))).to_have_value("Jadwiga")
    await page.get_by_role("button", name="Zapisz do grupy").click()
    await expect(page.locator("main")).to_contain_text("Co z tego powstało")
    await desk.examine()
    await page.get_by_label("Co odpowiedzieliśmy").fill("Od czwartku w grupie.")
    await page.get_by_role("button", name="Zamknij zgłoszenie").click()
    await expect(page.locator("main")).to_contain_text("Od czwartku w grupie.")
    await desk.examine()
    await page.get_by_role("link", name="Grupa Czwartek").click()
    await expect(page.locator("main")).to_contain_text("Jadwiga")
    await desk.examine()


async def asked_how_it_stands(phone: Watched, number: str, code: str) -> None:
    page = phone.page
    await phone.open("/help/status")
    await page.get_by_label("Numer zgłoszenia").fill(number)
    await page.get_by_label("Kod").fill(code)
    await page.get_by_role("button", name="Sprawdź").click()
    await expect(page.locator("main")).to_contain_text("Zakończone")
    assert WORDS not in await page.content() and "Czwartek" not in await page.content()
    await phone.examine()


@pytest.mark.parametrize("screen", ["narrow", "desk"])
async def test_the_request_walk(
    browser: Browser, town_server: str, own_address: Settings, screen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SCREENS, "narrow", NARROW)
    first = await signed_in(browser, town_server, screen, "Pierwszy kontakt")
    number = await phoned_in(first)
    coordinator = await signed_in(browser, town_server, screen, "Koordynacja")
    await became_a_member(coordinator, number)
    await asked_how_it_stands(await window(browser, town_server, screen), number, code_of(own_address, number))
    member = await database.fetchrow(
        """SELECT p.phone, p.sms_ok, m.left_on FROM member m JOIN participant p ON p.id = m.participant
           JOIN request r ON r.participant = p.id AND r.initiative = m.initiative WHERE r.number = $1""",
        number,
    )
    assert member and tuple(member) == ("+48600700821", True, None)
    assert not first.complaints and not coordinator.complaints


async def test_the_same_walk_without_javascript(app: Starlette, town: str) -> None:
    async with new_client(app) as client:
        first = Visitor(client)
        await entered(client, Role.FIRST_CONTACT)
        await first.open("/desk/requests/new")
        page = await first.send(
            "/desk/requests/new", came="phone", reporter="self", what="company", text=WORDS, name="Jadwiga",
            phone="600 700 821", area="srodmiescie", language="pl",
        )  # fmt: skip
        number = re.findall(r"Z-\d{4}-\d{4}", page)[0]
        page = await first.send("/route", desk="services", note="Chętnie do grupy.")
        assert WORDS not in page and "Usługi" in page
    async with new_client(app) as client:
        visitor = Visitor(client)
        await entered(client, Role.COORDINATOR)
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
        await visitor.open("/help/status")
        settings = load({"HUB_MODE": "demo", "HUB_PUBLIC_URL": "http://hub.test"})
        assert "Zakończone" in await visitor.send("/help/status", number=number, code=code_of(settings, number))
    assert number.startswith(f"Z-{clock.today('Europe/Warsaw').year}-")


async def entered(client: httpx2.AsyncClient, role: Role) -> None:
    """Signed in as somebody new of the role."""
    await people.signed_in(client, role)
