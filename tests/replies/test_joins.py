"""CHCĘ 347: a participant asks for a group by SMS. Sure of who it is, or a human reads it."""

from typing import Any

import httpx2
import pytest
from replies import sms
from support import people
from support.visitor import Visitor

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.schedule.members import joining

CODE = "347"


async def group(**values: Any) -> Any:
    usual = {"kind": "group", "name": "Grupa Środa", "public": True, "join_code": CODE}
    return await people.initiative(**usual | values)


async def test_whose_number_it_is_asks_and_who_runs_it_decides(client: httpx2.AsyncClient) -> None:
    of, who = await group(), await people.participant(phone="+48600700811", sms_ok=True)
    for _ in range(2):
        await sms.says(client, who.phone, f"chce {CODE}")
    rows = await database.fetch("SELECT initiative, participant, state, channel FROM joining")
    assert [tuple(row) for row in rows] == [(of.id, who.id, "asked", "sms")]
    first, _ = await sms.answers(who.phone)
    assert first["template"] == "group_asked" and of.name not in first["body"]
    assert all(row["handled_at"] for row in await sms.inbox(who.phone))


async def test_who_belongs_already_reads_the_same(client: httpx2.AsyncClient) -> None:
    of, who = await group(), await people.participant(phone="+48600700811", sms_ok=True)
    await people.member(of, who)
    await sms.says(client, who.phone, f"CHCĘ {CODE}")
    (answer,) = await sms.answers(who.phone)
    assert answer["template"] == "group_asked" and await database.fetchval("SELECT count(*) FROM joining") == 0


async def test_a_number_that_nothing_has_is_told_so(client: httpx2.AsyncClient) -> None:
    await group()
    who = await people.participant(phone="+48600700811", sms_ok=True)
    for _ in range(2):
        await sms.says(client, who.phone, "CHCĘ 989")
    (answer,) = await sms.answers(who.phone)
    assert answer["template"] == "no_such_code" and "989" in answer["body"]
    assert not any(row["handled_at"] for row in await sms.inbox(who.phone)), "and a human reads it"
    await sms.says(client, "+48600700899", "CHCĘ 989")
    assert await sms.answers("+48600700899") == [], "a stranger is answered by a human"


@pytest.mark.parametrize("doubt", ["stranger", "family", "volunteer", "restricted"])
async def test_where_it_is_not_sure_a_human_reads_it(client: httpx2.AsyncClient, doubt: str) -> None:
    phone = "+48600700811"
    await group()
    if doubt != "stranger":
        restricted = {"restricted_at": await database.fetchval("SELECT now()")} if doubt == "restricted" else {}
        await people.participant(phone=phone, sms_ok=True, **restricted)
    if doubt == "family":
        await people.participant(phone=phone, sms_ok=True)
    if doubt == "volunteer":
        await people.volunteer(phone=phone)
    await sms.says(client, phone, f"CHCĘ {CODE}")
    assert await database.fetchval("SELECT count(*) FROM joining") == 0
    (row,) = await sms.inbox(phone)
    assert row["handled_at"] is None
    assert "group_asked" not in [one["template"] for one in await sms.answers(phone)]


async def test_a_strangers_request_says_which_group(client: httpx2.AsyncClient) -> None:
    of = await group()
    await sms.says(client, "+48600700811", f"Chcę {CODE}")
    await people.signed_in(client)
    visitor = Visitor(client)
    inbound = await database.fetchval("SELECT id FROM inbound")
    await visitor.open(f"/desk/messages/{inbound}")
    await visitor.send("/request")
    assert await database.fetchval("SELECT asks_for FROM request") == of.id


@pytest.mark.parametrize(("word", "state", "said"), [
    ("TAK", "joined", "place_taken"), ("nie dziękuję", "declined", "place_declined"),
])  # fmt: skip
async def test_the_place_that_is_kept_is_answered_by_one_word(
    client: httpx2.AsyncClient, word: str, state: str, said: str
) -> None:
    of, who = await group(most_members=1), await people.participant(phone="+48600700811", sms_ok=True)
    await joining.put_on_list(SYSTEM, of.id, who.id)
    await sms.delivered()
    await sms.says(client, who.phone, word)
    assert await database.fetchval("SELECT state FROM joining") == state
    (answer,) = await sms.answers(who.phone)
    assert answer["template"] == said and of.name not in answer["body"]
    assert all(row["handled_at"] for row in await sms.inbox(who.phone))


async def test_a_yes_after_the_place_went_is_thanked_and_waits(client: httpx2.AsyncClient) -> None:
    of, who = await group(most_members=1), await people.participant(phone="+48600700811", sms_ok=True)
    await joining.put_on_list(SYSTEM, of.id, who.id)
    await sms.delivered()
    await people.member(of, await people.participant())
    await sms.says(client, who.phone, "tak")
    assert await database.fetchval("SELECT state FROM joining") == "waiting"
    assert [one["template"] for one in await sms.answers(who.phone)] == ["place_gone"]


async def test_of_two_questions_to_one_phone_the_code_tells_which(client: httpx2.AsyncClient) -> None:
    of, who = await group(most_members=9), await people.participant(phone="+48600700811", sms_ok=True)
    other = await people.initiative(kind="course", name="Kurs")
    coming = await sms.asked(who, await people.meeting(other))
    await joining.put_on_list(SYSTEM, of.id, who.id)
    await sms.delivered()
    code = await database.fetchval("SELECT code FROM joining")
    assert code and code != coming.code
    await sms.says(client, who.phone, f"TAK {code}")
    assert await database.fetchval("SELECT state FROM joining") == "joined"
    assert await database.fetchval("SELECT comes FROM coming") is None
