"""The boards: what stands on them, for whom, narrowed how, and that no number of meetings asks more questions."""

import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from support import people

from volunteer_hub.access.tables import Account
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.schedule.boards import filters as board_filters
from volunteer_hub.schedule.boards import queries as board
from volunteer_hub.schedule.boards.filters import Filters
from volunteer_hub.schedule.boards.pages import day_of, first_of, monday_of
from volunteer_hub.schedule.tables import Assignment, Meeting

MONDAY = date(2027, 3, 1)
ALL = Filters()


async def seat(at: Meeting, state: str = "accepted", **values: Any) -> None:
    opening = await people.opening(at, least=1, most=3)
    who = await people.volunteer()
    await people.save(Assignment(opening=opening.id, volunteer=who.id, state=state, **values))
    if state == "accepted":
        await database.execute("UPDATE opening SET taken = 1 WHERE id = $1", opening.id)


async def at(of: Any, day: int, hour: int, **values: Any) -> Meeting:
    starts = datetime(2027, 3, 1, hour) + timedelta(days=day)
    return await people.meeting(of, starts=starts, **values)


async def coordinator() -> Actor:
    row = await people.account(Role.COORDINATOR)
    return Actor(role=Role.COORDINATOR, account=row.id, name=row.name)


def ids(week: board.Week) -> list[UUID]:
    return [card.id for column in week.columns for cell in column.cells for card in cell.cards]


async def test_a_week_by_day_and_place(db: str) -> None:
    actor = await coordinator()
    busy, quiet = await people.place(name="Biblioteka"), await people.place(name="Aula")
    of = await people.initiative()
    late, early = await at(of, 1, 17, place=busy.id), await at(of, 1, 9, place=busy.id)
    only = await at(of, 1, 8, place=quiet.id)
    last = await at(of, 6, 22, place=busy.id)
    await at(of, 7, 8, place=busy.id)
    await at(of, -1, 23, place=busy.id)
    found = await board.week(actor, MONDAY, ALL)
    assert [row.name for row in found.rows] == ["Biblioteka", "Aula"], "most meetings first"
    assert ids(found) == [early.id, late.id, only.id, last.id]
    assert [len(column.cells) for column in found.columns] == [0, 2, 0, 0, 0, 0, 1]
    assert (found.total, found.pages) == (4, 1)


async def test_seats_of_all_openings_and_what_is_lacking(db: str) -> None:
    actor = await coordinator()
    of = await people.initiative()
    here = await at(of, 0, 10)
    await seat(here)
    await people.opening(here, await people.role(of, name="Gra na gitarze"), least=2, most=2)
    found = await board.week(actor, MONDAY, ALL)
    (card,) = found.columns[0].cells[0].cards
    assert (card.taken, card.most, card.missing, card.risk) == (1, 5, 2, 0)
    assert card.roles == "Czyta dzieciom, Gra na gitarze"
    assert (found.columns[0].taken, found.columns[0].most) == (1, 5)
    off = await at(of, 0, 12, place=here.place)
    await people.opening(off, await people.role(of, name="Śpiewa"), least=2, most=2)
    await database.execute("UPDATE meeting SET state = 'cancelled' WHERE id = $1", off.id)
    found = await board.week(actor, MONDAY, ALL)
    cancelled = found.columns[0].cells[-1].cards[-1]
    assert cancelled.cancelled and cancelled.missing == 0, "what is called off lacks nobody"
    assert (found.columns[0].taken, found.columns[0].most) == (1, 5)


async def test_filters_narrow_each_view_alike(db: str) -> None:
    actor = await coordinator()
    assert actor.account
    mine, other = await people.initiative(), await people.initiative(kind="group")
    await database.execute("UPDATE initiative SET coordinator = $2 WHERE id = $1", mine.id, actor.account)
    aula, home = await people.place(name="Aula"), await people.place(name="Dom")
    full, short = await at(mine, 0, 8, place=aula.id), await at(mine, 0, 10, place=home.id)
    risky = await at(other, 1, 9)
    await seat(full)
    await people.opening(short, least=2)
    await seat(risky, at_risk="clearance")
    off = await at(other, 2, 9, place=aula.id)
    await database.execute("UPDATE meeting SET state = 'cancelled' WHERE id = $1", off.id)
    wanted = {
        (): [full, short, risky, off],
        ("mine",): [full, short],
        ("short",): [short],
        ("risk",): [risky],
        ("cancelled",): [off],
        ("kind",): [risky, off],
        ("place", "mine"): [full],
    }
    values: dict[str, dict[str, Any]] = {
        "mine": {"mine": "yes"}, "short": {"short": "yes"}, "risk": {"state": "risk"}, "kind": {"kind": "group"},
        "cancelled": {"state": "cancelled"}, "place": {"place": aula.id},
    }  # fmt: skip
    for names, meetings in wanted.items():
        filters = Filters(**{key: value for name in names for key, value in values[name].items()})
        expected = {one.id for one in meetings}
        assert set(ids(await board.week(actor, MONDAY, filters))) == expected, names
        assert {card.id for card in (await board.listed(actor, MONDAY, 7, filters)).cards} == expected, names
        planned = expected - {off.id}
        days = await board.month(actor, MONDAY, 7, filters)
        assert {card.id for day in days for card in day.cards} == planned, names
        assert sum(day.total for day in days) == len(planned)


async def test_a_month_names_a_few_and_counts_all(db: str) -> None:
    actor = await coordinator()
    of = await people.initiative()
    for hour in range(8, 13):
        await people.opening(await at(of, 2, hour), least=1)
    days = await board.month(actor, MONDAY, 31, ALL)
    assert len(days) == 31
    assert (days[2].total, len(days[2].cards), days[2].short, days[2].missing) == (5, 3, 5, 5)
    assert (days[3].total, days[3].cards) == (0, ())


async def test_pages_of_places_and_of_lines(db: str) -> None:
    actor = await coordinator()
    of = await people.initiative()
    area = (await people.area()).id
    for n in range(53):
        await at(of, n % 7, 8, place=(await people.place(name=f"Miejsce {n:02d}", area=area)).id)
    first, second = await board.week(actor, MONDAY, ALL, 1), await board.week(actor, MONDAY, ALL, 2)
    assert (len(ids(first)), len(ids(second)), first.pages, first.total, second.total) == (50, 3, 2, 53, 53)
    assert not set(ids(first)) & set(ids(second))
    assert [row.number for row in second.rows] == [1, 2, 3]
    assert (await board.week(actor, MONDAY, ALL, 9)).page == 2, "past the end is the last one"
    lines = await board.listed(actor, MONDAY, 7, ALL, 2)
    assert (len(lines.cards), lines.page, lines.pages, lines.total) == (3, 2, 2, 53)


async def test_who_leads_sees_only_their_own(db: str) -> None:
    mine, other = await people.initiative(kind="group"), await people.initiative(kind="group")
    own, foreign = await at(mine, 0, 8), await at(other, 0, 9)
    row = await people.account(Role.FACILITATOR)
    await people.facilitator(mine, row)
    actor = Actor(role=Role.FACILITATOR, account=row.id, name=row.name)
    assert ids(await board.week(actor, MONDAY, ALL)) == [own.id]
    assert set(ids(await board.week(await coordinator(), MONDAY, ALL))) == {own.id, foreign.id}
    assert [card.id for card in (await board.listed(actor, MONDAY, 7, ALL)).cards] == [own.id]
    assert (await board.month(actor, MONDAY, 7, ALL))[0].total == 1


async def test_the_filters_offer_what_is_there_and_no_home(db: str) -> None:
    of = await people.initiative(name="Czytanie")
    await people.meeting(of, place=(await people.place(name="Biblioteka")).id)
    await people.meeting(of, place=(await people.place(name="U pani Zofii", private=True)).id)
    found = await board_filters.choices(await coordinator())
    assert [name.partition(",")[0] for _, name in found.places] == ["Biblioteka"]
    assert [name for _, name in found.initiatives] == ["Czytanie"]
    nobody = Actor(role=Role.FACILITATOR, account=(await people.account(Role.FACILITATOR)).id)
    assert await board_filters.choices(nobody) == board_filters.Choices((), (), ())


@pytest.mark.parametrize("count", [3, 60])
async def test_one_question_for_a_board_however_many_meetings(db: str, count: int) -> None:
    actor = await coordinator()
    of = await people.initiative()
    place = (await people.place()).id
    for n in range(count):
        await people.opening(await at(of, n % 7, 8 + n % 12, place=place))
    asked: list[str] = []

    def note(query: Any) -> None:
        asked.append(query.query)

    async with database.reading():
        async with database.connection() as connection:
            logger = connection.query_logger(note)
        with logger:
            await board.week(actor, MONDAY, ALL)
            await board.month(actor, MONDAY, 31, ALL)
            await board.listed(actor, MONDAY, 7, ALL)
    assert len(asked) == 3


@pytest.mark.parametrize(
    ("text", "monday"),
    [
        ("2026-W48", date(2026, 11, 23)), ("2026-W53", date(2026, 12, 28)), ("2027-W53", None), ("", None),
        ("0001-W01", None), ("9999-W52", None), ("x", None), ("2026-W٤٨", None),
    ],
)  # fmt: skip
def test_a_week_in_an_address(text: str, monday: date | None) -> None:
    today = date(2027, 3, 3)
    assert monday_of(text, today) == (monday or MONDAY)


def test_a_month_and_a_day_in_an_address() -> None:
    today = date(2027, 3, 3)
    assert first_of("2026-11", today) == date(2026, 11, 1) and first_of("2026-13", today) == MONDAY
    assert day_of("2026-11-30", today) == date(2026, 11, 30)
    assert {day_of(text, today) for text in ("2026-11-31", "", "0000-01-01", "9999-01-01", "30.11.2026")} == {today}


async def _desk(client: httpx2.AsyncClient) -> Account:
    row = await people.account(Role.COORDINATOR)
    await people.sign_in(client, row)
    return row


async def test_the_same_filters_in_every_view(client: httpx2.AsyncClient) -> None:
    await _desk(client)
    place = await people.place(name="Aula")
    await at(await people.initiative(), 0, 8, place=place.id)
    page = await client.get(f"/desk/week?week=2027-W09&place={place.id}&mine=yes")
    assert page.status_code == 200 and "widok jest zawężony" in page.text
    links = re.findall(r'href="(/desk/(?:week|month|meetings)\?[^"]+)"', page.text)
    assert all(f"place={place.id}" in link for link in links if "zawęż" not in link and "mine=yes" in link)
    assert f"/desk/month?place={place.id}&amp;mine=yes&amp;month=2027-03" in page.text
    assert f"/desk/meetings?place={place.id}&amp;mine=yes&amp;from=2027-03-01" in page.text
    assert f"/desk/week?place={place.id}&amp;mine=yes&amp;week=2027-W10" in page.text


@pytest.mark.parametrize("path", ["/desk/week", "/desk/month", "/desk/meetings"])
@pytest.mark.parametrize("query", ["place=x&kind=y&page=0&state=z", "week=2026-W99&month=2026-99&from=x&page=99999"])
async def test_nonsense_in_an_address_is_as_if_left_out(client: httpx2.AsyncClient, path: str, query: str) -> None:
    await _desk(client)
    page = await client.get(f"{path}?{query}")
    assert page.status_code == 200 and "widok jest zawężony" not in page.text


async def test_one_wrong_filter_does_not_lose_the_others(client: httpx2.AsyncClient) -> None:
    await _desk(client)
    assert "widok jest zawężony" in (await client.get("/desk/week?kind=nonsense&mine=yes")).text


async def test_no_name_of_a_person_and_no_home_on_the_wall(client: httpx2.AsyncClient) -> None:
    """What is hidden on paper is told apart by its class; names of people are nowhere in the page."""
    await _desk(client)
    home = await people.place(name="Dom Zofii Tajnej", private=True)
    here = await at(await people.initiative(), 0, 8, place=home.id)
    opening = await people.opening(here)
    who = await people.volunteer(first_name="Balladyna", last_name="Kowalska")
    await people.save(Assignment(opening=opening.id, volunteer=who.id, state="accepted"))
    page = (await client.get("/desk/week?week=2027-W09")).text
    assert "Balladyna" not in page and "Kowalska" not in page
    on_paper = re.sub(r'<span class="on-screen">[^<]*</span>', "", page)
    assert "Zofii" in page and "Zofii" not in on_paper and "adres domowy" in on_paper
    meeting = (await client.get(f"/desk/meetings/{here.id}")).text
    assert "Balladyna" in meeting, "control: the meeting's own page names them"


async def test_a_card_dragged_to_a_day_opens_the_form_with_it_and_moves_nothing(client: httpx2.AsyncClient) -> None:
    await _desk(client)
    here = await at(await people.initiative(), 0, 8)
    page = await client.get(f"/desk/meetings/{here.id}/move?day=2027-03-05")
    assert 'value="2027-03-05"' in page.text
    assert await database.fetchval("SELECT starts_wall::date FROM meeting") == MONDAY
    assert 'value="2027-03-01"' in (await client.get(f"/desk/meetings/{here.id}/move?day=soon")).text


async def test_a_part_alone_is_the_board_without_filters(client: httpx2.AsyncClient) -> None:
    await _desk(client)
    here = await at(await people.initiative(), 0, 8)
    part = await client.get("/desk/week?week=2027-W09", headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="board"') and str(here.id) in part.text
    assert "<html" not in part.text
