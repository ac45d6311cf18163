"""A course's and a contract's pages with all they hold: on every screen, axe clean, by keyboard alone, on paper."""

import re
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, expect
from support.eyes import examine, opened

from volunteer_hub.kit import database
from volunteer_hub.settings import Settings

FINISHED = "SELECT count(*) FROM completion WHERE initiative = $1"


async def there() -> dict[str, UUID]:
    row = await database.fetchrow(
        """SELECT i.id AS course, c.id AS contract, c.participant, d.id AS certificate,
                  (SELECT m.id FROM member m JOIN coming o ON o.member = m.id WHERE o.made_up <> '' LIMIT 1) AS member,
                  (SELECT g.id FROM contract_goal g WHERE g.contract = c.id LIMIT 1) AS goal,
                  (SELECT s.id FROM contract_step s JOIN contract_goal g ON g.id = s.goal WHERE g.contract = c.id
                   ORDER BY s.attend NULLS LAST LIMIT 1) AS step
           FROM initiative i JOIN contract c ON c.initiative = i.id JOIN completion d ON d.initiative = i.id"""
    )
    assert row
    return dict(row)


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (768, "dark"), (1280, "light")])
async def test_they_fit_and_read(
    browser: Browser, town_server: str, own_address: Settings, width: int, scheme: str
) -> None:
    id = await there()
    page = await opened(browser, town_server, width=width, color_scheme=scheme)
    course, contract = f"/desk/initiatives/{id['course']}/course", f"/desk/contracts/{id['contract']}"
    ways = {
        "course": course, "course-edit": f"{course}/edit", "course-person": f"{course}/members/{id['member']}",
        "certificate": f"/desk/certificates/{id['certificate']}", "groups": "/groups",
        "contracts": "/desk/contracts", "of-participant": f"/desk/participants/{id['participant']}/contracts",
        "contract": contract, "contract-print": f"{contract}/print", "contract-edit": f"{contract}/edit",
        "contract-end": f"{contract}/end", "contract-people": f"{contract}/people",
        "goal": f"{contract}/goals/{id['goal']}", "step": f"{contract}/steps/{id['step']}",
        "new-step": f"{contract}/steps/new",
    }  # fmt: skip
    for name, path in ways.items():
        await page.goto(path)
        await examine(page, f"{name}-{width}")
    await database.execute("UPDATE course_finish SET enough = 3")
    await page.goto(course)
    await examine(page, f"course-entitled-{width}")
    await database.execute("UPDATE contract SET state = 'draft'")
    await page.goto(contract)
    await examine(page, f"contract-draft-{width}")
    await page.context.close()


async def press(page: Page, name: str | re.Pattern[str], role: str = "button") -> None:
    """By Tab alone to what is called `name`, and presses it."""
    for _ in range(200):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.matches(':focus-visible')"):
            wanted = page.get_by_role(role, name=name).first  # type: ignore[arg-type]
            if await wanted.evaluate("one => one === document.activeElement"):
                await page.keyboard.press("Space" if role == "checkbox" else "Enter")
                return
    raise AssertionError(f"no way by keyboard to {name}")


async def test_finishing_and_a_step_by_keyboard_without_scripts_on_a_phone(
    browser: Browser, town_server: str, own_address: Settings
) -> None:
    id = await there()
    await database.execute("UPDATE course_finish SET enough = 3")
    before = await database.fetchval(FINISHED, id["course"])
    page = await opened(browser, town_server, width=320, java_script_enabled=True)
    await page.route("**/*.js", lambda route: route.abort())
    await page.goto(f"/desk/initiatives/{id['course']}")
    await press(page, "Obecność i ukończenie", "link")
    await expect(page.get_by_text("3 z 8").first).to_be_visible()
    await press(page, "Marek Z.", "checkbox")
    await press(page, "Zapisz ukończenie")
    await expect(page.get_by_text("Wydane zaświadczenia: 1.")).to_be_visible()
    assert await database.fetchval(FINISHED, id["course"]) == before + 1
    await page.goto("/desk/participants")
    await press(page, "Twoje kontrakty", "link")
    await expect(page.get_by_role("heading", name="Kroki po terminie")).to_be_visible()
    await page.goto(f"/desk/contracts/{id['contract']}")
    await press(page, re.compile("Odhacz.*krok 2"))
    await expect(page.get_by_text("po terminie")).to_have_count(0)
    await page.context.close()


async def test_on_paper_stands_the_paper_and_nothing_else(
    browser: Browser, town_server: str, own_address: Settings
) -> None:
    id = await there()
    page = await opened(browser, town_server, width=1280)
    await page.emulate_media(media="print")
    for path in (f"/desk/certificates/{id['certificate']}", f"/desk/contracts/{id['contract']}/print"):
        await page.goto(path)
        await expect(page.locator(".deed")).to_be_visible()
        for hidden in (".rail", ".crumbs", ".on-screen", ".foot"):
            for one in await page.locator(hidden).all():
                await expect(one).not_to_be_visible()
        pdf = await page.pdf(prefer_css_page_size=True)
        assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") <= 1, path
        assert b"/MediaBox [0 0 595" in pdf or b"/MediaBox [0 0 594" in pdf, "A4"
    await page.context.close()
