"""Who may be here twice is found by phone, mailbox, names and birth date; families and two people are left alone."""

from datetime import date, timedelta
from uuid import uuid4

import httpx2
import pytest
from support import people
from support.visitor import Visitor

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import duplicates
from volunteer_hub.people.tables import Volunteer

BORN = date(1990, 5, 4)
OTHER_DAY = date(1991, 5, 4)
PHONE = "+48600100200"


async def two(first: dict[str, object], second: dict[str, object]) -> tuple[Volunteer, Volunteer]:
    earlier = clock.now() - timedelta(days=9)
    same = {"birth_date": BORN, "free": False}
    one = await people.volunteer(
        **same | {"first_name": "Anna", "last_name": "Kowalska", "created_at": earlier} | first
    )
    return one, await people.volunteer(**same | {"first_name": "Anna", "last_name": "Kowalska"} | second)


ALIKE = {
    "the same name and birth date": ({}, {}, ["names"]),
    "no Polish letters": ({"last_name": "Wąsowska-Żółć"}, {"last_name": "wasowska zolc"}, ["names"]),
    "swapped": ({}, {"first_name": "Kowalska", "last_name": "Anna"}, ["names"]),
    "a letter wrong": ({}, {"last_name": "Kowalaska"}, ["names"]),
    "a letter wrong in a short name": (
        {"first_name": "Ewa", "last_name": "Lis"}, {"first_name": "Ewa", "last_name": "Lys"}, ["names"],
    ),
    "the same phone and birth date": (
        {"phone": PHONE}, {"phone": PHONE, "first_name": "Ania", "last_name": "Nowak"}, ["phone"],
    ),
    "the same phone and first name": (
        {"phone": PHONE}, {"phone": PHONE, "last_name": "Nowak", "birth_date": OTHER_DAY}, ["phone"],
    ),
    "the same mailbox": (
        {"email": "anna.k@example.org"},
        {"email": "annak+praca@example.org", "first_name": "A", "last_name": "K", "birth_date": OTHER_DAY},
        ["email"],
    ),
    "all of it": (
        {"phone": PHONE, "email": "a.k@x.pl"}, {"phone": PHONE, "email": "ak@x.pl"}, ["email", "names", "phone"],
    ),
}  # fmt: skip

APART = {
    "another birth date": ({}, {"birth_date": OTHER_DAY}),
    "born that day too": ({}, {"last_name": "Malinowska"}),
    "a mother and her daughter on one phone": (
        {"phone": PHONE}, {"phone": PHONE, "first_name": "Lena", "birth_date": date(2012, 1, 1), "last_name": "Nowak"},
    ),
    "two without a phone": ({"phone": "", "first_name": "Jan"}, {"phone": "", "birth_date": OTHER_DAY}),
    "another mailbox": ({"email": "anna@example.org"}, {"email": "anna@example.com", "birth_date": OTHER_DAY}),
}  # fmt: skip


@pytest.mark.parametrize("case", ALIKE)
async def test_who_may_be_one_person(db: str, case: str) -> None:
    first, second, why = ALIKE[case]
    one, other = await two(first, second)
    await people.volunteer(first_name="Zofia", last_name="Inna", birth_date=date(1950, 1, 1))
    found, more = await duplicates.twins(SYSTEM)
    assert [(pair.first.id, pair.second.id, list(pair.why)) for pair in found] == [(one.id, other.id, why)] and not more
    assert [known.id for known in await duplicates.possible_duplicates(SYSTEM, one.id)] == [other.id]
    assert [known.id for known in await duplicates.possible_duplicates(SYSTEM, other.id)] == [one.id]


@pytest.mark.parametrize("case", APART)
async def test_who_is_another_person(db: str, case: str) -> None:
    one, _ = await two(*APART[case])
    assert await duplicates.twins(SYSTEM) == ([], False)
    assert await duplicates.possible_duplicates(SYSTEM, one.id) == []


async def test_a_coordinator_says_two_people_once_and_for_all(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client)
    one, other = await two({}, {})
    visitor = Visitor(client)
    page = await visitor.open("/desk/people/duplicates")
    assert page.count("Anna Kowalska") >= 2 and f'href="/desk/people/{one.id}/merge/{other.id}"' in page
    await visitor.send("/apart")
    assert "to dwie osoby" in visitor.page.text and "Nie widać powtórzeń" in visitor.page.text
    await duplicates.tell_apart(people.actor(me), other.id, one.id)  # again, the other way round
    row = await database.fetchrow("SELECT one, other, said_by FROM not_the_same")
    assert row and tuple(row) == (*sorted((one.id, other.id)), me.id)
    assert await duplicates.possible_duplicates(SYSTEM, one.id) == []
    verbs = await database.fetch("SELECT about FROM audit_entry WHERE verb = 'people.not-the-same'")
    assert {row["about"] for row in verbs} == {f"volunteer:{one.id}", f"volunteer:{other.id}"} and len(verbs) == 2


async def test_what_is_no_pair_is_refused(client: httpx2.AsyncClient) -> None:
    me = people.actor(await people.signed_in(client))
    one, _ = await two({}, {})
    for a, b in ((one.id, one.id), (one.id, uuid4())):
        with pytest.raises(Refused) as refused:
            await duplicates.tell_apart(me, a, b)
        assert refused.value.status == 404
        assert (await client.get(f"/desk/people/{a}/merge/{b}")).status_code == 404
    visitor = Visitor(client)
    await visitor.open("/desk/people/duplicates")
    await visitor.send("/apart", one="x")
    assert visitor.page.status_code == 400


async def test_only_coordinators_see_pairs(db: str) -> None:
    one, other = await two({}, {})
    for role in (Role.FIRST_CONTACT, Role.ADMINISTRATOR, Role.SPECIALIST, Role.VOLUNTEER):
        actor = people.actor(await people.account(role))
        for act in (
            duplicates.twins(actor),
            duplicates.possible_duplicates(actor, one.id),
            duplicates.tell_apart(actor, one.id, other.id),
        ):
            with pytest.raises(Refused) as refused:
                await act
            assert refused.value.status == 404
