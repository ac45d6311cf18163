"""Calendar addresses of who leads and of groups: secret, ended in one click, naming nobody, sparing what is known."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import httpx2
import pytest
from conftest import new_client
from icalendar import Calendar
from starlette.applications import Starlette
from support import people

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.feed_pages import FEED_READS


async def made(client: httpx2.AsyncClient, page: str = "/desk/calendar", ending: str = "") -> httpx2.Response:
    shown = (await client.get(page)).text
    token = re.search(r'name="csrf" value="([^"]+)"', shown)
    return await client.post(page + ending, data={"csrf": token[1] if token else ""})


def path_in(html: str) -> str:
    found = re.search(r'value="http://hub\.test(/calendar/[\w-]+\.ics)"', html)
    assert found, html
    return found[1]


def told(answer: httpx2.Response) -> dict[str, dict]:
    return {str(one["uid"]): one for one in Calendar.from_ical(answer.content).walk("VEVENT")}


async def test_a_coordinator_has_what_they_lead_and_how_many_come(client: httpx2.AsyncClient, app: Starlette) -> None:
    me = await people.signed_in(client)
    mine = await people.initiative(name="Zakupy dla seniorów", coordinator=me.id)
    meeting = await people.meeting(mine)
    opening = await people.opening(meeting, await people.role(mine))
    group = await people.initiative(name="Grupa Czwartek", kind="group", coordinator=me.id)
    inside = await people.meeting(group)
    foreign = await people.meeting(await people.initiative(name="Cudza"))
    path = path_in((await made(client)).text)
    async with new_client(app) as program:
        events = told(first := await program.get(path))
        assert set(events) == {f"meeting-{one.id}@volunteer-hub" for one in (meeting, inside)}
        assert f"{foreign.id}" not in first.text
        shown = events[f"meeting-{meeting.id}@volunteer-hub"]
        assert str(shown["summary"]) == "Zakupy dla seniorów" and "obsada: 0 z 2" in str(shown["description"])
        assert str(shown["url"]) == f"http://hub.test/desk/meetings/{meeting.id}"
        neutral = events[f"meeting-{inside.id}@volunteer-hub"]
        assert str(neutral["summary"]) == "Spotkanie" and "location" not in neutral and "Czwartek" not in first.text
        who = await people.volunteer()
        await actions.answer(SYSTEM, await actions.invite(SYSTEM, opening.id, who.id), accept=True, channel="sms")
        again = await program.get(path, headers={"if-none-match": first.headers["etag"]})
        assert again.status_code == 200 and "obsada: 1 z 2" in again.text.replace("\r\n ", "")
        assert who.last_name not in again.text and "ATTENDEE" not in again.text and "METHOD:PUBLISH" in again.text


async def test_a_group_has_a_neutral_calendar_that_keeps_what_is_off(
    client: httpx2.AsyncClient, app: Starlette
) -> None:
    me = await people.signed_in(client, Role.FACILITATOR)
    group = await people.initiative(name="Grupa Czwartek", kind="group")
    await people.facilitator(group, me)
    meeting = await people.meeting(group)
    page = f"/desk/initiatives/{group.id}/calendar"
    path = path_in((await made(client, page)).text)
    assert path not in (await client.get(page)).text, "shown once"
    async with new_client(app) as program:
        (event,) = told(await program.get(path)).values()
        assert str(event["summary"]) == "Spotkanie" and "location" not in event and "url" not in event
        assert "Czwartek" not in (await program.get(path)).text and str(group.id) not in (await program.get(path)).text
        await actions.cancel_meeting(SYSTEM, meeting.id)
        (event,) = told(await program.get(path)).values()
        assert event["status"] == "CANCELLED" and int(event["sequence"]) == 1
        newer = path_in((await made(client, page)).text)
        assert (await program.get(path)).status_code == 404 and (await program.get(newer)).status_code == 200
        assert (await made(client, page, "/ending")).status_code == 303
        assert (await program.get(newer)).status_code == 404


async def test_only_who_leads_a_group_makes_its_address(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    group = await people.initiative(kind="group")
    assert (await client.get(f"/desk/initiatives/{group.id}/calendar")).status_code == 404
    assert (await made(client, f"/desk/initiatives/{group.id}/calendar")).status_code in (403, 404)
    assert not await database.fetchval("SELECT count(*) FROM calendar_feed")


@pytest.mark.parametrize("change", ["closed_at = now()", "role = 'first-contact'"])
async def test_who_leads_no_more_reads_no_more(client: httpx2.AsyncClient, app: Starlette, change: str) -> None:
    me = await people.signed_in(client)
    path = path_in((await made(client)).text)
    async with new_client(app) as program:
        assert (await program.get(path)).status_code == 200
        await database.execute(f"UPDATE account SET {change} WHERE id = $1", me.id)
        assert (await program.get(path)).status_code == 404


async def test_what_is_known_is_not_sent_again(client: httpx2.AsyncClient, app: Starlette) -> None:
    me = await people.signed_in(client)
    mine = await people.initiative(coordinator=me.id)
    meeting = await people.meeting(mine)
    path = path_in((await made(client)).text)
    async with new_client(app) as program:
        first = await program.get(path)
        mark, date = first.headers["etag"], first.headers["last-modified"]
        for known in (
            {"if-none-match": mark}, {"if-none-match": f'"else", W/{mark}'}, {"if-none-match": "*"},
            {"if-modified-since": date},
        ):  # fmt: skip
            answer = await program.get(path, headers=known)
            assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", mark), known
        earlier = format_datetime(parsedate_to_datetime(date) - timedelta(seconds=1), usegmt=True)
        for unknown in (
            {"if-modified-since": earlier}, {"if-modified-since": "jutro"},
            {"if-none-match": '"else"', "if-modified-since": date},
        ):  # fmt: skip
            assert (await program.get(path, headers=unknown)).status_code == 200, unknown
        later = datetime.now(UTC) + timedelta(minutes=1)
        await database.execute("UPDATE meeting SET changed_at = $2, sequence = 1 WHERE id = $1", meeting.id, later)
        assert (await program.get(path, headers={"if-modified-since": date})).status_code == 200


async def test_a_new_name_is_there_for_programs_that_ask_by_date_too(
    client: httpx2.AsyncClient, app: Starlette
) -> None:
    """Nobody keeps when a name changed, so the date of a feed is never older than today."""
    me = await people.signed_in(client)
    await people.meeting(await people.initiative(coordinator=me.id), changed_at=datetime(2026, 1, 1, tzinfo=UTC))
    path = path_in((await made(client)).text)
    async with new_client(app) as program:
        date = (await program.get(path)).headers["last-modified"]
    assert datetime.now(UTC) - parsedate_to_datetime(date) <= timedelta(hours=25)


async def test_too_many_reads_are_told_when_to_come_back(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    path = path_in((await made(client)).text)
    assert {(await client.get(path)).status_code for _ in range(FEED_READS.most)} == {200}
    refused = await client.get(path)
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) > 0
