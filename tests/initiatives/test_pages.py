"""Initiatives over HTTP: who sees which, a start from a need, gaps on the desk's map, groups without a theme."""

import re
from html import unescape

import httpx2
import pytest
from conftest import new_client
from starlette.applications import Starlette
from support import people
from support.visitor import Visitor

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role

THEME = {"name_pl": "Żałoba", "name_en": "Grief", "name_uk": "Втрата близьких"}


async def desk(client: httpx2.AsyncClient) -> Visitor:
    await people.signed_in(client)
    return Visitor(client)


def tells(text: str) -> list[str]:
    """The names of the confidential theme that a page says."""
    return [name for name in THEME.values() if name in unescape(text)]


async def test_a_coordinator_sees_all_and_others_what_they_lead(client: httpx2.AsyncClient) -> None:
    group, circle = (
        await people.initiative(name="Grupa Środa", kind="group"),
        await people.initiative(name="Zespół", kind="circle"),
    )
    await desk(client)
    page = (await client.get("/desk/initiatives")).text
    assert "Grupa Środa" in page and "Zespół" in page and "Zacznij inicjatywę" in page
    only = (await client.get("/desk/initiatives?kind=circle")).text
    assert "Grupa Środa" not in only and "Zespół" in only
    for role, theirs, foreign in ((Role.FACILITATOR, group, circle), (Role.SPECIALIST, circle, group)):
        await people.facilitator(theirs, await people.signed_in(client, role))
        page = (await client.get("/desk/initiatives")).text
        assert theirs.name in page and foreign.name not in page and "Zacznij inicjatywę" not in page
        assert (await client.get(f"/desk/initiatives/{theirs.id}")).status_code == 200
        assert (await client.get(f"/desk/initiatives/{foreign.id}")).status_code == 404


async def test_an_initiative_starts_from_a_need(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    need = await people.need(title="Dzieci nie mają z kim czytać")
    assert f"/desk/initiatives/new?need={need.id}" in await visitor.open(f"/desk/needs/{need.id}")
    page = await visitor.open(f"/desk/initiatives/new?need={need.id}")
    assert "Dzieci nie mają z kim czytać" in page and f'<option value="{need.theme}" selected>' in page
    page = await visitor.send(
        "/desk/initiatives/new", name="Czytanie bajek", kind="long_term", role="Czyta dzieciom", least=1, most=3,
        skills=["reading", "listening"], clearances=["minors"], minor_safe="yes",
    )  # fmt: skip
    assert visitor.page.status_code == 200 and "Czytanie bajek" in page and "Czyta dzieciom" in page
    assert "czytanie na głos, rozmowa i słuchanie" in page and "Dzieci nie mają z kim czytać" in page
    assert await database.fetchval("SELECT state FROM need") == "addressed"
    assert "Czytanie bajek" in await visitor.open(f"/desk/needs/{need.id}")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Wypełnij to pole."),
        ({"name": "W żałobie razem", "kind": "group"}, "Nazwa i opis grupy nie mogą mówić"),
        ({"kind": "nonsense"}, "Wybierz rodzaj."),
        ({"theme": ""}, "Wybierz temat."),
        ({"ends_on": "2020-01-01"}, "Koniec nie może być przed początkiem."),
        ({"least": "5", "most": "2"}, "Największa liczba osób nie może być mniejsza niż najmniejsza."),
        ({"most": "100000"}, "Największa możliwa liczba to 200."),
        ({"skills": ["flying"]}, "Wybierz z listy."),
    ],
)
async def test_a_wrong_initiative_is_said_and_nothing_typed_is_lost(
    client: httpx2.AsyncClient, wrong: dict[str, object], sentence: str
) -> None:
    visitor = await desk(client)
    theme = await people.theme(**THEME)
    right = {
        "name": "Wieczory",
        "kind": "one_off",
        "theme": theme.id,
        "about": "Herbata <i>i</i> ciasto",
        "role": "Parzy",
    }
    await visitor.open("/desk/initiatives/new")
    page = await visitor.send("/desk/initiatives/new", **right | wrong)
    assert visitor.page.status_code == 422
    assert page.count(sentence) == 2 and "Herbata &lt;i&gt;i&lt;/i&gt; ciasto" in page
    assert await database.fetchval("SELECT count(*) FROM initiative") == 0


async def test_a_role_is_added_later(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    initiative = await people.initiative()
    await visitor.open(f"/desk/initiatives/{initiative.id}/roles/new")
    await visitor.send("/roles/new", most=0)
    assert visitor.page.status_code == 422
    page = await visitor.send("/roles/new", role="Przynosi książki", most=4, languages=["uk"])
    assert visitor.page.status_code == 200 and "Przynosi książki" in page
    assert (await client.get(f"/desk/initiatives/{people.CENTRE}/roles/new")).status_code == 404


async def test_groups_are_listed_by_neutral_name_and_never_by_theme(client: httpx2.AsyncClient, app: Starlette) -> None:
    grief = await people.theme(**THEME, confidential=True)
    shown = {"about": "Zapytaj nas.", "meets": "środy o 17:00", "theme": grief.id}
    await people.initiative(name="Grupa Środa", kind="group", **shown)
    await people.initiative(name="Kurs o budżecie", kind="course", **shown)
    await people.initiative(name="Projekt", kind="one_off", **shown)
    await people.initiative(name="Zespół", kind="circle", **shown)
    await people.initiative(name="Ukryta", kind="group", public=False, **shown)
    await people.initiative(name="Dawna", kind="group", state="finished", **shown)
    for language in ("pl", "en", "uk"):
        async with new_client(app) as reader:
            page = (await reader.get(f"/groups?lang={language}")).text
        assert re.findall(r"<h2>(.*?)</h2>", page)[:2] == ["Grupa Środa", "Kurs o budżecie"]
        assert "środy o 17:00" in page and not tells(page)
        assert not any(name in page for name in ("Projekt<", "Zespół", "Ukryta", "Dawna"))


async def test_control_a_page_that_tells_the_theme_is_noticed(client: httpx2.AsyncClient) -> None:
    """The eye of the test above, on the desk's page of the same group."""
    grief = await people.theme(**THEME, confidential=True)
    mine = await people.signed_in(client)
    group = await people.initiative(name="Grupa Środa", kind="group", theme=grief.id, coordinator=mine.id)
    assert tells((await client.get(f"/desk/initiatives/{group.id}")).text) == ["Żałoba"]


async def test_without_groups_the_page_says_what_to_do(client: httpx2.AsyncClient) -> None:
    page = (await client.get("/groups")).text
    assert "Teraz nie ma żadnej grupy" in page and 'href="/help"' in page
