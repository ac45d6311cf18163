"""Every address with an id × every role that may knock × own, foreign, absent: a foreign object is an absent one."""

import re
from collections.abc import Iterator

import httpx2
import pytest
from conftest import new_client
from starlette.applications import Starlette
from support import people, world
from support.world import PLACE, World, ask
from support.worlds.pairs import Ids, Pair

from volunteer_hub import routes
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import STAFF, Role
from volunteer_hub.settings import Settings

TABLES = """session device initiative member participant confided consent request request_move saved_view break_glass
    goal partner funding_line paper diary_entry takeover completion contract contract_goal contract_step contract_member
    assignment meeting message volunteer hours_worked coming issued_paper certificate_asked""".split()
ROLES = [Role.VOLUNTEER, *sorted(STAFF)]
# Opened by a secret in the address, which its own test tries; and the demo's phones, which are everybody's.
OTHERWISE = ("/school/", "/host/", "/dev/phones/")
# Without words it is not said which SMS or volunteer is meant, and an open account cannot be opened again.
ABOUT_NOTHING = {
    "/desk/messages/{id:uuid}/decision",
    "/desk/messages/{id:uuid}/request",
    "/desk/openings/{id:uuid}/assignments",
    "/desk/settings/accounts/{id:uuid}/reopening",
}


def with_ids(settings: Settings, role: Role) -> Iterator[tuple[str, str]]:
    """(method, path) of every address with an id where this role may knock; those that only look come first."""
    table = sorted(routes.table(settings), key=lambda one: one[0] != "GET")
    for method, path, _, who in table:
        if role in who and PLACE.search(path) and not path.startswith(OTHERWISE):
            yield method, path


def plain(answer: httpx2.Response, ids: Ids) -> tuple[int, dict[str, str], str]:
    """Status, headers and words without what differs between any two answers: ids, form tokens, cookies, traces."""
    body = re.sub(r'(name="csrf" value=)"[^"]+"', r"\1", answer.text)
    for id in ids.values():
        body = body.replace(str(id), "")
    loose = ("set-cookie", "date", "x-trace-id", "x-request-id", "content-length")
    return answer.status_code, {k: v for k, v in answer.headers.items() if k not in loose}, body


@pytest.fixture(params=ROLES, ids=str)
async def whole(request: pytest.FixtureRequest, db: str) -> World:
    return await world.made(request.param)


async def test_a_foreign_object_is_an_absent_one(whole: World, app: Starlette, settings: Settings) -> None:
    role = Role(whole.me.role)
    for method, path in with_ids(settings, role):
        pair = whole.pair(path)
        nothing = world.absent(pair.own)
        async with new_client(app) as client:
            await people.sign_in(client, whole.me)
            absent = plain(await ask(client, method, path, nothing), nothing)
            if pair.foreign:
                foreign = plain(await ask(client, method, path, pair.foreign), pair.foreign)
                assert foreign == absent, (role, method, path)
            own = await ask(client, method, path, pair.own)
        # A form without its words may be refused for them before anything is looked for.
        assert absent[0] == 404 or (method == "POST" and 300 <= absent[0] < 500), (role, method, path, absent[0])
        assert own.status_code < 500 and own.status_code != 403, (role, method, path, own.status_code)
        if method == "GET":
            assert own.status_code == 200, (role, method, path, own.status_code)
        elif path not in ABOUT_NOTHING:
            assert own.status_code != 404, (role, method, path)


async def test_nothing_foreign_has_changed(whole: World, app: Starlette, settings: Settings) -> None:
    """Every form that changes something, filled with words, at everything that is somebody else's."""
    role = Role(whole.me.role)
    words = {
        "text": "x", "seen": "", "left_on": "2026-11-20", "joined_on": "2026-11-20", "alias": "x", "answer": "yes",
        "participant": str(whole.memberships[1][1].id), "said": "no", "channel": "desk", "version": "0", "name": "x",
        "phone": "600100200", "reach": "call", "first_name": "x", "desk": "services", "note": "x",
        "decision": "approve", "words": "x", "day": "2026-11-20", "year": "2026", "source": "own", "amount": "1",
        "became": "finished", "comes": "yes", "reason": "x", "starts_on": "2026-11-20",
        "theme": str(whole.memberships[0][0].theme),
    }  # fmt: skip
    async with new_client(app) as client:
        await people.sign_in(client, whole.me)
        before = await everything()
        for method, path in with_ids(settings, role):
            if method == "POST" and (foreign := whole.pair(path).foreign):
                csrf = re.search(r'name="csrf" value="([^"]+)"', (await client.get("/help")).text)
                address = PLACE.sub(lambda place, ids=foreign: str(ids[place[1]]), path)
                answer = await client.post(address, data=words | {"csrf": csrf[1] if csrf else ""})
                assert answer.status_code in (303, 404, 409, 422), (role, path, answer.status_code)
        assert await everything() == before


async def everything() -> list[str]:
    """All rows of the tables somebody else's things stand in."""
    found = []
    for table in TABLES:
        rows = await database.fetch(f"SELECT (to_jsonb(t) - 'seen_at')::text AS row FROM {table} t")
        found += sorted(f"{table} {row['row']}" for row in rows)
    return found


async def test_control_a_leak_is_noticed(whole: World, app: Starlette) -> None:
    """The eye of the walk: one's own page is no absent one, and the ids alone make no difference."""
    if Role(whole.me.role) not in (Role.COORDINATOR, Role.FACILITATOR, Role.SPECIALIST):
        return
    path = "/desk/initiatives/{id:uuid}/members"
    pair: Pair = whole.pair(path)
    nothing, more = world.absent(pair.own), world.absent(pair.own)
    async with new_client(app) as client:
        await people.sign_in(client, whole.me)
        answers = [plain(await ask(client, "GET", path, ids), ids) for ids in (pair.own, nothing, more)]
    assert answers[0] != answers[1] == answers[2]
