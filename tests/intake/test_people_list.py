"""The list of people: its filters stay in the address, its pages go both ways, views are kept."""

import re

import httpx2
import pytest
from support import people
from support.visitor import Visitor, forms

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import views
from volunteer_hub.people.rules import Kind, Step
from volunteer_hub.people.search import PAGE
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.people.wanted import Wanted

TODAY = clock.today("Europe/Warsaw")
CHILD = TODAY.replace(year=TODAY.year - 15, day=1)


def names(page: str) -> list[str]:
    return re.findall(r'<th scope="row" role="rowheader"><a href="/desk/people/[^"]+">([^<]+)</a>', page)


async def crowd() -> list[Volunteer]:
    return [
        await people.volunteer(first_name="Ewa", last_name="Ćwik", kind=Kind.STUDENT, tags=["finał"]),
        await people.volunteer(first_name="Ala", last_name="Ćwik", kind=Kind.PUPIL, birth_date=CHILD),
        await people.volunteer(first_name="Łukasz", last_name="Żak", step=Step.APPLIED),
    ]


# --- The list


async def test_filters_stay_in_the_address_and_each_can_be_taken_off(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    await crowd()
    visitor = Visitor(client)
    page = await visitor.open("/desk/people?q=wik&kind=pupil&consent=guardian&nonsense=1")
    assert names(page) == ["Ćwik Ala"] and "1 osoba." in page
    search = forms(page)[1]
    assert search.method == "get" and (search.values["q"], search.values["kind"]) == (["wik"], ["pupil"])
    assert search.values["consent"] == ["guardian"]
    for taken_off in ("/desk/people?kind=pupil&amp;consent=guardian", "/desk/people?q=wik&amp;consent=guardian"):
        assert f'href="{taken_off}"' in page


async def test_a_queue_is_one_press_away_and_keeps_the_other_filters(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    await crowd()
    page = await Visitor(client).open("/desk/people?q=ak")
    assert 'href="/desk/people?q=ak&amp;step=applied&amp;order=waits"' in page
    page = await Visitor(client).open("/desk/people?q=ak&step=applied&order=waits")
    assert names(page) == ["Żak Łukasz"] and "Najdłużej na tym etapie" in page


async def test_nobody_found_says_what_to_relax(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    await crowd()
    page = " ".join((await Visitor(client).open("/desk/people?q=wik&step=applied")).split())
    assert "Usuń jeden z filtrów" in page
    assert 'href="/desk/people?step=applied">Słowa: wik <span class="soft">(wtedy 1 osoba)' in page
    assert 'href="/desk/people?q=wik">Etap: Nowe zgłoszenie <span class="soft">(wtedy 2 osoby)' in page


async def test_pages_go_both_ways_and_their_addresses_name_nobody(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    await database.execute(
        """INSERT INTO volunteer (id, first_name, last_name, phone, birth_date, kind, area_slug, causes, skills,
                                  languages, step, step_since, created_at)
           SELECT gen_random_uuid(), 'Ala', 'Ćwik' || n / 4, '+4860' || n, '2000-01-01', 'adult', '', '{}', '{}', '{}',
                  'active', now(), now() FROM generate_series(1000, $1) n""",
        1000 + 2 * PAGE,
    )
    visitor, seen = Visitor(client), list[list[str]]()
    page = await visitor.open("/desk/people?q=cwik")
    for way in ("Następne osoby", "Następne osoby", "Poprzednie osoby", "Poprzednie osoby"):
        seen.append(names(page))
        links = re.findall(r'<a class="button" href="([^"]+)">(.*?)</a>', page, re.S)
        (address,) = [address for address, words in links if way in words]
        assert "wik&" in address and "wik2" not in address
        page = await visitor.open(address.replace("&amp;", "&"))
    assert [len(one) for one in seen] == [PAGE, PAGE, 1, PAGE] and seen[3] == seen[1] and names(page) == seen[0]


async def test_everybody_of_a_page_is_ticked_by_a_link(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    crowded = await crowd()
    page = await Visitor(client).open("/desk/people?ticked=yes")
    (form,) = [form for form in forms(page) if form.action == "/desk/people/chosen"]
    assert set(form.values["id"]) == {str(who.id) for who in crowded}


# --- Kept views


async def test_a_search_is_kept_found_again_renamed_and_forgotten(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    await crowd()
    visitor = Visitor(client)
    await visitor.open("/desk/people?step=applied&order=waits")
    page = await visitor.send("/desk/people/views", name="Nowi  dziś")
    assert "Widok zapisany." in page and visitor.page.url.query == b"step=applied&order=waits"
    assert 'href="/desk/people?step=applied&amp;order=waits" aria-current="page">Nowi dziś</a>' in page
    await visitor.open("/desk/people/views")
    view = await database.fetchval("SELECT id FROM saved_view")
    await visitor.send(f"/views/{view}", name="Czekają", shared="yes")
    assert "Zapisane." in visitor.page.text and "Czekają" in visitor.page.text
    await visitor.send(f"/views/{view}/deletion")
    assert "Widok usunięty." in visitor.page.text and not await database.fetchval("SELECT count(*) FROM saved_view")


async def test_a_name_twice_is_said_beside_it_and_stays_typed(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    visitor = Visitor(client)
    for status in (200, 422):
        await visitor.open("/desk/people?q=x")
        await visitor.send("/desk/people/views", name="Mój", shared="yes")
        assert visitor.page.status_code == status
    assert 'id="f-name-error"' in visitor.page.text and 'value="Mój"' in visitor.page.text
    await visitor.open("/desk/people?q=x")
    await visitor.send("/desk/people/views", name=" ")
    assert visitor.page.status_code == 422
    assert await database.fetchval("SELECT count(*) FROM saved_view") == 1
    await visitor.open("/desk/people?q=y")
    await visitor.send("/desk/people/views", name="Inny")
    other = await database.fetchval("SELECT id FROM saved_view WHERE name = 'Inny'")
    await visitor.open("/desk/people/views")
    await visitor.send(f"/views/{other}", name="Mój")
    assert visitor.page.status_code == 422 and f'id="f-{other}name-error"' in visitor.page.text


async def test_others_see_a_shared_view_and_change_none(db: str) -> None:
    mine, other = people.actor(await people.account()), people.actor(await people.account())
    for name, shared in (("Wspólny", True), ("Mój", False)):
        await views.keep(mine, name, Wanted(q="x"), shared=shared)
    assert [(one.name, one.mine) for one in await views.views(mine)] == [("Mój", True), ("Wspólny", True)]
    (seen,) = await views.views(other)
    assert (seen.name, seen.mine) == ("Wspólny", False)
    for act in (views.change(other, seen.id, "Nasz", shared=False), views.forget(other, seen.id)):
        with pytest.raises(Refused) as refused:
            await act
        assert refused.value.status == 404
    assert len(await views.views(mine)) == 2
