"""The field key can be changed while the centre goes on; nothing that is sealed is forgotten."""

import asyncio
import os

from piccolo.columns import Bytea
from support import people
from support.processes import call

from volunteer_hub.access import audit, canary, chain
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import VISITOR
from volunteer_hub.kit.sealed import seal, unseal
from volunteer_hub.piccolo_app import APP_CONFIG
from volunteer_hub.privacy import reseal
from volunteer_hub.settings import Settings, load

OLD, NEW = "old-" * 10, "new-" * 10
BEFORE = load({"HUB_MODE": "demo", "HUB_FIELD_KEY": OLD})
BETWEEN = load({"HUB_MODE": "demo", "HUB_FIELD_KEY": NEW, "HUB_FIELD_KEY_OLD": OLD})
AFTER = load({"HUB_MODE": "demo", "HUB_FIELD_KEY": NEW})

# Bytes that are no sealed words: hashes, keyed marks, the chain, an invitation's calendar, what a secret is made from.
UNSEALED = ("hash", "mark", "calendar", "seed")


async def sealed_under(settings: Settings, rows: int) -> None:
    await canary.plant(settings)
    for n in range(rows):
        who = await people.account()
        secret = seal(settings.field_keys, f"totp {n}", where=f"totp:{who.id}")
        await database.execute("UPDATE account SET totp_sealed = $2 WHERE id = $1", who.id, secret)
        mark = os.urandom(16)
        words = seal(settings.field_keys, f"confided {n}", where=f"confided:{mark.hex()}")
        await database.execute("INSERT INTO confided (mark, sealed, changed_at) VALUES ($1, $2, now())", mark, words)


async def all_open_with(settings: Settings) -> set[str]:
    found = set()
    for field in reseal.FIELDS:
        for key, sealed in await reseal._some(field, None, 1000):
            found.add(unseal(settings.field_keys, sealed, where=field.where(key)))
    return found


def test_every_sealed_column_is_in_the_list() -> None:
    columns = {
        (table._meta.tablename, column._meta.db_column_name)
        for table in APP_CONFIG.table_classes
        for column in table._meta.columns
        if isinstance(column, Bytea) and not column._meta.db_column_name.endswith(UNSEALED)
    }
    assert columns == {(field.table, field.column) for field in reseal.FIELDS}


async def test_afterwards_the_new_key_alone_opens_everything(db: str) -> None:
    await sealed_under(BEFORE, 7)
    await audit.record(VISITOR, "test", "thing:1")
    await chain.bear_witness(BEFORE, await chain.verify(BEFORE))
    for batch in (3, 3):
        counts = await reseal.reseal(BETWEEN, batch)
    assert (counts.sealed, counts.already, counts.lost) == (0, 15, 0), "the second time there was nothing left to do"
    words = await all_open_with(AFTER)
    assert words == {canary.WORD, *(f"totp {n}" for n in range(7)), *(f"confided {n}" for n in range(7))}
    assert await canary.sings(AFTER) and not await canary.sings(BEFORE)
    assert (await chain.verify(AFTER)).faults == ()


async def test_control_before_it_the_new_key_alone_opens_nothing(db: str) -> None:
    await sealed_under(BEFORE, 1)
    assert await canary.sings(AFTER) is False
    counts = await reseal.reseal(AFTER)
    assert (counts.sealed, counts.lost) == (0, 3), "said, and left as it was for the right key"
    assert (await reseal.reseal(BETWEEN)).sealed == 3


async def test_what_is_changed_meanwhile_is_not_overwritten(db: str) -> None:
    await sealed_under(BEFORE, 1)
    field = reseal.FIELDS[0]
    [(key, was)] = await reseal._some(field, None, 10)
    fresh = seal(BETWEEN.field_keys, "another", where=field.where(key))
    await database.execute("UPDATE account SET totp_sealed = $2 WHERE id = $1", key, fresh)
    await reseal._one(BETWEEN.field_keys, field, key, was, reseal.Counts())
    assert await database.fetchval("SELECT totp_sealed FROM account WHERE id = $1", key) == fresh


async def test_the_command(db: str) -> None:
    await sealed_under(BEFORE, 2)
    keys = {"MODE": "demo", "DATABASE_URL": db, "FIELD_KEY": NEW}
    lost = await asyncio.to_thread(call, "reseal", **keys)
    assert lost.returncode == 1 and "5 cannot be opened" in lost.stdout
    done = await asyncio.to_thread(call, "reseal", FIELD_KEY_OLD=OLD, **keys)
    assert done.returncode == 0 and done.stdout.startswith("5 sealed anew"), done.stderr
