"""The calendar address: a long secret, shown once, ended by the next one, telling no one what a calendar must not."""

import re
from typing import Any
from uuid import UUID

import httpx2
from conftest import new_client
from icalendar import Calendar
from starlette.applications import Starlette
from support import people

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.feed_pages import FEED_READS


async def as_volunteer(client: httpx2.AsyncClient) -> Volunteer:
    row = await people.signed_in(client, Role.VOLUNTEER)
    return await people.volunteer(account=row.id, max_hours_week=90)


async def make_address(client: httpx2.AsyncClient, *, htmx: bool = False) -> httpx2.Response:
    page = (await client.get("/me")).text
    mark = re.search(r'name="csrf" value="([^"]+)"', page)
    headers = {"hx-request": "true"} if htmx else {}
    return await client.post("/me/calendar", data={"csrf": mark[1] if mark else ""}, headers=headers)


def path_in(html: str) -> str:
    found = re.search(r'value="http://hub\.test(/calendar/[\w-]+\.ics)"', html)
    assert found, html
    return found[1]


async def taken(volunteer: Volunteer, **initiative: Any) -> UUID:
    of = await people.initiative(**initiative)
    opening = await people.opening(await people.meeting(of))
    id = await actions.invite(SYSTEM, opening.id, volunteer.id)
    await actions.answer(SYSTEM, id, accept=True, channel="sms")
    return id


async def test_an_address_is_shown_once_and_kept_as_a_hash(client: httpx2.AsyncClient) -> None:
    me = await as_volunteer(client)
    assert "/calendar/" not in (await client.get("/me")).text
    made = await make_address(client)
    path = path_in(made.text)
    token = path.removeprefix("/calendar/").removesuffix(".ics")
    assert len(token) * 6 >= 160, "at least 160 random bits"
    assert "no-store" in made.headers["cache-control"] and f"webcal://hub.test{path}" in made.text
    page = (await client.get("/me")).text
    assert token not in page and "Zrób nowy adres" in page
    kept = await database.fetchval("SELECT feed_hash FROM volunteer WHERE id = $1", me.id)
    assert token not in kept and len(kept) == 64
    newer = path_in((await make_address(client, htmx=True)).text)
    assert (await client.get(path)).status_code == 404, "the new address ends the old one"
    assert (await client.get(newer)).status_code == 200


async def test_a_calendar_program_reads_it_without_signing_in(client: httpx2.AsyncClient, app: Starlette) -> None:
    me = await as_volunteer(client)
    path = path_in((await make_address(client)).text)
    await taken(me)
    async with new_client(app) as program:
        answer = await program.get(path)
        assert answer.headers["content-type"].startswith("text/calendar")
        wanted = {"cache-control": "no-store", "x-robots-tag": "noindex", "referrer-policy": "no-referrer"}
        assert {name: answer.headers[name] for name in wanted} == wanted and "set-cookie" not in answer.headers
        again = await program.get(path, headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        await database.execute("UPDATE meeting SET changed_at = now() + interval '1 minute', sequence = 1")
        assert (await program.get(path, headers={"if-none-match": answer.headers["etag"]})).status_code == 200
        for guess in ("/calendar/nobody.ics", "/calendar/%00.ics", f"{path[:-5]}x.ics"):
            assert (await program.get(guess)).status_code == 404, guess


async def test_a_feed_says_only_what_may_be_seen_over_a_shoulder(client: httpx2.AsyncClient) -> None:
    me = await as_volunteer(client)
    path = path_in((await make_address(client)).text)
    await taken(me, name="Zakupy dla seniorów")
    off = await database.fetchval("SELECT meeting FROM booking")
    await actions.cancel_meeting(SYSTEM, off)
    declined = await people.opening()
    await actions.answer(SYSTEM, await actions.invite(SYSTEM, declined.id, me.id), accept=False, channel="sms")
    await taken(me, name="Grupa Czwartek", kind="group")
    content = (await client.get(path)).content
    found = {str(event["summary"]): event for event in Calendar.from_ical(content).walk("VEVENT")}
    assert set(found) == {"Zakupy dla seniorów", "Spotkanie"}, "what was never accepted is not there"
    assert found["Zakupy dla seniorów"]["status"] == "CANCELLED" and found["Spotkanie"]["status"] == "CONFIRMED"
    assert "location" not in found["Spotkanie"] and "Promyk" in found["Zakupy dla seniorów"]["location"]
    words = str(found["Zakupy dla seniorów"]["description"]).splitlines()
    assert words[0] == "Rola: Czyta dzieciom" and words[-1].startswith("Centrum"), "what to do and whom to call"
    assert "Rola" not in str(found["Spotkanie"]["description"])
    assert b"ATTENDEE" not in content and me.last_name.encode() not in content


async def test_too_eager_a_program_is_told_when_to_come_back(client: httpx2.AsyncClient) -> None:
    await as_volunteer(client)
    path = path_in((await make_address(client)).text)
    statuses = [(await client.get(path)).status_code for _ in range(FEED_READS.most)]
    assert set(statuses) == {200}
    refused = await client.get(path)
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) > 0


async def test_only_a_volunteer_has_one(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client, Role.VOLUNTEER)  # an account without a volunteer behind it
    assert (await make_address(client)).status_code == 404
