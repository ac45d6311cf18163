"""The slip with a request's number comes out of a printer as one sheet of A6 with nothing else on it."""

import re

from browser.test_walk import window
from intake.at_the_desks import WORDS, request
from playwright.async_api import Browser, expect
from support import people

from volunteer_hub.access.tables import Session
from volunteer_hub.kit import secret
from volunteer_hub.kit.actor import Role

A6 = (105 / 25.4 * 72, 148 / 25.4 * 72)


async def test_the_slip_is_one_sheet_of_a6(browser: Browser, server: str) -> None:
    asked, token = await request(42), secret.token()
    account = await people.account(Role.FIRST_CONTACT)
    await people.save(Session(token_hash=secret.fingerprint(token), account=account.id))
    desk = await window(browser, server, "desk")
    await desk.context.add_cookies([{"name": "session", "value": token, "url": server}])
    await desk.open(f"/desk/requests/{asked.id}/slip")
    page = desk.page
    pdf = (await page.pdf(prefer_css_page_size=True)).decode("latin-1")
    sheets = re.findall(r"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert len(sheets) == len(re.findall(r"/Type\s*/Page\b", pdf)) == 1
    assert all(abs(float(side) - wanted) < 1 for side, wanted in zip(sheets[0], A6, strict=True)), sheets
    await page.emulate_media(media="print")
    for unwanted in (".rail", ".foot", ".crumbs", ".demo", ".button"):
        for one in await page.locator(unwanted).all():
            await expect(one).to_be_hidden()
    text = await page.locator("body").inner_text()
    assert "Z-2026-0042" in text and not any(word in text for word in WORDS)
    await desk.context.close()
