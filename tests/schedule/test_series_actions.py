"""Meetings made from series on real PostgreSQL: filled once by any number of workers, changed without losing anyone."""

import asyncio
import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from support import people

from volunteer_hub.initiatives.tables import Initiative
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.series import actions as series_actions
from volunteer_hub.schedule.series import fill as series_fill
from volunteer_hub.schedule.series import queries as series_queries
from volunteer_hub.schedule.series.actions import Meets
from volunteer_hub.schedule.series.pattern import Kind, Pattern, Series
from volunteer_hub.settings import load

ZONE = "Europe/Warsaw"
TODAY = clock.today(ZONE)
TUESDAY = TODAY + timedelta(days=(1 - TODAY.weekday()) % 7 + 7)
EVERY_TUESDAY = Series(Pattern(Kind.WEEKS, (2,)), TUESDAY, skips_holidays=False, skips_breaks=False)


async def meets(plan: Series = EVERY_TUESDAY, **values: Any) -> Meets:
    place = values.pop("place", None) or (await people.place()).id
    return Meets(place, **({"starts": time(17), "ends": time(19), "plan": plan} | values))


async def running(plan: Series = EVERY_TUESDAY, **values: Any) -> tuple[Initiative, UUID, Meets]:
    """An initiative with a role and a series of meetings."""
    of, how = await people.initiative(), await meets(plan, **values)
    await people.role(of, least=1, most=2)
    return of, await series_actions.start(SYSTEM, of.id, how), how


async def made(of: Initiative) -> list[Any]:
    return await database.fetch("SELECT * FROM meeting WHERE initiative = $1 ORDER BY starts_at", of.id)


async def days_of(of: Initiative, state: str = "planned") -> list[date]:
    return [row["starts_wall"].date() for row in await made(of) if row["state"] == state]


async def everybody_on(of: Initiative, who: Any) -> dict[UUID, UUID]:
    """`who` has accepted every meeting: meeting by assignment."""
    found = {}
    rows = await database.fetch(
        "SELECT o.id, o.meeting FROM opening o JOIN meeting m ON m.id = o.meeting WHERE m.initiative = $1", of.id
    )
    for row in rows:
        id = await actions.invite(SYSTEM, row["id"], who.id)
        await actions.answer(SYSTEM, id, accept=True, channel="desk")
        found[id] = row["meeting"]
    return found


async def test_the_meetings_of_thirteen_weeks_with_every_role_open(db: str) -> None:
    of, id, _ = await running()
    found = await made(of)
    assert [row["series_day"] for row in found] == [TUESDAY + timedelta(weeks=n) for n in range(len(found))]
    assert len(found) in (12, 13) and {row["series"] for row in found} == {id}
    assert all(row["starts_at"] == clock.instant(datetime.combine(row["series_day"], time(17)), ZONE) for row in found)
    openings = await database.fetch("SELECT most FROM opening")
    assert len(openings) == len(found) and {row["most"] for row in openings} == {2}


async def test_each_night_a_few_more_and_never_twice(db: str) -> None:
    of, id, _ = await running()
    before = len(await made(of))
    longer = load({"HUB_MODE": "demo", "HUB_SERIES_WEEKS": "20"})
    assert await series_fill.plan(load({"HUB_MODE": "demo"})) == 0
    await asyncio.gather(
        *(series_fill.plan(longer) for _ in range(4)), *(series_fill.fill(id, longer) for _ in range(4))
    )
    days = await days_of(of)
    assert len(days) == len(set(days)) == before + 7


async def test_control_without_the_lock_two_workers_meet_on_one_day(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The unique day in its series is the last guard; without the lock it is what refuses."""
    _, id, _ = await running()
    monkeypatch.setattr(series_fill, "LOCKED", series_fill.LOCKED.replace("FOR UPDATE OF s", ""))
    longer = load({"HUB_MODE": "demo", "HUB_SERIES_WEEKS": "20"})
    found = await asyncio.gather(*(series_fill.fill(id, longer) for _ in range(6)), return_exceptions=True)
    assert any(isinstance(one, Exception) and "meeting_of_series_once" in str(one) for one in found)


async def test_what_was_called_off_or_left_out_does_not_come_back(db: str) -> None:
    of, id, _ = await running()
    first, second = (await made(of))[:2]
    await actions.cancel_meeting(SYSTEM, first["id"])
    assert await series_actions.leave_out(SYSTEM, id, second["series_day"], "Remont")
    far = TUESDAY + timedelta(weeks=15)
    assert not await series_actions.leave_out(SYSTEM, id, far, "Wyjazd"), "not planned yet"
    await series_actions.leave_out(SYSTEM, id, far, "Wyjazd na Mazury")
    await series_fill.fill(id, load({"HUB_MODE": "demo", "HUB_SERIES_WEEKS": "20"}))
    days = await days_of(of)
    assert not {first["series_day"], second["series_day"], far} & set(days)
    assert far + timedelta(weeks=1) in days and len(days) == len(set(days))
    assert [one.reason for one in await series_queries.skips(id)] == ["Remont", "Wyjazd na Mazury"]
    with pytest.raises(Refused) as refused:
        await series_actions.leave_out(SYSTEM, id, TUESDAY + timedelta(days=1), "")
    assert refused.value.sentence == series_actions.NOT_ITS_DAY


async def test_another_place_and_hour_from_a_day_on(db: str) -> None:
    of, id, how = await running()
    who, elsewhere = await people.volunteer(), (await people.place(name="Biblioteka")).id
    was = await everybody_on(of, who)
    since = TUESDAY + timedelta(weeks=3)
    later = replace(how, place=elsewhere, starts=time(18), ends=time(20))
    new = await series_actions.change(SYSTEM, id, since, later, 0)
    assert new != id
    for n, row in enumerate(await made(of)):
        assert row["series"] == (id if n < 3 else new) and row["state"] == "planned" and not row["moved_alone"]
        assert row["starts_wall"].time() == (time(17) if n < 3 else time(18))
        assert row["place"] == (how.place if n < 3 else elsewhere)
    kept = await database.fetch(
        """SELECT s.id, o.meeting, s.state, b.accepted, b.starts_at = m.starts_at AS right_time
           FROM assignment s JOIN opening o ON o.id = s.opening JOIN meeting m ON m.id = o.meeting
           JOIN booking b ON b.assignment = s.id"""
    )
    assert {row["id"]: row["meeting"] for row in kept} == was
    assert all(row["state"] == "accepted" and row["accepted"] and row["right_time"] for row in kept)
    told = await database.fetch("SELECT about FROM message WHERE template = 'moved' AND channel = 'sms'")
    assert len(told) == len(was) - 3
    old, goes_on = await series_queries.one(SYSTEM, id), await series_queries.one(SYSTEM, new)
    assert (old.last_day, goes_on.first_day) == (since - timedelta(days=1), since)
    assert await series_fill.fill(id) == await series_fill.fill(new) == 0


async def test_from_tuesdays_to_wednesdays_nobody_is_lost(db: str) -> None:
    of, id, how = await running()
    was = await everybody_on(of, await people.volunteer())
    wednesdays = replace(how, plan=replace(EVERY_TUESDAY, pattern=Pattern(Kind.WEEKS, (3,))))
    assert await series_actions.change(SYSTEM, id, TUESDAY, wednesdays, 0) == id, "from its first day on: the same one"
    days = await days_of(of)
    assert {day.isoweekday() for day in days} == {3} and days[0] == TUESDAY + timedelta(days=1)
    accepted = await database.fetch("SELECT id FROM assignment WHERE state = 'accepted'")
    assert {row["id"] for row in accepted} == set(was)


async def test_every_other_week_calls_off_what_fits_no_more_and_says_so_before(db: str) -> None:
    of, id, how = await running()
    before = await days_of(of)
    fortnightly = replace(how, plan=replace(EVERY_TUESDAY, pattern=Pattern(Kind.WEEKS, (2,), 2)))
    said = await series_actions.changed(id, TUESDAY, fortnightly.plan)
    assert [one.day for one in said.called_off] == before[1::2]
    await series_actions.change(SYSTEM, id, TUESDAY, fortnightly, 0)
    assert await days_of(of) == before[::2] and await days_of(of, "cancelled") == before[1::2]


async def test_moved_alone_stays_where_it_is_and_called_off_stays_off(db: str) -> None:
    of, id, how = await running()
    rows = await made(of)
    alone, off = rows[4], rows[5]
    monday = datetime.combine(alone["series_day"] - timedelta(days=1), time(9))
    await actions.move_meeting(SYSTEM, alone["id"], monday, monday + timedelta(hours=1))
    await actions.cancel_meeting(SYSTEM, off["id"])
    new = await series_actions.change(SYSTEM, id, TUESDAY + timedelta(weeks=2), replace(how, starts=time(16)), 0)
    now = {row["id"]: row for row in await made(of)}
    assert len(now) == len(rows)
    assert now[alone["id"]]["moved_alone"] and now[alone["id"]]["starts_wall"] == monday
    assert now[alone["id"]]["series"] == new and now[alone["id"]]["series_day"] == alone["series_day"]
    assert now[off["id"]]["state"] == "cancelled" and now[off["id"]]["series"] == new


async def test_a_change_into_a_clash_is_made_and_the_one_evening_is_at_risk(db: str) -> None:
    of, id, how = await running()
    who = await people.volunteer()
    await everybody_on(of, who)
    other, clash = await people.initiative(), TUESDAY + timedelta(weeks=5)
    opening = await people.opening(await people.meeting(other, starts=datetime.combine(clash, time(20))))
    later = await actions.invite(SYSTEM, opening.id, who.id)
    await actions.answer(SYSTEM, later, accept=True, channel="desk")
    await series_actions.change(SYSTEM, id, TUESDAY, replace(how, starts=time(19), ends=time(21)), 0)
    assert all(row["starts_wall"].time() == time(19) for row in await made(of))
    at_risk = await database.fetch("SELECT id FROM assignment WHERE at_risk = 'clash'")
    assert [row["id"] for row in at_risk] == [later], "accepted after the evenings of the series"


async def test_a_page_that_is_stale_changes_nothing(db: str) -> None:
    _, id, how = await running()
    await series_actions.change(SYSTEM, id, TUESDAY, replace(how, starts=time(18)), 0)
    for act in (
        series_actions.change(SYSTEM, id, TUESDAY, how, 0),
        series_actions.end(SYSTEM, id, TUESDAY, 0),
    ):
        with pytest.raises(Refused) as refused:
            await act
        assert refused.value.sentence == series_actions.CHANGED


async def test_ended_on_a_day_the_rest_is_called_off_and_told(db: str) -> None:
    of, id, _ = await running()
    was = await everybody_on(of, await people.volunteer())
    last = TUESDAY + timedelta(weeks=4)
    assert await series_actions.end(SYSTEM, id, last, 0) == len(was) - 5
    assert (await days_of(of))[-1] == last and len(await days_of(of)) == 5
    told = await database.fetchval("SELECT count(*) FROM message WHERE template = 'cancelled' AND channel = 'sms'")
    assert told == len(was) - 5
    await series_fill.fill(id)
    assert len(await days_of(of)) == 5


async def test_a_break_added_later_calls_nothing_off_by_itself(db: str) -> None:
    of, _, _ = await running(replace(EVERY_TUESDAY, skips_breaks=True, count=6))
    third = TUESDAY + timedelta(weeks=2)
    broken = await series_actions.add_break(
        SYSTEM, "Ferie", third - timedelta(days=1), third + timedelta(days=8), "MEN"
    )
    assert await series_fill.plan(load({"HUB_MODE": "demo"})) == 0, "what stays in the break counts"
    found = await series_queries.in_the_way(SYSTEM, of.id)
    assert [(one.starts_wall.date(), one.what) for one in found] == [
        (third, "Ferie"), (third + timedelta(weeks=1), "Ferie"),
    ]  # fmt: skip
    assert len(await days_of(of)) == 6
    assert await series_actions.call_off_in_the_way(SYSTEM, [found[0].id, uuid4()]) == 1
    assert await series_fill.plan(load({"HUB_MODE": "demo"})) == 1, "six times are six times"
    assert third not in await days_of(of) and len(await days_of(of)) == 6
    assert len(await series_queries.in_the_way(SYSTEM)) == 1
    await series_actions.remove_break(SYSTEM, broken)
    assert not await series_queries.in_the_way(SYSTEM)
    with pytest.raises(Refused) as refused:
        await series_actions.remove_break(SYSTEM, broken)
    assert refused.value.status == 404
    _, of_all, _ = await running()
    await series_actions.add_break(SYSTEM, "Ferie", third, third, "")
    assert not [one for one in await series_queries.in_the_way(SYSTEM) if one.initiative == of_all], "it asked for none"


async def test_no_meeting_on_a_holiday_when_asked_so(db: str) -> None:
    daily = Series(Pattern(Kind.WEEKS, tuple(range(1, 8))), TODAY + timedelta(days=1), skips_breaks=False)
    of, _, how = await running(daily)
    days = await days_of(of)
    off = await series_queries.off()
    assert not [day for day in days if off.is_holiday(day)]
    every, with_all, _ = await running(replace(daily, skips_holidays=False))
    assert set(await days_of(every)) - set(days) == {day for day in await days_of(every) if off.is_holiday(day)}
    assert how and with_all


async def test_over_the_night_of_summer_time_it_keeps_the_hour_of_the_wall(db: str) -> None:
    of, _, _ = await running(EVERY_TUESDAY)
    await database.execute("UPDATE series SET filled_until = NULL")
    await series_fill.plan(load({"HUB_MODE": "demo", "HUB_SERIES_WEEKS": "52"}))
    rows = await made(of)
    assert {row["starts_wall"].time() for row in rows} == {time(17)}
    assert {clock.wall(row["starts_at"], ZONE).time() for row in rows} == {time(17)}
    assert len({row["starts_at"].time() for row in rows}) == 2


async def test_nothing_is_planned_for_what_is_over_or_has_begun(db: str) -> None:
    of, id, _ = await running()
    await database.execute("DELETE FROM meeting")
    await database.execute("UPDATE initiative SET state = 'stopped'")
    await database.execute("UPDATE series SET filled_until = NULL")
    assert await series_fill.plan(load({"HUB_MODE": "demo"})) == 0
    await database.execute("UPDATE initiative SET state = 'running', ends_on = $1", TUESDAY + timedelta(days=7))
    assert await series_fill.plan(load({"HUB_MODE": "demo"})) == 2
    await database.execute("DELETE FROM meeting")
    await database.execute(
        "UPDATE series SET first_day = $1, filled_until = NULL WHERE id = $2", TUESDAY - timedelta(weeks=30), id
    )
    await series_fill.plan(load({"HUB_MODE": "demo"}))
    assert min(await days_of(of)) >= TODAY


async def test_who_may_not_plan_finds_nothing(db: str) -> None:
    of, id, how = await running()
    one = people.actor(await people.account(people.Role.FACILITATOR))
    for act in (
        series_actions.start(one, of.id, how), series_actions.change(one, id, TUESDAY, how, 0),
        series_actions.leave_out(one, id, TUESDAY, ""), series_actions.end(one, id, TUESDAY, 0),
        series_actions.call_off_in_the_way(one, []), series_actions.add_break(one, "Ferie", TODAY, TODAY, ""),
        series_actions.remove_break(one, id), series_queries.one(one, id),
        series_actions.start(SYSTEM, uuid4(), how), series_actions.end(SYSTEM, uuid4(), TUESDAY, 0),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            await act
        assert refused.value.status == 404
    never = replace(EVERY_TUESDAY, last_day=TODAY)
    with pytest.raises(Refused) as refused:
        await series_actions.start(SYSTEM, of.id, replace(how, plan=never))
    assert refused.value.sentence == series_actions.NO_DAY
    for day in (TODAY - timedelta(days=1), TODAY - timedelta(days=300)):
        with pytest.raises(Refused) as refused:
            await series_actions.change(SYSTEM, id, day, how, 0)
        assert refused.value.sentence == series_actions.PAST


@pytest.mark.parametrize("seed", range(6))
async def test_a_moved_occurrence_never_loses_its_assignments(db: str, seed: int) -> None:
    """Whatever is changed from whatever day on: a planned meeting has all who were on it, at its own time."""
    chance = random.Random(seed)
    of, id, how = await running()
    was = await everybody_on(of, await people.volunteer(max_hours_week=40))
    for _ in range(3):
        since = TUESDAY + timedelta(weeks=chance.randrange(9))
        pattern = Pattern(
            Kind.WEEKS, tuple(sorted(chance.sample(range(1, 6), chance.randint(1, 3)))), chance.randint(1, 2)
        )
        at = chance.randint(8, 18)
        other = replace(how, plan=Series(pattern, since), starts=time(at), ends=time(at + 2))
        row = await series_queries.one(SYSTEM, id)
        id = await series_actions.change(SYSTEM, id, max(since, row.first_day), other, row.version)
        kept = await database.fetch(
            """SELECT s.id, o.meeting, s.state, m.state = 'planned' AS stands, b.accepted,
                      (b.starts_at, b.ends_at) = (m.starts_at, m.ends_at) AS right_time
               FROM assignment s JOIN opening o ON o.id = s.opening JOIN meeting m ON m.id = o.meeting
               JOIN booking b ON b.assignment = s.id"""
        )
        assert {row["id"]: row["meeting"] for row in kept} == was
        for row in kept:
            assert (row["state"], row["accepted"]) == (("accepted", True) if row["stands"] else ("withdrawn", False))
            assert row["right_time"] or not row["stands"]
        taken = await database.fetch("SELECT o.taken, m.state FROM opening o JOIN meeting m ON m.id = o.meeting")
        assert sum(row["taken"] for row in taken) == sum(row["stands"] for row in kept)


async def test_a_change_among_answers_from_all_sides(db: str) -> None:
    """Yeses, noes, callings off and two changes of a whole series at once: each whole, nobody doubled, nobody lost."""
    of, id, how = await running()
    openings = await database.fetch("SELECT o.id, o.meeting FROM opening o ORDER BY o.id")
    asked = []
    for n in range(4):
        who = await people.volunteer(last_name=f"Osoba-{n}", max_hours_week=40)
        asked += [await actions.invite(SYSTEM, row["id"], who.id) for row in openings[:8]]
    chance = random.Random(5)
    chance.shuffle(asked)
    acts: list[Any] = [actions.answer(SYSTEM, one, accept=chance.random() < 0.8, channel="sms") for one in asked]
    acts += [actions.withdraw(SYSTEM, one) for one in asked[::5]]
    acts += [actions.cancel_meeting(SYSTEM, openings[n]["meeting"]) for n in (0, 9)]
    acts += [series_actions.change(SYSTEM, id, TUESDAY, replace(how, starts=time(hour)), 0) for hour in (15, 16)]
    acts += [series_actions.leave_out(SYSTEM, id, TUESDAY + timedelta(weeks=6), "")]
    chance.shuffle(acts)
    found = await asyncio.gather(*acts, return_exceptions=True)
    assert not [one for one in found if isinstance(one, BaseException) and not isinstance(one, Refused)]
    moved = [one for one in found if one == id]
    assert len(moved) == 1, "the second change saw another version"
    wrong = await database.fetch(
        """SELECT o.id FROM opening o WHERE o.taken <> (SELECT count(*) FROM assignment s
           WHERE s.opening = o.id AND s.state = 'accepted') OR o.taken > o.most"""
    )
    assert not wrong
    times = await database.fetch(
        """SELECT b.id FROM booking b JOIN meeting m ON m.id = b.meeting
           WHERE m.state = 'planned' AND (b.starts_at, b.ends_at) <> (m.starts_at, m.ends_at)"""
    )
    assert not times and await database.fetchval("SELECT count(*) FROM assignment") == len(asked)
    assert len({row["starts_wall"].time() for row in await made(of) if row["state"] == "planned"}) == 1
