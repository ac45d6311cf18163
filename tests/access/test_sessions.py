"""Sessions: a new token each time, ended by time, by a press, by a closed account; forms only from our own pages."""

import re

import httpx2
import pytest
from access.by_hand import ask_code, newest_code, signed_in_as
from conftest import new_client
from starlette.applications import Starlette
from support import people
from support.visitor import Visitor

from volunteer_hub import app as application
from volunteer_hub.access import rules, strangers
from volunteer_hub.access.tables import Account, Session
from volunteer_hub.kit import database, secret
from volunteer_hub.kit.actor import Role
from volunteer_hub.settings import load

HOST = "hub.test"


async def give_session(client: httpx2.AsyncClient, row: Account) -> str:
    """Signs in as `people.sign_in` does, in a cookie that the server may replace and drop."""
    token = secret.token()
    await people.save(Session(token_hash=secret.fingerprint(token), account=row.id))
    client.cookies.set("session", token, domain=HOST)
    return token


async def enters(client: httpx2.AsyncClient, path: str = "/desk/people") -> bool:
    return (await client.get(path)).status_code == 200


async def test_signing_in_makes_a_new_session_and_ends_the_one_before(client: httpx2.AsyncClient) -> None:
    row = await people.account(Role.VOLUNTEER)
    before = await give_session(client, row)
    visitor = Visitor(client)
    await ask_code(visitor, row.email)
    await visitor.send("/sign-in/code", code=await newest_code())
    assert client.cookies["session"] != before
    assert await database.fetchval("SELECT count(*) FROM session") == 1
    assert await enters(client, "/me/account")
    client.cookies.set("session", before, domain=HOST)
    assert not await enters(client, "/me/account")


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.VOLUNTEER])
async def test_a_session_ends_by_itself(client: httpx2.AsyncClient, role: Role) -> None:
    page = {Role.COORDINATOR: "/desk/people", Role.VOLUNTEER: "/me"}[role]
    idle, whole = rules.idle_limit(role), rules.absolute_limit(role)
    for column, limit in (("seen_at", idle), ("created_at", whole)):
        await people.signed_in(client, role)
        age = f"UPDATE session SET {column} = now() - $1::interval + interval '5 seconds'"
        await database.execute(age, limit)
        assert (await client.get(page)).headers.get("location") is None, "not yet"
        await database.execute(f"UPDATE session SET {column} = now() - $1::interval - interval '1 second'", limit)
        assert (await client.get(page)).headers["location"].startswith("/sign-in?next=")


async def test_using_it_keeps_it_alive(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    for _ in range(3):
        await database.execute("UPDATE session SET seen_at = seen_at - interval '20 minutes'")
        assert await enters(client)


async def test_signing_out(client: httpx2.AsyncClient) -> None:
    token = await give_session(client, await people.account())
    visitor = Visitor(client)
    await visitor.open("/desk/people")
    await visitor.send("/sign-out")
    assert visitor.page.url.path == "/" and "Wylogowano." in visitor.page.text
    assert "session" not in client.cookies
    client.cookies.set("session", token, domain=HOST)
    assert not await enters(client)


async def test_a_closed_account_is_out_at_once(client: httpx2.AsyncClient) -> None:
    row = await people.signed_in(client)
    await database.execute("UPDATE account SET closed_at = now() WHERE id = $1", row.id)
    assert not await enters(client)


async def test_a_changed_role_signs_out_at_once(client: httpx2.AsyncClient) -> None:
    row = await people.signed_in(client)
    await database.execute("UPDATE account SET role = 'coordinator' WHERE id = $1", row.id)
    assert await enters(client), "the same role again is no change"
    await database.execute("UPDATE account SET role = 'facilitator' WHERE id = $1", row.id)
    assert not await enters(client) and await database.fetchval("SELECT count(*) FROM session") == 0


async def test_what_is_stored_of_a_session_opens_nothing(client: httpx2.AsyncClient) -> None:
    await people.account(Role.COORDINATOR)
    visitor = Visitor(client)
    await visitor.open("/sign-in")
    await visitor.send("/dev/sign-in", role="coordinator")
    assert await signed_in_as(client) == "coordinator"
    token, row = client.cookies["session"], await database.fetchrow("SELECT * FROM session")
    assert row and token not in str(dict(row)) and bytes(row["token_hash"]) == secret.fingerprint(token)
    client.cookies.clear()
    for stored in (bytes(row["token_hash"]).hex(), str(row["id"])):
        client.cookies.set("session", stored, domain=HOST)
        assert await signed_in_as(client) == ""
    client.cookies.set("session", token, domain=HOST)
    assert await signed_in_as(client) == "coordinator", "control"


async def test_a_made_up_session_is_nobody(client: httpx2.AsyncClient) -> None:
    for token in ("", "x", "ąęć", "%00", "\xff", "a" * 3000):
        answer = await client.get("/desk/people", headers={"cookie": f"session={token}".encode("latin-1", "replace")})
        assert answer.status_code == 303, token


async def test_the_mark_of_a_form_ends_with_the_session(client: httpx2.AsyncClient) -> None:
    page = (await client.get("/sign-in")).text
    mark = re.search(r'name="csrf" value="([^"]+)"', page)
    assert mark
    await people.signed_in(client)
    assert (await client.post("/sign-out", data={"csrf": mark[1]})).status_code == 403
    assert await signed_in_as(client) == "coordinator"


async def test_signing_in_and_out_without_our_mark_is_403(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    for mark in ("", "wrong", "zażółć", "\x00", "𝟙" * 64):
        for path in (
            "/sign-in",
            "/sign-in/code",
            "/sign-in/link/x",
            "/sign-out",
            "/dev/sign-in",
            "/volunteer",
            "/help",
        ):
            answer = await client.post(path, data={"csrf": mark, "who": "a@example.org"})
            assert answer.status_code == 403 and "Odśwież" in answer.text, (path, mark)
    assert await signed_in_as(client) == "coordinator"


async def test_the_demo_signs_in_by_a_button(client: httpx2.AsyncClient) -> None:
    for role in rules.ROLES:
        await people.account(role)
    visitor = Visitor(client)
    for role in rules.ROLES:
        await visitor.open("/sign-in")
        form = {"csrf": re.findall(r'name="csrf" value="([^"]+)"', visitor.page.text)[-1], "role": role}
        answer = await client.post("/dev/sign-in", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, rules.landing(role))
        assert await signed_in_as(client) == role
    await visitor.open("/sign-in")
    await visitor.send("/dev/sign-in", role="king")
    assert visitor.page.status_code == 409


async def test_the_demo_lets_in_a_second_coordinator(app: Starlette, town: str) -> None:
    for button, decides in (("coordinator", True), ("coordinator:second", False)):
        async with new_client(app) as client:
            visitor = Visitor(client)
            assert f'value="{button}"' in await visitor.open("/sign-in")
            await visitor.send("/dev/sign-in", role=button)
            page = await visitor.open("/desk/break-glass")
            assert "Grupa Czwartek" in page, "it waits"
            assert ('value="approve"' in page) == decides, "one's own question is another's to answer"


async def test_production_has_no_button_and_no_short_cut(db: str) -> None:
    app = application.create(load({"HUB_SECRET_KEY": "x" * 40, "HUB_FIELD_KEY": "f" * 40, "HUB_PUBLIC_URL": "http://hub.test"}))
    async with new_client(app) as client:
        await people.account(Role.COORDINATOR)
        page = (await client.get("/sign-in")).text
        assert "/dev/" not in page
        mark = re.search(r'name="csrf" value="([^"]+)"', page)
        assert mark
        answer = await client.post("/dev/sign-in", data={"csrf": mark[1], "role": "coordinator"})
        assert answer.status_code == 404 and "session" not in client.cookies


async def test_over_tls_cookies_are_bound_to_it(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strangers, "FASTEST_SECONDS", 0)
    app = application.create(load({"HUB_SECRET_KEY": "x" * 40, "HUB_FIELD_KEY": "f" * 40, "HUB_PUBLIC_URL": "https://hub.test"}))
    row = await people.account(Role.VOLUNTEER)
    async with new_client(app) as client:
        client.base_url = httpx2.URL("https://hub.test")
        visitor = Visitor(client)
        await ask_code(visitor, row.email)
        mark = re.search(r'name="csrf" value="([^"]+)"', visitor.page.text)
        assert mark
        answer = await client.post("/sign-in/code", data={"csrf": mark[1], "code": await newest_code()})
        cookie = next(c for c in answer.headers.get_list("set-cookie") if "session=" in c)
        assert cookie.startswith("__Host-session=")
        assert {"httponly", "secure", "path=/", "samesite=lax"} <= {part.strip().lower() for part in cookie.split(";")}
