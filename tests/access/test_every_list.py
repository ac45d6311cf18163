"""Each list that can be taken away holds in its file what stands on the screen: every line, in the same order."""

import csv
import html
import io
import re
from dataclasses import dataclass

import httpx2
import pytest
from conftest import new_client
from python_calamine import CalamineWorkbook
from starlette.applications import Starlette
from support import people

from volunteer_hub.access.tables import Account
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role

TABLE = re.compile(r'<table role="table".*?</table>', re.S)
ROW = re.compile(r'<th scope="row" role="rowheader"[^>]*>(.*?)</th>', re.S)
NAME = re.compile(r"<(a|b)\b[^>]*>(.*?)(?:<span|</\1>)", re.S)
NEXT = re.compile(r'<a class="button"(?: rel="next")? href="([^"]+)">(?:<svg(?:(?!</a>).)*</svg>)? ?Następne', re.S)
TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Place:
    """Where a list stands and who opens it. `rows`: its rows and those of the file are compared by their names.

    `tables`: how many of the page are in the file; the others are sums of these.
    """

    path: str
    role: Role = Role.COORDINATOR
    rows: bool = True
    tables: int = 9


LISTS = [
    Place("/desk/people"),
    Place("/desk/people?step=active&order=newest"),
    Place("/desk/people?q=an"),
    Place("/desk/participants"),
    Place("/desk/needs"),
    Place("/desk/needs?order=newest&urgency=3"),
    Place("/desk/resources"),
    Place("/desk/initiatives"),
    Place("/desk/initiatives?kind=group"),
    Place("/desk/initiatives", Role.FACILITATOR),
    Place("/desk/meetings"),
    Place("/desk/meetings", Role.FACILITATOR),
    Place("/desk/requests?desk=volunteer-centre"),
    Place("/desk/requests?desk=first-contact", Role.FIRST_CONTACT),
    Place("/desk/requests/moved", Role.FIRST_CONTACT),
    Place("/desk/hours"),
    Place("/desk/teams"),
    Place("/desk/teams/{team}", rows=False),  # the words of its tasks stay sealed
    Place("/desk/initiatives/{group}/members"),
    Place("/desk/initiatives/{course}/course"),
    Place("/desk/meetings/{noted}/attendance", rows=False),  # on the screen it is a form
    Place("/desk/contracts"),
    Place("/desk/contracts", Role.SPECIALIST),
    Place("/desk/participants", Role.SPECIALIST),
    Place("/desk/messages/talks"),
    Place("/desk/messages/today"),
    Place("/desk/gaps", tables=1),
    Place("/desk/capacity"),
    Place("/desk/areas"),
    Place("/desk", tables=1, rows=False),  # the list of openings goes on in the plan
    Place("/desk/caps"),
]
PLACES = {
    "team": "SELECT id FROM team ORDER BY id",
    "group": "SELECT i.id FROM initiative i JOIN member m ON m.initiative = i.id WHERE i.kind = 'group' ORDER BY 1",
    "course": "SELECT id FROM initiative WHERE kind = 'course' AND state = 'running' ORDER BY id",
    "noted": "SELECT c.meeting FROM coming c WHERE c.came IS NOT NULL ORDER BY c.meeting",
}


async def test_the_file_has_every_line_of_the_list_in_its_order(
    town: str, app: Starlette, subtests: pytest.Subtests
) -> None:
    longer = 0
    ids = {name: await database.fetchval(sql) for name, sql in PLACES.items()}
    for place in LISTS:
        path = place.path.format(**ids)
        with subtests.test(f"{place.role} {place.path}"):
            await database.execute("DELETE FROM allowance")  # nobody takes so many in an hour
            async with new_client(app) as client:
                await people.sign_in(client, await _first(place.role))
                shown, pages = await _on_screen(client, path, place.tables)
                tables = await _csv(client, path)
                assert await _xlsx(client, path) == [len(rows) for rows in tables]
                if place.rows:
                    _compare(shown, [row for rows in tables for row in rows])
                longer += pages > 1
    assert longer >= 2, "lists of several pages were among them"


async def _first(role: Role) -> Account:
    found = await Account.objects().where(Account.role == role).order_by(Account.created_at).first()
    assert found
    return found


async def _on_screen(client: httpx2.AsyncClient, path: str, tables: int) -> tuple[list[str], int]:
    """The names of the rows on all pages of the list, and how many pages it has."""
    names: list[str] = []
    pages, at = 0, path
    while at and pages < 20:
        page = (await client.get(at)).text
        assert "format=xlsx" in page and "format=csv" in page, at
        names += [_name(row) for table in TABLE.findall(page)[:tables] for row in ROW.findall(table)]
        more = NEXT.search(page)
        pages, at = pages + 1, html.unescape(more[1]) if more else ""
    return names, pages


def _name(cell: str) -> str:
    inner = NAME.search(cell)
    return " ".join(html.unescape(TAG.sub(" ", inner[2] if inner else cell)).split())


async def _csv(client: httpx2.AsyncClient, path: str) -> list[list[list[str]]]:
    """The rows of each table of the file, without headings."""
    answer = await client.get(_as(path, "csv"))
    assert answer.is_success and "attachment" in answer.headers["content-disposition"], path
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    if [] not in lines:
        return [lines[1:]]
    cuts = [n for n, line in enumerate(lines) if not line]
    return [lines[start + 2 : end] for start, end in zip([0, *[n + 1 for n in cuts]], [*cuts, None], strict=True)]


async def _xlsx(client: httpx2.AsyncClient, path: str) -> list[int]:
    """How many rows stand in each of its sheets below the headings."""
    answer = await client.get(_as(path, "xlsx"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return [book.get_sheet_by_name(name).height - 1 for name in book.sheet_names]


def _as(path: str, kind: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}format={kind}"


def _compare(shown: list[str], rows: list[list[str]]) -> None:
    """Each name on the screen stands in a row of the file, one after another. A sum below a table is no row."""
    assert shown or not rows
    left = iter(rows)
    for name in [one for one in shown if one != "Razem"]:
        assert any(_is(name, row) for row in left), name
    assert len(rows) >= len(shown) - ("Razem" in shown)


def _is(name: str, row: list[str]) -> bool:
    return any(cell and (cell == name or name.startswith(f"{cell} ")) for cell in row)


def test_control_a_line_that_is_missing_or_moved_is_noticed() -> None:
    _compare(["a", "b"], [["a"], ["b"]])
    for wrong in ([["a"]], [["b"], ["a"]]):
        with pytest.raises(AssertionError):
            _compare(["a", "b"], wrong)
