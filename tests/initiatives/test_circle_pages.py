"""The room of a support circle: who reads it, who changes what, what a volunteer of the team sees of it."""

from datetime import date, timedelta
from uuid import UUID

import httpx2
import pytest
from support import groups, people
from support.visitor import Visitor

from volunteer_hub.initiatives import circle_tasks, circle_team
from volunteer_hub.initiatives.tables import Initiative
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.privacy import erasure
from volunteer_hub.settings import Settings

WORDS = "Umówić wizytę u logopedy"
DAY = date(2026, 11, 1)


async def circle(**values: object) -> tuple[Initiative, Actor]:
    """A circle around somebody, and its coordinator."""
    of, _, _ = await groups.group("circle", **values)
    return of, await groups.leader(Role.COORDINATOR, of)


async def team(of: Initiative, account: UUID, volunteer: UUID | None = None) -> tuple[UUID, UUID]:
    """A colleague who leads and a volunteer: their places."""
    place = await circle_team.add_colleague(SYSTEM, of.id, account, "psycholog", DAY)
    helps = volunteer or (await people.volunteer()).id
    return place, await circle_team.add_volunteer(SYSTEM, of.id, helps, None, "lekcje", DAY)


async def reads(verb: str = "circle.read") -> int:
    return await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = $1", verb)


async def test_a_team_with_roles_tasks_and_one_who_leads(client: httpx2.AsyncClient) -> None:
    of, me = await circle()
    visitor = await groups.signed(client, me)
    await people.account(Role.SPECIALIST, name="Alicja Kubiak")
    await people.account(Role.SPECIALIST, name="Jan Mazur")
    helps = await people.volunteer(first_name="Ola", last_name="Wrona")
    address = f"/desk/initiatives/{of.id}/circle"
    assert "Nikogo jeszcze nie ma" in await visitor.open(address)
    for name in ("Alicja Kubiak", "Jan Mazur"):
        who = await database.fetchval("SELECT id FROM account WHERE name = $1", name)
        page = await visitor.send("/helpers", account=who, function="asystentka rodziny")
        assert "Osoba jest w zespole" in page and name in page
    await visitor.open(f"{address}?q=Wrona")
    page = await visitor.send("/volunteers", volunteer=helps.id, function="lekcje")
    assert "Wrona" in page
    assert await leads() == "Alicja Kubiak"
    yesterday = clock.today("Europe/Warsaw") - timedelta(days=1)
    place = await database.fetchval("SELECT id FROM circle_helper WHERE volunteer = $1", helps.id)
    page = await visitor.send("/tasks", words=WORDS, helper=place, due=yesterday.isoformat())
    assert WORDS in page and "po terminie" in page
    assert WORDS.encode() not in bytes(await database.fetchval("SELECT sealed FROM circle_task"))
    await visitor.send("/lead")
    assert await leads() == "Jan Mazur"
    await visitor.open(address)
    assert "zrobione" in await visitor.send(await task(), done="yes")


async def task() -> str:
    """Where the form of the first task is sent."""
    return f"/tasks/{await database.fetchval('SELECT id FROM circle_task ORDER BY created_at LIMIT 1')}"


async def leads() -> str:
    return await database.fetchval(
        "SELECT a.name FROM circle_helper h JOIN account a ON a.id = h.account WHERE h.leads"
    )


async def test_who_leads_goes_only_after_somebody_else_leads(db: str) -> None:
    of, _ = await circle()
    first, second = [(await people.account(Role.SPECIALIST)).id for _ in range(2)]
    one = await circle_team.add_colleague(SYSTEM, of.id, first, "", DAY)
    other = await circle_team.add_colleague(SYSTEM, of.id, second, "", DAY)
    with pytest.raises(Refused):
        await circle_team.leave(SYSTEM, of.id, one)
    await circle_team.lead(SYSTEM, of.id, other)
    await circle_team.leave(SYSTEM, of.id, one)
    assert await database.fetchval("SELECT count(*) FROM circle_helper WHERE leads") == 1
    helps = (await people.volunteer()).id
    place = await circle_team.add_volunteer(SYSTEM, of.id, helps, None, "lekcje", DAY)
    with pytest.raises(Refused):
        await circle_team.lead(SYSTEM, of.id, place)
    await database.execute("UPDATE circle_helper SET leads = false")
    with pytest.raises(Exception, match="circle_helper_leads"):
        await database.execute("UPDATE circle_helper SET leads = true WHERE id = $1", place)


async def test_two_cannot_lead_whoever_writes_it(db: str) -> None:
    of, _ = await circle()
    for _ in range(2):
        await circle_team.add_colleague(SYSTEM, of.id, (await people.account(Role.SPECIALIST)).id, "", DAY)
    with pytest.raises(Exception, match="circle_helper_leader"):
        await database.execute("UPDATE circle_helper SET leads = true")


async def test_nobody_outside_reads_it_and_a_reading_is_written_down(
    client: httpx2.AsyncClient, settings: Settings
) -> None:
    of, me = await circle()
    specialist = await people.account(Role.SPECIALIST)
    place, _ = await team(of, specialist.id)
    await circle_tasks.give(settings, SYSTEM, of.id, WORDS, place, None)
    address = f"/desk/initiatives/{of.id}/circle"
    visitor = await groups.signed(client, people.actor(specialist))
    assert WORDS in await visitor.open(address) and await reads() == 1
    await groups.signed(client, me)
    assert WORDS in await visitor.open(address) and await reads() == 2, "control: its coordinator"
    for role in (Role.SPECIALIST, Role.COORDINATOR):
        await people.sign_in(client, await people.account(role))
        answer = await client.get(address)
        assert answer.status_code == 404 and WORDS not in answer.text
    assert await reads() == 2
    await people.sign_in(client, specialist)
    await circle_team.lead(SYSTEM, of.id, await circle_team.add_colleague(
        SYSTEM, of.id, (await people.account(Role.SPECIALIST)).id, "", DAY))  # fmt: skip
    await circle_team.leave(SYSTEM, of.id, place)
    assert (await client.get(address)).status_code == 404, "who has left sees nothing of it"


async def test_a_specialist_ticks_and_gives_tasks_and_says_who_is_of_the_team_only_when_leading(
    client: httpx2.AsyncClient, settings: Settings
) -> None:
    of, _ = await circle()
    leader, other, third = [await people.account(Role.SPECIALIST) for _ in range(3)]
    await team(of, leader.id)
    await circle_team.add_colleague(SYSTEM, of.id, other.id, "logopeda", DAY)
    visitor = await groups.signed(client, people.actor(other))
    page = await visitor.open(f"/desk/initiatives/{of.id}/circle")
    assert "Dodaj osobę z pracy" not in page and "Dodaj zadanie" in page
    assert WORDS in await visitor.send("/tasks", words=WORDS)
    with pytest.raises(Refused):
        await circle_team.add_colleague(people.actor(other), of.id, third.id, "", DAY)
    assert await circle_team.add_colleague(people.actor(leader), of.id, third.id, "", DAY), "control"


async def test_a_volunteer_sees_their_own_tasks_and_nothing_else(
    client: httpx2.AsyncClient, settings: Settings
) -> None:
    of, _ = await circle()
    me = await people.account(Role.VOLUNTEER)
    helps = await people.volunteer(account=me.id)
    place, mine = await team(of, (await people.account(Role.SPECIALIST, name="Alicja Kubiak")).id, helps.id)
    await circle_tasks.give(settings, SYSTEM, of.id, "Czytać z Kubą", mine, None)
    await circle_tasks.give(settings, SYSTEM, of.id, WORDS, place, None)
    await people.sign_in(client, me)
    visitor = Visitor(client)
    assert "Grupa Środa" in await visitor.open("/me")
    page = await visitor.open(f"/me/circles/{of.id}")
    assert "Czytać z Kubą" in page and await reads() == 1
    for hidden in (WORDS, "Alicja", "Genowefa", "Z2"):
        assert hidden not in page
    assert "zrobione" in await visitor.send(await task(), done="yes")
    theirs = await database.fetchval("SELECT id FROM circle_task WHERE helper = $1", place)
    with pytest.raises(Refused):
        await circle_tasks.tick_mine(people.actor(me), of.id, theirs, done=True)
    await database.execute("UPDATE volunteer SET restricted_at = now()")
    assert (await client.get(f"/me/circles/{of.id}")).status_code == 404
    assert "Grupa Środa" not in await visitor.open("/me")


@pytest.mark.parametrize(
    ("who", "role", "word"),
    [
        ({"step": "paused"}, {}, "nie pomaga"),
        ({"birth_date": date(2012, 1, 1)}, {"minor_safe": True}, "zgody opiekuna"),
        ({}, {"clearances": ["minors"]}, "sprawdzenia"),
        ({}, {"min_age": 60}, "Wiek"),
    ],
)
async def test_the_rules_of_a_role_hold_for_a_team_as_well(
    db: str, who: dict[str, object], role: dict[str, object], word: str
) -> None:
    of, _ = await circle()
    asked, good = await people.role(of, **role), await people.role(of)
    helps = await people.volunteer(**who)
    with pytest.raises(Refused, match=word):
        await circle_team.add_volunteer(SYSTEM, of.id, helps.id, asked.id, "", DAY)
    with pytest.raises(Refused, match="rolę"):
        await circle_team.add_volunteer(SYSTEM, of.id, helps.id, None, "", DAY)
    if not who:
        assert await circle_team.add_volunteer(SYSTEM, of.id, helps.id, good.id, "", DAY), "control"


async def test_caps_in_words_and_circles_only_for_who_runs_them(client: httpx2.AsyncClient) -> None:
    of, me = await circle()
    others, _ = await circle()
    await database.execute("UPDATE initiative SET coordinator = NULL, name = 'Zespół 77' WHERE id = $1", others.id)
    who = await people.account(Role.SPECIALIST, name="Alicja Kubiak")
    for one in (of, others):
        await circle_team.add_colleague(SYSTEM, one.id, who.id, "", DAY)
    visitor = await groups.signed(client, me)
    page = await visitor.open("/desk/caps")
    assert "2 z 15" in page and "Grupa Środa" in page and "Zespół 77" not in page
    assert "Wpisz liczbę" in await visitor.send("/desk/caps", staff="dużo")
    page = await visitor.send("/desk/caps", staff="1", volunteer="1")
    assert "2 z 1" in page and "o 1 za dużo" in page and "1 osoba wspiera więcej domów" in page
    own = f"/desk/caps/{await database.fetchval('SELECT id FROM helper_load')}"
    await visitor.open(own)
    assert "2 z 3" in await visitor.send(own, own="3")


async def test_through_a_glass_the_room_is_read_and_not_written(
    client: httpx2.AsyncClient, settings: Settings
) -> None:
    of, _ = await circle()
    place, _ = await team(of, (await people.account(Role.SPECIALIST)).id)
    await circle_tasks.give(settings, SYSTEM, of.id, WORDS, place, None)
    me, other = await people.signed_in(client), await people.account()
    address = f"/desk/initiatives/{of.id}/circle"
    assert (await client.get(address)).status_code == 404, "control"
    await database.execute(
        """INSERT INTO break_glass (id, account, about, reason, asked_at, approved_at, decided_by, ends_at)
           VALUES (gen_random_uuid(), $1, $2, 'Nagła sprawa', now(), now(), $3, now() + interval '1 hour')""",
        me.id, f"initiative:{of.id}", other.id,
    )  # fmt: skip
    page = (await client.get(address)).text
    assert WORDS in page and "Z2" in page
    for button in ("Zrobione", "Usuń", "Dodaj zadanie", "Odchodzi z zespołu", "Dodaj osobę z pracy"):
        assert button not in page
    with pytest.raises(Refused):
        await circle_tasks.give(settings, people.actor(me), of.id, "x", None, None)
    assert await reads() == 1


async def test_erasing_somebody_takes_the_tasks_that_name_them(db: str, settings: Settings) -> None:
    of, _ = await circle()
    for words in ("Genowefa Nowak (Z2) prosi o telefon", WORDS):
        await circle_tasks.give(settings, SYSTEM, of.id, words, None, None)
    who = await database.fetchval("SELECT id FROM participant")
    assert await erasure.erase(settings, SYSTEM, f"participant:{who}", why="asked")
    assert [one.words for one in await circle_tasks.of(settings, of.id)] == [WORDS]
