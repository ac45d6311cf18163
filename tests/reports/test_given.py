"""A year of one volunteer, of a school's pupils and of a partner: the right hours, to the right eyes, and no more."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import httpx2
import pytest
from conftest import new_client
from starlette.applications import Starlette
from support import people
from support.visitor import Visitor

from volunteer_hub.initiatives.tables import Partner
from volunteer_hub.kit import clock, database, secret
from volunteer_hub.kit.actor import Role
from volunteer_hub.people.tables import School
from volunteer_hub.schedule.hours.tables import HoursWorked
from volunteer_hub.schedule.tables import Assignment

YEAR = 2025
AT = f"?year={YEAR}"


async def worked(who: Any, of: Any, day: date, minutes: int, state: str = "approved", **values: Any) -> None:
    await people.save(
        HoursWorked(volunteer=who.id, initiative=of.id, day=day, minutes=minutes, state=state, **values)
    )  # fmt: skip


async def at_a_meeting(who: Any, of: Any, place: Any, day: date, minutes: int) -> None:
    meeting = await people.meeting(of, starts=datetime.combine(day, datetime.min.time()), place=place.id)
    opening = await people.opening(meeting, await people.role(of))
    row = await people.save(Assignment(opening=opening.id, volunteer=who.id, state="done"))
    await worked(who, of, day, minutes, assignment=row.id)


async def a_year(**values: Any) -> Any:
    """Marta's: two months at the club, one visit at a home, one report from outside any meeting."""
    who = await people.volunteer(free=False, first_name="Marta", last_name="Wilk", **values)
    of = await people.initiative(name="Czytanie bajek", starts_on=date(YEAR, 1, 1))
    club = await people.place(name="Klub Promyk")
    home = await people.place(name="U pani Zofii, Wiślana 3 m. 8", private=True)
    await at_a_meeting(who, of, club, date(YEAR, 3, 4), 90)
    await at_a_meeting(who, of, club, date(YEAR, 3, 11), 60)
    await at_a_meeting(who, of, club, date(YEAR, 5, 6), 120)
    await at_a_meeting(who, of, home, date(YEAR, 5, 7), 45)
    await worked(who, of, date(YEAR, 12, 31), 30)
    for day, state in (
        (date(YEAR, 6, 1), "reported"),
        (date(YEAR, 6, 2), "refused"),
        (date(YEAR + 1, 1, 1), "approved"),
    ):
        await worked(who, of, day, 500, state)
    return who


def rows(page: str) -> list[list[str]]:
    table = page[page.index("<tbody") : page.index("</tbody>")]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in re.findall(r"<tr.*?</tr>", table, re.S)]
    return [[re.sub(r"<[^>]+>|\u00a0", "", cell).strip() for cell in row] for row in cells]


BY_MONTH = [
    ["marzec 2025", "Czytanie bajek", "Klub Promyk", "2", "2h30min"],
    ["maj 2025", "Czytanie bajek", "Klub Promyk", "1", "2h"],
    ["maj 2025", "Czytanie bajek", "u kogoś w domu", "1", "45min"],
    ["grudzień 2025", "Czytanie bajek", "poza spotkaniami", "1", "30min"],
]


async def test_a_volunteer_by_month_and_place_at_the_desk(client: httpx2.AsyncClient) -> None:
    who = await a_year()
    await people.signed_in(client)
    page = (await client.get(f"/desk/people/{who.id}/hours{AT}")).text
    assert sorted(rows(page)) == sorted(BY_MONTH) and "5\u00a0h\u00a045\u00a0min" in page
    assert "Zofii" not in page and "Wiślana" not in page, "a home has no name"
    assert "Najwięcej: maj 2025" in page and "<svg" in page
    assert f'href="/desk/people/{who.id}/hours"' in (await client.get(f"/desk/people/{who.id}")).text
    lines = (await client.get(f"/desk/people/{who.id}/hours{AT}&format=csv")).content.decode("utf-8-sig").splitlines()
    assert len(lines) == 5 and lines[1] == "marzec 2025;Czytanie bajek;Klub Promyk;2;2,5"
    logged = await database.fetch("SELECT about FROM audit_entry WHERE verb = 'reports.hours'")
    assert {row["about"] for row in logged} == {f"volunteer:{who.id}"}


async def test_a_volunteer_reads_their_own_and_nobody_elses(client: httpx2.AsyncClient) -> None:
    me = await people.signed_in(client, Role.VOLUNTEER)
    await a_year(account=me.id)
    page = (await client.get(f"/me/hours/year{AT}")).text
    assert sorted(rows(page)) == sorted(BY_MONTH)
    await people.signed_in(client, Role.VOLUNTEER)
    assert "Czytanie" not in (await client.get(f"/me/hours/year{AT}")).text


async def school(**values: Any) -> tuple[School, str]:
    token = secret.token()
    ends = clock.now() + timedelta(days=30)
    row = await people.save(
        School(name="Szkoła nr 7", token_hash=secret.fingerprint(token), token_ends_at=ends, **values)
    )
    return row, f"/school/{token}/hours"


async def pupil(of: School, first_name: str, **values: Any) -> Any:
    minor = {"kind": "pupil", "birth_date": date(clock.today(people.ZONE).year - 15, 1, 1), "guardian_name": "Jan",
             "guardian_phone": "+48600111222", "school": of.id}  # fmt: skip
    return await people.volunteer(free=False, first_name=first_name, last_name="Kos", **(minor | values))


async def test_a_school_sees_names_and_hours_of_its_own_where_a_guardian_allowed_it(client: httpx2.AsyncClient) -> None:
    mine, address = await school()
    other, _ = await school()
    of = await people.initiative(kind="group", name="Grupa Czwartek", starts_on=date(YEAR, 1, 1))
    agreed = {"guardian_consent_at": clock.now(), "guardian_scope": "tasks school-hours"}
    seen = await pupil(mine, "Ala", **agreed)
    grown = await pupil(mine, "Ola", birth_date=date(1999, 1, 1))
    hidden = [
        await pupil(mine, "Bez", guardian_consent_at=clock.now(), guardian_scope="tasks"),
        await pupil(mine, "Niepytana"), await pupil(other, "Obca", **agreed),
        await pupil(mine, "Wstrzymana", restricted_at=clock.now(), **agreed),
        await pupil(mine, "Dawna", step="left", **agreed),
    ]  # fmt: skip
    for who in (seen, grown, *hidden):
        await worked(who, of, date(YEAR, 4, 2), 75)
    page = await client.get(address + AT)
    assert rows(page.text) == [
        ["Ala Kos", "kwiecień: 1h15min", "1h15min"],
        ["Ola Kos", "kwiecień: 1h15min", "1h15min"],
    ]
    for word in ("Bez", "Niepytana", "Obca", "Wstrzymana", "Dawna"):
        assert f"{word} Kos" not in page.text
    assert "Czwartek" not in page.text, "what they did stays with them"
    assert page.headers["referrer-policy"] == "no-referrer" and page.headers["x-robots-tag"] == "noindex"
    await people.signed_in(client)
    desk = (await client.get(f"/desk/schools/{mine.id}/hours{AT}")).text
    assert rows(desk) == rows(page.text)


async def test_control_hours_that_are_shown_come_from_the_guardians_scope(client: httpx2.AsyncClient) -> None:
    mine, address = await school()
    of = await people.initiative(starts_on=date(YEAR, 1, 1))
    who = await pupil(mine, "Ala", guardian_consent_at=clock.now(), guardian_scope="tasks")
    await worked(who, of, date(YEAR, 4, 2), 75)
    assert "Ala" not in (await client.get(address + AT)).text
    await database.execute("UPDATE volunteer SET guardian_scope = 'tasks school-hours' WHERE id = $1", who.id)
    assert "Ala" in (await client.get(address + AT)).text


async def test_a_link_that_ended_shows_nothing(client: httpx2.AsyncClient) -> None:
    _, address = await school()
    await database.execute("UPDATE school SET token_ends_at = now()")
    for path in (address, "/school/nobody/hours"):
        assert (await client.get(path)).status_code == 410


async def test_a_partner_sees_what_it_helped_with_and_no_group(client: httpx2.AsyncClient) -> None:
    where = await people.place(name="Klub seniora")
    one = await people.resource(name="Klub seniora", place=where.id)
    of = await people.initiative(name="Czytanie bajek", starts_on=date(YEAR, 1, 1))
    theme = await people.theme(confidential=True)
    group = await people.initiative(kind="group", name="Grupa Czwartek", starts_on=date(YEAR, 1, 1))
    quiet = await people.initiative(name="Cicha", theme=theme.id, starts_on=date(YEAR, 1, 1))
    for each in (of, group, quiet):
        await people.save(Partner(initiative=each.id, resource=one.id, name="Klub seniora", gives="salę"))
    who = await people.volunteer(free=False, last_name="Wilk")
    await at_a_meeting(who, of, where, date(YEAR, 3, 4), 90)
    await at_a_meeting(who, of, await people.place(), date(YEAR, 3, 5), 30)
    await people.signed_in(client)
    page = (await client.get(f"/desk/resources/{one.id}/year{AT}")).text
    assert rows(page) == [["Czytanie bajek", "salę", "2", "1", "1", "2h"]]
    for word in ("Czwartek", "Cicha", "Wilk"):
        assert word not in page
    assert "nie ma wspólnych" in (await client.get(f"/desk/resources/{one.id}/year?year={YEAR - 1}")).text


async def partnered(name: str, *of: Any, gives: str = "") -> Any:
    """A resource at a place of its own that is a partner of these."""
    one = await people.resource(name=name, place=(await people.place(name=name)).id, email="klub@example.org")
    for each in of:
        await people.save(Partner(initiative=each.id, resource=one.id, name=name, gives=gives))
    return one


async def link_of(client: httpx2.AsyncClient, one: Any) -> str:
    """Made at the desk: its path."""
    visitor = Visitor(client)
    assert f'href="/desk/resources/{one.id}/host"' in await visitor.open(f"/desk/resources/{one.id}/year")
    await visitor.open(f"/desk/resources/{one.id}/host")
    found = re.search(r"http://[^/\s]+(/host/[\w-]{22,})", await visitor.send(f"/desk/resources/{one.id}/host"))
    assert found
    return found[1]


async def test_a_partner_reads_its_own_year_by_its_link(app: Starlette, client: httpx2.AsyncClient) -> None:
    """Its own figures, and nothing of another partner, a group, a secret theme, or of who the volunteers are."""
    mine = await people.initiative(name="Czytanie bajek", starts_on=date(YEAR, 1, 1))
    alien = await people.initiative(name="Gry planszowe", starts_on=date(YEAR, 1, 1))
    group = await people.initiative(kind="group", name="Grupa Czwartek", starts_on=date(YEAR, 1, 1))
    secret_theme = (await people.theme(confidential=True)).id
    quiet = await people.initiative(name="Cicha", theme=secret_theme, starts_on=date(YEAR, 1, 1))
    one = await partnered("Klub seniora", mine, group, quiet, gives="salę")
    await people.save(Partner(initiative=mine.id, resource=one.id, name="Klub seniora", gives="herbatę"))
    other = await partnered("Piekarnia Bąk", mine, alien, gives="chleb")
    who = await people.volunteer(free=False, first_name="Marta", last_name="Wilk", phone="+48600111222")
    for initiative in (mine, alien, group, quiet):
        await at_a_meeting(who, initiative, await people.place(), date(YEAR, 3, 4), 90)
    await worked(who, mine, date(YEAR, 3, 5), 500, "reported")
    await people.signed_in(client)
    path = await link_of(client, one)
    async with new_client(app) as stranger:
        page = await stranger.get(f"{path}/year{AT}")
        assert page.status_code == 200 and f'href="{path}/year"' in (await stranger.get(path)).text
        assert rows(page.text) == [["Czytanie bajek", "salę, herbatę", "1", "0", "1", "1h30min"]]
        assert "1\u00a0h\u00a030\u00a0min" in page.text and "Klub seniora" in page.text
        for word in ("Piekarnia", "chleb", "Gry", "Czwartek", "Cicha", "Marta", "Wilk", "600", "/desk/"):
            assert word not in page.text, word
        headers = {"referrer-policy": "no-referrer", "x-robots-tag": "noindex", "cache-control": "no-store"}
        assert headers.items() <= dict(page.headers).items()
        assert "nie ma wspólnych" in (await stranger.get(f"{path}/year?year={YEAR - 1}")).text
        theirs = await stranger.get(f"{await link_of(client, other)}/year{AT}")
        assert [row[:2] for row in rows(theirs.text)] == [["Czytanie bajek", "chleb"], ["Gry planszowe", "chleb"]]
    assert rows((await client.get(f"/desk/resources/{one.id}/year{AT}")).text) == rows(page.text), "the desk sees that"


async def test_a_new_or_ended_link_of_a_partner_ends_the_one_before(client: httpx2.AsyncClient) -> None:
    one = await partnered("Klub seniora")
    await people.signed_in(client)
    first, second = await link_of(client, one), await link_of(client, one)
    assert [(await client.get(f"{path}/year")).status_code for path in (first, second)] == [404, 200]
    mails = await database.fetch("SELECT address, body FROM message WHERE template = 'host_link' ORDER BY created_at")
    assert [mail["address"] for mail in mails] == ["klub@example.org"] * 2 and second in mails[-1]["body"]
    assert await database.fetchval("SELECT token_hash FROM host_link") == secret.fingerprint(second.rpartition("/")[2])
    visitor = Visitor(client)
    await visitor.open(f"/desk/resources/{one.id}/host")
    await visitor.send("/host/ending")
    assert (await client.get(f"{second}/year")).status_code == 404
    logged = await database.fetch("SELECT verb FROM audit_entry WHERE about = $1", f"resource:{one.id}")
    assert sorted(row["verb"] for row in logged) == ["host.end", "host.link", "host.link"]


async def test_a_link_that_is_no_partners_is_404_and_guessing_is_slowed(client: httpx2.AsyncClient) -> None:
    answers = [await client.get(f"/host/{secret.token()}/year") for _ in range(32)]
    assert {one.status_code for one in answers[:30]} == {404} and answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0 and answers[-1].headers["x-robots-tag"] == "noindex"


@pytest.mark.parametrize("path", ["people", "schools"])
async def test_nobody_else_and_nothing_of_nobody(path: str, client: httpx2.AsyncClient) -> None:
    id = "00000000-0000-0000-0000-000000000001"
    await people.signed_in(client)
    assert (await client.get(f"/desk/{path}/{id}/hours")).status_code == 404
    await people.signed_in(client, Role.FACILITATOR)
    assert (await client.get(f"/desk/{path}/{id}/hours")).status_code == 403
