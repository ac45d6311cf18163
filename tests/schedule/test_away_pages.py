"""Days without suggestions: added, joined, taken back in one press; what is agreed already stays and is shown."""

from datetime import datetime, time, timedelta

import httpx2
import pytest
from support import people
from support.free_time import TODAY, day, days_away, stored, task, who
from support.visitor import Visitor, forms

from volunteer_hub.kit import database
from volunteer_hub.people import time_actions
from volunteer_hub.people.rules import Free
from volunteer_hub.people.tables import Away
from volunteer_hub.people.week import Days, rest_of_month
from volunteer_hub.schedule import facts
from volunteer_hub.schedule.rules import Rule, broken


async def test_a_press_about_days_away_loses_nothing_that_is_ticked(client: httpx2.AsyncClient) -> None:
    """Without JavaScript every press is a new page, so no press about days away stands beside unsaved boxes."""
    ola, visitor = await who(client), Visitor(client)
    page = await visitor.open("/me/time")
    assert {one.action for one in forms(page) if one.action.startswith("/me")} == {"/me/time"}
    assert 'href="/me/time/away"' in page
    await visitor.send("/me/time", {"do": "save"}, free=["1-morning"])
    await visitor.open("/me/time/away")
    await visitor.send("/away/month")
    assert await stored(ola) == [Free(1, time(8), time(12))] and visitor.page.url.path == "/me/time/away"
    assert f"{TODAY.day}.{TODAY.month:02d}" in await visitor.open("/me/time"), "the days stand there in short"


async def test_days_away_are_added_joined_and_removed(client: httpx2.AsyncClient) -> None:
    ola, visitor = await who(client), Visitor(client)
    await visitor.open("/me/time/away")
    await visitor.send("/time/away", first_day=f"{day(3):%d.%m.%Y}")
    assert await days_away(ola) == [Days(day(3), day(3))] and "Zapisane." in visitor.page.text
    await visitor.send("/time/away", first_day=str(day(2)), last_day=str(day(5)))
    await visitor.send("/time/away", first_day=str(day(2)), last_day=str(day(5)))
    assert await days_away(ola) == [Days(day(2), day(5))]
    await visitor.send("/time/away", first_day=str(day(20)), last_day=str(day(21)))
    await visitor.send("/away/removal")
    assert await days_away(ola) == [Days(day(20), day(21))] and "Usunięte." in visitor.page.text


@pytest.mark.parametrize(
    ("first", "last", "wrong"),
    [(-9, -2, "last_day"), (-1, None, "first_day"), (9, 3, "last_day"), (1, 900, "last_day"), (900, 901, "first_day")],
)
async def test_days_that_cannot_be_are_refused_kindly(
    client: httpx2.AsyncClient, first: int, last: int | None, wrong: str
) -> None:
    ola, visitor = await who(client), Visitor(client)
    await visitor.open("/me/time/away")
    await visitor.send("/time/away", first_day=str(day(first)), last_day=str(day(last)) if last else "")
    assert visitor.page.status_code == 422 and f'id="f-away-{wrong}-error"' in visitor.page.text
    assert f'value="{day(first)}"' in visitor.page.text and await days_away(ola) == []


async def test_what_has_begun_may_go_on_and_what_is_over_is_not_shown(client: httpx2.AsyncClient) -> None:
    ola, visitor = await who(client), Visitor(client)
    await people.save(Away(volunteer=ola.id, first_day=day(-30), last_day=day(-20)))
    page = await visitor.open("/me/time/away")
    assert "/away/removal" not in page
    await visitor.send("/time/away", first_day=str(day(-3)), last_day=str(day(0)))
    assert await days_away(ola) == [Days(day(-30), day(-20)), Days(day(-3), day(0))]


async def test_not_this_month_in_one_press_and_back(client: httpx2.AsyncClient) -> None:
    ola, visitor = await who(client), Visitor(client)
    month = rest_of_month(TODAY)
    soon = max(month.last, day(1))  # on the last day of a month, else they would be away for all of its rest already
    before = [Days(soon, soon + timedelta(days=5)), Days(day(200), day(201))]
    for one in before:
        await people.save(Away(volunteer=ola.id, first_day=one.first, last_day=one.last))
    await visitor.open("/me/time/away")
    await visitor.send("/away/month")
    through = [Days(TODAY, soon + timedelta(days=5))] if soon == month.last else [Days(TODAY, TODAY), before[0]]
    assert await days_away(ola) == [*through, before[1]]
    assert "/away/month" not in visitor.page.text and "Do końca miesiąca" in visitor.page.text
    await visitor.send("/away/undo")
    assert await days_away(ola) == before and "Jest tak, jak było" in visitor.page.text
    assert "/away/undo" not in visitor.page.text and "/away/month" in visitor.page.text
    again = await client.get("/me/time/away?undo=month&was=x&was=2026-11-01..&was=..")
    assert again.status_code == 200 and "/away/undo" not in again.text, "there is nothing to take back"


async def test_a_stale_removal_takes_nothing_else(client: httpx2.AsyncClient) -> None:
    ola, visitor = await who(client), Visitor(client)
    await visitor.open("/me/time/away")
    await visitor.send("/time/away", first_day=str(day(2)), last_day=str(day(4)))
    stale = next(one for one in forms(visitor.page.text) if one.action.endswith("/removal"))
    await visitor.send("/time/away", first_day=str(day(3)), last_day=str(day(8)))
    assert (await client.post(stale.action, data=stale.values)).status_code == 409
    assert await days_away(ola) == [Days(day(2), day(8))]
    await visitor.open("/me/time/away")
    fresh = next(one for one in forms(visitor.page.text) if one.action.endswith("/removal"))
    twice = [await client.post(fresh.action, data=fresh.values) for _ in range(2)]
    assert [one.status_code for one in twice] == [303, 303] and await days_away(ola) == []
    assert (await client.post(fresh.action, data=fresh.values | {"days": ["x"]})).status_code == 400


async def test_what_is_agreed_stays_and_stands_there_with_the_way_to_leave(client: httpx2.AsyncClient) -> None:
    ola, visitor = await who(client, free=True), Visitor(client)
    inside = await task(ola, 3, name="Bajki w środę")
    await task(ola, 9, name="Spacer później")
    await visitor.open("/me/time/away")
    await visitor.send("/time/away", first_day=str(day(2)), last_day=str(day(4)))
    page = visitor.page.text
    assert "Bajki w środę" in page and "Spacer później" not in page and f'href="/me#t-{inside}"' in page
    assert await database.fetchval("SELECT state FROM assignment WHERE id = $1", inside) == "accepted"
    assert f'id="t-{inside}"' in await visitor.open("/me")
    initiative = await people.initiative()
    at = await people.meeting(initiative, starts=datetime.combine(day(4), time(10)))
    opening = await people.opening(at, await people.role(initiative))
    asked, volunteers = await facts.facts(opening.id, [ola.id])
    assert Rule.TIME in broken(volunteers[ola.id], asked), "nothing new then"
    await visitor.open(f"/me/assignments/{inside}/absence")
    await visitor.send(f"/assignments/{inside}/withdraw")
    assert "Bajki w środę" not in await visitor.open("/me/time/away")


async def test_a_night_that_ends_at_midnight_is_not_the_next_day(client: httpx2.AsyncClient) -> None:
    ola, visitor = await who(client, free=True), Visitor(client)
    await database.execute("UPDATE availability SET ends = '23:59:59'")
    await task(ola, 3, hour=22, name="Nocny dyżur")
    await people.save(Away(volunteer=ola.id, first_day=day(4), last_day=day(4)))
    assert "Nocny dyżur" not in await visitor.open("/me/time/away")
    await visitor.send("/time/away", first_day=str(day(3)))
    assert visitor.page.text.count("Nocny dyżur") == 1


async def test_more_times_away_than_anybody_plans(client: httpx2.AsyncClient) -> None:
    ola, visitor = await who(client), Visitor(client)
    for n in range(time_actions.MOST_AWAY):
        await people.save(Away(volunteer=ola.id, first_day=day(10 * n + 40), last_day=day(10 * n + 41)))
    await visitor.open("/me/time/away")
    await visitor.send("/time/away", first_day=str(day(1)))
    assert visitor.page.status_code == 409 and len(await days_away(ola)) == time_actions.MOST_AWAY
