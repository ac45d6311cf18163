"""Partner schools: a link without an account that shows pupils by name, a vouching, a sum of hours, nothing else."""

import re
from typing import Any

import httpx2
import pytest
from intake.by_hand import beside, town
from intake.guardians import about, born, link, sign_up, volunteer
from support import people
from support.visitor import Visitor, forms

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import schools
from volunteer_hub.people.rules import Kind
from volunteer_hub.people.tables import School, Volunteer
from volunteer_hub.schedule.hours.tables import HoursWorked
from volunteer_hub.settings import Settings

EMAIL = "pedagog@szkola.example"


async def school_link() -> str:
    body = await database.fetchval(
        "SELECT body FROM message WHERE template = 'school_link' ORDER BY created_at DESC LIMIT 1"
    )
    found = re.search(r"http://[^/\s]+(/school/[\w-]+)", body)
    assert found
    return found[1]


async def added(client: httpx2.AsyncClient) -> Visitor:
    await people.signed_in(client)
    visitor = Visitor(client)
    await visitor.open("/desk/schools")
    await visitor.send("/desk/schools", name="Liceum nr 2", contact_name="Ewa Lis", contact_email=EMAIL)
    return visitor


async def pupil(**values: Any) -> Volunteer:
    of = await School.objects().first()
    assert of
    defaults = {"first_name": "Maja", "last_name": "Nowak", "birth_date": born(16), "kind": Kind.PUPIL, "school": of.id}
    consent = {"guardian_name": "Anna", "guardian_consent_at": clock.now(), "guardian_scope": "school-hours"}
    return await people.volunteer(**(defaults | consent | values))


async def helped(who: Volunteer, minutes: int, state: str = "approved") -> None:
    of = await people.initiative(name="Wydawanie paczek")
    day = clock.today(people.ZONE)
    await people.save(HoursWorked(volunteer=who.id, initiative=of.id, day=day, minutes=minutes, state=state))


async def test_the_desk_adds_a_school_and_its_coordinator_gets_a_link(client: httpx2.AsyncClient) -> None:
    visitor = await added(client)
    assert "Liceum nr 2" in visitor.page.text
    row = await database.fetchrow("SELECT address, about FROM message WHERE template = 'school_link'")
    assert row and row["address"] == EMAIL and row["about"].startswith("account:")
    path = await school_link()
    client.cookies.clear()
    page = await client.get(path)
    assert page.status_code == 200 and page.headers["referrer-policy"] == "no-referrer"
    await visitor.open("/desk/schools")


async def test_what_is_wrong_is_said_and_kept(client: httpx2.AsyncClient) -> None:
    visitor = await added(client)
    await visitor.send("/desk/schools", name="", contact_email="x")
    assert visitor.page.status_code == 422 and beside(visitor.page, "name") and beside(visitor.page, "contact_email")
    await visitor.send("/desk/schools", name="LICEUM NR 2", contact_email=EMAIL)
    assert visitor.page.status_code == 409 and beside(visitor.page, "name")
    assert await database.fetchval("SELECT count(*) FROM school") == 1


async def test_the_school_sees_names_and_sums_and_nothing_else(client: httpx2.AsyncClient) -> None:
    await added(client)
    who = await pupil()
    await helped(who, 120)
    await helped(who, 90)
    await helped(who, 480, "reported")
    path = await school_link()
    text = (await client.get(path)).text
    assert "Maja Nowak" in text and "Godziny pomocy: 3\u00a0h\u00a030\u00a0min" in text
    assert "3\u00a0h\u00a030\u00a0min" in (await client.get(f"{path}/hours")).text, "both pages of the link say one sum"
    for hidden in (who.phone, who.phone[3:], str(who.email), "Wydawanie paczek", "Miejsce", "Anna"):
        assert hidden not in text, hidden


async def test_hours_show_only_where_the_guardian_allowed_it(client: httpx2.AsyncClient) -> None:
    await added(client)
    await helped(await pupil(guardian_scope="to-child"), 180)
    text = (await client.get(await school_link())).text
    assert "Maja Nowak" in text and "3\u00a0h" not in text


async def test_before_the_guardians_yes_the_school_hears_no_name(client: httpx2.AsyncClient) -> None:
    await added(client)
    await pupil(guardian_consent_at=None)
    grown = await pupil(first_name="Dorosła", birth_date=born(18), guardian_consent_at=None)
    text = (await client.get(await school_link())).text
    assert "Maja" not in text and grown.first_name in text


async def test_the_school_vouches_for_its_own_pupils_only(client: httpx2.AsyncClient, settings: Settings) -> None:
    coordinator = people.actor(await people.signed_in(client))
    await schools.add(settings, coordinator, "Szkoła nr 5", "", "inna@szkola.example")
    who, visitor = await pupil(), Visitor(client)
    other = await schools.add(settings, coordinator, "Liceum nr 2", "", EMAIL)
    path = await school_link()
    csrf = forms(await visitor.open("/desk/schools"))[0].values["csrf"]
    address = f"{path}/pupils/{who.id}/vouching"
    assert (await client.post(address, data={"csrf": csrf})).status_code == 404
    await database.execute("UPDATE volunteer SET school = $1", other)
    await visitor.open(path)
    assert await database.fetchval("SELECT vouched_at FROM volunteer") is None, "looking changes nothing"
    await visitor.send("/vouching")
    assert "Szkoła poręczyła" in visitor.page.text
    assert await database.fetchval("SELECT vouched_at FROM volunteer") is not None


async def test_a_new_link_ends_the_one_before_and_closing_ends_all(client: httpx2.AsyncClient) -> None:
    visitor = await added(client)
    first = await school_link()
    await visitor.send("/link")
    second = await school_link()
    assert [(await client.get(path)).status_code for path in (first, second)] == [410, 200]
    await visitor.open("/desk/schools")
    await visitor.send("/closing")
    assert (await client.get(second)).status_code == 410 and "Liceum" not in visitor.page.text


async def test_a_link_lives_a_year(client: httpx2.AsyncClient) -> None:
    await added(client)
    path = await school_link()
    await database.execute("UPDATE school SET token_ends_at = now()")
    assert (await client.get(path)).status_code == 410


async def test_a_pupil_names_a_school_and_the_guardian_allows_hours(client: httpx2.AsyncClient) -> None:
    await added(client)
    await town()
    of = await database.fetchval("SELECT id FROM school")
    client.cookies.clear()
    child = Visitor(client)
    await sign_up(child, about(16, school=str(of)))
    assert (await volunteer())["school"] == of
    await child.open(await link())
    await child.send("/consent", to="to-child", agree="yes", school="yes")
    assert (await volunteer())["guardian_scope"] == "school-hours to-child"


async def test_only_partners_can_be_named_and_only_by_pupils(client: httpx2.AsyncClient) -> None:
    await added(client)
    visitor, of = Visitor(client), await database.fetchval("SELECT id FROM school")
    await visitor.open("/volunteer")
    await visitor.send("/volunteer", **about(16, school="00000000-0000-0000-0000-000000000000"))
    assert visitor.page.status_code == 422 and beside(visitor.page, "school")
    await town()
    await sign_up(visitor, about(19, school=str(of), kind="student"))
    assert (await volunteer())["school"] is None


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.FIRST_CONTACT, Role.VOLUNTEER])
async def test_schools_are_for_coordinators(db: str, settings: Settings, role: Role) -> None:
    actor = people.actor(await people.account(role))
    with pytest.raises(Refused) as refused:
        await schools.schools(actor)
    assert refused.value.status == 404
    with pytest.raises(Refused):
        await schools.add(settings, actor, "Liceum", "", EMAIL)
