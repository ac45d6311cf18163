"""Somebody a coordinator enters while they talk: no e-mail needed, consents read aloud, nobody entered twice."""

import asyncio
from datetime import date, timedelta
from typing import Any

import httpx2
import pytest
from support import people
from support.visitor import Visitor

from volunteer_hub.intake import newcomers
from volunteer_hub.intake.volunteer_forms import NewVolunteer
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Role
from volunteer_hub.messaging import proven
from volunteer_hub.messaging.rules import segments
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.settings import Settings

TODAY = clock.today(people.ZONE)
EWA: dict[str, Any] = {
    "first_name": "Ewa", "last_name": "Żuraw", "birth_date": "4.05.1960", "kind": "adult", "phone": "600 333 444",
    "language": "pl", "languages": ["pl"], "information": "yes",
}  # fmt: skip
OLEK = EWA | {
    "first_name": "Olek", "birth_date": f"{TODAY - timedelta(days=14 * 366):%d.%m.%Y}", "kind": "pupil", "phone": "",
    "guardian_name": "Anna Żuraw", "guardian_phone": "600 333 444",
}  # fmt: skip


async def enter(client: httpx2.AsyncClient, **values: Any) -> Visitor:
    visitor = Visitor(client)
    await visitor.open("/desk/people/new")
    await visitor.send("/desk/people/new", **values)
    return visitor


async def test_somebody_rings_and_is_entered(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client, name="Hanna Lis")
    visitor = await enter(client, **EWA, sms_ok="yes", free=["1-morning"], causes=["elders"], max_km="2,5")
    assert "Osoba zapisana. Informacja o danych jest w drodze." in visitor.page.text
    for words in ("Ewa Żuraw", "Kto wpisał", "Hanna Lis"):
        assert words in visitor.page.text
    row = await database.fetchrow("SELECT step, email, sms_ok, email_ok, entered_by, max_km FROM volunteer")
    assert tuple(row or ()) == ("applied", None, True, False, me.id, 2.5)
    ledger = await database.fetch("SELECT purpose, channel, by_whom, by FROM consent ORDER BY purpose")
    assert [tuple(one) for one in ledger] == [
        ("information", "phone", "coordinator", me.id), ("sms", "phone", "coordinator", me.id)
    ]  # fmt: skip
    message = await database.fetchrow("SELECT channel, address, template, body FROM message")
    assert message and tuple(message)[:3] == ("sms", "+48600333444", "entered")
    assert "/privacy" in message["body"] and "Ewa" not in message["body"]
    assert len(segments(message["body"]).parts) == 1 and await proven.is_proven("+48600333444")


async def test_who_wants_no_messages_gets_a_slip_of_paper(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    visitor = await enter(client, **EWA)
    assert str(visitor.page.url).endswith("/slip") and "/privacy" in visitor.page.text and "Ewa" in visitor.page.text
    assert await database.fetchval("SELECT count(*) FROM message") == 0


async def test_a_minor_has_only_the_guardians_contact_and_the_guardian_gets_a_link(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    visitor = await enter(client, **OLEK)
    assert visitor.page.status_code == 200 and "wszystko idzie do opiekuna" in visitor.page.text
    row = await database.fetchrow("SELECT id, phone, account, guardian_phone, guardian_consent_at FROM volunteer")
    assert row and tuple(row)[1:] == ("", None, "+48600333444", None)
    assert "Anna Żuraw. Jego dane podała" in await visitor.open(f"/desk/people/{row['id']}/slip")
    assert await database.fetchval("SELECT count(*) FROM guardian_link WHERE volunteer = $1", row["id"]) == 1
    sent = await database.fetch("SELECT address FROM message")
    assert [one["address"] for one in sent] == ["+48600333444"]


async def test_another_of_the_family_on_the_same_phone_is_welcome(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    await enter(client, **EWA)
    visitor = await enter(client, **EWA | {"first_name": "Jan", "birth_date": "1.02.1958"})
    assert visitor.page.status_code == 200
    found = await database.fetch("SELECT phone FROM volunteer")
    assert [row["phone"] for row in found] == ["+48600333444"] * 2


async def test_who_may_be_here_already_is_asked_about_before_anything_is_written(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    await enter(client, **EWA)
    visitor = await enter(client, **EWA | {"birth_date": "5.04.1960"})
    assert visitor.page.status_code == 409 and "Taka osoba chyba już jest" in visitor.page.text
    assert "Ewa Żuraw</a>, 04.05.1960" in visitor.page.text and 'value="5.04.1960"' in visitor.page.text
    assert await database.fetchval("SELECT count(*) FROM volunteer") == 1
    assert await database.fetchval("SELECT count(*) FROM account WHERE role = 'volunteer'") == 1
    await visitor.send("/desk/people/new", another="yes")
    assert visitor.page.status_code == 200 and await database.fetchval("SELECT count(*) FROM volunteer") == 2


async def test_the_same_person_is_found_whatever_the_letters(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    await enter(client, **EWA)
    visitor = await enter(client, **EWA | {"last_name": "Zuraw", "phone": "600 999 888"})
    assert visitor.page.status_code == 409 and await database.fetchval("SELECT count(*) FROM volunteer") == 1


async def test_pressed_twice_at_once_is_one_person(db: str, settings: Settings) -> None:
    actor = people.actor(await people.account())
    new = NewVolunteer.model_validate(EWA | {"causes": [], "skills": [], "free": []})
    both = await asyncio.gather(*(newcomers.enter(settings, actor, new) for _ in range(2)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in both) == ["Alike", "Entered"]
    assert await Volunteer.count() == 1


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"first_name": ""}, "first_name"),
        ({"birth_date": "1.1.2999"}, "birth_date"),
        ({"birth_date": "wczoraj"}, "birth_date"),
        ({"kind": "x"}, "kind"),
        ({"phone": ""}, "phone"),
        ({"phone": "12345"}, "phone"),
        ({"email": "ewa@"}, "email"),
        ({"languages": []}, "languages"),
        ({"area": "nigdzie"}, "area"),
        ({"information": ""}, "information"),
        ({"birth_date": f"{TODAY - timedelta(days=5000):%d.%m.%Y}"}, "guardian_name"),
        ({**OLEK, "guardian_phone": ""}, "guardian_phone"),
        ({**OLEK, "phone": "600 333 444"}, "phone"),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client: httpx2.AsyncClient, change: dict[str, Any], name: str
) -> None:
    await people.signed_in(client)
    visitor = await enter(client, **EWA | change)
    assert visitor.page.status_code == 422 and f'id="f-{name}-error"' in visitor.page.text
    assert 'value="Żuraw"' in visitor.page.text
    assert await database.fetchval("SELECT count(*) FROM volunteer") == 0


async def test_an_email_of_somebody_else_is_said(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    await people.volunteer(email="zajety@example.org", birth_date=date(1980, 1, 1))
    visitor = await enter(client, **EWA, email="zajety@example.org")
    assert visitor.page.status_code == 409 and 'id="f-email-error"' in visitor.page.text
    assert await database.fetchval("SELECT count(*) FROM account WHERE role = 'volunteer'") == 0


async def test_only_coordinators_enter_people(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client, Role.FIRST_CONTACT)
    assert (await client.get("/desk/people/new")).status_code == 403
