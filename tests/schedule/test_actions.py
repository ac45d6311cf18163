"""A yes, a no and a change of plans: seats, bookings, history and messages move together or not at all."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from icalendar import Calendar
from support import people

from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.tables import Volunteer
from volunteer_hub.schedule import actions, queries, seats
from volunteer_hub.schedule.rules import Rule
from volunteer_hub.schedule.states import AssignmentState as S
from volunteer_hub.schedule.tables import Meeting, Opening
from volunteer_hub.settings import Settings


@pytest.fixture
async def coordinator(db: str) -> Actor:
    return people.actor(await people.account(Role.COORDINATOR))


async def of(volunteer: Volunteer) -> Actor:
    """The volunteer signed in."""
    row = await people.account(Role.VOLUNTEER)
    await database.execute("UPDATE volunteer SET account = $1 WHERE id = $2", row.id, volunteer.id)
    return people.actor(row)


async def one(table: str, id: UUID) -> dict[str, Any]:
    return dict(await database.fetchrow(f"SELECT * FROM {table} WHERE id = $1", id))


async def messages(about: str) -> list[dict[str, Any]]:
    rows = await database.fetch("SELECT * FROM message WHERE about = $1 ORDER BY created_at, channel DESC", about)
    return [dict(row) for row in rows]


async def sent(about: str) -> None:
    """As if the worker had delivered all that waits."""
    await database.execute("UPDATE message SET state = 'sent' WHERE about = $1 AND state = 'planned'", about)


async def history(assignment: UUID) -> list[tuple[str, str, str]]:
    rows = await database.fetch(
        "SELECT was, became, channel FROM assignment_change WHERE assignment = $1 ORDER BY at", assignment
    )
    return [tuple(row) for row in rows]


def event(message: dict[str, Any]) -> Any:
    return Calendar.from_ical(message["calendar"]).walk("VEVENT")[0]


async def test_an_invitation_asks_by_sms_and_e_mail(coordinator: Actor) -> None:
    opening, volunteer = await people.opening(), await people.volunteer()
    id = await actions.invite(coordinator, opening.id, volunteer.id, score=912, rank=1)
    row = await one("assignment", id)
    assert (row["state"], row["code"], row["score"], row["rank"]) == (S.INVITED, "2", 912, 1)
    assert (row["invited_by"], row["answered_at"]) == (coordinator.account, None)
    assert await history(id) == [("", "invited", "desk")]
    assert not (await one("opening", opening.id))["taken"]
    sms, mail = await messages(f"assignment:{id}")
    assert (sms["key"], sms["address"], sms["reply_code"]) == (f"assignment:{id}:invite:sms", volunteer.phone, "2")
    assert "TAK 2" in sms["body"] and "NIE 2" in sms["body"] and "Zielińska" not in sms["body"]
    assert mail["calendar_method"] == "REQUEST" and event(mail)["uid"] == f"assignment-{id}@volunteer-hub"


@pytest.mark.parametrize(
    ("wishes", "ways"),
    [
        ({"sms_ok": False}, ["email"]),
        ({"email_ok": False}, ["sms"]),
        ({"email": None}, ["sms"]),
        ({"sms_ok": False, "email_ok": False}, []),
    ],
)
async def test_each_is_told_by_the_ways_they_agreed_to(
    coordinator: Actor, settings: Settings, wishes: dict[str, Any], ways: list[str]
) -> None:
    opening, volunteer = await people.opening(), await people.volunteer(**wishes)
    id = await actions.invite(coordinator, opening.id, volunteer.id)
    assert [m["channel"] for m in await messages(f"assignment:{id}")] == ways
    assert [row.ring for row in await queries.roster(coordinator, opening.id)] == [not ways]
    await actions.answer(SYSTEM, id, accept=True, channel="desk")
    at = await database.fetchval("SELECT starts_at - interval '2 hours' FROM meeting")
    assert [await actions.plan_reminders(settings, at) for _ in range(2)] == [len(ways) > 0, 0]
    reminded = [m["channel"] for m in await messages(f"assignment:{id}") if m["template"] == "reminder"]
    assert reminded == ways


async def test_yes_takes_a_seat_and_no_gives_it_back(coordinator: Actor) -> None:
    opening, volunteer = await people.opening(), await people.volunteer()
    id = await actions.invite(coordinator, opening.id, volunteer.id)
    await sent(f"assignment:{id}")
    assert await actions.answer(SYSTEM, id, accept=True, channel="sms") is S.ACCEPTED
    assert (await one("opening", opening.id))["taken"] == 1
    assert await database.fetchval("SELECT accepted FROM booking WHERE assignment = $1", id)
    assert await actions.answer(SYSTEM, id, accept=False, channel="sms") is S.DECLINED
    assert (await one("opening", opening.id))["taken"] == 0
    assert not await database.fetchval("SELECT accepted FROM booking WHERE assignment = $1", id)
    assert await history(id) == [
        ("", "invited", "desk"),
        ("invited", "accepted", "sms"),
        ("accepted", "declined", "sms"),
    ]
    said = await messages(f"assignment:{id}")
    assert [(m["template"], m["channel"]) for m in said[2:]] == [("accepted", "email"), ("withdrawn", "email")]
    assert event(said[2])["attendee"].params["PARTSTAT"] == "ACCEPTED"
    assert said[2]["state"] == "cancelled", "the yes that had not left is called off by the no"
    assert said[3]["calendar_method"] == "CANCEL" and event(said[3])["status"] == "CANCELLED"


async def test_the_same_answer_again_changes_nothing(coordinator: Actor) -> None:
    opening, volunteer = await people.opening(), await people.volunteer()
    id = await actions.invite(coordinator, opening.id, volunteer.id)
    for accept, state in ((True, S.ACCEPTED), (False, S.DECLINED)):
        await actions.answer(SYSTEM, id, accept=accept, channel="sms")
        before = await one("assignment", id), await one("opening", opening.id), await history(id)
        assert await actions.answer(SYSTEM, id, accept=accept, channel="web") is state
        assert before == (await one("assignment", id), await one("opening", opening.id), await history(id))


async def test_who_was_called_off_may_say_no_but_not_yes(coordinator: Actor) -> None:
    opening, volunteer = await people.opening(), await people.volunteer()
    id = await actions.invite(coordinator, opening.id, volunteer.id)
    await actions.withdraw(coordinator, id)
    assert await actions.withdraw(coordinator, id) is S.WITHDRAWN
    assert await actions.answer(SYSTEM, id, accept=False, channel="sms") is S.WITHDRAWN
    with pytest.raises(Refused) as refused:
        await actions.answer(SYSTEM, id, accept=True, channel="sms")
    assert refused.value.status == 410


async def test_after_a_no_one_may_be_asked_again(coordinator: Actor) -> None:
    opening, volunteer = await people.opening(), await people.volunteer()
    id = await actions.invite(coordinator, opening.id, volunteer.id)
    await sent(f"assignment:{id}")
    await actions.answer(SYSTEM, id, accept=False, channel="sms")
    assert await actions.invite(coordinator, opening.id, volunteer.id) == id
    keys = [m["key"] for m in await messages(f"assignment:{id}") if m["template"] == "invitation"]
    assert keys == [f"assignment:{id}:invite{n}:{c}" for n in ("", ":2") for c in ("sms", "email")]
    assert (await one("assignment", id))["answered_at"] is None


async def test_a_full_meeting_says_so_and_keeps_the_yes(coordinator: Actor) -> None:
    opening = await people.opening(most=1)
    first, second = [await actions.invite(coordinator, opening.id, (await people.volunteer()).id) for _ in range(2)]
    await actions.answer(SYSTEM, first, accept=True, channel="sms")
    with pytest.raises(actions.Full) as refused:
        await actions.answer(SYSTEM, second, accept=True, channel="sms")
    assert refused.value.status == 409
    row = await one("assignment", second)
    assert row["state"] == S.INVITED and row["answered_at"] and row["answered_by"] == "sms"
    with pytest.raises(Refused, match="zajęte"):
        await actions.invite(coordinator, opening.id, (await people.volunteer()).id)
    await actions.withdraw(coordinator, first)
    assert await actions.answer(SYSTEM, second, accept=True, channel="sms") is S.ACCEPTED


async def test_nobody_is_in_two_places(coordinator: Actor) -> None:
    volunteer = await people.volunteer(max_hours_week=40)
    ids = [await actions.invite(coordinator, (await people.opening()).id, volunteer.id) for _ in range(2)]
    await actions.answer(SYSTEM, ids[0], accept=True, channel="sms")
    with pytest.raises(actions.Busy):
        await actions.answer(SYSTEM, ids[1], accept=True, channel="sms")
    row = await one("assignment", ids[1])
    assert row["state"] == S.INVITED and row["answered_at"] is None, "a clash is no yes that waits for a seat"
    assert (await one("opening", row["opening"]))["taken"] == 0


async def test_offers_to_one_phone_have_different_codes(coordinator: Actor) -> None:
    volunteer = await people.volunteer(max_hours_week=90)
    days = [datetime.fromisoformat("2030-01-07 10:00") + timedelta(days=n) for n in range(10)]
    ids = []
    for day in days:
        at = await people.meeting(await people.initiative(), starts=day, hours=1)
        ids.append(await actions.invite(coordinator, (await people.opening(at)).id, volunteer.id))
    codes = [(await one("assignment", id))["code"] for id in ids]
    assert codes == ["2", "3", "4", "5", "6", "7", "8", "9", "22", "23"]


async def test_a_code_comes_back_when_its_meeting_is_over(coordinator: Actor) -> None:
    volunteer = await people.volunteer(max_hours_week=90)
    first, second = await people.opening(), await people.opening()
    id = await actions.invite(coordinator, first.id, volunteer.id)
    await actions.answer(SYSTEM, id, accept=True, channel="sms")
    await database.execute(
        "UPDATE booking SET starts_at = starts_at - interval '9 days', ends_at = ends_at - interval '9 days'"
    )
    await database.execute(
        """UPDATE meeting SET starts_wall = starts_wall - interval '9 days', ends_wall = ends_wall - interval '9 days',
                  starts_at = starts_at - interval '9 days', ends_at = ends_at - interval '9 days' WHERE id = $1""",
        first.meeting,
    )
    other = await actions.invite(coordinator, second.id, volunteer.id)
    assert (await one("assignment", other))["code"] == "2" and (await one("assignment", id))["code"] == ""


@pytest.mark.parametrize("rule", list(Rule))
def test_every_rule_has_its_words(rule: Rule) -> None:
    assert seats.WHY_NOT[rule].endswith(".")


async def test_a_broken_rule_is_named_and_nothing_is_written(coordinator: Actor) -> None:
    opening, volunteer = await people.opening(), await people.volunteer(free=False)
    with pytest.raises(Refused, match="wolnego czasu"):
        await actions.invite(coordinator, opening.id, volunteer.id)
    assert not await database.fetchval("SELECT count(*) FROM assignment")
    assert not await database.fetchval("SELECT count(*) FROM message")


async def test_what_is_not_there_or_not_ones_own_is_a_404(coordinator: Actor) -> None:
    opening, volunteer, other = await people.opening(), await people.volunteer(), await people.volunteer()
    id = await actions.invite(coordinator, opening.id, volunteer.id)
    mine, theirs = await of(volunteer), await of(other)
    facilitator = people.actor(await people.account(Role.FACILITATOR))
    for actor in (theirs, facilitator, Actor()):
        with pytest.raises(Refused) as foreign:
            await actions.answer(actor, id, accept=True, channel="web")
        with pytest.raises(Refused) as absent:
            await actions.answer(actor, uuid4(), accept=True, channel="web")
        assert (
            (foreign.value.status, foreign.value.sentence) == (absent.value.status, absent.value.sentence) == (404, "")
        )
        with pytest.raises(Refused):
            await actions.withdraw(actor, id)
    assert await actions.answer(mine, id, accept=True, channel="web") is S.ACCEPTED
    for actor in (mine, facilitator, Actor()):
        with pytest.raises(Refused) as refused:
            await actions.invite(actor, opening.id, other.id)
        assert refused.value.status == 404
        with pytest.raises(Refused):
            await actions.cancel_meeting(actor, opening.meeting)
    for absent_ids in ((uuid4(), volunteer.id), (opening.id, uuid4())):
        with pytest.raises(Refused) as refused:
            await actions.invite(coordinator, *absent_ids)
        assert refused.value.status == 404


async def test_when_the_meeting_has_begun_nothing_moves(coordinator: Actor) -> None:
    opening, volunteer = await people.opening(), await people.volunteer()
    id = await actions.invite(coordinator, opening.id, volunteer.id)
    await database.execute("UPDATE meeting SET starts_at = now() - interval '1 minute'")
    start = datetime.fromisoformat("2030-01-01 10:00")
    for act in (
        actions.answer(SYSTEM, id, accept=True, channel="sms"),
        actions.withdraw(coordinator, id),
        actions.invite(coordinator, opening.id, (await people.volunteer()).id),
        actions.move_meeting(coordinator, opening.meeting, start, start + timedelta(hours=1)),
        actions.cancel_meeting(coordinator, opening.meeting),
    ):
        with pytest.raises(Refused) as refused:
            await act
        assert refused.value.status == 410


async def test_a_planned_meeting_has_its_openings_or_is_not_there(coordinator: Actor) -> None:
    of_initiative, place = await people.initiative(), await people.place()
    role, foreign = await people.role(of_initiative), await people.role(await people.initiative())
    when = datetime.fromisoformat("2027-03-28 10:00"), datetime.fromisoformat("2027-03-28 12:00")
    id = await actions.plan_meeting(
        coordinator,
        of_initiative.id,
        place.id,
        *when,
        openings=[actions.Seats(role.id, 1, 3, urgent=True, reason="Na dziś")],
    )
    row = await one("meeting", id)
    assert row["starts_at"] == clock.instant(when[0], "Europe/Warsaw") and row["sequence"] == 0
    assert await database.fetchval("SELECT (least, most, taken, urgent) FROM opening WHERE meeting = $1", id) == (
        1,
        3,
        0,
        True,
    )
    with pytest.raises(Refused) as refused:
        await actions.plan_meeting(
            coordinator, of_initiative.id, place.id, *when, openings=[actions.Seats(foreign.id, 1, 1)]
        )
    assert refused.value.status == 404
    with pytest.raises(Refused, match="Koniec"):
        await actions.plan_meeting(coordinator, of_initiative.id, place.id, when[1], when[0])
    assert await Meeting.count() == 1 and await Opening.count() == 1
