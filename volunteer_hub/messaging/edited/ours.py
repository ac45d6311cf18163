"""Our own words of a message as a text that can be edited, and the names it has.

Both are read off the message itself: it is said with values that nobody has (letters of the private area, moments that
occur nowhere else), and wherever one of them shows, its name is written. So what is offered cannot drift from the
templates, and editing starts from what is sent today.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from typing import Any

from volunteer_hub.messaging import texts
from volunteer_hub.messaging.edited.kinds import KINDS, Text
from volunteer_hub.messaging.edited.names import BY_KEY, NAMES, ORDINARY, Name
from volunteer_hub.messaging.rules import Channel
from volunteer_hub.web import i18n

# Longer than any template leaves it: how much is left of it tells what an SMS has room for.
LONG = 200
# What must be said if ours says it: without it the person cannot answer or act.
VITAL = frozenset("code url why ring until number".split())
# Words that tell how to answer or how to end the messages.
ANSWERS = frozenset("TAK NIE YES NO ТАК НІ STOP СТОП".split())
_at = datetime.fromisoformat
_MOMENTS: Mapping[str, Any] = {
    "starts": _at("2031-09-03 07:11"), "ends": _at("2031-09-03 08:22"), "until": _at("2031-10-11 19:33"),
    "since": date(2032, 2, 17), "phone": "+48221234501", "ring": "+48221234502",
}  # fmt: skip
# Templates count the letters of these or compare them.
_COUNTED = {"short": 22, "said": 22}
_ALIKE = ("where", "got")
_LETTERS = {
    key: chr(0xE000 + place)
    for place, key in enumerate(ORDINARY)
    if key not in _MOMENTS and key not in _ALIKE and not isinstance(ORDINARY[key], bool)
}


@dataclass(frozen=True, slots=True)
class Ours:
    """What an edited text begins with, the names it may use, and which of their values it must tell."""

    subject: str
    body: str
    names: tuple[Name, ...]
    vital: frozenset[str]


def every(language: str = i18n.DEFAULT) -> list[Text]:
    """Every text that can be edited, in `language`."""
    found: list[Text] = []
    for kind in KINDS:
        for channel in Channel:
            if kind.fixed is None and texts.exists(kind.template, channel):
                cases = [case.key for case in kind.cases_of(channel)] or [""]
                found += [Text(kind.template, case, channel, language) for case in cases]
    return found


@cache
def ours(text: Text) -> Ours:
    """Our own words of `text`, to begin with."""
    with i18n.speaking(text.language):
        values = fitting(text, _nobodys())
        subject, body = _named(text.channel, values, *texts.unframed(text.template, text.channel, values))
        if text.channel is Channel.SMS and _names_the_child(text, values):
            body = body.replace("{{ title", "{{ whose }} {{ title", 1)
        used = _used(subject + body)
        told = {value for name in used for value in name.of}
        seen = told | _seen_beside(text)
    names = tuple(name for name in NAMES if seen >= set(name.of) and name.only in (None, text.channel))
    return Ours(subject, body, names, frozenset(told & VITAL))


def fitting(text: Text, values: Mapping[str, Any]) -> dict[str, Any]:
    """Of example values those that a message like `text` has, speaking of its case."""
    regular = text.template.startswith("regular_")
    return {key: value for key, value in values.items() if regular or key not in _COUNTED} | dict(text.sample)


def _nobodys() -> dict[str, Any]:
    values: dict[str, Any] = {**ORDINARY, **_MOMENTS, "where": "usual", "ward": ""}
    values |= {key: letter * _COUNTED.get(key, LONG) for key, letter in _LETTERS.items()}
    return values | {"ward": ""}


def _names_the_child(text: Text, values: Mapping[str, Any]) -> bool:
    _, body = texts.unframed(text.template, text.channel, {**values, "ward": _LETTERS["ward"] * LONG})
    return _LETTERS["ward"] in body


def _seen_beside(text: Text) -> set[str]:
    """What the letter of the same case shows: both are said with the same values."""
    other = Channel.EMAIL if text.channel is Channel.SMS else Channel.SMS
    if not texts.exists(text.template, other):
        return set()
    if text.case not in ([case.key for case in text.kind.cases_of(other)] or [""]):
        return set()
    values = fitting(text, _nobodys())
    beside = _named(other, values, *texts.unframed(text.template, other, values))
    return {value for name in _used("".join(beside)) for value in name.of}


def _used(source: str) -> list[Name]:
    return [BY_KEY[key] for key in re.findall(r"\{\{ (\w+)", source)]


def _named(channel: Channel, values: Mapping[str, Any], *parts: str) -> tuple[str, ...]:
    """Each of `parts` with names where these values stood, the longest first."""
    made: list[tuple[str, str]] = []
    for name in NAMES:
        if name.only in (None, channel) and all(value in values for value in name.of):
            said = name.make(values)
            if said and len(set(said)) > 1:
                made.append((said, name.key))
    made.sort(key=lambda pair: -len(pair[0]))
    named = []
    for part in parts:
        for said, key in made:
            part = part.replace(said, f"{{{{ {key} }}}}")
        for key, letter in _LETTERS.items():
            part = re.sub(rf"{letter}+(\.\.\.)?", partial(_cut, name=_name_of(key, parts)), part)
        named.append(part)
    return tuple(named)


def _cut(run: re.Match[str], name: str) -> str:
    whole = len(run[0].rstrip(".")) >= min(LONG, *_COUNTED.values()) and not run[1]
    return f"{{{{ {name} }}}}" if whole else f"{{{{ {name}|cut({len(run[0])}) }}}}"


def _name_of(value: str, parts: tuple[str, ...]) -> str:
    if value == "address" and not any(_LETTERS["team"] in part for part in parts):
        return "where"
    return {"short": "weekly", "said": "weekly_long"}.get(value, value)
