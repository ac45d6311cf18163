"""From a request in one step: a need on the map, a place in a group, a support circle; what came of it stands on it."""

from typing import Any

import httpx2
import pytest
from intake.at_the_desks import at, request, row_of, verbs
from intake.by_hand import beside, town, typed
from support import people
from support.visitor import Visitor

from volunteer_hub.intake import outcomes
from volunteer_hub.intake.request_forms import PlaceInGroup
from volunteer_hub.intake.rules import Desk
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.refused import Refused


async def test_a_need_of_one_person(client: httpx2.AsyncClient) -> None:
    await town()
    theme = await people.theme()
    visitor = await at(client, Role.COORDINATOR)
    asked = await request(area_slug="srodmiescie", urgency=3, reporter="neighbour")
    await visitor.open(f"/desk/requests/{asked.id}/need")
    form = typed(visitor.page, "/need")
    assert form["title"] == ["Zakupy"] and form["urgency"] == ["3"] and form["people"] == ["1"]
    assert form["voiced_by"] == ["sąsiad lub sąsiadka"] and form["area"][0], "prefilled, and nobody's words in it"
    await visitor.send("/need")
    assert visitor.page.status_code == 422 and "Wybierz temat." in beside(visitor.page, "theme")
    page = await visitor.send("/need", theme=theme.id)
    need = await database.fetchrow("SELECT * FROM need")
    assert need and (need["title"], need["personal"], need["urgency"]) == ("Zakupy", True, 3)
    assert f'href="/desk/needs/{need["id"]}"' in page and "Zajmuje" not in page.partition("<main")[0]
    row = await row_of(asked.id)
    assert (row["need"], row["state"]) == (need["id"], "taken")
    assert "request.need" in await verbs(asked.id)
    assert (await client.get(f"/desk/requests/{asked.id}/need")).status_code == 409, "one request, one need"


async def placed(visitor: Any, asked: Any, group: Any, **person: Any) -> str:
    await visitor.open(f"/desk/requests/{asked.id}/group")
    return await visitor.send("/group", initiative=group.id, **person)


async def test_a_new_person_gets_a_place_in_a_group(client: httpx2.AsyncClient) -> None:
    visitor, asked = await at(client, Role.COORDINATOR), await request(desk=Desk.SERVICES, language="uk")
    group = await people.initiative(kind="course", name="Grupa Czwartek", meets="czwartki o 17")
    await people.initiative(kind="group", name="Dawna grupa", state="finished")
    await people.initiative(kind="long_term", name="Projekt")
    page = await visitor.open(f"/desk/requests/{asked.id}/group")
    assert "Grupa Czwartek (czwartki o 17)" in page and "Dawna grupa" not in page and "Projekt" not in page
    form = typed(visitor.page, "/group")
    assert form["first_name"] == ["Bronisława Tajna"] and form["language"] == ["uk"] and "sms_ok" not in form
    page = await placed(visitor, asked, group, first_name="Bronisława", last_name="Tajna", sms_ok="yes")
    assert "Ta osoba należy już do grupy." in page and f'href="/desk/initiatives/{group.id}"' in page
    person = await database.fetchrow("SELECT * FROM participant")
    assert person and (person["phone"], person["language"], person["sms_ok"]) == ("+48600700812", "uk", True)
    assert person["alias"] == "Bronisława"
    member = await database.fetchrow("SELECT * FROM member")
    assert member and (member["initiative"], member["participant"]) == (group.id, person["id"])
    row = await row_of(asked.id)
    assert (row["initiative"], row["participant"], row["state"]) == (group.id, person["id"], "taken")
    about = await database.fetchval("SELECT verb FROM audit_entry WHERE about = $1", f"participant:{person['id']}")
    assert about == "people.add-participant"


async def test_a_person_we_know_is_not_made_twice(client: httpx2.AsyncClient) -> None:
    visitor, asked = await at(client, Role.COORDINATOR), await request()
    known = await people.participant(alias="Bronka", phone="+48600700812", sms_ok=False)
    stranger = await people.participant(alias="Ktoś", phone="+48600700813")
    group = await people.initiative(kind="course", name="Kurs")
    page = await visitor.open(f"/desk/requests/{asked.id}/group")
    assert "Bronka" in page and "Ktoś" not in page
    await placed(visitor, asked, group, participant=stranger.id)
    assert visitor.page.status_code == 422 and await database.fetchval("SELECT count(*) FROM member") == 0
    await placed(visitor, asked, group, participant=known.id, first_name="", sms_ok="yes")
    assert await database.fetchval("SELECT participant FROM member") == known.id
    assert await database.fetchval("SELECT sms_ok FROM participant WHERE id = $1", known.id)
    assert await database.fetchval("SELECT count(*) FROM participant") == 2
    with pytest.raises(Refused):  # past the form
        form = PlaceInGroup(initiative=group.id, participant=stranger.id, joined_on=clock.today(people.ZONE), version=1)
        await outcomes.place_from(people.actor(await people.account()), (await request(2)).id, form)


async def test_of_a_full_group_they_wait_and_of_a_colleagues_they_ask(client: httpx2.AsyncClient) -> None:
    visitor, asked = await at(client, Role.COORDINATOR), await request(1)
    full = await people.initiative(kind="course", name="Kurs", most_members=1)
    await people.member(full, await people.participant())
    page = await placed(visitor, asked, full, first_name="Zofia")
    assert "jest na liście oczekujących" in page
    assert await database.fetchval("SELECT state FROM joining WHERE initiative = $1", full.id) == "waiting"
    theirs = await people.initiative(kind="group", name="Grupa", coordinator=(await people.account()).id)
    page = await placed(visitor, await request(2), theirs, first_name="Jan")
    assert "Ktoś inny prowadzi tę grupę" in page
    assert await database.fetchval("SELECT state FROM joining WHERE initiative = $1", theirs.id) == "asked"
    assert await database.fetchval("SELECT count(*) FROM member") == 1


async def test_a_group_on_the_public_list_is_asked_for_and_stands_on_the_request(client: httpx2.AsyncClient) -> None:
    public = await people.initiative(kind="course", name="Kurs gotowania", public=True)
    hidden = await people.initiative(kind="group", name="Tajna", public=False)
    stranger = Visitor(client)
    assert f"/help?group={public.id}" in await stranger.open("/groups")
    assert "Tajna" not in await stranger.open(f"/help?group={hidden.id}")
    page = await stranger.open(f"/help?group={public.id}")
    assert "Pytasz o: Kurs gotowania" in page and typed(stranger.page, "/help")["group"] == [str(public.id)]
    await stranger.send("/help", name="Ola", text="Chcę dołączyć", phone="600 700 899", group=str(hidden.id))
    assert await database.fetchval("SELECT asks_for FROM request") is None, "what is not public cannot be asked for"
    await stranger.open(f"/help?group={public.id}")
    await stranger.send("/help", name="Ola", text="Chcę dołączyć", phone="600 700 899")
    id = await database.fetchval("SELECT id FROM request WHERE asks_for = $1", public.id)
    visitor = await at(client, Role.COORDINATOR)
    assert "Pyta o: Kurs gotowania" in await visitor.open(f"/desk/requests/{id}")
    await visitor.open(f"/desk/requests/{id}/group")
    assert typed(visitor.page, "/group")["initiative"] == [str(public.id)]


async def test_what_is_wrong_is_said_and_the_words_stay(client: httpx2.AsyncClient) -> None:
    visitor, asked = await at(client, Role.COORDINATOR), await request()
    group = await people.initiative(kind="group", name="Grupa")
    for change, name in (
        ({"first_name": ""}, "first_name"), ({"phone": "12"}, "phone"), ({"initiative": "x"}, "initiative"),
        ({"initiative": asked.id}, "initiative"), ({"joined_on": ""}, "joined_on"),
    ):  # fmt: skip
        await visitor.open(f"/desk/requests/{asked.id}/group")
        words = {"initiative": group.id, "first_name": "Zofia", "last_name": "Nowak"} | change
        await visitor.send("/group", **words)
        assert visitor.page.status_code == 422 and beside(visitor.page, name), change
        assert typed(visitor.page, "/group")["last_name"] == ["Nowak"]
    assert await database.fetchval("SELECT count(*) FROM participant") == 0


async def test_somebody_elses_name_and_number_are_not_the_participants(client: httpx2.AsyncClient) -> None:
    visitor, asked = await at(client, Role.COORDINATOR), await request(reporter="neighbour")
    await people.initiative(kind="group", name="Grupa")
    await visitor.open(f"/desk/requests/{asked.id}/group")
    form = typed(visitor.page, "/group")
    assert form["first_name"] == [""] and form["phone"] == [""]


async def test_a_specialist_starts_a_circle_and_belongs_to_it(client: httpx2.AsyncClient) -> None:
    theme = await people.theme(name_pl="Uzależnienia", confidential=True)
    visitor, asked = await at(client, Role.SPECIALIST), await request(42, Desk.SOCIAL_WORK)
    page = await visitor.open(f"/desk/requests/{asked.id}")
    assert "/circle" in page and "/group" not in page and "/need" not in page
    await visitor.open(f"/desk/requests/{asked.id}/circle")
    assert typed(visitor.page, "/circle")["name"] == ["Zespół 42"]
    page = await visitor.send("/circle", name="Zespół dla uzależnionych", theme=theme.id, first_name="Bronisława")
    assert visitor.page.status_code == 409 and "nie mogą mówić" in page
    assert await database.fetchval("SELECT count(*) FROM participant") == 0, "nothing half-written"
    page = await visitor.send("/circle", name="Zespół 42")
    circle = await database.fetchrow("SELECT * FROM initiative")
    assert circle and (circle["kind"], circle["public"]) == ("circle", False)
    assert f'href="/desk/initiatives/{circle["id"]}"' in page
    assert "Zespół 42" in await visitor.open(f"/desk/initiatives/{circle['id']}")
    assert await database.fetchval("SELECT count(*) FROM member WHERE initiative = $1", circle["id"]) == 1


async def test_first_contact_only_routes(client: httpx2.AsyncClient) -> None:
    visitor, asked = await at(client, Role.FIRST_CONTACT), await request()
    page = await visitor.open(f"/desk/requests/{asked.id}")
    assert "Zorganizuj pomoc" not in page and "Przekaż" in page
    for step in ("need", "group", "circle"):
        assert (await client.get(f"/desk/requests/{asked.id}/{step}")).status_code == 403


async def test_a_stale_page_keeps_its_words(client: httpx2.AsyncClient) -> None:
    visitor, asked = await at(client, Role.COORDINATOR), await request()
    group = await people.initiative(kind="group", name="Grupa")
    await visitor.open(f"/desk/requests/{asked.id}/group")
    await database.execute("UPDATE request SET version = 7")
    page = await visitor.send("/group", initiative=group.id, first_name="Zofia")
    assert visitor.page.status_code == 409 and "w międzyczasie" in page
    await visitor.send("/group")
    assert await database.fetchval("SELECT first_name FROM participant") == "Zofia"
