"""Asking for an opening on its page and on the list, without JavaScript and with htmx; the desk's answers."""

import re
from html import unescape
from uuid import UUID, uuid4

import httpx2
import pytest
from intake import by_hand
from schedule.test_wishes import opening
from support import people
from support.visitor import Visitor

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.schedule.rules import Rule
from volunteer_hub.schedule.wishes import actions as wishes
from volunteer_hub.schedule.wishes import words as wish_words


async def as_volunteer(client: httpx2.AsyncClient, **values: object) -> Volunteer:
    row = await people.signed_in(client, Role.VOLUNTEER)
    return await people.volunteer(account=row.id, **values)


async def state() -> str:
    return await database.fetchval("SELECT state FROM assignment")


async def test_everybody_sees_one_opening_with_what_it_asks(client: httpx2.AsyncClient) -> None:
    at = await opening(role={"tasks": "Czyta na głos", "languages": ["uk"], "min_age": 16, "minor_safe": True})
    await database.execute("UPDATE opening SET wish_code = '4826'")
    card = (await client.get("/opportunities")).text
    assert f'href="/opportunities/{at.id}"' in card and f'href="/volunteer?next=/opportunities/{at.id}"' in card
    page = unescape((await client.get(f"/opportunities/{at.id}")).text)
    told = ("Czytanie bajek", "Czyta na głos", "16:00", "Świetlica „Promyk”", "ul. Wiślana 1", "od 16 lat", "język")
    for words in (*told, "0 z 1", "CHCĘ 4826", "Mam już konto", f"/sign-in?next=/opportunities/{at.id}"):
        assert words in page, words
    assert "Zgłaszam się" not in page and "Zapytaj" not in page


async def test_of_somebodys_home_only_the_district_is_told(client: httpx2.AsyncClient) -> None:
    at = await opening()
    await database.execute("UPDATE place SET private = true")
    page = unescape((await client.get(f"/opportunities/{at.id}")).text)
    assert "Promyk" not in page and "Wiślana" not in page and "Osiedle" in page and "prywatne mieszkanie" in page


@pytest.mark.parametrize(
    "hidden", [{"kind": "group"}, {"kind": "circle"}, {"public": False}, {"state": "idea"}], ids=str
)
async def test_what_is_not_everybodys_looks_like_what_is_not_there(
    client: httpx2.AsyncClient, hidden: dict[str, object]
) -> None:
    at = await opening(**hidden)
    await as_volunteer(client)
    form = (await client.get("/help")).text
    csrf = re.search(r'name="csrf" value="([^"]+)"', form)
    assert csrf
    for path in ("/opportunities/{}", "/opportunities/{}/ask"):
        ask = client.get if not path.endswith("ask") else lambda url: client.post(url, data={"csrf": csrf[1]})
        there, absent = await ask(path.format(at.id)), await ask(path.format(uuid4()))
        assert (there.status_code, absent.status_code) == (404, 404)
        strip = re.compile(rf"{at.id}|[0-9a-f-]{{36}}|value=\"[^\"]*\"")
        assert strip.sub("", there.text) == strip.sub("", absent.text)


async def test_from_the_page_to_the_place_without_javascript(client: httpx2.AsyncClient) -> None:
    await as_volunteer(client)
    at, visitor = await opening(), Visitor(client)
    assert "Po zgłoszeniu od razu masz miejsce" in await visitor.open(f"/opportunities/{at.id}")
    page = await visitor.send("/ask")
    assert visitor.page.status_code == 200 and str(visitor.page.url).endswith(f"/opportunities/{at.id}")
    assert "Miejsce jest Twoje" in page and "To miejsce jest Twoje" in page and "/ask" not in page
    assert await state() == "accepted"
    assert "Nie mogę przyjść" in await visitor.open("/me")


async def test_from_the_list_back_to_the_same_card_of_the_same_filter(client: httpx2.AsyncClient) -> None:
    await as_volunteer(client)
    at, visitor = await opening(takes="after_yes", most=2), Visitor(client)
    area = await database.fetchval("SELECT slug FROM area")
    page = await visitor.open(f"/opportunities?area={area}")
    assert "Zgłaszam się" in page and "/volunteer?next" not in page
    form = re.search(r'name="csrf" value="([^"]+)"', page)
    assert form
    fields = {"csrf": form[1], "back": f"/opportunities?area={area}"}
    answer = await client.post(f"/opportunities/{at.id}/ask", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/opportunities?area={area}#o-{at.id}")
    page = await visitor.open(f"/opportunities?area={area}")
    assert "Zapisane. Odpowiemy" in page and "Czekasz na odpowiedź" in page and "Zgłaszam się" not in page
    for elsewhere in ("https://evil.example/opportunities", "//evil.example", "/me", "/opportunities-x", "\\evil"):
        answer = await client.post(f"/opportunities/{at.id}/ask", data=fields | {"back": elsewhere})
        assert answer.headers["location"] == f"/opportunities/{at.id}", elsewhere


async def test_with_htmx_only_the_part_comes_back(client: httpx2.AsyncClient) -> None:
    await as_volunteer(client)
    at = await opening()
    form = re.search(r'name="csrf" value="([^"]+)"', (await client.get(f"/opportunities/{at.id}")).text)
    assert form
    for _ in range(2):
        answer = await client.post(
            f"/opportunities/{at.id}/ask", data={"csrf": form[1]}, headers={"hx-request": "true"}
        )
        assert answer.status_code == 200 and answer.text.lstrip().startswith('<section id="asking"')
        assert "data-say" in answer.text and "<html" not in answer.text
    assert await database.fetchval("SELECT taken FROM opening") == 1


async def test_a_rule_is_said_on_the_page_and_nothing_is_written(client: httpx2.AsyncClient) -> None:
    """Also to whoever presses a button that was still there when the page was opened."""
    await as_volunteer(client)
    at, visitor = await opening(), Visitor(client)
    await visitor.open(f"/opportunities/{at.id}")
    await database.execute("UPDATE role_asked SET min_age = 60")
    page = unescape(await visitor.send("/ask"))
    assert visitor.page.status_code == 409 and page.count(wish_words.WHY_NOT[Rule.AGE]) == 1
    assert "Zgłaszam się" not in page
    page = unescape(await visitor.open(f"/opportunities/{at.id}"))
    assert wish_words.WHY_NOT[Rule.AGE] in page and "Zgłaszam się" not in page
    assert await database.fetchval("SELECT count(*) FROM assignment") == 0


async def test_who_has_not_finished_signing_up_reads_what_to_do_first(client: httpx2.AsyncClient) -> None:
    await as_volunteer(client, step="applied")
    at = await opening()
    assert "Zgłaszam się" not in (await client.get("/opportunities")).text
    page = (await client.get(f"/opportunities/{at.id}")).text
    assert "Najpierw dokończ zapis" in page and "/ask" not in page


async def test_a_full_one_is_off_the_list_and_its_page_offers_the_waiting_list(client: httpx2.AsyncClient) -> None:
    at = await opening()
    await wishes.wish(SYSTEM, at.id, "web", volunteer=(await people.volunteer()).id)
    assert f"/opportunities/{at.id}" not in (await client.get("/opportunities")).text
    await as_volunteer(client)
    visitor = Visitor(client)
    assert "zapytamy Cię, gdy coś się zwolni" in await visitor.open(f"/opportunities/{at.id}")
    assert "Jesteś na liście" in await visitor.send("/ask")


@pytest.mark.parametrize("takes", ["after_yes", "at_once"])
async def test_my_page_shows_what_i_asked_for_and_takes_it_back(client: httpx2.AsyncClient, takes: str) -> None:
    me, at = await as_volunteer(client), await opening(takes=takes)
    if takes == "at_once":
        await wishes.wish(SYSTEM, at.id, "web", volunteer=(await people.volunteer()).id)
    mine = (await wishes.wish(SYSTEM, at.id, "web", volunteer=me.id)).assignment
    visitor = Visitor(client)
    page = await visitor.open("/me")
    assert "Jednak nie" in page and ("Jesteś na liście oczekujących" in page) is (takes == "at_once")
    page = await visitor.send(f"/me/assignments/{mine}/unwish")
    assert "Nie czekasz już na to miejsce" in page and "Jednak nie" not in page
    assert await database.fetchval("SELECT state FROM assignment WHERE id = $1", mine) == "withdrawn"


async def of_two(**values: object) -> tuple[UUID, UUID]:
    """An opening that Ola, and one that Adam asked for; the assignments, Ola's the older."""
    found = []
    for name in ("Ola", "Adam"):
        at = await opening(takes="after_yes", **values)
        who = await people.volunteer(first_name=name)
        found.append((await wishes.wish(SYSTEM, at.id, "web", volunteer=who.id)).assignment)
    return found[0], found[1]


async def test_the_desk_answers_from_its_list(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    ola, adam = await of_two()
    await database.execute("UPDATE role_asked SET min_age = 60 WHERE id = (SELECT role FROM opening o"
                           " JOIN assignment s ON s.opening = o.id WHERE s.id = $1)", adam)  # fmt: skip
    visitor = Visitor(client)
    page = unescape(await visitor.open("/desk/wishes"))
    assert page.index("Ola") < page.index("Adam") and "Wszystko pasuje" in page and "Wiek tej osoby" in page
    assert "Przyjęte. Wolontariusz dostaje" in await visitor.send(f"/desk/assignments/{ola}/grant")
    page = unescape(await visitor.send(f"/desk/assignments/{adam}/refusal", word="Może we wtorek?"))
    assert "Odmowa zapisana" in page and "Nikt nie czeka na odpowiedź" in page
    states = await database.fetch("SELECT state FROM assignment ORDER BY asked_at")
    assert [row["state"] for row in states] == ["accepted", "declined"]
    assert await database.fetchval("SELECT count(*) FROM message WHERE body LIKE '%Moze we wtorek?%'") == 1


async def test_and_from_the_openings_and_the_meetings_page(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    ola, adam = await of_two()
    at = {row["id"]: row for row in await database.fetch(
        "SELECT s.id, s.opening, o.meeting FROM assignment s JOIN opening o ON o.id = s.opening")}  # fmt: skip
    visitor = Visitor(client)
    assert "Ola" in await visitor.open(f"/desk/openings/{at[ola]['opening']}")
    await visitor.send(f"/desk/assignments/{ola}/grant")
    assert str(visitor.page.url).endswith(f"/desk/openings/{at[ola]['opening']}")
    assert "Adam" in await visitor.open(f"/desk/meetings/{at[adam]['meeting']}")
    await visitor.send(f"/desk/assignments/{adam}/refusal")
    assert str(visitor.page.url).endswith(f"/desk/meetings/{at[adam]['meeting']}")
    assert await database.fetchval("SELECT count(*) FROM assignment WHERE state = 'proposed'") == 0


async def test_who_reads_no_messages_is_to_be_rung(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    ola, adam = await of_two()
    await database.execute("UPDATE volunteer SET sms_ok = false, email_ok = false")
    visitor = Visitor(client)
    assert "Zadzwoń" in await visitor.open("/desk/wishes")
    for id, act in ((ola, "grant"), (adam, "refusal")):
        assert "zadzwoń do niej" in await visitor.send(f"/desk/assignments/{id}/{act}")
    assert await database.fetchval("SELECT count(*) FROM message") == 0


async def test_too_long_a_word_is_said_and_nothing_is_refused(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    ola, _ = await of_two()
    visitor = Visitor(client)
    await visitor.open("/desk/wishes")
    page = await visitor.send(f"/desk/assignments/{ola}/refusal", word="x" * 121)
    assert visitor.page.status_code == 422 and "za długie" in page
    assert await database.fetchval("SELECT state FROM assignment WHERE id = $1", ola) == "proposed"


async def test_a_stranger_signs_up_and_finds_the_way_back(client: httpx2.AsyncClient) -> None:
    await by_hand.town()
    there = f"/opportunities/{(await opening()).id}"
    visitor = Visitor(client)
    await visitor.open(f"/volunteer?next={there}")
    await visitor.send("/volunteer", first_name="")
    assert f'name="next" value="{there}"' in visitor.page.text, "a wrong answer does not lose the way"
    await visitor.send("/volunteer", **by_hand.ABOUT)
    await visitor.send("/volunteer/time", **by_hand.TIME)
    page = await visitor.send("/volunteer/consents", **by_hand.CONSENTS)
    assert f'href="{there}"' in page and f'href="/number?next={there}"' in page
    code = await database.fetchval("SELECT substring(body FROM '[0-9]{6}') FROM message WHERE channel = 'sms'")
    await visitor.open(f"/number?next={there}")
    page = await visitor.send("/number", code=code)
    assert visitor.page.url.path == there and "Najpierw dokończ zapis" in page, "signed in, and back"


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example", "/me", "/opportunities/x", "/groups"])
async def test_the_way_back_leads_to_openings_only(client: httpx2.AsyncClient, evil: str) -> None:
    assert 'name="next"' not in (await client.get("/volunteer", params={"next": evil})).text


async def test_who_has_an_account_signs_in_and_is_back(client: httpx2.AsyncClient) -> None:
    at = await opening()
    page = (await client.get(f"/sign-in?next=/opportunities/{at.id}")).text
    assert f'name="next" value="/opportunities/{at.id}"' in page
    assert f"/volunteer?next=/opportunities/{at.id}" in page, "and who has none after all finds the other way"
