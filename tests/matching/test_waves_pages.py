"""Invitations in waves over HTTP: begun beside the candidates, followed wave by wave, stopped; what is typed wrong."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import httpx2
import pytest
from support import people
from support import waves as of
from support.visitor import Visitor

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.matching.waves import actions as waves
from volunteer_hub.matching.waves import queries
from volunteer_hub.reports import queue
from volunteer_hub.reports.rules import Kind
from volunteer_hub.schedule import actions
from volunteer_hub.settings import Settings


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace("\N{WORD JOINER}", "").split())


def section(html: str) -> str:
    found = re.search(r'<section id="waves".*?</section>', html, re.S)
    return words(found[0]) if found else ""


async def desk(client: httpx2.AsyncClient) -> Visitor:
    await people.signed_in(client)
    return Visitor(client)


async def test_from_the_openings_page_to_the_last_wave(client: httpx2.AsyncClient, settings: Settings) -> None:
    visitor, opening = await desk(client), await of.opening(least=3, most=3)
    near = await of.neighbours(5)
    page = await visitor.open(f"/desk/openings/{opening.id}")
    assert 'name="size" type="text" value="3"' in page and 'name="hours" type="text" value="24"' in page
    page = await visitor.send("/waves", size="2", hours="5")
    assert "Pierwsza fala wysłana. Zaproszonych osób: 2." in words(page)
    said = section(page)
    assert "Trwa fala 1" in said and "0 tak, 0 nie, 2 bez odpowiedzi" in said and "Następna:" in said
    assert said.count("Zaproszenie") + said.count("Czeka") >= 1 and "Ile osób w fali" not in said
    await actions.answer(SYSTEM, await of.assignment(opening, near[0]), accept=False, channel="sms")
    await of.time_passes()
    await waves.plan(settings)
    said = section(await visitor.open(f"/desk/openings/{opening.id}"))
    assert "Trwa fala 2" in said and "Fala 1" in said and "Fala 2" in said and "1 nie, 3 bez odpowiedzi" in said
    page = await visitor.send("/waves/stop")
    assert "Zatrzymane" in words(page) and "Fale zatrzymane" in section(page) and "Zacznij od nowa" in section(page)


async def test_what_is_typed_wrong_stays_beside_a_sentence(client: httpx2.AsyncClient) -> None:
    visitor, opening, _ = await desk(client), await of.opening(), await of.neighbours(3)
    await visitor.open(f"/desk/openings/{opening.id}/waves")
    page = await visitor.send("/waves", size="dwie", hours="400")
    assert visitor.page.status_code == 422
    assert "Wpisz liczbę." in page and "Największa możliwa liczba to 168." in page
    assert 'value="dwie"' in page and 'value="400"' in page and not await of.row(opening)


async def test_nobody_fits_is_said_beside_the_form(client: httpx2.AsyncClient) -> None:
    visitor, opening = await desk(client), await of.opening()
    await visitor.open(f"/desk/openings/{opening.id}/waves")
    page = await visitor.send("/waves", size="2", hours="24")
    assert visitor.page.status_code == 409 and "Nikt więcej teraz nie pasuje." in page


async def test_a_second_press_begins_nothing_twice(client: httpx2.AsyncClient) -> None:
    visitor, opening, _ = await desk(client), await of.opening(), await of.neighbours(4)
    await visitor.open(f"/desk/openings/{opening.id}/waves")
    await waves.start(SYSTEM, opening.id, 2, 24)
    assert "już trwają" in words(await visitor.send("/waves", size="2", hours="24"))
    assert len(await of.asked(opening)) == 2


async def test_a_group_is_asked_into_by_people(client: httpx2.AsyncClient) -> None:
    visitor, opening, _ = await desk(client), await of.opening(initiative={"kind": "group"}), await of.neighbours(2)
    assert not section(await visitor.open(f"/desk/openings/{opening.id}"))
    page = await visitor.open(f"/desk/openings/{opening.id}/waves")
    assert "prosi się osobiście" in section(page) and 'name="size"' not in page


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.FIRST_CONTACT, Role.VOLUNTEER])
async def test_coordinators_only(client: httpx2.AsyncClient, role: Role) -> None:
    opening = await of.opening()
    await people.signed_in(client, role)
    assert (await client.get(f"/desk/openings/{opening.id}/waves")).status_code == 403


async def test_no_such_opening(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    assert (await client.get(f"/desk/openings/{uuid4()}/waves")).status_code == 404


async def test_answers_are_counted_and_half_of_them_came_within_a_time(db: str, settings: Settings) -> None:
    opening, near = await of.opening(least=2, most=2), await of.neighbours(6)
    await waves.start(SYSTEM, opening.id, 6, 24)
    await of.delivered()
    for one, accept, hours in ((0, False, 1), (1, True, 3), (2, False, 5)):
        id = await of.assignment(opening, near[one])
        await actions.answer(SYSTEM, id, accept=accept, channel="sms")
        await database.execute(
            "UPDATE assignment SET invited_at = answered_at - make_interval(hours => $2) WHERE id = $1", id, hours
        )
    said = (await queries.of_opening(SYSTEM, opening.id)).answers
    assert (said.yes, said.no, said.silent, said.asked) == (1, 2, 3, 6)
    assert said.median == timedelta(hours=3)
    await actions.answer(SYSTEM, await of.assignment(opening, near[3]), accept=True, channel="sms")
    await waves.plan(settings)
    view = await queries.of_opening(SYSTEM, opening.id)
    assert [one.thanked for one in view.waves[0].people] == [False] * 4 + [True] * 2
    assert view.answers.silent == 2 and not view.running


async def test_the_roster_says_that_nobody_was_needed_any_more(client: httpx2.AsyncClient, settings: Settings) -> None:
    visitor, opening, near = await desk(client), await of.opening(), await of.neighbours(2)
    await waves.start(SYSTEM, opening.id, 2, 24)
    await actions.answer(SYSTEM, await of.assignment(opening, near[0]), accept=True, channel="sms")
    await waves.plan(settings)
    page = words(await visitor.open(f"/desk/openings/{opening.id}"))
    assert "był już komplet" in page and "Był już komplet" in page and "Zgłosiło się dość osób" in page


async def test_whoever_was_not_needed_any_more_reads_it_and_may_still_say_yes(
    client: httpx2.AsyncClient, settings: Settings
) -> None:
    me = await people.signed_in(client, Role.VOLUNTEER)
    opening, (yes, mine) = await of.opening(), await of.neighbours(2)
    await database.execute("UPDATE volunteer SET account = $1 WHERE id = $2", me.id, mine)
    await waves.start(SYSTEM, opening.id, 2, 24)
    visitor = Visitor(client)
    assert "komplet" not in await visitor.open("/me")
    await actions.answer(SYSTEM, await of.assignment(opening, yes), accept=True, channel="sms")
    await waves.plan(settings)
    page = words(await visitor.open("/me"))
    assert "Mamy już komplet, dziękujemy" in page and "Czas na odpowiedź minął" not in page
    await visitor.send("/answer", answer="yes")
    assert "w kolejce" in words(await visitor.open("/me"))


async def test_nobody_is_to_be_rung_while_waves_run(client: httpx2.AsyncClient) -> None:
    row = await people.signed_in(client)
    opening, _ = await of.opening(), await of.neighbours(2)
    await waves.start(SYSTEM, opening.id, 2, 24)
    await database.execute("UPDATE assignment SET invited_at = now() - interval '30 hours'")
    kinds = [line.kind for line in (await queue.waiting(people.actor(row), people.ZONE)).lines]
    assert Kind.INVITED not in kinds
    await waves.stop(SYSTEM, opening.id)
    kinds = [line.kind for line in (await queue.waiting(people.actor(row), people.ZONE)).lines]
    assert kinds.count(Kind.INVITED) == 2 and Kind.NOBODY in kinds


async def test_in_the_demo_town_waves_run(town: str) -> None:
    rows = await database.fetch(
        """SELECT w.wave, s.state FROM invitation_waves w JOIN wave_asked a ON a.waves = w.id
           JOIN assignment s ON s.id = a.assignment WHERE w.state = 'running' ORDER BY s.rank"""
    )
    assert [tuple(row) for row in rows] == [(1, "declined"), (1, "invited"), (1, "invited")]
