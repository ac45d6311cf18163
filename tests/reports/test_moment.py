"""The figures of one report agree, whatever is written while they are counted, and are planned for their very days."""

import asyncio
import contextlib
import contextvars
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import asyncpg
import pytest
from support import people
from support.people import ZONE

from volunteer_hub.initiatives.tables import FundingLine
from volunteer_hub.kit import database
from volunteer_hub.reports.indicators import figures
from volunteer_hub.reports.indicators.moment import at_once
from volunteer_hub.reports.indicators.values import Indicator, Period

YEAR = Period.of_year(2024)
WAITS = "SELECT count(*) FROM pg_locks WHERE relation = 'funding_line'::regclass AND NOT granted"


async def project() -> None:
    """One with money: of the figures projects are counted long before the cost."""
    days = {"starts_on": date(2024, 2, 1), "ends_on": date(2024, 5, 1)}
    of = await people.initiative(kind="long_term", state="finished", **days)
    await people.save(FundingLine(initiative=of.id, year=2024, source="own", spent=Decimal(100)))


@pytest.mark.parametrize(
    ("around", "cost"),
    [(contextlib.nullcontext, 100), (database.transaction, 200)],
    ids=["figures", "control-each-statement-of-its-own-moment"],
)
async def test_a_project_that_comes_while_figures_are_counted_is_in_none_of_them(
    db: str, around: Callable[[], Any], cost: int
) -> None:
    actor = people.actor(await people.account())
    await project()

    async def count() -> dict[Indicator, Any]:
        async with around():
            return {figure.indicator: figure.amount for figure in await figures.figures(actor, YEAR, ZONE)}

    outside = contextvars.copy_context()
    watch = await asyncpg.connect(db)
    try:
        async with database.transaction():
            await database.execute("LOCK TABLE funding_line IN ACCESS EXCLUSIVE MODE")
            counting = asyncio.create_task(count(), context=outside)
            while not await watch.fetchval(WAITS):
                await asyncio.sleep(0.01)
            await project()
        told = await counting
    finally:
        await watch.close()
    assert (told[Indicator.PROJECTS], told[Indicator.COST]) == (1, cost)


async def test_several_readings_in_a_block_are_of_its_beginning(db: str) -> None:
    actor = people.actor(await people.account())
    await project()
    outside = contextvars.copy_context()
    async with at_once():
        before = await figures.figures(actor, YEAR, ZONE)
        await asyncio.create_task(project(), context=outside)
        assert await figures.figures(actor, YEAR, ZONE) == before
    assert (await figures.one(actor, Indicator.PROJECTS, YEAR, ZONE)).amount == 2, "control: it was there"


async def test_statements_are_planned_for_their_days_and_nothing_stays_of_that(db: str) -> None:
    planned = "SELECT current_setting('plan_cache_mode') || ' ' || current_setting('work_mem')"
    before = await database.fetchval(planned)
    async with at_once():
        assert await database.fetchval(planned) == "force_custom_plan 32MB" != before
    assert await database.fetchval(planned) == before
