"""Who belongs to an initiative over HTTP: seen and changed by who runs it; the note of why they come, sealed."""

import asyncio
import re
from datetime import date
from uuid import UUID

import httpx2
import pytest
from conftest import new_client
from starlette.applications import Starlette
from support import people
from support.groups import WHY, group, leader, signed

from volunteer_hub.access import break_glass
from volunteer_hub.initiatives import confided as notes
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people import confided
from volunteer_hub.people.corrections import Stale
from volunteer_hub.settings import Settings


async def opened(settings: Settings, asker: Actor, about: str) -> UUID:
    """A colleague says yes to a break-glass."""
    id = await break_glass.ask(settings, asker, about, "Ktoś dzwonił w nocy, boję się o tę osobę")
    await break_glass.approve(people.actor(await people.account()), id)
    return id


@pytest.mark.parametrize(
    ("role", "kind"), [(Role.COORDINATOR, "group"), (Role.FACILITATOR, "group"), (Role.SPECIALIST, "circle")]
)
async def test_who_runs_it_writes_and_reads_why_somebody_comes(
    client: httpx2.AsyncClient, role: Role, kind: str
) -> None:
    of, who, member = await group(kind)
    visitor = await signed(client, await leader(role, of))
    page = await visitor.open(f"/desk/initiatives/{of.id}/members")
    path = f"/desk/initiatives/{of.id}/members/{member.id}/note"
    assert "Z2" in page and "Genowefa" not in page and path in page
    await visitor.open(path)
    await visitor.send("/note", text=WHY)
    assert visitor.page.url.path.endswith("/members") and WHY not in visitor.page.text
    assert WHY in await visitor.open(path)
    await visitor.send("/note", text="")
    assert WHY not in await visitor.open(path) and await database.fetchval("SELECT count(*) FROM confided") == 0
    rows = await database.fetch("SELECT verb, about FROM audit_entry WHERE verb LIKE 'confided.%' ORDER BY at")
    assert {row["about"] for row in rows} == {f"participant:{who.id}"}
    assert [row["verb"] for row in rows].count("confided.write") == 2


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.FACILITATOR, Role.SPECIALIST])
async def test_to_everybody_else_it_is_not_there(client: httpx2.AsyncClient, settings: Settings, role: Role) -> None:
    of, who, member = await group()
    await confided.write(settings.field_keys, who.id, of.id, WHY)
    visitor = await signed(client, people.actor(await people.account(role)))
    csrf = re.search(r'name="csrf" value="([^"]+)"', await visitor.open("/help"))
    for path in ("", "/new", f"/{member.id}/leaving", f"/{member.id}/note"):
        where = f"/desk/initiatives/{of.id}/members{path}"
        assert (await client.get(where)).status_code == 404
        if path:
            sent = {"csrf": csrf[1] if csrf else "", "text": "x", "left_on": "2026-11-01", "alias": "x"}
            assert (await client.post(where, data=sent)).status_code == 404
    assert await database.fetchval("SELECT count(*) FROM member WHERE left_on IS NULL") == 1
    words = await confided.read(settings.field_keys, who.id, of.id)
    assert words and words.text == WHY
    assert not await database.fetchval("SELECT count(*) FROM audit_entry WHERE verb LIKE 'confided.%'")


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.PROTECTION_OFFICER, Role.FIRST_CONTACT, Role.VOLUNTEER])
async def test_no_other_role_reads_even_with_a_leaders_row(db: str, settings: Settings, role: Role) -> None:
    """Whose role was changed keeps no note: the row of facilitators alone opens nothing."""
    of, who, member = await group()
    await confided.write(settings.field_keys, who.id, of.id, WHY)
    me = await people.account(role)
    await people.facilitator(of, me)
    await database.execute("UPDATE initiative SET coordinator = $2 WHERE id = $1", of.id, me.id)
    for actor in (people.actor(me), SYSTEM):
        with pytest.raises(Refused) as refused:
            await notes.read(settings, actor, of.id, member.id)
        assert refused.value.status == 404


async def test_a_glass_lets_read_for_eight_hours_and_never_write(
    client: httpx2.AsyncClient, settings: Settings
) -> None:
    of, who, member = await group(theme=(await people.theme(name_pl="Żałoba")).id)
    await confided.write(settings.field_keys, who.id, of.id, WHY)
    asker = people.actor(await people.account())
    visitor, path = await signed(client, asker), f"/desk/initiatives/{of.id}/members/{member.id}/note"
    page = await visitor.open(f"/desk/initiatives/{of.id}")
    assert "temat poufny" in page and "Z2" not in page and f"about=initiative:{of.id}" in page
    await opened(settings, asker, f"initiative:{of.id}")
    page = await visitor.open(path)
    assert WHY in page and "Zapisz notatkę" not in page
    page = await visitor.open(f"/desk/initiatives/{of.id}")
    assert "Żałoba" in page and "Z2" in page
    with pytest.raises(Refused):
        await notes.write(settings, asker, of.id, member.id, "x", None)
    lines = await database.fetch("SELECT verb FROM audit_entry WHERE account = $1", asker.account)
    assert {"break-glass.read", "confided.read"} <= {row["verb"] for row in lines}
    await database.execute("UPDATE break_glass SET ends_at = now()")
    assert (await client.get(path)).status_code == 404
    assert "Żałoba" not in await visitor.open(f"/desk/initiatives/{of.id}")


async def test_a_glass_on_a_person_shows_where_they_belong(client: httpx2.AsyncClient, settings: Settings) -> None:
    _, who, _ = await group()
    asker = people.actor(await people.account())
    visitor = await signed(client, asker)
    assert "Grupa Środa" not in await visitor.open(f"/desk/participants/{who.id}")
    await opened(settings, asker, f"participant:{who.id}")
    assert "Grupa Środa" in await visitor.open(f"/desk/participants/{who.id}")


async def test_two_who_write_at_once_and_nothing_is_lost(client: httpx2.AsyncClient, settings: Settings) -> None:
    of, _, member = await group()
    me = await leader(Role.FACILITATOR, of)
    visitor = await signed(client, me)
    await visitor.open(f"/desk/initiatives/{of.id}/members/{member.id}/note")
    await notes.write(settings, me, of.id, member.id, "Z innej karty", None)
    page = await visitor.send("/note", text=WHY)
    assert visitor.page.status_code == 409 and "Z innej karty" in page and WHY in page
    await visitor.send("/note")
    assert WHY in await visitor.open(f"/desk/initiatives/{of.id}/members/{member.id}/note")
    seen = (await notes.read(settings, me, of.id, member.id)).changed_at
    both = await asyncio.gather(
        *(notes.write(settings, me, of.id, member.id, text, seen) for text in ("raz", "dwa")), return_exceptions=True
    )
    assert sum(isinstance(one, Stale) for one in both) == 1


async def test_too_long_a_note_is_said_and_kept_in_the_field(client: httpx2.AsyncClient) -> None:
    of, _, member = await group()
    visitor = await signed(client, await leader(Role.FACILITATOR, of))
    await visitor.open(f"/desk/initiatives/{of.id}/members/{member.id}/note")
    page = await visitor.send("/note", text="ó" * 4001)
    assert visitor.page.status_code == 422 and "Napisz najwyżej 4000 znaków" in page and "ó" * 4001 in page
    assert await database.fetchval("SELECT count(*) FROM confided") == 0


async def test_a_coordinator_adds_somebody_known_and_lets_them_go(client: httpx2.AsyncClient) -> None:
    of, _, _ = await group()
    other = await people.participant(alias="Basia", phone="+48600100300")
    visitor, path = await signed(client, await leader(Role.COORDINATOR, of)), f"/desk/initiatives/{of.id}/members"
    assert "już tu należy" in await visitor.open(f"{path}?q=Z2")
    await visitor.open(f"{path}?q=100300")
    page = await visitor.send("/members/joining", participant=other.id, joined_on="2026-11-02")
    assert f"/desk/participants/{other.id}" in page
    member = await database.fetchval("SELECT id FROM member WHERE participant = $1", other.id)
    await visitor.open(f"{path}/{member}/leaving")
    assert "nie może być wcześniejsza" in await visitor.send("/leaving", left_on="2026-11-01")
    await visitor.send("/leaving", left_on="2026-11-20")
    assert await database.fetchval("SELECT left_on FROM member WHERE id = $1", member) == date(2026, 11, 20)
    await visitor.open(f"{path}?q=100300")
    await visitor.send("/members/joining", participant=other.id, joined_on="2026-11-21")
    assert await database.fetchval("SELECT left_on FROM member WHERE id = $1", member) is None
    rows = await database.fetch("SELECT verb FROM audit_entry WHERE about = $1", f"participant:{other.id}")
    assert sorted(row["verb"] for row in rows) == ["participant.join", "participant.join", "participant.leave"]


async def test_a_coordinator_adds_somebody_new(client: httpx2.AsyncClient) -> None:
    of, _, _ = await group()
    visitor = await signed(client, await leader(Role.COORDINATOR, of))
    await visitor.open(f"/desk/initiatives/{of.id}/members/new")
    assert "Wpisz telefon" in await visitor.send("/members/new", alias="Basia")
    await visitor.send("/members/new", phone="600100300", sms_ok="yes", channel="phone")
    row = await database.fetchrow(
        "SELECT p.alias, p.sms_ok, c.channel FROM participant p JOIN consent c ON c.person = p.id"
    )
    assert row and tuple(row) == ("Basia", True, "phone") and "Basia" in visitor.page.text
    await visitor.open(f"/desk/initiatives/{of.id}/members/new")
    page = await visitor.send("/members/new", alias="Basia", phone="600100300")
    assert visitor.page.status_code == 409 and "Taka osoba już jest" in page
    assert await database.fetchval("SELECT count(*) FROM member") == 2


async def test_a_facilitator_knows_first_names_and_aliases_only(client: httpx2.AsyncClient) -> None:
    of, who, _ = await group()
    visitor = await signed(client, await leader(Role.FACILITATOR, of))
    page = await visitor.open(f"/desk/initiatives/{of.id}/members")
    assert who.phone[3:] not in page.replace(" ", "").replace("\xa0", "") and "/desk/participants/" not in page
    page = await visitor.open(f"/desk/initiatives/{of.id}/members/new")
    assert 'name="phone"' not in page
    await visitor.send("/members/new", alias="Basia", phone="600100300", last_name="Kowalska", sms_ok="yes")
    row = await database.fetchrow(
        "SELECT first_name, last_name, phone, sms_ok, reach FROM participant WHERE alias = 'Basia'"
    )
    assert row and tuple(row) == ("", "", None, False, "through")
    await visitor.open(f"/desk/initiatives/{of.id}/members/new")
    assert "już tu jest" in await visitor.send("/members/new", alias="basia") and visitor.page.status_code == 409
    assert (await client.get(f"/desk/participants/{who.id}")).status_code == 403


async def test_a_course_is_kept_by_any_coordinator_but_its_notes_are_not(
    client: httpx2.AsyncClient, settings: Settings
) -> None:
    of, who, member = await group("course")
    await confided.write(settings.field_keys, who.id, of.id, WHY)
    visitor = await signed(client, people.actor(await people.account()))
    page = await visitor.open(f"/desk/initiatives/{of.id}/members")
    assert "Genowefa N." in page and "/note" not in page and "/leaving" in page
    assert (await client.get(f"/desk/initiatives/{of.id}/members/{member.id}/note")).status_code == 404


async def test_a_need_does_not_tell_which_group_of_others_meets_it(client: httpx2.AsyncClient, app: Starlette) -> None:
    of, _, _ = await group()
    need = await people.need(title="Wdowy bez rozmowy")
    await database.execute(
        "INSERT INTO need_met (id, initiative, need) VALUES (gen_random_uuid(), $1, $2)", of.id, need.id
    )
    mine = await leader(Role.COORDINATOR, of)
    for actor, told in ((people.actor(await people.account()), False), (mine, True)):
        async with new_client(app) as browser:
            visitor = await signed(browser, actor)
            assert ("Grupa Środa" in await visitor.open(f"/desk/needs/{need.id}")) is told
            assert "Grupa Środa" not in await visitor.open("/desk/map?list=needs")
            assert ("Wdowy" in await visitor.open(f"/desk/initiatives/{of.id}")) is told
            points = (await browser.get("/desk/map/points")).json()["features"]
            assert points and not any(f["properties"].get("gap") for f in points), "it is met, whoever looks"


async def test_who_comes_to_a_meeting_of_others_has_no_name(client: httpx2.AsyncClient) -> None:
    of, _, _ = await group()
    meeting = await people.meeting(of)
    visitor = await signed(client, people.actor(await people.account()))
    page = await visitor.open(f"/desk/meetings/{meeting.id}")
    assert "Z2" not in page and "Osoba 1" in page
    visitor = await signed(client, await leader(Role.COORDINATOR, of))
    assert "Z2" in await visitor.open(f"/desk/meetings/{meeting.id}")
