"""What the tests of guardians share: a minor who signs up, the link in the message, the page behind it."""

import re
from datetime import date
from typing import Any

from intake.by_hand import ABOUT, CONSENTS, TIME, reasons
from support.visitor import Visitor

from volunteer_hub.kit import clock, database

GUARDIAN_PHONE, GUARDIAN_EMAIL = "600 700 999", "anna@poczta.example"
GUARDIAN: dict[str, Any] = {"guardian_name": "Anna Żak", "guardian_phone": GUARDIAN_PHONE}
LINK = r"http://[^/\s]+(/guardian/[\w-]+)"


def born(years: int, days: int = 30) -> date:
    """The birthday of somebody who turned `years` that many days ago."""
    today = clock.today("Europe/Warsaw")
    return date.fromordinal(today.replace(year=today.year - years, day=min(today.day, 28)).toordinal() - days)


def about(years: int, **values: Any) -> dict[str, Any]:
    return ABOUT | {"birth_date": born(years).strftime("%d.%m.%Y"), "kind": "pupil"} | values


async def sign_up(visitor: Visitor, first: dict[str, Any], last: dict[str, Any] | None = None) -> None:
    """All three steps of a minor; without a contact there is nothing to agree to be written to."""
    await visitor.open("/volunteer")
    await visitor.send("/volunteer", **first)
    assert visitor.page.url.path == "/volunteer/time", reasons(visitor.page)
    await visitor.send("/volunteer/time", **TIME)
    await visitor.send("/volunteer/consents", **(CONSENTS | GUARDIAN | (last or {})))


async def link(address: str = "+48600700999") -> str:
    """The path in the newest message to the guardian."""
    body = await database.fetchval(
        "SELECT body FROM message WHERE address = $1 AND template = 'guardian_link' ORDER BY created_at DESC LIMIT 1",
        address,
    )
    found = re.search(LINK, body or "")
    assert found, body
    return found[1]


async def volunteer() -> Any:
    return await database.fetchrow("SELECT * FROM volunteer")
