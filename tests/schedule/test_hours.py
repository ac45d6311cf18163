"""Hours that volunteers report: as they type them, once, approved or refused by somebody else, seen by both."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest
from conftest import new_client
from starlette.applications import Starlette
from support import people
from support.attended import HOUR, Attended, attended
from support.visitor import Visitor

from volunteer_hub.access.tables import Account
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.privacy import erasure
from volunteer_hub.schedule.attendance import actions as attendance
from volunteer_hub.schedule.attendance import queries as attendance_queries
from volunteer_hub.schedule.attendance.actions import Noted, Said
from volunteer_hub.schedule.hours import actions as hours
from volunteer_hub.schedule.hours import queries as hours_queries
from volunteer_hub.schedule.hours.actions import NotTaken, Report, Twice
from volunteer_hub.schedule.states import AssignmentState, may_become
from volunteer_hub.settings import Settings

TODAY = clock.today(people.ZONE)


async def helped(begun: timedelta = -26 * HOUR, **values: Any) -> tuple[Attended, Account]:
    """A task of yesterday that nobody has noted, and the account of the volunteer who had accepted it."""
    at = await attended(members=0, begun=begun, **values)
    account = await people.account(Role.VOLUNTEER)
    await database.execute("UPDATE volunteer SET account = $2 WHERE id = $1", at.helpers[0].id, account.id)
    return at, account


async def day_of(at: Attended) -> date:
    found: date = await database.fetchval("SELECT starts_wall::date FROM meeting WHERE id = $1", at.meeting.id)
    return found


async def reported(at: Attended, account: Account, minutes: int = 150) -> UUID:
    await hours.report(people.actor(account), Report(at.of.id, await day_of(at), minutes))
    found: UUID = await database.fetchval("SELECT id FROM hours_worked WHERE volunteer = $1", at.helpers[0].id)
    return found


async def one() -> dict[str, Any]:
    row = await database.fetchrow("SELECT * FROM hours_worked")
    assert row
    return dict(row)


async def state(at: Attended) -> str:
    found: str = await database.fetchval("SELECT state FROM assignment WHERE id = $1", await at.assignment())
    return found


async def test_a_task_nobody_noted_is_reported_and_approved(client: httpx2.AsyncClient, app: Starlette) -> None:
    at, account = await helped()
    await people.sign_in(client, account)
    me = Visitor(client)
    assert "Było, a nikt jeszcze nie zapisał" in await me.open("/me/hours")
    page = await me.open(f"/me/hours?task={await at.assignment()}")
    assert 'value="2:00"' in page
    page = await me.send("/me/hours", time="2 h 30", words="zakupy")
    assert "czekają na zatwierdzenie" in page and "2\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}30" in page
    assert "Było, a nikt" not in page
    async with new_client(app) as other:
        await people.sign_in(other, at.leader)
        desk = Visitor(other)
        page = await desk.open("/desk/hours")
        assert "zakupy" in page and "Anna0" in page
        await desk.send("/approval", time="2:15")
        assert "Nic nie czeka" in desk.page.text
    row = await one()
    assert (row["state"], row["minutes"], row["minutes_said"]) == ("approved", 135, 150)
    assert (row["decided_by"], row["reported_by"]) == (at.leader.id, account.id)
    assert await state(at) == "done", "who gave approved hours at a meeting was there"
    page = await me.open("/me/hours")
    assert "Zatwierdzone" in page and "W zgłoszeniu było 2\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}30" in page


async def test_a_refused_report_has_its_reason(client: httpx2.AsyncClient, app: Starlette) -> None:
    at, account = await helped()
    await reported(at, account)
    async with new_client(app) as other:
        await people.signed_in(other, Role.COORDINATOR)
        desk = Visitor(other)
        await desk.open("/desk/hours")
        page = await desk.send("/refusal", reason="")
        assert desk.page.status_code == 422 and "Napisz, dlaczego" in page
        await desk.send("/refusal", reason="Tego dnia spotkanie się nie odbyło")
    await people.sign_in(client, account)
    page = await Visitor(client).open("/me/hours")
    assert "Nie przyjęto" in page and "Tego dnia spotkanie się nie odbyło" in page
    assert await state(at) == "accepted"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"day": str(TODAY + timedelta(days=1))}, "Godziny zgłasza się po fakcie"),
        ({"day": "2020-01-01"}, "To było zbyt dawno"),
        ({"day": "kiedyś"}, "Podaj pełną datę"),
        ({"time": "dużo"}, "Wpisz czas, na przykład"),
        ({"time": "16:01"}, "ponad 16 godzin"),
        ({"initiative": str(uuid4())}, "Wybierz inicjatywę"),
        ({"initiative": "x"}, "Wybierz inicjatywę"),
        ({"words": "a" * 201}, "za długi"),
    ],
)
async def test_what_cannot_be_is_said_and_kept_typed(
    client: httpx2.AsyncClient, typed: dict[str, str], sentence: str
) -> None:
    at, account = await helped()
    await people.sign_in(client, account)
    me = Visitor(client)
    await me.open("/me/hours")
    page = await me.send("/me/hours", **{"initiative": at.of.id, "day": TODAY, "time": "1:15"} | typed)
    assert me.page.status_code == 422 and sentence in page
    name, text = next(iter(typed.items()))
    assert name == "initiative" or f'value="{text}"' in page
    assert not await database.fetchval("SELECT count(*) FROM hours_worked")


async def test_a_day_that_has_hours_already_is_asked_about_once(client: httpx2.AsyncClient) -> None:
    at, account = await helped()
    await reported(at, account, 60)
    await people.sign_in(client, account)
    me = Visitor(client)
    await me.open("/me/hours")
    said = {"initiative": at.of.id, "day": await day_of(at), "time": "1"}
    page = await me.send("/me/hours", **said)
    assert me.page.status_code == 409 and "Jeśli to inne godziny" in page
    assert await database.fetchval("SELECT count(*) FROM hours_worked") == 1
    await me.send("/me/hours")
    assert await database.fetchval("SELECT count(*) FROM hours_worked") == 2
    assert await database.fetchval("SELECT count(assignment) FROM hours_worked") == 1, "the task is told once"


async def test_more_than_sixteen_hours_of_a_day_are_never_there(db: str) -> None:
    at, account = await helped()
    said = Report(at.of.id, await day_of(at), 6 * 60)
    done = await asyncio.gather(
        *(hours.report(people.actor(account), said, again=True) for _ in range(5)), return_exceptions=True
    )
    assert sum(one is None for one in done) == 2 and sum(isinstance(one, NotTaken) for one in done) == 3
    with pytest.raises(Twice):
        await hours.report(people.actor(account), Report(at.of.id, await day_of(at), 60))


async def test_control_without_the_volunteers_lock_too_many_hours_get_in(
    db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, account = await helped()
    said, fetchval = Report(at.of.id, await day_of(at), 6 * 60), database.fetchval

    async def unlocked(sql: str, *values: object) -> Any:
        found = await fetchval(sql.replace("FOR NO KEY UPDATE", ""), *values)
        if "sum(minutes)" in sql:
            await asyncio.sleep(0.2)
        return found

    monkeypatch.setattr(database, "fetchval", unlocked)
    actor = people.actor(account)
    done = await asyncio.gather(*(hours.report(actor, said, again=True) for _ in range(5)), return_exceptions=True)
    assert sum(one is None or isinstance(one, asyncpg.UniqueViolationError) for one in done) > 2


async def test_it_is_taken_back_while_it_waits(client: httpx2.AsyncClient) -> None:
    at, account = await helped()
    await people.sign_in(client, account)
    me, id = Visitor(client), await reported(at, account)
    await me.open("/me/hours")
    assert "jest wycofane" in await me.send(f"/{id}/removal")
    assert not await database.fetchval("SELECT count(*) FROM hours_worked")
    id = await reported(at, account)
    await me.open("/me/hours")
    await hours.approve(people.actor(at.leader), id, 150)
    await me.send(f"/{id}/removal")
    assert me.page.status_code == 409 and (await one())["state"] == "approved"


async def test_two_who_decide_at_once_decide_once(db: str) -> None:
    at, account = await helped()
    id, other = await reported(at, account), people.actor(await people.account())
    done = await asyncio.gather(
        hours.approve(people.actor(at.leader), id, 150), hours.refuse(other, id, "Nie"),
        hours.approve(other, id, 60), return_exceptions=True,
    )  # fmt: skip
    assert sum(one is None for one in done) == 1 and sum(isinstance(one, Refused) for one in done) == 2
    assert await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb LIKE 'hours.%'") == 1


async def test_nobody_decides_about_their_own(db: str) -> None:
    at, account = await helped()
    await database.execute("UPDATE account SET role = 'volunteer' WHERE id = $1", account.id)
    id = await reported(at, account)
    promoted = Actor(role=Role.COORDINATOR, account=account.id)
    for act in (hours.approve(promoted, id, 60), hours.refuse(promoted, id, "Nie")):
        with pytest.raises(Refused) as refused:
            await act
        assert refused.value.status == 403
    assert (await one())["state"] == "reported"
    with pytest.raises(asyncpg.CheckViolationError):
        await database.execute("UPDATE hours_worked SET state = 'approved', decided_by = reported_by")


async def test_control_without_the_check_a_hand_in_the_database_may(db: str) -> None:
    at, account = await helped()
    await reported(at, account)
    await database.execute("ALTER TABLE hours_worked DROP CONSTRAINT hours_worked_by_other")
    assert await database.execute("UPDATE hours_worked SET state = 'approved', decided_by = reported_by")


async def test_leaders_decide_in_what_they_lead_and_coordinators_everywhere(
    client: httpx2.AsyncClient, app: Starlette
) -> None:
    at, account = await helped()
    other = (await helped())[0]
    id = await reported(at, account)
    await people.sign_in(client, other.leader)
    visitor = Visitor(client)
    assert "Nic nie czeka" in await visitor.open("/desk/hours")
    with pytest.raises(Refused) as refused:
        await hours.approve(people.actor(other.leader), id, 60)
    assert refused.value.status == 404
    assert [line.id for line in await hours_queries.waiting(people.actor(await people.account()))] == [id]
    async with new_client(app) as stranger:
        row = await people.signed_in(stranger, Role.VOLUNTEER)
        await people.volunteer(account=row.id)
        assert (await stranger.get("/desk/hours")).status_code == 403
        with pytest.raises(Refused) as refused:
            await hours.take_back(people.actor(row), id)
        assert refused.value.status == 404


async def test_the_list_of_who_was_there_answers_a_report(db: str) -> None:
    at, account = await helped()
    await reported(at, account, 150)
    leader, task = people.actor(at.leader), await at.assignment()
    sheet = await attendance_queries.sheet(leader, at.meeting.id)
    assert [line.minutes for line in sheet.helpers] == [150], "the time they reported is what the list begins with"
    await attendance.note(leader, at.meeting.id, Said(sheet.mark, [task], [task], {task: Noted(120)}))
    row = await one()
    assert (row["state"], row["minutes"], row["minutes_said"]) == ("approved", 120, 150)
    sheet = await attendance_queries.sheet(leader, at.meeting.id)
    await attendance.note(leader, at.meeting.id, Said(sheet.mark, [task], [], {task: Noted(120)}))
    row = await one()
    assert row["state"] == "refused" and "nie było" in row["reason"]
    assert may_become(AssignmentState(await state(at)), AssignmentState.DONE)


async def report(client: httpx2.AsyncClient, year: int) -> str:
    return (await client.get(f"/desk/reports?year={year}")).text.replace("\N{NO-BREAK SPACE}", " ")


async def test_sums_count_what_was_approved_and_outlive_who_gave_it(
    client: httpx2.AsyncClient, settings: Settings
) -> None:
    await people.signed_in(client)
    at, account = await helped()
    id, day = await reported(at, account, 150), await day_of(at)
    assert await hours_queries.total(day.year) == 0
    await hours.approve(people.actor(at.leader), id, 135)
    who = at.helpers[0].id
    assert await hours_queries.total(day.year) == 135
    assert "2,25 h" in await report(client, day.year)
    assert await hours_queries.approved(who, day, day) == 135 == (await hours_queries.by_volunteer(day, day))[who]
    given = await hours_queries.of_volunteer(SYSTEM, who)
    assert (given.approved, given.waiting, [line.minutes for line in given.last]) == (135, 0, [135])
    assert (await hours_queries.of_volunteer(people.actor(at.leader), who)).last == ()
    await erasure.erase(settings, SYSTEM, f"volunteer:{who}", why="request")
    assert not await database.fetchval("SELECT count(*) FROM hours_worked")
    assert await hours_queries.total(day.year) == 135
    assert "2,25 h" in await report(client, day.year)
