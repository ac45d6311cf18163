"""What moved to another desk is gone from the view of the one it left: page, search, list, filters, every field, for
every role. The control looks with the eyes of the desk that has it, and finds each of those words."""

import httpx2
import pytest
from intake.at_the_desks import ROLES_OF_DESKS, WORDS, at, reads, request
from support import people

from volunteer_hub.intake import outcome_queries, queries
from volunteer_hub.intake.queries import RequestCard, RequestStub, Wanted
from volunteer_hub.intake.rules import Desk, RequestState
from volunteer_hub.intake.tables import RequestMove
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.refused import Refused

NOTE = "Notatka tylko dla nich"
QUERIES = (
    "", "?desk={desk}", "?state=new", "?state=taken", "?state=closed", "?reporter=police", "?area=zacisze", "?late=yes",
    "?q=Tajna", "?q=600700812", "?q=600+700+812", "?q=telewizor", "?q=tajna@poczta.example", "?q=42", "?q=Zacisze",
)  # fmt: skip
OTHERS = sorted(set(Role) - {*ROLES_OF_DESKS, Role.MACHINE, Role.ANYONE})


async def secret_request(desk: Desk, state: RequestState = RequestState.NEW) -> str:
    """A request at `desk` that came by way of first contact, with a note that went along and an answer when closed."""
    await people.area(slug="zacisze", name="Zacisze Górne")
    row = await request(
        42, desk, reporter="police", area_slug="zacisze", state=state, what="harm", urgency=4,
        answer=NOTE if state is RequestState.CLOSED else "",
    )  # fmt: skip
    await database.execute("UPDATE request_move SET note = $1 WHERE was_desk <> ''", NOTE)
    return str(row.id)


async def everything(client: httpx2.AsyncClient, id: str, desk: Desk) -> dict[str, httpx2.Response]:
    """Every page on which a request could show."""
    paths = [f"/desk/requests{query.format(desk=desk)}" for query in QUERIES]
    paths += ["/desk/requests/moved", f"/desk/requests/{id}", f"/desk/requests/{id}/slip", "/desk"]
    paths += [f"/desk/requests/{id}/{page}" for page in ("edit", "need", "group", "circle")]
    return {path: await client.get(path) for path in paths}


def told(answers: dict[str, httpx2.Response]) -> set[tuple[str, str]]:
    """Which of the secret words stand on which page; what the search box repeats is the reader's own."""
    found = set()
    for path, answer in answers.items():
        text = answer.text.partition("<main")[2]
        asked = path.partition("?q=")[2].replace("+", " ")
        text = text.replace(f'value="{asked}"', "") if asked else text
        found |= {(path, word) for word in (*WORDS, NOTE, "Zacisze Górne") if word in text and word != asked}
    # The list of districts to filter by is the same for all.
    return {(path, word) for path, word in found if word not in ("Zacisze Górne", "Zacisze") or "requests/" in path}


@pytest.mark.parametrize("role", ROLES_OF_DESKS)
@pytest.mark.parametrize("state", [RequestState.NEW, RequestState.CLOSED])
@pytest.mark.parametrize("desk", list(Desk))
async def test_field_by_field_for_each_role(
    client: httpx2.AsyncClient, role: Role, state: RequestState, desk: Desk
) -> None:
    id = await secret_request(desk, state)
    visitor = await at(client, role)
    answers = await everything(client, id, desk)
    assert all(answer.status_code < 500 for answer in answers.values())
    if reads(role, desk):
        seen = {word for path, word in told(answers) if path == f"/desk/requests/{id}"}
        assert {"Tajna", "700 812", "tajna@poczta", "telewizor"} <= seen, "control: whoever has it reads all of it"
        return
    assert told(answers) == set()
    listed = {path for path, answer in answers.items() if "Z-2026-0042" in answer.text and answer.status_code == 200}
    through = reads(role, Desk.FIRST_CONTACT)  # every request comes in there
    own = {"/desk/requests/moved", f"/desk/requests/{id}", f"/desk/requests/{id}/slip", "/desk/requests?q=42"}
    assert listed == (own if through else set())
    closed_to_us = [f"/desk/requests/{id}/{page}" for page in ("edit", "need", "group", "circle")]
    assert {answers[path].status_code for path in closed_to_us} <= {403, 404}
    if through:
        assert "Przekazane dalej" in await visitor.open(f"/desk/requests/{id}")
    else:
        assert answers[f"/desk/requests/{id}"].status_code == 404


@pytest.mark.parametrize("role", ROLES_OF_DESKS)
@pytest.mark.parametrize("desk", list(Desk))
async def test_the_queries_themselves_keep_it(db: str, role: Role, desk: Desk) -> None:
    id = (await request(42, desk)).id
    actor = people.actor(await people.account(role))
    rows, _ = await queries.requests(actor, Wanted(), "Europe/Warsaw")
    found = await queries.find(actor, "Tajna", "Europe/Warsaw")
    if reads(role, desk):
        assert [row.id for row in rows] == [id] == [row.id for row in found.here]
        assert isinstance(await queries.seen(actor, id, "Europe/Warsaw"), RequestCard)
        return
    assert not rows and not found.here and not found.elsewhere
    with pytest.raises(Refused):
        await queries.request(actor, id, "Europe/Warsaw")
    if reads(role, Desk.FIRST_CONTACT):
        assert isinstance(await queries.seen(actor, id, "Europe/Warsaw"), RequestStub)
        by_number = await queries.find(actor, "42", "Europe/Warsaw")
        assert [stub.id for stub in by_number.elsewhere] == [id] and not by_number.here
    else:
        with pytest.raises(Refused):
            await queries.seen(actor, id, "Europe/Warsaw")


@pytest.mark.parametrize("role", OTHERS)
async def test_who_works_at_no_desk_is_kept_out_at_the_door_and_behind_it(
    client: httpx2.AsyncClient, role: Role
) -> None:
    id = (await request(42)).id
    row = await people.signed_in(client, role)
    for path in ("/desk/requests", "/desk/requests/moved", f"/desk/requests/{id}", f"/desk/requests/{id}/slip"):
        answer = await client.get(path)
        assert answer.status_code == 403 and not any(word in answer.text for word in WORDS), path
    actor = people.actor(row)
    for read in (
        queries.requests(actor, Wanted(), "Europe/Warsaw"),
        queries.moved(actor),
        queries.find(actor, "42", "Europe/Warsaw"),
        queries.seen(actor, id, "Europe/Warsaw"),
        queries.counts(actor, "Europe/Warsaw"),
    ):
        with pytest.raises(Refused):
            await read


async def test_notes_between_other_desks_stay_there_when_it_comes_back(client: httpx2.AsyncClient) -> None:
    row = await request(42)
    for was, desk, note in (
        ("first-contact", "social-work", "Od nas do nich"),
        ("social-work", "services", NOTE),
        ("services", "first-contact", "Wraca do Was"),
    ):
        await people.save(RequestMove(request=row.id, was_desk=was, desk=desk, state="new", note=note))
    visitor = await at(client, Role.FIRST_CONTACT)
    page = await visitor.open(f"/desk/requests/{row.id}")
    assert "Od nas do nich" in page and "Wraca do Was" in page and NOTE not in page


async def test_what_came_of_it_is_shown_to_whom_it_is_open(db: str) -> None:
    need = await people.need(personal=True)
    circle = await people.initiative(kind="circle", name="Zespół 42", public=False)
    row = await request(42, need=need.id, initiative=circle.id)
    here = {}
    for role in (Role.FIRST_CONTACT, Role.COORDINATOR):
        actor = people.actor(await people.account(role))
        asked = await queries.request(actor, row.id, "Europe/Warsaw")
        here[role] = [one.url for one in await outcome_queries.came_of(actor, asked)]
    assert here[Role.FIRST_CONTACT] == []
    assert here[Role.COORDINATOR] == [f"/desk/needs/{need.id}", f"/desk/initiatives/{circle.id}"]
    await database.execute("UPDATE request SET desk = 'social-work'")
    member = await people.account(Role.SPECIALIST)
    for account, urls in ((await people.account(Role.SPECIALIST), []), (member, [f"/desk/initiatives/{circle.id}"])):
        if urls:
            await people.facilitator(circle, account)
        actor = people.actor(account)
        asked = await queries.request(actor, row.id, "Europe/Warsaw")
        assert [one.url for one in await outcome_queries.came_of(actor, asked)] == urls
