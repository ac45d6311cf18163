"""Who waits for a place, and what happens when one comes free: one person at a time, with a deadline, in order."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from support import people
from support.quiet_hours import late_evening

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.risks import standing
from volunteer_hub.schedule.states import AssignmentState as S
from volunteer_hub.schedule.tables import Meeting, Opening
from volunteer_hub.schedule.waiting import offers as waiting
from volunteer_hub.schedule.waiting import refill
from volunteer_hub.settings import Settings

ZONE = "Europe/Warsaw"


@pytest.fixture
async def coordinator(db: str) -> Actor:
    return people.actor(await people.account(Role.COORDINATOR))


async def one(id: UUID) -> dict[str, Any]:
    return dict(await database.fetchrow("SELECT * FROM assignment WHERE id = $1", id))


async def taken(opening: Opening) -> int:
    return await database.fetchval("SELECT taken FROM opening WHERE id = $1", opening.id)


async def said(id: UUID, template: str) -> list[dict[str, Any]]:
    rows = await database.fetch(
        "SELECT * FROM message WHERE about = $1 AND template = $2 ORDER BY created_at, channel DESC",
        f"assignment:{id}", template,
    )  # fmt: skip
    return [dict(row) for row in rows]


async def yes(id: UUID, channel: str = "sms") -> None:
    await actions.answer(SYSTEM, id, accept=True, channel=channel)


async def late(id: UUID) -> None:
    """As if the deadline of the offer had passed."""
    await database.execute("UPDATE assignment SET offer_until = now() - interval '1 second' WHERE id = $1", id)


async def full(
    coordinator: Actor, waiting_too: int = 2, at: Meeting | None = None, **volunteer: Any
) -> tuple[Opening, UUID, list[UUID]]:
    """An opening of one place, who has it, and who said yes after them, in order."""
    opening = await people.opening(at, most=1)
    asked = [
        await actions.invite(coordinator, opening.id, (await people.volunteer(**volunteer)).id)
        for _ in range(1 + waiting_too)
    ]
    await yes(asked[0])
    for id in asked[1:]:
        with pytest.raises(actions.Full):
            await yes(id)
    return opening, asked[0], asked[1:]


async def test_a_yes_without_a_place_waits_in_line(coordinator: Actor) -> None:
    opening, _, (first, second) = await full(coordinator)
    rows = [await one(id) for id in (first, second)]
    assert [row["state"] for row in rows] == [S.INVITED, S.INVITED] and all(row["answered_at"] for row in rows)
    assert rows[0]["waiting_since"] < rows[1]["waiting_since"] and await waiting.anyone(opening.id)
    since = rows[0]["waiting_since"]
    with pytest.raises(actions.Full):
        await yes(first)
    assert (await one(first))["waiting_since"] == since, "saying yes again costs nobody their place in line"


async def test_a_release_is_offered_to_the_first_in_line_alone(coordinator: Actor) -> None:
    opening, holder, (first, second) = await full(coordinator)
    await actions.withdraw(SYSTEM, holder)
    offered, next_one = await one(first), await one(second)
    assert offered["state"] == S.INVITED and offered["offer_until"] > clock.now() + timedelta(minutes=29)
    assert offered["answered_at"] is None, "their former yes does not answer the offer"
    assert next_one["offer_until"] is None and not await said(second, "place_free")
    sms, mail = await said(first, "place_free")
    hour = clock.wall(offered["offer_until"], ZONE)
    assert "zwolnilo sie miejsce" in sms["body"] and f"{hour.hour}:{hour.minute:02d}" in sms["body"]
    assert f"TAK {offered['code']}" in sms["body"] and len(sms["body"]) <= 160
    assert sms["expires_at"] == offered["offer_until"] and mail["calendar_method"] == "REQUEST"
    await yes(first)
    assert (await one(first))["state"] == S.ACCEPTED and await taken(opening) == 1
    row = await one(first)
    assert (row["waiting_since"], row["offer_until"]) == (None, None)
    assert await database.fetchval("SELECT accepted FROM booking WHERE assignment = $1", first)


async def test_a_no_goes_to_the_next_at_once(coordinator: Actor) -> None:
    _, holder, (first, second) = await full(coordinator)
    await actions.withdraw(SYSTEM, holder)
    await actions.answer(SYSTEM, first, accept=False, channel="sms")
    assert (await one(first))["waiting_since"] is None
    assert (await one(second))["offer_until"] is not None and len(await said(second, "place_free")) == 2


async def test_silence_goes_to_the_next_when_the_time_is_over(coordinator: Actor, settings: Settings) -> None:
    _, holder, (first, second) = await full(coordinator)
    await actions.withdraw(SYSTEM, holder)
    assert await refill.plan(settings) == 0, "not before the deadline"
    await late(first)
    assert await refill.plan(settings) == 1
    assert (await one(first))["state"] == S.SILENT and (await one(first))["waiting_since"] is None
    assert (await one(second))["offer_until"] is not None
    assert await refill.plan(settings) == 0 and len(await said(second, "place_free")) == 2, "said once"


async def test_a_late_yes_has_the_place_that_nobody_else_is_asked_about(coordinator: Actor, settings: Settings) -> None:
    opening, holder, (only,) = await full(coordinator, 1)
    await actions.withdraw(SYSTEM, holder)
    await late(only)
    await refill.plan(settings)
    await yes(only)
    assert (await one(only))["state"] == S.ACCEPTED and await taken(opening) == 1


async def test_a_late_yes_finds_the_place_offered_on_and_waits_at_the_end(
    coordinator: Actor, settings: Settings
) -> None:
    opening, holder, (first, second, third) = await full(coordinator, 3)
    await actions.withdraw(SYSTEM, holder)
    await late(first)
    await refill.plan(settings)
    with pytest.raises(actions.Full):
        await yes(first)
    assert (await one(first))["state"] == S.INVITED and await taken(opening) == 0
    assert (await one(first))["waiting_since"] > (await one(third))["waiting_since"]
    await yes(second)
    assert (await one(second))["state"] == S.ACCEPTED, "the offer was theirs alone"


async def test_an_offered_place_is_nobody_elses_but_a_coordinator_may_seat_by_hand(coordinator: Actor) -> None:
    opening, holder, (first,) = await full(coordinator, 1)
    await actions.withdraw(SYSTEM, holder)
    other = await actions.invite(coordinator, opening.id, (await people.volunteer()).id)
    with pytest.raises(actions.Full):
        await yes(other)
    assert await taken(opening) == 0
    await actions.answer(coordinator, other, accept=True, channel="desk")
    assert (await one(other))["state"] == S.ACCEPTED
    since = (await one(first))["waiting_since"]
    with pytest.raises(actions.Full):
        await yes(first)
    kept = await one(first)
    assert (kept["waiting_since"], kept["offer_until"]) == (since, None), "kept on the list, where they were"


async def test_who_is_busy_or_may_not_is_passed_over_and_stays_in_line(coordinator: Actor) -> None:
    _, holder, (busy, unchecked, fits) = await full(coordinator, 3)
    row = await one(busy)
    at = await database.fetchrow(
        "SELECT m.* FROM meeting m JOIN opening o ON o.meeting = m.id WHERE o.id = $1", row["opening"]
    )
    elsewhere = await people.opening(await people.meeting(await people.initiative(), starts=at["starts_wall"]))
    other = await actions.invite(coordinator, elsewhere.id, row["volunteer"])
    await yes(other)
    await database.execute(
        "UPDATE volunteer SET restricted_at = now() WHERE id = $1", (await one(unchecked))["volunteer"]
    )
    await actions.withdraw(SYSTEM, holder)
    assert [bool((await one(id))["offer_until"]) for id in (busy, unchecked, fits)] == [False, False, True]
    assert (await one(busy))["waiting_since"] and (await one(unchecked))["waiting_since"]


async def test_every_free_place_is_in_one_offer_at_most(coordinator: Actor) -> None:
    opening, holder, ids = await full(coordinator, 3)
    await database.execute("UPDATE opening SET most = 3 WHERE id = $1", opening.id)
    async with database.transaction():
        await waiting.seat_freed(opening.id)
    assert [bool((await one(id))["offer_until"]) for id in ids] == [True, True, False]
    await actions.withdraw(SYSTEM, holder)
    assert (await one(ids[2]))["offer_until"]


async def test_at_night_the_sms_waits_for_the_morning(coordinator: Actor) -> None:
    far = datetime.combine(clock.today(people.ZONE) + timedelta(days=9), time(16))  # holidays may come between
    _, holder, (first,) = await full(coordinator, 1, await people.meeting(await people.initiative(), starts=far))
    with late_evening() as zone:
        await actions.withdraw(SYSTEM, holder)
    sms, mail = await said(first, "place_free")
    assert clock.wall(sms["due_at"], zone).hour == 8 and mail["due_at"] < sms["due_at"]
    assert clock.wall((await one(first))["offer_until"], zone).hour == 20, "twelve hours of the day"


async def test_a_place_that_an_erasure_frees_is_offered(coordinator: Actor) -> None:
    _, holder, (first,) = await full(coordinator, 1)
    async with database.transaction():
        await standing.release(SYSTEM, (await one(holder))["volunteer"])
    assert (await one(first))["offer_until"]


async def test_leaving_the_list_frees_the_offer_for_the_next(coordinator: Actor) -> None:
    _, holder, (first, second) = await full(coordinator)
    await actions.withdraw(SYSTEM, holder)
    row = await people.account(Role.VOLUNTEER)
    await database.execute("UPDATE volunteer SET account = $1 WHERE id = $2", row.id, (await one(first))["volunteer"])
    await actions.withdraw(people.actor(row), first)
    assert (await one(first))["state"] == S.WITHDRAWN and (await one(second))["offer_until"]


async def test_nothing_of_a_confidential_thing_is_said(coordinator: Actor) -> None:
    of = await people.initiative(kind="circle", name="Rodzina Kowalskich")
    opening = await people.opening(await people.meeting(of), await people.role(of, name="Opiekun nocny"), most=1)
    ids = [await actions.invite(coordinator, opening.id, (await people.volunteer()).id) for _ in range(2)]
    await yes(ids[0])
    with pytest.raises(actions.Full):
        await yes(ids[1])
    await actions.withdraw(SYSTEM, ids[0])
    for message in await said(ids[1], "place_free"):
        words = f"{message['subject']} {message['body']} {message['html']}"
        assert "Kowalskich" not in words and "Opiekun" not in words


async def test_no_offer_when_nobody_could_answer_any_more(coordinator: Actor) -> None:
    _, holder, (first,) = await full(coordinator, 1)
    await database.execute("UPDATE meeting SET starts_at = now() + interval '20 minutes'")
    await actions.withdraw(SYSTEM, holder)
    assert (await one(first))["offer_until"] is None


async def test_who_says_no_is_off_the_list(coordinator: Actor) -> None:
    opening, _, (first,) = await full(coordinator, 1)
    await actions.answer(SYSTEM, first, accept=False, channel="sms")
    assert not await waiting.anyone(opening.id)


async def test_the_offer_may_be_refused_by_nobody_else(coordinator: Actor) -> None:
    _, holder, (first,) = await full(coordinator, 1)
    await actions.withdraw(SYSTEM, holder)
    stranger = people.actor(await people.account(Role.VOLUNTEER))
    with pytest.raises(Refused) as refused:
        await actions.answer(stranger, first, accept=True, channel="web")
    assert refused.value.status == 404


async def test_who_cannot_take_a_place_now_keeps_nobody_else_from_it(coordinator: Actor) -> None:
    opening, holder, (first, second) = await full(coordinator)
    await database.execute("UPDATE volunteer SET restricted_at = now() WHERE id = $1", (await one(first))["volunteer"])
    assert await waiting.anyone(opening.id), "full"
    await actions.withdraw(SYSTEM, holder)
    assert await waiting.anyone(opening.id), "the second is asked"
    await actions.answer(SYSTEM, second, accept=False, channel="sms")
    assert not await waiting.anyone(opening.id) and (await one(first))["waiting_since"]
