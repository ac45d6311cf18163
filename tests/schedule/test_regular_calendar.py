"""A regular task in its volunteer's own calendar: whatever happens to it, the calendar holds what is theirs.

A calendar program is played by the rules of iTIP (RFC 5546): letters are taken in the order they were written, never
one with a lower SEQUENCE, and what results is read by two programs of others.
"""

import random
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from icalendar import Calendar
from schedule.test_regular import TODAY, meetings_of, proposed, running
from support import people
from support.calendars import THERE, by_ical_js, by_python

from volunteer_hub.kit import database
from volunteer_hub.kit.actor import SYSTEM, Actor, Role
from volunteer_hub.messaging.rules import segments
from volunteer_hub.schedule import actions, calendar
from volunteer_hub.schedule.regular import actions as regular
from volunteer_hub.schedule.series import actions as series_actions
from volunteer_hub.schedule.series import fill as series_fill
from volunteer_hub.schedule.series.actions import Meets

LETTERS = """
    SELECT calendar, calendar_method, template FROM message
    WHERE channel = 'email' AND calendar IS NOT NULL AND address = $1 ORDER BY created_at, key"""
THEIRS = """
    SELECT m.starts_at, m.ends_at FROM assignment s JOIN opening o ON o.id = s.opening
    JOIN meeting m ON m.id = o.meeting LEFT JOIN regular_task t ON t.id = s.regular
    WHERE s.volunteer = $1 AND s.state IN ('accepted', 'done') AND m.state = 'planned'
      AND (m.series_day IS NULL OR t.calendar_until IS NULL OR m.series_day <= t.calendar_until)
    ORDER BY m.starts_at"""


@pytest.fixture
async def coordinator(db: str) -> Actor:
    return people.actor(await people.account(Role.COORDINATOR))


class Program:
    """A calendar program that reads a person's letters."""

    def __init__(self) -> None:
        self.read = 0
        self.known: dict[str, dict[datetime | None, Any]] = {}

    async def take(self, address: str) -> None:
        letters = await database.fetch(LETTERS, address)
        for row in letters[self.read :]:
            self.one(row["calendar"], row["calendar_method"])
        self.read = len(letters)

    def one(self, content: bytes, method: str) -> None:
        parsed = Calendar.from_ical(content)
        assert parsed["method"] == method
        for event in parsed.walk("VEVENT"):
            of = self.known.setdefault(str(event["uid"]), {})
            at = event["recurrence-id"].dt.astimezone(UTC) if "recurrence-id" in event else None
            before = [int(old["sequence"]) for key, old in of.items() if at is None or key in (at, None)]
            assert int(event["sequence"]) >= max(before, default=0), "a program leaves an older letter aside"
            if at is None:
                of.clear()
            if method == "REQUEST" or at:
                of[at] = event

    def calendar(self) -> bytes:
        whole = Calendar()
        whole.add("version", "2.0")
        whole.add("prodid", "-//test//pl")
        whole.add_component(calendar.vtimezone(people.ZONE))
        for of in self.known.values():
            for one in of.values():
                whole.add_component(one)
        return whole.to_ical()

    def holds(self) -> list[tuple[datetime, datetime]]:
        readings = [by_python(self.calendar())]
        if THERE:
            readings += by_ical_js([self.calendar()])
        held = [sorted((one.starts, one.ends) for one in each if one.status != "CANCELLED") for each in readings]
        assert all(each == held[0] for each in held), "two programs see two calendars"
        return held[0]


async def agree(program: Program, who: Any) -> int:
    """The program's calendar is what is theirs; how many meetings that is."""
    await program.take(who.email)
    wanted = [(row["starts_at"], row["ends_at"]) for row in await database.fetch(THEIRS, who.id)]
    assert program.holds() == wanted
    return len(wanted)


async def taken(coordinator: Actor, **values: Any) -> tuple[Any, UUID, Any]:
    """A regular task that somebody said yes to; who, the task, and its series."""
    _, role, row = await running(**values)
    who = await people.volunteer(max_hours_week=90)
    id = await proposed(coordinator, row, role, who)
    await regular.answer(SYSTEM, id, accept=True, channel="sms")
    return who, id, row


async def test_the_yes_brings_one_event_with_every_meeting(coordinator: Actor) -> None:
    who, id, row = await taken(coordinator)
    (letter,) = await database.fetch(LETTERS, who.email)
    (event,) = Calendar.from_ical(letter["calendar"]).walk("VEVENT")
    assert str(event["uid"]) == f"regular-{id}@volunteer-hub" and event["rrule"]["FREQ"] == ["WEEKLY"]
    assert event["attendee"].params["PARTSTAT"] == "ACCEPTED" and letter["template"] == "regular_accepted"
    assert await agree(Program(), who) == len(await meetings_of(row.id))


async def test_what_is_not_theirs_is_not_in_it(coordinator: Actor) -> None:
    _, role, row = await running()
    who = await people.volunteer(max_hours_week=90)
    _, second, *_ = await meetings_of(row.id)
    await database.execute(
        "INSERT INTO away (id, volunteer, first_day, last_day) VALUES (gen_random_uuid(), $1, $2, $2)",
        who.id, second["starts_wall"].date(),
    )  # fmt: skip
    await regular.answer(SYSTEM, await proposed(coordinator, row, role, who), accept=True, channel="sms")
    assert await agree(Program(), who) == len(await meetings_of(row.id)) - 1


async def test_one_that_moves_is_called_off_or_given_up_changes_alone(coordinator: Actor) -> None:
    who, id, row = await taken(coordinator)
    program = Program()
    count = await agree(program, who)
    _, second, third, fourth, *_ = await meetings_of(row.id)
    for n, to in enumerate((timedelta(days=1, hours=1), timedelta(days=2))):  # twice, the second time to another day
        starts = second["starts_wall"] + to
        await actions.move_meeting(coordinator, second["id"], starts, starts + timedelta(hours=1 + n))
        assert await agree(program, who) == count
    await actions.cancel_meeting(coordinator, third["id"])
    given = await database.fetchval(
        "SELECT s.id FROM assignment s JOIN opening o ON o.id = s.opening WHERE o.meeting = $1", fourth["id"]
    )
    await actions.withdraw(SYSTEM, given)
    assert await agree(program, who) == count - 2
    opening = await database.fetchval("SELECT opening FROM assignment WHERE id = $1", given)
    again = await actions.invite(coordinator, opening, who.id)
    await actions.answer(SYSTEM, again, accept=True, channel="desk")
    assert await agree(program, who) == count - 1
    assert set(program.known) == {f"regular-{id}@volunteer-hub"}, "one event, whatever happens to its days"


async def test_given_up_from_a_day_on_it_ends_there_and_given_up_whole_it_is_gone(coordinator: Actor) -> None:
    who, id, row = await taken(coordinator)
    program = Program()
    await agree(program, who)
    later = await meetings_of(row.id)
    moved = later[2]["starts_wall"] + timedelta(days=1)
    await actions.move_meeting(coordinator, later[2]["id"], moved, moved + timedelta(hours=2))
    await agree(program, who)
    await regular.end(coordinator, id, later[5]["starts_wall"].date())
    assert await agree(program, who) == 5
    await regular.end(coordinator, id, TODAY)
    assert await agree(program, who) == 0
    last = (await database.fetch(LETTERS, who.email))[-1]
    assert (last["template"], last["calendar_method"]) == ("regular_ended", "CANCEL")
    assert not program.known[f"regular-{id}@volunteer-hub"], "the entry itself goes"


async def test_one_that_was_theirs_before_is_taken_out_by_itself(coordinator: Actor) -> None:
    _, role, row = await running()
    who = await people.volunteer(max_hours_week=90)
    second = (await meetings_of(row.id))[1]["id"]
    opening = await database.fetchval("SELECT id FROM opening WHERE meeting = $1", second)
    await actions.answer(SYSTEM, await actions.invite(coordinator, opening, who.id), accept=True, channel="web")
    id = await proposed(coordinator, row, role, who)
    await regular.answer(SYSTEM, id, accept=True, channel="sms")
    program = Program()
    assert await agree(program, who) == len(await meetings_of(row.id)), "none twice"
    await regular.end(coordinator, id, TODAY)
    assert await agree(program, who) == 0
    said = await database.fetch("SELECT channel FROM message WHERE template = 'withdrawn'")
    assert [one["channel"] for one in said] == ["email"], "the SMS speaks of the whole"


async def test_taken_again_it_is_there_again(coordinator: Actor) -> None:
    who, id, row = await taken(coordinator)
    program = Program()
    count = await agree(program, who)
    await regular.end(coordinator, id, TODAY)
    assert await agree(program, who) == 0
    role = await database.fetchval("SELECT role FROM regular_task WHERE id = $1", id)
    again = await regular.propose(coordinator, row.id, role, who.id, TODAY, None)
    await regular.answer(SYSTEM, again, accept=True, channel="sms")
    assert await agree(program, who) == count


async def test_a_series_that_changes_from_a_day_on_takes_the_calendar_along(coordinator: Actor) -> None:
    who, id, row = await taken(coordinator)
    program = Program()
    await agree(program, who)
    since = (await meetings_of(row.id))[4]["starts_wall"].date()
    place = await people.place()
    plan = series_fill.plan_of(await database.fetchrow("SELECT * FROM series WHERE id = $1", row.id))
    goes_on = await series_actions.change(coordinator, row.id, since, Meets(place.id, time(18), time(19, 30), plan), 0)
    assert await agree(program, who) > 8
    said = await database.fetch("SELECT template, channel FROM message WHERE template IN ('moved', 'regular_moved')")
    assert sorted((one["template"], one["channel"]) for one in said) == [
        ("regular_moved", "email"), ("regular_moved", "sms"),
    ], "one message, not one for each meeting"  # fmt: skip
    last = (await meetings_of(goes_on))[-2]["starts_wall"].date()
    await regular.end(coordinator, id, last)
    assert await agree(program, who) > 6, "those before the change are still there, at their hour"


async def test_a_calendar_that_runs_out_is_given_the_next_meetings_in_one_letter(coordinator: Actor) -> None:
    who, id, row = await taken(coordinator)
    program = Program()
    count = await agree(program, who)
    last = [one["id"] for one in (await meetings_of(row.id))[3:]]
    await database.execute("DELETE FROM meeting WHERE id = ANY($1)", last)
    await database.execute("UPDATE regular_task SET calendar_until = $2 WHERE id = $1", id, TODAY + timedelta(days=20))
    await database.execute("UPDATE series SET filled_until = NULL WHERE id = $1", row.id)
    await series_fill.fill(row.id)
    assert await agree(program, who) == count
    assert [one["template"] for one in await database.fetch(LETTERS, who.email)] == ["regular_accepted", "regular_more"]
    await database.execute("UPDATE series SET filled_until = NULL WHERE id = $1", row.id)
    await series_fill.fill(row.id)
    assert len(await database.fetch(LETTERS, who.email)) == 2, "not a letter each night"


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_happens_the_calendar_holds_what_is_theirs(coordinator: Actor, seed: int) -> None:
    chance = random.Random(seed)
    who, id, _ = await taken(coordinator)
    program = Program()
    for _ in range(10):
        happens = chance.choice([_move, _move, _cancel, _withdraw, _back, _change])
        await happens(chance, coordinator, id, who)
        assert await agree(program, who), happens.__name__
    later = await database.fetch(LATER, id)
    await regular.end(coordinator, id, later[len(later) // 2]["starts_wall"].date())
    await agree(program, who)


LATER = """
    SELECT m.id, m.starts_wall, s.id AS assignment, s.opening FROM assignment s JOIN opening o ON o.id = s.opening
    JOIN meeting m ON m.id = o.meeting WHERE s.regular = $1 AND s.state = 'accepted' AND m.state = 'planned'
    ORDER BY m.starts_at"""
GIVEN_UP = """
    SELECT s.opening FROM assignment s JOIN opening o ON o.id = s.opening JOIN meeting m ON m.id = o.meeting
    WHERE s.regular = $1 AND s.state = 'withdrawn' AND m.state = 'planned' ORDER BY m.starts_at, s.id"""


async def _move(chance: random.Random, coordinator: Actor, id: UUID, who: Any) -> None:
    one = chance.choice(await database.fetch(LATER, id))
    starts = one["starts_wall"] + timedelta(days=chance.choice((0, 1, 2)), minutes=chance.choice((-60, 0, 45)))
    await actions.move_meeting(coordinator, one["id"], starts, starts + timedelta(minutes=chance.choice((60, 120))))


async def _cancel(chance: random.Random, coordinator: Actor, id: UUID, who: Any) -> None:
    await actions.cancel_meeting(coordinator, chance.choice(await database.fetch(LATER, id))["id"])


async def _withdraw(chance: random.Random, coordinator: Actor, id: UUID, who: Any) -> None:
    await actions.withdraw(SYSTEM, chance.choice(await database.fetch(LATER, id))["assignment"])


async def _back(chance: random.Random, coordinator: Actor, id: UUID, who: Any) -> None:
    if given_up := await database.fetch(GIVEN_UP, id):
        again = await actions.invite(coordinator, chance.choice(given_up)["opening"], who.id)
        await actions.answer(SYSTEM, again, accept=True, channel="desk")


async def _change(chance: random.Random, coordinator: Actor, id: UUID, who: Any) -> None:
    row = await database.fetchrow("SELECT * FROM series WHERE id = (SELECT series FROM regular_task WHERE id = $1)", id)
    since = chance.choice(await meetings_of(row["id"]))["starts_wall"].date()
    hour = chance.choice((9, 13, 18))
    meets = Meets(row["place"], time(hour), time(hour + 2), series_fill.plan_of(row))
    await series_actions.change(coordinator, row["id"], since, meets, row["version"])


async def test_of_a_group_nothing_is_told_but_when(coordinator: Actor) -> None:
    of = await people.initiative(name="Grupa Czwartek", kind="group")
    role = await people.role(of, name="Terapeutka", tasks="Rozmowy")
    row = await people.series(of, skips_holidays=False, skips_breaks=False)
    await series_fill.fill(row.id)
    who = await people.volunteer(max_hours_week=90)
    id = await regular.propose(coordinator, row.id, role.id, who.id, TODAY, None)
    await regular.answer(SYSTEM, id, accept=True, channel="sms")
    starts = (await meetings_of(row.id))[1]["starts_wall"] + timedelta(days=1)
    elsewhere = await people.place(name="Poradnia")
    await actions.move_meeting(
        coordinator, (await meetings_of(row.id))[1]["id"], starts, starts + timedelta(hours=1), elsewhere.id
    )
    await regular.end(coordinator, id, TODAY + timedelta(days=40))
    letters = await database.fetch(LETTERS, who.email)
    assert len(letters) == 3
    for letter in letters:
        text = letter["calendar"].decode().replace("\r\n ", "")
        assert "SUMMARY:Spotkanie" in text
        assert not [word for word in ("Czwartek", "Terapeutka", "Rozmowy", "Poradnia", "LOCATION") if word in text]


@pytest.mark.parametrize("kind", ["long_term", "group"])
async def test_the_sms_of_a_change_is_one_part_and_of_a_group_says_only_when(coordinator: Actor, kind: str) -> None:
    of = await people.initiative(name="Spotkania przy herbacie na Zazamczu i okolicy", kind=kind)
    role = await people.role(of)
    row = await people.series(of, rrule="FREQ=WEEKLY;BYDAY=TU,TH", skips_holidays=False, skips_breaks=False)
    await series_fill.fill(row.id)
    who = await people.volunteer(max_hours_week=90)
    id = await regular.propose(coordinator, row.id, role.id, who.id, TODAY, TODAY + timedelta(days=90))
    await regular.answer(SYSTEM, id, accept=True, channel="sms")
    since = (await meetings_of(row.id))[3]["starts_wall"].date()
    place = await people.place(name="Biblioteka", address="ul. Bohaterów Monte Cassino 128 lok. 4")
    plan = series_fill.plan_of(await database.fetchrow("SELECT * FROM series WHERE id = $1", row.id))
    await series_actions.change(coordinator, row.id, since, Meets(place.id, time(18), time(19, 30), plan), 0)
    (sms,) = await database.fetch("SELECT body FROM message WHERE template = 'regular_moved' AND channel = 'sms'")
    assert len(segments(sms["body"]).parts) == 1 and "czwartek o 18:00, od" in sms["body"], sms["body"]
    assert ("Bohater" in sms["body"]) == (kind == "long_term") and "herbac" not in sms["body"] * (kind == "group")
