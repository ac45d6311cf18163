"""The phones page in a real browser: it renews itself and takes nothing out of anybody's hands."""

from datetime import timedelta

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect
from replies import sms
from support import people

from volunteer_hub.kit import clock, database


async def test_typed_words_and_focus_stay_while_the_page_renews_itself(page: Page, server: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    volunteer = await people.volunteer(first_name="Marta", last_name="Zielińska")
    id = await sms.invited(volunteer)
    await page.goto(f"{server}/dev/phones")
    found = await Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()

    typed = page.get_by_label("Odpowiedź (Marta Zielińska)")
    await typed.click()
    await typed.press_sequentially("tak, przyj")
    await database.execute(
        "UPDATE message SET body = 'Nowe slowa', sent_at = $1 WHERE channel = 'sms'", clock.now() + timedelta(seconds=1)
    )
    await expect(page.get_by_text("Nowe slowa")).to_be_visible(timeout=8_000)
    await expect(typed).to_be_focused()
    await expect(typed).to_have_value("tak, przyj")
    await typed.press_sequentially("dę")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("odczytano: TAK")).to_be_visible()
    await expect(typed).to_have_value("")
    await expect(typed).to_be_focused()
    assert await sms.state(id) == "accepted"

    await page.get_by_role("button", name="NIE 2").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("odczytano: NIE")).to_be_visible()
    assert await page.evaluate("document.activeElement.value") == "NIE 2"
    assert await sms.state(id) == "declined"
    assert not complaints
