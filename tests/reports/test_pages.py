"""The desk's first page shows what is short of people and what waits; the year counts what really happened."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import httpx2
import pytest
from support import people

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Role
from volunteer_hub.people.rules import Step
from volunteer_hub.people.tables import Agreement, StepTaken
from volunteer_hub.reports import queries
from volunteer_hub.schedule.tables import Opening


async def opening_in(days: int, title: str, hour: int = 16, **values: Any) -> Opening:
    of = await people.initiative(name=title)
    day = datetime.combine(clock.today(people.ZONE) + timedelta(days=days), time(hour))
    return await people.opening(await people.meeting(of, starts=day), await people.role(of), **values)


async def test_the_most_pressing_stands_first(client: httpx2.AsyncClient) -> None:
    await opening_in(5, "Pojutrze i potem", least=1)
    await opening_in(6, "Pilne sadzenie", least=2, urgent=True)
    await opening_in(1, "Jutrzejsze czytanie", least=1)
    await opening_in(4, "Starczy ludzi", least=0)
    await opening_in(3, "Wszystko zajęte", least=1, most=1, taken=1)
    await opening_in(9, "Za daleko", least=1)
    await people.signed_in(client)
    page = (await client.get("/desk")).text
    order = [page.index(name) for name in ("Jutrzejsze", "Pilne sadzenie", "Pojutrze", "Starczy ludzi")]
    assert order == sorted(order)
    assert "Wszystko zajęte" not in page and "Za daleko" not in page
    assert 'href="/desk/openings/' in page and "Dziś nikogo nie brakuje" in page


async def test_the_database_ranks_as_the_rule_does(client: httpx2.AsyncClient) -> None:
    for days, least, urgent in ((5, 0, False), (5, 1, True), (2, 1, False), (3, 1, False), (1, 0, True), (4, 2, True)):
        await opening_in(days, f"{days} {least} {urgent}", least=least, urgent=urgent)
    actor, today = people.actor(await people.account()), clock.today(people.ZONE)
    ranked, total = await queries.short(actor, today, 10)
    assert total == 6
    assert ranked == sorted(ranked, key=lambda one: (-one.urgency, one.opening.starts_wall))
    assert [one.opening.title[0] for one in ranked] == ["2", "4", "5", "3", "1", "5"]
    assert await queries.short(actor, today, 2) == (ranked[:2], 6)
    assert await queries.short(people.actor(await people.account(Role.VOLUNTEER)), today, 2) == ([], 0)


async def test_who_is_missing_today_is_the_headline(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = await people.initiative(name="Na dziś")
    soon = clock.wall(clock.now() + timedelta(minutes=1), people.ZONE).replace(microsecond=0)
    meeting = await people.meeting(of, starts=soon, hours=0.01)
    await people.opening(meeting, await people.role(of), least=2, most=3)
    await people.signed_in(client)
    page = (await client.get("/desk")).text
    assert "Dziś brakuje 2" in page and "Na dziś" in page and "Dziś jest 1" in page


async def test_the_week_has_seven_days_with_their_seats(db: str) -> None:
    await opening_in(1, "A", most=3, taken=1, least=2)
    await opening_in(1, "B", most=2, taken=2, least=2)
    week = await queries.week(people.actor(await people.account()), people.ZONE)
    assert [(day.day - week[0].day).days for day in week] == list(range(7))
    assert (week[1].taken, week[1].most, week[1].missing, week[1].meetings) == (3, 5, 1, 2)
    assert (week[2].most, week[2].meetings) == (0, 0)


async def test_an_empty_centre_says_so(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    page = (await client.get("/desk")).text
    assert "W tym tygodniu nikogo nie brakuje" in page and "Wszystko załatwione" in page
    assert (await client.get("/desk/reports")).status_code == 200


async def test_six_queries_make_the_page(client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    await people.signed_in(client)
    asked: list[str] = []

    for name in ("fetch", "fetchrow", "fetchval", "execute"):
        real = getattr(database, name)

        async def counted(sql: str, *values: object, real: Any = real) -> Any:
            asked.append(sql)
            return await real(sql, *values)

        monkeypatch.setattr(database, name, counted)
    assert (await client.get("/desk")).status_code == 200
    assert len(asked) <= 6, asked


async def test_the_year_counts_each_step_once_in_the_quarter_it_was_taken(client: httpx2.AsyncClient) -> None:
    at = [datetime(2025, month, 10, 12, tzinfo=UTC) for month in (2, 5, 8)]
    volunteer = await people.volunteer(created_at=at[0])
    for signed in (at[1].date(), at[2].date()):
        await people.save(Agreement(volunteer=volunteer.id, signed_on=signed, valid_from=signed))
    for step, when in ((Step.ACTIVE, at[1]), (Step.PAUSED, at[1]), (Step.ACTIVE, at[2])):
        await people.save(StepTaken(volunteer=volunteer.id, step=step, at=when))
    of = await people.initiative()
    asked = await people.role(of)
    held = await people.meeting(of, starts=datetime(2025, 5, 20, 16))  # wall time
    await people.opening(held, asked, most=4, taken=3)
    off = await people.meeting(of, starts=datetime(2025, 5, 21, 16), state="cancelled")
    await people.opening(off, asked, most=4)
    quarters = await queries.year(people.actor(await people.account()), 2025, people.ZONE)
    assert [(q.registered, q.agreed, q.active, q.meetings, q.taken, q.most) for q in quarters] == [
        (1, 0, 0, 0, 0, 0), (0, 1, 1, 1, 3, 4), (0, 0, 0, 0, 0, 0), (0, 0, 0, 0, 0, 0)
    ]  # fmt: skip
    assert quarters[1].filled == 75 and not any(q.unfinished for q in quarters)
    await people.signed_in(client)
    page = (await client.get("/desk/reports/places?year=2025")).text
    assert "Rok 2025 według miejsc i kwartałów" in page and "3 z 4" in page and "(75%)" in page


async def test_new_years_eve_belongs_to_the_year_on_the_centres_wall(db: str) -> None:
    """23:30 UTC on 31 December is already January in Poland."""
    await people.volunteer(created_at=datetime(2024, 12, 31, 23, 30, tzinfo=UTC))
    coordinator = people.actor(await people.account())
    assert sum(q.registered for q in await queries.year(coordinator, 2024, people.ZONE)) == 0
    assert (await queries.year(coordinator, 2025, people.ZONE))[0].registered == 1


@pytest.mark.parametrize("year", ["", "x", "-1", "99999999999", "2026'--"])
async def test_a_strange_year_is_this_year(client: httpx2.AsyncClient, year: str) -> None:
    await people.signed_in(client)
    for path in ("/desk/reports", "/desk/reports/places", "/desk/reports/missing"):
        page = await client.get(path, params={"year": year})
        assert page.status_code == 200 and f"{clock.today(people.ZONE).year}" in page.text


async def test_only_coordinators_see_the_desk(client: httpx2.AsyncClient) -> None:
    for path in ("/desk", "/desk/reports"):
        assert (await client.get(path)).status_code == 303
    await people.signed_in(client, Role.FIRST_CONTACT)
    for path in ("/desk", "/desk/reports"):
        assert (await client.get(path)).status_code == 403
    other = people.actor(await people.account(Role.FACILITATOR))
    assert await queries.year(other, 2026, people.ZONE) == []
