"""Parts and money by month; the months stay as they were when messages are deleted, whoever deletes them."""

import csv
import io
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from conftest import new_client
from replies import sms
from support import people, world

from volunteer_hub import app as application
from volunteer_hub.initiatives.rules import InitiativeKind
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging import costs, outbox
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.privacy import erasure, retention
from volunteer_hub.replies.desk import spending
from volunteer_hub.schedule import actions
from volunteer_hub.settings import Settings, load

PRICED = load({"HUB_MODE": "demo", "HUB_PUBLIC_URL": "http://hub.test", "HUB_SMS_PRICE": "9.5"})
LONG_UK = "Дуже довгий текст. " * 10


async def said(
    text: str, *, language: str = "pl", sent: str = "now()", about: str = "", to: str = "+48600100200"
) -> UUID:
    """An SMS that left."""
    name = str(uuid4())
    async with database.transaction():
        await outbox.put(
            key=name, about=about or f"volunteer:{uuid4()}", channel=Channel.SMS, address=to, language=language,
            template="desk_letter", values={"centre": "C", "text": text},
        )  # fmt: skip
    moved = f"UPDATE message SET state = 'delivered', sent_at = {sent}, finished_at = {sent}, created_at = {sent},"
    await database.execute(f"{moved} due_at = {sent} WHERE key = $1", name)
    return await database.fetchval("SELECT id FROM message WHERE key = $1", name)


async def invited(kind: InitiativeKind, name: str, **of: Any) -> Volunteer:
    """Somebody whose invitation to an initiative has left by SMS alone."""
    volunteer = await people.volunteer(email=None, **of)
    initiative = await people.initiative(kind=kind, name=name)
    opening = await people.opening(await people.meeting(initiative), await people.role(initiative))
    await actions.invite(SYSTEM, opening.id, volunteer.id)
    await sms.delivered()
    return volunteer


def test_a_price_is_exact_and_none_while_nobody_said_it(settings: Settings) -> None:
    assert costs.price(3, settings) is None
    assert costs.price(3, PRICED) == Decimal("0.285")
    assert costs.price(0, PRICED) == 0


async def test_parts_and_encoding_are_those_the_network_bills(db: str) -> None:
    long = await said("a" * 300)
    uk = await said(LONG_UK, language="uk")
    rows = {row["id"]: (row["parts"], row["encoding"]) for row in await database.fetch("SELECT * FROM message")}
    assert rows[long] == (3, "GSM-7") and rows[uk] == (4, "UCS-2")
    other = await spending.split(SYSTEM, (await spending.months(SYSTEM))[0].first)
    assert {one.key: one.parts for one in other.letters} == {"pl GSM-7": 3, "uk UCS-2": 4}


async def figures() -> list[Any]:
    """All that the page and the table say."""
    found = await spending.months(SYSTEM)
    return [found, [await spending.split(SYSTEM, one.first) for one in found], await spending.table(SYSTEM)]


async def test_the_nightly_cleaning_changes_no_month(db: str) -> None:
    await said("stary", sent="now() - interval '14 months'")
    await said(LONG_UK, language="uk", sent="now() - interval '14 months'")
    await said("nowy")
    await invited(InitiativeKind.PARTNERSHIP, "Herbata")
    await database.execute(
        "UPDATE message SET sent_at = sent_at - interval '15 months',"
        " created_at = created_at - interval '15 months', due_at = due_at - interval '15 months',"
        " finished_at = finished_at - interval '15 months' WHERE about LIKE 'assignment:%'"
    )
    before = await figures()
    assert await retention.carry_out(PRICED, retention.BY_KEY["messages"]) == 3
    assert await database.fetchval("SELECT count(*) FROM message") == 1
    assert await figures() == before
    assert before[0][-1].sum.parts >= 1


async def test_an_erasure_changes_no_month(db: str) -> None:
    volunteer = await invited(InitiativeKind.PARTNERSHIP, "Herbata")
    before = await figures()
    await erasure.erase(PRICED, SYSTEM, f"volunteer:{volunteer.id}", why="asked")
    assert await database.fetchval("SELECT count(*) FROM message") == 0
    assert await figures() == before and before[1][0].causes[0].key == "Herbata"


async def test_page_and_trigger_know_the_same_cause_of_everything(db: str) -> None:
    await world.made(Role.COORDINATOR)
    await database.execute(
        "INSERT INTO coming (id, meeting, member, code) SELECT gen_random_uuid(), m.id, e.id, '7'"
        " FROM meeting m JOIN member e ON e.initiative = m.initiative LIMIT 1"
    )
    rows = await database.fetch(
        "SELECT split_part(about, ':', 1) AS kind, count(*) AS many,"
        " count(*) FILTER (WHERE initiative = message_initiative(about)) AS same"
        f" FROM ({spending.MATTERS}) m GROUP BY 1"
    )
    assert {row["kind"] for row in rows} == {"assignment", "coming", "joining", "regular"}
    assert all(row["same"] == row["many"] for row in rows)


async def test_control_without_the_trigger_the_month_is_lost(db: str) -> None:
    await said("stary", sent="now() - interval '14 months'")
    before = await figures()
    await database.execute("DROP TRIGGER message_month_add ON message")
    await retention.carry_out(PRICED, retention.BY_KEY["messages"])
    assert await figures() != before


async def test_a_deletion_that_is_undone_counts_nothing(db: str) -> None:
    await said("stary")
    before = await figures()
    with pytest.raises(ZeroDivisionError):
        async with database.transaction():
            await database.execute("DELETE FROM message")
            raise ZeroDivisionError
    assert await figures() == before


async def test_what_never_left_costs_nothing(db: str) -> None:
    async with database.transaction():
        await outbox.put(
            key="planned", about=f"volunteer:{uuid4()}", channel=Channel.SMS, address="+48600100200", language="pl",
            template="desk_letter", values={"centre": "C", "text": "x"},
        )  # fmt: skip
    assert await spending.months(SYSTEM) == []
    await database.execute("DELETE FROM message")
    assert await database.fetchval("SELECT count(*) FROM message_month") == 0


async def test_the_sums_name_nobody_and_no_group(db: str) -> None:
    volunteer = await invited(InitiativeKind.GROUP, "Po stracie dziecka", first_name="Marek", phone="+48600123123")
    await erasure.erase(PRICED, SYSTEM, f"volunteer:{volunteer.id}", why="asked")
    kept = str([dict(row) for row in await database.fetch("SELECT * FROM message_month")])
    assert "Marek" not in kept and "600123123" not in kept and str(volunteer.id) not in kept
    assert [one.key for one in (await figures())[1][0].causes] == ["confidential"]


async def test_the_page_and_the_table(db: str) -> None:
    async with new_client(application.create(PRICED)) as client:
        await invited(InitiativeKind.PARTNERSHIP, "=Herbata")
        await said("a" * 300)
        await people.signed_in(client)
        page = (await client.get("/desk/messages/costs")).text
        assert "Zaproszenie" in page and "=Herbata" in page and "0,28" in page.replace("0,29", "0,28")
        answer = await client.get("/desk/messages/costs?format=csv")
        rows = [*csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")]
        assert {row["Wiadomość"]: row["Części"] for row in rows}["Zaproszenie"] != "0"
        assert {row["Inicjatywa"] for row in rows} == {"'=Herbata", "Bez inicjatywy"}
        assert sum(Decimal(row["Koszt"].replace(",", ".")) for row in rows) > 0
        for odd in ("?month=2026-13", "?month=x", "?month=2001-01"):
            assert (await client.get(f"/desk/messages/costs{odd}")).status_code == 200


async def test_without_a_price_no_money_is_shown(client: httpx2.AsyncClient) -> None:
    await said("a" * 300)
    await people.signed_in(client)
    page = (await client.get("/desk/messages/costs")).text
    assert "HUB_SMS_PRICE" in page and "zł" not in page.partition("<main")[2]


async def test_only_coordinators_see_costs(client: httpx2.AsyncClient) -> None:
    account = await people.signed_in(client, Role.FACILITATOR)
    for path in ("/desk/messages/costs", "/desk/messages/costs?format=csv"):
        assert (await client.get(path)).status_code == 403
    with pytest.raises(Refused):
        await spending.months(people.actor(account))
