"""What the solving process answers: the house's rules hold for every pick beside the others, and its words are true."""

import itertools
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from datetime import time as hour
from uuid import UUID

import pytest
from matching import neighbours
from matching.test_search import dice, slowly, town
from support import people

from volunteer_hub.initiatives.tables import AgeLimit, Initiative, RoleAsked
from volunteer_hub.kit import clock, database
from volunteer_hub.matching.engine import planning
from volunteer_hub.matching.plans import answers, questions
from volunteer_hub.matching.plans.instance import posed
from volunteer_hub.matching.plans.values import Answer, Asked, Question, Said
from volunteer_hub.matching.rules import with_others
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.schedule.rules import OpeningFacts, Rule, VolunteerFacts, broken
from volunteer_hub.schedule.tables import Assignment, Opening

TODAY = clock.today(people.ZONE)
# A week that lies ahead whatever today is.
MONDAY = TODAY + timedelta(days=7 - TODAY.weekday())


async def asked(*, beyond_least: bool = False, said: Said | None = None) -> Question:
    return await questions.of_period(TODAY, TODAY + timedelta(days=20), beyond_least=beyond_least, said=said)


def answered(question: Question) -> Answer:
    return answers.answer(question, time.monotonic() + 20)


async def opening(of: Initiative, role: RoleAsked, day: int, at: int, *, hours: float = 2, **seats: int) -> Opening:
    """On the `day`-th day from MONDAY at `at` o'clock; one person is needed unless said."""
    starts = datetime.combine(MONDAY + timedelta(days=day), hour(at))
    return await people.opening(await people.meeting(of, starts=starts, hours=hours), role, **({"most": 1} | seats))


async def work(**role: object) -> tuple[Initiative, RoleAsked]:
    of = await people.initiative()
    return of, await people.role(of, **role)


def pairs(answer: Answer) -> set[tuple[UUID, UUID]]:
    return {(one.volunteer, one.opening) for one in answer.picks}


def faults(question: Question, chosen: set[tuple[UUID, UUID]]) -> list[tuple[Rule, ...]]:
    """The rules that picks break beside the others of the same person."""
    of: dict[UUID, list[OpeningFacts]] = defaultdict(list)
    for volunteer, id in chosen:
        of[volunteer].append(next(one.facts for one in question.openings if one.id == id))
    found = []
    for volunteer, mine in of.items():
        for o in mine:
            beside = with_others(question.volunteers[volunteer], [other for other in mine if other is not o])
            found += [rules] if (rules := broken(beside, o)) else []
    return found


@pytest.mark.parametrize("seed", range(2))
async def test_in_a_town_every_pick_holds_and_stands_as_on_the_openings_own_list(seed: int, db: str) -> None:
    await town(dice(seed))
    question = await asked(beyond_least=True)
    answer = answered(question)
    assert len(answer.picks) > 30
    assert faults(question, pairs(answer)) == []
    seats = {one.id: one for one in question.openings}
    lists = {id: await slowly(id) for id in {pick.opening for pick in answer.picks}}
    of: dict[UUID, list[UUID]] = defaultdict(list)
    for pick in answer.picks:
        of[pick.opening].append(pick.volunteer)
        assert lists[pick.opening][pick.rank - 1] == (pick.volunteer, pick.score)
        assert sum(pick.parts.values()) == pick.score
    for id, volunteers in of.items():
        assert len(volunteers) <= seats[id].most and not seats[id].stand & set(volunteers)
    short = {one.opening: one.missing for one in answer.short}
    assert short == {one.id: n for one in question.openings if (n := one.least - len(of[one.id])) > 0}
    filled = sum(min(one.least, len(of[one.id])) for one in question.openings)
    assert filled <= answer.seats_bound <= sum(one.least for one in question.openings)


async def test_what_the_engine_does_not_know_is_judged_and_solved_again(db: str) -> None:
    """Somebody of sixteen may help two hours a day: the other opening of the day goes to somebody who lives farther."""
    of, role = await work(minor_safe=True)
    young = await people.volunteer(birth_date=TODAY - timedelta(days=16 * 366), guardian_consent_at=clock.now())
    other = await people.volunteer(latitude=people.CENTRE[0] + 0.03)
    await people.save(AgeLimit(under_age=18, most_hours_day=2, valid_from=TODAY, source="test", noted_at=clock.now()))
    first, second = await opening(of, role, 0, 10), await opening(of, role, 0, 15, urgent=True)
    question = await asked()
    control = posed(question, question.volunteers, {one.id: one.stand for one in question.openings})
    alone = planning.plan(control.instance, time.monotonic() + 20).draft
    taken = {(control.whose[v], question.openings[o].id) for v, o in map(alone.pair, alone.chosen())}
    assert faults(question, taken) == [(Rule.LIMIT,), (Rule.LIMIT,)], "control: the engine alone does not know of it"
    answer = answered(question)
    assert pairs(answer) == {(young.id, second.id), (other.id, first.id)}
    assert (answer.seats_bound, answer.urgent_bound) == (2, 1)


async def test_what_is_booked_leaves_each_week_its_own_room(db: str) -> None:
    """Three of four hours, or the one time, are booked in the first week: two hours fit the second alone."""
    of, role = await work()
    for most, times in ((4, None), (40, 1)):
        who = await people.volunteer(max_hours_week=most, max_times_week=times)
        at = await people.meeting(of, starts=datetime.combine(MONDAY, hour(9)), hours=3)
        await neighbours.commitment(who, await people.opening(at, role, least=0, most=5), at)
    full, free = await opening(of, role, 2, 16, least=2, most=2), await opening(of, role, 9, 16, least=2, most=2)
    question = await asked()
    alone = posed(question, question.volunteers, {one.id: one.stand for one in question.openings})
    assert len(alone.instance.volunteers) > 2, "each of them stands once for each week"
    answer = answered(question)
    assert {one.opening for one in answer.picks} == {free.id} and len(answer.picks) == 2 and answer.proven
    (short,) = answer.short
    assert (short.opening, short.missing, short.why["blocked_by"]) == (full.id, 2, {Rule.HOURS: 1, Rule.TIMES: 1})
    assert answer.seats_bound == 2, "no plan could fill more, and that is known"


async def test_whoever_asked_for_a_place_waits_for_a_yes_and_not_for_somebody_else(db: str) -> None:
    of, role = await work()
    wanted = await opening(of, role, 1, 10, least=2, most=2)
    wishing, other = await people.volunteer(), await people.volunteer()
    await people.save(Assignment(opening=wanted.id, volunteer=wishing.id, state="proposed", asked_at=clock.now()))
    question = await asked()
    assert [(one.least, one.most) for one in question.openings] == [(1, 1)]
    assert pairs(answered(question)) == {(other.id, wanted.id)}


async def test_the_same_question_has_the_same_answer(db: str) -> None:
    of, role = await work()
    for day in range(3):
        await opening(of, role, day, 10)
    for _ in range(4):
        await people.volunteer(max_hours_week=2)
    first = pairs(answered(await asked()))
    await database.execute("UPDATE volunteer SET about = 'x' WHERE id IN (SELECT id FROM volunteer LIMIT 2)")
    assert pairs(answered(await asked())) == first


async def test_who_is_on_it_in_any_state_is_not_asked_again_and_open_invitations_count(db: str) -> None:
    of, role = await work()
    wanted = await opening(of, role, 1, 10, least=3, most=3)
    for state in ("declined", "invited", "silent", "withdrawn"):
        who = await people.volunteer()
        meeting = await people.meeting(of)
        await neighbours.commitment(who, wanted, meeting, state=state)
    fresh = await people.volunteer()
    paused = await people.volunteer(step="paused")
    restricted = await people.volunteer(restricted_at=clock.now())
    question = await asked()
    (one,) = question.openings
    assert (one.least, one.most) == (2, 2)
    assert not {paused.id, restricted.id} & set(question.volunteers)
    assert pairs(answered(question)) == {(fresh.id, wanted.id)}


async def test_what_is_kept_stays_and_what_was_refused_stays_away(db: str) -> None:
    of, role = await work()
    near, far = await people.volunteer(), await people.volunteer(latitude=people.CENTRE[0] + 0.03)
    one, other = await opening(of, role, 0, 10), await opening(of, role, 0, 11)
    free = pairs(answered(await asked()))
    assert free == {(near.id, one.id), (far.id, other.id)} or free == {(near.id, other.id), (far.id, one.id)}
    said = Said(locked=frozenset({(far.id, one.id)}), refused=frozenset({(near.id, other.id)}))
    answer = answered(await asked(said=said))
    assert answer.picks == (), "the one is kept elsewhere at that hour, to the other somebody said no"
    (short,) = answer.short
    assert (short.opening, short.why["taken"], short.why["refused"]) == (other.id, 1, 1)
    assert answer.seats_bound == 1, "what is kept counts"


async def test_few_things_change_when_it_is_solved_again(db: str) -> None:
    """Two fit alike: who was proposed before stays, though the other is a little nearer."""
    of, role = await work()
    wanted = await opening(of, role, 0, 10)
    near, far = await people.volunteer(), await people.volunteer(latitude=people.CENTRE[0] + 0.002)
    assert pairs(answered(await asked())) == {(near.id, wanted.id)}
    said = Said(keep=frozenset({(far.id, wanted.id)}))
    assert pairs(answered(await asked(said=said))) == {(far.id, wanted.id)}


async def test_the_night_of_summer_time_and_a_midnight_are_planned_by_the_wall(db: str) -> None:
    of, role = await work()
    who = await people.volunteer(free=False, max_hours_week=10)
    sunday = max(
        day for day in (TODAY + timedelta(days=n) for n in range(400)) if day.month == 3 and day.weekday() == 6
    )
    for weekday, hours in ((6, (20, 23)), (7, (0, 4))):
        await neighbours.free(who, weekday, hours)
    await neighbours.free(who, 6, (22, 23))
    starts = datetime.combine(sunday, hour(1))
    night = await people.opening(await people.meeting(of, starts=starts, hours=3), role)
    late = await people.meeting(of, starts=datetime.combine(sunday - timedelta(days=1), hour(22)), hours=4)
    over = await people.opening(late, role)
    question = await questions.of_period(sunday - timedelta(days=1), sunday, beyond_least=False)
    answer = answered(question)
    assert pairs(answer) == {(who.id, night.id)}, "three hours by the wall, two by the clock"
    (short,) = answer.short
    assert short.opening == over.id and short.why["blocked_by"] == {Rule.TIME: 1}, "an hour before midnight is missing"


async def test_sunday_over_midnight_is_of_the_week_it_begins_in(db: str) -> None:
    of, role = await work()
    who = await people.volunteer(free=False, max_hours_week=4)
    for weekday in range(1, 8):
        await people.save(
            neighbours.Availability(volunteer=who.id, weekday=weekday, starts=hour(0), ends=hour(23, 59, 59))
        )
    night = await opening(of, role, 6, 22, hours=4)
    monday = await opening(of, role, 7, 18, hours=4)
    assert pairs(answered(await asked())) == {(who.id, night.id), (who.id, monday.id)}


async def test_why_a_seat_stays_empty_is_told_in_the_houses_rules(db: str) -> None:
    of, role = await work(skills=["driving"])
    wanted = await opening(of, role, 0, 10, urgent=True)
    unskilled = await people.volunteer()
    busy = await people.volunteer(skills=["driving"])
    at = await people.meeting(of, starts=datetime.combine(MONDAY, hour(11)))
    await neighbours.commitment(busy, await people.opening(at, role, least=0), at)
    far = await people.volunteer(latitude=people.CENTRE[0] + 0.5, free=False)
    (short,) = answered(await asked()).short
    assert (short.opening, short.missing) == (wanted.id, 1)
    assert short.why == {
        "candidates": 0, "asked": 0, "taken": 0, "hours_used": 0, "refused": 0,
        "blocked_by": {Rule.SKILL: 1, Rule.BUSY: 1}, "several": 1,
    }  # fmt: skip
    assert short.nearest[-1] == far.id and set(short.nearest[:2]) == {unskilled.id, busy.id}


async def test_when_time_is_over_there_is_a_plan_without_its_reasons(db: str) -> None:
    of, role = await work()
    wanted, other = await opening(of, role, 0, 10), await opening(of, role, 0, 11)
    await people.volunteer()
    answer = answers.answer(await asked(), time.monotonic() - 1)
    assert len(answer.picks) == 1 and len(answer.short) == 1
    assert answer.short[0].why == {} and answer.short[0].opening in (wanted.id, other.id)
    assert answer.seats_bound <= 2


def plans(question: Question) -> Iterator[list[set[UUID]]]:
    """Every way of giving each volunteer openings that the house's rules and the rests of a plan allow."""
    for chosen in itertools.product(*(_sets(question, v) for v in question.volunteers.values())):
        if all(sum(one.id in mine for mine in chosen) <= one.most for one in question.openings):
            yield list(chosen)


def _sets(question: Question, v: VolunteerFacts) -> list[set[UUID]]:
    found = []
    for n in range(len(question.openings) + 1):
        for some in itertools.combinations(question.openings, n):
            of = {(v.id, one.id) for one in some}
            if not faults(question, of) and all(_rest(a, b) for a, b in itertools.combinations(some, 2)):
                found.append({one.id for one in some})
    return found


def _rest(a: Asked, b: Asked) -> bool:
    """Half an hour: all of it is at one place."""
    first, second = sorted((a.facts.times[0], b.facts.times[0]))
    return second.starts - first.ends >= timedelta(minutes=30)


@pytest.mark.parametrize("seed", range(4))
async def test_no_plan_of_the_houses_rules_fills_more_than_the_bound(seed: int, db: str) -> None:
    """By trying every plan: with limits, times a week and bookings that the engine alone does not know."""
    chance = dice(100 + seed)
    of, role = await work(minor_safe=True)
    await people.save(
        AgeLimit(under_age=18, most_hours_day=3, most_hours_week=5, valid_from=TODAY, source="x", noted_at=clock.now())
    )
    for n in range(3):
        born = TODAY - timedelta(days=(16 if n == 0 else 40) * 366)
        times, hours = chance.choice([None, 1, 2]), chance.choice([3, 5, 8])
        who: Volunteer = await people.volunteer(birth_date=born, guardian_consent_at=clock.now(),
                                                max_times_week=times, max_hours_week=hours)  # fmt: skip
        if n:
            at = await people.meeting(of, starts=datetime.combine(MONDAY + timedelta(days=4), hour(9)), hours=n)
            await neighbours.commitment(who, await people.opening(at, role, least=0), at)
    for _ in range(4):
        await opening(of, role, chance.choice([0, 0, 2, 7]), chance.choice([8, 10, 12, 16]),
                      hours=chance.choice([1, 2, 3]), urgent=chance.random() < 0.4)  # fmt: skip
    question = await asked()
    answer = answered(question)
    best = max(_worth(question, chosen) for chosen in plans(question))
    urgent, seats = _worth(question, [{o for w, o in pairs(answer) if w == v} for v in question.volunteers])
    assert urgent <= best[0] <= answer.urgent_bound and seats <= answer.seats_bound
    assert max(sum(_worth(question, chosen)[1:]) for chosen in plans(question)) <= answer.seats_bound
    if answer.proven:
        assert (urgent, seats) == best


def _worth(question: Question, chosen: list[set[UUID]]) -> tuple[int, int]:
    """Urgent seats, then seats, as a plan is judged."""
    filled = {one.id: min(one.least, sum(one.id in mine for mine in chosen)) for one in question.openings}
    return sum(filled[one.id] for one in question.openings if one.urgent), sum(filled.values())
