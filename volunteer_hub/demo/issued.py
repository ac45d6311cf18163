"""Papers the demo centre has issued: a certificate for whoever helped most, an agreement that waits to be signed."""

from dataclasses import replace
from datetime import date, timedelta

from volunteer_hub.kit.actor import Actor
from volunteer_hub.papers import agreement, certificate
from volunteer_hub.schedule.hours import queries as hours
from volunteer_hub.settings import Settings

A_YEAR = timedelta(days=365)


async def load(settings: Settings, coordinator: Actor, today: date) -> None:
    helped = await hours.by_volunteer(today - A_YEAR, today)
    first, second = sorted(helped, key=lambda who: (-helped[who], str(who)))[:2]
    await certificate.issue(settings, coordinator, first, today - A_YEAR, today, "pl")
    draft = await agreement.suggested(coordinator, second, today, "pl")
    scope = draft.scope or "Pomoc przy spotkaniach"
    await agreement.issue(settings, coordinator, second, replace(draft, scope=scope))
