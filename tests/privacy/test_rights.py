"""The queue of rights: on behalf of who rings, with a clock; taken, done, refused; done means done."""

from datetime import timedelta
from uuid import UUID, uuid4

import httpx2
import pytest
from privacy.canaries.eye import seen
from privacy.canaries.persons import participant as plant_participant
from starlette.applications import Starlette
from support import people
from support.visitor import Visitor

from volunteer_hub import app as application
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Role
from volunteer_hub.privacy import retention, rights
from volunteer_hub.settings import Settings


@pytest.fixture
def app(settings: Settings) -> Starlette:
    return application.create(settings)


@pytest.fixture
async def visitor(client: httpx2.AsyncClient) -> Visitor:
    await people.signed_in(client, Role.COORDINATOR, name="Hanna Lis")
    return Visitor(client)


async def write_down(visitor: Visitor, who: str, right: str) -> UUID:
    path = f"/desk/rights/new/{who.replace(':', '/')}"
    await visitor.open(path)
    await visitor.send(path, right=right, channel="phone", checked="questions", words="Proszę o to.")
    found: UUID = await database.fetchval("SELECT id FROM rights_request ORDER BY asked_at DESC LIMIT 1")
    return found


async def state(id: UUID) -> tuple[str, str]:
    row = await database.fetchrow("SELECT state, answer FROM rights_request WHERE id = $1", id)
    assert row
    return row["state"], row["answer"]


async def test_who_rings_is_asked_who_they_are_first(visitor: Visitor) -> None:
    who = await people.participant()
    path = f"/desk/rights/new/participant/{who.id}"
    assert "trzy pytania" in await visitor.open(path)
    page = await visitor.send(path, right="copy", channel="phone", words="kopię proszę")
    assert visitor.page.status_code == 422 and 'id="f-checked-error"' in page and "kopię proszę" in page
    assert await database.fetchval("SELECT count(*) FROM rights_request") == 0


@pytest.mark.parametrize("kind", ["participant", "volunteer"])
async def test_a_copy_is_read_and_handed_over(visitor: Visitor, kind: str) -> None:
    make = people.participant if kind == "participant" else people.volunteer
    who = await make(first_name="Bronisława")
    id = await write_down(visitor, f"{kind}:{who.id}", "copy")
    assert "Bronisława" in await visitor.open(f"/desk/rights/{id}")
    await visitor.send(f"/desk/rights/{id}/copy")
    assert "Bronisława" in visitor.page.text and visitor.page.headers["content-type"] == "application/json"
    verbs = [row["verb"] for row in await database.fetch("SELECT verb FROM audit_entry")]
    assert verbs.count("people.export") == 3, "each look, and the file"
    await visitor.open(f"/desk/rights/{id}")
    await visitor.send(f"/desk/rights/{id}/answer", {"decision": "done"}, answer="Wysłane pocztą.")
    assert await state(id) == ("done", "Wysłane pocztą.")
    assert "held-" not in await visitor.open(f"/desk/rights/{id}"), "over: nothing is shown any more"


async def test_done_means_erased(visitor: Visitor, settings: Settings) -> None:
    who = await plant_participant(settings)
    id = await write_down(visitor, f"participant:{who.id}", "erase")
    await visitor.open(f"/desk/rights/{id}")
    await visitor.send(f"/desk/rights/{id}/answer", {"decision": "done"}, answer="Usunięte na prośbę.")
    assert await seen(("kanar", "511777333")) == {}
    assert (await state(id))[0] == "done"
    assert "Osoba usunięta" in await visitor.open("/desk/rights")


async def test_done_means_restricted_or_withdrawn(visitor: Visitor) -> None:
    who = await people.participant(sms_ok=True)
    for right in ("restrict", "withdraw"):
        id = await write_down(visitor, f"participant:{who.id}", right)
        await visitor.open(f"/desk/rights/{id}")
        await visitor.send(f"/desk/rights/{id}/answer", {"decision": "done"}, answer="Zrobione dziś.")
    row = await database.fetchrow("SELECT restricted_at, sms_ok FROM participant WHERE id = $1", who.id)
    assert row and row["restricted_at"] and row["sms_ok"] is False


async def test_a_refusal_needs_a_reason_and_does_nothing(visitor: Visitor) -> None:
    who = await people.volunteer()
    id = await write_down(visitor, f"volunteer:{who.id}", "erase")
    await visitor.open(f"/desk/rights/{id}")
    page = await visitor.send(f"/desk/rights/{id}/answer", {"decision": "refused"}, answer="")
    assert visitor.page.status_code == 422 and 'id="f-answer-error"' in page
    await visitor.send(f"/desk/rights/{id}/answer", {"decision": "refused"}, answer="Trwa spór o wypadek.")
    assert await state(id) == ("refused", "Trwa spór o wypadek.")
    assert await database.fetchval("SELECT count(*) FROM volunteer WHERE id = $1", who.id) == 1


async def test_what_is_over_is_over(visitor: Visitor, settings: Settings) -> None:
    who = await people.volunteer()
    id = await write_down(visitor, f"volunteer:{who.id}", "restrict")
    await visitor.open(f"/desk/rights/{id}")
    await visitor.send(f"/desk/rights/{id}/answer", {"decision": "refused"}, answer="Już nieaktualne.")
    officer = people.actor(await people.account(Role.PROTECTION_OFFICER))
    with pytest.raises(rights.Refused) as refused:
        await rights.carry_out(settings, officer, id, "Jednak tak.")
    assert refused.value.status == 409
    assert await database.fetchval("SELECT restricted_at IS NULL FROM volunteer WHERE id = $1", who.id)


async def test_the_overdue_stand_first_and_somebody_takes_them(visitor: Visitor) -> None:
    late, fresh = await people.volunteer(last_name="Spóźniona"), await people.volunteer(last_name="Świeża")
    await write_down(visitor, f"volunteer:{fresh.id}", "copy")
    id = await write_down(visitor, f"volunteer:{late.id}", "copy")
    yesterday = clock.today("Europe/Warsaw") - timedelta(days=1)
    await database.execute("UPDATE rights_request SET due_on = $2 WHERE id = $1", id, yesterday)
    page = await visitor.open("/desk/rights")
    assert page.index("Spóźniona") < page.index("Świeża") and "po terminie" in page
    await visitor.open(f"/desk/rights/{id}")
    await visitor.send(f"/desk/rights/{id}/taking")
    assert "Hanna Lis" in await visitor.open("/desk/rights")


async def test_nobody_that_is_not_there(visitor: Visitor) -> None:
    for path in (f"/desk/rights/{uuid4()}", f"/desk/rights/new/volunteer/{uuid4()}",
                 f"/desk/rights/new/account/{(await people.account()).id}"):  # fmt: skip
        assert (await visitor.client.get(path)).status_code == 404, path


async def test_the_officer_sees_the_nights(client: httpx2.AsyncClient, settings: Settings) -> None:
    await people.signed_in(client, Role.PROTECTION_OFFICER)
    await retention.dry()
    await retention.plan(settings)
    page = (await client.get("/desk/retention")).text
    assert "na próbę" in page and "SMS-y od Ciebie" in page and "30 dni od odebrania" in page
