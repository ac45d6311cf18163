"""Every Tuesday is mine: one invitation, one answer, a place at each meeting; what cannot be is left out and said."""

import asyncio
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from support import people

from volunteer_hub.initiatives.tables import Initiative, RoleAsked
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.messaging.rules import segments
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.replies import actions as replies
from volunteer_hub.schedule import actions, silence
from volunteer_hub.schedule.regular import actions as regular
from volunteer_hub.schedule.regular import queries as regular_queries
from volunteer_hub.schedule.risks import standing
from volunteer_hub.schedule.series import actions as series_actions
from volunteer_hub.schedule.series import fill as series_fill
from volunteer_hub.schedule.series.actions import Meets
from volunteer_hub.schedule.states import AssignmentState
from volunteer_hub.schedule.tables import Series
from volunteer_hub.schedule.volunteers import of_volunteer
from volunteer_hub.settings import load

TODAY = clock.today(people.ZONE)
WEEKS = 13


@pytest.fixture
async def coordinator(db: str) -> Actor:
    return people.actor(await people.account(Role.COORDINATOR))


async def running(most: int = 1, **values: Any) -> tuple[Initiative, RoleAsked, Series]:
    """An initiative that meets every week at 17:00, holidays or not, its meetings made some weeks ahead."""
    of = await people.initiative()
    role = await people.role(of, most=most)
    row = await people.series(of, **{"skips_holidays": False, "skips_breaks": False, **values})
    await series_fill.fill(row.id)
    return of, role, row


async def proposed(
    coordinator: Actor, series: Series, role: RoleAsked, who: Volunteer, last_day: date | None = None
) -> UUID:
    return await regular.propose(coordinator, series.id, role.id, who.id, TODAY, last_day)


async def places(who: Volunteer) -> list[tuple[str, str]]:
    rows = await database.fetch(
        """SELECT m.starts_wall, s.state FROM assignment s JOIN opening o ON o.id = s.opening
           JOIN meeting m ON m.id = o.meeting WHERE s.volunteer = $1 ORDER BY m.starts_at""",
        who.id,
    )
    return [(f"{row['starts_wall']:%d.%m}", row["state"]) for row in rows]


async def books_agree() -> None:
    rows = await database.fetch(
        """SELECT o.taken, count(s.id) FILTER (WHERE s.state = 'accepted') AS yes,
                  count(b.id) FILTER (WHERE b.accepted) AS booked
           FROM opening o LEFT JOIN assignment s ON s.opening = o.id LEFT JOIN booking b ON b.assignment = s.id
           GROUP BY o.id"""
    )
    assert rows and all(row["taken"] == row["yes"] == row["booked"] for row in rows)


async def meetings_of(series: UUID) -> list[Any]:
    return await database.fetch(
        "SELECT id, starts_wall FROM meeting WHERE series = $1 AND state = 'planned' ORDER BY starts_at", series
    )


async def told(about: str) -> list[tuple[str, str]]:
    rows = await database.fetch(
        "SELECT template, channel FROM message WHERE about = $1 ORDER BY created_at, channel DESC", about
    )
    return [(row["template"], row["channel"]) for row in rows]


async def test_one_message_and_one_answer_make_a_place_at_every_meeting(coordinator: Actor) -> None:
    _, role, row = await running()
    who = await people.volunteer()
    id = await proposed(coordinator, row, role, who)
    (sms,) = await database.fetch("SELECT * FROM message WHERE channel = 'sms'")
    assert "w kazdy wtorek o 17:00" in sms["body"] and "TAK 2" in sms["body"] and sms["about"] == f"regular:{id}"
    assert not await places(who)
    outcome = await regular.answer(SYSTEM, id, accept=True, channel="sms")
    count = len(await meetings_of(row.id))
    assert (outcome.made, outcome.left_out) == (count, ()) and count >= WEEKS - 1
    assert {state for _, state in await places(who)} == {"accepted"} and len(await places(who)) == count
    assert await told(f"regular:{id}") == [
        ("regular_invitation", "sms"), ("regular_invitation", "email"), ("regular_accepted", "email"),
    ]  # fmt: skip
    assert await database.fetchval("SELECT count(*) FROM message") == 3, "not one for each meeting"
    again = await regular.answer(SYSTEM, id, accept=True, channel="sms")
    assert again.state is AssignmentState.ACCEPTED and await database.fetchval("SELECT count(*) FROM message") == 3
    await books_agree()


async def test_what_cannot_be_is_left_out_and_said_with_its_days(coordinator: Actor) -> None:
    _, role, row = await running()
    who, other = await people.volunteer(), await people.volunteer()
    first, second, third, *rest = await meetings_of(row.id)
    elsewhere = await people.meeting(await people.initiative(), starts=first["starts_wall"], hours=1)
    busy = await actions.invite(coordinator, (await people.opening(elsewhere)).id, who.id)
    await actions.answer(SYSTEM, busy, accept=True, channel="sms")
    full = await database.fetchval("SELECT id FROM opening WHERE meeting = $1", second["id"])
    taken = await actions.invite(coordinator, full, other.id)
    await actions.answer(SYSTEM, taken, accept=True, channel="sms")
    away = third["starts_wall"].date()
    await database.execute(
        "INSERT INTO away (id, volunteer, first_day, last_day) VALUES (gen_random_uuid(), $1, $2, $2)", who.id, away
    )
    id = await proposed(coordinator, row, role, who)
    outcome = await regular.answer(SYSTEM, id, accept=True, channel="web")
    assert [one.why for one in outcome.left_out] == ["busy", "full", "time"] and outcome.made == len(rest)
    letter = await database.fetchrow("SELECT body FROM message WHERE template = 'regular_accepted'")
    assert letter and "Bez tych dni:" in letter["body"] and "nie ma miejsca" in letter["body"]
    (seen,) = await regular_queries.of_series(coordinator, row.id)
    assert list(seen.missing) == [one["starts_wall"] for one in (first, second, third)]
    await books_agree()


async def test_a_block_has_a_last_day(coordinator: Actor) -> None:
    _, role, row = await running()
    who = await people.volunteer()
    third = (await meetings_of(row.id))[2]["starts_wall"]
    id = await proposed(coordinator, row, role, who, last_day=third.date())
    assert (await regular.answer(SYSTEM, id, accept=True, channel="desk")).made == 3
    assert ("regular_accepted", "sms") in await told(f"regular:{id}"), "who rang the desk hears what came of it"


async def test_new_meetings_get_their_regulars_in_the_same_transaction(coordinator: Actor) -> None:
    _, role, row = await running()
    who, ended = await people.volunteer(), await people.volunteer()
    for each in (who, ended):
        await regular.answer(SYSTEM, await proposed(coordinator, row, role, each), accept=True, channel="sms")
    before = len(await places(who))
    await series_fill.plan(load({"HUB_MODE": "demo", "HUB_SERIES_WEEKS": "20"}))
    assert len(await places(who)) == before + 7 == len(await meetings_of(row.id))
    assert not [day for day, state in await places(ended) if state == "accepted"], "there was one place only"
    await books_agree()


async def test_this_and_all_after_takes_the_task_along(coordinator: Actor) -> None:
    _, role, row = await running()
    who = await people.volunteer()
    id = await proposed(coordinator, row, role, who)
    await regular.answer(SYSTEM, id, accept=True, channel="sms")
    was = await places(who)
    since = (await meetings_of(row.id))[3]["starts_wall"].date()
    plan = series_fill.plan_of((await database.fetch("SELECT * FROM series"))[0])
    goes_on = await series_actions.change(coordinator, row.id, since, Meets(row.place, time(18), time(20), plan), 0)
    assert goes_on != row.id
    assert await database.fetchval("SELECT series FROM regular_task") == goes_on
    assert await places(who) == was
    await series_fill.plan(load({"HUB_MODE": "demo", "HUB_SERIES_WEEKS": "20"}))
    assert len(await places(who)) == len(was) + 7, "and the new series goes on with them"
    assert await regular.end(SYSTEM, id, TODAY) == len(was) + 7, "of the former series too"
    await books_agree()


async def test_given_up_from_a_day_on_frees_what_is_after_it(coordinator: Actor) -> None:
    _, role, row = await running()
    account = await people.account(Role.VOLUNTEER)
    who = await people.volunteer(account=account.id)
    id = await proposed(coordinator, row, role, who)
    await regular.answer(people.actor(account), id, accept=True, channel="web")
    await database.execute("DELETE FROM message")
    fifth = (await meetings_of(row.id))[4]["starts_wall"].date()
    freed = await regular.end(people.actor(account), id, fifth)
    states = [state for _, state in await places(who)]
    assert states == ["accepted"] * 4 + ["withdrawn"] * freed and freed == len(states) - 4
    task = await database.fetchrow("SELECT state, last_day FROM regular_task")
    assert task and tuple(task) == ("accepted", fifth - timedelta(days=1))
    assert await told(f"regular:{id}") == [("regular_ended", "email")]
    assert await database.fetchval("SELECT count(*) FROM message") == 1
    await series_fill.plan(load({"HUB_MODE": "demo", "HUB_SERIES_WEEKS": "20"}))
    assert len(await places(who)) == len(states), "no new ones after it"
    assert await regular.end(people.actor(account), id, TODAY) == 4
    assert await database.fetchval("SELECT state FROM regular_task") == "withdrawn"
    await books_agree()


async def test_one_evening_given_up_leaves_the_others(coordinator: Actor) -> None:
    _, role, row = await running()
    who = await people.volunteer()
    await regular.answer(SYSTEM, await proposed(coordinator, row, role, who), accept=True, channel="sms")
    one = await database.fetchval("SELECT id FROM assignment LIMIT 1")
    await actions.withdraw(coordinator, one)
    states = [state for _, state in await places(who)]
    assert states.count("withdrawn") == 1 and states.count("accepted") == len(states) - 1
    assert await database.fetchval("SELECT state FROM regular_task") == "accepted"


async def test_tak_and_nie_by_sms(coordinator: Actor) -> None:
    _, role, row = await running()
    who = await people.volunteer()
    id = await proposed(coordinator, row, role, who)
    await database.execute("UPDATE message SET state = 'sent'")
    await replies.receive("1", who.phone, "TAK")
    assert {state for _, state in await places(who)} == {"accepted"}
    answer = await database.fetchrow("SELECT body FROM message WHERE template = 'regular_confirmed'")
    assert answer and "w kazdy wtorek o 17:00" in answer["body"] and "NIE 2" in answer["body"]
    codes = [one["code"] for one in await database.fetch("SELECT code FROM assignment")]
    assert "2" not in codes and len(set(codes)) == len(codes), "each evening may be answered by itself"
    await replies.receive("2", who.phone, f"NIE {codes[0]}")
    assert [state for _, state in await places(who)].count("declined") == 1
    await replies.receive("3", who.phone, "NIE 2")
    assert "accepted" not in {state for _, state in await places(who)}
    assert (await regular_queries.of_series(coordinator, row.id))[0].state == "withdrawn" and id


async def test_nie_makes_nothing_and_may_become_a_yes(coordinator: Actor) -> None:
    _, role, row = await running()
    who = await people.volunteer()
    id = await proposed(coordinator, row, role, who)
    await regular.answer(SYSTEM, id, accept=False, channel="sms")
    assert not await places(who)
    with pytest.raises(Refused):
        await regular.end(coordinator, id, TODAY)
    assert (await regular.answer(SYSTEM, id, accept=True, channel="desk")).made
    with pytest.raises(Refused) as refused:
        await proposed(coordinator, row, role, who)
    assert refused.value.sentence == regular.ASKED


async def test_the_law_is_asked_and_a_wish_takes_a_word(coordinator: Actor) -> None:
    _, role, row = await running()
    child = await people.volunteer(birth_date=date(TODAY.year - 15, 1, 1))
    with pytest.raises(Refused):
        await regular.propose(coordinator, row.id, role.id, child.id, TODAY, None, "bo bardzo chce")
    far = await people.volunteer(latitude=50.0, longitude=20.0)
    with pytest.raises(Refused) as refused:
        await proposed(coordinator, row, role, far)
    assert "daleko" in refused.value.sentence
    id = await regular.propose(coordinator, row.id, role.id, far.id, TODAY, None, "dojedzie pociągiem")
    assert (await regular.answer(SYSTEM, id, accept=True, channel="sms")).made
    assert await database.fetchval("SELECT count(*) FROM assignment WHERE override_word <> 'dojedzie pociągiem'") == 0


async def test_who_is_no_coordinator_proposes_nothing_and_answers_for_nobody(coordinator: Actor) -> None:
    _, role, row = await running()
    stranger = people.actor(await people.account(Role.VOLUNTEER))
    id = await proposed(coordinator, row, role, await people.volunteer())
    for act in (
        regular.propose(stranger, row.id, role.id, (await people.volunteer()).id, TODAY, None),
        regular.answer(stranger, id, accept=True, channel="web"),
        regular.end(stranger, id, TODAY),
    ):
        with pytest.raises(Refused) as refused:
            await act
        assert refused.value.status == 404


async def test_a_consent_taken_back_frees_them_all(coordinator: Actor) -> None:
    of = await people.initiative()
    role = await people.role(of, minor_safe=True)
    row = await people.series(of, skips_holidays=False, skips_breaks=False)
    await series_fill.fill(row.id)
    child = await people.volunteer(birth_date=date(TODAY.year - 15, 1, 1), guardian_consent_at=clock.now())
    await regular.answer(SYSTEM, await proposed(coordinator, row, role, child), accept=True, channel="desk")
    await database.execute("UPDATE volunteer SET guardian_consent_at = NULL WHERE id = $1", child.id)
    await standing.recheck(coordinator, child.id)
    assert {state for _, state in await places(child)} == {"withdrawn"}
    await series_fill.plan(load({"HUB_MODE": "demo", "HUB_SERIES_WEEKS": "20"}))
    assert "accepted" not in {state for _, state in await places(child)}
    await books_agree()


@pytest.mark.parametrize("turn", range(3))
async def test_answers_changes_and_new_meetings_at_once_agree(coordinator: Actor, turn: int) -> None:
    _, role, row = await running(most=2)
    who = [await people.volunteer() for _ in range(3)]
    ids = [await proposed(coordinator, row, role, each) for each in who]
    since = (await meetings_of(row.id))[2 + turn]["starts_wall"].date()
    plan = series_fill.plan_of((await database.fetch("SELECT * FROM series"))[0])
    meets = Meets(row.place, time(18), time(20), plan)

    async def tried(act: Any) -> None:
        try:
            await act
        except Refused as refused:
            assert refused.status in (404, 409, 410)

    await asyncio.gather(
        *(tried(regular.answer(SYSTEM, id, accept=True, channel="sms")) for id in ids),
        tried(series_actions.change(coordinator, row.id, since, meets, 0)),
        tried(series_fill.plan(load({"HUB_MODE": "demo", "HUB_SERIES_WEEKS": "20"}))),
        tried(regular.end(coordinator, ids[0], since)),
    )
    await series_fill.plan(load({"HUB_MODE": "demo", "HUB_SERIES_WEEKS": "20"}))
    await books_agree()
    assert await database.fetchval("SELECT max(taken) FROM opening") <= 2


async def test_unanswered_when_it_begins_it_is_silent_and_a_late_yes_is_one_to_the_rest(coordinator: Actor) -> None:
    _, role, row = await running()
    who = await people.volunteer()
    id = await proposed(coordinator, row, role, who)
    settings = load({"HUB_MODE": "demo"})
    await silence.plan(settings)
    assert await database.fetchval("SELECT state FROM regular_task") == "invited"
    first = (await meetings_of(row.id))[0]["id"]
    await database.execute("UPDATE regular_task SET invited_at = now() - interval '3 days'")
    await database.execute("UPDATE meeting SET starts_at = now() - interval '1 hour' WHERE id = $1", first)
    await silence.plan(settings)
    assert await database.fetchval("SELECT state FROM regular_task") == "silent"
    await replies.receive("1", who.phone, "TAK 2")
    assert await database.fetchval("SELECT state FROM regular_task WHERE id = $1", id) == "accepted"
    assert len(await places(who)) == len(await meetings_of(row.id)) - 1


async def test_who_leaves_has_no_regular_task_and_who_pauses_has_it_again(coordinator: Actor) -> None:
    _, role, row = await running(most=2)
    leaves, pauses = await people.volunteer(), await people.volunteer()
    for who in (leaves, pauses):
        await regular.answer(SYSTEM, await proposed(coordinator, row, role, who), accept=True, channel="sms")
    await of_volunteer.take_off(coordinator, leaves.id)
    await of_volunteer.take_off(coordinator, pauses.id, TODAY + timedelta(days=30))
    states = "SELECT state FROM regular_task WHERE volunteer = $1"
    assert await database.fetchval(states, leaves.id) == "withdrawn"
    assert await database.fetchval(states, pauses.id) == "accepted"
    await series_fill.plan(load({"HUB_MODE": "demo", "HUB_SERIES_WEEKS": "20"}))
    assert "accepted" not in {state for _, state in await places(leaves)}
    assert [state for _, state in await places(pauses)][-7:] == ["accepted"] * 7


async def test_who_leaves_hears_nothing_of_what_was_still_on_its_way_to_them(coordinator: Actor) -> None:
    _, role, row = await running(most=2)
    leaves = await people.volunteer()
    await proposed(coordinator, row, role, leaves)
    waiting = "SELECT count(*) FROM message WHERE state = 'planned' AND about LIKE 'regular:%'"
    assert await database.fetchval(waiting) > 0
    await of_volunteer.take_off(coordinator, leaves.id)
    assert await database.fetchval(waiting) == 0


async def test_each_sms_is_one_part_and_says_nothing_of_a_confidential_group(coordinator: Actor) -> None:
    of = await people.initiative(name="Spotkania przy herbacie na Zazamczu i okolicy")
    group = await people.initiative(name="Grupa Czwartek", kind="group")
    for each in (of, group):
        role = await people.role(each, most=1)
        row = await people.series(each, rrule="FREQ=WEEKLY;BYDAY=TU,TH")
        await series_fill.fill(row.id)
        for n, (_, state) in enumerate([(0, True), (1, True), (2, False)]):
            who = await people.volunteer()
            last = TODAY + timedelta(days=90) if n == 0 else None
            await proposed(coordinator, row, role, who, last)
            await replies.receive(f"{each.id}{n}", who.phone, "TAK" if state else "NIE")
        await regular.end(coordinator, await database.fetchval("SELECT id FROM regular_task LIMIT 1"), TODAY)
    said = await database.fetch("SELECT template, body FROM message WHERE channel = 'sms'")
    assert {row["template"] for row in said} == {"regular_invitation", "regular_confirmed", "regular_ended"}
    long = [row["body"] for row in said if len(segments(row["body"]).parts) > 1]
    assert not long, "\n".join(long)
    everything = await database.fetch("SELECT subject || body || html AS text FROM message")
    assert not [row for row in everything if "Czwartek" in row["text"]]
