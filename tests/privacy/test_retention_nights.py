"""The nightly cleaning: once a night whoever tries, in steps, past what somebody holds; first dry, to be looked at."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from privacy.planted.accounts import inbound
from privacy.planted.common import sql

from volunteer_hub.kit import clock, database
from volunteer_hub.privacy import retention
from volunteer_hub.settings import Settings


async def test_a_dry_run_counts_and_changes_nothing(db: str, settings: Settings) -> None:
    await inbound(clock.now() - timedelta(days=31))
    assert {key: n for key, n in (await retention.dry()).items() if n} == {"inbound": 1}
    assert await database.fetchval("SELECT count(*) FROM inbound") == 1
    (run,) = await retention.runs()
    assert (run.dry, run.night, run.total) == (True, None, 1)
    await retention.plan(settings)
    assert await database.fetchval("SELECT count(*) FROM inbound") == 0


async def nights() -> list[dict[str, int]]:
    rows = await database.fetch("SELECT counts FROM retention_run WHERE NOT dry")
    return [json.loads(row["counts"]) for row in rows]


async def test_of_several_workers_one_cleans_the_night(db: str, settings: Settings) -> None:
    await inbound(clock.now() - timedelta(days=31))
    await asyncio.gather(*(retention.plan(settings) for _ in range(6)))
    assert [run["inbound"] for run in await nights()] == [1]
    await retention.plan(settings)
    assert len(await nights()) == 1
    await sql("UPDATE retention_run SET night = night - 1")
    await retention.plan(settings)
    assert len(await nights()) == 2


async def test_control_without_the_claim_each_cleans(
    db: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sql("ALTER TABLE retention_run DROP CONSTRAINT retention_run_night_key")
    monkeypatch.setattr(retention, "CLAIM", retention.CLAIM.replace("ON CONFLICT (night) DO NOTHING", ""))
    ready = asyncio.Barrier(4)
    fetchval = database.fetchval

    async def together(statement: str, *values: object) -> Any:
        found = await fetchval(statement, *values)
        if "WHERE night" in statement:
            await ready.wait()
        return found

    monkeypatch.setattr(database, "fetchval", together)
    await asyncio.gather(*(retention.plan(settings) for _ in range(4)))
    assert len(await nights()) == 4


async def test_more_than_a_step_goes_in_one_night(db: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 3)
    await sql("INSERT INTO allowance (id, key_hash, unspent, at) SELECT gen_random_uuid(), n::text::bytea, 1,"
              " now() - interval '9 days' FROM generate_series(1, 10) n")  # fmt: skip
    assert await retention.carry_out(settings, retention.BY_KEY["allowances"]) == 10
    assert await database.fetchval("SELECT count(*) FROM allowance") == 0


async def test_a_row_in_somebodys_hands_waits_for_the_next_night(db: str, settings: Settings) -> None:
    await inbound(clock.now() - timedelta(days=31))
    holder = await database.DB.get_new_connection()
    try:
        held = holder.transaction()
        await held.start()
        await holder.execute("SELECT FROM inbound FOR UPDATE")
        assert await retention.carry_out(settings, retention.BY_KEY["inbound"]) == 0
        await held.rollback()
    finally:
        await holder.close()
    assert await retention.carry_out(settings, retention.BY_KEY["inbound"]) == 1
