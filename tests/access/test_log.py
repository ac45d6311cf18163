"""The log at the desk: narrowed, page by page, in words, and as a table that no program takes for formulas."""

import csv
import io
from datetime import datetime, timedelta
from uuid import uuid4

import httpx2
import pytest
from support import people
from support.visitor import Visitor

from volunteer_hub.access import audit, log
from volunteer_hub.access.log import LOG_PAGE, Wanted
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import STAFF, SYSTEM, VISITOR, Role
from volunteer_hub.kit.refused import Refused

ZONE = "Europe/Warsaw"


async def entry_at(moment: datetime, about: str) -> None:
    await database.execute(
        "INSERT INTO audit_entry VALUES (gen_random_uuid(), $1, NULL, 'machine', 'test', $2, 'done')", moment, about
    )


async def abouts(wanted: Wanted) -> list[str]:
    officer = people.actor(await people.account(Role.PROTECTION_OFFICER))
    return [line.about for line in (await log.lines(officer, wanted, ZONE))[0]]


@pytest.mark.parametrize("role", [Role.PROTECTION_OFFICER, Role.ADMINISTRATOR])
async def test_the_log_page_by_page(client: httpx2.AsyncClient, role: Role) -> None:
    me = await people.signed_in(client, role, name="Danuta Wilk")
    for n in range(LOG_PAGE + 5):
        await audit.record(people.actor(me), "people.open", f"volunteer:{n}")
    visitor = Visitor(client)
    first = await visitor.open("/desk/log")
    assert f"volunteer:{LOG_PAGE + 4}<" in first and "volunteer:4<" not in first and "Danuta Wilk" in first
    assert "otwarcie danych osoby" in first, "said in words"
    older = next(part.split('"')[0] for part in first.split('href="') if part.startswith("/desk/log?before="))
    second = await visitor.open(older)
    assert [f"volunteer:{n}<" in second for n in (5, 4, 0)] == [False, True, True]


async def test_by_day_on_the_centres_clock(db: str) -> None:
    day = clock.today(ZONE) - timedelta(days=3)
    midnight = clock.instant(datetime.combine(day, datetime.min.time()), ZONE)
    for seconds, about in ((-1, "before"), (0, "first"), (86_399, "last"), (86_400, "after")):
        await entry_at(midnight + timedelta(seconds=seconds), about)
    assert await abouts(Wanted(first=day, last=day)) == ["last", "first"]
    assert await abouts(Wanted(first=day)) == ["after", "last", "first"]
    assert await abouts(Wanted(last=day)) == ["last", "first", "before"]


async def test_by_person_whether_they_did_it_or_it_was_done_to_them(db: str) -> None:
    who, someone = await people.account(), uuid4()
    await audit.record(people.actor(who), "people.open", f"volunteer:{someone}")
    await audit.record(SYSTEM, "account.invite", f"account:{who.id}")
    await audit.record(SYSTEM, "people.open", f"volunteer:{uuid4()}")
    assert await abouts(Wanted(whom=who.id)) == [f"account:{who.id}", f"volunteer:{someone}"]
    assert await abouts(Wanted(whom=someone)) == [f"volunteer:{someone}"]


async def test_by_verb_whole_or_by_its_beginning(db: str) -> None:
    for verb in ("people.step.active", "people.steps", "people.open", "sign-in"):
        await audit.record(SYSTEM, verb, verb)
    assert await abouts(Wanted(verb="people.step")) == ["people.step.active"]
    assert await abouts(Wanted(verb="people")) == ["people.open", "people.steps", "people.step.active"]


def test_verbs_have_words_by_their_longest_beginning() -> None:
    assert log.called("people.step.active") == "krok wolontariusza"
    assert log.called("people.something-new") == "zmiana danych osoby"
    assert log.called("unheard-of.verb") == "unheard-of.verb"


WRONG = [
    ("first", "22.11.2026"), ("first", "2026-02-30"), ("first", "0001-01-01"), ("last", "9999-12-31"), ("last", "x"),
    ("account", "volunteer:x"), ("account", "Jan"), ("verb", "no-such"), ("verb", "a\x00"),
]  # fmt: skip


async def test_what_cannot_be_looked_for_is_said(client: httpx2.AsyncClient, subtests: pytest.Subtests) -> None:
    await people.signed_in(client, Role.PROTECTION_OFFICER)
    for name, value in WRONG:
        for path in ("/desk/log", "/desk/log?format=csv"):
            with subtests.test(f"{path} {name}={value}"):
                page = await client.get(path, params={**dict(httpx2.URL(path).params), name: value, "before": "x"})
                assert page.status_code == 422 and f'id="f-{name}-error"' in page.text
                assert name == "verb" or f'value="{value}"' in page.text, "what was typed is still there"
    assert (await client.get("/desk/log", params={"before": "x", "nosuch": "\x00"})).is_success


async def test_the_table_is_the_search_and_no_cell_is_a_formula(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client, Role.PROTECTION_OFFICER, name='=HYPERLINK("http://evil","x")')
    await audit.record(people.actor(me), "people.open", f"volunteer:{me.id}")
    for dangerous in ("+1", "-1", "@x", "\tx"):
        await audit.record(VISITOR, "people.open", dangerous)
    await audit.record(VISITOR, "other", "thing:1")
    answer = await client.get("/desk/log", params={"verb": "people", "format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv") and "no-store" in answer.headers["cache-control"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Kiedy", "Konto", "Kto", "Co", "Zapis", "Czego dotyczy", "Wynik"] and len(rows) == 6
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]
    assert rows[-1][2] == '\'=HYPERLINK("http://evil","x")'
    taken = await database.fetchrow("SELECT account, about, outcome FROM audit_entry WHERE verb = 'list.export'")
    assert taken and tuple(taken) == (me.id, "list:/desk/log?verb=people", "5")


async def test_a_volunteer_is_never_named_in_the_log(client: httpx2.AsyncClient) -> None:
    volunteer = await people.account(Role.VOLUNTEER, name="Tajna Osoba")
    await audit.record(people.actor(volunteer), "sign-in", f"account:{volunteer.id}")
    await people.signed_in(client, Role.ADMINISTRATOR)
    for path in ("/desk/log", "/desk/log?format=csv"):
        page = (await client.get(path)).text
        assert str(volunteer.id) in page and "Tajna" not in page


async def test_nobody_else_reads_it_even_past_the_door(db: str) -> None:
    for role in [*STAFF - {Role.ADMINISTRATOR, Role.PROTECTION_OFFICER}, Role.VOLUNTEER]:
        actor = people.actor(await people.account(role))
        with pytest.raises(Refused):
            await log.lines(actor, Wanted(), ZONE)
        with pytest.raises(Refused):
            [line async for line in log.every(actor, Wanted(), ZONE)]
