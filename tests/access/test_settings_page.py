"""Settings at the desk: accounts for the administrator, the log for the protection officer, secrets for nobody."""

from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest
from conftest import new_client
from support import people
from support.visitor import Visitor, forms

from volunteer_hub import app as application
from volunteer_hub.access import audit, queries
from volunteer_hub.access.queries import LOG_PAGE
from volunteer_hub.access.tables import Account
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import STAFF, VISITOR, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.settings import Settings, load

NEW = {"name": "Jan Nowy", "email": "Jan@Centrum.example", "role": "facilitator"}


async def account_of(id: UUID) -> Account:
    found = await Account.objects().get(Account.id == id)
    assert found
    return found


async def test_an_account_is_opened_and_closed(client: httpx2.AsyncClient) -> None:
    me, visitor = await people.signed_in(client, Role.ADMINISTRATOR), Visitor(client)
    await visitor.open("/desk/settings")
    await visitor.send("/desk/settings/accounts", **NEW)
    assert "Konto założone. Jan Nowy może się już zalogować." in visitor.page.text
    row = await database.fetchrow("SELECT id, name, email, role FROM account WHERE id <> $1", me.id)
    assert row and tuple(row)[1:] == ("Jan Nowy", "jan@centrum.example", "facilitator")
    async with new_client(visitor.client._transport.app) as other:  # type: ignore[attr-defined]
        await people.sign_in(other, await account_of(row["id"]))
        assert (await other.get("/desk/settings")).status_code == 403
        await visitor.send(f"/desk/settings/accounts/{row['id']}/closing")
        assert "Konto zamknięte." in visitor.page.text and "Jan Nowy" not in visitor.page.text
        assert (await other.get("/desk/settings")).headers["location"].startswith("/sign-in")
    verbs = await database.fetchval("SELECT array_agg(verb::text ORDER BY at) FROM audit_entry")
    assert verbs == ["account.create", "account.close"]


WRONG = [
    ({"name": " "}, "name"),
    ({"name": "x" * 121}, "name"),
    ({"email": "jan"}, "email"),
    ({"email": ""}, "email"),
    ({"role": "volunteer"}, "role"),
    ({"role": "machine"}, "role"),
    ({"role": ""}, "role"),
    ({"email": "zajety@centrum.example"}, "email"),
]


async def test_what_is_wrong_is_said(client: httpx2.AsyncClient, subtests: pytest.Subtests) -> None:
    await people.signed_in(client, Role.ADMINISTRATOR, email="zajety@centrum.example")
    visitor = Visitor(client)
    await visitor.open("/desk/settings")
    for change, name in WRONG:
        with subtests.test(str(change)[:40]):
            await visitor.send("/desk/settings/accounts", **NEW | change)
            assert visitor.page.status_code == 422 and f'id="f-{name}-error"' in visitor.page.text
            form = next(f for f in forms(visitor.page.text) if f.action == "/desk/settings/accounts")
            assert form.values["name"] == [(NEW | change)["name"]]
    assert await database.fetchval("SELECT count(*) FROM account") == 1


async def test_nobody_closes_the_own_account_or_a_volunteers(client: httpx2.AsyncClient) -> None:
    me, volunteer = await people.signed_in(client, Role.ADMINISTRATOR), await people.account(Role.VOLUNTEER)
    visitor = Visitor(client)
    await visitor.open("/desk/settings")
    mark = {"csrf": forms(visitor.page.text)[0].values["csrf"]}
    for id, status in ((me.id, 409), (volunteer.id, 404), (uuid4(), 404)):
        assert (await client.post(f"/desk/settings/accounts/{id}/closing", data=mark)).status_code == status
    assert await database.fetchval("SELECT count(*) FROM account WHERE closed_at IS NULL") == 2


async def test_no_volunteer_and_no_case_is_shown(client: httpx2.AsyncClient) -> None:
    await people.volunteer(
        first_name="Tajna", last_name="Osoba", account=(await people.account(Role.VOLUNTEER, name="Tajna Osoba")).id
    )
    for role in (Role.ADMINISTRATOR, Role.PROTECTION_OFFICER):
        await people.signed_in(client, role)
        page = await client.get("/desk/settings")
        assert page.status_code == 200 and "Tajna" not in page.text
        client.cookies.clear()


async def test_the_settings_in_force_without_a_secret(db: str) -> None:
    secrets = {
        "HUB_SECRET_KEY": "planted-secret-key-planted-secret-key",
        "HUB_FIELD_KEY": "planted-field-key-planted-field-key",
        "HUB_SMTP_URL": "smtp://user:planted-password@mail.example",
        "HUB_TWILIO_ACCOUNT_SID": "AC00",
        "HUB_TWILIO_AUTH_TOKEN": "planted-token",
        "HUB_TWILIO_FROM": "+48600000000",
        "HUB_METRICS_TOKEN": "planted-metrics",
        "HUB_DATABASE_URL": db,
        "HUB_PUBLIC_URL": "http://hub.test",
    }
    async with new_client(application.create(load(secrets))) as client:
        await people.signed_in(client, Role.ADMINISTRATOR)
        page = (await client.get("/desk/settings")).text
    assert "planted" not in page and db not in page
    assert "HUB_SMTP_URL" in page and "ustawione (tajne)" in page and "http://hub.test" in page
    assert page.count("<code>HUB_") == len(Settings.model_fields)


async def test_the_protection_officer_reads_the_log_page_by_page(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client, Role.PROTECTION_OFFICER, name="Danuta Wilk")
    for n in range(LOG_PAGE + 5):
        await audit.record(people.actor(me), "test.verb", f"thing:{n}")
    visitor = Visitor(client)
    first = await visitor.open("/desk/settings")
    assert f"thing:{LOG_PAGE + 4}<" in first and "thing:4<" not in first and "Danuta Wilk" in first
    assert not [form for form in forms(first) if "accounts" in form.action]
    older = next(part.split('"')[0] for part in first.split('href="') if part.startswith("/desk/settings?before="))
    second = await visitor.open(older)
    assert [f"thing:{n}<" in second for n in (5, 4, 0)] == [False, True, True]
    assert (await client.get("/desk/settings?before=x")).status_code == 200


async def test_who_may_read_what_even_past_the_door(db: str) -> None:
    everyone = [VISITOR, *[people.actor(await people.account(role)) for role in sorted(STAFF)]]
    for actor in everyone:
        if actor.role is not Role.PROTECTION_OFFICER:
            with pytest.raises(Refused):
                await queries.log(actor)
        if actor.role not in (Role.ADMINISTRATOR, Role.PROTECTION_OFFICER):
            with pytest.raises(Refused):
                await queries.staff_accounts(actor)
            with pytest.raises(Refused):
                queries.in_force(actor, load({"HUB_MODE": "demo"}))


async def test_the_log_only_grows(db: str) -> None:
    await audit.record(VISITOR, "test", "thing:1")
    for statement in ("DELETE FROM audit_entry", "UPDATE audit_entry SET verb = 'other'", "TRUNCATE audit_entry"):
        with pytest.raises(asyncpg.RaiseError):
            await database.execute(statement)
