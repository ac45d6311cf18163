"""The e-mail's link, in the browser that asked and elsewhere; a facilitator's link, SMS and remembered browser."""

import asyncio
import re
from collections.abc import AsyncIterator

import httpx2
import pytest
from access.by_hand import ask_code, newest_code, signed_in_as
from conftest import new_client
from starlette.applications import Starlette
from support import people
from support.visitor import Visitor

from volunteer_hub.access.rules import CODES_PER_HOUR, DEVICE_DAYS
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role
from volunteer_hub.messaging import proven

EMAIL, PHONE = "roman@centrum.example", "+48600500400"


@pytest.fixture
async def other(app: Starlette, db: str) -> AsyncIterator[httpx2.AsyncClient]:
    """Another browser."""
    async with new_client(app) as one:
        yield one


async def letter() -> str:
    """The path of the link in the newest e-mail."""
    body = await database.fetchval(
        "SELECT body FROM message WHERE channel = 'email' AND body LIKE '%/link/%' ORDER BY created_at DESC LIMIT 1"
    )
    found = re.search(r"http://hub\.test(/sign-in/link/\S+)", body)
    assert found
    return found[1]


async def press(visitor: Visitor, path: str) -> None:
    await visitor.open(path)
    await visitor.send(path)


async def test_the_link_of_the_e_mail_lets_in_where_it_was_asked_for(client: httpx2.AsyncClient) -> None:
    await people.account(Role.VOLUNTEER, email=EMAIL)
    visitor = Visitor(client)
    await ask_code(visitor, EMAIL)
    path = await letter()
    for _ in range(3):
        await visitor.open(path)
        assert await signed_in_as(client) == "", "opening it changes nothing"
    await visitor.send(path)
    assert await signed_in_as(client) == "volunteer"
    assert (await client.get(path)).status_code == 410


async def test_elsewhere_it_says_where_and_does_nothing(
    client: httpx2.AsyncClient, other: httpx2.AsyncClient
) -> None:
    await people.account(Role.VOLUNTEER, email=EMAIL)
    await ask_code(Visitor(client), EMAIL)
    path, stranger = await letter(), Visitor(other)
    await stranger.open(path)
    assert stranger.page.status_code == 200 and "w której prosisz o wiadomość" in stranger.page.text
    mark = re.search(r'name="csrf" value="([^"]+)"', (await other.get("/sign-in")).text)
    assert mark and (await other.post(path, data={"csrf": mark[1]})).status_code == 409
    assert await signed_in_as(other) == ""
    visitor = Visitor(client)
    await visitor.open("/sign-in/code")
    await visitor.send("/sign-in/code", code=await newest_code())
    assert await signed_in_as(client) == "volunteer", "the code of the same letter still works where it was asked for"
    assert (await client.get(path)).status_code == 410, "and uses the link up"


async def test_link_and_code_at_once_let_in_once(client: httpx2.AsyncClient) -> None:
    await people.account(Role.VOLUNTEER, email=EMAIL)
    visitor = Visitor(client)
    await ask_code(visitor, EMAIL)
    path, code = await letter(), await newest_code()
    mark = re.search(r'name="csrf" value="([^"]+)"', visitor.page.text)
    assert mark
    data = {"csrf": mark[1], "code": code}
    answers = await asyncio.gather(client.post(path, data=data), client.post("/sign-in/code", data=data))
    assert sorted(answer.status_code == 303 for answer in answers) == [False, True]


async def test_the_link_is_over_after_ten_minutes(client: httpx2.AsyncClient) -> None:
    await people.account(Role.VOLUNTEER, email=EMAIL)
    await ask_code(Visitor(client), EMAIL)
    path = await letter()
    await database.execute("UPDATE sign_in_code SET created_at = now() - interval '10 minutes 1 second'")
    assert (await client.get(path)).status_code == 410


async def test_an_sms_has_no_link_and_whoever_has_a_password_gets_none(client: httpx2.AsyncClient) -> None:
    await people.account(Role.VOLUNTEER, phone=PHONE)
    await proven.note(PHONE, "answer")
    await people.account(Role.COORDINATOR, email="hanna@centrum.example")
    for who in (PHONE, "hanna@centrum.example"):
        await ask_code(Visitor(client), who)
    bodies = await database.fetchval("SELECT string_agg(body, ' ' ORDER BY created_at) FROM message")
    assert "/sign-in/link/" not in bodies and "/sign-in/password" in bodies
    assert len(re.findall(r"\b\d{6}\b", bodies)) == 1


async def facilitator(phone: str | None = PHONE) -> None:
    await people.account(Role.FACILITATOR, email=EMAIL, phone=phone)


async def test_a_facilitator_comes_by_link_and_sms_and_next_time_by_the_link(client: httpx2.AsyncClient) -> None:
    await facilitator()
    visitor = Visitor(client)
    await ask_code(visitor, EMAIL)
    await press(visitor, await letter())
    assert visitor.page.url.path == "/sign-in/sms" and await signed_in_as(client) == ""
    sent = await database.fetchrow("SELECT address, body FROM message WHERE channel = 'sms'")
    assert sent and sent["address"] == PHONE
    code = re.findall(r"\d{6}", sent["body"])[0]
    await visitor.send("/sign-in/sms", code="000000" if code != "000000" else "111111")
    assert visitor.page.status_code == 422
    await visitor.send("/sign-in/sms", code=code)
    assert await signed_in_as(client) == "facilitator" and visitor.page.url.path == "/desk/day"
    await visitor.send("/sign-out")
    await ask_code(visitor, EMAIL)
    await press(visitor, await letter())
    assert await signed_in_as(client) == "facilitator", "this browser is remembered"
    assert await database.fetchval("SELECT count(*) FROM message WHERE channel = 'sms'") == 1


async def test_a_remembered_browser_is_one_accounts_for_half_a_year(client: httpx2.AsyncClient) -> None:
    await facilitator()
    await people.account(Role.FACILITATOR, email="other@centrum.example", phone="+48600500401")
    visitor = Visitor(client)
    await ask_code(visitor, EMAIL)
    await press(visitor, await letter())
    await visitor.send("/sign-in/sms", code=await newest_code())
    await visitor.send("/sign-out")
    token = client.cookies["device"]
    assert token not in str(await database.fetchrow("SELECT * FROM device"))
    await ask_code(visitor, "other@centrum.example")
    await press(visitor, await letter())
    assert visitor.page.url.path == "/sign-in/sms", "another's account"
    await database.execute("UPDATE device SET created_at = now() - make_interval(days => $1)", DEVICE_DAYS)
    await ask_code(visitor, EMAIL)
    await press(visitor, await letter())
    assert visitor.page.url.path == "/sign-in/sms", "too long ago"


async def test_without_a_number_one_is_asked_and_proven(client: httpx2.AsyncClient) -> None:
    await facilitator(phone=None)
    visitor = Visitor(client)
    await ask_code(visitor, EMAIL)
    await press(visitor, await letter())
    assert visitor.page.url.path == "/sign-in/phone"
    await visitor.send("/sign-in/phone", phone="600")
    assert visitor.page.status_code == 422
    await visitor.send("/sign-in/phone", phone="600 500 400")
    await visitor.send("/sign-in/sms", code=await newest_code())
    assert await signed_in_as(client) == "facilitator"
    row = await database.fetchrow("SELECT phone, phone_proven_at FROM account")
    assert row and row["phone"] == PHONE and row["phone_proven_at"]


async def test_a_number_cannot_be_swapped_on_the_way(client: httpx2.AsyncClient) -> None:
    await facilitator()
    visitor = Visitor(client)
    await ask_code(visitor, EMAIL)
    await press(visitor, await letter())
    assert (await client.get("/sign-in/phone")).headers["location"] == "/sign-in"
    assert await database.fetchval("SELECT phone FROM account") == PHONE


async def test_a_facilitators_sms_are_few(client: httpx2.AsyncClient) -> None:
    await facilitator()
    visitor = Visitor(client)
    for _ in range(CODES_PER_HOUR):
        await database.execute("DELETE FROM sign_in_code WHERE purpose = 'sign-in'")
        await ask_code(visitor, EMAIL)
        await press(visitor, await letter())
    assert await database.fetchval("SELECT count(*) FROM message WHERE channel = 'sms'") < CODES_PER_HOUR
    assert visitor.page.status_code == 429


async def test_a_closed_account_stops_half_way(client: httpx2.AsyncClient) -> None:
    await facilitator()
    visitor = Visitor(client)
    await ask_code(visitor, EMAIL)
    await press(visitor, await letter())
    code = await newest_code()
    await database.execute("UPDATE account SET closed_at = now()")
    await visitor.send("/sign-in/sms", code=code)
    assert visitor.page.url.path == "/sign-in" and await signed_in_as(client) == ""
