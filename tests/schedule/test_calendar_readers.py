"""What calendar programs of others make of ours: each occurrence at the instant we mean, whatever moved."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.calendars import Occurrence, by_ical_js, by_khal, by_python, needs_node

from volunteer_hub.kit import clock
from volunteer_hub.schedule import calendar
from volunteer_hub.schedule.calendar import Event, Person, Recurring
from volunteer_hub.schedule.series import pattern

ID = UUID("8c2f4a7e-3f0b-4a56-9a51-0c6a5d1f2b11")
STAMP = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
CENTRE = Person("Centrum <post@centrum.example>", "Centrum Wolontariatu")
GUEST = Person("ewa@poczta.example", "Ewa")
ZONES = ("Europe/Warsaw", "Europe/Kyiv", "America/New_York", "UTC")
RULES = (
    "FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;BYDAY=MO,TH,SU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE",
    "FREQ=WEEKLY;INTERVAL=3;BYDAY=TU,SA", "FREQ=MONTHLY;BYDAY=1MO,3MO", "FREQ=MONTHLY;BYDAY=-1FR", pattern.LAST_WORKING,
)  # fmt: skip


def event(day: date, hour: time, zone: str, **values: object) -> Event:
    starts, ends = pattern.hours_on(day, hour, (datetime.combine(day, hour) + timedelta(hours=1)).time(), zone)
    known = {"assignment": ID, "of": "regular", "title": "Czytanie", "timezone": zone, "sequence": 1, "stamp": STAMP}
    return Event(**(known | {"starts": starts, "ends": ends} | values))  # type: ignore[arg-type]


def meant(of: Recurring) -> list[Occurrence]:
    """Every occurrence by our own reckoning."""
    otherwise = {one.occurrence: one for one in of.changed}
    found = []
    for at in of.starts:
        plain = event(at.date(), at.time(), of.first.timezone)
        found.append(otherwise.get(plain.starts, plain))
    return sorted(seen(one) for one in found)


def seen(one: Event) -> Occurrence:
    starts, ends = (clock.instant(wall, one.timezone) for wall in (one.starts, one.ends))
    return Occurrence(
        f"regular-{ID}@volunteer-hub", starts, ends, "CANCELLED" if one.cancelled else "CONFIRMED", one.title
    )


def drawn(seed: int) -> Recurring:
    """A regular task of up to a year, some days of it not theirs, some moved or called off, one day added; some at
    another hour from a day on."""
    chance = random.Random(seed)
    rule, zone = chance.choice(RULES), chance.choice(ZONES)
    hour = time(chance.randrange(4, 21), chance.choice((0, 15, 30)))
    series = pattern.Series(pattern.read(rule), date(2026, 1, 1) + timedelta(days=chance.randrange(700)))
    until = series.first_day + timedelta(days=chance.randrange(40, 366))
    off = pattern.DaysOff(lambda day: day.day == 11)
    days = [day for day in pattern.days(series, off, until) if chance.random() > 0.15] or [series.first_day]
    if chance.random() < 0.3:
        days.append(days[-1] + timedelta(days=1))
    changed = tuple(_changed(chance, day, hour, zone) for day in days if chance.random() < 0.2)
    starts = [datetime.combine(day, hour) for day in days]
    if not changed:  # the series goes on at another hour
        starts = [at if n < 3 else at + timedelta(hours=1) for n, at in enumerate(starts)]
    return Recurring(event(days[0], hour, zone), rule, starts, changed)


def _changed(chance: random.Random, day: date, hour: time, zone: str) -> Event:
    was = event(day, hour, zone)
    if chance.random() < 0.4:
        return replace(was, occurrence=was.starts, cancelled=True, sequence=2)
    moved = event(day + timedelta(days=chance.randrange(-2, 3)), time(4 + (hour.hour + 3) % 18), zone)
    return replace(moved, occurrence=was.starts, title="Przeniesione", sequence=2)


def letter(of: Event | Recurring) -> bytes:
    return calendar.invitation(of, CENTRE, GUEST, accepted=True)


@given(st.integers(0, 10**9))
@settings(max_examples=40)
def test_a_regular_task_is_read_as_it_is_meant(seed: int) -> None:
    of = drawn(seed)
    assert by_python(letter(of)) == meant(of)


@needs_node
def test_two_readers_agree_on_every_occurrence() -> None:
    """150 regular tasks over changes of the clock, days off, moves and calls-off; ical.js knows our VTIMEZONE only."""
    tasks = [drawn(seed) for seed in range(150)]
    for of, found in zip(tasks, by_ical_js([letter(of) for of in tasks]), strict=True):
        assert found == meant(of) == by_python(letter(of)), of.rule


# No task that is drawn begins before or ends after.
DAYS = date(2026, 1, 1), date(2029, 1, 1)


@needs_node
def test_khal_agrees_with_the_other_readers_on_every_occurrence(tmp_path: Path) -> None:
    # The rule of 6 says no day at all; of 114 and 143 two days are moved onto one another.
    tasks = [drawn(seed) for seed in (*range(30), 114, 143)]
    contents = [letter(of) for of in tasks]
    others = zip(tasks, by_ical_js(contents), map(by_python, contents), strict=True)
    for (of, js, python), found in zip(others, by_khal(contents, tmp_path, DAYS), strict=True):
        assert found == js == python == meant(of), of.rule


@needs_node
def test_three_readers_agree_on_a_feed_across_the_changes_of_the_clock(tmp_path: Path) -> None:
    hours = [datetime(2027, 3, 28) + timedelta(minutes=30 * n) for n in range(12)]
    hours += [datetime(2026, 10, 25) + timedelta(minutes=30 * n) for n in range(12)]
    zones = [*ZONES, "Europe/London"]
    events = []
    for n, (wall, zone) in enumerate((wall, zone) for wall in hours for zone in zones):
        shown = clock.wall(clock.instant(wall, zone), zone)
        one = Event(UUID(int=n), f"{n}", shown, shown + timedelta(hours=2), zone, 0, STAMP, cancelled=n % 5 == 0)
        if all(_once(wall, zone) for wall in (one.starts, one.ends)):
            events.append(one)
    content = calendar.feed(events, "Moje zadania", "Europe/Warsaw")
    wanted = sorted(seen(one)._replace(uid=calendar.uid(one.assignment)) for one in events)
    assert len(wanted) > 90
    assert by_python(content) == wanted
    assert by_ical_js([content]) == [wanted]
    around = date(2026, 10, 20), date(2027, 4, 2)
    assert by_khal([content], tmp_path, around, imported=True) == [wanted]


def _once(wall: datetime, zone: str) -> bool:
    """Not of the hour that comes twice there, or where the feed is read: readers may take either."""
    at = clock.instant(wall, zone)
    return all(
        clock.wall(at + timedelta(hours=n), place) != clock.wall(at, place)
        for place in (zone, "Europe/Warsaw") for n in (-1, 1)
    )  # fmt: skip


@needs_node
def test_the_readers_would_notice_a_zone_told_by_its_dates() -> None:
    """The control: with the library's own VTIMEZONE ical.js stands an hour off in summer."""
    first = date(2027, 1, 5)
    of = Recurring(event(first, time(17), "Europe/Warsaw"), RULES[0], list(_weeks(first, 40)))
    whole = calendar.Calendar.from_ical(letter(of))
    whole.subcomponents = [one for one in whole.subcomponents if one.name != "VTIMEZONE"]
    whole.add_missing_timezones()
    (found,) = by_ical_js([whole.to_ical()])
    assert found != meant(of)


def test_khal_would_notice_a_day_that_was_moved(tmp_path: Path) -> None:
    """The control: without the letter about one day khal stands where that day was."""
    of = next(one for one in map(drawn, range(100)) if any(not day.cancelled for day in one.changed))
    unmoved, moved = by_khal([letter(replace(of, changed=())), letter(of)], tmp_path, DAYS)
    assert unmoved != moved == meant(of)


def _weeks(first: date, most: int) -> Iterator[datetime]:
    return (datetime.combine(first, time(17)) + timedelta(weeks=n) for n in range(most))


def test_one_moved_occurrence_is_named_by_the_time_it_had() -> None:
    day = event(date(2027, 4, 6), time(17), "Europe/Warsaw")
    moved = replace(day, starts=datetime(2027, 4, 7, 18), ends=datetime(2027, 4, 7, 19), occurrence=day.starts)
    (read,) = calendar.Calendar.from_ical(letter(moved)).walk("VEVENT")
    assert read["recurrence-id"].dt == day.starts.replace(tzinfo=read["recurrence-id"].dt.tzinfo)
    assert read["recurrence-id"].params["TZID"] == "Europe/Warsaw" and "rrule" not in read
    content = calendar.cancellation(moved, CENTRE, GUEST)
    (gone,) = calendar.Calendar.from_ical(content).walk("VEVENT")
    assert (gone["status"], gone["uid"]) == ("CANCELLED", read["uid"]) and "recurrence-id" in gone
    assert b"METHOD:CANCEL" in content and b"VALARM" not in content, "what is off reminds nobody"


def test_this_and_after_is_the_same_event_until_an_earlier_day() -> None:
    """Who gives it up from a day on gets the event again, shorter: RANGE=THISANDFUTURE is read by hardly anything."""
    first, starts = date(2027, 1, 5), list(_weeks(date(2027, 1, 5), 20))
    whole = Recurring(event(first, time(17), "Europe/Warsaw"), RULES[0], starts)
    short = replace(whole, first=replace(whole.first, sequence=2), starts=starts[:8])
    assert by_python(letter(short)) == by_python(letter(whole))[:8]
    assert b"RANGE" not in letter(short) and b"SEQUENCE:2" in letter(short)


@pytest.mark.parametrize("zone", ZONES)
def test_an_event_reminds_two_hours_before(zone: str) -> None:
    one = event(date(2027, 4, 6), time(17), zone, title="Spotkanie")
    for content in (letter(one), calendar.feed([one], "Moje zadania", zone)):
        (alarm,) = calendar.Calendar.from_ical(content).walk("VALARM")
        assert (alarm["trigger"].dt, alarm["action"], alarm["description"]) == (-calendar.ALARM, "DISPLAY", "Spotkanie")
    off = calendar.feed([replace(one, cancelled=True)], "Moje zadania", zone)
    assert not calendar.Calendar.from_ical(off).walk("VALARM")
