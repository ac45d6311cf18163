"""The day itself: what one has today and how to get there; whom to ring; "I am ill" in one press."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import httpx2
import pytest
from conftest import new_client
from starlette.applications import Starlette
from support import people
from support.attended import HOUR, Attended, attended
from support.visitor import Visitor

from volunteer_hub.access.tables import Account
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import actions, centre
from volunteer_hub.schedule.today import illness
from volunteer_hub.settings import Settings, load

TODAY = clock.today(people.ZONE)


@pytest.fixture
def settings() -> Settings:
    return load({"HUB_MODE": "demo", "HUB_PUBLIC_URL": "http://hub.test", "HUB_CENTRE_PHONE": "540 000 000"})


@pytest.fixture(autouse=True)
def a_centre_with_a_phone(settings: Settings) -> Iterator[None]:
    centre.configure(settings)
    yield
    centre.configure(Settings.model_construct())


async def today(at: Attended, *, begun: bool = False) -> Account:
    """Puts it on today whatever the hour is, its start still ahead or just past; the volunteer gets an account."""
    await at.shift(-HOUR if begun else HOUR)
    await database.execute(
        "UPDATE meeting SET starts_wall = $2::date + interval '23 hours', ends_wall = $2::date + interval '23.5 hours'"
        " WHERE id = $1",
        *(at.meeting.id, TODAY),
    )
    account = await people.account(Role.VOLUNTEER)
    await database.execute("UPDATE volunteer SET account = $2 WHERE id = $1", at.helpers[0].id, account.id)
    return account


async def state(at: Attended, n: int = 0) -> tuple[str, str]:
    row = await database.fetchrow("SELECT state, missed_reason FROM assignment WHERE id = $1", await at.assignment(n))
    assert row
    return row["state"], row["missed_reason"]


async def second_task(at: Attended, account: Account) -> UUID:
    """The same volunteer has another one later today, elsewhere."""
    of = await people.initiative(name="Paczki")
    meeting = await people.meeting(of)
    opening = await people.opening(meeting)
    id = await actions.invite(SYSTEM, opening.id, at.helpers[0].id)
    await actions.answer(SYSTEM, id, accept=True, channel="desk")
    await database.execute(
        "UPDATE meeting SET starts_at = now() + interval '3 hours', ends_at = now() + interval '4 hours',"
        " starts_wall = $2::date + interval '23.6 hours', ends_wall = $2::date + interval '23.9 hours' WHERE id = $1",
        *(meeting.id, TODAY),
    )
    return id


async def test_today_says_where_with_whom_and_whom_to_ring(client: httpx2.AsyncClient, settings: Settings) -> None:
    home = await people.place(name="Mieszkanie", address="ul. Cicha 5/7", private=True)
    at = await attended(members=0, helpers=2)
    await database.execute("UPDATE meeting SET place = $2 WHERE id = $1", at.meeting.id, home.id)
    await database.execute(
        "UPDATE initiative SET coordinator = $2 WHERE id = $1", at.of.id, (await people.account(name="Hanna Lis")).id
    )
    await people.sign_in(client, await today(at))
    page = await Visitor(client).open("/me/today")
    assert 'href="tel:+48540000000"' in page and "Zapytaj o: Hanna Lis." in page
    assert "ul. Cicha 5/7, " in page and "5/7, ," not in page and f'href="geo:{home.latitude},{home.longitude}' in page
    assert "Anna1" in page and "Zielińska" not in page, "who else comes, by first name"
    assert "https://" not in page.split("<main")[1].split("</main")[0], "no page of others learns where somebody goes"


async def test_without_a_task_today_says_so_and_asks_for_no_illness(client: httpx2.AsyncClient) -> None:
    row = await people.signed_in(client, Role.VOLUNTEER)
    await people.volunteer(account=row.id)
    page = await Visitor(client).open("/me/today")
    assert "Dziś nic nie masz" in page and "choruję" not in page


async def test_an_invitation_is_no_task_of_today_and_its_home_stays_hidden(client: httpx2.AsyncClient) -> None:
    at = await attended(members=0)
    account = await today(at)
    await database.execute("UPDATE assignment SET state = 'invited'")
    await people.sign_in(client, account)
    assert "Dziś nic nie masz" in await Visitor(client).open("/me/today")


async def test_one_press_gives_back_all_of_today_and_tells_who_leads(client: httpx2.AsyncClient) -> None:
    at = await attended(members=0)
    account = await today(at)
    other = await second_task(at, account)
    await people.sign_in(client, account)
    me = Visitor(client)
    await me.open("/me/today")
    page = await me.send("/me/today/ill")
    assert "Zdrowiej" in page and "Dziś nic nie masz" in page
    assert await state(at) == ("withdrawn", "ill")
    assert await database.fetchval("SELECT state FROM assignment WHERE id = $1", other) == "withdrawn"
    assert await database.fetchval("SELECT sum(taken) FROM opening") == 0
    letters = await database.fetch("SELECT * FROM message WHERE template = 'missing_today' ORDER BY address")
    assert at.leader.email in {row["address"] for row in letters}
    assert {"2 miejsc" in row["body"] for row in letters} == {True}
    for row in letters:
        said = row["subject"] + row["body"] + row["html"]
        assert "Anna" not in said and "chor" not in said and "Grupa" not in said, "neither who nor why nor where"


async def test_a_second_press_does_nothing_and_tells_nobody(db: str) -> None:
    at = await attended(members=0)
    me = people.actor(await today(at))
    done = await asyncio.gather(*(illness.today(me) for _ in range(4)))
    assert sorted(done) == [0, 0, 0, 1]
    told = await database.fetchval(
        "SELECT count(*) FROM message WHERE template = 'missing_today' AND address = $1", at.leader.email
    )
    assert told == 1


async def test_what_has_begun_stays(db: str) -> None:
    at = await attended(members=0)
    assert await illness.today(people.actor(await today(at, begun=True))) == 0
    assert await state(at) == ("accepted", "")


async def test_a_proven_number_of_who_leads_gets_an_sms(db: str) -> None:
    at = await attended(members=0)
    await database.execute(
        "UPDATE account SET phone = '+48500100100', phone_proven_at = now() WHERE id = $1", at.leader.id
    )
    await illness.today(people.actor(await today(at)))
    sms = await database.fetchrow("SELECT * FROM message WHERE template = 'missing_today' AND channel = 'sms'")
    assert sms and sms["address"] == "+48500100100" and "/desk/day" in sms["body"]


async def test_a_leader_sees_who_comes_and_numbers_on_the_day_alone(client: httpx2.AsyncClient, app: Starlette) -> None:
    at = await attended(members=2)
    await today(at)
    await database.execute(
        "INSERT INTO coming (id, meeting, member, comes) VALUES (gen_random_uuid(), $1, $2, false)",
        at.meeting.id, at.members[0].id,
    )  # fmt: skip
    await people.sign_in(client, at.leader)
    visitor = Visitor(client)
    page = await visitor.open("/desk/day")
    assert "nie przyjdzie 1" in page and "Zofia0 N." in page and f"tel:{at.helpers[0].phone}" in page
    assert "Sprawdź obecność" in page, "an hour before it begins"
    async with new_client(app) as client2:
        await people.sign_in(client2, (await attended(members=0)).leader)
        assert "Zofia0" not in await Visitor(client2).open("/desk/day"), "who leads another group sees nothing of it"
    await at.shift(timedelta(days=2))
    page = await visitor.open("/desk/day")
    assert "Następne spotkania" in page and f"tel:{at.helpers[0].phone}" not in page and "Sprawdź obecność" not in page


async def test_a_facilitator_lands_on_their_day(client: httpx2.AsyncClient) -> None:
    at = await attended(begun=-3 * HOUR)
    await people.sign_in(client, at.leader)
    page = await Visitor(client).open("/desk/day")
    assert "Brakuje obecności" in page and at.page in page


async def test_the_desk_notes_an_illness_for_somebody_in_one_press(client: httpx2.AsyncClient) -> None:
    at = await attended()
    await today(at)
    await people.signed_in(client, Role.COORDINATOR)
    desk = Visitor(client)
    page = await desk.open("/desk/day")
    assert "Brakuje 1" not in page and "Zofia" not in page, "aliases are for who leads"
    page = await desk.send(f"/{await at.assignment()}/ill")
    assert "choruje" in page and "Brakuje 1 osoby" in page
    assert await state(at) == ("withdrawn", "ill")
    assert not await database.fetchval("SELECT count(*) FROM message WHERE template = 'missing_today'")
    with pytest.raises(Refused):
        await illness.for_them(people.actor(at.leader), await at.assignment())


async def test_the_way_to_today_stands_first_where_there_is_something(client: httpx2.AsyncClient) -> None:
    at = await attended(members=0)
    await people.sign_in(client, await today(at))
    assert "Dziś 1 zadanie" in await Visitor(client).open("/me")
    await actions.withdraw(SYSTEM, await at.assignment())
    page = await Visitor(client).open("/me")
    assert "Dziś 1 zadanie" not in page and 'href="/me/today"' in page


async def test_what_lacks_its_attendance_stands_on_the_initiatives_page(client: httpx2.AsyncClient) -> None:
    at = await attended(begun=-3 * HOUR)
    await people.sign_in(client, at.leader)
    assert at.page in await Visitor(client).open(f"/desk/initiatives/{at.of.id}")
    assert at.page in await Visitor(client).open(f"/desk/meetings/{at.meeting.id}")


async def test_strange_days_are_today(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client, Role.COORDINATOR)
    for day in ("x", "0001-01-01", "9999-12-31", "2026-13-01"):
        answer = await client.get(f"/desk/day?day={day}")
        assert answer.status_code == 200 and "<h1>Dziś" in answer.text
