"""Who was there: preset to what they had said, saved by one press, corrected with its history, by who leads it."""

import asyncio
from datetime import timedelta
from uuid import UUID

import httpx2
import pytest
from conftest import new_client
from starlette.applications import Starlette
from support import people
from support.attended import HOUR, Attended, attended
from support.visitor import Visitor

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.attendance import actions as attendance
from volunteer_hub.schedule.attendance import queries as attendance_queries
from volunteer_hub.schedule.attendance.actions import Meanwhile, Noted, Said
from volunteer_hub.schedule.states import Missed


async def signed(client: httpx2.AsyncClient, at: Attended) -> Visitor:
    await people.sign_in(client, at.leader)
    return Visitor(client)


async def came(at: Attended) -> list[bool | None]:
    rows = await database.fetch(
        """SELECT c.came FROM member e LEFT JOIN coming c ON c.member = e.id AND c.meeting = $1
           JOIN participant p ON p.id = e.participant WHERE e.initiative = $2 ORDER BY p.alias""",
        at.meeting.id, at.of.id,
    )  # fmt: skip
    return [row["came"] for row in rows]


async def task(at: Attended, n: int = 0) -> tuple[str, str]:
    row = await database.fetchrow("SELECT state, missed_reason FROM assignment WHERE id = $1", await at.assignment(n))
    assert row
    return row["state"], row["missed_reason"]


async def given(at: Attended) -> list[tuple[int, str]]:
    rows = await database.fetch("SELECT minutes, state FROM hours_worked WHERE initiative = $1 ORDER BY id", at.of.id)
    return [(row["minutes"], row["state"]) for row in rows]


async def whole(at: Attended, *away: UUID, seen: str = "", minutes: int = 120, reason: Missed = Missed.NO_WORD) -> Said:
    """Everybody but those `away` was there, as one sees it on the list now."""
    sheet = await attendance_queries.sheet(SYSTEM, at.meeting.id)
    ids = [one.id for one in (*sheet.participants, *sheet.helpers)]
    noted = {one.id: Noted(minutes, reason) for one in sheet.helpers}
    return Said(seen or sheet.mark, ids, [id for id in ids if id not in away], noted)


async def test_one_press_notes_what_everybody_had_said(client: httpx2.AsyncClient) -> None:
    at = await attended()
    await database.execute(
        "INSERT INTO coming (id, meeting, member, comes) VALUES (gen_random_uuid(), $1, $2, false)",
        at.meeting.id, at.members[1].id,
    )  # fmt: skip
    visitor = await signed(client, at)
    page = await visitor.open(at.page)
    assert "zapowiedziane: nie przyjdzie" in page
    assert "Obecność jest zapisana" in await visitor.send("/attendance")
    assert await came(at) == [True, False, True], "who had said no was away, the others there"
    assert await task(at) == ("done", "") and await given(at) == [(120, "approved")]
    assert await database.fetchval("SELECT left_on IS NULL FROM member WHERE id = $1", at.members[1].id), "no removal"
    assert await database.fetchval("SELECT noted_at IS NOT NULL FROM meeting WHERE id = $1", at.meeting.id)


async def test_who_is_away_has_a_reason_and_no_hours(client: httpx2.AsyncClient) -> None:
    at = await attended(members=0)
    one = await at.assignment()
    visitor = await signed(client, at)
    await visitor.open(at.page)
    page = await visitor.send("/attendance", there=[], **{f"reason-{one}": "other", f"words-{one}": ""})
    assert visitor.page.status_code == 422 and "co się stało" in page and await task(at) == ("accepted", "")
    await visitor.send("/attendance", there=[], **{f"words-{one}": "pomylone  godziny"})
    assert await task(at) == ("missed", "other") and await given(at) == []
    words = await database.fetchval("SELECT missed_words FROM assignment WHERE id = $1", one)
    assert words == "pomylone godziny"
    counts = "SELECT count(*) FROM commitment WHERE volunteer = $1"
    assert await database.fetchval(counts, at.helpers[0].id) == 0, "a missed one is no help that was given"


async def test_part_of_the_time_as_people_type_it(client: httpx2.AsyncClient) -> None:
    at = await attended(members=0)
    field = f"minutes-{await at.assignment()}"
    visitor = await signed(client, at)
    assert 'value="2:00"' in await visitor.open(at.page)
    page = await visitor.send("/attendance", **{field: "chwilę"})
    assert visitor.page.status_code == 422 and 'value="chwilę"' in page
    await visitor.send("/attendance", **{field: "1,5"})
    assert await given(at) == [(90, "approved")]


async def test_it_is_corrected_and_the_history_stays(client: httpx2.AsyncClient) -> None:
    at = await attended(members=1)
    one = await at.assignment()
    visitor = await signed(client, at)
    await visitor.open(at.page)
    await visitor.send("/attendance")
    await visitor.send("/attendance", there=[], **{f"reason-{one}": "ill"})
    assert await came(at) == [False] and await task(at) == ("missed", "ill") and await given(at) == []
    page = await visitor.send("/attendance", there=[str(at.members[0].id), str(one)])
    assert await came(at) == [True] and await task(at) == ("done", "") and await given(at) == [(120, "approved")]
    assert "Poprawki (4)" in page and at.leader.name in page
    history = await database.fetch("SELECT was, became, by FROM coming_change ORDER BY at")
    assert [(row["was"], row["became"]) for row in history] == [(None, True), (True, False), (False, True)]
    assert {row["by"] for row in history} == {at.leader.id}
    moves = await database.fetch("SELECT was, became FROM assignment_change WHERE assignment = $1 ORDER BY at", one)
    assert [(row["was"], row["became"]) for row in moves][-3:] == [
        ("accepted", "done"), ("done", "missed"), ("missed", "done"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("begun", "may"),
    [(2 * HOUR, False), (HOUR / 2, True), (-HOUR, True), (timedelta(days=-29), True), (timedelta(days=-31), False)],
)
async def test_from_an_hour_before_until_a_month_after(client: httpx2.AsyncClient, begun: timedelta, may: bool) -> None:
    at = await attended(members=1, begun=begun)
    said = await whole(at)
    page = await (await signed(client, at)).open(at.page)
    assert ("Zapisz obecność" in page) is may
    if may:
        await attendance.note(people.actor(at.leader), at.meeting.id, said)
        assert await came(at) == [True]
    else:
        with pytest.raises(Refused) as refused:
            await attendance.note(people.actor(at.leader), at.meeting.id, said)
        assert refused.value.status == 410 and await came(at) == [None]


async def test_a_cancelled_meeting_has_no_attendance(client: httpx2.AsyncClient) -> None:
    at = await attended(members=1, begun=HOUR / 2)
    await actions.cancel_meeting(SYSTEM, at.meeting.id)
    assert "Zapisz obecność" not in await (await signed(client, at)).open(at.page)


async def test_what_is_noted_is_neither_moved_nor_cancelled_nor_answered(client: httpx2.AsyncClient) -> None:
    at = await attended(members=1, begun=HOUR / 2)
    await attendance.note(people.actor(at.leader), at.meeting.id, await whole(at))
    with pytest.raises(Refused):
        await actions.cancel_meeting(SYSTEM, at.meeting.id)
    coming = await database.fetchval("SELECT id FROM coming WHERE meeting = $1", at.meeting.id)
    with pytest.raises(Refused) as refused:
        await actions.answer_coming(coming, False, "sms")
    assert refused.value.status == 410 and await came(at) == [True]
    assert await database.fetchval("SELECT comes FROM coming WHERE id = $1", coming) is None


async def test_a_participants_no_is_an_absence_and_no_removal(db: str) -> None:
    at = await attended(members=1, begun=2 * HOUR)
    coming = await database.fetchval(
        "INSERT INTO coming (id, meeting, member) VALUES (gen_random_uuid(), $1, $2) RETURNING id",
        at.meeting.id, at.members[0].id,
    )  # fmt: skip
    await actions.answer_coming(coming, False, "sms")
    assert await database.fetchval("SELECT left_on IS NULL FROM member WHERE id = $1", at.members[0].id)
    assert [one.there for one in (await attendance_queries.sheet(SYSTEM, at.meeting.id)).participants] == [False]


async def test_the_leader_of_another_group_finds_nothing(client: httpx2.AsyncClient, app: Starlette) -> None:
    at, other = await attended(members=1), await attended(members=1)
    visitor = await signed(client, other)
    await visitor.open(other.page)
    assert (await client.get(at.page)).status_code == 404
    mark = str(next(iter(visitor.page.text.split('name="csrf" value="')[1].split('"'))))
    answer = await client.post(at.page, data={"csrf": mark, "listed": str(at.members[0].id)})
    assert answer.status_code == 404 and await came(at) == [None]
    await visitor.send("/attendance", listed=[str(at.members[0].id)], there=[])
    assert await came(at) == [None], "and lines of another group in one's own form are nobody's"
    async with new_client(app) as desk:
        await people.signed_in(desk, Role.VOLUNTEER)
        assert (await desk.get(at.page)).status_code == 403


async def test_another_coordinator_notes_the_volunteers_and_learns_no_alias(client: httpx2.AsyncClient) -> None:
    at = await attended()
    await people.signed_in(client, Role.COORDINATOR)
    visitor = Visitor(client)
    page = await visitor.open(at.page)
    assert "Zofia" not in page and "Obecność 3 uczestników" in page
    await visitor.send("/attendance")
    assert (await task(at))[0] == "done" and await came(at) == [None] * 3
    assert await database.fetchval("SELECT noted_at IS NULL FROM meeting WHERE id = $1", at.meeting.id)


async def test_two_who_note_the_same_at_once_note_it_once(db: str) -> None:
    at = await attended()
    actor, said = people.actor(at.leader), await whole(at)
    await asyncio.gather(*(attendance.note(actor, at.meeting.id, said) for _ in range(8)))
    assert await database.fetchval("SELECT count(*) FROM coming_change") == 3
    assert await database.fetchval("SELECT count(*) FROM hours_worked") == 1
    assert await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'attendance.note'") == 1


async def test_of_two_who_note_different_things_at_once_the_second_is_asked_again(db: str) -> None:
    at = await attended()
    actor = people.actor(at.leader)
    away = [await whole(at, one.id) for one in at.members]
    done = await asyncio.gather(*(attendance.note(actor, at.meeting.id, said) for said in away), return_exceptions=True)
    assert sum(one is None for one in done) == 1 and sum(isinstance(one, Meanwhile) for one in done) == 2
    assert sorted(await came(at), key=bool) == [False, True, True]


async def test_control_without_the_mark_the_later_one_wins_unseen(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at = await attended()
    actor = people.actor(at.leader)
    away = [await whole(at, one.id) for one in at.members]
    monkeypatch.setattr(attendance_queries.Sheet, "mark", property(lambda _: away[0].seen))
    for said in away:
        await attendance.note(actor, at.meeting.id, said)
    assert await database.fetchval("SELECT count(*) FROM coming_change") == 7, "three times over what another had noted"


async def test_who_saves_second_sees_what_stands_and_keeps_what_they_pressed(client: httpx2.AsyncClient) -> None:
    at = await attended(members=2, helpers=0)
    visitor = await signed(client, at)
    await visitor.open(at.page)
    await attendance.note(people.actor(at.leader), at.meeting.id, await whole(at, at.members[0].id))
    await people.member(at.of, await people.participant(alias="Zzz"))
    page = await visitor.send("/attendance", there=[str(at.members[0].id)])
    assert visitor.page.status_code == 409 and "zapisane: nie ma" in page and await came(at) == [False, True, None]
    assert "Obecność jest zapisana" in await visitor.send("/attendance")
    assert await came(at) == [True, False, True], "what was pressed; who is new on the list as they had said"


async def test_who_joined_meanwhile_is_left_as_they_are(client: httpx2.AsyncClient) -> None:
    at = await attended(members=1, helpers=0)
    visitor = await signed(client, at)
    await visitor.open(at.page)
    await people.member(at.of, await people.participant(alias="Zzz"))
    await visitor.send("/attendance")
    assert await came(at) == [True, None]


async def test_nobody_approves_their_own_hours(db: str) -> None:
    at = await attended(members=0)
    await database.execute("UPDATE volunteer SET account = $2 WHERE id = $1", at.helpers[0].id, at.leader.id)
    await attendance.note(people.actor(at.leader), at.meeting.id, await whole(at))
    row = await database.fetchrow("SELECT state, reported_by, decided_by FROM hours_worked")
    assert row and tuple(row) == ("reported", at.leader.id, None)
    assert await task(at) == ("done", "")


async def test_missing_attendance_is_found_until_it_is_too_late(client: httpx2.AsyncClient) -> None:
    at, empty = await attended(begun=-3 * HOUR), await attended(members=0, helpers=0, begun=-3 * HOUR)
    leader = people.actor(at.leader)

    async def lacking() -> list[UUID]:
        return [one.id for one in await attendance_queries.not_noted(leader)]

    assert await lacking() == [at.meeting.id]
    assert empty.meeting.id not in [one.id for one in await attendance_queries.not_noted(SYSTEM)], "nobody expected"
    assert await attendance_queries.not_noted(people.actor(empty.leader)) == []
    await at.shift(timedelta(days=-40))
    assert await lacking() == []
    await at.shift(-3 * HOUR)
    await attendance.note(leader, at.meeting.id, await whole(at))
    assert await lacking() == []
