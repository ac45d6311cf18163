"""Releases, offers, yeses and lapses at the same moment: no place is lost, none is passed to somebody else, nobody
waits for ever. With each guard off, one of these fails."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from support import people

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import actions, seats
from volunteer_hub.schedule.states import AssignmentState as S
from volunteer_hub.schedule.tables import Opening
from volunteer_hub.schedule.waiting import offers as waiting
from volunteer_hub.schedule.waiting import refill
from volunteer_hub.settings import Settings

CROWD = 12


@pytest.fixture
async def coordinator(db: str) -> Actor:
    return people.actor(await people.account(Role.COORDINATOR))


async def yes(id: UUID) -> str:
    try:
        await actions.answer(SYSTEM, id, accept=True, channel="sms")
    except Refused as refused:
        assert refused.status == 409
        return type(refused).__name__
    return "in"


async def crowd(coordinator: Actor, size: int) -> tuple[Opening, list[UUID]]:
    """One place that the first of them has; the others were asked and have not answered."""
    opening = await people.opening(most=1)
    asked = [await actions.invite(coordinator, opening.id, (await people.volunteer()).id) for _ in range(size)]
    assert await yes(asked[0]) == "in"
    return opening, asked


async def how_it_stands(opening: Opening) -> dict[str, Any]:
    row = await database.fetchrow(
        f"""SELECT o.taken, (SELECT count(*) FROM assignment s WHERE s.opening = o.id AND {seats.OFFERED}) AS offered,
                   (SELECT count(*) FROM assignment s WHERE s.opening = o.id AND s.waiting_since IS NOT NULL) AS waiting
            FROM opening o WHERE o.id = $1""",
        opening.id,
    )
    return dict(row)


async def a_yes_while_the_place_comes_free(coordinator: Actor) -> dict[str, Any]:
    """The release is written but not committed when the other's yes looks for a place."""
    opening, (holder, other) = await crowd(coordinator, 2)
    written = asyncio.Event()

    async def release() -> None:
        async with database.transaction():
            await actions.withdraw(SYSTEM, holder)
            written.set()
            await asyncio.sleep(0.3)

    async def say_yes() -> None:
        await written.wait()
        await yes(other)

    await asyncio.gather(release(), say_yes())
    return await how_it_stands(opening)


async def test_no_place_is_lost_between_a_release_and_a_yes(coordinator: Actor) -> None:
    found = await a_yes_while_the_place_comes_free(coordinator)
    assert found["taken"] + found["offered"] == 1


async def test_control_without_the_openings_lock_a_place_is_lost(
    coordinator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "HOLD_OPENING", "SELECT $1::uuid")
    assert await a_yes_while_the_place_comes_free(coordinator) == {"taken": 0, "offered": 0, "waiting": 1}


async def everybody_but_the_one_asked(coordinator: Actor) -> tuple[list[str], str]:
    opening, ids = await crowd(coordinator, CROWD)
    assert await yes(ids[1]) == "Full"
    await actions.withdraw(SYSTEM, ids[0])
    answers = await asyncio.gather(*(yes(id) for id in ids[2:]))
    assert (await how_it_stands(opening))["taken"] <= 1
    return answers, await yes(ids[1])


async def test_an_offered_place_waits_for_its_one_person(coordinator: Actor) -> None:
    assert await everybody_but_the_one_asked(coordinator) == (["Full"] * (CROWD - 2), "in")


async def test_control_without_the_reservation_somebody_else_has_it(
    coordinator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "TAKE", seats.TAKE.replace(seats.OFFERED, "false"))
    answers, asked = await everybody_but_the_one_asked(coordinator)
    assert answers.count("in") == 1 and asked == "Full"


async def test_of_all_who_answer_at_once_one_has_it_and_the_others_keep_their_places(coordinator: Actor) -> None:
    opening, ids = await crowd(coordinator, CROWD)
    for id in ids[1:]:
        await yes(id)
    order = [row["id"] for row in await database.fetch(waiting.IN_LINE, opening.id)]
    await actions.withdraw(SYSTEM, ids[0])
    answers = await asyncio.gather(*(yes(id) for id in reversed(ids[1:])))
    assert sorted(answers) == ["Full"] * (CROWD - 2) + ["in"]
    assert [row["id"] for row in await database.fetch(waiting.IN_LINE, opening.id)] == order[1:]
    assert await how_it_stands(opening) == {"taken": 1, "offered": 0, "waiting": CROWD - 2}


async def test_a_yes_in_the_last_moment_and_the_lapse_at_once(coordinator: Actor, settings: Settings) -> None:
    for _ in range(8):
        opening, (holder, first, second) = await crowd(coordinator, 3)
        await yes(first)
        await yes(second)
        await actions.withdraw(SYSTEM, holder)
        await database.execute("UPDATE assignment SET offer_until = now() WHERE id = $1", first)
        await asyncio.gather(refill.plan(settings), yes(first), refill.plan(settings))
        await refill.plan(settings)
        found = await how_it_stands(opening)
        assert found["taken"] + found["offered"] == 1, found
        states = [await database.fetchval("SELECT state FROM assignment WHERE id = $1", id) for id in (first, second)]
        assert states in ([S.ACCEPTED, S.INVITED], [S.INVITED, S.INVITED]), "taken, or in line again behind the other"


async def each_waits_for_the_others_place(coordinator: Actor) -> list[Opening]:
    """Two people, two openings at different times; each has one and waits for the other; both release at once."""
    both = [await people.volunteer(max_hours_week=40) for _ in range(2)]
    of = await people.initiative()
    openings = [
        await people.opening(
            await people.meeting(of, hours=1, starts=datetime(2030, 5, day, 12)), await people.role(of), most=1
        )
        for day in (5, 6)
    ]
    has, wants = [], []
    for who, opening in zip(both, openings, strict=True):
        has.append(await actions.invite(coordinator, opening.id, who.id))
    for who, opening in zip(both, reversed(openings), strict=True):
        wants.append(await actions.invite(coordinator, opening.id, who.id))
    assert [await yes(id) for id in (*has, *wants)] == ["in", "in", "Full", "Full"]
    begun = asyncio.Barrier(2)

    async def release(id: UUID, who: UUID) -> None:
        async with database.transaction():
            await seats.volunteer_held(who)
            await begun.wait()
            await actions.withdraw(SYSTEM, id)

    await asyncio.gather(*(release(id, who.id) for id, who in zip(has, both, strict=True)))
    return openings


async def test_two_releases_never_wait_for_each_other(coordinator: Actor, settings: Settings) -> None:
    openings = await each_waits_for_the_others_place(coordinator)
    await refill.plan(settings)
    assert [(await how_it_stands(opening))["offered"] for opening in openings] == [1, 1]


async def test_control_offers_that_wait_for_rows_stop_each_other(
    coordinator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "HELD_NOW", waiting.HELD_NOW.replace("SKIP LOCKED", ""))
    with pytest.raises(asyncpg.DeadlockDetectedError):
        await each_waits_for_the_others_place(coordinator)
