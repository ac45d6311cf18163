"""One's own data: every registered field of that person and nothing of another; each right in one step, at once."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from privacy.canaries.eye import in_files, seen
from privacy.canaries.persons import participant as plant_participant
from privacy.canaries.persons import volunteer as plant_volunteer
from starlette.applications import Starlette
from support import people
from support.visitor import Visitor

from volunteer_hub import app as application
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import VISITOR, Role
from volunteer_hub.people import consents
from volunteer_hub.people.consents import Purpose
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.privacy import export, labels
from volunteer_hub.privacy.register import BY_TABLE, REGISTER
from volunteer_hub.privacy.rules import due_on
from volunteer_hub.settings import Settings


@pytest.fixture
def app(settings: Settings) -> Starlette:
    return application.create(settings)


@pytest.fixture
async def me(client: httpx2.AsyncClient) -> Volunteer:
    row = await people.signed_in(client, Role.VOLUNTEER, name="Marta Zielińska", phone="+48500700800")
    return await people.volunteer(account=row.id, phone="+48500700800", last_name="Zielińska", about="gram na flecie")


@pytest.fixture
async def visitor(client: httpx2.AsyncClient, me: Volunteer) -> Visitor:
    return Visitor(client)


async def prove() -> None:
    await database.execute("UPDATE session SET proved_at = now()")


def shown(parts: list[export.Part]) -> set[str]:
    return {f"{part.table}.{name}" for part in parts for row in part.rows for name in row}


def expected(tables: set[str]) -> set[str]:
    return {
        f"{table}.{name}"
        for table in tables
        for name in BY_TABLE[table].personal
        if name not in export.HIDDEN.get(table, ())
    }


async def test_every_registered_field_of_the_person_is_there(db: str, settings: Settings) -> None:
    tables: set[str] = set()
    for kind in ("volunteer", "participant"):
        who = await (plant_volunteer() if kind == "volunteer" else plant_participant(settings))
        parts = await export.of(f"{kind}:{who.id}")
        found = {part.table for part in parts}
        assert shown(parts) == expected(found)
        tables |= found
        await database.execute("TRUNCATE volunteer, participant, account, message, inbound, opt_out CASCADE")
    assert set(export.WHOSE) - tables <= {"erasure", "merge", "recovery_code", "coming"}, "not planted"


def test_every_table_with_personal_data_is_in_the_copy_or_nobodys() -> None:
    personal = {one.table for one in REGISTER if one.personal}
    assert personal == set(export.WHOSE) | export.NOBODYS
    assert not set(export.WHOSE) & export.NOBODYS


def test_every_field_has_a_name_people_read() -> None:
    assert set(labels.TABLES) == set(export.WHOSE)
    names = {name for table in export.WHOSE for name in BY_TABLE[table].personal}
    hidden = {name for names in export.HIDDEN.values() for name in names}
    assert names - set(labels.COLUMNS) <= hidden
    assert set(labels.COLUMNS) <= names


async def test_nothing_of_another_is_in_the_copy(db: str, settings: Settings) -> None:
    """Both ways: of one who lives in the same family, and of the one who is planted everywhere."""
    planted = await plant_volunteer()
    jan: UUID = await database.fetchval("SELECT id FROM volunteer WHERE first_name = 'Jan'")
    mine = json.dumps(export.as_json("", await export.of(f"volunteer:{planted.id}")), ensure_ascii=False)
    theirs = json.dumps(export.as_json("", await export.of(f"volunteer:{jan}")), ensure_ascii=False)
    assert "hoduję kanarki" in mine and "Kowalski" not in mine
    assert "Kowalski" in theirs and "kanar" not in theirs.lower()


async def test_the_page_and_the_file_say_the_same(visitor: Visitor, me: Volunteer) -> None:
    page = await visitor.open("/me/data")
    assert "gram na flecie" in page and "Marta" in page
    await visitor.send("/me/data/copy")
    answer = visitor.page
    assert answer.headers["content-disposition"] == 'attachment; filename="moje-dane.json"'
    held = json.loads(answer.text)["held"]
    assert held["volunteers"]["volunteer"][0]["first_name"] == "Marta"
    assert held["matching"]["volunteer"][0]["about"] == "gram na flecie"
    (row,) = await database.fetch('SELECT "right", state, due_on FROM rights_request')
    assert (row["right"], row["state"]) == ("copy", "done")


async def test_simple_things_are_corrected_at_once(visitor: Visitor, me: Volunteer) -> None:
    await visitor.open("/me/data")
    page = await visitor.send("/me/data/own", language="uk", about="już nie gram")
    assert "Zapisane" in page or visitor.page.status_code in (200, 303)
    row = await database.fetchrow("SELECT language, about FROM volunteer WHERE id = $1", me.id)
    assert row and tuple(row) == ("uk", "już nie gram")
    page = await visitor.send("/me/data/own", about="x" * 1001)
    assert visitor.page.status_code == 422 and 'id="f-about-error"' in page


async def test_what_needs_a_person_goes_into_the_queue_with_its_day(visitor: Visitor, me: Volunteer) -> None:
    await visitor.open("/me/data")
    page = await visitor.send("/me/data/correction", words="")
    assert visitor.page.status_code == 422 and 'id="f-correct-words-error"' in page
    await visitor.send("/me/data/correction", words="Nazwisko pisze się Zielinska.")
    await visitor.send("/me/data/objection", words="Nie chcę być na liście propozycji.")
    rows = await database.fetch('SELECT "right", state, due_on, identity_checked FROM rights_request ORDER BY 1')
    assert [tuple(row)[:2] for row in rows] == [("correct", "open"), ("object", "open")]
    assert {row["due_on"] for row in rows} == {due_on(clock.today("Europe/Warsaw"))}
    assert "Poprawienie" in await visitor.open("/me/data")


async def test_restricted_at_once_and_lifted_again(visitor: Visitor, me: Volunteer) -> None:
    await visitor.open("/me/data")
    page = await visitor.send("/me/data/restriction", {"use": "stop"})
    assert "wstrzymane" in page
    assert await database.fetchval("SELECT restricted_at IS NOT NULL FROM volunteer WHERE id = $1", me.id)
    await visitor.send("/me/data/restriction", {"use": "again"})
    assert await database.fetchval("SELECT restricted_at IS NULL FROM volunteer WHERE id = $1", me.id)


async def test_a_consent_is_withdrawn_at_once(visitor: Visitor, me: Volunteer) -> None:
    await consents.give(VISITOR, me.id, Purpose.SMS, language="pl", channel="web")
    await visitor.open("/me/data")
    await visitor.send("/me/data/consents/withdrawal", {"purpose": "sms"})
    assert not await database.fetchval("SELECT sms_ok FROM volunteer WHERE id = $1", me.id)
    assert not (await consents.current(me.id))[Purpose.SMS].given
    token = await visitor.open("/me/data")
    assert 'value="sms"' not in token, "nothing to take back any more"


async def test_erased_after_one_more_proof_and_one_more_question(
    visitor: Visitor, me: Volunteer, settings: Settings
) -> None:
    await visitor.open("/me/data/erasure")
    assert visitor.page.url.path.startswith("/me/account/proof")
    await prove()
    page = await visitor.open("/me/data/erasure")
    assert "Porozumienie na papierze" in page
    await database.execute("UPDATE session SET proved_at = NULL")
    await visitor.send("/me/data/erasure")
    assert visitor.page.url.path.startswith("/me/account/proof")
    assert await database.fetchval("SELECT count(*) FROM volunteer") == 1, "not without the proof"
    await prove()
    await visitor.open("/me/data/erasure")
    page = await visitor.send("/me/data/erasure")
    assert visitor.page.status_code == 200 and "Twoje dane są usunięte" in page and "Marta" not in page
    assert await seen(("Zielińska", "500700800", "gram na flecie")) == {}
    assert in_files(settings.data_dir, ("zieli",)) == []


async def test_another_persons_data_is_nowhere_to_ask_for(visitor: Visitor, me: Volunteer) -> None:
    other = await people.volunteer(first_name="Obca", about="tajne słowa obcej")
    assert "tajne słowa obcej" not in await visitor.open("/me/data")
    assert other.id


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (date(2026, 1, 31), date(2026, 2, 28)), (date(2028, 1, 30), date(2028, 2, 29)),
        (date(2026, 12, 15), date(2027, 1, 15)), (date(2026, 11, 22), date(2026, 12, 22)),
    ],
)  # fmt: skip
def test_a_month_is_a_month(asked: date, due: date) -> None:
    assert due_on(asked) == due


def test_a_month_is_never_longer_than_thirty_one_days() -> None:
    day = date(2026, 1, 1)
    for n in range(1500):
        asked = day + timedelta(days=n)
        assert timedelta(days=28) <= due_on(asked) - asked <= timedelta(days=31)


def test_values_are_said_as_people_say_them() -> None:
    cases: list[tuple[Any, str]] = [(None, ""), ("", ""), ([], ""), (["a", "b"], "a, b"), (True, "✓"), (0, "0")]
    assert [export.said(value) for value, _ in cases] == [words for _, words in cases]
