"""A plan leaves the desk: who is asked, who cannot be and why, and nothing leaves twice."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from support import people
from support.plans import LAST, TODAY, UNGUARDED, again, line, made, neighbour, opening, pair, refused
from support.quiet_hours import night

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.matching import outcomes
from volunteer_hub.matching.plans import actions, choices, keeping
from volunteer_hub.matching.plans.queries import PairLine, PlanView
from volunteer_hub.matching.states import PairState, PlanState
from volunteer_hub.messaging import quiet
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.schedule import actions as schedule
from volunteer_hub.schedule.states import AssignmentState


@pytest.fixture
async def me(db: str) -> Actor:
    return people.actor(await people.account(Role.COORDINATOR))


async def letters() -> list[tuple[str, str]]:
    """Template and way of every message."""
    rows = await database.fetch("SELECT template, channel FROM message ORDER BY template, channel")
    return [(row["template"], row["channel"]) for row in rows]


async def assignments() -> dict[UUID, tuple[Any, ...]]:
    rows = await database.fetch("SELECT volunteer, state, score, rank, override_word, invited_by FROM assignment")
    return {row["volunteer"]: tuple(row)[1:] for row in rows}


async def test_everybody_of_the_plan_is_asked_once_with_score_rank_and_word(me: Actor) -> None:
    wanted = await opening(least=2, most=2)
    one, two, unfree = await neighbour(1), await neighbour(2), await neighbour(3, free=False)
    view = await made(me)
    plan, second = view.card.id, pair(view, two)
    await actions.swap(me, plan, second.id, unfree.id, 0, "Weźmie wolne")
    sent = await actions.send(me, plan, 1)
    assert [(letter.volunteer, letter.why_not) for letter in sent.invited] == [(one.id, ""), (unfree.id, "")]
    assert sent.refused == [] and sent.waves == 0
    first = pair(view, one)
    assert await assignments() == {
        one.id: ("invited", first.score, 1, "", me.account),
        unfree.id: ("invited", None, None, "Weźmie wolne", me.account),
    }
    assert await letters() == [("invitation", "email")] * 2 + [("invitation", "sms")] * 2
    after = await again(me, view)
    assert after.card.state is PlanState.SENT and after.card.sent_at
    assert pair(after, one).state is PairState.SENT and pair(after, one).answer is AssignmentState.INVITED
    assert after.figures.seats == 2, "a sent plan stands as it was"
    assert (await refused(actions.send(me, plan, 2)))[0] == 409
    assert (await refused(actions.drop(me, plan)))[0] == 409
    assert len(await letters()) == 4 and line(after, wanted).invited == 2


async def test_who_cannot_be_asked_any_more_stays_in_the_draft_and_is_told(me: Actor) -> None:
    await opening(3), await opening(4), await opening(5)
    one, two, three = [await neighbour(n, max_times_week=9, max_hours_week=2) for n in (1, 2, 3)]
    view = await made(me)
    places = {who.id: pair(view, who) for who in (one, two, three)}
    await database.execute("UPDATE volunteer SET step = 'paused' WHERE id = $1", one.id)
    of = await database.fetchval("SELECT meeting FROM opening WHERE id = $1", places[two.id].opening)
    await schedule.cancel_meeting(SYSTEM, of)
    sent = await actions.send(me, view.card.id, 0)
    assert [letter.volunteer for letter in sent.invited] == [three.id]
    assert {letter.volunteer: letter.why_not for letter in sent.refused} == {
        one.id: "Ta osoba teraz nie pomaga.", two.id: "To spotkanie jest odwołane.",
    }  # fmt: skip
    after = await again(me, view)
    assert after.card.state is PlanState.DRAFT and pair(after, one).state is PairState.PROPOSED
    await database.execute("UPDATE volunteer SET step = 'active' WHERE id = $1", one.id)
    once_more = await actions.send(me, view.card.id, after.card.version, pairs=[places[one.id].id])
    assert [letter.volunteer for letter in once_more.invited] == [one.id]
    assert await letters() == [("invitation", "email")] * 2 + [("invitation", "sms")] * 2, "nobody is asked twice"


async def test_some_of_the_pairs_leave_and_the_rest_is_solved_around_them(me: Actor) -> None:
    await opening(3), await opening(4)
    one, two, three = [await neighbour(n, max_hours_week=2) for n in (1, 2, 3)]
    view = await made(me)
    plan = view.card.id
    await actions.send(me, plan, 0, pairs=[pair(view, one).id])
    await actions.solve_again(me, plan, 1)
    after = await again(me, view)
    assert (after.figures.wanted, after.figures.seats, after.figures.seats_bound) == (2, 2, 2)
    assert pair(after, one).state is PairState.SENT and pair(after, two).state is PairState.PROPOSED
    id = await database.fetchval("SELECT id FROM assignment WHERE volunteer = $1", one.id)
    await schedule.answer(SYSTEM, id, accept=False, channel="sms")
    await actions.solve_again(me, plan, 2)
    freed = await again(me, view)
    assert {person.volunteer for person in freed.people} == {two.id, three.id}, "who said no is asked for no more"
    assert (freed.figures.wanted, freed.figures.seats) == (2, 2)


async def test_who_was_asked_is_not_given_the_same_hours_before_they_answer(me: Actor) -> None:
    sixteen, seventeen, later = await opening(at=16), await opening(at=17), await opening(4)
    only = await neighbour(max_hours_week=20)
    view = await made(me)
    plan = view.card.id
    ours = next(one for one in pairs_of(view, only) if one.opening != later.id)
    await actions.send(me, plan, 0, pairs=[ours.id])
    await actions.solve_again(me, plan, 1)
    after = await again(me, view)
    assert {one.opening for one in pairs_of(after, only)} == {ours.opening, later.id}
    free = next(of for of in (sixteen, seventeen) if of.id != ours.opening)
    gap = line(after, free).gap
    assert gap and gap.why and (gap.why.asked, gap.why.taken) == (1, 0)
    status, why = await refused(actions.add(me, plan, free.id, only.id, 2))
    assert status == 422 and "ustalamy już te godziny" in why
    await schedule.answer(SYSTEM, await only_assignment(), accept=False, channel="sms")
    await actions.solve_again(me, plan, 2)
    freed = await again(me, view)
    assert {one.opening: one.fills for one in pairs_of(freed, only)} == {
        ours.opening: False, free.id: True, later.id: True,
    }  # fmt: skip


def pairs_of(view: PlanView, who: Volunteer) -> list[PairLine]:
    return [pair for of in view.openings for pair in of.pairs if pair.volunteer == who.id]


async def only_assignment() -> UUID:
    rows = await database.fetch("SELECT id FROM assignment")
    assert len(rows) == 1
    return rows[0]["id"]


async def test_who_says_no_leaves_a_gap_and_is_counted_as_asked_by_the_plan(me: Actor) -> None:
    first, second = await opening(3), await opening(4)
    one = await neighbour(max_hours_week=2)
    view = await made(me)
    plan, ours = view.card.id, pair(view, one)
    await actions.send(me, plan, 0)
    await schedule.answer(SYSTEM, await only_assignment(), accept=False, channel="sms")
    told = await again(me, view)
    assert told.card.state is PlanState.SENT and told.figures.seats == 0 and told.people == []
    lost = next(of for of in (first, second) if of.id == ours.opening)
    assert line(told, lost).gap and pair(told, one).answer is AssignmentState.DECLINED
    await database.execute("UPDATE matching_plan SET state = 'draft' WHERE id = $1", plan)
    await actions.solve_again(me, plan, 1)
    ways = (await outcomes.outcomes(me, TODAY, LAST)).ways
    assert ways[outcomes.Way.PLAN] == outcomes.Counts(asked=1, no=1), "also when it was solved again"


async def test_what_is_accepted_by_now_counts_once_where_others_are_chosen(me: Actor) -> None:
    await opening(3), await opening(3, at=9)
    one = await neighbour(max_hours_week=4)
    view = await made(me)
    early, late = pairs_of(view, one)
    await actions.send(me, view.card.id, 0, pairs=[late.id])
    await schedule.answer(SYSTEM, await only_assignment(), accept=True, channel="sms")
    await actions.refuse(me, view.card.id, early.id, 1)
    after = await again(me, view)
    found = await choices.choices(me, after, choices.line_of(after, early.opening))
    assert [other.person.id for other in found.fitting] == [one.id]


async def test_with_waves_the_others_are_asked_later(me: Actor) -> None:
    wanted = await opening()
    one, *_ = [await neighbour(n) for n in (1, 2, 3)]
    view = await made(me)
    sent = await actions.send(me, view.card.id, 0, wave_size=2, wave_hours=24)
    assert sent.waves == 1 and [letter.volunteer for letter in sent.invited] == [one.id]
    row = await database.fetchrow("SELECT opening, plan, state, size, hours, wave FROM invitation_waves")
    assert row and tuple(row) == (wanted.id, view.card.id, "running", 2, 24, 1)
    meanwhile = await made(me)
    assert meanwhile.openings == [], "where waves run, no other plan proposes anybody"


async def test_at_night_the_phones_stay_silent_until_morning(me: Actor) -> None:
    of = await opening()
    await neighbour()
    view = await made(me)
    with night() as hours:
        await actions.send(me, view.card.id, 0)
        rows = await database.fetch("SELECT channel, due_at FROM message ORDER BY channel")
        assert of and rows[1]["channel"] == "sms" and rows[0]["due_at"] <= clock.now()
        assert rows[1]["due_at"] == quiet.leaves(clock.now(), hours)


@pytest.mark.parametrize("guarded", [True, False])
async def test_two_presses_at_once_send_nothing_twice(
    me: Actor,
    monkeypatch: pytest.MonkeyPatch,
    guarded: bool,
) -> None:
    """By the version one of them is told. Without it (the control) both go on, and each pair still leaves once."""
    if not guarded:
        monkeypatch.setattr(keeping, "CLAIM", UNGUARDED)
    await opening(least=3, most=3)
    await opening(4, least=3, most=3)
    for n in range(3):
        await neighbour(n)
    view = await made(me)
    other = people.actor(await people.account(Role.COORDINATOR))
    done = await asyncio.gather(*(actions.send(who, view.card.id, 0) for who in (me, other)), return_exceptions=True)
    told = [one for one in done if isinstance(one, actions.Changed)]
    sent = [letter.pair for one in done if isinstance(one, actions.Sent) for letter in one.invited]
    assert len(told) == guarded
    assert len(sent) == len(set(sent)) == 6 and len(await letters()) == 12
