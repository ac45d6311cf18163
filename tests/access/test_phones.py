"""A phone is a family's, and nobody's before it proved itself: whom a number signs in, and how it comes to do so."""

import re
from datetime import date

import httpx2
import pytest
from access.by_hand import ask_code, newest_code, signed_in_as
from intake.by_hand import ABOUT, sign_up, town
from starlette.applications import Starlette
from support import people
from support.visitor import Visitor

from volunteer_hub.access import codes
from volunteer_hub.access.tables import Account
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role
from volunteer_hub.messaging import proven
from volunteer_hub.replies import actions as replies

PHONE = "+48600500400"


async def family(*names: str) -> list[Account]:
    await proven.note(PHONE, "answer")
    return [
        await people.account(Role.VOLUNTEER, name=name, email=f"{n}@poczta.example", phone=PHONE)
        for n, name in enumerate(names)
    ]


async def whose(client: httpx2.AsyncClient) -> str:
    return await database.fetchval("SELECT a.name FROM session s JOIN account a ON a.id = s.account")


async def test_a_family_is_asked_who_it_is(client: httpx2.AsyncClient) -> None:
    await family("Marta Lis", "Adam Lis", "Adam Wilk")
    visitor = Visitor(client)
    await visitor.open("/me/account")
    await visitor.send("/sign-in", who=PHONE)
    await visitor.send("/sign-in/code", code=await newest_code())
    assert visitor.page.url.path == "/sign-in/choice" and await signed_in_as(client) == ""
    names = re.findall(r'<button[^>]*name="account" value="([^"]+)">(.*?)</button>', visitor.page.text, re.S)
    assert [name.strip() for _, name in names] == ["Adam L.", "Adam W.", "Marta"]
    await visitor.send("/sign-in/choice", button={"account": names[1][0]})
    assert await whose(client) == "Adam Wilk" and visitor.page.url.path == "/me/account"


async def test_nobody_else_can_be_chosen(client: httpx2.AsyncClient) -> None:
    await family("Marta Lis", "Adam Lis")
    other = await people.account(Role.VOLUNTEER, phone="+48600500401")
    staff = await people.account(Role.COORDINATOR, phone=PHONE)
    visitor = Visitor(client)
    for wrong in (other.id, staff.id, "x", ""):
        await ask_code(visitor, PHONE)
        await visitor.send("/sign-in/code", code=await newest_code())
        await visitor.send("/sign-in/choice", account=wrong)
        assert visitor.page.url.path == "/sign-in" and await signed_in_as(client) == ""
        await database.execute("DELETE FROM sign_in_code")


async def test_one_alone_is_not_asked(client: httpx2.AsyncClient) -> None:
    await family("Marta Lis")
    visitor = Visitor(client)
    await ask_code(visitor, PHONE)
    await visitor.send("/sign-in/code", code=await newest_code())
    assert visitor.page.url.path == "/me"


async def test_by_e_mail_it_is_the_one_whose_it_is(client: httpx2.AsyncClient) -> None:
    await family("Marta Lis", "Adam Lis")
    visitor = Visitor(client)
    await ask_code(visitor, "1@poczta.example")
    await visitor.send("/sign-in/code", code=await newest_code())
    assert await whose(client) == "Adam Lis"


async def test_a_number_never_proven_gets_no_code(client: httpx2.AsyncClient) -> None:
    await people.account(Role.VOLUNTEER, phone=PHONE)
    visitor = Visitor(client)
    await ask_code(visitor, PHONE)
    assert visitor.page.url.path == "/sign-in/code", "which nobody sees"
    assert await database.fetchval("SELECT count(*) FROM message") == 0
    await replies.receive("SM1", PHONE, "dzień dobry")
    await ask_code(visitor, PHONE)
    assert await database.fetchval("SELECT count(*) FROM message WHERE template = 'sign_in_code'") == 1


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.FACILITATOR])
async def test_a_number_is_no_way_in_for_the_staff(role: Role, client: httpx2.AsyncClient) -> None:
    await people.account(role, phone=PHONE)
    await proven.note(PHONE, "answer")
    await ask_code(Visitor(client), PHONE)
    assert await database.fetchval("SELECT count(*) FROM message") == 0


async def test_the_first_sms_lets_a_newcomer_in(client: httpx2.AsyncClient) -> None:
    await town()
    visitor = Visitor(client)
    await sign_up(visitor, ABOUT | {"email": ""})
    code = await newest_code("welcome")
    await visitor.open("/number")
    wrong = "000000" if code != "000000" else "111111"
    await visitor.send("/number", code=wrong)
    assert visitor.page.status_code == 422 and not await proven.is_proven("+48600700801")
    await visitor.send("/number", code=code)
    assert await signed_in_as(client) == "volunteer" and await proven.is_proven("+48600700801")


async def test_the_code_of_the_first_sms_is_of_this_browser_and_purpose(
    client: httpx2.AsyncClient, app: Starlette
) -> None:
    await town()
    visitor = Visitor(client)
    await sign_up(visitor, ABOUT | {"email": ""})
    code = await newest_code("welcome")
    await visitor.open("/sign-in/code")
    await visitor.send("/sign-in/code", code=code)
    assert visitor.page.status_code == 422
    client.cookies.delete("visit")
    await visitor.open("/number")
    await visitor.send("/number", code=code)
    assert visitor.page.status_code == 422 and await signed_in_as(client) == ""


async def test_whoever_signs_up_on_a_familys_phone_is_found_by_name(client: httpx2.AsyncClient) -> None:
    await town()
    await family("Marta Lis")
    visitor = Visitor(client)
    await sign_up(visitor, ABOUT | {"email": "", "phone": PHONE})
    await ask_code(visitor, PHONE)
    await visitor.send("/sign-in/code", code=await newest_code())
    assert ">Łucja<" in visitor.page.text and ">Marta<" in visitor.page.text


async def test_a_contact_is_one_for_the_volunteer_and_their_account(db: str) -> None:
    account = await people.account(Role.VOLUNTEER, phone=PHONE, email="a@poczta.example")
    row = await people.volunteer(account=account.id, phone=PHONE, email="a@poczta.example", birth_date=date(2010, 1, 1))
    contact = "SELECT phone || coalesce(email, '-') FROM {} WHERE id = $1"
    await database.execute("UPDATE volunteer SET phone = '+48600500499', email = NULL WHERE id = $1", row.id)
    assert await database.fetchval(contact.format("account"), account.id) == "+48600500499-"
    await database.execute("UPDATE account SET phone = $2, email = 'b@poczta.example' WHERE id = $1", account.id, PHONE)
    assert await database.fetchval(contact.format("volunteer"), row.id) == f"{PHONE}b@poczta.example"
    await database.execute("UPDATE volunteer SET phone = '' WHERE id = $1", row.id)
    assert await database.fetchval("SELECT phone FROM account WHERE id = $1", account.id) is None


async def test_an_e_mail_that_signs_in_somebody_of_the_staff_stays_theirs(db: str) -> None:
    await people.account(Role.COORDINATOR, email="both@centrum.example")
    account = await people.account(Role.VOLUNTEER, email="a@poczta.example")
    row = await people.volunteer(account=account.id, email="a@poczta.example")
    await database.execute("UPDATE volunteer SET email = 'both@centrum.example' WHERE id = $1", row.id)
    assert await database.fetchval("SELECT email FROM account WHERE id = $1", account.id) == "a@poczta.example"


async def test_nobody_is_found_by_an_empty_number(db: str) -> None:
    await people.account(Role.VOLUNTEER, phone=None)
    assert await codes.family("") == []
