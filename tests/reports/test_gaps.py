"""What is missing in the data: each gap stands there until it is mended, and leads to where that is done."""

import re
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import httpx2
import pytest
from support import people

from volunteer_hub.initiatives.course_tables import Contract
from volunteer_hub.initiatives.tables import FundingLine, Goal, Initiative
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.tables import Agreement, Service, Volunteer
from volunteer_hub.reports import gaps
from volunteer_hub.reports.gaps import Gap
from volunteer_hub.reports.tables import TownYear
from volunteer_hub.schedule.hours.tables import HoursWorked

YEAR = 2025
TODAY = date(2026, 3, 10)


async def found(gap: Gap, year: int = YEAR) -> list[str]:
    """Where the lines of a kind lead."""
    actor = people.actor(await people.account())
    return [line.address for one in await gaps.gaps(actor, year, TODAY) if one.gap is gap for line in one.lines]


async def whole(**values: Any) -> Volunteer:
    """A volunteer of whom nothing is missing."""
    area = await people.area()
    who = await people.volunteer(free=False, area_slug=area.slug, **values)
    await people.save(Service(volunteer=who.id, first_day=date(2025, 1, 1)))
    await people.save(Agreement(volunteer=who.id, signed_on=date(2025, 1, 1), valid_from=date(2025, 1, 1)))
    await people.clearance(who)
    return who


async def paid(**values: Any) -> Initiative:
    """An initiative of that year that nothing is missing of."""
    days = {"starts_on": date(YEAR, 2, 1), "ends_on": date(YEAR, 6, 30)}
    of = await people.initiative(**(days | values))
    await people.save(FundingLine(initiative=of.id, year=YEAR, source="own", amount=Decimal(100), spent=Decimal(90)))
    return of


async def a_year() -> tuple[Any, str]:
    row = await people.save(TownYear(year=YEAR, residents=100, assisted=None, families=3))
    return row, f"/desk/reports/town/{YEAR}"


async def a_meeting() -> tuple[Any, str]:
    of = await paid()
    await people.member(of, await people.participant(), joined_on=date(YEAR, 1, 1))
    row = await people.meeting(of, starts=datetime(YEAR, 5, 5, 16))
    return row, f"/desk/meetings/{row.id}/attendance"


async def hours() -> tuple[Any, str]:
    of, who = await paid(), await whole()
    row = HoursWorked(volunteer=who.id, initiative=of.id, day=date(YEAR, 5, 5), minutes=60, state="reported")
    row = await people.save(row)
    return row, f"/desk/hours#h-{row.id}"


async def an_outcome() -> tuple[Any, str]:
    of = await paid(state="finished")
    await people.save(Goal(initiative=of.id, words="Sto osób"))
    return of, f"/desk/initiatives/{of.id}/outcome"


async def money() -> tuple[Any, str]:
    of = await people.initiative(starts_on=date(YEAR, 1, 1))
    return of, f"/desk/initiatives/{of.id}/funding/new"


async def spending() -> tuple[Any, str]:
    of = await people.initiative(starts_on=date(YEAR, 1, 1))
    await people.save(FundingLine(initiative=of.id, year=YEAR, source="eu", amount=Decimal(100)))
    return of, f"/desk/initiatives/{of.id}#funding"


async def a_contract() -> tuple[Any, str]:
    days = {"signed_on": date(YEAR, 1, 1), "first_day": date(YEAR, 1, 1), "last_day": date(YEAR, 6, 30)}
    row = await people.save(Contract(participant=(await people.participant()).id, state="signed", **days))
    return row, f"/desk/contracts/{row.id}"


async def an_agreement() -> tuple[Any, str]:
    who = await whole()
    await database.execute("DELETE FROM agreement WHERE volunteer = $1", who.id)
    return who, f"/desk/people/{who.id}/agreement"


async def a_first_day() -> tuple[Any, str]:
    who = await whole()
    await database.execute("DELETE FROM service WHERE volunteer = $1", who.id)
    return who, f"/desk/people/{who.id}#papers-title"


async def a_check() -> tuple[Any, str]:
    who = await whole()
    await database.execute("UPDATE clearance SET revoked_on = $2 WHERE volunteer = $1", who.id, TODAY)
    return who, f"/desk/people/{who.id}#clearances-title"


async def a_district() -> tuple[Any, str]:
    who = await whole()
    await database.execute("UPDATE volunteer SET area_slug = '' WHERE id = $1", who.id)
    return who, f"/desk/people/{who.id}/edit"


MADE: dict[Gap, tuple[Callable[[], Awaitable[tuple[Any, str]]], str]] = {
    Gap.YEAR: (a_year, "UPDATE town_year SET assisted = 5 WHERE id = $1"),
    Gap.ATTENDANCE: (a_meeting, "UPDATE meeting SET noted_at = now() WHERE id = $1"),
    Gap.HOURS: (hours, "UPDATE hours_worked SET state = 'approved' WHERE id = $1"),
    Gap.OUTCOME: (an_outcome, "UPDATE goal SET outcome = 'Było ich 90' WHERE initiative = $1"),
    Gap.MONEY: (
        money,
        "INSERT INTO funding_line (id, initiative, year, source, amount, created_at)"
        " VALUES (gen_random_uuid(), $1, 2025, 'own', 5, now())",
    ),
    Gap.SPENT: (spending, "UPDATE funding_line SET spent = 50 WHERE initiative = $1"),
    Gap.CONTRACT: (a_contract, "UPDATE contract SET state = 'finished' WHERE id = $1"),
    Gap.AGREEMENT: (
        an_agreement,
        "INSERT INTO agreement (id, volunteer, signed_on, valid_from, noted_at)"
        " VALUES (gen_random_uuid(), $1, '2025-01-01', '2025-01-01', now())",
    ),
    Gap.SERVICE: (
        a_first_day,
        "INSERT INTO service (id, volunteer, first_day, noted_at) VALUES (gen_random_uuid(), $1, '2025-01-01', now())",
    ),
    Gap.CLEARANCE: (a_check, "UPDATE clearance SET revoked_on = NULL WHERE volunteer = $1"),
    Gap.DISTRICT: (a_district, "UPDATE volunteer SET area_slug = (SELECT min(slug) FROM area) WHERE id = $1"),
}


def test_every_gap_has_its_case() -> None:
    assert set(MADE) == set(Gap) == set(gaps.PARTS) == set(gaps.PAGES)


@pytest.mark.parametrize("gap", Gap)
async def test_a_gap_stands_until_it_is_mended(gap: Gap, client: httpx2.AsyncClient) -> None:
    make, mend = MADE[gap]
    row, address = await make()
    assert await found(gap) == [address]
    other = [one.gap for one in await gaps.gaps(people.actor(await people.account()), YEAR, TODAY)]
    assert set(other) <= {gap, Gap.YEAR}, "nothing else is missing there"
    await people.signed_in(client)
    page = (await client.get("/desk/reports/missing", params={"year": YEAR})).text
    assert f'href="{address}"' in page
    there, _, part = address.partition("#")
    answer = await client.get(there)
    assert answer.status_code in (200, 404), "404: not this coordinator's own"
    if part and answer.status_code == 200:
        assert f'id="{part}"' in answer.text, "the line leads to where it is mended"
    assert await database.execute(mend, row.id)
    assert await found(gap) == []


@pytest.mark.parametrize("gap", sorted(gaps.OF_YEAR))
async def test_another_year_lacks_nothing_of_it(gap: Gap, db: str) -> None:
    await MADE[gap][0]()
    for year in (YEAR - 1, YEAR + 1):
        addresses = await found(gap, year)
        assert not addresses or gap in (Gap.YEAR, Gap.MONEY)
        assert gap is not Gap.YEAR or addresses == [f"/desk/reports/town/{year}"] * (year < TODAY.year)


async def test_ten_of_a_kind_are_shown_and_the_rest_is_a_number(client: httpx2.AsyncClient) -> None:
    for _ in range(12):
        await a_district()
    actor = people.actor(await people.account())
    [one] = [one for one in await gaps.gaps(actor, YEAR, TODAY) if one.gap is Gap.DISTRICT]
    assert (one.total, len(one.lines), one.more) == (12, 10, 2)
    await people.signed_in(client)
    assert "I jeszcze 2." in (await client.get("/desk/reports/missing")).text


async def test_of_a_group_stands_its_neutral_name_and_nobody_who_belongs(client: httpx2.AsyncClient) -> None:
    theme = await people.theme(name_pl="Uzależnienia", confidential=True)
    of = await people.initiative(kind="group", name="Grupa Czwartek", theme=theme.id)
    await people.member(of, await people.participant(alias="Bogdan"), joined_on=date(YEAR, 1, 1))
    await people.meeting(of, starts=datetime(YEAR, 5, 5, 16))
    await a_contract()
    await people.signed_in(client)
    page = (await client.get("/desk/reports/missing", params={"year": YEAR})).text
    assert "Grupa Czwartek" in page and "Kontrakt do" in page
    for word in ("Bogdan", "Uzależnienia", "Zofia", "Nowak"):
        assert word not in page


async def test_only_coordinators_read_it(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client, Role.FIRST_CONTACT)
    assert (await client.get("/desk/reports/missing")).status_code == 403
    with pytest.raises(Refused):
        await gaps.gaps(people.actor(await people.account(Role.FACILITATOR)), YEAR, clock.today(people.ZONE))


async def test_surnames_are_initials(client: httpx2.AsyncClient) -> None:
    await whole(first_name="Marta", last_name="Wiśniewska")
    await database.execute("DELETE FROM service")
    await people.signed_in(client)
    page = (await client.get("/desk/reports/missing")).text
    assert re.search(r"<b>Marta W\.</b>", page) and "Wiśniewska" not in page
