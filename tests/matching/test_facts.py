"""What the rules are told of an opening and of its volunteers is what stands in the rows."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from matching import neighbours
from support import people

from volunteer_hub.kit import clock
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule.facts import facts
from volunteer_hub.schedule.spans import Span, Window

STARTS = datetime.combine(clock.today(people.ZONE) + timedelta(days=3), time(16))
HOURS = timedelta(hours=2)


async def test_a_volunteer_is_read_as_written(db: str) -> None:
    opening = await people.opening()
    who = await people.volunteer(
        free=False, skills=["music"], languages=["uk"], causes=["food"], gender="f", max_km=3.5, step="paused"
    )
    await neighbours.free(who, 2, (8, 12), (16, 20))
    await neighbours.away(who, date(2026, 12, 24), date(2027, 1, 2))
    await people.clearance(who, "driving", valid_until=date(2027, 3, 1))
    _, known = await facts(opening.id, [who.id, uuid4()])
    (v,) = known.values()
    assert (v.id, v.at, v.max_km, v.max_hours_week, v.active) == (who.id, people.CENTRE, 3.5, 6, False)
    assert (v.skills, v.languages, v.causes, v.gender) == ({"music"}, {"uk"}, {"food"}, "f")
    assert set(v.free) == {Window(2, time(8), time(12)), Window(2, time(16), time(20))}
    assert v.away == ((date(2026, 12, 24), date(2027, 1, 2)),) and v.clearances == {"driving": date(2027, 3, 1)}
    assert not v.guardian_consent and v.booked == () and v.recent == 0


async def test_without_a_point_one_lives_in_the_middle_of_ones_area(db: str) -> None:
    opening = await people.opening()
    await people.area(slug="zawisle", latitude=52.67, longitude=19.08)
    by_area = await people.volunteer(latitude=None, longitude=None, area_slug="zawisle")
    nowhere = await people.volunteer(latitude=None, longitude=None, area_slug="")
    _, known = await facts(opening.id, [by_area.id, nowhere.id])
    assert known[by_area.id].at == (52.67, 19.08) and known[nowhere.id].at is None


async def test_only_work_that_was_taken_counts_and_only_of_four_weeks(db: str) -> None:
    who, of = await people.volunteer(), await people.initiative()
    role = await people.role(of)
    asked = await people.opening(await people.meeting(of, starts=STARTS), role)
    for days, state, more in (
        (-35, "done", {}),  # too long ago to be recent, yet known
        (-25, "done", {}),
        (-20, "missed", {}),
        (-15, "accepted", {"state": "cancelled"}),
        (-1, "accepted", {}),  # still to come: work of late, not yet known
        (1, "accepted", {}),
        (30, "accepted", {}),
    ):
        meeting = await people.meeting(of, starts=STARTS + timedelta(days=days), **more)
        await neighbours.commitment(who, await people.opening(meeting, role), meeting, state)
    o, known = await facts(asked.id, [who.id])
    assert known[who.id].booked == tuple(
        Span(starts, starts + HOURS) for starts in (STARTS + timedelta(days=days) for days in (-25, -1, 1))
    )
    assert known[who.id].recent == 2 and o.known == {who.id: 2}


async def test_the_opening_itself_is_not_counted_against_it(db: str) -> None:
    who, of = await people.volunteer(), await people.initiative()
    meeting, role = await people.meeting(of, starts=STARTS), await people.role(of)
    opening, other_role = await people.opening(meeting, role), await people.role(of, name="Druga")
    await neighbours.commitment(who, opening, meeting)
    o, known = await facts(opening.id, [who.id])
    assert o.assigned == {who.id} and known[who.id].booked == ()
    _, known = await facts((await people.opening(meeting, other_role)).id, [who.id])
    assert known[who.id].booked == (Span(STARTS, STARTS + HOURS),), "one is busy with another role of the same meeting"


async def test_what_the_role_asks_is_what_the_opening_asks(db: str) -> None:
    of = await people.initiative(theme=(await people.theme(slug="children")).id)
    asked = {"skills": ["music"], "languages": ["uk"], "clearances": ["minors"], "min_age": 16, "max_age": 70}
    role = await people.role(of, **asked, minor_safe=True, gender="f", gender_reason="Towarzyszy pani")
    opening = await people.opening(await people.meeting(of, starts=STARTS), role)
    o, _ = await facts(opening.id, [])
    assert (o.skills, o.languages, o.clearances, o.min_age, o.max_age) == ({"music"}, {"uk"}, {"minors"}, 16, 70)
    assert (o.minor_safe, o.gender, o.cause, o.at, o.times) == (
        True, "f", "children", people.CENTRE, (Span(STARTS, STARTS + HOURS),)
    )  # fmt: skip


async def test_an_absent_opening_is_refused(db: str) -> None:
    with pytest.raises(Refused) as refused:
        await facts(uuid4(), [])
    assert refused.value.status == 404
