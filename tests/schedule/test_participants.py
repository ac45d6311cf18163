"""Participants at the desk: found, added with a name or an alias alone, corrected on what was seen, asked about SMS."""

import re
from typing import Any
from uuid import uuid4

import asyncpg
import httpx2
import pytest
from support import people
from support.visitor import Visitor

from volunteer_hub.initiatives import participants
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.kit.phone import pretty
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import centre, notices

PERSON = {"first_name": "Zofia", "last_name": "Źrebięcka", "alias": "Zosia", "phone": "600 100 200", "reach": "call"}


async def desk(client: httpx2.AsyncClient) -> Visitor:
    await people.signed_in(client)
    return Visitor(client)


async def typed_in(visitor: Visitor, **values: Any) -> str:
    await visitor.open("/desk/participants/new")
    return await visitor.send("/desk/participants/new", **values)


def names(page: str) -> list[str]:
    return re.findall(r'href="/desk/participants/[0-9a-f-]{36}">([^<]+)</a>', page)


async def test_somebody_is_added_found_and_opened(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    page = await typed_in(visitor, **PERSON)
    assert visitor.page.status_code == 200 and "Zofia Źrebięcka" in page and pretty("+48600100200") in page
    row = await database.fetchrow("SELECT phone, sms_ok, added_by FROM participant")
    assert row and row["phone"] == "+48600100200" and not row["sms_ok"] and row["added_by"]
    for q in ("zrebi", "ZOSIA", "100200", "zofia źre"):
        assert names(await visitor.open(f"/desk/participants?q={q}")) == ["Zosia"], q
    for q in ("nikt", "%", "_", "..."):
        assert "Nikogo takiego nie ma" in await visitor.open(f"/desk/participants?q={q}"), q
    verbs = await database.fetch("SELECT verb FROM audit_entry WHERE about LIKE 'participant:%' ORDER BY at")
    assert [row["verb"] for row in verbs] == ["people.add-participant", "people.open"]


@pytest.mark.parametrize("only", [{"first_name": "Zofia"}, {"alias": "Zorza"}, {"last_name": "Źrebięcka"}])
async def test_a_name_alone_or_an_alias_alone_is_enough(client: httpx2.AsyncClient, only: dict[str, str]) -> None:
    visitor = await desk(client)
    await typed_in(visitor, **only, reach="through", reach_note="przez sąsiadkę")
    row = await database.fetchrow("SELECT alias, phone, reach, reach_note FROM participant")
    assert row and tuple(row) == (*only.values(), None, "through", "przez sąsiadkę")


async def test_the_database_keeps_nobody_without_a_name_for_the_screen(db: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await people.participant(alias="")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"first_name": "", "last_name": "", "alias": ""}, "Wpisz imię albo pseudonim."),
        ({"phone": ""}, "Wpisz telefon albo wybierz inny sposób."),
        ({"phone": "12"}, "Numer ma 2 cyfry"),
        ({"reach": "letter"}, "Napisz, dokąd albo przez kogo."),
        ({"reach": "pigeon"}, "Wybierz jedną z odpowiedzi."),
        ({"alias": "x" * 61}, "Ten tekst jest za długi."),
        ({"language": "xx"}, "Wybierz jedną z odpowiedzi."),
    ],
)
async def test_what_is_wrong_is_said_and_the_words_stay(
    client: httpx2.AsyncClient, wrong: dict[str, str], sentence: str
) -> None:
    visitor = await desk(client)
    page = await typed_in(visitor, **PERSON | {"reach_note": ""} | wrong)
    assert visitor.page.status_code == 422 and sentence in page
    assert all(f'value="{value}"' in page for name, value in (PERSON | wrong).items() if value and name == "last_name")
    assert await database.fetchval("SELECT count(*) FROM participant") == 0


async def test_a_second_press_is_asked_about_and_a_family_shares_a_phone(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    await typed_in(visitor, **PERSON)
    assert "Taka osoba już jest" in await typed_in(visitor, **PERSON) and visitor.page.status_code == 409
    await visitor.send("/desk/participants/new", another="yes")
    page = await typed_in(visitor, **PERSON | {"first_name": "Jan", "alias": "Janek"})
    assert page.count(">Zosia</a>") == 2, "the card names who else has the phone"
    assert await database.fetchval("SELECT count(*) FROM participant") == 3


async def test_consent_to_sms_goes_through_the_ledger(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    await typed_in(visitor, **PERSON, sms_ok="yes", channel="phone")
    assert await database.fetchval("SELECT sms_ok FROM participant")
    await visitor.send("/sms", said="no", channel="desk")
    assert visitor.page.status_code == 200 and not await database.fetchval("SELECT sms_ok FROM participant")
    rows = await database.fetch("SELECT given, channel, by_whom, by IS NOT NULL AS by FROM consent ORDER BY at")
    assert [tuple(row) for row in rows] == [(True, "phone", "coordinator", True), (False, "desk", "coordinator", True)]
    assert visitor.page.text.count("wersja 2026-11") == 2
    assert (await client.post(str(visitor.page.url) + "/sms", data={})).status_code in (403, 422)
    await visitor.send("/sms", said="perhaps")
    assert visitor.page.status_code == 422 and await database.fetchval("SELECT count(*) FROM consent") == 2


async def waiting_sms(meeting: Any, member: Any) -> None:
    """A reminder that has not left yet."""
    settings, key = centre.settings(), "coming:{id}:reminder"
    async with database.transaction():
        await notices.tell_participants(settings, meeting.id, "participant_reminder", key=key, member=member.id)


@pytest.mark.parametrize(("how", "state"), [("no to SMS", "cancelled"), ("leaves", "cancelled"), ("", "planned")])
async def test_after_a_no_or_leaving_nothing_that_waits_goes_out(
    client: httpx2.AsyncClient, how: str, state: str
) -> None:
    visitor = await desk(client)
    project, who = await people.initiative(), await people.participant()
    member = await people.member(project, who)
    await waiting_sms(await people.meeting(project), member)
    if how == "no to SMS":
        await visitor.open(f"/desk/participants/{who.id}")
        await visitor.send("/sms", said="no", channel="phone")
    elif how:
        await visitor.open(f"/desk/initiatives/{project.id}/members/{member.id}/leaving")
        await visitor.send("/leaving")
    assert await database.fetchval("SELECT state FROM message") == state


async def test_corrected_on_what_was_seen(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    await typed_in(visitor, **PERSON)
    path = visitor.page.url.path
    await visitor.open(f"{path}/edit")
    await database.execute("UPDATE participant SET alias = 'Zuzia', sms_ok = true")
    page = await visitor.send("/edit", phone="600 100 201")
    assert visitor.page.status_code == 409 and "Teraz zapisane: Zuzia" in page and "600 100 201" in page
    assert await database.fetchval("SELECT phone FROM participant") == "+48600100200"
    await visitor.send("/edit")
    row = await database.fetchrow("SELECT alias, phone, version FROM participant")
    assert visitor.page.status_code == 200 and row and tuple(row) == ("Zosia", "+48600100201", 2)


async def test_the_version_is_of_what_is_typed(db: str) -> None:
    who = await people.participant()
    await database.execute("UPDATE participant SET sms_ok = NOT sms_ok, restricted_at = now()")
    assert await database.fetchval("SELECT version FROM participant WHERE id = $1", who.id) == 0


async def test_pages_follow_each_other_without_losing_anybody(db: str) -> None:
    actor = people.actor(await people.account())
    for n in range(7):
        await people.participant(last_name=f"Nowak{n}", alias=f"A{n}")
    found, after = [], ""
    while True:
        page = await participants.find(actor, "nowak", after=after, most=3)
        found += [one.last_name for one in page.people]
        if not (after := page.after):
            break
    assert found == [f"Nowak{n}" for n in range(7)]


async def test_a_specialist_sees_those_of_the_own_circles(client: httpx2.AsyncClient) -> None:
    circle, group = await people.initiative(kind="circle", name="Zespół 1"), await people.initiative(kind="group")
    mine, foreign, shared = [await people.participant(alias=alias) for alias in ("Moja", "Obca", "Wspólna")]
    await people.member(circle, mine)
    await people.member(group, shared)
    me = await people.signed_in(client, Role.SPECIALIST)
    await people.facilitator(circle, me)
    assert names((await client.get("/desk/participants")).text) == ["Moja"]
    assert names((await client.get("/desk/participants?q=o")).text) == ["Moja"]
    assert "Zespół 1" in (await client.get(f"/desk/participants/{mine.id}")).text
    for who in (foreign, shared):
        for path in (f"/desk/participants/{who.id}", f"/desk/participants/{who.id}/edit"):
            assert (await client.get(path)).status_code == 404
    with pytest.raises(Refused):
        await participants.find(people.actor(await people.account(Role.FACILITATOR)), "")
    with pytest.raises(Refused):
        await participants.participant(SYSTEM, uuid4())


async def test_a_card_names_no_group_of_others(client: httpx2.AsyncClient) -> None:
    grief = await people.theme(name_pl="Żałoba po dziecku", name_en="Grief", name_uk="Втрата")
    who, me = await people.participant(), await people.signed_in(client)
    mine = await people.initiative(kind="group", name="Grupa Środa", coordinator=me.id, theme=grief.id)
    for of in (mine, await people.initiative(kind="group", name="Grupa Piątek", theme=grief.id)):
        await people.member(of, who)
    await people.member(await people.initiative(kind="course", name="Kurs"), who)
    page = (await client.get(f"/desk/participants/{who.id}")).text
    assert "Grupa Środa" in page and "Kurs" in page
    assert "Piątek" not in page and "Żałoba" not in page and str(grief.slug) not in page
