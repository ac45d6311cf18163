"""A series proposed to somebody as theirs: the desk's pages and the volunteer's, without JavaScript."""

import re
from datetime import timedelta

import httpx2
from support import people

from volunteer_hub.initiatives.tables import RoleAsked
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Role
from volunteer_hub.schedule.regular import actions as regular
from volunteer_hub.schedule.series import fill as series_fill
from volunteer_hub.schedule.tables import Series

TODAY = clock.today(people.ZONE)


async def press(client: httpx2.AsyncClient, page: str, action: str, **fields: str) -> httpx2.Response:
    mark = re.search(r'name="csrf" value="([^"]+)"', (await client.get(page)).text)
    assert mark, page
    return await client.post(action, data={"csrf": mark[1], **fields})


async def running(**role: object) -> tuple[Series, RoleAsked]:
    of = await people.initiative()
    asked = await people.role(of, **role)
    row = await people.series(of, skips_holidays=False, skips_breaks=False)
    await series_fill.fill(row.id)
    return row, asked


async def test_the_desk_proposes_and_writes_down_the_answer(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    row, role = await running(continuity=True)
    who = await people.volunteer(first_name="Kacper", last_name="Wrona")
    page = f"/desk/series/{row.id}"
    assert "Najpierw zaproponuj je komuś na stałe" in (await client.get(page)).text
    opening = await database.fetchval("SELECT id FROM opening LIMIT 1")
    assert f"{page}/regular" in (await client.get(f"/desk/openings/{opening}")).text
    form = (await client.get(f"{page}/regular")).text
    assert "Kacper W." in form and "ta sama osoba" in form
    sent = await press(
        client, f"{page}/regular", f"{page}/regular", role=str(role.id), volunteer=str(who.id), first_day=str(TODAY)
    )
    assert (sent.status_code, sent.headers["location"]) == (303, page)
    html = (await client.get(page)).text
    assert "Propozycja wysłana" in html and "Kacper W." in html and "w każdy wtorek o 17:00" in html
    assert "Najpierw zaproponuj je komuś na stałe" not in html
    id = await database.fetchval("SELECT id FROM regular_task")
    one = f"/desk/regular/{id}"
    answered = await press(client, one, f"{one}/answer", answer="yes")
    assert answered.status_code == 303
    assert "spotkań jest w planie" in (await client.get(page)).text
    count = await database.fetchval("SELECT count(*) FROM assignment WHERE state = 'accepted'")
    assert count >= 12
    wrong = await press(client, one, f"{one}/end", since="2001-01-01")
    assert wrong.status_code == 422 and "Wybierz dzień od dziś" in wrong.text and "2001-01-01" in wrong.text
    assert (await press(client, one, f"{one}/end", since=str(TODAY))).status_code == 303
    assert not await database.fetchval("SELECT count(*) FROM assignment WHERE state = 'accepted'")


async def test_found_by_name_and_asked_in_spite_of_a_wish(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    row, role = await running()
    far = await people.volunteer(first_name="Ewa", last_name="Daleka", latitude=50.0, longitude=20.0)
    page = f"/desk/series/{row.id}/regular"
    assert "Ewa D." not in (await client.get(page)).text
    found = (await client.get(f"{page}?q=Daleka")).text
    assert "Ewa D." in found and "chce jeździć najwyżej" in found
    given = {"role": str(role.id), "volunteer": str(far.id), "first_day": str(TODAY)}
    refused = await press(client, page, page, **given)
    assert refused.status_code == 422 and "za daleko" in refused.text and "Ewa D." in refused.text
    assert (await press(client, page, page, **given, word="Dojedzie pociągiem")).status_code == 303
    assert "Zaproszenie mimo to: Dojedzie pociągiem" in (await client.get(f"/desk/series/{row.id}")).text


async def test_nothing_typed_or_a_strange_day_is_told_in_words(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    row, _ = await running()
    await people.volunteer()
    page = f"/desk/series/{row.id}/regular"
    for fields in ({}, {"volunteer": "x", "first_day": "32.13"}, {"first_day": str(TODAY), "last_day": "2020-01-01"}):
        answer = await press(client, page, page, **fields)
        assert answer.status_code == 422 and "Wybierz osobę" in answer.text
    assert not await database.fetchval("SELECT count(*) FROM regular_task")
    assert (await client.get(f"{page}?role=x&q=%00%F0")).status_code == 200


async def test_a_volunteer_takes_it_and_gives_it_back(client: httpx2.AsyncClient) -> None:
    account = await people.signed_in(client, Role.VOLUNTEER)
    me = await people.volunteer(account=account.id)
    row, role = await running()
    id = await regular.propose(SYSTEM, row.id, role.id, me.id, TODAY, None)
    assert "w każdy wtorek o 17:00" in (await client.get("/me")).text
    yes = await press(client, "/me", f"/me/regular/{id}/answer", answer="yes")
    assert (yes.status_code, yes.headers["location"]) == (303, "/me")
    page = (await client.get("/me")).text
    assert "Oddaję to zadanie" in page and "Nie mogę przyjść" in page
    own = f"/me/regular/{id}"
    since = await database.fetchval("SELECT max(starts_wall)::date FROM meeting")
    assert (await press(client, own, f"{own}/end", since=str(since))).status_code == 303
    assert await database.fetchval("SELECT last_day FROM regular_task") == since - timedelta(days=1)
    assert await database.fetchval("SELECT count(*) FROM assignment WHERE state = 'withdrawn'") == 1
    assert (await press(client, own, f"{own}/end", since=str(TODAY))).headers["location"] == "/me"
    assert "Oddaję to zadanie" not in (await client.get("/me")).text


async def test_someone_elses_is_not_there(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client, Role.VOLUNTEER)
    row, role = await running()
    id = await regular.propose(SYSTEM, row.id, role.id, (await people.volunteer()).id, TODAY, None)
    assert (await client.get(f"/me/regular/{id}")).status_code == 404
    assert (await press(client, "/me", f"/me/regular/{id}/answer", answer="yes")).status_code == 404
    assert (await press(client, "/me", f"/me/regular/{id}/end", since=str(TODAY))).status_code == 404
    assert await database.fetchval("SELECT state FROM regular_task") == "invited"
