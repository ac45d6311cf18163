"""What helps and what is lacking, in a browser: by the keyboard alone, 320 px, light and dark, axe clean."""

from datetime import date

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import BrowserContext, Page, expect
from support import people

from volunteer_hub.access.tables import Session
from volunteer_hub.atlas.tables import NeedEvidence
from volunteer_hub.kit import database, secret

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


@pytest.fixture
async def desk(page: Page, context: BrowserContext, server: str) -> Page:
    token = secret.token()
    await people.save(Session(token_hash=secret.fingerprint(token), account=(await people.account()).id))
    await context.add_cookies([{"name": "session", "value": token, "url": server}])
    return page


async def tab_to(page: Page, name: str, presses: int = 60) -> None:
    """Tab until what has this name, or a name that begins so, has the focus."""
    for _ in range(presses):
        await page.keyboard.press("Tab")
        told = await page.evaluate("document.activeElement.labels?.[0]?.innerText ?? document.activeElement.innerText")
        if (told or "").strip().startswith(name):
            return
    raise AssertionError(f"no way to {name} by Tab")


async def test_hours_are_written_and_the_queue_emptied_by_the_keyboard_alone(desk: Page, server: str) -> None:
    row = await people.resource(name="Klub seniora", contact_name="Jan Kowal", phone="+48600100200")
    await desk.goto(f"{server}/desk/resources/{row.id}")
    await tab_to(desk, "Dodaj godziny")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_role("heading", level=1)).to_contain_text("Nowe godziny")
    await tab_to(desk, "Wtorek")
    await desk.keyboard.press("Space")
    await tab_to(desk, "Od")
    await desk.keyboard.type("0930AM")
    await tab_to(desk, "Do")
    await desk.keyboard.type("1200PM")
    await tab_to(desk, "co tydzień")
    for _ in range(2):
        await desk.keyboard.press("ArrowDown")
    await tab_to(desk, "pierwszy raz w miesiącu")
    await desk.keyboard.press("Space")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_text("pierwszy wtorek miesiąca 9:30")).to_be_visible()
    await desk.goto(f"{server}/desk/resources")
    await tab_to(desk, "Sprawdź po kolei")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_text("Jan Kowal")).to_be_visible()
    await tab_to(desk, "Nadal aktualne")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_text("Wszystko sprawdzone")).to_be_visible()
    assert await database.fetchval("SELECT verified_on = centre_today() FROM resource WHERE id = $1", row.id)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_they_fit_and_read(desk: Page, server: str, scheme: str) -> None:
    place = await people.place(accessibility=["step-free", "lift", "toilet"], accessibility_note="Dzwonek od podwórza")
    row = await people.resource(name="Stowarzyszenie Przyjaciół Osiedla Kazimierza Wielkiego", place=place.id,
                                contact_name="Jan Kowal", email="sekretariat@stowarzyszenie-przyjaciol.example",
                                website="https://stowarzyszenie-przyjaciol.example")  # fmt: skip
    need = await people.need(personal=True, about="Trzecie piętro", address="ul. Miła 1", week=0b111)
    evidence = NeedEvidence(need=need.id, kind="survey", words="31 z 40 osób", seen_on=date(2026, 11, 1))
    await people.save(evidence)
    await desk.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for path in ("/desk/resources", "/desk/resources/stale", "/desk/resources/new", f"/desk/resources/{row.id}",
                 f"/desk/resources/{row.id}/edit", f"/desk/resources/{row.id}/hours/new",
                 f"/desk/places/{place.id}/edit", "/desk/needs", "/desk/needs/new", f"/desk/needs/{need.id}",
                 f"/desk/needs/{need.id}/edit"):  # fmt: skip
        await desk.set_viewport_size({"width": 320, "height": 700})
        answer = await desk.goto(server + path)
        assert answer and answer.status == 200, path
        wide = await desk.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, path
        found = await Axe().run(desk, options=RULES)
        assert found.violations_count == 0, (path, found.generate_report())
