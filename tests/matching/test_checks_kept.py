"""The checks on the volunteer's row, which the search reads, are those of the clearances."""

import asyncio
import re

import asyncpg
import pytest
from support import people

from volunteer_hub.kit import clock, database
from volunteer_hub.people.tables import Clearance

TODAY = clock.today(people.ZONE)
KEPT = "SELECT checks FROM volunteer WHERE id = $1"
WAITING = "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = $1"


async def test_the_checks_that_the_search_reads_follow_the_clearances(db: str) -> None:
    one, other = await people.volunteer(), await people.volunteer()
    row = {"checked_on": TODAY, "valid_until": TODAY}
    for kind in ("minors", "driving"):
        await people.save(Clearance(volunteer=one.id, kind=kind, **row))
    assert await database.fetchval(KEPT, one.id) == ["driving", "minors"]
    await database.execute("UPDATE clearance SET revoked_on = $1 WHERE kind = 'minors'", TODAY)
    assert await database.fetchval(KEPT, one.id) == ["driving"]
    await database.execute("UPDATE clearance SET volunteer = $1", other.id)
    assert [await database.fetchval(KEPT, who.id) for who in (one, other)] == [[], ["driving"]]
    await database.execute("DELETE FROM clearance")
    assert await database.fetchval(KEPT, other.id) == []


@pytest.mark.parametrize("locked", [True, False])
async def test_of_two_checks_written_at_once_none_is_lost(db: str, locked: bool) -> None:
    """The control: without the lock the second reads what was there before the first."""
    if not locked:
        source = await database.fetchval("SELECT pg_get_functiondef('checks_are_kept'::regproc)")
        await database.execute(re.sub(r"PERFORM .*?;", "", source))
    who = await people.volunteer()
    add = """INSERT INTO clearance (id, volunteer, kind, checked_on, valid_until, reference)
             VALUES (gen_random_uuid(), $1, $2, current_date, current_date, '')"""
    first, second = [await asyncpg.connect(db) for _ in range(2)]
    try:
        held = first.transaction()
        await held.start()
        await first.execute(add, who.id, "minors")
        waits = asyncio.create_task(second.execute(add, who.id, "driving"))
        async with asyncio.timeout(10):
            while not await database.fetchval(WAITING, second.get_server_pid()):
                await asyncio.sleep(0.01)
        await held.commit()
        await waits
    finally:
        await first.close()
        await second.close()
    kept = await database.fetchval(KEPT, who.id)
    assert kept == (["driving", "minors"] if locked else ["driving"])
