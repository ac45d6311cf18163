"""Where the parts of the calendar meet: who asked, who waits or is named, and a meeting that is moved or called off."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from support import people

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.privacy import rights
from volunteer_hub.schedule import actions, answering, who_knows
from volunteer_hub.schedule.states import AssignmentState as S
from volunteer_hub.schedule.tables import Opening
from volunteer_hub.schedule.volunteers import own_tasks
from volunteer_hub.schedule.waiting import offers as waiting
from volunteer_hub.schedule.waiting import substitutes
from volunteer_hub.schedule.wishes import actions as wishes
from volunteer_hub.settings import Settings

ZONE = "Europe/Warsaw"


@pytest.fixture
async def coordinator(db: str) -> Actor:
    return people.actor(await people.account(Role.COORDINATOR))


async def me() -> Actor:
    row = await people.account(Role.VOLUNTEER)
    await people.volunteer(account=row.id)
    return people.actor(row)


async def opening(takes: str) -> Opening:
    made = await people.initiative(takes=takes)
    return await people.opening(await people.meeting(made), await people.role(made), most=1)


async def asked(at: Opening, *who: Actor) -> list[UUID]:
    return [(await wishes.wish(one, at.id, "web")).assignment for one in who]


async def one(id: UUID) -> dict[str, Any]:
    row = await database.fetchrow("SELECT * FROM assignment WHERE id = $1", id)
    assert row
    return dict(row)


async def sms(id: UUID) -> list[tuple[str, str]]:
    """What is about to leave for them: (template, words)."""
    rows = await database.fetch(
        "SELECT template, body FROM message WHERE about = $1 AND channel = 'sms' AND state = 'planned'"
        " ORDER BY created_at",
        f"assignment:{id}",
    )
    return [tuple(row) for row in rows]


async def move(coordinator: Actor, at: Opening, **by: float) -> None:
    """The meeting begins so long from now."""
    starts = clock.wall(clock.now() + timedelta(**by), ZONE).replace(second=0, microsecond=0)
    await actions.move_meeting(coordinator, at.meeting, starts, starts + timedelta(hours=1))


async def test_who_waits_for_the_centres_yes_cannot_say_it_themselves(coordinator: Actor) -> None:
    ola, at = await me(), await opening("after_yes")
    (id,) = await asked(at, ola)
    with pytest.raises(Refused, match=answering.STALE):
        await actions.answer(ola, id, accept=True, channel="web")
    await wishes.refuse(coordinator, id)
    with pytest.raises(Refused, match=answering.STALE):
        await actions.answer(ola, id, accept=True, channel="web")
    assert (await one(id))["state"] == S.DECLINED
    assert await database.fetchval("SELECT taken FROM opening WHERE id = $1", at.id) == 0


async def test_control_who_was_invited_and_said_no_may_still_say_yes(coordinator: Actor) -> None:
    ola, at = await me(), await opening("after_yes")
    mine = await database.fetchval("SELECT id FROM volunteer WHERE account = $1", ola.account)
    id = await actions.invite(coordinator, at.id, mine)
    await actions.answer(ola, id, accept=False, channel="web")
    assert await actions.answer(ola, id, accept=True, channel="web") is S.ACCEPTED


@pytest.mark.parametrize("takes", ["after_yes", "at_once"])
async def test_who_asked_or_waits_hears_of_a_change_and_is_asked_nothing(coordinator: Actor, takes: str) -> None:
    at = await opening(takes)
    *_, last = await asked(at, await me(), await me())
    await move(coordinator, at, days=3)
    ((template, words),) = await sms(last)
    assert template == "moved" and "TAK" not in words and "NIE" not in words and len(words) <= 160
    await actions.cancel_meeting(coordinator, at.meeting)
    assert [template for template, _ in await sms(last)] == ["cancelled"]
    after = await one(last)
    assert (after["state"], after["waiting_since"], after["offer_until"]) == (S.WITHDRAWN, None, None)


async def test_an_offer_of_a_meeting_that_is_now_sooner_is_made_anew(coordinator: Actor) -> None:
    ola, adam, ewa = await me(), await me(), await me()
    at = await opening("at_once")
    has, first, second = await asked(at, ola, adam, ewa)
    await move(coordinator, at, days=9)
    await actions.withdraw(ola, has)
    was = (await one(first))["offer_until"]
    await move(coordinator, at, hours=3)
    now = await one(first)
    starts = await database.fetchval("SELECT starts_at FROM meeting WHERE id = $1", at.meeting)
    assert now["offer_until"] < was and now["offer_until"] < starts - timedelta(minutes=29), "time for the next too"
    assert [template for template, _ in await sms(first)] == ["place_free"], "one message, with the new time"
    assert [said.ring for said in await who_knows.told(coordinator, at.meeting)] == [False, False], "both hear of it"
    assert (await one(second))["offer_until"] is None and [said[0] for said in await sms(second)] == ["moved"]
    assert await actions.answer(adam, first, accept=True, channel="web") is S.ACCEPTED


async def test_who_is_busy_at_the_new_time_is_passed_over(coordinator: Actor) -> None:
    ola, adam, ewa = await me(), await me(), await me()
    at = await opening("at_once")
    has, first, second = await asked(at, ola, adam, ewa)
    await move(coordinator, at, days=9)
    await actions.withdraw(ola, has)
    elsewhere = await opening("at_once")
    await asked(elsewhere, adam)
    await move(coordinator, elsewhere, days=3)
    await move(coordinator, at, days=3)
    assert (await one(first))["offer_until"] is None and (await one(first))["waiting_since"]
    assert (await one(second))["offer_until"], "the place is not kept for who cannot come"


async def test_what_is_offered_to_who_asks_us_not_to_use_their_data_goes_to_the_next(coordinator: Actor) -> None:
    ola, adam, ewa = await me(), await me(), await me()
    at = await opening("at_once")
    has, first, second = await asked(at, ola, adam, ewa)
    await actions.withdraw(ola, has)
    adams = await database.fetchval("SELECT id FROM volunteer WHERE account = $1", adam.account)
    await rights.restrict(coordinator, f"volunteer:{adams}", on=True)
    assert (await one(first))["offer_until"] is None and not await sms(first), "they hear no more of it"
    assert (await one(second))["offer_until"] and (await one(first))["waiting_since"], "and keep their place in line"
    await actions.answer(ewa, second, accept=False, channel="web")
    await rights.restrict(coordinator, f"volunteer:{adams}", on=False)
    assert await waiting.offer(at.id) and (await one(first))["offer_until"]


async def test_an_offer_of_a_meeting_called_off_is_dead(coordinator: Actor) -> None:
    ola, adam = await me(), await me()
    at = await opening("at_once")
    has, first = await asked(at, ola, adam)
    await actions.withdraw(ola, has)
    await actions.cancel_meeting(coordinator, at.meeting)
    with pytest.raises(Refused) as refused:
        await actions.answer(adam, first, accept=True, channel="web")
    assert refused.value.status == 410 and (await one(first))["offer_until"] is None


async def test_who_named_a_substitute_hears_before_a_meeting_that_is_now_sooner(
    coordinator: Actor, settings: Settings
) -> None:
    ola, at = await me(), await opening("at_once")
    (has,) = await asked(at, ola)
    await move(coordinator, at, days=9)
    other: Volunteer = await people.volunteer()
    await substitutes.name(settings, ola, has, other.phone)
    await move(coordinator, at, hours=3)
    starts = await database.fetchval("SELECT starts_at FROM meeting WHERE id = $1", at.meeting)
    assert (await one(has))["named_until"] < starts
    named = await database.fetchval("SELECT offer_until FROM assignment WHERE instead_of = $1", has)
    assert named is not None and named < starts


async def test_whoever_waits_and_is_asked_by_hand_has_an_invitation_to_answer(coordinator: Actor) -> None:
    ola, adam = await me(), await me()
    at = await opening("at_once")
    _, waits = await asked(at, ola, adam)
    await database.execute("UPDATE opening SET most = 2 WHERE id = $1", at.id)
    mine = await database.fetchval("SELECT id FROM volunteer WHERE account = $1", adam.account)
    assert await actions.invite(coordinator, at.id, mine) == waits
    (task,) = await own_tasks.tasks(adam)
    assert not task.in_line and [template for template, _ in await sms(waits)] == ["invitation"]
    assert await actions.answer(adam, waits, accept=True, channel="web") is S.ACCEPTED


async def test_a_place_that_comes_by_a_regular_task_is_said_in_words(client: httpx2.AsyncClient) -> None:
    at, who = await opening("at_once"), await people.volunteer()
    desk = await people.account(Role.COORDINATOR)
    id = await actions.invite(people.actor(desk), at.id, who.id)
    await database.execute("UPDATE assignment_change SET channel = 'regular' WHERE assignment = $1", id)
    await people.sign_in(client, desk)
    page = (await client.get(f"/desk/openings/{at.id}")).text
    assert ", na stałe" in page and "regular" not in page.split('id="roster"')[1].split("</section>")[0]
