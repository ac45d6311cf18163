"""The pairs of people who may be one are kept by the database and are always those that comparing everybody finds."""

import asyncio
import random
from datetime import date, timedelta
from typing import Any

import asyncpg
import pytest
from support import people

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.people import duplicates

# Everybody with everybody, in one join of the whole town.
SLOWLY = """
    SELECT one, other, array_agg(why ORDER BY why) AS why FROM (
        SELECT a.id AS one, b.id AS other, unnest(array_remove(ARRAY[
            CASE WHEN a.phone = b.phone AND a.phone <> '' AND (a.birth_date = b.birth_date
                      OR fold(a.first_name) = fold(b.first_name) OR near_names(a, b)) THEN 'phone' END,
            CASE WHEN mailbox(a.email) = mailbox(b.email) THEN 'email' END,
            CASE WHEN a.birth_date = b.birth_date AND near_names(a, b) THEN 'names' END], NULL)) AS why
        FROM volunteer a JOIN volunteer b ON a.id < b.id) pair GROUP BY 1, 2 ORDER BY 1, 2"""
KEPT = "SELECT one, other, why FROM alike ORDER BY 1, 2"


async def both() -> tuple[list[Any], list[Any]]:
    return [tuple(row) for row in await database.fetch(KEPT)], [tuple(row) for row in await database.fetch(SLOWLY)]


def told(chance: random.Random) -> dict[str, Any]:
    return {
        "first_name": chance.choice(["Anna", "Ania", "Jan"]),
        "last_name": chance.choice(["Kowalska", "Kowalaska", "Lis", "Malinowska"]),
        "birth_date": date(1990, 5, 4) + timedelta(days=chance.randrange(3)),
        "phone": chance.choice(["", "+48600100200", "+48600100201", "+48600100202"]),
    }


async def test_after_any_history_the_pairs_are_those_of_comparing_everybody(db: str) -> None:
    chance = random.Random(7)
    most = 0
    for step in range(60):
        ids = [row["id"] for row in await database.fetch("SELECT id FROM volunteer")]
        async with database.transaction():
            for _ in range(chance.randrange(1, 4)):
                new = told(chance)
                match chance.randrange(4) if len(ids) > 3 else 0:
                    case 0 | 1:
                        mail = chance.choice([f"a{step}@x.pl", f"a.{step - 1}+b{chance.random()}@x.pl"])
                        taken = await database.fetchval("SELECT true FROM volunteer WHERE email = $1", mail)
                        await people.volunteer(free=False, email=None if taken else mail, **new)
                    case 2:
                        sets = ", ".join(f"{name} = ${n}" for n, name in enumerate(new, 2))
                        await database.execute(
                            f"UPDATE volunteer SET {sets} WHERE id = $1", chance.choice(ids), *new.values()
                        )
                    case 3:
                        await database.execute("DELETE FROM volunteer WHERE id = $1", chance.choice(ids))
        kept, slowly = await both()
        assert kept == slowly
        most = max(most, len(kept))
    assert most > 20
    listed, _ = await duplicates.twins(SYSTEM)
    assert len(listed) == min(len(kept), duplicates.MOST_PAIRS)
    await database.execute("DELETE FROM alike")
    await database.execute("SELECT keep_all_alike()")
    assert (await both())[0] == slowly


@pytest.mark.parametrize("one_after_the_other", [True, False])
async def test_two_who_enter_the_same_person_at_once_are_a_pair(one_after_the_other: bool, db: str) -> None:
    """Control: without the lock neither sees the other, and the pair is found by nobody."""
    if not one_after_the_other:
        source = await database.fetchval("SELECT pg_get_functiondef('keep_alike'::regproc)")
        await database.execute(source.replace("PERFORM pg_advisory_xact_lock(727021);", ""))
    source = await database.fetchval("SELECT pg_get_functiondef('keep_alike'::regproc)")
    # Slow enough for both to look before either has finished.
    slow = source.replace("FROM alike_to(who) a;", "FROM alike_to(who) a; PERFORM pg_sleep(0.4);")
    assert slow != source
    await database.execute(slow)
    same = {"first_name": "Anna", "last_name": "Kowalska", "birth_date": date(1990, 5, 4), "free": False}
    await people.insured()
    await asyncio.gather(*(people.volunteer(**same) for _ in range(2)))
    kept, slowly = await both()
    assert len(slowly) == 1 and len(kept) == one_after_the_other


async def test_the_end_of_one_transaction_waits_for_no_one_who_holds_a_person(db: str) -> None:
    """Somebody is being merged or erased while another like them comes in: the newcomer does not wait."""
    same = {"first_name": "Anna", "last_name": "Kowalska", "birth_date": date(1990, 5, 4), "free": False}
    first = await people.volunteer(**same)
    connection = await asyncpg.connect(db)
    try:
        async with connection.transaction():
            await connection.execute("SELECT FROM volunteer WHERE id = $1 FOR UPDATE", first.id)
            async with asyncio.timeout(2):
                await people.volunteer(**same)
            await connection.execute("DELETE FROM volunteer WHERE id = $1", first.id)
    finally:
        await connection.close()
    assert await both() == ([], [])
