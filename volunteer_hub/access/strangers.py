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

TRAP = "website"
OPENED = "opened"


async def may_write(settings: Settings, phone: str, client: str) -> bool:
    """Whether a number typed on a public form may get one neutral SMS now, by somebody at the address `client`.

    Three a day to a number, ten an hour from an address and from its network, within the day's budget; a number that
    never proved itself gets one and then none. Counted only when True, and only if the transaction around it stands.
    What the page says must not depend on it alone: twice in a day, it would tell who is registered.
    """
    if not settings.sms_daily_budget or not phone.startswith(settings.sms_prefixes) or not is_mobile(phone):
        return False
    day = Limit("public-sms-day", settings.sms_daily_budget, math.inf)
    async with database.transaction() as savepoint:
        may = (
            await proven.take_first(phone)
            and await limits.spend(settings, TO_ONE_NUMBER, phone)
            and await limits.spend(settings, FROM_ONE_PLACE, client)
            and await limits.spend(settings, FROM_ONE_NETWORK, network(client))
            # Last, because everybody waits for this row.
            and await limits.spend(settings, day, clock.today(settings.timezone).isoformat())
        )
        if not may:
            await savepoint.rollback()  # type: ignore[no-untyped-call]  # piccolo's
    return may


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
