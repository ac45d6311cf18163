"""Settings at the desk: colleagues are invited by the administrator; no case and no secret is shown to anybody."""

import re

import httpx2
import pytest
from conftest import new_client
from support import people
from support.visitor import Visitor, forms

from volunteer_hub import app as application
from volunteer_hub.access import queries
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import STAFF, VISITOR, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.privacy import backup
from volunteer_hub.settings import Settings, load

NEW = {"name": "Jan Nowy", "email": "Jan@Centrum.example", "role": "facilitator"}


async def test_a_colleague_is_invited_and_comes_in_by_the_letter(client: httpx2.AsyncClient) -> None:
    me, visitor = await people.signed_in(client, Role.ADMINISTRATOR), Visitor(client)
    await visitor.open("/desk/settings")
    await visitor.send("/desk/settings/accounts", **NEW | {"role": "coordinator"})
    assert "Zaproszenie wysłane na jan@centrum.example. Link działa 7 dni." in visitor.page.text
    row = await database.fetchrow("SELECT id, name, email, role FROM account WHERE id <> $1", me.id)
    assert row and tuple(row)[1:] == ("Jan Nowy", "jan@centrum.example", "coordinator")
    letter = await database.fetchrow("SELECT address, template, body FROM message")
    assert letter and (letter["address"], letter["template"]) == ("jan@centrum.example", "staff_invitation")
    link = re.search(r"http://hub\.test(/sign-in/link/\S+)", letter["body"])
    assert link and "7 dni" in letter["body"]
    async with new_client(client._transport.app) as theirs:  # type: ignore[attr-defined]
        newcomer = Visitor(theirs)
        await newcomer.open(link[1])
        page = await newcomer.send(link[1])
        assert newcomer.page.status_code == 200 and 'name="password"' in page, "they set their own password first"
    verbs = await database.fetch("SELECT verb FROM audit_entry ORDER BY at")
    assert verbs[0]["verb"] == "account.create"


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
    assert await database.fetchval("SELECT count(*) FROM message") == 0


async def test_no_volunteer_and_no_case_is_shown(client: httpx2.AsyncClient) -> None:
    await people.volunteer(
        first_name="Tajna", last_name="Osoba", account=(await people.account(Role.VOLUNTEER, name="Tajna Osoba")).id
    )
    for role in (Role.ADMINISTRATOR, Role.PROTECTION_OFFICER):
        await people.signed_in(client, role)
        page = await client.get("/desk/settings")
        assert page.status_code == 200 and "Tajna" not in page.text
        client.cookies.clear()


async def test_the_protection_officer_sees_who_and_changes_nothing(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client, Role.PROTECTION_OFFICER)
    other = await people.account(Role.COORDINATOR, name="Hanna Lis")
    page = (await client.get("/desk/settings")).text
    assert "Hanna Lis" in page and f"accounts/{other.id}" not in page
    assert not [form for form in forms(page) if "accounts" in form.action]


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


async def test_who_may_read_what_even_past_the_door(db: str) -> None:
    everyone = [VISITOR, *[people.actor(await people.account(role)) for role in sorted(STAFF)]]
    for actor in everyone:
        if actor.role not in (Role.ADMINISTRATOR, Role.PROTECTION_OFFICER):
            with pytest.raises(Refused):
                await queries.staff_accounts(actor)
            with pytest.raises(Refused):
                queries.in_force(actor, load({"HUB_MODE": "demo"}))
        if actor.role is not Role.ADMINISTRATOR:
            with pytest.raises(Refused):
                await queries.staff_account(actor, actor.account or everyone[1].account)


async def test_it_says_when_everything_was_last_copied_out_and_gives_no_copy(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client, Role.ADMINISTRATOR)
    page = (await client.get("/desk/settings")).text
    assert "nie zrobiono jeszcze kopii" in page and "pora na nową" in page
    await database.execute(
        """INSERT INTO audit_entry (id, at, role, verb, about, outcome)
           SELECT gen_random_uuid(), at::timestamptz, 'machine', verb, 'database', 'done' FROM (VALUES
               ('2026-01-02 03:04+01', 'backup.made'), ('2026-01-05 06:07+01', 'backup.restored')) v (at, verb)"""
    )
    page = (await client.get("/desk/settings")).text
    assert "2 sty 2026, 3:04" in page and "5 sty 2026, 6:07" in page and "pora na nową" in page
    await backup.note("backup.made")
    page = (await client.get("/desk/settings")).text
    assert "pora na nową" not in page and "volunteer-hub backup PLIK" in page
    links = re.findall(r'(?:href|action)="([^"]*(?:backup|copy|kopia)[^"]*)"', page)
    assert links == [], "everything about everybody is no download"
