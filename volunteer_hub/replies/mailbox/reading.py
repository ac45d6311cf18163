"""What an e-mail that came to HUB_REPLY_ADDRESS says. Pure and total: any bytes are read as something.

Only one thing in it is ever followed by the machine: one event in one calendar part with METHOD:REPLY. All else is
words for a human, or the talk of machines, which nobody needs. docs/decisions/0047-answers-from-calendars.md.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parseaddr
from enum import StrEnum
from hashlib import sha256
from html import unescape
from typing import Any

from icalendar import Calendar

from volunteer_hub.settings import Settings

# A calendar's answer has some kilobytes; a letter with a picture is read up to here, for its words.
LONGEST = 256 * 1024
LONGEST_CALENDAR = 64 * 1024
LONGEST_TEXT = 1600
MOST_PARTS = 40
UID = re.compile(r"(assignment|regular)-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@volunteer-hub")
TOKEN = re.compile("[0-9a-f]{40}")
SENT_TO = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
# Answers of machines: holidays, receipts, lists, reports of what could not be delivered.
NOT_A_PERSON = {"auto_reply", "bulk", "junk", "list"}
QUOTED = re.compile(r"^(>|-----|_____|On .* wrote:$|W dniu .*(pisze|napisał\(a\)|napisał|napisała):$)")


class Method(StrEnum):
    REPLY = "REPLY"
    COUNTER = "COUNTER"


class Says(StrEnum):
    """PARTSTAT: what the invited one says (RFC 5545, 3.2.12)."""

    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    TENTATIVE = "TENTATIVE"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a calendar program sends back about one event, as `about` names it in the outbox.

    `occurrence`: the instant of the one it is about, of an event that recurs. `stamp`: when it was written. `says` is
    None where it says anything else. `starts` and `ends`: what time a COUNTER proposes, as it stands there.
    """

    method: Method
    about: str
    attendee: str
    says: Says | None
    sequence: int
    stamp: datetime | None
    occurrence: datetime | None = None
    part_of_series: bool = False
    comment: str = ""
    starts: datetime | None = None
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail as far as it matters here.

    `once` is the same for each copy of it. `sender` is empty where it names none, or several. `checked`: our own mail
    server has looked at it and has nothing against who it says it is from. `machine`: no person wrote it.
    """

    once: str
    sender: str
    secret: str
    checked: bool
    machine: bool
    subject: str
    text: str
    answer: Answer | None = None


def read(settings: Settings, content: bytes) -> Letter:
    """The letter; of one longer than LONGEST only what comes before that, without any answer in it."""
    whole = len(content) <= LONGEST
    try:
        return _read(settings, message_from_bytes(content[:LONGEST]), content, whole=whole)
    except Exception:  # the parsers raise whatever malformed letters lead them to; a human has the words at least
        words = _clean(content[:LONGEST_TEXT].decode("utf-8", "replace"))
        return Letter(_once("", content), "", "", checked=False, machine=False, subject="", text=words)


def _read(settings: Settings, message: Message, content: bytes, *, whole: bool) -> Letter:
    senders = {address.lower() for address in _addresses(message, ("from",))}
    sender = senders.pop() if len(senders) == 1 else ""
    parts = list(_leaves(message))
    calendars = [part for part in parts if part.get_content_type() == "text/calendar"]
    # Programs attach the same once more as a file.
    found = {one for part in calendars if (one := _answer(_bytes(part)))} if whole else set()
    answer = found.pop() if len(found) == 1 else None
    return Letter(
        once=_once(sender, _header(message, "message-id").strip().encode() or content),
        sender=sender[:254],
        secret=_secret(settings, message),
        checked=_checked(settings, message),
        machine=_is_machine(settings, message, sender, answered=answer is not None),
        subject=_clean(" ".join(_header(message, "subject").split()))[:200],
        text=_text(parts),
        answer=answer,
    )


def _once(sender: str, id: bytes) -> str:
    """The sender is part of it: nobody can keep another's letter away by taking its Message-ID."""
    return f"mail:{sha256(sender.encode('utf-8', 'replace') + b' ' + id).hexdigest()[:48]}"


def _header(message: Message, name: str) -> str:
    return _decoded(message.get(name, ""))


def _decoded(value: Any) -> str:
    """A header's words; what is wrongly encoded stays as it is written."""
    text = str(value)
    try:
        pieces = [
            piece if isinstance(piece, str) else piece.decode(charset or "ascii", "replace")
            for piece, charset in decode_header(text)
        ]
    except Exception:  # unknown character sets, broken base64, and whatever else the parser meets
        return text
    return "".join(pieces)


def _addresses(message: Message, names: Iterable[str]) -> list[str]:
    """Those of the raw headers: an encoded word may say a name, never an address."""
    given = [str(value)[:2000] for name in names for value in message.get_all(name, [])[:5]]
    return [_clean(address) for _, address in getaddresses(given) if "@" in address]


def _secret(settings: Settings, message: Message) -> str:
    """What follows the + of our address among those it was sent to; programs and servers write it in any case."""
    if settings.reply_address is None:
        return ""
    name, _, domain = settings.reply_address.partition("@")
    ours = re.compile(rf"{re.escape(name)}\+({TOKEN.pattern})@{re.escape(domain)}")
    return next((m[1] for one in _addresses(message, SENT_TO) if (m := ours.fullmatch(one.lower()))), "")


def _checked(settings: Settings, message: Message) -> bool:
    """Whether our own mail server (HUB_REPLY_CHECKED_BY) found no wrong signature; without that setting: True.

    Other servers' lines (RFC 8601) may have been written by whoever sent it.
    """
    if settings.reply_checked_by is None:
        return True
    results = [found for value in message.get_all("authentication-results", [])[:20]
               if (found := _results(str(value), settings.reply_checked_by)) is not None]  # fmt: skip
    said = [pair for found in results for pair in found]
    signed = {result for method, result in said if method == "dkim"}
    return bool(results) and ("pass" in signed or signed <= {"none"}) and ("dmarc", "fail") not in said


def _results(value: str, server: str) -> list[tuple[str, str]] | None:
    """The methods and results of one Authentication-Results header; None when another server wrote it."""
    plain = value[:4000]
    for _ in range(5):  # comments may hold comments
        plain = re.sub(r"\([^()]*\)", " ", plain)
    by, *rest = plain.split(";")
    if by.split()[:1] != [server]:
        return None
    return [(m[1].lower(), m[2].lower()) for one in rest if (m := re.match(r"\s*([\w-]+)\s*=\s*([\w-]+)", one))]


def _is_machine(settings: Settings, message: Message, sender: str, *, answered: bool) -> bool:
    """Our own letters come back, holidays, reports. Some calendars call what their owner pressed generated, too."""
    if sender in (parseaddr(settings.mail_from)[1].lower(), settings.reply_address):
        return True
    submitted = _header(message, "auto-submitted").split(";")[0].strip().lower()
    if answered:
        return submitted == "auto-replied"
    return (
        submitted not in ("", "no")
        or message.get_content_type() == "multipart/report"
        or _header(message, "return-path").strip() == "<>"
        or _header(message, "precedence").strip().lower() in NOT_A_PERSON
        or "x-autoreply" in message
        or "x-autorespond" in message
    )


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, not more than MOST_PARTS; a letter within the letter is another's."""
    waiting, seen = [message], 0
    while waiting and seen < MOST_PARTS:
        part, seen = waiting.pop(0), seen + 1
        if part.get_content_maintype() == "multipart" and isinstance(inside := part.get_payload(), list):
            waiting += [one for one in inside if isinstance(one, Message)]
        elif part.get_content_maintype() == "text":
            yield part


def _bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(parts: list[Message]) -> str:
    """What was written, without what it answers to; HTML only where there is nothing else."""
    for kind in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() != kind:
                continue
            try:
                words = _bytes(part).decode(part.get_content_charset("utf-8"), "replace")
            except LookupError:
                words = _bytes(part).decode("utf-8", "replace")
            if kind == "text/html":
                words = unescape(re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", " ", words[:20_000], flags=re.S | re.I))
            if kept := _own_words(words):
                return kept
    return ""


def _own_words(text: str) -> str:
    """Up to where the quotation of our letter begins."""
    lines: list[str] = []
    for line in text[:20_000].replace("\r", "\n").split("\n"):
        if QUOTED.match(line.strip()):
            break
        lines.append(" ".join(line.split()))
    return _clean(re.sub(r"\n{2,}", "\n", "\n".join(lines)).strip())[:LONGEST_TEXT]


def _clean(text: str) -> str:
    """Without what neither a database nor a page takes: control characters and halves of characters."""
    return "".join(c for c in text if c == "\n" or c.isprintable()).encode("utf-8", "replace").decode()


def _answer(content: bytes) -> Answer | None:
    """The one event of a REPLY or COUNTER that is about an event of ours; None for anything else."""
    if not 0 < len(content) <= LONGEST_CALENDAR:
        return None
    try:
        calendar = Calendar.from_ical(content)
        events = calendar.walk("VEVENT")
        method = Method(str(calendar.get("method", "")).upper())
        uid = UID.fullmatch(str(events[0].get("uid", "")).strip())
        return _of_event(method, f"{uid[1]}:{uid[2]}", events[0]) if uid and len(events) == 1 else None
    except Exception:  # as the parser of letters: malformed calendars raise anything
        return None


def _of_event(method: Method, about: str, event: Any) -> Answer | None:
    attendees = event.get("attendee", [])
    attendees = attendees if isinstance(attendees, list) else [attendees]
    if len(attendees) != 1:
        return None
    says = str(attendees[0].params.get("PARTSTAT", "")).upper()
    at = {name: _moment(event, name) for name in ("recurrence-id", "dtstamp", "dtstart", "dtend")}
    comments = event.get("comment", [])
    return Answer(
        method=method,
        about=about,
        attendee=_clean(re.sub("^mailto:", "", str(attendees[0]).strip(), flags=re.I)).lower(),
        says=Says(says) if says in list(Says) else None,
        sequence=int(event.get("sequence", 0)),
        stamp=_instant(at["dtstamp"]),
        occurrence=_instant(at["recurrence-id"]),
        part_of_series="recurrence-id" in event,
        comment=_clean(" ".join(map(str, comments if isinstance(comments, list) else [comments])).strip())[:400],
        starts=at["dtstart"],
        ends=at["dtend"],
    )


def _moment(event: Any, name: str) -> datetime | None:
    value = getattr(event.get(name), "dt", None)
    return value if isinstance(value, datetime) else None


def _instant(value: datetime | None) -> datetime | None:
    """None for a time of no zone: nobody knows when that is."""
    return value.astimezone(UTC) if value and value.tzinfo else None
