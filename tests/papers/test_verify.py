"""Whoever has a code learns what stands on its paper; whoever has none learns nothing, in no way."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import papers, people

from volunteer_hub.initiatives import courses
from volunteer_hub.initiatives.courses import Issue
from volunteer_hub.kit import check_code, database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.papers import issuing, verify
from volunteer_hub.papers.kinds import Kind
from volunteer_hub.papers.tables import IssuedPaper
from volunteer_hub.privacy import erasure
from volunteer_hub.settings import Settings

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
FACTS = {"name": "Łucja Gżegżółka", "time": "42 h", "first_day": "2026-01-01", "last_day": "2026-06-30",
         "rows": [["Czytanie bajek", "2026", "42 h"]]}  # fmt: skip


@pytest.fixture
async def paper(db: str) -> AsyncIterator[IssuedPaper]:
    yield await papers.issued(facts=FACTS, issued_at=AT, volunteer=(await people.volunteer()).id)


async def seen(client: httpx2.AsyncClient, code: str) -> httpx2.Response:
    return await client.get(f"/verify/{check_code.shown(code)}")


async def test_a_genuine_paper_is_told_with_what_is_compared(client: httpx2.AsyncClient, paper: IssuedPaper) -> None:
    page = await seen(client, paper.code)
    assert page.status_code == 200 and "jest prawdziwy" in page.text and "20 listopada 2026" in page.text
    assert f"nr {paper.number}/2026" in page.text and "Łucja Gżegżółka" in page.text and "42 h" in page.text
    assert "Czytanie bajek" not in page.text and str(paper.volunteer) not in page.text


async def test_an_agreement_is_told_as_issued_and_to_bind_by_its_signatures(
    client: httpx2.AsyncClient, paper: IssuedPaper
) -> None:
    who = await people.volunteer()
    facts = {"name": "Łucja Gżegżółka", "first_day": "2026-01-01", "last_day": ""}
    issued = await papers.issued(Kind.AGREEMENT, facts=facts, issued_at=AT, volunteer=who.id)
    page = await seen(client, issued.code)
    assert "Wydaliśmy to porozumienie: 20 listopada 2026. Tylko to potwierdzamy." in page.text
    assert "dopiero wtedy, gdy na papierze są podpisy obu stron" in page.text and "jest prawdziwy" not in page.text
    assert "Łucja Gżegżółka" in page.text and "1 stycznia 2026" in page.text
    assert "podpisy" not in (await seen(client, paper.code)).text, "control: a certificate is whole as issued"
    await database.execute(
        """WITH noted AS (INSERT INTO agreement (id, volunteer, signed_on, valid_from)
                          VALUES (gen_random_uuid(), $1, '2026-11-21', '2026-01-01') RETURNING id)
           UPDATE issued_paper SET agreement = (SELECT id FROM noted) WHERE id = $2""",
        who.id, issued.id,
    )  # fmt: skip
    assert told(await seen(client, issued.code)) == told(page), "that it came back signed is not on the paper"


def told(page: httpx2.Response) -> str:
    return page.text[page.text.index("<h1") : page.text.index("<form")]


async def test_a_withdrawn_paper_is_told_without_names_or_reasons(
    client: httpx2.AsyncClient, paper: IssuedPaper
) -> None:
    await issuing.withdraw(people.actor(await people.account()), paper.id, "Podrobione godziny")
    page = await seen(client, paper.code)
    assert page.status_code == 200 and "nie jest już ważny" in page.text
    assert "Łucja" not in page.text and "Podrobione" not in page.text and "jest prawdziwy" not in page.text


def plain(answer: httpx2.Response) -> tuple[int, dict[str, str]]:
    loose = ("set-cookie", "date", "x-request-id", "content-length")
    return answer.status_code, {k: v for k, v in answer.headers.items() if k not in loose}


async def test_a_code_of_none_is_answered_as_one_of_a_paper(client: httpx2.AsyncClient, paper: IssuedPaper) -> None:
    known = await seen(client, paper.code)
    for code in (check_code.new(), "nobody", "' OR 1=1 --", "0" * 300, "-", ""):
        answer = await client.get(f"/verify/{code}" if code else "/verify")
        assert plain(answer) == plain(known), code
        assert "Łucja" not in answer.text
    assert "Nie znamy tego kodu" in (await seen(client, check_code.new())).text


async def test_the_address_stays_out_of_search_engines_and_other_sites(
    client: httpx2.AsyncClient, paper: IssuedPaper
) -> None:
    page = await seen(client, paper.code)
    assert page.headers["x-robots-tag"] == "noindex, nofollow" and page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"


async def test_a_typed_code_leads_to_the_same_address(client: httpx2.AsyncClient, paper: IssuedPaper) -> None:
    csrf = re.search(r'name="csrf" value="([^"]+)"', (await client.get("/verify")).text)
    assert csrf
    typed = f" {check_code.shown(paper.code).lower().replace('0', 'o').replace('1', 'l')} "
    answer = await client.post("/verify", data={"csrf": csrf[1], "code": typed})
    assert answer.status_code == 303 and answer.headers["location"] == f"/verify/{check_code.shown(paper.code)}"
    wrong = await client.post("/verify", data={"csrf": csrf[1], "code": "K3F7-9QXA"})
    assert wrong.status_code == 422 and "K3F7-9QXA" in wrong.text and "16 liter" in wrong.text


async def test_trying_codes_is_bounded_and_a_right_one_is_refused_alike(
    client: httpx2.AsyncClient, paper: IssuedPaper
) -> None:
    for _ in range(verify.FROM_ONE_PLACE.most):
        assert (await seen(client, check_code.new())).status_code == 200
    known, unknown = await seen(client, paper.code), await seen(client, check_code.new())
    assert known.status_code == unknown.status_code == 429
    assert "Łucja" not in known.text and plain(known) == plain(unknown)


@pytest.mark.parametrize("kind", [Kind.INSURANCE, Kind.ATTENDANCE, Kind.POSTER, Kind.SLIP])
async def test_lists_and_slips_tell_no_names(client: httpx2.AsyncClient, kind: Kind) -> None:
    paper = await papers.issued(kind, facts=FACTS)
    page = await seen(client, paper.code)
    assert "jest prawdziwy" in page.text and "Łucja" not in page.text


async def test_of_who_is_erased_the_number_is_left(
    client: httpx2.AsyncClient, paper: IssuedPaper, tmp_path: Any, settings: Settings
) -> None:
    here = settings.model_copy(update={"data_dir": tmp_path})
    other = await papers.issued(facts=FACTS, volunteer=(await people.volunteer()).id)
    mentions = await papers.issued(Kind.INSURANCE, facts={"rows": [["Marta", "Kanarecka"]]})
    await database.execute(
        "UPDATE volunteer SET first_name = 'Marta', last_name = 'Kanarecka' WHERE id = $1", paper.volunteer
    )
    await erasure.erase(here, SYSTEM, f"volunteer:{paper.volunteer}", why="asked")
    rows = {row["id"]: row for row in await database.fetch("SELECT * FROM issued_paper")}
    assert [rows[one.id][name] for one in (paper, mentions) for name in ("facts", "document")] == [None] * 4
    assert rows[paper.id]["number"] == paper.number and rows[other.id]["facts"], "control: others keep theirs"
    page = await seen(client, paper.code)
    assert "jest prawdziwy" in page.text and "już nie mamy" in page.text and "Łucja" not in page.text
    assert "Łucja" in (await seen(client, other.code)).text


async def test_a_certificate_of_a_course_is_checked_the_same_way(client: httpx2.AsyncClient, db: str) -> None:
    of = await people.initiative(kind="course", name="Kurs pierwszej pomocy")
    who = await people.member(of, await people.participant(first_name="Zofia", last_name="Żądło"))
    day = date(2026, 11, 1)
    async with database.transaction():
        assert await courses.issue(SYSTEM, Issue(who.id, day, day, day, 3, 3, 270), day)
    row = await database.fetchrow("SELECT id, code FROM completion")
    assert row
    page = await seen(client, row["code"])
    assert "Zofia Żądło" in page.text and "Kurs pierwszej pomocy" in page.text and "nr 1/2026" in page.text
    await database.execute("UPDATE completion SET undone_at = now(), undone_words = 'Pomyłka'")
    page = await seen(client, row["code"])
    assert "nie jest już ważny" in page.text and "Zofia" not in page.text and "Pomyłka" not in page.text


@given(st.text(max_size=40))
def test_only_codes_are_read_as_codes(typed: str) -> None:
    read = check_code.read(typed)
    assert read == "" or (len(read) == check_code.LENGTH and set(read) <= set(check_code.LETTERS))


@given(st.integers())
def test_a_code_is_read_as_it_is_shown(_: int) -> None:
    code = check_code.new()
    assert check_code.read(check_code.shown(code)) == check_code.read(code.lower()) == code
