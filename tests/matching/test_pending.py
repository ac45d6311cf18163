"""Nobody is proposed for hours they are asked about elsewhere, unless a coordinator says so with a word."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from support import people, waves
from support.plans import MONDAY, again, line, made, neighbour, opening, pair, refused

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching import asking, pending, queries
from volunteer_hub.matching.mending import queries as mending
from volunteer_hub.matching.plans import actions, choices
from volunteer_hub.matching.states import PairState
from volunteer_hub.matching.waves import actions as in_waves
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.schedule import actions as schedule
from volunteer_hub.schedule.seats import Busy
from volunteer_hub.schedule.tables import Opening
from volunteer_hub.settings import Settings


@pytest.fixture
async def me(db: str) -> Actor:
    return people.actor(await people.account(Role.COORDINATOR))


async def ids(me: Actor, of: Opening) -> list[Any]:
    return [one.person.id for one in await queries.candidates(me, of.id)]


async def test_a_plan_gives_nobody_the_hours_they_are_asked_about(me: Actor) -> None:
    asked, wanted = await opening(at=16, initiative={"name": "Zakupy"}), await opening(at=17)
    near, far = await neighbour(1), await neighbour(4)
    assert pair(await made(me), near), "control: who is asked nothing is proposed"
    invitation = await schedule.invite(me, asked.id, near.id)
    view = await made(me)
    assert [one.volunteer for one in line(view, wanted).pairs] == [far.id]
    assert line(view, wanted).pairs[0].rank == 1 == (await queries.candidates(me, wanted.id))[0].rank
    await database.execute("UPDATE volunteer SET step = 'paused' WHERE id = $1", far.id)
    gap = line(await made(me), wanted).gap
    assert gap and gap.why and (gap.why.candidates, gap.why.asked) == (1, 1)
    await schedule.answer(SYSTEM, invitation, accept=False, channel="sms")
    assert pair(await made(me), near).opening == wanted.id, "a no frees the hours"


async def test_the_way_counts_as_it_does_between_two_yeses(me: Actor) -> None:
    """Two hours that touch, ten kilometres apart; beside each other they are no trouble."""
    of, by = await people.initiative(), {"latitude": people.CENTRE[0] + 0.09}
    starts = datetime.combine(MONDAY + timedelta(days=3), time(14))
    here = await people.opening(await people.meeting(of, starts=starts), most=1)
    far = await people.opening(await people.meeting(of, starts=starts, place=await people.place(**by)), most=1)
    wanted, who = await opening(at=16), await neighbour(max_km=20)
    invitation = await schedule.invite(me, here.id, who.id)
    assert await ids(me, wanted) == [who.id]
    await schedule.withdraw(me, invitation)
    await schedule.invite(me, far.id, who.id)
    assert await ids(me, wanted) == []


async def test_the_list_says_so_and_a_word_asks_in_spite(me: Actor) -> None:
    first, second = await opening(initiative={"name": "Zakupy"}), await opening()
    near, far = await neighbour(1), await neighbour(2)
    invitation = await schedule.invite(me, first.id, near.id)
    found = await queries.staffing(me, second.id)
    assert [(one.person.id, one.rank) for one in found.candidates] == [(far.id, 1)]
    (other,) = found.elsewhere
    assert (other.person.id, other.rank, other.asked and other.asked.title) == (near.id, 0, "Zakupy")
    assert [one.person.id for one in (await mending.mending(me, second.id)).candidates] == [far.id]
    await database.execute("UPDATE volunteer SET step = 'paused' WHERE id = $1", far.id)
    assert (await mending.mending(me, second.id)).elsewhere == 1
    assert (await refused(asking.ask(me, second.id, near.id)))[0] == 422
    await asking.ask(me, second.id, near.id, "Wybierze jedno z dwojga")
    another = await database.fetchval("SELECT id FROM assignment WHERE opening = $1", second.id)
    await schedule.answer(SYSTEM, invitation, accept=True, channel="sms")
    with pytest.raises(Busy):
        await schedule.answer(SYSTEM, another, accept=True, channel="sms")


async def test_who_waits_in_line_is_free_and_who_asked_for_a_task_is_not(me: Actor) -> None:
    first, second = await opening(), await opening()
    who = await neighbour()
    id = await schedule.invite(me, first.id, who.id)
    await database.execute("UPDATE assignment SET waiting_since = now(), answered_at = now() WHERE id = $1", id)
    assert await ids(me, second) == [who.id]
    await database.execute("UPDATE assignment SET state = 'proposed', waiting_since = NULL, asked_at = now()")
    (only,) = (await queries.staffing(me, second.id)).elsewhere
    assert only.asked and only.asked.wished


async def test_waves_pass_over_them_rest_and_go_on_when_they_say_no(me: Actor, settings: Settings) -> None:
    other, of = await waves.opening(most=6, least=6), await waves.opening(most=4, least=4)
    near = await waves.neighbours(4)
    invited = [await schedule.invite(me, other.id, who) for who in near[1:]]
    assert await in_waves.start(me, of.id, 2, 24) == 1
    assert await waves.asked(of) == [(1, near[0])]
    await waves.time_passes()
    assert await waves.tick(settings) == 0
    row = await waves.row(of)
    assert (row["state"], row["wave"], row["rests"]) == ("running", 1, True)
    assert await waves.tick(settings) == 0 and (await waves.row(of))["next_at"] == row["next_at"], (
        "it is not looked twice"
    )
    await schedule.answer(SYSTEM, invited[0], accept=False, channel="sms")
    await waves.time_passes()
    assert await waves.tick(settings) == 1
    assert (await waves.asked(of))[1:] == [(2, near[1])] and not (await waves.row(of))["rests"]


async def test_waves_do_not_begin_where_all_are_asked_elsewhere(me: Actor) -> None:
    other, of = await waves.opening(), await waves.opening()
    (only,) = await waves.neighbours(1)
    await schedule.invite(me, other.id, only)
    with pytest.raises(Refused, match="ma już zaproszenie na te godziny") as why:
        await in_waves.start(me, of.id, 2, 24)
    assert why.value.status == 409 and await waves.row(of) == {}


async def drafted(me: Actor) -> tuple[Any, Opening, Opening, Volunteer]:
    """A plan with one person at one opening, who is then asked about another of the same hours."""
    wanted, who = await opening(), await neighbour()
    view = await made(me)
    other = await opening(initiative={"name": "Zakupy"})
    await schedule.invite(me, other.id, who.id)
    return view, wanted, other, who


async def test_who_was_asked_since_stays_in_the_draft_and_is_told(me: Actor) -> None:
    view, *_, who = await drafted(me)
    sent = await actions.send(me, view.card.id, 0)
    assert [one.why_not for one in sent.refused] == ["Z tą osobą ustalamy już te godziny: Zakupy."]
    assert not sent.invited and pair(await again(me, view), who).state is PairState.PROPOSED


async def test_with_a_word_they_are_placed_and_asked(me: Actor) -> None:
    view, wanted, _, who = await drafted(me)
    plan = view.card.id
    await actions.refuse(me, plan, pair(view, who).id, 0)
    now = await again(me, view)
    found = await choices.choices(me, now, line(now, wanted))
    (only,) = found.in_spite
    assert only.asked and only.asked.title == "Zakupy" and found.fitting == []
    assert not await actions.take_back(me, plan, pair(view, who).id, 1), "not without a word"
    await actions.add(me, plan, wanted.id, who.id, 2, "Woli to zadanie")
    sent = await actions.send(me, plan, 3)
    assert [one.volunteer for one in sent.invited] == [who.id]


async def test_who_is_kept_where_waves_begin_stays_in_sight_and_keeps_their_hours(me: Actor) -> None:
    wanted, who = await opening(least=2, most=2), await neighbour()
    view = await made(me)
    plan = view.card.id
    await actions.lock(me, plan, pair(view, who).id, 0)
    await neighbour(3)
    await in_waves.after_first(me, wanted.id, 2, 24, None)
    same_hours = await opening()
    await actions.solve_again(me, plan, 1)
    after = await again(me, view)
    here = line(after, wanted)
    assert here.waves and [(one.volunteer, one.state) for one in here.pairs] == [(who.id, PairState.LOCKED)]
    assert (here.wanted, here.filled, here.gap) == (1, 1, None)
    assert who.id not in [one.volunteer for one in line(after, same_hours).pairs]
    assert len(line(after, same_hours).pairs) == 1


async def test_what_was_read_is_read_again_when_the_rows_are_held(me: Actor) -> None:
    """Of two waves that begin at once for the same hours and people, none asks whom the other has just asked."""
    other, of, who = await opening(), await opening(), await neighbour()
    assert not await pending.elsewhere(of.id, [who.id])
    await schedule.invite(me, other.id, who.id)
    found = await pending.elsewhere(of.id, [who.id])
    assert [one.opening for one in found.values()] == [other.id]
    assert not await pending.elsewhere(other.id, [who.id]), "their own invitation is in nobody's way"
