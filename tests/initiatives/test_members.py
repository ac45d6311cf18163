"""Who belongs to an initiative over HTTP: seen and changed by who runs it; the note of why they come, sealed."""

import asyncio
import re
from datetime import date
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest
from conftest import new_client
from starlette.applications import Starlette
from support import people
from support.visitor import Visitor

from volunteer_hub.access import break_glass
from volunteer_hub.initiatives import confided as notes
from volunteer_hub.initiatives.tables import Initiative, Member
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.kit.sealed import CannotOpen
from volunteer_hub.people import confided
from volunteer_hub.people.corrections import Stale
from volunteer_hub.people.tables import Participant
from volunteer_hub.privacy import reseal
from volunteer_hub.settings import Settings, load

WHY = "Boi się wieczorów po pogrzebie"
OLD, NEW = "old-" * 10, "new-" * 10


async def group(kind: str = "group", **values: object) -> tuple[Initiative, Participant, Member]:
    of = await people.initiative(kind=kind, name="Grupa Środa", **values)
    who = await people.participant(first_name="Genowefa", last_name="Nowak", alias="Z2")
    return of, who, await people.member(of, who)


async def leader(role: Role, of: Initiative) -> Actor:
    """Somebody of this role who runs it."""
    me = await people.account(role)
    if role is Role.COORDINATOR:
        await database.execute("UPDATE initiative SET coordinator = $2 WHERE id = $1", of.id, me.id)
    else:
        await people.facilitator(of, me)
    return people.actor(me)


async def signed(client: httpx2.AsyncClient, actor: Actor) -> Visitor:
    row = await people.Account.objects().get(people.Account.id == actor.account)
    assert row
    await people.sign_in(client, row)
    return Visitor(client)


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
            for path in (f"/desk/needs/{need.id}", "/desk/map"):
                assert ("Grupa Środa" in await visitor.open(path)) is told, path
            assert ("Wdowy" in await visitor.open(f"/desk/initiatives/{of.id}")) is told
            gap = [f for f in (await browser.get("/desk/map.geojson")).json()["features"] if f["properties"].get("gap")]
            assert not gap, "it is met, whoever looks"


async def test_who_comes_to_a_meeting_of_others_has_no_name(client: httpx2.AsyncClient) -> None:
    of, _, _ = await group()
    meeting = await people.meeting(of)
    visitor = await signed(client, people.actor(await people.account()))
    page = await visitor.open(f"/desk/meetings/{meeting.id}")
    assert "Z2" not in page and "Osoba 1" in page
    visitor = await signed(client, await leader(Role.COORDINATOR, of))
    assert "Z2" in await visitor.open(f"/desk/meetings/{meeting.id}")


async def test_the_table_names_nobody_and_a_moved_value_does_not_open(db: str) -> None:
    keys = (OLD,)
    first, other, of = uuid4(), uuid4(), uuid4()
    await confided.write(keys, first, of, WHY)
    await confided.write(keys, other, of, "Inne słowa")
    rows = await database.fetch("SELECT mark, sealed FROM confided")
    for row in rows:
        stored = bytes(row["mark"]) + bytes(row["sealed"])
        assert not any(known in stored for known in (first.bytes, of.bytes, str(first).encode(), WHY.encode()))
    # Two ids a stranger guesses tell no mark without the key.
    assert await confided.read(("x" * 40,), first, of) is None
    await database.execute(
        "UPDATE confided c SET sealed = o.sealed FROM confided o WHERE o.mark <> c.mark",
    )
    for who in (first, other):
        with pytest.raises(CannotOpen):
            await confided.read(keys, who, of)


async def test_after_a_change_of_the_key_everything_is_found_and_read(db: str) -> None:
    before = load({"HUB_MODE": "demo", "HUB_FIELD_KEY": OLD})
    between = load({"HUB_MODE": "demo", "HUB_FIELD_KEY": NEW, "HUB_FIELD_KEY_OLD": OLD})
    after = load({"HUB_MODE": "demo", "HUB_FIELD_KEY": NEW})
    of, who, _ = await group()
    other = await people.participant()
    await people.member(of, other)
    for one in (who, other):
        await confided.write(before.field_keys, one.id, of.id, WHY)
    words = await confided.read(between.field_keys, who.id, of.id)
    assert words and words.text == WHY, "read under the former key as long as it is there"
    await confided.write(between.field_keys, other.id, of.id, "Nowe słowa")
    assert await confided.read(after.field_keys, who.id, of.id) is None, "the control: not moved yet, not found"
    for _ in range(2):
        await reseal.reseal(between)
    found = [await confided.read(after.field_keys, one.id, of.id) for one in (who, other)]
    assert (
        [one.text for one in found if one] == [WHY, "Nowe słowa"]
        and found[0]
        and found[0].changed_at == words.changed_at
    )
    assert await database.fetchval("SELECT count(*) FROM confided") == 2
    assert await confided.read(before.field_keys, who.id, of.id) is None


async def test_written_while_the_key_changes_the_newest_words_stay(db: str) -> None:
    of, who, _ = await group()
    for n in range(20):
        await confided.forget((NEW, OLD), who.id, [of.id])
        await confided.write((OLD,), who.id, of.id, "stare")
        both = (confided.write((NEW, OLD), who.id, of.id, f"nowe {n}"), confided.remark((NEW, OLD), who.id, of.id))
        await asyncio.gather(*(both if n % 2 else reversed(both)))
        words = await confided.read((NEW,), who.id, of.id)
        assert words and words.text == f"nowe {n}"
    assert await database.fetchval("SELECT count(*) FROM confided") == 1


async def test_forgetting_leaves_nothing_under_any_key(db: str) -> None:
    who, of = uuid4(), uuid4()
    await confided.write((OLD,), who, of, WHY)
    await confided.forget((NEW, OLD), who, [of, uuid4()])
    assert await database.fetchval("SELECT count(*) FROM confided") == 0


async def test_words_that_no_key_opens_are_told_kindly(client: httpx2.AsyncClient, settings: Settings) -> None:
    of, who, member = await group()
    await confided.write(settings.field_keys, who.id, of.id, WHY)
    await database.execute("UPDATE confided SET sealed = 'broken'")
    visitor = await signed(client, await leader(Role.FACILITATOR, of))
    page = await visitor.open(f"/desk/initiatives/{of.id}/members/{member.id}/note")
    assert visitor.page.status_code == 409 and "nie da się teraz otworzyć" in page


async def test_a_dump_does_not_hold_the_words(db: str, settings: Settings) -> None:
    of, who, _ = await group()
    await confided.write(settings.field_keys, who.id, of.id, WHY)
    connection = await asyncpg.connect(db)
    try:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for row in tables:
            lines = await connection.fetch(f'SELECT t::text AS line FROM "{row["tablename"]}" t')
            assert not any(WHY in line["line"] or WHY.encode().hex() in line["line"] for line in lines)
            if row["tablename"] == "participant":
                assert any("Genowefa" in line["line"] for line in lines), "the control: what is in clear is seen"
    finally:
        await connection.close()
