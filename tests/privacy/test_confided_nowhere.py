"""A word planted in every confided note is on one page, for those who run the group, and nowhere else at all."""

import logging
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from uuid import UUID

import httpx2
import pytest
import structlog
from conftest import new_client
from starlette.applications import Starlette
from support import people, world
from support.visitor import Visitor
from support.world import PLACE, World, ask
from support.worlds.pairs import Pair

from volunteer_hub import routes
from volunteer_hub.access import break_glass
from volunteer_hub.initiatives import confided
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import STAFF, SYSTEM, Role
from volunteer_hub.people import confided as sealed
from volunteer_hub.schedule import actions, notices
from volunteer_hub.schedule.volunteers import feeds
from volunteer_hub.settings import Settings

# No diacritics, so that an SMS would not hide it; no word of ours has it.
PLANTED = "Xylofonowaczka"
NOTE = "/desk/initiatives/{id:uuid}/members/{member:uuid}/note"
ROLES = [Role.ANYONE, Role.VOLUNTEER, *sorted(STAFF)]
LEADING = (Role.COORDINATOR, Role.FACILITATOR, Role.SPECIALIST)


async def planted(settings: Settings, here: World) -> None:
    """The word in every membership of this world: one's own and somebody else's."""
    for of, who, _ in here.memberships:
        await sealed.write(settings.field_keys, who.id, of.id, f"{PLANTED}, bo tak")


def tells(answer: httpx2.Response) -> bool:
    return PLANTED in unescape(answer.text) or any(PLANTED in value for value in answer.headers.values())


@pytest.fixture(params=ROLES, ids=str)
async def here(request: pytest.FixtureRequest, db: str, settings: Settings) -> World:
    made = await world.made(request.param if request.param is not Role.ANYONE else Role.FACILITATOR)
    await planted(settings, made)
    return World(made.me if request.param is not Role.ANYONE else None, made.pairs, made.memberships)  # type: ignore[arg-type]


async def test_no_page_of_any_role_tells_it_but_one(here: World, app: Starlette, settings: Settings) -> None:
    """Every address there is, as every role, with own and foreign ids, asked and sent empty forms."""
    found: list[str] = []
    table = sorted(routes.table(settings), key=lambda one: one[0] != "GET")
    async with new_client(app) as client:
        for method, path, _, _ in table:
            if here.me:
                await people.sign_in(client, here.me)
            try:
                pair = here.pair(path)
            except ValueError:
                pair = Pair({}, None)
            for which, ids in (("own", pair.own), ("foreign", pair.foreign)):
                names = set(PLACE.findall(path))
                if ids is None or not names <= ids.keys():
                    continue
                answer = await ask(client, method, path.replace("{token}", "x"), ids)
                if tells(answer):
                    found.append(f"{which} {method} {path}")
                    assert f"<title>{PLANTED}" not in answer.text and PLANTED not in str(answer.url)
    # An empty form over words that are there is a stale one: the same page shows them again.
    leads = here.me and Role(here.me.role) in LEADING
    assert found == ([f"own GET {NOTE}", f"own POST {NOTE}"] if leads else [])


async def test_nothing_finds_by_it(here: World, app: Starlette) -> None:
    async with new_client(app) as client:
        if here.me:
            await people.sign_in(client, here.me)
        for path in ("/desk/participants", "/desk/people", "/desk/requests", "/desk/log"):
            page = (await client.get(f"{path}?q={PLANTED}")).text
            assert not any(str(who.id) in page or who.alias in page for _, who, _ in here.memberships)


async def happenings(settings: Settings, group: Any, member: Any) -> list[str]:
    """A meeting of the group goes through all that is told to people; the calendars they read."""
    meeting = await people.meeting(group)
    opening = await people.opening(meeting, await people.role(group))
    volunteer = await people.volunteer()
    invited = await actions.invite(SYSTEM, opening.id, volunteer.id)
    await actions.answer(SYSTEM, invited, accept=True, channel="web")
    async with database.transaction():
        await notices.tell_participants(settings, meeting.id, "participant_reminder", key="coming:{id}:reminder")
    later = datetime.combine(clock.today(people.ZONE) + timedelta(days=9), meeting.starts_wall.time())
    await actions.move_meeting(SYSTEM, meeting.id, later, later + timedelta(hours=1))
    calendar, _ = await feeds.calendar_of(settings, volunteer.id, "pl")
    await actions.cancel_meeting(SYSTEM, meeting.id)
    return [calendar.decode() if isinstance(calendar, bytes) else str(calendar)]


async def everything_stored() -> list[str]:
    tables = await database.fetch("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
    return [
        f"{table['name']}: {row['line']}"
        for table in tables
        for row in await database.fetch(f'SELECT t::text AS line FROM "{table["name"]}" t')
    ]


async def test_no_message_feed_log_or_row_holds_it(
    db: str, app: Starlette, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """Written, read, refused and broken into as people do it, with everything told that a meeting brings."""
    here = await world.made(Role.COORDINATOR)
    (group, _, member), _ = here.memberships
    path = f"/desk/initiatives/{group.id}/members/{member.id}/note"
    with structlog.testing.capture_logs() as lines, caplog.at_level(logging.DEBUG):
        async with new_client(app) as client:
            await people.sign_in(client, here.me)
            visitor = Visitor(client)
            await visitor.open(path)
            await visitor.send("/note", text=f"{PLANTED}, bo tak")
            assert PLANTED in await visitor.open(path), "the control: whoever runs it reads it"
            await visitor.send("/note", text=PLANTED * 400)
            assert visitor.page.status_code == 422
            client.cookies.set("session", "another")
            await client.post(path, data={"text": PLANTED})
            await client.post(path, data={"text": PLANTED, "csrf": "wrong"})
        calendars = await happenings(settings, group, member)
    stored = await everything_stored()
    assert sum(row.startswith("message: ") for row in stored) >= 4
    assert any(row.startswith("confided: ") for row in stored)
    said = [*stored, *calendars, *map(str, lines), caplog.text]
    assert not [row for row in said if PLANTED in row or PLANTED.encode().hex() in row]


async def test_control_the_eyes_see_a_word_that_is_told(db: str, app: Starlette, settings: Settings) -> None:
    """The same word as an alias is found in the rows and on the page."""
    here = await world.made(Role.COORDINATOR)
    await database.execute("UPDATE participant SET alias = $1", PLANTED)
    assert [row for row in await everything_stored() if PLANTED in row]
    async with new_client(app) as client:
        await people.sign_in(client, here.me)
        assert tells(await client.get("/desk/participants"))


async def test_a_glass_opens_the_one_page_and_no_other(db: str, app: Starlette, settings: Settings) -> None:
    here = await world.made(Role.COORDINATOR)
    await planted(settings, here)
    theirs, _, member = here.memberships[1]
    id = await break_glass.ask(settings, people.actor(here.me), f"initiative:{theirs.id}", "Ktoś dzwonił w nocy do nas")
    await break_glass.approve(people.actor(await people.account()), id)
    group = f"/desk/initiatives/{theirs.id}"
    async with new_client(app) as client:
        await people.sign_in(client, here.me)
        assert tells(await client.get(f"{group}/members/{member.id}/note"))
        for path in (group, f"{group}/members", "/desk/break-glass", "/desk/map"):
            assert not tells(await client.get(path)), path


async def test_every_reading_and_writing_leaves_a_line_of_ids(db: str, settings: Settings) -> None:
    here = await world.made(Role.FACILITATOR)
    (of, who, member), _ = here.memberships
    me = people.actor(here.me)
    await confided.write(settings, me, of.id, member.id, PLANTED, None)
    await confided.read(settings, me, of.id, member.id)
    rows = await database.fetch("SELECT verb, about, account FROM audit_entry WHERE verb LIKE 'confided.%' ORDER BY at")
    about, account = f"participant:{who.id}", UUID(str(here.me.id))
    assert [tuple(row) for row in rows] == [("confided.write", about, account), ("confided.read", about, account)]
