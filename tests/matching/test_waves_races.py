"""Waves, workers, presses and answers at the same moment: each wave leaves once and whole. With the guard off it does
not."""

import asyncio
from uuid import UUID

import asyncpg
import pytest
from support import people
from support import waves as of

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching.waves import actions as waves
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.tables import Opening
from volunteer_hub.settings import Settings

WORKERS = 4
SIZE = 3


@pytest.fixture
async def coordinator(db: str) -> Actor:
    return people.actor(await people.account(Role.COORDINATOR))


async def due() -> tuple[Opening, list[UUID]]:
    """An opening whose second wave is due, and who fits, the best first."""
    opening, near = await of.opening(), await of.neighbours(SIZE * (WORKERS + 1))
    await waves.start(SYSTEM, opening.id, SIZE, 24)
    await of.time_passes()
    return opening, near


async def workers(settings: Settings) -> None:
    await asyncio.gather(*(waves.plan(settings) for _ in range(WORKERS)))


async def test_several_workers_send_one_wave_once(db: str, settings: Settings) -> None:
    opening, near = await due()
    await workers(settings)
    assert await of.asked(opening) == [(1, who) for who in near[:SIZE]] + [(2, who) for who in near[SIZE : 2 * SIZE]]
    assert (await of.row(opening))["wave"] == 2


async def test_control_workers_that_do_not_claim_ask_too_many(
    db: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening, _ = await due()
    monkeypatch.setattr(waves, "CLAIM", waves.CLAIM.replace("FOR UPDATE SKIP LOCKED", ""))
    monkeypatch.setattr(waves, "HOLD", waves.HOLD.replace("SKIP LOCKED", ""))
    await workers(settings)
    assert len(await of.asked(opening)) > 2 * SIZE


async def test_two_presses_at_once_begin_once(coordinator: Actor) -> None:
    opening, _ = await of.opening(), await of.neighbours(6)
    presses = (waves.start(coordinator, opening.id, 2, 24) for _ in range(3))
    said = await asyncio.gather(*presses, return_exceptions=True)
    refused = [one.sentence for one in said if isinstance(one, Refused)]
    assert refused == [waves.RUNNING] * 2 and 2 in said
    assert len(await of.asked(opening)) == 2


async def test_a_wave_that_breaks_off_has_asked_nobody_and_leaves_whole_later(db: str, settings: Settings) -> None:
    opening, near = await due()
    await database.execute(
        """CREATE FUNCTION breaks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           IF (SELECT count(*) FROM wave_asked WHERE wave = 2) = 2 THEN RAISE 'cut'; END IF; RETURN NEW; END $$"""
    )
    await database.execute("CREATE TRIGGER breaks BEFORE INSERT ON wave_asked FOR EACH ROW EXECUTE FUNCTION breaks()")
    with pytest.raises(asyncpg.RaiseError):
        await waves.plan(settings)
    assert len(await of.asked(opening)) == SIZE and (await of.row(opening))["wave"] == 1
    assert await database.fetchval("SELECT count(*) FROM assignment WHERE opening = $1", opening.id) == SIZE
    assert await database.fetchval("SELECT count(*) FROM message WHERE template = 'invitation'") == 2 * SIZE
    await database.execute("DROP TRIGGER breaks ON wave_asked")
    await waves.plan(settings)
    assert {who for wave, who in await of.asked(opening) if wave == 2} == set(near[SIZE : 2 * SIZE])


async def test_whoever_is_just_asked_elsewhere_is_passed_over_and_asked_next(db: str, settings: Settings) -> None:
    opening, near = await due()
    busy = await database.DB.get_new_connection()
    try:
        async with busy.transaction():
            await busy.execute("SELECT FROM volunteer WHERE id = $1 FOR NO KEY UPDATE", near[SIZE])
            await asyncio.wait_for(waves.plan(settings), 2)
    finally:
        await busy.close()
    second = [who for wave, who in await of.asked(opening) if wave == 2]
    assert second == near[SIZE + 1 : 2 * SIZE + 1]
    await of.time_passes()
    await waves.plan(settings)
    assert near[SIZE] in [who for wave, who in await of.asked(opening) if wave == 3]


async def test_while_everybody_is_busy_the_wave_waits(coordinator: Actor, settings: Settings) -> None:
    opening, other = await of.opening(), await of.opening()
    near = await of.neighbours(6)
    await waves.start(coordinator, opening.id, 2, 24)
    await of.time_passes()
    busy = await database.DB.get_new_connection()
    try:
        async with busy.transaction():
            await busy.execute("SELECT FROM volunteer WHERE id = ANY($1) FOR NO KEY UPDATE", near)
            assert await waves.plan(settings) == 0
            with pytest.raises(Refused, match="właśnie zaprasza"):
                await waves.start(coordinator, other.id, 2, 24)
    finally:
        await busy.close()
    assert (await of.row(opening))["state"] == "running" and await waves.plan(settings) == 2
    assert await waves.start(coordinator, other.id, 2, 24) == 2


async def test_stopping_during_a_wave_is_the_last_word(coordinator: Actor, settings: Settings) -> None:
    opening, _ = await due()
    await asyncio.gather(waves.plan(settings), waves.stop(coordinator, opening.id))
    asked = await of.asked(opening)
    await of.time_passes()
    await waves.plan(settings)
    assert (await of.row(opening))["state"] == "stopped" and await of.asked(opening) == asked


async def test_several_workers_thank_once(db: str, settings: Settings) -> None:
    opening, near = await of.opening(), await of.neighbours(5)
    await waves.start(SYSTEM, opening.id, 5, 24)
    await of.delivered()
    await actions.answer(SYSTEM, await of.assignment(opening, near[0]), accept=True, channel="sms")
    await workers(settings)
    for who in near[1:]:
        assert (await of.told(opening, who)).count(("filled", "sms")) == 1
    changes = "SELECT count(*) FROM assignment_change WHERE became = 'silent'"
    assert await database.fetchval(changes) == 4


async def test_yeses_and_the_next_wave_at_once_fill_the_seats_and_no_more(db: str, settings: Settings) -> None:
    opening, near = await due()

    async def yes(who: UUID) -> str:
        try:
            await actions.answer(SYSTEM, await of.assignment(opening, who), accept=True, channel="sms")
        except actions.Full:
            return "waits"
        return "in"

    said = await asyncio.gather(*(yes(who) for who in near[:SIZE]), waves.plan(settings))
    assert sorted(said[:SIZE]) == ["in", "waits", "waits"]
    assert await database.fetchval("SELECT taken FROM opening WHERE id = $1", opening.id) == 1
    await waves.plan(settings)
    assert (await of.row(opening))["state"] == "full"
    open_ = "SELECT count(*) FROM assignment WHERE state = 'invited' AND waiting_since IS NULL"
    assert not await database.fetchval(open_)
