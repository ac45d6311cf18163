"""Lists as files: who may take them, how many, and what the log then says; nobody gets more than the page shows."""

import csv
import io
import re
from datetime import datetime

import httpx2
import pytest
from conftest import new_client
from python_calamine import CalamineWorkbook
from starlette.applications import Starlette
from support import people

from volunteer_hub.access import audit, files, watch
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import STAFF, Role
from volunteer_hub.kit.sheet import Kind
from volunteer_hub.people.rules import Step
from volunteer_hub.settings import Settings

TAKEN = "SELECT account, about, outcome FROM audit_entry WHERE verb = 'list.export' ORDER BY at, id"
CANARY = "Kanarkowska"


def read_csv(answer: httpx2.Response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


async def test_all_lines_of_the_narrowed_list_come_and_days_are_days(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client, Role.COORDINATOR)
    for number in range(130):
        step = Step.ACTIVE if number % 2 else Step.APPLIED
        await people.volunteer(first_name="=1+1", last_name=f"Nowak{number:03d}", step=step)
    answer = await client.get("/desk/people?step=active&order=newest&format=xlsx&after=gone&ticked=yes")
    disposition = answer.headers["content-disposition"]
    assert re.fullmatch(r'attachment; filename="wolontariusze-\d{4}-\d\d-\d\d\.xlsx"', disposition)
    assert "no-store" in answer.headers["cache-control"]
    heading, *rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows] == [f"Nowak{number:03d} =1+1" for number in range(129, 0, -2)]
    assert all(isinstance(row[heading.index("Od kiedy")], datetime) for row in rows)
    plain = read_csv(await client.get("/desk/people?step=active&order=newest&format=csv"))
    assert [row[0] for row in plain[1:]] == [row[0] for row in rows]


async def test_the_log_says_who_took_which_list_and_how_long_and_no_word_that_was_typed(
    client: httpx2.AsyncClient,
) -> None:
    me = await people.signed_in(client, Role.COORDINATOR)
    await people.volunteer(last_name=CANARY, tags=["chora mama"])
    for asked in (f"q={CANARY}&step=active", "tag=chora+mama&kind=adult&lang=en", "q=nobody&page=2"):
        assert (await client.get(f"/desk/people?{asked}&format=csv")).is_success
    assert [tuple(row) for row in await database.fetch(TAKEN)] == [
        (me.id, "list:/desk/people?q=…&step=active", "1"),
        (me.id, "list:/desk/people?tag=…&kind=adult", "1"),
        (me.id, "list:/desk/people?q=…", "0"),
    ]
    whole = str([dict(row) for row in await database.fetch("SELECT * FROM audit_entry")])
    assert CANARY not in whole and "mama" not in whole


async def test_the_longest_filters_fit_into_the_log(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client, Role.COORDINATOR)
    odd = "&".join(f"{'x' * 30}{n}={'y' * 39}" for n in range(20))
    for address in (f"/desk/people?{odd}", "/desk/people?%00=1&step=%00", "/desk/people?ą=1&step=a%0Ab"):
        assert (await client.get(f"{address}&format=csv")).is_success
    assert len(await database.fetch(TAKEN)) == 3


async def test_without_the_line_in_the_log_nothing_leaves(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line is written before the first byte; where it cannot be, there is no file."""
    await people.signed_in(client, Role.COORDINATOR)
    await people.volunteer(last_name=CANARY)
    await database.execute("ALTER TABLE audit_entry ADD CONSTRAINT broken CHECK (verb <> 'list.export') NOT VALID")
    answer = await client.get("/desk/people?format=csv")
    assert answer.status_code == 500 and CANARY.encode() not in answer.content
    await database.execute("ALTER TABLE audit_entry DROP CONSTRAINT broken")
    assert CANARY.encode() in (await client.get("/desk/people?format=csv")).content, "the control: else it leaves"


async def test_who_may_not_open_the_page_gets_no_file(app: Starlette, db: str) -> None:
    await people.volunteer(last_name=CANARY)
    for role in [*sorted(STAFF - {Role.COORDINATOR}), Role.VOLUNTEER]:
        async with new_client(app) as client:
            await people.signed_in(client, role)
            for kind in Kind:
                answer = await client.get(f"/desk/people?format={kind}")
                assert answer.status_code == 403 and CANARY not in answer.text, role
    async with new_client(app) as client:
        assert (await client.get("/desk/people?format=csv")).status_code == 303
    assert not await database.fetch(TAKEN)


async def test_members_of_a_foreign_group_are_not_there_and_own_ones_are_by_their_alias(
    client: httpx2.AsyncClient,
) -> None:
    me = await people.signed_in(client, Role.FACILITATOR)
    for mine in (True, False):
        group = await people.initiative(kind="group")
        if mine:
            await people.facilitator(group, me)
        await people.member(group, await people.participant(last_name=CANARY, alias="Ptak"))
        answer = await client.get(f"/desk/initiatives/{group.id}/members?format=csv")
        assert answer.status_code == (200 if mine else 404)
        assert ("Ptak" in answer.text) is mine and CANARY not in answer.text
    assert len(await database.fetch(TAKEN)) == 1


async def test_too_many_lists_in_an_hour_are_refused_in_words_and_public_things_are_not_counted(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people.signed_in(client, Role.COORDINATOR)
    monkeypatch.setattr(files, "TAKEN", files.Limit("list", 2, 3600))
    answers = [await client.get("/desk/people?format=csv") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429] and "Spróbuj za kilka minut" in answers[2].text
    assert (await client.get("/desk/people")).is_success
    assert (await client.get("/desk/resources?format=csv")).is_success, "it names nobody"
    assert len(await database.fetch(TAKEN)) == 2


@pytest.mark.parametrize(("lines", "told"), [(50, 0), (51, 1)])
async def test_the_officer_hears_of_a_long_list_of_people(db: str, settings: Settings, lines: int, told: int) -> None:
    """As of people whose cards were opened one by one."""
    who = people.actor(await people.account(Role.COORDINATOR))
    await people.account(Role.PROTECTION_OFFICER, email="iod@centrum.example")
    await audit.record(who, "list.export", "list:/desk/people?step=active", str(lines))
    await audit.record(who, "list.export", "list:/desk/needs", "900")
    await watch.plan(settings)
    assert await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'audit.many-reads'") == told


async def test_a_format_that_is_none_is_the_page(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client, Role.COORDINATOR)
    for odd in ("pdf", "", "CSV", "csv%00", "xlsx/"):
        page = await client.get(f"/desk/people?format={odd}")
        assert page.is_success and page.headers["content-type"].startswith("text/html")
