"""The reader of calendar parts: what our own writer made is read back; anything else is no invitation and no error."""

from datetime import UTC, datetime
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from volunteer_hub.replies.phones import invitation
from volunteer_hub.schedule import calendar
from volunteer_hub.schedule.calendar import Event, Person


def event(title: str, place: str = "Świetlica, ul. Wiślana 1") -> Event:
    starts = datetime(2026, 11, 25, 16)  # wall time
    return Event(uuid4(), title, starts, starts.replace(hour=18), "Europe/Warsaw", 3, datetime.now(UTC), location=place)


CENTRE, GUEST = Person("centrum@example.org", "Centrum"), Person("ewa@example.org", "Ewa")


def test_what_was_written_is_read() -> None:
    asked = event("Czytanie; bajek, „Promyk”")
    read = invitation.read(calendar.invitation(asked, CENTRE, GUEST))
    assert read and (read.method, read.sequence, read.summary, read.where) == (
        "REQUEST",
        3,
        asked.title,
        asked.location,
    )
    assert (read.starts, read.ends, read.cancels) == (asked.starts, asked.ends, False)
    off = invitation.read(calendar.cancellation(asked, CENTRE, GUEST))
    assert off and off.cancels and off.starts == asked.starts


@given(st.binary(max_size=200))
def test_other_bytes_are_no_invitation(content: bytes) -> None:
    assert invitation.read(content) is None


@given(st.text(alphabet="BEGINVCALRDT:=;,\r\n 0123456789END-SUMYQ", max_size=200))
def test_a_broken_calendar_is_no_invitation_and_no_error(inside: str) -> None:
    invitation.read(f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{inside}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".encode())


def test_a_day_without_hours_and_two_events_are_none() -> None:
    day = "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261125\r\nDTEND;VALUE=DATE:20261126\r\nEND:VEVENT\r\n"
    for inside in (day, day + day, ""):
        assert invitation.read(f"BEGIN:VCALENDAR\r\n{inside}END:VCALENDAR\r\n".encode()) is None
