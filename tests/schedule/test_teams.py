"""Interdisciplinary teams: a meeting in everybody's calendar, an agenda that carries over, decisions kept apart."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from icalendar import Calendar
from support import people

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule.teams import actions as teams
from volunteer_hub.schedule.teams import queries
from volunteer_hub.schedule.teams.tables import TeamMember

pytestmark = pytest.mark.usefixtures("db")

NOON, ONE = datetime.fromisoformat("2030-05-08 12:00"), datetime.fromisoformat("2030-05-08 13:00")
OFFICER = {"name": "Adam Nowak", "function": "kurator sądowy", "email": "adam@sad.example.org", "phone": ""}


async def team(*members: dict[str, str]) -> UUID:
    made = await teams.start(SYSTEM, "Zespół Zazamcze", None)
    for one in members:
        await teams.add_member(SYSTEM, made, **one)
    return made


async def planned(of: UUID, starts: datetime = NOON, ends: datetime = ONE, **more: Any) -> UUID:
    return await teams.plan(SYSTEM, of, (await people.place()).id, starts, ends, area=None, **more)


async def letters() -> list[tuple[str, str, int]]:
    """Address, METHOD and SEQUENCE of what is on its way, in the order of writing."""
    rows = await database.fetch("SELECT * FROM message WHERE state = 'planned' ORDER BY created_at, address")
    found = []
    for row in rows:
        calendar = Calendar.from_ical(row["calendar"])
        (event,) = calendar.walk("VEVENT")
        found.append((row["address"], str(calendar["method"]), int(event["sequence"])))
    return found


async def uids() -> set[str]:
    rows = await database.fetch("SELECT calendar FROM message")
    return {str(event["uid"]) for row in rows for event in Calendar.from_ical(row["calendar"]).walk("VEVENT")}


async def everything_said() -> str:
    rows = await database.fetch("SELECT subject, body, html, calendar FROM message")
    return " ".join(str(row[name]) for row in rows for name in ("subject", "body", "html")) + "".join(
        row["calendar"].decode() for row in rows
    )


async def left() -> None:
    await database.execute("UPDATE message SET state = 'sent' WHERE state = 'planned'")


async def titles(meeting: UUID) -> list[str]:
    return [item.title for item in await queries.agenda(SYSTEM, meeting)]


async def test_everybody_with_an_email_gets_the_meeting_its_change_and_its_end() -> None:
    of = await team(OFFICER, {**OFFICER, "name": "Ewa", "email": "", "phone": "+48600100200"})
    meeting = await planned(of)
    assert await letters() == [("adam@sad.example.org", "REQUEST", 0)]
    await left()
    elsewhere = (await people.place()).id
    await teams.move(SYSTEM, meeting, elsewhere, ONE, ONE.replace(hour=14))
    assert await letters() == [("adam@sad.example.org", "REQUEST", 1)]
    await teams.move(SYSTEM, meeting, elsewhere, ONE, ONE.replace(hour=14))
    assert len(await letters()) == 1
    await left()
    await teams.cancel(SYSTEM, meeting)
    assert await letters() == [("adam@sad.example.org", "CANCEL", 2)]
    assert await uids() == {f"team-meeting-{meeting}@volunteer-hub"}


async def test_who_joins_later_gets_what_is_ahead_and_who_leaves_loses_it() -> None:
    of = await team()
    await planned(of)
    assert await letters() == []
    await teams.add_member(SYSTEM, of, **OFFICER)
    assert await letters() == [("adam@sad.example.org", "REQUEST", 0)]
    await left()
    who = await database.fetchval("SELECT id FROM team_member")
    await teams.end_member(SYSTEM, of, who)
    await teams.end_member(SYSTEM, of, who)
    assert await letters() == [("adam@sad.example.org", "CANCEL", 0)]
    await left()
    await planned(of, NOON.replace(day=9), ONE.replace(day=9))
    assert await letters() == []


async def test_a_letter_says_nothing_of_what_is_spoken_about() -> None:
    of = await team(OFFICER)
    need = await people.need(title="Pani Zofia boi się syna", personal=True)
    meeting = await planned(of, needs=[need.id])
    await teams.put_on_agenda(SYSTEM, meeting, words="Rodzina Malinowskich")
    said = await everything_said()
    assert "Zofia" not in said and "Malinowskich" not in said and "Zespół Zazamcze" in said


async def test_control_a_name_planted_where_letters_look_is_found() -> None:
    of = await team(OFFICER)
    await database.execute("UPDATE team SET name = 'Rodzina Malinowskich'")
    await planned(of)
    assert (await everything_said()).count("Malinowskich") >= 4


async def test_what_was_left_undecided_comes_up_again() -> None:
    of = await team()
    solved, waits, met = [await people.need(title=title) for title in ("Rozwiązana", "Czeka", "Zaspokojona")]
    first = await planned(of, needs=[solved.id, waits.id, met.id])
    await teams.put_on_agenda(SYSTEM, first, words="Lampa przy schodach")
    by_title = {item.title: item for item in await queries.agenda(SYSTEM, first)}
    await teams.decide(SYSTEM, first, by_title["Rozwiązana"].id, "Świetlica przyjmie.", seen=None)
    await database.execute("UPDATE need SET state = 'met' WHERE id = $1", met.id)
    fresh = await people.need(title="Nowa")
    second = await planned(of, NOON.replace(day=15), ONE.replace(day=15), needs=[waits.id, fresh.id])
    assert await titles(second) == ["Czeka", "Lampa przy schodach", "Nowa"]


async def test_a_called_off_meetings_agenda_waits_for_none_but_the_last_that_stood() -> None:
    of = await team()
    first = await planned(of)
    await teams.put_on_agenda(SYSTEM, first, words="Przystanek")
    off = await planned(of, NOON.replace(day=15), ONE.replace(day=15))
    assert await titles(off) == ["Przystanek"]
    await teams.cancel(SYSTEM, off)
    assert await titles(await planned(of, NOON.replace(day=22), ONE.replace(day=22))) == ["Przystanek"]


async def test_a_need_stands_once_on_an_agenda_though_two_add_it_at_once() -> None:
    need = await people.need(title="Dojazd")
    meeting = await planned(await team())
    await asyncio.gather(*[teams.put_on_agenda(SYSTEM, meeting, needs=[need.id]) for _ in range(4)])
    assert await titles(meeting) == ["Dojazd"]


async def test_two_who_decide_at_once_do_not_overwrite_each_other() -> None:
    meeting = await planned(await team())
    await teams.put_on_agenda(SYSTEM, meeting, words="Przystanek")
    (item,) = await queries.agenda(SYSTEM, meeting)
    ways = [teams.decide(SYSTEM, meeting, item.id, words, seen=None) for words in ("Tak", "Nie")]
    said = await asyncio.gather(*ways, return_exceptions=True)
    refused = [one for one in said if isinstance(one, Refused)]
    assert len(refused) == 1 and refused[0].status == 409
    (now,) = await queries.agenda(SYSTEM, meeting)
    await teams.decide(SYSTEM, meeting, item.id, "Oba razem", seen=now.decided_at)
    assert (await queries.agenda(SYSTEM, meeting))[0].decision == "Oba razem"


async def test_a_point_with_a_decision_or_a_task_stays() -> None:
    meeting = await planned(await team())
    await teams.put_on_agenda(SYSTEM, meeting, words="Przystanek")
    (item,) = await queries.agenda(SYSTEM, meeting)
    await teams.give_task(SYSTEM, meeting, "Zadzwonić do MZK", item=item.id, member=None, due=None)
    with pytest.raises(Refused) as refused:
        await teams.take_off_agenda(SYSTEM, meeting, item.id)
    assert refused.value.status == 409
    await database.execute("DELETE FROM team_task")
    await teams.take_off_agenda(SYSTEM, meeting, item.id)
    assert await titles(meeting) == []


async def test_a_task_is_somebodys_of_the_team_and_is_ticked() -> None:
    of, elsewhere = await team(OFFICER), await team({**OFFICER, "name": "Obca"})
    meeting = await planned(of)
    stranger = await database.fetchval("SELECT id FROM team_member WHERE team = $1", elsewhere)
    with pytest.raises(Refused) as refused:
        await teams.give_task(SYSTEM, meeting, "Zadzwonić", item=None, member=stranger, due=None)
    assert refused.value.status == 404
    who = await database.fetchval("SELECT id FROM team_member WHERE team = $1", of)
    await teams.give_task(SYSTEM, meeting, "Zadzwonić", item=None, member=who, due=None)
    task = await database.fetchval("SELECT id FROM team_task")
    await teams.set_done(SYSTEM, of, task, done=True)
    assert await database.fetchval("SELECT done_on FROM team_task") == clock.today(people.ZONE)
    with pytest.raises(Refused):
        await teams.set_done(SYSTEM, elsewhere, task, done=False)
    await teams.set_done(SYSTEM, of, task, done=False)
    assert await database.fetchval("SELECT done_on FROM team_task") is None


async def test_a_meeting_is_ahead_somewhere_public_and_of_a_team_that_meets() -> None:
    of = await team()
    home = await people.place(private=True)
    with pytest.raises(Refused) as refused:
        await teams.plan(SYSTEM, of, home.id, NOON, ONE, area=None)
    assert refused.value.status == 404
    past = datetime(2020, 5, 5, 12), datetime(2020, 5, 5, 13)
    with pytest.raises(Refused) as refused:
        await planned(of, *past)
    assert refused.value.status == 409
    meeting = await planned(of)
    with pytest.raises(Refused):
        await teams.close(SYSTEM, of)
    await teams.cancel(SYSTEM, meeting)
    await teams.close(SYSTEM, of)
    for way in (planned(of), teams.add_member(SYSTEM, of, **OFFICER)):
        with pytest.raises(Refused) as refused:
            await way
        assert refused.value.status == 404
    assert (await queries.teams(SYSTEM))[0].closed


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.COORDINATOR, Role.MACHINE}))
async def test_nobody_else_reads_or_changes_anything(role: Role) -> None:
    of = await team(OFFICER)
    meeting = await planned(of)
    other = Actor(role)
    assert await queries.team(other, of) is None and await queries.meeting(other, meeting) is None
    lists = [await queries.teams(other), await queries.members(other, of), await queries.agenda(other, meeting)]
    assert lists == [[]] * 3
    ways = [
        teams.start(other, "Inny", None),
        teams.close(other, of),
        teams.add_member(other, of, **OFFICER),
        teams.cancel(other, meeting),
        teams.put_on_agenda(other, meeting, words="Obcy punkt"),
    ]
    for way in ways:
        with pytest.raises(Refused) as refused:
            await way
        assert refused.value.status == 404
    assert await database.fetchval("SELECT count(*) FROM team_member") == 1 == await TeamMember.count()
