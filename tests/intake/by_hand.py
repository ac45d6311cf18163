"""What a person types into the public forms, and what they read when something is wrong."""

import html
import re
from typing import Any

import httpx2
from support import people
from support.visitor import Visitor, forms

ABOUT: dict[str, Any] = {
    "first_name": "Łucja",
    "last_name": "Żak-Ćwiklińska",
    "birth_date": "4 05 1990",
    "kind": "adult",
    "phone": "600 700 801",
    "email": "Lucja@Poczta.example",
    "language": "pl",
}
TIME: dict[str, Any] = {
    "free": ["1-morning", "1-afternoon", "6-evening"],
    "max_hours_week": "4",
    "area": "srodmiescie",
    "max_km": "5",
    "languages": ["pl", "uk"],
    "causes": ["elders", "food"],
    "skills": ["reading"],
}
CONSENTS: dict[str, Any] = {"information": "yes", "sms": "yes", "email": "yes"}
GUARDIAN: dict[str, Any] = {"guardian_name": "Anna Żak", "guardian_phone": "600 700 999"}
HELP: dict[str, Any] = {
    "reporter": "self",
    "what": "shopping",
    "urgency": "2",
    "text": "Potrzebuję kogoś do zakupów raz w tygodniu.",
    "name": "Zofia",
    "phone": "600 700 802",
}


async def town() -> None:
    """The one district that the answers above name."""
    await people.area(slug="srodmiescie", name="Śródmieście")


async def first_steps(visitor: Visitor, about: dict[str, Any] = ABOUT, time: dict[str, Any] = TIME) -> None:
    """Both steps before the last, which is then on the screen."""
    await visitor.open("/volunteer")
    await visitor.send("/volunteer", **about)
    assert visitor.page.url.path == "/volunteer/time", reasons(visitor.page)
    await visitor.send("/volunteer/time", **time)
    assert visitor.page.url.path == "/volunteer/consents", reasons(visitor.page)


async def sign_up(visitor: Visitor, about: dict[str, Any] = ABOUT, consents: dict[str, Any] = CONSENTS) -> None:
    await first_steps(visitor, about)
    await visitor.send("/volunteer/consents", **consents)


def typed(page: httpx2.Response, action: str) -> dict[str, list[str]]:
    """What the form to `action` on the page would send as it stands."""
    return next(form.values for form in forms(page.text) if form.action.endswith(action))


def beside(page: httpx2.Response, name: str) -> str:
    """The sentence beside the field, if there is one and the field says that it is its."""
    found = re.search(rf'id="f-{name}-error">.*?<span>(.*?)</span>', page.text, re.S)
    if not found:
        return ""
    assert f'f-{name}-error"' in page.text.replace(f'id="f-{name}-error"', ""), f"{name} is not told of its error"
    return html.unescape(found[1])


def reasons(page: httpx2.Response) -> dict[str, str]:
    """The summary on top: field → sentence (without the field's label)."""
    found = re.findall(r'<li><a href="#f-(\w+)">(?:[^<:]*: )?(.*?)</a></li>', page.text)
    return {name: html.unescape(sentence) for name, sentence in found}
