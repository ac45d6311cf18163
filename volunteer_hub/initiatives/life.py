"""The life of an initiative: from an idea to its end, each step with who took it, when and why."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from volunteer_hub.access import audit
from volunteer_hub.initiatives import circle_loads, queries
from volunteer_hub.initiatives.queries import InitiativeRow
from volunteer_hub.initiatives.rules import OVER, InitiativeState, asks_why, may_become
from volunteer_hub.kit import database
from volunteer_hub.kit.actor import Actor, coordinators_only
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web.i18n import mark

# Whatever is over ends no later than today, and never before it began; what goes on has no end that is past.
END = """
    UPDATE initiative SET state = $2,
        ends_on = greatest(starts_on, least(coalesce(ends_on, centre_today()), centre_today())) WHERE id = $1"""
GO_ON = """
    UPDATE initiative SET state = $2, ends_on = CASE WHEN ends_on > centre_today() THEN ends_on END WHERE id = $1"""


@dataclass(frozen=True, slots=True)
class Change:
    """A step; `was` is empty for the first one, `by` where the machine or a closed account took it."""

    was: str
    became: InitiativeState
    reason: str
    at: datetime
    by: str


async def change_state(actor: Actor, initiative: UUID, becomes: InitiativeState, reason: str = "") -> None:
    """Takes a step. What is over ends today, if not earlier; what is taken up again is open-ended.

    Raises Refused: 404, 409 when it does not lead on from where it stands now, or when somebody of a circle that is
    taken up again carries as many households as they may; 422 without a reason that is asked.
    """
    coordinators_only(actor)
    async with database.transaction():
        await queries.changing(actor, initiative)
        was = InitiativeState(
            await database.fetchval("SELECT state FROM initiative WHERE id = $1 FOR NO KEY UPDATE", initiative)
        )
        if not may_become(was, becomes):
            raise Refused(mark("Ktoś zmienił już etap tej inicjatywy. Zobacz, na jakim jest teraz."))
        if asks_why(was, becomes) and not reason:
            raise Refused(mark("Napisz, dlaczego."), 422)
        try:
            async with database.transaction():
                await database.execute(END if becomes in OVER else GO_ON, initiative, becomes.value)
        except asyncpg.CheckViolationError as broken:
            await circle_loads.refuse_again(broken, initiative)
        await remember(actor, initiative, was, becomes, reason)
        await audit.record(actor, "initiatives.state", f"initiative:{initiative}", becomes.value)


async def remember(
    actor: Actor, initiative: UUID, was: InitiativeState | str, became: InitiativeState, reason: str = ""
) -> None:
    """A line of its history."""
    await database.execute(
        "INSERT INTO initiative_change (id, initiative, was, became, reason, at, by)"
        " VALUES (gen_random_uuid(), $1, $2, $3, $4, clock_timestamp(), $5)",
        initiative, str(was), became.value, reason, actor.account,
    )  # fmt: skip


async def history(of: InitiativeRow) -> list[Change]:
    """Its steps, the last one first; none for whom its inside is closed."""
    if not of.inside:
        return []
    rows = await database.fetch(
        """SELECT c.was, c.became, c.reason, c.at, coalesce(a.name, '') AS by
           FROM initiative_change c LEFT JOIN account a ON a.id = c.by
           WHERE c.initiative = $1 ORDER BY c.at DESC, c.id""",
        of.id,
    )
    return [Change(**dict(row) | {"became": InitiativeState(row["became"])}) for row in rows]
