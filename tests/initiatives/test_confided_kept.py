"""What members confide is kept apart from who they are, sealed, under a key that can be changed while people write."""

import asyncio
from uuid import uuid4

import asyncpg
import httpx2
import pytest
from support import people
from support.groups import WHY, group, leader, signed

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Role
from volunteer_hub.kit.sealed import CannotOpen
from volunteer_hub.people import confided
from volunteer_hub.privacy import reseal
from volunteer_hub.settings import Settings, load

OLD, NEW = "old-" * 10, "new-" * 10


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
