"""The page of a need: evidence, state with a reason, history, edits by two hands, and a log for somebody's home."""

import re
from html import unescape
from typing import Any

import httpx2
import pytest
from support import people
from support.visitor import Visitor

from volunteer_hub.kit import database


async def desk(client: httpx2.AsyncClient) -> Visitor:
    await people.signed_in(client, name="Hanna Lis")
    return Visitor(client)


async def opened() -> int:
    found: int = await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'need.open'")
    return found


async def test_a_new_need_with_evidence_place_and_hours_stands_on_its_page(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    theme, area = await people.theme(name_pl="Dzieci"), await people.area(name="Południe")
    await visitor.open("/desk/needs/new")
    page = await visitor.send(
        "/desk/needs/new", title="Nie ma kto czytać", theme=theme.id, area=area.id, urgency=3, people=24,
        about="Rodzice pracują", address="ul. Miła 1", at="52,65; 19,05", week=["1-morning", "1-afternoon"],
        voiced_by="Rada", voiced_on="2026-10-02", kind="survey", words="31 z 40 rodziców",
    )  # fmt: skip
    page = unescape(page).replace("\N{WORD JOINER}", "")
    assert visitor.page.status_code == 200
    for words in ("Rodzice pracują", "ul. Miła 1", "poniedziałki 8:00–16:00", "Ankieta", "31 z 40 rodziców",
                  "zapisała osoba: Hanna Lis", "zapisana na mapie, Hanna Lis", "2 października 2026"):  # fmt: skip
        assert words in page, words
    row = await database.fetchrow("SELECT latitude, longitude FROM need")
    assert row and tuple(row) == (52.65, 19.05)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [({"kind": "", "words": "x"}, "Wybierz, skąd to wiadomo."), ({"kind": "rumour", "words": "x"}, "Wybierz, skąd"),
     ({"kind": "seen", "words": ""}, "Wypełnij to pole."),
     ({"kind": "seen", "words": "x", "seen_on": "2999-01-01"}, "Ta data jest w przyszłości."),
     ({"kind": "seen", "words": "x" * 2001}, "Ten tekst jest za długi")],
)  # fmt: skip
async def test_wrong_evidence_is_said_and_stays_typed(
    client: httpx2.AsyncClient, typed: dict[str, Any], sentence: str
) -> None:
    visitor = await desk(client)
    need = await people.need()
    await visitor.open(f"/desk/needs/{need.id}")
    page = await visitor.send("/evidence", **typed)
    assert visitor.page.status_code == 422 and page.count(sentence) == 2
    assert await database.fetchval("SELECT count(*) FROM need_evidence") == 0


async def test_evidence_comes_and_goes(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    need = await people.need()
    await visitor.open(f"/desk/needs/{need.id}")
    page = await visitor.send("/evidence", kind="team", words="Pielęgniarka mówiła", seen_on="2026-11-02")
    assert "Pielęgniarka mówiła" in page and "Spotkanie zespołu" in page
    line = await database.fetchval("SELECT id FROM need_evidence")
    page = await visitor.send(f"/evidence/{line}/remove")
    assert "Pielęgniarka mówiła" not in page
    assert await database.fetchval("SELECT about FROM audit_entry WHERE verb = 'atlas.remove-evidence'") == (
        f"need:{need.id}"
    )


async def test_a_need_is_withdrawn_with_a_reason_only(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    need = await people.need()
    await visitor.open(f"/desk/needs/{need.id}")
    page = await visitor.send("/state", {"state": "withdrawn"})
    assert visitor.page.status_code == 422 and "Wpisz, dlaczego tej potrzeby już nie ma." in page
    page = await visitor.send("/state", {"state": "withdrawn"}, reason="Basen & sauna zamknięte")
    assert visitor.page.status_code == 200 and "czeka → wycofana, Hanna Lis. Basen &amp; sauna zamknięte" in page
    page = await visitor.send("/state", {"state": "open"})
    assert re.search(r"wycofana → czeka.*czeka → wycofana", page, re.S), "the newest first"


async def test_an_edit_meanwhile_shows_both_versions_and_the_next_press_writes(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    need = await people.need(title="Nie ma kto czytać", week=1)
    await visitor.open(f"/desk/needs/{need.id}/edit")
    await database.execute("UPDATE need SET people = 9, week = 2")
    page = await visitor.send("/edit", title="Nikt nie czyta")
    assert visitor.page.status_code == 409
    assert "Teraz zapisane: 9" in page and "ktoś w międzyczasie zmienił" in page and 'value="Nikt nie czyta"' in page
    await visitor.send("/edit", title="Nikt nie czyta", people="9")
    row = await database.fetchrow("SELECT title, people, week FROM need")
    assert row and tuple(row) == ("Nikt nie czyta", 9, 1)


async def test_a_need_that_moves_to_another_district_stands_in_its_middle(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    need, other = await people.need(), await people.area(latitude=52.9, longitude=19.9)
    await visitor.open(f"/desk/needs/{need.id}/edit")
    await visitor.send("/edit", area=other.id)
    row = await database.fetchrow("SELECT latitude, longitude FROM need")
    assert row and tuple(row) == (52.9, 19.9)
    await visitor.open(f"/desk/needs/{need.id}/edit")
    await visitor.send("/edit", at="52.91, 19.91")
    row = await database.fetchrow("SELECT latitude, longitude FROM need")
    assert row and tuple(row) == (52.91, 19.91)


async def test_who_opens_the_need_of_one_person_stands_in_the_log(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    everybodys, ones = await people.need(), await people.need(personal=True, address="ul. Miła 1")
    await visitor.open(f"/desk/needs/{everybodys.id}")
    assert await opened() == 0
    assert "ul. Miła 1" in await visitor.open(f"/desk/needs/{ones.id}")
    assert await opened() == 1
    assert "ul. Miła 1" not in await visitor.open("/desk/needs")
    assert "ul. Miła 1" in await visitor.open(f"/desk/needs/{ones.id}/edit")
    assert await opened() == 2


async def test_the_list_goes_on_and_keeps_its_filters(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    theme, area = await people.theme(slug="dzieci"), (await people.area()).id
    for n in range(51):
        await people.need(title=f"Potrzeba {n}", theme=theme.id, area=area)
    page = unescape(await visitor.open("/desk/needs?theme=dzieci&order=oldest&since=nonsense"))
    (following,) = re.findall(r'href="(/desk/needs\?[^"]*after=[^"]*)"', page)
    assert "theme=dzieci" in following and "order=oldest" in following and "since" not in following
    page = await visitor.open(following)
    assert page.count('<th scope="row"') == 1 and "Poprzednie" in page and "51 potrzeb" in unescape(page)


async def test_what_stands_no_more_says_nothing_of_reach(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    need = await people.need(state="met")
    assert "Co dociera do tej potrzeby" not in await visitor.open(f"/desk/needs/{need.id}")
    await database.execute("UPDATE need SET state = 'open'")
    assert "Co dociera do tej potrzeby" in await visitor.open(f"/desk/needs/{need.id}")
