"""A coordinator says when an initiative reminds of its meetings."""

from collections.abc import Mapping
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.initiatives import queries
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.schedule.reminding.rules import Audience, Rule

ADD = """
    INSERT INTO reminder_rule (id, initiative, audience, kind, hours)
    SELECT gen_random_uuid(), $1, a.audience, a.kind, a.hours
    FROM unnest($2::text[], $3::text[], $4::int[]) AS a (audience, kind, hours)"""


async def keep(actor: Actor, initiative: UUID, rules: Mapping[Audience, tuple[Rule, ...]]) -> None:
    """These rules and no others from now on; what has gone out is not said again. Raises Refused 404."""
    coordinators_only(actor)
    await queries.changing(actor, initiative)
    every = [(audience.value, rule.kind.value, rule.hours) for audience, of in rules.items() for rule in of]
    async with database.transaction():
        # Two coordinators at once: the rules of the second one, not both.
        if not await database.fetchval("SELECT true FROM initiative WHERE id = $1 FOR NO KEY UPDATE", initiative):
            raise Refused("", 404)
        await database.execute("DELETE FROM reminder_rule WHERE initiative = $1", initiative)
        await database.execute(ADD, initiative, *(list(column) for column in zip(*every, strict=True)))
        await audit.record(actor, "initiatives.reminders", f"initiative:{initiative}")
