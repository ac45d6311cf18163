"""People asked in a wave answer from the demo's phones page in every way there is: words, a button, a calendar, a
question that a coordinator reads, STOP; whoever cannot come after all names somebody who can."""

import re
from datetime import date
from typing import Any

import pytest
from conftest import free_port
from playwright.async_api import Browser, Page, expect
from support import people
from support import waves as of
from support.eyes import examine, opened

from volunteer_hub import demo
from volunteer_hub.kit import database
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.schedule.tables import Opening
from volunteer_hub.settings import Settings, load

# Nobody else in the town is of this age.
AGED: dict[str, Any] = {"birth_date": date(1931, 5, 6)}
NAMES = ("Aniela", "Bogna", "Celina", "Dorota", "Eliza")
WHAT = "Archiwum dzielnicy"


@pytest.fixture
def own_address() -> Settings:
    """As `volunteer-hub run` has them, so that calendars can answer."""
    return demo.dressed(load({"HUB_MODE": "demo", "HUB_PUBLIC_URL": f"http://127.0.0.1:{free_port()}"}))


async def five_fit() -> tuple[Opening, dict[str, Volunteer]]:
    """Three places in three days, where it is ten now; five fit, the best first, and read their mail too."""
    initiative = await people.initiative(name=WHAT)
    asked = await people.role(initiative, name="Opowiada", min_age=90)
    opening = await people.opening(await people.meeting(initiative), asked, least=3, most=3)
    await database.execute("UPDATE meeting SET timezone = $1 WHERE id = $2", of.zone_at(10), opening.meeting)
    lat, lon = people.CENTRE
    return opening, {
        name: await people.volunteer(
            first_name=name, email=f"{name.lower()}@poczta.example", latitude=lat + n / 100, longitude=lon, **AGED
        )
        for n, name in enumerate(NAMES)
    }


async def shown(page: Page, who: Volunteer, words: str, box: str = "sms") -> None:
    """Until the words are on the phone, or in the mailbox, of `who`."""
    search = who.email if box == "email" else (who.phone or "")[3:]
    await page.goto(f"/dev/phones?box={box}&q={search}")
    await expect(page.locator("#phones")).to_contain_text(words, timeout=15_000)


async def write(page: Page, who: Volunteer, words: str, read_as: str) -> None:
    """From the phone of `who`, with the keyboard, after what they were last sent."""
    await shown(page, who, WHAT)
    await page.get_by_label(re.compile("^Odpowiedź")).fill(words)
    await page.keyboard.press("Enter")
    await expect(page.locator("#phones")).to_contain_text(read_as)
    assert await page.evaluate("document.activeElement !== document.body"), "the focus is lost"


async def state(opening: Opening, who: Volunteer) -> str:
    return await database.fetchval(
        "SELECT state FROM assignment WHERE opening = $1 AND volunteer = $2", opening.id, who.id
    )


async def name_a_substitute(mine: Page, who: Volunteer, other: Volunteer) -> None:
    """`who`, who is signed in at `mine`, cannot come and says who will."""
    await mine.goto("/me")
    await mine.get_by_role("link", name=re.compile(f"Nie mogę przyjść.*{WHAT}")).press("Enter")
    await mine.get_by_label("Telefon tej osoby").fill(other.phone or "")
    await mine.get_by_role("button", name="Zapytaj tę osobę").press("Enter")
    await expect(mine.get_by_text("Pytamy osobę, która ma przyjść za Ciebie")).to_be_visible()


async def signed_in_as(browser: Browser, address: str, who: Volunteer) -> Page:
    """A phone's browser whose volunteer is `who`."""
    page = await opened(browser, address, "volunteer", width=320)
    account = await database.fetchval(
        "SELECT account FROM session WHERE account IS NOT NULL ORDER BY created_at DESC LIMIT 1"
    )
    await database.execute("UPDATE volunteer SET account = NULL WHERE account = $1", account)
    await database.execute("UPDATE volunteer SET account = $1 WHERE id = $2", account, who.id)
    return page


async def test_answers_in_all_ways(browser: Browser, town_server: str) -> None:
    opening, town = await five_fit()
    aniela, bogna, celina, dorota, eliza = town.values()
    mine = await signed_in_as(browser, town_server, aniela)
    desk, phones = await opened(browser, town_server), await opened(browser, town_server, width=320)
    await desk.goto(f"/desk/openings/{opening.id}")
    await desk.get_by_text("Zapraszaj po kilka osób naraz").click()
    await desk.get_by_label("Ile osób w fali").fill("4")
    await desk.get_by_role("button", name="Zaproś pierwszą falę").press("Enter")
    await expect(desk.get_by_text("Pierwsza fala wysłana. Zaproszonych osób: 4.")).to_be_visible()

    await write(phones, aniela, "tak bede, do zobaczenia :)", "odczytano: TAK")
    assert await state(opening, aniela) == "accepted"

    await shown(phones, bogna, "Zaproszenie do kalendarza", "email")
    await examine(phones, "phones-mailbox-320")
    await phones.get_by_role("button", name=re.compile("^Przyjmij")).press("Enter")
    await expect(phones.locator("#phones")).to_contain_text("Odpowiedź z kalendarza: tak.")
    assert await state(opening, bogna) == "accepted"

    await write(phones, celina, "A o której to się skończy?", "przeczyta człowiek")
    await desk.goto("/desk/messages")
    await desk.get_by_role("link", name=re.compile("Celina")).first.click()
    await desk.get_by_role("button", name=re.compile("Uznaj za TAK")).click()
    assert await state(opening, celina) == "accepted"

    await shown(phones, dorota, "Mamy juz komplet")
    await phones.get_by_role("button", name=re.compile("^STOP")).click()
    await expect(phones.locator("#phones")).to_contain_text("odczytano: koniec wiadomości")
    await desk.goto("/desk/messages")
    await expect(desk.get_by_text("Na ten numer już nie piszemy").first).to_be_visible()
    assert await database.fetchval("SELECT word FROM opt_out WHERE address = $1", dorota.phone) == "STOP"
    assert not await database.fetchval("SELECT EXISTS (SELECT FROM assignment WHERE volunteer = $1)", eliza.id)

    await name_a_substitute(mine, aniela, eliza)
    await shown(phones, eliza, WHAT)
    await phones.get_by_role("button", name=re.compile("^TAK")).press("Enter")
    await expect(phones.locator("#phones")).to_contain_text("odczytano: TAK")
    assert await state(opening, eliza) == "accepted" and await state(opening, aniela) == "withdrawn"
    await desk.goto(f"/desk/openings/{opening.id}")
    await expect(desk.locator("#roster")).to_contain_text(re.compile("Eliza[\\s\\S]*przez zastępstwo"))
    await examine(desk, "phones-walk-desk-1280")
    for page in (mine, desk, phones):
        await page.context.close()
