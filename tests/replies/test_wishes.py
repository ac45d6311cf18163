"""CHCĘ 4821: a volunteer asks for an opening by SMS. Sure of who it is, or a human reads it."""

from datetime import date
from typing import Any

import httpx2
import pytest
from replies import sms
from support import people

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.messaging.rules import segments
from volunteer_hub.schedule.tables import Opening
from volunteer_hub.schedule.wishes import actions as wishes

CODE = "4826"
CHILD: dict[str, Any] = {"birth_date": date(2012, 5, 4), "kind": "pupil", "guardian_name": "Anna Nowak"}


async def opening(
    *, takes: str = "at_once", code: str = CODE, role: dict[str, Any] | None = None, **of: Any
) -> Opening:
    made = await people.initiative(takes=takes, **of)
    asked = await people.role(made, **(role or {}))
    return await people.opening(await people.meeting(made), asked, most=1, wish_code=code)


async def seated() -> int:
    return await database.fetchval("SELECT count(*) FROM assignment WHERE state = 'accepted'")


async def waits(address: str) -> list[bool]:
    """Of each SMS from this number, whether it waits for a human."""
    return [row["handled_at"] is None for row in await sms.inbox(address)]


async def test_the_place_is_theirs_and_may_be_given_back_by_its_code(client: httpx2.AsyncClient) -> None:
    ola, _ = await people.volunteer(), await opening()
    await sms.says(client, ola.phone, f"Dzień dobry, chcę {CODE}")
    assert await seated() == 1
    (word,) = await sms.answers(ola.phone)
    assert word["template"] == "wished" and word["reply_code"] == "2"
    assert "Miejsce jest zapisane" in word["body"] and "16:00" in word["body"] and "NIE 2" in word["body"]
    assert "Czytanie" not in word["body"] and len(segments(word["body"]).parts) == 1
    (row,) = await sms.inbox(ola.phone)
    assert row["reading"] == "wish" and row["about"].startswith("assignment:") and row["handled_at"]
    await sms.says(client, ola.phone, f"CHCE {CODE}")
    assert await seated() == 1 and [one["template"] for one in await sms.answers(ola.phone)] == ["wished", "wished"]
    await sms.delivered()
    await sms.says(client, ola.phone, "NIE")
    assert await seated() == 0


@pytest.mark.parametrize(("takes", "full", "words"), [
    ("after_yes", False, "Odpowiemy SMS-em"), ("at_once", True, "na liscie"),
])  # fmt: skip
async def test_what_is_not_theirs_yet_is_said(client: httpx2.AsyncClient, takes: str, full: bool, words: str) -> None:
    ola, at = await people.volunteer(), await opening(takes=takes)
    if full:
        await wishes.wish(SYSTEM, at.id, "web", volunteer=(await people.volunteer()).id)
    await sms.says(client, ola.phone, f"CHCĘ {CODE}")
    (word,) = await sms.answers(ola.phone)
    assert words in word["body"] and word["reply_code"] == "" and await waits(ola.phone) == [False]
    assert len(segments(word["body"]).parts) == 1


async def test_a_rule_is_said_in_plain_words(client: httpx2.AsyncClient) -> None:
    ola, _ = await people.volunteer(), await opening(role={"min_age": 60})
    await sms.says(client, ola.phone, f"CHCĘ {CODE}")
    (word,) = await sms.answers(ola.phone)
    assert word["template"] == "full_seats" and "w innym wieku" in word["body"]
    assert await waits(ola.phone) == [False] and await seated() == 0


async def test_a_number_nobody_has_or_that_is_over_goes_to_a_human(client: httpx2.AsyncClient) -> None:
    ola, at = await people.volunteer(), await opening()
    hidden = await opening(kind="group", code="7777")
    await database.execute("UPDATE meeting SET starts_at = now() WHERE id = $1", at.meeting)
    for code in ("2345", CODE, hidden.wish_code):
        await sms.says(client, ola.phone, f"CHCĘ {code}")
    assert await waits(ola.phone) == [True] * 3 and await seated() == 0
    assert await sms.templates(ola.phone) == ["no_such_code"] * 3, "the same words for all three"


async def test_a_familys_phone_is_read_by_a_human(client: httpx2.AsyncClient) -> None:
    ola, _ = await people.volunteer(), await opening()
    await people.volunteer(phone=ola.phone)
    await sms.says(client, ola.phone, f"CHCĘ {CODE}")
    assert await waits(ola.phone) == [True] and await seated() == 0
    assert await sms.templates(ola.phone) == ["unclear"]


@pytest.mark.parametrize("own", [True, False])
async def test_a_guardians_phone_is_read_by_a_human(client: httpx2.AsyncClient, own: bool) -> None:
    """Also when the guardian helps too: nobody knows whom they mean."""
    mother = await people.volunteer() if own else None
    phone = mother.phone if mother else "+48600700700"
    await people.volunteer(**CHILD, guardian_phone=phone)
    await opening(role={"minor_safe": True})
    await sms.says(client, phone, f"CHCĘ {CODE}")
    assert await waits(phone) == [True] and await seated() == 0


async def test_a_minor_without_consent_gets_no_word_and_a_human_reads(client: httpx2.AsyncClient) -> None:
    child = await people.volunteer(**CHILD, guardian_phone="+48600700700")
    await opening(role={"minor_safe": True})
    await sms.says(client, child.phone, f"CHCĘ {CODE}")
    assert await waits(child.phone) == [True] and await sms.answers(child.phone) == []
    assert await database.fetchval("SELECT count(*) FROM assignment") == 0


async def test_control_with_consent_the_minor_has_the_place(client: httpx2.AsyncClient) -> None:
    child = await people.volunteer(**CHILD, guardian_phone="+48600700700")
    await database.execute("UPDATE volunteer SET guardian_consent_at = now()")
    await opening(role={"minor_safe": True})
    await sms.says(client, child.phone, f"CHCĘ {CODE}")
    assert await seated() == 1


async def test_a_strangers_number_learns_nothing(client: httpx2.AsyncClient) -> None:
    await opening()
    for code in (CODE, "2222"):
        await sms.says(client, "+48600999888", f"CHCĘ {code}")
    assert await waits("+48600999888") == [True, True] and await sms.answers("+48600999888") == []


async def test_yes_with_the_openings_number_is_no_wish_and_a_wish_is_no_yes(client: httpx2.AsyncClient) -> None:
    ola, _ = await people.volunteer(), await opening()
    invited = await sms.invited(ola, hour=10)
    await sms.says(client, ola.phone, f"TAK {CODE}")
    await sms.says(client, ola.phone, "CHCĘ 2")
    assert await sms.state(invited) == "invited" and await seated() == 0
    assert await waits(ola.phone) == [True, True]
