"""Limits by age: a coordinator writes them down with their source; the rosters are judged anew, nobody is taken off."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest
from matching.test_opening_page import words
from support import people
from support.visitor import Visitor

from volunteer_hub.initiatives import limits
from volunteer_hub.initiatives.tables import AgeLimit
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching import queries as matching
from volunteer_hub.people.tables import Availability, Volunteer
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.risks import standing
from volunteer_hub.schedule.tables import Opening

TODAY = clock.today(people.ZONE)
DAY = TODAY + timedelta(days=3)
FORM = {"from_age": "0", "under_age": "18", "valid_from": TODAY.isoformat(), "source": "Zasady Centrum, § 5"}


async def desk(client: httpx2.AsyncClient) -> Visitor:
    await people.signed_in(client)
    return Visitor(client)


async def pupil(years: int = 16, **values: Any) -> Volunteer:
    born = DAY.replace(year=DAY.year - years) - timedelta(days=40)
    return await people.volunteer(birth_date=born, guardian_consent_at=clock.now(), max_hours_week=40, **values)


async def opening(days: int = 3, hour: int = 16, hours: float = 2, **values: Any) -> Opening:
    starts = datetime.combine(TODAY + timedelta(days=days), time(hour))
    of = await people.initiative()
    return await people.opening(
        await people.meeting(of, starts=starts, hours=hours, **values), await people.role(of, minor_safe=True)
    )


async def accepted(to: Opening, who: Volunteer) -> UUID:
    id = await actions.invite(SYSTEM, to.id, who.id)
    await actions.answer(SYSTEM, id, accept=True, channel="sms")
    return id


async def marks() -> set[str]:
    return {row["at_risk"] for row in await database.fetch("SELECT at_risk FROM assignment")}


async def test_a_limit_is_added_seen_and_ended(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    id = await accepted(await opening(hour=19), await pupil())
    assert "Nie ma jeszcze żadnych ograniczeń" in await visitor.open("/desk/limits")
    await visitor.open("/desk/limits/new")
    hours = {"earliest": "7:30", "latest": "20.00", "most_hours_week": "12"}
    page = words(await visitor.send("/desk/limits/new", **FORM, **hours))
    assert "przed 18. urodzinami" in page and "najwcześniej od 7:30, najpóźniej do 20:00" in page
    assert "12 godz. w tygodniu" in page
    assert "Zasady Centrum, § 5" in page and "wszędzie" in page
    row = await database.fetchrow("SELECT state, at_risk FROM assignment WHERE id = $1", id)
    assert tuple(row) == ("accepted", "limit"), "19:00–21:00 is too late now, and a coordinator decides"
    limit = await database.fetchval("SELECT id FROM age_limit")
    await visitor.open(f"/desk/limits/{limit}/end")
    assert "Zapisane" in await visitor.send(f"/desk/limits/{limit}/end", last_day=TODAY.isoformat())
    assert await marks() == {""}, "it is over by the day of the meeting"
    assert await database.fetchval("SELECT valid_until FROM age_limit") == TODAY
    await visitor.open(f"/desk/limits/{limit}/end")
    await visitor.send(f"/desk/limits/{limit}/end", last_day=(TODAY - timedelta(days=1)).isoformat())
    assert await database.fetchval("SELECT count(*) FROM age_limit") == 0, "a slip goes without a trace"
    verbs = await database.fetch("SELECT verb FROM audit_entry WHERE verb LIKE 'initiatives.limit.%'")
    assert [row["verb"] for row in verbs] == ["initiatives.limit.add", *["initiatives.limit.end"] * 2]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({}, "Wpisz, co to ograniczenie zmienia"),
        ({"barred": "yes", "under_age": "0"}, "Najmniejsza możliwa liczba to 1"),
        ({"barred": "yes", "from_age": "18"}, "musi być wyższa"),
        ({"barred": "yes", "under_age": "sto"}, "Wpisz liczbę"),
        ({"latest": "25:00"}, "Podaj godzinę"),
        ({"earliest": "rano"}, "Podaj godzinę, na przykład 8:00"),
        ({"earliest": "20:00", "latest": "8:00"}, "musi być po najwcześniejszej"),
        ({"barred": "yes", "valid_until": (TODAY - timedelta(days=1)).isoformat()}, "Koniec nie może"),
        ({"barred": "yes", "source": ""}, "Wypełnij to pole"),
        ({"barred": "yes", "place": str(uuid4())}, "nie ma już na liście"),
        ({"barred": "yes", "role": "x"}, "Wybierz z listy"),
        ({"most_hours_day": "0"}, "Najmniejsza możliwa liczba to 1"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_lost(
    wrong: dict[str, str], sentence: str, client: httpx2.AsyncClient
) -> None:
    visitor = await desk(client)
    await visitor.open("/desk/limits/new")
    page = words(await visitor.send("/desk/limits/new", **FORM | wrong))
    assert visitor.page.status_code == 422 and sentence in page
    assert "Zasady Centrum, § 5" in visitor.page.text or "source" in wrong
    assert await database.fetchval("SELECT count(*) FROM age_limit") == 0


async def test_absent_ones_are_not_found_and_others_see_none(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    await limit(barred=True)
    id = await database.fetchval("SELECT id FROM age_limit")
    await visitor.open(f"/desk/limits/{id}/end")
    assert "Podaj" in await visitor.send(f"/desk/limits/{id}/end", last_day="jutro")
    assert visitor.page.status_code == 422
    await database.execute("DELETE FROM age_limit")
    await visitor.send(f"/desk/limits/{id}/end", last_day=TODAY.isoformat())
    assert visitor.page.status_code == 404 and (await client.get(f"/desk/limits/{id}/end")).status_code == 404
    first_contact = people.actor(await people.account(people.Role.FIRST_CONTACT))
    for act in (limits.limits(first_contact, TODAY), limits.roles(first_contact), limits.limit(first_contact, uuid4())):
        with pytest.raises(Refused) as refused:
            await act
        assert refused.value.status == 404


async def refusal(to: Opening, who: Volunteer) -> str:
    with pytest.raises(Refused) as refused:
        await actions.invite(SYSTEM, to.id, who.id)
    return refused.value.sentence


async def limit(**values: Any) -> None:
    usual = {"from_age": 0, "under_age": 18, "valid_from": date(2026, 1, 1), "source": "test"}
    await people.save(AgeLimit(**usual | values))


async def test_of_a_place_of_a_role_of_an_age_and_a_time(db: str) -> None:
    who, to = await pupil(), await opening()
    here, other = await database.fetchval("SELECT place FROM meeting"), await people.place()
    for free in (
        {"place": other.id},
        {"role": (await people.role(await people.initiative())).id},
        {"under_age": 16},
        {"from_age": 17},
        {"valid_from": DAY + timedelta(days=1)},
        {"valid_until": DAY - timedelta(days=1)},
    ):
        await limit(barred=True, **free)
    asked = await actions.invite(SYSTEM, to.id, who.id)
    await database.execute("DELETE FROM assignment WHERE id = $1", asked)
    await limit(barred=True, place=here, role=to.role, from_age=16, under_age=17, valid_from=DAY, valid_until=DAY)
    assert "w tym wieku" in await refusal(to, who)
    grown = await people.volunteer()
    assert await actions.invite(SYSTEM, to.id, grown.id), "who is of age is not limited"


@pytest.mark.parametrize(("years", "limited"), [(15, True), (16, False)])
async def test_on_the_birthday_itself_the_limit_is_over(years: int, limited: bool, db: str) -> None:
    born = DAY.replace(year=DAY.year - 16) + timedelta(days=16 - years)
    who = await people.volunteer(birth_date=born, guardian_consent_at=clock.now())
    await limit(barred=True, under_age=16)
    to = await opening()
    if limited:
        assert "w tym wieku" in await refusal(to, who)
    else:
        assert await actions.invite(SYSTEM, to.id, who.id)


async def test_not_before_the_earliest_hour_and_judged_anew(db: str, client: httpx2.AsyncClient) -> None:
    who = await pupil(first_name="Lena")
    at_seven, at_eight = await opening(hour=7), await opening(days=4, hour=8)
    await people.save(Availability(volunteer=who.id, weekday=DAY.isoweekday(), starts=time(6), ends=time(12)))
    booked = await accepted(at_seven, who)
    usual = {"from_age": 0, "under_age": 18, "source": "test", "valid_from": TODAY}
    await standing.add_limit(SYSTEM, earliest=time(8), **usual)
    assert await database.fetchval("SELECT at_risk FROM assignment WHERE id = $1", booked) == "limit"
    assert await actions.invite(SYSTEM, at_eight.id, who.id), "at eight sharp it may begin"
    await database.execute("DELETE FROM assignment WHERE id = $1", booked)
    assert "w tym wieku" in await refusal(at_seven, who)
    assert not await matching.candidates(SYSTEM, at_seven.id)
    visitor = await desk(client)
    assert "najwcześniej od 8:00" in words(await visitor.open(f"/desk/openings/{at_seven.id}"))


async def test_no_hour_of_a_limit_leaves_nothing_of_the_day(db: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await limit(earliest=time(20), latest=time(8))


async def test_hours_of_a_day_count_whatever_they_are_for(db: str, client: httpx2.AsyncClient) -> None:
    who = await pupil(first_name="Lena")
    await accepted(await opening(hour=9, hours=2), who)
    later, too_late = await opening(hour=13, hours=2), await opening(hour=18, hours=2.5)
    await limit(most_hours_day=4, latest=time(20, 30))
    assert (await matching.candidates(SYSTEM, later.id))[0].person.id == who.id
    await accepted(later, who)
    assert not await matching.candidates(SYSTEM, too_late.id)
    visitor = await desk(client)
    assert "najwyżej 4 godz. dziennie" in words(await visitor.open(f"/desk/openings/{too_late.id}"))
    await database.execute("UPDATE age_limit SET latest = '20:00'")
    assert "najpóźniej do 20:00" in words(await visitor.open(f"/desk/openings/{too_late.id}"))
    await database.execute("UPDATE age_limit SET latest = NULL, most_hours_day = NULL, most_hours_week = 6")
    assert "najwyżej 6 godz. w tygodniu" in words(await visitor.open(f"/desk/openings/{too_late.id}"))
    await database.execute("UPDATE age_limit SET barred = true")
    assert "nie mogą tu pomagać" in words(await visitor.open(f"/desk/openings/{too_late.id}"))
