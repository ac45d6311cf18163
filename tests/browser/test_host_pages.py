"""What a host, a partner and a school see by their links, and the desk's pages of these: on every screen, axe clean."""

from datetime import date

import pytest
from playwright.async_api import Browser, expect
from schedule.test_host import at_theirs, coming, library
from support.eyes import examine, opened

from volunteer_hub.kit import clock, database, secret
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.schedule.hosts import links as host
from volunteer_hub.settings import Settings

YEAR = clock.today("Europe/Warsaw").year - 1


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (768, "dark"), (1280, "light")])
async def test_a_host_says_who_was_there(
    browser: Browser, town_server: str, own_address: Settings, width: int, scheme: str
) -> None:
    of = await library(name="Miejska Biblioteka Publiczna, filia nr 7 na Zazamczu")
    for hours, name in ((-3, "Odbyło się"), (40, "Będzie"), (90, "Potem")):
        initiative, meeting = await at_theirs(of, hours, name=name)
        await coming(meeting, initiative, first_name="Aleksandra")
        await coming(meeting, initiative, first_name="Olga")
    path = await host.make(own_address, SYSTEM, of.id)
    page = await opened(browser, town_server, width=width, color_scheme=scheme)
    await page.goto(f"/desk/resources/{of.id}/host")
    await examine(page, f"host-link {width}")
    await page.get_by_role("button", name="Zrób nowy link").click()
    await examine(page, f"host-link-new {width}")
    path = (await page.get_by_role("link", name="/host/").get_attribute("href")) or path
    await page.goto(path)
    await examine(page, f"host {width}")
    button = page.get_by_role("button", name="Tak, ta osoba była").first
    await button.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Obecność zapisana")).to_be_visible()
    noted = "SELECT h.state FROM hours_worked h JOIN assignment_change c USING (assignment) WHERE c.channel = 'host'"
    assert [row["state"] for row in await database.fetch(noted)] == ["reported"]
    await page.get_by_role("link", name="Nasz wspólny rok w liczbach").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Nasz wspólny rok")
    await expect(page.get_by_role("rowheader")).to_have_count(3)
    await examine(page, f"partner-year {width}")
    await page.goto(f"/desk/resources/{of.id}/year")
    await examine(page, f"partner-year-desk {width}")
    await page.context.close()


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
async def test_a_schools_pages_fit_and_read(
    browser: Browser, town_server: str, own_address: Settings, width: int, scheme: str
) -> None:
    token = secret.token()
    school = await database.fetchval("SELECT school FROM volunteer WHERE school IS NOT NULL LIMIT 1")
    await database.execute(
        "UPDATE school SET token_hash = $2, token_ends_at = now() + interval '1 day' WHERE id = $1",
        school, secret.fingerprint(token),
    )  # fmt: skip
    await database.execute(
        "UPDATE volunteer SET guardian_consent_at = now(), guardian_scope = 'school-hours' WHERE school = $1", school
    )
    await database.execute(
        """INSERT INTO hours_worked (id, volunteer, initiative, day, minutes, words, state, reported_at, reason)
           SELECT gen_random_uuid(), v.id, (SELECT id FROM initiative LIMIT 1), day, 95, '', 'approved', now(), ''
           FROM volunteer v, unnest($2::date[]) day WHERE v.school = $1""",
        school, [date(YEAR, month, 4) for month in (1, 3, 9)],
    )  # fmt: skip
    page = await opened(browser, town_server, width=width, color_scheme=scheme)
    await page.goto("/desk/schools")
    await examine(page, f"schools-desk {width}")
    await page.goto(f"/school/{token}")
    await expect(page.get_by_text("Godziny pomocy: 4 h 45 min").first).to_be_visible()
    await examine(page, f"school {width}")
    await page.get_by_role("link", name="Godziny miesiąc po miesiącu").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name=str(YEAR), exact=True).click()
    month = page.get_by_text("styczeń: 1 h 35 min").first
    await expect(month).to_be_visible()
    months = month.locator("xpath=..").locator(".nowrap")
    lefts = await months.evaluate_all("all => all.map(one => Math.round(one.getBoundingClientRect().left))")
    assert len(lefts) == 3 and (width > 320 or len(set(lefts)) == 1), "below each other, none upon another"
    await examine(page, f"school-hours {width}")
    await page.context.close()
