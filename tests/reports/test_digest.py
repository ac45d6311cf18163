"""Once a month, on its first working day, a coordinator reads what needs doing: once, nameless, unless unwanted."""

import asyncio
from datetime import date, datetime, timedelta

import httpx2
import pytest
from support import people
from support.desk_lines import asked, opening_in
from support.visitor import Visitor

from volunteer_hub import worker
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Role
from volunteer_hub.reports import digest
from volunteer_hub.settings import load

SETTINGS = load({"HUB_MODE": "demo"})
MORNING = datetime(2027, 2, 1, 9)  # a Monday


def at(wall: datetime) -> datetime:
    return clock.instant(wall, people.ZONE)


async def mails() -> list[str]:
    rows = await database.fetch("SELECT address, subject, body, html FROM message WHERE template = 'digest'")
    return sorted(f"{row['address']}: {row['subject']}\n{row['body']}\n{row['html']}" for row in rows)


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2027, 2, 14), date(2027, 2, 1)),
        (date(2027, 1, 20), date(2027, 1, 4)),  # New Year's Day, then a weekend
        (date(2027, 5, 1), date(2027, 5, 4)),  # May Day and the third of May
        (date(2026, 11, 30), date(2026, 11, 2)),
    ],
)
def test_the_first_working_day(day: date, first: date) -> None:
    assert digest.first_working_day(day) == first


@pytest.mark.parametrize(
    ("wall", "due"),
    [
        (datetime(2027, 2, 1, 7, 59), False), (datetime(2027, 2, 1, 8), True), (datetime(2027, 2, 1, 16), False),
        (datetime(2027, 2, 4, 10), True), (datetime(2027, 2, 6, 10), False), (datetime(2027, 1, 1, 10), False),
        (datetime(2027, 1, 4, 10), True),
    ],
)  # fmt: skip
def test_by_day_from_then_on_and_not_for_long(wall: datetime, due: bool) -> None:
    assert digest.is_due(wall) is due


async def test_each_coordinator_reads_once_what_needs_doing(db: str) -> None:
    mine = await people.account(email="kasia@example.org")
    other = await people.account(email="ola@example.org")
    opening = await opening_in(1, "Czytanie")
    await asked("Ewelina", opening, "accepted", at_risk="clearance")
    await database.execute("UPDATE initiative SET coordinator = $1", mine.id)
    assert await digest.tell(SETTINGS, at(MORNING)) == 2
    first, second = await mails()
    assert first.startswith("kasia@example.org: Co jest do zrobienia: luty 2027")
    assert "Brakuje ludzi: 1" in first and "/desk?kind=short" in first and "Zagrożone miejsce: 1" in first
    assert "Brakuje ludzi" not in second, "what another coordinator runs is theirs"
    assert "Brak danych rocznych o mieście: 1" in second and "/desk/reports/missing?year=2026" in second
    assert "/desk/account" in first and other


async def test_never_twice_in_a_month_and_again_in_the_next(db: str) -> None:
    await people.account()
    await opening_in(1, "Czytanie")
    assert await digest.tell(SETTINGS, at(MORNING)) == 1
    for hours in (0, 2, 26, 50):
        assert await digest.tell(SETTINGS, at(MORNING + timedelta(hours=hours))) == 0
    assert await digest.tell(SETTINGS, at(datetime(2027, 3, 1, 9))) == 1
    assert len(await mails()) == 2


async def test_two_workers_tell_once(db: str) -> None:
    await people.account()
    await opening_in(1, "Czytanie")
    assert sum(await asyncio.gather(*(digest.tell(SETTINGS, at(MORNING)) for _ in range(4)))) == 1


async def test_control_without_the_months_key_they_tell_twice(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await people.account()
    await opening_in(1, "Czytanie")
    assert await digest.tell(SETTINGS, at(MORNING)) == 1
    await database.execute("UPDATE message SET key = key || ':other'")
    assert await digest.tell(SETTINGS, at(MORNING)) == 1


async def test_whoever_does_not_want_it_gets_none(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client, email="cicha@example.org")
    await people.account(email="byla@example.org", closed_at=clock.now())
    await people.account(Role.ADMINISTRATOR, email="admin@example.org")
    await opening_in(1, "Czytanie")
    visitor = Visitor(client)
    await visitor.open("/desk/account")
    said = await visitor.send("/desk/account/digest")
    assert "Nie będzie e-maila co miesiąc." in said and "Wysyłaj mi go" in said
    assert await digest.tell(SETTINGS, at(MORNING)) == 0
    await visitor.send("/desk/account/digest")
    assert await digest.tell(SETTINGS, at(MORNING)) == 1


async def test_no_name_and_no_theme_leaves_in_it(db: str) -> None:
    await people.account()
    theme = await people.theme(name_pl="Uzależnienia", confidential=True)
    opening = await opening_in(1, "Czytanie")
    await asked("Ewelina", opening, "accepted", at_risk="clearance")
    await database.execute("UPDATE initiative SET theme = $1", theme.id)
    await digest.tell(SETTINGS, at(MORNING))
    [mail] = await mails()
    assert "Zagrożone miejsce" in mail, "control: it tells of her"
    for word in ("Ewelina", "Kot", "Czytanie", "Uzależnienia", "Promyk", "+48"):
        assert word not in mail


async def test_nothing_to_do_is_no_mail(db: str) -> None:
    await people.account()
    await database.execute(
        "INSERT INTO town_year (id, year, residents, assisted, families, changed_at)"
        " VALUES (gen_random_uuid(), 2026, 1, 1, 1, now())"
    )
    assert await digest.tell(SETTINGS, at(MORNING)) == 0


async def test_it_says_so_in_their_language(db: str) -> None:
    await people.account(language="en")
    await opening_in(1, "Czytanie")
    assert await digest.tell(SETTINGS, at(MORNING)) == 1
    assert "2027" in (await mails())[0]


def test_the_worker_plans_it() -> None:
    assert digest.plan in worker.PLANNERS
