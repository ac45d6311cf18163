"""A coordinator calls a meeting off and sees who was told, and by what way; the phones have the message."""

import re

import pytest
from playwright.async_api import Browser, expect
from support.eyes import examine, opened

from volunteer_hub.kit import database

SOMEBODY_COMES = """
    SELECT m.id FROM meeting m JOIN opening o ON o.meeting = m.id
    WHERE m.state = 'planned' AND m.starts_at > now() + interval '1 day' AND o.taken > 0
    ORDER BY m.starts_at LIMIT 1"""


@pytest.mark.parametrize("scripts", [True, False])
async def test_called_off_and_who_was_told(browser: Browser, town_server: str, scripts: bool) -> None:
    page = await opened(browser, town_server, width=1280, java_script_enabled=scripts)
    await page.goto(f"/desk/meetings/{await database.fetchval(SOMEBODY_COMES)}")
    await page.get_by_role("link", name="Odwołaj").click()
    await page.get_by_role("button", name=re.compile("Odwołaj")).click()
    told = page.get_by_role("region", name="Kto już wie")
    await expect(told.get_by_role("row").nth(1)).to_contain_text(re.compile("SMS|e-mail|bez wiadomości"))
    if scripts:  # axe itself is one
        await examine(page, "called-off")
    said = await database.fetchrow("SELECT address, body FROM message WHERE template = 'cancelled' AND channel = 'sms'")
    assert said
    await page.goto(f"/dev/phones?q={said['address'][3:]}")
    await expect(page.get_by_text(said["body"][:60]).first).to_be_visible()
