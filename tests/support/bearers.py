"""Programs that prove themselves with a token."""

from datetime import date, timedelta

from support import people
from volunteer_hub.exchange.api_access import tokens
from volunteer_hub.exchange.api_access.rules import Scope
from volunteer_hub.kit import clock
from volunteer_hub.kit.actor import Actor, Role


async def administrator() -> Actor:
    return people.actor(await people.account(Role.ADMINISTRATOR))


def in_days(days: int) -> date:
    return clock.today(people.ZONE) + timedelta(days=days)


async def made(*scopes: Scope, days: int = 30) -> str:
    """A token of these scopes, until the end of a day."""
    return await tokens.make(await administrator(), "Miasto", scopes, in_days(days))


def bearer(token: str) -> dict[str, str]:
    """The header a program sends it in."""
    return {"authorization": f"Bearer {token}"}
