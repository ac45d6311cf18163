"""Time to get from one task to the next, and a coordinator who asks in spite of a wish, with a word that is kept."""

import asyncio
import re
from datetime import datetime, timedelta
from uuid import UUID

import httpx2
import pytest
from support import people

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.schedule import actions, seats
from volunteer_hub.schedule.risks import standing
from volunteer_hub.schedule.rules import STANDING, WISHES, Rule
from volunteer_hub.schedule.tables import Opening

NOON = datetime.combine(clock.today(people.ZONE) + timedelta(days=3), datetime.min.time()) + timedelta(hours=12)


@pytest.fixture
async def coordinator(db: str) -> Actor:
    return people.actor(await people.account(Role.COORDINATOR))


async def two(gap: timedelta, north: float = 0.03) -> tuple[Opening, Opening]:
    """Two openings of an hour, `gap` apart; the second is about three kilometres north."""
    first = await people.opening(await people.meeting(await people.initiative(), starts=NOON, hours=1))
    far = await people.place(latitude=people.CENTRE[0] + north)
    starts = NOON + timedelta(hours=1) + gap
    return first, await people.opening(
        await people.meeting(await people.initiative(), starts=starts, hours=1, place=far.id)
    )


async def taken(opening: Opening, who: Volunteer) -> UUID:
    id = await actions.invite(SYSTEM, opening.id, who.id)
    await actions.answer(SYSTEM, id, accept=True, channel="sms")
    return id


async def test_too_little_time_for_the_way_is_told_when_somebody_is_asked(coordinator: Actor) -> None:
    first, second = await two(timedelta(minutes=30))
    on_foot = await people.volunteer(travels="foot", max_hours_week=90)
    by_car = await people.volunteer(travels="car", max_hours_week=90)
    for who in (on_foot, by_car):
        await taken(first, who)
    with pytest.raises(Refused, match="na dojazd"):
        await actions.invite(coordinator, second.id, on_foot.id)
    assert await actions.invite(coordinator, second.id, by_car.id)


async def test_a_word_sets_it_aside_and_is_kept(coordinator: Actor) -> None:
    first, second = await two(timedelta(minutes=10))
    who = await people.volunteer(travels="foot", max_hours_week=90)
    await taken(first, who)
    id = await actions.invite(coordinator, second.id, who.id, word="Ktoś podwozi")
    assert await database.fetchval("SELECT override_word FROM assignment WHERE id = $1", id) == "Ktoś podwozi"
    await actions.answer(SYSTEM, id, accept=True, channel="sms")
    fits = await people.volunteer()
    needless = await actions.invite(coordinator, second.id, fits.id, word="na wszelki wypadek")
    assert await database.fetchval("SELECT override_word FROM assignment WHERE id = $1", needless) == ""


async def test_a_yes_to_both_ends_of_a_way_is_refused_and_may_be_asked_anew(coordinator: Actor) -> None:
    first, second = await two(timedelta(minutes=10))
    who = await people.volunteer(travels="foot", max_hours_week=90)
    one, other = [await actions.invite(coordinator, opening.id, who.id) for opening in (first, second)]
    await actions.answer(SYSTEM, one, accept=True, channel="sms")
    with pytest.raises(seats.Rushed) as refused:
        await actions.answer(SYSTEM, other, accept=True, channel="sms")
    assert "zadzwoń" in refused.value.sentence
    row = await database.fetchrow("SELECT state, answered_at FROM assignment WHERE id = $1", other)
    assert row and tuple(row) == ("invited", None)
    await actions.withdraw(coordinator, other)
    again = await actions.invite(coordinator, second.id, who.id, word="Ktoś podwozi")
    await actions.answer(SYSTEM, again, accept=True, channel="sms")
    assert await database.fetchval("SELECT count(*) FROM assignment WHERE state = 'accepted'") == 2


async def both_at_once(coordinator: Actor) -> int:
    first, second = await two(timedelta(minutes=10))
    who = await people.volunteer(travels="foot", max_hours_week=90)
    ids = [await actions.invite(coordinator, opening.id, who.id) for opening in (first, second)]

    async def yes(id: UUID) -> bool:
        try:
            await actions.answer(SYSTEM, id, accept=True, channel="sms")
        except seats.Rushed:
            return False
        return True

    return sum(await asyncio.gather(*(yes(id) for id in ids)))


async def test_two_yeses_at_once_leave_time_for_the_way(coordinator: Actor) -> None:
    assert [await both_at_once(coordinator) for _ in range(5)] == [1] * 5


async def test_control_without_the_persons_lock_both_are_taken(
    coordinator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    objection = standing.objection
    both = asyncio.Barrier(2)

    async def slowly(of: seats.Held) -> object:
        found = await objection(of)
        await both.wait()  # each has looked before either has taken
        return found

    async def unlocked(actor: Actor, assignment: UUID) -> seats.Held:
        row = await database.fetchrow(
            """SELECT s.id, s.opening, o.meeting, s.volunteer, s.state FROM assignment s
               JOIN opening o ON o.id = s.opening WHERE s.id = $1""",
            assignment,
        )
        assert row
        return seats.Held(*tuple(row)[:4], state=seats.AssignmentState(row["state"]))

    monkeypatch.setattr(standing, "objection", slowly)
    monkeypatch.setattr(seats, "held", unlocked)
    assert await both_at_once(coordinator) == 2


@pytest.mark.parametrize("rule", list(Rule))
def test_no_word_sets_law_or_safety_aside(rule: Rule) -> None:
    assert not (rule in WISHES and rule in STANDING)
    hard = {Rule.ACTIVE, Rule.ASSIGNED, Rule.GENDER, Rule.BUSY, *STANDING}
    assert (rule in hard) is (rule not in WISHES)


async def test_the_law_stays_whatever_is_written(coordinator: Actor) -> None:
    opening = await people.opening()
    child = await people.volunteer(birth_date=clock.today(people.ZONE) - timedelta(days=15 * 365))
    with pytest.raises(Refused, match="zgody opiekuna"):
        await actions.invite(coordinator, opening.id, child.id, word="bardzo prosi")
    assert not await database.fetchval("SELECT count(*) FROM assignment")


async def test_the_desk_asks_in_spite_on_the_openings_page(client: httpx2.AsyncClient) -> None:
    await people.signed_in(client)
    opening = await people.opening()
    who = await people.volunteer(first_name="Ewa", last_name="Daleka", free=False)
    page = f"/desk/openings/{opening.id}"
    html = (await client.get(page)).text
    assert "Zaproś mimo to" in html and f'id="word-{who.id}"' in html
    mark = re.search(r'name="csrf" value="([^"]+)"', html)
    assert mark
    given = {"csrf": mark[1], "volunteer": str(who.id)}
    without = await client.post(f"{page}/assignments", data=given)
    assert without.status_code == 422 and "wolnego czasu" in without.text
    long = await client.post(f"{page}/assignments", data=given | {"word": "x" * 300})
    assert long.status_code == 422
    sent = await client.post(f"{page}/assignments", data=given | {"word": "Zamieniła dyżur"})
    assert sent.status_code == 303
    assert "Zaproszenie mimo to: Zamieniła dyżur" in (await client.get(page)).text
