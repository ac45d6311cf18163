"""The pages of a need and of an initiative, down to its meetings and openings."""

import re
from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest
from support import people
from support.visitor import Visitor

from volunteer_hub.initiatives.tables import Initiative, NeedMet
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Role


async def desk(client: httpx2.AsyncClient) -> Visitor:
    await people.signed_in(client)
    return Visitor(client)


def next_week() -> str:
    return (clock.today(people.ZONE) + timedelta(days=7)).isoformat()


async def reading() -> tuple[Initiative, dict[str, Any]]:
    """A project that stands for a need, with a role, a meeting and its opening."""
    need = await people.need(title="Dzieci nie mają z kim czytać")
    initiative = await people.initiative(name="Czytanie bajek")
    await people.save(NeedMet(initiative=initiative.id, need=need.id))
    role = await people.role(initiative, name="Czyta dzieciom", most=3)
    meeting = await people.meeting(initiative)
    return initiative, {
        "need": need,
        "role": role,
        "meeting": meeting,
        "opening": await people.opening(meeting, role, most=3),
    }


async def test_from_a_need_one_comes_to_the_opening(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    initiative, found = await reading()
    page = await visitor.open(f"/desk/needs/{found['need'].id}")
    for link in (f"initiatives/{initiative.id}", f"meetings/{found['meeting'].id}", f"openings/{found['opening'].id}"):
        assert f'href="/desk/{link}"' in page
    assert "0 z 3" in page and "16:00" in page


async def test_a_meeting_that_is_over_is_not_shown(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    initiative, found = await reading()
    await people.meeting(initiative, starts=datetime(2020, 5, 5, 16))
    page = await visitor.open(f"/desk/initiatives/{initiative.id}")
    assert set(re.findall(r"/desk/meetings/([0-9a-f-]{36})", page)) == {str(found["meeting"].id)}


async def test_a_meeting_is_added_with_every_role_open(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    initiative = await people.initiative()
    await people.role(initiative, name="Czyta", least=1, most=3)
    await people.role(initiative, name="Parzy herbatę", least=0, most=1)
    place = await people.place()
    await visitor.open(f"/desk/initiatives/{initiative.id}")
    page = await visitor.send("/meetings", day=next_week(), starts="16:00", ends="18:30", place=place.id)
    assert visitor.page.status_code == 200 and "Spotkanie jest dodane." in page
    assert "Czyta" in page and "0 z 3" in page and "0 z 1" in page
    row = await database.fetchrow("SELECT starts_wall::text, ends_wall::text, timezone FROM meeting")
    assert row and tuple(row) == (f"{next_week()} 16:00:00", f"{next_week()} 18:30:00", "Europe/Warsaw")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"day": "jutro"}, "Podaj pełną datę"),
        ({"starts": "wieczorem"}, "Podaj godzinę, na przykład 16:00."),
        ({"ends": "15:00"}, "Koniec musi być po początku."),
        ({"ends": ""}, "Podaj godzinę, na przykład 18:00."),
        ({"place": "5b1f9c1e-0000-4000-8000-000000000000"}, "Tego nie ma już na liście"),
    ],
)
async def test_a_wrong_meeting_is_said_and_nothing_is_written(
    client: httpx2.AsyncClient, wrong: dict[str, str], sentence: str
) -> None:
    visitor = await desk(client)
    initiative, place = await people.initiative(), await people.place()
    await visitor.open(f"/desk/initiatives/{initiative.id}")
    right = {"day": next_week(), "starts": "16:10", "ends": "18:00", "place": str(place.id)}
    page = await visitor.send("/meetings", **right | wrong)
    assert visitor.page.status_code == 422 and page.count(sentence) == 2
    assert all(f'value="{value}"' in page for value in wrong.values() if value and "place" not in wrong)
    assert await database.fetchval("SELECT count(*) FROM meeting") == 0


async def test_a_facilitator_sees_aliases_and_changes_nothing(client: httpx2.AsyncClient) -> None:
    group = await people.initiative(name="Grupa Środa", kind="group")
    await people.member(group, await people.participant(first_name="Zofia", last_name="Nowak", alias="Z2"))
    meeting = await people.meeting(group)
    opening = await people.opening(meeting, await people.role(group))
    await people.need(title="Potrzeba jednej osoby", personal=True)
    await people.facilitator(group, await people.signed_in(client, Role.FACILITATOR))
    page = (await client.get(f"/desk/initiatives/{group.id}")).text
    assert "Z2" in page and "Zofia" not in page and "Nowak" not in page
    assert "Dodaj spotkanie" not in page and "Dodaj rolę" not in page and str(opening.id) not in page
    answer = await client.post(f"/desk/initiatives/{group.id}/meetings", data={})
    assert answer.status_code == 403


async def test_members_of_a_project_have_a_first_name_and_an_initial(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    project = await people.initiative()
    await people.member(project, await people.participant(first_name="Zofia", last_name="Nowak", alias="Z2"))
    page = await visitor.open(f"/desk/initiatives/{project.id}")
    assert "Zofia N." in page and "Nowak" not in page


async def test_an_initiative_without_anything_says_what_to_do(client: httpx2.AsyncClient) -> None:
    visitor = await desk(client)
    page = await visitor.open(f"/desk/initiatives/{(await people.initiative()).id}")
    for words in ("Nie ma jeszcze spotkań.", "Nie ma jeszcze ról", "Nikt się jeszcze nie zapisał."):
        assert words in page
    assert "Jeszcze nic" in await visitor.open(f"/desk/needs/{(await people.need()).id}")
