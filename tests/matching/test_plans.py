"""A plan of a period at the desk: made, changed pair by pair, solved again around what people said. Nobody is told."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest
from matching import neighbours
from support import people
from support.plans import LAST, TODAY, UNGUARDED, again, line, made, neighbour, opening, pair, refused

from volunteer_hub.intake import merging
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching.plans import actions, keeping, placing, queries, questions
from volunteer_hub.matching.plans.actions import Changed
from volunteer_hub.matching.plans.values import Answer, Picked
from volunteer_hub.matching.states import PairState, PlanState
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.privacy import erasure
from volunteer_hub.schedule import actions as schedule
from volunteer_hub.schedule.rules import Rule
from volunteer_hub.settings import Settings


@pytest.fixture
async def me(db: str) -> Actor:
    return people.actor(await people.account(Role.COORDINATOR))


async def test_a_plan_is_proposed_with_its_figures_and_nobody_is_told(me: Actor) -> None:
    wanted, empty = await opening(urgent=True, least=2, most=2), await opening(5, role={"skills": ["driving"]})
    near, far = await neighbour(1), await neighbour(4)
    view = await made(me)
    assert (view.card.state, view.card.version, view.card.made_by) == (PlanState.DRAFT, 0, me.name)
    first, second = line(view, wanted).pairs
    assert [(one.volunteer, one.rank, one.state) for one in (first, second)] == [
        (near.id, 1, PairState.PROPOSED), (far.id, 2, PairState.PROPOSED),
    ]  # fmt: skip
    assert sum(first.parts.values()) == first.score and first.km == pytest.approx(0.556, abs=0.01)
    assert line(view, wanted).gap is None and line(view, wanted).urgent
    gap = line(view, empty).gap
    assert gap and gap.missing == 1 and gap.why and gap.why.blocked_by == {Rule.SKILL: 2}
    assert [one.person.id for one in gap.nearest] == [near.id, far.id]
    assert [one.rule for one in gap.nearest[0].obstacles] == [Rule.SKILL] and gap.nearest[0].may_be_asked
    figures = view.figures
    assert (figures.wanted, figures.seats, figures.over, figures.people) == (3, 2, 0, 2)
    assert (figures.urgent_wanted, figures.urgent_seats) == (2, 2)
    assert (figures.seats_bound, figures.urgent_bound, figures.proven) == (2, 2, True)
    assert figures.loads == {1: 2} and figures.km_total == pytest.approx(2.78, abs=0.02)
    assert [(day.wanted, day.seats) for day in figures.days] == [(2, 2), (1, 0)]
    assert [(one.volunteer, one.planned_times, one.planned_hours) for one in view.people] == [
        (one.id, 1, 2.0) for one in sorted((near, far), key=lambda v: (view_name(v), v.id))
    ]
    assert await database.fetchval("SELECT count(*) FROM assignment") == 0
    assert await database.fetchval("SELECT count(*) FROM message") == 0
    assert [card.id for card in await queries.latest(me)] == [view.card.id]
    newest = await queries.newest(me)
    assert newest and newest.id == view.card.id


def view_name(who: Volunteer) -> str:
    return f"{who.first_name} {who.last_name[0]}."


async def test_where_nobody_lacks_anybody_a_plan_is_empty_and_proven(me: Actor) -> None:
    await neighbour()
    view = await made(me)
    assert view.openings == [] and view.people == []
    assert (view.figures.wanted, view.figures.seats_bound, view.figures.proven) == (0, 0, True)


async def test_seats_above_the_least_are_filled_when_asked_for(me: Actor) -> None:
    wanted = await opening(least=1, most=3)
    await neighbour(1), await neighbour(2)
    assert len(line(await made(me), wanted).pairs) == 1
    view = await made(me, beyond_least=True)
    assert len(line(view, wanted).pairs) == 2
    assert (view.figures.wanted, view.figures.seats, view.figures.over) == (1, 1, 1)


async def test_days_that_make_no_sense_and_others_than_coordinators(me: Actor, db: str) -> None:
    assert (await refused(actions.make(me, LAST, TODAY, beyond_least=False)))[0] == 422
    year = TODAY + timedelta(days=366)
    assert (await refused(actions.make(me, TODAY, year, beyond_least=False)))[0] == 422
    other = people.actor(await people.account(Role.FACILITATOR))
    view = await made(me)
    for act in (
        actions.make(other, TODAY, LAST, beyond_least=False),
        queries.newest(other),
        queries.plan(other, view.card.id),
        actions.solve_again(other, view.card.id, 0),
        actions.drop(other, view.card.id),
        actions.lock(other, view.card.id, uuid4(), 0),
        actions.swap(other, view.card.id, uuid4(), uuid4(), 0, "bo tak"),
        actions.take_back(other, view.card.id, uuid4(), 0),
        actions.add(other, view.card.id, uuid4(), uuid4(), 0),
        actions.send(other, view.card.id, 0),
        queries.plan(me, uuid4()),
        actions.lock(me, uuid4(), uuid4(), 0),
        actions.lock(me, view.card.id, uuid4(), 0),
    ):
        assert (await refused(act))[0] == 404


async def test_kept_stays_refused_stays_away_and_the_rest_is_solved_around(me: Actor) -> None:
    morning, noon = await opening(at=9), await opening(at=15)
    first, second, third = [await neighbour(n, max_hours_week=2) for n in (1, 2, 3)]
    view = await made(me)
    assert {one.volunteer for one in view.people} == {first.id, second.id}
    kept, out = pair(view, second), pair(view, first)
    await actions.lock(me, view.card.id, kept.id, 0)
    await actions.refuse(me, view.card.id, out.id, 1, "Ma dość")
    between = await again(me, view)
    assert between.card.version == 2 and between.figures.seats == 1
    assert pair(between, first).state is PairState.REFUSED and pair(between, first).word == "Ma dość"
    gap = next(one.gap for one in between.openings if one.gap)
    assert gap.missing == 1 and gap.why is None, "it has not been solved since"
    changes = await actions.solve_again(me, view.card.id, 2)
    assert (changes.kept, changes.dropped, changes.added) == (0, 0, 1)
    after = await again(me, view)
    assert after.card.version == 3 and after.figures.seats == 2 == after.figures.seats_bound
    assert pair(after, second).id == kept.id and pair(after, second).state is PairState.LOCKED
    assert pair(after, third).opening == out.opening and pair(after, first).state is PairState.REFUSED
    assert {morning.id, noon.id} == {pair(after, who).opening for who in (second, third)}
    verbs = await database.fetch("SELECT verb FROM audit_entry WHERE about = $1 ORDER BY at", f"plan:{view.card.id}")
    assert [row["verb"] for row in verbs] == ["plan.make", "plan.lock", "plan.refuse", "plan.solve"]


async def test_what_is_said_twice_or_of_what_was_changed_is_told(me: Actor) -> None:
    await opening()
    who = await neighbour()
    view = await made(me)
    plan, id = view.card.id, pair(view, who).id
    await actions.lock(me, plan, id, 0)
    with pytest.raises(Changed):
        await actions.refuse(me, plan, id, 0)
    with pytest.raises(Changed):
        await actions.solve_again(me, plan, 0)
    assert (await refused(actions.lock(me, plan, id, 1)))[0] == 409
    assert (await again(me, view)).card.version == 1, "what was refused is not counted"
    await actions.unlock(me, plan, id, 1)
    assert pair(await again(me, view), who).state is PairState.PROPOSED


async def test_nothing_is_written_when_somebody_changes_a_plan_while_it_is_solved(me: Actor) -> None:
    await opening()
    who = await neighbour()
    view = await made(me)
    solving = asyncio.create_task(actions.solve_again(me, view.card.id, 0))
    while not (await database.fetchval("SELECT count(*) FROM matching_pair WHERE state = 'locked'")):
        await actions.lock(me, view.card.id, pair(view, who).id, 0)
    with pytest.raises(Changed):
        await solving
    after = await again(me, view)
    assert after.card.version == 1 and after.card.solved_at == view.card.solved_at
    assert pair(after, who).state is PairState.LOCKED


async def test_another_in_the_place_of_the_first_needs_a_word_and_the_rules(me: Actor) -> None:
    wanted, other = await opening(role={"clearances": ["minors"]}), await opening(at=17)
    one, two, three = [await neighbour(n) for n in (1, 2, 3)]
    for who in (one, two):
        await people.clearance(who)
    unfree = await neighbour(4, free=False)
    await people.clearance(unfree)
    view = await made(me)
    plan, id = view.card.id, pair(view, one).id
    assert pair(view, one).opening == wanted.id
    assert (await refused(actions.swap(me, plan, id, two.id, 0, "")))[0] == 422
    status, why = await refused(actions.swap(me, plan, id, three.id, 0, "Prosi o to"))
    assert status == 409 and "sprawdzenia" in why, "no word is enough without the check"
    there = next(pair for pair in line(view, other).pairs)
    assert there.volunteer == two.id
    status, why = await refused(actions.swap(me, plan, id, two.id, 0, "Prosi o to"))
    assert status == 409 and "inne zadanie" in why, "the plan itself has them elsewhere then"
    assert (await again(me, view)).card.version == 0
    await actions.swap(me, plan, id, unfree.id, 0, "Weźmie wolne")
    after = await again(me, view)
    new, old = pair(after, unfree), pair(after, one)
    assert (new.state, new.by_hand, new.word, new.rank, new.score) == (
        PairState.LOCKED, True, "Weźmie wolne", None, None,
    )  # fmt: skip
    assert (old.state, old.word) == (PairState.REFUSED, "Weźmie wolne")
    await actions.solve_again(me, plan, 1)
    assert pair(await again(me, view), unfree).state is PairState.LOCKED, "who was chosen by hand stays"


async def test_who_fits_and_is_among_the_first_is_added_without_a_word(me: Actor) -> None:
    wanted = await opening(least=1, most=2)
    near = [await neighbour(n) for n in range(8)]
    view = await made(me)
    plan, best = view.card.id, line(view, wanted).pairs[0].volunteer
    second = next(who for who in near if who.id != best)
    assert (await refused(actions.add(me, plan, wanted.id, near[7].id, 0)))[0] == 422, "far down the list"
    assert (await refused(actions.add(me, plan, wanted.id, best, 0)))[0] == 409
    await actions.add(me, plan, wanted.id, second.id, 0)
    added = pair(await again(me, view), second)
    assert added.state is PairState.LOCKED and added.rank and added.score and sum(added.parts.values()) == added.score
    assert (await refused(actions.add(me, plan, wanted.id, near[7].id, 1, "Zna drogę")))[0] == 409, "no seat is left"
    later = await opening(20)
    assert (await refused(actions.add(me, plan, later.id, near[7].id, 1, "Zna drogę")))[0] == 404, "not of these days"


async def test_a_no_is_taken_back_with_the_seat_or_without_it(me: Actor) -> None:
    await opening()
    one, two = await neighbour(1), await neighbour(2)
    view = await made(me)
    plan, id = view.card.id, pair(view, one).id
    await actions.refuse(me, plan, id, 0, "nie teraz")
    assert await actions.take_back(me, plan, id, 1)
    back = pair(await again(me, view), one)
    assert (back.state, back.word) == (PairState.PROPOSED, "")
    await actions.refuse(me, plan, id, 2)
    await actions.solve_again(me, plan, 3)
    assert not await actions.take_back(me, plan, id, 4), "another has the seat by now"
    after = await again(me, view)
    assert [pair.volunteer for pair in after.openings[0].pairs] == [two.id]


async def test_a_plan_that_is_given_up_says_nothing_of_people_any_more(me: Actor) -> None:
    await opening()
    await opening(role={"skills": ["driving"]})
    await neighbour()
    view = await made(me)
    await actions.drop(me, view.card.id)
    await actions.drop(me, view.card.id)
    for table in ("matching_pair", "matching_gap", "matching_near"):
        assert await database.fetchval(f"SELECT count(*) FROM {table}") == 0
    assert await queries.newest(me) is None and await queries.latest(me) == []
    assert (await refused(actions.solve_again(me, view.card.id, 1)))[0] == 409


async def test_who_is_erased_is_in_no_plan_any_more(me: Actor, settings: Settings) -> None:
    await opening()
    one, two = await neighbour(1), await neighbour(2)
    view = await made(me)
    assert pair(view, one)
    question = await questions.of_period(TODAY, LAST, beyond_least=False)
    await erasure.erase(settings, SYSTEM, f"volunteer:{one.id}", why="asked")
    assert (await again(me, view)).people == []
    answer = Answer(picks=(Picked(question.openings[0].id, one.id, 500, 1, 1.0, {}),))
    async with database.transaction():
        await keeping.write(view.card.id, keeping.solved(question, answer), answer)
    assert (await again(me, view)).people == [], "nor when they were chosen before they were erased"
    await actions.solve_again(me, view.card.id, 0)
    assert [line.volunteer for line in (await again(me, view)).people] == [two.id]


async def test_who_asks_to_restrict_their_data_is_shown_in_no_plan_any_more(me: Actor) -> None:
    wanted, empty = await opening(), await opening(4, role={"skills": ["driving"]})
    one, two = await neighbour(1), await neighbour(2)
    view = await made(me)
    gap = line(view, empty).gap
    assert pair(view, one) and gap and [near.person.id for near in gap.nearest] == [one.id, two.id]
    await database.execute("UPDATE volunteer SET restricted_at = now() WHERE id = $1", one.id)
    after = await again(me, view)
    gap = line(after, empty).gap
    assert after.people == [] and gap and [near.person.id for near in gap.nearest] == [two.id]
    assert line(after, wanted).gap, "their seat is free"


@pytest.mark.parametrize("guarded", [True, False])
async def test_who_is_erased_at_that_very_moment_is_not_there(
    me: Actor, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """The control: without the lock somebody is judged who is gone when they are written."""
    if not guarded:
        monkeypatch.setattr(placing, "HOLD", "SELECT $1::uuid")
    wanted = await opening(least=1, most=2)
    one, two = await neighbour(1), await neighbour(2)
    view = await made(me)
    assert pair(view, one)
    erasing = await database.DB.get_new_connection()
    try:
        async with erasing.transaction():
            await erasing.execute("DELETE FROM volunteer WHERE id = $1", two.id)
            adding = asyncio.create_task(actions.add(me, view.card.id, wanted.id, two.id, 0))
            while not await database.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                await asyncio.sleep(0.01)
    finally:
        await erasing.close()
    with pytest.raises(Refused if guarded else asyncpg.ForeignKeyViolationError):
        await adding
    assert (await again(me, view)).card.version == 0


@pytest.mark.parametrize("accepts", [True, False])
async def test_who_is_kept_and_was_asked_another_way_fills_one_seat_and_not_two(me: Actor, accepts: bool) -> None:
    wanted = await opening(least=2, most=2)
    later = await opening(4)
    one, two = [await neighbour(n, max_hours_week=4) for n in (1, 2)]
    view = await made(me)
    plan = view.card.id
    kept = next(pair for pair in line(view, wanted).pairs if pair.volunteer == one.id)
    await actions.lock(me, plan, kept.id, 0)
    id = await schedule.invite(me, wanted.id, one.id)
    if accepts:
        await schedule.answer(SYSTEM, id, accept=True, channel="sms")
    await actions.solve_again(me, plan, 1)
    after = await again(me, view)
    assert (after.figures.wanted, after.figures.seats, after.figures.seats_bound) == (3, 3, 3)
    assert {pair.volunteer for pair in line(after, wanted).pairs} == {one.id, two.id}
    (there,) = line(after, later).pairs
    await actions.refuse(me, plan, there.id, 2)
    await actions.add(me, plan, later.id, one.id, 3, "Zna drogę")
    with pytest.raises(Refused):
        await actions.add(me, plan, wanted.id, (await neighbour(3)).id, 4, "Zna drogę")


async def test_two_rows_of_one_person_are_one_in_a_plan(me: Actor) -> None:
    first, second = await opening(3), await opening(4)
    one, two = [await neighbour(n, max_hours_week=2) for n in (1, 2)]
    view = await made(me)
    assert {pair(view, who).opening for who in (one, two)} == {first.id, second.id}
    await actions.swap(me, view.card.id, pair(view, two).id, (await neighbour(3)).id, 0, "Prosi o to")
    await merging.merge(me, one.id, two.id, {})
    after = await again(me, view)
    states = {(of.opening, pair.state) for of in after.openings for pair in of.pairs if pair.volunteer == one.id}
    assert states == {(pair(view, one).opening, PairState.PROPOSED), (pair(view, two).opening, PairState.REFUSED)}


async def test_a_confidential_initiative_is_planned_by_coordinators_alone(me: Actor) -> None:
    hidden = await people.theme(confidential=True)
    wanted = await opening(initiative={"kind": "circle", "theme": hidden.id, "name": "Zespół"})
    await neighbour()
    view = await made(me)
    assert line(view, wanted).kind == "circle" and len(line(view, wanted).pairs) == 1
    leader = people.actor(await people.account(Role.FACILITATOR))
    assert (await refused(queries.plan(leader, view.card.id)))[0] == 404


async def test_work_accepted_in_the_days_of_a_plan_stands_beside_what_it_adds(me: Actor) -> None:
    wanted = await opening(5)
    who = await neighbour()
    of = await people.initiative()
    at = await people.meeting(of)
    await neighbours.commitment(who, await people.opening(at, least=0), at)
    view = await made(me)
    (person,) = view.people
    assert (person.booked_times, person.booked_hours, person.planned_times) == (1, 2.0, 1)
    assert [(one.opening, other.volunteer) for one, other in person.pairs] == [(wanted.id, who.id)]


@pytest.mark.parametrize("guarded", [True, False])
async def test_of_two_who_change_one_version_one_is_told(
    me: Actor, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """The control: without the version in the statement both changes pass, and neither has seen the other's."""
    if not guarded:
        monkeypatch.setattr(keeping, "CLAIM", UNGUARDED)
    await opening(least=2, most=2)
    one, two = await neighbour(1), await neighbour(2)
    view = await made(me)
    other = people.actor(await people.account(Role.COORDINATOR))
    ids: list[UUID] = [pair(view, who).id for who in (one, two)]
    done = await asyncio.gather(
        actions.lock(me, view.card.id, ids[0], 0),
        actions.refuse(other, view.card.id, ids[1], 0),
        return_exceptions=True,
    )
    after = await again(me, view)
    if guarded:
        assert [type(one) for one in done if one is not None] == [Changed] and after.card.version == 1
    else:
        assert done == [None, None] and after.card.version == 2
