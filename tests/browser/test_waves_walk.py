"""People are asked in waves from the desk: the first say no on their phones, one of the next says yes, and whoever was
not needed any more is thanked."""

import re
from datetime import date
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect
from support import people
from support import waves as of
from support.eyes import examine, opened

from volunteer_hub.kit import database
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.schedule.tables import Opening

# Nobody else in the town is of this age.
AGED: dict[str, Any] = {"birth_date": date(1930, 2, 3)}


async def four_fit() -> tuple[Opening, list[Volunteer]]:
    """One place in three days, where it is ten now; four fit, the best first."""
    initiative = await people.initiative(name="Kronika osiedla")
    asked = await people.role(initiative, name="Opowiada", min_age=90)
    opening = await people.opening(await people.meeting(initiative), asked, least=1, most=1)
    await database.execute("UPDATE meeting SET timezone = $1 WHERE id = $2", of.zone_at(10), opening.meeting)
    lat, lon = people.CENTRE
    names = ("Aniela", "Bogna", "Celina", "Dorota")
    return opening, [
        await people.volunteer(first_name=name, latitude=lat + n / 100, longitude=lon, **AGED)
        for n, name in enumerate(names)
    ]


async def phone(page: Page, who: Volunteer, words: str) -> None:
    """Until the SMS is on the phone of `who`."""
    await page.goto(f"/dev/phones?q={(who.phone or '')[3:]}")
    await expect(page.locator("body")).to_contain_text(words, timeout=15_000)


async def press(page: Page, who: Volunteer, answer: str) -> None:
    await phone(page, who, "Kronika osiedla")
    await page.get_by_role("button", name=re.compile(f"^{answer}")).first.click()
    await expect(page.locator("body")).to_contain_text(re.compile("Dziekujemy|odczytano"), timeout=15_000)


@pytest.mark.parametrize("width, scheme", [(320, "light"), (1280, "dark")])
async def test_no_no_yes_and_thanks(browser: Browser, town_server: str, width: int, scheme: str) -> None:
    opening, (first, second, third, fourth) = await four_fit()
    desk = await opened(browser, town_server, "coordinator", width, color_scheme=scheme)
    await desk.goto(f"/desk/openings/{opening.id}")
    await desk.get_by_text("Zapraszaj po kilka osób naraz").focus()
    await desk.keyboard.press("Enter")
    await examine(desk, f"waves-before-{width}")
    await desk.get_by_label("Ile osób w fali").fill("dwie")
    await desk.get_by_role("button", name="Zaproś pierwszą falę").press("Enter")
    await expect(desk.locator(".summary")).to_be_focused()
    await examine(desk, f"waves-wrong-{width}")
    await desk.get_by_label("Ile osób w fali").fill("2")
    await desk.get_by_role("button", name="Zaproś pierwszą falę").press("Enter")
    await expect(desk.get_by_text("Pierwsza fala wysłana. Zaproszonych osób: 2.")).to_be_visible()
    await expect(desk.get_by_text("Trwa fala 1")).to_be_visible()
    await examine(desk, f"waves-running-{width}")
    phones = await opened(browser, town_server, "coordinator", 1280)
    await press(phones, first, "NIE")
    await press(phones, second, "NIE")
    await phone(phones, fourth, "Kronika osiedla")
    await press(phones, third, "TAK")
    await phone(phones, fourth, "Mamy juz komplet")
    await examine(phones, f"waves-phone-{width}")
    await desk.goto(f"/desk/openings/{opening.id}/waves")
    await expect(desk.get_by_text("Zgłosiło się dość osób.")).to_be_visible()
    await expect(desk.get_by_text("1 tak, 2 nie, 1 bez odpowiedzi")).to_be_visible()
    await expect(desk.get_by_text("Był już komplet")).to_be_visible()
    await examine(desk, f"waves-full-{width}")
    await desk.goto(f"/desk/openings/{opening.id}")
    await examine(desk, f"waves-opening-{width}")
    for page in (desk, phones):
        await page.context.close()
