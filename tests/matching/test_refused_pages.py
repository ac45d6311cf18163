"""A press that is refused, without JavaScript: the page comes back with the sentence, the right status and the word."""

import re
from html import unescape
from uuid import UUID

import httpx2
import pytest
from matching.test_plan_pages import NEAR, at, drafted, pair_of, words
from support import people
from support import waves as of
from support.visitor import Visitor, forms

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.matching.waves import actions as waves
from volunteer_hub.schedule import actions

LONG = "bardzo " * 40


async def desk(client: httpx2.AsyncClient) -> Visitor:
    await people.signed_in(client)
    return Visitor(client)


async def press(visitor: Visitor, opening: UUID, who: UUID, word: str = "") -> str:
    """Presses beside `who`, with a word where the page asks for one."""
    form = next(
        one
        for one in forms(visitor.page.text)
        if one.action.partition("?")[0].endswith(f"{opening}/assignments")
        and str(who) in [*one.values.get("volunteer", ()), *(b.get("value") for b in one.buttons)]
    )
    values = {**form.values, "volunteer": [str(who)]} | ({"word": [word]} if word else {})
    visitor.page = await visitor.client.post(form.action, data=values, follow_redirects=True)
    return visitor.page.text


def word_of(html: str, who: UUID) -> str:
    """What stands in the field of a word beside somebody."""
    found = re.search(rf'<input id="word-{who}"[^>]* value="([^"]*)"', html)
    assert found
    return unescape(found[1])


async def test_a_word_that_is_too_long_stands_where_it_was_typed(client: httpx2.AsyncClient) -> None:
    visitor, opening = await desk(client), await at(10)
    who = await people.volunteer(free=False)
    await visitor.open(f"/desk/openings/{opening.id}")
    html = await press(visitor, opening.id, who.id, LONG)
    assert visitor.page.status_code == 422 and "<h1>Pomoc o 10</h1>" in html
    assert "Najwięcej znaków: 200." in words(html) and word_of(html, who.id) == LONG
    field = html[html.index(f'id="word-{who.id}"') :].split(">")[0]
    assert (
        "autofocus" in field and 'aria-invalid="true"' in field and f'aria-describedby="word-{who.id}-error"' in field
    )
    assert await database.fetchval("SELECT count(*) FROM assignment") == 0


async def test_a_seat_that_is_gone_is_told_on_the_page(client: httpx2.AsyncClient) -> None:
    visitor, opening, who = await desk(client), await at(10), await people.volunteer(latitude=NEAR)
    await visitor.open(f"/desk/openings/{opening.id}")
    await database.execute("UPDATE opening SET taken = most")
    html = await press(visitor, opening.id, who.id)
    assert visitor.page.status_code == 409 and "Wszystkie miejsca są już zajęte." in words(html)
    assert "<h1>Pomoc o 10</h1>" in html


async def test_hours_that_are_asked_about_elsewhere_ask_for_a_word(client: httpx2.AsyncClient) -> None:
    """Whoever was asked while the page stood open is told of, with a field for the word; the word then asks."""
    visitor, opening, other = await desk(client), await at(10), await at(11)
    who = await people.volunteer(first_name="Ewa", last_name="Sowa", latitude=NEAR)
    await visitor.open(f"/desk/openings/{opening.id}")
    await actions.invite(SYSTEM, other.id, who.id)
    html = await press(visitor, opening.id, who.id)
    assert visitor.page.status_code == 422 and "Z tą osobą ustalamy już te godziny: Pomoc o 11." in words(html)
    assert "1 osoba pasuje, ale ma już zaproszenie na te godziny" in words(html) and "Nikt wolny teraz" in words(html)
    assert "Ma już zaproszenie na te godziny: Pomoc o 11," in words(html)
    html = await press(visitor, opening.id, who.id, "Wybierze jedno")
    assert visitor.page.status_code == 200 and "Zaproszenie wysłane: Ewa S." in words(html)


async def test_a_word_to_a_plan_that_somebody_changed_is_kept(client: httpx2.AsyncClient) -> None:
    await at(10)
    ewa = await people.volunteer(first_name="Ewa", last_name="Sowa", latitude=NEAR)
    visitor, plan = await drafted(client)
    id = (await pair_of(plan, ewa))["id"]
    html = await visitor.send(f"/pairs/{id}", said="refuse", word="Woli wtorki", version=7)
    assert visitor.page.status_code == 409 and word_of(html, id) == "Woli wtorki"
    html = await visitor.send(f"/pairs/{id}", said="refuse", word=LONG)
    assert visitor.page.status_code == 422 and word_of(html, id) == LONG and "Najwięcej znaków: 200." in words(html)
    assert (await pair_of(plan, ewa))["state"] == "proposed"


@pytest.mark.parametrize("path", ["/solve", "/drop", "/swap", "/openings"])
async def test_a_plan_that_was_closed_meanwhile_shows_itself(client: httpx2.AsyncClient, path: str) -> None:
    opening = await at(10)
    ewa = await people.volunteer(latitude=NEAR)
    visitor, plan = await drafted(client)
    if path == "/swap":
        path = f"/pairs/{(await pair_of(plan, ewa))['id']}/swap"
        await visitor.open(f"/desk/plan/{plan}{path}")
    if path == "/openings":
        path = f"/openings/{opening.id}"
        await visitor.open(f"/desk/plan/{plan}{path}")
    await database.execute("UPDATE matching_plan SET state = 'sent', sent_at = now()")
    html = await visitor.client.post(
        f"/desk/plan/{plan}{path}",
        data={**forms(visitor.page.text)[0].values, "version": "0", "volunteer": str(ewa.id), "word": "Tak"},
    )
    assert html.status_code == 409 and "Ten plan jest już zamknięty." in words(html.text)
    assert "Wysłany" in words(html.text) and "Błąd" not in words(html.text)


async def test_a_swap_says_what_is_wrong_with_the_right_status(client: httpx2.AsyncClient) -> None:
    await at(10)
    ewa, jan = await people.volunteer(latitude=NEAR), await people.volunteer(latitude=NEAR + 0.001)
    await people.volunteer(first_name="Iza", latitude=NEAR + 0.002)
    visitor, plan = await drafted(client)
    there = await database.fetchrow("SELECT id, volunteer FROM matching_pair")
    assert there
    other = jan if there["volunteer"] == ewa.id else ewa
    await visitor.open(f"/desk/plan/{plan}/pairs/{there['id']}/swap")
    await database.execute("UPDATE volunteer SET step = 'paused' WHERE id = $1", other.id)
    html = await visitor.send("/swap", volunteer=other.id, word="Zna to miejsce")
    assert visitor.page.status_code == 409 and 'value="Zna to miejsce"' in html
    assert "Ta osoba teraz nie pomaga." in words(html)


async def test_waves_say_how_many_they_found_and_stop_tells_the_truth(client: httpx2.AsyncClient) -> None:
    visitor, opening = await desk(client), await of.opening(least=3, most=3)
    await of.neighbours(1)
    await visitor.open(f"/desk/openings/{opening.id}/waves")
    html = words(await visitor.send("/waves", size="2", hours="5"))
    assert "Zaproszonych osób: 1. Nikt więcej teraz nie pasuje." in html
    assert "Do następnej fali nikt już teraz nie pasuje." in html
    page = visitor.page
    assert "Zatrzymane." in words(await visitor.send("/waves/stop"))
    visitor.page = page
    assert "Fale już nie trwały" in words(await visitor.send("/waves/stop"))


async def test_waves_of_a_meeting_that_is_off_are_refused_on_their_page(client: httpx2.AsyncClient) -> None:
    visitor, opening, _ = await desk(client), await of.opening(), await of.neighbours(2)
    await visitor.open(f"/desk/openings/{opening.id}/waves")
    await actions.cancel_meeting(SYSTEM, opening.meeting)
    html = await visitor.send("/waves", size="2", hours="5")
    assert visitor.page.status_code == 410 and "To spotkanie jest odwołane." in words(html)
    assert 'id="waves"' in html and await of.row(opening) == {}


async def test_a_plan_says_where_waves_run(client: httpx2.AsyncClient) -> None:
    opening = await at(10, least=2, most=2)
    await people.volunteer(latitude=NEAR)
    visitor, plan = await drafted(client)
    await waves.after_first(SYSTEM, opening.id, 2, 24, None)
    html = await visitor.open(f"/desk/plan/{plan}")
    assert "Tu trwa zapraszanie falami, więc plan nikogo nie dobiera." in words(html)
    assert f'href="/desk/openings/{opening.id}/waves"' in html


async def test_wishes_to_set_aside_stay_in_their_places(client: httpx2.AsyncClient) -> None:
    visitor, opening = await desk(client), await at(10)
    await people.volunteer(free=False)
    await people.volunteer(latitude=people.CENTRE[0] + 0.06)

    def offered(html: str) -> list[str]:
        return re.findall(r'name="without" value="(\w+)"', html)

    before = offered(await visitor.open(f"/desk/openings/{opening.id}"))
    assert before == ["time", "distance"]
    assert offered(await visitor.open(f"/desk/openings/{opening.id}?without=time")) == before
    assert offered(await visitor.open(f"/desk/openings/{opening.id}?without=distance&without=time")) == before


async def test_a_few_who_do_not_fit_stand_there_and_the_rest_opens(client: httpx2.AsyncClient) -> None:
    visitor, opening = await desk(client), await at(10)
    for n in range(8):
        await people.volunteer(free=False, email=None, latitude=NEAR + n / 1000)
    html = await visitor.open(f"/desk/openings/{opening.id}")
    part = html[html.index('class="excluded"') :]
    first, rest = part.split("</table>")[:2]
    assert (first.count('role="rowheader"'), rest.count('role="rowheader"')) == (5, 3)
    assert re.search(r"<details><summary>Pokaż jeszcze 3 os", rest), "closed until somebody opens it"
