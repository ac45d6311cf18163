"""A team's pages with all they hold, and the map of an earlier day, in every width, light and dark, axe clean."""

import pytest
from playwright.async_api import Browser
from support.eyes import examine, opened

from volunteer_hub.kit import database
from volunteer_hub.settings import Settings

UNFOLD = "document.querySelectorAll('main details').forEach(one => { one.open = true })"


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (768, "light"), (1280, "dark"), (1920, "light")])
async def test_they_fit_and_read(
    browser: Browser, town_server: str, own_address: Settings, width: int, scheme: str
) -> None:
    team, meeting = await database.fetchval("SELECT (team, id) FROM team_meeting LIMIT 1")
    page = await opened(browser, town_server, width=width, color_scheme=scheme)
    ways = {
        "all": "/desk/teams", "new": "/desk/teams/new", "one": f"/desk/teams/{team}",
        "meeting": f"/desk/team-meetings/{meeting}", "move": f"/desk/team-meetings/{meeting}/move",
        "cancel": f"/desk/team-meetings/{meeting}/cancel", "then": "/desk/gaps?on=2026-01-01",
    }  # fmt: skip
    for name, path in ways.items():
        await page.goto(path)
        await page.evaluate(UNFOLD)
        await examine(page, f"team-{name}-{width}")
    await page.context.close()
