"""Any bytes at all are read as a letter: a human gets words, nothing falls over, nothing is followed by mistake."""

from datetime import UTC, datetime
from email.message import EmailMessage
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from replies.letters import OURS, SETTINGS, answer, letter

from volunteer_hub.replies.mailbox import reading
from volunteer_hub.schedule import calendar

ID = UUID("8c2f4a7e-3f0b-4a56-9a51-0c6a5d1f2b11")
TOKEN = "0123456789abcdef0123456789abcdef01234567"
ADDRESS = f"rsvp+{TOKEN}@hub.example"


def invitation() -> bytes:
    event = calendar.Event(
        ID, "Czytanie bajek", datetime(2026, 11, 25, 16), datetime(2026, 11, 25, 18), "Europe/Warsaw", 3,
        datetime(2026, 11, 20, tzinfo=UTC),
    )  # fmt: skip
    return calendar.invitation(event, calendar.Person(ADDRESS, "Centrum"), calendar.Person("ewa@poczta.example", "Ewa"))


WHOLE = letter(answer(Calendar.from_ical(invitation()).walk("VEVENT")[0]), to=ADDRESS)


def test_a_whole_letter_is_read() -> None:
    read = reading.read(SETTINGS, WHOLE)
    assert (read.sender, read.secret, read.checked, read.machine) == ("ewa@poczta.example", TOKEN, True, False)
    assert read.answer is not None and read.answer.about == f"assignment:{ID}" and read.answer.sequence == 3
    assert read.answer.says is reading.Says.ACCEPTED and read.answer.attendee == "ewa@poczta.example"


@settings(max_examples=150)
@given(st.binary(max_size=600))
def test_any_bytes_are_some_letter(content: bytes) -> None:
    read = reading.read(SETTINGS, content)
    assert read.answer is None and len(read.once) == 53
    for text in (read.once, read.sender, read.subject, read.text):
        assert "\x00" not in text
        text.encode()  # a database takes it


@settings(max_examples=200)
@given(st.integers(0, len(WHOLE) - 1), st.binary(max_size=12), st.integers(0, 40))
def test_a_letter_damaged_anywhere_is_some_letter(at: int, put: bytes, cut: int) -> None:
    read = reading.read(SETTINGS, WHOLE[:at] + put + WHOLE[at + cut :])
    for text in (read.sender, read.subject, read.text, read.answer.comment if read.answer else ""):
        assert "\x00" not in text
        text.encode()
    assert read.answer is None or read.answer.about == f"assignment:{ID}" or len(read.answer.about) == 47
    assert read.secret in ("", TOKEN) or len(read.secret) == 40


@settings(max_examples=100)
@given(st.sampled_from(["From", "To", "Subject", "Message-ID", "Authentication-Results", "Content-Type"]), st.binary())
def test_any_header_is_read(name: str, value: bytes) -> None:
    reading.read(SETTINGS, name.encode() + b": " + value.replace(b"\n", b" ") + b"\n" + WHOLE)


def test_letters_within_letters_end_somewhere() -> None:
    deep = b"From: a@poczta.example\n"
    for n in range(1500):
        deep += b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n)
    assert reading.read(SETTINGS, deep).answer is None


def test_a_letter_too_long_is_words_and_never_an_answer() -> None:
    long = reading.read(SETTINGS, WHOLE + b"x" * reading.LONGEST)
    assert long.answer is None and long.sender == "ewa@poczta.example" and long.secret == TOKEN
    assert reading.read(SETTINGS, WHOLE).answer is not None


@pytest.mark.parametrize("many", ["events", "calendars", "guests"])
def test_an_answer_about_several_things_is_none(many: str) -> None:
    event = Calendar.from_ical(invitation()).walk("VEVENT")[0]
    one = answer(event)
    if many == "events":
        body = one[one.index(b"BEGIN:VEVENT") : one.index(b"END:VCALENDAR")]
        content = letter(one.replace(b"END:VCALENDAR", body + b"END:VCALENDAR"), to=ADDRESS)
    elif many == "guests":
        content = letter(one.replace(b"END:VEVENT", b"ATTENDEE:mailto:jan@poczta.example\r\nEND:VEVENT"), to=ADDRESS)
    else:
        both = EmailMessage()
        both["From"], both["To"] = "ewa@poczta.example", OURS
        both.set_content("dwie")
        for says in ("ACCEPTED", "DECLINED"):
            both.add_attachment(answer(event, says), maintype="text", subtype="calendar")
        content = both.as_bytes()
    assert reading.read(SETTINGS, content).answer is None


def test_the_same_attached_twice_is_one_answer() -> None:
    one = answer(Calendar.from_ical(invitation()).walk("VEVENT")[0])
    both = EmailMessage()
    both["From"], both["To"] = "ewa@poczta.example", ADDRESS
    both.set_content("raz")
    for _ in range(2):
        both.add_attachment(one, maintype="text", subtype="calendar")
    assert reading.read(SETTINGS, both.as_bytes()).answer is not None


def test_an_invitation_sent_to_us_is_no_answer() -> None:
    assert reading.read(SETTINGS, letter(invitation(), to=ADDRESS, method="REQUEST")).answer is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Tak\n\n> Zapraszamy", "Tak"),
        ("Dziękuję\r\n-----Original Message-----\r\nFrom: x", "Dziękuję"),
        ("ok\n\nOn Fri, 20 Nov 2026 Centrum wrote:\nZapraszamy", "ok"),
    ],
)
def test_our_own_words_are_not_theirs(text: str, words: str) -> None:
    assert reading.read(SETTINGS, letter(None, text=text)).text == words


def test_html_alone_is_read_as_words() -> None:
    message = EmailMessage()
    message["From"] = "ewa@poczta.example"
    message.set_content("<style>p {}</style><p>Nie &amp; nie</p><script>x()</script>", subtype="html")
    assert reading.read(SETTINGS, message.as_bytes()).text == "Nie & nie"
