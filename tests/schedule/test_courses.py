"""A course: its sessions, who attended, who has finished, and certificates with numbers that never come twice."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from conftest import new_client
from starlette.applications import Starlette
from support import people
from support.courses import TODAY, attends, course, student
from support.visitor import Visitor

from volunteer_hub.initiatives import courses as certificates
from volunteer_hub.initiatives.course_rules import Counted, Standing
from volunteer_hub.initiatives.tables import Initiative
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.corrections import Stale
from volunteer_hub.schedule.courses import sessions as courses
from volunteer_hub.schedule.courses.sessions import Mark


async def ruled(of: Initiative, enough: int = 3, counted: Counted = Counted.SESSIONS) -> None:
    await certificates.set_finish(SYSTEM, of.id, 0, enough, counted)


async def audited(verb: str) -> list[str]:
    rows = await database.fetch("SELECT about FROM audit_entry WHERE verb = $1 ORDER BY at, id", verb)
    return [row["about"] for row in rows]


async def test_attendance_session_by_session(db: str) -> None:
    of, meetings = await course()
    await database.execute("UPDATE meeting SET state = 'cancelled' WHERE id = $1", meetings[1].id)
    _, member = await student(of)
    await attends(member, [meetings[0], *meetings[2:]], "tn")
    found = await courses.course(SYSTEM, of.id)
    assert [one.number for one in found.sessions] == [1, 2, 3, 4, 5, 6, 7], "a cancelled one is no session"
    [row] = found.rows
    assert row.marks == (Mark.CAME, Mark.MISSED, Mark.UNKNOWN, *[Mark.AHEAD] * 4)
    assert row.standing is Standing.UNDECIDED, "nobody said what is enough"
    await ruled(of, 6)
    [row] = (await courses.course(SYSTEM, of.id)).rows
    assert row.standing is Standing.ON_THE_WAY and row.progress.lacking == 5
    await attends(member, meetings[2:4], "nn")
    [row] = (await courses.course(SYSTEM, of.id)).rows
    assert row.standing is Standing.TOO_FEW


async def test_who_joined_late_does_not_wait_for_what_was_before(db: str) -> None:
    of, _ = await course()
    late = await people.member(of, await people.participant(), joined_on=TODAY - timedelta(days=5))
    gone = await people.member(of, await people.participant(), left_on=TODAY)
    rows = {row.member.id: row for row in (await courses.course(SYSTEM, of.id)).rows}
    assert rows[late.id].marks[:4] == (Mark.APART, Mark.APART, Mark.APART, Mark.UNKNOWN)
    assert set(rows[gone.id].marks[4:]) == {Mark.APART}


async def test_a_missed_session_is_made_up_and_taken_back(db: str) -> None:
    of, meetings = await course()
    await ruled(of, 2)
    _, member = await student(of)
    await attends(member, meetings, "tn")
    await courses.make_up(SYSTEM, of.id, member.id, meetings[1].id, "w bibliotece")
    [row] = (await courses.course(SYSTEM, of.id)).rows
    assert row.marks[1] is Mark.MADE_UP and row.standing is Standing.ENTITLED
    for wrong in (meetings[0], meetings[5]):
        with pytest.raises(Refused) as refused:
            await courses.make_up(SYSTEM, of.id, member.id, wrong.id, "w domu")
        assert refused.value.status == 409
    elsewhere = await people.meeting(await people.initiative())
    with pytest.raises(Refused) as refused:
        await courses.make_up(SYSTEM, of.id, member.id, elsewhere.id, "x")
    assert refused.value.status == 404
    await courses.make_up(SYSTEM, of.id, member.id, meetings[1].id, "")
    [row] = (await courses.course(SYSTEM, of.id)).rows
    assert row.marks[1] is Mark.MISSED and not row.made_up
    assert len(await audited("course.make-up")) == 2


async def test_the_leader_confirms_all_who_are_entitled_with_one_press(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client, Role.FACILITATOR)
    of, meetings = await course()
    await people.facilitator(of, me)
    enough, too_few = [await student(of) for _ in range(2)]
    await attends(enough[1], meetings, "ttnt")
    await attends(too_few[1], meetings, "tnnn")
    visitor = Visitor(client)
    await visitor.open(f"/desk/initiatives/{of.id}/course")
    assert "Nie wiadomo jeszcze, ile spotkań wystarczy" in visitor.page.text
    assert "/course/finishing" not in visitor.page.text
    await visitor.open(f"/desk/initiatives/{of.id}/course/edit")
    await visitor.send("/course/edit", enough="3", counted="sessions", subjects="Moje mocne strony\n\nCV")
    page = visitor.page.text
    assert "co najmniej 3 z 8 spotkań" in page and "1 z 8, brakuje 2" in " ".join(page.split())
    assert page.count('name="member"') == 1
    await visitor.send("/course/finishing")
    assert "Wydane zaświadczenia: 1." in visitor.page.text and "/course/finishing" not in visitor.page.text
    rows = await database.fetch("SELECT * FROM completion")
    assert [row["member"] for row in rows] == [enough[1].id]
    row = rows[0]
    assert (row["number"], row["year"], row["attended"], row["sessions"], row["minutes"]) == (1, TODAY.year, 3, 8, 360)
    assert row["finished_on"] == TODAY - timedelta(days=1), "the day of the session that made it enough"
    assert (row["name"], row["course"]) == ("Zofia Nowak", "Powrót do pracy")
    assert await audited("certificate.issue") == [f"participant:{enough[0].id}"]


async def test_two_leaders_at_once_issue_one_and_numbers_follow_each_other(db: str) -> None:
    first, second = await course(), await course()
    members = []
    for of, meetings in (first, second):
        await ruled(of, 1)
        for _ in range(4):
            _, member = await student(of)
            await attends(member, meetings, "t")
            members.append(member.id)
    await asyncio.gather(
        *[courses.confirm(SYSTEM, of.id, members, TODAY) for of, _ in (first, second) for _ in range(3)]
    )
    rows = await database.fetch("SELECT member, number FROM completion ORDER BY number")
    assert [row["number"] for row in rows] == list(range(1, 9))
    assert {row["member"] for row in rows} == set(members)


async def test_control_without_the_lock_a_number_would_be_given_twice(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        certificates,
        "PUT",
        certificates.PUT.replace("(SELECT coalesce", "(SELECT pg_sleep(0.3) IS NULL)::int + (SELECT coalesce"),
    )
    execute = database.execute

    async def without(statement: str, *values: Any) -> int:
        return 0 if "pg_advisory_xact_lock" in statement else await execute(statement, *values)

    monkeypatch.setattr(database, "execute", without)
    confirming = []
    for _ in range(2):
        of, meetings = await course()
        await ruled(of, 1)
        _, member = await student(of)
        await attends(member, meetings, "t")
        confirming.append(courses.confirm(SYSTEM, of.id, [member.id], TODAY))
    done = await asyncio.gather(*confirming, return_exceptions=True)
    assert any(isinstance(one, Exception) for one in done)


async def test_by_exception_with_a_word_and_undone_with_a_word(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client)
    of, meetings = await course(coordinator=me.id)
    await ruled(of, 4)
    who, member = await student(of)
    await attends(member, meetings, "ttnn")
    visitor = Visitor(client)
    await visitor.open(f"/desk/initiatives/{of.id}/course/members/{member.id}")
    assert "brakuje 2" in visitor.page.text
    await visitor.send("/finishing", words="")
    assert visitor.page.status_code == 422 and 'id="f-any-words-error"' in visitor.page.text
    await visitor.send("/finishing", words="Znalazła pracę w trakcie")
    link = re.search(r'href="(/desk/certificates/[^"]+)"', visitor.page.text)
    assert link
    page = await visitor.open(link[1])
    assert f"1/{TODAY.year}" in page and "2 z 8 spotkań" in page and "4 godz." in page
    assert "Znalazła pracę" in page and page.index("Znalazła pracę") > page.index("</article>"), "not on the paper"
    await visitor.send("/undoing", words="")
    assert visitor.page.status_code == 422
    await visitor.send("/undoing", words="To nie ta osoba")
    assert "cofnięte" in visitor.page.text
    assert "To nie ta osoba" in await visitor.open(link[1])
    assert (await courses.course(SYSTEM, of.id)).rows[0].standing is Standing.ON_THE_WAY
    await visitor.open(f"/desk/initiatives/{of.id}/course/members/{member.id}")
    await visitor.send("/finishing", words="Jednak tak")
    assert await database.fetchval("SELECT max(number) FROM completion") == 2, "a number is not given again"
    assert await audited("certificate.undo") == [f"participant:{who.id}"]
    assert await certificates.finished_between(TODAY, TODAY) == 1


async def test_without_a_whole_name_the_leader_is_told_before(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client)
    of, meetings = await course(coordinator=me.id)
    await ruled(of, 1)
    _, member = await student(of, first_name="", last_name="", alias="Pani K.")
    visitor = Visitor(client)
    assert "Nie mamy pełnego imienia" in await visitor.open(f"/desk/initiatives/{of.id}/course/members/{member.id}")
    await attends(member, meetings, "t")
    assert "Nie mamy pełnego imienia i nazwiska: Pani K." in await visitor.open(f"/desk/initiatives/{of.id}/course")
    await visitor.send("/course/finishing")
    assert await database.fetchval("SELECT name FROM completion") == "Pani K."


async def test_a_certificate_stays_as_it_was_issued(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client)
    of, meetings = await course(coordinator=me.id)
    await ruled(of, 1)
    who, member = await student(of, first_name="Anna", last_name="Kos")
    await attends(member, meetings, "t")
    assert await courses.confirm(SYSTEM, of.id, [member.id], TODAY) == 1
    await database.execute("UPDATE participant SET last_name = 'Wilk' WHERE id = $1", who.id)
    await database.execute("UPDATE initiative SET name = 'Inna nazwa' WHERE id = $1", of.id)
    await attends(member, meetings, "n")
    id = await database.fetchval("SELECT id FROM completion")
    paper = (await Visitor(client).open(f"/desk/certificates/{id}")).partition("<article")[2].partition("</article>")[0]
    assert "Anna Kos" in paper and "Powrót do pracy" in paper and "1 z 8" in paper and "Inna" not in paper
    assert await audited("certificate.open") == [f"participant:{who.id}"]
    page = await Visitor(client).open(f"/desk/initiatives/{of.id}/course")
    assert "Po wydaniu obecność poprawiono" in page


async def test_a_paper_tells_no_confidential_theme(client: httpx2.AsyncClient) -> None:
    theme = await people.theme(name_pl="Uzależnienia", confidential=True)
    of, meetings = await course(theme=theme.id, name="Kurs dla uzależnionych", public=True)
    await ruled(of, 1)
    _, member = await student(of)
    await attends(member, meetings, "t")
    for act in (
        courses.confirm(SYSTEM, of.id, [member.id], TODAY),
        courses.confirm_anyway(SYSTEM, of.id, member.id, "x", TODAY),
    ):
        with pytest.raises(Refused, match="poufny"):
            await act
    await database.execute("UPDATE initiative SET name = 'Kurs wtorkowy' WHERE id = $1", of.id)
    await database.execute("UPDATE meeting SET subject = 'Jak przestać pić'")
    assert await courses.confirm(SYSTEM, of.id, [member.id], TODAY) == 1
    assert "Uzale" not in str(await database.fetchrow("SELECT * FROM completion"))
    assert await courses.subjects_ahead([of.id]) == {}, "nor do its subjects stand on a public page"
    assert "przestać" not in (await client.get("/groups")).text


async def test_subjects_stand_on_the_meeting_and_on_the_public_page(client: httpx2.AsyncClient) -> None:
    of, meetings = await course(held=0, ahead=2)
    seen = (await courses.course(SYSTEM, of.id)).seen
    await courses.save(SYSTEM, of.id, seen, 1, Counted.SESSIONS, ["Pisanie CV"])
    assert "Pisanie CV" in (await client.get("/groups")).text
    await people.signed_in(client)
    assert "Pisanie CV" in (await client.get(f"/desk/meetings/{meetings[0].id}")).text
    assert "Pisanie CV" not in (await client.get(f"/desk/meetings/{meetings[1].id}")).text


async def test_who_comes_second_sees_both_versions(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client)
    of, _ = await course(coordinator=me.id)
    visitor = Visitor(client)
    await visitor.open(f"/desk/initiatives/{of.id}/course/edit")
    form = await courses.course(SYSTEM, of.id)
    await courses.save(SYSTEM, of.id, form.seen, 5, Counted.SESSIONS, ["Cudzy temat"])
    with pytest.raises(Stale):
        await courses.save(SYSTEM, of.id, form.seen, 6, Counted.SESSIONS, [])
    await visitor.send("/course/edit", enough="80", counted="percent", subjects="Mój temat")
    page = visitor.page
    assert page.status_code == 409 and "Cudzy temat" in page.text and "Mój temat" in page.text
    await visitor.send("/course/edit")
    assert "co najmniej 7 z 8" in visitor.page.text
    assert await database.fetchval("SELECT count(*) FROM meeting WHERE subject = 'Mój temat'") == 1


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"enough": "", "counted": "sessions"}, "enough"),
        ({"enough": "0", "counted": "sessions"}, "enough"),
        ({"enough": "101", "counted": "percent"}, "counted"),
        ({"enough": "1", "counted": "days"}, "counted"),
        ({"enough": "1", "counted": "sessions", "subjects": "x" * 161}, "subjects"),
        ({"enough": "1", "counted": "sessions", "subjects": "\n".join("abcdefghi")}, "subjects"),
    ],
)
async def test_what_cannot_be_is_said_beside_its_field(
    client: httpx2.AsyncClient, words: dict[str, Any], field: str
) -> None:
    me = await people.signed_in(client)
    of, _ = await course(coordinator=me.id)
    visitor = Visitor(client)
    await visitor.open(f"/desk/initiatives/{of.id}/course/edit")
    await visitor.send("/course/edit", **words)
    assert visitor.page.status_code == 422 and f'-{field}-error"' in visitor.page.text
    assert await certificates.finish(of.id) is None


async def test_only_a_course_and_only_whose_it_is(app: Starlette, db: str) -> None:
    of, meetings = await course()
    other = await people.initiative()
    _, member = await student(of)
    await ruled(of, 1)
    await attends(member, meetings, "t")
    await courses.confirm(SYSTEM, of.id, [member.id], TODAY)
    paper = f"/desk/certificates/{await database.fetchval('SELECT id FROM completion')}"
    path = f"/desk/initiatives/{of.id}/course"
    for role, leads, status in (
        (Role.COORDINATOR, False, 200), (Role.FACILITATOR, True, 200), (Role.FACILITATOR, False, 404),
        (Role.SPECIALIST, False, 404), (Role.VOLUNTEER, False, 403), (Role.ADMINISTRATOR, False, 403),
        (Role.FIRST_CONTACT, False, 403), (Role.PROTECTION_OFFICER, False, 403),
    ):  # fmt: skip
        async with new_client(app) as client:
            me = await people.signed_in(client, role)
            if leads:
                await people.facilitator(of, me)
            for address in (path, paper, f"{path}/members/{member.id}"):
                assert (await client.get(address)).status_code == status, (role, address)
            assert (await client.get(f"/desk/initiatives/{other.id}/course")).status_code in (403, 404)


async def test_erasing_somebody_leaves_the_number_and_no_name(db: str) -> None:
    of, _ = await course()
    who, member = await student(of, first_name="Kanarka", last_name="Kanarecka")
    await courses.confirm_anyway(SYSTEM, of.id, member.id, "Kanarka pracuje", TODAY)
    await certificates.forget([who.id])
    await database.execute("DELETE FROM participant WHERE id = $1", who.id)
    row = await database.fetchrow("SELECT * FROM completion")
    assert row and row["member"] is None and row["number"] == 1 and "anark" not in str(row)
    assert await certificates.finished_between(TODAY, TODAY) == 1
