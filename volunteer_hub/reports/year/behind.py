"""The list behind a figure. Where it names people, who opened it stands in the log."""

from volunteer_hub.access import audit
from volunteer_hub.kit.actor import Actor
from volunteer_hub.reports.indicators import lists
from volunteer_hub.reports.indicators.facts import COUNTED
from volunteer_hub.reports.indicators.figures import SHARES
from volunteer_hub.reports.indicators.lists import Listed
from volunteer_hub.reports.indicators.values import By, Indicator, Period


def base(indicator: Indicator) -> Indicator:
    """What is listed: of a share, the part."""
    return SHARES[indicator][0] if indicator in SHARES else indicator


def names_people(indicator: Indicator) -> bool:
    """Whether those counted, or those behind what is counted, are people."""
    return bool(COUNTED[base(indicator)].person)


async def behind(
    actor: Actor, indicator: Indicator, period: Period, zone: str, by: By | None, key: str, page: int, about: str
) -> Listed:
    """A page of what a figure was counted from; `about`: which list that is, for the log. Raises Refused 404."""
    found = await lists.listed(actor, indicator, period, zone, by, key, page)
    if names_people(indicator) and found.lines:
        await audit.record(actor, "reports.list", about)
    return found
