"""The boards on every screen, by keyboard, on paper; a card that is dragged opens a form."""

from datetime import timedelta

import pytest
from playwright.async_api import Browser, expect
from support.eyes import examine, opened

from volunteer_hub.kit import clock, database

TODAY = clock.today("Europe/Warsaw")
YEAR, WEEK, _ = (TODAY + timedelta(days=7)).isocalendar()
NEXT = f"/desk/week?week={YEAR}-W{WEEK:02d}"


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (768, "dark"), (1280, "light"), (1280, "dark")])
async def test_the_boards_fit_and_read(browser: Browser, town_server: str, width: int, scheme: str) -> None:
    page = await opened(browser, town_server, width=width, color_scheme=scheme)
    views = {"week": NEXT, "month": "/desk/month", "list": "/desk/meetings", "short": f"{NEXT}&short=yes"}
    for name, path in views.items():
        await page.goto(path)
        await page.get_by_text("Więcej filtrów").click()
        await examine(page, f"board-{name}-{width}-{scheme}")
    await page.goto("/desk/week?week=2020-W01")
    await expect(page.get_by_text("Nie ma tu spotkań w tym tygodniu")).to_be_visible()
    await examine(page, f"board-empty-{width}-{scheme}")
    await page.context.close()


@pytest.mark.parametrize(("width", "columns"), [(1280, True), (320, False)])
async def test_days_are_columns_where_there_is_room(
    browser: Browser, town_server: str, width: int, columns: bool
) -> None:
    page = await opened(browser, town_server, width=width)
    await page.goto(NEXT)
    heads = [await head.bounding_box() for head in await page.locator("h2[data-day]").all()]
    assert len(heads) == 7
    tops, lefts = [round(box["y"]) for box in heads if box], [round(box["x"]) for box in heads if box]
    assert (len(set(tops)) == 1) is columns and (len(set(lefts)) == 1) is not columns
    assert lefts == sorted(lefts) and tops == sorted(tops)
    await page.context.close()


async def test_by_the_keyboard_it_goes_day_after_day(browser: Browser, town_server: str) -> None:
    page = await opened(browser, town_server)
    await page.goto(NEXT)
    cards = page.locator("#board a.meet")
    await cards.first.focus()
    days = []
    for _ in range(await cards.count()):
        days.append(await page.evaluate("document.activeElement.closest('section').querySelector('h2').dataset.day"))
        await page.keyboard.press("Tab")
    assert days == sorted(days) and len(set(days)) > 3
    await cards.first.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("link", name="Przenieś")).to_be_visible()
    await page.context.close()


async def test_a_dragged_card_opens_the_form_and_nothing_is_moved(browser: Browser, town_server: str) -> None:
    page = await opened(browser, town_server)
    before = await database.fetch("SELECT id, starts_wall FROM meeting ORDER BY id")
    await page.goto(NEXT)
    card, sunday = page.locator("#board a[data-move]").first, page.locator("h2[data-day]").last
    path, day = await card.get_attribute("href"), await sunday.get_attribute("data-day")
    await card.drag_to(sunday)
    await page.wait_for_url(f"**{path}/move?day={day}")
    assert await page.get_by_label("Dzień").input_value() == day
    assert await database.fetch("SELECT id, starts_wall FROM meeting ORDER BY id") == before
    await page.get_by_role("button", name="Przenieś i powiadom").click()
    await expect(page.get_by_text("Spotkanie jest przeniesione.")).to_be_visible()
    await page.context.close()


async def test_for_the_wall(browser: Browser, town_server: str) -> None:
    """A4 lying, the heading of the week, no name of a person, nothing to press."""
    page = await opened(browser, town_server)
    await page.goto(NEXT)
    await page.evaluate("window.print = () => { window.asked = true; }")
    await page.get_by_role("button", name="Drukuj").click()
    assert await page.evaluate("window.asked")
    await page.emulate_media(media="print")
    await page.set_viewport_size({"width": 1060, "height": 740})
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    paper = await page.locator("body").inner_text()
    names = await database.fetch(
        "SELECT DISTINCT v.last_name AS name FROM assignment a JOIN volunteer v ON v.id = a.volunteer"
    )
    homes = {row["name"] for row in await database.fetch("SELECT name FROM place WHERE private")}
    assert names and not [row["name"] for row in names if row["name"] in paper]
    assert homes and not homes & set(paper.splitlines()), "a line of its own is a place's name"
    assert "adres domowy" in paper and "Biblioteka miejska" in paper and "0 z " in paper
    for gone in ("Więcej filtrów", "Wyloguj się", "Miesiąc", "przeciągnąć", "Zobacz telefony"):
        assert gone not in paper, gone
    assert await page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    await page.emulate_media(media="screen")
    lines = (await page.locator("body").inner_text()).splitlines()
    assert "Mieszkanie rodziny" in homes & set(lines), "control: on the screen it is named"
    pdf = await page.pdf(prefer_css_page_size=True)
    assert b"/MediaBox [0 0 841" in pdf, "lying"
    await page.context.close()


async def test_without_scripts_the_boards_are_links_and_a_form(browser: Browser, town_server: str) -> None:
    page = await opened(browser, town_server, java_script_enabled=False)
    await page.goto(NEXT)
    await page.get_by_text("Więcej filtrów").click()
    await page.get_by_label("Rodzaj").select_option("group")
    await page.get_by_role("button", name="Zawęź").click()
    assert await page.locator("#board a.meet").count() == 2
    await page.get_by_role("link", name="Lista").click()
    await expect(page.get_by_label("Rodzaj")).to_have_value("group")
    await page.get_by_role("link", name="Pokaż wszystkie").click()
    await expect(page.get_by_text("widok jest zawężony")).to_have_count(0)
    await page.context.close()
