"""An initiative's pages, full of all they may hold: on every screen, light and dark, axe clean."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from playwright.async_api import Browser, expect
from support.eyes import examine, opened

from volunteer_hub.initiatives import diary, items
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.settings import Settings

DAY = date(2026, 11, 2)


async def filled(settings: Settings) -> tuple[UUID, UUID]:
    """The town's first project, made a campaign, and its group Thursday, with lines in every list."""
    campaign, group = [
        row["id"]
        for row in await database.fetch(
            "SELECT id FROM initiative WHERE name = 'Grupa Czwartek' OR kind = 'long_term' AND id = ("
            " SELECT id FROM initiative WHERE kind = 'long_term' ORDER BY name LIMIT 1) ORDER BY kind = 'group'"
        )
    ]
    await database.execute("UPDATE initiative SET kind = 'educational' WHERE id = $1", campaign)
    await database.execute(
        "UPDATE initiative SET least_members = 3, most_members = 8, agreement = 'Zostaje tu.' WHERE id = $1",
        group,
    )
    member = await database.fetchval("SELECT id FROM member WHERE initiative = $1 LIMIT 1", group)
    for of in (campaign, group):
        goal = {"words": "Więcej osób wie, gdzie szukać pomocy", "target": Decimal(40), "unit": "osób"}
        await items.add(SYSTEM, items.GOALS, of, goal)
        await items.add(SYSTEM, items.GOALS, of, {"words": "Spotkania bez przerw", "target": None, "unit": ""})
        partner = {"resource": None, "name": "Miejska Biblioteka Publiczna", "gives": "Salę we wtorki i poczęstunek"}
        await items.add(SYSTEM, items.PARTNERS, of, partner)
        for source, amount in (("eu", "1234567.89"), ("own", "200.50")):
            line = {"year": 2026, "source": source, "payer": "Fundusze Europejskie dla Kujaw i Pomorza"}
            await items.add(SYSTEM, items.FUNDING, of, line | {"amount": Decimal(amount), "spent": Decimal("300.25")})
        await diary.write(settings, SYSTEM, of, DAY, "Przyszło dziewięć osób.\nSala była zimna.")
    await items.add(SYSTEM, items.MATERIALS, campaign, {"name": "Ulotka „Gdzie po pomoc”", "made": 500})
    action = {"day": DAY, "words": "Stoisko przed biblioteką", "place": None, "place_name": "Stary Rynek"}
    await items.add(SYSTEM, items.ACTIONS, campaign, action | {"reached": 45, "given": 30})
    for words, who, since in (("Klucze do sali", member, DAY), ("Zaprasza na spotkania", None, None)):
        await items.add(SYSTEM, items.TAKEOVERS, group, {"words": words, "member": who, "taken_on": since})
    return campaign, group


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (768, "dark"), (1280, "light")])
async def test_they_fit_and_read(
    browser: Browser, town_server: str, own_address: Settings, width: int, scheme: str
) -> None:
    campaign, group = await filled(own_address)
    page = await opened(browser, town_server, width=width, color_scheme=scheme)
    ways = {
        "list": "/desk/initiatives?outcome=yes", "campaign": f"/desk/initiatives/{campaign}",
        "group": f"/desk/initiatives/{group}", "edit": f"/desk/initiatives/{group}/edit",
        "state": f"/desk/initiatives/{group}/state?to=finished", "outcome": f"/desk/initiatives/{group}/outcome",
        "diary": f"/desk/initiatives/{group}/diary", "role": f"/desk/initiatives/{group}/roles/new",
    }  # fmt: skip
    lists = ("goals", "funding", "papers", "materials", "actions")
    ways |= {slug: f"/desk/initiatives/{campaign}/{slug}/new" for slug in lists}
    ways |= {"takeovers": f"/desk/initiatives/{group}/takeovers/new"}
    ways |= {"partners": f"/desk/initiatives/{campaign}/partners/new?q=a"}
    for name, path in {"all": "/desk/initiatives", **ways}.items():
        await page.goto(path)
        await examine(page, f"initiative-{name}-{width}")
    await page.context.close()


async def test_a_sum_that_is_no_sum_is_said_beside_its_field_and_the_rest_stays(
    browser: Browser, town_server: str, own_address: Settings
) -> None:
    campaign, _ = await filled(own_address)
    page = await opened(browser, town_server, width=320)
    await page.goto(f"/desk/initiatives/{campaign}")
    await page.get_by_role("link", name="Dodaj pieniądze").click()
    await page.get_by_label("sponsor").check()
    await page.get_by_label("Kwota w złotych").fill("1,234.50")
    await page.get_by_role("button", name="Zapisz").click()
    await expect(page.get_by_label("Kwota w złotych")).to_have_value("1,234.50")
    await examine(page, "initiative-wrong-sum-320")
    await page.get_by_label("Kwota w złotych").fill("1 234,50")
    await page.get_by_role("button", name="Zapisz").click()
    await expect(page.get_by_text("2026, sponsor")).to_be_visible()
    await page.context.close()
