"""The centre's year on screen, in CSV, XLSX and on paper: the same numbers in each, and two editions, each named."""

import csv
import io
import random
import re
from datetime import date
from html.parser import HTMLParser

import httpx2
import pytest
from python_calamine import CalamineWorkbook
from reports.random_town import build
from support import pdfs, people

from volunteer_hub.access.tables import Account
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Role
from volunteer_hub.reports.indicators import words
from volunteer_hub.reports.indicators.values import Indicator
from volunteer_hub.reports.year import amounts

YEAR = 2025
THIS_YEAR = clock.today(people.ZONE).year
EDITIONS = {"internal": "Wydanie wewnętrzne", "public": "Wydanie do publikacji"}
Row = tuple[str, ...]


class Tables(HTMLParser):
    """The rows of all tables of a page as they are seen, cell by cell."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.inside = self.hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self.inside = True
        self.hidden = tag == "span" and ("class", "visually-hidden") in attrs

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag not in ("td", "th")
        self.hidden = self.hidden and tag != "span"

    def handle_data(self, data: str) -> None:
        if self.inside and not self.hidden:
            self.rows[-1][-1] += data


def plain(cell: object) -> str:
    """A number as it is meant, however it is written: 1 234,50 zł, 12,5 h, 21% and 1234.5 alike; words as they are."""
    text = re.sub(r"[\s\u00a0\u2060]", "", str(cell))
    number = re.fullmatch(r"(\d+(?:[.,]\d+)?)(?:zł|h|%)?", text)
    return str(float(number[1].replace(",", "."))) if number else text


def told(rows: list[list[object]]) -> list[Row]:
    """Rows of indicators, without their unit and how they are counted, which do not stand everywhere."""
    titles = {plain(words.title(one)) for one in Indicator}
    beside = {plain(words.how(one)) for one in Indicator} | {plain(amounts.unit(of)) for of in amounts.UNITS}
    plainly = [[plain(cell) for cell in row if cell not in ("", None)] for row in rows]
    return [
        tuple([row[0], *(cell for cell in row[1:] if cell not in beside)])
        for row in plainly
        if row and row[0] in titles
    ]


def on_screen(page: str) -> list[Row]:
    tables = Tables()
    # The twins of pictures say years and sources down their side, not indicators.
    tables.feed(page[page.index("<main") :])
    return told([list(row) for row in tables.rows])


def in_csv(data: bytes) -> list[Row]:
    return told([list(row) for row in csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";")])


def in_xlsx(data: bytes) -> list[Row]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return told([list(row) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()])


@pytest.fixture
async def town(db: str) -> Account:
    """A random town and somebody who coordinates in it."""
    readers = await build(random.Random(5))
    found = await Account.objects().get(Account.id == readers.runs.account)
    assert found
    return found


@pytest.mark.parametrize(
    "asked",
    [f"year={YEAR}", f"year={YEAR}&edition=public", f"year={YEAR}&quarter=2", f"first={YEAR}-02-03&last={YEAR}-09-05"],
)
async def test_the_same_numbers_in_all_four(asked: str, town: Account, client: httpx2.AsyncClient) -> None:
    await people.sign_in(client, town)
    page = await client.get(f"/desk/reports?{asked}")
    seen = on_screen(page.text)
    assert len(seen) > 40 and any(re.fullmatch(r"[1-9]\d*\.\d", row[-1]) for row in seen), "control: numbers are there"
    sent = {kind: (await client.get(f"/desk/reports?{asked}&format={kind}")).content for kind in ("csv", "xlsx", "pdf")}
    assert sorted(in_csv(sent["csv"])) == sorted(seen)
    assert sorted(in_xlsx(sent["xlsx"])) == sorted(seen)
    paper = re.sub(r"\s", "", pdfs.text(sent["pdf"]))
    tables = Tables()
    tables.feed(page.text)
    how = {words.how(one) for one in Indicator}
    for row in tables.rows:
        if row and row[0] in {words.title(one) for one in Indicator}:
            assert re.sub(r"\s", "", "".join(cell for cell in row if cell not in how)) in paper, row


@pytest.mark.parametrize("edition", EDITIONS)
async def test_each_edition_names_itself_everywhere(edition: str, town: Account, client: httpx2.AsyncClient) -> None:
    await people.sign_in(client, town)
    other = next(name for one, name in EDITIONS.items() if one != edition)
    address = f"/desk/reports?year={YEAR}&edition={edition}"
    page = (await client.get(address)).text
    assert f">{EDITIONS[edition]}" in page and f">{other}:" not in page
    for kind in ("csv", "pdf"):
        data = (await client.get(f"{address}&format={kind}")).content
        text = pdfs.text(data) if kind == "pdf" else data.decode()
        assert EDITIONS[edition] in text and other not in text, kind
    assert text.count(EDITIONS[edition]) >= pdfs.pages(data), "on each page of the paper"
    assert pdfs.spoken(data)["tagged"] and pdfs.tags(data)["Figure"] >= 2
    book = CalamineWorkbook.from_filelike(io.BytesIO((await client.get(f"{address}&format=xlsx")).content))
    assert EDITIONS[edition] in str(book.get_sheet_by_index(0).to_python())


async def test_outside_leads_to_no_list_and_shows_no_small_count(town: Account, client: httpx2.AsyncClient) -> None:
    await people.sign_in(client, town)
    inside = (await client.get(f"/desk/reports?year={YEAR}")).text
    outside = (await client.get(f"/desk/reports?year={YEAR}&edition=public")).text
    assert "/desk/reports/indicators/" in inside and "/desk/reports/indicators/" not in outside
    counts = {row[0]: row[-1] for row in on_screen(outside)}
    money = {plain(words.title(one)) for one in (Indicator.COST, Indicator.OUTSIDE, Indicator.OUTSIDE_SHARE)}
    shares = {plain(words.title(Indicator.COVERED_SHARE))}
    for name, count in counts.items():
        if re.fullmatch(r"\d+\.\d", count) and name not in money | shares:
            assert float(count) % 10 == 0, (name, count)
    assert any(count == "<10" for count in counts.values())
    answer = await client.get(f"/desk/reports/indicators/covered?year={YEAR}&edition=public")
    assert answer.status_code == 404 and "Obsadzone miejsca" in inside and "Obsadzone miejsca" not in outside


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("first=2025-05-05&last=2025-03-01", "Ostatni dzień jest wcześniej niż pierwszy."),
        ("first=2025-05-05", "Wpisz oba dni"),
        ("first=2025-13-45&last=2025-03-01", "Podaj pełną datę"),
        ("first=0001-01-01&last=9999-12-31", "Wybierz dni z lat"),
        (f"year={THIS_YEAR}&edition=public", "tylko całe lata"),
        ("year=2025&quarter=2&edition=public", "tylko całe lata"),
        ("first=2025-02-03&last=2025-03-05&edition=public", "tylko całe lata"),
    ],
)
async def test_days_that_make_no_sense_are_said_and_stay_typed(
    asked: str, sentence: str, client: httpx2.AsyncClient
) -> None:
    await people.signed_in(client)
    answer = await client.get(f"/desk/reports?{asked}")
    assert answer.status_code == 422 and sentence in answer.text and EDITIONS["internal"] in answer.text
    for typed in re.findall(r"(?:first|last)=([\d-]+)", asked):
        assert f'value="{typed}"' in answer.text


@pytest.mark.parametrize("asked", ["quarter=9", "edition=secret", "year=2025'--", "quarter=x&year=", "format=exe"])
async def test_a_strange_address_is_this_year_inside(asked: str, client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    answer = await client.get(f"/desk/reports?{asked}")
    assert answer.status_code == 200 and f"Rok {THIS_YEAR}" in answer.text and EDITIONS["internal"] in answer.text


@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf"])
@pytest.mark.parametrize(
    "asked",
    [
        f"year={THIS_YEAR}&edition=public", "first=2025-02-03&last=2025-03-05&edition=public", "edition=publik",
        "year=99999&edition=public", "first=2025-05-05",
    ],
)  # fmt: skip
async def test_no_file_is_of_other_days_or_another_edition_than_asked(
    asked: str, kind: str, client: httpx2.AsyncClient
) -> None:
    await people.signed_in(client)
    answer = await client.get(f"/desk/reports?{asked}&format={kind}")
    assert answer.status_code == 422 and "attachment" not in answer.headers.get("content-disposition", "")
    if kind != "pdf":
        listed = await client.get(f"/desk/reports/indicators/covered?{asked}&format={kind}")
        assert listed.status_code == 422


@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf"])
async def test_a_file_says_by_its_name_of_which_edition_it_is(kind: str, client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    for edition, name in (("internal", "raport-wewnetrzny-rok-2025"), ("public", "raport-do-publikacji-rok-2025")):
        answer = await client.get(f"/desk/reports?year={YEAR}&edition={edition}&format={kind}")
        assert f'filename="{name}' in answer.headers["content-disposition"]


async def test_the_list_behind_a_figure_adds_up_to_it_and_is_logged(town: Account, client: httpx2.AsyncClient) -> None:
    await people.sign_in(client, town)
    address = f"/desk/reports/indicators/active?year={YEAR}"
    page = (await client.get(address)).text
    total = int(re.search(r'class="big-number">(\d+)<', page)[1])  # type: ignore[index]
    assert total > 3 and page.count('href="/desk/people/') == total
    logged = "SELECT about FROM audit_entry WHERE verb = 'reports.list'"
    assert [row["about"] for row in await database.fetch(logged)] == [f"list:{address}"]
    for by, key in re.findall(r"indicators/active\?[^\"]*by=(\w+)&amp;key=([\w-]*)", page):
        part = (await client.get(f"{address}&by={by}&key={key}")).text
        assert 0 < part.count('href="/desk/people/') <= total
    lines = (await client.get(f"{address}&format=csv")).content.decode("utf-8-sig").splitlines()
    assert len(lines) == total + 1
    exported = await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'list.export'")
    assert exported == 1


async def test_a_list_of_things_is_not_logged(town: Account, client: httpx2.AsyncClient) -> None:
    await people.sign_in(client, town)
    page = (await client.get(f"/desk/reports/indicators/meetings?year={YEAR}")).text
    assert 'href="/desk/meetings/' in page
    assert await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb = 'reports.list'") == 0


async def test_a_long_list_is_paged(client: httpx2.AsyncClient) -> None:
    for _ in range(60):
        await people.volunteer(free=False, created_at=clock.instant(clock.wall(clock.now(), people.ZONE), people.ZONE))
    await people.signed_in(client)
    address = f"/desk/reports/indicators/registered?year={THIS_YEAR}"
    first, second = [(await client.get(f"{address}&page={n}")).text for n in (1, 2)]
    assert "Strona 1 z 2" in first and 'rel="next"' in first
    assert [page.count('href="/desk/people/') for page in (first, second)] == [50, 10]


async def test_a_theme_that_a_reader_must_not_know_stands_nowhere(client: httpx2.AsyncClient) -> None:
    theme = await people.theme(name_pl="Uzależnienia", confidential=True)
    of = await people.initiative(kind="group", name="Grupa Czwartek", theme=theme.id, starts_on=date(YEAR, 1, 1))
    await people.member(of, await people.participant(alias="Bogdan"), joined_on=date(YEAR, 2, 1))
    await people.signed_in(client)
    for address in (
        f"/desk/reports?year={YEAR}", f"/desk/reports?year={YEAR}&format=csv",
        f"/desk/reports/indicators/covered?year={YEAR}", f"/desk/reports/indicators/groups?year={YEAR}",
    ):  # fmt: skip
        text = (await client.get(address)).text
        assert "Uzależnienia" not in text and "Bogdan" not in text
    assert "Osoba z grupy" in (await client.get(f"/desk/reports/indicators/covered?year={YEAR}")).text, "control"


@pytest.mark.parametrize("address", ["/desk/reports", "/desk/reports/places", "/desk/reports/indicators/covered"])
async def test_only_coordinators(address: str, client: httpx2.AsyncClient) -> None:
    for role in (Role.FIRST_CONTACT, Role.FACILITATOR, Role.ADMINISTRATOR, Role.VOLUNTEER):
        await people.signed_in(client, role)
        assert (await client.get(address)).status_code == 403, role


@pytest.mark.parametrize("name", ["nobody", "COVERED", "covered'--"])
async def test_an_indicator_that_is_none_is_no_page(name: str, client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    assert (await client.get(f"/desk/reports/indicators/{name}")).status_code == 404


async def test_pictures_stand_with_a_sentence_and_a_table(town: Account, client: httpx2.AsyncClient) -> None:
    await people.sign_in(client, town)
    page = (await client.get(f"/desk/reports?year={YEAR}")).text
    cards = re.findall(r'<section class="card picture.*?</section>', page, re.S)
    assert len(cards) >= 6
    for card in cards:
        title = re.search(r"<title[^>]*>(.*?)</title>", card)
        caption = re.search(r"<figcaption>(.*?)</figcaption>", card)
        assert title and caption and title[1] == caption[1] != "", "who hears the picture hears the sentence"
        assert "<table>" in card and "style=" not in card
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
