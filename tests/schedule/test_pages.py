"""The pages of the schedule over HTTP, without JavaScript and with htmx, as each role."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from conftest import new_client
from starlette.applications import Starlette
from support import people

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.tables import Opening


async def press(
    client: httpx2.AsyncClient, page: str, action: str, *, htmx: bool = False, **fields: str
) -> httpx2.Response:
    """Sends the form that stands on `page` to `action`."""
    html = (await client.get(page)).text
    mark = re.search(r'name="csrf" value="([^"]+)"', html)
    assert mark, page
    headers = {"hx-request": "true"} if htmx else {}
    return await client.post(action, data={"csrf": mark[1], **fields}, headers=headers)


async def as_volunteer(client: httpx2.AsyncClient, **values: Any) -> Volunteer:
    row = await people.signed_in(client, Role.VOLUNTEER)
    return await people.volunteer(account=row.id, **values)


async def asked(volunteer: Volunteer, opening: Opening | None = None) -> UUID:
    return await actions.invite(SYSTEM, (opening or await people.opening()).id, volunteer.id)


async def state(assignment: UUID) -> str:
    return await database.fetchval("SELECT state FROM assignment WHERE id = $1", assignment)


async def test_a_volunteer_answers_on_their_page(client: httpx2.AsyncClient) -> None:
    me = await as_volunteer(client)
    assert "Nie masz teraz żadnych zadań" in (await client.get("/me")).text
    id = await asked(me)
    page = (await client.get("/me")).text
    assert "Czytanie bajek" in page and "Przyjmuję" in page
    answer = await press(client, "/me", f"/me/assignments/{id}/answer", answer="yes")
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    after = (await client.get("/me")).text
    assert "Zadanie jest Twoje" in after and "Nie mogę przyjść" in after and "Przyjmuję" not in after
    assert "Zadanie jest Twoje" not in (await client.get("/me")).text
    await press(client, "/me", f"/me/assignments/{id}/withdraw")
    assert await state(id) == "withdrawn"


async def test_the_way_to_what_is_accepted_is_one_press(client: httpx2.AsyncClient) -> None:
    id = await asked(await as_volunteer(client))
    assert "geo:" not in (await client.get("/me")).text
    await press(client, "/me", f"/me/assignments/{id}/answer", answer="yes")
    assert re.search(r'href="geo:[0-9.]+,[0-9.]+\?q=', (await client.get("/me")).text)


async def test_htmx_gets_the_list_again(client: httpx2.AsyncClient) -> None:
    id = await asked(await as_volunteer(client))
    answer = await press(client, "/me", f"/me/assignments/{id}/answer", htmx=True, answer="no")
    assert answer.status_code == 200 and answer.text.lstrip().startswith('<div id="tasks"')
    assert "data-say" in answer.text and "<html" not in answer.text
    assert await state(id) == "declined"


async def test_a_strange_answer_is_refused_and_changes_nothing(client: httpx2.AsyncClient) -> None:
    id = await asked(await as_volunteer(client))
    assert (await press(client, "/me", f"/me/assignments/{id}/answer", answer="maybe")).status_code == 422
    assert (await client.get(f"/me/assignments/{id}/answer")).status_code == 405, "a mail scanner's GET does nothing"
    assert await state(id) == "invited"


async def test_the_second_of_two_is_told_kindly(client: httpx2.AsyncClient, app: Starlette) -> None:
    opening = await people.opening(most=1)
    id, first = await asked(await as_volunteer(client), opening), await asked(await people.volunteer(), opening)
    await actions.answer(SYSTEM, first, accept=True, channel="sms")
    answer = await press(client, "/me", f"/me/assignments/{id}/answer", answer="yes")
    assert answer.status_code == 409 and "Odezwiemy się" in answer.text.replace("odezwiemy", "Odezwiemy")
    page = (await client.get("/me")).text
    assert "miejsca są zajęte" in page
    fragment = await press(client, "/me", f"/me/assignments/{id}/answer", htmx=True, answer="yes")
    assert fragment.headers["hx-retarget"] == "#notice"
    async with new_client(app) as desk:
        await people.signed_in(desk)
        assert "Lista oczekujących" in (await desk.get(f"/desk/meetings/{opening.meeting}")).text


async def test_someone_elses_invitation_is_not_there(client: httpx2.AsyncClient) -> None:
    await as_volunteer(client)
    id = await asked(await people.volunteer())
    foreign = await press(client, "/me", f"/me/assignments/{id}/answer", answer="yes")
    absent = await press(client, "/me", f"/me/assignments/{uuid4()}/answer", answer="yes")
    assert foreign.status_code == absent.status_code == 404 and await state(id) == "invited"
    assert f"/assignments/{id}" not in (await client.get("/me")).text


async def test_a_home_address_shows_only_after_a_yes(client: httpx2.AsyncClient) -> None:
    me = await as_volunteer(client)
    home = await people.place(name="U pani Zofii", address="ul. Cicha 3", private=True)
    of = await people.initiative(kind="circle", name="Krąg Południe")
    id = await asked(me, await people.opening(await people.meeting(of, place=home.id)))
    assert "Cicha" not in (await client.get("/me")).text
    await actions.answer(SYSTEM, id, accept=True, channel="sms")
    assert "Cicha" in (await client.get("/me")).text
    said = await database.fetch(
        "SELECT subject || body || html || coalesce(convert_from(calendar, 'UTF8'), '') AS t FROM message"
    )
    assert said and not [row for row in said if "Cicha" in row["t"] or "Zofi" in row["t"] or "Krąg" in row["t"]]


async def test_opportunities_show_what_is_free_and_public(client: httpx2.AsyncClient) -> None:
    assert "Wszystkie miejsca są zajęte" in (await client.get("/opportunities")).text
    south, north = await people.area(name="Południe"), await people.area(name="Zawiśle")
    elders = await people.theme(name_pl="Seniorzy")

    async def offer(name: str, **values: Any) -> None:
        days, filled = values.pop("days", 3), values.pop("filled", 0)
        place = await people.place(
            area=values.pop("area", south).id, private=values.pop("private", False), name="Dom Ewy"
        )
        theme = (values.pop("theme", None) or await people.theme()).id
        of = await people.initiative(name=name, theme=theme, **values)
        starts = clock.wall(clock.now() + timedelta(days=days), people.ZONE)
        at = await people.meeting(of, starts=starts, place=place.id)
        await people.opening(at, most=2, taken=filled)

    await offer("Spacery z psami")
    await offer("Zakupy w domu", private=True, area=north, theme=elders)
    for name, hidden in {
        "Grupa Czwartek": {"kind": "group"},
        "Krąg Wschód": {"kind": "circle"},
        "Warsztat cichy": {"theme": await people.theme(confidential=True)},
        "Niepubliczny": {"public": False},
        "Skończony": {"state": "finished"},
        "Pełny": {"filled": 2},
        "Za miesiąc": {"days": 30},
        "Wczoraj": {"days": -1},
    }.items():
        await offer(name, **hidden)
    page = (await client.get("/opportunities")).text
    assert re.findall(r'id="o-[^"]+"><h3><a href="[^"]+">([^<]+)', page) == ["Spacery z psami", "Zakupy w domu"]
    assert page.count("Dom Ewy") == 1, "somebody's home is named by its area only"
    narrowed = (await client.get("/opportunities", params={"area": north.slug, "theme": elders.slug})).text
    assert "Zakupy w domu" in narrowed and "Spacery z psami" not in narrowed
    empty = (await client.get("/opportunities", params={"area": south.slug, "theme": elders.slug})).text
    assert "Tu nie ma teraz wolnych miejsc" in empty
    assert "Spacery z psami" in (await client.get("/opportunities?area=%00'--&theme=%F0")).text, (
        "nonsense narrows nothing"
    )


async def test_opportunities_come_in_pages_that_keep_the_filter(client: httpx2.AsyncClient) -> None:
    south, north = await people.area(name="Południe"), await people.area(name="Zawiśle")
    for area, many in ((south, 21), (north, 1)):
        of, place = await people.initiative(), await people.place(area=area.id)
        for n in range(many):
            starts = clock.wall(clock.now() + timedelta(days=2, hours=n), people.ZONE)
            await people.opening(await people.meeting(of, starts=starts, place=place.id), await people.role(of))
    ids = re.compile(r'id="o-([^"]+)"')
    page = (await client.get("/opportunities", params={"area": south.slug})).text
    first = ids.findall(page)
    assert len(first) == 20 and "21 ogłoszeń" in page and "Strona 1 z 2" in page and 'rel="prev"' not in page
    link = re.search(r'rel="next" href="([^"]+)"', page)
    assert link and link[1].startswith("/opportunities?")
    last = (await client.get(unescape(link[1]))).text
    (rest,) = ids.findall(last)
    assert rest not in first and "Strona 2 z 2" in last and 'rel="next"' not in last and "21 ogłoszeń" in last
    back = re.search(r'rel="prev" href="([^"]+)"', last)
    assert back and ids.findall((await client.get(unescape(back[1]))).text) == first
    assert 'aria-label="Strony"' not in (await client.get("/opportunities", params={"area": north.slug})).text
    for nonsense, shown in (("99", "Strona 2 z 2"), ("0", "Strona 1 z 2"), ("x", "Strona 1 z 2"), ("9" * 30, "2 z 2")):
        answer = await client.get("/opportunities", params={"page": nonsense})
        assert answer.status_code == 200 and shown in answer.text, nonsense


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.FACILITATOR, Role.SPECIALIST])
async def test_a_meeting_as_its_leaders_see_it(client: httpx2.AsyncClient, role: Role) -> None:
    account = await people.signed_in(client, role)
    of, foreign = await people.initiative(kind="group", name="Grupa Czwartek"), await people.initiative(name="Obca")
    await people.facilitator(of, account)
    at = await people.meeting(of)
    opening, volunteer = await people.opening(at), await people.volunteer(first_name="Kacper", last_name="Wrona")
    await asked(volunteer, opening)
    for alias, comes in (("Brzoza", True), ("Lipa", False), ("Dąb", None)):
        member = await people.member(of, await people.participant(alias=alias, first_name="Genowefa"))
        if comes is not None:
            await database.execute(
                "INSERT INTO coming (id, meeting, member, comes, code) VALUES (gen_random_uuid(), $1, $2, $3, '')",
                *(at.id, member.id, comes),
            )
    page = (await client.get(f"/desk/meetings/{at.id}")).text
    assert "Kacper W." in page and "Wrona" not in page and "Genowefa" not in page
    answers = re.findall(r'rowheader">(Brzoza|Dąb|Lipa)</th>.*?</svg>([^<]+)', page, re.S)
    assert answers == [("Brzoza", "Przyjdzie"), ("Dąb", "Bez odpowiedzi"), ("Lipa", "Nie przyjdzie")]
    leads = role is Role.COORDINATOR
    assert ("Odwołaj" in page, "Zdejmij z listy" in page, "/desk/people/" in page) == (leads, leads, leads)
    other = await client.get(f"/desk/meetings/{(await people.meeting(foreign)).id}")
    assert other.status_code == (200 if leads else 404)
    assert (await client.get(f"/desk/meetings/{uuid4()}")).status_code == 404


async def test_a_coordinator_writes_down_a_phone_answer(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    opening = await people.opening()
    id, page = await asked(await people.volunteer(), opening), f"/desk/meetings/{opening.meeting}"
    answer = await press(client, page, f"/desk/assignments/{id}/answer", htmx=True, part="openings", answer="yes")
    assert answer.text.lstrip().startswith('<div id="openings"') and "Przyjęte" in answer.text
    again = await press(client, page, f"/desk/assignments/{id}/withdraw", htmx=True, part="roster")
    assert again.text.lstrip().startswith('<section id="roster"') and "Rezygnacja" in again.text
    plain = await press(client, page, f"/desk/assignments/{id}/withdraw", part="roster")
    assert plain.headers["location"] == f"/desk/openings/{opening.id}"
    plain = await press(client, page, f"/desk/assignments/{id}/withdraw", part="openings")
    assert plain.headers["location"] == page
    assert (await press(client, page, f"/desk/assignments/{id}/answer", answer="")).status_code == 422
    assert (await press(client, page, f"/desk/assignments/{uuid4()}/withdraw")).status_code == 404


async def test_moving_a_meeting_by_its_form(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    of = await people.initiative()
    at, other = await people.meeting(of), await people.place(name="Biblioteka")
    form = f"/desk/meetings/{at.id}/move"
    assert f'value="{at.starts_wall:%Y-%m-%d}"' in (await client.get(form)).text
    wrong = await press(client, form, form, day="2030-02-30", starts="18:00", ends="17:00", place=str(other.id))
    assert (
        wrong.status_code == 422 and 'value="2030-02-30"' in wrong.text and "Koniec musi być po początku" in wrong.text
    )
    past = await press(client, form, form, day="2020-02-01", starts="18:00", ends="19:00", place=str(other.id))
    assert past.status_code == 422 and "w przyszłości" in past.text
    gone = await press(client, form, form, day="2030-02-01", starts="18:00", ends="19:00", place=str(uuid4()))
    assert gone.status_code == 422
    moved = await press(client, form, form, day="2030-02-01", starts="18:00", ends="19:30", place=str(other.id))
    assert moved.headers["location"] == f"/desk/meetings/{at.id}"
    page = (await client.get(f"/desk/meetings/{at.id}")).text
    assert "18:00" in page and "Biblioteka" in page and "przeniesione" in page
    cancelled = await press(client, f"/desk/meetings/{at.id}/cancel", f"/desk/meetings/{at.id}/cancel")
    assert cancelled.status_code == 303
    assert "Odwołane" in (await client.get(f"/desk/meetings/{at.id}")).text
    assert (await client.get(form)).status_code == 410
