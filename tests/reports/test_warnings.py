"""The desk is told a week ahead who will lack a written agreement, and which insurance ends with nothing after it."""

import random
from datetime import date, timedelta

import httpx2
from support import people

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.people.rules import Step, Term, unwritten
from volunteer_hub.people.tables import Agreement, Policy, Service, StepTaken
from volunteer_hub.reports import queue
from volunteer_hub.reports.queue import Line
from volunteer_hub.reports.rules import Kind

TODAY = clock.today(people.ZONE)


def ahead(days: int) -> date:
    return TODAY + timedelta(days=days)


async def coordinator() -> Actor:
    return people.actor(await people.account())


async def told(name: str) -> list[Line]:
    return list((await queue.waiting(await coordinator(), people.ZONE, Kind(name))).lines)


async def test_day_31_is_told_seven_days_ahead_and_not_eight(db: str) -> None:
    for day, first in ((23, -22), (24, -23), (30, -29), (31, -30), (90, -89)):
        who = await people.volunteer(first_name=f"Dzień{day}", last_name="X")
        await people.save(Service(volunteer=who.id, first_day=ahead(first)))
    left = await people.volunteer(first_name="Po", step=Step.LEFT)
    await people.save(Service(volunteer=left.id, first_day=ahead(-40)))
    lines = await told("agreement")
    assert {(one.who, one.at.date()) for one in lines} == {
        ("Dzień31 X.", TODAY), ("Dzień90 X.", TODAY), ("Dzień30 X.", ahead(1)), ("Dzień24 X.", ahead(7))
    }  # fmt: skip
    assert [one.at for one in lines] == sorted(one.at for one in lines)


async def test_the_statement_agrees_with_the_rule(db: str) -> None:
    """Whoever the rule says lacks an agreement within seven days is told of, on that day, and nobody else."""
    chance, expected = random.Random(31), {}
    for n in range(60):
        who = await people.volunteer(first_name=f"W{n}", last_name="Y")
        first = ahead(-chance.randint(0, 70))
        await people.save(Service(volunteer=who.id, first_day=first))
        terms = []
        for _ in range(chance.randint(0, 3)):
            starts = ahead(chance.randint(-60, 10))
            term = Term(starts, chance.choice([None, starts + timedelta(days=chance.randint(0, 40))]))
            terms.append(term)
            await people.save(
                Agreement(volunteer=who.id, signed_on=starts, valid_from=term.first, valid_until=term.last)
            )
        day = unwritten(first, terms, TODAY)
        if day and day <= ahead(7):
            expected[f"W{n} Y."] = day
    assert {one.who: one.at.date() for one in await told("agreement")} == expected
    assert 5 < len(expected) < 55


async def test_a_policy_that_is_followed_is_no_news(db: str) -> None:
    await people.volunteer()
    await database.execute("DELETE FROM policy")
    assert len(await told("uninsured")) == 1
    await people.save(Policy(insurer="PZU", number="stara", valid_from=ahead(-90), valid_until=ahead(14)))
    assert len(await told("uninsured")) == 0 and len(await told("policy")) == 1
    await people.save(Policy(insurer="PZU", number="luka", valid_from=ahead(16), valid_until=ahead(90)))
    assert len(await told("policy")) == 1, "a day lies between them"
    await people.save(Policy(insurer="PZU", number="nowa", valid_from=ahead(15), valid_until=ahead(90)))
    assert len(await told("policy")) == 0
    who = await people.volunteer(first_name="Iga", last_name="Maj")
    await people.save(Policy(insurer="W", number="1", valid_from=TODAY, valid_until=ahead(2), volunteer=who.id))
    assert len(await told("policy")) == 0, "everybody is insured then"


async def test_who_should_be_back_is_named(client: httpx2.AsyncClient) -> None:
    back, later = await people.volunteer(step=Step.PAUSED), await people.volunteer(step=Step.PAUSED)
    await people.save(StepTaken(volunteer=back.id, step="paused", until=TODAY))
    await people.save(StepTaken(volunteer=later.id, step="paused", until=ahead(1)))
    assert [one.id for one in await told("back")] == [back.id]
    who = await people.volunteer(first_name="Lena", last_name="Kos")
    await people.save(Service(volunteer=who.id, first_day=ahead(-25)))
    await database.execute("UPDATE policy SET valid_until = $1", ahead(3))
    await people.signed_in(client)
    page = (await client.get("/desk")).text
    for words in ("Potrzebne porozumienie", "Lena K.", "Kończy się polisa", "Koniec przerwy"):
        assert words in page
    assert f'href="/desk/people/{who.id}/agreement"' in page
