"""Who is reminded of which meeting, by which rule, once; and who is left alone."""

import asyncio
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from support import people
from support.quiet_hours import night

from volunteer_hub.initiatives.tables import Initiative
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM
from volunteer_hub.schedule import actions
from volunteer_hub.schedule.reminding import plan as planner
from volunteer_hub.schedule.reminding.rules import Audience, Kind, Rule
from volunteer_hub.schedule.reminding.tables import ReminderRule
from volunteer_hub.schedule.tables import Meeting, Opening
from volunteer_hub.settings import Settings


def at(text: str) -> datetime:
    return clock.instant(datetime.fromisoformat(text), people.ZONE)


async def group(start: str = "2030-11-28 17:00") -> tuple[Initiative, Opening, Meeting]:
    of = await people.initiative(kind="group", name="Grupa Czwartek")
    meeting = await people.meeting(of, starts=datetime.fromisoformat(start))
    return of, await people.opening(meeting), meeting


async def accepted(opening: Opening) -> UUID:
    id = await actions.invite(SYSTEM, opening.id, (await people.volunteer()).id)
    await actions.answer(SYSTEM, id, accept=True, channel="sms")
    return id


async def reminders() -> list[str]:
    rows = await database.fetch("SELECT address FROM message WHERE template LIKE '%reminder' AND channel = 'sms'")
    return sorted(row["address"] for row in rows)


async def test_who_comes_is_reminded_once(db: str, settings: Settings) -> None:
    of, opening, _ = await group()
    yes = await accepted(opening)
    no = await actions.invite(SYSTEM, opening.id, (await people.volunteer()).id)
    await actions.answer(SYSTEM, no, accept=False, channel="sms")
    told = await people.participant()
    for who, values in (
        (told, {}),
        (await people.participant(sms_ok=False), {}),
        (await people.participant(restricted_at=clock.now()), {}),
        (await people.participant(phone=None), {}),
        (await people.participant(), {"left_on": date.fromisoformat("2030-11-01")}),
        (await people.participant(), {"joined_on": date.fromisoformat("2030-12-01")}),
    ):
        await people.member(of, who, **values)
    assert await actions.plan_reminders(settings, at("2030-11-27 16:59")) == 0
    assert await actions.plan_reminders(settings, at("2030-11-27 17:00")) == 2
    assert await actions.plan_reminders(settings, at("2030-11-27 17:01")) == 0
    volunteer = await database.fetchval(
        "SELECT v.phone FROM assignment a JOIN volunteer v ON v.id = a.volunteer WHERE a.id = $1", yes
    )
    assert await reminders() == sorted([volunteer, told.phone])
    mail = await database.fetchrow("SELECT expires_at FROM message WHERE template = 'reminder' AND channel = 'email'")
    assert mail["expires_at"] == at("2030-11-28 17:00"), "late is worse than never"


async def test_a_moved_meeting_is_reminded_at_its_new_time(db: str, settings: Settings) -> None:
    _, opening, meeting = await group()
    id = await accepted(opening)
    await actions.plan_reminders(settings, at("2030-11-27 17:00"))
    await actions.move_meeting(
        SYSTEM, meeting.id, datetime.fromisoformat("2030-12-05 17:00"), datetime.fromisoformat("2030-12-05 18:00")
    )
    assert await actions.plan_reminders(settings, at("2030-11-27 17:05")) == 0
    assert await actions.plan_reminders(settings, at("2030-12-04 17:00")) == 1
    rows = await database.fetch(
        "SELECT key, state FROM message WHERE about = $1 AND template = 'reminder' AND channel = 'sms' ORDER BY key",
        f"assignment:{id}",
    )
    assert [(row["key"].split(":")[2], row["state"]) for row in rows] == [("0", "cancelled"), ("1", "planned")]


async def test_the_participant_gets_the_words_and_nothing_more(db: str, settings: Settings) -> None:
    of, _, _ = await group("2026-11-26 17:00")
    await people.member(of, await people.participant())
    assert await actions.plan_reminders(settings, at("2026-11-25 17:00")) == 1
    sms = await database.fetchrow("SELECT body, reply_code, about FROM message WHERE template = 'participant_reminder'")
    assert sms["body"] == (
        "Centrum Wolontariatu: przypominamy o spotkaniu w czwartek 26.11 o 17:00. Miejsce jak zwykle."
        " Prosze odpisac TAK lub NIE. STOP konczy wiadomosci."
    )
    coming = UUID(sms["about"].removeprefix("coming:"))
    await database.execute(
        "UPDATE meeting SET starts_at = now() + interval '1 hour', ends_at = now() + interval '2 hours'"
    )
    await actions.answer_coming(coming, False, "sms")
    assert await database.fetchval("SELECT comes FROM coming WHERE id = $1", coming) is False
    await actions.answer_coming(coming, True, "sms")
    assert await database.fetchval("SELECT comes FROM coming WHERE id = $1", coming) is True


async def test_two_of_a_family_on_one_phone_have_two_codes(db: str, settings: Settings) -> None:
    of, _, _ = await group()
    for _ in range(2):
        await people.member(of, await people.participant(phone="+48700000001"))
    await actions.plan_reminders(settings, at("2030-11-27 17:00"))
    rows = await database.fetch("SELECT reply_code, body FROM message ORDER BY reply_code")
    assert [row["reply_code"] for row in rows] == ["2", "3"]
    assert "TAK 3 lub NIE 3" in rows[1]["body"]


async def test_whoever_said_no_is_left_alone(db: str, settings: Settings) -> None:
    of, _, meeting = await group()
    member = await people.member(of, await people.participant())
    await database.execute(
        "INSERT INTO coming (id, meeting, member, comes, code) VALUES (gen_random_uuid(), $1, $2, false, '')",
        *(meeting.id, member.id),
    )
    assert await actions.plan_reminders(settings, at("2030-11-27 17:00")) == 0


async def test_a_yes_taken_back_since_the_list_was_read_is_not_reminded(db: str, settings: Settings) -> None:
    """Between reading who is due and writing the reminder the volunteer says no; as if another process did it."""
    _, opening, _ = await group()
    id = await accepted(opening)

    listed = await database.fetch(planner.VOLUNTEERS, [opening.meeting], [""], [at("2030-11-27 14:00")])
    assert len(listed) == 1
    await actions.answer(SYSTEM, id, accept=False, channel="sms")
    assert [await planner._remind(settings, row) for row in listed] == [False]
    assert not await reminders()


async def rules(of: Initiative, audience: Audience, *asked: Rule) -> None:
    for one in asked:
        await people.save(ReminderRule(initiative=of.id, audience=audience, kind=one.kind, hours=one.hours))


async def test_several_rules_for_volunteers_and_others_for_participants(db: str, settings: Settings) -> None:
    of, opening, _ = await group()
    await accepted(opening)
    await people.member(of, await people.participant())
    await rules(of, Audience.VOLUNTEERS, Rule(Kind.HOURS, 48), Rule(Kind.HOURS, 2))
    await rules(of, Audience.PARTICIPANTS, Rule(Kind.MORNING))
    sent = {}
    for text in ("26 16:59", "26 17:00", "27 17:00", "28 07:59", "28 08:00", "28 15:00", "28 16:59", "28 17:00"):
        sent[text] = await actions.plan_reminders(settings, at(f"2030-11-{text}"))
    assert sent == dict.fromkeys(sent, 0) | {"26 17:00": 1, "28 08:00": 1, "28 15:00": 1}
    keys = await database.fetch("SELECT key, template FROM message WHERE key LIKE 'reminder:%:sms'")
    assert sorted((row["template"], row["key"].split(":")[3]) for row in keys) == [
        ("participant_reminder", "morning"), ("reminder", "h2"), ("reminder", "h48"),
    ]  # fmt: skip


async def test_where_nobody_is_to_be_reminded_nobody_is(db: str, settings: Settings) -> None:
    of, opening, _ = await group()
    await accepted(opening)
    await people.member(of, await people.participant())
    await rules(of, Audience.PARTICIPANTS, Rule(Kind.NONE))
    assert await actions.plan_reminders(settings, at("2030-11-27 17:00")) == 1
    assert await actions.plan_reminders(settings, at("2030-11-28 16:00")) == 0


async def soon(**ahead: float) -> tuple[Initiative, datetime]:
    """A meeting with somebody who comes, so soon by the real clock that its evening's reminder is overdue."""
    begins = clock.now() + timedelta(**ahead)
    ends = begins + timedelta(hours=1)
    of, opening, meeting = await group()
    await accepted(opening)
    await database.execute(
        "UPDATE meeting SET starts_at = $2, ends_at = $3, starts_wall = $4, ends_wall = $5 WHERE id = $1",
        *(meeting.id, begins, ends, clock.wall(begins, people.ZONE), clock.wall(ends, people.ZONE)),
    )
    return of, begins


async def test_whoever_was_reminded_late_is_not_reminded_again_at_once(db: str, settings: Settings) -> None:
    of, begins = await soon(hours=2, minutes=20)
    await rules(of, Audience.VOLUNTEERS, Rule(Kind.EVENING), Rule(Kind.HOURS, 2))
    assert await actions.plan_reminders(settings) == 1
    assert await actions.plan_reminders(settings, begins - timedelta(hours=2)) == 0
    await database.execute("UPDATE message SET due_at = due_at - interval '3 hours' WHERE template = 'reminder'")
    assert await actions.plan_reminders(settings, begins - timedelta(hours=2)) == 1, (
        "control: long ago is another matter"
    )


async def test_by_night_it_waits_for_the_morning(db: str, settings: Settings) -> None:
    of, _ = await soon(hours=9)
    await rules(of, Audience.VOLUNTEERS, Rule(Kind.HOURS, 72))
    with night(ends_in=timedelta(hours=1)):
        assert await actions.plan_reminders(settings) == 0
    assert await actions.plan_reminders(settings) == 1


async def at_once(settings: Settings) -> int:
    """The most reminders that anybody of six got from two workers who found different rules due at the same time."""
    _, opening, meeting = await group()
    await database.execute("UPDATE opening SET most = 6")
    for _ in range(6):
        await accepted(opening)
    rows = [dict(row) for row in await database.fetch(
        "SELECT id AS booking, assignment, meeting, 0 AS sequence FROM booking WHERE meeting = $1", meeting.id
    )]  # fmt: skip
    since = clock.now() - timedelta(hours=2)
    each = [row | {"rule": rule, "since": since} for row in rows for rule in ("", ":h2")]
    await asyncio.gather(*(planner._remind(settings, row) for row in each))
    return await database.fetchval(
        "SELECT max(n) FROM (SELECT count(*) AS n FROM message WHERE template = 'reminder' AND channel = 'sms'"
        " GROUP BY about) AS told"
    )


async def test_two_workers_with_two_rules_remind_once(db: str, settings: Settings) -> None:
    assert await at_once(settings) == 1


async def test_control_without_one_at_a_time_somebody_is_reminded_twice(
    db: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planner, "ONE_AT_A_TIME", "SELECT $1")
    assert await at_once(settings) == 2
