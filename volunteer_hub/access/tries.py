"""Guessing is slow: passwords, codes and second factors share their wrong tries, of an account and of a place.

A try is taken before it is judged and given back when it was right: however many come at once, no more are judged.
"""

from volunteer_hub.access import limits
from volunteer_hub.access.rules import WRONG_FROM_ONE_PLACE, WRONG_OF_ONE_ACCOUNT
from volunteer_hub.kit import database
from volunteer_hub.settings import Settings


async def take(settings: Settings, whose: str, client: str) -> int:
    """Takes a try for an account (or an address nobody has) from the place `client`; answers 0.

    Else the seconds after which one more is there, and nothing is taken.
    """
    async with database.transaction() as savepoint:
        if not await limits.spend(settings, WRONG_OF_ONE_ACCOUNT, whose):
            return WRONG_OF_ONE_ACCOUNT.wait
        if not await limits.spend(settings, WRONG_FROM_ONE_PLACE, client):
            await savepoint.rollback()  # type: ignore[no-untyped-call]  # piccolo's
            return WRONG_FROM_ONE_PLACE.wait
    return 0


async def give_back(settings: Settings, whose: str, client: str) -> None:
    """The try was right, so it costs nothing."""
    await limits.give_back(settings, WRONG_OF_ONE_ACCOUNT, whose)
    await limits.give_back(settings, WRONG_FROM_ONE_PLACE, client)
