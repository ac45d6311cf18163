"""The town's yearly figures are typed in or taken from a file, by whom and when stands there, and nobody overwrites."""

import httpx2
import pytest
from support import people
from support.visitor import Visitor

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role

FIGURES = "SELECT residents, assisted, families, source, version FROM town_year WHERE year = $1"


async def stands(year: int) -> tuple[object, ...] | None:
    row = await database.fetchrow(FIGURES, year)
    return tuple(row) if row else None


async def test_a_year_is_typed_in_as_people_write_numbers(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client, name="Hanna Lis")
    visitor = Visitor(client)
    await visitor.open("/desk/reports/town/2008")
    page = await visitor.send("2008", residents="115 818", assisted="16.350", families="", source="MOPR")
    assert "Dane za 2008 rok są zapisane." in page and "Hanna Lis" in page
    assert await stands(2008) == (115818, 16350, None, "MOPR", 1)
    assert 'value="115818"' in await visitor.open("/desk/reports/town/2008")


@pytest.mark.parametrize("typed", ["dużo", "-5", "1,5", "99999999999"])
async def test_what_is_no_number_is_said_and_stays_typed(typed: str, client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    visitor = Visitor(client)
    await visitor.open("/desk/reports/town/2008")
    page = await visitor.send("2008", residents=typed, assisted="16350")
    assert visitor.page.status_code == 422 and "Popraw 1 pole" in page
    assert 'value="16350"' in page and f'value="{typed}"' in page and await stands(2008) is None


async def test_nobody_overwrites_what_they_have_not_seen(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    mine, other = Visitor(client), Visitor(client)
    await mine.open("/desk/reports/town/2008")
    await other.open("/desk/reports/town/2008")
    await other.send("2008", residents="100", source="inna")
    said = await mine.send("2008", residents="200", source="moja")
    assert mine.page.status_code == 409 and "Ktoś zapisał te dane przed chwilą" in said and "inna" in said
    assert await stands(2008) == (100, None, None, "inna", 1)
    await mine.send("2008")
    assert await stands(2008) == (200, None, None, "moja", 2)


async def test_a_year_is_taken_away(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    visitor = Visitor(client)
    await visitor.open("/desk/reports/town/2008")
    await visitor.send("2008", residents="100")
    await visitor.open("/desk/reports/town/2008")
    assert "Danych za 2008 rok już nie ma." in await visitor.send("/removal")
    assert await stands(2008) is None


async def sent(client: httpx2.AsyncClient, text: bytes) -> httpx2.Response:
    visitor = Visitor(client)
    page = await visitor.open("/desk/reports/town")
    csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
    files = {"file": ("lata.csv", text, "text/csv")}
    return await client.post("/desk/reports/town", data={"csrf": csrf}, files=files, follow_redirects=True)


async def test_a_file_of_years(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    text = "Rok;Mieszkańcy;Osoby;Rodziny\n2006;118 432;19 739;9 565\n2008;115 818;16 350;7 905\n"
    for data in (text.encode(), text.encode("cp1250")):
        answer = await sent(client, data)
        assert answer.status_code == 200 and "Zapisane lata: 2." in answer.text
        assert (await stands(2006) or ())[:3] == (118432, 19739, 9565)
        assert (await stands(2008) or ())[:3] == (115818, 16350, 7905)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Wybierz plik CSV"),
        (b"Rok;Osoby\n2006;1\n2007;du\xc5\xbco\n", "Wiersz 3"),
        (b"nic\n", "muszą być nazwy kolumn"),
        (b"Rok;Osoby\n" + b"2006;1\n" * 160_000, "za duży"),
    ],
)
async def test_a_bad_file_is_refused_whole(data: bytes, sentence: str, client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    answer = await sent(client, data)
    assert answer.status_code in (413, 422) and sentence in answer.text
    assert await database.fetchval("SELECT count(*) FROM town_year") == 0


@pytest.mark.parametrize("year", ["nobody", "20-8", "99999", "12", "٢٠٠٨"])
async def test_a_strange_year_is_no_page(year: str, client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    assert (await client.get(f"/desk/reports/town/{year}")).status_code == 404


async def test_only_coordinators(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client, Role.FIRST_CONTACT)
    for path in ("/desk/reports/town", "/desk/reports/town/2008"):
        assert (await client.get(path)).status_code == 403
