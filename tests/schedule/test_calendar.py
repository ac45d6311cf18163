"""Calendar bytes read back by another hand say the same: times across clock changes, any text, the right method."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from volunteer_hub.kit import clock
from volunteer_hub.schedule import calendar
from volunteer_hub.schedule.calendar import Event, Person

ID = UUID("8c2f4a7e-3f0b-4a56-9a51-0c6a5d1f2b11")
STAMP = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
CENTRE = Person("Centrum <post@centrum.example>", "Centrum Wolontariatu")
GUEST = Person("ewa@poczta.example", "Ewa")


def happening(starts: str = "2026-11-25 16:00", **values: object) -> Event:
    begins = datetime.fromisoformat(starts)
    defaults = {"assignment": ID, "title": "Czytanie bajek", "starts": begins, "ends": begins + timedelta(hours=2)}
    return Event(**(defaults | {"timezone": "Europe/Warsaw", "sequence": 3, "stamp": STAMP} | values))  # type: ignore[arg-type]


def read(content: bytes) -> tuple[Calendar, dict]:
    parsed = Calendar.from_ical(content)
    (event,) = parsed.walk("VEVENT")
    return parsed, event


def test_an_invitation_asks_for_an_answer() -> None:
    parsed, event = read(calendar.invitation(happening(location="ul. Wiślana 1; parter, drzwi"), CENTRE, GUEST))
    assert parsed["method"] == "REQUEST" and parsed["version"] == "2.0"
    assert (event["uid"], int(event["sequence"]), event["status"]) == (f"assignment-{ID}@volunteer-hub", 3, "CONFIRMED")
    assert event["dtstamp"].dt == STAMP
    assert event["organizer"] == "mailto:post@centrum.example"
    assert event["attendee"] == "mailto:ewa@poczta.example"
    assert event["attendee"].params["RSVP"] == "TRUE" and event["attendee"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert event["location"] == "ul. Wiślana 1; parter, drzwi"
    assert event["dtstart"].params["TZID"] == "Europe/Warsaw"


def test_an_accepted_one_and_a_cancelled_one() -> None:
    _, event = read(calendar.invitation(happening(), CENTRE, GUEST, accepted=True))
    assert event["attendee"].params["PARTSTAT"] == "ACCEPTED"
    parsed, event = read(calendar.cancellation(happening(), CENTRE, GUEST))
    assert (parsed["method"], event["status"]) == ("CANCEL", "CANCELLED")
    assert event["uid"] == f"assignment-{ID}@volunteer-hub" and "RSVP" not in event["attendee"].params


def test_a_feed_names_nobody_and_keeps_what_fell_through() -> None:
    other = UUID(int=5)
    events = [happening(), happening("2027-06-02 09:00", assignment=other, cancelled=True, title="Spotkanie")]
    content = calendar.feed(events, "Moje zadania", "Europe/Warsaw")
    assert content == calendar.feed(events, "Moje zadania", "Europe/Warsaw"), (
        "the same bytes: an ETag can stand for them"
    )
    parsed = Calendar.from_ical(content)
    assert parsed["method"] == "PUBLISH" and parsed["x-published-ttl"] == "PT1H"
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in content
    assert b"ATTENDEE" not in content and b"ORGANIZER" not in content
    assert [str(event["status"]) for event in parsed.walk("VEVENT")] == ["CONFIRMED", "CANCELLED"]
    assert len(parsed.walk("VTIMEZONE")) == 1
    assert not Calendar.from_ical(calendar.feed([], "Moje zadania", "Europe/Warsaw")).walk("VEVENT")


def test_lines_are_what_the_standard_wants() -> None:
    content = calendar.invitation(happening(title="Żółć " * 40), CENTRE, GUEST)
    lines = content.split(b"\r\n")
    assert b"\n" not in b"".join(lines) and all(len(line) <= 75 for line in lines)
    for line in lines:
        line.decode()  # no letter is cut in half


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        ("2027-03-28 01:30", "00:30"),  # the last hour of winter
        ("2027-03-28 02:30", "01:30"),  # a time the clocks skip: an hour later on the wall
        ("2027-03-28 03:30", "01:30"),
        ("2026-10-25 02:30", "00:30"),  # a time that comes twice: the first one
        ("2026-10-25 03:30", "02:30"),
        ("2027-07-01 12:00", "10:00"),
        ("2027-01-01 12:00", "11:00"),
    ],
)
def test_times_across_the_changes_of_the_clock(wall: str, utc: str) -> None:
    _, event = read(calendar.invitation(happening(wall), CENTRE, GUEST))
    assert f"{event['dtstart'].dt.astimezone(UTC):%H:%M}" == utc


moments = st.datetimes(datetime.fromisoformat("2001-01-01"), datetime.fromisoformat("2037-12-30"))


@given(
    moments, st.sampled_from(["Europe/Warsaw", "Europe/London", "Europe/Kyiv", "America/New_York", "Asia/Tokyo", "UTC"])
)
def test_any_time_in_any_zone_is_read_back_as_the_same_instant(wall: datetime, zone: str) -> None:
    happens = happening(wall.replace(microsecond=0).isoformat(), timezone=zone)
    _, event = read(calendar.invitation(happens, CENTRE, GUEST))
    assert event["dtstart"].dt.astimezone(UTC) == clock.instant(happens.starts, zone)
    assert event["dtend"].dt.astimezone(UTC) == clock.instant(happens.ends, zone)


@given(moments)
def test_the_two_rules_tell_the_same_offsets_as_the_zone(wall: datetime) -> None:
    """Read from the VTIMEZONE alone, as a program does that does not know the zone's name."""
    ours, zone = RULES, ZoneInfo("Europe/Warsaw")
    assert wall.replace(tzinfo=ours).utcoffset() == wall.replace(tzinfo=zone).utcoffset() or _at_a_change(wall)


def _at_a_change(wall: datetime) -> bool:
    """The skipped and the repeated hour, where a wall time has no offset or two."""
    return wall.month in (3, 10) and wall.day >= 25 and wall.isoweekday() == 7 and wall.hour in (1, 2, 3)


RULES = calendar.vtimezone("Europe/Warsaw").to_tz(lookup_tzid=False)  # type: ignore[union-attr]


def test_a_zone_that_changes_otherwise_goes_as_plain_instants() -> None:
    assert calendar.vtimezone("America/New_York") is None
    content = calendar.invitation(happening(timezone="America/New_York"), CENTRE, GUEST)
    assert b"VTIMEZONE" not in content and b"DTSTART:20261125T210000Z" in content


@example("", "", "\\")
@example("", "", 'Ewa "Kropka" Maj\\')
@given(st.text(), st.text(), st.text())
def test_any_text_comes_back_as_it_was(title: str, place: str, name: str) -> None:
    happens = happening(title=title, location=place, details=title)
    _, event = read(calendar.invitation(happens, CENTRE, Person("ewa@poczta.example", name)))
    assert str(event["summary"]) == calendar.plain(title)
    assert str(event.get("location", "")) == calendar.plain(place)
    assert event["attendee"].params["CN"] == (calendar.name_in_calendar(name) or "ewa@poczta.example")
    assert len(Calendar.from_ical(calendar.invitation(happens, CENTRE, GUEST)).walk()) == 6, "text adds no component"
    for line in calendar.invitation(happens, CENTRE, GUEST).split(b"\r\n"):
        assert b"\r" not in line and b"\n" not in line
