"""By which rules an initiative reminds, and the meeting its page shows them by."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from volunteer_hub.initiatives import queries
from volunteer_hub.initiatives.queries import InitiativeRow
from volunteer_hub.kit import clock, database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.messaging import quiet
from volunteer_hub.schedule import centre
from volunteer_hub.schedule.reminding.plan import of_rows
from volunteer_hub.schedule.reminding.rules import Audience, Planned, Rule, planned

RULES = """
    SELECT audience || ':' || kind || ':' || hours AS rule FROM reminder_rule WHERE initiative = $1
    ORDER BY kind, hours"""
NEXT = """
    SELECT starts_wall, timezone FROM meeting WHERE initiative = $1 AND state = 'planned' AND starts_at > now()
    ORDER BY starts_at LIMIT 1"""
TUESDAY, FIVE = 1, time(17)


@dataclass(frozen=True, slots=True)
class Reminders:
    """`starts_wall` in `zone`: the next meeting, or a Tuesday at five where none is planned."""

    initiative: InitiativeRow
    rules: dict[Audience, tuple[Rule, ...]]
    starts_wall: datetime
    zone: str

    def times(self, rules: tuple[Rule, ...]) -> tuple[Planned, ...]:
        """When reminders by `rules` would go out for that meeting."""
        return planned(self.starts_wall, self.zone, rules, quiet.current())


async def of_initiative(actor: Actor, initiative: UUID) -> Reminders:
    """Raises Refused 404 for who may not change it."""
    coordinators_only(actor)
    found = await queries.changing(actor, initiative)
    rows = [row["rule"] for row in await database.fetch(RULES, initiative)]
    ahead = await database.fetchrow(NEXT, initiative)
    starts, zone = (ahead["starts_wall"], ahead["timezone"]) if ahead else (_tuesday(), centre.settings().timezone)
    return Reminders(found, {audience: of_rows(rows, audience) for audience in Audience}, starts, zone)


def _tuesday() -> datetime:
    today = clock.today(centre.settings().timezone)
    return datetime.combine(today + timedelta(days=(TUESDAY - today.weekday()) % 7 or 7), FIVE)
