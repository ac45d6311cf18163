"""Waves beside the search for a free place (waiting list, others who fit, the coordinator): one of them at a time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import people
from support import waves as of

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching.waves import actions as waves
from volunteer_hub.matching.waves import rules
from volunteer_hub.matching.waves.rules import Standing, Step
from volunteer_hub.messaging import quiet
from volunteer_hub.messaging.quiet import BEGINS, ENDS, Hours
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.tables import Opening
from volunteer_hub.schedule.waiting import deadlines
from volunteer_hub.settings import Settings, load


@pytest.fixture
async def coordinator(db: str) -> Actor:
    return people.actor(await people.account(Role.COORDINATOR))


async def invited() -> int:
    return await database.fetchval("SELECT count(*) FROM assignment")


async def letters() -> int:
    return await database.fetchval("SELECT count(*) FROM message WHERE template = 'short'")


async def freed_beside_waves(coordinator: Actor) -> Opening:
    """Two seats: one came free while waves of two looked for the other. Six more fit."""
    opening = await of.opening(initiative={"widens": 3, "coordinator": coordinator.account}, least=2, most=2)
    holder = (await people.volunteer()).id
    held = await actions.invite(coordinator, opening.id, holder)
    await actions.answer(SYSTEM, held, accept=True, channel="sms")
    await of.neighbours(8)
    await waves.start(coordinator, opening.id, 2, 24)
    await actions.withdraw(SYSTEM, held)
    return opening


async def test_a_place_that_comes_free_is_the_waves_own_to_fill(coordinator: Actor, settings: Settings) -> None:
    opening = await freed_beside_waves(coordinator)
    for _ in range(3):
        assert await of.tick(settings) == 0
    assert await of.stage(opening) == "waves" and await invited() == 3 and not await letters()


async def test_control_beside_the_search_twice_as_many_would_be_asked(coordinator: Actor, settings: Settings) -> None:
    await freed_beside_waves(coordinator)
    await database.execute("UPDATE refill SET stage = 'list'")
    for _ in range(3):
        await of.tick(settings)
    assert await invited() == 6


async def test_who_waits_in_line_is_asked_before_the_next_wave(coordinator: Actor, settings: Settings) -> None:
    opening, near = await of.opening(), await of.neighbours(4)
    await waves.start(coordinator, opening.id, 2, 24)
    await of.says(opening, near[0], yes=True)
    with pytest.raises(actions.Full):
        await of.says(opening, near[1], yes=True)
    await actions.withdraw(SYSTEM, await of.assignment(opening, near[0]))
    await of.time_passes()
    assert await of.tick(settings) == 0, "the place is offered to who waited"
    await of.says(opening, near[1], yes=False)
    assert await of.tick(settings) == 2


async def test_waves_do_not_begin_while_the_places_are_offered(coordinator: Actor) -> None:
    opening, near = await of.opening(), await of.neighbours(4)
    for one in near[:2]:
        await actions.invite(coordinator, opening.id, one)
    await of.says(opening, near[0], yes=True)
    with pytest.raises(actions.Full):
        await of.says(opening, near[1], yes=True)
    await actions.withdraw(SYSTEM, await of.assignment(opening, near[0]))
    with pytest.raises(Refused, match="z listy oczekujących"):
        await waves.start(coordinator, opening.id, 2, 24)


async def test_a_place_that_comes_free_after_the_end_is_searched_for_as_ever(
    coordinator: Actor, settings: Settings
) -> None:
    opening, near = await of.opening(initiative={"widens": 1}), await of.neighbours(4)
    await waves.start(coordinator, opening.id, 2, 24)
    await of.says(opening, near[0], yes=True)
    await of.tick(settings)
    await of.tick(settings)
    assert await of.stage(opening) is None
    await actions.withdraw(SYSTEM, await of.assignment(opening, near[0]))
    await of.tick(settings)
    assert await invited() == 3 and (await of.row(opening))["state"] == "full"


@pytest.mark.parametrize("begun_days_ago, told", [(3, 1), (0, 0)])
async def test_shortly_before_the_coordinator_hears_once_unless_they_have_just_begun(
    coordinator: Actor, settings: Settings, begun_days_ago: int, told: int
) -> None:
    opening, _ = await of.opening(initiative={"coordinator": coordinator.account}), await of.neighbours(6)
    await waves.start(coordinator, opening.id, 2, 24)
    await database.execute("UPDATE refill SET since = since - make_interval(days => $1)", begun_days_ago)
    await database.execute(
        "UPDATE meeting SET starts_at = now() + interval '20 hours', ends_at = now() + interval '22 hours'"
    )
    for _ in range(2):
        await of.tick(settings)
    assert await letters() == told and await of.stage(opening) == "waves"
    await of.time_passes()
    assert await of.tick(settings) == 2, "and still the next are asked"


async def test_whoever_is_erased_is_in_no_wave(coordinator: Actor, settings: Settings) -> None:
    opening, near = await of.opening(), await of.neighbours(4)
    await waves.start(coordinator, opening.id, 2, 24)
    await database.execute("DELETE FROM assignment WHERE volunteer = $1", near[0])
    assert await of.asked(opening) == [(1, near[1])]
    await of.says(opening, near[1], yes=False)
    assert await of.tick(settings) == 2


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda one: one.replace(tzinfo=UTC))
LEFT = st.integers(1, 21 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
NIGHT = Hours(BEGINS, ENDS, "Europe/Warsaw")
AT_NIGHT = load({"HUB_MODE": "demo", "HUB_QUIET_FROM": f"{BEGINS:%H:%M}", "HUB_QUIET_UNTIL": f"{ENDS:%H:%M}"})


@given(MOMENTS, LEFT, st.integers(1, 168))
def test_the_next_wave_has_its_time_by_day_and_leaves_time_to_answer(
    now: datetime, left: timedelta, hours: int
) -> None:
    quiet.configure(AT_NIGHT)
    starts = now + left
    at = rules.next_at(now, starts, hours)
    if at is None:
        assert deadlines.waking(now, starts, NIGHT) < deadlines.LEAST, "nobody could answer"
        return
    assert now < at and not quiet.is_quiet(at, NIGHT)
    assert at <= quiet.leaves(quiet.leaves(now, NIGHT) + timedelta(hours=hours), NIGHT)


STANDINGS = st.builds(
    Standing, missing=st.integers(-1, 3), offered=st.integers(0, 2), unanswered=st.integers(0, 3),
    hours=st.integers(1, 48), now=MOMENTS, next_at=MOMENTS, starts_at=MOMENTS,
).filter(lambda s: s.now < s.starts_at)  # fmt: skip


@given(STANDINGS)
def test_nobody_is_asked_in_vain(s: Standing) -> None:
    quiet.configure(AT_NIGHT)
    step = rules.next_step(s)
    if s.missing <= 0:
        assert step is Step.FULL
    if step is Step.ASK:
        assert s.offered < s.missing and s.starts_at - s.now >= deadlines.LEAST
        assert not quiet.is_quiet(s.now, NIGHT)
        assert not s.unanswered or s.next_at <= s.now or s.next_at >= s.starts_at


@pytest.mark.parametrize("missing, size", [(0, 2), (1, 2), (3, 3), (40, 20)])
def test_a_wave_asks_as_many_as_are_missing_and_never_one_alone(missing: int, size: int) -> None:
    assert rules.default_size(missing) == size
