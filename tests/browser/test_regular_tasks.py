"""A series that is somebody's regularly, and a clash, on every screen: axe clean, nothing scrolls sideways."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page
from support import people
from support.eyes import examine

from volunteer_hub.access.tables import Session
from volunteer_hub.kit import clock, database, secret
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.regular import actions as regular
from volunteer_hub.schedule.series import fill as series_fill
from volunteer_hub.schedule.tables import Series

TODAY = clock.today(people.ZONE)


async def scene() -> tuple[Series, Volunteer]:
    """A series with two regulars, one of whom has missing days and a clash; somebody far away could be asked."""
    of = await people.initiative(name="Czytanie bajek na Zazamczu")
    role = await people.role(of, most=3, continuity=True)
    await people.role(of, name="Parzy herbatę", continuity=True)
    row = await people.series(of, skips_holidays=False, skips_breaks=False)
    await series_fill.fill(row.id)
    one, other = await people.volunteer(first_name="Kacper", last_name="Wrona"), await people.volunteer()
    await people.volunteer(first_name="Ewa", last_name="Daleka", latitude=50.0, longitude=20.0)
    await people.volunteer(first_name="Genowefa", last_name="Brzęczyszczykiewicz")
    days = await database.fetch("SELECT id, starts_wall FROM meeting ORDER BY starts_at LIMIT 3")
    away = days[1]["starts_wall"].date()
    await database.execute(
        "INSERT INTO away (id, volunteer, first_day, last_day) VALUES (gen_random_uuid(), $1, $2, $2)", one.id, away
    )
    for who in (one, other):
        id = await regular.propose(SYSTEM, row.id, role.id, who.id, TODAY, None)
        if who is one:
            await regular.answer(SYSTEM, id, accept=True, channel="desk")
    elsewhere = await people.initiative(name="Paczki dla seniorów")
    at = await people.meeting(elsewhere, starts=days[0]["starts_wall"] + timedelta(hours=3), hours=1)
    asked = await actions.invite(SYSTEM, (await people.opening(at)).id, one.id)
    await actions.answer(SYSTEM, asked, accept=True, channel="desk")
    starts = days[0]["starts_wall"]
    await actions.move_meeting(SYSTEM, at.id, starts + timedelta(hours=1), starts + timedelta(hours=2))
    return row, one


async def signed_in(browser: Browser, address: str, role: Role, **options: Any) -> tuple[Page, UUID]:
    account, token = await people.account(role), secret.token()
    await people.save(Session(token_hash=secret.fingerprint(token), account=account.id))
    context = await browser.new_context(base_url=address, locale="pl-PL", **options)
    await context.add_cookies([{"name": "session", "value": token, "url": address}])
    return await context.new_page(), account.id


async def look(page: Page, path: str, name: str) -> None:
    await page.goto(path)
    assert page.url.endswith(path)
    await examine(page, name)


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (768, "dark"), (1280, "light")])
async def test_the_desk_sees_them_on_every_screen(browser: Browser, server: str, width: int, scheme: str) -> None:
    row, _ = await scene()
    size = {"width": width, "height": 720}
    page, _account = await signed_in(browser, server, Role.COORDINATOR, viewport=size, color_scheme=scheme)
    task = await database.fetchval("SELECT id FROM regular_task WHERE state = 'accepted'")
    later = await database.fetchval("SELECT opening FROM assignment WHERE at_risk = 'clash'")
    for name, path in {
        "series": f"/desk/series/{row.id}", "propose": f"/desk/series/{row.id}/regular",
        "by-name": f"/desk/series/{row.id}/regular?q=Daleka", "one": f"/desk/regular/{task}",
        "clash": f"/desk/openings/{later}", "risks": "/desk/risks",
    }.items():  # fmt: skip
        await look(page, path, f"regular-{name}-{width}")
    await page.context.close()


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
async def test_a_volunteer_sees_theirs_on_every_screen(browser: Browser, server: str, width: int, scheme: str) -> None:
    _, who = await scene()
    size = {"width": width, "height": 720}
    page, account = await signed_in(browser, server, Role.VOLUNTEER, viewport=size, color_scheme=scheme)
    await database.execute("UPDATE volunteer SET account = $2 WHERE id = $1", who.id, account)
    task = await database.fetchval("SELECT id FROM regular_task WHERE state = 'accepted'")
    for name, path in {"me": "/me", "own": f"/me/regular/{task}"}.items():
        await look(page, path, f"regular-{name}-{width}")
    await page.context.close()
