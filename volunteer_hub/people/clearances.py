"""Verbs of checks: that one was made, when, by whom and until when it holds; never the paper itself.

Noting one is checked by its form. Taking it back or shortening it is never refused, whatever is planned.
"""

from datetime import date
from uuid import UUID

from volunteer_hub.access import audit
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor
from volunteer_hub.kit.refused import Refused
from volunteer_hub.people.steps import held


async def record_clearance(
    actor: Actor, volunteer: UUID, *, kind: str, checked_on: date, valid_until: date, reference: str = ""
) -> None:
    """Notes a check; a newer one takes the place of the older, also of a revoked one. Raises Refused 404."""
    async with database.transaction():
        await held(volunteer)
        await database.execute(
            """INSERT INTO clearance (id, volunteer, kind, checked_on, valid_until, checked_by, reference)
               VALUES (gen_random_uuid(), $1, $2, $3, $4, $5, $6)
               ON CONFLICT (volunteer, kind) DO UPDATE SET checked_on = excluded.checked_on,
                   valid_until = excluded.valid_until, checked_by = excluded.checked_by,
                   reference = excluded.reference, revoked_on = NULL""",
            volunteer, kind, checked_on, valid_until, actor.account, reference,
        )  # fmt: skip
        await audit.record(actor, f"people.clearance.{kind}", f"volunteer:{volunteer}")


async def revoke_clearance(actor: Actor, volunteer: UUID, kind: str, today: date) -> None:
    """It holds no more, from `today` on; once revoked it stays so. Raises Refused 404 when there is none."""
    async with database.transaction():
        await held(volunteer)
        found = await database.execute(
            "UPDATE clearance SET revoked_on = coalesce(revoked_on, $3) WHERE volunteer = $1 AND kind = $2",
            volunteer, kind, today,
        )  # fmt: skip
        if not found:
            raise Refused("", 404)
        await audit.record(actor, f"people.clearance.{kind}.revoke", f"volunteer:{volunteer}")


async def shorten_clearance(actor: Actor, volunteer: UUID, kind: str, valid_until: date) -> None:
    """It ends on `valid_until` already; a later day than it had changes nothing. Raises Refused 404."""
    async with database.transaction():
        await held(volunteer)
        found = await database.execute(
            "UPDATE clearance SET valid_until = least(valid_until, $3) WHERE volunteer = $1 AND kind = $2",
            volunteer, kind, valid_until,
        )  # fmt: skip
        if not found:
            raise Refused("", 404)
        await audit.record(actor, f"people.clearance.{kind}.shorten", f"volunteer:{volunteer}")
