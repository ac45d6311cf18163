"""The accident-insurance list: who is within their first thirty days, on which days, by which policy."""

from datetime import date, datetime, time, timedelta

import httpx2
import pytest
from papers.printed import LETTERS, csrf, flat, printed
from support import pdfs, people

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.papers import insurance
from volunteer_hub.people.tables import Policy, Service, Volunteer
from volunteer_hub.schedule.tables import Assignment

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


async def served(first: date, last: date | None = None, **values: object) -> Volunteer:
    who = await people.volunteer(**values)
    await people.save(Service(volunteer=who.id, first_day=first, last_day=last))
    return who


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2026, 3, 10), None, (date(2026, 3, 10), LAST)),
        (date(2026, 1, 30), None, None),  # its 30th day was 28 February
        (date(2026, 1, 31), None, (FIRST, FIRST)),
        (date(2026, 2, 20), date(2026, 3, 5), (FIRST, date(2026, 3, 5))),
        (date(2026, 2, 1), date(2026, 2, 20), None),
        (date(2026, 3, 31), None, (LAST, LAST)),
        (date(2026, 4, 1), None, None),
    ],
)
async def test_who_is_to_be_insured_and_on_which_days(
    db: str, first: date, last: date | None, days: tuple[date, date] | None
) -> None:
    await served(first, last)
    found = await insurance.insured(people.actor(await people.account()), FIRST, LAST)
    assert [(one.since, one.until) for one in found] == ([days] if days else [])


async def test_a_first_meeting_that_is_agreed_on_counts_from_its_day(db: str) -> None:
    today = clock.today(people.ZONE)
    of = await people.initiative()
    who = await people.volunteer(last_name="Nowa")
    for days in (3, 10):
        at = await people.meeting(of, starts=datetime.combine(today + timedelta(days=days), time(16)))
        seat = await people.opening(at, await people.role(of))
        await people.save(Assignment(opening=seat.id, volunteer=who.id, state="accepted"))
    (one,) = await insurance.insured(people.actor(await people.account()), *insurance.month_from(today))
    assert one.first_day == one.since == today + timedelta(days=3)
    assert one.until == today + timedelta(days=29)


async def test_the_list_by_surname_with_policies(client: httpx2.AsyncClient, db: str) -> None:
    await people.signed_in(client)
    long = "Brzęczyszczykiewicz-Gżegżółkowska " + LETTERS
    own = await served(FIRST, first_name="Żaneta", last_name=long[:60], birth_date=date(1991, 2, 3))
    await served(FIRST, first_name="Adam", last_name="Żak")
    await served(FIRST, first_name="Ewa", last_name="Ćma")
    await served(FIRST, last_name="Ograniczona", restricted_at=clock.now())
    await people.save(Policy(insurer="Własny", number="W-1", valid_from=FIRST, valid_until=LAST, volunteer=own.id))
    document = await printed(client, "/desk/papers/insurance", first="1.03.2026", last="31.03.2026")
    said = flat(document)
    assert said.index("Brzęczyszczykiewicz") < said.index("Ćma") < said.index("Żak")
    assert LETTERS.split()[0] in said and "ґєії" in said
    assert "03.02.1991" in said and "W-1" in said and "NNW 1" in said and "Ograniczona" not in said
    assert pdfs.tags(document)["TH"] == 6 and pdfs.tags(document)["TR"] == 4
    logged = await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'paper.insure'")
    assert logged == 3, "whose birth date left the house can be told afterwards"


async def test_who_asked_not_to_have_their_data_used_is_told_to_no_insurer_and_counted(
    client: httpx2.AsyncClient, db: str
) -> None:
    await people.signed_in(client)
    await served(FIRST, last_name="Ograniczona", restricted_at=clock.now())
    words = {"csrf": await csrf(client), "language": "pl", "first": "1.03.2026", "last": "31.03.2026"}
    answer = await client.post("/desk/papers/insurance", data=words)
    assert answer.status_code == 422 and "prosiły, żeby ich danych nie używać" in answer.text
    await served(FIRST, last_name="Żak")
    said = flat(await printed(client, "/desk/papers/insurance", first="1.03.2026", last="31.03.2026"))
    assert "Żak" in said and "Ograniczona" not in said
    made = await client.post("/desk/papers/insurance", data=words)
    assert "nie używać: 1." in (await client.get(made.headers["location"])).text


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        ("1.03.2026", "28.02.2026", "wcześniejsza"),
        ("1.03.2026", "2.03.2027", "Najdłuższy okres to rok"),
        ("wczoraj", "1.03.2026", "Podaj dzień"),
        ("1.03.2001", "31.03.2001", "Lista byłaby pusta"),
    ],
)
async def test_a_period_that_makes_no_list(
    client: httpx2.AsyncClient, db: str, first: str, last: str, says: str
) -> None:
    await people.signed_in(client)
    words = {"csrf": await csrf(client), "language": "pl", "first": first, "last": last}
    answer = await client.post("/desk/papers/insurance", data=words)
    assert answer.status_code == 422 and says in answer.text and f'value="{first}"' in answer.text
    assert await database.fetchval("SELECT count(*) FROM issued_paper") == 0


async def test_only_coordinators_insure(db: str) -> None:
    with pytest.raises(Refused) as refused:
        await insurance.insured(Actor(Role.SPECIALIST), FIRST, LAST)
    assert refused.value.status == 404
