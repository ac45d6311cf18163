"""A group out of people who named the same difficulty."""

from typing import Any

import httpx2
import pytest
from intake.at_the_desks import at, request
from intake.by_hand import town
from support import people

from volunteer_hub.intake import forming
from volunteer_hub.intake.rules import Desk
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule.members import joining
from volunteer_hub.settings import load

SETTINGS = load({"HUB_MODE": "demo", "HUB_PUBLIC_URL": "http://hub.test"})
TODAY = clock.today(people.ZONE)


async def named(n: int, theme: Any, **values: Any) -> Any:
    """A request of somebody whose difficulty a desk has put on the map under this theme."""
    need = await people.need(theme=theme.id, personal=True)
    return await request(n, need=need.id, **({"name": f"Osoba {n}", "phone": f"+4860070{n:04d}"} | values))


async def two_themes() -> tuple[Any, Any]:
    await town()
    return (
        await people.theme(name_pl="Żałoba", confidential=True),
        await people.theme(name_pl="Samotność", confidential=False),
    )


async def test_people_of_one_theme_become_a_group_that_is_still_an_idea(client: httpx2.AsyncClient) -> None:
    grief, lonely = await two_themes()
    asked = [await named(n, grief) for n in range(1, 4)]
    await named(4, lonely)
    visitor = await at(client, Role.COORDINATOR)
    page = await visitor.open("/desk/groups/forming")
    assert "Żałoba" in page and "Samotność" not in page, "one person is no group"
    page = await visitor.open(f"/desk/groups/forming/{grief.id}")
    assert all(f"Osoba {n}" in page for n in (1, 2, 3)) and "Osoba 4" not in page
    await visitor.send(f"/forming/{grief.id}", requests=[str(asked[0].id)], name="Czwartek")
    assert visitor.page.status_code == 422 and "Wybierz co najmniej dwie osoby." in visitor.page.text
    chosen = [str(one.id) for one in asked[:2]]
    page = await visitor.send(f"/forming/{grief.id}", requests=chosen, name="Po żałobie")
    assert visitor.page.status_code == 409 and "nie mogą mówić" in page
    assert await database.fetchval("SELECT count(*) FROM participant") == 0, "nothing half-written"
    page = await visitor.send(f"/forming/{grief.id}", requests=chosen, name="Czwartek")
    assert "Osoba 1" in page and "Czeka na miejsce" in page
    of = await database.fetchrow("SELECT * FROM initiative")
    assert of and (of["kind"], of["state"], of["public"], of["theme"]) == ("group", "idea", False, grief.id)
    assert await database.fetchval("SELECT count(*) FROM need_met") == 2
    states = [row["state"] for row in await database.fetch("SELECT state FROM request ORDER BY number")]
    assert states == ["taken", "taken", "new", "new"]
    assert await database.fetchval("SELECT count(*) FROM message") == 0
    assert "Żałoba" not in await visitor.open("/desk/groups/forming"), "one is left, and the others have their place"


async def test_once_it_is_prepared_they_are_asked(db: str) -> None:
    grief, _ = await two_themes()
    asked = [await named(n, grief) for n in range(1, 4)]
    known = await people.participant(alias="Osoba 1", phone=asked[0].phone, sms_ok=True)
    me = people.actor(await people.account())
    new = forming.NewGroup("Czwartek", "", "", 2, 2, TODAY)
    await forming.form_group(me, grief.id, [one.id for one in asked], new)
    assert await database.fetchval("SELECT count(*) FROM participant") == 3, "who is known is nobody new"
    await joining.plan(SETTINGS)
    assert await database.fetchval("SELECT count(*) FROM message") == 0
    await database.execute("UPDATE initiative SET state = 'prepared'")
    await joining.plan(SETTINGS)
    states = await database.fetch("SELECT state, participant, offer_until FROM joining ORDER BY since, id")
    assert sorted(row["state"] for row in states) == ["offered", "offered", "waiting"], "as many as there is room for"
    sent = await database.fetch("SELECT address FROM message")
    assert [row["address"] for row in sent] == [known.phone], "nobody is written to who has not agreed to it"


async def test_who_found_a_place_meanwhile_is_not_taken_along(db: str) -> None:
    grief, _ = await two_themes()
    asked = [await named(n, grief) for n in range(1, 4)]
    me = people.actor(await people.account())
    new = forming.NewGroup("Czwartek", "", "", None, None, TODAY)
    await forming.form_group(me, grief.id, [one.id for one in asked[:2]], new)
    with pytest.raises(Refused) as refused:
        await forming.form_group(me, grief.id, [one.id for one in asked[1:]], new)
    assert refused.value.status == 409 and await database.fetchval("SELECT count(*) FROM initiative") == 1


async def test_a_request_at_another_desk_is_not_there(db: str) -> None:
    grief, _ = await two_themes()
    asked = [await named(n, grief, desk=Desk.SOCIAL_WORK) for n in range(1, 4)]
    me = people.actor(await people.account())
    assert await forming.difficulties(me) == []
    with pytest.raises(Refused) as refused:
        await forming.people_of(me, grief.id)
    assert refused.value.status == 404
    with pytest.raises(Refused):
        new = forming.NewGroup("Czwartek", "", "", None, None, TODAY)
        await forming.form_group(me, grief.id, [one.id for one in asked], new)
    for role in (Role.SPECIALIST, Role.FIRST_CONTACT, Role.FACILITATOR):
        with pytest.raises(Refused):
            await forming.difficulties(Actor(role=role, account=me.account))
