"""Somebody signs up who is here already, or with an address that is: no stranger learns that, and nothing changes.

Here already is who has the same name (Polish letters or not), day of birth and phone.
"""

import re
from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Any

import httpx2
import pytest
from conftest import new_client
from intake.by_hand import ABOUT, sign_up, town
from starlette.applications import Starlette
from support import people
from support.visitor import Visitor

from volunteer_hub.access.strangers import TO_ONE_NUMBER
from volunteer_hub.intake.rules import MAILS_TO_ONE_ADDRESS
from volunteer_hub.kit import database
from volunteer_hub.messaging import proven
from volunteer_hub.people.rules import Step
from volunteer_hub.people.tables import Volunteer

KNOWN_PHONE, KNOWN_EMAIL = "+48600111222", "znana@poczta.example"


@pytest.fixture
async def known(db: str) -> Volunteer:
    await town()
    return await people.volunteer(
        first_name="Łucja",
        last_name="Zak-Cwiklinska",
        birth_date=date(1990, 5, 4),
        phone=KNOWN_PHONE,
        email=KNOWN_EMAIL,
        step=Step.ACTIVE,
    )


@pytest.fixture
async def stranger(known: Volunteer, app: Starlette) -> AsyncIterator[Callable[[], Visitor]]:
    """Makes browsers that were never here."""
    opened: list[httpx2.AsyncClient] = []

    def make() -> Visitor:
        opened.append(new_client(app))
        return Visitor(opened[-1])

    yield make
    for client in opened:
        await client.aclose()


def seen(visitor: Visitor, answer: httpx2.Response) -> tuple[Any, ...]:
    """All that a stranger could tell two answers apart by, but for the form's mark and the request's trace."""
    text = re.sub(r'(name="csrf" value=")[^"]*', r"\1", answer.text)
    headers = {k: v for k, v in answer.headers.items() if k not in ("x-request-id", "set-cookie", "content-length")}
    cookies = sorted(value.partition("=")[0] for value in answer.headers.get_list("set-cookie"))
    return answer.status_code, text, headers, cookies, sorted(visitor.client.cookies.keys())


async def story(visitor: Visitor, about: dict[str, Any]) -> list[tuple[Any, ...]]:
    await sign_up(visitor, about)
    return [seen(visitor, answer) for answer in (*visitor.page.history, visitor.page)]


CASES = {
    "the phone": {"phone": "600 111 222"},
    "the e-mail": {"email": KNOWN_EMAIL.upper()},
    "both": {"phone": "+48 600 111 222", "email": KNOWN_EMAIL},
    "the phone of an employee": {"phone": "600 333 444", "email": ""},
}


async def test_every_answer_is_the_same(stranger: Callable[[], Visitor], subtests: pytest.Subtests) -> None:
    await people.account(phone="+48600333444")
    new = await story(stranger(), ABOUT)
    for name, change in CASES.items():
        with subtests.test(name):
            assert await story(stranger(), ABOUT | {"phone": "600 700 8" + str(len(name)).zfill(2)} | change) == new


async def test_control_a_refused_sign_up_does_look_different(stranger: Callable[[], Visitor]) -> None:
    new = await story(stranger(), ABOUT)
    assert await story(stranger(), ABOUT | {"phone": "600 700 802", "birth_date": "20.12.2010"}) != new


async def test_nothing_of_the_known_person_changes(known: Volunteer, stranger: Callable[[], Visitor]) -> None:
    await sign_up(stranger(), ABOUT | {"phone": KNOWN_PHONE, "email": "obca@poczta.example"})
    assert await database.fetchval("SELECT count(*) FROM volunteer") == 1
    row = await database.fetchrow("SELECT last_name, email, step FROM volunteer WHERE id = $1", known.id)
    assert row and tuple(row) == ("Zak-Cwiklinska", KNOWN_EMAIL, "active")
    assert await database.fetchval("SELECT count(*) FROM consent") == 0


@pytest.mark.parametrize("other", [{"first_name": "Anna"}, {"last_name": "Lis"}, {"birth_date": "5 05 1990"}])
async def test_another_person_on_the_same_phone_is_new(
    known: Volunteer, stranger: Callable[[], Visitor], other: dict[str, str]
) -> None:
    await sign_up(stranger(), ABOUT | {"phone": KNOWN_PHONE, "email": ""} | other)
    rows = await database.fetch("SELECT phone, account FROM volunteer WHERE phone = $1", KNOWN_PHONE)
    assert len(rows) == 2 and sum(row["account"] is not None for row in rows) == 1
    assert await database.fetchval("SELECT template FROM message") == "welcome"


async def test_the_known_person_is_told_on_their_own_phone(known: Volunteer, stranger: Callable[[], Visitor]) -> None:
    await sign_up(stranger(), ABOUT | {"phone": KNOWN_PHONE, "email": "obca@poczta.example"})
    rows = {row["address"]: row for row in await database.fetch("SELECT address, template, body FROM message")}
    assert rows[KNOWN_PHONE]["template"] == "already_known" and "ucja" not in rows[KNOWN_PHONE]["body"]
    assert rows["obca@poczta.example"]["template"] == "welcome", "as any new address: else a missing e-mail would tell"


async def test_a_known_e_mail_does_not_keep_a_new_phone_out(stranger: Callable[[], Visitor]) -> None:
    await sign_up(stranger(), ABOUT | {"email": KNOWN_EMAIL})
    row = await database.fetchrow("SELECT email FROM volunteer WHERE phone = '+48600700801'")
    assert row and row["email"] is None
    purposes = "SELECT array_agg(purpose::text ORDER BY purpose) FROM consent"
    assert await database.fetchval(purposes) == ["information", "sms"]
    told = await database.fetch("SELECT address, template FROM message ORDER BY address")
    assert [tuple(row) for row in told] == [("+48600700801", "welcome"), (KNOWN_EMAIL, "already_known")]


async def test_nobody_is_flooded_through_the_public_form(stranger: Callable[[], Visitor]) -> None:
    for _ in range(4):
        await sign_up(stranger(), ABOUT | {"phone": KNOWN_PHONE, "email": KNOWN_EMAIL})
    told = await database.fetch("SELECT address, count(*) AS n FROM message GROUP BY address")
    assert {row["address"]: row["n"] for row in told} == {KNOWN_PHONE: 1, KNOWN_EMAIL: 1}


@pytest.mark.parametrize(("proven_already", "sms"), [(False, 1), (True, TO_ONE_NUMBER.most)])
async def test_a_number_gets_one_sms_until_it_answers_then_three_a_day(
    client: httpx2.AsyncClient, *, proven_already: bool, sms: int
) -> None:
    if proven_already:
        await proven.note("+48600700802", "answer")
    visitor = Visitor(client)
    for n in range(5):
        await visitor.open("/help")
        await visitor.send("/help", for_whom="me", text=f"Zakupy {n}", name="Zofia", phone="600700802", email="z@x.pl")
    told = await database.fetch("SELECT channel, count(*) AS n FROM message GROUP BY channel")
    assert {row["channel"]: row["n"] for row in told} == {
        "sms": sms,
        "email": MAILS_TO_ONE_ADDRESS.most,
    }
    assert await database.fetchval("SELECT count(*) FROM request") == 5, "all of them are kept"
