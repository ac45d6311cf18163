"""The register of papers, page by page."""

import re
from datetime import date

import httpx2
import pytest
from papers.printed import csrf
from support import papers, people

from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.papers import certificate, queries
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


def summary(page: httpx2.Response) -> str:
    """The box that takes the focus after a mistake, and where its link leads."""
    assert page.status_code == 422
    boxes = re.findall(r'<div class="notice bad summary" tabindex="-1" autofocus.*?</ul>', page.text, re.S)
    assert len(boxes) == 1 and "Dlaczego: Napisz, dlaczego." in boxes[0]
    field = re.search(r'href="#([^"]+)"', boxes[0])[1]
    return re.search(rf'<input id="{field}"[^>]*>', page.text)[0]


async def test_refusing_or_withdrawing_without_a_word_takes_the_focus_to_the_field(
    client: httpx2.AsyncClient, db: str
) -> None:
    await people.signed_in(client)
    for _ in range(2):
        account = await people.account(Role.VOLUNTEER)
        await papers.hours(await people.volunteer(account=account.id))
        await certificate.ask(people.actor(account), date(2026, 1, 1), date(2026, 12, 31), "pl")
    wishes = await queries.wishes(SYSTEM)
    mark = {"csrf": await csrf(client), "words": " "}
    for n, wish in enumerate(wishes, 1):
        refused = await client.post(f"/desk/papers/wishes/{wish.id}/refusal", data=mark)
        assert f'id="f-w-{n}-words"' in summary(refused), "under the wish it was about"
    paper = await papers.issued(Kind.POSTER)
    assert 'name="words"' in summary(await client.post(f"/desk/papers/{paper.id}/withdrawal", data=mark))


async def test_control_where_nothing_is_found_the_page_says_so(client: httpx2.AsyncClient, db: str) -> None:
    await people.signed_in(client)
    page = await client.get("/desk/papers", params={"year": YEAR, "page": "9999"})
    assert page.status_code == 200 and "Nie ma takich dokumentów" in page.text
