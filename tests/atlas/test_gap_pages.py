"""Gaps, one need's reach, capacity and the three ways from a gap, over HTTP without JavaScript."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from support import people
from support.visitor import Visitor, forms

from volunteer_hub.atlas.help import HelpAt, end, put
from volunteer_hub.atlas.rules import HelpSource
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Role

AT = people.CENTRE


def today() -> date:
    return clock.today(people.ZONE)


def text(html: str) -> str:
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split()).replace("\xa0", " ").replace(" ,", ",")


def body(html: str) -> list[str]:
    """The rows of the first table, as text."""
    found = re.search(r"<tbody.*?</tbody>", html, re.S)
    return [text(f"<main>{row}</main>") for row in re.findall(r"<tr.*?</tr>", found[0], re.S)] if found else []


async def desk(client: httpx2.AsyncClient) -> Visitor:
    await people.signed_in(client)
    return Visitor(client)


async def small_town() -> dict[str, Any]:
    """Three gaps: nobody helps elders; children are helped too far away, and by too few."""
    children, elders = await people.theme(slug="children"), await people.theme(slug="elders", name_pl="Opieka")
    centre, river = await people.area(slug="centrum", name="Centrum"), await people.area(slug="zawisle", name="Zawiśle")
    lonely = await people.need(title="Samotność", theme=elders.id, area=river.id, urgency=4, people=30)
    far = await people.need(title="Lekcje", theme=children.id, area=centre.id, urgency=2, latitude=AT[0] + 0.05)
    few = await people.need(title="Czytanie", theme=children.id, area=centre.id, urgency=1, people=40)
    club = await people.place(area=centre.id, name="Klub")
    source = await people.resource(name="Świetlica", theme=children.id, place=club.id)
    await put(HelpSource.RESOURCE, source.id, [HelpAt("Świetlica", children.id, club.id, capacity=12)], today())
    return {"lonely": lonely, "far": far, "few": few, "source": source, "elders": elders, "children": children}


async def test_gaps_stand_by_rank_with_their_reason(client: httpx2.AsyncClient) -> None:
    visitor, _town = await desk(client), await small_town()
    page = await visitor.open("/desk/gaps")
    order = body(page)
    assert [row.split()[0] for row in order] == ["Samotność", "Czytanie", "Lekcje"]
    assert "Nikt nie pomaga w tym temacie" in order[0]
    assert "W zasięgu 12 miejsc dla 40 osób" in order[1]
    assert "Najbliższa pomoc 5,6 km" in order[2]
    assert "3 luki, dotyczy 71 osób" in text(page) or "3 luk, dotyczy 71 osób" in text(page)


async def test_filters_and_the_distance_stand_in_the_address(client: httpx2.AsyncClient) -> None:
    visitor, town = await desk(client), await small_town()
    assert [row.split()[0] for row in body(await visitor.open("/desk/gaps?theme=elders"))] == ["Samotność"]
    assert [row.split()[0] for row in body(await visitor.open("/desk/gaps?area=centrum&urgency=2"))] == ["Lekcje"]
    wide = await visitor.open("/desk/gaps?km=6,5")
    assert [row.split()[0] for row in body(wide)] == ["Samotność", "Czytanie"]
    assert 'value="6,5"' in wide and "km=6%2C5" in wide
    await people.volunteer(causes=["elders"])
    lonely = f"/desk/needs/{town['lonely'].id}"
    await database.execute("UPDATE need SET people = 1")
    assert lonely not in await visitor.open("/desk/gaps")
    assert lonely in await visitor.open("/desk/gaps?volunteers=no")


@pytest.mark.parametrize("query", ["km=-1", "km=nan", "km=inf", "km=1e9", "on=2999-01-01", "on=x", "page=0", "when=ja"])
async def test_what_means_nothing_in_the_address_changes_nothing(client: httpx2.AsyncClient, query: str) -> None:
    visitor, _town = await desk(client), await small_town()
    whole = body(await visitor.open("/desk/gaps"))
    assert body(await visitor.open(f"/desk/gaps?{query}")) == whole
    assert visitor.page.status_code == 200


async def test_a_year_ago_stands_beside_what_came_of_it(client: httpx2.AsyncClient) -> None:
    visitor, town = await desk(client), await small_town()
    then = today() - timedelta(365)
    old = await people.need(title="Stary brak", theme=town["elders"].id, voiced_on=then - timedelta(5))
    page = await visitor.open(f"/desk/gaps?on={then}")
    assert [row.split(" Temat")[0].startswith("Stary brak") for row in body(page)] == [True]
    assert "Nie wiadomo, kto z wolontariuszy miał wtedy czas" in text(page)
    assert "Nowe (3)" in text(page) and "Zaspokojone (0)" in text(page)
    assert f"/desk/initiatives/new?need={old.id}" not in page


async def test_the_map_of_a_year_ago_stands_beside_todays_in_the_same_shades(client: httpx2.AsyncClient) -> None:
    visitor, town = await desk(client), await small_town()
    then = today() - timedelta(365)
    area = await database.fetchval("SELECT area FROM need WHERE id = $1", town["lonely"].id)
    await people.need(title="Stary brak", theme=town["elders"].id, area=area, voiced_on=then - timedelta(5))
    page = await visitor.open(f"/desk/gaps?on={then}")
    was, now = page.split('<svg class="drawing"')[1:]
    assert "Zawiśle: 1" in was and "Centrum: 0" in was
    assert "Zawiśle: 2" in now and "Centrum: 2" in now
    assert "sign-need" in was and "sign-need" in now and 'id="then-title"' in page and 'id="now-title"' in page
    assert 'class="drawing"' not in await visitor.open("/desk/gaps")


async def test_a_word_on_reach_goes_first_and_is_taken_back(client: httpx2.AsyncClient) -> None:
    visitor, town = await desk(client), await small_town()
    need, source = town["far"].id, town["source"].id
    page = await visitor.open(f"/desk/needs/{need}/reach")
    assert "4,1 km za daleko" in text(page) and "Luka: Najbliższa pomoc 5,6 km" in text(page)
    page = await visitor.send("/reach", {"said": "yes"}, resource=source, words="dowożą busem")
    assert "zapisano: odpowiada dowożą busem" in text(page) and "Luka:" not in text(page)
    assert f'href="/desk/resources/{source}"' in page
    assert str(need) not in await visitor.open("/desk/gaps")
    await visitor.open(f"/desk/needs/{need}/reach")
    await visitor.send("/reach", {"said": "undo"}, resource=source)
    assert str(need) in await visitor.open("/desk/gaps")
    verbs = await database.fetch("SELECT verb, about FROM audit_entry WHERE verb LIKE 'need.%'")
    assert [tuple(row) for row in verbs] == [("need.reach", f"need:{need}")] * 2


async def test_what_reaches_may_be_said_not_to(client: httpx2.AsyncClient) -> None:
    visitor, town = await desk(client), await small_town()
    need, source = town["few"].id, town["source"].id
    await visitor.open(f"/desk/needs/{need}/reach")
    page = await visitor.send("/reach", {"said": "no"}, resource=source, words="tylko dla swojej szkoły")
    assert "zapisano, że nie odpowiada: tylko dla swojej szkoły" in text(page)
    assert "Co jest w tym temacie, nie odpowiada na tę potrzebę" in text(await visitor.open("/desk/gaps"))


async def test_a_wrong_word_is_refused_with_a_sentence(client: httpx2.AsyncClient) -> None:
    visitor, town = await desk(client), await small_town()
    await visitor.open(f"/desk/needs/{town['far'].id}/reach")
    page = await visitor.send("/reach", {"said": "yes"}, resource="", words="a" * 161)
    assert visitor.page.status_code == 422 and "Wybierz zasób z listy." in page
    await visitor.open(f"/desk/needs/{town['far'].id}/reach")
    await visitor.send("/reach", {"said": "yes"}, resource=uuid4())
    assert visitor.page.status_code == 404
    assert await database.fetchval("SELECT count(*) FROM reach_link") == 0


async def partner(name: str, **values: Any) -> UUID:
    found = await people.resource(name=name, **values)
    return UUID(str(found.id))


async def test_a_partner_is_invited_with_district_and_theme_only(client: httpx2.AsyncClient) -> None:
    visitor, town = await desk(client), await small_town()
    need = town["lonely"].id
    await database.execute("UPDATE need SET personal = true, title = 'Pani Zofia' WHERE id = $1", need)
    fitting = await partner("Fundacja Jesień", theme=town["elders"].id, email="jesien@example.org")
    await partner("Klub Sąsiad", theme=town["children"].id)
    page = await visitor.open(f"/desk/needs/{need}/partner")
    assert re.findall(r'name="partner" value="([^"]+)"', page)[0] == str(fitting)
    (form,) = [one for one in forms(page) if one.action.endswith("/partner")]
    letter = " ".join(form.values["text"] + form.values["subject"])
    assert "Zawiśle" in letter and "Opieka" in letter and "Zofia" not in letter
    page = await visitor.send("/partner", partner=fitting)
    assert "Zaproszeni partnerzy" in page and "Fundacja Jesień" in page
    (mail,) = await database.fetch("SELECT address, subject, body, about FROM message")
    assert mail["address"] == "jesien@example.org" and mail["about"] == f"need:{need}"
    assert "Zawiśle" in mail["body"] and "Zofia" not in mail["body"] + mail["subject"]


async def test_the_same_letter_sent_twice_leaves_once(client: httpx2.AsyncClient) -> None:
    visitor, town = await desk(client), await small_town()
    fitting = await partner("Fundacja Jesień", theme=town["elders"].id, email="jesien@example.org")
    await visitor.open(f"/desk/needs/{town['lonely'].id}/partner")
    (form,) = [one for one in forms(visitor.page.text) if one.action.endswith("/partner")]
    for _ in range(2):
        filled = form.values | {"partner": [str(fitting)]}
        assert (await client.post(form.action, data=filled)).status_code == 303
    assert await database.fetchval("SELECT count(*) FROM message") == 1
    assert await database.fetchval("SELECT count(*) FROM partner_asked") == 1


async def test_a_confidential_theme_is_not_told_outside(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    theme = await people.theme(slug="addiction", name_pl="Uzależnienia", confidential=True)
    need = await people.need(theme=theme.id)
    await partner("Poradnia", theme=theme.id, email="poradnia@example.org")
    await people.volunteer(causes=["addiction"])
    for path, action in (("partner", "/partner"), ("volunteers", "/desk/messages/bulk")):
        page = await visitor.open(f"/desk/needs/{need.id}/{path}")
        (form,) = [one for one in forms(page) if one.action.endswith(action)]
        assert "Uzależnienia" not in " ".join(form.values["text"] + form.values["subject"])


async def test_who_has_no_email_is_rung_and_who_has_nothing_is_refused(client: httpx2.AsyncClient) -> None:
    visitor, town = await desk(client), await small_town()
    need = town["lonely"].id
    ring = await partner("Klub Jesień", theme=town["elders"].id, phone="+48600100200")
    mute = await partner("Cisi", theme=town["elders"].id)
    await visitor.open(f"/desk/needs/{need}/partner")
    page = await visitor.send("/partner", partner=mute)
    assert visitor.page.status_code == 422 and "Nie znamy e-maila ani telefonu" in page
    page = await visitor.send("/partner", partner=ring)
    assert "Zadzwoń: 600 100 200" in text(page) or "600 100 200" in text(page)
    assert await database.fetchval("SELECT count(*) FROM message") == 0


async def test_free_volunteers_are_ticked_and_the_message_is_looked_at(client: httpx2.AsyncClient) -> None:
    visitor, town = await desk(client), await small_town()
    near = await people.volunteer(causes=["elders"], first_name="Bliska", latitude=AT[0] + 0.001)
    await people.volunteer(causes=["elders"], first_name="Daleka", latitude=AT[0] + 0.2)
    page = await visitor.open(f"/desk/needs/{town['lonely'].id}/volunteers")
    assert "Bliska" in page and "Daleka" not in page
    page = await visitor.send("/desk/messages/bulk", id=[near.id])
    assert "Napisz do 1 osoby" in page and "osiedlu Zawiśle" in page
    page = await visitor.send("/text")
    assert "Dowie się 1 osoba" in page and "osiedlu Zawisle" in page
    assert await database.fetchval("SELECT count(*) FROM message") == 0


async def test_an_initiative_starts_from_a_gap_with_its_theme_district_and_hours(client: httpx2.AsyncClient) -> None:
    visitor, town = await desk(client), await small_town()
    need = town["far"].id
    await database.execute("UPDATE need SET week = 5 WHERE id = $1", need)
    page = await visitor.open(f"/desk/initiatives/new?need={need}")
    (form,) = [one for one in forms(page) if one.action.endswith("/initiatives/new")]
    assert form.values["need"] == [str(need)] and form.values["theme"] == [str(town["children"].id)]
    assert form.values["name"] == ["Lekcje"] and form.values["kind"] == ["long_term"]
    assert form.values["meets"] == ["pon. rano, pon. wieczorem"]
    assert "Centrum" in form.values["tasks"][0] and "pon. rano, pon. wieczorem" in form.values["tasks"][0]
    await visitor.send("/initiatives/new", name="Lekcje razem", kind="long_term")
    assert str(need) not in await visitor.open("/desk/gaps")


@pytest.mark.parametrize("hidden", ["UPDATE need SET personal = true", "UPDATE theme SET confidential = true"])
async def test_the_name_all_see_says_nothing_of_one_person_or_a_confidential_theme(
    client: httpx2.AsyncClient, hidden: str
) -> None:
    visitor, town = await desk(client), await small_town()
    await database.execute(hidden)
    page = await visitor.open(f"/desk/initiatives/new?need={town['far'].id}")
    (form,) = [one for one in forms(page) if one.action.endswith("/initiatives/new")]
    assert form.values["name"] == [""]
    assert ("kind" in form.values) is ("theme" in hidden)


async def test_capacity_is_a_table_of_counts(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    area = await people.area(slug="centrum", name="Centrum")
    await people.volunteer(area_slug=area.slug, causes=["elders"], first_name="Zenobia")
    await people.theme(slug="elders")
    page = await visitor.open("/desk/capacity?theme=elders")
    assert "Centrum" in page and "Zenobia" not in page and 'href="/desk/people?area=centrum' in page
    assert "1 osoba" in text(page) and "12 godz." in text(page)
    await people.theme(slug="food")
    assert "Nikt nie ma teraz wolnego czasu" in await visitor.open("/desk/capacity?theme=food")


@pytest.mark.parametrize("role", [Role.FIRST_CONTACT, Role.FACILITATOR, Role.ADMINISTRATOR, Role.VOLUNTEER])
async def test_others_than_coordinators_do_not_enter(client: httpx2.AsyncClient, role: Role) -> None:
    need = await people.need()
    await people.signed_in(client, role)
    for path in (
        "/desk/gaps",
        "/desk/capacity",
        *(f"/desk/needs/{need.id}/{x}" for x in ("reach", "partner", "volunteers")),
    ):
        assert (await client.get(path)).status_code in (303, 403, 404)


async def test_ended_help_leaves_a_gap(client: httpx2.AsyncClient) -> None:
    visitor, town = await desk(client), await small_town()
    await database.execute("UPDATE need SET people = 5 WHERE id = $1", town["few"].id)
    assert str(town["few"].id) not in await visitor.open("/desk/gaps")
    await end(HelpSource.RESOURCE, town["source"].id, today())
    assert str(town["few"].id) in await visitor.open("/desk/gaps")
