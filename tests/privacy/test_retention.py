"""Every rule of keeping at its boundary: a day before a row stays, a day after it goes."""

from datetime import timedelta

import pytest
from privacy.planted import accounts, asked, initiatives, volunteers
from privacy.planted.common import DAY, since, sql

from volunteer_hub.kit import database
from volunteer_hub.privacy import retention
from volunteer_hub.privacy.periods import Act
from volunteer_hub.settings import Settings

PLANTED = volunteers.PLANTED | initiatives.PLANTED | asked.PLANTED | accounts.PLANTED


def test_every_rule_is_tried() -> None:
    assert PLANTED.keys() == retention.BY_KEY.keys()


@pytest.mark.parametrize("key", PLANTED)
async def test_a_day_before_it_stays_and_a_day_after_it_goes(db: str, settings: Settings, key: str) -> None:
    rule = retention.BY_KEY[key]
    step = timedelta(minutes=1) if rule.period.unit == "minutes" else DAY
    edge = await since(rule.period)
    await PLANTED[key](edge + step)
    assert (await retention.due())[key] == 0
    assert await retention.carry_out(settings, rule) == 0
    for table in ("volunteer", "participant", "account", "message", "request", "meeting"):
        if await database.fetchval(f"SELECT EXISTS (SELECT FROM {table})"):
            await sql(f"TRUNCATE {table} CASCADE")
    await sql(f"TRUNCATE {rule.table} CASCADE")
    await PLANTED[key](edge - step)
    assert (await retention.due())[key] == 1
    before = await database.fetchval(f"SELECT count(*) FROM {rule.table}")
    assert await retention.carry_out(settings, rule) == 1
    after = await database.fetchval(f"SELECT count(*) FROM {rule.table}")
    assert before - after == (0 if rule.act is Act.BLANK else 1)
    assert (await retention.due())[key] == 0
    assert await retention.carry_out(settings, rule) == 0
