"""Verbs of series: what changes a meeting goes through the verbs of meetings, which tell whoever knew of it.

Locks: the series, then its meetings, the initiative, roles, volunteers (schedule/seats.py), each of a kind by id, all
before the first meeting changes: two changes of whole series then wait for each other and never in a circle.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from uuid import UUID, uuid4

import asyncpg

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import actions, centre
from volunteer_hub.schedule.regular import actions as regular
from volunteer_hub.schedule.series import fill as series_fill
from volunteer_hub.schedule.series import pattern as series
from volunteer_hub.schedule.series import queries as series_queries
from volunteer_hub.schedule.series.pattern import DaysOff, Series
from volunteer_hub.schedule.series.queries import Planned
from volunteer_hub.web import formats
from volunteer_hub.web.i18n import gettext, mark

CHANGED = mark("Ktoś zmienił tymczasem tę serię. Otwórz ją jeszcze raz i sprawdź.")
NO_DAY = mark("Przez najbliższy rok nie wypada żadne spotkanie. Zmień dni albo daty.")
PAST = mark("Wybierz dzień od dziś.")
BEGUN = mark("Tego dnia spotkanie już się zaczęło. Wybierz późniejszy dzień.")
ONCE = mark("To jedno spotkanie. Przenieś je na jego stronie.")
NOT_ITS_DAY = mark("Tego dnia nie ma spotkania tej serii.")

ADD = """
    INSERT INTO series (id, initiative, place, starts, ends, timezone, rrule, first_day, last_day, times,
                        skips_holidays, skips_breaks, version, created_at)
    SELECT $1, i.id, p.id, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, now()
    FROM initiative i, place p WHERE i.id = $2 AND p.id = $3"""
REPLACE = """
    UPDATE series SET place = p.id, starts = $4, ends = $5, timezone = $6, rrule = $7, first_day = $8, last_day = $9,
        times = $10, skips_holidays = $11, skips_breaks = $12, version = series.version + 1, filled_until = NULL
    FROM place p WHERE series.id = $1 AND series.initiative = $2 AND p.id = $3"""
END = "UPDATE series SET last_day = least(last_day, $2), version = version + 1 WHERE id = $1"


@dataclass(frozen=True, slots=True)
class Meets:
    """Where and at what wall times an initiative meets on the days of `plan`."""

    place: UUID
    starts: time
    ends: time
    plan: Series


@dataclass(frozen=True, slots=True)
class Change:
    """What a change does to the meetings that are planned: where each goes, and which fit in no more."""

    moved: dict[UUID, date]
    called_off: tuple[Planned, ...]
    days: tuple[date, ...]


async def start(actor: Actor, initiative: UUID, meets: Meets) -> UUID:
    """A new series; its meetings of the coming weeks are made at once. Raises Refused when no day fits."""
    _must_plan(actor)
    id, plan = uuid4(), series.anchored(meets.plan)
    async with database.transaction():
        await _some_day(plan)
        if not await database.execute(ADD, id, initiative, *_values(meets, plan)):
            raise Refused("", 404)
        await series_fill.fill(id)
    return id


async def change(actor: Actor, id: UUID, since: date, meets: Meets, seen: int) -> UUID:
    """From `since` on it meets otherwise; the id of the series that goes on. `seen`: the version that was looked at.

    Later meetings go along with all who are on them, and everybody who knew is told: regulars once of all, participants
    of the soonest one, for of later ones they hear by the reminder. What was moved alone stays. Whoever has accepted
    something else for a new time is at risk there or here (clashes). Raises Refused, and then nothing has changed.
    """
    _must_plan(actor)
    async with database.transaction():
        row = await _held(id, seen)
        if row["rrule"] == series.ONCE:
            raise Refused(ONCE)
        _not_past(since)
        plan = await _some_day(series.in_step(series_fill.plan_of(row), replace(meets.plan, first_day=since)))
        await _none_begun(id, since)
        await hold([one.id for one in await series_queries.planned(id, since)])
        later, what = await series_queries.planned(id, since), await changed(id, since, plan)
        splits = since > row["first_day"]
        goes_on = uuid4() if splits else id
        await database.execute(ADD if splits else REPLACE, goes_on, row["initiative"], *_values(meets, plan))
        if splits:
            await database.execute(END, id, since - timedelta(days=1))
            await database.execute(
                "UPDATE series_skip SET series = $2 WHERE series = $1 AND day >= $3", id, goes_on, since
            )
            await database.execute(
                "UPDATE regular_task SET series = $2 WHERE series = $1 AND (last_day IS NULL OR last_day >= $3)",
                *(id, goes_on, since),
            )
        for one in what.called_off:
            await actions.cancel_meeting(actor, one.id)
        moved = await _move(actor, later, what.moved, meets, goes_on)
        await regular.moved(moved)
        await series_fill.fill(goes_on)
    return goes_on


async def changed(id: UUID, since: date, plan: Series) -> Change:
    """What a change to `plan` from `since` on would do; nothing is written."""
    later, off = await series_queries.planned(id, since), await series_queries.off()
    left_out = {one.day for one in await series_queries.skips(id)}
    open_days = [one.day for one in later if not one.cancelled]
    until = max([_horizon(), *(day + timedelta(days=31) for day in open_days)])
    days = list(series.days(plan, off, until, left_out=left_out, kept=open_days))
    # What was called off keeps its day from being planned again; it takes no other day.
    gone = {one.day for one in later if one.cancelled} & set(days)
    to = series.paired(open_days, set(days) - gone, plan.pattern.kind) | {day: day for day in gone}
    moved = {one.id: day for one in later if (day := to.get(one.day)) is not None}
    lost = tuple(one for one in later if not one.cancelled and to[one.day] is None and not one.moved_alone)
    return Change(moved, lost, tuple(day for day in days if day not in gone))


async def leave_out(actor: Actor, id: UUID, day: date, reason: str) -> bool:
    """On that day there is none; whether a meeting was called off by it. Once more only changes the reason."""
    _must_plan(actor)
    async with database.transaction():
        row = await _held(id)
        _not_past(day)
        planned = await database.fetchrow(
            "SELECT id, state, starts_at <= now() AS begun FROM meeting WHERE series = $1 AND series_day = $2", id, day
        )
        if planned is None and day not in series.days(series_fill.plan_of(row), await series_queries.off(), day):
            raise Refused(NOT_ITS_DAY)
        if planned and planned["begun"]:
            raise Refused(BEGUN)
        await database.execute(
            """INSERT INTO series_skip (id, series, day, reason) VALUES (gen_random_uuid(), $1, $2, $3)
               ON CONFLICT (series, day) DO UPDATE SET reason = excluded.reason""",
            *(id, day, reason),
        )
        if planned and planned["state"] == "planned":
            await actions.cancel_meeting(actor, planned["id"])
            return True
    return False


async def end(actor: Actor, id: UUID, last_day: date, seen: int) -> int:
    """`last_day` is the last one; how many meetings after it were called off."""
    _must_plan(actor)
    async with database.transaction():
        await _held(id, seen)
        _not_past(last_day + timedelta(days=1))
        later = [one for one in await series_queries.planned(id, last_day + timedelta(days=1)) if not one.cancelled]
        await hold([one.id for one in later])
        await database.execute(END, id, last_day)
        for one in later:
            await actions.cancel_meeting(actor, one.id)
    return len(later)


async def call_off_in_the_way(actor: Actor, meetings: Collection[UUID]) -> int:
    """Calls off those of `meetings` that still fall on days off; how many. What is moved meanwhile stays."""
    _must_plan(actor)
    async with database.transaction():
        found = [one for one in await series_queries.in_the_way(actor) if one.id in meetings]
        ids = [one.id for one in found]
        await hold(ids)
        for one in found:
            await actions.cancel_meeting(actor, one.id)
        # A series of so many times goes on a little longer.
        await database.execute(
            "UPDATE series SET filled_until = NULL WHERE id IN (SELECT series FROM meeting WHERE id = ANY($1))", ids
        )
    return len(found)


async def add_break(actor: Actor, name: str, first_day: date, last_day: date, source: str) -> UUID:
    """From now on no meeting is made in it; planned ones stay until somebody calls them off."""
    _must_plan(actor)
    async with database.transaction():
        await _look_again()
        made: UUID = await database.fetchval(
            """INSERT INTO school_break (id, name, first_day, last_day, source)
               VALUES (gen_random_uuid(), $1, $2, $3, $4) RETURNING id""",
            *(name, first_day, last_day, source),
        )
    return made


async def remove_break(actor: Actor, id: UUID) -> None:
    """The days are ordinary ones again. Raises Refused 404 when it is not there."""
    _must_plan(actor)
    async with database.transaction():
        await _look_again()
        if not await database.execute("DELETE FROM school_break WHERE id = $1", id):
            raise Refused("", 404)


async def _look_again() -> None:
    """The worker reads the breaks while it holds a series: locked first, none is filled by what was true before."""
    await database.execute("SELECT FROM series WHERE skips_breaks ORDER BY id FOR UPDATE")
    await database.execute("UPDATE series SET filled_until = NULL WHERE skips_breaks")


async def _move(
    actor: Actor, later: Collection[Planned], to: dict[UUID, date], meets: Meets, goes_on: UUID
) -> list[UUID]:
    """Which meetings have another time or place now."""
    zone, otherwise = centre.settings().timezone, list[UUID]()
    for one in later:
        if (day := to.get(one.id)) is None:
            continue
        if not (one.cancelled or one.moved_alone):
            starts, ends = series.hours_on(day, meets.starts, meets.ends, zone)
            try:
                ask = not otherwise  # participants hear of the soonest
                await actions.move_meeting(actor, one.id, starts, ends, meets.place, with_series=True, ask=ask)
            except Refused as refused:
                raise Refused(
                    mark("Spotkania %(day)s nie da się zmienić. %(why)s"),
                    day=formats.dated(one.starts_wall),
                    why=gettext(refused.sentence, **refused.values),
                ) from None
            if (one.starts_wall, one.ends_wall, one.place_id) != (starts, ends, meets.place):
                otherwise.append(one.id)
        await database.execute("UPDATE meeting SET series = $2, series_day = $3 WHERE id = $1", one.id, goes_on, day)
    return otherwise


async def _held(id: UUID, seen: int | None = None) -> asyncpg.Record:
    row = await database.fetchrow("SELECT * FROM series WHERE id = $1 FOR UPDATE", id)
    if row is None:
        raise Refused("", 404)
    if seen is not None and row["version"] != seen:
        raise Refused(CHANGED)
    return row


async def hold(meetings: Collection[UUID]) -> None:
    """Locks all that changes of these meetings will touch, in the house's order."""
    ids = list(meetings)
    await database.execute("SELECT FROM meeting WHERE id = ANY($1) ORDER BY id FOR UPDATE", ids)
    of = "SELECT initiative FROM meeting WHERE id = ANY($1)"
    await database.execute(f"SELECT FROM initiative WHERE id IN ({of}) ORDER BY id FOR NO KEY UPDATE", ids)
    of = "SELECT role FROM opening WHERE meeting = ANY($1)"
    await database.execute(f"SELECT FROM role_asked WHERE id IN ({of}) ORDER BY id FOR SHARE", ids)
    of = "SELECT a.volunteer FROM assignment a JOIN opening o ON o.id = a.opening WHERE o.meeting = ANY($1)"
    await database.execute(f"SELECT FROM volunteer WHERE id IN ({of}) ORDER BY id FOR NO KEY UPDATE", ids)


async def _none_begun(id: UUID, since: date) -> None:
    begun = "SELECT EXISTS (SELECT FROM meeting WHERE series = $1 AND series_day >= $2 AND starts_at <= now())"
    if await database.fetchval(begun, id, since):
        raise Refused(BEGUN)


async def _some_day(plan: Series) -> Series:
    off: DaysOff = await series_queries.off()
    if next(series.days(plan, off, plan.first_day + timedelta(days=366)), None) is None:
        raise Refused(NO_DAY)
    return plan


def _values(meets: Meets, plan: Series) -> tuple[object, ...]:
    zone, rrule = centre.settings().timezone, series.made(plan.pattern)
    days = (plan.first_day, plan.last_day, plan.count, plan.skips_holidays, plan.skips_breaks)
    return meets.place, meets.starts, meets.ends, zone, rrule, *days


def _horizon() -> date:
    settings = centre.settings()
    return clock.today(settings.timezone) + timedelta(weeks=settings.series_weeks)


def _not_past(day: date) -> None:
    if day < clock.today(centre.settings().timezone):
        raise Refused(PAST)


def _must_plan(actor: Actor) -> None:
    if not actor.coordinates:
        raise Refused("", 404)
