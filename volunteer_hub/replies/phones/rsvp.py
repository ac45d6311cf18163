"""What a calendar program sends back from a mailbox of the demo: METHOD:REPLY to who invited (RFC 5546, 3.2.3)."""

from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from uuid import uuid4

from icalendar import Calendar, Event, vCalAddress

from volunteer_hub.kit import clock
from volunteer_hub.replies.mailbox.reading import Method, Says

COPIED = ("uid", "sequence", "organizer", "dtstart", "dtend", "rrule")


def answer(content: bytes, address: str, says: Says) -> bytes | None:
    """The letter from `address` that answers the event in `content`; None when that one asks nobody."""
    calendar = Calendar.from_ical(content)
    if str(calendar.get("method", "")) != "REQUEST":
        return None
    event = next(one for one in calendar.events if "recurrence-id" not in one)
    organizer = str(event["organizer"]).removeprefix("mailto:")
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["To"] = address, organizer
    letter["Message-ID"] = f"<{uuid4()}@{address.rpartition('@')[2]}>"
    letter["Subject"] = str(event.get("summary", ""))
    letter.set_content("")
    letter.add_alternative(
        _reply(event, address, says), maintype="text", subtype="calendar", params={"method": Method.REPLY}
    )
    return letter.as_bytes()


def _reply(event: Event, address: str, says: Says) -> bytes:
    calendar, answered = Calendar(), Event()
    calendar.add("prodid", "-//volunteer_hub//demo mailbox//EN")
    calendar.add("version", "2.0")
    calendar.add("method", Method.REPLY)
    for name in COPIED:
        if name in event:
            answered[name] = event[name]
    # In whole seconds, so rounded up: else a second press would be written before the first was followed.
    answered.add("dtstamp", clock.now() + timedelta(seconds=1))
    attendee = vCalAddress(f"mailto:{address}")
    attendee.params["PARTSTAT"] = says
    answered.add("attendee", attendee, encode=False)
    calendar.add_component(answered)
    return calendar.to_ical()
