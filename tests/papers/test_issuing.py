"""Numbers without gaps, papers kept as they left the house, and who may issue, open and withdraw them."""

import asyncio
from datetime import UTC, date, datetime

import asyncpg
import httpx2
import pytest
import time_machine
from support import papers, people

from volunteer_hub.kit import clock, database, typeset
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.papers import certificate, issuing, queries
from volunteer_hub.papers.kinds import Kind
from volunteer_hub.settings import Settings, load

FACTS = {"title": "Zaświadczenie", "parts": [], "columns": ["a", "b", "c"], "rows": [["x", "y", "z"]], "places": [],
         "check": "Sprawdź", "name": "Łucja Gżegżółka", "time": "2 h"}  # fmt: skip
DAYS = (date(2026, 1, 1), date(2026, 11, 20))


async def issue(settings: Settings, actor: Actor = SYSTEM, kind: Kind = Kind.CERTIFICATE, **facts: object) -> int:
    return (await issuing.issue(settings, actor, kind, FACTS | facts, language="pl")).number


async def numbers(kind: Kind = Kind.CERTIFICATE) -> list[int]:
    rows = await database.fetch("SELECT number FROM issued_paper WHERE kind = $1 ORDER BY number", kind.value)
    return [row["number"] for row in rows]


async def test_many_at_once_get_numbers_without_a_gap_also_when_one_cannot_be_made(db: str, settings: Settings) -> None:
    wrong = [issue(settings, rows="no rows at all") for _ in range(2)]
    right = [issue(settings) for _ in range(6)]
    came = await asyncio.gather(*right[:3], *wrong, *right[3:], return_exceptions=True)
    assert sum(isinstance(one, typeset.NotTypeset) for one in came) == 2
    assert sorted(one for one in came if isinstance(one, int)) == [1, 2, 3, 4, 5, 6] == await numbers()


async def test_control_without_the_lock_two_want_the_same_number(
    db: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issuing, "LOCK", "SELECT $1::text, $2::int")
    came = await asyncio.gather(*[issue(settings) for _ in range(6)], return_exceptions=True)
    assert any(isinstance(one, asyncpg.UniqueViolationError) for one in came)


async def test_each_kind_and_each_year_begins_with_one(db: str, settings: Settings) -> None:
    await papers.issued(year=2025, number=40)
    with time_machine.travel(datetime(2026, 12, 31, 22, 30, tzinfo=UTC), tick=False):
        assert await issue(settings) == 1
    with time_machine.travel(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), tick=False):
        assert await issue(settings) == 1, "in Warsaw it is 2027 already"
        assert await issue(settings) == 2
        assert await issue(settings, kind=Kind.AGREEMENT) == 1
        last = await database.fetchval("SELECT max(issued_at) FROM issued_paper")
        assert last == clock.now(), "the moment that its number, its foot and /verify go by"


async def test_a_paper_is_printed_again_byte_for_byte(client: httpx2.AsyncClient, settings: Settings) -> None:
    await people.signed_in(client)
    issued = await issuing.issue(settings, SYSTEM, Kind.CERTIFICATE, FACTS, language="pl")
    first = await client.get(f"/desk/papers/{issued.id}/file")
    assert (first.status_code, first.headers["content-type"]) == (200, "application/pdf")
    assert first.headers["cache-control"] == "no-store"
    renamed = load({"HUB_MODE": "demo", "HUB_PUBLIC_URL": "http://hub.test", "HUB_CENTRE_NAME": "Inna nazwa"})
    _, again = await queries.document(renamed, SYSTEM, issued.id)
    assert again == first.content
    verbs = [row["verb"] for row in await database.fetch("SELECT verb FROM audit_entry ORDER BY at")]
    assert verbs == ["paper.issue", "paper.open", "paper.open"]


async def test_what_stands_on_a_paper_is_sealed(db: str, settings: Settings) -> None:
    await issue(settings)
    row = await database.fetchrow("SELECT facts, document FROM issued_paper")
    assert row and b"Lucja" not in row["facts"] and "Gżegżółka".encode() not in row["facts"]
    assert b"%PDF" not in row["document"]
    other = load({"HUB_MODE": "demo", "HUB_FIELD_KEY": "another key that is long enough, 32"})
    id = await database.fetchval("SELECT id FROM issued_paper")
    assert issuing.facts_of(other, id, row["facts"]) is None
    assert issuing.facts_of(settings, id, row["facts"]) == FACTS, "control: with the key it opens"


@pytest.mark.parametrize(
    "role", [Role.ANYONE, Role.VOLUNTEER, Role.FACILITATOR, Role.FIRST_CONTACT, Role.ADMINISTRATOR]
)
async def test_only_coordinators_issue_and_withdraw_certificates(db: str, settings: Settings, role: Role) -> None:
    actor, kept = (
        Actor(role, (await people.account(role)).id) if role is not Role.ANYONE else Actor(),
        await papers.issued(),
    )
    for act in (issue(settings, actor), issuing.withdraw(actor, kept.id, "bo tak"), queries.register(actor)):
        with pytest.raises(Refused) as refused:
            await act
        assert refused.value.status == 404
    assert await numbers() == [kept.number]


async def test_a_withdrawn_paper_keeps_its_number_and_says_why(client: httpx2.AsyncClient, settings: Settings) -> None:
    me = await people.signed_in(client)
    number = await issue(settings)
    id = await database.fetchval("SELECT id FROM issued_paper")
    actor = people.actor(me)
    await issuing.withdraw(actor, id, "Zły rok")
    with pytest.raises(Refused, match="wycofany"):
        await issuing.withdraw(actor, id, "Jeszcze raz")
    assert await issue(settings) == number + 1
    page = (await client.get(f"/desk/papers/{id}")).text
    assert "Zły rok" in page and "Jeszcze raz" not in page


async def test_pressing_twice_issues_one_and_other_days_another(db: str, settings: Settings) -> None:
    who = await people.volunteer()
    await papers.hours(who)
    actor = people.actor(await people.account())
    both = await asyncio.gather(*[certificate.issue(settings, actor, who.id, *DAYS, "pl") for _ in range(2)])
    assert both[0] == both[1] and await numbers() == [1]
    other = await certificate.issue(settings, actor, who.id, date(2026, 2, 1), DAYS[1], "pl")
    assert other.number == 2
    await issuing.withdraw(actor, other.id, "Pomyłka")
    assert (await certificate.issue(settings, actor, who.id, date(2026, 2, 1), DAYS[1], "pl")).number == 3


async def test_the_register_is_found_by_year_kind_name_number_and_code(db: str) -> None:
    who = await people.volunteer(first_name="Łucja", last_name="Gżegżółka")
    mine = await papers.issued(volunteer=who.id)
    old = await papers.issued(Kind.AGREEMENT, year=2025, volunteer=who.id)
    slip = await papers.issued(Kind.SLIP)

    async def found(**wanted: object) -> set[int]:
        listed = await queries.register(SYSTEM, **wanted)
        assert (listed.total, listed.page, listed.pages) == (len(listed.papers), 1, 1)
        return {row.number for row in listed.papers}

    assert await found() == {mine.number, old.number, slip.number}
    assert await found(year=2025) == {old.number}
    assert await found(kind=Kind.SLIP) == {slip.number}
    assert await found(words="gżegż łuc") == {mine.number, old.number}
    assert await found(words="gzegzolka", year=2026) == {mine.number}
    assert await found(words="nikt") == set()
    assert await found(words=f"{old.number}/2025") == {old.number}
    assert await found(words=str(slip.number)) == {slip.number}
    assert await found(words=mine.code.lower()) == {mine.number}
