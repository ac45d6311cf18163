"""Letters as calendar programs write them, and an invitation that reached a mailbox."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from uuid import UUID, uuid4

from icalendar import Calendar, vCalAddress
from icalendar import Event as VEvent

from volunteer_hub.kit import database
from volunteer_hub.settings import load

OURS = "rsvp@hub.example"
SETTINGS = load({
    "HUB_MODE": "demo", "HUB_PUBLIC_URL": "http://hub.test", "HUB_REPLY_ADDRESS": OURS,
    "HUB_REPLY_CHECKED_BY": "mx.hub.example", "HUB_MAIL_FROM": "centrum@hub.example",
})  # fmt: skip
GUEST = "ewa@poczta.example"


async def invited_event(about: str) -> VEvent:
    """The newest calendar part about this matter, as a program would answer it."""
    content = await database.fetchval(
        "SELECT calendar FROM message WHERE about = $1 AND calendar IS NOT NULL ORDER BY created_at DESC, key LIMIT 1",
        about,
    )
    return Calendar.from_ical(content).walk("VEVENT")[0]


def answer(to: VEvent, says: str = "ACCEPTED", *, method: str = "REPLY", guest: str = GUEST, **more: Any) -> bytes:
    """What a calendar program sends back; `more` are properties, with _ for -, and None for left out."""
    calendar = Calendar()
    calendar.add("prodid", "-//some program//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    event = VEvent()
    given = {
        "uid": str(to["uid"]), "sequence": int(to["sequence"]), "dtstamp": datetime.now(UTC) + timedelta(seconds=1),
        "organizer": to["organizer"], "dtstart": to["dtstart"].dt, "dtend": to["dtend"].dt,
    }  # fmt: skip
    for name, value in (given | {key.replace("_", "-"): value for key, value in more.items()}).items():
        if value is not None:
            event.add(name, value)
    person = vCalAddress(f"mailto:{guest}")
    person.params["PARTSTAT"] = says
    event.add("attendee", person, encode=False)
    calendar.add_component(event)
    return calendar.to_ical()


def letter(
    calendar: bytes | None = None,
    *,
    to: str = OURS,
    sender: str = f"Ewa Nowak <{GUEST}>",
    text: str = "Ewa przyjmuje zaproszenie.",
    checked: str | None = "mx.hub.example; dkim=pass header.d=poczta.example; dmarc=pass",
    method: str = "REPLY",
    **headers: str,
) -> bytes:
    """An e-mail as it lies in the mailbox, with what our own server wrote on it."""
    message = EmailMessage(policy=SMTP)
    if checked is not None:
        message["Authentication-Results"] = checked
    given = {"From": sender, "To": to, "Subject": "Przyjęto: Czytanie bajek", "Message-ID": f"<{uuid4()}@poczta>"}
    for name, value in (given | {key.replace("_", "-"): value for key, value in headers.items()}).items():
        message[name] = value
    message.set_content(text)
    if calendar is not None:
        message.add_alternative(calendar, maintype="text", subtype="calendar", params={"method": method})
    return message.as_bytes()


def address_of(event: VEvent) -> str:
    return str(event["organizer"]).removeprefix("mailto:")


async def inbox() -> list[dict[str, Any]]:
    rows = await database.fetch("SELECT * FROM inbound ORDER BY received_at, id")
    return [dict(row) for row in rows]


async def state(assignment: UUID) -> str:
    return await database.fetchval("SELECT state FROM assignment WHERE id = $1", assignment)
