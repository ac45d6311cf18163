"""What a stranger can make us do by a public form: write to a number that may be anybody's (decision 0015).

Also what tells people from scripts without a riddle: an input that nobody sees, and the time a form takes to fill.
"""

import math
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Any

from volunteer_hub.access import limits
from volunteer_hub.access.rules import FASTEST_SECONDS, SLOWEST_SECONDS, Limit
from volunteer_hub.kit import clock, database, secret
from volunteer_hub.kit.phone import is_mobile
from volunteer_hub.messaging import proven
from volunteer_hub.settings import Settings

TO_ONE_NUMBER = Limit("public-sms", 3, 86400)
FROM_ONE_PLACE = Limit("public-sms-place", 10, 3600)
FROM_ONE_NETWORK = Limit("public-sms-network", 10, 3600)

# Who pumps SMS holds numbers in a row: operators hand them out by blocks of ten thousand. A town's people are spread
# over some thousand blocks (+48 and five digits), so that several new ones of one block within an hour are no chance.
BLOCK_DIGITS = 4
NEW_IN_BLOCK = "SELECT count(*) FROM proven_number WHERE address BETWEEN $1 AND $2 AND at > now() - interval '1 hour'"

TRAP = "website"
OPENED = "opened"


async def may_write(settings: Settings, phone: str, client: str) -> bool:
    """Whether a number typed on a public form may get one neutral SMS now, by somebody at the address `client`.

    Three a day to a number, ten an hour from an address and from its network, within the day's budget; a number that
    never proved itself gets one and then none, nor do many new ones of one block within an hour. Counted only when
    True, and only if the transaction around it stands.
    What the page says must not depend on it alone: twice in a day, it would tell who is registered.
    """
    if not settings.sms_daily_budget or not phone.startswith(settings.sms_prefixes) or not is_mobile(phone):
        return False
    async with database.transaction() as savepoint:
        may = (
            await proven.take_first(phone)
            and await limits.spend(settings, TO_ONE_NUMBER, phone)
            and await limits.spend(settings, FROM_ONE_PLACE, client)
            and await limits.spend(settings, FROM_ONE_NETWORK, network(client))
            # Everybody waits for this row, so it is the last of those that are held; and whoever has it sees all new
            # numbers before it, so that a block is counted without a row of its own.
            and await limits.spend(settings, _day(settings), _today(settings))
            and (not settings.sms_block_hourly or await _is_calm(phone, settings.sms_block_hourly))
        )
        if not may:
            await savepoint.rollback()  # type: ignore[no-untyped-call]  # piccolo's
    return may


async def _is_calm(phone: str, most: int) -> bool:
    """Whether the new numbers of this one's block are within the limit; one that proved itself is not new."""
    if await proven.is_proven(phone):
        return True
    block = phone[:-BLOCK_DIGITS]
    return bool(await database.fetchval(NEW_IN_BLOCK, block + "0" * BLOCK_DIGITS, block + "9" * BLOCK_DIGITS) <= most)


async def ran_out(settings: Settings) -> bool:
    """Whether today's budget is spent; never when it is none at all, which is a decision and no event."""
    left = await limits.left(settings, _day(settings), _today(settings))
    return bool(settings.sms_daily_budget) and left < 1


async def left_today(settings: Settings) -> int:
    """How many SMS public forms may still cause today."""
    return max(int(await limits.left(settings, _day(settings), _today(settings))), 0)


def _day(settings: Settings) -> Limit:
    return Limit("public-sms-day", settings.sms_daily_budget, math.inf)


def _today(settings: Settings) -> str:
    return clock.today(settings.timezone).isoformat()


def network(client: str) -> str:
    """The /24 (IPv6: /48) of an address; any other text is its own network."""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    return str(ip_network(f"{address}/{24 if address.version == 4 else 48}", strict=False))


def opened(settings: Settings) -> str:
    """What a public form carries to say when it was opened; templates/parts/forms.html puts it in (`trap`)."""
    at = str(int(clock.now().timestamp() * 1000))
    return f"{at}.{secret.sign(settings.key, OPENED, at)}"


def is_person(settings: Settings, data: Mapping[str, Any]) -> bool:
    """Whether the form was filled by somebody who saw it: the hidden input is empty, and it took them a while.

    Pressing once more is enough, so nobody is kept out. The demo's forms may be filled by a script.
    """
    if str(data.get(TRAP, "")).strip():
        return False
    if settings.demo:
        return True
    at, _, mark = str(data.get(OPENED, "")).partition(".")
    if not at.isdecimal() or not secret.same(mark, secret.sign(settings.key, OPENED, at)):
        return False
    return FASTEST_SECONDS <= clock.now().timestamp() - int(at) / 1000 <= SLOWEST_SECONDS
