"""Those who are ticked in the list get a tag, and lose it."""

import re
from urllib.parse import urlencode
from uuid import uuid4

import httpx2
import pytest
from support import people
from support.visitor import Visitor

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import bulk, views
from volunteer_hub.people.rules import Kind, Step
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.people.wanted import Wanted

TODAY = clock.today("Europe/Warsaw")
CHILD = TODAY.replace(year=TODAY.year - 15, day=1)


def names(page: str) -> list[str]:
    return re.findall(r'<th scope="row" role="rowheader"><a href="/desk/people/[^"]+">([^<]+)</a>', page)


async def crowd() -> list[Volunteer]:
    return [
        await people.volunteer(first_name="Ewa", last_name="Ćwik", kind=Kind.STUDENT, tags=["finał"]),
        await people.volunteer(first_name="Ala", last_name="Ćwik", kind=Kind.PUPIL, birth_date=CHILD),
        await people.volunteer(first_name="Łukasz", last_name="Żak", step=Step.APPLIED),
    ]


async def test_the_ticked_get_a_tag_and_lose_it(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client)
    ewa, ala, zak = await crowd()
    visitor = Visitor(client)
    await visitor.open(f"/desk/people/chosen?{urlencode({'view': 'q=wik', 'id': [ewa.id, ala.id]}, doseq=True)}")
    assert "Wybrane osoby: 2" in visitor.page.text
    page = await visitor.send("/tags", {"act": "tag"}, tag=" finał ")
    assert "Liczba osób, u których to zmiana: 1." in page and visitor.page.url.query == b"q=wik"
    tags = {row["id"]: row["tags"] for row in await database.fetch("SELECT id, tags FROM volunteer")}
    assert tags == {ewa.id: ["finał"], ala.id: ["finał"], zak.id: []}
    rows = await database.fetch("SELECT account, about FROM audit_entry WHERE verb = 'people.tag'")
    assert [tuple(row) for row in rows] == [(me.id, f"volunteer:{ala.id}")], "one line for each change, none without"
    await visitor.open("/desk/people/chosen?all=yes&view=tag%3Dfina%C5%82")
    await visitor.send("/tags", {"act": "untag"}, tag="finał")
    assert not await database.fetchval("SELECT count(*) FROM volunteer WHERE tags <> '{}'")


async def test_nobody_ticked_leads_back_and_too_many_are_refused(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people.signed_in(client)
    await crowd()
    visitor = Visitor(client)
    page = await visitor.open("/desk/people/chosen?view=q%3Dwik&id=nonsense")
    assert "Najpierw zaznacz" in page and names(page) == ["Ćwik Ala", "Ćwik Ewa"]
    monkeypatch.setattr("volunteer_hub.intake.bulk_pages.AT_ONCE", 2)
    page = await visitor.open("/desk/people/chosen?all=yes")
    assert visitor.page.status_code == 409 and "najwyżej 2 osób" in page


@pytest.mark.parametrize("tag", ["", " ", "x" * 41])
async def test_a_tag_that_is_none_is_said_beside_it(client: httpx2.AsyncClient, tag: str) -> None:
    await people.signed_in(client)
    who, visitor = (await crowd())[2], Visitor(client)
    await visitor.open(f"/desk/people/chosen?id={who.id}")
    await visitor.send("/tags", {"act": "tag"}, tag=tag)
    assert visitor.page.status_code == 422 and 'id="f-t-tag-error"' in visitor.page.text
    assert not await database.fetchval("SELECT count(*) FROM volunteer WHERE 'x' = ANY(tags)")


async def test_nobody_else_acts_on_many(db: str) -> None:
    who = await people.volunteer()
    for role in (Role.FIRST_CONTACT, Role.ADMINISTRATOR, Role.FACILITATOR, Role.VOLUNTEER):
        actor = people.actor(await people.account(role))
        for act in (
            bulk.names(actor, [who.id]),
            bulk.tag(actor, [who.id], "x"),
            bulk.untag(actor, [who.id], "x"),
            views.views(actor),
            views.keep(actor, "x", Wanted(), shared=True),
            views.forget(actor, uuid4()),
        ):
            with pytest.raises(Refused) as refused:
                await act
            assert refused.value.status == 404
