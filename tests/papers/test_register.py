"""The register of papers, page by page."""

import re

import httpx2
import pytest
from support import papers, people

from volunteer_hub.papers.kinds import Kind
from volunteer_hub.papers.queries import ON_A_PAGE

YEAR = 2031  # of no paper of the demo town


@pytest.fixture
async def fifty_one(client: httpx2.AsyncClient, db: str) -> None:
    await people.signed_in(client)
    for _ in range(ON_A_PAGE + 1):
        await papers.issued(Kind.POSTER, year=YEAR)
    await papers.issued(Kind.SLIP, year=YEAR)


def numbers(page: httpx2.Response) -> set[str]:
    return set(re.findall(rf'href="/desk/papers/[0-9a-f-]+">(\d+/{YEAR})', page.text))


async def test_past_the_end_stands_the_last_page(client: httpx2.AsyncClient, fifty_one: None) -> None:
    first, last = [
        await client.get("/desk/papers", params={"year": YEAR, "kind": "poster", "page": page}) for page in (1, 2)
    ]
    assert (len(numbers(first)), len(numbers(last))) == (ON_A_PAGE, 1) and not numbers(first) & numbers(last)
    for beyond in ("3", "9999", "10001", "9" * 20):
        page = await client.get("/desk/papers", params={"year": YEAR, "kind": "poster", "page": beyond})
        assert page.status_code == 200 and numbers(page) == numbers(last), beyond
        assert "Strona 2 z 2" in page.text and "Nie ma takich" not in page.text
        assert f'<option value="{YEAR}" selected' in page.text, "the filters hold"


@pytest.mark.parametrize("page", ["0", "-1", "x", "٢", ""])
async def test_what_is_no_page_is_the_first(client: httpx2.AsyncClient, fifty_one: None, page: str) -> None:
    answer = await client.get("/desk/papers", params={"year": YEAR, "kind": "poster", "page": page})
    assert answer.status_code == 200 and len(numbers(answer)) == ON_A_PAGE and "Strona 1 z 2" in answer.text


async def test_control_where_nothing_is_found_the_page_says_so(client: httpx2.AsyncClient, db: str) -> None:
    await people.signed_in(client)
    page = await client.get("/desk/papers", params={"year": YEAR, "page": "9999"})
    assert page.status_code == 200 and "Nie ma takich dokumentów" in page.text
