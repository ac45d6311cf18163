"""An invitation nobody answered: silent once its meeting has begun, and an answer before that is never late."""

import asyncio
from uuid import UUID

import httpx2
import pytest
from support import people

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.kit.refused import Refused
from volunteer_hub.replies import actions as replies
from volunteer_hub.schedule import actions, silence
from volunteer_hub.schedule.tables import Opening
from volunteer_hub.settings import Settings

SETTINGS = Settings.model_construct()


async def invited(most: int = 2) -> tuple[Opening, UUID]:
    opening = await people.opening(most=most)
    return opening, await actions.invite(SYSTEM, opening.id, (await people.volunteer()).id)


async def begin(opening: Opening) -> None:
    await database.execute("UPDATE meeting SET starts_at = now() - interval '1 minute' WHERE id = $1", opening.meeting)


async def state(id: UUID) -> str:
    return await database.fetchval("SELECT state FROM assignment WHERE id = $1", id)


async def test_unanswered_is_silent_once_the_meeting_has_begun(db: str) -> None:
    opening, id = await invited()
    assert await silence.plan(SETTINGS) == 0 and await state(id) == "invited"
    await begin(opening)
    assert await silence.plan(SETTINGS) == 1 and await silence.plan(SETTINGS) == 0
    assert await state(id) == "silent"
    last = await database.fetchrow("SELECT was, became FROM assignment_change ORDER BY at DESC LIMIT 1")
    assert last and tuple(last) == ("invited", "silent")
    left = "SELECT count(*) FROM message WHERE about = $1 AND state = 'planned'"
    assert not await database.fetchval(left, f"assignment:{id}"), "nobody is asked to what has begun"


async def test_who_answered_or_whose_meeting_is_off_is_not_silent(db: str) -> None:
    opening, full = await invited(most=1)
    _, yes = opening, await actions.invite(SYSTEM, opening.id, (await people.volunteer()).id)
    await actions.answer(SYSTEM, yes, accept=True, channel="sms")
    with pytest.raises(actions.Full):
        await actions.answer(SYSTEM, full, accept=True, channel="sms")
    off, of_off = await invited()
    await actions.cancel_meeting(SYSTEM, off.meeting)
    await begin(opening)
    await begin(off)
    assert await silence.plan(SETTINGS) == 0
    assert [await state(id) for id in (yes, full, of_off)] == ["accepted", "invited", "withdrawn"]


async def test_many_are_done_in_bounded_batches(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [await invited() for _ in range(3)]
    for opening, _ in found:
        await begin(opening)
    monkeypatch.setattr(silence, "DUE", silence.DUE.replace("LIMIT 200", "LIMIT 2"))
    assert [await silence.plan(SETTINGS) for _ in range(3)] == [2, 1, 0]


async def test_two_workers_and_an_answer_at_once_write_it_once(db: str) -> None:
    opening, id = await invited()
    await begin(opening)

    async def late() -> None:
        with pytest.raises(Refused) as refused:
            await actions.answer(SYSTEM, id, accept=True, channel="sms")
        assert refused.value.status == 410

    await asyncio.gather(silence.plan(SETTINGS), silence.plan(SETTINGS), late())
    assert await state(id) == "silent"
    assert await database.fetchval("SELECT count(*) FROM assignment_change WHERE became = 'silent'") == 1


async def test_a_late_yes_by_sms_still_counts_while_there_is_room(client: httpx2.AsyncClient) -> None:
    opening, id = await invited()
    await database.execute("UPDATE assignment SET state = 'silent' WHERE id = $1", id)  # an offer that lapsed
    phone = await database.fetchval("SELECT phone FROM volunteer")
    await people.signed_in(client)
    page = (await client.get(f"/desk/openings/{opening.id}")).text
    assert "Bez odpowiedzi" in page and "Przyjmuje" in page
    await replies.receive("SM1", phone, "TAK")
    assert await state(id) == "accepted"
    assert await database.fetchval("SELECT taken FROM opening WHERE id = $1", opening.id) == 1


async def test_the_roster_says_who_never_answered(client: httpx2.AsyncClient) -> None:
    opening, id = await invited()
    await begin(opening)
    await silence.plan(SETTINGS)
    await people.signed_in(client)
    page = (await client.get(f"/desk/meetings/{opening.meeting}")).text
    assert "Bez odpowiedzi" in page and "Przyjmuje" not in page and str(id) not in page
