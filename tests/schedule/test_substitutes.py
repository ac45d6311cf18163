"""Who cannot come names somebody: their yes swaps the two; until then, and without it, the place stays whose it was."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from support import people

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.states import AssignmentState as S
from volunteer_hub.schedule.tables import Opening
from volunteer_hub.schedule.waiting import refill, substitutes
from volunteer_hub.settings import Settings

STRANGER = "+48699111222"


@pytest.fixture
async def coordinator(db: str) -> Actor:
    return people.actor(await people.account(Role.COORDINATOR))


async def signed_in(volunteer: Volunteer) -> Actor:
    row = await people.account(Role.VOLUNTEER)
    await database.execute("UPDATE volunteer SET account = $1 WHERE id = $2", row.id, volunteer.id)
    return people.actor(row)


async def place_of(coordinator: Actor, **opening: Any) -> tuple[Opening, UUID, Actor]:
    """An opening of one place, and who has it."""
    row, who = await people.opening(**({"most": 1} | opening)), await people.volunteer()
    id = await actions.invite(coordinator, row.id, who.id)
    await actions.answer(SYSTEM, id, accept=True, channel="sms")
    return row, id, await signed_in(who)


async def one(id: UUID) -> dict[str, Any]:
    return dict(await database.fetchrow("SELECT * FROM assignment WHERE id = $1", id))


async def substitute(opening: Opening, who: Volunteer) -> UUID:
    return await database.fetchval(
        "SELECT id FROM assignment WHERE opening = $1 AND volunteer = $2", opening.id, who.id
    )


async def templates(id: UUID | None) -> set[str]:
    rows = await database.fetch("SELECT DISTINCT template FROM message WHERE about = $1", f"assignment:{id}")
    return {row["template"] for row in rows}


async def seats_and_yeses() -> tuple[int, int, int]:
    return (
        await database.fetchval("SELECT sum(taken) FROM opening"),
        await database.fetchval("SELECT count(*) FROM assignment WHERE state = 'accepted'"),
        await database.fetchval("SELECT count(*) FROM booking WHERE accepted"),
    )


async def test_a_yes_puts_one_in_the_others_place(coordinator: Actor, settings: Settings) -> None:
    opening, id, first = await place_of(coordinator)
    friend = await people.volunteer()
    until = await substitutes.name(settings, first, id, friend.phone)
    asked = await substitute(opening, friend)
    row = await one(asked)
    assert (row["state"], row["instead_of"], row["offer_until"]) == (S.INVITED, id, until)
    assert (await one(id))["state"] == S.ACCEPTED and (await one(id))["named_until"] == until
    assert "substitute_asked" in await templates(asked)
    await actions.answer(SYSTEM, asked, accept=True, channel="sms")
    assert (await one(asked))["state"] == S.ACCEPTED and (await one(asked))["instead_of"] == id
    assert (await one(id))["state"] == S.WITHDRAWN and (await one(id))["named_until"] is None
    assert await seats_and_yeses() == (1, 1, 1), "one place, one person, one booking"
    assert "substituted" in await templates(id)
    assert not await database.fetchval("SELECT count(*) FROM refill"), "it was never free"
    change = await database.fetchrow(
        "SELECT was, became, channel FROM assignment_change WHERE assignment = $1 ORDER BY at DESC LIMIT 1", id
    )
    assert tuple(change) == ("accepted", "withdrawn", "substitute")


async def test_a_no_leaves_the_place_and_tells(coordinator: Actor, settings: Settings) -> None:
    opening, id, first = await place_of(coordinator)
    friend = await people.volunteer()
    await substitutes.name(settings, first, id, friend.phone)
    await actions.answer(SYSTEM, await substitute(opening, friend), accept=False, channel="sms")
    row = await one(id)
    assert row["state"] == S.ACCEPTED and row["named_until"] is None and "not_substituted" in await templates(id)
    await substitutes.name(settings, first, id, (await people.volunteer()).phone)


async def test_silence_and_a_number_nobody_has_end_alike(coordinator: Actor, settings: Settings) -> None:
    friend = await people.volunteer()
    told = []
    for phone in (friend.phone, STRANGER):
        _, id, first = await place_of(coordinator)
        until = await substitutes.name(settings, first, id, phone)
        row = await one(id)
        assert (row["state"], row["named_until"]) == (S.ACCEPTED, until)
        before = await templates(id)
        await database.execute("UPDATE assignment SET named_until = now() WHERE named_until = $1", until)
        await database.execute("UPDATE assignment SET offer_until = now() WHERE offer_until = $1", until)
        await refill.plan(settings)
        assert await substitutes.plan(settings) == 1 and await substitutes.plan(settings) == 0
        told.append(await templates(id) - before)
        assert (await one(id))["state"] == S.ACCEPTED
        await database.execute("UPDATE meeting SET starts_at = starts_at + interval '7 days', ends_at = ends_at"
                               " + interval '7 days'")  # fmt: skip
    assert told == [{"not_substituted"}] * 2
    kept = await database.fetchval("SELECT count(*) FROM message m WHERE to_jsonb(m)::text LIKE '%699111222%'")
    assert kept == 0, "the number that was typed stands nowhere"


@pytest.mark.parametrize("who", ["paused", "restricted", "unchecked", "silent"])
async def test_whom_the_rules_keep_out_is_not_asked(coordinator: Actor, settings: Settings, who: str) -> None:
    of = await people.initiative()
    opening = await people.opening(await people.meeting(of), await people.role(of, clearances=["minors"]), most=1)
    holder = await people.volunteer()
    await people.clearance(holder)
    id = await actions.invite(coordinator, opening.id, holder.id)
    await actions.answer(SYSTEM, id, accept=True, channel="sms")
    values: dict[str, Any] = {
        "paused": {"step": "paused"},
        "restricted": {"restricted_at": datetime.fromisoformat("2026-01-01T00:00+00:00")},
        "unchecked": {},
        "silent": {"sms_ok": False, "email_ok": False},
    }[who]
    friend = await people.volunteer(**values)
    if who != "unchecked":
        await people.clearance(friend)
    await substitutes.name(settings, await signed_in(holder), id, friend.phone)
    assert await substitute(opening, friend) is None and (await one(id))["named_until"]


async def test_their_own_wishes_do_not_matter_once_they_agreed(coordinator: Actor, settings: Settings) -> None:
    opening, id, first = await place_of(coordinator)
    friend = await people.volunteer(free=False, max_km=0, max_hours_week=1)
    await substitutes.name(settings, first, id, friend.phone)
    await actions.answer(SYSTEM, await substitute(opening, friend), accept=True, channel="sms")
    assert (await one(id))["state"] == S.WITHDRAWN


async def test_a_release_meanwhile_makes_it_an_offer_of_the_free_place(coordinator: Actor, settings: Settings) -> None:
    opening, id, first = await place_of(coordinator)
    friend = await people.volunteer()
    waits = await actions.invite(coordinator, (await people.opening()).id, (await people.volunteer()).id)
    await substitutes.name(settings, first, id, friend.phone)
    await actions.withdraw(first, id)
    asked = await one(await substitute(opening, friend))
    assert asked["instead_of"] is None and asked["offer_until"] and (await one(id))["named_until"] is None
    await actions.answer(SYSTEM, asked["id"], accept=True, channel="sms")
    assert await database.fetchval("SELECT taken FROM opening WHERE id = $1", opening.id) == 1
    assert (await one(waits))["state"] == S.INVITED


async def test_one_substitute_at_a_time_and_not_too_many_a_day(coordinator: Actor, settings: Settings) -> None:
    _, id, first = await place_of(coordinator)
    await substitutes.name(settings, first, id, STRANGER)
    with pytest.raises(Refused) as refused:
        await substitutes.name(settings, first, id, (await people.volunteer()).phone)
    assert refused.value.status == 409
    for _ in range(substitutes.NAMINGS.most - 1):
        await database.execute("UPDATE assignment SET named_until = NULL WHERE id = $1", id)
        await substitutes.name(settings, first, id, STRANGER)
    await database.execute("UPDATE assignment SET named_until = NULL WHERE id = $1", id)
    with pytest.raises(Refused) as refused:
        await substitutes.name(settings, first, id, STRANGER)
    assert refused.value.status == 429 and (await one(id))["named_until"] is None


async def test_nobody_names_in_anothers_place_or_in_a_circle(coordinator: Actor, settings: Settings) -> None:
    _, id, _ = await place_of(coordinator)
    with pytest.raises(Refused) as refused:
        await substitutes.name(settings, await signed_in(await people.volunteer()), id, STRANGER)
    assert refused.value.status == 404
    of = await people.initiative(kind="circle")
    _, id, first = await place_of(coordinator, at=await people.meeting(of))
    friend = await people.volunteer()
    with pytest.raises(Refused):
        await substitutes.name(settings, first, id, friend.phone)
    assert (await substitutes.own_place(first, id)).why_not and not await templates(id) & {"substitute_asked"}


async def test_who_is_busy_then_cannot_come_instead(coordinator: Actor, settings: Settings) -> None:
    opening, id, first = await place_of(coordinator)
    friend = await people.volunteer()
    await substitutes.name(settings, first, id, friend.phone)
    starts = await database.fetchval("SELECT starts_wall FROM meeting WHERE id = $1", opening.meeting)
    elsewhere = await people.opening(
        await people.meeting(await people.initiative(), starts=starts + timedelta(minutes=30))
    )
    other = await actions.invite(coordinator, elsewhere.id, friend.id)
    await actions.answer(SYSTEM, other, accept=True, channel="sms")
    with pytest.raises(actions.Busy):
        await actions.answer(SYSTEM, await substitute(opening, friend), accept=True, channel="sms")
    assert (await one(id))["state"] == S.ACCEPTED


async def together(*acts: Any) -> list[Any]:
    async def tried(act: Any) -> Any:
        try:
            return await act
        except Refused as refused:
            return refused

    return await asyncio.gather(*(tried(act) for act in acts))


async def test_a_yes_and_a_release_at_once_lose_and_double_nothing(coordinator: Actor, settings: Settings) -> None:
    """Whichever is first, and however they wait for each other: the substitute has the place, nobody else."""
    for _ in range(12):
        opening, id, first = await place_of(coordinator)
        friend = await people.volunteer()
        await substitutes.name(settings, first, id, friend.phone)
        asked = await substitute(opening, friend)
        await together(
            actions.answer(SYSTEM, asked, accept=True, channel="sms"),
            actions.withdraw(first, id),
            actions.answer(SYSTEM, asked, accept=True, channel="sms"),
        )
        states = [(await one(each))["state"] for each in (id, asked)]
        assert states == [S.WITHDRAWN, S.ACCEPTED]
        assert await database.fetchval("SELECT taken FROM opening WHERE id = $1", opening.id) == 1


async def two_who_stand_in_for_each_other(coordinator: Actor, settings: Settings) -> list[Any]:
    """What came of their two yeses, given at once."""
    noon = datetime.fromisoformat("2030-05-08 12:00")
    places = [
        await place_of(
            coordinator, at=await people.meeting(await people.initiative(), starts=noon + timedelta(days=day))
        )
        for day in range(2)
    ]
    for (_, id, actor), (_, _, other) in zip(places, reversed(places), strict=True):
        phone = await database.fetchval("SELECT phone FROM volunteer WHERE account = $1", other.account)
        await substitutes.name(settings, actor, id, phone)
    rows = await database.fetch(
        "SELECT id FROM assignment WHERE instead_of = ANY($1) ORDER BY id", [id for _, id, _ in places]
    )
    came = await together(*(actions.answer(SYSTEM, row["id"], accept=True, channel="sms") for row in rows))
    for opening, _, _ in places:
        assert await database.fetchval("SELECT taken FROM opening WHERE id = $1", opening.id) == 1
    await database.execute("DELETE FROM assignment")
    return came


async def test_two_who_stand_in_for_each_other_do_not_stop_each_other(coordinator: Actor, settings: Settings) -> None:
    for _ in range(4):
        assert await two_who_stand_in_for_each_other(coordinator, settings) == [S.ACCEPTED, S.ACCEPTED]


async def test_control_without_both_locked_first_one_is_turned_away(
    coordinator: Actor, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(_: UUID) -> None:
        """Nobody is locked before the answer."""

    monkeypatch.setattr(substitutes, "hold", nothing)
    came = [one for _ in range(6) for one in await two_who_stand_in_for_each_other(coordinator, settings)]
    assert any(isinstance(one, Refused) for one in came)


async def test_a_former_substitute_never_swaps_again_unasked(coordinator: Actor, settings: Settings) -> None:
    """Once silent or refused, a yes of theirs is about a free place, and there is none."""
    opening, id, first = await place_of(coordinator)
    friend = await people.volunteer()
    await substitutes.name(settings, first, id, friend.phone)
    asked = await substitute(opening, friend)
    await database.execute("UPDATE assignment SET offer_until = now() WHERE id = $1", asked)
    await refill.plan(settings)
    assert (await one(asked))["state"] == S.SILENT
    for _ in range(2):
        with pytest.raises(actions.Full):
            await actions.answer(SYSTEM, asked, accept=True, channel="sms")
    assert (await one(id))["state"] == S.ACCEPTED and (await one(asked))["waiting_since"]
