"""One's own account: where one is signed in, what one signs in by; each change asks first who one is."""

import re
from datetime import timedelta

import httpx2
import pyotp
import pytest
from access.by_hand import newest_code, signed_in_as
from access.test_staff import EMAIL, PASSWORD, code_of, key_on, keys, ready
from conftest import new_client
from starlette.applications import Starlette
from support import people
from support.visitor import Visitor, forms

from volunteer_hub.access import factors, staff
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role
from volunteer_hub.messaging import proven
from volunteer_hub.settings import Settings

__all__ = ["keys"]  # a fixture for this file too
PHONE = "+48600500400"
NEW = "zupełnie nowe hasło na jutro"
FIREFOX = "Mozilla/5.0 (Android 16; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0"
CHANGES = ("email", "phone", "password", "factor", "confirm")


async def prove() -> None:
    """As if they had just proven who they are."""
    await database.execute("UPDATE session SET proved_at = now()")


async def test_it_says_where_one_is_signed_in_in_words(client: httpx2.AsyncClient, settings: Settings) -> None:
    _, codes = await ready(settings)
    visitor = Visitor(client)
    client.headers["user-agent"] = FIREFOX
    await visitor.open("/sign-in/password")
    await visitor.send("/sign-in/password", email=EMAIL, password=PASSWORD)
    await visitor.send("/sign-in/second", code=codes[0])
    page = await visitor.open("/desk/account")
    assert "Firefox, Android" in page and "(ta tutaj)" in page and "Mozilla" not in page
    stored = await database.fetchval("SELECT string_agg(label, '') FROM session")
    assert stored == "Firefox, Android"


@pytest.mark.parametrize(("role", "base"), [(Role.COORDINATOR, "/desk"), (Role.VOLUNTEER, "/me")])
async def test_one_session_is_ended_or_all_others(
    role: Role, base: str, client: httpx2.AsyncClient, app: Starlette
) -> None:
    row = await people.signed_in(client, role)
    others = [new_client(app) for _ in range(3)]
    for other in others:
        await people.sign_in(other, row)
    stranger = new_client(app)
    await people.signed_in(stranger, role)
    visitor = Visitor(client)
    await visitor.open(f"{base}/account")
    endings = [form.action for form in forms(visitor.page.text) if form.action.endswith("/ending")]
    assert len(endings) == 4, "three others, and all of them"
    await visitor.send(endings[0].removeprefix(base))
    open_now = [(await other.get(f"{base}/account")).status_code for other in others]
    assert sorted(open_now) == [200, 200, 303]
    await visitor.send("/sessions/ending")
    assert [(await other.get(f"{base}/account")).status_code for other in others] == [303, 303, 303]
    assert visitor.page.status_code == 200 and (await stranger.get(f"{base}/account")).status_code == 200
    for one in (*others, stranger):
        await one.aclose()


async def test_anothers_session_and_device_are_not_there(client: httpx2.AsyncClient, app: Starlette) -> None:
    async with new_client(app) as other:
        await people.signed_in(other)
        foreign = await database.fetchval("SELECT id FROM session")
    await people.signed_in(client)
    visitor = Visitor(client)
    await visitor.open("/desk/account")
    mark = forms(visitor.page.text)[0].values["csrf"][0]
    for path in (f"sessions/{foreign}/ending", f"devices/{foreign}/ending"):
        assert (await client.post(f"/desk/account/{path}", data={"csrf": mark})).status_code == 404
    assert await database.fetchval("SELECT count(*) FROM session") == 2


@pytest.mark.parametrize("what", CHANGES)
async def test_every_change_asks_first_who_one_is(what: str, client: httpx2.AsyncClient, settings: Settings) -> None:
    row, _ = await ready(settings)
    await people.sign_in(client, row)
    visitor = Visitor(client)
    asked = f"/desk/account/proof?next=/desk/account/{what}"
    assert (await client.get(f"/desk/account/{what}")).headers["location"] == asked
    await visitor.open("/desk/account")
    mark = {"csrf": forms(visitor.page.text)[0].values["csrf"][0]}
    values = {"email": "new@centrum.example", "phone": "600500401", "password": NEW, "code": "000000"}
    answer = await client.post(f"/desk/account/{what}", data=mark | values)
    assert answer.headers["location"].startswith("/desk/account/proof")
    await database.execute("UPDATE session SET proved_at = now() - interval '10 minutes 1 second'")
    assert (await client.get(f"/desk/account/{what}")).headers["location"] == asked, "ten minutes and no longer"
    await prove()
    if what != "factor":
        assert (await client.get(f"/desk/account/{what}")).status_code == 200, "control"
    untouched = await database.fetchrow("SELECT email, phone FROM account WHERE id = $1", row.id)
    assert untouched and tuple(untouched) == (EMAIL, None)
    assert (await staff.by_password(settings, EMAIL, PASSWORD, "place")).account


async def test_password_and_code_prove_it(client: httpx2.AsyncClient, settings: Settings) -> None:
    row, _ = await ready(settings)
    await people.sign_in(client, row)
    visitor = Visitor(client)
    await visitor.open("/desk/account/email")
    await visitor.send("/desk/account/proof", password=PASSWORD, code="000000")
    first = visitor.page.text
    await visitor.send("/desk/account/proof", password="not the password", code=await code_of(row))
    assert visitor.page.status_code == 422 and PASSWORD not in first
    await visitor.send("/desk/account/proof", password=PASSWORD, code=await code_of(row))
    assert visitor.page.url.path == "/desk/account/email"


async def test_a_volunteer_proves_it_by_a_code(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client, Role.VOLUNTEER, phone=PHONE)
    visitor = Visitor(client)
    await visitor.open("/me/account/email")
    await visitor.send("/proof/sending")
    assert await database.fetchval("SELECT address FROM message") == PHONE
    code = await newest_code()
    await visitor.send("/me/account/proof", code="000000" if code != "000000" else "111111")
    assert visitor.page.status_code == 422
    await visitor.send("/me/account/proof", code=code)
    assert visitor.page.url.path == "/me/account/email"


async def test_a_new_e_mail_proves_itself_and_the_old_one_is_told(client: httpx2.AsyncClient) -> None:
    account = await people.signed_in(client, Role.VOLUNTEER, email="old@poczta.example", phone=PHONE)
    row = await people.volunteer(account=account.id, email="old@poczta.example", phone=PHONE)
    await prove()
    visitor = Visitor(client)
    await visitor.open("/me/account/email")
    await visitor.send("/me/account/email", email="NEW@poczta.example")
    assert await database.fetchval("SELECT email FROM account") == "old@poczta.example", "not before the code is back"
    await visitor.send("/me/account/confirm", code=await newest_code("address_code"))
    found = await database.fetchrow("SELECT email, email_proven_at IS NOT NULL AS proven FROM account")
    assert found and tuple(found) == ("new@poczta.example", True)
    assert await database.fetchval("SELECT email FROM volunteer WHERE id = $1", row.id) == "new@poczta.example"
    told = await database.fetchrow("SELECT address, body FROM message WHERE template = 'account_changed'")
    assert told and told["address"] == "old@poczta.example" and "adres e-mail" in told["body"]
    assert await database.fetchval("SELECT verb FROM audit_entry WHERE verb LIKE 'account.%'") == "account.email"


async def test_a_new_number_proves_itself_to_the_centre_too(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client, Role.VOLUNTEER, phone=None)
    await prove()
    visitor = Visitor(client)
    await visitor.open("/me/account/phone")
    await visitor.send("/me/account/phone", phone="600 500 400")
    assert not await proven.is_proven(PHONE)
    await visitor.send("/me/account/confirm", code=await newest_code("address_code"))
    assert await database.fetchval("SELECT phone FROM account") == PHONE and await proven.is_proven(PHONE)


async def test_an_e_mail_of_somebody_else_is_not_taken_over(client: httpx2.AsyncClient) -> None:
    await people.account(Role.COORDINATOR, email="taken@centrum.example")
    await people.signed_in(client, Role.VOLUNTEER, email="old@poczta.example")
    await prove()
    visitor = Visitor(client)
    await visitor.open("/me/account/email")
    await visitor.send("/me/account/email", email="taken@centrum.example")
    assert visitor.page.url.path == "/me/account/confirm", "it is not told before the mailbox proved itself"
    await visitor.send("/me/account/confirm", code=await newest_code("address_code"))
    assert visitor.page.status_code == 409 and "loguje się już ktoś inny" in visitor.page.text
    assert await database.fetchval("SELECT count(*) FROM account WHERE email = 'taken@centrum.example'") == 1


async def test_a_code_of_one_purpose_serves_no_other(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client, Role.VOLUNTEER, email="old@poczta.example")
    await prove()
    visitor = Visitor(client)
    await visitor.open("/me/account/email")
    await visitor.send("/me/account/email", email="new@poczta.example")
    code = await newest_code("address_code")
    await visitor.open("/sign-in/code")
    await visitor.send("/sign-in/code", code=code)
    assert visitor.page.status_code == 422


async def test_a_new_password_ends_the_other_sessions_at_once(
    client: httpx2.AsyncClient, app: Starlette, settings: Settings
) -> None:
    row, _ = await ready(settings)
    await people.sign_in(client, row)
    await prove()
    async with new_client(app) as other:
        await people.sign_in(other, row)
        visitor = Visitor(client)
        await visitor.open("/desk/account/password")
        await visitor.send("/desk/account/password", password="Password12345")
        assert visitor.page.status_code == 422 and "odgadnąć" in visitor.page.text
        await visitor.send("/desk/account/password", password=NEW)
        assert visitor.page.url.path == "/desk/account" and await signed_in_as(client) == "coordinator"
        assert (await other.get("/desk/account")).status_code == 303
    assert (await staff.by_password(settings, EMAIL, NEW, "place")).account == row.id
    assert not (await staff.by_password(settings, EMAIL, PASSWORD, "place")).account
    assert await database.fetchval("SELECT address FROM message WHERE template = 'account_changed'") == EMAIL


async def test_another_phone_takes_over_once_it_showed_a_code(client: httpx2.AsyncClient, settings: Settings) -> None:
    row, old = await ready(settings)
    await people.sign_in(client, row)
    await prove()
    visitor = Visitor(client)
    await visitor.open("/desk/account")
    await visitor.send("/factor/new")
    key = key_on(visitor.page.text)
    assert (await staff.by_second(settings, row.id, await code_of(row), "place")).account, "the old one still works"
    await database.execute("UPDATE account SET totp_step = totp_step - 9")
    await visitor.send("/desk/account/factor", code=pyotp.TOTP(key).now())
    fresh = re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", visitor.page.text)
    assert visitor.page.url.path == "/desk/account/recovery" and len(fresh) == 10 and not set(fresh) & set(old)
    assert not (await staff.by_second(settings, row.id, old[0].replace("-", ""), "place")).account
    await visitor.send("/desk/account/recovery")
    assert visitor.page.url.path == "/desk/account" and "zostało 10" in visitor.page.text
    assert (await client.get("/desk/account/recovery")).status_code == 303, "never again"
    assert (await client.get("/desk/account/recovery.txt")).status_code == 303


async def test_who_has_no_password_cannot_set_one(client: httpx2.AsyncClient) -> None:
    for role, base in ((Role.FACILITATOR, "/desk"), (Role.VOLUNTEER, "/me")):
        await people.signed_in(client, role)
        await prove()
        page = (await client.get(f"{base}/account")).text
        assert "Zmień hasło" not in page and "Kody zapasowe" not in page
        assert (await client.get("/desk/account/password")).status_code == 403
        client.cookies.clear()


async def test_a_remembered_browser_is_forgotten(client: httpx2.AsyncClient) -> None:
    row = await people.signed_in(client, Role.FACILITATOR)
    await database.execute(
        "INSERT INTO device (id, token_hash, account, label, created_at, seen_at)"
        " VALUES (gen_random_uuid(), 'x', $1, 'Chrome, Android', now(), now())",
        row.id,
    )
    visitor = Visitor(client)
    await visitor.open("/desk/account")
    assert "Chrome, Android" in visitor.page.text
    action = next(form.action for form in forms(visitor.page.text) if "/devices/" in form.action)
    await visitor.send(action.removeprefix("/desk"))
    assert await database.fetchval("SELECT count(*) FROM device") == 0


async def test_staying_keeps_the_session(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    visitor = Visitor(client)
    await visitor.open("/desk/account")
    await database.execute("UPDATE session SET seen_at = now() - $1::interval", timedelta(minutes=29))
    await visitor.send("/desk/account/stay")
    assert visitor.page.url.path == "/desk/account"
    assert await database.fetchval("SELECT now() - seen_at < interval '1 minute' FROM session")


async def test_what_a_session_is_in_the_middle_of_is_sealed_for_it(settings: Settings, db: str) -> None:
    one, other = [(await people.account()).id for _ in range(2)]
    packed = factors.pack(settings, one, {"key": "JBSWY3DPEHPK3PXP"})
    assert b"JBSWY" not in packed and factors.unpack(settings, one, packed) == {"key": "JBSWY3DPEHPK3PXP"}
    assert factors.unpack(settings, other, packed) == {} == factors.unpack(settings, one, None)
