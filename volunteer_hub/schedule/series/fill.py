"""Meetings are made from their series some weeks ahead, each night a few more.

Whoever takes the series regularly has their place in the same transaction. Any number of workers may: a series is
locked while its days are looked at, and a day that has its meeting, moved or called off, gets no other one. What was
made up to which day stands in the series itself, so an outage is made up for.
"""

from datetime import date, timedelta
from uuid import UUID

import asyncpg

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.schedule import actions, centre
from volunteer_hub.schedule.actions import Seats
from volunteer_hub.schedule.regular import actions as regular
from volunteer_hub.schedule.series import pattern as series
from volunteer_hub.schedule.series import queries as series_queries
from volunteer_hub.schedule.series.pattern import Series
from volunteer_hub.settings import Settings

# Of an initiative that is over nothing is planned.
DUE = """
    SELECT s.id FROM series s JOIN initiative i ON i.id = s.initiative
    WHERE (s.filled_until IS NULL OR s.filled_until < $1) AND (s.last_day IS NULL OR s.last_day >= $2)
      AND i.state NOT IN ('finished', 'stopped') ORDER BY s.id"""
LOCKED = """
    SELECT s.*, least($2, i.ends_on) AS until FROM series s JOIN initiative i ON i.id = s.initiative
    WHERE s.id = $1 AND i.state NOT IN ('finished', 'stopped') FOR UPDATE OF s"""


async def plan(settings: Settings) -> int:
    """The worker's: how many meetings it made. A tick that finds nothing due costs one look at the series."""
    today = clock.today(settings.timezone)
    due = await database.fetch(DUE, today + timedelta(weeks=settings.series_weeks), today)
    return sum([await fill(row["id"], settings) for row in due])


async def fill(id: UUID, of: Settings | None = None) -> int:
    """Makes the meetings of one series that are missing; how many. Every role of the initiative is open on each."""
    settings = of or centre.settings()
    target = clock.today(settings.timezone) + timedelta(weeks=settings.series_weeks)
    async with database.transaction():
        row = await database.fetchrow(LOCKED, id, target)
        if row is None:
            return 0
        known = await database.fetch("SELECT series_day, state FROM meeting WHERE series = $1", id)
        days = series.days(
            plan_of(row),
            await series_queries.off(),
            row["until"],
            left_out={one.day for one in await series_queries.skips(id)},
            kept={one["series_day"] for one in known if one["state"] == "planned"},
        )
        there = {one["series_day"] for one in known}
        made = [meeting for day in days if day not in there and (meeting := await _make(row, day))]
        await regular.join(id, made)
        await database.execute("UPDATE series SET filled_until = $2 WHERE id = $1", id, target)
    return len(made)


async def _make(row: asyncpg.Record, day: date) -> UUID | None:
    """The meeting's id; none when it would have begun already."""
    starts, ends = series.hours_on(day, row["starts"], row["ends"], row["timezone"])
    if clock.instant(starts, row["timezone"]) <= clock.now():
        return None
    roles = await database.fetch(
        "SELECT id, least, most FROM role_asked WHERE initiative = $1 AND retired_at IS NULL", row["initiative"]
    )
    return await actions.plan_meeting(
        SYSTEM,
        row["initiative"],
        row["place"],
        starts,
        ends,
        [Seats(role["id"], role["least"], role["most"]) for role in roles],
        of_series=(row["id"], day, row["timezone"]),
    )


def plan_of(row: asyncpg.Record) -> Series:
    """A row of the table as the rules know it."""
    return Series(
        series.read(row["rrule"]),
        row["first_day"],
        row["last_day"],
        row["times"],
        row["skips_holidays"],
        row["skips_breaks"],
    )
