"""Whom we write to about a minor: one answer for messages, reminders, codes and answers."""

from datetime import date, timedelta
from typing import Any

import asyncpg
import httpx2
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support import people

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.messaging.rules import segments
from volunteer_hub.people.rules import Kind, is_minor
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.replies import actions as replies
from volunteer_hub.schedule import actions

GUARDIAN = {"guardian_name": "Anna Żak", "guardian_phone": "+48601000001", "guardian_email": "anna@example.org"}
NO_CONTACT = {"phone": "", "email": None}


def born(years: int) -> date:
    return clock.today("Europe/Warsaw") - timedelta(days=round(years * 365.25) + 30)


async def pupil(**values: Any) -> Volunteer:
    defaults = {"first_name": "Jagoda", "birth_date": born(15), "kind": Kind.PUPIL, "guardian_consent_at": clock.now()}
    return await people.volunteer(**(defaults | GUARDIAN | values))


async def offer() -> Any:
    of = await people.initiative()
    role = await people.role(of, minor_safe=True)
    return (await people.opening(await people.meeting(of), role)).id


async def said() -> list[asyncpg.Record]:
    return await database.fetch("SELECT channel, address, body, reply_code FROM message ORDER BY channel, address")


async def test_a_child_with_a_phone_is_written_to(db: str) -> None:
    child = await pupil()
    await actions.invite(SYSTEM, await offer(), child.id)
    assert [row["address"] for row in await said()] == [child.email, child.phone]


async def test_of_a_child_without_a_contact_all_goes_to_the_guardian(db: str) -> None:
    child = await pupil(**NO_CONTACT)
    await actions.invite(SYSTEM, await offer(), child.id)
    rows = await said()
    assert [row["address"] for row in rows] == [GUARDIAN["guardian_email"], GUARDIAN["guardian_phone"]]
    for row in rows:
        assert "Jagoda" in row["body"], "which of two children it is about"
    assert "/guardian" in rows[0]["body"] and "/me" not in rows[0]["body"]
    assert len(segments(rows[1]["body"]).parts) == 1


async def test_a_guardian_may_want_all_for_themselves(db: str) -> None:
    child = await pupil(guardian_scope="school-hours to-guardian")
    await actions.invite(SYSTEM, await offer(), child.id)
    assert child.phone not in {row["address"] for row in await said()}


async def test_the_guardian_answers_with_one_word_and_two_children_have_two_codes(db: str) -> None:
    opening = await offer()
    first, second = await pupil(**NO_CONTACT), await pupil(first_name="Maja", guardian_scope="to-guardian")
    ids = [await actions.invite(SYSTEM, opening, child.id) for child in (first, second)]
    codes = [row["reply_code"] for row in await said() if row["reply_code"]]
    assert len(set(codes)) == 2
    code = await database.fetchval("SELECT code FROM assignment WHERE id = $1", ids[1])
    await replies.receive("m1", GUARDIAN["guardian_phone"], f"TAK {code}")
    states = await database.fetch("SELECT state FROM assignment WHERE id = ANY($1) ORDER BY id = $2", ids, ids[1])
    assert [row["state"] for row in states] == ["invited", "accepted"]


async def test_a_guardian_who_is_not_written_to_does_not_answer_for_the_child(db: str) -> None:
    child = await pupil()
    id = await actions.invite(SYSTEM, await offer(), child.id)
    await replies.receive("m1", GUARDIAN["guardian_phone"], "TAK")
    assert await database.fetchval("SELECT state FROM assignment WHERE id = $1", id) == "invited"


async def test_the_desk_sees_who_wrote_from_a_familys_phone_and_from_a_guardians(client: httpx2.AsyncClient) -> None:
    for name in ("Ala", "Ola"):
        await people.volunteer(first_name=name, last_name="Lis", phone="+48602000001")
    await pupil()
    for number, sender in enumerate(("+48602000001", GUARDIAN["guardian_phone"])):
        await replies.receive(f"m{number}", sender, "Kiedy to jest?")
    await people.signed_in(client)
    text = (await client.get("/desk")).text
    assert "Ala L., Ola L." in text and "Anna" in text


async def test_of_age_they_are_written_to_themselves(db: str) -> None:
    grown = await pupil(birth_date=born(18), guardian_scope="to-guardian")
    await actions.invite(SYSTEM, await offer(), grown.id)
    assert {row["address"] for row in await said()} == {grown.email, grown.phone}


ON = "SELECT $1::date > $2::date - interval '18 years'"


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(date(2008, 2, 29), -1, 18)
@example(date(2008, 2, 29), 0, 18)
@example(date(2012, 2, 29), -1, 20)
@given(st.dates(date(1990, 1, 1), date(2024, 12, 31)), st.integers(-3, 3), st.integers(17, 19))
async def test_the_database_and_the_rules_agree_who_is_a_minor(db: str, day: date, near: int, years: int) -> None:
    """Around every birthday, 29 February among them."""
    try:
        birthday = day.replace(year=day.year + years)
    except ValueError:
        birthday = date(day.year + years, 3, 1)
    on = birthday + timedelta(days=near)
    assert await database.fetchval(ON, day, on) is is_minor(day, on)
