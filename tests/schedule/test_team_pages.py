"""A team at the desk without JavaScript: from its founding over an agenda of gaps to a task that is done."""

from datetime import timedelta
from html import unescape
from uuid import uuid4

import httpx2
from support import people
from support.visitor import Visitor

from volunteer_hub.atlas import help
from volunteer_hub.atlas.help import HelpAt
from volunteer_hub.atlas.rules import HelpSource
from volunteer_hub.kit import clock, database


async def desk(client: httpx2.AsyncClient) -> Visitor:
    await people.signed_in(client)
    return Visitor(client)


def next_week() -> str:
    return (clock.today(people.ZONE) + timedelta(days=7)).isoformat()


async def at_a_meeting(visitor: Visitor) -> str:
    """A team of one with a meeting next week; the meeting's address."""
    district = await people.area(name="Zazamcze")
    place = await people.place(area=district.id, name="Szkoła nr 5")
    await visitor.open("/desk/teams/new")
    await visitor.send("/desk/teams/new", name="Zespół Zazamcze", area=district.id)
    await visitor.send("/members", name="Adam Nowak", function="kurator", email="adam@sad.example.org", phone="")
    await visitor.send("/meetings", day=next_week(), starts="12:00", ends="13:30", place=place.id)
    return visitor.page.url.path


async def test_from_a_team_to_a_task_that_is_done(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    where = await at_a_meeting(visitor)
    district = await database.fetchval("SELECT id FROM area WHERE name = 'Zazamcze'")
    theme = await people.theme()
    calm = await people.need(title="Brak ławek", area=district, theme=theme.id, urgency=1)
    now = await people.need(title="Nikt nie odwiedza", area=district, theme=theme.id, urgency=4)
    await people.need(title="Gdzie indziej", theme=theme.id, urgency=4)
    near = await people.place(area=district)
    answered = await people.theme()
    await help.put(HelpSource.RESOURCE, uuid4(), [HelpAt("Klub", answered.id, near.id)], clock.today(people.ZONE))
    await people.need(title="Jest komu pomóc", area=district, theme=answered.id, urgency=4)
    page = await visitor.open(where)
    assert page.index("Brak ławek") < page.index("Jest komu pomóc") and "Brak ławek (luka" in page
    assert page.index("Nikt nie odwiedza") < page.index("Brak ławek") and "Gdzie indziej" not in page
    page = await visitor.send("/agenda", needs=[now.id, calm.id], words="Lampa przy schodach")
    item = await database.fetchval("SELECT id FROM agenda_item WHERE need = $1", now.id)
    page = await visitor.send(f"/agenda/{item}", words="Szkoła pyta uczniów o odwiedziny.")
    assert "Szkoła pyta uczniów o odwiedziny." in page
    member = await database.fetchval("SELECT id FROM team_member")
    page = await visitor.send("/tasks", task="Zapytać pedagożkę", item=item, member=member, due=next_week())
    assert "Zapytać pedagożkę" in page and "Adam Nowak" in page
    task = await database.fetchval("SELECT id FROM team_task")
    assert "zrobione" in await visitor.send(f"/tasks/{task}", done="yes")
    listed = await visitor.open("/desk/teams")
    assert "Zespół Zazamcze" in listed and ">0</td>" in listed


async def test_a_new_agenda_begins_with_the_worst_gaps_and_what_is_known_of_them(client: httpx2.AsyncClient) -> None:
    """One person's need comes to the table only when somebody puts it there."""
    visitor = await desk(client)
    first = await at_a_meeting(visitor)
    district = await database.fetchval("SELECT id FROM area WHERE name = 'Zazamcze'")
    theme, place = await people.theme(), await database.fetchval("SELECT id FROM place")
    await people.need(title="Brak ławek", area=district, theme=theme.id, urgency=1, people=20)
    await people.need(title="Nikt nie odwiedza", area=district, theme=theme.id, urgency=4, people=20)
    await people.need(title="Sprawa jednej rodziny", area=district, theme=theme.id, urgency=4, personal=True)
    await people.need(title="Gdzie indziej", theme=theme.id, urgency=4)
    assert "item-" not in await visitor.open(first)
    await visitor.open(f"/desk/teams/{await database.fetchval('SELECT id FROM team')}")
    day = (clock.today(people.ZONE) + timedelta(days=14)).isoformat()
    page = await visitor.send("/meetings", day=day, starts="12:00", ends="13:30", place=place, area=district)
    agenda, offered = page.split('id="add"')
    assert agenda.index("Nikt nie odwiedza") < agenda.index("Brak ławek") and agenda.count('id="item-') == 2
    assert "Nikt nie pomaga w tym temacie" in agenda and "20 os" in agenda
    assert "Sprawa jednej rodziny" in offered and "Gdzie indziej" not in page
    slug = await database.fetchval("SELECT slug FROM area WHERE id = $1", district)
    assert f"/desk/map?area={slug}" in page


async def test_what_is_wrong_is_said_and_what_was_typed_stays(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    where = await at_a_meeting(visitor)
    team = f"/desk/teams/{await database.fetchval('SELECT id FROM team')}"
    await visitor.open(team)
    page = await visitor.send("/members", name="Ewa", function="", email="ewa@", phone="12")
    assert visitor.page.status_code == 422 and 'value="ewa@"' in page and "Wpisz, kim ta osoba jest w pracy." in page
    await visitor.open(team)
    page = await visitor.send("/meetings", day="2020-01-01", starts="12:00", ends="13:00")
    assert visitor.page.status_code == 422
    await visitor.open(where)
    page = await visitor.send("/agenda", words="")
    assert visitor.page.status_code == 422 and "Zaznacz potrzebę albo wpisz punkt" in page
    page = await visitor.send("/tasks", task="", due="jutro")
    assert visitor.page.status_code == 422 and "Wpisz, co jest do zrobienia." in page and 'value="jutro"' in page


async def test_the_second_of_two_writers_sees_both_versions(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    where = await at_a_meeting(visitor)
    await visitor.send("/agenda", words="Przystanek")
    item = await database.fetchval("SELECT id FROM agenda_item")
    before = await visitor.open(where)
    await visitor.send(f"/agenda/{item}", words="Pierwsza wersja")
    assert before.count('name="seen" value=""') == 1
    await visitor.open(where)
    page = await visitor.send(f"/agenda/{item}", words="Druga wersja", seen="")
    assert visitor.page.status_code == 409
    assert "Pierwsza wersja" in page and "Druga wersja" in unescape(page)
    page = await visitor.send(f"/agenda/{item}", words="Druga wersja", seen="wczoraj")
    assert visitor.page.status_code == 400


async def test_a_meeting_is_moved_and_called_off(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    where = await at_a_meeting(visitor)
    await visitor.open(f"{where}/move")
    assert "14:00" in await visitor.send("/move", day=next_week(), starts="14:00", ends="15:00")
    await visitor.open(f"{where}/cancel")
    page = await visitor.send("/cancel")
    assert "odwołane" in page and "Dodaj do porządku" not in page
    await visitor.open(f"{where}/cancel")
    await visitor.send("/cancel")
    assert visitor.page.status_code == 409
