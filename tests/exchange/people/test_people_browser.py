"""A spreadsheet of volunteers in a real browser: three lines mended, written, undone, by keyboard alone; and a phone
without scripts."""

import re
from datetime import date
from pathlib import Path

import pytest
from exchange.people import desk
from exchange.people.desk import GOOD, everybody
from playwright.async_api import Browser, Page, expect
from support import keyboard, people

from volunteer_hub.access.tables import Session
from volunteer_hub.exchange.people_import import writing
from volunteer_hub.exchange.people_import.files import AT_ONCE
from volunteer_hub.kit import secret
from volunteer_hub.settings import Settings

THREE_WRONG = GOOD + (
    "Ola;;5.06.1991;600 111 444;;Południe\nIga;Sowa;5.06.20;600 111 555;;Południe\nEla;Mak;5.06.1992;12;;Południe\n"
    "Ana;Kowalska;4.05.1990;600 555 666;;\n"
)


async def opened(browser: Browser, server: str, *, scripts: bool = True, width: int = 1280) -> Page:
    me, token = await people.account(), secret.token()
    await people.save(Session(token_hash=secret.fingerprint(token), account=me.id))
    context = await browser.new_context(
        base_url=server, java_script_enabled=scripts, locale="pl-PL", reduced_motion="reduce",
        viewport={"width": width, "height": 900},
    )  # fmt: skip
    context.set_default_timeout(15_000)
    await context.add_cookies([{"name": "session", "value": token, "url": server}])
    return await context.new_page()


@pytest.fixture
def list_file(tmp_path: Path) -> Path:
    file = tmp_path / "wolontariusze.csv"
    file.write_bytes(THREE_WRONG.encode("cp1250"))
    return file


async def test_three_lines_are_mended_written_and_undone_by_keyboard_alone(
    browser: Browser, server: str, list_file: Path
) -> None:
    await desk.town()
    await people.volunteer(first_name="Anna", last_name="Kowalska", birth_date=date(1990, 5, 4), phone="+48600999888")
    page = await opened(browser, server)
    await page.goto("/desk/people/import")
    await keyboard.owes(page, "import-send")
    await page.set_input_files("input[type=file]", list_file)
    await keyboard.tab_to(page, "main button.main")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#import")
    await keyboard.owes(page, "import-lines")
    for line, field, words in ((4, "last_name", "Lis"), (5, "birth_date", "5.06.2000"), (6, "phone", "600 111 777")):
        await keyboard.tab_to(page, f"#f-l{line}-{field}")
        await page.keyboard.press("Control+A")
        await page.keyboard.type(words)
        await page.keyboard.press("Enter")
        await page.wait_for_selector(f"text=Wiersz {line} zapamiętany")
    for line in (2, 7):
        await keyboard.tab_to(page, f"#f-l{line}-choice")
        await page.keyboard.type("to inna")
        await keyboard.tab_to(page, "button")
        await page.keyboard.press("Enter")
        await page.wait_for_selector(f"text=Wiersz {line} zapamiętany")
    await keyboard.owes(page, "import-ready")
    await keyboard.tab_to(page, "#import button.main")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("text=Plik zapisany")
    await keyboard.owes(page, "import-written")
    assert len(await everybody()) == 7
    await keyboard.tab_to(page, "form[action$=undoing] button")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("text=Zapis cofnięty w całości")
    assert len(await everybody()) == 1
    await page.context.close()


async def test_a_long_file_says_how_far_it_is_without_a_reload(
    browser: Browser, server: str, settings: Settings, tmp_path: Path
) -> None:
    """Without the scripts of every page nothing moved: the part is asked for anew by live.js, which needs htmx."""
    await desk.town()
    file = tmp_path / "wszyscy.csv"
    lines = (f"Anna;Lis;{n % 28 + 1}.05.19{60 + n % 40};600{n:06d};;\n" for n in range(AT_ONCE + 100))
    file.write_text(GOOD.partition("\n")[0] + "\n" + "".join(lines), encoding="utf-8")
    page = await opened(browser, server, width=320)
    await page.goto("/desk/people/import")
    await page.set_input_files("input[type=file]", file)
    await page.get_by_role("button", name="Sprawdź plik").click()
    await expect(page.get_by_role("progressbar")).to_be_visible()
    await keyboard.owes(page, "import-at-work")
    await page.evaluate("window.stayed = true")
    await writing.go_on(settings)
    await expect(page.get_by_role("navigation", name="Które wiersze")).to_contain_text(f"wszystkie {AT_ONCE + 100}")
    assert await page.evaluate("window.stayed"), "the page itself was not loaded anew"
    await page.context.close()


async def test_on_a_phone_without_scripts(browser: Browser, server: str, tmp_path: Path) -> None:
    """Columns are named by hand, a line is mended on its own page, another left out; written, seen, undone."""
    await desk.town()
    page = await opened(browser, server, scripts=False, width=320)
    file = tmp_path / "lista.csv"
    file.write_text("Kto;Kiedy;Numer\nAnna Lis;4.05.1990;600111222\nJan;1.02.1985;1\nX;Y;Z\n", encoding="utf-8")
    await page.goto("/desk/people/import")
    await page.set_input_files("input[type=file]", file)
    await page.get_by_role("button", name="Sprawdź plik").click()
    for label, meaning in (("Kto", "imię i nazwisko"), ("Kiedy", "data urodzenia"), ("Numer", "telefon")):
        await page.get_by_label(label).select_option(label=meaning)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    await page.get_by_role("button", name="Sprawdź wiersze").click()
    await page.get_by_role("button", name=re.compile("Pomiń.*wiersz 4")).click()
    await page.get_by_role("link", name=re.compile("Cały wiersz.*3")).click()
    await page.get_by_label("Nazwisko").first.fill("Nowak")
    await page.get_by_label("Telefon").first.fill("600 111 333")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    await page.get_by_role("button", name="Popraw").click()
    await page.wait_for_selector("text=Wiersz 3 zapamiętany")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    await page.get_by_role("button", name="Zapisz wszystkie wiersze").click()
    await page.wait_for_selector("text=Plik zapisany")
    await expect(page.locator("td[data-label='Co się stało']")).to_have_count(3)
    assert [one.last_name for one in await everybody()] == ["Lis", "Nowak"]
    await page.get_by_role("button", name="Cofnij zapis").click()
    await page.wait_for_selector("text=Zapis cofnięty w całości")
    assert await everybody() == []
    await page.context.close()
