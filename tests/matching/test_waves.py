"""Invitations in waves: the best few first, the next after a while, nobody too many, and thanks when it is full."""

from typing import Any

import pytest
from support import people
from support import waves as of
from support.quiet_hours import late_evening

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching.waves import actions as waves
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.waiting import refill
from volunteer_hub.settings import Settings


@pytest.fixture
async def coordinator(db: str) -> Actor:
    return people.actor(await people.account(Role.COORDINATOR))


async def letters() -> int:
    return await database.fetchval("SELECT count(*) FROM message WHERE template = 'short'")


async def test_the_best_are_asked_first_and_the_next_after_a_while(coordinator: Actor, settings: Settings) -> None:
    opening, near = await of.opening(), await of.neighbours(5)
    assert await waves.start(coordinator, opening.id, 2, 24) == 2
    assert await of.asked(opening) == [(1, near[0]), (1, near[1])]
    ranks = await database.fetch("SELECT rank, score FROM assignment ORDER BY rank")
    assert [row["rank"] for row in ranks] == [1, 2] and all(row["score"] for row in ranks)
    row = await of.row(opening)
    assert (row["state"], row["wave"], row["started_by"]) == ("running", 1, coordinator.account)
    assert 23.5 < (row["next_at"] - clock.now()).total_seconds() / 3600 <= 24
    assert await of.tick(settings) == 0, "they have time to answer"
    await of.time_passes()
    assert await of.tick(settings) == 2 and await of.tick(settings) == 0
    assert (await of.asked(opening))[2:] == [(2, near[2]), (2, near[3])]
    assert ("invitation", "sms") in await of.told(opening, near[2])


async def test_when_all_have_said_no_the_next_are_asked_at_once(coordinator: Actor, settings: Settings) -> None:
    opening, near = await of.opening(), await of.neighbours(4)
    await waves.start(coordinator, opening.id, 2, 24)
    await of.says(opening, near[0], yes=False)
    assert await of.tick(settings) == 0
    await of.says(opening, near[1], yes=False)
    assert await of.tick(settings) == 2
    assert [wave for wave, _ in await of.asked(opening)] == [1, 1, 2, 2]


async def test_when_it_is_full_who_has_not_answered_is_thanked_once(coordinator: Actor, settings: Settings) -> None:
    opening, (no, yes, open_) = await of.opening(), await of.neighbours(3)
    await waves.start(coordinator, opening.id, 3, 24)
    await of.delivered()
    await of.says(opening, no, yes=False)
    await of.says(opening, yes, yes=True)
    for _ in range(3):
        assert await of.tick(settings) == 0
    assert (await of.row(opening))["state"] == "full" and (await of.row(opening))["next_at"] is None
    assert (await of.told(opening, open_)).count(("filled", "sms")) == 1
    assert (await of.told(opening, open_)).count(("filled", "email")) == 1
    for told in (await of.told(opening, yes), await of.told(opening, no)):
        assert "filled" not in [template for template, _ in told]
    letter = await database.fetchrow("SELECT * FROM message WHERE template = 'filled' AND channel = 'email'")
    sms = await database.fetchval("SELECT body FROM message WHERE template = 'filled' AND channel = 'sms'")
    assert letter and letter["calendar_method"] == "CANCEL" and "komplet" in letter["body"]
    assert "Mamy juz komplet. Dziekujemy" in sms and len(sms) <= 160
    last = await database.fetchrow(
        "SELECT was, became, channel FROM assignment_change WHERE assignment = $1 ORDER BY at DESC LIMIT 1",
        await of.assignment(opening, open_),
    )
    assert last and tuple(last) == ("invited", "silent", "full")
    with pytest.raises(actions.Full):
        await of.says(opening, open_, yes=True)
    waits = await database.fetchval(
        "SELECT waiting_since FROM assignment WHERE id = $1", await of.assignment(opening, open_)
    )
    assert waits, "a yes after that waits in line, as any that comes late"


async def test_whose_invitation_has_not_left_hears_neither_of_it_nor_of_its_end(
    coordinator: Actor, settings: Settings
) -> None:
    opening, (yes, open_) = await of.opening(), await of.neighbours(2)
    await waves.start(coordinator, opening.id, 2, 24)
    await of.says(opening, yes, yes=True)
    await of.tick(settings)
    states = await database.fetch(
        "SELECT template, state FROM message WHERE about = $1", f"assignment:{await of.assignment(opening, open_)}"
    )
    assert {tuple(row) for row in states} == {("invitation", "cancelled")}


async def test_enough_people_end_the_waves_and_the_open_invitations_stay(
    coordinator: Actor, settings: Settings
) -> None:
    opening, near = await of.opening(least=1, most=2), await of.neighbours(4)
    await waves.start(coordinator, opening.id, 3, 24)
    await of.delivered()
    await of.says(opening, near[0], yes=True)
    await of.time_passes()
    assert await of.tick(settings) == 0 and (await of.row(opening))["state"] == "full"
    assert await of.stage(opening) is None or await of.tick(settings) == 0
    assert "filled" not in [template for template, _ in await of.told(opening, near[1])], "a seat is left for them"
    await of.says(opening, near[1], yes=True)
    await of.tick(settings)
    assert ("filled", "sms") in await of.told(opening, near[2])


async def test_with_nobody_left_the_coordinator_hears(coordinator: Actor, settings: Settings) -> None:
    opening, near = await of.opening(initiative={"coordinator": coordinator.account}), await of.neighbours(2)
    await waves.start(coordinator, opening.id, 2, 24)
    assert await of.stage(opening) == "waves" and not await letters()
    for one in near:
        await of.says(opening, one, yes=False)
    await of.tick(settings)
    await of.tick(settings)
    assert (await of.row(opening))["state"] == "out" and await of.stage(opening) == "coordinator"
    assert await letters() == 1
    body = await database.fetchval("SELECT body FROM message WHERE template = 'short'")
    assert "Odmówiło: 2" in body and str(opening.id) in body
    (short,) = await refill.short(coordinator)
    assert (short.opening, short.declined) == (opening.id, 2)


async def test_stopped_by_hand_nobody_else_is_asked_and_answers_still_count(
    coordinator: Actor, settings: Settings
) -> None:
    opening, near = await of.opening(initiative={"widens": 3}), await of.neighbours(4)
    await waves.start(coordinator, opening.id, 2, 24)
    assert await waves.stop(coordinator, opening.id) and not await waves.stop(coordinator, opening.id)
    await of.time_passes()
    for _ in range(2):
        assert await of.tick(settings) == 0
    assert len(await of.asked(opening)) == 2 and await database.fetchval("SELECT count(*) FROM assignment") == 2
    assert (await of.row(opening))["state"] == "stopped" and not await letters(), "who stops them knows"
    await of.says(opening, near[1], yes=True)
    with pytest.raises(Refused, match="Nikogo tu nie brakuje"):
        await waves.start(coordinator, opening.id, 2, 24)


async def test_begun_again_they_go_on_counting(coordinator: Actor, settings: Settings) -> None:
    opening, near = await of.opening(), await of.neighbours(4)
    await waves.start(coordinator, opening.id, 2, 24)
    await waves.stop(coordinator, opening.id)
    assert await waves.start(coordinator, opening.id, 1, 5) == 1
    row = await of.row(opening)
    assert (row["state"], row["wave"], row["size"], row["hours"]) == ("running", 2, 1, 5)
    assert (await of.asked(opening))[2:] == [(2, near[2])]


async def test_at_night_nothing_leaves_and_what_begins_is_read_in_the_morning(
    coordinator: Actor, settings: Settings
) -> None:
    opening, _ = await of.opening(), await of.neighbours(4)
    with late_evening() as zone:
        await waves.start(coordinator, opening.id, 2, 3)
        due = await database.fetch("SELECT due_at FROM message WHERE template = 'invitation' AND channel = 'sms'")
        assert {clock.wall(row["due_at"], zone).hour for row in due} == {8}
        assert clock.wall((await of.row(opening))["next_at"], zone).hour == 11, "three hours from when they read it"
        await of.time_passes()
        assert await of.tick(settings) == 0
    assert await of.tick(settings) == 2


@pytest.mark.parametrize("hour, minutes, words", [(10, 20, "Jest za późno"), (10, 240, None), (2, 240, None)])
async def test_never_past_the_beginning(coordinator: Actor, hour: int, minutes: int, words: str | None) -> None:
    opening, _ = await of.opening(hour=hour), await of.neighbours(2)
    await database.execute("UPDATE meeting SET starts_at = now() + make_interval(mins => $1)", minutes)
    if words:
        with pytest.raises(Refused, match=words):
            await waves.start(coordinator, opening.id, 2, 24)
        assert not await of.row(opening) and not await of.asked(opening)
    else:
        await waves.start(coordinator, opening.id, 2, 24)
        left = (await of.row(opening))["next_at"] - clock.now()
        assert abs(left.total_seconds() / 60 - minutes / 2) < 1, "half of what is left"


async def test_a_meeting_moved_to_sooner_hurries_the_next_wave(coordinator: Actor, settings: Settings) -> None:
    opening, _ = await of.opening(), await of.neighbours(4)
    await waves.start(coordinator, opening.id, 2, 24)
    await database.execute("UPDATE meeting SET starts_at = now() + interval '5 hours'")
    assert await of.tick(settings) == 2


async def test_called_off_or_begun_they_are_over(coordinator: Actor, settings: Settings) -> None:
    off, begun = await of.opening(), await of.opening()
    await of.neighbours(6)
    for opening in (off, begun):
        await waves.start(coordinator, opening.id, 2, 24)
    await actions.cancel_meeting(coordinator, off.meeting)
    await database.execute("UPDATE meeting SET starts_at = now() - interval '1 minute' WHERE id = $1", begun.meeting)
    await of.time_passes()
    assert await of.tick(settings) == 0
    assert {(await of.row(one))["state"] for one in (off, begun)} == {"stopped"}
    assert len(await of.asked(off)) == len(await of.asked(begun)) == 2


async def test_too_late_for_another_wave_the_coordinator_hears(coordinator: Actor, settings: Settings) -> None:
    opening, _ = await of.opening(initiative={"coordinator": coordinator.account}), await of.neighbours(4)
    await waves.start(coordinator, opening.id, 2, 24)
    await database.execute("UPDATE meeting SET starts_at = now() + interval '20 minutes'")
    await of.tick(settings)
    await of.tick(settings)
    assert (await of.row(opening))["state"] == "out" and len(await of.asked(opening)) == 2 and await letters() == 1


@pytest.mark.parametrize(
    "initiative, seats, words",
    [
        ({"kind": "circle"}, {}, "prosi się osobiście"),
        ({"kind": "group"}, {}, "prosi się osobiście"),
        ({}, {"least": 0}, "Nikogo tu nie brakuje"),
    ],
    ids=["circle", "group", "enough"],
)
async def test_where_waves_are_not_for(
    coordinator: Actor, initiative: dict[str, Any], seats: dict[str, Any], words: str
) -> None:
    opening, _ = await of.opening(initiative=initiative, **seats), await of.neighbours(2)
    with pytest.raises(Refused, match=words) as why:
        await waves.start(coordinator, opening.id, 2, 24)
    assert why.value.status == 409
    async with database.transaction():
        assert not await waves.after_first(coordinator, opening.id, 2, 24, None)
    assert not await of.row(opening) and not await of.asked(opening)


async def test_a_confidential_theme_is_asked_into_by_people(coordinator: Actor) -> None:
    theme = await people.theme(confidential=True)
    opening, _ = await of.opening(initiative={"theme": theme.id}), await of.neighbours(2)
    with pytest.raises(Refused, match="prosi się osobiście"):
        await waves.start(coordinator, opening.id, 2, 24)


async def test_nobody_fits_or_they_run_already(coordinator: Actor) -> None:
    opening = await of.opening()
    with pytest.raises(Refused, match="Nikt więcej teraz nie pasuje"):
        await waves.start(coordinator, opening.id, 2, 24)
    assert not await of.row(opening) and await of.stage(opening) is None
    await of.neighbours(3)
    await waves.start(coordinator, opening.id, 2, 24)
    with pytest.raises(Refused, match="już trwają") as why:
        await waves.start(coordinator, opening.id, 2, 24)
    assert why.value.status == 409 and len(await of.asked(opening)) == 2


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.FIRST_CONTACT, Role.ADMINISTRATOR, Role.VOLUNTEER])
async def test_coordinators_only(coordinator: Actor, role: Role) -> None:
    opening, _ = await of.opening(), await of.neighbours(2)
    other = people.actor(await people.account(role))
    for verb in (waves.start(other, opening.id, 2, 24), waves.stop(other, opening.id)):
        with pytest.raises(Refused) as why:
            await verb
        assert why.value.status == 404


async def test_after_a_plan_those_just_asked_are_the_first_wave(coordinator: Actor, settings: Settings) -> None:
    opening, near = await of.opening(least=2, most=2), await of.neighbours(5)
    async with database.transaction():
        for one in (near[2], near[4]):
            await actions.invite(coordinator, opening.id, one, score=500, rank=1)
        assert await waves.after_first(coordinator, opening.id, 2, 24, None)
        assert not await waves.after_first(coordinator, opening.id, 2, 24, None), "they run already"
    assert {who for _, who in await of.asked(opening)} == {near[2], near[4]}
    await of.time_passes()
    assert await of.tick(settings) == 2
    assert (await of.asked(opening))[2:] == [(2, near[0]), (2, near[1])]
    verbs = await database.fetch("SELECT verb FROM audit_entry WHERE about = $1", f"opening:{opening.id}")
    assert [row["verb"] for row in verbs] == ["waves.start"]
