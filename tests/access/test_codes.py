"""A volunteer's code by e-mail or SMS: once, ten minutes, this browser, five tries; the same pages for strangers."""

import asyncio
import re
from hashlib import sha256
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from access.by_hand import another, ask_code, newest_code, signed_in_as
from conftest import new_client
from hypothesis import HealthCheck, given
from hypothesis import settings as bounded
from hypothesis import strategies as some
from starlette.applications import Starlette
from support import people
from support.visitor import Visitor

from volunteer_hub.access import codes
from volunteer_hub.access.rules import ASKED_FOR_CODES, CODE_TRIES, CODES_PER_HOUR
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import proven
from volunteer_hub.settings import Settings

PHONE, EMAIL = "+48600500400", "hanna@centrum.example"


@pytest.fixture
async def visitor(client: httpx2.AsyncClient) -> Visitor:
    await people.account(Role.VOLUNTEER, phone=PHONE, email=EMAIL)
    await proven.note(PHONE, "answer")
    return Visitor(client)


@pytest.mark.parametrize("who", [EMAIL, " HANNA@centrum.example ", "600 500 400", "+48600500400"])
async def test_the_code_lets_in(visitor: Visitor, who: str) -> None:
    await ask_code(visitor, who)
    row = await database.fetchrow("SELECT channel, address, expires_at - created_at AS life FROM message")
    assert row and (row["channel"], row["address"]) == (("email", EMAIL) if "@" in who else ("sms", PHONE))
    assert row["life"].total_seconds() == 600, "a code that comes too late is not sent at all"
    code = await newest_code()
    answer = await visitor.client.post("/sign-in/code", data=form(visitor) | {"code": f" {code[:3]} {code[3:]}"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    assert await signed_in_as(visitor.client) == "volunteer"
    assert await database.fetchval("SELECT verb || outcome FROM audit_entry") == "sign-indone"


def form(visitor: Visitor) -> dict[str, Any]:
    mark = re.search(r'name="csrf" value="([^"]+)"', visitor.page.text)
    assert mark
    return {"csrf": mark[1]}


async def enter(visitor: Visitor, code: str) -> httpx2.Response:
    return await visitor.client.post("/sign-in/code", data=form(visitor) | {"code": code})


async def test_a_wrong_code_says_how_many_tries_are_left(visitor: Visitor) -> None:
    await ask_code(visitor, EMAIL)
    code = await newest_code()
    for left in range(CODE_TRIES - 1, 0, -1):
        answer = await enter(visitor, another(code))
        assert answer.status_code == 422 and str(left) in answer.text.split('id="f-code-error"')[1][:400]
    assert (await enter(visitor, another(code))).status_code == 422
    answer = await enter(visitor, code)
    assert answer.status_code == 429 and answer.headers["retry-after"] == "3600", "even the right one, after five"
    assert await signed_in_as(visitor.client) == ""
    outcomes = await database.fetch("SELECT outcome, count(*) AS n FROM audit_entry GROUP BY outcome")
    assert {row["outcome"]: row["n"] for row in outcomes} == {"wrong": 5, "too many": 1}


async def test_a_used_code_is_no_code(visitor: Visitor, app: Starlette) -> None:
    await ask_code(visitor, EMAIL)
    code = await newest_code()
    answers = await asyncio.gather(*(enter(visitor, code) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [303, 422, 422, 422]
    await visitor.open("/sign-in/code")
    answer = await enter(visitor, code)
    assert answer.status_code == 422 and "już nie działa" in answer.text


async def test_a_late_code_is_no_code(visitor: Visitor) -> None:
    await ask_code(visitor, EMAIL)
    await database.execute("UPDATE sign_in_code SET created_at = now() - interval '10 minutes 1 second'")
    answer = await enter(visitor, await newest_code())
    assert answer.status_code == 422 and "już nie działa" in answer.text


async def test_another_browser_cannot_use_it(visitor: Visitor, app: Starlette) -> None:
    await ask_code(visitor, EMAIL)
    async with new_client(app) as client:
        thief = Visitor(client)
        await thief.open("/sign-in/code")
        answer = await enter(thief, await newest_code())
        assert answer.status_code == 422 and await signed_in_as(client) == ""
    assert (await enter(visitor, await newest_code())).status_code == 303


async def test_a_newer_code_takes_the_place_of_the_older(visitor: Visitor) -> None:
    await ask_code(visitor, EMAIL)
    older = await newest_code()
    await ask_code(visitor, EMAIL)
    if older != await newest_code():
        assert (await enter(visitor, older)).status_code == 422
    assert (await enter(visitor, await newest_code())).status_code == 303


async def test_a_closed_account_gets_no_code_and_a_sent_one_dies(visitor: Visitor) -> None:
    await ask_code(visitor, EMAIL)
    await database.execute("UPDATE account SET closed_at = now()")
    assert (await enter(visitor, await newest_code())).status_code == 422
    await ask_code(visitor, PHONE)
    assert visitor.page.url.path == "/sign-in/code"
    assert await database.fetchval("SELECT count(*) FROM message") == 1


@pytest.mark.parametrize("who", [EMAIL, "nikt@centrum.example"])
async def test_five_codes_an_hour_known_or_not(visitor: Visitor, who: str) -> None:
    for _ in range(CODES_PER_HOUR):
        await ask_code(visitor, who)
        assert visitor.page.url.path == "/sign-in/code"
    await ask_code(visitor, who)
    assert visitor.page.status_code == 429 and "Wysłaliśmy już kilka kodów." in visitor.page.text
    assert visitor.page.headers["retry-after"] == "3600"
    await database.execute("UPDATE sign_in_code SET created_at = now() - interval '61 minutes'")
    await ask_code(visitor, who)
    assert visitor.page.url.path == "/sign-in/code"


async def test_five_an_hour_are_five_for_phone_and_e_mail_together(visitor: Visitor) -> None:
    for who in (EMAIL, PHONE, EMAIL, PHONE, EMAIL, PHONE, EMAIL, PHONE):
        await ask_code(visitor, who)
        assert visitor.page.url.path == "/sign-in/code"
    assert await database.fetchval("SELECT count(*) FROM message") == CODES_PER_HOUR


async def test_two_at_once_never_pass_the_fifth(visitor: Visitor, settings: Settings) -> None:
    async def ask() -> bool:
        try:
            await codes.ask(settings, "browser", EMAIL)
        except Refused:
            return False
        return True

    results = await asyncio.gather(*(ask() for _ in range(9)))
    assert results.count(True) == CODES_PER_HOUR


async def test_ten_wrong_tries_at_one_address_are_the_end_in_every_browser(visitor: Visitor, app: Starlette) -> None:
    for _ in range(2):
        await ask_code(visitor, EMAIL)
        for _ in range(CODE_TRIES):
            await enter(visitor, another(await newest_code()))
    async with new_client(app) as client:
        other = Visitor(client)
        await ask_code(other, EMAIL)
        assert (await enter(other, await newest_code())).status_code == 429


async def test_many_addresses_from_one_place_are_too_many(visitor: Visitor) -> None:
    for n in range(ASKED_FOR_CODES.most):
        await ask_code(visitor, f"nikt{n}@example.org")
    await ask_code(visitor, EMAIL)
    assert visitor.page.status_code == 429 and visitor.page.headers["retry-after"] == str(ASKED_FOR_CODES.wait)
    assert await database.fetchval("SELECT count(*) FROM message") == 0


# The mark of a form is random, so even its page's compressed length differs.
UNLIKE = ("x-request-id", "set-cookie", "content-length")


def seen(answer: httpx2.Response) -> tuple[Any, ...]:
    text = re.sub(r'(name="csrf" value=")[^"]*', r"\1", answer.text)
    headers = {k: v for k, v in answer.headers.items() if k not in UNLIKE}
    return answer.status_code, text, headers, [c.partition("=")[0] for c in answer.headers.get_list("set-cookie")]


async def test_known_and_unknown_look_the_same_to_the_end(visitor: Visitor, app: Starlette) -> None:
    stories = []
    for who in (EMAIL, "nikt@centrum.example", "+48600999999"):
        async with new_client(app) as client:
            one = Visitor(client)
            await ask_code(one, who)
            story = [seen(answer) for answer in (*one.page.history, one.page)]
            wrong = another(await newest_code())
            story += [seen(await enter(one, wrong)) for _ in range(CODE_TRIES + 1)]
            stories.append(story)
    assert stories[0] == stories[1] == stories[2]
    assert stories[0][-1][0] == 429


async def test_what_is_no_address_is_said(visitor: Visitor, subtests: pytest.Subtests) -> None:
    for who in ("", " ", "hanna", "hanna@", "123", "@", "+4860050040x", "\x00", "a" * 300):
        with subtests.test(who[:20]):
            await ask_code(visitor, who)
            assert visitor.page.status_code == 422 and 'id="f-who-error"' in visitor.page.text
    assert await database.fetchval("SELECT count(*) FROM sign_in_code") == 0


async def test_the_way_goes_on_where_it_was_begun(visitor: Visitor) -> None:
    await visitor.open("/me/account?x=1")
    assert visitor.page.url.path == "/sign-in"
    await visitor.send("/sign-in", who=EMAIL)
    await visitor.send("/sign-in/code", code=await newest_code())
    assert visitor.page.url.path == "/me/account"


async def test_the_way_never_leads_elsewhere(visitor: Visitor) -> None:
    for wanted in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"):
        await visitor.open(f"/sign-in?next={quote(wanted)}")
        assert 'name="next" value=""' in visitor.page.text
        await visitor.send("/sign-in", who=EMAIL, next=wanted)
        code = {"code": await newest_code(), "next": wanted}
        answer = await visitor.client.post("/sign-in/code", data=form(visitor) | code)
        assert answer.headers["location"] == "/me"
        visitor.client.cookies.clear()


@bounded(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=some.text(max_size=60))
async def test_any_text_as_a_code_or_address(visitor: Visitor, text: str) -> None:
    await database.execute("DELETE FROM allowance")
    await visitor.open("/sign-in")
    for path, field in (("/sign-in", "who"), ("/sign-in/code", "code")):
        answer = await visitor.client.post(path, data=form(visitor) | {field: text, "next": text})
        assert answer.status_code in (303, 422, 429), (path, text)


async def test_what_is_stored_opens_nothing(visitor: Visitor) -> None:
    await ask_code(visitor, EMAIL)
    code = await newest_code()
    row = await database.fetchrow("SELECT * FROM sign_in_code")
    assert row and code not in str(dict(row)) and EMAIL not in str(dict(row))
    assert sha256(code.encode()).digest() != row["secret_hash"], "six digits are guessed from a plain hash"
