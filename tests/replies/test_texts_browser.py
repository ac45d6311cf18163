"""The texts page in a browser: names are put in by a press, the preview follows the typing, narrow and dark too."""

import re

import pytest
from playwright.async_api import Browser, expect
from support.eyes import examine, opened

SMS = "/desk/messages/texts/invitation.all.sms.pl"


async def test_the_preview_follows_the_typing_and_names_are_put_in(browser: Browser, town_server: str) -> None:
    page = await opened(browser, town_server)
    await page.goto("/desk/messages/texts")
    await examine(page, "texts-list")
    await page.get_by_role("link", name=re.compile("Zaproszenie, SMS, Polski")).click()
    body = page.get_by_label("Treść")
    await body.fill("Zapraszamy. TAK {{ code }} albo NIE ")
    await expect(page.locator("#text_preview")).to_contain_text("Zapraszamy. TAK 12 albo NIE")
    await page.locator('[data-insert="{{ code }}"]').click()
    await expect(body).to_have_value("Zapraszamy. TAK {{ code }} albo NIE {{ code }}")
    await expect(page.locator("#text_preview")).to_contain_text("albo NIE 12")
    await page.get_by_label("Zostaw polskie znaki").check()
    await body.fill("Zażółć " * 9 + "TAK {{ code }} NIE {{ code }}")
    await expect(page.locator("#text_preview")).to_contain_text("ze 160 do 70 znaków")
    await examine(page, "texts-dear")
    await page.get_by_role("button", name="Weź tekst bez polskich znaków").click()
    await expect(page.get_by_label("Zostaw polskie znaki")).not_to_be_checked()
    await expect(page.locator("#text_preview")).to_contain_text("Zazolc")
    await page.get_by_role("button", name="Zapisz").click()
    await expect(page.get_by_text("Tak będą brzmieć następne wiadomości")).to_be_visible()
    await examine(page, "texts-saved")
    await page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_narrow_and_dark(browser: Browser, town_server: str, scheme: str) -> None:
    page = await opened(browser, town_server, width=320, color_scheme=scheme)
    for name, path in (
        ("list", "/desk/messages/texts"), ("sms", SMS), ("letter", "/desk/messages/texts/moved.asked.email.uk"),
    ):  # fmt: skip
        await page.goto(path)
        await examine(page, f"texts-{name}-{scheme}")
    await page.goto(SMS)
    await page.get_by_label("Treść").fill("{{ code")
    await page.get_by_role("button", name="Zapisz").click()
    await expect(page.get_by_role("alert")).to_contain_text("nie da się odczytać")
    await examine(page, f"texts-wrong-{scheme}")
    await page.context.close()
