"""The parts of a letter say the same: its text, its HTML and its calendar, in three languages."""

import re
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from icalendar import Calendar
from schedule.test_words import ROLE, everything_said

from volunteer_hub.settings import Settings


def shown(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(style|head).*?</\1>", " ", html)))


def told(text: str) -> set[str]:
    """Days, hours, house numbers and telephones, and the names of the place and the role."""
    found = set(re.findall(r"\d[\d:.]*\d|\d", re.sub(r"https?://\S+", " ", text)))
    return found | {name for name in ("Poradnia Odwykowa", "Trzeźwa", *ROLE.values()) if name in text}


@pytest.mark.parametrize("language", ["pl", "en", "uk"])
@pytest.mark.parametrize("kind", ["long_term", "group"])
async def test_text_and_html_and_calendar_agree(db: str, settings: Settings, language: str, kind: str) -> None:
    said = await everything_said(settings, language, kind=kind, confidential=kind == "group")
    letters = [one for one in said if one.get("channel") == "email"]
    assert len({one["template"] for one in letters}) > 4
    for letter in letters:
        assert told(letter["body"]) == told(shown(letter["html"])), letter["template"]
        if letter["calendar"]:
            agrees(letter)


def agrees(letter: dict[str, Any]) -> None:
    parsed = Calendar.from_ical(letter["calendar"])
    (event,) = parsed.walk("VEVENT")
    starts: datetime = event["dtstart"].dt
    assert parsed["method"] == letter["calendar_method"]
    assert (event["status"] == "CANCELLED") == (letter["calendar_method"] == "CANCEL")
    assert str(starts.day) in told(letter["body"]), letter["template"]
    if parsed["method"] == "REQUEST":
        assert f"{starts:%H:%M}" in letter["body"] and str(event["url"]) in letter["body"], letter["template"]
        for part in str(event.get("location", "")).split(", "):
            assert part in letter["body"], letter["template"]


def test_control_a_part_that_says_otherwise_is_found() -> None:
    assert told("w środę 3 września, 17:00, ul. Trzeźwa 7") != told(shown("<p>w środę 3 września, 18:00</p>"))
